"""Scores from anchors, and means over a set with their SDs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.stats import theilslopes

from kickform import fitted
from kickform.drills.base import Metric
from kickform.motion.motion import Motion
from kickform.results.findings import MetricResult, RepResult

__all__ = [
    "ANGLE_SD_DEG",
    "FAR_ANGLE_SD_DEG",
    "anchored",
    "angle_reason",
    "drop_off_per_rep",
    "mean_of",
    "mean_score",
    "metric_score",
    "summarize",
    "weighted_score",
]

ANGLE_SD_DEG = fitted.SCORING_ANGLE_SD_DEG
"""SD of a joint angle of the near leg in a side view."""

FAR_ANGLE_SD_DEG = fitted.SCORING_FAR_ANGLE_SD_DEG
"""The same for the leg away from the camera, which is half hidden."""

_FEWEST_FOR_SLOPE = 4  # convention: fewer reps give no slope


def anchored(value: float, anchors: Sequence[tuple[float, float]]) -> float:
    """Return the score at `value`: linear between (value, score) anchors, constant beyond the ends."""
    points = sorted(anchors)
    return float(np.interp(value, [p[0] for p in points], [p[1] for p in points]))


def weighted_score(parts: Sequence[tuple[float | None, float]]) -> float | None:
    """Return the weighted mean of the known (score, weight) parts.

    None where the first part is missing: it is the drill's headline.
    """
    if not parts or parts[0][0] is None:
        return None
    known = [(score, weight) for score, weight in parts if score is not None]
    return sum(score * weight for score, weight in known) / sum(weight for _, weight in known)


def metric_score(rep: RepResult, name: str, anchors: Sequence[tuple[float, float]]) -> float | None:
    """Return the score of one metric of a rep; None where the rep does not have it."""
    return anchored(rep.metrics[name], anchors) if name in rep.metrics else None


def mean_score(reps: Sequence[RepResult]) -> float | None:
    """Return the mean score of the reps that have one; None without any."""
    scores = [rep.score for rep in reps if rep.score is not None]
    return mean_of(scores) if scores else None


def mean_of(values: Sequence[float]) -> float:
    """Return the mean; NaN without values."""
    return float(np.mean(values)) if len(values) else math.nan


def drop_off_per_rep(values: Sequence[float], first_rep: int = 4) -> float | None:
    """Return the Theil-Sen slope per rep from rep `first_rep` on; None with fewer than four such reps.

    The first reps find the rhythm and are left out (Stratford et al. 2020).
    """
    tail = list(values)[first_rep - 1 :]
    if len(tail) < _FEWEST_FOR_SLOPE:
        return None
    return float(theilslopes(tail, np.arange(len(tail)))[0])


def angle_reason(motion: Motion) -> str:
    """Return why joint angles cannot be judged from this view; "" where they can."""
    if motion.view.plane == "sagittal":
        return ""
    return f"the camera is {motion.view.yaw_deg:.0f}° off the side view; film from the side for angles"


def summarize(
    reps: Sequence[RepResult], metrics: Sequence[Metric], withheld: Mapping[str, str] | None = None
) -> dict[str, MetricResult]:
    """Return each metric's mean over the reps with the SD of that mean.

    Of the reps' error variance the metric's common share stays in the mean; the rest averages out.

    Args:
        reps: the set.
        metrics: the drill's metrics.
        withheld: reasons for metrics that no rep has; by default the reps' own reasons.
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
