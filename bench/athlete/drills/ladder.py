"""Ladder footwork: one foot per box, or both feet in each box, as fast as possible."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from bench.athlete.drills.base import (
    BEFORE_S,
    SIDE_NAMES,
    PathWriter,
    Performance,
    RepSpan,
    Style,
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

RUN_TIMES = 1.45


@dataclass(frozen=True, slots=True)
class LadderParams:
    """``asymmetry`` lengthens the right foot's contacts by that share (and shortens the left's);
    ``contact_share`` of the step time is contact; ``run_in`` and ``run_out`` steps before and after the
    boxes are longer and slower by ``RUN_TIMES`` and belong to no rep; a ladder lies there if ``rungs``."""

    boxes: int = 11
    feet_per_box: int = 1
    step_rate_hz: float = 6.2
    contact_share: float = 0.66
    box_m: float = 0.42
    lead: str = "left"
    asymmetry: float = 0.0
    rhythm: float = 0.03
    knee_lift_deg: float = 40.0
    lean_deg: float = 9.0
    stand_before_s: float = 0.5
    stand_after_s: float = 0.4
    faults: tuple[str, ...] = ()
    style: Style = field(default_factory=Style)
    run_in: int = 0
    run_out: int = 0
    rungs: bool = True
    knee_touchdown_deg: float = 24.0
    knee_takeoff_deg: float = 29.0


def ladder(skeleton: Skeleton, p: LadderParams, rng: np.random.Generator) -> Performance:
    """Plan one run through the ladder."""
    feet = Feet(skeleton.shape.tip[0] - skeleton.shape.heel[0], 0.055, 2.0)
    t0 = p.stand_before_s * float(rng.uniform(0.85, 1.15))
    tracks = idle_arms(BEFORE_S, t0, rng)
    tracks |= {"lean": [(BEFORE_S, 2.0), (t0, 2.0)], "head_pitch": [(BEFORE_S, 0.0), (t0, 0.0)]}
    lead, step = SIDE_NAMES.index(p.lead), 1 / p.step_rate_hz
    speed = p.box_m / (step * p.feet_per_box)
    writer, roll = PathWriter(Node(BEFORE_S, (0.0, 0.0))), p.style.roll
    if p.style.steps_in:
        t0 += walk_in(writer, feet, tracks, p.style.steps_in, 0)
    off = t0 + 0.66
    writer.to(Node(t0, (0.0, 0.0)), "smooth")
    writer.to(Node(t0 + 0.34, (-0.01, 0.0), rise_m=-0.11, accel=4.0), "smooth")
    feet.stand(lead, t0 + 0.40, 0.0, 0.16, lift=30.0)
    feet.stand(1 - lead, off, 0.0, 0.28, lift=46.0)
    travel = speed * step * p.contact_share
    first_air = step * (1 - p.contact_share)
    run_in = 0.08 * speed
    base = run_in + 0.42 * travel + speed * first_air
    if p.run_in:
        base += speed * step * ((p.run_in - 1) * RUN_TIMES + 1)
    x_first = base
    ahead = speed * step * ((p.run_in - 1) * RUN_TIMES + 1) if p.run_in else 0.0
    writer.to(
        Node(
            off,
            (x_first - ahead - 0.42 * travel - speed * first_air, 0.0),
            1 - lead,
            p.knee_takeoff_deg + 1.0,
        ),
        "smooth",
    )
    t = off
    steps = p.boxes * p.feet_per_box
    prints: list[tuple[int, float, float]] = []
    lift = (
        SwingKey(
            0.45,
            (("thigh", p.knee_lift_deg), ("knee", p.knee_lift_deg + 34.0), ("foot", 24.0), ("toe", 18.0)),
        ),
    )
    for k in range(-p.run_in, steps + p.run_out):
        side = (lead + k) % 2
        box = k // p.feet_per_box
        within = 0 <= k < steps
        skew = 1 + p.asymmetry / 2 * (1 if side == 1 else -1)
        slower = 1.0 if within or k == -p.run_in else RUN_TIMES
        beat = vary(rng, step, p.rhythm) * slower
        contact = beat * p.contact_share * skew
        down = t + (beat - contact)
        far = strides(k, steps)
        x_body = x_first + speed * step * far
        x_foot = (
            base + box * p.box_m
            if p.feet_per_box == 1
            else (base + box * p.box_m + (0.02 if k % 2 else -0.02))
        )
        if p.feet_per_box == 2:
            x_body = x_first + speed * step * far - 0.25 * p.box_m
        if not within:
            x_foot = base + speed * step * far
        move = speed * contact
        writer.to(Node(down, (x_body - 0.42 * move, 0.0), side, p.knee_touchdown_deg), "flight")
        lobe = some_lobe(rng, p.style.law)
        writer.to(Node(down + contact, (x_body + 0.58 * move, 0.0), side, p.knee_takeoff_deg), "force", lobe)
        own = roll.drawn(rng) if roll else None
        feet.put(side, down, down + contact, x_foot, "quick", lift, within, roll=own)
        t = down + contact
        if within:
            prints.append((side, down, t))
        for s, name in enumerate(SIDE_NAMES):
            tracks[f"flex_{name}"].append((down + 0.4 * contact, 26.0 if s != side else -18.0))
    for name in SIDE_NAMES:
        tracks[f"elbow_{name}"] += [(t0 + 0.4, 88.0), (t, 88.0)]
        tracks[f"abduct_{name}"] += [(t0 + 0.4, 13.0), (t, 13.0)]
    tracks["lean"] += [(t0 + 0.34, p.lean_deg + 10), (off, p.lean_deg), (t, p.lean_deg)]
    tracks["head_pitch"] += [(t0 + 0.34, 8.0), (t, 8.0)]
    steps += p.run_out
    side, down = (lead + steps) % 2, t + step * (1 - p.contact_share) + 0.03
    x_last = x_first + speed * step * (strides(steps - 1, steps - p.run_out) + 1) + 0.05
    writer.to(
        Node(
            down,
            (x_last - 0.42 * travel - (0.25 * p.box_m if p.feet_per_box == 2 else 0), 0.0),
            side,
            p.knee_touchdown_deg - 2.0,
        ),
        "flight",
    )
    end = walk_to_stand(
        writer, feet, tracks, down, side, x_last, p.stand_after_s, speed, "flat", lift, roll=roll
    )
    tracks = style_arms(tracks, p.style, ())
    near = base - 0.5 * p.box_m
    return Performance(
        "ladder",
        f"{p.feet_per_box}_per_box",
        end,
        writer.path(),
        tuple(feet.plants),
        (tuple(feet.swings[0]), tuple(feet.swings[1])),
        freeze(tracks),
        box_reps(prints, p),
        p.faults,
        (near, p.box_m, p.boxes) if p.rungs else None,
        falls=p.style.falls,
        upright=p.style.upright,
    )


def strides(k: int, steps: int) -> float:
    """How many strides of the ladder lie between its first step and step ``k``, of ``steps`` in the boxes."""
    if k < 0:
        return RUN_TIMES * (k + 1) - 1
    return k if k < steps else steps - 1 + RUN_TIMES * (k - steps + 1)


def box_reps(prints: list[tuple[int, float, float]], p: LadderParams) -> tuple[RepSpan, ...]:
    """One rep per box passed."""
    out, n = [], p.feet_per_box
    for box in range(p.boxes):
        own = prints[box * n : (box + 1) * n]
        after = prints[(box + 1) * n][1] if (box + 1) * n < len(prints) else own[-1][2]
        contact = round(float(np.mean([b - a for _, a, b in own])) * 1000, 2)
        extra: dict[str, float | int | str | None] = {
            "contact_time_ms": contact,
            "feet_per_box": n,
            "lead_leg": p.lead,
            "step_rate_hz": round(n / (after - own[0][1]), 3) if after > own[-1][2] else None,
        }
        side = "both" if n == 2 else SIDE_NAMES[own[0][0]]
        out.append(RepSpan(box + 1, side, own[0][1], own[-1][2], (own[0][1], own[0][2]), None, extra))
    return tuple(out)
