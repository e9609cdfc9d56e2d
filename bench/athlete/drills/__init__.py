"""The motions: five drills with their faults, and what is none of them."""

from __future__ import annotations

import numpy as np

from bench.athlete.drills.base import Performance, RepSpan
from bench.athlete.drills.pogo import PogoParams, pogo
from bench.athlete.skeleton import Skeleton

MotionParams = PogoParams

PLANNERS = {PogoParams: pogo}

__all__ = ["PLANNERS", "MotionParams", "Performance", "RepSpan", "perform"]


def perform(skeleton: Skeleton, params: MotionParams, rng: np.random.Generator) -> Performance:
    """Plan the motion that belongs to its parameters."""
    return PLANNERS[type(params)](skeleton, params, rng)
