"""Keeps the last seconds of poses in bounded memory and turns them into a pose track."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kickform.live.foot_flow import Steps
from kickform.numeric import FloatArray
from kickform.pose.flow.feet import UNTRACKED_SOLE, Sole, gather_corners, heel_toe_px
from kickform.pose.leg_identity import detect_leg_swaps, swap_legs
from kickform.pose.people import Pose
from kickform.pose.track import FeetMotion, PoseTrack
from kickform.video.reader import VideoInfo

__all__ = ["MOST_FPS", "Moment", "PoseBuffer", "Window", "info_of"]

MOST_FPS = 130
"""Most poses per second that are kept: the buffer holds its seconds times this."""

_RATE_S = 2.0
_MOST_FILLED_S = 0.2


@dataclass(frozen=True, slots=True)
class Moment:
    """One frame: its time and the athlete's pose (None if not found).

    ``feet`` is the motion of the soles since the previous frame (`kickform.live.foot_flow`), None if unknown.
    """

    time_s: float
    pose: Pose | None
    feet: Steps | None = None


class PoseBuffer:
    """Keeps the frames of the last `seconds` and drops older ones."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._moments: deque[Moment] = deque(maxlen=int(seconds * MOST_FPS))

    def __len__(self) -> int:
        return len(self._moments)

    def add(self, moment: Moment) -> None:
        """Append a frame, which must be later than all before it."""
        self._moments.append(moment)
        while self._moments[-1].time_s - self._moments[0].time_s > self._seconds:
            self._moments.popleft()

    def clear(self) -> None:
        """Forget everything."""
        self._moments.clear()

    @property
    def newest_s(self) -> float:
        """Time of the newest frame, seconds; minus infinity if empty."""
        return self._moments[-1].time_s if self._moments else -np.inf

    def fps(self) -> float:
        """Return the frames per second over the last two seconds; 0 while unknown."""
        moments = self.all()
        times = [m.time_s for m in moments if m.time_s > moments[-1].time_s - _RATE_S]
        return (len(times) - 1) / (times[-1] - times[0]) if len(times) > 2 else 0.0

    def followed(self) -> float:
        """Return the share of the frames of the last two seconds in which the feet were tracked."""
        recent = self.recent(_RATE_S)
        return sum(m.feet is not None for m in recent) / len(recent) if recent else 0.0

    def recent(self, seconds: float) -> list[Moment]:
        """Return the frames of the last `seconds`, in order."""
        moments = self.all()
        return [m for m in moments if m.time_s >= moments[-1].time_s - seconds]

    def all(self) -> tuple[Moment, ...]:
        """Return all frames, in order; another thread may add frames meanwhile."""
        return tuple(self._moments)

    def track(self, width_px: int, height_px: int) -> PoseTrack:
        """Return all frames as a pose track, like `Window.track`."""
        return Window(self.all(), (width_px, height_px)).track()


@dataclass(frozen=True, slots=True)
class Window:
    """The frames of one judgement, the picture size (width, height), whether earlier frames were cut off."""

    moments: tuple[Moment, ...]
    size_px: tuple[int, int]
    cut: bool = False

    def track(self) -> PoseTrack:
        """Return the frames as a pose track in their own time.

        The legs are named consistently, also in the sole motion; then missing frames are interpolated.
        """
        moments = self.moments
        count = len(moments)
        xy, world = np.full((count, 33, 2), np.nan), np.full((count, 33, 3), np.nan)
        visibility = np.zeros((count, 33))
        for i, moment in enumerate(moments):
            if moment.pose is not None:
                xy[i], world[i] = moment.pose.xy_px, moment.pose.world_m
                visibility[i] = moment.pose.visibility
        times = np.array([m.time_s for m in moments], dtype=np.float64)
        track = PoseTrack(times, xy, world, visibility, *self.size_px)
        exchanged = detect_leg_swaps(track)
        soles = _rename_soles(moments, exchanged)
        return _fill_gaps(swap_legs(track, exchanged), soles)


def _rename_soles(moments: Sequence[Moment], exchanged: NDArray[np.bool_]) -> list[tuple[Sole, Sole] | None]:
    """Return the sole motion to each frame with the repaired leg names."""
    soles: list[tuple[Sole, Sole] | None] = [None] * len(moments)
    for i, moment in enumerate(moments):
        if moment.feet is not None and i:
            left, right = moment.feet[int(exchanged[i] != exchanged[i - 1])]
            soles[i] = (right, left) if exchanged[i] else (left, right)
    return soles


def _fill_gaps(track: PoseTrack, soles: Sequence[tuple[Sole, Sole] | None]) -> PoseTrack:
    """Return the track with dropped frames interpolated linearly, and with the sole motion.

    The flight detector expects evenly spaced frames: without this, a computer that drops every third frame
    loses whole sets. Interpolated frames are good enough to count reps, not to time contacts.

    Args:
        track: the track of the frames that were looked at.
        soles: sole motion to each of its frames; None if unknown.
    """
    parts = _frames_per_step(track)
    at = np.cumsum(parts) - 1  # index of each frame in the filled track
    frames = np.arange(len(track) if len(at) == 0 else int(at[-1]) + 1)
    after = np.searchsorted(at, frames)
    before = np.maximum(after - 1, 0)
    share = 1 - (at[after] - frames) / parts[after]

    def between(values: FloatArray) -> FloatArray:
        weight = share.reshape(-1, *[1] * (values.ndim - 1))
        return np.where(weight < 1, (1 - weight) * values[before] + weight * values[after], values[after])

    whole = (share == 1)[:, None]
    seen = np.minimum(track.visibility[before], track.visibility[after])
    filled = PoseTrack(
        between(track.time_s),
        between(track.xy_px),
        between(track.world_m),
        np.where(whole, track.visibility[after], seen),
        track.width_px,
        track.height_px,
    )
    if all(both is None for both in soles):
        return filled
    split = [_split_motion(soles[k], float(own), int(parts[k])) for k, own in zip(after, share, strict=True)]
    steps = np.stack([[sole.steps for sole in both or (UNTRACKED_SOLE, UNTRACKED_SOLE)] for both in split])
    still = np.zeros((len(filled), 2))  # a live camera is not hand-held
    return replace(filled, feet=FeetMotion(steps, gather_corners(split, still, heel_toe_px(filled.xy_px))))


def _frames_per_step(track: PoseTrack) -> NDArray[np.int64]:
    """Return by how many frames (T,) to replace each frame: itself and those missing before it."""
    parts = np.ones(len(track), dtype=np.int64)
    if len(track) < 10:
        return parts
    gaps_s = np.diff(track.time_s)
    near = (gaps_s <= _MOST_FILLED_S) & track.found[1:] & track.found[:-1]
    parts[1:][near] = np.maximum(1, np.round(gaps_s[near] / np.percentile(gaps_s, 20)))
    return parts


def _split_motion(both: tuple[Sole, Sole] | None, share: float, parts: int) -> tuple[Sole, Sole] | None:
    """Return one of `parts` equal parts of the sole motion, the one that ends after `share` of it."""
    if both is None or parts == 1:
        return both
    gone = share - 1 / parts
    left, right = (Sole(s.steps / parts, s.at + gone * s.shift, s.shift / parts) for s in both)
    return left, right


def info_of(track: PoseTrack, name: str) -> VideoInfo:
    """Return the video properties of a clip that would hold just this track."""
    count = len(track)
    span_s = float(track.time_s[-1] - track.time_s[0])
    fps = (count - 1) / span_s if span_s > 0 else 0.0
    return VideoInfo(
        name, Path(name), track.width_px, track.height_px, 0, span_s, count, fps, False, None, "", False
    )
