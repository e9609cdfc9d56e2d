"""Time stamps become strictly increasing seconds."""

from __future__ import annotations

import pytest

from kickform.video.decode import ReadReport, TimestampClock


class _Stream:
    time_base = 0.001
    start_time = 0


def test_pictures_that_come_at_no_later_time_are_skipped_and_counted() -> None:
    report = ReadReport()
    clock = TimestampClock(0.04, _Stream(), None)
    times = [clock.time_of(pts, report) for pts in (0, 40, 40, 30, 80)]
    assert times == [0.0, pytest.approx(0.04), None, None, pytest.approx(0.08)]
    assert report.untimed == 2


def test_pictures_without_a_time_are_placed_and_counted() -> None:
    report = ReadReport()
    clock = TimestampClock(0.04, _Stream(), None)
    times = [clock.time_of(pts, report) for pts in (None, None, 90, None)]
    assert times == pytest.approx([0.0, 0.04, 0.09, 0.13])
    assert report.guessed_times == 3


def test_a_clip_that_starts_before_zero_is_shifted_to_zero() -> None:
    class Early(_Stream):
        start_time = -300

    assert TimestampClock(0.04, Early(), None).time_of(-300, ReadReport()) == pytest.approx(0.0)
