"""Pose tracks for the tests of the live parts: the rendered athlete's joints, fed like a camera's frames."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from bench.athlete.tracks import track_clip
from bench.samples import SAMPLES
from kickform.live.coach import LiveCoach, LiveEvent
from kickform.pose.people import Pose
from kickform.pose.track import PoseTrack


@cache
def sample_track(name: str, fps: float = 30.0) -> tuple[PoseTrack, dict[str, Any]]:
    """Return the pose track of a sample filmed at `fps`, and its truth."""
    spec = SAMPLES[f"{name}.mp4"]
    return track_clip(replace(spec, capture=replace(spec.capture, fps=fps)))


def poses(track: PoseTrack, from_s: float = 0.0) -> Iterator[tuple[float, Pose | None]]:
    """Yield time and pose of each frame, the times moved by `from_s`."""
    for i, time_s in enumerate(track.time_s):
        pose = Pose(track.xy_px[i], track.world_m[i], track.visibility[i]) if track.found[i] else None
        yield float(time_s) + from_s, pose


def fed(coach: LiveCoach, track: PoseTrack, from_s: float = 0.0) -> list[LiveEvent]:
    """Feed the whole track and return what happened."""
    events: list[LiveEvent] = []
    for time_s, pose in poses(track, from_s):
        events += coach.step(time_s, pose, track.width_px, track.height_px)
    return events


@cache
def sample_set(name: str, fps: float) -> tuple[LiveCoach, list[LiveEvent], dict[str, Any]]:
    """Return a coach that has seen the whole sample, what happened, and the truth; not to be fed again."""
    track, truth = sample_track(name, fps)
    coach = LiveCoach(truth["drill"])
    return coach, fed(coach, track), truth


class CheapSource:
    """Looks the pose up that belongs to the frame: its number is written into the picture's first pixels."""

    made = 0
    open = 0

    def __init__(self, model: str, track: PoseTrack | None = None, slow_s: float = 0.0) -> None:
        self.model, self.track, self.slow_s = model, track, slow_s
        CheapSource.made += 1
        CheapSource.open += 1

    def detect(self, rgb: np.ndarray) -> Pose | None:
        if self.slow_s:
            time.sleep(self.slow_s)
        index = int(rgb[0, 0, 0]) + 256 * int(rgb[0, 1, 0])
        if self.track is None or index >= len(self.track):
            return None
        share = rgb.shape[1] / self.track.width_px
        track = self.track
        return Pose(track.xy_px[index] * share, track.world_m[index], track.visibility[index])

    def forget(self) -> None:
        pass

    def close(self) -> None:
        CheapSource.open -= 1
