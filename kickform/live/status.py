"""The state of a live session, as the live page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kickform.live.coach import Reading
from kickform.live.framing import Check

__all__ = ["LiveStanding", "Phase"]

Phase = Literal["framing", "countdown", "running", "ended"]


@dataclass(frozen=True, slots=True)
class LiveStanding:
    """The state of a session: everything that a page shows.

    Attributes:
        phase: framing, countdown, running, ended.
        model: pose model in use; "" before the first frame.
        checks: results of the framing checks, before the start.
        left_s: seconds until the start, in the countdown.
        reading: what the coach shows.
        camera_fps: frames per second from the camera, by their own times.
        frames: frames received.
        dropped: frames that were not looked at, for lack of time.
        strangers: how often somebody else took the athlete's place.
        delay_s: seconds from the end of each rep to its verdict.
        full: whether the recording has reached the longest clip that can be judged.
        error: why the session cannot go on; "" if it can.
    """

    phase: Phase
    model: str
    checks: tuple[Check, ...]
    left_s: float
    reading: Reading
    camera_fps: float
    frames: int
    dropped: int
    strangers: int
    delay_s: tuple[float, ...]
    full: bool
    error: str
