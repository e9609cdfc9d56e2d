"""Camera motion between pictures, and the brightness of the athlete.

Tiles of the background next to the athlete are matched with the picture before by phase correlation, on a
picture shrunk to about 320 pixels. The median shift of the tiles counts, so a person who walks by is
outvoted. A plain wall gives no match, and the motion is then unknown.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from kickform.numeric import FloatArray, RgbArray
from kickform.pose.people import Pose

__all__ = ["CameraMotion", "median_luma"]

_SMALL_PX = 320  # convention: picture width for matching; shows shake of a full-size pixel
_TILE_PX = 64  # convention: tile side; a power of two, and several tiles fit next to the athlete
_LEAST_TILES = 3  # convention: fewest shifts whose median outvotes one wrong one
_MARGIN_SHARE = 0.15  # convention: room for arms and hair, as a share of the width of the landmarks
_LEAST_RESPONSE = 0.15  # hand: rendered clips, seed 1: weaker matches are false
_LEAST_TEXTURE_LEVELS = 4.0  # hand: rendered clips, seed 1: SD of grey levels above a plain wall
_LUMA_WEIGHTS = np.array([0.299, 0.587, 0.114])  # ref: ITU-R BT.601, luma of R, G and B
_SKIP = 8  # convention: every eighth pixel is enough for a median brightness


class CameraMotion:
    """Measures the background shift from picture to picture; add the pictures in order."""

    def __init__(self) -> None:
        self._last: NDArray[np.float32] | None = None
        self._box: tuple[float, float] | None = None
        self._shifts: list[tuple[float, float]] = []
        self._lumas: list[float] = []

    def add(self, rgb: RgbArray, pose: Pose | None) -> None:
        """Compare the (H, W, 3) picture with the last one; measure the athlete's brightness."""
        small = _shrink(rgb)
        scale = rgb.shape[1] / small.shape[1]
        boxes = [self._box] if self._box is not None else []
        if pose is not None:
            self._box = _columns(pose, scale)
            self._lumas.append(_athlete_luma(rgb, pose))
        if self._box is not None:
            boxes.append(self._box)
        shift = (np.nan, np.nan)
        if self._last is not None and self._last.shape == small.shape:
            shift = _estimate_shift(self._last, small, boxes)
        self._shifts.append((shift[0] * scale, shift[1] * scale))
        self._last = small

    def shifts_px(self) -> FloatArray:
        """Return the background motion since the picture before (T, 2), pixels, NaN where unknown."""
        return np.array(self._shifts, dtype=np.float64).reshape(-1, 2)

    @property
    def athlete_luma(self) -> float:
        """Median luma of the athlete's box over the pictures, 0 to 255; NaN where nobody was found."""
        return float(np.median(self._lumas)) if self._lumas else float("nan")


def median_luma(rgb: RgbArray) -> float:
    """Return the median luma of an (H, W, 3) picture, 0 to 255, from every eighth pixel."""
    return float(np.median(rgb[::_SKIP, ::_SKIP] @ _LUMA_WEIGHTS))


def _athlete_luma(rgb: RgbArray, pose: Pose) -> float:
    """Return the median luma of the box of the landmarks, 0 to 255."""
    height, width = rgb.shape[:2]
    low = np.clip(pose.xy_px.min(axis=0).astype(int), 0, (width - 2, height - 2))
    high = np.clip(pose.xy_px.max(axis=0).astype(int), low + 1, (width, height))
    return median_luma(rgb[low[1] : high[1], low[0] : high[0]])


def _shrink(rgb: RgbArray) -> NDArray[np.float32]:
    """Return the green channel, shrunk to a width of about 320 pixels."""
    step = max(1, rgb.shape[1] // (2 * _SMALL_PX))
    green = np.ascontiguousarray(rgb[::step, ::step, 1])
    shrink = max(1.0, green.shape[1] / _SMALL_PX)
    size = (round(green.shape[1] / shrink), max(8, round(green.shape[0] / shrink)))
    return np.asarray(cv2.resize(green, size, interpolation=cv2.INTER_AREA), np.float32)


def _columns(pose: Pose, scale: float) -> tuple[float, float]:
    """Return left and right edge of the athlete with a margin, in pixels of the small picture."""
    low, high = pose.xy_px[:, 0].min() / scale, pose.xy_px[:, 0].max() / scale
    margin = _MARGIN_SHARE * (high - low)
    return float(low - margin), float(high + margin)


def _estimate_shift(
    before: NDArray[np.float32], now: NDArray[np.float32], boxes: list[tuple[float, float]]
) -> tuple[float, float]:
    """Return the median shift (x, y) of the tiles outside `boxes` (left, right), pixels of the small picture.

    NaN where fewer than three tiles match.
    """
    side = min(_TILE_PX, now.shape[0] // 2)
    window = cv2.createHanningWindow((side, side), cv2.CV_32F)
    shifts = []
    for top, left in _tiles(now.shape[1], now.shape[0], side, boxes):
        one, two = (np.ascontiguousarray(p[top : top + side, left : left + side]) for p in (before, now))
        if min(float(one.std()), float(two.std())) < _LEAST_TEXTURE_LEVELS:
            continue
        shift, response = cv2.phaseCorrelate(one - one.mean(), two - two.mean(), window)
        if response >= _LEAST_RESPONSE:
            shifts.append(shift)
    if len(shifts) < _LEAST_TILES:
        return (np.nan, np.nan)
    x, y = np.median(np.array(shifts), axis=0)
    return float(x), float(y)


def _tiles(width: int, height: int, side: int, boxes: list[tuple[float, float]]) -> list[tuple[int, int]]:
    """Return (top, left) of the tiles that lie left or right of all `boxes`."""
    low = min((box[0] for box in boxes), default=float(width))
    high = max((box[1] for box in boxes), default=float(width))
    return [
        (top, left)
        for top in range(0, height - side + 1, side)
        for left in range(0, width - side + 1, side)
        if left + side <= low or left >= high
    ]
