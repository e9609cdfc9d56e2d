"""Saved copies of clips, in a folder next to the database; only if the user asked for it."""

from __future__ import annotations

import os
import shutil
import time
import uuid
from contextlib import suppress
from pathlib import Path

from kickform.errors import StoreError

__all__ = ["VideoFolder"]

_UNSAVED_S = 3600.0
"""A younger copy without a session may belong to a save in progress."""


class VideoFolder:
    """The folder of saved clips; a file's name is the hash of the clip."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, clip: Path, clip_sha256: str | None) -> str:
        """Copy the clip, completely or not at all, and return the copy's name.

        Raises:
            StoreError: the clip cannot be copied.
        """
        name = f"{clip_sha256 or uuid.uuid4().hex}{clip.suffix.lower()}"
        target = self.folder / name
        partial = target.with_name(f"{name}.{os.getpid()}.{uuid.uuid4().hex}.part")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if clip_sha256 and target.exists():
                os.utime(target)
                return name
            shutil.copyfile(clip, partial)
            partial.replace(target)
        except OSError as error:
            partial.unlink(missing_ok=True)
            fault = f"the video cannot be saved ({error.strerror or error})"
            raise StoreError(clip.name, fault, "free some space, or save without the video") from error
        return name

    def path_of(self, name: str | None) -> Path | None:
        """Return the path of the copy; None if it does not exist (any more)."""
        path = self.folder / Path(name).name if name else None
        return path if path and path.is_file() else None

    def remove(self, names: set[str]) -> None:
        """Remove these copies."""
        for name in names:
            _unlink(self.folder / Path(name).name)

    def sweep(self, used: set[str], left_over_s: float = _UNSAVED_S) -> None:
        """Remove the copies not in `used`, except those that may belong to a save in progress."""
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            if path.name not in used and _age_s(path) >= left_over_s:
                _unlink(path)


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:  # another process was faster
        return -1.0


def _unlink(path: Path) -> None:
    with suppress(OSError):  # already gone, or open in a player (Windows): left for the next sweep
        path.unlink()
