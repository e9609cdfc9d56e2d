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
SPINES_APART, PELVIC_TILT_DEG, SKIN_OVER_SPINE_M = 0.137, 10.0, 0.008
"""Anterior superior iliac spines: how far apart, as a share of stature (24 cm at 1.75 m); their cover."""


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
        stature_m = float(data["statures_m"][names.index(name)])
        verts_m = data[f"{name}_verts"] * POSITION_STEP_M + lift
        heads_m = data[f"{name}_heads"].astype(float) + lift
        skin = verts_m[data["group"] == 0]
        for bone in ("thigh_l", "thigh_r"):
            at = [str(b) for b in data["bones"]].index(bone)
            heads_m[at, 0] = hip_joint_x_m(skin, heads_m[at], stature_m)
        return Body(
            name=name,
            stature_m=stature_m,
            bones=tuple(str(b) for b in data["bones"]),
            verts_m=verts_m,
            faces=data["faces"].astype(np.int64),
            group=data["group"].astype(np.int64),
            bone_index=data["bone_index"].astype(np.int64),
            bone_weight=weight / weight.sum(axis=1, keepdims=True),
            heads_m=heads_m,
            tails_m=data[f"{name}_tails"].astype(float) + lift,
        )


def hip_joint_x_m(skin_m: Array, hip_m: Array, stature_m: float) -> float:
    """Return where the hip joint's centre lies from rear to front (x), metres, in a body at rest.

    MakeHuman's rig has it in the middle of the flesh or behind it, so that a leg that hangs straight would
    be a knee bent by 6 to 8 degrees. In people it lies 22 % of the width between the anterior superior iliac
    spines behind them and 30 % below (Bell, Pedersen and Brand 1990), here with the pelvis tipped forward by
    10 degrees as people stand. The spine is found as the front of the skin where it must lie.

    Args:
        skin_m: (V, 3) points of the skin.
        hip_m: (3,) the rig's hip joint; its height and side are kept.
        stature_m: stature.
    """
    width, tilt = SPINES_APART * stature_m, np.radians(PELVIC_TILT_DEG)
    behind, below = 0.22 * width, 0.30 * width
    back = behind * np.cos(tilt) + below * np.sin(tilt)
    up = below * np.cos(tilt) - behind * np.sin(tilt)
    side = np.sign(hip_m[1]) * width / 2
    near = (abs(skin_m[:, 2] - hip_m[2] - up) < 0.012) & (abs(skin_m[:, 1] - side) < 0.015)
    return float(skin_m[near, 0].max() - SKIN_OVER_SPINE_M - back)


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
