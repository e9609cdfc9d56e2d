"""What is no drill: standing, shifting weight, squats, walking through, and the exercises of ``others``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from bench.athlete.drills.base import (
    AFTER_S,
    BEFORE_S,
    FALLS,
    SIDE_NAMES,
    PathWriter,
    Performance,
    Tracks,
    both,
    freeze,
    idle_arms,
    vary,
)
from bench.athlete.drills.others import OTHERS
from bench.athlete.drills.steps import WALK_SWING, Feet
from bench.athlete.dynamics import Node
from bench.athlete.skeleton import Skeleton

Kind = Literal[
    "standing",
    "weight_shifts",
    "squats",
    "walking",
    "jumping_jacks",
    "squat_jumps",
    "high_knees",
    "running",
    "lunges",
]


@dataclass(frozen=True, slots=True)
class IdleParams:
    """Nothing that counts."""

    kind: Kind = "standing"
    duration_s: float = 5.0
    squat_depth_m: float = 0.34
    step_m: float = 0.66
    step_s: float = 0.54
    faults: tuple[str, ...] = ()


def idle(skeleton: Skeleton, p: IdleParams, rng: np.random.Generator) -> Performance:
    """Plan a clip without a drill."""
    feet = Feet(skeleton.shape.tip[0] - skeleton.shape.heel[0], 0.10, 6.0, skeleton.reach_m)
    tracks = idle_arms(BEFORE_S, 0.0, rng)
    tracks |= {"lean": [(BEFORE_S, 2.0)], "head_pitch": [(BEFORE_S, 0.0)]}
    writer = PathWriter(Node(BEFORE_S, (0.0, 0.0)))
    end, other = p.duration_s, OTHERS.get(p.kind)
    if other is not None:
        end = other(writer, feet, tracks, p.duration_s, rng)
    elif p.kind == "walking":
        walking(writer, feet, tracks, p, rng)
    else:
        for side in (0, 1):
            feet.stay(side, BEFORE_S - 1, 0.0, p.duration_s)
        {"standing": sway, "weight_shifts": sway, "squats": squats}[p.kind](writer, tracks, p, rng)
    return Performance(
        "none",
        p.kind,
        end,
        writer.path(),
        tuple(feet.plants),
        (tuple(feet.swings[0]), tuple(feet.swings[1])),
        freeze(tracks),
        (),
        p.faults,
        falls=FALLS if other else None,
        upright=other is not None,
    )


def sway(writer: PathWriter, tracks: Tracks, p: IdleParams, rng: np.random.Generator) -> None:
    """Small sway, or weight from foot to foot with the arms moving."""
    t, side = 0.2, 1.0
    much = p.kind == "weight_shifts"
    while t < p.duration_s:
        y = side * (0.07 if much else 0.006) * float(rng.uniform(0.7, 1.2))
        writer.to(Node(t, (float(rng.normal(0, 0.008)), y), rise_m=-0.012 if much else 0.0), "smooth")
        if much:
            both(tracks, "flex", t, float(rng.uniform(0, 45)))
            both(tracks, "elbow", t, float(rng.uniform(15, 100)))
        tracks["lean"].append((t, 2.0 + float(rng.normal(0, 1.5))))
        t, side = t + float(rng.uniform(0.7, 1.1)), -side
    writer.to(Node(p.duration_s + AFTER_S, (0.0, 0.0)), "smooth")


def squats(writer: PathWriter, tracks: Tracks, p: IdleParams, rng: np.random.Generator) -> None:
    """Squats: down and up, the feet stay."""
    t = 0.6
    writer.to(Node(t, (0.0, 0.0)), "smooth")
    while t + 1.5 < p.duration_s:
        down = t + vary(rng, 0.65, 0.08)
        writer.to(Node(down, (0.01, 0.0), rise_m=-vary(rng, p.squat_depth_m, 0.06), accel=5.0), "smooth")
        both(tracks, "flex", t, 6.0)
        both(tracks, "flex", down, 78.0)
        tracks["lean"] += [(t, 2.0), (down, 36.0)]
        t = down + vary(rng, 0.6, 0.08)
        writer.to(Node(t, (0.0, 0.0)), "smooth")
        t += 0.12
        writer.to(Node(t, (0.0, 0.0)), "smooth")
    both(tracks, "flex", t, 6.0)
    tracks["lean"].append((t, 2.0))
    writer.to(Node(p.duration_s + AFTER_S, (0.0, 0.0)), "smooth")


def walking(writer: PathWriter, feet: Feet, tracks: Tracks, p: IdleParams, rng: np.random.Generator) -> None:
    """Walk along +x, centred on the origin half-way through."""
    feet.half_m = 0.06
    speed = p.step_m / p.step_s
    t, side = BEFORE_S - 3 * p.step_s, 0
    while t < p.duration_s + AFTER_S + 1:
        step = vary(rng, p.step_s, 0.02)
        x = speed * (t - p.duration_s / 2) + 0.24
        feet.put(side, t, t + 1.16 * step, x, "heel", WALK_SWING, False)
        middle = t + 0.62 * step
        for time_s, rise, accel in ((t + 0.1 * step, -0.092, 2.0), (middle, -0.062, -2.0)):
            if time_s > BEFORE_S + 0.02:
                writer.to(
                    Node(time_s, (speed * (time_s - p.duration_s / 2), 0.0), rise_m=rise, accel=accel),
                    "smooth",
                )
        for s, name in enumerate(SIDE_NAMES):
            tracks[f"flex_{name}"].append((t, -22.0 if s == side else 24.0))
        t, side = t + step, 1 - side
    first = Node(BEFORE_S, (speed * (BEFORE_S - p.duration_s / 2), 0.0), rise_m=-0.08, vxy_m_s=(speed, 0.0))
    writer.nodes[0] = first
    tracks["lean"].append((0.0, 4.0))
