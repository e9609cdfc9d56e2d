"""Left and right: which leg is which, over the whole clip.

A pose model takes one leg for the other now and then, most often where they pass each other in a side view: a
frame or a stretch of frames has left and right exchanged. Legs do not jump: of the two ways to name them in
every frame, the sequence is sought over the whole clip in which the landmarks accelerate least, with a small
price for going against the pose model.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kickform.track import FloatArray, Landmark, PoseTrack

__all__ = ["exchange_legs", "exchanged_frames", "repair_sides"]

_LEFT = np.array([Landmark.L_HIP, Landmark.L_KNEE, Landmark.L_ANKLE, Landmark.L_HEEL, Landmark.L_FOOT_INDEX])
_RIGHT = _LEFT + 1
_TOLD_BY = np.array([1, 2, 3, 4])
"""Of those, the ones that tell: hips lie too close to each other."""

_PRICE = 0.002
"""Price of a frame named against the pose model, in shoulder-hip lengths of mean acceleration per frame."""

_SHARP = 0.02
"""Acceleration beyond which more of it costs less and less: one bad landmark must not decide."""


def repair_sides(track: PoseTrack) -> tuple[PoseTrack, float]:
    """Return the track with its legs named consistently, and the share of frames that were exchanged.

    Args:
        track: as the pose model gave it. Its feet, where they were followed, bear the repaired names already.
    """
    exchanged = exchanged_frames(track)
    if not exchanged.any():
        return track, 0.0
    return exchange_legs(track, exchanged), float(exchanged[track.found].mean())


def exchanged_frames(track: PoseTrack) -> NDArray[np.bool_]:
    """Return (T,) in which frames the pose model took one leg for the other."""
    seen = np.flatnonzero(track.found)
    exchanged = np.zeros(len(track), dtype=np.bool_)
    if len(seen) < 3:
        return exchanged
    xy = track.xy_px[seen]
    trunk = np.linalg.norm(
        xy[:, [Landmark.L_SHOULDER, Landmark.R_SHOULDER]].mean(axis=1)
        - xy[:, [Landmark.L_HIP, Landmark.R_HIP]].mean(axis=1),
        axis=-1,
    )
    size = max(float(np.median(trunk)), 1.0)
    origin = xy[:, [Landmark.L_HIP, Landmark.R_HIP]].mean(axis=1)[:, None, :]
    left = (xy[:, _LEFT[_TOLD_BY]] - origin) / size
    right = (xy[:, _RIGHT[_TOLD_BY]] - origin) / size
    exchanged[seen] = _exchanged(np.stack([left, right]), track.time_s[seen])
    return exchanged


def exchange_legs(track: PoseTrack, exchanged: NDArray[np.bool_]) -> PoseTrack:
    """Return the track with left and right leg exchanged in some frames.

    Args:
        track: any.
        exchanged: (T,) in which.
    """
    frames = np.flatnonzero(exchanged)
    both, other = np.concatenate([_LEFT, _RIGHT]), np.concatenate([_RIGHT, _LEFT])
    arrays = {}
    for name in ("xy_px", "world_m", "visibility"):
        values = getattr(track, name).copy()
        values[np.ix_(frames, both)] = values[np.ix_(frames, other)]
        arrays[name] = values
    return replace(track, **arrays)


def _exchanged(legs: FloatArray, time_s: FloatArray) -> NDArray[np.bool_]:
    """Return (T,) which frames to exchange, by dynamic programming over pairs of frames.

    Args:
        legs: (2, T, K, 2) left and right landmarks.
        time_s: (T,) their times.
    """
    ways = np.stack([legs, legs[::-1]])  # (way, leg, T, K, 2)
    count = legs.shape[1]
    step = np.diff(time_s)
    usual = float(np.median(step))
    # cost[a, b] of the cheapest history whose last two frames are named in ways a, b
    cost = np.array([[0.0, _PRICE], [_PRICE, 2 * _PRICE]])
    back = np.zeros((count, 2, 2), dtype=np.int64)
    for i in range(2, count):
        gap = step[i - 1] > 2.5 * usual or step[i - 2] > 2.5 * usual
        fresh = np.empty((2, 2, 2))
        for a in (0, 1):
            for b in (0, 1):
                ahead = (
                    ways[b, :, i - 1] + (ways[b, :, i - 1] - ways[a, :, i - 2]) * step[i - 1] / step[i - 2]
                )
                for c in (0, 1):
                    jump = 0.0 if gap else _strain(ways[c, :, i] - ahead)
                    fresh[a, b, c] = cost[a, b] + jump + _PRICE * c
        back[i] = fresh.argmin(axis=0)
        cost = fresh.min(axis=0)
    named = np.zeros(count, dtype=np.int64)
    named[-2], named[-1] = divmod(int(cost.argmin()), 2)
    for i in range(count - 1, 1, -1):
        named[i - 2] = back[i, named[i - 1], named[i]]
    return named.astype(np.bool_)


def _strain(error: FloatArray) -> float:
    """Return how much a step (leg, K, 2) misses where it was heading, large misses counting less."""
    miss = np.linalg.norm(error, axis=-1)
    return float(np.mean(_SHARP * np.log1p(miss / _SHARP)))
