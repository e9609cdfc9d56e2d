"""What drills of single steps share: quick contacts of each foot, rhythm, sides, travel, fading.

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
    "EVEN_PCT",
    "RHYTHM_ANCHORS",
    "TOES",
    "UNEVEN_PCT",
    "Difference",
    "Interval",
    "Rhythm",
    "by_severity",
    "drift",
    "leg_length_px",
    "other",
    "overlap_share",
    "quick_steps",
    "rhythm_of",
    "say_rhythm",
    "side_difference",
    "toe_ahead_px",
    "travel_legs_per_s",
    "travel_px_per_s",
    "with_rhythm",
]

EVEN_PCT, UNEVEN_PCT, BROKEN_PCT = 5.0, 7.5, 12.0
RHYTHM_ANCHORS = ((EVEN_PCT, 100), (8, 80), (BROKEN_PCT, 50))
"""Coefficient of variation of like intervals, percent, and its score (coaching convention)."""

_SHORTEST_S = 0.04
_LEG_SHARE = 0.246 + 0.245
"""Ankle to hip as a share of stature (Drillis and Contini, as in `kickform.motion.kinematics`)."""

_SURELY = 1.645
_OUTLIER_SIGMAS, _NOISIEST = 4.0, 0.12

_HIPS = {"left": Landmark.L_HIP, "right": Landmark.R_HIP}
TOES = {"left": Landmark.L_FOOT_INDEX, "right": Landmark.R_FOOT_INDEX}
"""The toe of each foot."""


def other(side: str) -> Literal["left", "right"]:
    """Return the other side."""
    return "right" if side == "left" else "left"


def quick_steps(motion: Motion, longest_s: float) -> tuple[Contact, ...]:
    """Return the single-foot contacts of at most `longest_s` real seconds, both ends seen, by touchdown."""
    return tuple(
        step
        for step in sorted(motion.steps, key=lambda step: step.touchdown_s)
        if math.isfinite(step.sd_s) and _SHORTEST_S <= step.duration_s <= longest_s
    )


def overlap_share(step: Contact, steps: Sequence[Contact]) -> float:
    """Return which share of `step` the other foot is on the ground as well."""
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
    """Coefficient of variation of like intervals, percent, its SD, and how many intervals tell it."""

    cv_pct: float
    sd_pct: float
    n: int


def rhythm_of(families: Sequence[Sequence[Interval]]) -> Rhythm | None:
    """Return how uneven like intervals are, the families pooled; None of fewer than six intervals.

    None as well where the intervals are timed so coarsely that their noise would hide an uneven rhythm.

    The variance that the measurement brings in is taken off. A lone outlier (a stumble, a contact that was
    missed) is drawn in to four robust SDs of its family.
    """
    total, noise, freedom, count = 0.0, 0.0, 0, 0
    for family in families:
        if len(family) < 2:
            continue
        lengths = np.array([interval.length_s for interval in family])
        middle = float(np.median(lengths))
        spread = 1.4826 * float(np.median(np.abs(lengths - middle)))
        reach = _OUTLIER_SIGMAS * max(spread, 0.02 * middle)
        relative = np.clip(lengths, middle - reach, middle + reach) / middle
        total += (len(family) - 1) * float(relative.var(ddof=1))
        noise += (len(family) - 1) * float(np.mean([(each.sd_s / middle) ** 2 for each in family]))
        freedom += len(family) - 1
        count += len(family)
    if count < 6:
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
    """Return the metrics with the rhythm of the whole set, or why it is not known, in their place."""
    name = "rhythm_cv_pct"
    if rhythm is None:
        why = reason or "too few intervals, or timed too coarsely; film a longer set at 120 fps"
        return metrics | {name: replace(metrics[name], reason=why)}
    told = replace(metrics[name], value=rhythm.cv_pct, sd=rhythm.sd_pct, n=rhythm.n, reason="")
    return metrics | {name: told}


def say_rhythm(rhythm: Rhythm | None, reps: Sequence[RepResult], cue: str) -> FindingResult | None:
    """Say whether the rhythm is even (up to 5 %) or uneven (beyond 7.5 %, a fault beyond 12 %).

    An uneven one must surely (95 %) be no even one, by the SD of its measurement.
    """
    if rhythm is None:
        return None
    if rhythm.cv_pct <= EVEN_PCT:
        by = "less than 1 %" if rhythm.cv_pct < 1 else f"only {rhythm.cv_pct:.0f} %"
        text = f"An even rhythm: like beats differ by {by}."
        return make_finding("rhythm_even", "good", text, "A steady beat, keep it.", reps)
    if rhythm.cv_pct <= UNEVEN_PCT or rhythm.cv_pct - _SURELY * rhythm.sd_pct <= EVEN_PCT:
        return None
    text = f"The rhythm is uneven: like beats differ by {rhythm.cv_pct:.0f} %; an even one stays within 5 %."
    severity: Severity = "fault" if rhythm.cv_pct > BROKEN_PCT else "advice"
    return make_finding("rhythm_uneven", severity, text, cue, reps)


def by_severity(findings: Sequence[FindingResult | None]) -> tuple[FindingResult, ...]:
    """Return the findings there are: faults first, then advice, then praise."""
    order: dict[Severity, int] = {"fault": 0, "advice": 1, "good": 2}
    known = [finding for finding in findings if finding]
    return tuple(sorted(known, key=lambda finding: order[finding.severity]))


@dataclass(frozen=True, slots=True)
class Difference:
    """Left against right: 100 (max - min) / max, its SD, the side with the larger mean, and if it counts.

    ``clear`` is set above 10 %, above the spread within a side and above 2.5 SD (Bishop; the SDs are ours).
    """

    pct: float
    sd_pct: float
    larger: Literal["left", "right"]
    clear: bool


def side_difference(
    left: Sequence[float], right: Sequence[float], sd: float, common_sd: float = 0.0
) -> Difference | None:
    """Compare two sides; None where a side has fewer than two values.

    Args:
        left: values of the left side, all positive.
        right: values of the right side, in the same unit.
        sd: SD of one value's measurement.
        common_sd: SD of an error that all values of one side share (a far leg is seen less well).
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
    return Difference(pct, sd_pct, larger, pct > max(10.0, within_pct, 2.5 * sd_pct))


def drift(values: Sequence[float], sd: float, first: int = 3) -> tuple[float, float] | None:
    """Return how much values change over a set and the SD of that change; None of fewer than seven.

    The Theil-Sen slope from number `first` on, times the steps it covers. The SD comes from the scatter about
    that line, or from `sd` of one value's measurement where that is larger. The first values find the rhythm
    and are left out.
    """
    tail = np.asarray(values[first - 1 :], dtype=np.float64)
    if len(tail) < 5:
        return None
    index = np.arange(len(tail))
    slope, intercept = (float(value) for value in theilslopes(tail, index)[:2])
    residual = np.abs(tail - intercept - slope * index)
    scatter = max(1.4826 * float(np.median(residual)), sd)
    return slope * (len(tail) - 1), scatter * math.sqrt(12 / len(tail))


def leg_length_px(motion: Motion) -> float:
    """Return the athlete's leg, ankle to hip, in pixels."""
    return _LEG_SHARE * body_height_px(upward(motion.track))


def toe_ahead_px(motion: Motion, side: str) -> FloatArray:
    """Return (T,) how far the toe of `side` is ahead of its own hip, pixels; the camera's motion cancels."""
    xy = motion.track.xy_px
    return np.asarray(motion.view.facing * (xy[:, TOES[side], 0] - xy[:, _HIPS[side], 0]))


def travel_px_per_s(motion: Motion, steps: Sequence[Contact]) -> float:
    """Return how fast the hips pass over the planted foot, pixels per real second, forward positive.

    The median over the contacts, and NaN where none is long enough to tell.
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
    """Return the speed of travel in leg lengths per real second, from the view's picture; NaN unknown."""
    return travel_px_per_s(motion, steps) / leg_length_px(motion)
