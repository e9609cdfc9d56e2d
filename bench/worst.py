"""The first line of the accuracy page: the worst that any column shows, in words, computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.cells import Cell
from bench.columns import Column
from bench.rows import Row, all_rows

__all__ = ["Worst", "worst_line", "worst_of"]

_LEAST_ERRORS, _LEAST_CLIPS = 8, 2
_LEAST_IN_SET, _SET_LIMIT_MS = 4, 4.0
_TIMED = ("Contact time, ms",)


@dataclass(frozen=True, slots=True)
class Worst:
    """One figure of one column, how many times its target it is, and in words."""

    column: str
    times: float
    text: str


def worst_line(columns: Sequence[Column]) -> str:
    """Return the worst bias, coverage, count and angle of all columns as one sentence each."""
    found = [worst for kind in _KINDS if (worst := _greatest(columns, kind)) is not None]
    if not found:
        return "No column was run: nothing is known."
    return "At its worst: " + "; ".join(f"{worst.column}, {worst.text}" for worst in found) + "."


def worst_of(column: Column) -> str:
    """Return the same for one column."""
    found = [worst for kind in _KINDS if (worst := _greatest([column], kind)) is not None]
    return "; ".join(worst.text for worst in found) or "nothing to measure"


def _greatest(
    columns: Sequence[Column], kind: Callable[[Row, Cell], tuple[float, str] | None]
) -> Worst | None:
    found = []
    for column in columns:
        for row in all_rows():
            cell = row.cell(column.outcomes)
            told = kind(row, cell) if cell is not None else None
            if told is not None:
                found.append(Worst(column.title, *told))
    return max(found, key=lambda worst: worst.times, default=None)


def _bias(row: Row, cell: Cell) -> tuple[float, str] | None:
    own = cell.figures
    if (
        not row.kind
        or row.section not in _TIMED
        or own is None
        or own.bias is None
        or own.count < _LEAST_ERRORS
    ):
        return None
    off, way = abs(own.bias), "long" if own.bias > 0 else "short"
    text = f"contact times ({row.label}) are {off:.0f} ms too {way} on average"
    text += f" (n {own.count}; target {row.limit:g})"
    return off / row.limit, text


def _coverage(row: Row, cell: Cell) -> tuple[float, str] | None:
    own = cell.figures
    if (
        not row.kind
        or row.section not in _TIMED
        or own is None
        or own.inside is None
        or own.count < _LEAST_ERRORS
    ):
        return None
    expected = own.expected or 0.95
    text = f"{100 * own.inside:.0f} % of contact times ({row.label}) lie inside the stated 95 % interval"
    text += f" ({100 * expected:.0f} % would if it were right; n {own.count})"
    return (1 - own.inside) / max(1 - expected, 0.05), text


def _share(row: Row, cell: Cell) -> tuple[float, str] | None:
    if row.kind != "share":
        return None
    hits, total = (int(cell.numbers[name] or 0) for name in ("hits", "total"))
    if total < _LEAST_CLIPS:
        return None
    text = f"{row.label}: {hits} of {total} (target {100 * row.limit:.0f} %)"
    return (1 - hits / total) / (1 - row.limit), text


def _angle(row: Row, cell: Cell) -> tuple[float, str] | None:
    own = cell.figures
    if row.kind != "angle" or own is None or own.bias is None or own.count < _LEAST_ERRORS:
        return None
    way = "high" if own.bias > 0 else "low"
    text = f"{row.label} reads {abs(own.bias):.0f} deg too {way} (n {own.count}; target {row.limit:g})"
    return abs(own.bias) / row.limit, text


def _worst_set(row: Row, cell: Cell) -> tuple[float, str] | None:
    if row.label != "worst clip" or int(cell.numbers["count"] or 0) < _LEAST_IN_SET:
        return None
    off = float(cell.numbers["error"] or 0.0)
    text = f"the worst set's mean contact time ({cell.numbers['clip']}) is {off:+.0f} ms off"
    return abs(off) / _SET_LIMIT_MS, text


_KINDS = (_bias, _worst_set, _coverage, _share, _angle)
