"""Split-squat jumps: land split, sink deep, switch the legs in the air."""

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
    both,
    freeze,
    idle_arms,
    style_arms,
    vary,
)
from bench.athlete.drills.steps import Feet, walk_in
from bench.athlete.dynamics import Node
from bench.athlete.motion import SwingKey
from bench.athlete.skeleton import Skeleton


@dataclass(frozen=True, slots=True)
class SplitParams:
    """``front_knee_deg`` at the bottom; ``com_share`` 0 over the rear foot, 1 over the front;
    ``missed_switch`` jumps (1-based) that land with the same leg in front."""

    jumps: int = 6
    front_knee_deg: float = 92.0
    lean_deg: float = 8.0
    com_share: float = 0.5
    flight_ms: float = 390.0
    contact_s: float = 0.78
    stance_m: float = 0.80
    lead: str = "left"
    missed_switch: tuple[int, ...] = ()
    foot_lag_ms: float = 9.0
    variation: float = 0.04
    fatigue: float = 0.0
    stand_before_s: float = 0.5
    stand_after_s: float = 0.4
    faults: tuple[str, ...] = ()
    style: Style = field(default_factory=Style)


@dataclass(slots=True)
class Writer:
    """What is being written: path, feet, tracks."""

    path: PathWriter
    feet: Feet
    tracks: Tracks


def split(skeleton: Skeleton, p: SplitParams, rng: np.random.Generator) -> Performance:
    """Plan a set of split-squat jumps."""
    scale = skeleton.body.stature_m / 1.75
    shoe = skeleton.shape.tip[0] - skeleton.shape.heel[0]
    t0 = p.stand_before_s * float(rng.uniform(0.85, 1.15))
    tracks = idle_arms(BEFORE_S, t0, rng)
    tracks |= {"lean": [(BEFORE_S, 2.0), (t0, 2.0)], "head_pitch": [(BEFORE_S, 0.0), (t0, 0.0)]}
    w = Writer(PathWriter(Node(BEFORE_S, (0.0, 0.0))), Feet(shoe, 0.085 * scale, 2.0), tracks)
    if p.style.steps_in and not p.style.split_start:
        t0 += walk_in(w.path, w.feet, tracks, p.style.steps_in, 0)
    off = t0 + 0.66
    if p.style.split_start:
        split_stand(w, p, t0, off, scale)
    else:
        w.path.to(Node(t0, (0.0, 0.0)), "smooth")
        w.path.to(Node(t0 + 0.42, (0.0, 0.0), rise_m=-0.22, accel=11.0), "smooth")
        w.path.to(Node(off, (0.0, 0.0), 0, 14.0), "smooth")
        for side in (0, 1):
            w.feet.stand(side, off, 0.0)
    tracks["lean"] += [(t0, 2.0), (t0 + 0.42, 26.0), (off, 4.0)]
    for name, keys in (
        ("flex", ((t0, 4.0), (t0 + 0.4, -35.0), (off, 40.0))),
        ("elbow", ((t0, 16.0), (t0 + 0.4, 30.0), (off, 70.0))),
    ):
        for time_s, value in keys:
            both(tracks, name, time_s, value)
    front, t = SIDE_NAMES.index(p.lead), off
    length = p.stance_m * scale
    reps: list[RepSpan] = []
    last_front: int | None = None
    for k in range(p.jumps):
        if k and (k + 1) not in p.missed_switch:
            front = 1 - front
        flight = vary(rng, p.flight_ms, p.variation) / 1000
        down = t + flight
        stay = vary(rng, p.contact_s, p.variation)
        final = k == p.jumps - 1
        up = down + stay
        knee = vary(rng, p.front_knee_deg * (1 - p.fatigue * k / p.jumps), 0.03)
        landing(w, rng, p, down, up, front, length, knee, final)
        reps.append(
            RepSpan(
                k + 1,
                SIDE_NAMES[front],
                down,
                up,
                (down, up) if not final else None,
                (t, down),
                {"lead_leg": SIDE_NAMES[front], "switched": int(last_front is None or last_front != front)},
            )
        )
        last_front, t = front, up
    end = t + 0.75 + p.stand_after_s
    tracks = style_arms(tracks, p.style, tuple(reps))
    return Performance(
        "split_squat_jump",
        "",
        end,
        w.path.path(),
        tuple(w.feet.plants),
        (tuple(w.feet.swings[0]), tuple(w.feet.swings[1])),
        freeze(tracks),
        tuple(reps),
        p.faults,
        falls=p.style.falls,
        upright=p.style.upright,
    )


def split_stand(w: Writer, p: SplitParams, t0: float, off: float, scale: float) -> None:
    """Stand in a split, the other leg in front, and jump out of it."""
    front, length = 1 - SIDE_NAMES.index(p.lead), p.stance_m * scale
    x = (p.com_share - 0.5) * length
    w.path.nodes[0] = Node(BEFORE_S, (x, 0.0), rise_m=-0.16)
    w.path.to(Node(t0, (x, 0.0), rise_m=-0.16), "smooth")
    w.path.to(Node(t0 + 0.42, (x, 0.0), front, 0.85 * p.front_knee_deg, accel=6.0), "smooth")
    w.path.to(Node(off, (0.6 * x, 0.0), front, 30.0), "smooth")
    roll = p.style.roll or Roll(takeoff_deg=46.0)
    w.feet.stand(front, off, 0.5 * length, lift=roll.takeoff_deg)
    rear_stance(w, BEFORE_S, off, -0.5 * length, 1 - front, (), False)


def landing(
    w: Writer,
    rng: np.random.Generator,
    p: SplitParams,
    down: float,
    up: float,
    front: int,
    length: float,
    knee: float,
    final: bool,
) -> None:
    """One landing into a split: down, bottom, up (or, after the last, step together)."""
    x_front, x_rear = 0.5 * length, -0.5 * length
    x = x_rear + p.com_share * length
    lag = np.clip(rng.normal(0, p.foot_lag_ms, 2), -25, 25) / 1000
    bottom = down + 0.44 * (up - down)
    w.path.to(Node(down, (0.75 * x, 0.0), front, 38.0), "flight")
    w.path.to(Node(bottom, (x, 0.0), front, knee, accel=5.0), "smooth")
    air = (SwingKey(0.5, (("thigh", 14.0), ("knee", 38.0), ("foot", 34.0), ("toe", 26.0))),)
    downs = (down + max(lag[0], 0), down + max(-lag[0], 0))
    ups = (up - max(lag[1], 0), up - max(-lag[1], 0))
    rear = 1 - front
    if final:
        end = up + 0.75 + p.stand_after_s
        w.path.to(Node(up, (x_front - 0.14, 0.0), front, 42.0, v_m_s=0.25), "smooth")
        w.path.to(Node(up + 0.6, (x_front, 0.0)), "smooth")
        w.path.to(Node(end + 1.0, (x_front, 0.0)), "smooth")
        w.feet.stay(
            front, downs[front], x_front, end, p.style.roll.touchdown_deg if p.style.roll else 4.0, air
        )
        rear_stance(w, downs[rear], bottom + 0.45 * (up - bottom), x_rear, rear, air, False)
        w.feet.stay(
            rear,
            up + 0.40,
            x_front,
            end,
            6.0,
            (SwingKey(0.5, (("thigh", 14.0), ("knee", 48.0), ("foot", 26.0), ("toe", 20.0))),),
        )
    else:
        w.path.to(Node(up, (0.6 * x, 0.0), front, 30.0), "smooth")
        shape = ((0.0, 8.0), (0.08, 0.0), (0.74, 0.0), (0.9, 16.0), (1.0, 46.0))
        roll = p.style.roll.drawn(rng) if p.style.roll else None
        w.feet.put(front, downs[front], ups[front], x_front, "flat", air, shape=shape, roll=roll)
        rear_stance(w, downs[rear], ups[rear], x_rear, rear, air, True)
    arms(w.tracks, down, bottom, up, p, final)


def rear_stance(
    w: Writer, td: float, to: float, x: float, side: int, air: tuple[SwingKey, ...], working: bool
) -> None:
    """The rear foot: on its ball throughout."""
    shape = ((0.0, 34.0), (0.25, 50.0), (0.44, 58.0), (0.7, 52.0), (1.0, 62.0))
    w.feet.put(side, td, to, x, "fore", air, working, shape=shape)


def arms(tracks: Tracks, down: float, bottom: float, up: float, p: SplitParams, final: bool) -> None:
    """Arms low and bent in the squat, up with the jump."""
    for time_s, flex, elbow in ((down, 34.0, 70.0), (bottom, -6.0, 62.0), (up, 46.0, 80.0)):
        both(tracks, "flex", time_s, flex if not (final and time_s == up) else 10.0)
        both(tracks, "elbow", time_s, elbow if not (final and time_s == up) else 30.0)
        both(tracks, "abduct", time_s, 14.0)
    tracks["lean"] += [(down, 0.6 * p.lean_deg + 2), (bottom, p.lean_deg), (up, 0.6 * p.lean_deg)]
    if final:
        both(tracks, "flex", up + 0.6, 4.0)
        both(tracks, "elbow", up + 0.6, 16.0)
        tracks["lean"].append((up + 0.6, 2.0))
