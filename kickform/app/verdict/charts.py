"""The two charts of a result: contacts and flights over time, and one bar per rep with the good range."""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import pandas as pd

from kickform.results.analysis import Analysis
from kickform.results.findings import MetricResult
from kickform.results.formatting import cell_words, label_with_unit, number_words
from kickform.results.wording import good_words

__all__ = ["CONTACT", "FLIGHT", "rep_chart", "timeline"]

CONTACT, RIGHT, FLIGHT, GOOD, OUTSIDE = "#F26B21", "#8B5FD6", "#3B9FE8", "#2E9E6B", "#F26B21"
NUMBERS = {False: "#5B616B", True: "#A9AFB9"}
"""Colour of the numbers on a light and on a dark page; each stays readable on the other."""
_ZONE_COLORS = {"in the good range": GOOD, "outside the good range": OUTSIDE, "measured": FLIGHT}
_LABELLED_REPS = 30
_LANES = {
    "both": ("Contact", CONTACT, 0.12, 0.88),
    "left": ("Left foot", CONTACT, 0.52, 0.92),
    "right": ("Right foot", RIGHT, 0.08, 0.48),
}
"""Name, colour and height of a contact in the timeline: the left foot is above the right one."""

Chart = Any
"""An Altair chart; the library has no common base class."""


def timeline(analysis: Analysis, dark: bool = False) -> Chart:
    """Return contacts and flights over clip time with rep numbers; a click selects a piece.

    Contacts of single feet have one colour per foot, and one row per foot if both feet occur.
    """
    rows = []
    alone = len({contact.side for contact in analysis.contacts}) == 1
    for contact in analysis.contacts:
        what, _, low, high = _LANES[contact.side]
        low, high = _LANES["both"][2:] if alone else (low, high)
        row = {"what": what, "start": contact.touchdown_s, "end": contact.takeoff_s}
        row |= {"ms": contact.contact_time_ms, "sd": contact.sd_ms, "low": low, "high": high}
        rows.append(row | {"hand": contact.corrected})
    rows += [
        {"what": "Flight", "start": f.takeoff_s, "end": f.touchdown_s, "ms": f.flight_time_ms,
         "sd": math.nan, "low": 0.4, "high": 0.6, "hand": False}
        for f in analysis.flights
    ]  # fmt: skip
    colours = {what: colour for what, colour, _, _ in _LANES.values()} | {"Flight": FLIGHT}
    there = [what for what in colours if any(row["what"] == what for row in rows)]
    pieces = pd.DataFrame(rows, columns=["what", "start", "end", "ms", "sd", "low", "high", "hand"])
    pieces["length"] = [_length_words(row) for row in rows]
    ends = [0.0, analysis.video.duration_s]
    click = alt.selection_point(name="piece", fields=["start"], on="click", clear="dblclick")
    time = alt.X("start:Q", title="Time in the clip (s)", scale=alt.Scale(domain=ends, nice=False))
    bars = (
        alt.Chart(pieces)
        .mark_rect(cornerRadius=3, cursor="pointer")
        .encode(
            x=time,
            x2="end:Q",
            y=alt.Y("low:Q", axis=None, scale=alt.Scale(domain=[0, 1.35])),
            y2="high:Q",
            color=alt.Color(
                "what:N",
                scale=alt.Scale(domain=there, range=[colours[what] for what in there]),
                legend=alt.Legend(title=None, orient="top", direction="horizontal"),
            ),
            tooltip=[
                alt.Tooltip("what:N", title="What"),
                alt.Tooltip("length:N", title="Length"),
                alt.Tooltip("start:Q", title="From (s)", format=".2f"),
                alt.Tooltip("end:Q", title="To (s)", format=".2f"),
            ],
        )
        .add_params(click)
    )
    layers: list[Chart] = [bars]
    if pieces["hand"].any():
        layers.append(_hand_marks(pieces[pieces["hand"]], time, NUMBERS[dark]))
    if len(analysis.reps) <= _LABELLED_REPS:
        layers.append(_rep_labels(analysis, NUMBERS[dark]))
    return alt.layer(*layers).properties(height=190)


def _hand_marks(pieces: pd.DataFrame, time: Any, colour: str) -> Chart:
    """Return a line at the upper edge of each contact that was corrected by hand."""
    return (
        alt.Chart(pieces)
        .mark_rule(color=colour, strokeWidth=4)
        .encode(x=time, x2="end:Q", y=alt.Y("high:Q", axis=None))
    )


def _length_words(row: dict[str, Any]) -> str:
    spread = "" if math.isnan(row["sd"]) else f" ± {1.96 * row['sd']:.0f}"
    return f"{row['ms']:.0f}{spread} ms{', set by hand' if row['hand'] else ''}"


def _rep_labels(analysis: Analysis, colour: str) -> Chart:
    """Return the rep numbers above the timeline."""
    rows = [{"at": (rep.start_s + rep.end_s) / 2, "number": str(rep.number)} for rep in analysis.reps]
    places = pd.DataFrame(rows, columns=["at", "number"])
    return (
        alt.Chart(places)
        .mark_text(baseline="bottom", fontSize=12)
        .encode(x="at:Q", y=alt.datum(0.98), text="number:N", color=alt.value(colour))
    )


def rep_chart(analysis: Analysis, name: str, dark: bool = False) -> Chart:
    """Return one bar per rep for the metric `name` with its 95 % interval, and the good range shaded."""
    metric = analysis.summary.metrics[name]
    ink = NUMBERS[dark]
    bars_data = _rep_rows(analysis, name, metric)
    top = max([*bars_data["high"].dropna(), *_edges(metric)], default=1.0) * 1.2 or 1.0
    bottom = min(0.0, 1.12 * min([*bars_data["low"].dropna(), *_edges(metric)], default=0.0))
    click = alt.selection_point(name="rep", fields=["rep"], on="click", clear="dblclick")
    x = alt.X("rep:O", title="Rep", axis=alt.Axis(labelAngle=0))
    y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=[bottom, top], nice=False))
    base = alt.Chart(bars_data)
    bars = base.mark_bar(cornerRadiusEnd=4, cursor="pointer", width={"band": 0.7}).encode(
        x=x,
        y=y,
        color=alt.Color(
            "zone:N",
            scale=alt.Scale(domain=list(_ZONE_COLORS), range=list(_ZONE_COLORS.values())),
            legend=None,
        ),
        tooltip=[
            alt.Tooltip("rep:O", title="Rep"),
            alt.Tooltip("words:N", title=metric.label),
            alt.Tooltip("zone:N", title="Range"),
        ],
    ).add_params(click)  # fmt: skip
    whiskers = base.mark_rule(strokeWidth=1.5, opacity=0.75, color=ink).encode(x=x, y="low:Q", y2="high:Q")
    numbers = base.mark_text(dy=-6, baseline="bottom", fontSize=12, fontWeight=600, color=ink).encode(
        x=x, y="high:Q", text="number:N"
    )
    layers: list[Chart] = [bars, whiskers, numbers]
    zone = _zone(metric, bottom, top)
    if zone is not None:
        layers.insert(0, zone)
    # Above the chart: a long name does not fit along the axis.
    heading = alt.TitleParams(
        label_with_unit(metric.label, metric.unit), anchor="start", fontSize=13, fontWeight="normal"
    )
    return alt.layer(*layers).properties(height=300, title=heading)


def _rep_rows(analysis: Analysis, name: str, metric: MetricResult) -> pd.DataFrame:
    """Return one row per rep; reps without the metric stay empty."""
    rows = []
    signed = any(edge < 0 for edge in _edges(metric))
    for rep in analysis.reps:
        value = rep.metrics.get(name, math.nan)
        half = 1.96 * rep.sds.get(name, math.nan)
        half = 0.0 if math.isnan(half) else half
        words = number_words(value, metric.unit, count=not half) if name in rep.metrics else "not measured"
        if half:
            words = f"{words} ± {number_words(half, metric.unit)}"
        low = value - half if signed or value < 0 else max(0.0, value - half)
        rows.append({"rep": rep.number, "value": value, "low": low, "high": value + half, "words": words,
                     "number": cell_words(rep, name, metric), "zone": _zone_of(value, metric)})  # fmt: skip
    frame = pd.DataFrame(rows, columns=["rep", "value", "low", "high", "words", "number", "zone"])
    return frame[frame["value"].notna()] if frame["value"].isna().all() else frame


def _zone_of(value: float, metric: MetricResult) -> str:
    if metric.good is None or math.isnan(value):
        return "measured"
    low, high = metric.good
    inside = (low is None or value >= low) and (high is None or value <= high)
    return "in the good range" if inside else "outside the good range"


def _edges(metric: MetricResult) -> list[float]:
    return [edge for edge in (metric.good or ()) if edge is not None]


def _zone(metric: MetricResult, bottom: float, top: float) -> Chart | None:
    """Return the shaded good range with its edges, or None if there is none."""
    if metric.good is None or not _edges(metric):
        return None
    low, high = metric.good
    band = pd.DataFrame([{"from": bottom if low is None else low, "to": top if high is None else high}])
    shade = (
        alt.Chart(band)
        .mark_rect(color=GOOD, opacity=0.18)
        .encode(y=alt.Y("from:Q", title=None), y2="to:Q", tooltip=alt.value(good_words(metric)))
    )
    edges = alt.Chart(pd.DataFrame({"edge": _edges(metric)}))
    return alt.layer(shade, edges.mark_rule(color=GOOD, strokeDash=[5, 4]).encode(y="edge:Q"))
