"""The commands ``agree`` and ``agree-pool``: compare the contacts of clips with a reference."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kickform.cli.options import (
    DrillOption,
    JsonOption,
    ModelOption,
    SlowMotionOption,
    check_model,
    check_outputs,
    is_stdout,
    progress_bar,
    terminal,
    write_text,
)
from kickform.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from kickform.agreement import Agreement, Quantity
    from kickform.results.analysis import Analysis
    from kickform.results.findings import Notice

__all__ = ["agree", "agree_pool"]

HtmlOption = Annotated[Path | None, typer.Option(help="Write the result with its chart as one HTML file.")]


def agree(
    clip: Annotated[
        Path | None,
        typer.Argument(help="The clip, or its analysis as written by analyze --json.", readable=False),
    ] = None,
    reference: Annotated[
        Path | None,
        typer.Argument(help="CSV of contacts from a force plate, a contact mat, an IMU or hand labels."),
    ] = None,
    drill: DrillOption = "auto",
    model: ModelOption = "heavy",
    slow_motion: SlowMotionOption = None,
    clip_clock: Annotated[
        bool,
        typer.Option("--clip-clock", help="The CSV uses the clip's own times: estimate no clock offset."),
    ] = False,
    json_file: JsonOption = None,
    html: HtmlOption = None,
    template: Annotated[
        Path | None, typer.Option(help="Write an empty CSV to fill in, then stop; - writes it to stdout.")
    ] = None,
) -> None:
    """Compare contacts with a reference: bias, limits of agreement, ICC, Bland-Altman chart."""
    if template is not None:
        _write_template(template)
        return
    if clip is None or reference is None:
        cure = "run kickform agree CLIP REFERENCE.csv, or --template FILE.csv for an empty CSV"
        raise UsageError("agree", "needs a clip and a reference", cure)
    check_model(model)
    to_stdout = is_stdout(json_file)
    outputs = [path for path in (None if to_stdout else json_file, html) if path]
    _check_outputs(outputs, [clip, reference])
    found = _compared(clip, reference, drill, model, slow_motion, clip_clock)
    if not to_stdout:
        _print(found, terminal())
    if html is not None:
        from kickform.agreement.document import agreement_html

        write_text(html, agreement_html(found))
    if json_file is not None:
        write_text(json_file, found.to_json())


def agree_pool(
    people: Annotated[
        list[Path],
        typer.Argument(help="One per person: a file written by agree --json, or a folder of them."),
    ],
    json_file: JsonOption = None,
    html: HtmlOption = None,
) -> None:
    """Pool the comparisons of several people; each person's contacts count as repeated measures."""
    from kickform.agreement.pooling import pool, read_person

    to_stdout = is_stdout(json_file)
    outputs = [path for path in (None if to_stdout else json_file, html) if path]
    _check_outputs(outputs, people)
    found = pool([read_person(path) for path in people])
    if not to_stdout:
        from kickform.agreement.wording import pooled_words

        _print_all(pooled_words(found), found.quantities, found.notes, terminal())
    if html is not None:
        from kickform.agreement.document import pooled_html

        write_text(html, pooled_html(found))
    if json_file is not None:
        write_text(json_file, found.to_json())


def _check_outputs(outputs: list[Path], inputs: Sequence[Path]) -> None:
    """Raise `UsageError` if an output cannot be written or would overwrite an input."""
    check_outputs(None, outputs)
    for path in outputs:
        if path.exists() and any(other.exists() and path.samefile(other) for other in inputs):
            raise UsageError(str(path), "is one of the inputs", "choose another file for the result")


def _write_template(path: Path) -> None:
    from kickform.agreement import TEMPLATE

    if not is_stdout(path):
        check_outputs(None, [path])
        if path.exists() and path.is_file():
            raise UsageError(str(path), "already exists", "choose a new file for the template")
    write_text(path, TEMPLATE)


def _compared(
    clip: Path, reference: Path, drill: str, model: str, slow_motion: float | None, clip_clock: bool
) -> Agreement:
    """Compare the clip with the reference, which is read first: the clip takes minutes."""
    from kickform.agreement import agree as compare
    from kickform.agreement import read_reference

    contacts = read_reference(reference)
    return compare(_analysis(clip, drill, model, slow_motion), contacts, same_clock=clip_clock)


def _analysis(clip: Path, drill: str, model: str, slow_motion: float | None) -> Analysis:
    if clip.suffix.lower() == ".json":
        if drill != "auto" or slow_motion is not None:
            fault = "is a finished analysis; its drill and slow motion are fixed"
            raise UsageError(
                clip.name, fault, "give the clip instead, or leave out --drill and --slow-motion"
            )
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
        raise UsageError(path.name, f"cannot be read ({why})", "give an analysis written by --json") from None
    return Analysis.from_json(text, path.name)


def _print(found: Agreement, console: Console) -> None:
    """Print how the clip was filmed, the verdict, the figures and the notes."""
    from rich.text import Text

    from kickform.agreement.wording import facts_words, headline_words

    console.print(Text(" · ".join(facts_words(found)), style="dim"))
    _print_all(headline_words(found), found.quantities, found.notes, console)


def _print_all(
    lines: Sequence[str], quantities: Sequence[Quantity], notes: Sequence[Notice], console: Console
) -> None:
    from rich.table import Table
    from rich.text import Text

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
    for line in (*quantity_notes(quantities), *(f"Note: {note.message}" for note in notes)):
        console.print(Text(f"  {line}", style="dim"))
