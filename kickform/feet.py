"""What each foot does by itself: when it stands under a high thigh, and how a quick step lands.

The body tells flights by its own bounce (`kickform.flights`). Quick bounces under a high thigh, or a step in
an uneven beat, may hardly lift it, while the foot itself plainly leaves the ground and comes down again.

A quick step lands while the leg swings back already. From the swing its foot comes into the speed with which
the ground carries it backward under the hips, and into one height: both bend at the same moment, which is
fitted as a hinge in two directions (`landings_s`). How long the foot swings back before it lands differs from
step to step and from athlete to athlete; where it was foremost does not tell the landing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.ndimage import median_filter

from kickform._least import Indices, Priors, padded, solve
from kickform.track import FloatArray
from kickform.turns import turning_points

__all__ = ["STAY_SD_S", "Foot", "landings_s", "noise_of", "stays"]

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
_STARTS, _SOFT_AT = np.outer([0.0, 0.012, -0.012], np.eye(8)[0]), 1.5
"""Where a landing is looked for first, real seconds from its prior; beyond how many SDs a place counts less
and less."""


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


def landings_s(
    feet: Sequence[Foot], about_s: Sequence[float], stay_s: float
) -> list[tuple[float, float] | None]:
    """Return when quick steps land and the SD, real seconds; None where the foot is not seen enough.

    Args:
        feet: the foot of each step.
        about_s: about when each lands.
        stay_s: how long they stand at least.
    """
    stay_s = min(stay_s, _STAY_S)
    near = [_near(foot, about, stay_s) for foot, about in zip(feet, about_s, strict=True)]
    seen = [landing for landing in near if landing is not None]
    if not seen:
        return [None for _ in near]
    priors = Priors(
        np.stack([landing.prior for landing in seen]), np.stack([landing.prior_sd for landing in seen])
    )
    solved = solve(_Landings.of(seen).told, priors, _STARTS, _SOFT_AT)
    sds = np.sqrt(solved.covariance[:, 0, 0] + _DOUBT_S**2)
    found = iter(zip(solved.best[:, 0].tolist(), sds.tolist(), strict=True))
    return [None if landing is None else next(found) for landing in near]


@dataclass(frozen=True, slots=True)
class _Landing:
    """One landing to be fitted: times (n,) and places of the foot about it, the middle of its stay, and what
    is known beforehand (8,): when it lands, place and speed in the stance, height of the ground, and speed
    and acceleration of the swing along the ground and in height."""

    foot: Foot
    time_s: FloatArray
    along: FloatArray
    toe: FloatArray
    middle_s: float
    prior: FloatArray
    prior_sd: FloatArray


def _near(foot: Foot, about_s: float, stay_s: float) -> _Landing | None:
    """Return what is fitted of one landing; None where the foot is not seen enough."""
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
    return _Landing(foot, foot.time_s[window], foot.along[window], foot.toe[window], middle, prior, prior_sd)


@dataclass(frozen=True, slots=True)
class _Landings:
    """The data of N fits, of M frames at the most: times, from the middle of the stay too, places along the
    ground and in height (N, M), and one over their SDs, 0 beyond a fit's last."""

    time_s: FloatArray
    since_s: FloatArray
    along: FloatArray
    toe: FloatArray
    along_weight: FloatArray
    toe_weight: FloatArray

    @classmethod
    def of(cls, rows: Sequence[_Landing]) -> _Landings:
        """Lay the fits beside one another."""
        return cls(
            padded([row.time_s for row in rows]),
            padded([row.time_s - row.middle_s for row in rows]),
            padded([row.along for row in rows]),
            padded([row.toe for row in rows]),
            padded([np.full(len(row.time_s), 1 / row.foot.along_noise) for row in rows]),
            padded([np.full(len(row.time_s), 1 / row.foot.toe_noise) for row in rows]),
        )

    def told(self, p: FloatArray, which: Indices) -> tuple[FloatArray, FloatArray]:
        """Return the places' residuals in units of their SDs, and their derivatives."""
        since, along, toe = self.since_s[which], self.along_weight[which], self.toe_weight[which]
        lands, place, speed, level, goes, slows, sinks, gains = p.T[:, :, None]
        before = np.maximum(lands - self.time_s[which], 0.0)
        swings, half = before > 0, before * before / 2
        stands = place + speed * since - goes * before - slows * half
        off = [
            (self.along[which] - stands) * along,
            (self.toe[which] - level - sinks * before - gains * half) * toe,
        ]
        steep = np.zeros((len(p), 2, before.shape[1], 8))
        for axis, columns in enumerate(
            (
                (swings * (goes + slows * before), -1.0, -since, 0.0, before, half, 0.0, 0.0),
                (swings * -(sinks + gains * before), 0.0, 0.0, -1.0, 0.0, 0.0, -before, -half),
            )
        ):
            for k, column in enumerate(columns):
                steep[:, axis, :, k] = column * (along, toe)[axis]
        return np.concatenate(off, axis=1), steep.reshape(len(p), -1, 8)
