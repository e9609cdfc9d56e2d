"""`Motion`: all that a drill can read of the athlete's movement in one clip."""

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
        """Return (T,) knee flexion of `side`, degrees; for "both", that of the `near` leg."""
        chosen = near if side == "both" else side
        return self.l_knee_flexion_deg if chosen == "left" else self.r_knee_flexion_deg


@dataclass(frozen=True, slots=True)
class View:
    """Camera yaw off the athlete's side view, degrees, the side nearer the camera, and where they face.

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
    """The athlete's movement, on which drills are judged.

    Drills see real seconds throughout: ``slow_motion.factor`` is 1 and ``fps`` counts different pictures in a
    real second. `kickform.pipeline.file_clock` puts a finished analysis back on the file's timeline.

    Attributes:
        track: landmarks (T frames), pixels of the picture, at real seconds.
        angles: joint angles, degrees.
        contacts: contacts of the body in order, standing before and after included.
        flights: flights between them, in order.
        scale: metres per pixel at the median distance from the camera; None where unknown.
        view: where the camera stands.
        slow_motion: factor and who says so.
        fps: different pictures in a real second.
        steps: contacts of each foot by itself (side left or right), by touchdown; the feet may overlap.
        size_ratio: (T,) size in the picture over its median: at frame i a pixel is
            ``scale.m_per_px / size_ratio[i]`` metres; None for 1 throughout.
        clock: leads back to the file's timeline.
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
