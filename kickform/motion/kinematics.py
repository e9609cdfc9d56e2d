"""Joint angles, centre of mass and camera view from landmarks. Picture coordinates end here: y is up.

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

from kickform import fitted
from kickform.motion.motion import Angles, View
from kickform.numeric import FloatArray
from kickform.pose.filtering import despike, low_pass
from kickform.pose.geometry import inner_angle_deg, upward
from kickform.pose.track import Landmark, PoseTrack

__all__ = [
    "ANGLE_CUTOFF_HZ",
    "ANGLE_SPIKE_DEG",
    "MAX_YAW_FOR_ANGLES_DEG",
    "centre_of_mass_px",
    "compute_angles",
    "estimate_view",
]

MAX_YAW_FOR_ANGLES_DEG = 30.0  # convention: a 2D angle of 90 deg reads 7 deg low at 30, 17 at 45
"""Beyond this camera yaw a 2D angle cannot be corrected well enough to be judged."""

ANGLE_CUTOFF_HZ = fitted.KINEMATICS_ANGLE_CUTOFF_HZ
"""Low-pass of joint angles. At 12 Hz the peak of a heel pulled up in a flight of 0.33 s came out 5 degrees
low, at 20 Hz 3 (rendered hops); slower movements do not change."""

ANGLE_SPIKE_DEG = 10.0  # convention: a jump of one frame that no joint makes
"""Least size of a spike in a joint angle."""

_OBLIQUE_FROM_DEG = MAX_YAW_FOR_ANGLES_DEG
_FRONTAL_FROM_DEG = 60.0  # convention: nearer to a front view (90 deg) than to the limit of angles (30 deg)

_L = Landmark
_SEGMENTS: tuple[tuple[tuple[Landmark, ...], tuple[Landmark, ...], float, float], ...] = (
    # ref: de Leva 1996, mean of women and men: share of body mass, mass centre from proximal to distal end.
    # Head and neck continue the trunk's line beyond the shoulders; a hand goes with its forearm.
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


def centre_of_mass_px(xy_up: FloatArray) -> FloatArray:
    """Return the whole-body centre of mass (T, 2), pixels, y up: the mass-weighted segment centres.

    Args:
        xy_up: (T, 33, 2) landmarks, pixels, y up; NaN in gaps.
    """
    total = np.zeros((xy_up.shape[0], 2))
    mass = 0.0
    for proximal, distal, share, along in _SEGMENTS:
        start = xy_up[:, proximal].mean(axis=1)
        end = xy_up[:, distal].mean(axis=1)
        total += share * (start + along * (end - start))
        mass += share
    return total / mass


def estimate_view(track: PoseTrack) -> View:
    """Return the camera's view of the athlete, from the left-right axis of the world landmarks.

    The axis through hips and shoulders points at the camera in a side view and across the picture in a front
    view. Yaw is the angle from the side view, 0 to 90 degrees, of the median axis over the clip.
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
    """Return the edge of the picture that toes and nose point to, by their median over the clip."""
    xy = track.xy_px
    ahead = xy[:, _L.L_FOOT_INDEX, 0] - xy[:, _L.L_HEEL, 0] + xy[:, _L.R_FOOT_INDEX, 0] - xy[:, _L.R_HEEL, 0]
    ahead = ahead + 2 * xy[:, _L.NOSE, 0] - xy[:, _L.L_EAR, 0] - xy[:, _L.R_EAR, 0]
    return 1 if float(np.nanmedian(ahead)) >= 0 else -1


def compute_angles(track: PoseTrack, view: View) -> Angles:
    """Return the joint angles over time, despiked and low-passed at `ANGLE_CUTOFF_HZ`.

    The picture's x is stretched by 1 / cos(yaw), up to `MAX_YAW_FOR_ANGLES_DEG`. Drills withhold angles at a
    larger yaw (`View.plane`).
    """
    xy = upward(track)
    yaw = np.radians(min(view.yaw_deg, MAX_YAW_FOR_ANGLES_DEG))
    xy[..., 0] *= view.facing / np.cos(yaw)
    shoulders = xy[:, [_L.L_SHOULDER, _L.R_SHOULDER]].mean(axis=1)
    hips = xy[:, [_L.L_HIP, _L.R_HIP]].mean(axis=1)
    time_s = track.time_s

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
