"""Where in a file the speed is ramped: from the frames' own times, and from how fast the body falls.

Phones export slow motion with the speed ramped inside one file: life's speed, slow, life's speed. Two kinds
are met. In the one every frame that the camera took is kept: they follow one another at the camera's rate
where the file plays at life's speed, and more slowly where it plays slowly, so that the frames' times give
the boundaries to a frame. In the other the file has one rate, and frames are left out where it plays at
life's speed: only the jumps tell, which fall at life's speed in one part and 4 to 64 times slower elsewhere.
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

_SLOWEST_CAMERA_HZ = 90.0
"""A file with frames at this rate comes from a slow-motion mode; at less, a long interval is bad light."""

_SHORTEST_PART_S = 0.25
_STEADY_FRAMES = 9
_LIKE = math.log(1.12)
"""How far a ratio of frame intervals may be from a whole factor."""

_LEAST_TOGETHER = 2
_FALLS_LIKE = math.log(1.5)
_SURE_SDS = 3.0
_PLAINLY_LIKE, _PLAIN_SDS = math.log(1.25), 8.0


def clock_by_frames(time_s: FloatArray) -> Clock | None:
    """Return the clock that the frames' own times tell; None where they come at one rate, or unevenly.

    Factors are relative to the part with the quickest frames, which is taken to play at life's speed.

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
    if float(np.mean(np.abs(ratios - np.log(nearest)) < _LIKE)) < 0.9:
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
    """A flight as it was found at one speed, and where it lies on the file's timeline."""

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
    """Return the clock that the jumps give; None where all of them fall at one speed.

    A part of another speed is a run of at least two sure flights that fall as they must at that speed, with
    none of the file's main speed among them. One is enough where it falls quicker than the others beyond any
    doubt: nothing in a file that plays slowly looks like that.

    Args:
        find: gives the candidates, in real seconds, if the file played so many times slower than life.
        main: the speed of most of the file (`kickform.events.slow_motion.look_at_speeds`).
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
    runs = [run for run in runs if len(run) >= _LEAST_TOGETHER or _is_plain(run[0], slowest)]
    if len({run[0].factor for run in runs}) < 2:
        return None
    return _between(runs)


def _is_plain(one: _Placed, slowest: float) -> bool:
    """Return whether a single flight shows beyond any doubt that the file plays quicker there."""
    flight = one.flight
    like = flight.fall > 0 and abs(math.log(flight.fall / EXPECTED_FALL)) < _PLAINLY_LIKE
    certain = flight.fall > _PLAIN_SDS * flight.fall_sd and not flight.cut
    return one.factor < slowest and like and certain and flight.rise_share >= 2 * LEAST_RISE_SLOW


def _is_sure(flight: CoarseFlight) -> bool:
    """Return whether a flight falls as it must, without a doubt, and its toes rise."""
    like = flight.fall > 0 and abs(math.log(flight.fall / EXPECTED_FALL)) < _FALLS_LIKE
    certain = flight.fall > _SURE_SDS * flight.fall_sd and not flight.cut
    return like and certain and rises_enough(flight)


def _between(runs: Sequence[list[_Placed]]) -> Clock:
    """Return the clock of runs of flights: the speed changes half way between two of different speed."""
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
