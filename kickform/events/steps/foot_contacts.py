"""What each foot does by itself: when it stands under a high thigh, and how a quick step lands.

The body tells flights by its own bounce (`kickform.events.flights.candidates`). Quick bounces under a high
thigh, or a step in an uneven beat, may hardly lift it, while the foot itself plainly leaves the ground and
comes down again.

A quick step lands while the leg swings back already. From the swing its foot comes into the speed with which
the ground carries it backward under the hips, and into one height: both bend at the same moment, which is
fitted as a hinge in two directions (`landings_s`). How long the foot swings back before it lands differs from
step to step and from athlete to athlete; where it was foremost does not tell the landing.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from scipy.ndimage import median_filter

from kickform.events.fitting.foot_landing import Foot
from kickform.numeric import FloatArray, noise_sd, turning_points

__all__ = ["STAY_SD_S", "noise_of", "stays"]

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

_LEAST_NOISE = 0.0015
"""Least SD of a foot's place, statures."""


def noise_of(values: FloatArray) -> float:
    """Return the SD of the frame-to-frame noise of (T,) values, from their third differences."""
    noise = noise_sd(values, order=3, percentile=60, normal=0.84)
    return max(noise, _LEAST_NOISE) if math.isfinite(noise) else _LEAST_NOISE


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
