"""Shadows on the floor: the limbs as capsules thrown along the light, and a dark spot under each
shoe that fades as the shoe rises."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.athlete.camera import View
from bench.athlete.scenes import Scene

Array = NDArray[np.float64]
Array32 = NDArray[np.float32]

CAPSULES: tuple[tuple[str, str, float, float], ...] = (
    ("hips", "shoulders", 0.15, 0.17), ("head", "crown", 0.09, 0.09),
    *((f"{a}_{s}", f"{b}_{s}", r, q) for s in ("left", "right") for a, b, r, q in (
        ("shoulder", "elbow", 0.055, 0.045), ("elbow", "knuckles", 0.045, 0.04),
        ("hip", "knee", 0.085, 0.06), ("knee", "ankle", 0.06, 0.045), ("heel", "tip", 0.05, 0.05),
    )),
)
RING = np.stack([np.cos(np.arange(10) * np.pi / 5), np.sin(np.arange(10) * np.pi / 5)], axis=1)
SCALE = 0.5


def floor_px(view: View, points: Array) -> Array:
    """Floor points (N, 2) in metres to pixels of the half-size mask."""
    return view.project(np.concatenate([points, np.zeros((len(points), 1))], axis=1))[0] * SCALE


def shadow_mask(joints: dict[str, Array], scene: Scene, view: View, mirrored: bool) -> Array32:
    """Light left over on the picture (H, W) after all shadows, 0-1."""
    size = (int(view.height * SCALE), int(view.width * SCALE))
    left = np.ones(size, np.float32)
    for (dx, dy), dark, soft in scene.shadows:
        throw = np.array([dx, -dy if mirrored else dy])
        mask = np.zeros(size, np.uint8)
        for a, b, ra, rb in CAPSULES:
            ends = [joints[j][:2] + throw * joints[j][2] + r * RING
                    for j, r in ((a, ra), (b, rb))]
            hull = cv2.convexHull(np.round(floor_px(view, np.concatenate(ends)) * 16)
                                  .astype(np.int32))
            cv2.fillConvexPoly(mask, hull, 255, cv2.LINE_AA, 4)
        middle = np.array([[*joints["hips"][:2], 0.0]])
        sigma = soft * view.focal_px / float(view.project(middle)[1][0]) * SCALE
        soft_mask = cv2.GaussianBlur(mask, (0, 0), max(sigma, 0.5))
        left *= 1 - dark * soft_mask.astype(np.float32) / 255
    for side in ("left", "right"):
        contact_spot(left, joints[f"heel_{side}"], joints[f"tip_{side}"], view)
    return left


def contact_spot(left: Array32, heel: Array, tip: Array, view: View) -> None:
    """Darken the floor right under one shoe, in place."""
    for share, radius in ((0.15, 0.055), (0.5, 0.06), (0.85, 0.058)):
        point = heel + share * (tip - heel)
        near = 0.40 * np.exp(-max(float(point[2]), 0.0) / 0.05)
        if near < 0.03:
            continue
        ring = floor_px(view, point[:2] + radius * RING * (1 + 4 * point[2]))
        x0, y0 = np.floor(ring.min(axis=0)).astype(int) - 4
        x1, y1 = np.ceil(ring.max(axis=0)).astype(int) + 5
        x0, y0 = max(x0, 0), max(y0, 0)
        crop = left[y0:y1, x0:x1]
        if crop.size == 0:
            continue
        spot = np.zeros(crop.shape, np.uint8)
        shifted = np.round((ring - [x0, y0]) * 16).astype(np.int32)
        cv2.fillConvexPoly(spot, shifted, 255, cv2.LINE_AA, 4)
        crop *= 1 - near * cv2.GaussianBlur(spot, (0, 0), 1.6).astype(np.float32) / 255
