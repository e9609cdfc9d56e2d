"""Shirt colours, which tell people apart when they cross."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable

import numpy as np

from kickform.numeric import FloatArray, RgbArray

__all__ = ["ShirtMemory", "shirt_colour"]

_NEW_SHADE_LEVELS = 30.0  # hand: rendered clips, seed 1: shades up to this far are learned
_OLD_SHADE_LEVELS = 10.0  # derived: a third of a new shade; nearer than this nothing new is learned
_OTHER_SHIRT_LEVELS = 60.0  # hand: rendered clips, seed 1: shirts of two people differ by more
_STRANGE_FRAMES = 30  # convention: half a second at 60 fps before a changed colour is learned
_MEMORY_SHADES = 64  # convention: shades remembered; older ones are dropped
_EXPOSURE_LEAST = 0.8  # convention: a camera's exposure may change by a quarter
_EXPOSURE_MOST = 1.25  # derived: 1 / 0.8


class ShirtMemory:
    """Colours that the athlete's shirt showed: front and back, folds, shade, arms in front of it."""

    def __init__(self, colours: Iterable[FloatArray]) -> None:
        self._known = deque(colours, maxlen=_MEMORY_SHADES)
        self._strange = 0

    def is_like(self, colour: FloatArray, *, may_learn: bool) -> bool:
        """Return whether the RGB `colour` (3,) is near a known one; learns slow changes of the light.

        With `may_learn` a colour that stays unknown for 30 frames is learned as well.
        """
        off = min(_colour_distance(colour, known) for known in self._known)
        if off <= _OTHER_SHIRT_LEVELS:
            if _OLD_SHADE_LEVELS < off <= _NEW_SHADE_LEVELS:
                self._known.append(colour)
            self._strange = 0
            return True
        self._strange += may_learn
        if self._strange > _STRANGE_FRAMES:
            self._known.append(colour)
        return False


def _colour_distance(a: FloatArray, b: FloatArray) -> float:
    """Return the distance of two RGB colours (3,), levels, after matching exposure by up to a quarter."""
    light = float(np.clip((a.sum() + 1) / (b.sum() + 1), _EXPOSURE_LEAST, _EXPOSURE_MOST))
    return math.dist(a, b * light)


def shirt_colour(xy_px: FloatArray, rgb: RgbArray) -> FloatArray:
    """Return the median RGB (3,) of a strip down the trunk; landmarks (33, 2) in pixels of `rgb`."""
    neck = xy_px[11:13].mean(axis=0)
    trunk = xy_px[23:25].mean(axis=0) - neck
    down = np.linspace(0.15, 0.75, 9)[:, None, None] * trunk
    across = np.linspace(-0.1, 0.1, 5)[:, None] * np.array([-trunk[1], trunk[0]])
    points = np.rint((neck + down + across).reshape(-1, 2)).astype(int)
    points = np.clip(points, 0, (rgb.shape[1] - 1, rgb.shape[0] - 1))
    return np.asarray(np.median(rgb[points[:, 1], points[:, 0]], axis=0), dtype=np.float64)
