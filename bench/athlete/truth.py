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
from bench.athlete.motion import Motion
from bench.athlete.skeleton import Posed
from bench.athlete.spec import ClipSpec

Array = NDArray[np.float64]

JOINTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "tip")
TRUTH_VERSION = 1


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
    contacts = [contact(SIDE_NAMES[p.side], p.touchdown_s, p.takeoff_s) for p in working]
    two_feet = performance.drill in ("pogo", "split_squat_jump")
    both = [contact("both", td, to) for td, to in both_contacts(performance)] if two_feet else []
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
        },
        "view": {
            "yaw_deg": spec.camera.yaw_deg,
            "side": spec.camera.side,
            "distance_m": spec.camera.distance_m,
            "height_m": spec.camera.height_m,
            "mode": spec.camera.mode,
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
        },
        "m_per_px": round(float(np.median(scale)), 7),
        "contacts": contacts,
        "both_contacts": both,
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
