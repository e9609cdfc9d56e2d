"""Keep C++ libraries from writing to stderr while they start."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["quiet_stderr"]

_LOCK = threading.Lock()


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Point file descriptor 2 at nothing while MediaPipe's C++ starts up and greets.

    It logs there straight from C++, before any setting of it is read. Python's own tracebacks still
    come out: they are raised, not printed, in here.
    """
    with _LOCK:
        try:
            if sys.stderr is not None:
                sys.stderr.flush()
            kept = os.dup(2)
        except (OSError, ValueError):
            yield
            return
        nothing = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nothing, 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nothing)
