"""Forward and inverse kinematics, vectorised over time.

Angles are radians inside this module. Heading frame: x forward, y left, z up. Positive is
forward for thigh and arm, flexion for knee and elbow, toe-down (heel up) for foot and toe pitch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.athlete.body import SIDES, Body, FootShape, foot_shape, load_body
from bench.athlete.figure import Figure

Array = NDArray[np.float64]

LEG_DOFS = ("thigh", "splay", "knee", "foot", "toe", "yaw")
REACH = 0.9965

# de Leva 1996, means of women and men: mass share and centre along the segment from the first
# joint.
SEGMENTS: tuple[tuple[str, str, float, float], ...] = (
    ("head", "crown", 0.068, 0.45),
    ("hips", "shoulders", 0.43, 0.56),
    *(
        (f"{a}_{s}", f"{b}_{s}", m, c)
        for s in SIDES
        for a, b, m, c in (
            ("shoulder", "elbow", 0.0265, 0.577),
            ("elbow", "wrist", 0.0155, 0.457),
            ("wrist", "knuckles", 0.0065, 0.8),
            ("hip", "knee", 0.1445, 0.40),
            ("knee", "ankle", 0.0455, 0.44),
            ("heel", "tip", 0.0135, 0.44),
        )
    ),
)


def rot_x(a: Array) -> Array:
    """Rotation matrices (..., 3, 3) about x."""
    c, s, o, i = np.cos(a), np.sin(a), np.zeros_like(a), np.ones_like(a)
    return np.stack([i, o, o, o, c, -s, o, s, c], axis=-1).reshape(*a.shape, 3, 3)


def rot_y(a: Array) -> Array:
    """Rotation matrices (..., 3, 3) about y."""
    c, s, o, i = np.cos(a), np.sin(a), np.zeros_like(a), np.ones_like(a)
    return np.stack([c, o, s, o, i, o, -s, o, c], axis=-1).reshape(*a.shape, 3, 3)


def rot_z(a: Array) -> Array:
    """Rotation matrices (..., 3, 3) about z."""
    c, s, o, i = np.cos(a), np.sin(a), np.zeros_like(a), np.ones_like(a)
    return np.stack([c, -s, o, s, c, o, o, o, i], axis=-1).reshape(*a.shape, 3, 3)


def frame(direction: Array, side: Array) -> Array:
    """Orthonormal frames (..., 3, 3) whose columns are direction, side made square, normal."""
    d = direction / np.linalg.norm(direction, axis=-1, keepdims=True)
    s = side - d * np.sum(side * d, axis=-1, keepdims=True)
    s = s / np.linalg.norm(s, axis=-1, keepdims=True)
    return np.stack([d, s, np.cross(d, s)], axis=-1)


def apply(matrix: Array, vector: Array) -> Array:
    """Matrix times vector over leading axes."""
    out: Array = np.einsum("...ij,...j->...i", matrix, vector)
    return out


@dataclass(frozen=True, slots=True)
class Leg:
    """Joint angles of one leg, each (T,), radians; ``foot`` and ``toe`` are pitches in space."""

    thigh: Array
    splay: Array
    knee: Array
    foot: Array
    toe: Array
    yaw: Array

    def stack(self) -> Array:
        """The six angles as (6, T)."""
        return np.stack([getattr(self, d) for d in LEG_DOFS])


@dataclass(frozen=True, slots=True)
class Arm:
    """Joint angles of one arm, each (T,), radians."""

    flex: Array
    abduct: Array
    elbow: Array


@dataclass(frozen=True, slots=True)
class Upper:
    """Pelvis and trunk angles, each (T,), radians, and the two arms (left, right)."""

    lean: Array
    twist: Array
    pelvis_yaw: Array
    pelvis_roll: Array
    head_pitch: Array
    arms: tuple[Arm, Arm]


@dataclass(frozen=True, slots=True)
class Posed:
    """Bones in space: rotation (T, 22, 3, 3) from rest, head_m (T, 22, 3), joints_m by name."""

    rotation: Array
    head_m: Array
    joints_m: dict[str, Array]
    com_m: Array


def foot_points(shape: FootShape) -> dict[str, Array]:
    """Rest offsets (3,) from the ankle of ball, tip and heel; z down to the sole."""
    up = shape.ankle[1]
    points = {"ball": shape.ball, "tip": shape.tip, "heel": shape.heel}
    return {k: np.array([x, 0.0, z - up]) for k, (x, z) in points.items()}


class Skeleton:
    """A body's bones with pelvis placed at the middle of the hip joints."""

    def __init__(self, name: str | Figure) -> None:
        self.body: Body = load_body(name)
        self.shape = foot_shape(name)
        self.points = foot_points(self.shape)
        self.flex = np.radians(self.body.figure.footwear.flex_deg)
        under, tip = self.shape.ball[0], self.shape.tip
        self.spring = float(np.arctan2(tip[1], tip[0] - under))
        self.under_m = np.array([under, 0.0, -self.shape.ankle[1]])
        self.forefoot_m = float(np.hypot(tip[0] - under, tip[1]))
        b = self.body
        self.thigh_m = b.length("thigh_l", "calf_l")
        self.shank_m = b.length("calf_l", "foot_l")
        self.reach_m = REACH * (self.thigh_m + self.shank_m)
        self.rest_heads_m = b.heads_m.copy()
        for side in "lr":
            foot = b.head(f"foot_{side}")
            self.rest_heads_m[b.bone(f"ball_{side}")] = foot + self.points["ball"]
        self.hip_mid = (b.head("thigh_l") + b.head("thigh_r")) / 2
        self.hip_half_m = float(b.head("thigh_l")[1] - b.head("thigh_r")[1]) / 2 * 0.92

    def hips(self, pelvis: Array, upper: Upper) -> tuple[Array, Array]:
        """Hip joint centres (left, right), each (T, 3), heading frame."""
        half = apply(self.pelvis_rotation(upper), np.array([0.0, self.hip_half_m, 0.0]))
        return pelvis + half, pelvis - half

    def pelvis_rotation(self, upper: Upper) -> Array:
        """Pelvis orientation (T, 3, 3)."""
        tilt = rot_y(0.45 * upper.lean)
        return rot_z(upper.pelvis_yaw) @ tilt @ rot_x(upper.pelvis_roll)

    def planted_ankle(self, plant: Array, yaw: Array, foot: Array, toe: Array) -> Array:
        """Ankle (T, 3) of a foot whose tip (or heel, when toes are up) rests at ``plant``.

        ``plant`` (T, 3) is where the tip touches the ground. Negative ``foot`` pivots about the heel edge,
        positive about the ball hinge and, by ``toe``, about the tip; a shoe with toe spring rolls over the
        edge under the ball until its tip is down.
        """
        p, turn = self.points, rot_z(yaw)
        front = apply(rot_y(toe), p["ball"] - p["tip"]) - apply(rot_y(foot), p["ball"])
        back = (p["heel"] - p["tip"]) - apply(rot_y(foot), p["heel"])
        if self.spring > 0:
            edge = np.array([-self.forefoot_m, 0.0, 0.0])
            rolling = edge + apply(rot_y(toe), p["ball"] - self.under_m) - apply(rot_y(foot), p["ball"])
            front = np.where(toe[:, None] <= self.spring, rolling, front)
            back = edge + (p["heel"] - self.under_m) - apply(rot_y(foot), p["heel"])
        local = np.where(foot[:, None] >= 0, front, back)
        return plant + apply(turn, local)

    def toes(self, foot: Array, toe: Array) -> Array:
        """Pitch (T,) of the toes at a heel lift ``foot``: ``toe`` or what the sole's stiffness makes of it.

        Beyond 45 degrees of heel lift the toe segment rolls up as well.
        """
        rolled = np.maximum(toe, 0.75 * (foot - np.radians(45)))
        rolled = np.maximum(rolled, foot - self.flex)
        return np.where(foot < 0, foot, np.minimum(rolled, foot))

    def solve_leg(self, hip: Array, ankle: Array, yaw: Array) -> tuple[Array, Array, Array]:
        """Thigh, splay and knee angles (T,) that put the ankle at its place (two-bone IK)."""
        d = apply(rot_z(-yaw), ankle - hip)
        down = np.hypot(d[:, 1], d[:, 2])
        splay = np.arctan2(d[:, 1], -d[:, 2])
        a, b = self.thigh_m, self.shank_m
        r2 = np.clip(d[:, 0] ** 2 + down**2, (a - b) ** 2 + 1e-6, (a + b) ** 2)
        knee = np.arccos(np.clip((r2 - a * a - b * b) / (2 * a * b), -1, 1))
        offset = np.arctan2(b * np.sin(knee), a + b * np.cos(knee))
        return np.arctan2(d[:, 0], down) + offset, splay, knee

    def raise_heel(
        self, hip: Array, plant: Array, yaw: Array, foot: Array, toe: Array
    ) -> tuple[Array, Array]:
        """Foot and toe pitch (T,), raised where the leg could not reach the planted foot."""

        def excess(pitch: Array) -> Array:
            ankle = self.planted_ankle(plant, yaw, pitch, self.toes(pitch, toe))
            length: Array = np.linalg.norm(ankle - hip, axis=1)
            return length - self.reach_m

        need = excess(foot) > 0
        if need.any():
            low, high = foot.copy(), np.full_like(foot, np.radians(88))
            for _ in range(30):
                mid = (low + high) / 2
                far = excess(mid) > 0
                low, high = np.where(far, mid, low), np.where(far, high, mid)
            foot = np.where(need, high, foot)
        return foot, self.toes(foot, toe)

    def leg_points(self, hip: Array, leg: Leg) -> dict[str, Array]:
        """Knee, ankle, ball, tip, heel (T, 3) and the leg's frames."""
        turn = rot_z(leg.yaw)
        plane = turn @ rot_x(leg.splay)
        zero = np.zeros_like(leg.thigh)
        thigh = np.stack([np.sin(leg.thigh), zero, -np.cos(leg.thigh)], axis=-1)
        bend = leg.thigh - leg.knee
        shank = np.stack([np.sin(bend), zero, -np.cos(bend)], axis=-1)
        thigh, shank = apply(plane, thigh), apply(plane, shank)
        knee = hip + self.thigh_m * thigh
        ankle = knee + self.shank_m * shank
        foot, toe = turn @ rot_y(leg.foot), turn @ rot_y(leg.toe)
        ball = ankle + apply(foot, self.points["ball"])
        return {
            "thigh": thigh,
            "shank": shank,
            "side": plane[..., 1],
            "foot": foot,
            "toe": toe,
            "hip": hip,
            "knee": knee,
            "ankle": ankle,
            "ball": ball,
            "tip": ball + apply(toe, self.points["tip"] - self.points["ball"]),
            "heel": ankle + apply(foot, self.points["heel"]),
        }

    def pose(self, pelvis: Array, upper: Upper, legs: tuple[Leg, Leg]) -> Posed:
        """Forward kinematics: pelvis (T, 3) in the heading frame to all bones and joints."""
        body, count = self.body, len(pelvis)
        rotation = np.empty((count, len(body.bones), 3, 3))
        head = np.empty((count, len(body.bones), 3))
        joints: dict[str, Array] = {}
        self._trunk(pelvis, upper, rotation, head, joints)
        for side, arm in zip(SIDES, upper.arms, strict=True):
            self._arm(side, arm, rotation, head, joints)
        for side, leg, hip in zip(SIDES, legs, self.hips(pelvis, upper), strict=True):
            self._leg(side, leg, hip, rotation, head, joints)
        joints["hips"] = (joints["hip_left"] + joints["hip_right"]) / 2
        joints["shoulders"] = (joints["shoulder_left"] + joints["shoulder_right"]) / 2
        com = sum(
            (m * (joints[a] + c * (joints[b] - joints[a])) for a, b, m, c in SEGMENTS),
            start=np.zeros((count, 3)),
        )
        return Posed(rotation, head, joints, com / sum(s[2] for s in SEGMENTS))

    def _trunk(
        self, pelvis: Array, upper: Upper, rotation: Array, head: Array, joints: dict[str, Array]
    ) -> None:
        body = self.body
        base = self.pelvis_rotation(upper)
        at, origin, parent = pelvis, self.hip_mid, base
        steps = (
            ("pelvis", 0.45, 0.0),
            ("spine_01", 0.65, 0.3),
            ("spine_02", 0.9, 0.65),
            ("spine_03", 1.06, 1.0),
            ("neck_01", 0.7, 0.85),
            ("head", 0.25, 0.7),
        )
        for name, share, twist in steps:
            i = body.bone(name)
            pitch = share * upper.lean + (upper.head_pitch if name in ("head", "neck_01") else 0)
            yaw = upper.pelvis_yaw * (1 - twist) + upper.twist * twist
            roll = upper.pelvis_roll * (1 - min(1.0, 1.3 * twist))
            turn = rot_z(yaw) @ rot_y(pitch) @ rot_x(roll)
            here = at + apply(parent, body.heads_m[i] - origin)
            rotation[:, i], head[:, i] = turn, here
            at, origin, parent = here, body.heads_m[i], turn
        joints["head"], joints["crown"] = at, at + apply(parent, body.tail("head") - origin)

    def _arm(self, side: str, arm: Arm, rotation: Array, head: Array, joints: dict[str, Array]) -> None:
        body, s, sign = self.body, side[0], 1.0 if side == "left" else -1.0
        chest = body.bone("spine_03")
        trunk = rotation[:, chest]
        clav, up, low, hand = (body.bone(f"{b}_{s}") for b in ("clavicle", "upperarm", "lowerarm", "hand"))
        raise_ = np.maximum(arm.flex - np.radians(50), 0) * 0.24
        rotation[:, clav] = trunk @ rot_x(sign * raise_)
        head[:, clav] = head[:, chest] + apply(trunk, body.heads_m[clav] - body.heads_m[chest])
        shoulder = head[:, clav] + apply(rotation[:, clav], body.heads_m[up] - body.heads_m[clav])
        out = np.stack([np.zeros_like(arm.flex), sign * np.sin(arm.abduct), -np.cos(arm.abduct)], axis=-1)
        upper_dir = apply(trunk @ rot_y(-arm.flex), out)
        inward = sign * (np.sin(arm.abduct) - 0.5 * np.sin(arm.elbow))
        lower_out = np.stack([np.zeros_like(arm.flex), inward, -np.cos(np.arcsin(inward))], -1)
        lower_dir = apply(trunk @ rot_y(-(arm.flex + arm.elbow)), lower_out)
        hinge = trunk[..., 1]
        elbow = shoulder + body.length(f"upperarm_{s}", f"lowerarm_{s}") * upper_dir
        wrist = elbow + body.length(f"lowerarm_{s}", f"hand_{s}") * lower_dir
        bones_m = body.heads_m[low] - body.heads_m[up], body.heads_m[hand] - body.heads_m[low]
        rest_hinge = np.cross(bones_m[1], bones_m[0])
        for i, rest, d in ((up, bones_m[0], upper_dir), (low, bones_m[1], lower_dir)):
            rotation[:, i] = frame(d, hinge) @ frame(rest, rest_hinge).T
        rotation[:, hand] = rotation[:, low]
        head[:, up], head[:, low], head[:, hand] = shoulder, elbow, wrist
        reach = 0.095 / 1.75 * body.stature_m
        joints |= {
            f"shoulder_{side}": shoulder,
            f"elbow_{side}": elbow,
            f"wrist_{side}": wrist,
            f"knuckles_{side}": wrist + reach * lower_dir,
        }

    def _leg(
        self,
        side: str,
        leg: Leg,
        hip: Array,
        rotation: Array,
        head: Array,
        joints: dict[str, Array],
    ) -> None:
        body, s = self.body, side[0]
        at = self.leg_points(hip, leg)
        thigh, calf, foot, ball = (body.bone(f"{b}_{s}") for b in ("thigh", "calf", "foot", "ball"))
        lateral = np.array([0.0, 1.0, 0.0])
        rest = frame(body.heads_m[calf] - body.heads_m[thigh], lateral)
        rotation[:, thigh] = frame(at["thigh"], at["side"]) @ rest.T
        rest = frame(body.heads_m[foot] - body.heads_m[calf], lateral)
        rotation[:, calf] = frame(at["shank"], at["side"]) @ rest.T
        rotation[:, foot], rotation[:, ball] = at["foot"], at["toe"]
        head[:, thigh], head[:, calf] = hip, at["knee"]
        head[:, foot], head[:, ball] = at["ankle"], at["ball"]
        for name in ("hip", "knee", "ankle", "ball", "tip", "heel"):
            joints[f"{name}_{side}"] = at[name]
