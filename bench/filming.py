"""Draw where the phone stands, what it records and where that is, around a drawn motion."""

from __future__ import annotations

from typing import Literal

import numpy as np

from bench.athlete import CameraSpec, CaptureSpec, SceneSpec
from bench.athlete.drills import HopParams, IdleParams, LadderParams, MotionParams, SkipParams
from bench.athlete.wardrobe import Colour
from bench.population import one_of, within

__all__ = [
    "CAPTURES",
    "FLOORS",
    "SIZES",
    "VIEWS",
    "draw_camera",
    "draw_capture",
    "draw_scene",
    "metres_per_px",
]

Rng = np.random.Generator
SceneName = Literal["gym", "track", "street"]
FLOORS: dict[SceneName, Colour] = {"gym": (190, 146, 92), "track": (168, 69, 51), "street": (102, 102, 105)}
VIEWS = {"side": (0.0, 14.0), "oblique": (20.0, 62.0), "front": (72.0, 90.0)}
"""Yaw of the camera, degrees."""
SIZES = {"small": (120.0, 220.0), "medium": (220.0, 400.0), "large": (400.0, 900.0)}
"""Height of the athlete in the picture, pixels."""
CAPTURES = ("clean", "phone", "messenger")
DETAIL_PX = 1.5
"""Detail of the bodies below so many pixels is left out."""
WIDEST = np.radians(62)
"""Half of all that a camera that turns with the athlete sees: who would have to turn further stands back."""
PICTURES = ((426, 240), (640, 360), (854, 480), (1280, 720), (1920, 1080))


def travel_m(motion: MotionParams) -> float:
    """About how far the athlete goes."""
    match motion:
        case HopParams():
            return motion.hops * motion.distance_m + 0.5
        case SkipParams():
            cycle_ms = motion.bounces * motion.contact_ms + motion.bounce_flight_ms + motion.change_flight_ms
            return motion.groups * motion.speed_m_s * cycle_ms / 1000 + 1.0
        case LadderParams():
            runs = (motion.run_in + motion.run_out) * 1.45 / motion.feet_per_box
            return (motion.boxes + runs) * motion.box_m + 1.2
        case IdleParams(kind="running"):
            return 3.0 * motion.duration_s
        case IdleParams(kind="walking"):
            return motion.step_m / motion.step_s * motion.duration_s
        case _:
            return 0.0


def draw_camera(
    rng: Rng, motion: MotionParams, view: str, size: str, stature_m: float
) -> tuple[CameraSpec, tuple[int, int]]:
    """Draw the camera, and the picture (width, height) that holds the athlete at a size."""
    yaw, travel = within(rng, *VIEWS[view]), travel_m(motion)
    tall_px = float(np.exp(within(rng, *np.log(SIZES[size]))))
    toward, across = travel * np.sin(np.radians(yaw)), travel * np.cos(np.radians(yaw))
    nearest = 3.0 + 0.5 * toward
    distance = max(within(rng, 3.0, 12.0) if rng.uniform() < 0.5 else within(rng, 3.0, 6.0), nearest)
    if toward > 0.5:  # who comes nearer grows: keep the largest within the size
        tall_px *= (distance - 0.5 * toward) / distance
    pan = travel > 0 and bool(rng.uniform() < 0.6)
    share = within(rng, 0.45, 0.6)
    width, height = picture(tall_px / share, (across + 1.3) * tall_px / stature_m, pan or not travel)
    pan = pan or (travel > 0 and width * stature_m < (across + 1.0) * tall_px)
    if not travel and rng.uniform() < 0.35 and tall_px / share <= PICTURES[-2][1]:
        width, height = height, width
        if tall_px > 0.6 * height:
            width, height = height, width
    focal_px = tall_px * distance / stature_m
    while pan and np.arctan(0.5 * across / distance) + np.arctan(max(width, height) / 2 / focal_px) > WIDEST:
        distance, focal_px = 1.1 * distance, 1.1 * focal_px
    shake = within(rng, 0.03, 0.25) if rng.uniform() < 0.3 else 0.0
    zoom = within(rng, 0.8, 1.2) if rng.uniform() < 0.1 else 1.0
    camera = CameraSpec(
        yaw_deg=round(yaw, 1),
        side=one_of(rng, ("right", "left")),
        distance_m=round(distance, 2),
        height_m=round(within(rng, 0.3, 1.6), 2),
        aim_x_m=None if travel else 0.0,
        fov_deg=float(np.degrees(2 * np.arctan(max(width, height) / 2 / focal_px))),
        roll_deg=round(float(rng.normal(0, 0.8)), 2),
        mode="pan" if pan else "static",
        shake_deg=shake,
        zoom=zoom,
    )
    return camera, (width, height)


def metres_per_px(camera: CameraSpec, size: tuple[int, int]) -> float:
    """Scale of the picture at the athlete."""
    return camera.distance_m * float(np.tan(np.radians(camera.fov_deg) / 2)) / (max(size) / 2)


def picture(need_height: float, need_width: float, tight: bool) -> tuple[int, int]:
    """The smallest usual picture (width, height) that is high enough and, unless ``tight``, wide enough."""
    if need_height > PICTURES[-1][1]:
        return PICTURES[-1][1], PICTURES[-1][0]  # held upright
    for width, height in PICTURES:
        if height >= need_height and (tight or width >= need_width):
            return width, height
    return PICTURES[-1]


def draw_capture(rng: Rng, fps: float, size: tuple[int, int], kind: str, m_per_px: float) -> CaptureSpec:
    """Draw frame rate, light, blur and compression: ``clean``, ``phone`` or ``messenger``."""
    width, height = size
    longest = min(0.5 / fps, 1 / 50)
    shutter = float(np.exp(within(rng, np.log(1 / 1500), np.log(longest))))
    bits = {"clean": 0.0, "phone": within(rng, 0.07, 0.2), "messenger": within(rng, 0.018, 0.045)}[kind]
    uneven = fps <= 60 and rng.uniform() < 0.25
    return CaptureSpec(
        fps=fps,
        width=width,
        height=height,
        codec=one_of(rng, ("h264", "hevc"), (0.7, 0.3)),
        crf=int(rng.integers(18, 28)),
        rotation_deg=one_of(rng, (90, 270)) if height > width and rng.uniform() < 0.5 else 0,
        vfr_jitter=within(rng, 0.02, 0.12) if uneven else 0.0,
        vfr_drop=within(rng, 0.0, 0.04) if uneven else 0.0,
        shutter_s=shutter,
        noise=within(rng, 0.004, 0.024),
        exposure=within(rng, 0.35, 0.7) if rng.uniform() < 0.25 else within(rng, 0.75, 1.15),
        bit_rate_kbps=int(max(bits * width * height * fps / 1000, 60)) if bits else 0,
        detail_m=round(float(min(DETAIL_PX * m_per_px, 0.02)), 4),
    )


def draw_scene(rng: Rng, name: SceneName, fps: float) -> SceneSpec:
    """Draw light, floor and bystanders in a place."""
    others: tuple[Literal["none", "standing", "walking"], ...] = ("none", "standing", "walking")
    return SceneSpec(
        name,
        bystander=one_of(rng, others, (0.9, 0.05, 0.05)) if fps <= 60 else "none",
        bystander_name=one_of(rng, ("jonas", "mara", "kofi", "yuki")),
        light_turn_deg=within(rng, -90, 90),
        key=within(rng, 0.35, 1.15),
        floor=within(rng, 0.6, 1.2),
    )
