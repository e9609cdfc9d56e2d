"""What a drill is, and the pieces that all drills share.

A drill is one module of `kickform.drills` (or of an installed package that names it under the entry-point
group ``kickform.drills``) with a module constant ``DRILL``: an instance of a `Drill` subclass.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import theilslopes

from kickform.motion import Contact, Flight, Motion
from kickform.result import Better, FindingResult, MetricResult, Notice, RepResult

__all__ = [
    "ANGLE_SD_DEG",
    "Athlete",
    "Drill",
    "Metric",
    "Verdict",
    "anchored",
    "angle_reason",
    "drop_off_per_rep",
    "mean_of",
    "summarize",
    "weighted_score",
]

ANGLE_SD_DEG = 6.0
"""SD of a joint angle in a side view: what 2D landmarks of the near leg are worth (docs/accuracy.md)."""


@dataclass(frozen=True, slots=True)
class Athlete:
    """What is known of the athlete besides the clip; None where it was not given."""

    height_m: float | None = None
    mass_kg: float | None = None


@dataclass(frozen=True, slots=True)
class Metric:
    """How one metric is named, counted and judged.

    ``common`` is the share of a rep's error variance that all reps of a clip have in common (the camera's
    place, the pose model's habits): it does not average out over the reps. ``good`` is the range a coach
    calls good; an open end is None.
    """

    name: str
    label: str
    unit: str
    better: Better
    good: tuple[float | None, float | None] | None = None
    common: float = 0.5
    no_sd: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a drill says of one motion: everything of an `Analysis` that depends on the drill."""

    variant: str
    contacts: tuple[Contact, ...]
    flights: tuple[Flight, ...]
    reps: tuple[RepResult, ...]
    score: float | None
    metrics: dict[str, MetricResult]
    headline: tuple[str, ...]
    findings: tuple[FindingResult, ...]
    warnings: tuple[Notice, ...] = ()


class Drill(ABC):
    """One drill: how it is done and filmed, what its reps are, what is measured and said.

    Attributes:
        id: canonical name, as in the JSON and on the command line.
        title: name that people read.
        how_to: how to do it, a sentence or two.
        how_to_film: how to film it.
        cue: the one thing to think of.
        metrics: every metric that the drill can give, most telling first.
        variant_is_side: whether the variant says only which legs worked, as each rep's side does: such sets
            are compared by side, whatever the variant.
    """

    id: str
    title: str
    how_to: str
    how_to_film: str
    cue: str
    metrics: Sequence[Metric]
    variant_is_side: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return what there is to know about the drill as plain Python, for JSON."""
        return {
            "id": self.id,
            "title": self.title,
            "how_to": self.how_to,
            "how_to_film": self.how_to_film,
            "cue": self.cue,
            "metrics": [
                {"name": m.name, "label": m.label, "unit": m.unit, "better": m.better} for m in self.metrics
            ],
        }

    @abstractmethod
    def likeness(self, motion: Motion) -> float:
        """Return how much the motion looks like this drill, 0 to 1; 0.5 and more is a match."""

    @abstractmethod
    def judge(self, motion: Motion, athlete: Athlete, clip: str) -> Verdict:
        """Find the reps, measure and judge them.

        Raises:
            DrillError: the drill is not in the clip; `clip` is the name to use in the message.
        """


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
