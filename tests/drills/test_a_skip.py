"""A-skips judged on motions whose every bounce and thigh drive is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kickform.drills.a_skip import DRILL
from kickform.drills.base import Verdict
from kickform.errors import DrillError
from kickform.motion.motion import Motion
from kickform.subject import Athlete
from tests.by_hand import Foot, Step, stepping

FEET: tuple[Foot, Foot] = ("left", "right")


def skips(
    bounces: Sequence[int] = (2,) * 8,
    *,
    contact_ms: float | dict[Foot, float] = 170.0,
    air_ms: float = 100.0,
    change_ms: float = 120.0,
    thigh_deg: float | Sequence[float] | dict[Foot, float] = 90.0,
    jitter_ms: float = 0.0,
    lead: Foot = "left",
    out: bool = True,
    **more: Any,
) -> Motion:
    """A-skips, `bounces` of them in each group; with `out` they begin from standing and end in a walk.

    `thigh_deg` and `contact_ms` may be given for each group or for each bouncing foot.
    """
    rng = np.random.default_rng(5)
    now, steps = 1.0, []
    thighs: dict[Foot, list[tuple[float, float]]] = {foot: [(0.0, 0.0)] for foot in FEET}
    for group, count in enumerate(bounces):
        foot = FEET[(FEET.index(lead) + group) % 2]
        began = now + change_ms / 1000
        for bounce in range(count):
            length = contact_ms[foot] if isinstance(contact_ms, dict) else contact_ms
            now += (air_ms if bounce else change_ms) / 1000 + jitter_ms * rng.uniform(-1, 1) / 1000
            steps.append(Step(foot, now, now + length / 1000, now))
            now += length / 1000
        top = thigh_deg
        if isinstance(thigh_deg, dict):
            top = thigh_deg[foot]
        elif isinstance(thigh_deg, Sequence):
            top = thigh_deg[group]
        swing: Foot = FEET[1 - FEET.index(foot)]
        thighs[swing] += [(began, 20.0), (began + 0.6 * (now - began), float(top)), (now, 30.0)]
        thighs[foot] += [(began, 10.0), (now, 0.0)]
    standing = []
    if out:
        first: Foot = FEET[(FEET.index(lead) + len(bounces)) % 2]
        then: Foot = FEET[1 - FEET.index(first)]
        steps.append(Step(first, now + 0.12, now + 0.58, now))
        standing = [Step("left", 0.0, 0.7), Step("right", 0.0, 0.9), Step(then, now + 0.45, now + 1.5)]
    return stepping(
        steps, thighs={foot: sorted(keys) for foot, keys in thighs.items()}, standing=standing, **more
    )


def judge(motion: Motion, athlete: Athlete = Athlete()) -> Verdict:  # noqa: B008  # it is frozen
    return DRILL.judge(motion, athlete, "clip.mp4")


def codes(verdict: Verdict) -> dict[str, str]:
    return {finding.code: finding.severity for finding in verdict.findings}


def wrong(verdict: Verdict) -> set[str]:
    return {finding.code for finding in verdict.findings if finding.severity != "good"}


# What a rep is


@pytest.mark.parametrize("lead", FEET)
def test_a_rep_is_the_bounces_of_one_foot(lead: Foot) -> None:
    verdict = judge(skips([2] * 9, lead=lead))
    assert [rep.number for rep in verdict.reps] == list(range(1, 10))
    assert [rep.side for rep in verdict.reps][:3] == [lead, FEET[1 - FEET.index(lead)], lead]
    assert [rep.metrics["bounces"] for rep in verdict.reps] == [2] * 9
    assert len(verdict.contacts) == 18, "neither standing nor the walk after it"
    for rep in verdict.reps:
        assert rep.key_s is not None
        assert rep.start_s < rep.key_s < rep.end_s


def test_good_skips_are_praised_and_nothing_is_to_mend() -> None:
    verdict = judge(skips())
    assert not wrong(verdict)
    assert set(codes(verdict)) == {
        "thigh_high", "two_bounces", "contact_short", "clearance_low", "rhythm_even",
    }  # fmt: skip
    assert verdict.score == pytest.approx(100)


def test_a_skip_left_out_and_a_stutter_are_counted_and_told() -> None:
    verdict = judge(skips([2, 2, 1, 2, 3, 2, 2, 2, 2, 2]))
    assert [rep.metrics["bounces"] for rep in verdict.reps] == [2, 2, 1, 2, 3, 2, 2, 2, 2, 2]
    found = {finding.code: finding.reps for finding in verdict.findings if finding.severity != "good"}
    assert found == {"single_bounce": (3,), "stutter": (5,)}
    assert verdict.reps[2].findings == ("single_bounce",)
    assert verdict.reps[2].withheld["clearance_cm"] == "only one bounce"


def test_many_skips_left_out_are_a_fault_and_one_is_advice() -> None:
    assert codes(judge(skips([2] * 6 + [1] + [2] * 5)))["single_bounce"] == "advice"
    assert codes(judge(skips([2, 1, 2, 1, 2, 2, 1, 2])))["single_bounce"] == "fault"


def test_a_bounce_that_was_not_seen_is_not_called_a_skip_left_out() -> None:
    motion = skips([2] * 8)
    for lost in (5, 8):
        worse = replace(motion, steps=tuple(s for i, s in enumerate(motion.steps) if i != lost))
        verdict = judge(worse)
        assert len(verdict.reps) == 8
        assert not wrong(verdict)
        doubtful = [rep for rep in verdict.reps if "bounces" not in rep.metrics]
        assert len(doubtful) == 1
        assert "missed" in doubtful[0].withheld["bounces"]


def test_a_bounce_given_to_the_wrong_foot_is_put_right() -> None:
    motion = skips([2] * 8, clearance_m=0.3)
    for index in (4, 7):
        steps = list(motion.steps)
        steps[index] = replace(steps[index], side="right" if steps[index].side == "left" else "left")
        verdict = judge(replace(motion, steps=tuple(steps)))
        assert [rep.metrics["bounces"] for rep in verdict.reps] == [2] * 8
        assert [rep.side for rep in verdict.reps] == ["left", "right"] * 4


def test_a_bounce_seen_as_two_is_one_and_a_flicker_of_the_other_foot_is_none() -> None:
    motion = skips([2] * 8)
    step = motion.steps[6]
    middle = (step.touchdown_s + step.takeoff_s) / 2
    halves = (replace(step, takeoff_s=middle - 0.006), replace(step, touchdown_s=middle + 0.006))
    flicker = replace(
        step,
        side="right" if step.side == "left" else "left",
        touchdown_s=step.touchdown_s + 0.02,
        takeoff_s=step.touchdown_s + 0.08,
    )
    for wrongly in (halves, (step, flicker)):
        verdict = judge(replace(motion, steps=(*motion.steps[:6], *wrongly, *motion.steps[7:])))
        assert [rep.metrics["bounces"] for rep in verdict.reps] == [2] * 8
        assert verdict.metrics["contact_time_ms"].value == pytest.approx(170)


def test_running_in_is_no_rep() -> None:
    verdict = judge(skips([1, 1, 2, 2, 2, 2, 2, 2, 1], thigh_deg=[40, 45, 90, 90, 90, 90, 90, 90, 35]))
    assert [rep.metrics["bounces"] for rep in verdict.reps] == [2] * 6
    assert not wrong(verdict)


# What is refused, and what is something else


def walk(count: int = 10) -> Motion:
    steps = [Step(FEET[i % 2], 0.5 + 0.54 * i, 0.5 + 0.54 * i + 0.63, 0.66 * i) for i in range(count)]
    swings: dict[Foot, list[tuple[float, float]]] = {
        foot: [(0.5 + 0.54 * i, 30.0 if i % 2 == n else -20.0) for i in range(count)]
        for n, foot in enumerate(FEET)
    }
    return stepping(steps, thighs=swings, speed_m_s=1.2)


def test_walking_is_refused() -> None:
    assert DRILL.likeness(walk()) == 0
    with pytest.raises(DrillError, match=r"clip\.mp4: no A-skips found in it; film at least four"):
        judge(walk())


def test_hops_on_one_foot_are_refused() -> None:
    steps = [Step("left", 0.5 + 0.6 * i, 0.75 + 0.6 * i, 1.4 * i) for i in range(6)]
    motion = stepping(steps, thighs={"right": [(0, 60), (9, 60)]}, speed_m_s=2.4)
    assert DRILL.likeness(motion) < 0.5
    with pytest.raises(DrillError, match="on one foot"):
        judge(motion)


def test_running_with_low_thighs_is_refused() -> None:
    with pytest.raises(DrillError, match="each foot lands once and the thighs stay low"):
        judge(skips([1] * 10, thigh_deg=40.0))
    assert set(codes(judge(skips([1] * 10, thigh_deg=80.0)))) >= {"single_bounce"}, "A-skips without the skip"


def test_skips_are_recognised_also_with_flaws() -> None:
    assert DRILL.likeness(skips()) > 0.9
    assert DRILL.likeness(skips(thigh_deg=55.0)) > 0.9
    assert DRILL.likeness(skips([2, 1, 2, 2, 3, 2, 2, 1, 2, 2])) > 0.7
    assert DRILL.likeness(skips(plane="oblique")) > 0.9
    assert DRILL.likeness(skips([1] * 10)) > 0.5, "every second bounce left out, thighs high"


def test_running_is_no_skip() -> None:
    assert DRILL.likeness(skips([1] * 10, thigh_deg=55.0)) < 0.5
    fast = skips([1] * 10, thigh_deg=75.0, speed_m_s=5.0)
    steps = [Step(s.side, s.touchdown_s, s.takeoff_s, 5 * s.touchdown_s) for s in fast.steps if s.sd_s < 1]  # type: ignore[arg-type]
    thighs: dict[Foot, list[tuple[float, float]]] = {foot: [(0, 75), (9, 75)] for foot in FEET}
    assert DRILL.likeness(stepping(steps, thighs=thighs, speed_m_s=5.0)) < 0.5


# What is measured


def test_metrics_by_hand() -> None:
    verdict = judge(skips(contact_ms=180, air_ms=100, change_ms=140, thigh_deg=84, clearance_m=0.06))
    rep = verdict.reps[3]
    assert rep.metrics["thigh_angle_deg"] == pytest.approx(84, abs=1)
    assert rep.metrics["contact_time_ms"] == pytest.approx(180)
    assert rep.metrics["clearance_cm"] == pytest.approx(6, abs=0.3)
    assert rep.metrics["cadence_per_min"] == pytest.approx(60000 / (180 + 100 + 180 + 140))
    assert "cadence_per_min" not in verdict.reps[-1].metrics
    for name in set(rep.metrics) - {"bounces"}:
        assert 0 < rep.sds[name] < rep.metrics[name], f"{name} has no honest SD"
    for name, metric in verdict.metrics.items():
        assert metric.sd is not None or metric.reason, name


def test_the_far_thigh_is_less_certain() -> None:
    left, right = judge(skips()).reps[:2]
    assert left.sds["thigh_angle_deg"] < right.sds["thigh_angle_deg"], (
        "the left foot's drive is the right leg"
    )


def test_clearance_needs_no_scale_and_is_surer_with_the_height() -> None:
    without = judge(skips(clearance_m=0.06)).reps[0]
    given = judge(skips(clearance_m=0.06), Athlete(height_m=1.72)).reps[0]
    taller = judge(skips(clearance_m=0.06), Athlete(height_m=2.0)).reps[0]
    assert given.metrics["clearance_cm"] == pytest.approx(without.metrics["clearance_cm"])
    assert given.sds["clearance_cm"] < without.sds["clearance_cm"]
    assert taller.metrics["clearance_cm"] == pytest.approx(6 * 2.0 / 1.72, abs=0.4)


def test_a_foot_that_rises_faster_than_a_foot_can_is_withheld() -> None:
    rep = judge(skips(clearance_m=0.4)).reps[0]
    assert "not seen well" in rep.withheld["clearance_cm"]


def test_an_oblique_view_withholds_the_thigh_and_keeps_times() -> None:
    verdict = judge(skips(plane="oblique"))
    assert verdict.metrics["thigh_angle_deg"].value is None
    assert "50° off the side view" in verdict.metrics["thigh_angle_deg"].reason
    assert verdict.metrics["contact_time_ms"].value == pytest.approx(170)
    assert verdict.score is None
    assert len(verdict.reps) == 8


def test_uncertain_contacts_are_withheld_with_the_reason() -> None:
    verdict = judge(skips(sd_s=0.05))
    assert verdict.metrics["contact_time_ms"].value is None
    assert "too uncertain" in verdict.metrics["contact_time_ms"].reason


def test_rhythm_is_that_of_like_intervals_without_the_noise_of_measuring() -> None:
    assert judge(skips(air_ms=60, change_ms=220)).metrics["rhythm_cv_pct"].value == pytest.approx(0, abs=0.01)
    steady = judge(skips(jitter_ms=10, sd_s=0.0001)).metrics["rhythm_cv_pct"].value
    noisy = judge(skips(jitter_ms=10, sd_s=0.004)).metrics["rhythm_cv_pct"].value
    assert steady is not None
    assert noisy is not None
    assert 1.0 < steady < 4.0
    assert noisy < steady
    few = judge(skips([2, 2, 2])).metrics["rhythm_cv_pct"]
    assert few.value is None
    assert "longer set" in few.reason


# What is said


@pytest.mark.parametrize(("thigh", "severity"), [(60, "fault"), (72, "advice"), (80, None), (90, "good")])
def test_thighs(thigh: float, severity: str | None) -> None:
    found = codes(judge(skips(thigh_deg=thigh)))
    assert (found.get("thigh_low") or found.get("thigh_high")) == severity


@pytest.mark.parametrize(("ms", "severity"), [(280, "fault"), (235, "advice"), (200, None), (160, "good")])
def test_contacts(ms: float, severity: str | None) -> None:
    found = codes(judge(skips(contact_ms=ms)))
    assert (found.get("contact_long") or found.get("contact_short")) == severity


@pytest.mark.parametrize(("cm", "severity"), [(18, "fault"), (13.5, "advice"), (11, None), (5, "good")])
def test_clearance(cm: float, severity: str | None) -> None:
    found = codes(judge(skips(clearance_m=cm / 100, air_ms=220)))
    assert (found.get("clearance_high") or found.get("clearance_low")) == severity


def test_an_uneven_rhythm_is_told_and_one_stumble_is_not() -> None:
    assert "rhythm_uneven" in wrong(judge(skips(jitter_ms=80, air_ms=150, change_ms=170)))
    stumble = skips([2] * 10)
    late = tuple(
        replace(step, touchdown_s=step.touchdown_s + 0.07, takeoff_s=step.takeoff_s + 0.07)
        if i == 8
        else step
        for i, step in enumerate(stumble.steps)
    )
    assert "rhythm_uneven" not in wrong(judge(replace(stumble, steps=late)))


def test_sinking_thighs_say_to_stop_the_set() -> None:
    sinking = [92, 91, 92, 90, 86, 82, 78, 74, 70, 66]
    verdict = judge(skips([2] * 10, thigh_deg=sinking))
    found = next(finding for finding in verdict.findings if finding.code == "fading")
    assert found.severity == "fault"
    assert "stop" in found.cue
    assert found.reps[-1] == 10
    slower = judge(skips([2] * 10, thigh_deg=[92, 91, 92, 91, 90, 89, 88, 86, 85, 83]))
    assert codes(slower).get("fading") in (None, "advice")
    assert "fading" not in wrong(judge(skips([2] * 10)))


def test_sides_that_differ_clearly_are_named() -> None:
    verdict = judge(skips(contact_ms={"left": 160.0, "right": 200.0}))
    found = next(finding for finding in verdict.findings if finding.code == "asymmetry")
    assert "right foot stays on the ground 20 % longer" in found.message
    assert set(found.reps) == {2, 4, 6, 8}
    thighs = judge(skips(thigh_deg={"left": 92.0, "right": 60.0}))
    found = next(finding for finding in thighs.findings if finding.code == "asymmetry")
    assert "left thigh comes up" in found.message, "the left leg drives while the right foot bounces"
    assert "asymmetry" not in wrong(judge(skips(thigh_deg={"left": 92.0, "right": 84.0})))


@pytest.mark.parametrize(
    ("change", "points"),
    [
        ({"thigh_deg": 75.0}, 0.85 * (0.45 * 80 + 55) + 15),
        ({"thigh_deg": 60.0}, 0.85 * (0.45 * 40 + 55) + 15),
        ({"contact_ms": 220.0}, 0.85 * (80 + 0.2 * 80) + 15),
        ({"clearance_m": 0.15, "air_ms": 220.0}, 0.85 * (85 + 0.15 * 60) + 15),
    ],
)
def test_scores_follow_the_anchors(change: dict[str, float], points: float) -> None:
    assert judge(skips(**change)).score == pytest.approx(points, abs=1.5)  # type: ignore[arg-type]


def test_a_bounce_whose_beginning_was_not_seen_leaves_the_count_open() -> None:
    motion = skips([2, 2, 1, 2])
    lone = motion.steps[6]
    assert judge(motion).reps[2].metrics["bounces"] == 1
    ends = {"touchdown_s": lone.takeoff_s, "takeoff_s": lone.takeoff_s + 0.1, "touchdown_sd_s": math.inf}
    steps = (*motion.steps, replace(lone, **ends, sd_s=math.inf))
    rep = judge(replace(motion, steps=steps)).reps[2]
    assert "bounces" not in rep.metrics
    assert rep.withheld["bounces"]
