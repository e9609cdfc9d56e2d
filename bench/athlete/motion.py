"""From a plan (which foot stands where and when, how the centre of mass travels) to poses.

In contact the legs follow from inverse kinematics, in flight from joint splines that take over
angle and rate at take-off. The pelvis is where the whole-body centre of mass meets its path, so
it is the *centre of mass* (de Leva segments), not the hip, that flies a parabola.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicHermiteSpline, PchipInterpolator

from bench.athlete.dynamics import G, Node, Path, com_at, contact_gaps
from bench.athlete.skeleton import LEG_DOFS, Arm, Leg, Posed, Skeleton, Upper

Array = NDArray[np.float64]
Keys = tuple[tuple[float, float], ...]

EPS_S = 1e-7
RATE_STEP_S = 5e-4
RISE_SHARE = 0.3
"""How fast a body may rise from touchdown to take-off on average, as a share of its speed at either."""


@dataclass(frozen=True, slots=True)
class Plant:
    """One foot on the ground: side 0 left, 1 right; tip_m (x, y) of the flat shoe's tip.

    ``foot`` and ``toe`` are (time_s, degrees) keys of heel lift and toe-segment pitch; a negative
    foot pitch means that the heel edge is down and the toes are up. ``working`` marks drill
    contacts, as against standing before and after.
    """

    side: int
    touchdown_s: float
    takeoff_s: float
    tip_m: tuple[float, float]
    foot: Keys
    toe: Keys
    working: bool = True
    yaw_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class SwingKey:
    """A shape of the leg on its way: share of the swing, and degrees per joint (see LEG_DOFS)."""

    share: float
    angles: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a motion needs. ``swings[side]`` holds one tuple of keys per gap between plants.

    ``tracks`` are (time_s, degrees) keys of lean, twist, pelvis_yaw, pelvis_roll, head_pitch and
    flex_left, abduct_left, elbow_left, ... for the arms. ``falls`` bounds how much lower the centre of mass
    is at the end of a flight than at its start, as a share of g t^2 / 2: who falls by all of it has not
    jumped. The knee at take-off gives way to it. ``upright`` takes the standing height from the legs' length
    instead of the pose at time 0, in which nobody may stand.
    """

    duration_s: float
    path: Path
    plants: tuple[Plant, ...]
    swings: tuple[tuple[tuple[SwingKey, ...], ...], tuple[tuple[SwingKey, ...], ...]]
    tracks: dict[str, Keys]
    release_s: float = 0.030
    falls: tuple[float, float] | None = None
    upright: bool = False


@dataclass(slots=True)
class Swing:
    """Joint splines of one leg between two contacts."""

    start_s: float
    end_s: float
    splines: list[CubicHermiteSpline] = field(default_factory=list)


@lru_cache(maxsize=4096)
def curve(keys: Keys) -> PchipInterpolator:
    """The monotone cubic through (time, value) keys."""
    t, v = np.array(keys).T
    return PchipInterpolator(t, v)


def keyed(keys: Keys, times: Array) -> Array:
    """Monotone cubic through (time, value) keys, held constant outside them."""
    if len(keys) == 1:
        return np.full(len(times), keys[0][1])
    return np.asarray(curve(keys)(np.clip(times, keys[0][0], keys[-1][0])), dtype=float)


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of one leg before the pelvis is: ``on`` (T,) in contact, the plant's tip
    (T, 3), yaw, foot and toe pitch (T,), and for the swing its angles (6, T) and the least
    clearance (T,) of the shoe."""

    on: NDArray[np.bool_]
    tip: Array
    yaw: Array
    foot: Array
    toe: Array
    swing: Array
    margin: Array


class Motion:
    """A plan carried out by a body. ``pose(times)`` may be asked at any times, in any order."""

    def __init__(self, skeleton: Skeleton, plan: Plan, sweeps: int = 7) -> None:
        self.skeleton, self.plan = skeleton, plan
        self.plants = tuple(
            tuple(sorted((p for p in plan.plants if p.side == s), key=lambda p: p.touchdown_s))
            for s in (0, 1)
        )
        self.swings = [self._empty_swings(s) for s in (0, 1)]
        legs = skeleton.thigh_m + skeleton.shank_m + skeleton.shape.ankle[1]
        self.stand_m = legs + 0.07
        self.heights = np.array([self.stand_m + n.rise_m for n in plan.path.nodes])
        self.stand_m = self._standing_height()
        for _ in range(sweeps):
            self._sweep()

    def _empty_swings(self, side: int) -> list[Swing]:
        own = self.plants[side]
        return [Swing(a.takeoff_s, b.touchdown_s) for a, b in pairwise(own)]

    def _standing_height(self) -> float:
        """Centre-of-mass height at the first moment with the knees all but straight."""
        t = np.zeros(1)
        posed = self.pose(t, height=np.array([self.stand_m]))
        hip, ankle = posed.joints_m["hip_left"], posed.joints_m["ankle_left"]
        want = self.skeleton.reach_m * np.cos(np.radians(5.0))
        if self.plan.upright:
            hips = posed.joints_m["hips"][0, 2]
            return float(posed.com_m[0, 2] + want + self.skeleton.shape.ankle[1] - hips)
        dx = hip[0, :2] - ankle[0, :2]
        rise = ankle[0, 2] + np.sqrt(want**2 - dx @ dx) - hip[0, 2]
        return float(posed.com_m[0, 2] + rise)

    def upper(self, times: Array) -> Upper:
        """Trunk and arms at times (T,)."""

        def track(name: str) -> Array:
            return np.radians(keyed(self.plan.tracks.get(name, ((0.0, 0.0),)), times))

        arms = tuple(
            Arm(track(f"flex_{s}"), track(f"abduct_{s}"), track(f"elbow_{s}")) for s in ("left", "right")
        )
        return Upper(
            track("lean"),
            track("twist"),
            track("pelvis_yaw"),
            track("pelvis_roll"),
            track("head_pitch"),
            (arms[0], arms[1]),
        )

    def pose(self, times: Array, height: Array | None = None, rounds: int = 7) -> Posed:
        """Bones and joints at times (T,), heading frame (x forward)."""
        com = com_at(self.plan.path, self.heights, times)
        if height is not None:
            com[:, 2] = height
        upper = self.upper(times)
        given = (self._given(0, times), self._given(1, times))
        pelvis = com - np.array([0.02, 0.0, 0.05])
        for i in range(rounds):
            posed = self.skeleton.pose(pelvis, upper, self.legs(given, pelvis, upper))
            if i < rounds - 1:
                pelvis = pelvis + (com - posed.com_m)
        return posed

    def legs(self, given: tuple[Given, Given], pelvis: Array, upper: Upper) -> tuple[Leg, Leg]:
        """Both legs' angles for a pelvis (T, 3)."""
        left, right = (self._leg(g, h) for g, h in zip(given, self.skeleton.hips(pelvis, upper), strict=True))
        return left, right

    def _given(self, side: int, times: Array) -> Given:
        count = len(times)
        on, tip = np.zeros(count, bool), np.zeros((count, 3))
        yaw, foot, toe = np.zeros(count), np.zeros(count), np.zeros(count)
        dofs = np.repeat(np.radians([20.0, 0, 40, 20, 20, 0])[:, None], count, axis=1)
        margin = np.full(count, -1.0)
        for plant in self.plants[side]:
            now = (times >= plant.touchdown_s - EPS_S) & (times <= plant.takeoff_s + EPS_S)
            if now.any():
                on |= now
                tip[now, :2], yaw[now] = plant.tip_m, np.radians(plant.yaw_deg)
                foot[now] = np.radians(keyed(plant.foot, times[now]))
                toe[now] = np.radians(keyed(plant.toe, times[now]))
        for swing in self.swings[side]:
            now = (times > swing.start_s + EPS_S) & (times < swing.end_s - EPS_S)
            if now.any() and swing.splines:
                dofs[:, now] = np.stack([s(times[now]) for s in swing.splines])
                near = np.minimum(times[now] - swing.start_s, swing.end_s - times[now]) / 0.05
                margin[now] = 0.014 * np.clip(near, 0, 1) ** 2
        return Given(on, tip, yaw, foot, toe, dofs, margin)

    def _leg(self, given: Given, hip: Array) -> Leg:
        dofs = given.swing.copy()
        on, off = given.on, ~given.on
        if on.any():
            dofs[:, on] = self._stance(given, hip[on]).stack()
        if off.any():
            dofs[:, off] = self._clear_ground(dofs[:, off], given.margin[off], hip[off])
        return Leg(*dofs)

    def _stance(self, given: Given, hip: Array) -> Leg:
        sk, on = self.skeleton, given.on
        tip, yaw, foot, toe = given.tip[on], given.yaw[on], given.foot[on], given.toe[on]
        foot, toe = sk.raise_heel(hip, tip, yaw, foot, toe)
        ankle = sk.planted_ankle(tip, yaw, foot, toe)
        thigh, splay, knee = sk.solve_leg(hip, ankle, yaw)
        return Leg(thigh, splay, knee, foot, toe, yaw)

    def _clear_ground(self, dofs: Array, margin: Array, hip: Array) -> Array:
        """Lift the ankle wherever the shoe would come too near the ground."""
        sk = self.skeleton
        at = sk.leg_points(hip, Leg(*dofs))
        ball = at["ball"][:, 2] - sk.shape.ball[1] * np.cos(dofs[4])
        lowest = np.minimum(np.minimum(at["tip"][:, 2], at["heel"][:, 2]), ball)
        up = lowest < margin
        if up.any():
            lift = (margin - lowest)[up, None] * np.array([0.0, 0.0, 1.0])
            dofs[:3, up] = np.stack(sk.solve_leg(hip[up], at["ankle"][up] + lift, dofs[5, up]))
        return dofs

    def _sweep(self) -> None:
        """One round of the fixed point between node heights, take-off states and swings."""
        nodes = self.plan.path.nodes
        times = self.plan.path.times()
        posed = self.pose(times)
        for i, node in enumerate(nodes):
            if node.side is None:
                self.heights[i] = self.stand_m + node.rise_m
                continue
            name = ("left", "right")[node.side]
            hip, ankle = posed.joints_m[f"hip_{name}"][i], self._nominal_ankle(node)
            a, b = self.skeleton.thigh_m, self.skeleton.shank_m
            r2 = a * a + b * b + 2 * a * b * np.cos(np.radians(node.knee_deg))
            flat = hip[:2] - ankle[:2]
            want = ankle[2] + np.sqrt(max(min(r2, self.skeleton.reach_m**2) - flat @ flat, 0.04))
            self.heights[i] = posed.com_m[i, 2] + want - hip[2]
        if self.plan.falls is not None:
            self._bound_falls(*self.plan.falls)
        for _ in range(3):
            self.heights -= contact_gaps(self.plan.path, self.heights)
        for side in (0, 1):
            self._join(side)

    def _bound_falls(self, least: float, most: float) -> None:
        """Move the starts of flights so that the body falls by a share of g t^2 / 2 from there to the end.

        What it falls it must rise in a contact: in a quick one by little, whatever the flight.
        """
        path = self.plan.path
        spans = np.diff(path.times())
        for i, kind in enumerate(path.kinds):
            if kind == "flight":
                unit = G * spans[i] ** 2 / 2
                beside = [
                    spans[k] for k in (i - 1, i + 1) if 0 <= k < len(spans) and path.kinds[k] == "force"
                ]
                rise = RISE_SHARE * G * spans[i] / 2 * min(beside, default=np.inf)
                low, high = max(least * unit, -rise), min(most * unit, rise)
                fall = np.clip(self.heights[i] - self.heights[i + 1], low, high)
                self.heights[i] = self.heights[i + 1] + fall

    def _nominal_ankle(self, node: Node) -> Array:
        """The planned place (3,) of the ankle of a node's foot, which is on the ground then."""
        assert node.side is not None
        # a two-foot contact may begin or end a few ms before this foot's own
        near = [min(max(node.time_s, p.touchdown_s), p.takeoff_s) for p in self.plants[node.side]]
        time_s = min(near, key=lambda t: abs(t - node.time_s))
        if abs(time_s - node.time_s) > 0.05:
            raise ValueError(
                f"no {('left', 'right')[node.side]} foot on the ground at "
                f"{node.time_s:.3f} s, where the plan wants its knee angle"
            )
        given = self._given(node.side, np.array([time_s]))
        toe = np.minimum(given.toe, np.maximum(given.foot, 0))
        if self.skeleton.flex < np.pi:
            toe = self.skeleton.toes(given.foot, given.toe)
        place: Array = self.skeleton.planted_ankle(given.tip, given.yaw, given.foot, toe)[0]
        return place

    def _states(self, side: int, times: Array) -> Array:
        """Leg angles (6, T) at times when the foot is on the ground."""
        com = com_at(self.plan.path, self.heights, times)
        upper = self.upper(times)
        given = (self._given(0, times), self._given(1, times))
        pelvis = com - np.array([0.02, 0.0, 0.05])
        for _ in range(7):
            legs = self.legs(given, pelvis, upper)
            pelvis = pelvis + com - self.skeleton.pose(pelvis, upper, legs).com_m
        return self.legs(given, pelvis, upper)[side].stack()

    def _join(self, side: int) -> None:
        """Splines of every swing of a side from the states at its ends."""
        swings, keys = self.swings[side], self.plan.swings[side]
        if not swings:
            return
        start = np.array([s.start_s for s in swings])
        end = np.array([s.end_s for s in swings])
        off, before, on = np.split(
            self._states(side, np.concatenate([start, start - RATE_STEP_S, end])), 3, axis=1
        )
        rate = (off - before) / RATE_STEP_S
        for i, swing in enumerate(swings):
            own = keys[i] if i < len(keys) else ()
            swing.splines = [
                self._spline(d, swing, off[d, i], rate[d, i], on[d, i], own) for d in range(len(LEG_DOFS))
            ]

    def _spline(
        self, dof: int, swing: Swing, off: float, rate: float, on: float, keys: tuple[SwingKey, ...]
    ) -> CubicHermiteSpline:
        """One joint from take-off (angle and rate) over its keys to touchdown."""
        length = swing.end_s - swing.start_s
        release = min(self.plan.release_s, 0.3 * length)
        name = LEG_DOFS[dof]
        middle = [(k.share * length, np.radians(v)) for k in keys for n, v in k.angles if n == name]
        middle = [m for m in middle if release * 1.3 < m[0] < length * 0.97]
        drift = off + 0.45 * rate * release
        if name == "knee":
            drift = max(drift, min(off, np.radians(4.0)))
        t = np.array([0.0, release, *(m[0] for m in middle), length])
        v = np.array([off, drift, *(m[1] for m in middle), on])
        slope = np.asarray(PchipInterpolator(t, v).derivative()(t), dtype=float)
        slope[0] = rate
        slope[-1] = 0.0
        return CubicHermiteSpline(swing.start_s + t, v, slope)
