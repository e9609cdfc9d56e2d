"""Draw athletes and the ways they do the drills, from wide distributions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal, TypedDict, TypeVar

import numpy as np

from bench.athlete import ATHLETES, Athlete
from bench.athlete.drills import (
    HopParams,
    IdleParams,
    LadderParams,
    MotionParams,
    PogoParams,
    SkipParams,
    SplitParams,
)
from bench.athlete.drills.base import Arms, Law, Roll, Style
from bench.athlete.drills.negatives import Kind
from bench.athlete.figure import Figure, Footwear
from bench.athlete.wardrobe import Colour, Look

__all__ = [
    "DRILLS",
    "IDLE_KINDS",
    "LANDINGS",
    "Landing",
    "contacts_of",
    "draw_athlete",
    "draw_idle",
    "draw_motion",
]

Rng = np.random.Generator
T = TypeVar("T")
Landing = Literal["heel", "flat", "forefoot"]
LANDINGS: tuple[Landing, ...] = ("heel", "flat", "forefoot")
DRILLS = ("pogo", "single_leg_hop", "split_squat_jump", "a_skip", "ladder")
IDLE_KINDS: tuple[Kind, ...] = (
    "standing",
    "weight_shifts",
    "squats",
    "walking",
    "jumping_jacks",
    "squat_jumps",
    "high_knees",
    "running",
    "lunges",
)
SKINS: tuple[Colour, ...] = (
    (236, 196, 164),
    (224, 172, 142),
    (198, 142, 108),
    (150, 102, 74),
    (112, 72, 50),
    (86, 56, 40),
)
HAIRS: tuple[Colour, ...] = ((20, 16, 14), (58, 40, 28), (96, 58, 32), (170, 130, 80), (120, 116, 112))
LAWS: tuple[Law, ...] = ("skewed", "symmetric", "double", "early", "late")
LEGS = {"shorts": (0.42, 0.8), "three-quarter": (1.2, 1.5), "tights": (1.65, 1.8), "trousers": (2.0, 2.0)}
QUICK_FPS = 100
"""From this frame rate on stands are kept short: they are many frames in which nothing happens."""


def one_of(rng: Rng, values: Sequence[T], weights: Sequence[float] | None = None) -> T:
    """One of some values, by weight."""
    share = None if weights is None else np.array(weights) / sum(weights)
    return values[int(rng.choice(len(values), p=share))]


def within(rng: Rng, low: float, high: float) -> float:
    """A number between two."""
    return float(rng.uniform(low, high))


def colour(rng: Rng) -> Colour:
    """Any colour."""
    r, g, b = (int(v) for v in rng.integers(18, 246, 3))
    return r, g, b


def near(rng: Rng, to: Colour, spread: float = 18.0) -> Colour:
    """A colour that is hard to tell from another."""
    r, g, b = (int(np.clip(v + rng.normal(0, spread), 5, 250)) for v in to)
    return r, g, b


def draw_athlete(rng: Rng, floor: Colour) -> Athlete:
    """Draw body, footwear and clothes; a third of the shoes has nearly the floor's colour."""
    names = sorted(ATHLETES)
    body, other = one_of(rng, names), one_of(rng, names)
    child = rng.uniform() < 0.12
    girth = within(rng, 0.9, 1.0) if child else within(rng, 0.88, 1.22)
    stature = within(rng, 1.28, 1.5) if child else within(rng, 1.48, 2.0)
    figure = Figure(
        body,
        other,
        round(within(rng, 0.0, 0.5), 3),
        stature_m=round(stature, 3),
        leg=within(rng, 0.92, 0.98) if child else within(rng, 0.94, 1.06),
        shank=within(rng, 0.96, 1.04),
        arm=within(rng, 0.95, 1.06),
        girth=girth,
        head=within(rng, 1.1, 1.2) if child else within(rng, 0.96, 1.05),
        foot=within(rng, 0.94, 1.08),
        footwear=draw_footwear(rng),
    )
    mass_kg = round(21.5 * stature**2 * girth**1.6 * within(rng, 0.95, 1.06), 1)
    base = ATHLETES[body]
    name = f"{'child' if child else 'adult'} after {body}"
    return Athlete(
        name, figure, base.sex, figure.stature_m or stature, mass_kg, draw_look(rng, base.look, floor)
    )


def draw_footwear(rng: Rng) -> Footwear:
    """Shoes of every kind, socks, bare feet."""
    kind: Literal["shoe", "sock", "bare"] = one_of(rng, ("shoe", "sock", "bare"), (0.72, 0.10, 0.18))
    if kind != "shoe":
        return Footwear(kind, hinge_m=within(rng, -0.006, 0.004), flex_deg=within(rng, 45, 70))
    return Footwear(
        kind,
        sole_m=within(rng, 0.012, 0.042),
        spring_m=0.0 if rng.uniform() < 0.3 else within(rng, 0.004, 0.022),
        hinge_m=within(rng, -0.012, 0.006),
        flex_deg=within(rng, 14, 60),
        longer_m=within(rng, 0.0, 0.02),
    )


def draw_look(rng: Rng, base: Look, floor: Colour) -> Look:
    """Clothes and colours over a body's own hair style."""
    garment = one_of(rng, tuple(LEGS), (0.45, 0.12, 0.18, 0.25))
    shoe = near(rng, floor) if rng.uniform() < 0.33 else colour(rng)
    light = within(rng, 0.2, 1.0)
    return replace(
        base,
        skin=near(rng, one_of(rng, SKINS), 8.0),
        hair=near(rng, one_of(rng, HAIRS), 8.0),
        shirt=colour(rng),
        shirt_trim=colour(rng),
        bottoms=near(rng, floor) if rng.uniform() < 0.15 else colour(rng),
        bottoms_trim=colour(rng),
        shoe=shoe,
        midsole=near(rng, one_of(rng, ((240, 240, 236), (30, 30, 32), shoe, floor)), 8.0),
        outsole=(int(120 * light), int(110 * light), int(100 * light)),
        sock=colour(rng),
        sock_m=within(rng, 0.02, 0.22),
        sleeve=one_of(rng, (0.0, 0.5, 0.9), (0.3, 0.5, 0.2)),
        leg=within(rng, *LEGS[garment]),
        loose_m=within(rng, 0.006, 0.016),
        flare_m=within(rng, 0.008, 0.034) if garment == "trousers" else 0.0,
    )


def draw_roll(rng: Rng, landing: Landing, takeoff_deg: tuple[float, float], least_deg: float = 8.0) -> Roll:
    """How the feet land, roll and leave; ``least_deg`` bounds the heel lift of forefoot runners."""
    ranges = {"heel": (-15.0, -4.0), "flat": (0.0, 0.0), "forefoot": (5.0, 20.0)}
    down = within(rng, *ranges[landing])
    return Roll(
        touchdown_deg=down,
        takeoff_deg=within(rng, *takeoff_deg),
        least_deg=within(rng, 0.0, least_deg) if landing == "forefoot" else 0.0,
        down_at=within(rng, 0.10, 0.26),
        up_at=within(rng, 0.40, 0.62),
        toe_touchdown_deg=within(rng, 0.0, 6.0),
        toe_takeoff_deg=within(rng, 4.0, 26.0),
        vary_deg=within(rng, 0.5, 2.5),
    )


def draw_style(rng: Rng, roll: Roll, arms: Sequence[float], fps: float, **more: Any) -> Style:
    """A style; ``arms`` weighs the drill's own, hips, still, swing and overhead."""
    kinds: tuple[Arms, ...] = ("drill", "hips", "still", "swing", "overhead")
    steps = int(rng.integers(2, 4)) if fps < QUICK_FPS and rng.uniform() < 0.2 else 0
    return Style(roll, one_of(rng, LAWS), one_of(rng, kinds, arms), steps, **more)


class Stands(TypedDict):
    """How long the athlete stands before and after, as the drills' parameters name it."""

    stand_before_s: float
    stand_after_s: float


def stands(rng: Rng, fps: float, after: tuple[float, float]) -> Stands:
    """How long the athlete stands before and after."""
    if fps >= QUICK_FPS:
        return {"stand_before_s": 0.2, "stand_after_s": after[0]}
    return {"stand_before_s": within(rng, 0.2, 0.7), "stand_after_s": within(rng, *after)}


def reps_at(fps: float, few: int, some: int, many: int) -> int:
    """How many reps a set has: many where the stands about it would cost most frames."""
    return few if fps < 30 else some if fps < QUICK_FPS else many


def draw_pogo(rng: Rng, landing: Landing, fps: float) -> PogoParams:
    """Pogo jumps, stiff or rebound."""
    contact = within(rng, 260, 560) if rng.uniform() < 0.3 else within(rng, 90, 260)
    flight_s = min(within(rng, 0.26, 0.5), 4.0 * contact / 1000)
    top = 70.0 if flight_s > 0.36 else 50.0
    arms = (0.4, 0.25, 0.1, 0.1, 0.15)
    style = draw_style(rng, draw_roll(rng, landing, (20.0, top)), arms, fps)
    return PogoParams(
        jumps=reps_at(fps, 5, 7, 9),
        contact_ms=contact,
        jump_height_m=9.81 * flight_s**2 / 8,
        variant="rebound" if contact >= 300 else "stiff",
        arms_overhead=bool(rng.uniform() < 0.7),
        knee_touchdown_deg=within(rng, 14, 30),
        knee_takeoff_deg=within(rng, 8, 18),
        variation=within(rng, 0.02, 0.06),
        foot_lag_ms=within(rng, 1, 9),
        drift_m=within(rng, 0.005, 0.04),
        lean_deg=within(rng, 1, 9),
        lean_contact_deg=within(rng, 3, 10) + 0.03 * max(contact - 250, 0),
        style=style,
        **stands(rng, fps, (-0.5, 0.2)),
    )


def draw_hop(rng: Rng, landing: Landing, fps: float) -> HopParams:
    """Hops on one leg."""
    style = draw_style(rng, draw_roll(rng, landing, (25.0, 70.0)), (0.6, 0.2, 0.1, 0.1, 0.0), fps)
    return HopParams(
        side=one_of(rng, ("left", "right")),
        hops=reps_at(fps, 4, 6, 8),
        distance_m=within(rng, 0.5, 1.6),
        contact_ms=within(rng, 160, 420),
        flight_ms=within(rng, 230, 380),
        heel_recovery_deg=within(rng, 80, 138),
        knee_touchdown_deg=within(rng, 11, 24),
        knee_takeoff_deg=within(rng, 14, 28),
        lean_deg=within(rng, 2, 14),
        variation=within(rng, 0.02, 0.06),
        style=style,
        **stands(rng, fps, (-0.7, 0.1)),
    )


def draw_split(rng: Rng, landing: Landing, fps: float) -> SplitParams:
    """Split-squat jumps from a stand or a split."""
    split_start = bool(rng.uniform() < 0.35)
    style = draw_style(
        rng, draw_roll(rng, landing, (22.0, 62.0)), (0.5, 0.25, 0.1, 0.0, 0.15), fps, split_start=split_start
    )
    return SplitParams(
        jumps=reps_at(fps, 4, 5, 7),
        front_knee_deg=within(rng, 55, 100),
        lean_deg=within(rng, 3, 22),
        com_share=within(rng, 0.42, 0.66),
        flight_ms=within(rng, 240, 400),
        contact_s=within(rng, 0.35, 0.72),
        stance_m=within(rng, 0.66, 0.84),
        lead=one_of(rng, ("left", "right")),
        foot_lag_ms=within(rng, 3, 18),
        variation=within(rng, 0.02, 0.06),
        style=style,
        **stands(rng, fps, (-0.5, 0.2)),
    )


def draw_skip(rng: Rng, landing: Landing, fps: float) -> SkipParams:
    """A-skips."""
    style = draw_style(rng, draw_roll(rng, landing, (20.0, 46.0)), (0.75, 0.15, 0.1, 0.0, 0.0), fps)
    return SkipParams(
        groups=reps_at(fps, 4, 5, 8),
        thigh_deg=within(rng, 52, 96),
        contact_ms=within(rng, 120, 300),
        bounce_flight_ms=within(rng, 85, 170),
        change_flight_ms=within(rng, 105, 190),
        speed_m_s=within(rng, 0.5, 1.7),
        lift_deg=within(rng, 8, 16),
        lean_deg=within(rng, 1, 8),
        rhythm=within(rng, 0.01, 0.05),
        lead=one_of(rng, ("left", "right")),
        knee_touchdown_deg=within(rng, 14, 24),
        knee_takeoff_deg=within(rng, 16, 26),
        style=style,
        **stands(rng, fps, (-0.7, 0.1)),
    )


def draw_ladder(rng: Rng, landing: Landing, fps: float) -> LadderParams:
    """Ladder runs, with steps in and out of it or straight from a stand; some without visible rungs."""
    style = draw_style(rng, draw_roll(rng, landing, (20.0, 40.0), 6.0), (0.8, 0.1, 0.1, 0.0, 0.0), fps)
    feet, rungs = one_of(rng, (1, 2)), bool(rng.uniform() < 0.75)
    return LadderParams(
        boxes={1: 10, 2: 6}[feet],
        feet_per_box=feet,
        step_rate_hz=within(rng, 3.6, 6.8),
        contact_share=within(rng, 0.58, 0.72),
        box_m=within(rng, 0.36, 0.46),
        lead=one_of(rng, ("left", "right")),
        rhythm=within(rng, 0.015, 0.05),
        knee_lift_deg=within(rng, 24, 52),
        lean_deg=within(rng, 3, 12),
        style=style,
        run_in=int(rng.integers(0, 4)) if rungs else 0,
        run_out=int(rng.integers(0, 3)) if rungs else 0,
        rungs=rungs,
        knee_touchdown_deg=within(rng, 18, 30),
        knee_takeoff_deg=within(rng, 22, 32),
        **stands(rng, fps, (-0.8, 0.0)),
    )


DRAWS: dict[str, Callable[[Rng, Landing, float], MotionParams]] = {
    "pogo": draw_pogo,
    "single_leg_hop": draw_hop,
    "split_squat_jump": draw_split,
    "a_skip": draw_skip,
    "ladder": draw_ladder,
}


def draw_motion(rng: Rng, drill: str, landing: Landing, fps: float) -> MotionParams:
    """Draw how a drill is done, with a landing style, for a clip of a frame rate."""
    return DRAWS[drill](rng, landing, fps)


def draw_idle(rng: Rng, kind: Kind, stature_m: float) -> IdleParams:
    """Draw an exercise that is none of the drills, for somebody of a stature."""
    size = stature_m / 1.75
    return IdleParams(
        kind,
        within(rng, 3.5, 5.0) if kind != "lunges" else within(rng, 5.5, 6.5),
        squat_depth_m=size * within(rng, 0.24, 0.4),
        step_m=size * within(rng, 0.55, 0.72),
        step_s=within(rng, 0.48, 0.6),
    )


def contacts_of(motion: MotionParams) -> int:
    """How many drill contacts a set has: of both feet together in pogo and split-squat jumps."""
    match motion:
        case PogoParams(jumps=n) | HopParams(hops=n) | SplitParams(jumps=n):
            return n - 1
        case SkipParams():
            return motion.groups * motion.bounces - len(motion.single_at)
        case LadderParams():
            return motion.boxes * motion.feet_per_box
        case _:
            return 0
