"""Ladder footwork judged on motions whose every step is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kickform.drills.base import Verdict
from kickform.drills.ladder import DRILL
from kickform.errors import DrillError
from kickform.events.types import Contact
from kickform.motion.motion import Motion
from kickform.pose.track import Landmark
from kickform.subject import Athlete
from tests.by_hand import PX_PER_M, Foot, Step, stepping

FEET: tuple[Foot, Foot] = ("left", "right")
BOX_M = 0.42


def run(
    boxes: int = 11,
    feet: int = 1,
    *,
    rate_hz: float | Sequence[float] = 6.4,
    lead: Foot = "left",
    contact_share: float = 0.66,
    right_longer: float = 0.0,
    jitter: float = 0.0,
    ends: bool = True,
    box_m: float = BOX_M,
    **more: Any,
) -> Motion:
    """A run through a ladder; with `ends` it begins from standing and ends in a braking step and a stand.

    `right_longer` lengthens the right foot's contacts by that share and shortens the left's; `rate_hz` may
    be given for each step.
    """
    rng = np.random.default_rng(3)
    rates = [rate_hz] * (boxes * feet) if isinstance(rate_hz, float) else list(rate_hz)
    now, steps = 1.0, []
    for index, rate in enumerate(rates):
        foot: Foot = FEET[(FEET.index(lead) + index) % 2]
        beat = (1 + jitter * rng.uniform(-1, 1)) / rate
        length = beat * contact_share * (1 + (right_longer if foot == "right" else -right_longer))
        down = now + beat - length
        steps.append(Step(foot, down, now + beat, box_m * (index // feet) + 0.02 * (index % feet)))
        now += beat
    standing = []
    if ends:
        foot = FEET[(FEET.index(lead) + len(rates)) % 2]
        then: Foot = FEET[1 - FEET.index(foot)]
        steps.append(Step(foot, now + 0.08, now + 0.54, box_m * boxes))
        standing = [Step("left", 0.0, 0.7), Step("right", 0.0, 0.95), Step(then, now + 0.41, now + 1.5)]
    else:
        more.setdefault("after_s", 0.2)
    speed = more.pop("speed_m_s", box_m * np.mean(rates) / feet)
    thighs: dict[Foot, list[tuple[float, float]]] = {foot: [(0, 40), (9, 40)] for foot in FEET}
    return stepping(steps, thighs=more.pop("thighs", thighs), speed_m_s=speed, standing=standing, **more)


def judge(motion: Motion) -> Verdict:
    return DRILL.judge(motion, Athlete(), "clip.mp4")


def codes(verdict: Verdict) -> dict[str, str]:
    return {finding.code: finding.severity for finding in verdict.findings}


def wrong(verdict: Verdict) -> set[str]:
    return {finding.code for finding in verdict.findings if finding.severity != "good"}


def with_steps(motion: Motion, steps: Sequence[Contact]) -> Motion:
    return replace(motion, steps=tuple(steps))


def working(motion: Motion) -> list[int]:
    """Where the run's own steps are in `motion.steps`."""
    return [i for i, s in enumerate(motion.steps) if s.sd_s < 1 and s.duration_s < 0.3]


# What a rep is


@pytest.mark.parametrize("lead", FEET)
def test_one_foot_a_box(lead: Foot) -> None:
    verdict = judge(run(lead=lead))
    assert len(verdict.reps) == 11
    assert len(verdict.contacts) == 11, "neither standing nor the braking step"
    assert verdict.metrics["boxes"].value == 11
    assert verdict.metrics["feet_per_box"].value == 1
    assert verdict.metrics["lead_leg"].value == (lead == "right")
    assert [rep.side for rep in verdict.reps][:2] == [lead, FEET[1 - FEET.index(lead)]]
    assert "one foot" in verdict.variant


@pytest.mark.parametrize("lead", FEET)
@pytest.mark.parametrize("facing", [1, -1])
def test_both_feet_a_box(lead: Foot, facing: int) -> None:
    verdict = judge(run(9, 2, lead=lead, facing=facing))
    assert len(verdict.reps) == 9
    assert len(verdict.contacts) == 18
    assert verdict.metrics["feet_per_box"].value == 2
    assert verdict.metrics["lead_leg"].value == (lead == "right")
    assert {rep.side for rep in verdict.reps} == {"both"}
    for rep, first in zip(verdict.reps, verdict.contacts[::2], strict=True):
        assert rep.start_s == first.touchdown_s


def test_a_camera_that_stands_or_follows_sees_the_same_boxes() -> None:
    motion = run(8, 2)
    xy = motion.track.xy_px.copy()
    xy[..., 0] += (300 * np.sin(motion.track.time_s))[:, None]
    shaken = replace(motion, track=replace(motion.track, xy_px=xy))
    assert judge(shaken).metrics["feet_per_box"].value == 2
    assert len(judge(shaken).reps) == 8


def test_two_passes_count_on() -> None:
    first, second = run(8), run(7, lead="right")
    later = [
        replace(step, touchdown_s=step.touchdown_s + 3.5, takeoff_s=step.takeoff_s + 3.5)
        for step in second.steps
    ]
    gap = round(3.5 * 200)
    xy = np.concatenate([first.track.xy_px[:gap], second.track.xy_px])
    count = len(xy)
    track = replace(
        first.track,
        time_s=np.arange(count) / 200,
        xy_px=xy,
        world_m=np.zeros((count, 33, 3)),
        visibility=np.ones((count, 33)),
    )
    thigh = np.full(count, 40.0)
    angles = replace(first.angles, l_thigh_deg=thigh, r_thigh_deg=thigh)
    motion = replace(first, track=track, angles=angles, steps=(*first.steps, *later))
    verdict = judge(motion)
    assert [rep.number for rep in verdict.reps] == list(range(1, 16))
    assert [rep.metrics["lead_leg"] for rep in verdict.reps] == [0] * 8 + [1] * 7


# Steps that the estimator got wrong


@pytest.mark.parametrize("feet", [1, 2])
def test_a_missed_step_costs_no_box(feet: int) -> None:
    motion = run(9, feet)
    for lost in working(motion)[2:-2]:
        verdict = judge(with_steps(motion, [s for i, s in enumerate(motion.steps) if i != lost]))
        assert verdict.metrics["feet_per_box"].value == feet
        assert verdict.metrics["boxes"].value == len(verdict.reps) == 9
        assert all(rep.start_s < rep.end_s for rep in verdict.reps)
        rate = verdict.metrics["step_rate_hz"].value
        assert rate == pytest.approx(6.4, rel=0.01)
        assert not wrong(verdict)


def test_a_step_seen_twice_makes_no_box() -> None:
    motion = run(9)
    index = working(motion)[4]
    step = motion.steps[index]
    middle = (step.touchdown_s + step.takeoff_s) / 2
    halves = [replace(step, takeoff_s=middle - 0.004), replace(step, touchdown_s=middle + 0.004)]
    verdict = judge(with_steps(motion, [*motion.steps[:index], *halves, *motion.steps[index + 1 :]]))
    assert len(verdict.reps) == 9


@pytest.mark.parametrize("feet", [1, 2])
def test_a_step_on_the_wrong_foot_is_put_right(feet: int) -> None:
    motion = run(9, feet)
    index = working(motion)[4]
    steps = list(motion.steps)
    steps[index] = replace(steps[index], side="right" if steps[index].side == "left" else "left")
    verdict = judge(with_steps(motion, steps))
    assert len(verdict.reps) == 9
    assert [c.side for c in verdict.contacts] == [FEET[i % 2] for i in range(9 * feet)]


@pytest.mark.parametrize("feet", [1, 2])
def test_long_steps_into_and_out_of_the_ladder_are_no_boxes(feet: int) -> None:
    motion = run(9, feet, ends=False)
    first, last = motion.steps[0], motion.steps[-1]
    before = replace(
        first,
        side="right" if first.side == "left" else "left",
        touchdown_s=first.touchdown_s - 0.26,
        takeoff_s=first.takeoff_s - 0.24,
    )
    after = replace(
        last,
        side="right" if last.side == "left" else "left",
        touchdown_s=last.touchdown_s + 0.24,
        takeoff_s=last.takeoff_s + 0.26,
    )
    xy = motion.track.xy_px.copy()
    for step, shift_m in ((before, -0.9), (after, 0.9)):
        toe = Landmark.L_FOOT_INDEX if step.side == "left" else Landmark.R_FOOT_INDEX
        rival = first if step is before else last
        other_toe = Landmark.L_FOOT_INDEX if rival.side == "left" else Landmark.R_FOOT_INDEX
        time_s = motion.track.time_s
        hip = 320 + PX_PER_M * -BOX_M * 6.4 / feet * time_s
        place = np.interp((rival.touchdown_s + rival.takeoff_s) / 2, time_s, xy[:, other_toe, 0] - hip)
        inside = (time_s > step.touchdown_s - 0.02) & (time_s < step.takeoff_s + 0.02)
        xy[inside, toe, 0] = (hip + place + PX_PER_M * shift_m)[inside]
    track = replace(motion.track, xy_px=xy)
    verdict = judge(replace(motion, track=track, steps=(before, *motion.steps, after)))
    assert len(verdict.reps) == 9
    assert verdict.metrics["feet_per_box"].value == feet
    assert verdict.reps[0].start_s == first.touchdown_s
    assert verdict.metrics["step_rate_hz"].value == pytest.approx(6.4, rel=0.01)


def test_a_push_off_and_a_braking_step_that_look_quick_are_no_boxes() -> None:
    motion = run(9)
    steps = list(motion.steps)
    first = steps[working(motion)[0]]
    push_off = replace(
        first, side="right", touchdown_s=first.touchdown_s - 0.14, takeoff_s=first.touchdown_s - 0.05
    )
    brake = next(i for i, step in enumerate(steps) if step.sd_s < 1 and step.duration_s > 0.4)
    steps[brake] = replace(steps[brake], takeoff_s=steps[brake].touchdown_s + 0.2, sd_s=math.inf)
    late = [step for step in steps if step.touchdown_s < 2.0 or step.sd_s < 1 or step is steps[brake]]
    verdict = judge(with_steps(motion, [push_off, *late]))
    assert len(verdict.reps) == 9
    assert verdict.reps[0].start_s == first.touchdown_s
    assert verdict.metrics["lead_leg"].value == 0


def test_the_last_box_counts_also_where_its_end_is_not_timed() -> None:
    motion = run(9)
    index = working(motion)[-1]
    steps = list(motion.steps)
    steps[index] = replace(steps[index], takeoff_sd_s=math.inf, sd_s=math.inf)
    verdict = judge(with_steps(motion, steps))
    assert len(verdict.reps) == 9
    assert len(verdict.contacts) == 8
    assert "too uncertain" in verdict.reps[-1].withheld["contact_time_ms"]


# What is refused


def test_too_few_frames_withhold_the_times_and_keep_the_boxes() -> None:
    verdict = judge(run(fps=30.0))
    assert len(verdict.reps) == 11
    assert verdict.score is None
    for name in ("step_rate_hz", "contact_time_ms", "rhythm_cv_pct", "contact_time_asymmetry_pct"):
        assert verdict.metrics[name].value is None
        assert "30 frames a second" in verdict.metrics[name].reason
        assert "120" in verdict.metrics[name].reason
    assert wrong(verdict) == set()


def walk(step_s: float = 0.54, share: float = 1.16, step_m: float = 0.66) -> Motion:
    steps = [
        Step(FEET[i % 2], 0.5 + step_s * i, 0.5 + step_s * i + share * step_s, step_m * i) for i in range(12)
    ]
    return stepping(steps, speed_m_s=step_m / step_s)


def test_walking_and_running_are_no_ladder() -> None:
    assert DRILL.likeness(walk()) == 0
    with pytest.raises(DrillError, match=r"clip\.mp4: no run of quick steps"):
        judge(walk())
    assert DRILL.likeness(walk(0.34, 0.7, 1.1)) < 0.5, "running"


def test_stepping_on_the_spot_is_refused_with_the_cure() -> None:
    motion = run(box_m=0.0, speed_m_s=0.0)
    assert DRILL.likeness(motion) < 0.5
    with pytest.raises(DrillError, match="on the spot"):
        judge(motion)


def test_a_camera_in_front_is_refused_with_the_cure() -> None:
    with pytest.raises(DrillError, match="film from the side"):
        judge(run(plane="frontal"))


def test_no_steps_at_a_low_frame_rate_name_the_frame_rate() -> None:
    motion = with_steps(run(fps=30.0), ())
    with pytest.raises(DrillError, match="at 30 frames a second"):
        judge(motion)


def test_ladders_are_recognised() -> None:
    for feet in (1, 2):
        assert DRILL.likeness(run(9, feet)) > 0.9
        assert DRILL.likeness(run(9, feet, plane="oblique")) > 0.9
    knees: dict[Foot, list[tuple[float, float]]] = {foot: [(0, 85), (9, 85)] for foot in FEET}
    assert DRILL.likeness(run(9, thighs=knees)) < 0.5, "high knees"


# What is measured


def test_metrics_by_hand() -> None:
    verdict = judge(run(rate_hz=6.0, contact_share=0.6))
    rep = verdict.reps[3]
    assert rep.metrics["step_rate_hz"] == pytest.approx(6.0)
    assert rep.metrics["contact_time_ms"] == pytest.approx(100)
    assert "the next box is not seen" in verdict.reps[-1].withheld["step_rate_hz"]
    two = judge(run(rate_hz=6.0, feet=2))
    assert two.reps[3].metrics["step_rate_hz"] == pytest.approx(6.0)
    for each in (verdict, two):
        for name, metric in each.metrics.items():
            assert metric.sd is not None or metric.reason, name
        for name in ("step_rate_hz", "contact_time_ms"):
            assert 0 < each.reps[3].sds[name] < each.reps[3].metrics[name]


def test_the_step_rate_of_the_set_is_surer_than_that_of_a_box() -> None:
    verdict = judge(run())
    sd = verdict.metrics["step_rate_hz"].sd
    assert sd is not None
    assert sd < 0.2 * verdict.reps[3].sds["step_rate_hz"]


# What is said


@pytest.mark.parametrize(("rate", "severity"), [(4.0, "fault"), (4.8, "advice"), (5.5, None), (6.5, "good")])
def test_step_rates(rate: float, severity: str | None) -> None:
    found = codes(judge(run(rate_hz=rate)))
    assert (found.get("steps_slow") or found.get("steps_quick")) == severity


@pytest.mark.parametrize(("rate", "points"), [(7.5, 100), (7.0, 100), (6.0, 85), (5.0, 65), (4.0, 40)])
def test_scores_follow_the_anchors(rate: float, points: float) -> None:
    verdict = judge(run(rate_hz=rate))
    assert verdict.reps[2].score == pytest.approx(points)
    assert verdict.score == pytest.approx(0.75 * points + 25)


@pytest.mark.parametrize("feet", [1, 2])
def test_feet_that_differ_are_named(feet: int) -> None:
    verdict = judge(run(9, feet, right_longer=0.13))
    found = next(finding for finding in verdict.findings if finding.code == "asymmetry")
    assert "right foot stays on the ground 23 % longer" in found.message
    assert verdict.metrics["contact_time_asymmetry_pct"].value == pytest.approx(23, abs=0.1)
    assert "rhythm_uneven" not in codes(verdict), "left and right are kept apart"
    assert "asymmetry" not in codes(judge(run(9, feet, right_longer=0.03)))


def timed_to(motion: Motion, sd_s: float) -> Motion:
    """The same steps, known less well."""
    known = [math.isfinite(step.sd_s) for step in motion.steps]
    ends = {"touchdown_sd_s": sd_s, "takeoff_sd_s": sd_s, "sd_s": 1.4 * sd_s}
    pairs = zip(motion.steps, known, strict=True)
    return with_steps(motion, [replace(step, **ends) if sure else step for step, sure in pairs])


def test_feet_that_the_other_shoe_hides_are_not_called_unlike() -> None:
    unlike = run(9, 2, right_longer=0.10)
    assert "asymmetry" in codes(judge(timed_to(unlike, 0.004)))
    assert "asymmetry" not in codes(judge(timed_to(unlike, 0.013)))


def test_an_uneven_rhythm_that_may_be_noise_is_not_told() -> None:
    uneven = run(jitter=0.3)
    assert "rhythm_uneven" in codes(judge(timed_to(uneven, 0.003)))
    assert "rhythm_uneven" not in codes(judge(timed_to(uneven, 0.012)))


def test_an_uneven_rhythm_is_told() -> None:
    assert "rhythm_uneven" in wrong(judge(run(jitter=0.4)))
    assert codes(judge(run(jitter=0.03)))["rhythm_even"] == "good"


def test_feet_that_slow_down_on_the_way_say_to_stop() -> None:
    rates = [7.0, 7.0, 6.9, 6.7, 6.5, 6.2, 5.9, 5.7, 5.4, 5.2, 5.0]
    found = next(finding for finding in judge(run(rate_hz=rates)).findings if finding.code == "fading")
    assert found.severity == "fault"
    assert "form is going" in found.message
    assert "fading" not in codes(judge(run(jitter=0.05)))


def test_the_boxes_are_told_with_the_leg_to_lead_next() -> None:
    found = next(finding for finding in judge(run(10, 2, lead="right")).findings if finding.code == "boxes")
    assert found.message == "10 boxes, both feet in each, right leg leading."
    assert "left leg" in found.cue
