"""Array types and small numerical helpers that every package may use."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAD_TO_SD", "FloatArray", "RgbArray", "mad_sd", "median", "noise_sd", "turning_points"]

FloatArray = NDArray[np.float64]

RgbArray = NDArray[np.uint8]

MAD_TO_SD = 1.4826  # derived: 1 / the 75th percentile of a standard normal distribution


def median(values: FloatArray) -> FloatArray:
    """Return the median over the last axis of what is there; NaN where nothing is."""
    if values.shape[-1] == 0:
        return np.full(values.shape[:-1], np.nan)
    ordered = np.sort(values, axis=-1)  # NaN last
    count = np.isfinite(values).sum(axis=-1)
    low, high = np.maximum(count - 1, 0) // 2, np.maximum(count, 1) // 2
    pair = [np.take_along_axis(ordered, at[..., None], axis=-1)[..., 0] for at in (low, high)]
    return np.asarray((pair[0] + pair[1]) / 2)


def mad_sd(values: FloatArray, axis: int = 0, about: FloatArray | float | None = None) -> FloatArray:
    """Return the robust SD of values along an axis: `MAD_TO_SD` times their median absolute deviation.

    Args:
        values: (N, ...), at least one.
        axis: along which.
        about: what they deviate from; None for their median.
    """
    middle = np.median(values, axis=axis, keepdims=True) if about is None else about
    return np.asarray(MAD_TO_SD * np.median(np.abs(values - middle), axis=axis), dtype=np.float64)


def noise_sd(
    values: FloatArray, order: int = 2, percentile: float = 50.0, normal: float = 1 / MAD_TO_SD
) -> float:
    """Return the SD of the frame-to-frame noise of a series, from its differences; NaN where none is seen.

    What moves smoothly has small differences of order k, those of white noise have binomial(2k, k) times its
    variance. A percentile of their size is robust against the movement that is left in them.

    Args:
        values: (T,), NaN in gaps.
        order: k.
        percentile: which one of the absolute differences is taken.
        normal: that percentile of the size of a standard normal value.
    """
    off = np.abs(np.diff(values, n=order))
    off = off[np.isfinite(off)]
    if len(off) == 0:
        return math.nan
    return float(np.percentile(off, percentile)) / normal / math.sqrt(math.comb(2 * order, order))


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
