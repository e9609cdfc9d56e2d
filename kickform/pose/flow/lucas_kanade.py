"""Corners followed from one picture to the next. Private helpers of what follows feet and thighs.

Pyramidal optical flow (Lucas and Kanade 1981), there and back: a corner that does not come home is not used.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from kickform.numeric import FloatArray, RgbArray

__all__ = ["Gray", "as_gray", "to_gray", "track_corners"]

Gray = NDArray[np.uint8]
_Points = NDArray[np.float32]


def track_corners(
    first: Gray, second: Gray, found: object, window: int, most_px: float
) -> tuple[FloatArray, FloatArray]:
    """Return the corners (N, 2) that are found again in the second picture and back, and where they are.

    Args:
        first: picture in which the corners are.
        second: picture in which they are looked for, at the same places at first.
        found: OpenCV's corners (M, 1, 2), or None where it found none.
        window: side of the square that is compared, pixels.
        most_px: most by which a corner may miss its place on the way back.
    """
    if found is None:
        return np.zeros((0, 2)), np.zeros((0, 2))
    start = np.asarray(found, dtype=np.float32)
    there, seen = _flow(first, second, start, start, window)
    back, seen_too = _flow(second, first, there, start, window)
    good = seen & seen_too & (np.linalg.norm((back - start).reshape(-1, 2), axis=1) < most_px)
    a, b = (points.reshape(-1, 2)[good].astype(np.float64) for points in (start, there))
    return a, b


def _flow(
    first: Gray, second: Gray, points: _Points, guess: _Points, window: int
) -> tuple[_Points, NDArray[np.bool_]]:
    """Return where points (N, 1, 2) are in the second picture, and whether they were found (N,)."""
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        first,
        second,
        points,
        guess.copy(),
        winSize=(window, window),
        maxLevel=2,
        criteria=(cv2.TERM_CRITERIA_COUNT + cv2.TERM_CRITERIA_EPS, 30, 0.01),
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
        minEigThreshold=1e-4,
    )
    return np.asarray(there, dtype=np.float32), np.asarray(found).ravel() == 1


def to_gray(rgb: RgbArray) -> Gray:
    """Return a picture as corners are followed in it."""
    return as_gray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY))


def as_gray(picture: object) -> Gray:
    """Return a picture of OpenCV's as the array it is."""
    return np.asarray(picture, dtype=np.uint8)
