"""When a foot lands, fitted to how it swings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kickform.events.fitting.least_squares import Indices, Priors, padded, solve
from kickform.numeric import FloatArray

__all__ = ["Foot", "landings_s"]


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
    sds = np.sqrt(solved.covariance[:, 0, 0] + _SYSTEMATIC_SD_S**2)
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


_BACK_S, _STAY_S, _START_SD_S = 0.055, 0.08, 0.02
"""The hinge looks so far back into the swing and into the stance; SD of where it starts. Real seconds."""


_SWING = np.array([0.8, 30.0, 0.35, 10.0])


_SWING_SD = np.array([0.8, 25.0, 0.3, 10.0])
"""How a foot meets the ground, statures and real seconds: how much slower it goes back than the ground does
and how fast it takes that up; how fast it sinks and how fast that grows. Wide priors."""


_SLOWEST_BACK, _SPEED_SD, _PLACE_SD, _HEIGHT_SD = -0.2, 0.5, 0.05, 0.02


_SYSTEMATIC_SD_S = 0.009
"""What no fit knows of a landing, real seconds."""


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
