"""The last seconds of poses, in bounded memory. Private helper of :mod:`kickform.live`."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kickform._athlete import Pose
from kickform._live_feet import Steps
from kickform.footflow import PLACES
from kickform.sides import exchange_legs, exchanged_frames
from kickform.track import FeetMotion, FloatArray, PoseTrack
from kickform.video import VideoInfo

__all__ = ["MOST_FPS", "Moment", "PoseRing", "info_of"]

MOST_FPS = 130
"""More poses a second than this are not kept: the ring's size is its seconds times this."""

_RATE_S = 2.0
_MOST_FILLED_S = 0.2


@dataclass(frozen=True, slots=True)
class Moment:
    """One frame: its time, the athlete's pose in it, None where the athlete was not found, and the feet.

    ``feet`` is how the soles moved since the moment before (`kickform._live_feet`), None where not known.
    """

    time_s: float
    pose: Pose | None
    feet: Steps | None = None


class PoseRing:
    """Keeps the poses of the last `seconds`; older ones are dropped as new ones come."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._moments: deque[Moment] = deque(maxlen=int(seconds * MOST_FPS))

    def __len__(self) -> int:
        return len(self._moments)

    def add(self, moment: Moment) -> None:
        """Append a moment later than all before it."""
        self._moments.append(moment)
        while self._moments[-1].time_s - self._moments[0].time_s > self._seconds:
            self._moments.popleft()

    def clear(self) -> None:
        """Forget everything."""
        self._moments.clear()

    @property
    def newest_s(self) -> float:
        """Time of the newest moment; minus infinity when empty."""
        return self._moments[-1].time_s if self._moments else -np.inf

    def fps(self) -> float:
        """Return the frames a second of the last two seconds; 0 while unknown."""
        times = [m.time_s for m in self._moments if m.time_s > self.newest_s - _RATE_S]
        return (len(times) - 1) / (times[-1] - times[0]) if len(times) > 2 else 0.0

    def recent(self, seconds: float) -> list[Moment]:
        """Return the moments of the last `seconds`, in order."""
        return [m for m in self._moments if m.time_s >= self.newest_s - seconds]

    def track(self, width_px: int, height_px: int) -> PoseTrack:
        """Return everything kept as a pose track on the frames' own timeline.

        Legs are named consistently, in the feet's motion too; then missing frames are filled.
        """
        moments = list(self._moments)
        count = len(moments)
        xy, world = np.full((count, 33, 2), np.nan), np.full((count, 33, 3), np.nan)
        visibility = np.zeros((count, 33))
        for i, moment in enumerate(moments):
            if moment.pose is not None:
                xy[i], world[i] = moment.pose.xy_px, moment.pose.world_m
                visibility[i] = moment.pose.visibility
        times = np.array([m.time_s for m in moments], dtype=np.float64)
        track = PoseTrack(times, xy, world, visibility, width_px, height_px)
        exchanged = exchanged_frames(track)
        feet = _named(moments, exchanged)
        return _filled(replace(exchange_legs(track, exchanged), feet=feet))


def _named(moments: list[Moment], exchanged: NDArray[np.bool_]) -> FeetMotion | None:
    """Return the feet's motion by the repaired names of the legs; None where no foot was followed."""
    if all(moment.feet is None for moment in moments):
        return None
    steps = np.full((len(moments), 2, len(PLACES), 2), np.nan)
    for i, moment in enumerate(moments):
        if moment.feet is not None and i:
            own = moment.feet[int(exchanged[i] != exchanged[i - 1])]
            steps[i] = own[::-1] if exchanged[i] else own
    return FeetMotion(steps)


def _filled(track: PoseTrack) -> PoseTrack:
    """Return the track with frames that were left out put between, on straight lines.

    What finds the jumps reckons with even frames; a machine that leaves out every third loses whole sets
    without this. It is enough to count by, not to time by.
    """
    if len(track) < 10:
        return track
    gaps_s = np.diff(track.time_s)
    parts = np.ones(len(track), dtype=np.int64)
    near = (gaps_s <= _MOST_FILLED_S) & track.found[1:] & track.found[:-1]
    parts[1:][near] = np.maximum(1, np.round(gaps_s[near] / np.percentile(gaps_s, 20)))
    if (parts == 1).all():
        return track
    at = np.cumsum(parts) - 1  # where each frame goes
    frames = np.arange(int(at[-1]) + 1)
    after = np.searchsorted(at, frames)
    before = np.maximum(after - 1, 0)
    share = 1 - (at[after] - frames) / parts[after]

    def between(values: FloatArray) -> FloatArray:
        weight = share.reshape(-1, *[1] * (values.ndim - 1))
        return np.where(weight < 1, (1 - weight) * values[before] + weight * values[after], values[after])

    feet = track.feet
    return PoseTrack(
        between(track.time_s),
        between(track.xy_px),
        between(track.world_m),
        np.where(
            (share < 1)[:, None],
            np.minimum(track.visibility[before], track.visibility[after]),
            track.visibility[after],
        ),
        track.width_px,
        track.height_px,
        None if feet is None else FeetMotion(feet.step_px[after] / parts[after][:, None, None, None]),
    )


def info_of(track: PoseTrack, name: str) -> VideoInfo:
    """Return what `probe` would say of a clip that holds just this track."""
    count = len(track)
    span_s = float(track.time_s[-1] - track.time_s[0])
    fps = (count - 1) / span_s if span_s > 0 else 0.0
    return VideoInfo(
        name, Path(name), track.width_px, track.height_px, 0, span_s, count, fps, False, None, "", False
    )
