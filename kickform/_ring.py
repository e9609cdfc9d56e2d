"""The last seconds of poses, in bounded memory. Private helper of :mod:`kickform.live`."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from kickform._athlete import Pose
from kickform.track import PoseTrack
from kickform.video import VideoInfo

__all__ = ["MOST_FPS", "Moment", "PoseRing", "info_of"]

MOST_FPS = 130
"""More poses a second than this are not kept: the ring's size is its seconds times this."""

_RATE_S = 2.0
_MOST_FILLED_S = 0.2


@dataclass(frozen=True, slots=True)
class Moment:
    """One frame: its time, and the athlete's pose in it, None where the athlete was not found."""

    time_s: float
    pose: Pose | None


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
        """Return everything kept as a pose track on the frames' own timeline, missing frames filled."""
        moments = _filled(list(self._moments))
        count = len(moments)
        xy, world = np.full((count, 33, 2), np.nan), np.full((count, 33, 3), np.nan)
        visibility = np.zeros((count, 33))
        for i, moment in enumerate(moments):
            if moment.pose is not None:
                xy[i], world[i] = moment.pose.xy_px, moment.pose.world_m
                visibility[i] = moment.pose.visibility
        times = np.array([m.time_s for m in moments], dtype=np.float64)
        return PoseTrack(times, xy, world, visibility, width_px, height_px)


def _filled(moments: list[Moment]) -> list[Moment]:
    """Return the moments with frames that were left out put between, on straight lines.

    What finds the jumps reckons with even frames; a machine that leaves out every third loses whole sets
    without this. It is enough to count by, not to time by.
    """
    if len(moments) < 10:
        return moments
    step_s = float(np.percentile(np.diff([m.time_s for m in moments]), 20))
    filled = moments[:1]
    for before, after in pairwise(moments):
        gap_s = after.time_s - before.time_s
        missing = round(gap_s / step_s) - 1 if gap_s <= _MOST_FILLED_S else 0
        if before.pose is not None and after.pose is not None:
            for k in range(1, missing + 1):
                share = k / (missing + 1)
                filled.append(Moment(before.time_s + share * gap_s, _between(before.pose, after.pose, share)))
        filled.append(after)
    return filled


def _between(a: Pose, b: Pose, share: float) -> Pose:
    return Pose(
        (1 - share) * a.xy_px + share * b.xy_px,
        (1 - share) * a.world_m + share * b.world_m,
        np.minimum(a.visibility, b.visibility),
    )


def info_of(track: PoseTrack, name: str) -> VideoInfo:
    """Return what `probe` would say of a clip that holds just this track."""
    count = len(track)
    span_s = float(track.time_s[-1] - track.time_s[0])
    fps = (count - 1) / span_s if span_s > 0 else 0.0
    return VideoInfo(
        name, Path(name), track.width_px, track.height_px, 0, span_s, count, fps, False, None, "", False
    )
