"""Filters for landmarks and angles. Signals that time an event are never filtered."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from kickform.numeric import FloatArray
from kickform.pose.track import Landmark

_L = Landmark

__all__ = ["despike", "low_pass", "remove_leaps"]

_LEAP = 0.1  # hand: rendered clips, seed 1: statures from the median; a swing stays nearer
_LEAP_S = 0.18  # hand: rendered clips, seed 1: removes leaps of up to half as long
_MAD_TO_SD = 1.4826  # derived: 1 / (normal quantile of 0.75)
_LEAST_FRAMES = 12  # convention: fewest frames of a stretch that a 4th-order filter with padding can handle
_PAD_FRAMES = 9  # convention: frames of padding at each end, below `_LEAST_FRAMES`
_MOST_CUTOFF = 0.45  # convention: of the frame rate; the Nyquist limit is 0.5


def despike(values: FloatArray, window: int = 5, sigmas: float = 4.0, least: float = 0.0) -> FloatArray:
    """Return (T,) values with isolated outliers replaced by the running median (Hampel filter); NaN stays.

    A value is an outlier if it differs from the median of the `window` frames around it by more than `sigmas`
    robust SDs (1.4826 MAD of the residuals of the whole series) and by more than `least`. The second limit
    keeps the peaks of a series that is at rest most of the time.
    """
    if values.shape[0] < window:
        return values.copy()
    median = _running_median(values, window)
    residual = np.abs(values - median)
    if not np.isfinite(residual).any():
        return values.copy()
    limit = max(sigmas * _MAD_TO_SD * float(np.nanmedian(residual)), least, 1e-9)
    return np.where(residual > limit, median, values)


def _running_median(values: FloatArray, window: int) -> FloatArray:
    """Return the median of the `window` (odd) frames around each of (T, ...) values; NaN next to a gap."""
    half = window // 2
    padded = np.pad(values, [(half, half), *[(0, 0)] * (values.ndim - 1)], mode="edge")
    return np.asarray(
        np.median(np.lib.stride_tricks.sliding_window_view(padded, window, axis=0), axis=-1), np.float64
    )


def remove_leaps(time_s: FloatArray, xy: FloatArray, height_px: float) -> FloatArray:
    """Return the landmarks (T, 33, 2) without short leaps of knees and feet.

    The model sometimes places a partly occluded leg too high for a few frames, which raises the centre of
    mass. A landmark more than 0.1 statures from its running median over 0.18 s is replaced by that median;
    feet that swing stay nearer. With the times of a slow-motion file only leaps that are short in file time
    are removed.

    Args:
        time_s: (T,) seconds, of the movement or of the file.
        xy: (T, 33, 2) landmarks, pixels, NaN in gaps.
        height_px: stature, pixels.
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
    """Return (T,) values after a zero-lag 4th-order Butterworth low-pass; NaN gaps split the series and stay.

    Values at irregular times are interpolated to an even grid of the median interval and back. A stretch of
    under 12 frames, or with a frame rate too low for the cutoff, is returned unchanged.
    """
    result = values.copy()
    for start, stop in _runs(np.isfinite(values)):
        if stop - start < _LEAST_FRAMES:
            continue
        part = time_s[start:stop]
        step = float(np.median(np.diff(part)))
        if cutoff_hz >= _MOST_CUTOFF / step:
            continue
        grid = np.linspace(part[0], part[-1], max(_LEAST_FRAMES, round((part[-1] - part[0]) / step) + 1))
        sos = butter(2, cutoff_hz * 2 * (grid[1] - grid[0]), output="sos")
        even = np.interp(grid, part, values[start:stop])
        result[start:stop] = np.interp(part, grid, sosfiltfilt(sos, even, padlen=_PAD_FRAMES))
    return result


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the [start, stop) index ranges in which `mask` is true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
