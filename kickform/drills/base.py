"""What a drill is, and the pieces that all drills share.

A drill is one module of `kickform.drills` (or of an installed package that names it under the entry-point
group ``kickform.drills``) with a module constant ``DRILL``: an instance of a `Drill` subclass.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kickform.events.types import Contact, Flight
from kickform.motion.motion import Motion
from kickform.results.findings import Better, FindingResult, MetricResult, Notice, RepResult
from kickform.subject import Athlete

__all__ = ["Drill", "Metric", "Verdict"]


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
