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

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize
from scipy.special import logsumexp, ndtr
from scipy.stats import chi2, f

__all__ = ["Differences", "LabelledBias", "labelled_bias", "log_density"]

Array = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
_LEAST_SD_MS = 0.3
_LEAST_CLIPS = 3


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
    alone.
    """
    own = [clip for clip in clips if clip.off_ms.size]
    count = sum(clip.off_ms.size for clip in own)
    if count < 2:
        return None
    with_clips = len(own) >= _LEAST_CLIPS
    every = np.concatenate([clip.off_ms for clip in own])
    means = np.array([clip.off_ms.mean() for clip in own])
    middle, spread = float(means.mean()), max(float(every.std()), 1.0)
    within = np.concatenate([clip.off_ms - clip.off_ms.mean() for clip in own])
    start = np.log([max(float(within.std()), 1.0), max(float(means.std()), 1.0)][: 1 + with_clips])

    def loss(bias: float, logs: Array) -> float:
        tau, omega = np.exp(logs[0]), np.exp(logs[1]) if with_clips else 0.0
        return -sum(_clip_likelihood(clip, bias, float(tau), float(omega)) for clip in own)

    def profile(bias: float, start: Array) -> tuple[float, Array]:
        found = minimize(
            lambda logs: loss(bias, logs),
            start,
            method="L-BFGS-B",
            bounds=[(np.log(_LEAST_SD_MS), np.log(20 * spread))] * start.size,
        )
        return float(found.fun), np.asarray(found.x)

    best = minimize(
        lambda x: loss(x[0], x[1:]),
        [middle, *start],
        method="L-BFGS-B",
        bounds=[(None, None), *[(np.log(_LEAST_SD_MS), np.log(20 * spread))] * start.size],
    )
    bias, logs = float(best.x[0]), np.asarray(best.x[1:])
    dearer = float(f.ppf(0.95, 1, len(own) - 1)) if with_clips else float(chi2.ppf(0.95, 1))
    limit = float(best.fun) + dearer / 2
    low, high = (_crossing(lambda at: profile(at, logs)[0] - limit, bias, s * spread) for s in (-1, 1))
    between = float(np.exp(logs[1])) if with_clips else 0.0
    return LabelledBias(count, len(own), bias, low, high, float(np.exp(logs[0])), between)


def _crossing(excess: Callable[[float], float], inside: float, step: float) -> float:
    """Return where `excess` turns positive, going from `inside` in steps that grow."""
    near, far = inside, inside + step / 4
    while excess(far) < 0 and abs(far - inside) < 100 * abs(step):
        near, far = far, far + (far - inside)
    return float(brentq(excess, near, far, xtol=0.01)) if excess(near) < 0 < excess(far) else far


def _clip_likelihood(clip: Differences, bias: float, tau: float, omega: float) -> float:
    """Return the log likelihood of one clip, its own effect integrated out by quadrature about its mode."""
    sd = np.hypot(tau, clip.reading_sd_ms)
    off = clip.off_ms - bias
    if omega == 0:
        return float(log_density(off, sd, clip.widths_ms).sum())
    precision = 1 / (sd**2 + (clip.widths_ms**2).sum(axis=1) / 12)
    spread = float(1 / np.sqrt(precision.sum() + 1 / omega**2))
    effects = spread**2 * float((precision * off).sum()) + spread * _NODES
    each = log_density(off - effects[:, None], sd, clip.widths_ms).sum(axis=-1)
    prior = -((effects / omega) ** 2) / 2 + _NODES**2 / 2 + np.log(spread / omega)
    return float(logsumexp(each + prior, b=_WEIGHTS / _WEIGHTS.sum()))


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
