"""Plane maps as (2, 3) matrices: apply, compose, invert, fit."""

from __future__ import annotations

import numpy as np

from kickform.numeric import FloatArray

__all__ = ["apply_map", "compose_maps", "fit_similarity", "invert_map", "linearize_at"]

_TOGETHER_PX = 1.0  # convention: two points nearer than a pixel have no direction


def linearize_at(homography: FloatArray, at: FloatArray) -> FloatArray:
    """Return the (2, 3) affine map that approximates a homography (3, 3) near a point `at` (2,)."""
    x, y, w = homography @ [*at, 1.0]
    to = np.array([x, y]) / w
    slope = (homography[:2, :2] - np.outer(to, homography[2, :2])) / w
    return np.hstack([slope, (to - slope @ at)[:, None]])


def apply_map(matrix: FloatArray, points: FloatArray) -> FloatArray:
    """Return points (N, 2) mapped by a (2, 3) matrix."""
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], dtype=np.float64)


def compose_maps(second: FloatArray, first: FloatArray) -> FloatArray:
    """Return the (2, 3) map that applies `first`, then `second`."""
    return np.hstack([second[:, :2] @ first[:, :2], (second[:, :2] @ first[:, 2] + second[:, 2])[:, None]])


def invert_map(matrix: FloatArray) -> FloatArray:
    """Return the inverse of a (2, 3) map."""
    back = np.linalg.inv(matrix[:, :2])
    return np.hstack([back, (-back @ matrix[:, 2])[:, None]])


def fit_similarity(was: FloatArray, is_: FloatArray) -> FloatArray:
    """Return the (2, 3) rotation, zoom and shift that maps two points (2, 2), pixels, onto two others.

    Points less than a pixel apart have no direction; the result is then the shift of their midpoint.
    """
    u, v = was[1] - was[0], is_[1] - is_[0]
    size = float(u @ u)
    turn = np.eye(2)
    if min(size, float(v @ v)) > _TOGETHER_PX**2:
        across, along = (u[0] * v[1] - u[1] * v[0]) / size, float(u @ v) / size
        turn = np.array([[along, -across], [across, along]])
    return np.hstack([turn, (is_.mean(axis=0) - turn @ was.mean(axis=0))[:, None]])
