"""Checks that the person in the live picture is still the athlete.

A person tracked without a break is the same person, and teaches how their shirt looks with the arms in any
position. After a break, size and shirt are compared, because somebody else may have stepped in.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from kickform.numeric import RgbArray
from kickform.pose.people import Person, Pose, core_visibility, limb_size
from kickform.pose.shirt_colour import ShirtMemory, shirt_colour

__all__ = ["AthleteIdentity"]

_BREAK_S = 0.5
_JUMP_LIMBS, _SPEED_LIMBS_PER_S = 0.6, 6.0
_SIZE_RATIO = 1.7
_LEAST_VISIBILITY = 0.3


class AthleteIdentity:
    """Recognises the athlete.

    Args:
        people: detections of the athlete before the start.

    Attributes:
        strangers: how often somebody else came after a break.
    """

    def __init__(self, people: Sequence[Person]) -> None:
        self.strangers = 0
        self._colours = [person.colour for person in people][-20:]
        self._size = float(np.median([person.size for person in people]))
        self._last_s, self._hip = people[-1].time_s, people[-1].hip
        self._away = False

    def matches(self, time_s: float, pose: Pose, rgb: RgbArray) -> bool:
        """Return whether the pose in the (H, W, 3) picture at `time_s` (seconds) is the athlete's."""
        if core_visibility(pose.visibility) < _LEAST_VISIBILITY:
            return False
        hip, size = pose.xy_px[23:25].mean(axis=0), limb_size(pose.xy_px)
        passed_s = time_s - self._last_s
        near = math.dist(hip, self._hip) / self._size <= _JUMP_LIMBS + _SPEED_LIMBS_PER_S * passed_s
        same_size = 1 / _SIZE_RATIO < size / self._size < _SIZE_RATIO
        colour = shirt_colour(pose.xy_px, rgb)
        if passed_s <= _BREAK_S and near and same_size:
            self._colours = [*self._colours[-59:], colour]
        elif not (same_size and ShirtMemory(self._colours).is_like(colour, may_learn=False)):
            self.strangers += not self._away
            self._away = True
            return False
        self._away = False
        self._last_s, self._hip = time_s, hip
        return True
