"""What the commands of the command line share: exit status, checks before the work, progress."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from kickform.errors import UsageError
from kickform.files import write_atomically

__all__ = [
    "EXIT_INTERRUPTED",
    "EXIT_NOT_JUDGED",
    "EXIT_USAGE",
    "check_model",
    "check_outputs",
    "progress_bar",
    "write_text",
]

EXIT_USAGE, EXIT_NOT_JUDGED, EXIT_INTERRUPTED = 2, 3, 130


def write_text(path: Path, text: str) -> None:
    """Write the text to `path`, whole or not at all; to stdout where it is ``-``."""
    if str(path) == "-":
        sys.stdout.write(text)
    else:
        write_atomically(path, text)


def check_model(model: str) -> None:
    """Raise `UsageError` where there is no such pose bundle."""
    if model not in ("heavy", "full", "lite"):
        raise UsageError("--model", f"there is no model '{model}'", "choose from heavy, full, lite")


def check_outputs(video: Path | None, outputs: list[Path]) -> None:
    """Raise `UsageError` before the work rather than after it where an output cannot be written."""
    if len({path.absolute() for path in outputs}) < len(outputs):
        raise UsageError(str(outputs[-1]), "is named twice", "name a file for each output")
    for path in outputs:
        folder = path.parent
        if not folder.is_dir():
            raise UsageError(str(path), "its folder does not exist", "make the folder or name another")
        if path.is_dir():
            raise UsageError(str(path), "is a folder", "name a file in it")
        special = path.exists() and not path.is_file()  # such as /dev/null
        if not (special or os.access(folder, os.W_OK)) or (path.exists() and not os.access(path, os.W_OK)):
            raise UsageError(str(path), "cannot be written", "name a file where you may write")
        if video is not None and path.exists() and video.exists() and path.samefile(video):
            raise UsageError(str(path), "is the clip itself", "name another file for the result")


@contextmanager
def progress_bar() -> Iterator[_Reporter]:
    """Show progress on stderr where that is a terminal."""
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description:<10}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        yield _Reporter(bar)


class _Reporter:
    """Progress callback of the core, drawn as one bar a stage."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._tasks: dict[str, object] = {}

    def __call__(self, stage: str, fraction: float) -> None:
        task = self._tasks.get(stage)
        if task is None:
            task = self._tasks[stage] = self._bar.add_task(stage, total=1.0)
        self._bar.update(task, completed=fraction)  # type: ignore[arg-type]  # rich's TaskID
