"""The charts of the Trends page: sessions with intervals and trend lines, and left against right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import altair as alt
import pandas as pd

from kickform.app.verdict.charts import NUMBERS
from kickform.history.trends import AsymmetryPoint, Series, Trends
from kickform.results.formatting import is_share, label_with_unit, number_words

__all__ = ["asymmetry_chart", "series_frame", "trend_chart"]

Chart = Any
_COLOURS = ("#F26B21", "#3B9FE8", "#2E9E6B", "#8A63D2", "#D99A1C", "#6B7280")
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
_CLEAR_PCT = 10.0
_LONG_DAYS = 300


def series_frame(trends: Trends) -> pd.DataFrame:
    """Return one row for each point of each series: session, time, value, 95 % interval, text."""
    rows = []
    for series in trends.series:
        for point in series.points:
            half = math.nan if point.sd is None else 1.96 * point.sd
            words = number_words(point.value, trends.unit, count=point.sd is None)
            words += "" if math.isnan(half) else f" ± {number_words(half, trends.unit)}"
            rows.append(
                {"session": point.session, "time": point.time, "value": point.value,
                 "low": point.value - half, "high": point.value + half, "series": series.label,
                 "words": words, "reps": point.n}
            )  # fmt: skip
    columns = ["session", "time", "value", "low", "high", "series", "words", "reps"]
    return pd.DataFrame(rows, columns=columns)


def trend_chart(trends: Trends, dark: bool = False) -> Chart:
    """Return all sessions with their intervals; each series has a colour, a shape, a line and a band."""
    labels = [series.label for series in trends.series]
    legend = _legend(columns=1, labelLimit=700) if len(labels) > 1 else None
    colour = alt.Color(
        "series:N",
        scale=alt.Scale(domain=labels, range=_cycled(_COLOURS, len(labels))),
        legend=legend,
    )
    shape = alt.Shape(
        "series:N", scale=alt.Scale(domain=labels, range=_cycled(_SHAPES, len(labels))),
        legend=legend,
    )  # fmt: skip
    data = series_frame(trends)
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=False, nice=True), axis=_axis(trends))
    x = _time(data["time"])
    points = alt.Chart(data)
    click = alt.selection_point(name="point", fields=["session"], on="click", clear="dblclick")
    marks = (
        points.mark_point(filled=True, size=90, opacity=1, cursor="pointer")
        .encode(
            x=x, y=y, color=colour, shape=shape,
            tooltip=[
                alt.Tooltip("time:T", title="Filmed", format="%-d %b %Y"),
                alt.Tooltip("words:N", title=trends.metric_label),
                alt.Tooltip("reps:Q", title="Reps"),
                alt.Tooltip("series:N", title="Filmed the same way"),
            ],
        )
        .add_params(click)
    )  # fmt: skip
    whiskers = points.mark_rule(opacity=0.45, strokeWidth=1.5).encode(
        x=x, y="low:Q", y2="high:Q", color=colour
    )
    layers: list[Chart] = [*_lines(trends.series, colour), whiskers, marks]
    title = alt.TitleParams(
        label_with_unit(trends.metric_label, trends.unit), anchor="start", fontSize=13, fontWeight="normal",
        color=NUMBERS[dark],
    )  # fmt: skip
    return alt.layer(*layers).properties(height=340, title=title)


def _legend(**more: Any) -> alt.Legend:
    """Return a legend above the chart; its symbols are solid, not as pale as the bands."""
    return alt.Legend(title=None, orient="top", symbolOpacity=1, **more)


def _time(times: pd.Series[Any]) -> alt.X:
    """Return the time axis: days, or months with the year when it spans most of a year."""
    span = times.max() - times.min() if len(times) else timedelta()
    words = "%b %Y" if span > timedelta(days=_LONG_DAYS) else "%-d %b"
    return alt.X("time:T", title=None, axis=alt.Axis(format=words, tickMinStep=86_400_000))


def _axis(trends: Trends) -> alt.Axis:
    return alt.Axis(format=".0%") if is_share(trends.unit) else alt.Axis()


def _cycled(values: Sequence[str], count: int) -> list[str]:
    return [values[place % len(values)] for place in range(count)]


def _lines(series: Sequence[Series], colour: alt.Color) -> list[Chart]:
    """Return the trend line of each series that has one, with its band."""
    rows = []
    for one in series:
        line = one.line
        if line is None:
            continue
        start = one.points[0].time
        rows += [
            {"time": start + timedelta(weeks=float(week)), "value": value, "low": low, "high": high,
             "series": one.label}
            for week, value, low, high in zip(line.week, line.value, line.low, line.high, strict=True)
        ]  # fmt: skip
    if not rows:
        return []
    base = alt.Chart(pd.DataFrame(rows))
    band = base.mark_area(opacity=0.16).encode(x="time:T", y="low:Q", y2="high:Q", color=colour)
    middle = base.mark_line(strokeWidth=2).encode(x="time:T", y="value:Q", color=colour)
    return [band, middle]


def asymmetry_chart(points: Sequence[AsymmetryPoint], dark: bool = False) -> Chart:
    """Return the left-right difference over time in percent; upward means right is higher."""
    rows = []
    for point in points:
        sign = 1 if point.larger == "right" else -1
        half = math.nan if point.sd_pct is None else 1.96 * point.sd_pct
        value = sign * point.value_pct
        rows.append(
            {"session": point.session, "time": point.time, "value": value, "low": value - half,
             "high": value + half, "words": f"{point.value_pct:.0f} %, {point.larger} higher",
             "what": "clear" if point.clear else "not clear"}
        )  # fmt: skip
    frame = pd.DataFrame(rows)
    data, x = alt.Chart(frame), _time(frame["time"])
    colour = alt.Color(
        "what:N", scale=alt.Scale(domain=["clear", "not clear"], range=[_COLOURS[0], _COLOURS[1]]),
        legend=_legend(),
    )  # fmt: skip
    marks = data.mark_point(filled=True, size=80, opacity=1).encode(
        x=x, y=alt.Y("value:Q", title=None), color=colour,
        tooltip=[
            alt.Tooltip("time:T", title="Filmed", format="%-d %b %Y"),
            alt.Tooltip("words:N", title="Difference"),
        ],
    )  # fmt: skip
    whiskers = data.mark_rule(opacity=0.45).encode(x=x, y="low:Q", y2="high:Q", color=colour)
    edges = alt.Chart(pd.DataFrame({"edge": [-_CLEAR_PCT, 0.0, _CLEAR_PCT]}))
    rules = edges.mark_rule(color=NUMBERS[dark], strokeDash=[5, 4], opacity=0.6).encode(y="edge:Q")
    # Above the chart: along the axis it does not fit.
    title = alt.TitleParams(
        "Difference (%), up: right higher, down: left higher", anchor="start", fontSize=13,
        fontWeight="normal", color=NUMBERS[dark],
    )  # fmt: skip
    return alt.layer(rules, whiskers, marks).properties(height=240, title=title)
