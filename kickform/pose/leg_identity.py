"""Leg identity: which leg is left and which is right, over the whole clip.

A pose model sometimes swaps the legs for a frame or a stretch of frames, mostly where they pass each other in
a side view. Each frame can be labelled in two ways. Dynamic programming finds the labelling of the whole clip
with the least acceleration of the landmarks, plus a small cost for each frame that contradicts the model.

At the start and end of a swap the model often shows both legs half way between, for a frame or two. Such a
frame makes stance legs seem to slide into each other's place. So a frame may also be skipped, at a cost: the
next frame is then compared with the one before the skip, and a foot that stays in place keeps its label.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kickform.numeric import FloatArray
from kickform.pose.track import Landmark, PoseTrack

__all__ = ["detect_leg_swaps", "fix_leg_swaps", "swap_legs"]

_LEFT = np.array([Landmark.L_HIP, Landmark.L_KNEE, Landmark.L_ANKLE, Landmark.L_HEEL, Landmark.L_FOOT_INDEX])
_RIGHT = _LEFT + 1  # ref: BlazePose numbers each right landmark one above the left
_COMPARED = np.array([1, 2, 3, 4])  # convention: knee, ankle, heel and toe; hips lie too close to each other

# Costs are accelerations per frame, in trunk lengths.
_SWAP_COST = 0.002  # hand: rendered clips, seed 1: a frame labelled against the model
_SKIP_COST = 0.04  # hand: rendered clips, seed 1: a skipped frame; moving legs cost a fifth
_MOST_SKIPPED = 2  # convention: the model shows legs half way for a frame or two
_GAP_STEPS = 2.5  # convention: median frame intervals after which the legs may be anywhere
_SOFT_LIMIT = 0.02  # hand: rendered clips, seed 1: beyond it cost grows as a logarithm


def fix_leg_swaps(track: PoseTrack) -> tuple[PoseTrack, float]:
    """Return the track with consistently labelled legs, and the share of its frames that were swapped.

    Args:
        track: from the pose model. Its `feet`, if any, already have the corrected labels.
    """
    swapped = detect_leg_swaps(track)
    if not swapped.any():
        return track, 0.0
    return swap_legs(track, swapped), float(swapped[track.found].mean())


def detect_leg_swaps(track: PoseTrack) -> NDArray[np.bool_]:
    """Return (T,) the frames in which the pose model swapped the legs."""
    seen = np.flatnonzero(track.found)
    swapped = np.zeros(len(track), dtype=np.bool_)
    if len(seen) < 3:
        return swapped
    xy = track.xy_px[seen]
    trunk = np.linalg.norm(
        xy[:, [Landmark.L_SHOULDER, Landmark.R_SHOULDER]].mean(axis=1)
        - xy[:, [Landmark.L_HIP, Landmark.R_HIP]].mean(axis=1),
        axis=-1,
    )
    size = max(float(np.median(trunk)), 1.0)
    origin = xy[:, [Landmark.L_HIP, Landmark.R_HIP]].mean(axis=1)[:, None, :]
    left = (xy[:, _LEFT[_COMPARED]] - origin) / size
    right = (xy[:, _RIGHT[_COMPARED]] - origin) / size
    swapped[seen] = _find_swaps(np.stack([left, right]), track.time_s[seen])
    return swapped


def swap_legs(track: PoseTrack, swapped: NDArray[np.bool_]) -> PoseTrack:
    """Return the track with left and right leg swapped in some frames.

    Args:
        track: any track of T frames.
        swapped: (T,) whether to swap the legs in a frame.
    """
    frames = np.flatnonzero(swapped)
    both, other = np.concatenate([_LEFT, _RIGHT]), np.concatenate([_RIGHT, _LEFT])
    arrays = {}
    for name in ("xy_px", "world_m", "visibility"):
        values = getattr(track, name).copy()
        values[np.ix_(frames, both)] = values[np.ix_(frames, other)]
        arrays[name] = values
    return replace(track, **arrays)


def _find_swaps(legs: FloatArray, time_s: FloatArray) -> NDArray[np.bool_]:
    """Return (T,) the frames to swap, by dynamic programming.

    The state is the last two frames that were not skipped: `ago` frames are skipped since the last of them,
    `apart` frames between the two, and their labels are a and b (1: swapped).

    Args:
        legs: (2, T, K, 2) left and right landmarks.
        time_s: (T,) their times.
    """
    count = legs.shape[1]
    costs = _acceleration_costs(legs, time_s)
    cost = np.full((_MOST_SKIPPED + 1, _MOST_SKIPPED + 1, 2, 2), np.inf)  # ago, apart, a, b
    cost[0, 0] = [[0.0, _SWAP_COST], [_SWAP_COST, 2 * _SWAP_COST]]
    came = np.zeros((count, _MOST_SKIPPED + 1, 2, 2), dtype=np.int64)
    for i in range(2, count):
        fresh = np.full_like(cost, np.inf)
        fresh[1:] = cost[:-1] + _SKIP_COST
        for c in (0, 1):
            through = (
                (cost + costs[i, ..., c] + _SWAP_COST * c).swapaxes(1, 3).reshape(_MOST_SKIPPED + 1, 2, -1)
            )
            came[i, ..., c] = through.argmin(axis=2)
            fresh[0, ..., c] = through.min(axis=2)
        cost = fresh
    return _label_skipped(_trace_back(cost, came), legs)


def _acceleration_costs(legs: FloatArray, time_s: FloatArray) -> FloatArray:
    """Return (T, ago, apart, a, b, c): cost of label c in a frame after labels a and b in the two before.

    The cost is the distance from where the two frames before extrapolate to, damped by a logarithm.
    """
    count, step = legs.shape[1], np.diff(time_s)
    ways = np.stack([legs, legs[::-1]])
    found = np.zeros((count, *2 * (_MOST_SKIPPED + 1,), 2, 2, 2))
    for ago, apart in np.ndindex(_MOST_SKIPPED + 1, _MOST_SKIPPED + 1):
        now = np.arange(2 + ago + apart, count)
        last = now - 1 - ago
        first = last - 1 - apart
        ahead = (time_s[now] - time_s[last]) / (time_s[last] - time_s[first])
        whole = np.max([step[now - 1 - k] for k in range(2 + ago + apart)], axis=0) <= _GAP_STEPS * np.median(
            step
        )
        for a, b in np.ndindex(2, 2):
            heading = ways[b][:, last] + (ways[b][:, last] - ways[a][:, first]) * ahead[:, None, None]
            miss = np.linalg.norm(legs[:, now] - heading, axis=-1)
            bend = _SOFT_LIMIT * np.log1p(miss / _SOFT_LIMIT).mean(axis=(0, 2))
            found[now, ago, apart, a, b, 0] = found[now, ago, apart, 1 - a, 1 - b, 1] = bend * whole
    return found


def _trace_back(cost: FloatArray, came: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return (T,) the labels of the cheapest sequence, -1 where it skips a frame."""
    labels = np.full(len(came), -1)
    ago, apart, before, now = (int(k) for k in np.unravel_index(int(cost.argmin()), cost.shape))
    i = len(came) - 1 - ago
    while i > 1:
        labels[i] = now
        earlier, further = divmod(int(came[i, apart, before, now]), _MOST_SKIPPED + 1)
        i, apart, before, now = i - 1 - apart, further, earlier, before
    labels[:2] = before, now
    return labels


def _label_skipped(labels: NDArray[np.int64], legs: FloatArray) -> NDArray[np.bool_]:
    """Return (T,) the frames to swap; a skipped one takes the label that fits the adjacent frames."""
    kept = np.flatnonzero(labels >= 0)
    ways = np.stack([legs, legs[::-1]])
    legs_kept = np.where(labels[kept, None, None] == 1, ways[1][:, kept], ways[0][:, kept])
    for i in np.flatnonzero(labels < 0):
        place = np.searchsorted(kept, i)
        adjacent = legs_kept[:, max(place - 1, 0) : place + 1].mean(axis=1)
        labels[i] = int(np.argmin([np.linalg.norm(way[:, i] - adjacent, axis=-1).sum() for way in ways]))
    return labels.astype(np.bool_)
