"""The pose track: every landmark in every frame, as plain arrays without a pose library."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from kickform.numeric import FloatArray

__all__ = ["Corners", "FeetMotion", "Landmark", "PoseTrack"]


class Landmark(IntEnum):
    """Index of the landmarks that KickForm uses, among the 33 of BlazePose."""

    NOSE = 0
    L_EAR = 7
    R_EAR = 8
    L_SHOULDER = 11
    R_SHOULDER = 12
    L_ELBOW = 13
    R_ELBOW = 14
    L_WRIST = 15
    R_WRIST = 16
    L_HIP = 23
    R_HIP = 24
    L_KNEE = 25
    R_KNEE = 26
    L_ANKLE = 27
    R_ANKLE = 28
    L_HEEL = 29
    R_HEEL = 30
    L_FOOT_INDEX = 31
    R_FOOT_INDEX = 32


@dataclass(frozen=True, slots=True)
class Corners:
    """Image corners on the feet, each tracked from one frame to the next.

    All lengths are pixels of the upright picture, y downward. M counts the corners of all frames.

    Attributes:
        rows: (T, 2, 2) for each frame k and the left and right foot, the first row of its corners in `at_px`
            and `shift_px` and the row after the last.
        at_px: (M, 2) place of a corner in frame k - 1.
        shift_px: (M, 2) motion of the corner over the ground from frame k - 1 to frame k.
        camera_px: (T, 2) motion of the ground in the picture from frame k - 1 to frame k, at the feet.
        ends_px: (T, 2, 2, 2) heel and toe landmark of the left and right foot in each frame.
    """

    rows: NDArray[np.int64]
    at_px: FloatArray
    shift_px: FloatArray
    camera_px: FloatArray
    ends_px: FloatArray


@dataclass(frozen=True, slots=True)
class FeetMotion:
    """Motion of soles and thighs from each frame to the next, by optical flow.

    Made by `kickform.pose.flow.feet` and `kickform.pose.flow.thighs`. Each sole is tracked at K places, from
    below the toe landmark forward to beyond the tip of the shoe.

    Attributes:
        step_px: (T, 2, K, 2) motion of the left and right sole over the ground from frame k - 1 to frame k,
            pixels of the upright picture, y downward; NaN where it was not tracked.
        corners: the corners behind `step_px`; None where they were not kept.
        thigh_maps: (T, 2, 2, 3) motion of the left and right thigh from frame k - 1 to frame k, as (2, 3)
            affine maps of pixels, y downward, with the camera motion; NaN where not tracked, None where
            nothing was.
    """

    step_px: FloatArray
    corners: Corners | None = None
    thigh_maps: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class PoseTrack:
    """Landmarks of one athlete over T frames.

    Frames without the athlete are kept, with NaN landmarks and visibility 0; gaps are never filled.

    Attributes:
        time_s: (T,) seconds on the file's own timeline, strictly increasing.
        xy_px: (T, 33, 2) image landmarks, pixels of the upright picture at full size, y downward.
        world_m: (T, 33, 3) world landmarks, metres from the midpoint of the hips, y downward, z away from the
            camera.
        visibility: (T, 33) in [0, 1].
        width_px: width of the upright picture, pixels.
        height_px: height of the upright picture, pixels.
        feet: motion of soles and thighs by optical flow; None where it was not measured.
    """

    time_s: FloatArray
    xy_px: FloatArray
    world_m: FloatArray
    visibility: FloatArray
    width_px: int
    height_px: int
    feet: FeetMotion | None = None

    def __post_init__(self) -> None:
        """Check shapes and times.

        Raises:
            ValueError: a shape does not fit, or `time_s` does not strictly increase.
        """
        frames = self.time_s.shape[0]
        shapes = (self.xy_px.shape, self.world_m.shape, self.visibility.shape)
        if shapes != ((frames, 33, 2), (frames, 33, 3), (frames, 33)):
            raise ValueError(f"pose track of {frames} frames has arrays of shapes {shapes}")
        if frames > 1 and not np.all(np.diff(self.time_s) > 0):
            raise ValueError("pose track times do not strictly increase")

    def __len__(self) -> int:
        return int(self.time_s.shape[0])

    @property
    def found(self) -> NDArray[np.bool_]:
        """(T,) whether the athlete was found in the frame."""
        return ~np.isnan(self.xy_px[:, 0, 0])
