"""Limits the number of live sessions on this computer, and lets threads switch faster while one runs."""

from __future__ import annotations

import os
import sys
import threading

from kickform.errors import UsageError
from kickform.settings import load_settings

__all__ = ["most_sessions", "release_slot", "slots_in_use", "take_slot"]

_SWITCH_S = 0.0005
"""Python's thread switch interval during a session. Judging and following the feet make many short calls;
with the usual 5 ms each call would wait that long for the other thread, and frames would be dropped."""

_lock = threading.Lock()
_in_use = 0
_usual_switch_s = sys.getswitchinterval()


def most_sessions() -> int:
    """Return how many live sessions may run at once: the setting, or one per two processor cores."""
    return load_settings().live_sessions or max(1, (os.cpu_count() or 2) // 2)


def slots_in_use() -> int:
    """Return how many live sessions are running."""
    return _in_use


def take_slot() -> None:
    """Reserve a slot for a live session; the first one shortens Python's thread switch interval.

    Raises:
        UsageError: all slots are in use.
    """
    global _in_use, _usual_switch_s
    most = most_sessions()
    with _lock:
        if _in_use >= most:
            running = "1 live session is" if _in_use == 1 else f"{_in_use} live sessions are"
            fault = f"{running} running, and this computer can run {most}"
            raise UsageError("live check", fault, "end another session first")
        if not _in_use:
            _usual_switch_s = sys.getswitchinterval()
            sys.setswitchinterval(_SWITCH_S)
        _in_use += 1


def release_slot() -> None:
    """Give the slot back; the last one restores Python's thread switch interval."""
    global _in_use
    with _lock:
        _in_use -= 1
        if not _in_use:
            sys.setswitchinterval(_usual_switch_s)
