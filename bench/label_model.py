"""Bias against labels that are only known to a frame, by maximum likelihood.

A person writes down the first frame with (or without) contact. The instant lies evenly within the frame
before it, and the reading itself errs. For one event, found minus the middle of the labelled frame is then

    bias + clip + noise + reading + even,

with ``noise`` the estimator's own scatter, normal with SD tau, ``clip`` an effect that all events of a clip
share, normal with SD omega, ``reading`` normal with the SD of the label, and ``even`` uniform over the frame.
A contact has two ends and so two even parts. Bias, tau and omega are fitted together; the interval of the
bias is the profile likelihood's, widened by Student's t where clips are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import chi2, f

__all__ = ["Differences", "LabelledBias", "labelled_bias", "log_density"]

Array = NDArray[np.float64]

_LEAST_SD_MS = 0.3
_LEAST_CLIPS = 3
_BIASES, _SCATTERS, _MARGIN_MS = 501, 14, 20.0


@dataclass(frozen=True, slots=True)
class Differences:
    """Found minus labelled in one clip, ms.

    Attributes:
        off_ms: (N,) found minus the middle of the label's interval.
        reading_sd_ms: (N,) SD of the reading.
        widths_ms: (N, K) lengths of the K frames within which the instants lie evenly, 1 or 2 of them.
    """

    off_ms: Array
    reading_sd_ms: Array
    widths_ms: Array


@dataclass(frozen=True, slots=True)
class LabelledBias:
    """The fitted bias with its 95 % interval, the scatter left to the estimator and that of clips, ms."""

    count: int
    clips: int
    bias_ms: float
    low_ms: float
    high_ms: float
    scatter_ms: float
    between_clips_ms: float


def labelled_bias(clips: Sequence[Differences]) -> LabelledBias | None:
    """Fit the bias over some clips; None without two differences.

    An effect of the clip is fitted from three clips on; with fewer, the interval is that of these clips
    alone. The likelihood is computed on a grid of all three parameters, so that no search can go astray.
    """
    own = [clip for clip in clips if clip.off_ms.size]
    count = sum(clip.off_ms.size for clip in own)
    if count < 2:
        return None
    with_clips = len(own) >= _LEAST_CLIPS
    shifts, taus, omegas = _grids(own, with_clips)
    each = np.array([[_along(clip, tau, shifts) for clip in own] for tau in taus])  # taus, clips, shifts
    table = np.array([_smoothed(each, shifts, omega) for omega in omegas])  # omegas, taus, shifts
    profile = table.max(axis=(0, 1))
    at = int(profile.argmax())
    omega, tau = np.unravel_index(int(table[:, :, at].argmax()), table.shape[:2])
    dearer = float(f.ppf(0.95, 1, len(own) - 1)) if with_clips else float(chi2.ppf(0.95, 1))
    low, high = _where_above(shifts, profile, profile[at] - dearer / 2)
    return LabelledBias(
        count, len(own), _summit(shifts, profile, at), low, high, float(taus[tau]), float(omegas[omega])
    )


def _grids(clips: Sequence[Differences], with_clips: bool) -> tuple[Array, Array, Array]:
    """Return the biases, scatters and clip effects that are tried, ms."""
    every = np.concatenate([clip.off_ms for clip in clips])
    means = np.array([clip.off_ms.mean() for clip in clips])
    spread = max(float(every.std()), 1.0)
    reach = _MARGIN_MS + 2 * spread + (8 * float(means.std()) if with_clips else 0.0)
    shifts = np.linspace(every.mean() - reach, every.mean() + reach, _BIASES)
    taus = np.geomspace(_LEAST_SD_MS, 2 * spread + 1, _SCATTERS)
    omegas = np.geomspace(2 * (shifts[1] - shifts[0]), 3 * spread + 2, _SCATTERS)
    return shifts, taus, np.concatenate([[0.0], omegas if with_clips else []])


def _along(clip: Differences, tau: float, shifts: Array) -> Array:
    """Return the log likelihood of a clip at each sum of the bias and its own effect."""
    sd = np.hypot(tau, clip.reading_sd_ms)
    return np.asarray(log_density(clip.off_ms - shifts[:, None], sd, clip.widths_ms).sum(axis=1))


def _smoothed(each: Array, shifts: Array, omega: float) -> Array:
    """Return the log likelihood (taus, shifts) of all clips at each bias, their effects integrated out.

    Args:
        each: (taus, clips, shifts) log likelihood of each clip.
        shifts: (shifts,) the biases.
        omega: SD of the clips' effects; 0: they have none.
    """
    if omega == 0:
        return np.asarray(each.sum(axis=1))
    weights = np.exp(-(((shifts[:, None] - shifts) / omega) ** 2) / 2)
    weights *= (shifts[1] - shifts[0]) / (omega * np.sqrt(2 * np.pi))
    top = each.max(axis=2, keepdims=True)
    mixed = np.exp(each - top) @ weights
    return np.asarray((np.log(np.maximum(mixed, 1e-300)) + top).sum(axis=1))


def _summit(x: Array, y: Array, at: int) -> float:
    """Return where a parabola through the greatest of `y` and its neighbours is highest."""
    if not 0 < at < x.size - 1:
        return float(x[at])
    before, here, after = y[at - 1 : at + 2]
    return float(x[at] + (x[1] - x[0]) * (before - after) / (2 * (before - 2 * here + after)))


def _where_above(x: Array, y: Array, limit: float) -> tuple[float, float]:
    """Return the ends of the stretch in which `y`, of one peak, lies above `limit`; at most the grid's."""
    inside = np.flatnonzero(y > limit)
    first, last = int(inside[0]), int(inside[-1])
    low, high = float(x[first]), float(x[last])
    if first > 0:
        low = float(np.interp(limit, y[first - 1 : first + 1], x[first - 1 : first + 1]))
    if last + 1 < x.size:
        high = float(np.interp(-limit, -y[last : last + 2], x[last : last + 2]))
    return low, high


def log_density(x: Array, sd: Array, widths: Array) -> Array:
    """Return the log density at `x` (..., N) of a normal of mean 0 plus uniforms centred on 0.

    Args:
        x: (..., N) where.
        sd: (N,) SD of the normal.
        widths: (N, 1) or (N, 2) lengths of the uniforms.
    """
    first = widths[:, 0]
    if widths.shape[1] == 1:
        density = (ndtr((x + first / 2) / sd) - ndtr((x - first / 2) / sd)) / first
    else:
        second = widths[:, 1]
        half_sum, half_gap = (first + second) / 2, (first - second) / 2
        density = (
            _ramp(x + half_sum, sd)
            - _ramp(x + half_gap, sd)
            - _ramp(x - half_gap, sd)
            + _ramp(x - half_sum, sd)
        ) / (first * second)
    return np.asarray(np.log(np.maximum(density, 1e-12)))


def _ramp(x: Array, sd: Array) -> Array:
    """Return the integral of the normal's distribution function up to `x`."""
    z = x / sd
    return np.asarray(sd * (z * ndtr(z) + np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)))
