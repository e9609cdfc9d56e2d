"""``python -m bench page``: write docs/accuracy.md and its pictures from the columns that were run.

Each of ``bench accuracy --split train``, ``--split test``, ``bench second`` and ``bench reality`` keeps its
column; this command measures nothing.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.cache import ROOT
from bench.columns import COLUMNS, CONSISTENCY, Column, as_json, kept_columns, known_as
from bench.pictures import agreement_alt, agreement_svg, picture_name
from bench.rows import AGREEMENT, SECTIONS, rows_in
from bench.splits import SEEDS_PER_SPLIT, Split
from bench.tables import detail_of
from bench.targets import Target, all_targets
from bench.worst import worst_line, worst_of

__all__ = ["PAGE", "extra_tables", "main", "page_of", "plain_page", "side_by_side"]

PAGE = ROOT / "docs" / "accuracy.md"

_NOTHING: Mapping[str, Sequence[str]] = {}


def _seeds_of(split: Split) -> str:
    return f"{split.value:,} to {split.value + SEEDS_PER_SPLIT - 1:,}"


_ABOUT = f"""Four columns, one measure. **train**: drawn (rendered) athletes from train seeds, on which
constants are fitted (`python -m bench fit`; kickform/fitted.py says which are by now). **test**: drawn
athletes from test seeds; nothing is fitted or chosen on them.
**second renderer**: another program, another body rig, other motions, another shoe. **real people**: public
clips, contacts labelled by eye, frame by frame. What holds on train and test only is *rendered* accuracy.
Errors are measured minus true. An interval in brackets is that of the bias, clips as clusters. Truth of
rendered clips is exact; labels are known to a frame, and their error is part of what is expected.

Train and test are kept apart by their seeds (bench/splits.py): {_seeds_of(Split.TRAIN)} are
train's, {_seeds_of(Split.TEST)} are test's. All of a clip (athlete, motion, camera, scene) is drawn
from its one seed. A drawn clip whose seed is not of its split's range is refused with an error, and the
function that hands out clips to fit on has train's only. Methods are chosen on a third split, validation
({_seeds_of(Split.VALIDATION)}), which this page does not show.

A column of train or test that says "60 of 239 clips", say, is a sitting that is not finished yet.
Clips are run in a random order that a fixed seed gives, so that a run cut short has some of everything."""

_PICTURES_NOTE = """The same pairs as pictures, one for each data set: a dot is a rep or a contact, the solid
line is the bias, and 95 % of single differences lie between the dashed lines if they spread normally."""

_TARGETS_NOTE = """Met or missed, computed. Drills: side view, 60 frames a second and more (ladders 120).
Contact times: clips that were not made hard on purpose. "Worst set mean" is the largest error of any clip's
mean contact time. A false finding is advice or a fault that was neither made to be there nor is supported by
the true figures (bench/supported.py). On real people the labels' own error is in these figures: 8 to 14 ms of
a mean absolute error at 25 to 30 frames a second."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page with its pictures and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench page", description=__doc__)
    parser.add_argument("--dry", action="store_true", help="print the page only")
    parser.add_argument("--json", default="", help="write what is printed as JSON to this file as well")
    options = parser.parse_args(arguments)
    columns = kept_columns()
    page = page_of(columns)
    print(page)
    if options.json:
        Path(options.json).write_text(json.dumps(plain_page(columns), indent=1) + "\n", "utf-8")
    if not options.dry:
        PAGE.write_text(page, "utf-8")
        _write_pictures(columns)
    return 0


def _write_pictures(columns: Sequence[Column]) -> None:
    """Write the pictures of the columns that were run; none is left of others."""
    folder = PAGE.parent / "pictures"
    folder.mkdir(exist_ok=True)
    for old in folder.glob(picture_name("*")):
        old.unlink()
    for column in columns:
        picture = agreement_svg(column)
        if picture:
            (folder / picture_name(column.name)).write_text(picture, "utf-8")


def plain_page(columns: Sequence[Column]) -> dict[str, Any]:
    """Return the page as JSON can hold it: the worst, every column, targets, self-consistency."""
    return {
        "worst": worst_line(columns),
        "columns": {column.name: json.loads(as_json(column)) for column in columns},
        "targets": {c.name: [asdict(target) for target in all_targets(c.outcomes)] for c in columns},
        "consistency": json.loads(CONSISTENCY.read_text("utf-8")) if CONSISTENCY.is_file() else None,
    }


def page_of(columns: Sequence[Column]) -> str:
    """Return the whole page as Markdown; a column that was not run says so."""
    parts = ["# Accuracy", "", worst_line(columns), "", _ABOUT, "", *_column_lines(columns), ""]
    parts += side_by_side(columns, list(COLUMNS), {AGREEMENT: _picture_lines(columns)})
    parts += _target_table(columns)
    parts += _consistency_lines()
    for column in columns:
        parts += [
            f"## In detail: {column.title}",
            "",
            *extra_tables(column.extra),
            *detail_of(column.outcomes),
            "",
        ]
    return "\n".join(parts).rstrip() + "\n"


def _target_table(columns: Sequence[Column]) -> list[str]:
    """Return the targets, met or missed on each column."""
    run = {column.name: all_targets(column.outcomes) for column in columns}
    if not run:
        return []
    titles = " | ".join(known.title for known in COLUMNS.values())
    lines = [
        "## Targets",
        "",
        _TARGETS_NOTE,
        "",
        f"| | wanted | {titles} |",
        "|---" * (len(COLUMNS) + 2) + "|",
    ]
    for number, target in enumerate(next(iter(run.values()))):
        cells = [_judged(run[name][number]) if name in run else "not run" for name in COLUMNS]
        lines.append(f"| {target.what} | {target.wanted} | {' | '.join(cells)} |")
    return [*lines, ""]


def _judged(target: Target) -> str:
    if target.met is None:
        return "-"
    return f"{target.measured}, {'met' if target.met else '**missed**'} ({target.over})"


def _consistency_lines() -> list[str]:
    if not CONSISTENCY.is_file():
        return ["## Self-consistency", "", "Not run; `python -m bench consistency --shared DIR` runs it.", ""]
    return extra_tables({"consistency": json.loads(CONSISTENCY.read_text("utf-8"))["table"]}, "##")


def _column_lines(columns: Sequence[Column]) -> list[str]:
    run = {column.name: column for column in columns}
    lines = []
    for name, known in COLUMNS.items():
        if name in run:
            own = run[name]
            lines.append(
                f"- **{own.title}** (`{own.command}`; {own.clips}, model {own.model}): {worst_of(own)}."
            )
        else:
            lines.append(f"- **{known.title}**: not run; `{known.command}` runs it.")
    return lines


def _picture_lines(columns: Sequence[Column]) -> list[str]:
    lines = []
    for column in columns:
        if agreement_svg(column):
            source = f"pictures/{picture_name(column.name)}"
            lines += [f"**{column.title}**", "", f"![{agreement_alt(column)}]({source})", ""]
    return [_PICTURES_NOTE, "", *lines] if lines else []


def side_by_side(
    columns: Sequence[Column], names: Sequence[str], below: Mapping[str, Sequence[str]] = _NOTHING
) -> list[str]:
    """Return the tables with a column for each of the names; rows that no column can measure are left out.

    Args:
        columns: those that were run.
        names: of the columns to show, in order.
        below: lines to put below a section's table.
    """
    run = {column.name: column for column in columns}
    lines: list[str] = []
    for section, note in SECTIONS.items():
        rows = []
        for row in rows_in(section):
            cells = [_text(run[name], row) if name in run else "not run" for name in names]
            if any(cell not in ("-", "not run") for cell in cells):
                rows.append(f"| {row.label} | {' | '.join(cells)} |")
        if rows:
            titles = " | ".join(known_as(name).title for name in names)
            head = [f"| | {titles} |", "|---" * (len(names) + 1) + "|"]
            lines += [
                f"## {section}",
                "",
                *([note, ""] if note else []),
                *head,
                *rows,
                "",
                *below.get(section, ()),
            ]
    return lines


def _text(column: Column, row: Any) -> str:
    cell = row.cell(column.outcomes)
    return cell.text if cell is not None else "-"


def extra_tables(extra: Mapping[str, Any], level: str = "###") -> list[str]:
    """Return the tables that only one column has: each a title, a note, and rows of equal keys."""
    lines: list[str] = []
    for table in extra.values():
        rows = table["rows"]
        if rows:
            lines += [f"{level} {table['title']}", "", *([table["note"], ""] if table["note"] else [])]
            lines += [f"| {' | '.join(rows[0])} |", "|---" * len(rows[0]) + "|"]
            lines += [f"| {' | '.join(_said(value) for value in row.values())} |" for row in rows] + [""]
    return lines


def _said(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:+.1f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    raise SystemExit(main())
