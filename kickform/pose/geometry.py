"""Lengths and angles in the picture with y upward: stature, distance from the camera, joint angles."""

from __future__ import annotations

import numpy as np

from kickform.numeric import FloatArray
from kickform.pose.track import Landmark, PoseTrack

_L = Landmark

__all__ = ["body_height_px", "distance_ratio", "inner_angle_deg", "normalize_distance", "upward"]

_DISTANCE_WINDOW_S = 0.8  # convention: one or two reps, so that the limbs show their full length
_LEAST_FRAMES = 8  # convention: fewest frames with a pose that make a window count
_LEAST_WINDOWS = 3  # convention: fewest windows for a line; twice as many for a parabola
_STEADY_DISTANCE = 0.12  # hand: rendered clips, seed 1: posture and noise change the size by less
_LONG_PERCENTILE = 85  # convention: foreshortening only shortens, so a high percentile; the top is noise
_SHANK_THIGH_TRUNK_SHARE = 0.246 + 0.245 + 0.288  # ref: Drillis and Contini 1966, shares of stature


def upward(track: PoseTrack) -> FloatArray:
    """Return the image landmarks (T, 33, 2), pixels, with y upward from the lower edge of the picture."""
    xy = track.xy_px.copy()
    xy[..., 1] = track.height_px - xy[..., 1]
    return xy


def inner_angle_deg(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    """Return the angle (...) at `b` between `a` and `c`, each (..., 2), in [0, 180] degrees.

    It is the atan2 of cross and dot product, which stays exact near 0 and 180 degrees.
    """
    u, v = a - b, c - b
    cross = u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]
    dot = (u * v).sum(axis=-1)
    return np.asarray(np.degrees(np.arctan2(np.abs(cross), dot)), dtype=np.float64)


def body_height_px(xy_up: FloatArray) -> float:
    """Return the athlete's stature in pixels, estimated from limb lengths, so that posture does not matter.

    Takes the 85th percentile of trunk, thigh and shank length over the frames, of the longer leg, because
    foreshortening only shortens. SD about 6 %, as much as bodies differ.

    Args:
        xy_up: (T, 33, 2) landmarks, pixels.

    Raises:
        ValueError: no frame has landmarks.
    """

    def long(i: Landmark, j: Landmark) -> float:
        length = np.linalg.norm(xy_up[:, i] - xy_up[:, j], axis=-1)
        return float(np.nanpercentile(length, _LONG_PERCENTILE))

    if not np.isfinite(xy_up).any():
        raise ValueError("no frame has landmarks")
    shoulders = xy_up[:, [_L.L_SHOULDER, _L.R_SHOULDER]].mean(axis=1)
    hips = xy_up[:, [_L.L_HIP, _L.R_HIP]].mean(axis=1)
    trunk = float(np.nanpercentile(np.linalg.norm(shoulders - hips, axis=-1), _LONG_PERCENTILE))
    thigh = max(long(_L.L_HIP, _L.L_KNEE), long(_L.R_HIP, _L.R_KNEE))
    shank = max(long(_L.L_KNEE, _L.L_ANKLE), long(_L.R_KNEE, _L.R_ANKLE))
    return (trunk + thigh + shank) / _SHANK_THIGH_TRUNK_SHARE


def distance_ratio(time_s: FloatArray, xy_up: FloatArray) -> FloatArray:
    """Return the athlete's size in the picture over time (T,), as a ratio to its median over the clip.

    An athlete who comes nearer grows, which changes the scale within the clip. The distance, the reciprocal
    of the size, is measured in windows of 0.8 s from limb lengths and fitted by a parabola in time (a line in
    short clips). A change of less than 12 % over the clip counts as noise; the ratio is then 1.

    Args:
        time_s: (T,) seconds.
        xy_up: (T, 33, 2) landmarks, pixels.
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
    """Return the landmarks (T, 33, 2) as if the athlete had stayed at the median distance from the camera.

    Scales about the middle line of the picture, where the horizon of a level camera lies, so that the ground
    stays at one height.

    Args:
        xy_up: (T, 33, 2) landmarks, pixels, y up.
        ratio: (T,) from `distance_ratio`.
        height_px: height of the picture, pixels.
    """
    middle = np.array([0.0, height_px / 2])
    return np.asarray((xy_up - middle) / ratio[:, None, None] + middle, dtype=np.float64)
