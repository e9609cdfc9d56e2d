"""Shared by the drills of single steps: quick contacts, rhythm, left against right, travel, fading.

All times are real seconds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.stats import theilslopes

from kickform.drills.common.jumps import make_finding
from kickform.events.types import Contact
from kickform.motion.motion import Motion
from kickform.numeric import FloatArray
from kickform.pose.geometry import body_height_px, upward
from kickform.pose.track import Landmark
from kickform.results.findings import FindingResult, MetricResult, RepResult, Severity

__all__ = [
    "BROKEN_PCT",
    "CLEAR_DIFFERENCE_PCT",
    "EVEN_PCT",
    "RHYTHM_ANCHORS",
    "TOES",
    "UNEVEN_PCT",
    "Interval",
    "Rhythm",
    "SideDifference",
    "by_severity",
    "drift",
    "leg_length_px",
    "other",
    "overlap_share",
    "quick_steps",
    "rhythm_finding",
    "rhythm_of",
    "side_difference",
    "toe_ahead_px",
    "travel_legs_per_s",
    "travel_px_per_s",
    "with_rhythm",
]

EVEN_PCT = 5.0  # convention: up to here a coach calls a rhythm even
UNEVEN_PCT = 7.5  # convention: half as much again as an even rhythm
BROKEN_PCT = 12.0  # convention: from here on the rhythm is lost
RHYTHM_ANCHORS = ((EVEN_PCT, 100), (8, 80), (BROKEN_PCT, 50))  # convention: a coach's scale
"""Coefficient of variation of like intervals, percent, and its score."""

_SHORTEST_S = 0.04  # convention: no foot bears the body for less
_LEG_SHARE = 0.246 + 0.245  # ref: Drillis and Contini 1966, shank and thigh as shares of stature
"""Ankle to hip as a share of stature."""

_SURE_SDS = 1.645  # derived: 95 % one-sided, normal distribution
_OUTLIER_SDS = 4.0  # convention: beyond 4 robust SDs an interval is a stumble or a missed contact
_LEAST_SPREAD = 0.02  # convention: a perfect rhythm keeps some width against outliers
_NOISIEST = 0.12  # derived: the CV of a broken rhythm (`BROKEN_PCT`)
"""Relative noise of the intervals beyond which the rhythm cannot be told."""

_FEWEST_INTERVALS = 6  # convention: fewer give no coefficient of variation
_FEWEST_FOR_DRIFT = 5  # convention: fewer values give no slope
CLEAR_DIFFERENCE_PCT = 10.0  # ref: Bishop, flag an asymmetry only above 10 %
_CLEAR_SDS = 2.5  # convention: 1 difference in 80 is larger by chance

_HIPS = {"left": Landmark.L_HIP, "right": Landmark.R_HIP}
TOES = {"left": Landmark.L_FOOT_INDEX, "right": Landmark.R_FOOT_INDEX}
"""The toe of each foot."""


def other(side: str) -> Literal["left", "right"]:
    """Return the other side."""
    return "right" if side == "left" else "left"


def quick_steps(motion: Motion, longest_s: float) -> tuple[Contact, ...]:
    """Return the contacts of one foot of at most `longest_s` real seconds, both ends seen, by touchdown."""
    return tuple(
        step
        for step in sorted(motion.steps, key=lambda step: step.touchdown_s)
        if math.isfinite(step.sd_s) and _SHORTEST_S <= step.duration_s <= longest_s
    )


def overlap_share(step: Contact, steps: Sequence[Contact]) -> float:
    """Return the share of `step` in which the other foot is on the ground as well."""
    shared = [
        min(step.takeoff_s, rival.takeoff_s) - max(step.touchdown_s, rival.touchdown_s)
        for rival in steps
        if rival.side != step.side
    ]
    return sum(max(part, 0.0) for part in shared) / step.duration_s


@dataclass(frozen=True, slots=True)
class Interval:
    """Time from one touchdown to the next, and the SD of its measurement; real seconds."""

    length_s: float
    sd_s: float

    @classmethod
    def between(cls, first: Contact, second: Contact) -> Interval:
        """Return the interval from touchdown to touchdown."""
        sd_s = math.hypot(first.touchdown_sd_s, second.touchdown_sd_s)
        return cls(second.touchdown_s - first.touchdown_s, sd_s)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Coefficient of variation of like intervals, percent, its SD, and the number of intervals."""

    cv_pct: float
    sd_pct: float
    n: int


def rhythm_of(families: Sequence[Sequence[Interval]]) -> Rhythm | None:
    """Return the coefficient of variation of like intervals, pooled over families.

    The variance of the measurement is subtracted. An outlier (a stumble, a missed contact) is clipped to four
    robust SDs of its family.

    Args:
        families: intervals that should be equal within each family.

    Returns:
        The rhythm; None with fewer than six intervals, or where their noise would hide an uneven rhythm.
    """
    total, noise, freedom, count = 0.0, 0.0, 0, 0
    for family in families:
        if len(family) < 2:
            continue
        lengths = np.array([interval.length_s for interval in family])
        middle = float(np.median(lengths))
        spread = 1.4826 * float(np.median(np.abs(lengths - middle)))
        reach = _OUTLIER_SDS * max(spread, _LEAST_SPREAD * middle)
        relative = np.clip(lengths, middle - reach, middle + reach) / middle
        total += (len(family) - 1) * float(relative.var(ddof=1))
        noise += (len(family) - 1) * float(np.mean([(each.sd_s / middle) ** 2 for each in family]))
        freedom += len(family) - 1
        count += len(family)
    if count < _FEWEST_INTERVALS:
        return None
    variance, noise = max(total - noise, 0.0) / freedom, noise / freedom
    if noise > _NOISIEST**2:
        return None
    floor = max(math.sqrt(variance), math.sqrt(noise), 1e-3)
    sd = (variance + noise) / (math.sqrt(2 * freedom) * floor)
    return Rhythm(100 * math.sqrt(variance), 100 * sd, count)


def with_rhythm(
    metrics: dict[str, MetricResult], rhythm: Rhythm | None, reason: str = ""
) -> dict[str, MetricResult]:
    """Return the metrics with the rhythm of the whole set, or the reason why it is missing."""
    name = "rhythm_cv_pct"
    if rhythm is None:
        why = reason or "too few beats, or timed too coarsely; film a longer set at 120 fps"
        return metrics | {name: replace(metrics[name], reason=why)}
    known = replace(metrics[name], value=rhythm.cv_pct, sd=rhythm.sd_pct, n=rhythm.n, reason="")
    return metrics | {name: known}


def rhythm_finding(rhythm: Rhythm | None, reps: Sequence[RepResult], cue: str) -> FindingResult | None:
    """Return praise for an even rhythm (up to 5 %), advice beyond 7.5 %, a fault beyond 12 %.

    Advice and faults need 95 % confidence that the rhythm is not even.
    """
    if rhythm is None:
        return None
    if rhythm.cv_pct <= EVEN_PCT:
        by = "less than 1 %" if rhythm.cv_pct < 1 else f"only {rhythm.cv_pct:.0f} %"
        text = f"Even rhythm: your beats vary by {by}."
        return make_finding("rhythm_even", "good", text, "Keep this beat.", reps)
    if rhythm.cv_pct <= UNEVEN_PCT or rhythm.cv_pct - _SURE_SDS * rhythm.sd_pct <= EVEN_PCT:
        return None
    text = f"Uneven rhythm: your beats vary by {rhythm.cv_pct:.0f} %. Aim for {EVEN_PCT:.0f} % or less."
    severity: Severity = "fault" if rhythm.cv_pct > BROKEN_PCT else "advice"
    return make_finding("rhythm_uneven", severity, text, cue, reps)


def by_severity(findings: Sequence[FindingResult | None]) -> tuple[FindingResult, ...]:
    """Return the findings without None: faults first, then advice, then praise."""
    order: dict[Severity, int] = {"fault": 0, "advice": 1, "good": 2}
    known = [finding for finding in findings if finding]
    return tuple(sorted(known, key=lambda finding: order[finding.severity]))


@dataclass(frozen=True, slots=True)
class SideDifference:
    """Left against right: 100 (max - min) / max, its SD, the side with the larger mean, and if it is clear.

    ``clear`` is set above 10 %, above the spread within a side and above 2.5 SDs (Bishop; the SDs are ours).
    """

    pct: float
    sd_pct: float
    larger: Literal["left", "right"]
    clear: bool


def side_difference(
    left: Sequence[float], right: Sequence[float], sd: float, common_sd: float = 0.0
) -> SideDifference | None:
    """Compare two sides; None where a side has fewer than two values.

    Args:
        left: values of the left side, all positive.
        right: values of the right side, in the same unit.
        sd: SD of one value.
        common_sd: SD of the error that all values of one side share (the far leg is seen less well).
    """
    if min(len(left), len(right)) < 2:
        return None
    means = {"left": float(np.mean(left)), "right": float(np.mean(right))}
    larger: Literal["left", "right"] = "left" if means["left"] > means["right"] else "right"
    top, low = means[larger], means[other(larger)]
    pct = 100 * (top - low) / top
    spreads = [max(float(np.var(side, ddof=1)), sd * sd) for side in (left, right)]
    sd_pct = 100 * math.sqrt(spreads[0] / len(left) + spreads[1] / len(right) + 2 * common_sd**2) / top
    within_pct = 100 * math.sqrt(max(float(np.mean(spreads)) - sd * sd, 0.0)) / top
    clear = pct > max(CLEAR_DIFFERENCE_PCT, within_pct, _CLEAR_SDS * sd_pct)
    return SideDifference(pct, sd_pct, larger, clear)


def drift(values: Sequence[float], sd: float, first: int = 3) -> tuple[float, float] | None:
    """Return how much values change over a set, and the SD of that change.

    The Theil-Sen slope from value number `first` on (the first ones find the rhythm), times the steps it
    covers. The SD comes from the scatter about that line, or from `sd` of one value where that is larger.
    None with fewer than five values from `first` on.
    """
    tail = np.asarray(values[first - 1 :], dtype=np.float64)
    if len(tail) < _FEWEST_FOR_DRIFT:
        return None
    index = np.arange(len(tail))
    slope, intercept = (float(value) for value in theilslopes(tail, index)[:2])
    residual = np.abs(tail - intercept - slope * index)
    scatter = max(1.4826 * float(np.median(residual)), sd)
    return slope * (len(tail) - 1), scatter * math.sqrt(12 / len(tail))


def leg_length_px(motion: Motion) -> float:
    """Return the athlete's leg length, ankle to hip, pixels."""
    return _LEG_SHARE * body_height_px(upward(motion.track))


def toe_ahead_px(motion: Motion, side: str) -> FloatArray:
    """Return (T,) how far the toe of `side` is ahead of its hip, pixels; camera motion cancels."""
    xy = motion.track.xy_px
    return np.asarray(motion.view.facing * (xy[:, TOES[side], 0] - xy[:, _HIPS[side], 0]))


def travel_px_per_s(motion: Motion, steps: Sequence[Contact]) -> float:
    """Return the speed of the hips over the planted foot, pixels per real second, forward positive.

    The median over the contacts; NaN where none has enough frames.
    """
    time_s = motion.track.time_s
    ahead = {side: toe_ahead_px(motion, side) for side in TOES}
    speeds = []
    for step in steps:
        tail = 0.1 * step.duration_s
        inside = (time_s >= step.touchdown_s + tail) & (time_s <= step.takeoff_s - tail)
        inside &= np.isfinite(ahead[step.side])
        if inside.sum() >= 3:
            speeds.append(-float(np.polyfit(time_s[inside], ahead[step.side][inside], 1)[0]))
    return float(np.median(speeds)) if speeds else math.nan


def travel_legs_per_s(motion: Motion, steps: Sequence[Contact]) -> float:
    """Return the speed of travel in leg lengths per real second; NaN where unknown."""
    return travel_px_per_s(motion, steps) / leg_length_px(motion)
