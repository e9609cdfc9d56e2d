"""Figures beyond the five baked bodies: blended, scaled limb by limb, and with other footwear."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

__all__ = ["Figure", "Footwear", "reshape"]


@dataclass(frozen=True, slots=True)
class Footwear:
    """What is under the foot; the defaults are the running shoe of the five named athletes.

    Attributes:
        kind: shoe, sock or bare foot. Socks and bare feet keep the toes of the body's own skin.
        sole_m: thickness of a shoe's sole.
        spring_m: toe spring, how high the tip lies above the ground under a flat foot.
        hinge_m: how much further forward the hinge at the ball lies.
        flex_deg: how far the hinge bends before the toes turn with the foot; a stiff sole bends little.
        longer_m: added at the tip.
    """

    kind: Literal["shoe", "sock", "bare"] = "shoe"
    sole_m: float = 0.024
    spring_m: float = 0.0
    hinge_m: float = 0.0
    flex_deg: float = 180.0
    longer_m: float = 0.0

    @property
    def lift_m(self) -> float:
        """How high the skin of the sole stands above the ground."""
        return self.sole_m if self.kind == "shoe" else 0.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A body made from the baked ones.

    Attributes:
        body: name of a baked body.
        other: a second baked body to blend with, or "".
        blend: share of the other body, 0 to 1.
        stature_m: stature to scale to; None keeps that of the blend.
        leg, shank, arm, girth, head, foot: factors on the length of the legs, on the share of the shank in
            it, on arms, on girths, on the head and on the feet, after stature.
        footwear: what is on the feet.
    """

    body: str
    other: str = ""
    blend: float = 0.0
    stature_m: float | None = None
    leg: float = 1.0
    shank: float = 1.0
    arm: float = 1.0
    girth: float = 1.0
    head: float = 1.0
    foot: float = 1.0
    footwear: Footwear = field(default_factory=Footwear)

    @property
    def plain(self) -> bool:
        """Whether the baked body is taken as it is."""
        return self == Figure(self.body, footwear=self.footwear)


PARENTS = {
    "pelvis": "",
    "spine_01": "pelvis",
    "spine_02": "spine_01",
    "spine_03": "spine_02",
    "neck_01": "spine_03",
    "head": "neck_01",
    "clavicle": "spine_03",
    "upperarm": "clavicle",
    "lowerarm": "upperarm",
    "hand": "lowerarm",
    "thigh": "pelvis",
    "calf": "thigh",
    "foot": "calf",
    "ball": "foot",
}


def parent_of(bone: str) -> str:
    """Name of a bone's parent, "" for the pelvis."""
    base, side = (bone[:-2], bone[-2:]) if bone[-2:] in ("_l", "_r") else (bone, "")
    parent = PARENTS[base]
    return (
        parent + side if parent in ("clavicle", "upperarm", "lowerarm", "thigh", "calf", "foot") else parent
    )


def stretch(figure: Figure, bone: str) -> tuple[float, float]:
    """Factors along a bone and across it."""
    base = bone.removesuffix("_l").removesuffix("_r")
    if base == "thigh":
        return figure.leg * (2 - figure.shank), figure.girth
    if base == "calf":
        return figure.leg * figure.shank, figure.girth
    if base in ("upperarm", "lowerarm"):
        return figure.arm, figure.girth
    if base == "hand":
        return figure.arm, figure.arm
    if base in ("foot", "ball"):
        return figure.foot, figure.foot
    if base == "head":
        return figure.head, figure.head
    return 1.0, figure.girth


def reshape(
    figure: Figure, bones: tuple[str, ...], verts: Array, heads: Array, tails: Array, weights: Array
) -> tuple[Array, Array, Array]:
    """Scale a body limb by limb about its joints and put its soles back on z = 0.

    Every bone is an affine map (stretched along itself and across), chained from parent to child; the skin
    follows the maps blended by its weights.

    Args:
        figure: the factors.
        bones: (B,) names.
        verts: (V, 3) skin at rest.
        heads, tails: (B, 3) ends of the bones.
        weights: (V, B) skin weights.

    Returns:
        verts, heads and tails, scaled to the figure's stature.
    """
    maps, moved = np.empty((len(bones), 3, 3)), np.empty_like(heads)
    for name in sorted(bones, key=depth):
        i = bones.index(name)
        along, across = stretch(figure, name)
        axis = tails[i] - heads[i]
        axis = axis / np.linalg.norm(axis)
        maps[i] = across * np.eye(3) + (along - across) * np.outer(axis, axis)
        parent = parent_of(name)
        p = bones.index(parent) if parent else i
        moved[i] = moved[p] + maps[p] @ (heads[i] - heads[p]) if parent else heads[i]
    ends = moved + np.einsum("bij,bj->bi", maps, tails - heads)
    offsets = moved - np.einsum("bij,bj->bi", maps, heads)
    skin = np.einsum("vb,bij,vj->vi", weights, maps, verts, optimize=True) + weights @ offsets
    return skin, moved, ends


def depth(bone: str) -> int:
    """How many bones lie between a bone and the pelvis."""
    parent = parent_of(bone)
    return 0 if not parent else 1 + depth(parent)
