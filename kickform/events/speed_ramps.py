"""Speed ramps inside a file, from the frame times and from how fast the body falls.

Phones export slow motion with ramps inside one file: real time, slow, real time. There are two kinds.
Files of the first kind keep every frame of the camera: the frame interval grows where the file plays slowly,
so that frame times give the boundaries to a frame. Files of the second kind have one frame rate and leave
frames out in the real-time parts: there only the jumps show the speed, whose fall is 4 to 64 times slower in
slow motion.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from scipy.ndimage import median_filter

from kickform.events.clock import Clock, SpeedSegment
from kickform.events.flights.candidates import CoarseFlight
from kickform.events.flights.selection import real_flights
from kickform.events.slow_motion import EXPECTED_FALL, FACTORS, LEAST_RISE_SLOW, rises_enough
from kickform.numeric import FloatArray

__all__ = ["clock_by_flights", "clock_by_frames"]

_SLOWEST_CAMERA_HZ = 90.0  # convention: slow-motion modes begin at 120 Hz, others end at 60
"""Frames at this rate and above come from a slow-motion mode; below it, a long interval means bad light."""

_SHORTEST_PART_S = 0.25  # convention: no phone ramps for less
_STEADY_FRAMES = 9  # convention: odd window of a median filter, against single late frames
_LOG_NEAR_FACTOR = math.log(1.12)  # convention: frame intervals jitter by some percent
"""Largest distance of a ratio of frame intervals from a factor, as a log ratio."""

_LEAST_NEAR_SHARE = 0.9  # convention: a tenth of the intervals may be irregular
"""Least share of frame intervals that must be near a factor."""

_LEAST_TOGETHER = 2  # convention: one flight alone may be a mistake
_LOG_NEAR_FALL = math.log(1.5)  # convention: half way (in logs) to the next factor would be 2
"""Largest misfit of a sure flight's fall, as a log ratio."""

_SURE_SDS = 3.0  # convention: 3 SDs
_LOG_CERTAIN_FALL = math.log(1.25)  # derived: bodies of 1.5 to 2.0 m fall by 5.1 to 6.5 statures/s^2
"""The same for a single flight that must be certain by itself."""

_CERTAIN_SDS = 8.0  # convention: a fall eight SDs off zero is beyond doubt


def clock_by_frames(time_s: FloatArray) -> Clock | None:
    """Return the clock that the frame times show; None where they come at one rate, or unevenly.

    Factors are relative to the part with the shortest frame intervals, which is taken for real time.

    Args:
        time_s: (T,) times of the frames, file seconds.
    """
    steps = np.diff(time_s)
    if len(steps) < 3 * _STEADY_FRAMES:
        return None
    steady = median_filter(steps, _STEADY_FRAMES, mode="nearest")
    quickest = float(np.percentile(steady, 2))
    if quickest > 1 / _SLOWEST_CAMERA_HZ:
        return None
    ratios = np.log(steady / quickest)
    nearest = np.array([min(FACTORS, key=lambda k: abs(math.log(k) - r)) for r in ratios])
    if float(np.mean(np.abs(ratios - np.log(nearest)) < _LOG_NEAR_FACTOR)) < _LEAST_NEAR_SHARE:
        return None
    parts: list[SpeedSegment] = []
    place = 0
    for factor, run in groupby(nearest.tolist()):
        length = len(list(run))
        start, stop = float(time_s[place]), float(time_s[place + length])
        place += length
        if parts and (stop - start < _SHORTEST_PART_S / 2 or parts[-1].factor == factor):
            parts[-1] = SpeedSegment(parts[-1].start_s, stop, parts[-1].factor)
        else:
            if len(parts) == 1 and parts[0].stop_s - parts[0].start_s < _SHORTEST_PART_S / 2:
                start = parts.pop().start_s  # frames that were dropped as the recording began
            parts.append(SpeedSegment(start, stop, factor))
    return Clock(tuple(parts)) if len({part.factor for part in parts}) > 1 else None


@dataclass(frozen=True, slots=True)
class _Placed:
    """A flight as found at one speed, and its place on the file's timeline."""

    flight: CoarseFlight
    factor: float

    @property
    def start_s(self) -> float:
        """Take-off, file seconds."""
        return self.flight.takeoff_s * self.factor

    @property
    def stop_s(self) -> float:
        """Touchdown, file seconds."""
        return self.flight.touchdown_s * self.factor

    def overlaps(self, other: _Placed) -> bool:
        """Whether the two share time of the file."""
        return self.start_s < other.stop_s and other.start_s < self.stop_s


def clock_by_flights(find: Callable[[float], list[CoarseFlight]], main: float) -> Clock | None:
    """Return the clock that the jumps show; None where all of them fall at one speed.

    A part of another speed is a run of at least two sure flights whose fall fits that speed, without a flight
    of the main speed between them. One flight is enough where it certainly falls faster than the others:
    nothing in slow motion looks like that.

    Args:
        find: returns the flight candidates, in real seconds, for a file that plays that many times slower.
        main: the speed of most of the file (`kickform.events.slow_motion.estimate_slow_motion`).
    """
    placed = [_Placed(flight, main) for flight in real_flights(find(main))]
    for other in FACTORS:
        if other == main:
            continue
        own = [_Placed(flight, other) for flight in real_flights(find(other)) if _is_sure(flight)]
        placed += [one for one in own if not any(one.overlaps(kept) for kept in placed)]
    placed.sort(key=lambda one: one.start_s)
    runs = [list(run) for _, run in groupby(placed, key=lambda one: one.factor)]
    slowest = max((run[0].factor for run in runs if len(run) >= _LEAST_TOGETHER), default=1.0)
    runs = [run for run in runs if len(run) >= _LEAST_TOGETHER or _is_certain(run[0], slowest)]
    if len({run[0].factor for run in runs}) < 2:
        return None
    return _between(runs)


def _is_certain(one: _Placed, slowest: float) -> bool:
    """Return whether a single flight is certain proof that the file plays faster there."""
    flight = one.flight
    like = flight.fall > 0 and abs(math.log(flight.fall / EXPECTED_FALL)) < _LOG_CERTAIN_FALL
    certain = flight.fall > _CERTAIN_SDS * flight.fall_sd and not flight.cut
    return one.factor < slowest and like and certain and flight.rise_share >= 2 * LEAST_RISE_SLOW


def _is_sure(flight: CoarseFlight) -> bool:
    """Return whether a flight surely falls under gravity and its toes rise."""
    like = flight.fall > 0 and abs(math.log(flight.fall / EXPECTED_FALL)) < _LOG_NEAR_FALL
    certain = flight.fall > _SURE_SDS * flight.fall_sd and not flight.cut
    return like and certain and rises_enough(flight)


def _between(runs: Sequence[list[_Placed]]) -> Clock:
    """Return the clock of runs of flights: the speed changes half way between two runs."""
    joined: list[list[_Placed]] = []
    for run in runs:
        if joined and joined[-1][0].factor == run[0].factor:
            joined[-1].extend(run)
        else:
            joined.append(list(run))
    cuts = [(a[-1].stop_s + b[0].start_s) / 2 for a, b in pairwise(joined)]
    ends = [joined[0][0].start_s, *cuts, joined[-1][-1].stop_s]
    parts = tuple(
        SpeedSegment(start, stop, run[0].factor)
        for run, (start, stop) in zip(joined, pairwise(ends), strict=True)
    )
    return Clock(parts, tuple(cuts))
