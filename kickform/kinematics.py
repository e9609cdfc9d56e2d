"""Pure functions from landmarks to angles, heights and views. Picture coordinates end here: y is up.

Definitions (all angles in degrees):

- knee flexion: 180 minus the angle hip-knee-ankle; 0 = straight.
- hip flexion: 180 minus the angle shoulder-hip-knee; 0 = standing.
- thigh: angle of hip->knee against straight down, positive where the knee is in front of the hip; 90 =
  parallel to the ground.
- trunk lean: angle of hips->shoulders against straight up, positive forward.

Segment lengths as shares of stature: Drillis and Contini 1966, as tabulated by Winter, "Biomechanics and
Motor Control of Human Movement". Segment masses and mass centres: de Leva 1996 (mean of women and men).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from kickform.motion import Angles, View
from kickform.track import FloatArray, Landmark, PoseTrack

__all__ = [
    "ANGLE_CUTOFF_HZ",
    "ANGLE_SPIKE_DEG",
    "MAX_YAW_FOR_ANGLES_DEG",
    "at_one_distance",
    "body_height_px",
    "centre_of_mass_px",
    "compute_angles",
    "despike",
    "distance_ratio",
    "estimate_view",
    "inner_angle_deg",
    "low_pass",
    "upward",
    "without_leaps",
]

MAX_YAW_FOR_ANGLES_DEG = 30.0
"""Beyond this camera yaw a 2D angle cannot be corrected well enough to be judged."""

ANGLE_CUTOFF_HZ, ANGLE_SPIKE_DEG = 18.0, 10.0
"""Low-pass of joint angles, and least size of a spike in them. At 12 Hz the peak of a heel pulled up in a
flight of 0.33 s came out 5 degrees low, at 20 Hz 3 (rendered hops); slower movements do not mind."""

_LEAP, _LEAP_S = 0.1, 0.18
"""Statures from the running median, and seconds that it runs over, that make a leap of a landmark."""

_OBLIQUE_FROM_DEG = MAX_YAW_FOR_ANGLES_DEG
_FRONTAL_FROM_DEG = 60.0

_DISTANCE_WINDOW_S, _LEAST_FRAMES, _LEAST_WINDOWS = 0.8, 8, 3
_STEADY_DISTANCE = 0.12
"""A change of size over the clip, as a share, that postures and noise alone can make."""

_SHANK_THIGH_TRUNK_SHARE = 0.246 + 0.245 + 0.288
"""Ankle to knee, knee to hip, hip to shoulder, as a share of stature (Drillis and Contini)."""

# Segment: (proximal landmarks, distal landmarks, share of body mass, mass centre from proximal to distal).
# Head and neck ride on the trunk's line beyond the shoulders; a hand on its forearm, a foot on its shank.
_L = Landmark
_SEGMENTS: tuple[tuple[tuple[Landmark, ...], tuple[Landmark, ...], float, float], ...] = (
    ((_L.L_SHOULDER, _L.R_SHOULDER), (_L.L_HIP, _L.R_HIP), 0.431, 0.46),
    ((_L.L_SHOULDER, _L.R_SHOULDER), (_L.L_EAR, _L.R_EAR), 0.068, 1.0),
    ((_L.L_SHOULDER,), (_L.L_ELBOW,), 0.026, 0.576),
    ((_L.R_SHOULDER,), (_L.R_ELBOW,), 0.026, 0.576),
    ((_L.L_ELBOW,), (_L.L_WRIST,), 0.021, 0.65),
    ((_L.R_ELBOW,), (_L.R_WRIST,), 0.021, 0.65),
    ((_L.L_HIP,), (_L.L_KNEE,), 0.1447, 0.3854),
    ((_L.R_HIP,), (_L.R_KNEE,), 0.1447, 0.3854),
    ((_L.L_KNEE,), (_L.L_ANKLE,), 0.0457, 0.442),
    ((_L.R_KNEE,), (_L.R_ANKLE,), 0.0457, 0.442),
    ((_L.L_HEEL,), (_L.L_FOOT_INDEX,), 0.0133, 0.42),
    ((_L.R_HEEL,), (_L.R_FOOT_INDEX,), 0.0133, 0.42),
)


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


def at_one_distance(xy_up: FloatArray, ratio: FloatArray, height_px: int) -> FloatArray:
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


def centre_of_mass_px(xy_up: FloatArray) -> FloatArray:
    """Return the whole-body centre of mass (T, 2), pixels, y up: the mass-weighted segment centres."""
    total = np.zeros((xy_up.shape[0], 2))
    mass = 0.0
    for proximal, distal, share, along in _SEGMENTS:
        start = xy_up[:, proximal].mean(axis=1)
        end = xy_up[:, distal].mean(axis=1)
        total += share * (start + along * (end - start))
        mass += share
    return total / mass


def estimate_view(track: PoseTrack) -> View:
    """Return where the camera stands against the athlete, from the world landmarks' left-right axis.

    The axis through hips and shoulders points at the camera in a side view and across the picture in a
    front view; yaw is the angle between them, 0 to 90 degrees. Its median over the clip is taken.
    """
    pairs = ((_L.L_HIP, _L.R_HIP), (_L.L_SHOULDER, _L.R_SHOULDER))
    axis = np.concatenate([track.world_m[:, left] - track.world_m[:, right] for left, right in pairs])
    axis = axis[np.isfinite(axis[:, 0])]
    # Signed: the pelvis turns to and fro with every stride, and that must average out.
    across, depth = abs(float(np.median(axis[:, 0]))), float(np.median(axis[:, 2]))
    yaw = float(np.degrees(np.arctan2(across, abs(depth))))
    plane: Literal["sagittal", "oblique", "frontal"] = "sagittal"
    if yaw > _FRONTAL_FROM_DEG:
        plane = "frontal"
    elif yaw > _OBLIQUE_FROM_DEG:
        plane = "oblique"
    return View(plane, yaw, "left" if depth < 0 else "right", _facing(track))


def _facing(track: PoseTrack) -> Literal[-1, 1]:
    """Which edge of the picture the toes and the nose point to, by majority of pixels over the clip."""
    xy = track.xy_px
    ahead = xy[:, _L.L_FOOT_INDEX, 0] - xy[:, _L.L_HEEL, 0] + xy[:, _L.R_FOOT_INDEX, 0] - xy[:, _L.R_HEEL, 0]
    ahead = ahead + 2 * xy[:, _L.NOSE, 0] - xy[:, _L.L_EAR, 0] - xy[:, _L.R_EAR, 0]
    return 1 if float(np.nanmedian(ahead)) >= 0 else -1


def compute_angles(track: PoseTrack, view: View, slow_motion_factor: float = 1.0) -> Angles:
    """Return the joint angles over time, despiked and low-passed at `ANGLE_CUTOFF_HZ` (of real time).

    The picture's x is stretched by 1 / cos(yaw), up to `MAX_YAW_FOR_ANGLES_DEG`; whether the angles may
    be judged at a larger yaw is the drill's question (`View.plane`).
    """
    xy = upward(track)
    yaw = np.radians(min(view.yaw_deg, MAX_YAW_FOR_ANGLES_DEG))
    xy[..., 0] *= view.facing / np.cos(yaw)
    shoulders = xy[:, [_L.L_SHOULDER, _L.R_SHOULDER]].mean(axis=1)
    hips = xy[:, [_L.L_HIP, _L.R_HIP]].mean(axis=1)
    time_s = track.time_s / slow_motion_factor

    def smooth(values: FloatArray) -> FloatArray:
        return low_pass(time_s, despike(values, least=ANGLE_SPIKE_DEG), ANGLE_CUTOFF_HZ)

    def knee(hip: Landmark, knee_: Landmark, ankle: Landmark) -> FloatArray:
        return smooth(180.0 - inner_angle_deg(xy[:, hip], xy[:, knee_], xy[:, ankle]))

    def hip_flexion(hip: Landmark, knee_: Landmark) -> FloatArray:
        return smooth(180.0 - inner_angle_deg(xy[:, hip] + shoulders - hips, xy[:, hip], xy[:, knee_]))

    def thigh(hip: Landmark, knee_: Landmark) -> FloatArray:
        along = xy[:, knee_] - xy[:, hip]
        return smooth(np.degrees(np.arctan2(along[:, 0], -along[:, 1])))

    trunk = shoulders - hips
    return Angles(
        l_knee_flexion_deg=knee(_L.L_HIP, _L.L_KNEE, _L.L_ANKLE),
        r_knee_flexion_deg=knee(_L.R_HIP, _L.R_KNEE, _L.R_ANKLE),
        l_hip_flexion_deg=hip_flexion(_L.L_HIP, _L.L_KNEE),
        r_hip_flexion_deg=hip_flexion(_L.R_HIP, _L.R_KNEE),
        l_thigh_deg=thigh(_L.L_HIP, _L.L_KNEE),
        r_thigh_deg=thigh(_L.R_HIP, _L.R_KNEE),
        trunk_lean_deg=smooth(np.degrees(np.arctan2(trunk[:, 0], trunk[:, 1]))),
    )


def despike(values: FloatArray, window: int = 5, sigmas: float = 4.0, least: float = 0.0) -> FloatArray:
    """Replace lone outliers in (T,) by the running median (Hampel filter); NaN stays NaN.

    A value is an outlier where it lies more than `sigmas` robust SDs (1.4826 MAD, over the residuals of
    the whole series) from the median of the `window` frames about it, and more than `least`: in a series
    that stands still most of the time, the peaks of its movement are no outliers.
    """
    if values.shape[0] < window:
        return values.copy()
    median = _running_median(values, window)
    residual = np.abs(values - median)
    if not np.isfinite(residual).any():
        return values.copy()
    limit = max(sigmas * 1.4826 * float(np.nanmedian(residual)), least, 1e-9)
    return np.where(residual > limit, median, values)


def _running_median(values: FloatArray, window: int) -> FloatArray:
    """Return the median of the `window` (odd) frames about each of (T, ...) values; NaN beside a gap."""
    half = window // 2
    padded = np.pad(values, [(half, half), *[(0, 0)] * (values.ndim - 1)], mode="edge")
    return np.asarray(
        np.median(np.lib.stride_tricks.sliding_window_view(padded, window, axis=0), axis=-1), np.float64
    )


def without_leaps(time_s: FloatArray, xy: FloatArray, height_px: float) -> FloatArray:
    """Return the landmarks (T, 33, 2) with knees and feet held where they leap away for a moment.

    A half hidden leg is drawn raised for a few frames now and then, and the centre of mass with it. What lies
    further than `_LEAP` statures from the running median over `_LEAP_S` is replaced by it: feet that swing
    stay nearer than that. In the file's time: in slow motion only the shortest leaps are, but a file that
    changes its speed keeps its quick jumps.

    Args:
        time_s: (T,) seconds on the file's timeline.
        xy: (T, 33, 2) pixels, NaN in gaps.
        height_px: stature in pixels.
    """
    window = max(5, 2 * round(_LEAP_S / float(np.median(np.diff(time_s))) / 2) + 1)
    if len(xy) < window:
        return xy
    steady = xy.copy()
    for mark in range(_L.L_KNEE, _L.R_FOOT_INDEX + 1):
        middle = _running_median(xy[:, mark], window)
        leaps = np.linalg.norm(xy[:, mark] - middle, axis=1) > _LEAP * height_px
        steady[leaps, mark] = middle[leaps]
    return steady


def low_pass(time_s: FloatArray, values: FloatArray, cutoff_hz: float) -> FloatArray:
    """Filter (T,) values with a zero-lag 4th-order Butterworth; gaps (NaN) stay gaps and cut the series.

    Irregular times are brought onto an even grid of the median interval and back. A stretch too short to
    filter, or sampled too slowly for the cutoff, is returned as it is.
    """
    result = values.copy()
    for start, stop in _runs(np.isfinite(values)):
        if stop - start < 12:
            continue
        part = time_s[start:stop]
        step = float(np.median(np.diff(part)))
        if cutoff_hz >= 0.45 / step:
            continue
        grid = np.linspace(part[0], part[-1], max(12, round((part[-1] - part[0]) / step) + 1))
        sos = butter(2, cutoff_hz * 2 * (grid[1] - grid[0]), output="sos")
        even = np.interp(grid, part, values[start:stop])
        result[start:stop] = np.interp(part, grid, sosfiltfilt(sos, even, padlen=9))
    return result


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the [start, stop) index ranges in which `mask` is true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
