"""Array types and small numerical helpers that every package may use."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["FloatArray", "RgbArray", "median", "turning_points"]

FloatArray = NDArray[np.float64]

RgbArray = NDArray[np.uint8]


def median(values: FloatArray) -> FloatArray:
    """Return the median over the last axis of what is there; NaN where nothing is."""
    if values.shape[-1] == 0:
        return np.full(values.shape[:-1], np.nan)
    ordered = np.sort(values, axis=-1)  # NaN last
    count = np.isfinite(values).sum(axis=-1)
    low, high = np.maximum(count - 1, 0) // 2, np.maximum(count, 1) // 2
    pair = [np.take_along_axis(ordered, at[..., None], axis=-1)[..., 0] for at in (low, high)]
    return np.asarray((pair[0] + pair[1]) / 2)


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
