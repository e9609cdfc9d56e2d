"""Feet without shoes: the body's own skin, its sole pressed flat as the ground does it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.athlete.body import BARE_FLAT_M, Body, foot_shape

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

__all__ = ["Foot", "bare_foot"]

HEEL_ROUND_DEG, TOE_ROUND_DEG = 25.0, 72.0
"""A heel that lands with the toes up by less, toes that leave with the heel up by less, touch with the ends
of the flat sole alone."""
HINGE_BLEND_M = 0.02


@dataclass(frozen=True, slots=True)
class Foot:
    """verts_m (V, 3), faces (F, 3), weights (V, B) of the bones, sole (V,) what may touch the ground."""

    verts_m: Array
    faces: IntArray
    weights: Array
    sole: NDArray[np.bool_]


def bare_foot(body: Body, side: str, thick_m: float = 0.0) -> Foot:
    """Return one foot at rest, standing on z = 0; ``thick_m`` is a sock's cloth."""
    shape, sign = foot_shape(body.figure), 1.0 if side == "left" else -1.0
    ankle = body.head(f"foot_{side[0]}")
    own = np.isin(body.bone_index[:, 0], [body.bone(f"{b}_{side[0]}") for b in ("foot", "ball", "calf")])
    own &= (body.group == 0) & (body.verts_m[:, 2] < ankle[2] + 0.02) & (body.verts_m[:, 1] * sign > 0)
    faces = body.faces[own[body.faces].all(axis=1)]
    verts = body.verts_m.copy()
    if thick_m:
        middle = np.array([ankle[0] + 0.4 * shape.tip[0], ankle[1], 0.03])
        away = verts - middle
        verts += thick_m * away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6)
    at = np.array([ankle[0], 0.0, 0.0])
    verts = pressed(verts - at, own, shape.heel[0], shape.tip[0])
    weights = np.zeros((len(verts), len(body.bones)))
    np.put_along_axis(weights, body.bone_index, body.bone_weight, axis=1)
    toe = np.clip((verts[:, 0] - (shape.ball[0] - HINGE_BLEND_M)) / HINGE_BLEND_M, 0, 1)
    firm = np.clip((ankle[2] - verts[:, 2]) / 0.03, 0, 1)  # 1 well below the ankle joint: bones of the foot
    bones = np.zeros_like(weights)
    bones[:, body.bone(f"ball_{side[0]}")] = toe
    bones[:, body.bone(f"foot_{side[0]}")] = 1 - toe
    weights = firm[:, None] * bones + (1 - firm[:, None]) * weights
    return Foot(verts + at, faces, weights, own & (verts[:, 2] == 0.0))


def pressed(verts: Array, own: NDArray[np.bool_], heel: float, tip: float) -> Array:
    """Flatten what lies lowest, and keep heel and toes behind the slopes they roll over (V, 3).

    Of the vertices ``own`` (V,) one is put at either end of the flat sole, which the foot rolls over.
    """
    out = verts.copy()
    out[:, 2] = np.where(out[:, 2] < BARE_FLAT_M, 0.0, out[:, 2])
    out[:, 0] = np.maximum(out[:, 0], heel - out[:, 2] / np.tan(np.radians(HEEL_ROUND_DEG)))
    out[:, 0] = np.minimum(out[:, 0], tip + out[:, 2] / np.tan(np.radians(TOE_ROUND_DEG)))
    flat = np.flatnonzero(own & (out[:, 2] == 0.0))
    out[flat[np.argmin(out[flat, 0])], 0] = heel
    out[flat[np.argmax(out[flat, 0])], 0] = tip
    return out
