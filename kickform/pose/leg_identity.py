"""Left and right: which leg is which, over the whole clip.

A pose model takes one leg for the other now and then, most often where they pass each other in a side view: a
frame or a stretch of frames has left and right exchanged. Legs do not jump: of the two ways to name them in
every frame, the sequence is sought over the whole clip in which the landmarks accelerate least, with a small
price for going against the pose model.

Where the model changes its mind it often shows both legs half way between, for a frame or two. Taken at its
word, such a frame makes standing legs slide into each other's place as if they had moved there. So a frame
may also be left out, at a price: what comes after it is then held against what came before, and a foot that
stood there and stands there still keeps its name.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kickform.numeric import FloatArray
from kickform.pose.track import Landmark, PoseTrack

__all__ = ["detect_leg_swaps", "fix_leg_swaps", "swap_legs"]

_LEFT = np.array([Landmark.L_HIP, Landmark.L_KNEE, Landmark.L_ANKLE, Landmark.L_HEEL, Landmark.L_FOOT_INDEX])
_RIGHT = _LEFT + 1
_TOLD_BY = np.array([1, 2, 3, 4])
"""Of those, the ones that tell: hips lie too close to each other."""

_PRICE = 0.002
"""Price of a frame named against the pose model, in shoulder-hip lengths of mean acceleration per frame."""

_LEFT_OUT, _LONGEST_OUT = 0.04, 2
"""Price of a frame that is left out, in the same unit (what legs do costs about a fifth of it a frame), and
most frames in a row that are."""

_GAP = 2.5
"""Usual steps of time beyond which nothing is expected of the next frame."""

_SHARP = 0.02
"""Acceleration beyond which more of it costs less and less: one bad landmark must not decide."""


def fix_leg_swaps(track: PoseTrack) -> tuple[PoseTrack, float]:
    """Return the track with its legs named consistently, and the share of frames that were exchanged.

    Args:
        track: as the pose model gave it. Its feet, where they were followed, bear the repaired names already.
    """
    exchanged = detect_leg_swaps(track)
    if not exchanged.any():
        return track, 0.0
    return swap_legs(track, exchanged), float(exchanged[track.found].mean())


def detect_leg_swaps(track: PoseTrack) -> NDArray[np.bool_]:
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


def swap_legs(track: PoseTrack, exchanged: NDArray[np.bool_]) -> PoseTrack:
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
    """Return (T,) which frames to exchange, by dynamic programming.

    What a history is worth further on is told by its last two frames that count: `ago` frames are left out
    since the last of them, `apart` between the two, which are named in ways a and b.

    Args:
        legs: (2, T, K, 2) left and right landmarks.
        time_s: (T,) their times.
    """
    count = legs.shape[1]
    strains = _strains(legs, time_s)
    cost = np.full((_LONGEST_OUT + 1, _LONGEST_OUT + 1, 2, 2), np.inf)  # ago, apart, a, b
    cost[0, 0] = [[0.0, _PRICE], [_PRICE, 2 * _PRICE]]
    came = np.zeros((count, _LONGEST_OUT + 1, 2, 2), dtype=np.int64)
    for i in range(2, count):
        fresh = np.full_like(cost, np.inf)
        fresh[1:] = cost[:-1] + _LEFT_OUT
        for c in (0, 1):
            through = (cost + strains[i, ..., c] + _PRICE * c).swapaxes(1, 3).reshape(_LONGEST_OUT + 1, 2, -1)
            came[i, ..., c] = through.argmin(axis=2)
            fresh[0, ..., c] = through.min(axis=2)
        cost = fresh
    return _nearest(_traced(cost, came), legs)


def _strains(legs: FloatArray, time_s: FloatArray) -> FloatArray:
    """Return (T, ago, apart, a, b, c): how much a frame named c misses where the two before were heading.

    Large misses count less and less.
    """
    count, step = legs.shape[1], np.diff(time_s)
    ways = np.stack([legs, legs[::-1]])
    found = np.zeros((count, *2 * (_LONGEST_OUT + 1,), 2, 2, 2))
    for ago, apart in np.ndindex(_LONGEST_OUT + 1, _LONGEST_OUT + 1):
        now = np.arange(2 + ago + apart, count)
        last = now - 1 - ago
        first = last - 1 - apart
        ahead = (time_s[now] - time_s[last]) / (time_s[last] - time_s[first])
        whole = np.max([step[now - 1 - k] for k in range(2 + ago + apart)], axis=0) <= _GAP * np.median(step)
        for a, b in np.ndindex(2, 2):
            heading = ways[b][:, last] + (ways[b][:, last] - ways[a][:, first]) * ahead[:, None, None]
            miss = np.linalg.norm(legs[:, now] - heading, axis=-1)
            strain = _SHARP * np.log1p(miss / _SHARP).mean(axis=(0, 2))
            found[now, ago, apart, a, b, 0] = found[now, ago, apart, 1 - a, 1 - b, 1] = strain * whole
    return found


def _traced(cost: FloatArray, came: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return (T,) in which way the cheapest history names each frame, -1 where it leaves one out."""
    named = np.full(len(came), -1)
    ago, apart, before, now = (int(k) for k in np.unravel_index(int(cost.argmin()), cost.shape))
    i = len(came) - 1 - ago
    while i > 1:
        named[i] = now
        earlier, further = divmod(int(came[i, apart, before, now]), _LONGEST_OUT + 1)
        i, apart, before, now = i - 1 - apart, further, earlier, before
    named[:2] = before, now
    return named


def _nearest(named: NDArray[np.int64], legs: FloatArray) -> NDArray[np.bool_]:
    """Return (T,) which frames to exchange; one left out goes with the nearer of the frames beside it."""
    kept = np.flatnonzero(named >= 0)
    ways = np.stack([legs, legs[::-1]])
    legs_kept = np.where(named[kept, None, None] == 1, ways[1][:, kept], ways[0][:, kept])
    for i in np.flatnonzero(named < 0):
        place = np.searchsorted(kept, i)
        beside = legs_kept[:, max(place - 1, 0) : place + 1].mean(axis=1)
        named[i] = int(np.argmin([np.linalg.norm(way[:, i] - beside, axis=-1).sum() for way in ways]))
    return named.astype(np.bool_)
