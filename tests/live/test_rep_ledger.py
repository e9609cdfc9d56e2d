"""Which live reps count, and what those are worth whose feet were not followed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kickform.drills import Metric
from kickform.live.rep_ledger import RepLedger
from kickform.live.uncertainty import widen_untracked
from kickform.pose.flow.feet import PLACES
from kickform.pose.track import FeetMotion, PoseTrack
from kickform.results.findings import RepResult


def rep(start_s: float, end_s: float, **sds: float) -> RepResult:
    return RepResult(1, "both", start_s, end_s, None, dict.fromkeys(sds, 200.0), sds=sds)


def counts(ledger: RepLedger, seen: list[tuple[float, list[RepResult]]]) -> list[int]:
    after = []
    for now_s, proposed in seen:
        ledger.settle(proposed, (0.0, now_s), cut=False)
        after.append(ledger.count)
    return after


def test_a_rep_counts_once_judgements_agree() -> None:
    seen = [(2.12, [rep(1.0, 2.0)]), (2.18, [rep(1.0, 2.01)]), (2.25, [rep(1.0, 2.0)])]
    assert counts(RepLedger(), seen) == [0, 0, 1]


def test_a_moving_end_restarts_the_wait() -> None:
    seen = [
        (2.12, [rep(1.0, 2.0)]),
        (2.25, [rep(1.0, 2.15)]),
        (2.33, [rep(1.0, 2.15)]),
        (2.4, [rep(1.0, 2.15)]),
    ]
    assert counts(RepLedger(), seen) == [0, 0, 0, 1]


def test_an_end_at_the_newest_frame_does_not_count_yet() -> None:
    seen = [(2.0, [rep(1.0, 2.0)]), (2.13, [rep(1.0, 2.01)]), (2.26, [rep(1.0, 2.0)])]
    assert counts(RepLedger(), seen) == [0, 0, 1]


def test_a_rep_that_ended_a_while_ago_counts_at_once() -> None:
    assert counts(RepLedger(), [(2.31, [rep(1.0, 2.0)])]) == [1]


def test_a_rep_missed_once_stays_and_one_missed_for_long_is_withdrawn() -> None:
    there = [rep(1.0, 2.0)]
    seen = [(2.4, there), (2.5, []), (2.6, there), (2.7, []), (2.8, []), (2.91, [])]
    assert counts(RepLedger(), seen) == [1, 1, 1, 1, 1, 0]


def track(step_px: np.ndarray | None) -> PoseTrack:
    count = 60
    feet = None if step_px is None else FeetMotion(step_px)
    return PoseTrack(
        np.arange(count) / 30, np.zeros((count, 33, 2)), np.zeros((count, 33, 3)), np.ones((count, 33)), 640,
        480, feet=feet,
    )  # fmt: skip


TIME = Metric("contact_time_ms", "Contact time", "ms", "lower")


@pytest.mark.parametrize(
    ("from_frame", "wider"), [(None, True), (0, False), (33, False), (50, True)], ids=str
)
def test_untracked_feet_widen_the_sd_of_times(from_frame: int | None, wider: bool) -> None:
    """The rep lasts from frame 30 to 45."""
    step = None
    if from_frame is not None:
        step = np.zeros((60, 2, len(PLACES), 2))
        step[:from_frame] = np.nan
        step[:, 1] = np.nan  # one foot is enough
    before, seen = rep(1.0, 1.5, contact_time_ms=15.0, jump_height_cm=1.0), track(step)
    sure = widen_untracked(before, TIME, seen, seen.time_s)
    assert sure.sds["contact_time_ms"] == pytest.approx(math.hypot(15, 20) if wider else 15)
    assert sure.sds["jump_height_cm"] == 1.0


def test_untracked_feet_do_not_widen_angles() -> None:
    angle = Metric("knee_deg", "Knee", "°", "lower")
    seen = track(None)
    assert widen_untracked(rep(1.0, 1.5, knee_deg=3.0), angle, seen, seen.time_s[::2]).sds["knee_deg"] == 3.0


def test_dropped_frames_widen_the_sd_of_times() -> None:
    """Of the rep's 16 frames 4 were put between."""
    seen, before = track(np.zeros((60, 2, len(PLACES), 2))), rep(1.0, 1.5, contact_time_ms=15.0)
    looked_at = np.delete(seen.time_s, [33, 37, 38, 44, 50])
    sure = widen_untracked(before, TIME, seen, looked_at)
    assert sure.sds["contact_time_ms"] == pytest.approx(math.hypot(15, 25))
