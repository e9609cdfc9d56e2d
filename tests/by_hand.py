"""Motions whose every step is given: which foot, when, where; thighs, clearance and view as asked for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kickform.events.types import Contact, SlowMotion
from kickform.motion.motion import Angles, Motion, View
from kickform.pose.track import Landmark, PoseTrack

Foot = Literal["left", "right"]
Array = NDArray[np.float64]
PX_PER_M, STATURE_M, GROUND_PX = 200.0, 1.72, 460.0
_SWING_IN_S = 0.2


@dataclass(frozen=True)
class Step:
    """One foot on the ground; real seconds, and where along the ground its toe stands, metres."""

    foot: Foot
    touchdown_s: float
    takeoff_s: float
    place_m: float = 0.0


def contact(step: Step, sd_s: float = 0.004) -> Contact:
    """The step as a contact; an infinite `sd_s` is an end that was not seen."""
    return Contact(step.foot, step.touchdown_s, step.takeoff_s, sd_s, sd_s, math.sqrt(2) * sd_s)


def stepping(
    steps: Sequence[Step],
    *,
    thighs: dict[Foot, Sequence[tuple[float, float]]] | None = None,
    speed_m_s: float = 1.0,
    clearance_m: float = 0.05,
    standing: Sequence[Step] = (),
    plane: Literal["sagittal", "oblique", "frontal"] = "sagittal",
    facing: Literal[-1, 1] = 1,
    fps: float = 200.0,
    sd_s: float = 0.004,
    after_s: float = 0.4,
) -> Motion:
    """A motion with exactly these steps, the hips going on at an even speed, the camera following them.

    `thighs` are (real seconds, degrees) to interpolate between; the clip ends
    `after_s` after the last step; `standing` are contacts of which an end was not seen.
    """
    end = max(step.takeoff_s for step in [*steps, *standing]) + after_s
    time_s = np.arange(0, end, 1 / fps)
    xy = np.full((len(time_s), 33, 2), 200.0)
    heights = {"SHOULDER": 0.819, "HIP": 0.531, "KNEE": 0.286, "ANKLE": 0.04}
    for name, share in heights.items():
        for side in "LR":
            mark = Landmark[f"{side}_{name}"]
            xy[:, mark, 0] = 320.0
            xy[:, mark, 1] = GROUND_PX - share * STATURE_M * PX_PER_M
    for foot, toe, heel in (
        ("left", Landmark.L_FOOT_INDEX, Landmark.L_HEEL),
        ("right", Landmark.R_FOOT_INDEX, Landmark.R_HEEL),
    ):
        x, up = _foot_path([step for step in steps if step.foot == foot], time_s, clearance_m)
        xy[:, toe, 0] = 320 + facing * PX_PER_M * (x - speed_m_s * time_s)
        xy[:, heel, 0] = xy[:, toe, 0] - facing * 40.0
        xy[:, toe, 1] = xy[:, heel, 1] = GROUND_PX - PX_PER_M * up
    still = np.zeros(len(time_s))
    curves: dict[str, Array] = {}
    for side, keys in (thighs or {}).items():
        curves[side] = np.interp(time_s, [key[0] for key in keys], [key[1] for key in keys])
    contacts = [contact(step, sd_s) for step in steps]
    contacts += [contact(step, math.inf) for step in standing]
    count = len(time_s)
    return Motion(
        PoseTrack(time_s, xy, np.zeros((count, 33, 3)), np.ones((count, 33)), 640, 480),
        Angles(still, still, still, still, curves.get("left", still), curves.get("right", still), still),
        (),
        (),
        None,
        View(plane, 5.0 if plane == "sagittal" else 50.0, "right", facing),
        SlowMotion(1.0, "none"),
        fps,
        tuple(sorted(contacts, key=lambda each: each.touchdown_s)),
    )


def _foot_path(steps: Sequence[Step], time_s: Array, clearance_m: float) -> tuple[Array, Array]:
    """Where a foot is along the ground and how high, metres: planted, or in an arc to the next place."""
    times = [moment for step in steps for moment in (step.touchdown_s, step.takeoff_s)]
    places = [place for step in steps for place in (step.place_m, step.place_m)]
    if not steps:
        return np.zeros(len(time_s)), np.zeros(len(time_s))
    up = np.zeros(len(time_s))
    swings = [(before.takeoff_s, after.touchdown_s) for before, after in pairwise(steps)]
    for start_s, end_s in [(steps[0].touchdown_s - _SWING_IN_S, steps[0].touchdown_s), *swings]:
        u = (time_s - start_s) / (end_s - start_s)
        air = (u > 0) & (u < 1)
        up[air] = clearance_m * 4 * u[air] * (1 - u[air])
    return np.interp(time_s, times, places), up
