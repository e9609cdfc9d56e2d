"""Scores from anchors, means over a set with their SDs, and fading."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.stats import theilslopes

from kickform.drills.base import Metric
from kickform.motion.motion import Motion
from kickform.results.findings import FindingResult, MetricResult, RepResult

__all__ = [
    "ANGLE_SD_DEG",
    "anchored",
    "angle_reason",
    "drop_off_per_rep",
    "mean_of",
    "summarize",
    "weighted_score",
]

ANGLE_SD_DEG = 6.0
"""SD of a joint angle in a side view: what 2D landmarks of the near leg are worth (docs/accuracy.md)."""


def anchored(value: float, anchors: Sequence[tuple[float, float]]) -> float:
    """Return the score at `value`: linear between (value, score) anchors, constant beyond the ends."""
    points = sorted(anchors)
    return float(np.interp(value, [p[0] for p in points], [p[1] for p in points]))


def weighted_score(parts: Sequence[tuple[float | None, float]]) -> float | None:
    """Return the mean of (score, weight) parts over those that are known; None where the first is not.

    The first part is the drill's headline: without it there is no score.
    """
    if not parts or parts[0][0] is None:
        return None
    known = [(score, weight) for score, weight in parts if score is not None]
    return sum(score * weight for score, weight in known) / sum(weight for _, weight in known)


def mean_of(values: Sequence[float]) -> float:
    """Return the mean; NaN of nothing."""
    return float(np.mean(values)) if len(values) else math.nan


def drop_off_per_rep(values: Sequence[float], first_rep: int = 4) -> float | None:
    """Return the Theil-Sen slope per rep from rep `first_rep` on; None with fewer than four such reps.

    The first reps find the rhythm and are left out (Stratford et al. 2020).
    """
    tail = list(values)[first_rep - 1 :]
    if len(tail) < 4:
        return None
    return float(theilslopes(tail, np.arange(len(tail)))[0])


def angle_reason(motion: Motion) -> str:
    """Return why joint angles cannot be judged in this view; "" where they can."""
    if motion.view.plane == "sagittal":
        return ""
    return f"the camera stands {motion.view.yaw_deg:.0f} deg off the side view; film from the side for angles"


def summarize(
    reps: Sequence[RepResult], metrics: Sequence[Metric], withheld: Mapping[str, str] | None = None
) -> dict[str, MetricResult]:
    """Return each metric's mean over the reps with the SD of that mean.

    Of the reps' error variance, the metric's common share stays in the mean and the rest averages out. A
    metric that no rep has gives its reason: from `withheld`, else from the reps.
    """
    reasons = dict(withheld or {})
    result = {}
    for metric in metrics:
        values = [rep.metrics[metric.name] for rep in reps if metric.name in rep.metrics]
        sds = [rep.sds[metric.name] for rep in reps if metric.name in rep.sds]
        reason = reasons.get(metric.name) or next(
            (rep.withheld[metric.name] for rep in reps if metric.name in rep.withheld), ""
        )
        sd = None
        if values and len(sds) == len(values):
            share = metric.common + (1 - metric.common) / len(sds)
            sd = math.sqrt(mean_of([s * s for s in sds]) * share)
        result[metric.name] = MetricResult(
            value=mean_of(values) if values else None,
            sd=sd,
            unit=metric.unit,
            n=len(values),
            better=metric.better,
            label=metric.label,
            reason=(metric.no_sd if sd is None else "") if values else reason or "not measured in any rep",
            good=metric.good,
        )
    return result


Finder = Callable[[Sequence[RepResult]], FindingResult | None]
"""A finding is made by a small function: the finding, or None where there is nothing to say."""
