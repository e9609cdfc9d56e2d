"""A session's temporary folder for the uploaded clip and the files made from it.

Streamlit keeps the state of a closed page for two minutes, in case the page comes back. After that the user
cannot reach it any more, but Streamlit drops it only when another session ends. So the folder is removed as
soon as the page has been closed for a little longer than two minutes (`remove_later`, `cancel_removal`), the
object is dropped, or the process ends. A killed process leaves its folder behind; the next start removes
folders older than a day.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

__all__ = ["Workspace", "remove_stale_folders"]

GRACE_S = 150.0
_PREFIX = "kickform-"
_STALE_S = 24 * 3600.0
_CHUNK = 1 << 20


class Workspace:
    """A private temporary folder that is removed with the object."""

    def __init__(self, grace_s: float = GRACE_S) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._grace_s = grace_s
        self._timer: threading.Timer | None = None
        self._work: list[Callable[[], None]] = []
        self._end = weakref.finalize(self, _end, self.folder, self._work)

    def stop_on_removal(self, stop: Callable[[], None]) -> None:
        """Call `stop` before the folder is removed; it replaces the earlier callback."""
        self._work[:] = [stop]

    def remove_later(self) -> None:
        """Remove the folder after the grace time, unless `cancel_removal` is called before."""
        self.cancel_removal()
        self._timer = threading.Timer(self._grace_s, self.close)
        self._timer.daemon = True
        self._timer.start()

    def cancel_removal(self) -> None:
        """Keep the folder: the page is open again."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def empty_folder(self, purpose: str) -> Path:
        """Return an empty folder for `purpose`; its earlier content is removed."""
        folder = self.folder / purpose
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if not self._end.alive:
            self._end = weakref.finalize(self, _end, self.folder, self._work)
        return folder

    def store_file(self, purpose: str, name: str, source: BinaryIO) -> Path:
        """Copy `source` to the file `name` in an empty folder for `purpose` and return its path.

        Raises:
            OSError: it cannot be written; no partial file is left.
        """
        path = self.empty_folder(purpose) / name
        try:
            with path.open("wb") as target:
                shutil.copyfileobj(source, target, _CHUNK)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return path

    def mark_used(self) -> None:
        """Mark the folder as in use, so that `remove_stale_folders` keeps it."""
        if self.folder.is_dir():
            os.utime(self.folder)

    def close(self) -> None:
        """Remove the folder now."""
        self.cancel_removal()
        self._end()


def _end(folder: Path, work: list[Callable[[], None]]) -> None:
    """Stop the work that writes to the folder, then remove the folder."""
    for stop in work:
        stop()
    shutil.rmtree(folder, ignore_errors=True)


def remove_stale_folders(root: Path | None = None) -> int:
    """Remove folders that killed processes left more than a day ago; return how many."""
    removed = 0
    for folder in (root or Path(tempfile.gettempdir())).glob(f"{_PREFIX}*"):
        try:
            if folder.is_dir() and time.time() - folder.stat().st_mtime > _STALE_S:
                shutil.rmtree(folder)
                removed += 1
        except OSError:
            continue
    return removed
