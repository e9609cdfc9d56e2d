"""Spec in, video and truth out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.athlete.catalogue import ATHLETES, athlete_of
from bench.athlete.drills import IdleParams, Performance, perform
from bench.athlete.drills.negatives import Kind
from bench.athlete.encode import TICKS_HZ, write_video
from bench.athlete.film import Actor, athlete_mesh, camera_path, film
from bench.athlete.motion import Motion, Plan
from bench.athlete.skeleton import Skeleton
from bench.athlete.spec import CaptureSpec, ClipSpec
from bench.athlete.truth import Truth, make_truth

Array = NDArray[np.float64]


def frame_times(capture: CaptureSpec, duration_s: float, rng: np.random.Generator) -> Array:
    """Real times of the frames: random phase, irregular when asked for, on the tick grid."""
    gap = 1 / capture.fps
    count = int(duration_s * capture.fps)
    regular = np.arange(count) * gap
    if capture.vfr_jitter > 0:
        regular = regular + np.clip(rng.normal(0, capture.vfr_jitter, count), -0.42, 0.42) * gap
    if capture.vfr_drop > 0:
        keep = rng.uniform(size=count) >= capture.vfr_drop
        keep[0] = True
        regular = regular[keep]
    ticks = TICKS_HZ * capture.slow_motion
    on_grid: Array = np.round((regular - regular[0]) * ticks) / ticks
    return on_grid + float(rng.uniform(0, gap))


def plan_of(performance: Performance) -> Plan:
    """What a body needs to carry a performance out."""
    return Plan(
        performance.duration_s,
        performance.path,
        performance.plants,
        performance.swings,
        performance.tracks,
        performance.release_s,
        performance.falls,
        performance.upright,
    )


def act(spec: ClipSpec) -> tuple[Performance, Motion]:
    """Plan and solve the athlete's motion."""
    rng = np.random.default_rng([spec.seed, 1])
    skeleton = Skeleton(athlete_of(spec.athlete).body)
    performance = perform(skeleton, spec.motion, rng)
    return performance, Motion(skeleton, plan_of(performance))


def bystanders(spec: ClipSpec, times: Array) -> list[Actor]:
    """Who else is in the picture, behind the athlete."""
    scene = spec.scene
    if scene.bystander == "none":
        return []
    end = float(times[-1]) + 0.2
    kind: Kind = "walking" if scene.bystander == "walking" else "weight_shifts"
    rng = np.random.default_rng([spec.seed, 3])
    skeleton = Skeleton(ATHLETES[scene.bystander_name].body)
    performance = perform(skeleton, IdleParams(kind, end), rng)
    away = 1.0 if spec.camera.side == "right" else -1.0
    place = (0.4, 1.9 * away) if kind == "walking" else (-1.3, 1.5 * away)
    heading = 180.0 if kind == "walking" else -60.0 * away
    return [
        Actor(
            Motion(skeleton, plan_of(performance)),
            athlete_mesh(scene.bystander_name, spec.capture.detail_m),
            place,
            heading,
        )
    ]


def render_clip(spec: ClipSpec, path: Path | str) -> Truth:
    """Render a clip to ``path`` (.mp4, .mov, .mkv, .webm) and return its truth."""
    path = Path(path)
    performance, motion = act(spec)
    rng = np.random.default_rng([spec.seed, 2])
    times = frame_times(spec.capture, performance.duration_s - 0.02, rng)
    posed = motion.pose(times)
    stature = athlete_of(spec.athlete).stature_m
    views = camera_path(spec, posed.joints_m["hips"], times, stature, rng)
    actors = [Actor(motion, athlete_mesh(spec.athlete, spec.capture.detail_m)), *bystanders(spec, times)]
    truth = make_truth(spec, path.name, performance, motion, times, posed, views)
    file_times = (times - times[0]) * spec.capture.slow_motion
    frames = film(spec, actors, times, views, rng, performance.ladder)
    write_video(path, frames, file_times, spec.capture)
    return truth
