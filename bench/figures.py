"""Figures of a group of errors: bias with its interval, mean absolute error, coverage found and expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm, t

__all__ = ["NOTHING", "Errors", "Figures", "clustered_interval", "expected_inside", "figures_of"]

Z95 = float(norm.ppf(0.975))


@dataclass(frozen=True, slots=True)
class Errors:
    """Errors of one quantity in one clip, one row each.

    Attributes:
        error: (N,) measured minus true.
        sd: (N,) the stated SD, NaN where none is stated.
        true_sd: (N,) what the truth itself leaves open, 0 where it is exact.
    """

    error: NDArray[np.float64]
    sd: NDArray[np.float64]
    true_sd: NDArray[np.float64]

    @classmethod
    def of(cls, rows: Sequence[tuple[float, float | None, float]]) -> Errors:
        """Gather (error, stated SD, open SD) rows."""
        filled = [(e, np.nan if sd is None else sd, open_sd) for e, sd, open_sd in rows]
        table = np.array(filled, dtype=float).reshape(-1, 3)
        return cls(table[:, 0], table[:, 1], table[:, 2])


@dataclass(frozen=True, slots=True)
class Figures:
    """What a group of errors comes to, in the quantity's unit; None where there is nothing to tell it from.

    Attributes:
        count: errors.
        clips: clips that they come from.
        bias: mean error.
        low, high: its 95 % interval, clustered by clip; None with one clip.
        mae: mean absolute error.
        inside: share of the errors within the stated 95 % interval.
        expected: the share that would be within it if the stated SDs were right: below 0.95 where the truth
            itself is open.
        stated: errors for which an SD is stated.
    """

    count: int
    clips: int
    bias: float | None
    low: float | None
    high: float | None
    mae: float | None
    inside: float | None
    expected: float | None
    stated: int


NOTHING = Figures(0, 0, None, None, None, None, None, None, 0)


def figures_of(clips: Sequence[Errors]) -> Figures:
    """Return the figures of the errors of some clips."""
    own = [clip for clip in clips if clip.error.size]
    if not own:
        return NOTHING
    error, sd, true_sd = (
        np.concatenate([getattr(clip, name) for clip in own]) for name in ("error", "sd", "true_sd")
    )
    low, high = clustered_interval([clip.error for clip in own])
    stated = np.isfinite(sd)
    inside = expected = None
    if stated.any():
        inside = float(np.mean(np.abs(error[stated]) <= Z95 * sd[stated]))
        expected = float(np.mean(expected_inside(sd[stated], true_sd[stated])))
    return Figures(
        count=error.size,
        clips=len(own),
        bias=float(error.mean()),
        low=low,
        high=high,
        mae=float(np.abs(error).mean()),
        inside=inside,
        expected=expected,
        stated=int(stated.sum()),
    )


def clustered_interval(clips: Sequence[NDArray[np.float64]]) -> tuple[float | None, float | None]:
    """Return the 95 % interval of the mean of all errors, where those of a clip go together.

    The variance is the sandwich one with clips as clusters, G / (G - 1) of it, and Student's t with G - 1
    degrees of freedom (Cameron and Miller 2015). With one clip nothing can be told: (None, None).
    """
    groups = len(clips)
    if groups < 2:
        return None, None
    every = np.concatenate(clips)
    sums = np.array([(clip - every.mean()).sum() for clip in clips])
    sd = float(np.sqrt(groups / (groups - 1) * (sums**2).sum()) / every.size)
    reach = float(t.ppf(0.975, groups - 1)) * sd
    return float(every.mean()) - reach, float(every.mean()) + reach


def expected_inside(sd: ArrayLike, true_sd: ArrayLike) -> NDArray[np.float64]:
    """Return the share of errors within 1.96 stated SDs if those are right and the truth is as open."""
    stated, whole = np.asarray(sd, float), np.hypot(sd, true_sd)
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.where(whole > 0, Z95 * stated / whole, np.inf)
    return np.asarray(2 * norm.cdf(reach) - 1)
