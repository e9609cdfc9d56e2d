"""Lengths and angles in the picture, y upward: stature in pixels, distance from the camera, joint angles."""

from __future__ import annotations

import numpy as np

from kickform.numeric import FloatArray
from kickform.pose.track import Landmark, PoseTrack

_L = Landmark

__all__ = ["body_height_px", "distance_ratio", "inner_angle_deg", "normalize_distance", "upward"]

_DISTANCE_WINDOW_S, _LEAST_FRAMES, _LEAST_WINDOWS = 0.8, 8, 3


_STEADY_DISTANCE = 0.12
"""A change of size over the clip, as a share, that postures and noise alone can make."""


_SHANK_THIGH_TRUNK_SHARE = 0.246 + 0.245 + 0.288
"""Ankle to knee, knee to hip, hip to shoulder, as a share of stature (Drillis and Contini)."""


def upward(track: PoseTrack) -> FloatArray:
    """Return image landmarks (T, 33, 2) in pixels with y upward from the picture's lower edge."""
    xy = track.xy_px.copy()
    xy[..., 1] = track.height_px - xy[..., 1]
    return xy


def inner_angle_deg(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    """Return the angle at `b` between `a` and `c`, each (..., 2): (...), in [0, 180] degrees.

    Computed with atan2 of cross and dot product, which stays exact near 0 and 180 degrees.
    """
    u, v = a - b, c - b
    cross = u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]
    dot = (u * v).sum(axis=-1)
    return np.asarray(np.degrees(np.arctan2(np.abs(cross), dot)), dtype=np.float64)


def body_height_px(xy_up: FloatArray) -> float:
    """Return the athlete's stature in pixels, from limb lengths (so posture does not matter).

    The longest of shank, thigh and trunk that are seen regularly (85th percentile of the better-seen leg)
    are taken: foreshortening only ever shortens. SD about 6 %, which is also what bodies differ by.

    Args:
        xy_up: (T, 33, 2) pixels.

    Raises:
        ValueError: no frame has landmarks.
    """

    def long(i: Landmark, j: Landmark) -> float:
        length = np.linalg.norm(xy_up[:, i] - xy_up[:, j], axis=-1)
        return float(np.nanpercentile(length, 85))

    if not np.isfinite(xy_up).any():
        raise ValueError("no frame has landmarks")
    shoulders = xy_up[:, [_L.L_SHOULDER, _L.R_SHOULDER]].mean(axis=1)
    hips = xy_up[:, [_L.L_HIP, _L.R_HIP]].mean(axis=1)
    trunk = float(np.nanpercentile(np.linalg.norm(shoulders - hips, axis=-1), 85))
    thigh = max(long(_L.L_HIP, _L.L_KNEE), long(_L.R_HIP, _L.R_KNEE))
    shank = max(long(_L.L_KNEE, _L.L_ANKLE), long(_L.R_KNEE, _L.R_ANKLE))
    return (trunk + thigh + shank) / _SHANK_THIGH_TRUNK_SHARE


def distance_ratio(time_s: FloatArray, xy_up: FloatArray) -> FloatArray:
    """Return the athlete's size in the picture over time (T,), as a share of its median over the clip.

    An athlete who comes nearer grows: lengths in pixels mean something else at the end of the clip. The
    reciprocal of the size, which is the distance, is fitted by a parabola in time over the limb lengths of
    windows of 0.8 s; a change of less than `_STEADY_DISTANCE` over the clip is taken for noise, and is 1.

    Args:
        time_s: (T,) file seconds.
        xy_up: (T, 33, 2) pixels.
    """
    even = np.ones(len(time_s))
    edges = np.arange(time_s[0], time_s[-1], _DISTANCE_WINDOW_S)
    middles, distances = [], []
    for start in edges:
        inside = (time_s >= start) & (time_s < start + _DISTANCE_WINDOW_S) & np.isfinite(xy_up[:, 0, 0])
        if inside.sum() >= _LEAST_FRAMES:
            middles.append(float(time_s[inside].mean()))
            distances.append(1 / body_height_px(xy_up[inside]))
    if len(middles) < _LEAST_WINDOWS:
        return even
    order = 2 if len(middles) >= 2 * _LEAST_WINDOWS else 1
    centre, scale = float(np.mean(time_s)), float(np.median(distances))
    line = np.polyfit(np.array(middles) - centre, np.array(distances) / scale, order)
    distance = np.polyval(line, np.clip(time_s, middles[0], middles[-1]) - centre)
    if distance.min() <= 0 or distance.max() / distance.min() < 1 + _STEADY_DISTANCE:
        return even
    return np.asarray(np.median(distance) / distance, dtype=np.float64)


def normalize_distance(xy_up: FloatArray, ratio: FloatArray, height_px: int) -> FloatArray:
    """Return the landmarks (T, 33, 2) as if the athlete had kept one distance from the camera.

    Lengths are brought to the median distance about the picture's middle line, where the horizon of a camera
    held level lies: the ground then stays at one height.

    Args:
        xy_up: (T, 33, 2) pixels, y up.
        ratio: (T,) from `distance_ratio`.
        height_px: height of the picture.
    """
    middle = np.array([0.0, height_px / 2])
    return np.asarray((xy_up - middle) / ratio[:, None, None] + middle, dtype=np.float64)
