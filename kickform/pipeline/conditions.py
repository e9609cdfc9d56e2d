"""What in the filming makes the numbers worse, each as a named warning with its cure; docs/warnings.md.

Thresholds are this project's own: well above what good rendered clips show, at what makes numbers wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from kickform.motion.motion import Motion
from kickform.numeric import FloatArray
from kickform.pose.estimate import PoseEstimate, feet_inside_share
from kickform.pose.geometry import body_height_px, upward
from kickform.pose.track import Landmark, PoseTrack
from kickform.results.findings import MetricResult, Notice

__all__ = [
    "COARSE_FPS",
    "LEAST_REPEATED",
    "camera_shake_share",
    "condition_notices",
    "distinct_share",
    "marked_coarse",
    "turned_deg",
]

COARSE_FPS = 50.0
"""Below so many different pictures in a real second, single contact times are coarse."""

LEAST_REPEATED = 0.12
"""Share of frames that repeat the one before from which on they count (24 stored at 30 has 0.2; a good clip,
whose athlete stands still for a while, up to 0.05)."""

_SMALL_PX = 150.0
"""A body smaller than this in the picture has feet of some 20 pixels; the pose model's own crop is 256."""

_SHAKY_SHARE = 0.004
"""Trembling of the camera in statures, as much as the feet of a good clip are uncertain by (0.5 %)."""

_SHAKE_WINDOW_S = 0.4
_TURNED_DEG, _TURNED_SHARE = 60.0, 85
"""How far from their usual heading, for how many percent of the time the athlete may not be: cameras that
follow a runner see them from up to 50 degrees to and fro."""

_TURN_WINDOW_S = 0.6
_DARK_LUMA = 30.0
_FEET_OUTSIDE = 0.05


def distinct_share(duplicate_share: float) -> float:
    """Return which share of the frames are different pictures: 1 unless the repeats are many."""
    return 1 - min(duplicate_share, 0.9) if duplicate_share > LEAST_REPEATED else 1.0


def marked_coarse(metrics: Mapping[str, MetricResult], real_fps: float) -> dict[str, MetricResult]:
    """Return the metrics, those that are times marked as coarse where the frames are too few for single reps.

    Args:
        metrics: by name.
        real_fps: different pictures in a real second.
    """
    if real_fps >= COARSE_FPS:
        return dict(metrics)
    return {
        name: replace(m, coarse=True) if m.unit == "ms" and m.value is not None else m
        for name, m in metrics.items()
    }


def condition_notices(estimate: PoseEstimate, motion: Motion) -> list[Notice]:
    """Return a warning for each condition of the filming that makes the numbers worse."""
    track = estimate.track
    said = [
        _coarse(motion),
        _feet(track),
        _shaky(estimate, motion),
        _far(track),
        _dark(estimate),
        _turning(motion.track),
    ]
    return [notice for notice in said if notice is not None]


def _coarse(motion: Motion) -> Notice | None:
    real_fps = motion.fps
    if real_fps >= COARSE_FPS:
        return None
    text = f"At {real_fps:.0f} frames a second single contact times are coarse; trust the mean of the set."
    return Notice("coarse_frame_rate", f"{text} Film at 60 or more.")


def _feet(track: PoseTrack) -> Notice | None:
    outside = 1 - feet_inside_share(track)
    if outside <= _FEET_OUTSIDE:
        return None
    text = f"The feet are outside the picture in {100 * outside:.0f} % of frames; film from further back."
    return Notice("feet_cut_off", text)


def _shaky(estimate: PoseEstimate, motion: Motion) -> Notice | None:
    if estimate.camera_px is None:
        return None
    shake = camera_shake_share(
        motion.track.time_s, estimate.camera_px, body_height_px(upward(estimate.track))
    )
    if shake < _SHAKY_SHARE:
        return None
    text = (
        f"The camera trembles by {100 * shake:.1f} % of the athlete's height, which moves the feet as well."
    )
    return Notice("shaky_camera", f"{text} Put the phone on a tripod or lean it on something.")


def camera_shake_share(real_s: FloatArray, camera_px: FloatArray, height_px: float) -> float:
    """Return how much the camera trembles up and down, in statures: its way without slow turns.

    Sideways a camera may follow the athlete as it likes: events are timed by heights.

    Args:
        real_s: (T,) real seconds.
        camera_px: (T, 2) shift of the background since the frame before, NaN where unknown.
        height_px: stature in pixels.

    Returns:
        Root mean square without the wildest tenth; 0 where the background shows nothing in most frames.
    """
    known = np.isfinite(camera_px[:, 1])
    if len(real_s) < 8 or known.mean() < 0.5:
        return 0.0
    way = np.cumsum(np.where(known, camera_px[:, 1], 0.0))
    frames = max(3, round(_SHAKE_WINDOW_S / float(np.median(np.diff(real_s)))))
    if len(way) < frames + 3:
        return 0.0
    slow = np.convolve(way, np.ones(frames) / frames, mode="valid")
    swing = np.abs(way[(frames - 1) // 2 :][: len(slow)] - slow)
    usual = np.minimum(swing, np.percentile(swing, 90))
    return float(np.sqrt(np.mean(usual**2)) / height_px)


def _far(track: PoseTrack) -> Notice | None:
    tall_px = body_height_px(upward(track))
    if tall_px >= _SMALL_PX:
        return None
    text = f"The athlete is only {tall_px:.0f} pixels tall in the picture; feet are seen coarsely."
    return Notice("too_far", f"{text} Film from nearer, or with more pixels.")


def _dark(estimate: PoseEstimate) -> Notice | None:
    told = any(code == "dark" for code, _ in estimate.warnings)
    if told or not estimate.athlete_luma < _DARK_LUMA:
        return None
    return Notice("dark", "The athlete is dark against the background. Film with the light behind you.")


def _turning(track: PoseTrack) -> Notice | None:
    turned = turned_deg(track)
    if turned <= _TURNED_DEG:
        return None
    text = (
        f"The athlete turns by about {turned:.0f}° in the clip; angles and sides hold in one direction only."
    )
    return Notice("turning", f"{text} Film one direction a clip, or trim it to one.")


def turned_deg(track: PoseTrack) -> float:
    """Return how far the athlete's left-right axis is turned from its usual direction, degrees, 0 to 180.

    Windows of 0.6 s; exceeded in 15 % of the clip. From the world landmarks, which know about depth.
    """
    world = track.world_m[:, :, [0, 2]]
    hips = world[:, Landmark.L_HIP] - world[:, Landmark.R_HIP]
    axis = (hips + world[:, Landmark.L_SHOULDER] - world[:, Landmark.R_SHOULDER]) / 2
    seen = np.isfinite(axis[:, 0])
    times_s = track.time_s
    if seen.sum() < 8:
        return 0.0
    usual = _unit(np.median(axis[seen], axis=0))
    angles = []
    for start_s in np.arange(times_s[0], times_s[-1], _TURN_WINDOW_S / 2):
        inside = seen & (times_s >= start_s) & (times_s < start_s + _TURN_WINDOW_S)
        if inside.sum() >= 3:
            way = _unit(np.median(axis[inside], axis=0))
            angles.append(float(np.degrees(np.arccos(np.clip(way @ usual, -1, 1)))))
    return float(np.percentile(angles, _TURNED_SHARE)) if angles else 0.0


def _unit(vector: FloatArray) -> FloatArray:
    length = float(np.linalg.norm(vector))
    return np.asarray(vector / length if length > 0 else np.array([1.0, 0.0]), dtype=np.float64)
