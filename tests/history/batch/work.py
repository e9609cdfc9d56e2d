"""Work for batch tests, told by what stands in the clip: quick, refused, faulty, or deadly."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from kickform.errors import VideoError
from kickform.history.workers import ClipJob, Judged
from tests.app.fake import make_analysis, make_motion


def work(job: ClipJob) -> Judged:
    """Note the run beside the clip, then do what its first word says."""
    clip = Path(job.path)
    word = clip.read_text().split()[0]
    with clip.with_suffix(".runs").open("a") as runs:
        runs.write(f"{os.getpid()}\n")
    if word == "bad":
        raise VideoError(clip.name, "is not a video that can be read", "film it again")
    if word == "bug":
        raise ZeroDivisionError("oh\nno")
    if word == "deadly" or (word == "deadly-once" and runs_of(clip) == 1):
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "slow":
        time.sleep(0.4)
    if word == "long":
        time.sleep(20)
        clip.with_suffix(".finished").touch()
    motion = make_motion(np.arange(0, 3, 1 / 60), 320, 240)
    analysis = make_analysis(clip.name, motion)
    if word == "ladder":
        analysis = replace(analysis, drill="ladder")
    return Judged(analysis, {"rep_1": b"\xff\xd8\xff\xd9"})


def ready() -> int:
    """Return the worker's process, which has by then loaded what the work needs."""
    return os.getpid()


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for something that a worker does; give up after a minute."""
    for _ in range(3000):
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError("the worker did not get there")


def runs_of(clip: Path) -> int:
    """How often the clip was taken up."""
    notes = clip.with_suffix(".runs")
    return len(notes.read_text().splitlines()) if notes.exists() else 0


def put(folder: Path, **words: str) -> None:
    """Write clips: ``a__b="good"`` is the file a/b.mp4 with that word and its own name in it."""
    for name, word in words.items():
        clip = folder / (name.replace("__", "/") + ".mp4")
        clip.parent.mkdir(parents=True, exist_ok=True)
        clip.write_text(f"{word} {name}")
