"""What every drill's motion hands on, and helpers to write one down."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from bench.athlete.dynamics import Kind, Lobe, Node, Path
from bench.athlete.motion import Keys, Plant
from bench.athlete.skeleton import Skeleton

SIDE_NAMES = ("left", "right")
BEFORE_S = -1.0
AFTER_S = 1.0


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
    swings: tuple[tuple, tuple]
    tracks: dict[str, Keys]
    reps: tuple[RepSpan, ...]
    faults: tuple[str, ...] = ()
    ladder: tuple[float, float, int] | None = None
    release_s: float = 0.030


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


def some_lobe(rng: np.random.Generator) -> Lobe:
    """A random force law: impact share, its time, sharpness of the main lobe."""
    return Lobe(float(rng.uniform(0.06, 0.15)), float(rng.uniform(0.10, 0.18)), float(rng.uniform(4.6, 6.6)))


def foot_lead_m(skeleton: Skeleton) -> float:
    """Distance from the ankle forward to the tip of the shoe."""
    return skeleton.shape.tip[0]


def contact_keys(td: float, to: float, shape: tuple[tuple[float, float], ...]) -> Keys:
    """Keys given at shares of a contact, as absolute times."""
    return tuple((td + u * (to - td), v) for u, v in shape)


def flight_time_s(height_m: float) -> float:
    """Flight time of a jump of a given height with like postures: h = g t^2 / 8."""
    return float(np.sqrt(8 * height_m / 9.81))


def idle_arms(t0: float, t1: float, rng: np.random.Generator) -> dict[str, list]:
    """Arm tracks (mutable) that start hanging."""
    out: dict[str, list] = {}
    for side in SIDE_NAMES:
        out[f"flex_{side}"] = [(t0, float(rng.uniform(2, 8))), (t1, float(rng.uniform(2, 8)))]
        out[f"abduct_{side}"] = [(t0, 9.0), (t1, 9.0)]
        out[f"elbow_{side}"] = [(t0, float(rng.uniform(12, 22))), (t1, float(rng.uniform(12, 22)))]
    return out


def both(tracks: dict[str, list], name: str, time_s: float, value: float) -> None:
    """Put the same key into the left and right track of an arm joint."""
    for side in SIDE_NAMES:
        tracks[f"{name}_{side}"].append((time_s, value))


def freeze(tracks: dict[str, list]) -> dict[str, Keys]:
    """Tracks with sorted keys, without keys that fall on each other."""
    out: dict[str, Keys] = {}
    for name, keys in tracks.items():
        kept: list[tuple[float, float]] = []
        for time_s, value in sorted(keys):
            if not kept or time_s - kept[-1][0] > 1e-3:
                kept.append((float(time_s), float(value)))
        out[name] = tuple(kept)
    return out
