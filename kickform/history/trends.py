"""Did a metric really change? Groups comparable sessions into series and judges each: noise, line, verdict.

Works on `kickform.history.records.SessionRecord`. Sessions with another frame rate, view, variant of the
drill, side, pose model or estimator version go into another series. docs/history.md explains how the verdict
is reached and how often it is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

import numpy as np

from kickform.drills import Metric, all_drills
from kickform.history.records import MetricRecord, SessionRecord, fps_class
from kickform.history.series import AsymmetryPoint, Series, SeriesKey, TrendPoint, Trends, TrendVerdict
from kickform.history.statistics import MDC90_PER_TE, change_between, line_through, typical_error
from kickform.results.findings import Better
from kickform.results.formatting import choices, counted, number_words

__all__ = [
    "FEWEST_SESSIONS",
    "AsymmetryPoint",
    "Series",
    "SeriesKey",
    "TrendPoint",
    "TrendVerdict",
    "Trends",
    "default_metric",
    "metrics_in",
    "trends_of",
    "trends_without_sessions",
]

FEWEST_SESSIONS = 3
"""Comparable sessions needed for a verdict."""

_VIEWS = {"sagittal": "from the side", "oblique": "at an angle", "frontal": "from the front"}
_COUNTS = ("no", "one", "two", "three")
_LONG_AGO_DAYS = 45
_MOST_LABELS = 3
_OPPOSITE: dict[Literal["left", "right"], Literal["left", "right"]] = {"left": "right", "right": "left"}


def metrics_in(sessions: Iterable[SessionRecord]) -> dict[str, MetricRecord]:
    """Return the metrics that these sessions have values for, by name, in the drill's order.

    Choices (which leg leads) have no trend and are left out.
    """
    found: dict[str, MetricRecord] = {}
    for session in sorted(sessions, key=lambda each: each.filmed_at, reverse=True):
        for metric in session.metrics:
            if metric.value is not None and not choices(metric.unit):
                found.setdefault(metric.name, metric)
    return found


def default_metric(sessions: Sequence[SessionRecord]) -> str | None:
    """Return the drill's first metric that the sessions have; None if they have none."""
    known = metrics_in(sessions)
    drill = all_drills().get(sessions[-1].drill) if sessions else None
    named = [metric.name for metric in drill.metrics] if drill else []
    return next((name for name in named if name in known), next(iter(known), None))


def trends_of(sessions: Iterable[SessionRecord], metric: str, since: datetime | None = None) -> Trends:
    """Return how a metric changed over the sessions.

    Args:
        sessions: of one athlete and one drill, in any order.
        metric: name of the metric.
        since: leave out sessions filmed before this time.

    Raises:
        ValueError: the sessions belong to several athletes or drills, or there are none.
    """
    chosen = sorted(sessions, key=lambda each: (each.filmed_at, each.id))
    if len({(each.athlete_id, each.drill) for each in chosen}) != 1:
        raise ValueError("trends need at least one session, all of one athlete and one drill")
    known = metrics_in(chosen).get(metric) or _metric_of(chosen[-1].drill, metric)
    recent = [each for each in chosen if since is None or each.filmed_at >= since]
    grouped = _grouped(recent, metric)
    series = sorted(
        (_series_of(key, points, list(grouped), known.unit, known.better) for key, points in grouped.items()),
        key=_series_rank,
        reverse=True,
    )
    return Trends(
        athlete=chosen[-1].athlete,
        drill=chosen[-1].drill,
        metric=metric,
        metric_label=known.label or metric,
        unit=known.unit,
        better=known.better,
        series=tuple(series),
        asymmetry=tuple(_asymmetry(recent, metric)),
        message=_message(series),
    )


def trends_without_sessions(athlete: str, drill: str, metric: str) -> Trends:
    """Return empty trends, for an athlete who has no session of the drill yet."""
    known = _metric_of(drill, metric)
    return Trends(athlete, drill, metric, known.label, known.unit, known.better, (), (), _message(()))


def _metric_of(drill: str, metric: str) -> Metric:
    """Return the drill's definition of the metric; only its name if the drill lacks it or is missing."""
    known = all_drills().get(drill)
    own = {each.name: each for each in known.metrics} if known else {}
    return own.get(metric) or Metric(metric, metric, "", "target")


def _grouped(sessions: Sequence[SessionRecord], metric: str) -> dict[SeriesKey, list[TrendPoint]]:
    grouped: dict[SeriesKey, list[TrendPoint]] = {}
    for session in sessions:
        drill = all_drills().get(session.drill)
        variant = "" if drill is not None and drill.variant_is_side else session.variant
        for number in session.metrics:
            if number.name != metric or number.value is None:
                continue
            key = SeriesKey(
                fps_class(session.fps),
                session.plane,
                variant,
                number.side,
                session.model,
                session.estimator_version,
            )
            point = TrendPoint(session.id, session.filmed_at, number.value, number.sd, number.n)
            grouped.setdefault(key, []).append(point)
    return grouped


def _series_of(
    key: SeriesKey, points: list[TrendPoint], keys: list[SeriesKey], unit: str, better: Better
) -> Series:
    label = _label(key, keys)
    best = _best(points, better)
    if len(points) < FEWEST_SESSIONS:
        lacking = FEWEST_SESSIONS - len(points)
        words = _too_few_words(lacking)
        return Series(key, label, tuple(points), None, None, None, None, None, "too_few", words, best)
    weeks = np.array([(p.time - points[0].time).total_seconds() / 604_800 for p in points])
    values = np.array([p.value for p in points])
    sds = np.array([math.nan if p.sd is None else p.sd for p in points])
    error = typical_error(values, sds)
    change = change_between(weeks, values, error)
    verdict: TrendVerdict = "real_change" if abs(change.value) > change.noise else "within_noise"
    then, now = points[: change.first], points[-change.last :]
    return Series(
        key=key,
        label=label,
        points=tuple(points),
        line=line_through(weeks, values, error),
        typical_error=error,
        mdc90=MDC90_PER_TE * error,
        change=change.value,
        noise=change.noise,
        verdict=verdict,
        message=_verdict_words(change.value, change.noise, verdict, unit, better, _when(then, now)),
        best=best,
    )


def _verdict_words(
    change: float, noise: float, verdict: TrendVerdict, unit: str, better: Better, when: str
) -> str:
    by, margin = number_words(abs(change), unit), number_words(noise, unit)
    if by == number_words(0.0, unit):
        how = f"The same as {when}"
    else:
        less, more = ("shorter", "longer") if unit in ("ms", "s", "m") else ("lower", "higher")
        how = f"{by} {less if change < 0 else more} than {when}"
    if verdict == "within_noise":
        return f"{how}: no real change; you normally vary by ±{margin}."
    good = {"lower": change < 0, "higher": change > 0}.get(better)
    kind = {None: "a real change", True: "a real improvement", False: "a real change for the worse"}[good]
    return f"{how}: {kind}; you normally vary by ±{margin}."


def _too_few_words(lacking: int) -> str:
    return f"{_COUNTS[lacking].capitalize()} more session{'s' * (lacking > 1)} and we can spot a trend."


def _when(then: Sequence[TrendPoint], now: Sequence[TrendPoint]) -> str:
    """Return when the first period was: the month if it is long ago, otherwise the days."""
    start, end, last = then[0].time, then[-1].time, now[-1].time
    if (now[0].time - end).days >= _LONG_AGO_DAYS:
        middle = then[len(then) // 2].time
        return f"in {middle:%B}" + (f" {middle.year}" if middle.year != last.year else "")
    if start.date() == end.date():
        return f"on {start.day} {start:%B}"
    month = f" {start:%B}" if (start.year, start.month) != (end.year, end.month) else ""
    return f"between {start.day}{month} and {end.day} {end:%B}"


def _label(key: SeriesKey, keys: Sequence[SeriesKey]) -> str:
    """Return the key in words: always frame rate and view, the rest only if the series differ in it."""
    words = [f"{key.fps} fps", _VIEWS.get(key.plane, key.plane)]
    if key.side != "both" or len({k.side for k in keys}) > 1:
        words.append("both feet" if key.side == "both" else f"{key.side} foot")
    if len({k.variant for k in keys}) > 1:
        words.append(key.variant or "plain")
    if len({k.model for k in keys}) > 1:
        words.append(f"{key.model} model")
    if len({k.estimator_version for k in keys}) > 1:
        words.append(f"measured by version {key.estimator_version}")
    return ", ".join(words)


def _series_rank(series: Series) -> tuple[bool, datetime, bool, int, SeriesKey]:
    """Return the sort key: series with a verdict first, then the latest, both feet, the longest."""
    points = series.points
    return series.verdict != "too_few", points[-1].time, series.key.side == "both", len(points), series.key


def _best(points: Sequence[TrendPoint], better: Better) -> TrendPoint | None:
    if better == "target" or not points:
        return None
    return min(points, key=lambda p: p.value if better == "lower" else -p.value)


def _message(series: Sequence[Series]) -> str:
    if not series:
        return _too_few_words(FEWEST_SESSIONS)
    main = series[0]
    others = [s for s in series[1:] if not _differs_by_side_only(s.key, main.key)]
    if not others:
        return main.message
    count = len({point.session for s in others for point in s.points})
    were = "was" if count == 1 else "were"
    labels = list(dict.fromkeys(s.label for s in others))
    apart = "; ".join(labels[:_MOST_LABELS]) + ("; and others" if len(labels) > _MOST_LABELS else "")
    differently = f"{counted(count, 'session')} {were} measured differently ({apart})"
    return f"{main.message} This is {main.label}; {differently}."


def _differs_by_side_only(one: SeriesKey, two: SeriesKey) -> bool:
    return (one.fps, one.plane, one.variant, one.model, one.estimator_version) == (
        two.fps, two.plane, two.variant, two.model, two.estimator_version,
    )  # fmt: skip


def _asymmetry(sessions: Sequence[SessionRecord], metric: str) -> Iterable[AsymmetryPoint]:
    """Yield left against right: from one session of both sides, or from two sessions of one day.

    Two sessions must be measured in the same way; the point gets the time of the later one.
    """
    waiting: dict[tuple[object, ...], MetricRecord] = {}
    for session in sessions:
        sides = {side: session.metric(metric, side) for side in _OPPOSITE}
        known = {
            side: found for side, found in sides.items() if found is not None and found.value is not None
        }
        if len(known) == 1:
            side = next(iter(known))
            conditions = (
                session.filmed_at.date(),
                fps_class(session.fps),
                session.plane,
                session.model,
                session.estimator_version,
            )
            partner = waiting.pop((*conditions, _OPPOSITE[side]), None)
            if partner is None:
                waiting[(*conditions, side)] = known[side]
                continue
            known[_OPPOSITE[side]] = partner
        if len(known) == 2:
            point = _difference(session, known["left"], known["right"])
            if point is not None:
                yield point


def _difference(session: SessionRecord, left: MetricRecord, right: MetricRecord) -> AsymmetryPoint | None:
    """Return the difference of the two sides in percent; None if a value is missing or negative."""
    if left.value is None or right.value is None:
        return None
    big, small = max(left.value, right.value), min(left.value, right.value)
    if big <= 0 or small < 0:
        return None
    value_pct, sd_pct = 100 * (big - small) / big, None
    if left.sd is not None and right.sd is not None:
        sd_pct = 100 * math.hypot(left.sd, right.sd) / big
    clear = value_pct > 10 and sd_pct is not None and value_pct > 2 * sd_pct
    larger: Literal["left", "right"] = "left" if left.value > right.value else "right"
    return AsymmetryPoint(session.id, session.filmed_at, value_pct, sd_pct, larger, clear)
