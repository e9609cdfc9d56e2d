"""A pinhole camera on a tripod: place, aim, projection."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class View:
    """One camera pose. position_m (3,), rotation (3, 3) rows right, down, forward."""

    position_m: Array
    rotation: Array
    focal_px: float
    width: int
    height: int

    def project(self, points_m: Array) -> tuple[Array, Array]:
        """Points (..., 3) to pixels (..., 2), pixel centres at integers, and depth (...) in m."""
        local = (points_m - self.position_m) @ self.rotation.T
        depth = np.maximum(local[..., 2], 0.05)
        xy = local[..., :2] * (self.focal_px / depth)[..., None]
        return xy + np.array([(self.width - 1) / 2, (self.height - 1) / 2]), depth

    def metres_per_px(self, point_m: Array) -> float:
        """Scale at a point for motion parallel to the picture."""
        return float(self.project(point_m)[1] / self.focal_px)


def look_at(
    position_m: Array, target_m: Array, focal_px: float, size: tuple[int, int], roll: float = 0.0
) -> View:
    """Camera at a place, aimed at a point; ``roll`` in radians."""
    forward = target_m - position_m
    forward = forward / np.linalg.norm(forward)
    right = np.cross(forward, np.array([0.0, 0.0, 1.0]))
    right = right / np.linalg.norm(right)
    down = np.cross(forward, right)
    c, s = np.cos(roll), np.sin(roll)
    rows = np.stack([c * right + s * down, c * down - s * right, forward])
    return View(position_m, rows, focal_px, size[0], size[1])
