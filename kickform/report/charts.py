"""The report's charts as shapes, drawn as SVG for HTML and as vectors for PDF.

A chart is `WIDE` units wide; y points down, as in SVG.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from kickform.results.analysis import Analysis
from kickform.results.findings import MetricResult
from kickform.results.formatting import cell_words, label_with_unit
from kickform.results.wording import good_words, timeline_words

__all__ = [
    "WIDE",
    "Bar",
    "Chart",
    "Label",
    "Stroke",
    "rep_chart",
    "round_step",
    "svg",
    "svg_shape",
    "timeline",
    "vector_drawing",
]  # fmt: skip

WIDE = 680.0
CONTACT, RIGHT, FLIGHT, GOOD, INK, PALE = "#F26B21", "#8B5FD6", "#3B9FE8", "#2E9E6B", "#444B55", "#D5D9DE"
_LANES = {
    "both": ("Contact", CONTACT, 0.1, 0.9),
    "left": ("Left foot", CONTACT, 0.02, 0.46),
    "right": ("Right foot", RIGHT, 0.54, 0.98),
}
_MOST_NUMBERS = 30
_TICKS = 8

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    color: str
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    color: str
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text with its baseline at `y`."""

    x: float
    y: float
    text: str
    size: float = 11.0
    anchor: Anchor = "middle"
    color: str = INK


@dataclass(frozen=True, slots=True)
class Chart:
    """A titled drawing, `WIDE` units wide, with its content in words for screen readers."""

    title: str
    height: float
    shapes: tuple[Bar | Stroke | Label, ...]
    alt: str


def timeline(analysis: Analysis) -> Chart:
    """Return the chart of contacts and flights over time, with the reps numbered above."""
    span = max(analysis.video.duration_s, 1e-3)
    top, tall = 44.0, 52.0

    def at(time_s: float) -> float:
        return 8 + (WIDE - 16) * min(1.0, max(0.0, time_s / span))

    shapes: list[Bar | Stroke | Label] = []
    for flight in analysis.flights:
        left = at(flight.takeoff_s)
        shapes.append(Bar(left, top + 0.42 * tall, at(flight.touchdown_s) - left, 0.16 * tall, FLIGHT))
    alone = len({contact.side for contact in analysis.contacts}) == 1
    for contact in analysis.contacts:
        _, color, low, high = _LANES[contact.side]
        low, high = _LANES["both"][2:] if alone else (low, high)
        left = at(contact.touchdown_s)
        width = max(1.0, at(contact.takeoff_s) - left)
        shapes.append(Bar(left, top + low * tall, width, (high - low) * tall, color))
    if len(analysis.reps) <= _MOST_NUMBERS:
        for rep in analysis.reps:
            shapes.append(Label(at((rep.start_s + rep.end_s) / 2), top - 5, str(rep.number)))
    shapes += _legend(analysis)
    floor = top + tall + 4
    shapes.append(Stroke(8, floor, WIDE - 8, floor, PALE))
    step = round_step(span / _TICKS)
    for count in range(math.floor(span / step + 1e-9) + 1):
        x = at(count * step)
        shapes += [Stroke(x, floor, x, floor + 4, INK), Label(x, floor + 17, f"{count * step:g}")]
    shapes.append(Label(WIDE - 8, floor + 32, "Time in the clip (s)", anchor="end"))
    return Chart("Ground and air time", floor + 38, tuple(shapes), timeline_words(analysis))


def _legend(analysis: Analysis) -> list[Bar | Stroke | Label]:
    sides = {contact.side for contact in analysis.contacts}
    entries = [(name, color) for side, (name, color, _, _) in _LANES.items() if side in sides]
    entries += [("Flight", FLIGHT)] if analysis.flights else []
    shapes: list[Bar | Stroke | Label] = []
    x = 8.0
    for name, color in entries:
        shapes += [Bar(x, 4, 11, 11, color), Label(x + 16, 14, name, anchor="start")]
        x += 32 + 6.2 * len(name)
    return shapes


def round_step(least: float) -> float:
    """Return the tick distance of an axis: 1, 2 or 5 times a power of ten, at least `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least * (1 - 1e-9))


def rep_chart(analysis: Analysis, name: str) -> Chart:
    """Return one bar per rep for the metric `name`, with 95 % whiskers and the good range shaded."""
    metric = analysis.summary.metrics[name]
    top, floor = 12.0, 150.0
    reps = [rep for rep in analysis.reps if name in rep.metrics]
    halves = {rep.number: 1.96 * rep.sds.get(name, 0.0) for rep in reps}
    edges = [edge for edge in metric.good or () if edge is not None]
    highest = max([rep.metrics[name] + halves[rep.number] for rep in reps] + edges + [0.0]) * 1.15 or 1.0
    lowest = min([rep.metrics[name] - halves[rep.number] for rep in reps] + edges + [0.0]) * 1.1
    lowest = lowest if any(rep.metrics[name] < 0 for rep in reps) or min([*edges, 0.0]) < 0 else 0.0

    def at(value: float) -> float:
        return floor - (floor - top) * (value - lowest) / (highest - lowest)

    shapes: list[Bar | Stroke | Label] = list(_zone(metric, at, lowest, highest))
    room = (WIDE - 16) / max(1, len(analysis.reps))
    many = len(analysis.reps) > _MOST_NUMBERS
    for place, rep in enumerate(analysis.reps):
        middle = 8 + room * (place + 0.5)
        if not many or rep.number % 5 == 0:
            shapes.append(Label(middle, floor + 16, str(rep.number)))
        if name not in rep.metrics:
            continue
        value, half = rep.metrics[name], halves[rep.number]
        wide = min(46.0, 0.7 * room)
        ends = sorted((at(value), at(0.0)))
        shapes.append(Bar(middle - wide / 2, ends[0], wide, ends[1] - ends[0], _color(metric, value)))
        if half:
            low, high = at(max(lowest, value - half)), at(value + half)
            shapes.append(Stroke(middle, low, middle, high, INK, 1.3))
        if not many:
            # Shrink the numbers to the room they have: with many reps the bars are narrow.
            size = min(11.0, 0.9 * room / 2.2)
            shapes.append(Label(middle, at(value + half) - 4, cell_words(rep, name, metric), size))
    shapes += [Stroke(8, at(0.0), WIDE - 8, at(0.0), PALE), Label(WIDE - 8, floor + 32, "Rep", anchor="end")]
    good = good_words(metric)
    words = ", ".join(f"rep {rep.number} {cell_words(rep, name, metric)}" for rep in reps)
    title = label_with_unit(metric.label, metric.unit) + (f", {good}" if good else "")
    return Chart(title, floor + 38, tuple(shapes), f"{metric.label} for each rep: {words}.")


def _zone(metric: MetricResult, at: Any, lowest: float, highest: float) -> list[Bar | Stroke]:
    """Return the shaded good range and its dashed edges."""
    if metric.good is None or metric.good == (None, None):
        return []
    low, high = metric.good
    upper, lower = at(highest if high is None else high), at(lowest if low is None else low)
    shapes: list[Bar | Stroke] = [Bar(8, upper, WIDE - 16, lower - upper, GOOD, 0.16)]
    shapes += [Stroke(8, at(e), WIDE - 8, at(e), GOOD, 1.0, True) for e in metric.good if e is not None]
    return shapes


def _color(metric: MetricResult, value: float) -> str:
    if metric.good is None:
        return FLIGHT
    low, high = metric.good
    return GOOD if (low is None or value >= low) and (high is None or value <= high) else CONTACT


def svg(chart: Chart) -> str:
    """Return the chart as an SVG element to put into HTML."""
    parts = [svg_shape(shape) for shape in chart.shapes]
    return (
        f'<svg role="img" aria-label="{escape(chart.alt)}" viewBox="0 0 {WIDE:g} {chart.height:g}" '
        f'xmlns="http://www.w3.org/2000/svg" font-family="inherit">{"".join(parts)}</svg>'
    )


def svg_shape(shape: Bar | Stroke | Label) -> str:
    """Return a shape as an SVG element."""
    if isinstance(shape, Bar):
        opacity = "" if shape.opacity == 1 else f' opacity="{shape.opacity:g}"'
        return (
            f'<rect x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}" '
            f'height="{shape.height:.1f}" rx="1.5" fill="{shape.color}"{opacity}/>'
        )
    if isinstance(shape, Stroke):
        dashes = ' stroke-dasharray="5 4"' if shape.dashed else ""
        return (
            f'<line x1="{shape.x1:.1f}" y1="{shape.y1:.1f}" x2="{shape.x2:.1f}" y2="{shape.y2:.1f}" '
            f'stroke="{shape.color}" stroke-width="{shape.width:g}"{dashes}/>'
        )
    return (
        f'<text x="{shape.x:.1f}" y="{shape.y:.1f}" font-size="{shape.size:.1f}" fill="{shape.color}" '
        f'text-anchor="{shape.anchor}">{escape(shape.text)}</text>'
    )


def vector_drawing(chart: Chart, width_pt: float, font: str) -> Any:
    """Return the chart as a reportlab drawing, `width_pt` points wide, with text in `font`."""
    from reportlab.graphics.shapes import Drawing, Line, Rect, String
    from reportlab.lib.colors import HexColor

    scale = width_pt / WIDE
    drawing = Drawing(width_pt, chart.height * scale)
    drawing.scale(scale, scale)
    for shape in chart.shapes:
        color = HexColor(shape.color)
        if isinstance(shape, Bar):
            y = chart.height - shape.y - shape.height
            drawing.add(
                Rect(shape.x, y, shape.width, shape.height, rx=1.5, ry=1.5, fillColor=color, strokeColor=None,
                     fillOpacity=shape.opacity)
            )  # fmt: skip
        elif isinstance(shape, Stroke):
            ends = (shape.x1, chart.height - shape.y1, shape.x2, chart.height - shape.y2)
            dashes = [5, 4] if shape.dashed else None
            drawing.add(Line(*ends, strokeColor=color, strokeWidth=shape.width, strokeDashArray=dashes))
        else:
            drawing.add(
                String(shape.x, chart.height - shape.y, shape.text, fontName=font, fontSize=shape.size,
                       fillColor=color, textAnchor=shape.anchor)
            )  # fmt: skip
    return drawing
