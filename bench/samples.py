"""The sample videos that ship with KickForm: ``python -m bench.samples [NAME ...]``."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

from bench.athlete import CameraSpec, CaptureSpec, ClipSpec, SceneSpec, render_clip
from bench.athlete.drills import (
    HopParams,
    LadderParams,
    PogoParams,
    SkipParams,
    SplitParams,
)
from bench.athlete.faults import REBOUND

FOLDER = Path(__file__).parents[1] / "sample_videos"

HD30, HD60 = CaptureSpec(fps=30, shutter_s=1 / 250), CaptureSpec(fps=60)

SAMPLES: dict[str, ClipSpec] = {
    "pogo_side_60fps.mp4": ClipSpec(
        "jonas",
        PogoParams(),
        CameraSpec(distance_m=4.6, fov_deg=58, height_m=1.0, aim_height_m=1.2),
        HD60,
        SceneSpec("gym"),
        seed=11,
    ),
    "pogo_soft_knees_oblique_30fps.mp4": ClipSpec(
        "mara",
        PogoParams(
            jumps=6,
            contact_ms=275,
            heel_deg=0.0,
            lean_contact_deg=16.0,
            arms_overhead=False,
            faults=("knees_collapse", "contact_long", "arms_low"),
        ),
        CameraSpec(yaw_deg=30, distance_m=4.4, fov_deg=54, height_m=1.1),
        HD30,
        SceneSpec("street"),
        seed=12,
    ),
    "pogo_rebound_portrait_30fps.mp4": ClipSpec(
        "amina",
        replace(REBOUND, jumps=4, stand_before_s=0.5, stand_after_s=0.5),
        CameraSpec(distance_m=3.6, fov_deg=62, height_m=1.1, aim_height_m=1.2, side="left"),
        CaptureSpec(fps=30, width=720, height=1280, rotation_deg=90, shutter_s=1 / 250),
        SceneSpec("track"),
        seed=13,
    ),
    "pogo_slow_motion_120fps.mp4": ClipSpec(
        "kofi",
        PogoParams(jumps=3, stand_before_s=0.1, stand_after_s=-0.45),
        CameraSpec(distance_m=4.8, fov_deg=56, height_m=1.1, aim_height_m=1.35),
        CaptureSpec(fps=120, slow_motion=4, capture_tag=True, shutter_s=1 / 800),
        SceneSpec("track"),
        seed=14,
    ),
    "hop_side_60fps.mp4": ClipSpec(
        "kofi",
        HopParams(side="right", hops=5, distance_m=1.5, stand_after_s=0.1),
        CameraSpec(distance_m=6.0, fov_deg=48, height_m=1.2, mode="pan"),
        HD60,
        SceneSpec("track"),
        seed=15,
    ),
    "hop_low_heel_oblique_30fps.mp4": ClipSpec(
        "yuki",
        HopParams(
            hops=5,
            distance_m=0.85,
            heel_recovery_deg=82.0,
            contact_ms=290,
            stand_after_s=0.1,
            faults=("heel_low", "contact_long", "distance_short"),
        ),
        CameraSpec(yaw_deg=25, distance_m=5.4, fov_deg=58, height_m=1.0, side="left"),
        HD30,
        SceneSpec("street"),
        seed=16,
    ),
    "split_squat_side_60fps.mp4": ClipSpec(
        "mara",
        SplitParams(jumps=4),
        CameraSpec(distance_m=4.2, fov_deg=52, height_m=0.9, aim_height_m=0.95),
        HD60,
        SceneSpec("gym"),
        seed=17,
    ),
    "split_squat_no_switch_30fps.mp4": ClipSpec(
        "jonas",
        SplitParams(
            jumps=5,
            front_knee_deg=72.0,
            lean_deg=40.0,
            contact_s=0.62,
            missed_switch=(4,),
            faults=("no_switch", "trunk_lean", "depth_shallow"),
        ),
        CameraSpec(yaw_deg=15, distance_m=4.4, fov_deg=54, height_m=1.0),
        HD30,
        SceneSpec("street"),
        seed=18,
    ),
    "a_skip_side_60fps.mp4": ClipSpec(
        "amina",
        SkipParams(groups=8, stand_after_s=0.1),
        CameraSpec(distance_m=5.2, fov_deg=48, height_m=1.1, mode="pan"),
        HD60,
        SceneSpec("track"),
        seed=19,
    ),
    "a_skip_low_knees_30fps.mp4": ClipSpec(
        "jonas",
        SkipParams(
            groups=8, thigh_deg=56.0, single_at=(4,), lead="right", faults=("thigh_low", "single_bounce")
        ),
        CameraSpec(yaw_deg=20, distance_m=5.8, fov_deg=50, height_m=1.2, mode="pan", shake_deg=0.12),
        HD30,
        SceneSpec("gym", "walking", "yuki"),
        seed=20,
    ),
    "ladder_oblique_240fps.mp4": ClipSpec(
        "yuki",
        LadderParams(stand_before_s=0.3, stand_after_s=-0.3),
        CameraSpec(yaw_deg=20, distance_m=5.2, fov_deg=62, height_m=1.2),
        CaptureSpec(fps=240, width=848, height=480, shutter_s=1 / 1000),
        SceneSpec("gym"),
        seed=21,
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these files")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    arguments.folder.mkdir(exist_ok=True)
    for name in arguments.names or SAMPLES:
        if name not in SAMPLES:
            sys.exit(f"no sample called {name}; there are {', '.join(SAMPLES)}")
        start = time.perf_counter()
        path = arguments.folder / name
        render_clip(SAMPLES[name], path).write(path.with_suffix(".json"))
        size = path.stat().st_size / 1e6
        print(f"{name}: {size:.2f} MB in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
