"""Which contact of the clip is which of the reference: by their times, or by their order alone.

*By time.* The reference's clock starts anywhere, so a constant offset is estimated. Differences between an
event of the reference and one of the clip that many pairs share are tried, and the likeliest is taken:
events scatter little (with Cauchy's tails, for some are far off), and a contact without a partner is rare.
Jumps come evenly, so an offset that is wrong by one jump can be almost as likely; the alignment says so.

*By order.* Contact times alone are put in order side by side with as few gaps as there must be, the gaps
where they cost least. More gaps would pick pairs that happen to be alike, and flatter the agreement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from kickform.numeric import FloatArray

__all__ = ["Alignment", "align_by_order", "align_by_time", "match_by_time"]

_GATE_S = 0.15
"""Events further apart than this are not the same event. Frames at 24 a second are 0.042 s apart."""
_OTHER_SIDE_S = 0.05
"""How much further apart a contact of the other foot counts, which settles steps in quick succession."""
_CANDIDATES = 40
_ROUNDS = 4
_SCATTER_S = 0.012
"""How far events of one kind usually scatter about their common error."""
_LONE = 3.0
"""Cost of a contact without a partner, -log of 5 %: about that many are missed."""
_SURE = 3.0
"""An offset is ambiguous where another one is less than e^3 = 20 times less likely."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Pairs (place in the clip, place in the reference), in order.

    Attributes:
        pairs: matched contacts.
        offset_s: the reference's clock minus the clip's, real seconds; None where neither has events.
        ambiguous: whether an offset that pairs each contact with its neighbour fits almost as well.
    """

    pairs: tuple[tuple[int, int], ...]
    offset_s: float | None
    ambiguous: bool = False


def align_by_time(
    clip_s: FloatArray, reference_s: FloatArray, clip_sides: Sequence[str], reference_sides: Sequence[str]
) -> Alignment:
    """Return the pairs and the clock offset under which the contacts fit best.

    Args:
        clip_s: touchdown and take-off, real seconds on the clip's clock, shape (n, 2).
        reference_s: the same on the reference's clock, shape (m, 2), NaN where an event is not known.
        clip_sides: left, right or both, n of them.
        reference_sides: the same, m of them; "" where not known.
    """
    other = _other_side(clip_sides, reference_sides)
    tried = [_settled(clip_s, reference_s, other, offset) for offset in _candidates(clip_s, reference_s)]
    if not tried:
        return Alignment((), 0.0)
    cost, offset, pairs = min(tried, key=lambda each: each[0])
    rivals = [each[0] for each in tried if abs(each[1] - offset) > _GATE_S / 2]
    return Alignment(pairs, offset, len(pairs) > 0 and min(rivals, default=np.inf) < cost + _SURE)


def match_by_time(
    clip_s: FloatArray,
    reference_s: FloatArray,
    clip_sides: Sequence[str],
    reference_sides: Sequence[str],
    offset_s: float,
) -> tuple[tuple[int, int], ...]:
    """Return the pairs under a clock offset that is known; arguments as for `align_by_time`."""
    return _matched(clip_s, reference_s - offset_s, _other_side(clip_sides, reference_sides))


def _other_side(one: Sequence[str], two: Sequence[str]) -> NDArray[np.bool_]:
    """Return which pairs are of different feet, shape (n, m)."""
    opposite = {("left", "right"), ("right", "left")}
    return np.array([[(a, b) in opposite for b in two] for a in one], dtype=bool).reshape(len(one), len(two))


def _candidates(clip_s: FloatArray, reference_s: FloatArray) -> list[float]:
    """Return offsets that many pairs of events share, the most shared first."""
    gaps = (reference_s[None, :, :] - clip_s[:, None, :]).ravel()
    gaps = np.sort(gaps[np.isfinite(gaps)])
    if not len(gaps):
        return []
    low = np.searchsorted(gaps, gaps - _GATE_S / 2)
    shared = np.searchsorted(gaps, gaps + _GATE_S / 2, side="right") - low
    chosen: list[float] = []
    for place in np.argsort(-shared, kind="stable"):
        near = any(abs(gaps[place] - other) < _GATE_S / 4 for other in chosen)
        if not near:
            chosen.append(float(gaps[place]))
        if len(chosen) == _CANDIDATES:
            break
    return chosen


def _settled(
    clip_s: FloatArray, reference_s: FloatArray, other: NDArray[np.bool_], offset: float
) -> tuple[float, float, tuple[tuple[int, int], ...]]:
    """Return cost, offset and pairs once the offset is in the middle of its pairs' differences."""
    pairs = _matched(clip_s, reference_s - offset, other)
    for _ in range(_ROUNDS):
        moved = _middle(clip_s, reference_s, pairs, offset)
        if abs(moved - offset) < 1e-6:
            break
        offset = moved
        pairs = _matched(clip_s, reference_s - offset, other)
    return _cost(clip_s, reference_s, pairs, other), offset, pairs


def _cost(
    clip_s: FloatArray, reference_s: FloatArray, pairs: Sequence[tuple[int, int]], other: NDArray[np.bool_]
) -> float:
    """Return -log of how likely the pairs are, but for a constant.

    Touchdowns may have a common error, and take-offs another one.
    """
    gaps = np.array([reference_s[j] - clip_s[i] for i, j in pairs]).reshape(-1, 2)
    alone = len(clip_s) + len(reference_s) - 2 * len(pairs)
    cost = _LONE * (alone + sum(bool(other[i, j]) for i, j in pairs))
    for event in gaps.T:
        known = event[np.isfinite(event)]
        if len(known):
            cost += float(np.log1p(((known - np.median(known)) / _SCATTER_S) ** 2 / 2).sum())
    return cost


def _middle(
    clip_s: FloatArray, reference_s: FloatArray, pairs: Sequence[tuple[int, int]], offset: float
) -> float:
    """Return the offset of the pairs: the mean of the medians of touchdowns and of take-offs."""
    gaps = np.array([reference_s[j] - clip_s[i] for i, j in pairs]).reshape(-1, 2)
    medians = [float(np.median(known)) for event in gaps.T if len(known := event[np.isfinite(event)])]
    return float(np.mean(medians)) if medians else offset


def _matched(
    clip_s: FloatArray, reference_s: FloatArray, other: NDArray[np.bool_]
) -> tuple[tuple[int, int], ...]:
    """Return the pairs that lie closest together, on one clock."""
    apart = np.abs(clip_s[:, None, :] - reference_s[None, :, :])
    known = np.isfinite(apart)
    mean = np.where(known, apart, 0.0).sum(axis=2) / np.maximum(known.sum(axis=2), 1)
    mean = np.where(known.any(axis=2), mean, np.inf)
    cost = np.minimum(mean + _OTHER_SIDE_S * other, _GATE_S)
    rows, columns = linear_sum_assignment(cost)
    return tuple((int(i), int(j)) for i, j in zip(rows, columns, strict=True) if cost[i, j] < _GATE_S)


def align_by_order(clip_s: FloatArray, reference_s: FloatArray) -> Alignment:
    """Return the pairs of two sequences of contact times that keep the order, with as few gaps as can be.

    A constant difference between the two does not count: the gaps are placed, the median difference of
    the pairs is taken off, and they are placed again.

    Args:
        clip_s: contact times of the clip, seconds, shape (n,).
        reference_s: contact times of the reference, seconds, shape (m,).
    """
    if len(clip_s) > len(reference_s):
        turned = align_by_order(reference_s, clip_s).pairs
        return Alignment(tuple((i, j) for j, i in turned), None)
    bias, places = 0.0, np.zeros(0, dtype=int)
    for _ in range(_ROUNDS):
        chosen = _embedded(clip_s - bias, reference_s)
        if np.array_equal(chosen, places):
            break
        places = chosen
        bias = float(np.median(clip_s - reference_s[places])) if len(places) else 0.0
    return Alignment(tuple((i, int(j)) for i, j in enumerate(places)), None)


def _embedded(short: FloatArray, long: FloatArray) -> NDArray[np.int_]:
    """Return where in `long` each value of `short` lies, in order, the sum of differences the least."""
    n, room = len(short), len(long) - len(short)
    best = np.zeros(room + 1)  # cost of the first i values with so many of `long` passed over
    passed = np.zeros((n, room + 1), dtype=int)
    for i in range(n):
        least = np.minimum.accumulate(best)
        first = np.array([int(np.argmin(best[: k + 1])) for k in range(room + 1)])
        passed[i] = first
        best = least + np.abs(short[i] - long[i : i + room + 1])
    places = np.zeros(n, dtype=int)
    k = int(np.argmin(best)) if n else 0
    for i in range(n - 1, -1, -1):
        places[i] = i + k
        k = passed[i, k]
    return places
