"""Metres per pixel at the athlete, from gravity and from stature; jump height."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from kickform import fitted
from kickform.events.types import Flight
from kickform.motion.motion import Scale
from kickform.numeric import FloatArray

__all__ = [
    "STATURE_SD",
    "G",
    "disagreement_pct",
    "fuse",
    "jump_height_m",
    "scale_from_gravity",
    "scale_from_stature",
]

G = 9.81  # ref: CGPM 1901, standard gravity 9.80665 m/s^2, rounded
"""Gravity, m/s^2."""

STATURE_SD = 0.06  # convention: limb lengths differ by some 6 % between people of one stature
"""Relative SD of a stature in pixels that comes from limb lengths."""

_FLOOR_PCT = fitted.SCALE_FLOOR_PCT
"""Relative SD that remains however many flights there are: the pose model errs with the posture, by a
centimetre or two over a flight."""

_FOLLOWED_FLOOR_PCT = fitted.SCALE_FOLLOWED_FLOOR_PCT
"""The same where the thighs were followed in the pictures."""

_WORST_SD_PCT = 25.0  # convention: a scale that may be a quarter off gives no useful distance

_LEAST_FRAMES = 5  # convention: two more than a parabola has unknowns

_LEAST_NOISE_PX = 0.3  # convention: landmarks are never surer than a third of a pixel


def scale_from_gravity(
    time_s: FloatArray,
    com_px: FloatArray,
    flights: Sequence[Flight],
    followed: float = 0.0,
) -> Scale | None:
    """Return the scale at which the centre of mass falls with g in flight.

    Fits a parabola to the height of the centre of mass in each flight and averages the accelerations by
    inverse variance. One flight is good to about 3 % at 60 frames a second; the body model's error sets a
    floor under the SD.

    Args:
        time_s: (T,) real seconds.
        com_px: (T, 2) pixels, y up, NaN in gaps.
        flights: flights, real seconds.
        followed: share of the flights in which the thighs were followed (`kickform.motion.thigh_correction`),
            0 to 1.

    Returns:
        The scale with its relative SD in percent; None without a usable flight or with an SD above 25 %.
    """
    falls, weights = [], []
    for flight in flights:
        inside = (time_s > flight.takeoff_s) & (time_s < flight.touchdown_s) & np.isfinite(com_px[:, 1])
        count = int(inside.sum())
        if count < _LEAST_FRAMES:
            continue
        t = time_s[inside] - time_s[inside].mean()
        design = np.stack([np.ones_like(t), t, t * t / 2], axis=1)
        solution, *_ = np.linalg.lstsq(design, com_px[inside, 1], rcond=None)
        spread = float(np.sqrt(((com_px[inside, 1] - design @ solution) ** 2).sum() / (count - 3)))
        variance = float(np.linalg.inv(design.T @ design)[2, 2]) * max(spread, _LEAST_NOISE_PX) ** 2
        falls.append(-float(solution[2]))
        weights.append(1 / variance)
    if not falls or not np.average(falls, weights=weights) > 0:
        return None
    mean = float(np.average(falls, weights=weights))
    within = 1 / math.sqrt(sum(weights)) / mean
    between = float(np.std(falls, ddof=1)) / mean / math.sqrt(len(falls)) if len(falls) > 1 else 0.0
    floor_pct = _FLOOR_PCT + followed * (_FOLLOWED_FLOOR_PCT - _FLOOR_PCT)
    sd_pct = math.hypot(100 * max(within, between), floor_pct)
    return Scale(G / mean, "gravity", sd_pct) if sd_pct < _WORST_SD_PCT else None


def scale_from_stature(height_px: float, height_m: float) -> Scale:
    """Return the scale that the athlete's given height implies.

    Args:
        height_px: stature in pixels, from limb lengths (`kickform.pose.geometry.body_height_px`).
        height_m: stature in metres.
    """
    return Scale(height_m / height_px, "stature", 100 * STATURE_SD)


def fuse(first: Scale | None, second: Scale | None) -> Scale | None:
    """Return the mean of two scales by inverse variance; where one is missing, the other."""
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
