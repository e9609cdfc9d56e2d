"""What every drill's motion hands on, and helpers to write one down."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from bench.athlete.dynamics import Kind, Lobe, Node, Path
from bench.athlete.motion import Keys, Plant, SwingKey
from bench.athlete.skeleton import Skeleton

SIDE_NAMES = ("left", "right")
BEFORE_S = -1.0
AFTER_S = 1.0


Law = Literal["skewed", "symmetric", "double", "early", "late"]
Tracks = dict[str, list[tuple[float, float]]]
Arms = Literal["drill", "hips", "still", "swing", "overhead"]
FALLS = (-0.25, 0.45)
"""By what share of g t^2 / 2 a body of a drawn style may be lower at the end of a flight."""


@dataclass(frozen=True, slots=True)
class Roll:
    """How a foot rolls over the ground in a contact.

    Attributes:
        touchdown_deg: pitch of the foot at touchdown: below 0 the heel comes first, above 0 the forefoot.
        takeoff_deg: pitch at take-off.
        least_deg: least heel lift in between.
        down_at, up_at: share of the contact at which it is reached and left.
        toe_touchdown_deg, toe_takeoff_deg: pitch of the toes; a stiff sole makes it more.
        vary_deg: SD of both pitches from contact to contact.
    """

    touchdown_deg: float = 18.0
    takeoff_deg: float = 40.0
    least_deg: float = 0.0
    down_at: float = 0.15
    up_at: float = 0.5
    toe_touchdown_deg: float = 0.0
    toe_takeoff_deg: float = 16.0
    vary_deg: float = 1.5

    def drawn(self, rng: np.random.Generator) -> Roll:
        """This roll as it turns out in one contact."""
        off, on = self.vary_deg * np.clip(rng.normal(0, 1, 2), -2, 2)
        landing = self.touchdown_deg + float(on) if self.touchdown_deg else 0.0
        if landing * self.touchdown_deg < 0:
            landing = 0.0
        return replace(self, touchdown_deg=landing, takeoff_deg=max(self.takeoff_deg + float(off), 8.0))

    def foot(self) -> tuple[tuple[float, float], ...]:
        """Heel lift over shares of the contact."""
        least = 0.0 if self.touchdown_deg <= 0 else min(self.least_deg, self.touchdown_deg)
        u, rise = self.up_at, self.takeoff_deg - least
        middle = ((u, least), (u + 0.55 * (1 - u), least + 0.42 * rise), (1.0, self.takeoff_deg))
        return ((0.0, self.touchdown_deg), (self.down_at, least), *middle)

    def toe(self) -> tuple[tuple[float, float], ...]:
        """Pitch of the toes over shares of the contact."""
        late = self.up_at + 0.6 * (1 - self.up_at)
        on = max(min(self.toe_touchdown_deg, self.touchdown_deg), 0.0)
        return ((0.0, on), (0.8 * self.down_at, 0.0), (late, 0.0), (1.0, self.toe_takeoff_deg))


@dataclass(frozen=True, slots=True)
class Style:
    """How an athlete does a drill; the defaults are the way of the plain athlete.

    Attributes:
        roll: how the feet land, roll and leave; None keeps the drill's own.
        law: which force law the quick contacts follow.
        arms: as the drill has it, hands on the hips, hanging, swinging in turn, or overhead throughout.
        steps_in: steps of a walk to the place before the drill begins.
        split_start: a split-squat jump begins in a split stand.
    """

    roll: Roll | None = None
    law: Law = "skewed"
    arms: Arms = "drill"
    steps_in: int = 0
    split_start: bool = False

    @property
    def falls(self) -> tuple[float, float] | None:
        """Bounds on the fall in flights, for feet that the drill's own knees were not chosen for."""
        return FALLS if self.roll is not None else None

    @property
    def upright(self) -> bool:
        """Whether the standing height follows from the legs: at time 0 the left foot may be anywhere."""
        return self.roll is not None or self.steps_in > 0 or self.split_start


@dataclass(frozen=True, slots=True)
class RepSpan:
    """One rep as drills.md counts it: real seconds since the start of the clip.

    ``contact`` is the one that launched it (pogo, hop) or the landing (split squat); ``extra``
    holds metrics that are known from the plan alone.
    """

    number: int
    side: str
    start_s: float
    end_s: float
    contact: tuple[float, float] | None = None
    flight: tuple[float, float] | None = None
    extra: dict[str, float | int | str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Performance:
    """A planned motion with its reps and the faults put into it."""

    drill: str
    variant: str
    duration_s: float
    path: Path
    plants: tuple[Plant, ...]
    swings: tuple[tuple[tuple[SwingKey, ...], ...], tuple[tuple[SwingKey, ...], ...]]
    tracks: dict[str, Keys]
    reps: tuple[RepSpan, ...]
    faults: tuple[str, ...] = ()
    ladder: tuple[float, float, int] | None = None
    release_s: float = 0.030
    falls: tuple[float, float] | None = None
    upright: bool = False


class PathWriter:
    """Writes nodes and segments one after the other."""

    def __init__(self, first: Node) -> None:
        self.nodes = [first]
        self.kinds: list[Kind] = []
        self.lobes: list[Lobe] = []

    def to(self, node: Node, kind: Kind, lobe: Lobe | None = None) -> None:
        """Go on to the next node."""
        self.nodes.append(node)
        self.kinds.append(kind)
        self.lobes.append(lobe or Lobe())

    def path(self) -> Path:
        """The finished path."""
        return Path(tuple(self.nodes), tuple(self.kinds), tuple(self.lobes))


def vary(rng: np.random.Generator, value: float, share: float) -> float:
    """A value with a random relative deviation, bounded at two and a half."""
    return float(value * (1 + share * np.clip(rng.normal(), -2.5, 2.5)))


def some_lobe(rng: np.random.Generator, law: Law = "skewed") -> Lobe:
    """A random force law of a kind: impact share, its time, sharpness of the main lobe."""
    impact, at, sharp = (float(rng.uniform(*r)) for r in ((0.06, 0.15), (0.10, 0.18), (4.6, 6.6)))
    match law:
        case "symmetric":
            return Lobe(0.0, 0.5, sharp)
        case "double":
            return Lobe(0.3 * impact, at, 2 * sharp, apart=0.17 + impact)
        case "early":
            return Lobe(2.2 * impact, at, sharp, 14.0)
        case "late":
            return Lobe(1.6 * impact, 0.9 - at, sharp, 12.0)
        case _:
            return Lobe(impact, at, sharp)


def foot_lead_m(skeleton: Skeleton) -> float:
    """Distance from the ankle forward to the tip of the shoe."""
    return skeleton.shape.tip[0]


def contact_keys(td: float, to: float, shape: tuple[tuple[float, float], ...]) -> Keys:
    """Keys given at shares of a contact, as absolute times."""
    return tuple((td + u * (to - td), v) for u, v in shape)


def flight_time_s(height_m: float) -> float:
    """Flight time of a jump of a given height with like postures: h = g t^2 / 8."""
    return float(np.sqrt(8 * height_m / 9.81))


def idle_arms(t0: float, t1: float, rng: np.random.Generator) -> Tracks:
    """Arm tracks (mutable) that start hanging."""
    out: Tracks = {}
    for side in SIDE_NAMES:
        out[f"flex_{side}"] = [(t0, float(rng.uniform(2, 8))), (t1, float(rng.uniform(2, 8)))]
        out[f"abduct_{side}"] = [(t0, 9.0), (t1, 9.0)]
        out[f"elbow_{side}"] = [(t0, float(rng.uniform(12, 22))), (t1, float(rng.uniform(12, 22)))]
    return out


def both(tracks: Tracks, name: str, time_s: float, value: float) -> None:
    """Put the same key into the left and right track of an arm joint."""
    for side in SIDE_NAMES:
        tracks[f"{name}_{side}"].append((time_s, value))


def freeze(tracks: Tracks) -> dict[str, Keys]:
    """Tracks with sorted keys, without keys that fall on each other."""
    out: dict[str, Keys] = {}
    for name, keys in tracks.items():
        kept: list[tuple[float, float]] = []
        for time_s, value in sorted(keys):
            if not kept or time_s - kept[-1][0] > 1e-3:
                kept.append((float(time_s), float(value)))
        out[name] = tuple(kept)
    return out


ARM_DEG: dict[str, tuple[float, float, float]] = {
    "hips": (-45.0, 30.0, 85.0),
    "still": (4.0, 9.0, 16.0),
    "overhead": (168.0, 9.0, 14.0),
}
"""Flexion and abduction of the shoulder and flexion of the elbow of arms that keep still, degrees."""


def style_arms(tracks: Tracks, style: Style, reps: tuple[RepSpan, ...]) -> Tracks:
    """Tracks with the arms of a style in place of the drill's own."""
    if style.arms == "drill":
        return tracks
    out = {k: v for k, v in tracks.items() if not k.startswith(("flex_", "abduct_", "elbow_"))}
    if style.arms == "swing":
        for s, side in enumerate(SIDE_NAMES):
            beats = [(r.end_s, 26.0 if (k + s) % 2 else -22.0) for k, r in enumerate(reps)]
            out[f"flex_{side}"] = [(BEFORE_S, 4.0), *beats]
            out[f"abduct_{side}"], out[f"elbow_{side}"] = [(BEFORE_S, 12.0)], [(BEFORE_S, 70.0)]
        return out
    for name, value in zip(("flex", "abduct", "elbow"), ARM_DEG[style.arms], strict=True):
        for side in SIDE_NAMES:
            out[f"{name}_{side}"] = [(BEFORE_S, value)]
    return out
