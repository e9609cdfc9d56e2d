"""Count pictures that repeat the one before, while the athlete moves.

A clip filmed at 30 frames a second and stored at 60 holds every
picture twice; its contact times are then no better than at 30.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kickform.pose.people import Pose

__all__ = ["DuplicateFrameCounter"]

_POINTS = 48
_SAME = 0.15
_MOVES_LEVELS = 1.0


class DuplicateFrameCounter:
    """Fed with each picture; `share` tells how many repeat the one before."""

    def __init__(self) -> None:
        self._last: NDArray[np.int16] | None = None
        self._box: tuple[int, int, int, int] | None = None
        self._changes: list[float] = []

    def add(self, rgb: NDArray[np.uint8], pose: Pose | None) -> None:
        """Compare the picture with the last one in the athlete's box of that moment."""
        if self._last is not None and self._box is not None:
            here = _sparse(rgb, self._box)
            self._changes.append(float(np.mean(np.abs(here - self._last))))
        if pose is None:
            self._last = None
            return
        low = np.clip(pose.xy_px.min(axis=0), 0, (rgb.shape[1] - 2, rgb.shape[0] - 2))
        high = np.clip(pose.xy_px.max(axis=0), low + 2, (rgb.shape[1], rgb.shape[0]))
        self._box = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
        self._last = _sparse(rgb, self._box)

    @property
    def share(self) -> float:
        """Pictures that changed under 15 % of what a neighbour did, as a share of those in motion.

        In motion is a picture that changed, or whose neighbour did, by over one grey level on average.
        """
        change = np.array([0.0, *self._changes, 0.0])
        beside = np.maximum(change[:-2], change[2:])
        inner = change[1:-1]
        moving = np.maximum(beside, inner) > _MOVES_LEVELS
        if not moving.any():
            return 0.0
        return float(np.mean(inner[moving] < _SAME * beside[moving]))


def _sparse(rgb: NDArray[np.uint8], box: tuple[int, int, int, int]) -> NDArray[np.int16]:
    left, top, right, bottom = box
    across = np.linspace(left, right - 1, _POINTS).astype(int)
    down = np.linspace(top, bottom - 1, _POINTS).astype(int)
    return np.asarray(rgb[down[:, None], across[None, :], 1], dtype=np.int16)
