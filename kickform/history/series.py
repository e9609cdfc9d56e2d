"""A metric over time: series of comparable sessions, and their JSON."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from kickform.history.records import SetSide
from kickform.history.statistics import Line
from kickform.results.findings import Better

__all__ = ["AsymmetryPoint", "Series", "SeriesKey", "TrendPoint", "TrendVerdict", "Trends"]

TrendVerdict = Literal["real_change", "within_noise", "too_few"]


@dataclass(frozen=True, slots=True, order=True)
class SeriesKey:
    """What sessions must share to be compared."""

    fps: int
    plane: str
    variant: str
    side: SetSide
    model: str
    estimator_version: int


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One session in a series: its number and time, the value, its SD (or None), the number of reps."""

    session: int
    time: datetime
    value: float
    sd: float | None
    n: int


@dataclass(frozen=True, slots=True)
class AsymmetryPoint:
    """Left against right: 100 (max - min) / max with its SD, and the larger side.

    ``session`` has both sides, or is the later of two sessions of one day with one side each. ``clear`` is
    true above 10 % and above twice the SD (Bishop).
    """

    session: int
    time: datetime
    value_pct: float
    sd_pct: float | None
    larger: Literal["left", "right"]
    clear: bool


@dataclass(frozen=True, slots=True)
class Series:
    """Comparable sessions, oldest first, and their verdict.

    Attributes:
        key: what the sessions share.
        label: the same in words.
        points: the sessions.
        line: Theil-Sen line with its band over weeks since the first point; None below three sessions.
        typical_error: of one session, in the metric's unit; None below three sessions.
        mdc90: minimal detectable change of two sessions (90 %); None below three sessions.
        change: last period minus first period; None below three sessions.
        noise: what `change` must exceed to be real; None below three sessions.
        verdict: real change, within noise, or too few sessions.
        message: the verdict in words.
        best: the best session so far; None if the metric has no better direction.
    """

    key: SeriesKey
    label: str
    points: tuple[TrendPoint, ...]
    line: Line | None
    typical_error: float | None
    mdc90: float | None
    change: float | None
    noise: float | None
    verdict: TrendVerdict
    message: str
    best: TrendPoint | None

    @property
    def slope_per_week(self) -> float | None:
        """Slope of the line, in the metric's unit per week."""
        return None if self.line is None else self.line.slope


@dataclass(frozen=True, slots=True)
class Trends:
    """One metric of one drill of one athlete over time.

    Attributes:
        athlete: the athlete's name.
        drill: id of the drill.
        metric: name of the metric.
        metric_label: its name for people.
        unit: its unit.
        better: which way is better.
        series: comparable sessions, the most informative series first.
        asymmetry: left against right where both were measured.
        message: the verdict of the first series, and how other sessions differ.
    """

    athlete: str
    drill: str
    metric: str
    metric_label: str
    unit: str
    better: Better
    series: tuple[Series, ...]
    asymmetry: tuple[AsymmetryPoint, ...]
    message: str

    @property
    def main(self) -> Series | None:
        """The series that the verdict is about; None without sessions."""
        return self.series[0] if self.series else None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON document of ``kickform trends`` as plain Python."""
        main = self.main
        return {
            "athlete": self.athlete,
            "drill": self.drill,
            "metric": self.metric,
            "label": self.metric_label,
            "unit": self.unit,
            "better": self.better,
            "series": [_series_dict(series) for series in self.series],
            "asymmetry": [
                {
                    "session": p.session,
                    "time": p.time.isoformat(),
                    "value_pct": _rounded(p.value_pct),
                    "sd_pct": _rounded(p.sd_pct),
                    "larger": p.larger,
                    "clear": p.clear,
                }
                for p in self.asymmetry
            ],
            "typical_error": _rounded(main.typical_error) if main else None,
            "mdc90": _rounded(main.mdc90) if main else None,
            "slope_per_week": _rounded(main.slope_per_week) if main else None,
            "verdict": main.verdict if main else "too_few",
            "message": self.message,
        }


def _series_dict(series: Series) -> dict[str, Any]:
    key, line = series.key, series.line
    return {
        "label": series.label,
        "fps": key.fps,
        "view": key.plane,
        "side": key.side,
        "variant": key.variant,
        "model": key.model,
        "estimator_version": key.estimator_version,
        "points": [
            {
                "session": p.session,
                "time": p.time.isoformat(),
                "value": _rounded(p.value),
                "sd": _rounded(p.sd),
                "n": p.n,
            }
            for p in series.points
        ],
        "typical_error": _rounded(series.typical_error),
        "mdc90": _rounded(series.mdc90),
        "slope_per_week": _rounded(series.slope_per_week),
        "slope_per_week_90": [_rounded(line.slope_low), _rounded(line.slope_high)] if line else None,
        "change": _rounded(series.change),
        "noise": _rounded(series.noise),
        "best": series.best.session if series.best else None,
        "verdict": series.verdict,
        "message": series.message,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 4)
