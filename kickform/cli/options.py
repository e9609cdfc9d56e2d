"""Shared by all commands: option types, exit codes, checks before the work starts, progress bar."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kickform.errors import UsageError
from kickform.files import write_atomically

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "EXIT_INTERRUPTED",
    "EXIT_NOT_JUDGED",
    "EXIT_USAGE",
    "DrillOption",
    "JsonOption",
    "ModelOption",
    "SlowMotionOption",
    "check_model",
    "check_outputs",
    "is_stdout",
    "progress_bar",
    "terminal",
    "write_text",
]

EXIT_USAGE, EXIT_NOT_JUDGED, EXIT_INTERRUPTED = 2, 3, 130

DrillOption = Annotated[str, typer.Option(help="Drill to check, or auto to detect it.")]
ModelOption = Annotated[str, typer.Option(help="heavy (most accurate), full or lite (fastest).")]
JsonOption = Annotated[
    Path | None, typer.Option("--json", help="Write the result as JSON; - writes only JSON to stdout.")
]
SlowMotionOption = Annotated[
    float | None,
    typer.Option(help="How many times slower than real life the file plays; 1 for normal speed."),
]


def terminal() -> Console:
    """Return the console that results are printed on."""
    from rich.console import Console

    return Console()


def is_stdout(path: Path | None) -> bool:
    """Return whether the output goes to stdout, written as ``-``."""
    return path is not None and str(path) == "-"


def write_text(path: Path, text: str) -> None:
    """Write the text to `path`, completely or not at all; ``-`` writes to stdout.

    Raises:
        UsageError: the file cannot be written.
    """
    if is_stdout(path):
        sys.stdout.write(text)
    else:
        write_atomically(path, text)


def check_model(model: str) -> None:
    """Check the name of the pose model.

    Raises:
        UsageError: there is no such model.
    """
    if model not in ("heavy", "full", "lite"):
        raise UsageError("--model", f"there is no model '{model}'", "choose heavy, full or lite")


def check_outputs(video: Path | None, outputs: list[Path]) -> None:
    """Check the output files before the work starts.

    Raises:
        UsageError: an output cannot be written, is given twice, or would overwrite the clip.
    """
    if len({path.absolute() for path in outputs}) < len(outputs):
        raise UsageError(str(outputs[-1]), "is given twice", "give each output its own file")
    for path in outputs:
        folder = path.parent
        if not folder.is_dir():
            raise UsageError(str(path), "its folder does not exist", "create the folder or choose another")
        if path.is_dir():
            raise UsageError(str(path), "is a folder", "give a file name in it")
        special = path.exists() and not path.is_file()  # such as /dev/null
        if not (special or os.access(folder, os.W_OK)) or (path.exists() and not os.access(path, os.W_OK)):
            raise UsageError(str(path), "cannot be written", "choose a place where you may write")
        if video is not None and path.exists() and video.exists() and path.samefile(video):
            raise UsageError(str(path), "is the clip itself", "choose another file for the result")


@contextmanager
def progress_bar() -> Iterator[Callable[[str, float], None]]:
    """Yield a callback (stage, share done) that draws one bar per stage on stderr, if that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    tasks: dict[str, TaskID] = {}
    with Progress(
        TextColumn("{task.description:<10}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:

        def show(stage: str, fraction: float) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=1.0)
            bar.update(tasks[stage], completed=fraction)

        yield show
