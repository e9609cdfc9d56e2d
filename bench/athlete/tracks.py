"""Pose tracks straight from the athlete's joints: what a good pose model would see, without pictures.

A drill's rules can so be tried on hundreds of sets in seconds. The noise is of the kind that `heavy` makes on
rendered clips: 0.35 % of stature on the near leg, three times that on the far one, correlated over a few
frames. What a pose model gets wrong as such (swapped legs, the foot's own bias) is not in it: for that there
are the rendered clips.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.athlete.catalogue import athlete_of
from bench.athlete.clip import act, frame_times
from bench.athlete.film import camera_path
from bench.athlete.skeleton import Posed
from bench.athlete.spec import ClipSpec
from bench.athlete.truth import make_truth
from kickform.pose.track import Landmark, PoseTrack

__all__ = ["track_clip"]

Array = NDArray[np.float64]

_JOINTS = {
    "shoulder": (Landmark.L_SHOULDER, Landmark.R_SHOULDER),
    "elbow": (Landmark.L_ELBOW, Landmark.R_ELBOW),
    "wrist": (Landmark.L_WRIST, Landmark.R_WRIST),
    "hip": (Landmark.L_HIP, Landmark.R_HIP),
    "knee": (Landmark.L_KNEE, Landmark.R_KNEE),
    "ankle": (Landmark.L_ANKLE, Landmark.R_ANKLE),
}
_NEAR_NOISE, _FAR_TIMES, _CORRELATED = 0.0035, 3.0, 0.5
_NEAR_SEEN, _FAR_SEEN = 0.95, 0.5


def track_clip(spec: ClipSpec, noise: float = 1.0) -> tuple[PoseTrack, dict[str, Any]]:
    """Return the pose track of a clip that was never rendered, and its truth.

    Args:
        spec: what would be rendered; the capture's frame rate, slow motion and size are used.
        noise: multiplies the noise of the landmarks.

    Returns:
        The track on the file's timeline, and the truth as in the JSON beside a rendered clip.
    """
    performance, motion = act(spec)
    rng = np.random.default_rng([spec.seed, 2])
    times = frame_times(spec.capture, performance.duration_s - 0.02, rng)
    posed = motion.pose(times)
    stature = athlete_of(spec.athlete).stature_m
    views = camera_path(spec, posed.joints_m["hips"], times, stature, rng)
    truth = make_truth(spec, "track", performance, motion, times, posed, views).data
    points = _landmarks_m(posed)
    xy = np.stack([view.project(points[i])[0] for i, view in enumerate(views)])
    hips = posed.joints_m["hips"]
    world = np.stack([(points[i] - hips[i]) @ view.rotation.T for i, view in enumerate(views)])
    far = _far_landmarks(world)
    xy += _noise(rng, xy.shape, far) * noise * _NEAR_NOISE * stature / truth["m_per_px"]
    visibility = np.broadcast_to(np.where(far, _FAR_SEEN, _NEAR_SEEN), xy.shape[:2]).copy()
    file_s = (times - times[0]) * spec.capture.slow_motion
    return PoseTrack(file_s, xy, world, visibility, spec.capture.width, spec.capture.height), truth


def _landmarks_m(posed: Posed) -> Array:
    """Return (T, 33, 3): the landmarks in the world, those that KickForm does not use at the nose."""
    joints = posed.joints_m
    neck, crown = joints["shoulders"], joints["crown"]
    across = joints["shoulder_left"] - joints["shoulder_right"]
    across = across / np.linalg.norm(across, axis=1, keepdims=True)
    ahead = np.cross(across, crown - neck)
    ahead = ahead / np.linalg.norm(ahead, axis=1, keepdims=True)
    face = neck + 0.6 * (crown - neck)
    points = np.repeat((face + 0.11 * ahead)[:, None, :], 33, axis=1)
    points[:, Landmark.L_EAR], points[:, Landmark.R_EAR] = face + 0.07 * across, face - 0.07 * across
    for name, marks in _JOINTS.items():
        for side, mark in zip(("left", "right"), marks, strict=True):
            points[:, mark] = joints[f"{name}_{side}"]
    feet = ((Landmark.L_HEEL, Landmark.L_FOOT_INDEX), (Landmark.R_HEEL, Landmark.R_FOOT_INDEX))
    for side, (heel_mark, toe_mark) in zip(("left", "right"), feet, strict=True):
        heel, tip, ankle = (joints[f"{name}_{side}"] for name in ("heel", "tip", "ankle"))
        # The toe's landmark sits on the toe box, a little behind the tip and above the sole.
        points[:, toe_mark] = tip + 0.15 * (heel - tip) + 0.25 * (ankle - (heel + tip) / 2)
        points[:, heel_mark] = heel + 0.3 * (ankle - heel)
    return points


def _far_landmarks(world: Array) -> NDArray[np.bool_]:
    """Return (33,) which landmarks are on the side away from the camera, if one side is."""
    depth = float(np.median(world[:, Landmark.L_HIP, 2] - world[:, Landmark.R_HIP, 2]))
    across = float(np.median(np.abs(world[:, Landmark.L_HIP, 0] - world[:, Landmark.R_HIP, 0])))
    far = np.zeros(33, dtype=bool)
    if abs(depth) > across:
        marks = np.arange(11, 33)
        far[marks[marks % 2 == (1 if depth > 0 else 0)]] = True
    return far


def _noise(rng: np.random.Generator, shape: tuple[int, ...], far: NDArray[np.bool_]) -> Array:
    """Return noise of SD 1 on the near side and more on the far one, half of it lasting three frames."""
    white = rng.normal(size=shape)
    slow = rng.normal(size=(shape[0] + 2, *shape[1:]))
    slow = (slow[:-2] + slow[1:-1] + slow[2:]) / np.sqrt(3)
    both = np.sqrt(1 - _CORRELATED) * white + np.sqrt(_CORRELATED) * slow
    noise: Array = both * np.where(far, _FAR_TIMES, 1.0)[None, :, None]
    return noise
