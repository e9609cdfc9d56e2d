"""The commands ``agree`` and ``agree-pool``: contacts of clips against a reference."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kickform.cli.options import check_model, check_outputs, progress_bar, write_text
from kickform.errors import UsageError

if TYPE_CHECKING:
    from kickform.agreement import Agreement, Quantity
    from kickform.results.analysis import Analysis
    from kickform.results.findings import Notice

__all__ = ["agree", "agree_pool"]


def agree(
    clip: Annotated[
        Path | None,
        typer.Argument(help="The clip, or an analysis of it that --json wrote.", readable=False),
    ] = None,
    reference: Annotated[
        Path | None, typer.Argument(help="CSV of contacts: a plate, a mat, an IMU, hand labels.")
    ] = None,
    drill: Annotated[str, typer.Option(help="Which drill it is, or auto.")] = "auto",
    model: Annotated[str, typer.Option(help="heavy (most exact), full or lite (fastest).")] = "heavy",
    slow_motion: Annotated[
        float | None, typer.Option(help="How many times slower than life the file plays; 1 for real time.")
    ] = None,
    clip_clock: Annotated[
        bool,
        typer.Option("--clip-clock", help="The CSV's times were read off the clip: estimate no offset."),
    ] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write it as JSON; - for stdout, nothing else there.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write it with its picture as one HTML file.")] = None,
    template: Annotated[
        Path | None, typer.Option(help="Write an empty CSV to fill in, and stop; - for stdout.")
    ] = None,
) -> None:
    """Compare contacts with a reference: bias, limits of agreement, ICC, and the Bland-Altman picture."""
    if template is not None:
        _write_template(template)
        return
    if clip is None or reference is None:
        cure = "kickform agree CLIP REFERENCE.csv, or --template FILE.csv for an empty one"
        raise UsageError("agree", "needs a clip and a reference", cure)
    check_model(model)
    to_stdout = json_file is not None and str(json_file) == "-"
    outputs = [path for path in (None if to_stdout else json_file, html) if path]
    _check_outputs(outputs, [clip, reference])
    found = _compared(clip, reference, drill, model, slow_motion, clip_clock)
    if not to_stdout:
        _print(found, Console())
    if html is not None:
        from kickform.agreement.document import agreement_html

        write_text(html, agreement_html(found))
    if json_file is not None:
        write_text(json_file, found.to_json())


def agree_pool(
    people: Annotated[
        list[Path],
        typer.Argument(help="One for each person: a file that agree --json wrote, or a folder of them."),
    ],
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write it as JSON; - for stdout, nothing else there.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write it with its picture as one HTML file.")] = None,
) -> None:
    """Put several people's comparisons with a reference together; contacts of one person count as alike."""
    from kickform.agreement.pooling import pool, read_person

    to_stdout = json_file is not None and str(json_file) == "-"
    outputs = [path for path in (None if to_stdout else json_file, html) if path]
    _check_outputs(outputs, people)
    found = pool([read_person(path) for path in people])
    if not to_stdout:
        from kickform.agreement.wording import pooled_words

        _print_all(pooled_words(found), found.quantities, found.notes, Console())
    if html is not None:
        from kickform.agreement.document import pooled_html

        write_text(html, pooled_html(found))
    if json_file is not None:
        write_text(json_file, found.to_json())


def _check_outputs(outputs: list[Path], inputs: Sequence[Path]) -> None:
    """Raise `UsageError` where an output cannot be written, or would take the place of an input."""
    check_outputs(None, outputs)
    for path in outputs:
        if path.exists() and any(other.exists() and path.samefile(other) for other in inputs):
            raise UsageError(str(path), "is what is compared", "name another file for the result")


def _write_template(path: Path) -> None:
    from kickform.agreement import TEMPLATE

    if str(path) != "-":
        check_outputs(None, [path])
        if path.exists() and path.is_file():
            raise UsageError(str(path), "exists already", "name a new file for the template")
    write_text(path, TEMPLATE)


def _compared(
    clip: Path, reference: Path, drill: str, model: str, slow_motion: float | None, clip_clock: bool
) -> Agreement:
    """Read the reference first: a fault in it is told of before the minutes that the clip takes."""
    from kickform.agreement import agree as compare
    from kickform.agreement import read_reference

    contacts = read_reference(reference)
    return compare(_analysis(clip, drill, model, slow_motion), contacts, same_clock=clip_clock)


def _analysis(clip: Path, drill: str, model: str, slow_motion: float | None) -> Analysis:
    if clip.suffix.lower() == ".json":
        if drill != "auto" or slow_motion is not None:
            fault = "is an analysis: its drill and slow motion are settled"
            raise UsageError(clip.name, fault, "name the clip, or leave --drill and --slow-motion out")
        return _read_back(clip)
    from kickform.pipeline.analyze import analyze

    with progress_bar() as progress:
        return analyze(
            clip,
            drill=drill,
            model=model,  # type: ignore[arg-type]  # checked before
            slow_motion=slow_motion,
            progress=progress,
        )


def _read_back(path: Path) -> Analysis:
    from kickform.results.analysis import Analysis

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        raise UsageError(path.name, f"cannot be read ({why})", "name an analysis that --json wrote") from None
    return Analysis.from_json(text, path.name)


def _print(found: Agreement, console: Console) -> None:
    """Print how the clip was filmed, verdict, figures and notes."""
    from kickform.agreement.wording import facts_words, headline_words

    console.print(Text(" · ".join(facts_words(found)), style="dim"))
    _print_all(headline_words(found), found.quantities, found.notes, console)


def _print_all(
    lines: Sequence[str], quantities: Sequence[Quantity], notes: Sequence[Notice], console: Console
) -> None:
    from kickform.agreement.wording import COLUMNS, figure_cells, quantity_notes

    for line in lines:
        console.print(Text(line))
    table = Table(box=None, pad_edge=False)
    for place, title in enumerate(COLUMNS):
        table.add_column(title, justify="right" if place else "left")
    for quantity in quantities:
        if quantity.figures is not None:
            table.add_row(*figure_cells(quantity))
    console.print(table)
    for line in (*quantity_notes(quantities), *(f"note: {note.message}" for note in notes)):
        console.print(Text(f"  {line}", style="dim"))
