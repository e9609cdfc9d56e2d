"""Bland-Altman pictures of the accuracy page: one SVG a column, with a panel for each quantity.

A picture is narrow enough for a phone and has a ground of its own, light or dark as the reader's system is.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from bench.cells import Cell, agreement_cell, pairs_of
from bench.columns import Column
from bench.rows import QUANTITIES, said
from kickform.agreement.charts import axis, tick_words
from kickform.report.charts import CONTACT, FLIGHT, Label, Stroke, svg_shape

__all__ = ["agreement_alt", "agreement_svg", "picture_name"]

_WIDE, _TALL, _ABREAST = 280.0, 236.0, 2
_LEFT, _RIGHT, _TOP, _FLOOR = 58.0, 268.0, 58.0, 198.0
_TITLE, _TEXT = 18.0, 16.0
_THIN, _THICK, _BOLD = 0.8, 1.6, 2.4
_DOT, _SMALL_DOT, _MANY = 6.0, 3.0, 150
_TICKS = 4
_KEY_TEXT = 62.0
_INK = "currentColor"
_STYLE = (
    "svg{color:#2b3038}.ground{fill:#fff}"
    "@media(prefers-color-scheme:dark){svg{color:#d5d9de}.ground{fill:#1f2129}}"
)


def picture_name(column: str) -> str:
    """Return the file name of the picture of a column, by the column's name."""
    return f"agreement-{column}.svg"


def agreement_svg(column: Column) -> str:
    """Return the picture of a column as an SVG file; "" where there are too few pairs of everything."""
    panels = [_panel(*each) for each in _agreements(column)]
    if not panels:
        return ""
    panels.append(_key())
    placed = [
        f'<g transform="translate({_WIDE * (k % _ABREAST):g} {_TALL * (k // _ABREAST):g})">{panel}</g>'
        for k, panel in enumerate(panels)
    ]
    wide, tall = _WIDE * _ABREAST, _TALL * -(-len(panels) // _ABREAST)
    size = f'viewBox="0 0 {wide:g} {tall:g}" width="{wide:g}" height="{tall:g}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="system-ui,sans-serif">',
            f"<title>{escape(agreement_alt(column))}</title><style>{_STYLE}</style>",
            f'<rect class="ground" width="{wide:g}" height="{tall:g}" rx="6"/>',
            *placed,
            "</svg>\n",
        ]
    )


def agreement_alt(column: Column) -> str:
    """Return what the picture of a column shows, in words."""
    words = "{label}: bias {bias}, limits {low} to {high}, {n} pairs"
    told = [
        words.format(label=label, **_told(cell, digits)) for label, _, cell, digits in _agreements(column)
    ]
    return f"Differences over means, {column.title}. {'; '.join(told)}."


def _agreements(column: Column) -> list[tuple[str, NDArray[np.float64], Cell, int]]:
    """Return label, pairs, figures and decimals of each quantity that has enough pairs."""
    found = []
    for label, of, digits in QUANTITIES:
        clips = [of(outcome) for outcome in said(column.outcomes)]
        cell = agreement_cell(clips, digits)
        if cell is not None:
            found.append((label, pairs_of(clips), cell, digits))
    return found


def _told(cell: Cell, digits: int) -> dict[str, str]:
    """Return bias, low and high limit, and the number of pairs, as the page's table writes them."""
    numbers = {name: float(cell.numbers[name] or 0.0) for name in ("bias", "low", "high")}
    told = {name: f"{number:+.{digits}f}".replace("-", "−") for name, number in numbers.items()}
    return {**told, "n": str(cell.numbers["count"])}


def _panel(label: str, pairs: NDArray[np.float64], cell: Cell, digits: int) -> str:
    """Return one quantity: means of both to the right, measured minus true upward."""
    means, off = pairs.mean(axis=1), pairs[:, 0] - pairs[:, 1]
    bias, low, high = (float(cell.numbers[name] or 0.0) for name in ("bias", "low", "high"))
    at_y, y_ticks = axis([*off, low, high, 0.0], _FLOOR, _TOP, 0.06, _TICKS)
    at_x, x_ticks = axis(list(means), _LEFT, _RIGHT, 0.08, _TICKS)
    told = _told(cell, digits)
    head = [
        Label(_TEXT, 24, f"{label[0].upper()}{label[1:]} (n {told['n']})", _TITLE, "start", _INK),
        Label(_TEXT, 46, "{bias} [{low}, {high}]".format(**told), _TEXT, "start", _INK),
    ]
    lines = [
        Stroke(_LEFT, _FLOOR, _RIGHT, _FLOOR, _INK),
        Stroke(_LEFT, _TOP, _LEFT, _FLOOR, _INK),
        *(Stroke(at_x(tick), _FLOOR, at_x(tick), _FLOOR + 4, _INK) for tick in x_ticks),
        *(Stroke(_LEFT - 4, at_y(tick), _LEFT, at_y(tick), _INK) for tick in y_ticks),
        Stroke(_LEFT, at_y(0.0), _RIGHT, at_y(0.0), _INK, _THIN),
        Stroke(_LEFT, at_y(low), _RIGHT, at_y(low), _INK, _THICK, dashed=True),
        Stroke(_LEFT, at_y(high), _RIGHT, at_y(high), _INK, _THICK, dashed=True),
        Stroke(_LEFT, at_y(bias), _RIGHT, at_y(bias), CONTACT, _BOLD),
    ]
    words = [Label(at_x(tick), _FLOOR + 21, tick_words(tick), _TEXT, "middle", _INK) for tick in x_ticks]
    words += [Label(_LEFT - 7, at_y(tick) + 5, tick_words(tick), _TEXT, "end", _INK) for tick in y_ticks]
    dots = _dots([(at_x(float(x)), at_y(float(y))) for x, y in zip(means, off, strict=True)])
    return "".join([dots, *map(svg_shape, lines), *map(svg_shape, head), *map(svg_shape, words)])


def _dots(points: Sequence[tuple[float, float]]) -> str:
    """Return dots as one path, for there may be thousands; those within half a unit are one."""
    size = _DOT if len(points) < _MANY else _SMALL_DOT
    places = sorted({(round(2 * x) / 2, round(2 * y) / 2) for x, y in points})
    path = "".join(f"M{x:g} {y:g}h0" for x, y in places)
    return f'<path d="{path}" fill="none" stroke="{FLIGHT}" stroke-width="{size:g}" stroke-linecap="round"/>'


def _key() -> str:
    """Return the panel that says what dots and lines are."""
    lines = [
        Stroke(_TEXT, 58, _KEY_TEXT - 10, 58, CONTACT, _BOLD),
        Stroke(_TEXT, 84, _KEY_TEXT - 10, 84, _INK, _THICK, dashed=True),
        Stroke(_TEXT, 110, _KEY_TEXT - 10, 110, _INK, _THIN),
    ]
    told = ("one rep or contact", "bias", "95 % limits of agreement", "no difference")
    words = [Label(_KEY_TEXT, 37 + 26 * k, text, _TEXT, "start", _INK) for k, text in enumerate(told)]
    words += [
        Label(_TEXT, 150, "Upward: measured − true", _TEXT, "start", _INK),
        Label(_TEXT, 174, "To the right: mean of the two", _TEXT, "start", _INK),
        Label(_TEXT, 198, "Above each: bias [limits]", _TEXT, "start", _INK),
    ]
    return "".join(
        [_dots([((_TEXT + _KEY_TEXT - 10) / 2, 32.0)]), *map(svg_shape, lines), *map(svg_shape, words)]
    )
