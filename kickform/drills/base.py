"""What a drill is: its description, its metrics and its verdict.

A drill is one module of `kickform.drills` (or of an installed package that names it under the entry-point
group ``kickform.drills``) with a module constant ``DRILL``: an instance of a `Drill` subclass.
"""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kickform.events.types import Contact, Flight
from kickform.motion.motion import Motion
from kickform.results.findings import Better, FindingResult, MetricResult, Notice, RepResult
from kickform.subject import Athlete

__all__ = ["Drill", "Metric", "Verdict"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of a drill.

    Attributes:
        name: as in the JSON, with its unit.
        label: name that people read.
        unit: unit that people read; "" for a ratio.
        better: which way is better.
        good: range that a coach calls good, in the metric's unit; an open end is None.
        common: share of a rep's error variance that all reps of a clip have in common (the camera's place,
            the pose model's bias), 0 to 1: it does not average out over the reps.
        no_sd: why the metric has no SD, "" where it has one.
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
    """A drill's judgement of one motion: all parts of an `Analysis` that depend on the drill."""

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
    """One drill: how to do and film it, what its reps are, what is measured and what is said.

    Attributes:
        id: canonical name, as in the JSON and on the command line.
        title: name that people read.
        how_to: how to do it, a sentence or two.
        how_to_film: how to film it.
        cue: the one thing to think of.
        metrics: all metrics of the drill, most telling first.
        variant_is_side: whether the variant only names the legs that worked. Such sets are compared by the
            side of their reps, whatever the variant.
    """

    id: str
    title: str
    how_to: str
    how_to_film: str
    cue: str
    metrics: Sequence[Metric]
    variant_is_side: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the description of the drill as plain Python, for JSON."""
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
        """Return how well the motion matches this drill, 0 to 1; 0.5 and more is a match."""

    @abstractmethod
    def judge(self, motion: Motion, athlete: Athlete, clip: str) -> Verdict:
        """Find the reps, measure and judge them.

        Raises:
            DrillError: the drill is not in the clip; `clip` is the name to use in the message.
        """


if not TYPE_CHECKING:
    _MOVED_TO_SCORING = {
        *("ANGLE_SD_DEG", "anchored", "angle_reason", "drop_off_per_rep"),
        *("mean_of", "summarize", "weighted_score"),
    }

    def __getattr__(name: str) -> Any:
        """Return a name that drills outside of this package import from here; it has moved to `scoring`."""
        if name in _MOVED_TO_SCORING:
            return getattr(importlib.import_module("kickform.drills.common.scoring"), name)
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
