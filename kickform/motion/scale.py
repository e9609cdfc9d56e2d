"""Metres per pixel at the athlete, from gravity and from stature; jump height."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from kickform.events.types import Flight
from kickform.motion.motion import Scale
from kickform.numeric import FloatArray

__all__ = ["G", "disagreement_pct", "fuse", "jump_height_m", "scale_from_gravity", "scale_from_stature"]

G = 9.81
"""Gravity, m/s^2."""

_FLOOR_PCT, _FOLLOWED_FLOOR_PCT = 5.0, 4.0
"""Relative SD that remains however many flights, by landmarks alone and where the thighs were followed: the
pose model errs with the posture, by a centimetre or two over a flight (docs/contact-times.md)."""

_STATURE_SD_PCT = 6.0
"""Relative SD of stature in pixels from limb lengths: bodies differ in their proportions."""


def scale_from_gravity(
    time_s: FloatArray,
    com_px: FloatArray,
    flights: Sequence[Flight],
    followed: float = 0.0,
) -> Scale | None:
    """Return the scale at which the centre of mass falls with g in flight; None where no flight tells.

    A parabola is fitted to the height of the centre of mass in each flight; the accelerations are averaged
    with inverse variance. The noise of one flight is about 3 % at 60 frames a second; the floor is the body
    model's error.

    Args:
        time_s: (T,) real seconds.
        com_px: (T, 2) pixels, y up, NaN in gaps.
        flights: flights, real seconds.
        followed: share of the flights in which the thighs were followed (`kickform.motion.thigh_correction`).
    """
    falls, weights = [], []
    for flight in flights:
        inside = (time_s > flight.takeoff_s) & (time_s < flight.touchdown_s) & np.isfinite(com_px[:, 1])
        count = int(inside.sum())
        if count < 5:
            continue
        t = time_s[inside] - time_s[inside].mean()
        design = np.stack([np.ones_like(t), t, t * t / 2], axis=1)
        solution, *_ = np.linalg.lstsq(design, com_px[inside, 1], rcond=None)
        spread = float(np.sqrt(((com_px[inside, 1] - design @ solution) ** 2).sum() / (count - 3)))
        variance = float(np.linalg.inv(design.T @ design)[2, 2]) * max(spread, 0.3) ** 2
        falls.append(-float(solution[2]))
        weights.append(1 / variance)
    if not falls or not np.average(falls, weights=weights) > 0:
        return None
    mean = float(np.average(falls, weights=weights))
    within = 1 / math.sqrt(sum(weights)) / mean
    between = float(np.std(falls, ddof=1)) / mean / math.sqrt(len(falls)) if len(falls) > 1 else 0.0
    floor_pct = _FLOOR_PCT + followed * (_FOLLOWED_FLOOR_PCT - _FLOOR_PCT)
    sd_pct = math.hypot(100 * max(within, between), floor_pct)
    return Scale(G / mean, "gravity", sd_pct) if sd_pct < 25 else None


def scale_from_stature(height_px: float, height_m: float) -> Scale:
    """Return the scale at which the athlete is as tall as they say.

    Args:
        height_px: stature in pixels, from limb lengths (`kickform.pose.geometry.body_height_px`).
        height_m: stature in metres.
    """
    return Scale(height_m / height_px, "stature", _STATURE_SD_PCT)


def fuse(first: Scale | None, second: Scale | None) -> Scale | None:
    """Return the mean of two scales weighted by inverse variance; the other where one is missing."""
    if first is None or second is None:
        return first or second
    a, b = (1 / (scale.m_per_px * scale.sd_pct) ** 2 for scale in (first, second))
    mean = (a * first.m_per_px + b * second.m_per_px) / (a + b)
    return Scale(mean, "gravity+stature", 1 / math.sqrt(a + b) / mean)


def disagreement_pct(first: Scale | None, second: Scale | None) -> float:
    """Return by how many percent two scales differ; 0 where one is missing."""
    if first is None or second is None:
        return 0.0
    return 100 * abs(math.log(first.m_per_px / second.m_per_px))


def jump_height_m(flight_time_s: float, landing_drop_m: float = 0.0) -> float:
    """Return the rise of the centre of mass after take-off, metres: v0^2 / 2g with v0 = g t/2 + D/t.

    Args:
        flight_time_s: real seconds, positive.
        landing_drop_m: D, height of the centre of mass at touchdown minus that at take-off; negative where
            the athlete lands with legs more bent than they took off. With D = 0 this is g t^2 / 8.
    """
    v0 = max(G * flight_time_s / 2 + landing_drop_m / flight_time_s, 0.0)
    return v0 * v0 / (2 * G)
