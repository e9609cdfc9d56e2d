"""A session's temporary folder: the uploaded clip and the files made from it, gone when the session is.

Streamlit tells nobody that a session has ended; it drops the session's state. So the folder lives as long
as the `Workspace` object in that state: a finaliser removes it when the object goes, or when the process
ends. A process that was killed leaves its folder behind; the next start sweeps folders older than a day.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import weakref
from pathlib import Path
from typing import BinaryIO

__all__ = ["Workspace", "sweep_leftovers"]

_PREFIX = "kickform-"
_STALE_S = 24 * 3600.0
_CHUNK = 1 << 20


class Workspace:
    """A private temporary folder, removed with the object."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._remove = weakref.finalize(self, shutil.rmtree, self.folder, True)

    def fresh(self, purpose: str) -> Path:
        """Return an empty folder for `purpose`; what was there before is removed."""
        folder = self.folder / purpose
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def keep(self, purpose: str, name: str, source: BinaryIO) -> Path:
        """Copy `source` to a file called `name` in the fresh folder for `purpose` and return it."""
        path = self.fresh(purpose) / name
        with path.open("wb") as target:
            shutil.copyfileobj(source, target, _CHUNK)
        return path

    def touch(self) -> None:
        """Mark the folder as in use, so that no sweep takes it."""
        if self.folder.is_dir():
            os.utime(self.folder)

    def close(self) -> None:
        """Remove the folder now."""
        self._remove()


def sweep_leftovers(root: Path | None = None) -> int:
    """Remove folders of processes that were killed, untouched for a day; return how many there were."""
    removed = 0
    for folder in (root or Path(tempfile.gettempdir())).glob(f"{_PREFIX}*"):
        try:
            if folder.is_dir() and time.time() - folder.stat().st_mtime > _STALE_S:
                shutil.rmtree(folder)
                removed += 1
        except OSError:
            continue
    return removed
