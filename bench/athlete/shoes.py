"""Procedural running shoes: a loft with an exactly flat sole, on the foot and ball bones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.athlete.body import Body, foot_shape

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

STATIONS = np.array([0, 0.03, 0.1, 0.2, 0.32, 0.45, 0.57, 0.68, 0.78, 0.87, 0.94, 0.98, 1.0])
WIDTH = np.array([0.32, 0.54, 0.68, 0.70, 0.68, 0.72, 0.83, 0.95, 1.0, 0.93, 0.74, 0.50, 0.26])
HEIGHT = np.array([0.050, 0.088, 0.098, 0.098, 0.094, 0.088, 0.076, 0.066, 0.060, 0.055, 0.050, 0.045, 0.038])
# around a section: (share of the half width, height: negative = metres, positive = of the top)
SECTION = (
    (0.0, 0.0),
    (0.94, 0.0),
    (1.03, -0.010),
    (1.03, -0.024),
    (0.98, -0.027),
    (0.93, 0.60),
    (0.74, 0.86),
    (0.40, 0.97),
    (0.0, 1.0),
)
MIDSOLE_ROWS = 4
HINGE_BLEND_M = 0.02


@dataclass(frozen=True, slots=True)
class Shoe:
    """verts_m (V, 3), faces (F, 3), part (F,) 0 sole, 1 midsole, 2 upper, 3 collar; toe weight (V,);
    sole (V,) whether a vertex may touch the ground."""

    verts_m: Array
    faces: IntArray
    part: IntArray
    toe_weight: Array
    sole: NDArray[np.bool_]


def ring(x: float, half: float, top: float, thick: float = 1.0) -> list[tuple[float, float, float]]:
    """One closed cross-section, from the middle of the sole round the left to the right."""
    left = [(x, w * half, -h * thick if h < 0 else h * top) for w, h in SECTION]
    return left + [(px, -py, pz) for px, py, pz in left[-2:0:-1]]


def stations(ball: float, hinged: bool) -> Array:
    """Shares of the length at which the shoe has a cross-section; one under the hinge if it must be there."""
    return np.sort(np.append(STATIONS, ball)) if hinged else STATIONS


def build_shoe(body: Body, side: str) -> Shoe:
    """The shoe of one foot at rest, standing on z = 0."""
    shape, wear = foot_shape(body.figure), body.figure.footwear
    ankle = body.head(f"foot_{side[0]}")
    length = shape.tip[0] - shape.heel[0]
    thick, at = wear.sole_m / 0.024, stations((shape.ball[0] - shape.heel[0]) / length, wear.spring_m > 0)
    width, height = np.interp(at, STATIONS, WIDTH), np.interp(at, STATIONS, HEIGHT)
    over = wear.sole_m - 0.024
    rings = [
        ring(shape.heel[0] + s * length, w * shape.half_width_m, h * length / 0.285 + over, thick)
        for s, w, h in zip(at, width, height, strict=True)
    ]
    count = len(rings[0])
    verts = np.array(rings).reshape(-1, 3)
    bend = np.clip((verts[:, 0] - shape.heel[0]) / length - 0.35, 0, 1)
    sign = 1.0 if side == "left" else -1.0
    verts[:, 1] -= sign * 0.018 * np.sin(bend / 0.65 * np.pi / 2) * (bend > 0)
    sole = verts[:, 2] == 0.0
    rising = np.clip((verts[:, 0] - shape.ball[0]) / (shape.tip[0] - shape.ball[0]), 0, 1)
    verts[:, 2] += wear.spring_m * rising
    faces: list[tuple[int, int, int]] = []
    part: list[int] = []
    for i in range(len(rings) - 1):
        for j in range(count):
            a, b = i * count + j, i * count + (j + 1) % count
            c, d = b + count, a + count
            faces += [(a, d, c), (a, c, b)]
            row = min(j, count - 1 - j)
            collar = row >= len(SECTION) - 3 and at[i] < 0.4
            part += [0 if row == 0 else 1 if row < MIDSOLE_ROWS else 3 if collar else 2] * 2
    for base, flip in ((0, False), ((len(rings) - 1) * count, True)):
        for j in range(1, count - 1):
            tri = (base, base + j + 1, base + j)
            faces.append(tri if not flip else (tri[0], tri[2], tri[1]))
            part.append(1 if min(j, count - 1 - j) < MIDSOLE_ROWS else 2)
    toe = np.clip((verts[:, 0] - (shape.ball[0] - HINGE_BLEND_M)) / HINGE_BLEND_M, 0, 1)
    faces_array = np.array(faces)
    placed = verts + np.array([ankle[0], ankle[1] + sign * 0.006, 0.0])
    return Shoe(placed, outward(placed, faces_array), np.array(part), toe, sole)


def outward(verts: Array, faces: IntArray) -> IntArray:
    """Orient all faces of a star-shaped mesh away from its middle axis."""
    corner = verts[faces]
    normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    middle = corner.mean(axis=1)
    low, high = verts.min(axis=0), verts.max(axis=0)
    axis = np.stack(
        [
            np.clip(middle[:, 0], low[0] + 0.05, high[0] - 0.05),
            np.full(len(faces), verts[:, 1].mean()),
            np.full(len(faces), 0.03),
        ],
        axis=1,
    )
    wrong = np.sum(normal * (middle - axis), axis=1) < 0
    out = faces.copy()
    out[wrong] = out[wrong][:, [0, 2, 1]]
    return out
