"""Bland-Altman and ICC(2,1): the one place where the benchmark gets its agreement statistics from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Agreement", "agreement_of"]

_LEAST = 3


@dataclass(frozen=True, slots=True)
class Agreement:
    """Bias and 95 % limits of agreement of measured against true, and ICC(2,1)."""

    count: int
    bias: float
    low: float
    high: float
    icc: float


def agreement_of(measured: NDArray[np.float64], true: NDArray[np.float64]) -> Agreement | None:
    """Return how well two ways of measuring agree; None with fewer than three pairs.

    Limits are bias +- 1.96 SD of the differences (Bland and Altman 1986); ICC(2,1) is two-way random,
    absolute agreement, single measurement (Shrout and Fleiss 1979).
    """
    if measured.size < _LEAST:
        return None
    try:  # until kickform.agreement is everywhere, the same figures are computed below
        from kickform.agreement.statistics import bland_altman, icc_agreement
    except ModuleNotFoundError:
        return _own(measured, true)
    found, icc = bland_altman(measured, true), icc_agreement(np.column_stack([measured, true]))
    assert found.lower is not None
    assert found.upper is not None
    value = 1.0 if icc is None else icc.value
    return Agreement(measured.size, found.bias.value, found.lower.value, found.upper.value, value)


def _own(measured: NDArray[np.float64], true: NDArray[np.float64]) -> Agreement:
    off = measured - true
    reach = 1.96 * float(off.std(ddof=1))
    bias = float(off.mean())
    return Agreement(
        measured.size, bias, bias - reach, bias + reach, _icc(np.stack([measured, true], axis=1))
    )


def _icc(table: NDArray[np.float64]) -> float:
    """Return ICC(2,1) of an (N, 2) table from its analysis of variance."""
    n, k = table.shape
    rows, columns, mean = table.mean(axis=1), table.mean(axis=0), table.mean()
    between = k * ((rows - mean) ** 2).sum() / (n - 1)
    judges = n * ((columns - mean) ** 2).sum() / (k - 1)
    error = ((table - rows[:, None] - columns + mean) ** 2).sum() / ((n - 1) * (k - 1))
    whole = between + (k - 1) * error + k * (judges - error) / n
    return float((between - error) / whole) if whole > 0 else 1.0
