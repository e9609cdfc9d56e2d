"""How a metric's numbers are written: decimals, units, shares, counts, choices such as left or right."""

from __future__ import annotations

import re

from kickform.results.analysis import Analysis
from kickform.results.findings import MetricResult, RepResult

__all__ = [
    "cell_words",
    "choices",
    "counted",
    "decimals",
    "has_words",
    "is_share",
    "label_with_unit",
    "number_words",
    "reps_with",
    "sentence",
    "unit_words",
]

_DECIMALS = {"": 2, "m/s": 2, "m": 2, "cm": 1, "kN/m": 1, "Hz": 1}
_SHOWN = {"1/min": "/min"}


def decimals(unit: str) -> int:
    """Return how many decimals to show for a number of this unit."""
    return _DECIMALS.get(unit, 0)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless the number is 1.

    >>> counted(1, "rep"), counted(3, "rep")
    ('1 rep', '3 reps')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def is_share(unit: str) -> bool:
    """Return whether the metric is yes or no for a rep and a share for the set; its unit is ``of reps``."""
    return unit.startswith("of ")


def choices(unit: str) -> dict[int, str]:
    """Return the meaning of each number of a unit such as ``0 left, 1 right``; empty for any other unit.

    >>> choices("0 left, 1 right")
    {0: 'left', 1: 'right'}
    """
    return {int(number): word for number, word in re.findall(r"\b(\d+) (\w+)", unit)}


def has_words(unit: str) -> bool:
    """Return whether a rep's value is shown as a word (yes, no, left, right), not as a number."""
    return is_share(unit) or bool(choices(unit))


def unit_words(unit: str) -> str:
    """Return the unit to write behind a number; "" for shares and choices, which are shown as words."""
    return "" if has_words(unit) else _SHOWN.get(unit, unit)


def label_with_unit(label: str, unit: str) -> str:
    """Return a heading for a column or an axis: ``Contact time (ms)``."""
    shown = unit_words(unit)
    return f"{label} ({shown})" if shown else label


def number_words(value: float, unit: str, count: bool = False) -> str:
    """Return a number with its unit: ``204 ms``, ``41°``, ``80 %`` for a share, ``left`` for a choice.

    With `count`, only the decimals it needs: ``11``, or ``1.88`` for a mean of counts.
    """
    if is_share(unit):
        return f"{100 * value:.0f} %"
    named = choices(unit)
    if named:
        return named[round(value)] if value == round(value) else " and ".join(named.values())
    text = f"{round(value, 2):g}" if count else f"{value:.{decimals(unit)}f}"
    text = text.removeprefix("-") if float(text) == 0 else text
    return f"{text}{unit}" if unit == "°" else f"{text} {unit_words(unit)}".rstrip()


def cell_words(rep: RepResult, name: str, metric: MetricResult) -> str:
    """Return one rep's value without its unit: ``204``, ``yes``, ``left``; "" if it was not measured."""
    value = rep.metrics.get(name)
    if value is None:
        return ""
    if is_share(metric.unit):
        return "yes" if value >= 0.5 else "no"
    if choices(metric.unit):
        return number_words(value, metric.unit)
    return (
        number_words(value, metric.unit, count=name not in rep.sds)
        .removesuffix(unit_words(metric.unit))
        .rstrip()
    )


def sentence(words: str) -> str:
    """Return the words with a capital letter and a full stop.

    >>> sentence("12 frames were damaged")
    '12 frames were damaged.'
    """
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith(('.', '!', '?')) else '.'}"


def reps_with(analysis: Analysis, name: str) -> int:
    """Return how many reps have the metric; 0 if it was measured over the whole set only."""
    return sum(name in rep.metrics for rep in analysis.reps)
