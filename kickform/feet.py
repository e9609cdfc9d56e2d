"""What each foot does by itself: when it stands under a high thigh, and how a quick step lands.

The body tells flights by its own bounce (`kickform.flights`). Quick bounces under a high thigh, or a step in
an uneven beat, may hardly lift it, while the foot itself plainly leaves the ground and comes down again.

A quick step lands while the leg swings back already. From the swing its foot comes into the speed with which
the ground carries it backward under the hips, and into one height: both bend at the same moment, which is
fitted as a hinge in two directions (`landing_s`). How long the foot swings back before it lands differs from
step to step and from athlete to athlete; where it was foremost does not tell the landing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.ndimage import median_filter
from scipy.optimize import least_squares

from kickform.track import FloatArray
from kickform.turns import turning_points

__all__ = ["STAY_SD_S", "Foot", "landing_s", "noise_of", "stays"]

_LEAST_RISE, _NOISES = 0.014, 4.0
"""Statures, and SDs of its noise, that a foot must rise between two stays."""
_FLAT = 0.01
"""Statures above its lowest within which a foot lies on the ground."""
_LEVEL, _LEAST_TOE = 0.5, 0.006
"""Share of a small rise at which a toe counts as up; half the least rise of a toe that tells, statures."""
_UP, _DOWN_AFTER_S, _UP_BEFORE_S = 0.015, 0.02, 0.035
"""A toe so many statures above its lowest is up; how long after it comes below that it stands, and how long
before it comes above that it has left, real seconds: a toe follows its foot (docs/contact-times.md)."""
STAY_SD_S = (0.014, 0.022)
"""SD of a touchdown and a take-off by `stays`, real seconds."""
_SHORTEST_S, _FEWEST = 0.06, 6
"""Real seconds: no bounce is shorter. Fewest frames to look at."""

_BACK_S, _STAY_S, _START_SD_S = 0.055, 0.08, 0.02
"""The hinge looks so far back into the swing and into the stance; SD of where it starts. Real seconds."""
_SWING = np.array([0.8, 30.0, 0.35, 10.0])
_SWING_SD = np.array([0.8, 25.0, 0.3, 10.0])
"""How a foot meets the ground, statures and real seconds: how much slower it goes back than the ground does
and how fast it takes that up; how fast it sinks and how fast that grows. Wide priors."""
_SLOWEST_BACK, _SPEED_SD, _PLACE_SD, _HEIGHT_SD = -0.2, 0.5, 0.05, 0.02
_LEAST_NOISE, _DOUBT_S = 0.0015, 0.009
"""Least SD of a foot's place, statures, and what no fit knows of a landing, real seconds."""


@dataclass(frozen=True, slots=True)
class Foot:
    """Where one foot is, raw: real seconds, statures; NaN in gaps.

    ``along`` is how far it is ahead of the hips, ``toe`` the height of its toe, ``whole`` that of toe, heel
    and ankle on average; the noises are their SDs.
    """

    time_s: FloatArray
    along: FloatArray
    toe: FloatArray
    whole: FloatArray
    along_noise: float
    toe_noise: float


def noise_of(values: FloatArray) -> float:
    """Return the SD of the frame-to-frame noise of (T,) values, from their third differences."""
    third = np.abs(np.diff(values, n=3))
    third = third[np.isfinite(third)]
    if len(third) == 0:
        return _LEAST_NOISE
    # A normal value is below 0.84 SD in 60 of 100; the third difference of noise has 20 times its variance.
    return max(float(np.percentile(third, 60)) / 0.84 / math.sqrt(20.0), _LEAST_NOISE)


def stays(foot: Foot, start_s: float, stop_s: float) -> list[tuple[float, float]]:
    """Return when this foot stands between two times (touchdown, take-off), real seconds.

    The heel tells more plainly than the toe that a foot was up between two stays; the toe tells when.
    """
    inside = np.flatnonzero((foot.time_s >= start_s) & (foot.time_s <= stop_s) & np.isfinite(foot.toe))
    if len(inside) < _FEWEST:
        return []
    time_s = foot.time_s[inside]
    toe, whole = (median_filter(each[inside], size=3, mode="nearest") for each in (foot.toe, foot.whole))
    least = max(_LEAST_RISE, _NOISES * noise_of(whole))
    turns = turning_points(whole, least)
    tops = [0, *(index for index, kind in turns if kind > 0), len(toe) - 1]
    found = [_stay(time_s, toe, whole, a, b) for a, b in pairwise(tops) if b - a > 2]
    return [stay for stay in found if stay and stay[1] - stay[0] >= _SHORTEST_S]


def _stay(
    time_s: FloatArray, toe: FloatArray, whole: FloatArray, first: int, last: int
) -> tuple[float, float] | None:
    """Return when a foot is down between two of its tops; None where it only comes down or only leaves."""
    low = first + int(np.argmin(whole[first : last + 1]))
    near = slice(first, last + 1)
    ground = float(np.median(toe[near][whole[near] <= whole[low] + _FLAT]))
    on = _crossed(time_s, toe, whole, ground, range(low, first, -1))
    off = _crossed(time_s, toe, whole, ground, range(low, last))
    return None if on is None or off is None else (on + _DOWN_AFTER_S, off - _UP_BEFORE_S)


def _crossed(
    time_s: FloatArray, toe: FloatArray, whole: FloatArray, ground: float, frames: range
) -> float | None:
    """Return when the toe is first off its ground on the way through `frames` from the low to a top.

    Where it hardly rises, half of what it rises counts; where it does not at all, the foot as a whole does.
    """
    if len(frames) < 2:
        return None
    top, step = frames[-1] + frames.step, frames.step
    rise = float(max(toe[min(top, *frames) : max(top, *frames) + 1])) - ground
    heights, level = toe, ground + min(_UP, _LEVEL * rise)
    if rise < 2 * _LEAST_TOE:
        heights, level = whole, whole[frames[0]] + _LEVEL * (whole[top] - whole[frames[0]])
    for i in frames:
        if heights[i] < level <= heights[i + step]:
            share = (level - heights[i]) / (heights[i + step] - heights[i])
            return float(time_s[i] + share * (time_s[i + step] - time_s[i]))
    return None


def landing_s(foot: Foot, about_s: float, stay_s: float) -> tuple[float, float] | None:
    """Return when a quick step lands and its SD, real seconds; None where the foot is not seen enough.

    Args:
        foot: the foot.
        about_s: about when it lands.
        stay_s: how long it stands at least.
    """
    stay_s = min(stay_s, _STAY_S)
    seen = np.isfinite(foot.along) & np.isfinite(foot.toe)
    window = seen & (foot.time_s >= about_s - _BACK_S) & (foot.time_s <= about_s + stay_s)
    stands = window & (foot.time_s > about_s + 0.01)
    if window.sum() < 6 or stands.sum() < 3:
        return None
    middle = about_s + stay_s / 2
    speed, place = (float(v) for v in np.polyfit(foot.time_s[stands] - middle, foot.along[stands], 1))
    level = float(np.median(foot.toe[stands]))
    prior = np.array([about_s, place, min(speed, _SLOWEST_BACK), level, *_SWING])
    prior_sd = np.array([_START_SD_S, _PLACE_SD, _SPEED_SD, _HEIGHT_SD, *_SWING_SD])
    t, along, toe = foot.time_s[window], foot.along[window], foot.toe[window]

    def residuals(p: FloatArray) -> FloatArray:
        before = np.maximum(p[0] - t, 0.0)
        swung = p[4] * before + p[5] * before * before / 2
        raised = p[6] * before + p[7] * before * before / 2
        return np.concatenate(
            [
                (along - (p[1] + p[2] * (t - middle) - swung)) / foot.along_noise,
                (toe - (p[3] + raised)) / foot.toe_noise,
                (p - prior) / prior_sd,
            ]
        )

    scale = np.array([0.01, 0.05, 0.3, 0.02, 0.3, 20.0, 0.3, 10.0])
    fits = [
        least_squares(residuals, prior + shift * np.eye(8)[0], loss="soft_l1", f_scale=1.5, x_scale=scale)
        for shift in (0.0, 0.012, -0.012)
    ]
    best = min(fits, key=lambda fit: float(fit.cost))
    covariance = np.linalg.inv(best.jac.T @ best.jac)
    return float(best.x[0]), math.hypot(math.sqrt(covariance[0, 0]), _DOUBT_S)
