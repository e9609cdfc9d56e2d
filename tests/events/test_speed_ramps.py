"""Files that change their speed: each part at its own, what is shown on the file's own timeline."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.time import conditions_of, drawn_sets, info_of, measure
from kickform.events.clock import Clock, SpeedSegment
from kickform.events.corrections import Correction, on_clock
from kickform.events.speed_ramps import clock_by_frames
from kickform.pipeline.analyze import judge_estimate
from kickform.pipeline.build_motion import build_motion
from kickform.pose.track import PoseTrack
from kickform.results.analysis import Analysis
from tests.synthetic import Camera, Clip, Stand, estimate, film, train

FPS = 240


@cache
def filmed() -> Clip:
    camera = Camera(fps=FPS, noise=0.002, far=2, seed=5)
    return film([Stand(0.5), train(0.2, 0.42, 9, 0.05, 3), Stand(0.5)], camera)


def ramp(factor: float) -> tuple[float, float, Clock]:
    """The clip's real seconds between which it plays slowly, from one flight to another, and its clock."""
    flights = filmed().flights
    start, stop = float(np.mean(flights[2])), float(np.mean(flights[6]))
    end = float(filmed().track.time_s[-1])
    length = factor * (stop - start)
    parts = (
        SpeedSegment(0.0, start, 1.0),
        SpeedSegment(start, start + length, factor),
        SpeedSegment(start + length, end + length, 1.0),
    )
    return start, stop, Clock(parts)


def stored(factor: int, *, kept: bool) -> PoseTrack:
    """The clip with its middle played slowly; with every frame, or at one frame rate."""
    start, stop, clock = ramp(factor)
    track = filmed().track
    slow = (track.time_s >= start) & (track.time_s < stop)
    keep = np.ones(len(track), bool) if kept else slow | (np.arange(len(track)) % factor == 0)
    return PoseTrack(
        clock.file_s(track.time_s[keep]),
        track.xy_px[keep],
        track.world_m[keep],
        track.visibility[keep],
        track.width_px,
        track.height_px,
    )


@cache
def judged(factor: int, kept: bool) -> Analysis:
    track = stored(factor, kept=kept)
    return judge_estimate(estimate(track), info_of(track, "ramped.mov"), drill="pogo")


@cache
def in_real_time() -> Analysis:
    return judge_estimate(estimate(filmed().track), filmed().info, drill="pogo")


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_where_every_frame_is_kept_nothing_changes_but_the_timeline(factor: int) -> None:
    one, two = in_real_time(), judged(factor, True)
    clock = ramp(factor)[2]
    assert len(two.contacts) == len(one.contacts) == 8
    for a, b in zip(one.contacts, two.contacts, strict=True):
        assert b.contact_time_ms == pytest.approx(a.contact_time_ms, abs=2)
        assert b.sd_ms == pytest.approx(a.sd_ms, rel=0.1)
        assert b.touchdown_s == pytest.approx(clock.file_s(a.touchdown_s), abs=0.02 * factor)
    for f, g in zip(one.flights, two.flights, strict=True):
        assert g.flight_time_ms == pytest.approx(f.flight_time_ms, abs=0.03 * f.flight_time_ms)
    for r, q in zip(one.reps, two.reps, strict=True):
        assert q.start_s == pytest.approx(clock.file_s(r.start_s), abs=0.02 * factor)
        assert q.end_s == pytest.approx(clock.file_s(r.end_s), abs=0.02 * factor)
    factors = [part.factor for part in two.video.speed_segments]
    assert factors == [1, factor, 1]
    assert two.video.slow_motion_factor == 1, "most jumps are at life's speed"
    (notice,) = [n for n in two.warnings if n.code == "speed_ramp"]
    assert f"{factor} times slower from" in notice.message


@pytest.mark.parametrize("factor", [4, 8])
def test_at_one_frame_rate_the_jumps_tell_and_the_contacts_between_are_withheld(factor: int) -> None:
    one, two = in_real_time(), judged(factor, False)
    assert [part.factor for part in two.video.speed_segments] == [1, factor, 1]
    clock = ramp(factor)[2]
    assert 4 <= len(two.contacts) < 8
    slow = [c for c in two.contacts if clock.factor_at(c.touchdown_s) == factor]
    assert len(slow) >= 2
    for contact in slow:
        near = min(one.contacts, key=lambda c: abs(clock.file_s(c.touchdown_s) - contact.touchdown_s))
        assert contact.contact_time_ms == pytest.approx(near.contact_time_ms, abs=3)
    frame_ms = 1000 * factor / FPS
    for contact in two.contacts:
        near = min(one.contacts, key=lambda c: abs(clock.file_s(c.touchdown_s) - contact.touchdown_s))
        assert contact.contact_time_ms == pytest.approx(near.contact_time_ms, abs=max(3, frame_ms))


def test_the_motion_of_an_analysis_lies_on_the_files_timeline() -> None:
    analysis = judged(8, True)
    assert analysis.motion is not None
    assert np.allclose(analysis.motion.track.time_s, stored(8, kept=True).time_s)
    shown = [c.touchdown_s for c in analysis.contacts]
    assert set(np.round(shown, 6)) <= {round(c.touchdown_s, 6) for c in analysis.motion.contacts}
    assert all(0 <= (f.time_s or 0) <= analysis.video.duration_s for f in analysis.findings)
    assert Analysis.from_json(analysis.to_json()).to_json() == analysis.to_json()


def test_corrections_are_given_on_the_files_timeline() -> None:
    contact = next(c for c in judged(8, True).contacts if ramp(8)[2].factor_at(c.touchdown_s) == 8)
    earlier = Correction("both", touchdown_s=contact.touchdown_s - 0.08, takeoff_s=contact.takeoff_s)
    track = stored(8, kept=True)
    after = judge_estimate(estimate(track), info_of(track), drill="pogo", corrections=[earlier])
    (moved,) = [c for c in after.contacts if c.corrected]
    assert moved.touchdown_s == pytest.approx(contact.touchdown_s - 0.08, abs=1e-6)
    assert moved.contact_time_ms == pytest.approx(contact.contact_time_ms + 10, abs=0.1)
    assert moved.sd_ms == pytest.approx(1000 * np.sqrt(2) / FPS / np.sqrt(12), rel=0.01)


def test_the_users_word_holds_for_the_whole_file() -> None:
    track = stored(4, kept=True)
    motion, _ = build_motion(track, info_of(track), slow_motion=4.0)
    assert motion.clock is None
    assert motion.slow_motion.factor == 4


@pytest.mark.parametrize("kept", [True, False])
def test_a_file_that_is_slower_still_all_over(kept: bool) -> None:
    """Everything twice as slow again: the frames' times tell the change, the jumps how slow it is."""
    track = stored(4, kept=kept)
    slower = replace(track, time_s=2 * track.time_s)
    motion, _ = build_motion(slower, info_of(slower))
    assert motion.clock is not None
    assert [part.factor for part in motion.clock.segments] == [2, 8, 2]


# What is no ramp


def times_of(*parts: tuple[float, float]) -> Any:
    """Frame times of parts (frames a second, seconds)."""
    steps = np.concatenate([np.full(round(rate * seconds), 1 / rate) for rate, seconds in parts])
    return np.concatenate([[0.0], np.cumsum(steps)])


@pytest.mark.parametrize(
    "parts",
    [
        [(60, 5)],
        [(240, 3)],
        [(60, 2), (30, 3), (60, 1)],  # a phone in a dark room
        [(240, 2), (170, 3)],  # no whole factor
        [(240, 3), (30, 0.1), (240, 2)],  # a hiccup
        [(240, 0.02)],
    ],
)
def test_changes_of_the_frame_rate_that_are_no_ramp(parts: list[tuple[float, float]]) -> None:
    assert clock_by_frames(times_of(*parts)) is None


def test_dropped_frames_are_no_ramp() -> None:
    times = times_of((240, 4))
    keep = np.random.default_rng(1).random(len(times)) > 0.1
    assert clock_by_frames(times[keep]) is None


def test_a_recording_that_begins_with_dropped_frames_is_no_ramp() -> None:
    times = times_of((240, 3))
    assert clock_by_frames(np.concatenate([times[:14:2], times[14:]])) is None


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_boundaries_are_found_to_a_few_frames(factor: int) -> None:
    clock = clock_by_frames(times_of((240, 2), (240 / factor, 4), (240, 1)))
    assert clock is not None
    assert [part.factor for part in clock.segments] == [1, factor, 1]
    assert clock.segments[1].start_s == pytest.approx(2.0, abs=0.03)
    assert clock.segments[1].stop_s == pytest.approx(6.0, abs=0.03 * factor)


# The clock


lengths = st.lists(
    st.tuples(st.floats(0.1, 20), st.sampled_from([1.0, 2.0, 4.0, 8.0])), min_size=1, max_size=6
)


def clock_of(parts: list[tuple[float, float]]) -> Clock:
    edges = np.concatenate([[0.0], np.cumsum([length for length, _ in parts])])
    return Clock(
        tuple(SpeedSegment(a, b, k) for a, b, (_, k) in zip(edges[:-1], edges[1:], parts, strict=True))
    )


@given(lengths, st.floats(-5, 150))
def test_a_clock_goes_there_and_back(parts: list[tuple[float, float]], time_s: float) -> None:
    clock = clock_of(parts)
    assert clock.file_s(clock.real_s(time_s)) == pytest.approx(time_s, abs=1e-9)
    step = 1e-4
    edges = [part.start_s for part in clock.segments] + [clock.segments[-1].stop_s]
    if min(abs(time_s - edge) for edge in edges) > 2 * step and time_s > 0:
        rate = (clock.real_s(time_s + step) - clock.real_s(time_s)) / step
        assert rate * clock.factor_at(time_s) == pytest.approx(1, rel=1e-6)


@given(lengths, lengths, st.floats(0, 40))
def test_two_clocks_after_one_another(
    one: list[tuple[float, float]], two: list[tuple[float, float]], time_s: float
) -> None:
    first, second = clock_of(one), clock_of(two)
    time_s = min(time_s, first.segments[-1].stop_s)
    both = first.then(second)
    assert both.real_s(time_s) == pytest.approx(second.real_s(first.real_s(time_s)), abs=1e-9)


def test_corrections_go_onto_the_clock() -> None:
    clock = clock_of([(1.0, 1.0), (8.0, 8.0)])
    (moved,) = on_clock([Correction("left", at_s=5.0, touchdown_s=1.0)], clock)
    assert (moved.at_s, moved.touchdown_s, moved.takeoff_s) == (1.5, 1.0, None)


# The benchmark, reduced


def test_the_speed_of_drawn_sets_is_told() -> None:
    """Two sets in all their ways; `python -m bench time` draws 250."""
    wrong = [
        outcome.name
        for number, spec in enumerate(drawn_sets(2, seed=9))
        for condition, filmed_so in conditions_of(spec, number, share=1)
        for outcome in [measure(filmed_so, condition, number)]
        if not outcome.right
    ]
    assert not wrong
