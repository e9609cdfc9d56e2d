"""Reps, metrics, findings and warnings, as frozen data; field names are those of the JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Better", "FindingResult", "MetricResult", "Notice", "RepResult", "Severity"]

Better = Literal["lower", "higher", "target"]


Severity = Literal["good", "advice", "fault"]


@dataclass(frozen=True, slots=True)
class RepResult:
    """One repetition: metrics by name (units in the name), their SDs, and why a metric is missing.

    ``key_s`` is the time of the frame that shows the rep best (the drill decides which).
    """

    number: int
    side: Literal["left", "right", "both"]
    start_s: float
    end_s: float
    score: float | None
    metrics: dict[str, float]
    findings: tuple[str, ...] = ()
    sds: dict[str, float] = field(default_factory=dict)
    withheld: dict[str, str] = field(default_factory=dict)
    key_s: float | None = None


@dataclass(frozen=True, slots=True)
class MetricResult:
    """One metric over the set: its mean, the SD of that mean, and the reps behind it.

    ``value`` is None where the metric is withheld; ``reason`` then says why. ``sd`` is None where the
    metric has no uncertainty (a count); ``reason`` then says so. ``good`` is the range a coach calls
    good, in the metric's unit, either end open (None), and ``label`` the name people read. A ``coarse`` one
    comes from too few frames a second for single reps to be told apart: trust the mean.
    """

    value: float | None
    sd: float | None
    unit: str
    n: int
    better: Better
    label: str = ""
    reason: str = ""
    good: tuple[float | None, float | None] | None = None
    coarse: bool = False


@dataclass(frozen=True, slots=True)
class FindingResult:
    """Something seen: what (message), what to think of (cue), in which reps, and the frame that shows it."""

    code: str
    severity: Severity
    message: str
    cue: str
    reps: tuple[int, ...]
    time_s: float | None


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning about the clip or the measurement; the message ends with what to do about it."""

    code: str
    message: str
