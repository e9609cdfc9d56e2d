"""The baked bodies: rest mesh, weights and joint positions, with shoes under the feet.

Axes: x forward, y to the athlete's left, z up; metres; the *shoe sole* lies at z = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.athlete.figure import Figure, reshape

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

DATA = Path(__file__).parent / "data" / "bodies.npz"
POSITION_STEP_M = 1e-4
SIDES = ("left", "right")
BARE_HINGE_M = 0.012
"""Height of the hinge at the ball above a bare sole."""
BARE_FLAT_M = 0.009
"""What of a bare foot lies lower than this is pressed flat by the ground."""
SPINES_APART, PELVIC_TILT_DEG, SKIN_OVER_SPINE_M = 0.137, 10.0, 0.008
"""Anterior superior iliac spines: how far apart, as a share of stature (24 cm at 1.75 m); their cover."""


@dataclass(frozen=True, slots=True)
class Body:
    """One athlete at rest.

    verts_m (V, 3), faces (F, 3), group (V,) 0 skin / 1 tights / 2, 3 eyes, bone_index and
    bone_weight (V, 4), heads_m and tails_m (22, 3) bone ends, bones their names, figure as asked for.
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
    figure: Figure

    def bone(self, name: str) -> int:
        """Index of a bone."""
        return self.bones.index(name)

    def head(self, name: str) -> Array:
        """Rest position (3,) of a bone's head."""
        place: Array = self.heads_m[self.bone(name)]
        return place

    def tail(self, name: str) -> Array:
        """Rest position (3,) of a bone's tail."""
        place: Array = self.tails_m[self.bone(name)]
        return place

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


@lru_cache(maxsize=64)
def load_body(name: str | Figure) -> Body:
    """Return a baked body, or a figure made from baked ones, standing on its soles.

    Raises:
        KeyError: no baked body is called so.
    """
    figure = name if isinstance(name, Figure) else Figure(name)
    baked = _baked()
    for wanted in (figure.body, figure.other or figure.body):
        if wanted not in baked.shapes:
            raise KeyError(f"no body called {wanted!r}; there are {', '.join(baked.shapes)}")
    stature_m, verts_m, heads_m, tails_m = _shaped(figure, baked)
    lift = np.array([0.0, 0.0, figure.footwear.lift_m])
    verts_m, heads_m, tails_m = verts_m + lift, heads_m + lift, tails_m + lift
    skin = verts_m[baked.group == 0]
    for bone in ("thigh_l", "thigh_r"):
        at = baked.bones.index(bone)
        heads_m[at, 0] = hip_joint_x_m(skin, heads_m[at], stature_m)
    return Body(
        name=figure.body,
        stature_m=stature_m,
        bones=baked.bones,
        verts_m=verts_m,
        faces=baked.faces,
        group=baked.group,
        bone_index=baked.bone_index,
        bone_weight=baked.bone_weight,
        heads_m=heads_m,
        tails_m=tails_m,
        figure=figure,
    )


@dataclass(frozen=True, slots=True)
class _Baked:
    """The file's content: what all bodies share, and stature, skin, heads and tails by name."""

    bones: tuple[str, ...]
    faces: IntArray
    group: IntArray
    bone_index: IntArray
    bone_weight: Array
    shapes: dict[str, tuple[float, Array, Array, Array]]


@cache
def _baked() -> _Baked:
    with np.load(DATA) as data:
        weight = data["bone_weight"].astype(float)
        shapes = {
            str(name): (
                float(stature),
                data[f"{name}_verts"] * POSITION_STEP_M,
                data[f"{name}_heads"].astype(float),
                data[f"{name}_tails"].astype(float),
            )
            for name, stature in zip(data["names"], data["statures_m"], strict=True)
        }
        return _Baked(
            tuple(str(b) for b in data["bones"]),
            data["faces"].astype(np.int64),
            data["group"].astype(np.int64),
            data["bone_index"].astype(np.int64),
            weight / weight.sum(axis=1, keepdims=True),
            shapes,
        )


def _shaped(figure: Figure, baked: _Baked) -> tuple[float, Array, Array, Array]:
    """Stature, skin, heads and tails of a figure that stands barefoot on z = 0."""
    own = baked.shapes[figure.body]
    if figure.plain:
        return own
    other = baked.shapes[figure.other or figure.body]
    verts, heads, tails = (
        a * (1 - figure.blend) + b * figure.blend for a, b in zip(own[1:], other[1:], strict=True)
    )
    weights = np.zeros((len(verts), len(baked.bones)))
    np.put_along_axis(weights, baked.bone_index, baked.bone_weight, axis=1)
    verts, heads, tails = reshape(figure, baked.bones, verts, heads, tails, weights)
    skin = verts[baked.group == 0, 2]
    floor, tall = float(skin.min()), float(np.ptp(skin))
    stature = figure.stature_m or tall
    drop = np.array([0.0, 0.0, floor])
    return (stature, *((x - drop) * (stature / tall) for x in (verts, heads, tails)))


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


@lru_cache(maxsize=64)
def foot_shape(name: str | Figure) -> FootShape:
    """Shoe dimensions of a body; the two feet are mirror images."""
    body = load_body(name)
    wear = body.figure.footwear
    ankle, ball = body.head("foot_l"), body.head("ball_l")
    toes = body.verts_m[(body.bone_index[:, 0] == body.bone("ball_l")) & (body.group == 0)]
    foot = body.verts_m[(body.bone_index[:, 0] == body.bone("foot_l")) & (body.group == 0)]
    ball_x = float(ball[0] - ankle[0])
    half_width = float(np.ptp(toes[:, 1])) / 2
    if wear.kind != "shoe":
        tip_x, heel_x = bare_ends(np.concatenate([foot, toes]) - [ankle[0], 0.0, 0.0])
        return FootShape(
            ankle=(0.0, float(ankle[2])),
            ball=(ball_x - 0.012 + wear.hinge_m, BARE_HINGE_M),
            tip=(tip_x, 0.0),
            heel=(heel_x, 0.0),
            half_width_m=half_width,
        )
    tip_x = float(toes[:, 0].max() - ankle[0]) + 0.012
    heel_x = float(foot[:, 0].min() - ankle[0]) - 0.008
    return FootShape(
        ankle=(0.0, float(ankle[2])),
        ball=(ball_x - 0.012 + wear.hinge_m, round(wear.sole_m + 0.002, 6)),
        tip=(tip_x + wear.longer_m, wear.spring_m),
        heel=(heel_x, 0.0),
        half_width_m=half_width + 0.004,
    )


def bare_ends(foot_m: Array) -> tuple[float, float]:
    """Return how far a bare sole reaches ahead (toe pads) and behind (heel), from (V, 3) on z = 0."""
    low = foot_m[foot_m[:, 2] < BARE_FLAT_M, 0]
    return float(low.max()) + 0.002, float(low.min()) - 0.004
