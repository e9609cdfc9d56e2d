"""Corrects hips and knees in flight by the optical flow of the thighs.

`kickform.pose.flow.thighs` gives the motion of each thigh from frame to frame. Joined over a flight, it moves
hip and knee as two fixed points of the thigh: those nearest to the landmarks over the whole flight. This
removes the pose model's frame-to-frame error, above all the part that follows the posture and would look like
a faster or slower fall.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kickform import fitted
from kickform.events.types import Flight
from kickform.numeric import FloatArray
from kickform.pose.flow.thighs import THIGHS
from kickform.pose.flow.transforms import apply_map, compose_maps, fit_similarity, invert_map
from kickform.pose.track import PoseTrack

__all__ = ["followed_px"]

_LEAST_FRAMES = 5  # convention: fewer frames cannot show a fall

_LARGEST_GAP = fitted.THIGH_CORRECTION_LARGEST_GAP
"""Most of a flight's steps that may be missing, as a share; the landmarks fill them in."""

_LARGEST_OFFSET = fitted.THIGH_CORRECTION_LARGEST_OFFSET
"""Largest RMS distance of a followed joint from its landmarks over a flight, statures. A larger one means the
other leg's thigh or flapping cloth."""

_HIP_TO_HIP = 0.5  # derived: the mean of two estimates that are equally sure
"""Weight of the followed hip for the hip that was not followed, against that hip's own landmarks: both sit in
one pelvis, and their errors are independent."""

_LARGEST_STRETCH = 1.2  # convention: a thigh that looks shorter still points at the camera
"""Largest correction of a thigh's length in the picture, as a ratio."""


def followed_px(track: PoseTrack, flights: Sequence[Flight], height_px: float) -> tuple[FloatArray, float]:
    """Return the landmarks (T, 33, 2), pixels, y down, with hips and knees in flight moved by the thighs.

    Args:
        track: legs named over the whole clip (`kickform.pose.leg_identity`).
        flights: flights, real seconds.
        height_px: stature in pixels.

    Returns:
        The landmarks, and the share of the flights in which at least one thigh was followed, 0 to 1.
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
            _correct_other_leg(xy, track.xy_px, frames, 1 - followed[0])
        count += bool(followed)
    return xy, count / len(flights)


def _path(maps: FloatArray, seen: FloatArray, height_px: float) -> FloatArray | None:
    """Return hip and knee (F, 2, 2) of a thigh in F frames; None where the flow has gaps or left the thigh.

    Args:
        maps: (F - 1, 2, 3) motion from frame to frame, affine; NaN where unknown.
        seen: (F, 2, 2) the landmarks, pixels, y down.
        height_px: stature in pixels.
    """
    missing: NDArray[np.bool_] = np.isnan(maps[:, 0, 0])
    if not np.isfinite(seen).all() or missing.mean() > _LARGEST_GAP:
        return None
    to = [np.hstack([np.eye(2), np.zeros((2, 1))])]
    for k, own in enumerate(maps):
        to.append(compose_maps(fit_similarity(seen[k], seen[k + 1]) if missing[k] else own, to[-1]))
    joints = np.mean(
        [apply_map(invert_map(each), marks) for each, marks in zip(to, seen, strict=True)], axis=0
    )
    path = np.array([apply_map(each, joints) for each in to])
    off = np.sqrt(((path - seen) ** 2).sum(axis=2).mean(axis=0)) / height_px
    return path if float(off.max()) <= _LARGEST_OFFSET else None


def _correct_other_leg(xy: FloatArray, seen: FloatArray, frames: NDArray[np.intp], leg: int) -> None:
    """Move the hip of the leg that was not followed with the other hip; its knee keeps the thigh's length.

    Args:
        xy: (T, 33, 2) landmarks, changed in place.
        seen: (T, 33, 2) landmarks as the pose model gave them.
        frames: (F,) frames of the flight.
        leg: 0 left, 1 right.
    """
    (hip, knee), (other, _) = THIGHS[leg], THIGHS[1 - leg]
    apart = np.nanmean(seen[frames, hip] - seen[frames, other], axis=0)
    along = seen[frames, knee] - seen[frames, hip]
    length = float(np.nanmedian(np.linalg.norm(seen[:, knee] - seen[:, hip], axis=1)))
    xy[frames, hip] += _HIP_TO_HIP * (xy[frames, other] + apart - xy[frames, hip])
    shown = np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1.0)
    stretch = np.clip(length / shown, 1 / _LARGEST_STRETCH, _LARGEST_STRETCH)
    xy[frames, knee] = xy[frames, hip] + along * stretch
