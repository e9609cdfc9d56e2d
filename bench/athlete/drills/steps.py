"""Feet that come and go: contacts with a strike, swings between them, walking to a stand."""

from __future__ import annotations

from bench.athlete.drills.base import AFTER_S, BEFORE_S, SIDE_NAMES, PathWriter, Roll, Tracks, both
from bench.athlete.dynamics import Node
from bench.athlete.motion import Keys, Plant, SwingKey

Shape = tuple[tuple[float, float], ...]

# heel lift (degrees) over the share of the contact
STRIKES: dict[str, Shape] = {
    "skip": ((0.0, 18.0), (0.14, 12.0), (0.5, 8.0), (0.76, 17.0), (1.0, 35.0)),
    "quick": ((0.0, 16.0), (0.15, 11.0), (0.5, 8.0), (0.76, 15.0), (1.0, 28.0)),
    "fore": ((0.0, 20.0), (0.13, 12.0), (0.5, 7.0), (0.75, 22.0), (1.0, 50.0)),
    "flat": ((0.0, 0.0), (0.50, 0.0), (0.78, 14.0), (1.0, 36.0)),
    "heel": ((0.0, -13.0), (0.16, 0.0), (0.52, 0.0), (0.78, 20.0), (1.0, 50.0)),
}
TOES: dict[str, Shape] = {
    "skip": ((0.0, 5.0), (0.10, 0.0), (0.80, 0.0), (1.0, 16.0)),
    "quick": ((0.0, 5.0), (0.10, 0.0), (0.80, 0.0), (1.0, 13.0)),
    "fore": ((0.0, 5.0), (0.10, 0.0), (0.80, 0.0), (1.0, 22.0)),
    "flat": ((0.80, 0.0), (1.0, 22.0)),
    "heel": ((0.80, 0.0), (1.0, 22.0)),
}
WALK_SWING = (
    SwingKey(0.36, (("thigh", 14.0), ("knee", 62.0), ("foot", 42.0), ("toe", 34.0))),
    SwingKey(0.72, (("thigh", 30.0), ("knee", 24.0), ("foot", -4.0), ("toe", -4.0))),
)


def scaled(shape: Shape, td: float, to: float) -> Keys:
    """Keys at shares of a contact, as absolute times."""
    return tuple((td + u * (to - td), v) for u, v in shape)


class Feet:
    """Plants of both feet with the swing that leads to each. Tips are given as mid-foot x.

    ``leg_m`` is the length of the legs, for those motions that reach as far as legs do.
    """

    def __init__(self, shoe_m: float, half_m: float, yaw_deg: float = 4.0, leg_m: float = 0.85) -> None:
        self.shoe_m, self.half_m, self.yaw_deg, self.leg_m = shoe_m, half_m, yaw_deg, leg_m
        self.plants: list[Plant] = []
        self.swings: tuple[list[tuple[SwingKey, ...]], list[tuple[SwingKey, ...]]] = ([], [])
        self.arrived = [BEFORE_S, BEFORE_S]

    def _add(self, plant: Plant, swing: tuple[SwingKey, ...]) -> None:
        if any(p.side == plant.side for p in self.plants):
            self.swings[plant.side].append(swing)
        self.plants.append(plant)

    def tip(self, side: int, mid_x: float, y: float | None = None) -> tuple[float, float]:
        """Tip of the shoe for a mid-foot place."""
        own = self.half_m if side == 0 else -self.half_m
        return mid_x + 0.5 * self.shoe_m, own if y is None else y

    def put(
        self,
        side: int,
        td: float,
        to: float,
        mid_x: float,
        strike: str = "flat",
        swing: tuple[SwingKey, ...] = (),
        working: bool = True,
        y: float | None = None,
        shape: Shape | None = None,
        roll: Roll | None = None,
    ) -> None:
        """A contact from td to to with a strike (or its own heel-lift ``shape``, or a ``roll``)."""
        foot = scaled(roll.foot() if roll else shape or STRIKES[strike], td, to)
        self._add(
            Plant(
                side,
                td,
                to,
                self.tip(side, mid_x, y),
                foot,
                scaled(roll.toe() if roll else TOES[strike], td, to),
                working,
                self._yaw(side),
            ),
            swing,
        )

    def stand(
        self,
        side: int,
        to: float,
        mid_x: float,
        push_s: float = 0.24,
        y: float | None = None,
        lift: float = 50.0,
    ) -> None:
        """Standing from before the clip (or from when the foot arrived) until a push-off at ``to``."""
        td = self.arrived[side]
        foot: Keys = ((to - push_s, 0.0), (to - 0.3 * push_s, 0.4 * lift), (to, lift))
        toe = ((to - 0.3 * push_s, 0.0), (to, 0.44 * lift))
        if td > BEFORE_S:
            foot = ((td, -10.0), (td + 0.1, 0.0), *foot)
        tip = self.tip(side, mid_x, y)
        swing = WALK_SWING if td > BEFORE_S else ()
        self._add(Plant(side, td, to, tip, foot, toe, False, self._yaw(side)), swing)

    def push(
        self,
        side: int,
        to: float,
        mid_x: float,
        strike: float,
        swing: tuple[SwingKey, ...],
        lift: float = 50.0,
    ) -> None:
        """Stand since the foot arrived, coming down at a pitch of ``strike``, and push off at ``to``."""
        td = self.arrived[side]
        foot: Keys = ((to - 0.24, 0.0), (to - 0.07, 0.4 * lift), (to, lift))
        if td > BEFORE_S:
            foot = ((td, strike), (td + 0.1, 0.0), *foot)
        toe = ((to - 0.07, 0.0), (to, 0.44 * lift))
        tip = self.tip(side, mid_x)
        self._add(Plant(side, td, to, tip, foot, toe, False, self._yaw(side)), swing)

    def stay(
        self,
        side: int,
        td: float,
        mid_x: float,
        end: float,
        strike: float = 0.0,
        swing: tuple[SwingKey, ...] = (),
        y: float | None = None,
    ) -> None:
        """Come down at td (heel lift ``strike`` degrees) and stay until after the clip."""
        foot = ((td, strike), (td + 0.1, 0.0))
        self._add(
            Plant(
                side,
                td,
                end + AFTER_S,
                self.tip(side, mid_x, y),
                foot,
                ((td, 0.25 * max(strike, 0)), (td + 0.03, 0.0)),
                False,
                self._yaw(side),
            ),
            swing,
        )

    def aloft(self, side: int) -> None:
        """A foot that is off the ground from before the clip."""
        tip = self.tip(side, 0.0)
        self._add(
            Plant(
                side,
                BEFORE_S - 2,
                BEFORE_S - 1,
                tip,
                ((BEFORE_S - 1, 10.0),),
                ((BEFORE_S - 1, 0.0),),
                False,
                self._yaw(side),
            ),
            (),
        )

    def _yaw(self, side: int) -> float:
        return self.yaw_deg if side == 0 else -self.yaw_deg


def walk_to_stand(
    writer: PathWriter,
    feet: Feet,
    tracks: Tracks,
    t: float,
    side: int,
    x: float,
    end_after_s: float,
    speed: float,
    strike: str = "flat",
    swing: tuple[SwingKey, ...] = (),
    swing_other: tuple[SwingKey, ...] = WALK_SWING,
    roll: Roll | None = None,
) -> float:
    """The last landing at t on ``side`` (mid-foot x): brake over two steps and stand.

    Returns the end of the clip.
    """
    step = min(0.22 + 0.10 * speed, 0.48)
    far, other = x + step, 1 - side
    end = t + 1.35 + end_after_s
    shape = ((0.0, {"flat": 0.0, "heel": -12.0}.get(strike, 18.0)), (0.25, 0.0), (0.6, 0.0), (1.0, 45.0))
    if roll is not None:
        shape = ((0.0, roll.touchdown_deg), *shape[1:])
    feet.put(side, t, t + 0.46, x, strike, swing, False, shape=shape)
    feet.stay(other, t + 0.33, far, end, -12.0, swing_other)
    feet.stay(
        side,
        t + 0.86,
        far,
        end,
        8.0,
        (SwingKey(0.45, (("thigh", 18.0), ("knee", 50.0), ("foot", 22.0), ("toe", 18.0))),),
    )
    writer.to(Node(t + 0.17, (x + 0.06, 0.0), rise_m=-0.10, accel=5.0), "smooth")
    writer.to(Node(t + 0.42, (x + 0.55 * step, 0.0), rise_m=-0.095, accel=1.5), "smooth")
    writer.to(Node(t + 0.86, (far - 0.03, 0.0), rise_m=-0.03), "smooth")
    writer.to(Node(t + 1.25, (far - 0.01, 0.0)), "smooth")
    writer.to(Node(end + AFTER_S, (far - 0.01, 0.0)), "smooth")
    for name, low, rest in (("flex", 18.0, 4.0), ("elbow", 50.0, 16.0), ("abduct", 16.0, 9.0)):
        both(tracks, name, t + 0.30, low)
        both(tracks, name, t + 1.2, rest)
    tracks["lean"] += [(t + 0.20, 12.0), (t + 1.1, 2.0)]
    tracks["head_pitch"] += [(t + 0.2, -4.0), (t + 1.1, 0.0)]
    return end


WALK_STEP_M, WALK_STEP_S = 0.58, 0.54


def walk_in(
    writer: PathWriter,
    feet: Feet,
    tracks: Tracks,
    steps: int,
    side: int,
    place_m: tuple[float, float] = (0.0, 0.0),
) -> float:
    """Walk to a place (mid-foot x, y of the body) in ``steps`` steps, the first of them on ``side``.

    Both feet's last steps are left to ``Feet.stand``, which ends them. Returns when all is still.
    """
    landings = [(k, 0.12 + k * WALK_STEP_S, (side + k) % 2) for k in range(-4, steps)]
    speed, last = WALK_STEP_M / WALK_STEP_S, landings[-2][1]
    for k, t, own in landings[:-2]:
        x = place_m[0] - (steps - 2 - k) * WALK_STEP_M
        feet.put(own, t, t + 1.16 * WALK_STEP_S, x, "heel", WALK_SWING, False)
    for _, t, own in landings[-2:]:
        feet.arrived[own] = t
    nodes = [(t + u * WALK_STEP_S, r, a) for _, t, _ in landings[:-2] for u, r, a in BOBS]
    nodes = [n for n in nodes if n[0] > BEFORE_S + 0.02]
    x, y = place_m
    first = x + speed * (BEFORE_S - last) - 0.24
    writer.nodes[0] = Node(BEFORE_S, (first, y), rise_m=-0.08, vxy_m_s=(speed, 0.0))
    for t, rise, accel in nodes:
        writer.to(Node(t, (x + speed * (t - last) - 0.24, y), rise_m=rise, accel=accel), "smooth")
    writer.to(Node(last + 0.1 * WALK_STEP_S, (x - 0.19, y), rise_m=-0.08, accel=2.0), "smooth")
    still = landings[-1][1] + 0.35
    writer.to(Node(still, (x, y)), "smooth")
    for k, t, own in landings:
        for s, name in enumerate(SIDE_NAMES):
            swing = 4.0 if k == steps - 1 else -20.0 if s == own else 22.0
            tracks[f"flex_{name}"].append((t, swing))
    return still


BOBS = ((0.1, -0.092, 2.0), (0.62, -0.062, -2.0))
"""When in a walking step the body is lowest and highest (share of the step), its height against standing (m)
and its acceleration."""
