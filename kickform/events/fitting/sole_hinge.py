"""The hinge that times one event of a sole: fits to many paths at once, and what they tell of a leg.

Helper of `kickform.events.soles.timing`, which says where each path comes from.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kickform.events.fitting.least_squares import Indices, Priors, learn_prior, padded, solve
from kickform.events.types import Away, Event
from kickform.numeric import FloatArray

__all__ = ["Fitted", "Leg", "Near", "any_leg", "fit_paths", "learn_leg"]

_NOISE = 0.002
"""SD of a path's height, statures: 0.3 to 0.5 pixels of a phone clip."""
_COARSE_SD_S, _COARSE_SD_FRAMES = 0.015, 0.6
_STARTS = np.outer([0.0, 0.012, -0.012], [1.0, 0.0, 0.0, 0.0])
_SOFT_AT = 1.5
"""Where an event is looked for first, real seconds from where it is known to be; beyond how many SDs a height
counts less and less."""
_SYSTEMATIC_SD_S = {-1: 0.0025, 1: 0.003}
_SYSTEMATIC_SD_FRAMES = {-1: 0.12, 1: 0.25}
"""SD of an event beyond the fit's covariance: the shape of landing and leaving, the exposure."""
_LEARN_FROM = 3
_LEAST_LEG_SD, _MOST_LEG_SD = np.array([0.1, 2.0]), np.array([0.35, 15.0])
_G, _STATURE_M = 9.81, 1.72


@dataclass(frozen=True, slots=True)
class Leg:
    """How a tip moves beside an event: mean and SD (2,) of its speed, statures/s, and bend, statures/s^2."""

    mean: FloatArray
    sd: FloatArray


def any_leg(away: Away, flight_s: float) -> Leg:
    """Return what is known of landing (-1) and leaving (1) before the clip is.

    The tip lands faster than the body, for the leg is stretched towards the ground; it leaves more slowly,
    for the ankle is still unrolling (medians of rendered clips; spread over drills and bodies).

    Args:
        away: touchdown or take-off.
        flight_s: length of the flight beside it, real seconds.
    """
    body = _G * min(flight_s, 0.6) / 2 / _STATURE_M
    if away < 0:
        return Leg(np.array([0.35 + 0.5 * body, -14.0]), np.array([0.4, 15.0]))
    return Leg(np.array([0.57 * body, 0.0]), np.array([0.05 + 0.25 * body, 15.0]))


@dataclass(frozen=True, slots=True)
class Near:
    """The path of one point about one event, the event being known to within a frame.

    Attributes:
        event_s: real seconds.
        beyond: (n,) time beyond it.
        height: (n,) statures above the ground.
        noise: SD of a height, statures.
    """

    event_s: float
    beyond: FloatArray
    height: FloatArray
    noise: float = _NOISE


@dataclass(frozen=True, slots=True)
class Fitted:
    """A timed event, and the speed and bend (2,) that were fitted with it."""

    event: Event
    leg: FloatArray


def fit_paths(rows: Sequence[tuple[Near, Away, Leg]], frame_s: float) -> list[Fitted]:
    """Fit the hinge to paths, at least one. Parameters: event, speed, bend, height of the ground."""
    coarse_sd = max(_COARSE_SD_S, _COARSE_SD_FRAMES * frame_s)
    priors = Priors.of(
        [np.array([0.0, *leg.mean, 0.0]) for _, _, leg in rows],
        [np.array([coarse_sd, *leg.sd, 0.02]) for _, _, leg in rows],
    )
    paths = _Paths.of([near for near, _, _ in rows])
    solved = solve(paths.told, priors, _STARTS, _SOFT_AT)
    found = []
    for (near, away, _), best, covariance in zip(rows, solved.best, solved.covariance, strict=True):
        systematic_var = _SYSTEMATIC_SD_S[away] ** 2 + (_SYSTEMATIC_SD_FRAMES[away] * frame_s) ** 2
        event = Event(
            near.event_s + away * float(best[0]), math.sqrt(float(covariance[0, 0]) + systematic_var)
        )
        found.append(Fitted(event, best[1:3]))
    return found


@dataclass(frozen=True, slots=True)
class _Paths:
    """The data of N fits, of M heights at the most: times beyond the event, heights, and weights (N, M), one
    over a height's SD, 0 beyond a path's last."""

    beyond: FloatArray
    height: FloatArray
    weight: FloatArray

    @classmethod
    def of(cls, paths: Sequence[Near]) -> _Paths:
        """Lay the paths beside one another."""
        weights = padded([np.full(len(near.beyond), 1 / near.noise) for near in paths])
        return cls(padded([near.beyond for near in paths]), padded([n.height for n in paths]), weights)

    def told(self, p: FloatArray, which: Indices) -> tuple[FloatArray, FloatArray]:
        """Return the heights' residuals in units of their SD, and their derivatives."""
        weight = self.weight[which]
        event, speed, bend, ground = p.T[:, :, None]
        aloft = np.maximum(self.beyond[which] - event, 0.0)
        rise = aloft * (speed + bend * aloft / 2)
        up = rise > 0  # no foot goes below the ground
        steep = np.stack(
            [up * -(speed + bend * aloft), up * aloft, up * aloft * aloft / 2, np.ones_like(aloft)], axis=2
        )
        off = self.height[which] - ground - up * rise
        return off * weight, -steep * weight[:, :, None]


def learn_leg(events: Sequence[Fitted]) -> Leg | None:
    """Return how a leg lands or leaves, from a first fit to all its events; None from too few."""
    learnt = learn_prior([event.leg for event in events], _LEARN_FROM, (_LEAST_LEG_SD, _MOST_LEG_SD))
    return None if learnt is None else Leg(*learnt)
