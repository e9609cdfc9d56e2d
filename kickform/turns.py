"""Turning points of a noisy series: where it rises and falls by at least so much."""

from __future__ import annotations

from kickform.track import FloatArray

__all__ = ["turning_points"]


def turning_points(values: FloatArray, least: float) -> list[tuple[int, int]]:
    """Return (index, kind) of the alternating tops (kind 1) and bottoms (-1) of `values` (T,).

    A top lies at least `least` above the bottoms beside it. The last turn is the extreme after the last one
    that was passed; a series that never moves by `least` has none.
    """
    turns: list[tuple[int, int]] = []
    high = low = 0
    rising = 0
    for i in range(1, len(values)):
        high = i if values[i] > values[high] else high
        low = i if values[i] < values[low] else low
        if rising >= 0 and values[high] - values[i] >= least:
            turns.append((high, 1))
            rising, low = -1, i
        elif rising <= 0 and values[i] - values[low] >= least:
            turns.append((low, -1))
            rising, high = 1, i
    if turns:
        turns.append((high, 1) if rising > 0 else (low, -1))
    return turns
