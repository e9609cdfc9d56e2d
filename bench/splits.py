"""Train, validation and test clips, whose seeds cannot meet.

Every split owns a range of seeds. A drawn case has one seed, from which all of it is drawn (athlete, motion,
camera, capture, scene, and the clip's own randomness), and refuses a seed of another split's range. Constants
are fitted on ``fitting_cases()``, which has no way to ask for another split than train.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from bench.athlete import ClipSpec
from bench.athlete.drills import MotionParams
from bench.cases import Case
from bench.filming import CAPTURES, FLOORS, VIEWS, draw_camera, draw_capture, draw_scene, metres_per_px
from bench.population import (
    DRILLS,
    IDLE_KINDS,
    LANDINGS,
    contacts_of,
    draw_athlete,
    draw_idle,
    draw_motion,
    one_of,
)

__all__ = [
    "CONTACTS",
    "DrawnCase",
    "Split",
    "TrainCase",
    "draw_cases",
    "fitting_cases",
    "quick_test_cases",
    "split_of",
]

SEEDS_PER_SPLIT = 1_000_000


class Split(Enum):
    """What a clip may be used for; the value is the first seed of its range."""

    TRAIN = 10_000_000
    VALIDATION = 20_000_000
    TEST = 30_000_000

    def seed(self, number: int) -> int:
        """Return the split's seed of a number, 0 to SEEDS_PER_SPLIT - 1.

        Raises:
            ValueError: the number lies outside.
        """
        if not 0 <= number < SEEDS_PER_SPLIT:
            raise ValueError(
                f"seed number {number} of {self.name.lower()}: must lie in 0 to {SEEDS_PER_SPLIT - 1}"
            )
        return self.value + number


def split_of(seed: int) -> Split | None:
    """Return the split that owns a seed (a truth file states it), None for a clip of no split."""
    return next((s for s in Split if s.value <= seed < s.value + SEEDS_PER_SPLIT), None)


@dataclass(frozen=True, slots=True)
class DrawnCase(Case):
    """A case of a split.

    Attributes:
        split: whose seed it has.
        traits: what the tables may be grouped by (drill, fps, landing, view, size, capture).
    """

    split: Split = Split.TEST
    traits: dict[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Refuse a seed of another split."""
        if split_of(self.spec.seed) is not self.split:
            raise ValueError(f"{self.name}: seed {self.spec.seed} is none of {self.split.name.lower()}'s")


@dataclass(frozen=True, slots=True)
class TrainCase(DrawnCase):
    """A case that constants may be fitted on."""

    split: Split = Split.TRAIN

    def __post_init__(self) -> None:
        """Refuse what is not for training."""
        if self.split is not Split.TRAIN or split_of(self.spec.seed) is not Split.TRAIN:
            raise ValueError(
                f"{self.name}: constants are fitted on train clips only, not on {self.split.name.lower()}"
            )


CONTACTS: dict[Split, dict[float, int]] = {
    Split.TRAIN: {24.0: 10, 30.0: 30, 60.0: 60, 120.0: 40, 240.0: 20},
    Split.VALIDATION: {24.0: 8, 30.0: 20, 60.0: 40, 120.0: 30, 240.0: 12},
    Split.TEST: {24.0: 16, 30.0: 40, 60.0: 100, 120.0: 100, 240.0: 40},
}
"""Least number of contacts per drill and frame rate; of both feet together in pogo and split-squat jumps."""
IDLES = {Split.TRAIN: 1, Split.VALIDATION: 1, Split.TEST: 2}
"""Clips per exercise that is no drill."""
QUICK_AT = {"pogo": 2, "single_leg_hop": 1, "split_squat_jump": 1, "a_skip": 1, "ladder": 1, "none": 2}
"""How many small test clips of each kind the quick subset has."""


def draw_cases(split: Split) -> list[DrawnCase]:
    """Return all cases of a split; the same split always gives the same cases."""
    cases: list[DrawnCase] = []
    for d, drill in enumerate(DRILLS):
        for f, (fps, wanted) in enumerate(CONTACTS[split].items()):
            number, have = 0, 0
            while have < wanted:
                case = _drill_case(split, drill, fps, number, 10_000 * (5 * d + f) + number)
                have, number = have + contacts_of(case.spec.motion), number + 1
                cases.append(case)
    for k, kind in enumerate(IDLE_KINDS):
        cases += [_idle_case(split, kind, n, 500_000 + 100 * k + n) for n in range(IDLES[split])]
    return cases


def fitting_cases() -> list[TrainCase]:
    """Return the cases that a constant may be fitted on: train's, and no others."""
    return [case for case in draw_cases(Split.TRAIN) if isinstance(case, TrainCase)]


def refuse_all_but_train(seeds: Iterable[int]) -> None:
    """Raise ValueError if a clip that is not train's, told by its truth's seed, is among those to fit on."""
    for seed in seeds:
        if split_of(seed) is not Split.TRAIN:
            raise ValueError(f"seed {seed} is none of train's: constants are fitted on train clips only")


def quick_test_cases() -> list[DrawnCase]:
    """Return about eight small test clips of all drills, for runs of a few minutes."""
    left = dict(QUICK_AT)
    chosen = []
    for case in sorted(draw_cases(Split.TEST), key=_frames):
        small = case.spec.capture.width * case.spec.capture.height <= 640 * 360
        at_60 = case.spec.capture.fps == 60.0
        if small and at_60 and left[case.drill]:
            left[case.drill] -= 1
            chosen.append(case)
    return chosen


def _frames(case: DrawnCase) -> float:
    """A little more for clips of more motion."""
    return contacts_of(case.spec.motion) * 10 + case.spec.seed % 10


def _drill_case(split: Split, drill: str, fps: float, number: int, seed_number: int) -> DrawnCase:
    seed = split.seed(seed_number)
    rng = np.random.default_rng([seed, 7])
    # walk through the grid of traits so that every pair of them comes up
    landing = LANDINGS[number % 3]
    view = ("side", "oblique", "side", "front")[(number + number // 3) % 4]
    size = ("small", "medium", "small", "medium", "large")[(number + number // 5) % 5]
    capture = CAPTURES[(number // 2) % 3]
    if fps >= 240.0 and size == "large":
        size = "medium"
    motion = draw_motion(rng, drill, landing, fps)
    spec = _filmed(rng, motion, fps, view, size, capture, seed)
    traits = {
        "drill": drill,
        "fps": f"{fps:g}",
        "landing": landing,
        "view": view,
        "size": size,
        "capture": capture,
    }
    kind = TrainCase if split is Split.TRAIN else DrawnCase
    name = f"{split.name.lower()}_{drill}_{fps:g}_{number:02d}"
    return kind(name, drill, f"{drill}, {fps:g} fps", spec, split=split, traits=traits)


def _idle_case(split: Split, kind_of: str, number: int, seed_number: int) -> DrawnCase:
    seed = split.seed(seed_number)
    rng = np.random.default_rng([seed, 7])
    fps = (30.0, 60.0)[number % 2]
    view, size = one_of(rng, tuple(VIEWS)[:2]), one_of(rng, ("small", "medium"))
    capture = one_of(rng, CAPTURES)
    spec = _filmed(rng, draw_idle(rng, kind_of), fps, view, size, capture, seed)
    traits = _traits("none", fps, view, size, capture)
    kind = TrainCase if split is Split.TRAIN else DrawnCase
    name = f"{split.name.lower()}_none_{kind_of}_{number}"
    return kind(name, "none", f"negative: {kind_of}", spec, split=split, traits=traits)


def _traits(drill: str, fps: float, view: str, size: str, capture: str) -> dict[str, str]:
    return {"drill": drill, "fps": f"{fps:g}", "view": view, "size": size, "capture": capture}


def _filmed(
    rng: np.random.Generator, motion: MotionParams, fps: float, view: str, size: str, capture: str, seed: int
) -> ClipSpec:
    """Draw who does it and how it is filmed."""
    scene = one_of(rng, tuple(FLOORS))
    athlete = draw_athlete(rng, FLOORS[scene])
    camera, picture = draw_camera(rng, motion, view, size, athlete.stature_m)
    return ClipSpec(
        athlete=athlete,
        motion=motion,
        camera=camera,
        capture=draw_capture(rng, fps, picture, capture, metres_per_px(camera, picture)),
        scene=draw_scene(rng, scene, fps),
        seed=seed,
    )
