"""How the camera moves from picture to picture, and how bright the athlete is.
Tiles of the background beside the athlete are laid over themselves by phase correlation, on a picture shrunk
to some 320 pixels; the median of their shifts is taken: somebody who walks by is outvoted. A plain wall shows
nothing, and then nothing is known.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from kickform.numeric import FloatArray
from kickform.pose.people import Pose

__all__ = ["CameraMotion"]

_SMALL_PX = 320
_TILE_PX, _LEAST_TILES = 64, 3
_MARGIN = 0.15
_LEAST_RESPONSE = 0.15
_LEAST_TEXTURE = 4.0
"""Least spread of grey levels that can be laid over itself."""


class CameraMotion:
    """Fed with each picture in order."""

    def __init__(self) -> None:
        self._last: NDArray[np.float32] | None = None
        self._box: tuple[float, float] | None = None
        self._shifts: list[tuple[float, float]] = []
        self._lumas: list[float] = []

    def add(self, rgb: NDArray[np.uint8], pose: Pose | None) -> None:
        """Compare the picture with the last one beside the athlete, and look at the athlete's brightness."""
        step = max(1, rgb.shape[1] // (2 * _SMALL_PX))
        green = np.ascontiguousarray(rgb[::step, ::step, 1])
        shrink = max(1.0, green.shape[1] / _SMALL_PX)
        size = (round(green.shape[1] / shrink), max(8, round(green.shape[0] / shrink)))
        small = np.asarray(cv2.resize(green, size, interpolation=cv2.INTER_AREA), np.float32)
        scale = rgb.shape[1] / size[0]
        box = self._box
        if pose is not None:
            low, high = pose.xy_px[:, 0].min() / scale, pose.xy_px[:, 0].max() / scale
            margin = _MARGIN * (high - low)
            self._box = (float(low - margin), float(high + margin))
            self._lumas.append(_luma(rgb, pose))
        shift = (np.nan, np.nan)
        if self._last is not None and self._last.shape == small.shape:
            both = [b for b in (box, self._box) if b is not None]
            shift = _shift(self._last, small, both)
        self._shifts.append((shift[0] * scale, shift[1] * scale))
        self._last = small

    def shifts_px(self) -> FloatArray:
        """Return (T, 2) how far the background moved since the picture before, pixels, NaN where unknown."""
        return np.array(self._shifts, dtype=np.float64).reshape(-1, 2)

    @property
    def athlete_luma(self) -> float:
        """Median brightness within the athlete's box, 0 to 255; NaN where nobody was seen."""
        return float(np.median(self._lumas)) if self._lumas else float("nan")


def _luma(rgb: NDArray[np.uint8], pose: Pose) -> float:
    height, width = rgb.shape[:2]
    low = np.clip(pose.xy_px.min(axis=0).astype(int), 0, (width - 2, height - 2))
    high = np.clip(pose.xy_px.max(axis=0).astype(int), low + 1, (width, height))
    part = rgb[low[1] : high[1] : 8, low[0] : high[0] : 8]
    return float(np.median(part @ np.array([0.299, 0.587, 0.114])))


def _shift(
    before: NDArray[np.float32], now: NDArray[np.float32], boxes: list[tuple[float, float]]
) -> tuple[float, float]:
    """Return the median shift of the tiles beside the athlete, in pixels of the small picture."""
    height, width = now.shape
    side = min(_TILE_PX, height // 2)
    low = min((box[0] for box in boxes), default=float(width))
    high = max((box[1] for box in boxes), default=float(width))
    places = [
        (top, left)
        for top in range(0, height - side + 1, side)
        for left in range(0, width - side + 1, side)
        if left + side <= low or left >= high
    ]
    window = cv2.createHanningWindow((side, side), cv2.CV_32F)
    shifts = []
    for top, left in places:
        one, two = (np.ascontiguousarray(p[top : top + side, left : left + side]) for p in (before, now))
        if min(float(one.std()), float(two.std())) < _LEAST_TEXTURE:
            continue
        shift, response = cv2.phaseCorrelate(one - one.mean(), two - two.mean(), window)
        if response >= _LEAST_RESPONSE:
            shifts.append(shift)
    if len(shifts) < _LEAST_TILES:
        return (np.nan, np.nan)
    x, y = np.median(np.array(shifts), axis=0)
    return float(x), float(y)
