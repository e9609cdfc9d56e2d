"""The columns of the accuracy page: one a data set, kept as JSON between runs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.cache import CACHE
from bench.outcomes import Outcome, outcome_from, plain_outcome
from bench.rows import all_rows

__all__ = [
    "COLUMNS",
    "CONSISTENCY",
    "Column",
    "as_json",
    "column_file",
    "kept_columns",
    "known_as",
    "read_column",
    "write_column",
]


@dataclass(frozen=True, slots=True)
class _Known:
    title: str
    command: str


COLUMNS: Mapping[str, _Known] = {
    "train": _Known("train", "python -m bench accuracy --split train"),
    "test": _Known("test", "python -m bench accuracy --split test"),
    "second": _Known("second renderer", "python -m bench second --shared DIR"),
    "real": _Known("real people", "python -m bench reality --shared DIR"),
}
"""What the page shows: where constants are fitted, other seeds, another renderer, people."""

_NOT_SHOWN: Mapping[str, _Known] = {
    "validation": _Known("validation", "python -m bench accuracy --split validation"),
}
"""What methods are chosen on: it is printed, and no page shows it."""


CONSISTENCY = CACHE / "columns" / "consistency.json"
"""Where the self-consistency of real clips is kept for the page."""


@dataclass(frozen=True, slots=True)
class Column:
    """The outcomes of one data set.

    Attributes:
        name: of the column, a key of `COLUMNS`, or "validation", which the page does not show.
        model: pose model.
        clips: how many of which, in words.
        outcomes: one a clip.
        extra: tables that only this column has, by name.
    """

    name: str
    model: str
    clips: str
    outcomes: Sequence[Outcome]
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the page calls it."""
        return known_as(self.name).title

    @property
    def command(self) -> str:
        """What runs it."""
        return known_as(self.name).command


def known_as(name: str) -> _Known:
    """Return the title and the command of a column, shown by the page or not."""
    return COLUMNS[name] if name in COLUMNS else _NOT_SHOWN[name]


def column_file(name: str) -> Path:
    """Return where a column is kept."""
    return CACHE / "columns" / f"{name}.json"


def as_json(column: Column) -> str:
    """Return a column as JSON text: every figure of its tables, and every outcome."""
    cells = [(row, row.cell(column.outcomes)) for row in all_rows()]
    held = {
        "name": column.name,
        "model": column.model,
        "clips": column.clips,
        "command": column.command,
        "rows": [
            {"section": row.section, "row": row.label, "text": cell.text, **cell.numbers}
            for row, cell in cells
            if cell is not None
        ],
        "extra": dict(column.extra),
        "outcomes": [plain_outcome(outcome) for outcome in column.outcomes],
    }
    return json.dumps(held, indent=1, allow_nan=False) + "\n"


def write_column(column: Column, path: Path | None = None) -> None:
    """Keep a column, by default where the page looks for it.

    Raises:
        ValueError: the page does not show this column.
    """
    if column.name not in COLUMNS:
        raise ValueError(f"{column.name} is no column of the page: {', '.join(COLUMNS)} are")
    path = path or column_file(column.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_json(column), "utf-8")


def read_column(path: Path) -> Column:
    """Return a column that `write_column` kept."""
    held = json.loads(path.read_text("utf-8"))
    outcomes = [outcome_from(each) for each in held["outcomes"]]
    return Column(held["name"], held["model"], held["clips"], outcomes, held["extra"])


def kept_columns() -> list[Column]:
    """Return the columns that were run, in the page's order."""
    return [read_column(column_file(name)) for name in COLUMNS if column_file(name).is_file()]
