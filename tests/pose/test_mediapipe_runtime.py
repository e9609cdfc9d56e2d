"""C++ log lines are discarded, and memory of a closed landmarker goes back to the system."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator

import numpy as np
import psutil
import pytest

import kickform.pose._mediapipe_runtime as runtime
from kickform.pose import landmarker as pose


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    runtime._malloc_trim.cache_clear()
    yield
    runtime._malloc_trim.cache_clear()


def test_closing_a_landmarker_gives_its_memory_back_once(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []
    monkeypatch.setattr(pose, "release_free_memory", lambda: given.append("back"))
    with pose.PoseLandmarkerSession("lite") as session:
        session.detect(np.zeros((64, 64, 3), np.uint8))
        assert not given
    session.close()
    assert given == ["back"]


def test_freed_memory_is_given_back() -> None:
    """glibc keeps what is freed below something that is still held, until it is told not to."""
    trim = runtime._malloc_trim()
    if trim is None:
        pytest.skip("this system's C library is not glibc")
    process = psutil.Process()
    trim(0)
    pieces = [b"x" * 100_000 for _ in range(800)]
    held = pieces[-1]
    del pieces
    before = process.memory_info().rss
    runtime.release_free_memory()
    assert before - process.memory_info().rss > 40_000_000
    assert len(held) == 100_000


def test_without_glibc_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str | None) -> object:
        raise OSError("no such library")

    monkeypatch.setattr(ctypes, "CDLL", none)
    runtime.release_free_memory()
    assert runtime._malloc_trim() is None


def test_what_c_code_writes_to_stderr_is_discarded(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with runtime.quiet_stderr():
        os.write(2, b"chatter\n")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"
