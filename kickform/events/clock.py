"""The clock of a file: how many times slower than real time each part of it plays.

All stages after `video` and `pose` use real seconds. A file at real-time speed or in even slow motion has a
clock of one segment, a file with speed ramps has several. `kickform.pipeline.file_clock` alone puts results
back on the file's own timeline.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

import numpy as np

from kickform.numeric import FloatArray

__all__ = ["REAL_TIME", "Clock", "SpeedSegment"]

Times = TypeVar("Times", float, FloatArray)

_ROOM_S = 3600.0  # convention: longer than any clip


@dataclass(frozen=True, slots=True)
class SpeedSegment:
    """A part of the file that plays at one speed: file seconds, and how many times slower than real time."""

    start_s: float
    stop_s: float
    factor: float


@dataclass(frozen=True, slots=True)
class Clock:
    """Speeds of the parts of a file, in order and without gaps; the first and last extend beyond their ends.

    With one segment, real time starts at the file's zero, so that a file at real-time speed keeps its times
    exactly; with several it starts with the first segment. ``vague_s`` are boundaries, in file seconds, known
    only to lie between two jumps: a contact or flight across one has no known duration.
    """

    segments: tuple[SpeedSegment, ...]
    vague_s: tuple[float, ...] = ()

    @classmethod
    def even(cls, factor: float, start_s: float = 0.0, stop_s: float = 0.0) -> Clock:
        """Return the clock of a file that plays evenly, `factor` times slower than real time."""
        return cls((SpeedSegment(start_s, stop_s, factor),))

    @property
    def ramped(self) -> bool:
        """Whether the speed changes inside the file."""
        return len(self.segments) > 1

    def real_s(self, file_s: Times) -> Times:
        """Return file seconds as real seconds."""
        if not self.ramped:
            return file_s / self.segments[0].factor
        file, real = self._knots()
        return _mapped(file_s, file, real)

    def file_s(self, real_s: Times) -> Times:
        """Return real seconds as file seconds: the inverse of `real_s`."""
        if not self.ramped:
            return real_s * self.segments[0].factor
        file, real = self._knots()
        return _mapped(real_s, real, file)

    def factor_at(self, file_s: float) -> float:
        """Return how many times slower than real time the file plays at `file_s`."""
        inside = [part for part in self.segments if part.start_s <= file_s]
        return (inside[-1] if inside else self.segments[0]).factor

    def slower(self, factor: float) -> Clock:
        """Return the clock with every part `factor` times slower."""
        parts = tuple(replace(part, factor=part.factor * factor) for part in self.segments)
        return replace(self, segments=parts)

    def then(self, other: Clock) -> Clock:
        """Return the two clocks chained: `other` holds on this clock's real time."""
        cuts = {part.start_s for part in self.segments} | {self.segments[-1].stop_s}
        cuts |= {self.file_s(part.start_s) for part in other.segments[1:]}
        first, last = self.segments[0].start_s, self.segments[-1].stop_s
        edges = sorted(cut for cut in cuts if first <= cut <= last)
        parts = []
        for start, stop in pairwise(edges):
            middle = (start + stop) / 2
            factor = self.factor_at(middle) * other.factor_at(self.real_s(middle))
            parts.append(SpeedSegment(start, stop, factor))
        vague = (*self.vague_s, *(self.file_s(cut) for cut in other.vague_s))
        return Clock(tuple(parts), vague)

    def _knots(self) -> tuple[FloatArray, FloatArray]:
        """Return file and real seconds of all boundaries, extended by an hour on both sides."""
        first, last = self.segments[0], self.segments[-1]
        file = np.array([first.start_s, *(part.stop_s for part in self.segments)])
        steps = [(part.stop_s - part.start_s) / part.factor for part in self.segments]
        real = np.concatenate([[0.0], np.cumsum(steps)])
        file = np.concatenate([[file[0] - _ROOM_S * first.factor], file, [file[-1] + _ROOM_S * last.factor]])
        return file, np.concatenate([[-_ROOM_S], real, [real[-1] + _ROOM_S]])


def _mapped(times: Times, source: FloatArray, target: FloatArray) -> Times:
    mapped = np.interp(times, source, target)
    return float(mapped) if isinstance(times, float) else mapped


REAL_TIME = Clock.even(1.0)  # convention: factor 1 is real time
"""The clock of a file that plays at real-time speed."""
