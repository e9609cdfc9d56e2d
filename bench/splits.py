"""Train, validation and test clips, whose seeds cannot meet.

Every split owns a range of seeds. A drawn case has one seed, from which all of it is drawn (athlete, motion,
camera, capture, scene, and the clip's own randomness), and refuses a seed of another split's range. Constants
are fitted on ``fitting_cases()``, which has no way to ask for another split than train.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np

from bench.athlete import ClipSpec
from bench.athlete.drills import MotionParams
from bench.athlete.drills.negatives import Kind
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
QUICK = (
    ("pogo", "heel"),
    ("pogo", "forefoot"),
    ("single_leg_hop", "heel"),
    ("split_squat_jump", "flat"),
    ("a_skip", "forefoot"),
    ("ladder", "flat"),
    ("none", "squats"),
    ("none", "high_knees"),
)
"""Drills and landings, and exercises that are none, of the quick subset: one small clip at 60 fps of each."""


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
    if split is Split.TEST:
        quick = _quick_names(cases)
        cases = [replace(case, quick=case.name in quick) for case in cases]
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
    """Return eight small test clips of all drills, for runs of a few minutes."""
    return [case for case in draw_cases(Split.TEST) if case.quick]


def _quick_names(cases: list[DrawnCase]) -> set[str]:
    """Choose the quick subset: of each kind the clip without a bystander and with the fewest pixels."""

    def pixels(case: DrawnCase) -> tuple[bool, int, str]:
        capture, scene = case.spec.capture, case.spec.scene
        return scene.bystander != "none", capture.width * capture.height, case.name

    at_60 = [c for c in cases if c.spec.capture.fps == 60.0]
    kinds = [
        [
            c
            for c in at_60
            if c.drill == drill and what in (c.traits.get("landing"), c.condition.split(": ")[-1])
        ]
        for drill, what in QUICK
    ]
    return {min(kind, key=pixels).name for kind in kinds}


def _drill_case(split: Split, drill: str, fps: float, number: int, seed_number: int) -> DrawnCase:
    seed = split.seed(seed_number)
    rng = np.random.default_rng([seed, 7])
    # cycles of 3, 4 and 5 meet in every combination; each frame rate begins elsewhere
    at = number + tuple(CONTACTS[split]).index(fps)
    landing = LANDINGS[at % 3]
    view = ("side", "oblique", "side", "front")[at % 4]
    size = ("small", "medium", "small", "medium", "large")[at % 5]
    capture = CAPTURES[(at // 3 + tuple(CONTACTS[split]).index(fps)) % 3]
    if fps >= 240.0 and size == "large":
        size = "medium"
    motion = draw_motion(rng, drill, landing, fps)
    spec = _filmed(rng, lambda _: motion, fps, view, size, capture, seed)
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


def _idle_case(split: Split, kind_of: Kind, number: int, seed_number: int) -> DrawnCase:
    seed = split.seed(seed_number)
    rng = np.random.default_rng([seed, 7])
    fps = (30.0, 60.0)[number % 2]
    view, size = one_of(rng, tuple(VIEWS)[:2]), one_of(rng, ("small", "medium"))
    capture = one_of(rng, CAPTURES)

    def motion(stature_m: float) -> MotionParams:
        return draw_idle(rng, kind_of, stature_m)

    spec = _filmed(rng, motion, fps, view, size, capture, seed)
    traits = _traits("none", fps, view, size, capture)
    kind = TrainCase if split is Split.TRAIN else DrawnCase
    name = f"{split.name.lower()}_none_{kind_of}_{number}"
    return kind(name, "none", f"negative: {kind_of}", spec, split=split, traits=traits)


def _traits(drill: str, fps: float, view: str, size: str, capture: str) -> dict[str, str]:
    return {"drill": drill, "fps": f"{fps:g}", "view": view, "size": size, "capture": capture}


def _filmed(
    rng: np.random.Generator,
    motion_of: Callable[[float], MotionParams],
    fps: float,
    view: str,
    size: str,
    capture: str,
    seed: int,
) -> ClipSpec:
    """Draw who does a motion (given the stature) and how it is filmed."""
    scene = one_of(rng, tuple(FLOORS))
    athlete = draw_athlete(rng, FLOORS[scene])
    motion = motion_of(athlete.stature_m)
    camera, picture = draw_camera(rng, motion, view, size, athlete.stature_m)
    return ClipSpec(
        athlete=athlete,
        motion=motion,
        camera=camera,
        capture=draw_capture(rng, fps, picture, capture, metres_per_px(camera, picture)),
        scene=draw_scene(rng, scene, fps),
        seed=seed,
    )
