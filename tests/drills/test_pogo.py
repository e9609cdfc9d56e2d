"""Pogo jumps judged on motions whose every contact, flight and knee bend is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from kickform.drills.base import Verdict
from kickform.drills.common.jumps import bouts, leg_stiffness_kn_per_m, working_contacts
from kickform.drills.pogo import DRILL, Pogo
from kickform.errors import DrillError
from kickform.events.types import Contact, Flight, Side, SlowMotion
from kickform.motion.motion import Angles, Motion, Scale, View
from kickform.pipeline.build_motion import build_motion
from kickform.pose.track import Landmark, PoseTrack
from kickform.results.findings import RepResult
from kickform.subject import Athlete
from tests.synthetic import Camera, Jumps, ShiftWeight, Squat, Stand, Walk, cut, film, train

Plane = Literal["sagittal", "oblique", "frontal"]
FPS, START_S = 200.0, 0.5
NOBODY = Athlete()


def known(
    contacts_ms: Sequence[float],
    flights_ms: Sequence[float],
    *,
    knee_touchdown: float = 15.0,
    knee_range: float = 20.0,
    arms: Sequence[bool] | bool = True,
    side: Side = "both",
    plane: Plane = "sagittal",
    sd_ms: float = 3.0,
    scale: Scale | None = None,
    rise_per_flight_px: float = 0.0,
) -> Motion:
    """A motion with exactly these contacts and flights, the knee bent in contact by exactly these angles."""
    assert len(contacts_ms) == len(flights_ms) - 1
    sd_s = sd_ms / 1000
    contacts, flights = [], []
    began, now = 0.0, START_S
    for flight_ms, contact_ms in zip(flights_ms, [*contacts_ms, 0], strict=True):
        first = not contacts
        sd = math.inf if first else sd_s
        contacts.append(Contact(side, began, now, math.inf if first else sd_s, sd_s, sd))
        began = now + flight_ms / 1000
        flights.append(Flight(now, began, sd_s))
        now = began + contact_ms / 1000
    end = began + 0.5
    contacts.append(Contact(side, began, end, sd_s, math.inf, math.inf))

    time_s = np.arange(0, end, 1 / FPS)
    knee = np.full(len(time_s), float(knee_touchdown))
    for contact in contacts[1:-1]:
        u = (time_s - contact.touchdown_s) / contact.duration_s
        within = (u >= 0) & (u <= 1)
        knee[within] += knee_range * np.sin(np.pi * u[within])
        knee[np.argmin(np.abs(u - 0.5))] = knee_touchdown + knee_range
    xy = np.full((len(time_s), 33, 2), 300.0)
    xy[:, Landmark.NOSE, 1] = 100.0
    overhead = [arms] * len(flights) if isinstance(arms, bool) else arms
    for flight, up in zip(flights, overhead, strict=True):
        inside = (time_s > flight.takeoff_s) & (time_s < flight.touchdown_s)
        if up:
            xy[inside, Landmark.L_WRIST, 1] = xy[inside, Landmark.R_WRIST, 1] = 50.0
        # y is downward: the body ends the flight higher than it began it.
        u = (time_s[inside] - flight.takeoff_s) / flight.duration_s
        xy[inside, :, 1] -= (rise_per_flight_px * u)[:, None]
    still, other = np.zeros(len(time_s)), np.full(len(time_s), 5.0)
    count = len(time_s)
    return Motion(
        PoseTrack(time_s, xy, np.zeros((count, 33, 3)), np.ones((count, 33)), 640, 480),
        Angles(other, knee, still, still, still, still, still),
        tuple(contacts),
        tuple(flights),
        scale,
        View(plane, 5.0 if plane == "sagittal" else 50.0, "right", 1),
        SlowMotion(1.0, "none"),
        FPS,
        tuple(replace(contact, side=side) for contact in contacts for side in ("left", "right")),
    )


def judge(motion: Motion, athlete: Athlete = NOBODY) -> Verdict:
    return DRILL.judge(motion, athlete, "clip.mp4")


def even(contact_ms: float, flight_ms: float, jumps: int = 6, **more: object) -> Motion:
    return known([contact_ms] * (jumps - 1), [flight_ms] * jumps, **more)  # type: ignore[arg-type]


def codes(verdict: Verdict) -> set[str]:
    return {finding.code for finding in verdict.findings}


# What a rep is


def test_ten_jumps_are_ten_reps_and_nine_contacts() -> None:
    verdict = judge(even(180, 420, 10))
    assert len(verdict.reps) == 10
    assert [rep.number for rep in verdict.reps] == list(range(1, 11))
    assert len(verdict.contacts) == 9
    assert len(verdict.flights) == 10


def test_the_first_rep_has_no_contact_and_says_why() -> None:
    first, second, *_ = judge(even(180, 420)).reps
    for name in ("contact_time_ms", "rsi_m_per_s", "flight_contact_ratio"):
        assert name not in first.metrics
        assert "from standing" in first.withheld[name]
        assert name in second.metrics
    assert first.score is None
    assert first.metrics["flight_time_ms"] == pytest.approx(420)
    assert second.score is not None


def test_a_reps_contact_is_the_one_that_launched_it() -> None:
    verdict = judge(known([150, 200, 170, 210, 190], [400] * 6))
    found = [rep.metrics.get("contact_time_ms") for rep in verdict.reps]
    assert found[0] is None
    assert found[1:] == pytest.approx([150, 200, 170, 210, 190])
    for rep, contact, flight in zip(verdict.reps[1:], verdict.contacts, verdict.flights[1:], strict=True):
        assert rep.start_s == contact.touchdown_s
        assert rep.end_s == flight.touchdown_s
        assert rep.key_s == pytest.approx((contact.touchdown_s + contact.takeoff_s) / 2)


def test_a_pause_ends_a_bout_and_reps_count_on() -> None:
    motion = known([180, 180, 1500, 180, 180], [420] * 6)
    assert [len(bout) for bout in bouts(motion)] == [3, 3]
    verdict = judge(motion)
    assert [rep.number for rep in verdict.reps] == [1, 2, 3, 4, 5, 6]
    assert [rep.number for rep in verdict.reps if "contact_time_ms" not in rep.metrics] == [1, 4]
    assert len(verdict.contacts) == 4, "the pause is no working contact"


@pytest.mark.parametrize(("ms", "count"), [(640, 2), (660, 1)])
def test_the_longest_contact_is_where_the_docstring_says(ms: float, count: int) -> None:
    motion = known([180, ms, 180], [420] * 4)
    assert len(bouts(motion)) == 3 - count
    assert len(working_contacts(motion)) == 1 + count


def test_a_lone_jump_between_pauses_is_no_rep() -> None:
    verdict = judge(known([180, 1200, 1200, 180], [420] * 5))
    assert len(verdict.reps) == 4


# What is refused


def test_no_jumps_is_refused_with_the_cure() -> None:
    motion = build_motion(film([Stand(1.5)]).track, film([Stand(1.5)]).info)[0]
    with pytest.raises(DrillError, match=r"clip\.mp4: no jumps found in it; film at least three"):
        judge(motion)
    assert DRILL.likeness(motion) == 0


@pytest.mark.parametrize(
    "phases",
    [[Stand(2.5)], [ShiftWeight(3.0)], [Stand(0.5), Walk(6), Stand(0.5)], [Squat(3)]],
    ids=["standing", "weight_shift", "walking", "squats"],
)
def test_what_stays_on_the_ground_is_no_pogo(phases: list[Stand]) -> None:
    clip = film(phases, Camera(fps=60, seed=1, tall=0.5, far=2.0))
    motion = build_motion(clip.track, clip.info)[0]
    with pytest.raises(DrillError):
        judge(motion)
    assert DRILL.likeness(motion) < 0.5


def test_a_lone_jump_is_refused() -> None:
    with pytest.raises(DrillError, match="one jump, no pogo jumps"):
        judge(known([], [420]))


def test_jumps_with_pauses_between_are_refused() -> None:
    with pytest.raises(DrillError, match="3 jumps with pauses between, no pogo jumps"):
        judge(known([900, 1500], [420] * 3))


@pytest.mark.parametrize("side", ["left", "right"])
def test_jumps_on_one_foot_are_refused(side: Side) -> None:
    motion = even(250, 300, side=side)
    with pytest.raises(DrillError, match="on one foot"):
        judge(motion)
    assert DRILL.likeness(motion) < 0.5


def test_hops_of_a_figure_on_one_foot_are_refused() -> None:
    jumps = Jumps([0.35] * 5, [0.25] * 4, foot="right")
    clip = film([Stand(0.5), jumps, Stand(0.5)], Camera(far=1.5, seed=2))
    with pytest.raises(DrillError, match="on one foot"):
        judge(build_motion(clip.track, clip.info)[0])


def test_likeness_of_good_pogos_is_full_and_of_mixed_jumps_less() -> None:
    assert DRILL.likeness(even(180, 420, 10)) == 1.0
    mixed = known([180, 1200, 1200, 1200], [420] * 5)
    assert DRILL.likeness(mixed) == pytest.approx(0.4)


# What is measured


def test_metrics_by_hand() -> None:
    rep = judge(even(200, 400), Athlete(mass_kg=70)).reps[2]
    height_m = 9.81 * 0.4**2 / 8
    assert rep.metrics["jump_height_cm"] == pytest.approx(100 * height_m)
    assert rep.metrics["rsi_m_per_s"] == pytest.approx(height_m / 0.2)
    assert rep.metrics["flight_contact_ratio"] == pytest.approx(2.0)
    assert rep.metrics["knee_flexion_touchdown_deg"] == pytest.approx(15, abs=2)
    assert rep.metrics["knee_flexion_max_deg"] == pytest.approx(35, abs=0.1)
    assert rep.metrics["arms_overhead"] == 1
    for name in set(rep.metrics) - {"arms_overhead"}:
        assert 0 < rep.sds[name] < rep.metrics[name], f"{name} has no honest SD"


def test_leg_stiffness_of_the_published_check() -> None:
    assert leg_stiffness_kn_per_m(70, 0.180, 0.420) == pytest.approx(27.9, abs=0.05)
    verdict = judge(even(180, 420), Athlete(mass_kg=70))
    assert verdict.metrics["leg_stiffness_kn_per_m"].value == pytest.approx(27.9, abs=0.05)
    twice = judge(even(180, 420), Athlete(mass_kg=140)).metrics["leg_stiffness_kn_per_m"].value
    assert twice == pytest.approx(55.8, abs=0.1)


def test_stiffness_without_mass_is_withheld_with_the_cure() -> None:
    metric = judge(even(180, 420)).metrics["leg_stiffness_kn_per_m"]
    assert metric.value is None
    assert "mass" in metric.reason


@pytest.mark.parametrize("drop_m", [-0.04, 0.0, 0.03])
def test_height_counts_the_landing_posture_where_there_is_a_scale(drop_m: float) -> None:
    scale = Scale(0.004, "gravity", 2.0)
    motion = known([200] * 4, [400] * 5, scale=scale, rise_per_flight_px=drop_m / 0.004)
    v0 = 9.81 * 0.4 / 2 + drop_m / 0.4
    for rep in judge(motion).reps:
        assert rep.metrics["jump_height_cm"] == pytest.approx(100 * v0**2 / 2 / 9.81, rel=0.02)


def test_height_without_a_scale_is_less_certain() -> None:
    scaled = judge(even(200, 400, scale=Scale(0.004, "gravity", 2.0))).reps[1]
    without = judge(even(200, 400)).reps[1]
    assert without.sds["jump_height_cm"] > scaled.sds["jump_height_cm"]


def test_contacts_that_are_too_uncertain_are_withheld_with_the_reason() -> None:
    verdict = judge(even(200, 400, sd_ms=60))
    for name in ("contact_time_ms", "rsi_m_per_s", "flight_contact_ratio"):
        assert verdict.metrics[name].value is None
        assert verdict.metrics[name].reason
        assert "too uncertain" in verdict.reps[1].withheld[name]
    assert verdict.score is None
    assert verdict.metrics["flight_time_ms"].value == pytest.approx(400)


def test_an_oblique_view_withholds_angles_and_keeps_times() -> None:
    verdict = judge(even(180, 420, plane="oblique"))
    for name in ("knee_flexion_touchdown_deg", "knee_flexion_max_deg"):
        assert verdict.metrics[name].value is None
        assert "50° off the side view" in verdict.metrics[name].reason
        assert name in verdict.reps[1].withheld
    assert verdict.metrics["contact_time_ms"].value == pytest.approx(180)
    assert verdict.score is not None
    assert not codes(verdict) & {"knees_stiff", "knees_collapse", "depth_good", "depth_shallow"}


def test_every_metric_of_the_summary_has_an_sd_or_says_why_not() -> None:
    for motion in (even(180, 420), even(180, 420, plane="frontal"), even(350, 450, knee_range=75)):
        for name, metric in judge(motion, Athlete(1.8, 75)).metrics.items():
            assert metric.sd is not None or metric.reason, name
            assert metric.value is not None or metric.reason, name


def test_the_mean_is_surer_than_one_rep_but_not_by_the_full_root_of_n() -> None:
    verdict = judge(even(180, 420, 10, sd_ms=6))
    sd = verdict.metrics["contact_time_ms"].sd
    assert sd is not None
    assert 6 / 3 < sd <= 6.0, "an error that all contacts share does not average out"


# Scores


def score_of(rep: RepResult) -> float:
    assert rep.score is not None
    return rep.score


# The other parts are at 100 here: contact 60 %, flight to contact 25 %, knees 15 %.
@pytest.mark.parametrize(
    ("contact_ms", "points"),
    [(120, 100), (160, 100), (170, 92.5), (180, 85), (200, 75), (225, 62.5), (250, 50), (320, 10), (400, 10)],
)
def test_stiff_contact_time_scores_at_its_anchors(contact_ms: float, points: float) -> None:
    verdict = judge(even(contact_ms, 2.6 * contact_ms))
    assert verdict.variant == "stiff"
    assert score_of(verdict.reps[2]) == pytest.approx(0.6 * points + 40)


@pytest.mark.parametrize(
    ("ratio", "points"), [(3.0, 100), (2.5, 100), (2.25, 87.5), (2.0, 75), (1.5, 50), (1.0, 20), (0.8, 20)]
)
def test_flight_to_contact_scores_at_its_anchors(ratio: float, points: float) -> None:
    verdict = judge(even(160, 160 * ratio))
    assert score_of(verdict.reps[2]) == pytest.approx(60 + 0.25 * points + 15)


@pytest.mark.parametrize(("knees", "points"), [(10, 100), (29, 100), (45, 50), (55, 70 / 3)])
def test_knee_range_scores_at_its_anchors(knees: float, points: float) -> None:
    """The knee bends within 2 deg of what was asked for, for touchdown falls between two frames."""
    verdict = judge(even(160, 420, knee_touchdown=0, knee_range=knees))
    assert verdict.variant == "stiff"
    assert score_of(verdict.reps[2]) == pytest.approx(85 + 0.15 * points, abs=1.2)


@pytest.mark.parametrize(
    "knee", [(55, 50), (60, 50), (70, 75), (80, 100), (90, 100), (100, 100), (110, 75), (125, 50)]
)
def test_rebound_depth_scores_at_its_anchors(knee: tuple[float, float]) -> None:
    deg, points = knee
    verdict = judge(even(350, 450, knee_touchdown=20, knee_range=deg - 20))
    if verdict.variant == "rebound":
        assert score_of(verdict.reps[2]) == pytest.approx(30 + 0.45 * points + 25, abs=0.5)
    else:
        assert deg <= 60, "a knee bend of over 60 deg is a rebound"


@pytest.mark.parametrize(
    ("contact_ms", "full"), [(300, True), (375, True), (450, True), (550, False), (240, False)]
)
def test_rebound_contacts_are_accepted_from_300_to_450_ms(contact_ms: float, full: bool) -> None:
    verdict = judge(even(contact_ms, 450, knee_touchdown=20, knee_range=75))
    assert verdict.variant == "rebound"
    assert (score_of(verdict.reps[2]) == pytest.approx(100)) == full


def test_arms_count_in_a_rebound_only() -> None:
    def loss(contact_ms: float, knee_range: float) -> float:
        with_arms, without = (
            judge(even(contact_ms, 450, knee_touchdown=20, knee_range=knee_range, arms=arms))
            for arms in (True, False)
        )
        return score_of(with_arms.reps[2]) - score_of(without.reps[2])

    assert loss(180, 20) == 0
    assert loss(350, 70) == pytest.approx(25)


def test_the_set_scores_the_mean_of_its_reps() -> None:
    verdict = judge(known([160, 200, 250], [700] * 4))
    scores = [score_of(rep) for rep in verdict.reps[1:]]
    assert verdict.score == pytest.approx(np.mean(scores))
    assert scores == sorted(scores, reverse=True)


# Stiff or rebound


def test_the_knees_tell_stiff_from_rebound() -> None:
    assert judge(even(180, 420, knee_range=20)).variant == "stiff"
    assert judge(even(350, 450, knee_range=70)).variant == "rebound"
    assert judge(even(320, 420, knee_range=20)).variant == "stiff", "slow but with stiff knees"


def test_where_the_view_hides_the_knees_contact_time_tells() -> None:
    assert judge(even(180, 420, plane="frontal")).variant == "stiff"
    assert judge(even(380, 450, plane="frontal")).variant == "rebound"


def test_each_variant_has_its_own_good_range() -> None:
    stiff = judge(even(180, 420)).metrics["contact_time_ms"]
    rebound = judge(even(350, 450, knee_range=75)).metrics["contact_time_ms"]
    assert (stiff.better, stiff.good) == ("lower", (None, 200.0))
    assert (rebound.better, rebound.good) == ("target", (300.0, 450.0))


# Findings: each there when its cause is, and not otherwise

GOOD = even(170, 430, 8)
REBOUND = even(370, 450, 8, knee_touchdown=20, knee_range=70)
CASES: dict[str, tuple[Motion, Motion]] = {
    "contact_short": (GOOD, even(215, 430)),
    "contact_long": (even(230, 430), GOOD),
    "knees_stiff": (GOOD, even(170, 430, knee_range=38)),
    "knees_collapse": (even(170, 430, knee_touchdown=5, knee_range=40), GOOD),
    "flight_high": (GOOD, even(220, 390)),
    "flight_low": (even(240, 300), GOOD),
    "arms_overhead": (GOOD, even(170, 430, arms=False)),
    "arms_low": (even(170, 430, arms=False), GOOD),
    "fading": (known([170, 170, 170, 185, 200, 215, 230, 245, 260], [430] * 10), GOOD),
    "even": (GOOD, known([160, 230, 160, 230, 160, 230, 160], [430] * 8)),
    "uneven": (known([150, 230, 150, 230, 150, 230, 150], [430] * 8), GOOD),
    "depth_good": (REBOUND, even(370, 450, knee_touchdown=20, knee_range=50)),
    "depth_shallow": (even(370, 450, knee_touchdown=20, knee_range=50), REBOUND),
    "depth_too_deep": (even(370, 450, knee_touchdown=20, knee_range=95), REBOUND),
    "rebound_slow": (even(520, 450, knee_touchdown=20, knee_range=70), REBOUND),
}


@pytest.mark.parametrize("code", CASES)
def test_a_finding_is_there_when_its_cause_is_and_not_otherwise(code: str) -> None:
    present, absent = CASES[code]
    verdict = judge(present)
    assert code in codes(verdict)
    assert code not in codes(judge(absent))
    found = next(f for f in verdict.findings if f.code == code)
    assert found.message
    assert found.cue
    assert found.reps
    assert set(found.reps) <= {rep.number for rep in verdict.reps}
    assert found.time_s is not None
    assert START_S <= found.time_s <= present.track.time_s[-1]


@pytest.mark.parametrize(("contact_ms", "severity"), [(230, "advice"), (270, "fault")])
def test_long_contacts_are_advice_then_a_fault(contact_ms: float, severity: str) -> None:
    verdict = judge(even(contact_ms, 500))
    assert next(f for f in verdict.findings if f.code == "contact_long").severity == severity


def test_collapsing_knees_are_advice_then_a_fault() -> None:
    for knees, severity in ((41, "advice"), (50, "fault")):
        verdict = judge(even(200, 430, knee_touchdown=5, knee_range=knees))
        assert next(f for f in verdict.findings if f.code == "knees_collapse").severity == severity


def test_faults_come_first_and_praise_last() -> None:
    verdict = judge(even(270, 560, knee_range=20, arms=False))
    order = [f.severity for f in verdict.findings]
    assert order == sorted(order, key=["fault", "advice", "good"].index)
    assert order[0] == "fault"
    assert order[-1] == "good"


def test_a_rep_lists_what_is_to_be_mended_in_it_and_no_praise() -> None:
    verdict = judge(known([170, 170, 260, 170, 170, 170], [430] * 7, arms=[True] * 3 + [False] * 4))
    faults = {f.code: f.reps for f in verdict.findings if f.severity != "good"}
    for rep in verdict.reps:
        assert set(rep.findings) == {code for code, numbers in faults.items() if rep.number in numbers}
    assert "arms_low" in verdict.reps[5].findings
    assert "arms_low" not in verdict.reps[0].findings


def test_evidence_of_a_slow_contact_is_the_slowest_one() -> None:
    verdict = judge(known([220, 300, 240, 230], [500] * 5))
    finding = next(f for f in verdict.findings if f.code == "contact_long")
    worst = verdict.contacts[1]
    assert worst.touchdown_s < (finding.time_s or 0) < worst.takeoff_s


def test_evidence_of_low_arms_is_an_apex() -> None:
    verdict = judge(even(170, 430, arms=False))
    finding = next(f for f in verdict.findings if f.code == "arms_low")
    middles = [(f.takeoff_s + f.touchdown_s) / 2 for f in verdict.flights]
    assert min(abs((finding.time_s or 0) - m) for m in middles) < 0.01


def test_noise_alone_is_not_called_uneven_or_fading() -> None:
    rng = np.random.default_rng(12)
    contacts = [float(180 + x) for x in rng.normal(0, 14, 9)]
    verdict = judge(known(contacts, [430] * 10, sd_ms=14))
    assert not codes(verdict) & {"uneven", "fading"}


def test_a_figure_is_judged_from_its_landmarks() -> None:
    """The whole road behind the pose model, on a figure seen from its side."""
    clip = film(
        [Stand(0.6), train(0.19, 0.45, 10, 0.03), Stand(0.5)], Camera(fps=120, noise=0.003, far=1.5, seed=1)
    )
    motion = build_motion(clip.track, clip.info, height_m=1.75)[0]
    verdict = DRILL.judge(motion, Athlete(1.75, 70), "clip.mp4")
    assert isinstance(DRILL, Pogo)
    assert len(verdict.reps) == 10
    assert len(verdict.contacts) == 9
    value = verdict.metrics["contact_time_ms"].value
    assert value == pytest.approx(1000 * np.mean([b - a for a, b in clip.contacts]), abs=10)
    assert verdict.metrics["flight_time_ms"].value == pytest.approx(450, abs=15)
    assert verdict.metrics["arms_overhead"].value == 1


@pytest.mark.parametrize(("contact_ms", "variant"), [(275, "stiff"), (320, "rebound")])
def test_soft_knees_make_a_rebound_only_where_it_takes_its_time(contact_ms: float, variant: str) -> None:
    assert judge(even(contact_ms, 430, knee_touchdown=20, knee_range=55)).variant == variant


def test_a_clip_that_begins_in_a_jump_does_not_say_that_it_was_launched_from_standing() -> None:
    clip = film([Stand(0.5), train(0.2, 0.42, 5), Stand(0.5)], Camera(fps=30, seed=4))
    begun = cut(clip, clip.flights[0][0] + 0.01, 10.0)
    from_standing, aloft = (judge(build_motion(each.track, each.info)[0]) for each in (clip, begun))
    assert len(from_standing.reps) == len(aloft.reps) == 5
    assert "launched from standing" in from_standing.reps[0].withheld["contact_time_ms"]
    for name in ("contact_time_ms", "flight_time_ms", "jump_height_cm"):
        assert "the clip begins in this jump" in aloft.reps[0].withheld[name]
        assert name in aloft.reps[1].metrics


def test_a_jump_that_the_clip_ends_in_counts_without_a_flight_time() -> None:
    motion = even(190, 420)
    last = motion.flights[-1]
    over = motion.track.time_s >= last.touchdown_s
    xy, visibility = motion.track.xy_px.copy(), motion.track.visibility.copy()
    xy[over], visibility[over] = np.nan, 0.0
    track = replace(motion.track, xy_px=xy, visibility=visibility)
    unseen = replace(last, sd_s=math.inf)
    verdict = judge(replace(motion, track=track, flights=(*motion.flights[:-1], unseen)))
    rep = verdict.reps[-1]
    assert len(verdict.reps) == 6
    assert rep.metrics["contact_time_ms"] == pytest.approx(190)
    for name in ("flight_time_ms", "jump_height_cm", "rsi_m_per_s", "flight_contact_ratio"):
        assert "the clip ends in this jump" in rep.withheld[name]
    assert verdict.metrics["flight_time_ms"].sd is not None
    assert math.isfinite(verdict.metrics["flight_time_ms"].sd)


def test_advice_on_flight_does_not_call_a_long_touch_short() -> None:
    verdict = judge(even(300, 420))
    by_code = {finding.code: finding for finding in verdict.findings}
    assert {"contact_long", "flight_low"} <= set(by_code)
    assert "same" not in by_code["flight_low"].cue.lower()
