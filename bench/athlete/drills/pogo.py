"""Pogo jumps: ten in a row, stiff or rebound, with what goes wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from bench.athlete.drills.base import (
    AFTER_S,
    BEFORE_S,
    PathWriter,
    Performance,
    RepSpan,
    Roll,
    Style,
    Tracks,
    both,
    contact_keys,
    flight_time_s,
    freeze,
    idle_arms,
    some_lobe,
    style_arms,
    vary,
)
from bench.athlete.drills.steps import WALK_SWING, Feet, walk_in
from bench.athlete.dynamics import Node
from bench.athlete.motion import Keys, Plant, SwingKey
from bench.athlete.skeleton import Skeleton


@dataclass(frozen=True, slots=True)
class PogoParams:
    """``drop_knee_deg`` knee flexion aimed at in the countermovement before the first jump;
    ``heel_deg`` least heel lift in contact (0 = heels down); ``fatigue`` is the relative growth of
    the contact time from the first to the last jump; ``foot_lag_ms`` spread between the two feet;
    ``pause_after`` ends a bout after that many jumps (0 = none)."""

    jumps: int = 10
    contact_ms: float = 182.0
    jump_height_m: float = 0.22
    variant: str = "stiff"
    arms_overhead: bool = True
    knee_touchdown_deg: float = 24.0
    knee_takeoff_deg: float = 13.0
    heel_deg: float = 7.0
    foot_takeoff_deg: float = 50.0
    fatigue: float = 0.04
    variation: float = 0.035
    foot_lag_ms: float = 4.0
    drift_m: float = 0.02
    lean_deg: float = 5.0
    lean_contact_deg: float = 5.0
    stand_before_s: float = 0.8
    stand_after_s: float = 0.8
    pause_after: int = 0
    faults: tuple[str, ...] = ()
    style: Style = field(default_factory=Style)


def pogo(skeleton: Skeleton, p: PogoParams, rng: np.random.Generator) -> Performance:
    """Plan a set of pogo jumps."""
    half = 0.062 * skeleton.body.stature_m / 1.75
    back = 0.45 * skeleton.shape.tip[0] + 0.02
    tip_x = 0.0
    writer = PathWriter(Node(BEFORE_S, (tip_x - back - 0.03, 0.0)))
    plants: list[Plant] = []
    t = p.stand_before_s * float(rng.uniform(0.85, 1.15))
    tracks = idle_arms(BEFORE_S, t, rng)
    tracks |= {"lean": [(BEFORE_S, 2.0), (t, 2.0)], "head_pitch": [(BEFORE_S, 0.0), (t, 0.0)]}
    previous_td = [BEFORE_S, BEFORE_S]
    if p.style.steps_in:
        feet = Feet(skeleton.shape.tip[0] - skeleton.shape.heel[0], half)
        t += walk_in(writer, feet, tracks, p.style.steps_in, 0, (-0.5 * feet.shoe_m, 0.0))
        plants, previous_td = list(feet.plants), list(feet.arrived)
    reps: list[RepSpan] = []
    previous_contact: tuple[float, float] | None = None
    standing = True
    for k in range(p.jumps):
        share = k / max(p.jumps - 1, 1)
        flight = flight_time_s(vary(rng, p.jump_height_m, p.variation) * (1 - 0.5 * p.fatigue * share))
        lag = np.clip(rng.normal(0, p.foot_lag_ms, 2), -12, 12) / 1000
        if standing:
            takeoff = _launch(writer, tracks, t, tip_x - back, p)
        else:
            contact = vary(rng, p.contact_ms * (1 + p.fatigue * share), p.variation) / 1000
            takeoff = t + contact
            writer.to(
                Node(takeoff, (tip_x - back, 0.0), 0, p.knee_takeoff_deg),
                "force",
                some_lobe(rng, p.style.law),
            )
            previous_contact = (t, takeoff)
            _arms_in_contact(tracks, t, takeoff, p)
        lifts = [takeoff - max(lag[0], 0), takeoff - max(-lag[0], 0)]
        roll = p.style.roll.drawn(rng) if p.style.roll else None
        for side in (0, 1):
            ends = (previous_td[side], lifts[side])
            plants.append(_plant(side, *ends, tip_x, half, p, standing, takeoff, roll))
        land = takeoff + flight
        tip_x += float(rng.normal(0, p.drift_m)) if k < p.jumps - 1 else 0.0
        writer.to(Node(land, (tip_x - back, 0.0), 0, p.knee_touchdown_deg), "flight")
        _arms_in_flight(tracks, takeoff, land, p)
        reps.append(
            RepSpan(
                k + 1,
                "both",
                previous_contact[0] if previous_contact else takeoff,
                land,
                previous_contact,
                (takeoff, land),
            )
        )
        previous_td = [land + max(lag[1], 0), land + max(-lag[1], 0)]
        t, standing = land, False
        last = k == p.jumps - 1
        if last or (p.pause_after and k + 1 == p.pause_after):
            t = _settle(writer, tracks, land, tip_x - back)
            if not last:
                t += 1.2
                previous_contact, standing = None, True
    end = t + p.stand_after_s
    for side in (0, 1):
        plants.append(
            _plant(side, previous_td[side], end + AFTER_S, tip_x, half, p, False, None, p.style.roll)
        )
    writer.to(Node(end + AFTER_S, (tip_x - back - 0.03, 0.0)), "smooth")
    jumping = (
        SwingKey(0.25, (("knee", 11.0), ("foot", 45.0), ("toe", 32.0))),
        SwingKey(0.62, (("knee", 20.0), ("foot", 28.0), ("toe", 20.0))),
    )
    counts = [[x.side for x in plants].count(side) for side in (0, 1)]
    walks = (
        [len([x for x in feet.plants if x.side == side]) for side in (0, 1)] if p.style.steps_in else (0, 0)
    )
    swings = tuple((WALK_SWING,) * w + (jumping,) * (n - w) for n, w in zip(counts, walks, strict=True))
    tracks = style_arms(tracks, p.style, tuple(reps))
    return Performance(
        "pogo",
        p.variant,
        end,
        writer.path(),
        tuple(plants),
        (swings[0], swings[1]),
        freeze(tracks),
        tuple(reps),
        p.faults,
        falls=p.style.falls,
        upright=p.style.upright,
    )


def _launch(writer: PathWriter, tracks: Tracks, t: float, x: float, p: PogoParams) -> float:
    """Countermovement from standing at t; returns the take-off time."""
    deep = -0.30 if p.variant == "rebound" else -0.20
    writer.to(Node(t, (x - 0.03, 0.0)), "smooth")
    writer.to(Node(t + 0.42, (x - 0.02, 0.0), rise_m=deep, accel=11.0), "smooth")
    writer.to(Node(t + 0.66, (x, 0.0), 0, p.knee_takeoff_deg), "smooth")
    both(tracks, "flex", t, 4.0)
    both(tracks, "flex", t + 0.38, -28.0)
    both(tracks, "elbow", t, 15.0)
    both(tracks, "elbow", t + 0.38, 22.0)
    tracks["lean"] += [(t, 2.0), (t + 0.42, 24.0), (t + 0.66, p.lean_deg)]
    tracks["head_pitch"] += [(t, 0.0), (t + 0.42, -10.0), (t + 0.66, 0.0)]
    return t + 0.66


def _settle(writer: PathWriter, tracks: Tracks, t: float, x: float) -> float:
    """Absorb the last landing at t and stand up; returns the time when all is still."""
    writer.to(Node(t + 0.26, (x - 0.01, 0.0), rise_m=-0.20, accel=7.0), "smooth")
    writer.to(Node(t + 0.85, (x - 0.03, 0.0)), "smooth")
    both(tracks, "flex", t + 0.28, 24.0)
    both(tracks, "flex", t + 0.95, 3.0)
    both(tracks, "elbow", t + 0.28, 45.0)
    both(tracks, "elbow", t + 0.95, 15.0)
    both(tracks, "abduct", t + 0.28, 14.0)
    both(tracks, "abduct", t + 0.95, 9.0)
    tracks["lean"] += [(t + 0.26, 24.0), (t + 0.85, 2.0)]
    tracks["head_pitch"] += [(t + 0.26, -8.0), (t + 0.85, 0.0)]
    return t + 0.85


def _arms_in_contact(tracks: Tracks, td: float, to: float, p: PogoParams) -> None:
    middle = td + 0.48 * (to - td)
    low = 40.0 if p.variant == "stiff" else -10.0
    both(tracks, "flex", middle, low if p.arms_overhead else 12.0)
    both(tracks, "elbow", middle, 75.0 if p.variant == "stiff" else 30.0)
    both(tracks, "abduct", middle, 14.0)
    tracks["lean"] += [(middle, p.lean_contact_deg)]


def _arms_in_flight(tracks: Tracks, to: float, td: float, p: PogoParams) -> None:
    top = to + 0.48 * (td - to)
    both(tracks, "flex", top, 165.0 if p.arms_overhead else 34.0)
    both(tracks, "elbow", top, 16.0 if p.arms_overhead else 70.0)
    both(tracks, "abduct", top, 8.0 if p.arms_overhead else 14.0)
    tracks["lean"] += [(top, p.lean_deg - 3.0)]


def _plant(
    side: int,
    td: float,
    to: float,
    tip_x: float,
    half: float,
    p: PogoParams,
    standing: bool,
    launch: float | None,
    roll: Roll | None = None,
) -> Plant:
    """One foot of one contact."""
    tip = (tip_x, half if side == 0 else -half)
    yaw = 4.0 if side == 0 else -4.0
    if standing and launch is not None:
        high = roll.takeoff_deg if roll else p.foot_takeoff_deg
        foot: Keys = ((launch - 0.24, 0.0), (launch - 0.07, min(20.0, 0.5 * high)), (to, high))
        toe: Keys = ((launch - 0.07, 0.0), (to, 22.0))
        if td > 0:
            landing = -10.0 if p.style.steps_in else 26.0
            foot = ((td, landing), (td + 0.09, 0.0), *foot)
            toe = ((td, 6.0 if landing > 0 else 0.0), (td + 0.03, 0.0), *toe)
        return Plant(side, td, to, tip, foot, toe, False, yaw)
    if launch is None:
        landing = roll.touchdown_deg if roll else 26.0
        on = 0.0 if roll else 6.0
        return Plant(
            side, td, to, tip, ((td, landing), (td + 0.09, 0.0)), ((td, on), (td + 0.03, 0.0)), False, yaw
        )
    if roll is not None:
        keys = contact_keys(td, to, roll.foot()), contact_keys(td, to, roll.toe())
        return Plant(side, td, to, tip, *keys, True, yaw)
    low, high = p.heel_deg, p.foot_takeoff_deg
    shape = (
        (0.0, 30.0),
        (0.14, 18.6 + 0.2 * low),
        (0.5, low),
        (0.72, low + 0.3 * high),
        (0.87, 0.62 * high + 6),
        (1.0, high),
    )
    toes = ((0.0, 6.0), (0.12, 0.0), (0.8, 0.0), (1.0, 0.44 * high))
    return Plant(side, td, to, tip, contact_keys(td, to, shape), contact_keys(td, to, toes), True, yaw)
