"""Single-leg hops for distance, the heel pulled up to the hamstring in flight."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from bench.athlete.drills.base import (
    BEFORE_S,
    SIDE_NAMES,
    PathWriter,
    Performance,
    RepSpan,
    Style,
    Tracks,
    freeze,
    idle_arms,
    some_lobe,
    style_arms,
    vary,
)
from bench.athlete.drills.steps import Feet, walk_in, walk_to_stand
from bench.athlete.dynamics import Node
from bench.athlete.motion import SwingKey
from bench.athlete.skeleton import Skeleton


@dataclass(frozen=True, slots=True)
class HopParams:
    """``heel_recovery_deg`` knee flexion aimed at in flight; ``strike`` how the foot lands."""

    side: str = "left"
    hops: int = 6
    distance_m: float = 1.45
    contact_ms: float = 235.0
    flight_ms: float = 330.0
    heel_recovery_deg: float = 132.0
    knee_touchdown_deg: float = 15.0
    knee_takeoff_deg: float = 24.0
    lean_deg: float = 8.0
    strike: str = "flat"
    variation: float = 0.04
    fatigue: float = 0.05
    stand_before_s: float = 0.6
    stand_after_s: float = 0.4
    faults: tuple[str, ...] = ()
    style: Style = field(default_factory=Style)


def hop(skeleton: Skeleton, p: HopParams, rng: np.random.Generator) -> Performance:
    """Plan a set of hops on one leg."""
    side = SIDE_NAMES.index(p.side)
    y = 0.045 if side == 0 else -0.045
    feet = Feet(skeleton.shape.tip[0] - skeleton.shape.heel[0], abs(y) + 0.03)
    t0 = p.stand_before_s * float(rng.uniform(0.85, 1.15))
    tracks = idle_arms(BEFORE_S, t0, rng)
    tracks |= {
        "lean": [(BEFORE_S, 3.0)],
        "head_pitch": [(BEFORE_S, 0.0), (t0, 0.0)],
        "pelvis_roll": [(BEFORE_S, 0.0)],
    }
    writer, roll = PathWriter(Node(BEFORE_S, (0.0, 0.8 * y))), p.style.roll
    if p.style.steps_in:
        t0 += walk_in(
            writer, feet, tracks, p.style.steps_in, (side + p.style.steps_in + 1) % 2, (0.0, 0.8 * y)
        )
    takeoff = t0 + 0.62
    flight, contact = p.flight_ms / 1000, p.contact_ms / 1000
    speed = p.distance_m / (flight + 0.95 * contact)
    travel = 0.95 * speed * contact
    writer.to(Node(t0, (0.0, 0.8 * y)), "smooth")
    writer.to(Node(t0 + 0.36, (0.05, 0.8 * y), rise_m=-0.13, accel=8.0), "smooth")
    writer.to(Node(takeoff, (0.46 * travel + 0.05, 0.8 * y), side, p.knee_takeoff_deg), "smooth")
    free_from = BEFORE_S - 1
    if p.style.steps_in:
        free_from = t0 - 0.12
        feet.stand(1 - side, free_from, 0.0, 0.16, lift=30.0)
    else:
        feet.aloft(1 - side)
    lift = roll.takeoff_deg if roll else 50.0
    feet.stand(side, takeoff, 0.0, y=y, lift=lift)
    beats = [(t0, "still"), (t0 + 0.36, "dip"), (takeoff, "off")]
    recovery = (
        SwingKey(
            0.20, (("thigh", -4.0), ("knee", 0.52 * p.heel_recovery_deg), ("foot", 66.0), ("toe", 58.0))
        ),
        SwingKey(0.46, (("thigh", 22.0), ("knee", p.heel_recovery_deg), ("foot", 78.0), ("toe", 74.0))),
        SwingKey(0.76, (("thigh", 40.0), ("knee", 62.0), ("foot", 8.0), ("toe", 6.0))),
    )
    reps: list[RepSpan] = []
    x, t, previous = 0.0, takeoff, None
    for k in range(p.hops):
        flight = vary(rng, p.flight_ms, p.variation) / 1000
        x += vary(rng, p.distance_m, p.variation)
        down = t + flight
        reps.append(RepSpan(k + 1, p.side, previous[0] if previous else t, down, previous, (t, down)))
        if k == p.hops - 1:
            break
        contact = vary(rng, p.contact_ms * (1 + p.fatigue * k / p.hops), p.variation) / 1000
        writer.to(Node(down, (x - 0.44 * travel, 0.8 * y), side, p.knee_touchdown_deg), "flight")
        writer.to(
            Node(down + contact, (x + 0.56 * travel, 0.8 * y), side, p.knee_takeoff_deg),
            "force",
            some_lobe(rng, p.style.law),
        )
        own = roll.drawn(rng) if roll else None
        feet.put(side, down, down + contact, x, p.strike, recovery, y=y, roll=own)
        previous, t = (down, down + contact), down + contact
        beats += [(down, "on"), (down + 0.5 * contact, "low"), (t, "off")]
    writer.to(Node(down, (x - 0.44 * travel, 0.8 * y), side, p.knee_touchdown_deg), "flight")
    beats.append((down, "on"))
    swing = free_leg([b for b in beats if b[0] > free_from + 0.1], free_from, down + 0.33)
    end = walk_to_stand(
        writer, feet, tracks, down, side, x, p.stand_after_s, speed, p.strike, recovery, swing, roll
    )
    arms(tracks, beats, p, side)
    tracks = style_arms(tracks, p.style, tuple(reps))
    return Performance(
        "single_leg_hop",
        p.side,
        end,
        writer.path(),
        tuple(feet.plants),
        (tuple(feet.swings[0]), tuple(feet.swings[1])),
        freeze(tracks),
        with_distance(reps, feet, side),
        p.faults,
        falls=p.style.falls,
        upright=p.style.upright,
    )


def with_distance(reps: list[RepSpan], feet: Feet, side: int) -> tuple[RepSpan, ...]:
    """Distance of each hop between the prints of the foot, in metres."""
    assert reps[0].flight is not None
    launch = reps[0].flight[0]
    tips = [q.tip_m[0] for q in feet.plants if q.side == side and q.takeoff_s > launch - 1e-6]
    return tuple(
        replace(r, extra={"hop_distance_m": round(b - a, 4)})
        for r, a, b in zip(reps, tips, tips[1:], strict=False)
    )


def free_leg(beats: list[tuple[float, str]], start: float, end: float) -> tuple[SwingKey, ...]:
    """The leg that stays in the air: pulled through in contact, trailing in flight."""
    shapes = {
        "still": (22.0, 68.0),
        "dip": (10.0, 88.0),
        "off": (42.0, 94.0),
        "on": (6.0, 78.0),
        "low": (18.0, 96.0),
    }
    keys = []
    for time_s, beat in beats:
        thigh, knee = shapes[beat]
        keys.append(
            SwingKey(
                (time_s - start) / (end - start),
                (
                    ("thigh", thigh),
                    ("knee", knee),
                    ("foot", knee - thigh + 14.0),
                    ("toe", knee - thigh + 12.0),
                    ("splay", 0.0),
                    ("yaw", 0.0),
                ),
            )
        )
    return tuple(keys)


def arms(tracks: Tracks, beats: list[tuple[float, str]], p: HopParams, side: int) -> None:
    """Both arms help: back while loading, forward and up at take-off."""
    angle = {"still": 5.0, "dip": -38.0, "off": 46.0, "on": 12.0, "low": -26.0}
    for time_s, beat in beats:
        for s, name in enumerate(SIDE_NAMES):
            tracks[f"flex_{name}"].append((time_s, angle[beat] - (12.0 if s == side else 0.0)))
            tracks[f"elbow_{name}"].append((time_s, 18.0 if beat == "still" else 62.0))
            tracks[f"abduct_{name}"].append((time_s, 10.0 if beat == "still" else 17.0))
        lean = {
            "still": 3.0,
            "dip": p.lean_deg + 14,
            "off": p.lean_deg,
            "on": p.lean_deg - 2,
            "low": p.lean_deg + 6,
        }[beat]
        tracks["lean"].append((time_s, lean))
        tracks["pelvis_roll"].append((time_s, (1 if side == 0 else -1) * (4.0 if beat == "low" else 1.0)))
