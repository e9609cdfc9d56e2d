"""The colour of the athlete's shirt, by which others are told apart when people cross."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from kickform.numeric import FloatArray

__all__ = ["ShirtMemory", "shirt_colour"]

_NEW_SHADE = 30.0
_OTHER_SHIRT = 60.0
_STRANGE_FRAMES = 30


class ShirtMemory:
    """Colours that the athlete's shirt showed: it has sides, folds, shade, and arms before it."""

    def __init__(self, colours: Iterable[FloatArray]) -> None:
        self._known = deque(colours, maxlen=64)
        self._strange = 0

    def is_like(self, colour: FloatArray, *, may_learn: bool) -> bool:
        """Whether `colour` is near a known one, in RGB levels; learns as the light changes slowly.

        With `may_learn` a colour that stays strange for 30 frames is learned as well.
        """
        off = min(_apart(colour, known) for known in self._known)
        if off <= _OTHER_SHIRT:
            if _NEW_SHADE / 3 < off <= _NEW_SHADE:
                self._known.append(colour)
            self._strange = 0
            return True
        self._strange += may_learn
        if self._strange > _STRANGE_FRAMES:
            self._known.append(colour)
        return False


def _apart(a: FloatArray, b: FloatArray) -> float:
    """Distance of two RGB colours, forgiving a change of exposure by up to a quarter."""
    light = float(np.clip((a.sum() + 1) / (b.sum() + 1), 0.8, 1.25))
    return math.dist(a, b * light)


def shirt_colour(xy_px: FloatArray, rgb: NDArray[np.uint8]) -> FloatArray:
    """(3,) median RGB of a narrow strip down the middle of the trunk."""
    neck = xy_px[11:13].mean(axis=0)
    trunk = xy_px[23:25].mean(axis=0) - neck
    down = np.linspace(0.15, 0.75, 9)[:, None, None] * trunk
    across = np.linspace(-0.1, 0.1, 5)[:, None] * np.array([-trunk[1], trunk[0]])
    points = np.rint((neck + down + across).reshape(-1, 2)).astype(int)
    points = np.clip(points, 0, (rgb.shape[1] - 1, rgb.shape[0] - 1))
    return np.asarray(np.median(rgb[points[:, 1], points[:, 0]], axis=0), dtype=np.float64)
