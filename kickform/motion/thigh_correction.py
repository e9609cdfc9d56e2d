"""Hips and knees in flight, put where the followed thighs carry them.

`kickform.pose.flow.thighs` tells how each thigh moved from picture to picture. Over a flight the steps are
joined: hip and knee are points of the thigh, those that lie nearest to the landmarks over the whole flight.
What the pose model guesses otherwise from frame to frame drops out, most of all what goes with the posture
and looks like a faster or slower fall.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kickform.events.types import Flight
from kickform.numeric import FloatArray
from kickform.pose.flow.thighs import THIGHS
from kickform.pose.flow.transforms import apply_map, compose_maps, fit_similarity, invert_map
from kickform.pose.track import PoseTrack

__all__ = ["followed_px"]

_LEAST_FRAMES = 5
_BRIDGED = 0.3
"""Most steps of a flight that may be missing, as a share: the landmarks tell them instead."""
_OFF = 0.03
"""Statures by which a followed joint may lie off its landmarks over a flight (RMS): else it is another leg's
thigh, or cloth that flaps."""
_HIP_TO_HIP = 0.5
"""How far the hip of a leg that was not followed goes with the other hip, which sits in the same pelvis,
rather than with its own landmarks: both err, independently."""
_STRETCH = 1.2
"""What is put right of a thigh's length at the most: beyond it points at the camera."""


def followed_px(track: PoseTrack, flights: Sequence[Flight], height_px: float) -> tuple[FloatArray, float]:
    """Return the landmarks (T, 33, 2) with hips and knees in flight as the thighs carry them; pixels, y down.

    Args:
        track: legs named over the whole clip (`kickform.pose.leg_identity`).
        flights: flights, real seconds.
        height_px: stature in pixels.

    Returns:
        The landmarks, and the share of the flights in which a thigh at least was followed.
    """
    xy = track.xy_px.copy()
    maps = None if track.feet is None else track.feet.thigh_maps
    if maps is None or not flights:
        return xy, 0.0
    count = 0
    for flight in flights:
        frames = np.flatnonzero((track.time_s > flight.takeoff_s) & (track.time_s < flight.touchdown_s))
        if len(frames) < _LEAST_FRAMES:
            continue
        paths = [
            _path(maps[frames[1:], leg], track.xy_px[frames][:, list(THIGHS[leg])], height_px)
            for leg in (0, 1)
        ]
        followed = [leg for leg, path in enumerate(paths) if path is not None]
        for leg in followed:
            xy[frames[:, None], list(THIGHS[leg])] = paths[leg]
        if len(followed) == 1:
            _go_along(xy, track.xy_px, frames, 1 - followed[0])
        count += bool(followed)
    return xy, count / len(flights)


def _path(maps: FloatArray, seen: FloatArray, height_px: float) -> FloatArray | None:
    """Return hip and knee (F, 2, 2) of a thigh in F frames; None where it was not followed, or is another's.

    Args:
        maps: (F - 1, 2, 3) its steps.
        seen: (F, 2, 2) the landmarks.
        height_px: stature in pixels.
    """
    missing: NDArray[np.bool_] = np.isnan(maps[:, 0, 0])
    if not np.isfinite(seen).all() or missing.mean() > _BRIDGED:
        return None
    to = [np.hstack([np.eye(2), np.zeros((2, 1))])]
    for k, own in enumerate(maps):
        to.append(compose_maps(fit_similarity(seen[k], seen[k + 1]) if missing[k] else own, to[-1]))
    joints = np.mean(
        [apply_map(invert_map(each), marks) for each, marks in zip(to, seen, strict=True)], axis=0
    )
    path = np.array([apply_map(each, joints) for each in to])
    off = np.sqrt(((path - seen) ** 2).sum(axis=2).mean(axis=0)) / height_px
    return path if float(off.max()) <= _OFF else None


def _go_along(xy: FloatArray, seen: FloatArray, frames: NDArray[np.intp], leg: int) -> None:
    """Let the hip of a leg that was not followed go along with the other; its knee keeps the thigh's length.

    Args:
        xy: (T, 33, 2) landmarks, changed in place.
        seen: (T, 33, 2) as the pose model has them.
        frames: those of the flight.
        leg: 0 left, 1 right.
    """
    (hip, knee), (other, _) = THIGHS[leg], THIGHS[1 - leg]
    apart = np.nanmean(seen[frames, hip] - seen[frames, other], axis=0)
    along = seen[frames, knee] - seen[frames, hip]
    length = float(np.nanmedian(np.linalg.norm(seen[:, knee] - seen[:, hip], axis=1)))
    xy[frames, hip] += _HIP_TO_HIP * (xy[frames, other] + apart - xy[frames, hip])
    shown = np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1.0)
    xy[frames, knee] = xy[frames, hip] + along * np.clip(length / shown, 1 / _STRETCH, _STRETCH)
