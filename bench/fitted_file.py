"""Read and write ``kickform/fitted.py``, the one file that holds every fitted constant."""

from __future__ import annotations

import ast
import datetime as dt
import importlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.cache import ROOT, digest
from bench.fit_rows import ROWS, Constant

__all__ = ["FILE", "Tried", "digest_of", "read_tried", "values_now", "write_fitted"]

FILE = ROOT / "kickform" / "fitted.py"
_HEAD = '''"""Constants chosen by ``python -m bench fit`` on train clips; written by it, never by hand.

Date: {date}
Loss: {loss}
Seeds: {seeds}
Digest: {digest}
"""

from typing import Final

'''
_UNTRIED = "not tried yet"
_UNFITTED = "not measured; the values are those chosen by hand on rendered clips, seed 1"


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one constant.

    Attributes:
        value: the one that was kept.
        note: what was tried, on how many clips, and the losses; or that nothing was tried yet.
    """

    value: Constant
    note: str = _UNTRIED

    @property
    def untried(self) -> bool:
        """Whether its value still is the one of before the fit."""
        return self.note == _UNTRIED


def values_now() -> dict[str, Constant]:
    """Return the constants that the package uses."""
    fitted = importlib.import_module("kickform.fitted")
    return {row.constant: getattr(fitted, row.constant) for row in ROWS}


def read_tried(path: Path = FILE) -> dict[str, Tried]:
    """Return value and note of every constant in the file."""
    lines = re.findall(r"^# fit: .*?; (.+)\n(\w+): Final = (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {name: Tried(ast.literal_eval(value), note) for note, name, value in lines}


def digest_of(values: Mapping[str, Constant]) -> str:
    """Return what tells whether a value was changed by hand."""
    return digest(*(f"{name}={values[name]!r}".encode() for name in sorted(values)))


def write_fitted(
    tried: Mapping[str, Tried], seeds: Sequence[int], before: float, after: float, path: Path = FILE
) -> None:
    """Write the file, whole or not at all."""
    lines = [
        _HEAD.format(
            date=dt.datetime.now(dt.UTC).date().isoformat(),
            loss=_said(before, after) if seeds else _UNFITTED,
            seeds=_listed(seeds),
            digest=digest_of({name: own.value for name, own in tried.items()}),
        )
    ]
    for row in ROWS:
        own = tried[row.constant]
        lines.append(f"# fit: {row.decides}; {own.note}\n{row.constant}: Final = {own.value!r}\n")
    partial = path.with_suffix(".part")
    partial.write_text("".join(lines), "utf-8")
    partial.replace(path)


def _said(before: float, after: float) -> str:
    return f"{before:.4f} with the values that it began with, {after:.4f} with these (bench/loss.py)"


def _listed(seeds: Sequence[int]) -> str:
    """Return seeds as ranges, wrapped at 100 characters."""
    parts: list[str] = []
    run: list[int] = []
    for seed in [*sorted(seeds), -1]:
        if run and seed != run[-1] + 1:
            parts.append(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}")
            run = []
        run.append(seed)
    lines: list[str] = []
    line = ""
    for part in parts:
        if len(line) + len(part) > 90:
            lines, line = [*lines, line.rstrip()], ""
        line += f"{part}, "
    return "\n    ".join([*lines, line.rstrip(", ")]) or "none yet"
