"""The baked bodies: rest mesh, weights and joint positions, with shoes under the feet.

Axes: x forward, y to the athlete's left, z up; metres; the *shoe sole* lies at z = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

DATA = Path(__file__).parent / "data" / "bodies.npz"
POSITION_STEP_M = 1e-4
SOLE_THICKNESS_M = 0.024
SIDES = ("left", "right")


@dataclass(frozen=True, slots=True)
class Body:
    """One athlete at rest.

    verts_m (V, 3), faces (F, 3), group (V,) 0 skin / 1 tights / 2, 3 eyes, bone_index and
    bone_weight (V, 4), heads_m and tails_m (22, 3) bone ends, bones their names.
    """

    name: str
    stature_m: float
    bones: tuple[str, ...]
    verts_m: Array
    faces: IntArray
    group: IntArray
    bone_index: IntArray
    bone_weight: Array
    heads_m: Array
    tails_m: Array

    def bone(self, name: str) -> int:
        """Index of a bone."""
        return self.bones.index(name)

    def head(self, name: str) -> Array:
        """Rest position (3,) of a bone's head."""
        return self.heads_m[self.bone(name)]

    def tail(self, name: str) -> Array:
        """Rest position (3,) of a bone's tail."""
        return self.tails_m[self.bone(name)]

    def length(self, upper: str, lower: str) -> float:
        """Distance between the heads of two bones, metres."""
        return float(np.linalg.norm(self.head(lower) - self.head(upper)))


@dataclass(frozen=True, slots=True)
class FootShape:
    """The shoe as the motion sees it, relative to the ankle at rest (x forward, sole at z = 0).

    All are (x, z) pairs in metres in the foot's own forward plane.
    """

    ankle: tuple[float, float]
    ball: tuple[float, float]
    tip: tuple[float, float]
    heel: tuple[float, float]
    half_width_m: float


@cache
def load_body(name: str) -> Body:
    """Read one body from the .npz; raises KeyError for an unknown name."""
    with np.load(DATA) as data:
        names = [str(n) for n in data["names"]]
        if name not in names:
            raise KeyError(f"no body called {name!r}; there are {', '.join(names)}")
        lift = np.array([0.0, 0.0, SOLE_THICKNESS_M])
        weight = data["bone_weight"].astype(float)
        return Body(
            name=name,
            stature_m=float(data["statures_m"][names.index(name)]),
            bones=tuple(str(b) for b in data["bones"]),
            verts_m=data[f"{name}_verts"] * POSITION_STEP_M + lift,
            faces=data["faces"].astype(np.int64),
            group=data["group"].astype(np.int64),
            bone_index=data["bone_index"].astype(np.int64),
            bone_weight=weight / weight.sum(axis=1, keepdims=True),
            heads_m=data[f"{name}_heads"].astype(float) + lift,
            tails_m=data[f"{name}_tails"].astype(float) + lift,
        )


@cache
def foot_shape(name: str) -> FootShape:
    """Shoe dimensions of a body; the two feet are mirror images."""
    body = load_body(name)
    ankle, ball = body.head("foot_l"), body.head("ball_l")
    toes = body.verts_m[(body.bone_index[:, 0] == body.bone("ball_l")) & (body.group == 0)]
    foot = body.verts_m[(body.bone_index[:, 0] == body.bone("foot_l")) & (body.group == 0)]
    ball_x = float(ball[0] - ankle[0])
    tip_x = float(toes[:, 0].max() - ankle[0]) + 0.012
    heel_x = float(foot[:, 0].min() - ankle[0]) - 0.008
    return FootShape(
        ankle=(0.0, float(ankle[2])),
        ball=(ball_x - 0.012, 0.026),
        tip=(tip_x, 0.0),
        heel=(heel_x, 0.0),
        half_width_m=float(np.ptp(toes[:, 1])) / 2 + 0.004,
    )
