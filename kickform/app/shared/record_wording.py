"""Names of sessions, days and drills as the pages show them."""

from __future__ import annotations

from datetime import date, datetime

from kickform.drills import all_drills
from kickform.history.records import MetricRecord, SessionRecord
from kickform.results.formatting import decimals, number_words

__all__ = ["day_words", "drill_words", "headline_of", "number_of", "session_words"]


def day_words(moment: datetime | date) -> str:
    """Return the local day: ``2 Nov 2026``."""
    day = moment.astimezone() if isinstance(moment, datetime) else moment
    return f"{day.day} {day:%b %Y}"


def drill_words(drill: str, variant: str = "") -> str:
    """Return the drill's title and variant; a drill that is not installed is named by its id."""
    known = all_drills().get(drill)
    title = known.title if known else drill.replace("_", " ").capitalize()
    return f"{title} · {variant.replace('_', ' ')}" if variant and variant != drill else title


def session_words(record: SessionRecord) -> str:
    """Return a session's name in a list: day, drill, score."""
    score = "" if record.score is None else f", {record.score:.0f} of 100"
    return f"{day_words(record.filmed_at)}, {drill_words(record.drill, record.variant)}{score}"


def headline_of(record: SessionRecord) -> MetricRecord | None:
    """Return the session's main metric: the first in the drill's list that was measured."""
    drill = all_drills().get(record.drill)
    names = [metric.name for metric in drill.metrics] if drill else [m.name for m in record.metrics]
    found = (record.metric(name) for name in names)
    return next((metric for metric in found if metric is not None and metric.value is not None), None)


def number_of(metric: MetricRecord | None) -> str:
    """Return the metric's value and 95 % interval: ``188 ± 12 ms``; "–" if it has none."""
    if metric is None or metric.value is None:
        return "–"
    if metric.sd is None:
        return number_words(metric.value, metric.unit, count=True)
    places = decimals(metric.unit)
    half = max(1.96 * metric.sd, 10.0**-places)
    value = number_words(metric.value, metric.unit)
    bare = f"{metric.value:.{places}f}"
    return value.replace(bare, f"{bare} ± {half:.{places}f}", 1)
