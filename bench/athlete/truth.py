"""The truth beside a clip, as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.athlete.camera import View
from bench.athlete.catalogue import athlete_of
from bench.athlete.drills.base import SIDE_NAMES, Performance
from bench.athlete.dynamics import G
from bench.athlete.measures import angle_tracks, rep_metrics
from bench.athlete.motion import Motion, Plant
from bench.athlete.skeleton import Posed
from bench.athlete.spec import ClipSpec

Array = NDArray[np.float64]

JOINTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "tip")
TRUTH_VERSION = 2
EVENTS = {
    "touchdown_s": "first instant at which any part of the sole is on the ground",
    "takeoff_s": "last instant at which any part of the sole is on the ground",
}
FLAT_DEG = 2.0
"""A foot that lands within so many degrees of flat lands flat."""


@dataclass(frozen=True, slots=True)
class Truth:
    """A clip's truth; ``data`` is what the JSON holds (see README.md)."""

    data: dict[str, Any]

    def write(self, path: Path | str) -> None:
        """Write compact JSON."""
        text = json.dumps(self.data, separators=(",", ":"))
        Path(path).write_text(text.replace('],"', '],\n"').replace('},"', '},\n"') + "\n")


def both_contacts(performance: Performance) -> list[tuple[float, float]]:
    """Contacts merged over the feet: from the first foot down to the last foot up."""
    spans = sorted((p.touchdown_s, p.takeoff_s) for p in performance.plants if p.working)
    merged: list[list[float]] = []
    for td, to in spans:
        if merged and td <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], to)
        else:
            merged.append([td, to])
    return [(a, b) for a, b in merged]


def pitch_deg(rotation: Array) -> Array:
    """Pitch (...) of bones from their rotations (..., 3, 3), degrees; positive is heel up."""
    return np.degrees(np.arctan2(-rotation[..., 2, 0], np.hypot(rotation[..., 0, 0], rotation[..., 1, 0])))


def foot_rolls(motion: Motion, plants: list[Plant]) -> list[dict[str, Any]]:
    """How each foot lands and leaves, from the solved motion: which part comes first and which goes last."""
    if not plants:
        return []
    times = np.array([t for p in plants for t in (p.touchdown_s, p.takeoff_s)])
    rotation, body = motion.pose(times).rotation, motion.skeleton.body
    out = []
    for i, plant in enumerate(plants):
        foot, toe = (body.bone(f"{bone}_{'lr'[plant.side]}") for bone in ("foot", "ball"))
        on, off = pitch_deg(rotation[2 * i : 2 * i + 2, foot])
        tips = float(pitch_deg(rotation[2 * i + 1, toe])) > np.degrees(motion.skeleton.spring) - 0.01
        last = "heel" if off < -FLAT_DEG else "tip" if tips else "ball"
        landing = "heel" if on < -FLAT_DEG else "flat" if on <= FLAT_DEG else "forefoot"
        out.append(
            {
                "landing": landing,
                "landing_pitch_deg": round(float(on), 1),
                "takeoff_pitch_deg": round(float(off), 1),
                "leaves_last": last,
            }
        )
    return out


def both_roll(plants: list[Plant], rolls: list[dict[str, Any]], td: float, to: float) -> dict[str, Any]:
    """The landing of the foot that comes first and the leaving of the foot that goes last."""
    own = [(p, r) for p, r in zip(plants, rolls, strict=True) if td <= p.touchdown_s <= to]
    first = min(own, key=lambda x: x[0].touchdown_s)[1]
    last = max(own, key=lambda x: x[0].takeoff_s)[1]
    return first | {k: last[k] for k in ("takeoff_pitch_deg", "leaves_last")}


def other_contacts(performance: Performance, at: Any) -> list[dict[str, Any]]:
    """What else is on the ground: stands, steps in and out, runs. None where the clip does not show it."""
    end = performance.duration_s
    rest = sorted((p for p in performance.plants if not p.working), key=lambda p: p.touchdown_s)
    return [
        {
            "side": SIDE_NAMES[p.side],
            "touchdown_s": at(p.touchdown_s) if p.touchdown_s > 0 else None,
            "takeoff_s": at(p.takeoff_s) if p.takeoff_s < end else None,
        }
        for p in rest
        if p.takeoff_s > 0 and p.touchdown_s < end
    ]


def make_truth(
    spec: ClipSpec,
    name: str,
    performance: Performance,
    motion: Motion,
    times: Array,
    posed: Posed,
    views: list[View],
) -> Truth:
    """Everything that is known about a clip. Times are on the file's timeline, from frame 0."""
    factor, origin = spec.capture.slow_motion, float(times[0])

    def at(real_s: float) -> float:
        return round((real_s - origin) * factor, 5)

    def contact(side: str, td: float, to: float) -> dict[str, Any]:
        return {
            "side": side,
            "touchdown_s": at(td),
            "takeoff_s": at(to),
            "contact_time_ms": round((to - td) * 1000, 2),
        }

    working = sorted((p for p in performance.plants if p.working), key=lambda p: p.touchdown_s)
    rolls = foot_rolls(motion, working)
    contacts = [
        contact(SIDE_NAMES[p.side], p.touchdown_s, p.takeoff_s) | roll
        for p, roll in zip(working, rolls, strict=True)
    ]
    two_feet = performance.drill in ("pogo", "split_squat_jump")
    both = [
        contact("both", td, to) | both_roll(working, rolls, td, to)
        for td, to in (both_contacts(performance) if two_feet else [])
    ]
    athlete = athlete_of(spec.athlete)
    names = [f"{s}_{j}" for j in JOINTS for s in SIDE_NAMES]
    points = np.stack(
        [
            np.stack([v.project(posed.joints_m[f"{j}_{s}"][i])[0] for j in JOINTS for s in SIDE_NAMES])
            for i, v in enumerate(views)
        ]
    )
    scale = [v.metres_per_px(posed.joints_m["hips"][i]) for i, v in enumerate(views)]
    data: dict[str, Any] = {
        "truth_version": TRUTH_VERSION,
        "clip": name,
        "drill": performance.drill,
        "variant": performance.variant,
        "faults": list(performance.faults),
        "seed": spec.seed,
        "athlete": {
            "name": athlete.name,
            "sex": athlete.sex,
            "stature_m": athlete.stature_m,
            "mass_kg": athlete.mass_kg,
            "footwear": motion.skeleton.body.figure.footwear.kind,
        },
        "view": {
            "yaw_deg": spec.camera.yaw_deg,
            "side": spec.camera.side,
            "distance_m": spec.camera.distance_m,
            "height_m": spec.camera.height_m,
            "mode": spec.camera.mode,
            "shake_deg": spec.camera.shake_deg,
            "zoom": spec.camera.zoom,
        },
        "scene": {"name": spec.scene.name, "bystander": spec.scene.bystander},
        "capture": {
            "fps": spec.capture.fps,
            "width": spec.capture.width,
            "height": spec.capture.height,
            "codec": spec.capture.codec,
            "rotation_deg": spec.capture.rotation_deg,
            "variable_frame_rate": spec.capture.vfr_jitter > 0 or spec.capture.vfr_drop > 0,
            "shutter_s": round(spec.capture.shutter_s, 6),
            "exposure": spec.capture.exposure,
            "slow_motion_factor": factor,
            "capture_tag": spec.capture.capture_tag,
            "bit_rate_kbps": spec.capture.bit_rate_kbps,
        },
        "m_per_px": round(float(np.median(scale)), 7),
        "m_per_px_range": [round(float(s), 7) for s in (min(scale), max(scale))],
        "contacts": contacts,
        "both_contacts": both,
        "other_contacts": other_contacts(performance, at),
        "events": EVENTS,
        "flights": flights(motion, at),
        "reps": [rep_metrics(r, performance, motion, athlete, at) for r in performance.reps],
        "frame_times_s": [at(float(t)) for t in times],
        "angles_deg": {k: np.round(v, 1).tolist() for k, v in angle_tracks(posed).items()},
        "hip_height_m": np.round(posed.joints_m["hips"][:, 2], 4).tolist(),
        "joint_names": names,
        "joints_px": np.round(points, 1).tolist(),
    }
    return Truth(data)


def flights(motion: Motion, at: Any) -> list[dict[str, Any]]:
    """All flights of the centre of mass between working moments."""
    out = []
    nodes, kinds = motion.plan.path.nodes, motion.plan.path.kinds
    for i, kind in enumerate(kinds):
        if kind != "flight":
            continue
        t0, t1 = nodes[i].time_s, nodes[i + 1].time_s
        tf = t1 - t0
        v = (motion.heights[i + 1] - motion.heights[i]) / tf + G * tf / 2
        out.append(
            {
                "takeoff_s": at(t0),
                "touchdown_s": at(t1),
                "flight_time_ms": round(tf * 1000, 2),
                "jump_height_cm": round(float(v * v / (2 * G)) * 100, 2),
            }
        )
    return out
