"""The Bland-Altman picture: each pair's difference over its mean, the bias, the limits of agreement."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from kickform.agreement.statistics import BlandAltman, Estimate
from kickform.report.charts import CONTACT, FLIGHT, INK, PALE, WIDE, Bar, Chart, Label, Stroke, round_step

__all__ = ["Scale", "axis", "bland_altman_chart", "tick_words"]

_LEFT, _RIGHT, _TOP, _FLOOR = 52.0, WIDE - 132.0, 12.0, 262.0
_TICKS = 6
_DOT = 6.0
_LEAST_GAP = 13.0

_Shape = Bar | Stroke | Label
Scale = Callable[[float], float]


def bland_altman_chart(
    label: str, unit: str, measured: ArrayLike, reference: ArrayLike, agreement: BlandAltman
) -> Chart:
    """Return the picture of one quantity (Bland, Altman 1986): means to the right, differences upward.

    The solid line is the bias, dashed are the limits of agreement; the bands are their 95 % intervals.

    Args:
        label: the quantity as people read it.
        unit: its unit, "" for a ratio.
        measured: values of the clip, shape (n,).
        reference: values of the reference, shape (n,).
        agreement: `kickform.agreement.statistics.bland_altman` of both.
    """
    one, two = np.asarray(measured, dtype=float), np.asarray(reference, dtype=float)
    means, differences = (one + two) / 2, one - two
    lines = [line for line in (agreement.lower, agreement.bias, agreement.upper) if line is not None]
    ends = [end for line in lines for end in (line.value, *(line.interval or ()))]
    at_y, y_ticks = axis([*differences, *ends, 0.0], _FLOOR, _TOP, 0.06)
    at_x, x_ticks = axis([*means], _LEFT, _RIGHT, 0.08)
    shapes: list[_Shape] = [*_bands(agreement, at_y), *_frame(at_x, x_ticks, at_y, y_ticks)]
    shapes.append(Stroke(_LEFT, at_y(0.0), _RIGHT, at_y(0.0), INK, 0.8))
    shapes += _lines(agreement, at_y, unit)
    opacity = 0.85 if len(means) < 60 else 0.5
    for mean, difference in zip(means, differences, strict=True):
        x, y = at_x(float(mean)), at_y(float(difference))
        shapes.append(Bar(x - _DOT / 2, y - _DOT / 2, _DOT, _DOT, FLIGHT, opacity))
    measure = f" ({unit})" if unit else ""
    shapes.append(Label(_RIGHT, _FLOOR + 32, f"Mean of clip and reference{measure}", anchor="end"))
    title = f"{label}: clip − reference{measure}"
    return Chart(title, _FLOOR + 38, tuple(shapes), _alt(label, unit, agreement))


def axis(
    values: Sequence[float], start: float, stop: float, room: float, most_ticks: int = _TICKS
) -> tuple[Scale, list[float]]:
    """Return the scale of an axis from `start` to `stop` and its ticks; the values lie inside, with room."""
    low, high = min(values), max(values)
    spread = max(high - low, 1e-3 * max(abs(low), abs(high)), 1e-6)
    low, high = low - room * spread, high + room * spread
    step = round_step((high - low) / most_ticks)
    ticks = [step * k for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return lambda value: start + (stop - start) * (value - low) / (high - low), ticks


def _frame(at_x: Scale, x_ticks: list[float], at_y: Scale, y_ticks: list[float]) -> list[_Shape]:
    shapes: list[_Shape] = [
        Stroke(_LEFT, _FLOOR, _RIGHT, _FLOOR, PALE),
        Stroke(_LEFT, _TOP, _LEFT, _FLOOR, PALE),
    ]
    for tick in x_ticks:
        x = at_x(tick)
        shapes += [Stroke(x, _FLOOR, x, _FLOOR + 4, INK), Label(x, _FLOOR + 17, tick_words(tick))]
    for tick in y_ticks:
        y = at_y(tick)
        shapes += [
            Stroke(_LEFT - 4, y, _LEFT, y, INK),
            Label(_LEFT - 8, y + 4, tick_words(tick), anchor="end"),
        ]
    return shapes


def _bands(agreement: BlandAltman, at_y: Scale) -> list[_Shape]:
    """Return the 95 % intervals of bias and limits as bands."""
    colored = ((agreement.lower, INK), (agreement.bias, CONTACT), (agreement.upper, INK))
    shapes: list[_Shape] = []
    for line, color in colored:
        if line is not None and line.interval is not None:
            low, high = at_y(line.interval[0]), at_y(line.interval[1])
            shapes.append(Bar(_LEFT, high, _RIGHT - _LEFT, low - high, color, 0.1))
    return shapes


def _lines(agreement: BlandAltman, at_y: Scale, unit: str) -> list[_Shape]:
    """Return bias and limits as lines, each with its value at the right; labels keep clear of each other."""
    told: list[tuple[Estimate, str, str, int]] = [(agreement.bias, "bias", CONTACT, 0)]
    if agreement.lower is not None and agreement.upper is not None:
        told += [(agreement.upper, "upper limit", INK, -1), (agreement.lower, "lower limit", INK, 1)]
    middle = at_y(agreement.bias.value)
    shapes: list[_Shape] = []
    for line, name, color, way in told:
        y = at_y(line.value)
        shapes.append(Stroke(_LEFT, y, _RIGHT, y, color, 1.4, dashed=way != 0))
        clear = middle + way * max(abs(y - middle), _LEAST_GAP)
        text = f"{name} {_signed(line.value, unit)}"
        shapes.append(Label(_RIGHT + 6, clear + 4, text, anchor="start", color=color))
    return shapes


def _signed(value: float, unit: str) -> str:
    decimals = 1 if unit in ("ms", "cm") else 2
    text = f"{value:+.{decimals}f}"
    text = text if float(text) else text[1:]
    return f"{text} {unit}".rstrip().replace("-", "−")


def tick_words(value: float) -> str:
    """Return a tick's number as people write it, with a real minus sign."""
    return f"{round(value, 9):g}".replace("-", "−")


def _alt(label: str, unit: str, agreement: BlandAltman) -> str:
    """Return the picture's message in words, for those who do not see it."""
    words = f"{label}, {agreement.n} pairs: bias {_signed(agreement.bias.value, unit)}"
    if agreement.lower is None or agreement.upper is None:
        return f"{words}."
    limits = f"{_signed(agreement.lower.value, unit)} to {_signed(agreement.upper.value, unit)}"
    return f"{words}, limits of agreement {limits}."
