"""The dynamic A-skip: two quick bounces on one foot while the other thigh drives to parallel."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from bench.athlete.drills.base import (
    BEFORE_S,
    SIDE_NAMES,
    PathWriter,
    Performance,
    RepSpan,
    Roll,
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
class SkipParams:
    """``bounces`` contacts a side (two is right); ``single_at`` groups (0-based) that get only
    one; ``lift_deg`` extra knee flexion in the bounce (clearance); ``rhythm`` relative spread."""

    groups: int = 10
    thigh_deg: float = 88.0
    bounces: int = 2
    single_at: tuple[int, ...] = ()
    contact_ms: float = 168.0
    bounce_flight_ms: float = 100.0
    change_flight_ms: float = 122.0
    speed_m_s: float = 1.25
    lift_deg: float = 12.0
    lean_deg: float = 4.0
    rhythm: float = 0.025
    lead: str = "left"
    stand_before_s: float = 0.5
    stand_after_s: float = 0.4
    faults: tuple[str, ...] = ()
    style: Style = field(default_factory=Style)
    knee_touchdown_deg: float = 19.0
    knee_takeoff_deg: float = 22.0


def skip(skeleton: Skeleton, p: SkipParams, rng: np.random.Generator) -> Performance:
    """Plan a run of A-skips."""
    feet = Feet(skeleton.shape.tip[0] - skeleton.shape.heel[0], 0.05)
    t0 = p.stand_before_s * float(rng.uniform(0.85, 1.15))
    tracks = idle_arms(BEFORE_S, t0, rng)
    tracks |= {
        "lean": [(BEFORE_S, 2.0), (t0, 2.0)],
        "pelvis_yaw": [(BEFORE_S, 0.0)],
        "head_pitch": [(BEFORE_S, 0.0), (t0, 0.0)],
    }
    writer = PathWriter(Node(BEFORE_S, (0.0, 0.0)))
    lead, roll = SIDE_NAMES.index(p.lead), p.style.roll
    if p.style.steps_in:
        t0 += walk_in(writer, feet, tracks, p.style.steps_in, lead)
    t, x = launch(writer, feet, t0, lead, p)
    reps: list[RepSpan] = []
    for group in range(p.groups):
        side = (lead + group) % 2
        count = 1 if group in p.single_at else p.bounces
        first, contacts = t + p.change_flight_ms / 1000, []
        for bounce in range(count):
            air = vary(rng, p.bounce_flight_ms if bounce else p.change_flight_ms, p.rhythm) / 1000
            contact = vary(rng, p.contact_ms, p.rhythm) / 1000
            down, travel = t + air, 0.97 * p.speed_m_s * contact
            x += p.speed_m_s * (air + 0.97 * contact)
            if bounce == 0:
                first = down
            swing = drive(p) if bounce == 0 else hop_up(p)
            own = roll.drawn(rng) if roll else None
            feet.put(side, down, down + contact, x, "skip", swing, roll=own)
            writer.to(Node(down, (x - 0.45 * travel, 0.0), side, p.knee_touchdown_deg), "flight")
            writer.to(
                Node(down + contact, (x + 0.55 * travel, 0.0), side, p.knee_takeoff_deg),
                "force",
                some_lobe(rng, p.style.law),
            )
            t = down + contact
            contacts.append((down, t))
        reps.append(
            RepSpan(
                group + 1,
                SIDE_NAMES[side],
                first,
                t,
                contacts[0],
                None,
                {
                    "bounces": count,
                    "contact_time_ms": round(float(np.mean([b - a for a, b in contacts])) * 1000, 2),
                },
            )
        )
        beat_arms(tracks, side, first, t)
        tracks["lean"].append((first, p.lean_deg))
    side = (lead + p.groups) % 2
    down = t + p.change_flight_ms / 1000
    x += p.speed_m_s * (p.change_flight_ms / 1000 + 0.1)
    writer.to(Node(down, (x - 0.10, 0.0), side, p.knee_touchdown_deg), "flight")
    end = walk_to_stand(
        writer, feet, tracks, down, side, x, p.stand_after_s, p.speed_m_s, "skip", drive(p), roll=roll
    )
    tracks = style_arms(tracks, p.style, tuple(reps))
    return Performance(
        "a_skip",
        "",
        end,
        writer.path(),
        tuple(feet.plants),
        (tuple(feet.swings[0]), tuple(feet.swings[1])),
        freeze(tracks),
        tuple(reps),
        p.faults,
        falls=p.style.falls,
        upright=p.style.upright,
    )


def launch(writer: PathWriter, feet: Feet, t0: float, lead: int, p: SkipParams) -> tuple[float, float]:
    """From standing: shift forward over the foot that will not land first, lift the other."""
    off = t0 + 0.62
    writer.to(Node(t0, (0.0, 0.0)), "smooth")
    writer.to(Node(t0 + 0.36, (0.05, 0.0), rise_m=-0.045, accel=3.0), "smooth")
    writer.to(Node(off, (0.05 + 0.5 * p.speed_m_s * 0.2, 0.0), 1 - lead, p.knee_takeoff_deg + 4.0), "smooth")
    roll: Roll = p.style.roll or Roll(takeoff_deg=38.0)
    feet.stand(lead, t0 + 0.34, 0.0, 0.16, lift=28.0)
    feet.stand(1 - lead, off, 0.0, 0.26, lift=roll.takeoff_deg)
    return off, 0.05


def drive(p: SkipParams) -> tuple[SwingKey, ...]:
    """The swing that lifts the thigh: heel under the body, knee up, toes up, foot down."""
    top = p.thigh_deg
    return (
        SwingKey(0.18, (("thigh", 0.12 * top), ("knee", 62.0), ("foot", 52.0), ("toe", 46.0))),
        SwingKey(0.40, (("thigh", 0.72 * top), ("knee", 104.0), ("foot", 18.0), ("toe", 16.0))),
        SwingKey(0.58, (("thigh", top), ("knee", 98.0), ("foot", 4.0), ("toe", 2.0))),
        SwingKey(0.66, (("thigh", 0.985 * top), ("knee", 92.0), ("foot", 2.0), ("toe", 0.0))),
        SwingKey(0.86, (("thigh", 0.52 * top), ("knee", 54.0), ("foot", 8.0), ("toe", 6.0))),
    )


def hop_up(p: SkipParams) -> tuple[SwingKey, ...]:
    """The small flight between the two bounces on one foot."""
    return (
        SwingKey(
            0.5,
            (("thigh", 10.0 + p.lift_deg), ("knee", 20.0 + 2.2 * p.lift_deg), ("foot", 26.0), ("toe", 18.0)),
        ),
    )


def beat_arms(tracks: Tracks, stance: int, start: float, end: float) -> None:
    """Arms against the legs: the arm on the stance side goes forward with the driving thigh."""
    middle = start + 0.62 * (end - start)
    for s, name in enumerate(SIDE_NAMES):
        tracks[f"flex_{name}"].append((middle, 48.0 if s == stance else -42.0))
        tracks[f"elbow_{name}"].append((middle, 92.0 if s == stance else 72.0))
        tracks[f"abduct_{name}"].append((middle, 12.0))
    tracks["pelvis_yaw"].append((middle, -4.0 if stance == 1 else 4.0))
