"""What to film: frozen specifications of athlete, motion, camera, scene and capture."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bench.athlete.catalogue import Athlete
from bench.athlete.drills import MotionParams
from bench.athlete.drills.pogo import PogoParams


@dataclass(frozen=True, slots=True)
class CameraSpec:
    """Where the phone stands.

    yaw_deg 0 films from the side, 90 from in front of the athlete, -90 from behind; ``side`` is
    the athlete's side that is nearest. fov_deg is the angle of view along the long edge.
    ``mode`` pan turns on the tripod with the athlete; shake_deg is the hand's tremor; zoom is how many times
    longer the lens is at the end of the clip than at its start.
    """

    yaw_deg: float = 0.0
    side: Literal["right", "left"] = "right"
    distance_m: float = 4.4
    height_m: float = 1.1
    aim_height_m: float | None = None
    aim_x_m: float | None = None
    fov_deg: float = 66.0
    roll_deg: float = 0.0
    mode: Literal["static", "pan"] = "static"
    shake_deg: float = 0.0
    zoom: float = 1.0


@dataclass(frozen=True, slots=True)
class CaptureSpec:
    """How it is recorded.

    width and height are as seen; rotation_deg (0, 90, 180, 270 clockwise) is how a player must
    turn the stored picture. vfr_jitter is the spread of frame intervals as a share of 1/fps, and
    vfr_drop the share of frames that are missing. slow_motion K stores fps/K, K times slow, with
    or without the Android capture-rate tag. bit_rate_kbps encodes h264 and hevc to a rate instead of crf.
    detail_m leaves out detail of the bodies below that size (0 = none), to save time on small athletes.
    """

    fps: float = 60.0
    width: int = 1280
    height: int = 720
    codec: Literal["h264", "hevc", "vp9"] = "h264"
    crf: int = 24
    rotation_deg: int = 0
    vfr_jitter: float = 0.0
    vfr_drop: float = 0.0
    shutter_s: float = 1 / 500
    noise: float = 0.008
    exposure: float = 1.0
    slow_motion: int = 1
    capture_tag: bool = False
    supersample: int = 2
    bit_rate_kbps: int = 0
    detail_m: float = 0.0


@dataclass(frozen=True, slots=True)
class SceneSpec:
    """Background (gym, track, street) and who else is about.

    light_turn_deg turns the light about the vertical, key is how strong it is against the sky (1 = as the
    scene has it), and floor multiplies the brightness of the floor.
    """

    name: Literal["gym", "track", "street"] = "gym"
    bystander: Literal["none", "standing", "walking"] = "none"
    bystander_name: str = "jonas"
    light_turn_deg: float = 0.0
    key: float = 1.0
    floor: float = 1.0


@dataclass(frozen=True, slots=True)
class ClipSpec:
    """One clip, complete: the same spec always gives the same pixels. ``athlete`` is a name in ATHLETES or an
    athlete of its own."""

    athlete: str | Athlete = "mara"
    motion: MotionParams = field(default_factory=PogoParams)
    camera: CameraSpec = field(default_factory=CameraSpec)
    capture: CaptureSpec = field(default_factory=CaptureSpec)
    scene: SceneSpec = field(default_factory=SceneSpec)
    seed: int = 1
