"""Share of the pictures that repeat the one before while the athlete moves.

A clip filmed at 30 frames a second and stored at 60 holds every picture twice; its contact times are no
better than those of a 30 fps clip.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kickform.numeric import RgbArray
from kickform.pose.people import Pose

__all__ = ["DuplicateFrameCounter"]

_GRID_POINTS = 48  # convention: pixels compared across and down the athlete's box; enough for motion
_SAME_SHARE = 0.15  # convention: compression noise changes a repeated picture a little
_MOVING_LEVELS = 1.0  # convention: one of 256 grey levels on average; noise of a still picture stays below


class DuplicateFrameCounter:
    """Compares each picture with the one before; add them in order."""

    def __init__(self) -> None:
        self._last: NDArray[np.int16] | None = None
        self._box: tuple[int, int, int, int] | None = None
        self._changes: list[float] = []

    def add(self, rgb: RgbArray, pose: Pose | None) -> None:
        """Compare the (H, W, 3) picture with the last one, inside the athlete's box in the last one."""
        if self._last is not None and self._box is not None:
            here = _sample_box(rgb, self._box)
            self._changes.append(float(np.mean(np.abs(here - self._last))))
        if pose is None:
            self._last = None
            return
        low = np.clip(pose.xy_px.min(axis=0), 0, (rgb.shape[1] - 2, rgb.shape[0] - 2))
        high = np.clip(pose.xy_px.max(axis=0), low + 2, (rgb.shape[1], rgb.shape[0]))
        self._box = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
        self._last = _sample_box(rgb, self._box)

    @property
    def share(self) -> float:
        """Share of the pictures in motion that repeat the one before, 0 to 1; 0 where nothing moves.

        A picture repeats the one before if it changed by under 15 % of what an adjacent picture did. It is in
        motion if it or an adjacent picture changed by over one grey level on average.
        """
        change = np.array([0.0, *self._changes, 0.0])
        adjacent = np.maximum(change[:-2], change[2:])
        inner = change[1:-1]
        moving = np.maximum(adjacent, inner) > _MOVING_LEVELS
        if not moving.any():
            return 0.0
        return float(np.mean(inner[moving] < _SAME_SHARE * adjacent[moving]))


def _sample_box(rgb: RgbArray, box: tuple[int, int, int, int]) -> NDArray[np.int16]:
    """Return (48, 48) green levels of the picture on an even grid in `box` (left, top, right, bottom)."""
    left, top, right, bottom = box
    across = np.linspace(left, right - 1, _GRID_POINTS).astype(int)
    down = np.linspace(top, bottom - 1, _GRID_POINTS).astype(int)
    return np.asarray(rgb[down[:, None], across[None, :], 1], dtype=np.int16)
