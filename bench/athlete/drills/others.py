"""Exercises that are none of the five drills: jumping jacks, squat jumps, high knees, a run, lunges."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bench.athlete.drills.base import (
    AFTER_S,
    BEFORE_S,
    SIDE_NAMES,
    PathWriter,
    Roll,
    Tracks,
    both,
    some_lobe,
    vary,
)
from bench.athlete.drills.steps import Feet, walk_to_stand
from bench.athlete.dynamics import Node
from bench.athlete.motion import SwingKey

__all__ = ["OTHERS", "Other"]

Other = Callable[[PathWriter, Feet, Tracks, float, np.random.Generator], float]
"""Writes path, feet and tracks for about so many seconds; returns the end of the clip."""

HOP = (SwingKey(0.5, (("knee", 22.0), ("foot", 30.0), ("toe", 22.0))),)
KNEE_UP = (
    SwingKey(0.22, (("thigh", 18.0), ("knee", 70.0), ("foot", 46.0), ("toe", 40.0))),
    SwingKey(0.5, (("thigh", 82.0), ("knee", 98.0), ("foot", 6.0), ("toe", 4.0))),
    SwingKey(0.82, (("thigh", 40.0), ("knee", 48.0), ("foot", 8.0), ("toe", 6.0))),
)
STRIDE = (
    SwingKey(0.22, (("thigh", -8.0), ("knee", 74.0), ("foot", 72.0), ("toe", 66.0))),
    SwingKey(0.52, (("thigh", 42.0), ("knee", 98.0), ("foot", 34.0), ("toe", 30.0))),
    SwingKey(0.80, (("thigh", 38.0), ("knee", 38.0), ("foot", -4.0), ("toe", -4.0))),
)
STEP = (SwingKey(0.5, (("thigh", 46.0), ("knee", 58.0), ("foot", 8.0), ("toe", 6.0))),)


def jumping_jacks(
    writer: PathWriter, feet: Feet, tracks: Tracks, seconds: float, rng: np.random.Generator
) -> float:
    """Feet apart and together again, arms up and down."""
    wide, off = 0.3 * feet.leg_m * float(rng.uniform(0.85, 1.2)), 0.9
    writer.to(Node(0.4, (0.0, 0.0)), "smooth")
    writer.to(Node(off - 0.24, (0.0, 0.0), rise_m=-0.10, accel=9.0), "smooth")
    writer.to(Node(off, (0.0, 0.0), 0, 14.0), "smooth")
    for side in (0, 1):
        feet.stand(side, off, 0.0)
    t, k, roll = off, 0, Roll(16.0, 40.0, 0.0, 0.2, 0.45)
    for name in SIDE_NAMES:
        tracks[f"abduct_{name}"].append((off - 0.1, 9.0))
    while t < seconds - 1.3 or k % 2 == 1:
        down = t + vary(rng, 0.2, 0.05)
        up = down + vary(rng, 0.31, 0.06)
        apart = wide if k % 2 == 0 else 0.09
        writer.to(Node(down, (0.0, 0.0), 0, 22.0), "flight")
        writer.to(Node(up, (0.0, 0.0), 0, 16.0), "force", some_lobe(rng))
        for side in (0, 1):
            feet.put(side, down, up, 0.0, "fore", HOP, False, apart * (1 - 2 * side), roll=roll)
        both(tracks, "abduct", 0.5 * (down + up), 150.0 if k % 2 == 0 else 12.0)
        t, k = up, k + 1
    return settle(writer, feet, tracks, t + 0.2)


def settle(writer: PathWriter, feet: Feet, tracks: Tracks, down: float) -> float:
    """Land on both feet and stand."""
    end = down + 1.2
    writer.to(Node(down, (0.0, 0.0), 0, 22.0), "flight")
    writer.to(Node(down + 0.25, (0.0, 0.0), rise_m=-0.16, accel=7.0), "smooth")
    writer.to(Node(down + 0.8, (0.0, 0.0)), "smooth")
    writer.to(Node(end + AFTER_S, (0.0, 0.0)), "smooth")
    for side in (0, 1):
        feet.stay(side, down, 0.0, end, 14.0, HOP)
    both(tracks, "abduct", down + 0.5, 9.0)
    tracks["lean"] += [(down + 0.25, 18.0), (down + 0.8, 2.0)]
    return end


def squat_jumps(
    writer: PathWriter, feet: Feet, tracks: Tracks, seconds: float, rng: np.random.Generator
) -> float:
    """Deep squats with a jump, a stand between them."""
    t, landed = 0.4, [BEFORE_S, BEFORE_S]
    air = HOP
    while True:
        off = t + 0.95
        writer.to(Node(t, (0.0, 0.0)), "smooth")
        depth = -vary(rng, 0.39, 0.08) * feet.leg_m
        writer.to(Node(t + 0.62, (0.0, 0.0), rise_m=depth, accel=9.0), "smooth")
        writer.to(Node(off, (0.0, 0.0), 0, 14.0), "smooth")
        tracks["lean"] += [(t, 2.0), (t + 0.62, 34.0), (off, 4.0)]
        for at, flex in ((t, 5.0), (t + 0.62, -30.0), (off, 50.0)):
            both(tracks, "flex", at, flex)
        for side in (0, 1):
            feet.arrived[side] = landed[side]
            feet.push(side, off, 0.0, 14.0, air)
        down = off + vary(rng, 0.42, 0.08)
        if down + 2.4 > seconds:
            return settle(writer, feet, tracks, down)
        writer.to(Node(down, (0.0, 0.0), 0, 24.0), "flight")
        writer.to(Node(down + 0.28, (0.0, 0.0), rise_m=-0.24, accel=8.0), "smooth")
        t = down + 1.1
        landed = [down, down]


def high_knees(
    writer: PathWriter, feet: Feet, tracks: Tracks, seconds: float, rng: np.random.Generator
) -> float:
    """Running in place with the knees up."""
    writer.to(Node(0.4, (0.0, 0.0)), "smooth")
    writer.to(Node(0.74, (0.0, 0.0), rise_m=-0.06, accel=4.0), "smooth")
    writer.to(Node(1.0, (0.0, 0.0), 1, 26.0), "smooth")
    feet.stand(0, 0.72, 0.0, 0.16, lift=28.0)
    feet.stand(1, 1.0, 0.0, 0.26, lift=34.0)
    t, side, roll = 1.0, 0, Roll(16.0, 34.0, 4.0, 0.18, 0.5)
    while t < seconds - 1.6:
        down = t + vary(rng, 0.075, 0.06)
        up = down + vary(rng, 0.19, 0.06)
        writer.to(Node(down, (0.0, 0.0), side, 22.0), "flight")
        writer.to(Node(up, (0.0, 0.0), side, 26.0), "force", some_lobe(rng))
        feet.put(side, down, up, 0.0, "skip", KNEE_UP, False, roll=roll)
        for s, name in enumerate(SIDE_NAMES):
            tracks[f"flex_{name}"].append((0.5 * (down + up), 44.0 if s == side else -30.0))
            tracks[f"elbow_{name}"].append((0.5 * (down + up), 85.0))
        t, side = up, 1 - side
    down = t + 0.08
    writer.to(Node(down, (0.0, 0.0), side, 22.0), "flight")
    return walk_to_stand(writer, feet, tracks, down, side, 0.0, -0.2, 0.2, "skip", KNEE_UP)


def running(
    writer: PathWriter, feet: Feet, tracks: Tracks, seconds: float, rng: np.random.Generator
) -> float:
    """Run past, along +x, half-way at the origin in the middle of the clip."""
    speed, strike = float(rng.uniform(2.4, 3.4)), float(rng.choice([-12.0, 0.0, 10.0]))
    contact, air = float(rng.uniform(0.22, 0.27)), float(rng.uniform(0.08, 0.12))
    roll, t, side, first = Roll(strike, 52.0, 0.0, 0.18, 0.45), BEFORE_S + 0.2, 0, True
    while t < seconds + AFTER_S:
        own = vary(rng, contact, 0.02)
        x = speed * (t + 0.5 * own - seconds / 2)
        travel = 0.96 * speed * own
        on = Node(
            t, (x - 0.46 * travel, 0.0), side, 18.0, v_m_s=-0.5, vxy_m_s=(speed, 0.0) if first else None
        )
        if first:
            writer.nodes[0], first = on, False
        else:
            writer.to(on, "flight")
        writer.to(Node(t + own, (x + 0.54 * travel, 0.0), side, 22.0), "force", some_lobe(rng))
        feet.put(side, t, t + own, x, "fore", STRIDE, False, roll=roll)
        for s, name in enumerate(SIDE_NAMES):
            tracks[f"flex_{name}"].append((t + 0.5 * own, -32.0 if s == side else 30.0))
            tracks[f"elbow_{name}"].append((t, 88.0))
        t, side = t + own + vary(rng, air, 0.02), 1 - side
    tracks["lean"].append((0.0, 7.0))
    return seconds


def lunges(writer: PathWriter, feet: Feet, tracks: Tracks, seconds: float, rng: np.random.Generator) -> float:
    """Step forward into a lunge and back to the stand, the legs in turn."""
    t, side, since = 0.5, 0, [BEFORE_S, BEFORE_S]
    writer.to(Node(t, (0.0, 0.0)), "smooth")
    length, deep = vary(rng, 0.86, 0.06) * feet.leg_m, feet.leg_m / 0.85
    while t + 3.0 < seconds:
        away, down = t + 0.25, t + 0.72
        low, up, back = t + 1.25, t + 1.75, t + 2.2
        feet.arrived[side] = since[side]
        feet.push(side, away, 0.0, 0.0, STEP, lift=22.0)
        feet.put(side, down, up, length, "heel", STEP, False, roll=Roll(-12.0, 30.0, 0.0, 0.12, 0.85))
        since[side] = back
        for at, x, rise, accel in (
            (away, 0.06, -0.02, 0.0),
            (down, 0.44 * length, -0.15 * deep, 1.0),
            (low, 0.5 * length, -vary(rng, 0.30, 0.06) * deep, 3.0),
            (up, 0.46 * length, -0.15 * deep, 1.0),
            (back + 0.1, 0.02, -0.01, 0.0),
        ):
            writer.to(Node(at, (x, 0.0), rise_m=rise, accel=accel), "smooth")
        tracks["lean"] += [(t, 2.0), (low, 8.0), (back, 2.0)]
        t, side = back + 0.35, 1 - side
    end = t + 0.5
    for own in (0, 1):
        feet.arrived[own] = since[own]
        feet.push(own, end + AFTER_S, 0.0, 6.0, STEP, lift=0.0)
    writer.to(Node(end + AFTER_S, (0.0, 0.0)), "smooth")
    return end


OTHERS: dict[str, Other] = {
    "jumping_jacks": jumping_jacks,
    "squat_jumps": squat_jumps,
    "high_knees": high_knees,
    "running": running,
    "lunges": lunges,
}
