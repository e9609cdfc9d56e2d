"""Atomic writes: a file is written completely or not at all."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kickform.errors import UsageError

__all__ = ["atomic_file", "write_atomically", "write_error"]


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Yield a partial file that replaces `path` when the block ends, and is deleted if the block fails.

    A pipe or device such as /dev/null is written to directly.

    Raises:
        UsageError: the file cannot be written.
    """
    special = path.exists() and not path.is_file()
    partial = path if special else path.with_name(path.name + ".part")
    try:
        yield partial
        if not special:
            partial.replace(path)
    except OSError as error:
        raise write_error(path, error) from None
    finally:
        if not special:
            partial.unlink(missing_ok=True)


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write the content to `path` in one step, text as UTF-8.

    Raises:
        UsageError: the file cannot be written.
    """
    with atomic_file(path) as partial:
        partial.write_bytes(content.encode() if isinstance(content, str) else content)


def write_error(path: Path, error: Exception) -> UsageError:
    """Return the one-line error for a file that could not be written."""
    full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
    why = "no room is left" if full else getattr(error, "strerror", None) or str(error)
    return UsageError(
        path.name, f"cannot be written ({why})", "free some space" if full else "name a file elsewhere"
    )
