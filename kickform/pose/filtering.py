"""Filters for landmarks and angles. Nothing that times an event is filtered."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from kickform.numeric import FloatArray
from kickform.pose.track import Landmark

_L = Landmark

__all__ = ["despike", "low_pass", "remove_leaps"]

_LEAP, _LEAP_S = 0.1, 0.18
"""Statures from the running median, and seconds that it runs over, that make a leap of a landmark."""


def despike(values: FloatArray, window: int = 5, sigmas: float = 4.0, least: float = 0.0) -> FloatArray:
    """Replace lone outliers in (T,) by the running median (Hampel filter); NaN stays NaN.

    A value is an outlier where it lies more than `sigmas` robust SDs (1.4826 MAD, over the residuals of
    the whole series) from the median of the `window` frames about it, and more than `least`: in a series
    that stands still most of the time, the peaks of its movement are no outliers.
    """
    if values.shape[0] < window:
        return values.copy()
    median = _running_median(values, window)
    residual = np.abs(values - median)
    if not np.isfinite(residual).any():
        return values.copy()
    limit = max(sigmas * 1.4826 * float(np.nanmedian(residual)), least, 1e-9)
    return np.where(residual > limit, median, values)


def _running_median(values: FloatArray, window: int) -> FloatArray:
    """Return the median of the `window` (odd) frames about each of (T, ...) values; NaN beside a gap."""
    half = window // 2
    padded = np.pad(values, [(half, half), *[(0, 0)] * (values.ndim - 1)], mode="edge")
    return np.asarray(
        np.median(np.lib.stride_tricks.sliding_window_view(padded, window, axis=0), axis=-1), np.float64
    )


def remove_leaps(time_s: FloatArray, xy: FloatArray, height_px: float) -> FloatArray:
    """Return the landmarks (T, 33, 2) with knees and feet held where they leap away for a moment.

    A half hidden leg is drawn raised for a few frames now and then, and the centre of mass with it. What lies
    further than `_LEAP` statures from the running median over `_LEAP_S` is replaced by it: feet that swing
    stay nearer than that. In the file's time: in slow motion only the shortest leaps are, but a file that
    changes its speed keeps its quick jumps.

    Args:
        time_s: (T,) seconds on the file's timeline.
        xy: (T, 33, 2) pixels, NaN in gaps.
        height_px: stature in pixels.
    """
    window = max(5, 2 * round(_LEAP_S / float(np.median(np.diff(time_s))) / 2) + 1)
    if len(xy) < window:
        return xy
    steady = xy.copy()
    for mark in range(_L.L_KNEE, _L.R_FOOT_INDEX + 1):
        middle = _running_median(xy[:, mark], window)
        leaps = np.linalg.norm(xy[:, mark] - middle, axis=1) > _LEAP * height_px
        steady[leaps, mark] = middle[leaps]
    return steady


def low_pass(time_s: FloatArray, values: FloatArray, cutoff_hz: float) -> FloatArray:
    """Filter (T,) values with a zero-lag 4th-order Butterworth; gaps (NaN) stay gaps and cut the series.

    Irregular times are brought onto an even grid of the median interval and back. A stretch too short to
    filter, or sampled too slowly for the cutoff, is returned as it is.
    """
    result = values.copy()
    for start, stop in _runs(np.isfinite(values)):
        if stop - start < 12:
            continue
        part = time_s[start:stop]
        step = float(np.median(np.diff(part)))
        if cutoff_hz >= 0.45 / step:
            continue
        grid = np.linspace(part[0], part[-1], max(12, round((part[-1] - part[0]) / step) + 1))
        sos = butter(2, cutoff_hz * 2 * (grid[1] - grid[0]), output="sos")
        even = np.interp(grid, part, values[start:stop])
        result[start:stop] = np.interp(part, grid, sosfiltfilt(sos, even, padlen=9))
    return result


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the [start, stop) index ranges in which `mask` is true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
