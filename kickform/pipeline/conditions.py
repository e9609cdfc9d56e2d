"""Filming conditions that make the numbers worse, each with a warning and its cure (docs/warnings.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from kickform import fitted
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

COARSE_FPS = 50.0  # convention: what a phone calls 60 is more, what it calls 30 is less
"""Different pictures in a real second below which single contact times are coarse."""

LEAST_REPEATED = 0.12  # convention: 24 stored at 30 has 0.2, a good clip of somebody who stands still 0.05
"""Least share of repeated frames that counts."""

_MOST_REPEATED = 0.9  # convention: keeps a frozen clip from SDs without end

_SMALL_PX = 150.0  # convention: feet are then some 20 pixels long; the pose model's own crop is 256
"""Height of the athlete in the picture below which the feet are seen coarsely."""

_SHAKY_SHARE = fitted.CONDITIONS_SHAKY_SHARE
"""Trembling of the camera, statures, from which on it matters."""

_SHAKE_WINDOW_S = 0.4  # convention: slower movements follow the athlete
_TURNED_DEG = 60.0  # convention: a camera that follows sees a runner from up to 50 deg to either side
_TURNED_PERCENTILE = 85  # convention: 15 % of the clip
"""Largest turn off the usual heading, and the percentile of the clip's windows that is judged."""

_TURN_WINDOW_S = 0.6  # convention: about one stride
_DARK_LUMA = 30.0  # convention: of 255, with the background brighter
_FEET_OUTSIDE = 0.05  # convention: one frame in twenty


def distinct_share(duplicate_share: float) -> float:
    """Return the share of the frames that are different pictures; 1 where few are repeated."""
    return 1 - min(duplicate_share, _MOST_REPEATED) if duplicate_share > LEAST_REPEATED else 1.0


def marked_coarse(metrics: Mapping[str, MetricResult], real_fps: float) -> dict[str, MetricResult]:
    """Return the metrics; times are marked as coarse where the frame rate is too low for single reps.

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
    text = f"At {real_fps:.0f} frames a second, trust the set average, not single contacts."
    return Notice("coarse_frame_rate", f"{text} Film at 60 or more.")


def _feet(track: PoseTrack) -> Notice | None:
    outside = 1 - feet_inside_share(track)
    if outside <= _FEET_OUTSIDE:
        return None
    text = f"The feet are outside the picture in {100 * outside:.0f} % of frames. Film from further back."
    return Notice("feet_cut_off", text)


def _shaky(estimate: PoseEstimate, motion: Motion) -> Notice | None:
    if estimate.camera_px is None:
        return None
    shake = camera_shake_share(
        motion.track.time_s, estimate.camera_px, body_height_px(upward(estimate.track))
    )
    if shake < _SHAKY_SHARE:
        return None
    text = f"The camera shakes by {100 * shake:.1f} % of the athlete's height, and the feet with it."
    return Notice("shaky_camera", f"{text} Use a tripod or lean the phone on something.")


def camera_shake_share(real_s: FloatArray, camera_px: FloatArray, height_px: float) -> float:
    """Return how much the camera shakes up and down, statures, slow movements removed.

    Sideways movement does not matter: heights time the events.

    Args:
        real_s: (T,) real seconds.
        camera_px: (T, 2) shift of the background since the frame before, pixels; NaN where unknown.
        height_px: stature in pixels.

    Returns:
        Root mean square, the largest tenth clipped; 0 where most frames show no background motion.
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
    text = f"The athlete is only {tall_px:.0f} pixels tall, too small to see the feet well."
    return Notice("too_far", f"{text} Film from nearer, or at a higher resolution.")


def _dark(estimate: PoseEstimate) -> Notice | None:
    warned = any(code == "dark" for code, _ in estimate.warnings)
    if warned or not estimate.athlete_luma < _DARK_LUMA:
        return None
    return Notice("dark", "The athlete is dark against the background. Film with the light behind you.")


def _turning(track: PoseTrack) -> Notice | None:
    turned = turned_deg(track)
    if turned <= _TURNED_DEG:
        return None
    text = f"You turn by about {turned:.0f}° in the clip; angles and sides hold in one direction only."
    return Notice("turning", f"{text} Film one direction a clip, or trim the clip.")


def turned_deg(track: PoseTrack) -> float:
    """Return how far the athlete turns away from the usual heading, degrees, 0 to 180.

    The 85th percentile over windows of 0.6 s of the left-right axis, from the world landmarks (with depth).
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
    return float(np.percentile(angles, _TURNED_PERCENTILE)) if angles else 0.0


def _unit(vector: FloatArray) -> FloatArray:
    length = float(np.linalg.norm(vector))
    return np.asarray(vector / length if length > 0 else np.array([1.0, 0.0]), dtype=np.float64)
