"""Which leg is in stance, which leg hops and which is near the camera, from the whole body.

Pose models swap the legs of an athlete seen from the side, for some frames or for longer: one label alone
cannot be trusted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from kickform import fitted
from kickform.events.types import Contact, Side
from kickform.motion.motion import Motion
from kickform.numeric import FloatArray
from kickform.pose.geometry import body_height_px, upward
from kickform.pose.track import Landmark

__all__ = ["hopping_legs", "leg_mark", "leg_points", "near_side", "on_one_leg", "planted_x_px"]

_LIFTED = fitted.LEG_ROLES_LIFTED
"""Statures by which the free foot is above the stance foot when it is surely off the ground."""

_MORE_BENT_DEG = fitted.LEG_ROLES_MORE_BENT_DEG
"""How much more the free knee bends at touchdown and take-off when it is surely the free one."""

_THROUGHOUT = 0.7  # convention: the free foot may tap the ground for balance
"""Least share of a one-legged stance in which the free foot is up."""

_CHANGE_COST = 1.5  # convention: one contact that was misread (cost 1) must not change the leg, two may
"""Cost of a change of the hopping leg, against 1 for each sure contact that speaks for it."""


def leg_mark(motion: Motion, contact: Contact) -> float:
    """Return which leg is in stance in a contact: 1 surely left, -1 surely right, about 0 both or unknown.

    The free foot is higher and its knee more bent. The sides of the contact and of its steps weigh least.
    """
    given = {"left": 1.0, "right": -1.0, "both": 0.0}[contact.side]
    for step in motion.steps:
        shared = min(step.takeoff_s, contact.takeoff_s) - max(step.touchdown_s, contact.touchdown_s)
        if shared > 0.5 * contact.duration_s:
            given += 1.0 if step.side == "left" else -1.0
    share = (motion.track.time_s - contact.touchdown_s) / contact.duration_s
    inside = (share >= 0) & (share <= 1) & motion.track.found
    edges = inside & ((share < 0.25) | (share > 0.75))
    if inside.sum() < 3 or not edges.any():
        return float(np.clip(given, -1, 1))
    angles = motion.angles
    bent = float(np.median(np.nan_to_num(angles.r_knee_flexion_deg - angles.l_knee_flexion_deg)[edges]))
    higher = float(np.median(_lift(motion)[inside]))
    seen = 0.5 * np.clip(higher / _LIFTED, -1, 1) + 0.6 * np.clip(bent / _MORE_BENT_DEG, -1, 1)
    return float(np.clip(seen + 0.3 * np.clip(given, -1, 1), -1, 1))


def on_one_leg(motion: Motion, contact: Contact) -> bool:
    """Return whether the athlete stands on one leg through a contact, the other foot clearly up."""
    inside = (motion.track.time_s >= contact.touchdown_s) & (motion.track.time_s <= contact.takeoff_s)
    lift = _lift(motion)[inside & motion.track.found]
    return len(lift) > 0 and bool(max(np.mean(lift > _LIFTED), np.mean(lift < -_LIFTED)) > _THROUGHOUT)


def _lift(motion: Motion) -> FloatArray:
    """Return (T,) how much higher the right foot is than the left, statures."""
    xy = upward(motion.track)
    left = xy[:, [Landmark.L_ANKLE, Landmark.L_FOOT_INDEX], 1].mean(axis=1)
    right = xy[:, [Landmark.R_ANKLE, Landmark.R_FOOT_INDEX], 1].mean(axis=1)
    return np.asarray((right - left) / body_height_px(xy))


def hopping_legs(marks: Sequence[float]) -> list[Side]:
    """Return the hopping leg of each contact of a bout (Viterbi: one misread contact is outvoted).

    Args:
        marks: `leg_mark` of each contact, in order.
    """
    cost = np.array([[(1 - mark) / 2, (1 + mark) / 2] for mark in marks])
    total = cost[0].copy()
    came = []
    for step in cost[1:]:
        change = total[::-1] + _CHANGE_COST < total
        came.append(change)
        total = np.where(change, total[::-1] + _CHANGE_COST, total) + step
    state = int(np.argmin(total))
    states = [state]
    for change in reversed(came):
        state = 1 - state if change[state] else state
        states.append(state)
    names: tuple[Side, Side] = ("left", "right")
    return [names[s] for s in reversed(states)]


def near_side(motion: Motion, start_s: float, stop_s: float) -> Literal["left", "right"]:
    """Return the side nearer the camera between two times, real seconds: the athlete may turn round."""
    inside = (motion.track.time_s >= start_s) & (motion.track.time_s <= stop_s)
    world = motion.track.world_m[inside]
    depth = world[:, Landmark.L_HIP, 2] - world[:, Landmark.R_HIP, 2]
    if not np.isfinite(depth).any() or not np.nan_to_num(depth).any():
        return motion.view.near_side
    return "left" if float(np.nanmedian(depth)) < 0 else "right"


def planted_x_px(motion: Motion, leg: Side) -> FloatArray:
    """Return (T,) x of the stance leg's toe, pixels, for frames in which the other foot is off the ground.

    Where the pose model swapped the legs, the stance foot is still the lower one.
    """
    toes = motion.track.xy_px[:, [Landmark.L_FOOT_INDEX, Landmark.R_FOOT_INDEX], 0]
    ankles = motion.track.xy_px[:, [Landmark.L_ANKLE, Landmark.R_ANKLE], 1]
    own = 0 if leg == "left" else 1
    swapped = ankles[:, 1 - own] - ankles[:, own] > _LIFTED * body_height_px(upward(motion.track))
    return np.where(swapped, toes[:, 1 - own], toes[:, own])


def leg_points(motion: Motion, leg: Side, yaw_rad: float = 0.0) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return hip, knee and ankle of a leg, each (T, 2), pixels, y up, x stretched by 1 / cos(yaw)."""
    xy = upward(motion.track)
    xy[..., 0] /= math.cos(yaw_rad)
    if leg == "left":
        return xy[:, Landmark.L_HIP], xy[:, Landmark.L_KNEE], xy[:, Landmark.L_ANKLE]
    return xy[:, Landmark.R_HIP], xy[:, Landmark.R_KNEE], xy[:, Landmark.R_ANKLE]
