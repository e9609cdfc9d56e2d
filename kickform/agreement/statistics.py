"""Figures of agreement between paired measurements: bias, limits of agreement, ICC, MAE, coverage.

Differences are always ``measured - reference``. All intervals are 95 % confidence intervals.

Libraries that were looked at: pingouin is GPL-3.0 and brings nine packages; statsmodels (BSD) draws a
mean-difference plot but has no ICC; pyCompare and bland-altman (MIT) only draw, and need Matplotlib. So the
figures are computed here, with NumPy and SciPy, and tested against the papers' own examples.

References:
    Bland, Altman 1986, Lancet 327:307-310 (bias, limits of agreement).
    Bland, Altman 1999, Stat Methods Med Res 8:135-160 (the factor 1.96, several observations per person).
    Bland, Altman 2007, J Biopharm Stat 17:571-582 (several observations, the true value varies).
    Zou 2013, Stat Methods Med Res 22:630-642 (confidence intervals of the limits).
    Shrout, Fleiss 1979, Psychol Bull 86:420-428 (ICC(2,1)).
    McGraw, Wong 1996, Psychol Methods 1:30-46 (ICC(A,1) and its confidence interval).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from kickform.numeric import FloatArray

__all__ = [
    "BlandAltman",
    "Estimate",
    "Figures",
    "Interval",
    "bland_altman",
    "coverage",
    "figures",
    "icc_agreement",
]

Interval = tuple[float, float]

Z95 = 1.96
_ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % confidence interval; None where the data do not give one."""

    value: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class BlandAltman:
    """Bias and limits of agreement of paired measurements, in the unit of the measurement.

    Attributes:
        n: pairs.
        people: how many people the pairs come from; None where every pair stands for itself.
        bias: mean difference, measured - reference (with several pairs a person: mean over the people).
        sd: SD of the differences; None for a single pair.
        lower: lower limit of agreement, bias - 1.96 SD; None for a single pair.
        upper: upper limit of agreement.
    """

    n: int
    people: int | None
    bias: Estimate
    sd: float | None
    lower: Estimate | None
    upper: Estimate | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one quantity.

    Attributes:
        bland_altman: bias and limits of agreement.
        mae: mean absolute difference.
        icc: ICC(2,1), absolute agreement; None where it is not defined.
        inside: share (0 to 1) of the references inside the stated 95 % interval; None without stated SDs.
    """

    bland_altman: BlandAltman
    mae: float
    icc: Estimate | None
    inside: Estimate | None


def figures(
    measured: ArrayLike,
    reference: ArrayLike,
    sds: ArrayLike | None = None,
    people: Sequence[Hashable] | None = None,
) -> Figures:
    """Return all figures of agreement.

    Args:
        measured: values, shape (n,).
        reference: values of the same, shape (n,), in the same unit.
        sds: stated SDs of `measured`, shape (n,); NaN where none is stated.
        people: who each pair comes from, n labels; None where every pair stands for itself. With it, ICC and
            coverage have no intervals.

    Raises:
        ValueError: shapes differ, there is no pair, or a value is not finite.
    """
    one, two = _paired(measured, reference)
    inside = None if sds is None else coverage(one - two, sds)
    icc = icc_agreement(np.column_stack([one, two]))
    if people is not None:  # their intervals take each pair for itself
        icc, inside = (None if each is None else replace(each, interval=None) for each in (icc, inside))
    return Figures(bland_altman(one, two, people), float(np.mean(np.abs(one - two))), icc, inside)


def bland_altman(
    measured: ArrayLike, reference: ArrayLike, people: Sequence[Hashable] | None = None
) -> BlandAltman:
    """Return bias and limits of agreement, with confidence intervals.

    Several contacts of one person are no independent pairs: their differences are alike. With `people` the
    variance of a difference is the sum of that between people and that within them (Bland, Altman 2007; for
    unequal numbers with the harmonic mean, Zou 2013), and the intervals widen to what so few people can tell.
    Without it, they hold for the contacts of that one set only.

    Args:
        measured: values, shape (n,).
        reference: values of the same, shape (n,), in the same unit.
        people: who each pair comes from, n labels; None where every pair stands for itself.

    Raises:
        ValueError: shapes differ, there is no pair, or a value is not finite.
    """
    one, two = _paired(measured, reference)
    groups = _groups(one - two, people)
    n, k = len(one), len(groups)
    means = np.array([group.mean() for group in groups])
    bias = float(means.mean())
    if k < 2:  # one person, or one pair: nothing is known of how people differ
        return _lone(one - two, None if people is None else k)
    between = float(means.var(ddof=1))
    harmonic = k / sum(1 / len(group) for group in groups)
    within_df = n - k
    within = sum(float(((group - group.mean()) ** 2).sum()) for group in groups) / max(within_df, 1)
    share = 1 - 1 / harmonic
    total = between + share * within
    low, high = _variance_interval(between, k - 1, share * within, within_df)
    z, half = Z95, float(stats.t.ppf(1 - _ALPHA / 2, k - 1)) * math.sqrt(between / k)
    return BlandAltman(
        n,
        None if people is None else k,
        Estimate(bias, (bias - half, bias + half)),
        math.sqrt(total),
        _limit(bias, -1, total, low, high, z * math.sqrt(between / k)),
        _limit(bias, +1, total, low, high, z * math.sqrt(between / k)),
    )


def _lone(differences: FloatArray, people: int | None) -> BlandAltman:
    """Return the figures of one person's pairs: without intervals, which need more people."""
    n, bias = len(differences), float(differences.mean())
    if n < 2:
        return BlandAltman(n, people, Estimate(bias, None), None, None, None)
    sd = float(differences.std(ddof=1))
    lower, upper = Estimate(bias - Z95 * sd, None), Estimate(bias + Z95 * sd, None)
    return BlandAltman(n, people, Estimate(bias, None), sd, lower, upper)


def _groups(differences: FloatArray, people: Sequence[Hashable] | None) -> list[FloatArray]:
    """Return the differences of each person; without labels, of each pair."""
    if people is None:
        return [differences[i : i + 1] for i in range(len(differences))]
    if len(people) != len(differences):
        raise ValueError(f"{len(people)} labels of people for {len(differences)} pairs")
    labels = np.array([list(dict.fromkeys(people)).index(person) for person in people])
    return [differences[labels == label] for label in range(int(labels.max()) + 1)]


def _variance_interval(between: float, between_df: int, within: float, within_df: int) -> Interval:
    """Return the interval of the sum of two variances (MOVER; Zou 2013, equation 4)."""
    down = [between * (1 - between_df / stats.chi2.ppf(1 - _ALPHA / 2, between_df))]
    up = [between * (between_df / stats.chi2.ppf(_ALPHA / 2, between_df) - 1)]
    if within_df > 0:
        down.append(within * (1 - within_df / stats.chi2.ppf(1 - _ALPHA / 2, within_df)))
        up.append(within * (within_df / stats.chi2.ppf(_ALPHA / 2, within_df) - 1))
    total = between + within
    return max(0.0, total - math.hypot(*down)), total + math.hypot(*up)


def _limit(bias: float, sign: int, total: float, low: float, high: float, half: float) -> Estimate:
    """Return a limit of agreement with its interval (Zou 2013): the errors of bias and SD in quadrature.

    Args:
        bias: mean difference.
        sign: -1 for the lower limit, +1 for the upper.
        total: variance of a difference; `low` to `high` is its interval.
        low: lower end of that interval.
        high: upper end of that interval.
        half: half width of the interval of the bias.
    """
    sd = math.sqrt(total)
    inward = math.hypot(half, Z95 * (sd - math.sqrt(low)))
    outward = math.hypot(half, Z95 * (math.sqrt(high) - sd))
    limit = bias + sign * Z95 * sd
    ends = (limit - sign * inward, limit + sign * outward)
    return Estimate(limit, (min(ends), max(ends)))


def icc_agreement(ratings: ArrayLike) -> Estimate | None:
    """Return ICC(2,1), two-way random effects, absolute agreement, single measurement.

    It is the share of the variance that is due to the measured things themselves; where these hardly differ
    (contacts of one person in one set) it is low however well two devices agree.

    Args:
        ratings: shape (n, k), n things measured by k devices.

    Returns:
        The coefficient of McGraw and Wong's case 2A (ICC(A,1)); None for fewer than three things or where
        nothing varies.

    Raises:
        ValueError: `ratings` has no two axes, fewer than two devices, or a value that is not finite.
    """
    table = np.asarray(ratings, dtype=float)
    if table.ndim != 2 or table.shape[1] < 2:
        raise ValueError(f"ratings of shape {table.shape}; (things, devices) with two devices is needed")
    if not np.isfinite(table).all():
        raise ValueError("ratings that are not finite")
    n, k = table.shape
    if n < 3:
        return None
    rows, columns, error = _mean_squares(table)
    spread = rows + (k - 1) * error + k * (columns - error) / n
    if spread <= 1e-12 * max(1.0, float(np.mean(table**2))):
        return None
    icc = (rows - error) / spread
    return Estimate(icc, _icc_interval(icc, rows, columns, error, n, k))


def _mean_squares(table: FloatArray) -> tuple[float, float, float]:
    """Return the mean squares of rows, columns and residuals of a two-way table without repeats."""
    n, k = table.shape
    grand = table.mean()
    by_row, by_column = table.mean(axis=1, keepdims=True), table.mean(axis=0, keepdims=True)
    rows = k * float(((by_row - grand) ** 2).sum()) / (n - 1)
    columns = n * float(((by_column - grand) ** 2).sum()) / (k - 1)
    residuals = table - by_row - by_column + grand
    return rows, columns, float((residuals**2).sum()) / ((n - 1) * (k - 1))


def _icc_interval(icc: float, rows: float, columns: float, error: float, n: int, k: int) -> Interval | None:
    """Return the confidence interval of ICC(A,1): McGraw, Wong 1996, table 7, by Satterthwaite's df."""
    if icc >= 1 or icc <= -1:
        return None
    a = k * icc / (n * (1 - icc))
    b = 1 + k * icc * (n - 1) / (n * (1 - icc))
    parts = (a * columns) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    if parts <= 0:
        return None
    df = (a * columns + b * error) ** 2 / parts
    if df <= 0:
        return None
    noise = k * columns + (k * n - k - n) * error
    wide, narrow = stats.f.ppf(1 - _ALPHA / 2, n - 1, df), stats.f.ppf(1 - _ALPHA / 2, df, n - 1)
    if not (math.isfinite(wide) and math.isfinite(narrow)):
        return None  # far too few degrees of freedom
    low = n * (rows - wide * error) / (wide * noise + n * rows)
    high = n * (narrow * rows - error) / (noise + n * narrow * rows)
    if not low - 1e-9 <= icc <= high + 1e-9:
        return None  # the approximation does not hold, as for strongly negative coefficients
    return float(low), float(high)


def coverage(differences: ArrayLike, sds: ArrayLike) -> Estimate | None:
    """Return the share of the references inside the stated 95 % interval, ``|difference| <= 1.96 SD``.

    The reference counts as exact: with one that errs itself, fewer lie inside.

    Args:
        differences: measured - reference, shape (n,).
        sds: stated SDs, shape (n,); pairs without a finite SD are left out.

    Returns:
        The share (0 to 1) with Wilson's interval; None where no SD is stated.

    Raises:
        ValueError: shapes differ.
    """
    one, two = np.asarray(differences, dtype=float), np.asarray(sds, dtype=float)
    if one.shape != two.shape or one.ndim != 1:
        raise ValueError(f"differences of shape {one.shape} with SDs of shape {two.shape}")
    known = np.isfinite(two)
    n = int(known.sum())
    if n == 0:
        return None
    inside = int((np.abs(one[known]) <= Z95 * two[known] + 1e-9).sum())
    interval = stats.binomtest(inside, n).proportion_ci(1 - _ALPHA, method="wilson")
    return Estimate(inside / n, (float(interval.low), float(interval.high)))


def _paired(measured: ArrayLike, reference: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return both as arrays of shape (n,)."""
    one, two = np.asarray(measured, dtype=float), np.asarray(reference, dtype=float)
    if one.shape != two.shape or one.ndim != 1 or not len(one):
        raise ValueError(f"pairs of shapes {one.shape} and {two.shape}; two times (n,) is needed")
    if not (np.isfinite(one).all() and np.isfinite(two).all()):
        raise ValueError("measurements that are not finite")
    return one, two
