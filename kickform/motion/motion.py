"""`Motion`: everything a drill may ask about the athlete's movement in one clip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kickform.events.clock import REAL_TIME, Clock
from kickform.events.types import Contact, Flight, Side, SlowMotion
from kickform.numeric import FloatArray
from kickform.pose.track import PoseTrack

__all__ = ["Angles", "Motion", "Scale", "View"]


@dataclass(frozen=True, slots=True)
class Angles:
    """Joint angles in degrees, each (T,), NaN in gaps; definitions in `kickform.motion.kinematics`.

    Knee flexion 0 = straight. Hip flexion 0 = standing. Trunk lean 0 = vertical, positive = forward.
    Thigh 0 = hanging down, 90 = parallel to the ground, positive = forward.
    """

    l_knee_flexion_deg: FloatArray
    r_knee_flexion_deg: FloatArray
    l_hip_flexion_deg: FloatArray
    r_hip_flexion_deg: FloatArray
    l_thigh_deg: FloatArray
    r_thigh_deg: FloatArray
    trunk_lean_deg: FloatArray

    def knee(self, side: Side, near: Literal["left", "right"] = "left") -> FloatArray:
        """(T,) knee flexion of `side`; for "both", that of the `near` leg."""
        chosen = near if side == "both" else side
        return self.l_knee_flexion_deg if chosen == "left" else self.r_knee_flexion_deg


@dataclass(frozen=True, slots=True)
class View:
    """Camera yaw against the athlete's sagittal plane, the side nearest the camera, where they face.

    ``facing`` is +1 where the athlete faces the right edge of the picture, -1 the left edge.
    """

    plane: Literal["sagittal", "oblique", "frontal"]
    yaw_deg: float
    near_side: Literal["left", "right"]
    facing: Literal[-1, 1]


@dataclass(frozen=True, slots=True)
class Scale:
    """Metres per pixel at the athlete, its source and its relative SD in percent."""

    m_per_px: float
    source: Literal["gravity", "stature", "gravity+stature"]
    sd_pct: float


@dataclass(frozen=True, slots=True)
class Motion:
    """The athlete's movement: what every drill is judged on.

    ``contacts`` are all of them, standing before and after included; ``flights`` lie between them.
    Both are ordered in time. ``steps`` are the contacts of each foot by itself (side left or right), ordered
    by touchdown; one foot's may overlap the other's. ``scale`` holds at the median distance from the camera:
    at frame i a pixel is ``scale.m_per_px / size_ratio[i]`` metres (``size_ratio`` None: 1 all over).

    Drills see it on the clock of real time: every time is in real seconds, ``slow_motion.factor`` is 1 and
    ``fps`` counts different pictures in a real second. ``clock`` leads back to the file's timeline, where
    `kickform.pipeline.file_clock` puts the motion of a finished analysis.
    """

    track: PoseTrack
    angles: Angles
    contacts: tuple[Contact, ...]
    flights: tuple[Flight, ...]
    scale: Scale | None
    view: View
    slow_motion: SlowMotion
    fps: float
    steps: tuple[Contact, ...] = ()
    size_ratio: FloatArray | None = None
    clock: Clock = REAL_TIME
