"""Quick steps and skips that landmarks found, timed by soles whose contacts are known."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from kickform.events.fitting.foot_motion import SoleMotion
from kickform.events.steps.refine import QuickRun, refine_quick_steps, refine_skips
from kickform.events.types import Contact, Side
from tests.treads import STATURE_PX, walked

Pair = tuple[float, float]
Spans = list[Pair]
LEFT: Spans = [(0.0, 0.6), *((0.9 + 0.32 * i, 1.0 + 0.32 * i) for i in range(6)), (2.95, 4.0)]
RIGHT: Spans = [(0.0, 0.75), *((1.06 + 0.32 * i, 1.16 + 0.32 * i) for i in range(6)), (3.2, 4.0)]


def treads(left: Spans = LEFT, right: Spans = RIGHT) -> SoleMotion:
    time_s = np.arange(0.002, 4.0, 1 / 120)
    return SoleMotion.of(walked(time_s, (left, right)), time_s, np.full(len(time_s), STATURE_PX), 1)


def step(side: Side, span: Pair, off_s: float, sds: Pair) -> Contact:
    down, up = (at + off_s for at in span)
    return Contact(side, down, up, *sds, math.hypot(*sds))


def landmarks(off_s: float = 0.008, sds: Pair = (0.009, 0.009)) -> list[Contact]:
    both = [step("left", span, off_s, sds) for span in LEFT[1:-1]]
    both += [step("right", span, -off_s, sds) for span in RIGHT[1:-1]]
    return sorted(both, key=lambda one: one.touchdown_s)


def true_spans() -> Spans:
    return sorted(LEFT[1:-1] + RIGHT[1:-1])


def errors_ms(steps: list[Contact]) -> np.ndarray:
    return np.array(
        [
            [1000 * (one.touchdown_s - down), 1000 * (one.takeoff_s - up)]
            for one, (down, up) in zip(steps, true_spans(), strict=True)
        ]
    )


def test_soles_time_the_steps_that_landmarks_found() -> None:
    run = refine_quick_steps(treads(), QuickRun(landmarks(), paired=False))
    wrong = np.abs(errors_ms(run.steps))
    assert wrong[:, 0].mean() < 3
    assert wrong[:, 1].mean() < 7
    assert all(one.sd_s < 0.015 for one in run.steps)


def test_a_foot_that_is_hidden_is_timed_by_landmarks_and_is_not_sure() -> None:
    hidden = treads()
    hidden.step[(hidden.time_s > 0.8) & (hidden.time_s < 3.1), 0] = np.nan
    run = refine_quick_steps(hidden, QuickRun(landmarks(), paired=False))
    for one in run.steps:
        if one.side == "left":
            assert 0.02 < one.touchdown_sd_s < 0.03
            assert 0.02 < one.takeoff_sd_s < 0.03
        else:
            assert one.sd_s < 0.015


def test_beside_the_other_foot_the_stands_tell_what_landmarks_cannot() -> None:
    coarse = landmarks(off_s=0.04, sds=(0.02, 0.06))
    run = refine_quick_steps(treads(), QuickRun(coarse, paired=True))
    wrong = np.abs(errors_ms(run.steps))
    assert wrong[:, 0].mean() < 4
    assert wrong[:, 1].mean() < 12
    assert all(0.015 < one.takeoff_sd_s < 0.03 for one in run.steps)  # the other shoe is in the way


@pytest.mark.parametrize("lost", [0, -1])
def test_a_step_that_a_run_lacks_at_an_end_is_added(lost: int) -> None:
    coarse = landmarks(off_s=0.0, sds=(0.02, 0.06))
    whole = list(coarse)
    del whole[lost]
    run = refine_quick_steps(treads(), QuickRun(whole, paired=True))
    assert [one.side for one in run.steps] == [one.side for one in coarse]
    assert np.abs(errors_ms(run.steps)[:, 0]).mean() < 4


def test_a_braking_step_gets_all_of_its_stand_and_no_end() -> None:
    braking = step("left", (2.95, 3.06), 0.0, (0.009, math.inf))
    run = refine_quick_steps(treads(), QuickRun([*landmarks(), braking], paired=False))
    assert run.steps[-1].takeoff_s > 3.9
    assert math.isinf(run.steps[-1].sd_s)
    assert run.span[1] < 3.0


def test_a_contact_much_longer_than_the_others_has_no_known_end() -> None:
    right = [*RIGHT[:-2], (RIGHT[-2][0], RIGHT[-2][0] + 0.2), (3.3, 4.0)]
    run = refine_quick_steps(treads(right=right), QuickRun(landmarks(sds=(0.02, 0.06)), paired=True))
    last = [one for one in run.steps if one.side == "right"][-1]
    assert math.isinf(last.takeoff_sd_s)
    assert math.isfinite(last.touchdown_sd_s)


def test_a_skip_keeps_its_contacts_and_gets_their_times() -> None:
    coarse = [replace(one, touchdown_s=one.touchdown_s - 0.01) for one in landmarks(off_s=0.015)]
    told = refine_skips(treads(), coarse)
    assert len(told) == len(coarse)
    assert np.abs(errors_ms(told)).mean(axis=0) == pytest.approx([0, 0], abs=8)


def test_a_stand_as_long_as_a_bounce_is_believed_where_landmarks_are_far_off() -> None:
    coarse = landmarks(off_s=0.0, sds=(0.01, 0.02))
    wild = next(n for n, one in enumerate(coarse) if one.side == "left" and one.touchdown_s > 1.5)
    coarse[wild] = replace(coarse[wild], touchdown_s=coarse[wild].touchdown_s + 0.08)
    told = refine_skips(treads(), coarse)
    assert np.abs(errors_ms(told)[wild]).max() < 20


def test_a_stand_much_longer_than_a_bounce_is_not_believed() -> None:
    """The soles lose the foot as it leaves, and find it on the ground: the landmarks have it right."""
    left = [*LEFT[:3], (LEFT[3][0], LEFT[3][1] + 0.1), *LEFT[4:]]
    told = refine_skips(treads(left=left), landmarks(off_s=0.0))
    longest = max(one.duration_s for one in told)
    assert longest < 0.15


def test_contacts_that_differ_are_not_made_alike() -> None:
    """An uneven rhythm: every second contact of a foot lasts 150 ms instead of 100."""
    left = [(down, up + 0.05 * (number in (2, 4, 6))) for number, (down, up) in enumerate(LEFT)]
    told = [one for one in refine_skips(treads(left=left), landmarks()) if one.side == "left"]
    lengths = [one.duration_s for one in told]
    assert np.mean(lengths[1::2]) - np.mean(lengths[::2]) == pytest.approx(0.05, abs=0.015)


def test_beside_one_another_a_late_and_an_early_foot_are_drawn_together() -> None:
    """The nearer foot seems to leave 30 ms late, the one behind it 30 ms early, in all steps."""
    left = [LEFT[0], *((down, up + 0.03) for down, up in LEFT[1:-1]), LEFT[-1]]
    right = [RIGHT[0], *((down, up - 0.03) for down, up in RIGHT[1:-1]), RIGHT[-1]]
    run = refine_quick_steps(treads(left, right), QuickRun(landmarks(off_s=0.0, sds=(0.02, 0.06)), True))
    wrong = errors_ms(run.steps)[:, 1]
    assert np.abs(wrong).mean() < 14
    sds = [1000 * one.takeoff_sd_s for one in run.steps]
    assert np.mean(np.abs(wrong) < 1.96 * np.array(sds)) > 0.9


def test_bounces_that_soles_take_for_one_stand_are_not_joined() -> None:
    joined = [LEFT[0], (LEFT[1][0], LEFT[2][1]), *LEFT[3:]]
    coarse = landmarks(off_s=0.0)
    told = refine_skips(treads(left=joined), coarse)
    assert len(told) == len(coarse)
    first = [one for one in told if one.side == "left"][:2]
    assert first[0].takeoff_s < first[1].touchdown_s


def _early(spans: Spans, numbers: tuple[int, ...], early_s: float) -> Spans:
    """Return the spans, some of which seem to begin early."""
    return [(down - early_s * (i in numbers), up) for i, (down, up) in enumerate(spans)]


@pytest.mark.parametrize("early_s", [0.03, 0.08])
def test_a_foot_that_seems_to_stand_before_it_does_is_not_sure_of_its_landing(early_s: float) -> None:
    """The other shoe stands beside it: two of its six stands begin early, none of the other foot's does."""
    late = landmarks(off_s=0.0, sds=(0.02, 0.06))
    run = refine_quick_steps(treads(right=_early(RIGHT, (3, 5), early_s)), QuickRun(late, paired=True))
    wrong_s = np.abs(errors_ms(run.steps)[:, 0]) / 1000
    sds = np.array([one.touchdown_sd_s for one in run.steps])
    assert (wrong_s < 2.2 * sds).all()
    right = [k for k, one in enumerate(run.steps) if one.side == "right"]
    assert sds[right[2]] > 2 * np.median(sds)
    if early_s < 0.05:
        assert wrong_s[right[2]] < 0.8 * early_s  # drawn to where it lands by how long it stays
    else:
        assert math.isinf(run.steps[right[2]].takeoff_sd_s)


def test_a_skip_s_landing_that_the_sole_has_elsewhere_is_the_landmarks() -> None:
    coarse = landmarks(off_s=0.0)
    told = refine_skips(treads(right=_early(RIGHT, (3,), 0.045)), coarse)
    wrong = np.abs(errors_ms(told)[:, 0])
    assert wrong.max() < 12
    doubted = [one for one in told if one.side == "right"][2]
    assert doubted.touchdown_sd_s >= 0.012
