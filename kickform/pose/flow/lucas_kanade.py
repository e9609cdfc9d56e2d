"""Corners tracked from one picture to the next by pyramidal optical flow (Lucas and Kanade 1981).

Each corner is tracked forward and back; one that does not return to its place is dropped.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from kickform.numeric import FloatArray, RgbArray

__all__ = ["Gray", "as_gray", "to_gray", "track_corners"]

Gray = NDArray[np.uint8]
_Points = NDArray[np.float32]

_PYRAMID_LEVELS = 2  # convention: halvings of the picture; motion of four windows still converges
_STEPS = 30  # convention: OpenCV's default number of iterations
_STEP_PX = 0.01  # convention: OpenCV's default change at which the iteration stops
_LEAST_EIGENVALUE = 1e-4  # convention: OpenCV's default; flat patches are dropped


def track_corners(
    first: Gray, second: Gray, found: object, window: int, most_px: float
) -> tuple[FloatArray, FloatArray]:
    """Return the corners (N, 2) tracked to the second picture and back, and where they are there, pixels.

    Args:
        first: (H, W) picture that has the corners.
        second: (H, W) picture in which they are searched, from the same places.
        found: corners (M, 1, 2) as OpenCV gives them, or None for no corners.
        window: side of the compared square, pixels.
        most_px: corners that return farther than this from their place are dropped.
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
    """Return where points (N, 1, 2) lie in the second picture, and whether they were found (N,)."""
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        first,
        second,
        points,
        guess.copy(),
        winSize=(window, window),
        maxLevel=_PYRAMID_LEVELS,
        criteria=(cv2.TERM_CRITERIA_COUNT + cv2.TERM_CRITERIA_EPS, _STEPS, _STEP_PX),
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
        minEigThreshold=_LEAST_EIGENVALUE,
    )
    return np.asarray(there, dtype=np.float32), np.asarray(found).ravel() == 1


def to_gray(rgb: RgbArray) -> Gray:
    """Return the grey (H, W) picture of an (H, W, 3) RGB one."""
    return as_gray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY))


def as_gray(picture: object) -> Gray:
    """Return an OpenCV picture, typed as a uint8 array."""
    return np.asarray(picture, dtype=np.uint8)
