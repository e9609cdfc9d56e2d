"""Single-leg hops judged on motions of a known athlete: legs, heels, distances, faults."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench.athlete.drills import HopParams, PogoParams, SkipParams, SplitParams
from bench.athlete.faults import FAULTS
from bench.athlete.spec import ClipSpec
from kickform.drills.base import Verdict
from kickform.drills.single_leg_hop import DRILL
from kickform.errors import DrillError
from kickform.motion.foot_travel import foot_travel
from kickform.motion.leg_roles import hopping_legs, leg_mark, near_side, on_one_leg
from kickform.motion.motion import Motion
from kickform.subject import Athlete
from tests.known_motion import joined, known, retimed, spec_of, with_swapped_legs

SET = HopParams(side="right", hops=4)
SHORT = replace(FAULTS["single_leg_hop"]["distance_short"], side="right", hops=3)  # type: ignore[call-arg]


def pan(motion: object, **camera: object) -> ClipSpec:
    return spec_of(motion, **{"mode": "pan", "side": "right", **camera})


STILL = spec_of(SET, side="right", distance_m=9.0)


def judge(motion: Motion, height_m: float | None = None) -> Verdict:
    return DRILL.judge(motion, Athlete(height_m), "clip.mp4")


def to_mend(verdict: Verdict) -> set[str]:
    return {finding.code for finding in verdict.findings if finding.severity != "good"}


# Reps and legs


@pytest.mark.parametrize("side", ["left", "right"])
def test_reps_are_the_flights_with_the_contacts_that_launched_them(side: str) -> None:
    motion, truth = known(pan(replace(SET, side=side)))
    verdict = judge(motion)
    assert [rep.number for rep in verdict.reps] == [1, 2, 3, 4]
    assert {rep.side for rep in verdict.reps} == {side}
    assert verdict.variant == side
    assert len(verdict.contacts) == 3
    for rep, true in zip(verdict.reps, truth["reps"], strict=True):
        assert rep.end_s == pytest.approx(true["end_s"])
        assert rep.metrics["flight_time_ms"] == pytest.approx(true["metrics"]["flight_time_ms"], abs=0.1)
        if rep.number > 1:
            assert rep.metrics["contact_time_ms"] == pytest.approx(
                true["metrics"]["contact_time_ms"], abs=0.1
            )
            assert rep.metrics["flight_contact_ratio"] == pytest.approx(
                true["metrics"]["flight_contact_ratio"], abs=0.01
            )
    assert "from standing" in verdict.reps[0].withheld["contact_time_ms"]
    assert "contact_time_ms" not in verdict.reps[0].metrics


def test_the_leg_is_right_with_every_side_given_wrong() -> None:
    motion, _ = known(pan(SET))
    wrong = tuple(replace(contact, side="left") for contact in motion.contacts)
    steps = tuple(replace(step, side="left") for step in motion.steps)
    assert {rep.side for rep in judge(replace(motion, contacts=wrong, steps=steps)).reps} == {"right"}


def test_the_leg_survives_a_contact_in_which_the_legs_are_mixed_up() -> None:
    motion, _ = known(pan(SET))
    second = motion.contacts[2]
    verdict = judge(with_swapped_legs(motion, second.touchdown_s, second.takeoff_s))
    assert {rep.side for rep in verdict.reps} == {"right"}


@pytest.mark.parametrize(
    ("marks", "legs"),
    [
        ([1, 1, -1, 1, 1], "LLLLL"),
        ([-1, -0.2, 0.3, -1], "RRRR"),
        ([1, 1, 1, 1, -1, -1, -1, -1], "LLLLRRRR"),
        ([1, 1, 1, -1], "LLLL"),
        ([-1], "R"),
    ],
)
def test_a_lone_misreading_is_outvoted_and_a_change_of_legs_is_not(marks: list[float], legs: str) -> None:
    assert "".join(leg[0].upper() for leg in hopping_legs(marks)) == legs


def test_a_contact_tells_its_leg_and_two_feet_tell_none() -> None:
    motion, _ = known(pan(SET))
    assert all(leg_mark(motion, contact) < -0.5 for contact in motion.contacts[1:-1])
    pogo, _ = known(spec_of(PogoParams(jumps=3)))
    assert all(abs(leg_mark(pogo, contact)) < 0.5 for contact in pogo.contacts)
    assert on_one_leg(motion, motion.contacts[0]), "balancing before the first hop"
    assert not on_one_leg(pogo, pogo.contacts[0])


def test_the_near_side_is_that_of_the_moment() -> None:
    there, _ = known(pan(SET))
    back, _ = known(pan(SET, side="left"))
    both = joined(there, back)
    change = there.track.time_s[-1]
    assert near_side(both, 0, change) == "right"
    assert near_side(both, change + 0.1, both.track.time_s[-1]) == "left"


def test_hops_out_of_balance_are_one_set_without_contact_times() -> None:
    whole, _ = known(pan(SET))
    landing = whole.contacts[1]
    keep = whole.track.time_s < landing.touchdown_s + 0.5 * landing.duration_s
    # The first hop twice, with the balance before it between: landing and balance are one stand.
    cut = {name: getattr(whole.track, name)[keep] for name in ("time_s", "xy_px", "world_m", "visibility")}
    track = replace(whole.track, **cut)
    landed = replace(landing, takeoff_s=float(track.time_s[-1]))
    once = replace(
        whole, track=track, contacts=(whole.contacts[0], landed), flights=whole.flights[:1], steps=()
    )
    twice = joined(once, once)
    stand = replace(landed, takeoff_s=twice.flights[1].takeoff_s)
    assert stand.duration_s > 0.65
    verdict = judge(replace(twice, contacts=(twice.contacts[0], stand, twice.contacts[3])))
    assert len(verdict.reps) == 2
    assert all("from standing" in rep.withheld["contact_time_ms"] for rep in verdict.reps)
    assert verdict.contacts == ()


# What is measured


@pytest.mark.parametrize(
    ("spec", "within", "sd"), [(STILL, 8, 6), (pan(replace(SET, side="left")), 14, 10)], ids=["near", "far"]
)
def test_the_heel_is_that_of_the_hopping_leg_in_flight(spec: ClipSpec, within: float, sd: float) -> None:
    motion, truth = known(spec)
    verdict = judge(motion)
    assert verdict.metrics["heel_recovery_deg"].n >= 3
    for rep, true in zip(verdict.reps, truth["reps"], strict=True):
        if "heel_recovery_deg" in rep.metrics:
            for name, allowed in (("heel_recovery_deg", within), ("heel_to_hip_ratio", 0.1)):
                assert rep.metrics[name] == pytest.approx(true["metrics"][name], abs=allowed)
            assert rep.sds["heel_recovery_deg"] == sd, "the far leg is half guessed"
            assert rep.key_s is not None
            assert rep.end_s - 0.4 < rep.key_s < rep.end_s


@pytest.mark.parametrize("spec", [STILL, pan(SET), pan(SHORT)], ids=["still", "following", "short hops"])
def test_distance_with_a_still_and_with_a_following_camera(spec: ClipSpec) -> None:
    motion, truth = known(spec)
    verdict = judge(motion)
    true = [rep["metrics"]["hop_distance_m"] for rep in truth["reps"]]
    found = verdict.metrics["hop_distance_m"]
    assert found.value == pytest.approx(np.mean(true), rel=0.1)
    assert found.sd is not None
    assert found.n >= 3
    for rep in verdict.reps:
        if "hop_distance_m" in rep.metrics:
            error = rep.metrics["hop_distance_m"] - true[rep.number - 1]
            assert abs(error) < 2.5 * rep.sds["hop_distance_m"], "the stated SD holds"


@pytest.mark.parametrize(
    ("fov_deg", "distance_m"), [(45.0, 6.0), (80.0, 5.0)], ids=["long lens", "wide lens"]
)
def test_each_hop_s_distance_through_lenses_that_are_not_known(fov_deg: float, distance_m: float) -> None:
    motion, truth = known(pan(replace(SET, hops=6), fov_deg=fov_deg, distance_m=distance_m))
    true = [rep["metrics"]["hop_distance_m"] for rep in truth["reps"]]
    found = {rep.number: rep.metrics["hop_distance_m"] for rep in judge(motion).reps}
    assert len(found) == 6
    for number, metres in found.items():
        assert metres == pytest.approx(true[number - 1], rel=0.15)


def test_body_heights_come_from_the_stature_given_or_seen() -> None:
    motion, truth = known(pan(SET))
    stature_m = truth["athlete"]["stature_m"]
    seen = judge(motion).metrics["hop_distance_body_heights"].value
    given = judge(motion, stature_m)
    true = np.mean([rep["metrics"]["hop_distance_body_heights"] for rep in truth["reps"]])
    assert seen == pytest.approx(true, rel=0.12)
    for rep in given.reps:
        assert rep.metrics["hop_distance_body_heights"] == pytest.approx(
            rep.metrics["hop_distance_m"] / stature_m
        )


def test_without_a_scale_or_a_sight_of_the_foot_no_distance_is_given() -> None:
    motion, _ = known(pan(SET))
    rep = judge(replace(motion, scale=None)).reps[1]
    assert "not seen well enough" in rep.withheld["hop_distance_m"]
    unseen = np.full(len(motion.track), np.nan)
    assert foot_travel(motion, motion.contacts, motion.flights, unseen) is None


def test_from_the_front_no_distance_and_no_angle_is_given() -> None:
    motion, _ = known(pan(SET))
    turned = replace(motion, track=replace(motion.track, world_m=motion.track.world_m[..., [2, 1, 0]]))
    for rep in judge(turned).reps:
        assert "film from the side" in rep.withheld["heel_recovery_deg"]
        assert "film from the side" in rep.withheld["hop_distance_m"]
        assert "flight_time_ms" in rep.metrics


def test_oblique_views_withhold_the_heel_and_keep_times() -> None:
    motion, _ = known(pan(SET, yaw_deg=45.0))
    verdict = judge(motion)
    assert verdict.metrics["heel_recovery_deg"].value is None
    assert "off the side view" in verdict.metrics["heel_recovery_deg"].reason
    assert verdict.metrics["contact_time_ms"].value is not None
    assert verdict.score is None


# What is said


def test_a_good_set_has_praise_only() -> None:
    verdict = judge(known(pan(SET))[0])
    assert to_mend(verdict) == set()
    assert {"heel_high", "distance_good"} <= {finding.code for finding in verdict.findings}
    assert verdict.score is not None
    assert verdict.score > 80


@pytest.mark.parametrize("code", list(FAULTS["single_leg_hop"]))
def test_each_fault_is_found_alone_with_a_cue_and_reps(code: str) -> None:
    fault = FAULTS["single_leg_hop"][code]
    assert isinstance(fault, HopParams)
    verdict = judge(known(pan(replace(fault, side="right", hops=3)))[0])
    assert to_mend(verdict) == set(fault.faults)
    finding = verdict.findings[0]
    assert finding.code == code
    assert finding.reps
    assert finding.cue
    marked = {rep.number for rep in verdict.reps if code in rep.findings}
    assert marked == set(finding.reps)


@pytest.mark.parametrize(("longer", "fades"), [(0.05, False), (0.9, True)])
def test_contacts_that_grow_are_fading_and_steady_ones_are_not(longer: float, fades: bool) -> None:
    motion, _ = known(pan(SET))
    three_sets = joined(joined(motion, motion), motion)
    seconds, becomes = [0.0], [0.0]
    working = [contact for contact in three_sets.contacts if contact.duration_s < 0.5]
    for number, contact in enumerate(working):
        stretched = contact.duration_s * (1 + longer * number / len(working))
        becomes += [becomes[-1] + contact.touchdown_s - seconds[-1]]
        becomes += [becomes[-1] + stretched]
        seconds += [contact.touchdown_s, contact.takeoff_s]
    end = float(three_sets.track.time_s[-1])
    tired = retimed(three_sets, [*seconds, end], [*becomes, becomes[-1] + end - seconds[-1]])
    verdict = judge(tired)
    fading = [finding for finding in verdict.findings if finding.code == "fading"]
    assert bool(fading) == fades
    if fades:
        assert "contacts grow" in fading[0].message
        assert fading[0].reps == (10, 11, 12)


def test_one_leg_alone_has_no_symmetry_and_says_what_to_film() -> None:
    metric = judge(known(pan(SET))[0]).metrics["limb_symmetry_pct"]
    assert metric.value is None
    assert "a set on each leg" in metric.reason


@pytest.mark.parametrize(("right", "uneven"), [(SET, False), (SHORT, True)], ids=["even", "uneven"])
def test_two_sets_compare_the_legs(right: HopParams, uneven: bool) -> None:
    left, _ = known(pan(replace(SET, side="left")))
    verdict = judge(joined(left, known(pan(right))[0]))
    assert [rep.side for rep in verdict.reps] == ["left"] * 4 + ["right"] * right.hops
    assert verdict.variant == "both legs"
    symmetry = verdict.metrics["limb_symmetry_pct"]
    assert symmetry.value == pytest.approx(100 * right.distance_m / 1.45, abs=9)
    assert symmetry.sd is not None
    asymmetry = [finding for finding in verdict.findings if finding.code == "asymmetry"]
    assert bool(asymmetry) == uneven
    if uneven:
        assert "right leg" in asymmetry[0].message
        assert set(asymmetry[0].reps) == {5, 6, 7}


# What it is and what it is not


@pytest.mark.parametrize("yaw_deg", [0.0, 45.0])
def test_hops_are_recognised_from_the_side_and_obliquely(yaw_deg: float) -> None:
    assert DRILL.likeness(known(pan(SET, yaw_deg=yaw_deg))[0]) > 0.9


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        (PogoParams(jumps=3), "on both feet"),
        (SkipParams(groups=4), "take turns"),
        (SplitParams(jumps=3), "on both feet|take turns|no two hops"),
    ],
    ids=["pogo", "a_skip", "split"],
)
def test_other_drills_are_no_hops(other: object, refusal: str) -> None:
    motion, _ = known(spec_of(other))
    assert DRILL.likeness(motion) < 0.5
    with pytest.raises(DrillError, match=rf"clip\.mp4: .*({refusal})"):
        judge(motion)


def test_no_flight_and_a_lone_one_are_refused() -> None:
    motion, _ = known(pan(SET))
    with pytest.raises(DrillError, match="no jumps found"):
        judge(replace(motion, flights=(), contacts=motion.contacts[:1]))
    with pytest.raises(DrillError, match="no two hops"):
        judge(replace(motion, flights=motion.flights[:1], contacts=motion.contacts[:1]))


def test_what_is_said_of_a_contact_is_shown_in_a_contact() -> None:
    motion, _ = known(pan(replace(SET, contact_ms=380, flight_ms=290)))
    (found,) = [finding for finding in judge(motion).findings if finding.code == "contact_long"]
    assert any(c.touchdown_s < (found.time_s or 0) < c.takeoff_s for c in motion.contacts[1:-1])


def test_a_long_contact_before_a_flight_that_is_not_seen_whole_is_told_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its flight time is withheld, and with it where in the rep the contact ends."""
    motion, _ = known(pan(replace(SET, contact_ms=380, flight_ms=290)))
    monkeypatch.setattr("kickform.drills.common.jumps.cut_reason", lambda *_: "the clip ends in this jump")
    verdict = judge(motion)
    assert "flight_time_ms" not in verdict.reps[0].metrics
    assert "contact_long" in [finding.code for finding in verdict.findings]
