"""The motions: five drills with their faults, and what is none of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bench.athlete.drills.a_skip import SkipParams, skip
from bench.athlete.drills.base import Performance, RepSpan
from bench.athlete.drills.ladder import LadderParams, ladder
from bench.athlete.drills.negatives import IdleParams, idle
from bench.athlete.drills.pogo import PogoParams, pogo
from bench.athlete.drills.single_leg_hop import HopParams, hop
from bench.athlete.drills.split_squat_jump import SplitParams, split
from bench.athlete.skeleton import Skeleton

MotionParams = PogoParams | HopParams | SplitParams | SkipParams | LadderParams | IdleParams

PLANNERS: dict[type, Callable[[Skeleton, Any, np.random.Generator], Performance]] = {
    PogoParams: pogo,
    HopParams: hop,
    SplitParams: split,
    SkipParams: skip,
    LadderParams: ladder,
    IdleParams: idle,
}

__all__ = [
    "PLANNERS",
    "HopParams",
    "IdleParams",
    "LadderParams",
    "MotionParams",
    "Performance",
    "PogoParams",
    "RepSpan",
    "SkipParams",
    "SplitParams",
    "perform",
]


def perform(skeleton: Skeleton, params: MotionParams, rng: np.random.Generator) -> Performance:
    """Plan the motion that belongs to its parameters."""
    return PLANNERS[type(params)](skeleton, params, rng)
