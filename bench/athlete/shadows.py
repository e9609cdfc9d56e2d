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
    ("hips", "shoulders", 0.15, 0.17),
    ("head", "crown", 0.09, 0.09),
    *(
        (f"{a}_{s}", f"{b}_{s}", r, q)
        for s in ("left", "right")
        for a, b, r, q in (
            ("shoulder", "elbow", 0.055, 0.045),
            ("elbow", "knuckles", 0.045, 0.04),
            ("hip", "knee", 0.085, 0.06),
            ("knee", "ankle", 0.06, 0.045),
            ("heel", "tip", 0.05, 0.05),
        )
    ),
)
RING = np.stack([np.cos(np.arange(10) * np.pi / 5), np.sin(np.arange(10) * np.pi / 5)], axis=1)
SCALE = 0.5


def floor_px(view: View, points: Array) -> Array:
    """Floor points (N, 2) in metres to pixels (N, 2)."""
    return view.project(np.concatenate([points, np.zeros((len(points), 1))], axis=1))[0]


def darken(picture: Array32, rings: list[Array], dark: float, sigma_px: float) -> None:
    """Darken the union of convex floor outlines (pixels), softly, in place."""
    every = np.concatenate(rings)
    pad = 3 * sigma_px + 3
    h, w = picture.shape[:2]
    x0, y0 = np.clip(np.floor(every.min(axis=0) - pad), 0, [w, h]).astype(int)
    x1, y1 = np.clip(np.ceil(every.max(axis=0) + pad), 0, [w, h]).astype(int)
    if x1 - x0 < 4 or y1 - y0 < 4:
        return
    mask = np.zeros((int((y1 - y0) * SCALE), int((x1 - x0) * SCALE)), np.uint8)
    for ring in rings:
        fixed = np.round(((ring - [x0, y0] + 0.5) * SCALE - 0.5) * 16).astype(np.int32)
        cv2.fillConvexPoly(mask, cv2.convexHull(fixed), 255, cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(mask, (0, 0), max(sigma_px * SCALE, 0.5))
    big = cv2.resize(soft, (x1 - x0, y1 - y0)).astype(np.float32)
    picture[y0:y1, x0:x1] *= (1 - dark / 255 * big)[..., None]


def cast_shadows(
    picture: Array32, joints: dict[str, Array], scene: Scene, view: View, mirrored: bool
) -> None:
    """Lay all shadows of one person on the picture (H, W, 3), in place."""
    middle = np.array([[*joints["hips"][:2], 0.0]])
    per_m = view.focal_px / float(view.project(middle)[1][0])
    for (dx, dy), dark, soft in scene.shadows:
        throw = np.array([dx, -dy if mirrored else dy])
        rings = [
            np.concatenate([joints[j][:2] + throw * joints[j][2] + r * RING for j, r in ((a, ra), (b, rb))])
            for a, b, ra, rb in CAPSULES
        ]
        flat = floor_px(view, np.concatenate(rings)).reshape(len(rings), -1, 2)
        darken(picture, list(flat), dark, soft * per_m)
    for side in ("left", "right"):
        heel, tip = joints[f"heel_{side}"], joints[f"tip_{side}"]
        for share, radius in ((0.15, 0.055), (0.5, 0.06), (0.85, 0.058)):
            point = heel + share * (tip - heel)
            near = 0.40 * np.exp(-max(float(point[2]), 0.0) / 0.05)
            if near > 0.03:
                ring = floor_px(view, point[:2] + radius * RING * (1 + 4 * point[2]))
                darken(picture, [ring], near, 2.6)
