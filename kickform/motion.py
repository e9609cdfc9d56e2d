"""`Motion`: everything a drill may ask about the athlete's movement in one clip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kickform.track import FloatArray, PoseTrack

if TYPE_CHECKING:
    from kickform.clock import Clock

__all__ = ["Angles", "Contact", "Flight", "Motion", "Scale", "Side", "SlowMotion", "View"]

Side = Literal["left", "right", "both"]


@dataclass(frozen=True, slots=True)
class Contact:
    """One stretch of a foot (or of both) on the ground; times in file seconds.

    ``touchdown_sd_s`` and ``takeoff_sd_s`` are the SDs of the two events; ``sd_s`` that of their
    difference, which is not their root sum of squares where one error moves both. A contact that begins
    before the clip or ends after it (or beside a gap) has an infinite SD there. An end ``_by_hand`` was set
    by a person (`kickform.corrections`).
    """

    side: Side
    touchdown_s: float
    takeoff_s: float
    touchdown_sd_s: float
    takeoff_sd_s: float
    sd_s: float
    touchdown_by_hand: bool = False
    takeoff_by_hand: bool = False

    @property
    def corrected(self) -> bool:
        """Whether a person set an end of it."""
        return self.touchdown_by_hand or self.takeoff_by_hand

    @property
    def duration_s(self) -> float:
        """Contact time in file seconds."""
        return self.takeoff_s - self.touchdown_s


@dataclass(frozen=True, slots=True)
class Flight:
    """One stretch with no foot on the ground; times and SD in file seconds."""

    takeoff_s: float
    touchdown_s: float
    sd_s: float

    @property
    def duration_s(self) -> float:
        """Flight time in file seconds."""
        return self.touchdown_s - self.takeoff_s


@dataclass(frozen=True, slots=True)
class Angles:
    """Joint angles in degrees, each (T,), NaN in gaps; definitions in `kickform.kinematics`.

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
class SlowMotion:
    """How many times slower than life the file plays, and who says so."""

    factor: float
    source: Literal["user", "container", "physics", "none"]


@dataclass(frozen=True, slots=True)
class Motion:
    """The athlete's movement: what every drill is judged on.

    ``contacts`` are all of them, standing before and after included; ``flights`` lie between them.
    Both are ordered in time. ``steps`` are the contacts of each foot by itself (side left or right), ordered
    by touchdown; one foot's may overlap the other's. ``scale`` holds at the median distance from the camera:
    at frame i a pixel is ``scale.m_per_px / size_ratio[i]`` metres (``size_ratio`` None: 1 all over).

    Where a file ramps its speed, ``clock`` has the speeds of its parts, and all times here are real seconds
    on that clock with a slow-motion factor of 1; `kickform.ramped.on_file_clock` puts them back.
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
    clock: Clock | None = None
