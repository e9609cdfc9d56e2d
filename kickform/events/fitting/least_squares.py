"""Many small least-squares problems at once.

A contact is timed by a fit of four to eight numbers to some twenty heights, and a clip has hundreds of such
fits. A solver that is called for each of them spends nearly all its time on being called. Here all fits of a
kind go on together, step by step, each with its own damping (Levenberg 1944, Marquardt 1963; damping by
Nielsen 1999), from exact derivatives; one that has arrived is left out of the next step.

Loss and covariance are those of `scipy.optimize.least_squares` with ``loss="soft_l1"``, which solves one
problem at a time: cost C^2 (sqrt(1 + r^2 / C^2) - 1), second-order correction by Triggs et al. 2000.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kickform.numeric import FloatArray, mad_sd

__all__ = ["Indices", "Priors", "Solved", "learn_prior", "padded", "solve"]

Indices = NDArray[np.int64]
Told = Callable[[FloatArray, Indices], tuple[FloatArray, FloatArray]]
"""From parameters (B, P) and the problems (B,) they are for to residuals (B, M) and derivatives (B, M, P)."""

_MOST_STEPS = 100
_DAMPED, _MOST_DAMPED = 1e-3, 1e12
_ARRIVED, _GAINED = 1e-5, 1e-9
"""A step below the first (in prior SDs) or a gain below the second (share of the cost) is the last one."""


@dataclass(frozen=True, slots=True)
class Priors:
    """Prior mean and SD (N, P) of the parameters of N problems."""

    mean: FloatArray
    sd: FloatArray

    @classmethod
    def of(cls, means: Sequence[FloatArray], sds: Sequence[FloatArray]) -> Priors:
        """Return those of problems one by one, (P,) each."""
        return cls(np.stack(means), np.stack(sds))


@dataclass(frozen=True, slots=True)
class Solved:
    """The best parameters (N, P) of N problems, and their covariance (N, P, P)."""

    best: FloatArray
    covariance: FloatArray


@dataclass(frozen=True, slots=True)
class _Point:
    """Cost (B,), gradient (B, P) and curvature (B, P, P) at parameters (B, P)."""

    at: FloatArray
    cost: FloatArray
    slope: FloatArray
    bend: FloatArray

    def put(self, rows: NDArray[np.bool_] | Indices, other: _Point, of: NDArray[np.bool_]) -> None:
        """Take over the rows `of` the other one."""
        self.at[rows], self.cost[rows] = other.at[of], other.cost[of]
        self.slope[rows], self.bend[rows] = other.slope[of], other.bend[of]


def solve(told: Told, priors: Priors, starts: FloatArray, soft_at: float | None = None) -> Solved:
    """Solve N problems of data and priors, each from several starts, of which the best end counts.

    Args:
        told: residuals of the data in units of their SDs, and their derivatives.
        priors: Gaussian priors of all parameters.
        starts: (S, P) or (S, N, P) where to start, as differences from the priors' means.
        soft_at: residuals beyond this, data's and priors', count less and less (soft L1); None: none do.
    """
    count, size = priors.mean.shape
    owner = np.tile(np.arange(count), len(starts))
    first = priors.mean + (starts[:, None] if starts.ndim == 2 else starts)

    def look(at: FloatArray, who: Indices) -> _Point:
        return _looked(told, priors, soft_at, at, who)

    here = look(first.reshape(-1, size), owner)
    _descend(look, here, owner, priors.sd)
    best = here.cost.reshape(len(starts), count).argmin(axis=0) * count + np.arange(count)
    return Solved(here.at[best], np.linalg.inv(here.bend[best]))


def _looked(told: Told, priors: Priors, soft_at: float | None, at: FloatArray, who: Indices) -> _Point:
    """Return cost and derivatives at `at` (B, P) of the problems `who` (B,)."""
    off, steep = told(at, who)
    sd = priors.sd[who]
    off = np.concatenate([off, (at - priors.mean[who]) / sd], axis=1)
    steep = np.concatenate([steep, np.eye(at.shape[1]) / sd[:, None, :]], axis=1)
    squares = off * off
    cost = squares.sum(axis=1) / 2
    if soft_at is not None:
        grown = np.sqrt(1 + squares / soft_at**2)
        root = np.sqrt(grown)
        cost = soft_at**2 * (grown - 1).sum(axis=1)
        off, steep = off * root, steep / (grown * root)[:, :, None]
    across = steep.transpose(0, 2, 1)
    return _Point(at, cost, (across @ off[:, :, None])[:, :, 0], across @ steep)


def _descend(
    look: Callable[[FloatArray, Indices], _Point], here: _Point, owner: Indices, sd: FloatArray
) -> None:
    """Bring all problems of `here` to their ends, in place."""
    going = np.arange(len(owner))
    damped, rise = np.full(len(owner), _DAMPED), np.full(len(owner), 2.0)
    diagonal = np.arange(here.at.shape[1])
    for _ in range(_MOST_STEPS):
        if not len(going):
            break
        slope, bend = here.slope[going], here.bend[going].copy()
        extra = damped[going, None] * bend[:, diagonal, diagonal]
        bend[:, diagonal, diagonal] += extra
        step = np.linalg.solve(bend, -slope[:, :, None])[:, :, 0]
        there = look(here.at[going] + step, owner[going])
        gain = here.cost[going] - there.cost
        foreseen = (step * (extra * step - slope)).sum(axis=1) / 2
        better = gain > 0
        last = (np.abs(step) <= _ARRIVED * sd[owner[going]]).all(axis=1)
        last |= better & (gain <= _GAINED * here.cost[going])
        ratio = 2 * gain / np.maximum(foreseen, 1e-300) - 1
        calmer = np.maximum(1 / 3, 1 - np.clip(ratio, -2.0, 2.0) ** 3)
        damped[going] *= np.where(better, calmer, rise[going])
        rise[going] = np.where(better, 2.0, 2 * rise[going])
        here.put(going[better], there, better)
        going = going[~(last | (damped[going] > _MOST_DAMPED))]


def padded(parts: Sequence[FloatArray]) -> FloatArray:
    """Return the series (M_i,) of several problems as one array (N, M), filled up with zeros."""
    whole = np.zeros((len(parts), max((len(part) for part in parts), default=0)))
    for row, part in zip(whole, parts, strict=True):
        row[: len(part)] = part
    return whole


def learn_prior(
    fitted: Sequence[FloatArray], fewest: int, sd_range: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray] | None:
    """Return the prior (mean, SD) that a first fit's parameters give for a second one; None from too few.

    Events of one athlete in one set resemble one another more than anybody's: a second fit that starts from
    their median settles where a single event could not.

    Args:
        fitted: parameters of the first fits, (P,) each.
        fewest: how many it takes.
        sd_range: least and largest SD of each parameter, (P,) each.
    """
    if len(fitted) < fewest:
        return None
    rows = np.stack(fitted)
    return np.asarray(np.median(rows, axis=0)), np.clip(mad_sd(rows), *sd_range)
