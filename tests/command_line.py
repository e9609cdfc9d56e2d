"""Runs the command line in this process, with a made-up analysis in place of the pose model's."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import kickform.pipeline.analyze
from kickform.cli import main as cli
from kickform.pipeline.analyze import judge_estimate
from kickform.results.analysis import Analysis
from tests.synthetic import Camera, Stand, film, train


class Ran(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process."""

    def call(*words: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["kickform", *map(str, words)])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        code = caught.value.code
        return Ran(code if isinstance(code, int) else 0, *capsys.readouterr())

    return call


@pytest.fixture(scope="module")
def verdict() -> Analysis:
    clip = film([Stand(0.5), train(0.2, 0.45, 4), Stand(0.5)], Camera(noise=0.002, far=1.5))
    return judge_estimate(clip.estimate, clip.info)


class Fake:
    """Stands for `kickform.pipeline.analyze.analyze`: remembers how it was called, returns or raises."""

    def __init__(self, result: Analysis | BaseException) -> None:
        self.result = result
        self.calls: list[dict[str, Any]] = []

    def __call__(self, path: Path, **how: Any) -> Analysis:
        self.calls.append({"path": path, **how})
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, verdict: Analysis) -> Fake:
    stand_in = Fake(verdict)
    monkeypatch.setattr(kickform.pipeline.analyze, "analyze", stand_in)
    return stand_in


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"stands for a video")
    return path


def refused(ran: Ran, status: int, *parts: str) -> None:
    """One line on stderr with all `parts`, nothing on stdout."""
    assert ran.status == status
    assert ran.out == ""
    assert ran.err.endswith("\n")
    assert ran.err.count("\n") == 1, ran.err
    assert ran.err.startswith("kickform: ")
    assert "Traceback" not in ran.err
    for part in parts:
        assert part in ran.err
