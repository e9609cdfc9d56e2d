"""The loss that constants are fitted by: what a clip's outcome costs, by one scale for all drills."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from bench.outcomes import Outcome, Value, named_right

__all__ = ["clip_loss", "value_loss"]

_TOLERANCES = {
    "heel_recovery_deg": 5.0,
    "front_knee_flexion_deg": 5.0,
    "thigh_angle_deg": 5.0,
    "trunk_lean_deg": 3.0,
    "contact_time_ms": 8.0,
    "flight_time_ms": 8.0,
    "hop_distance_body_heights": 0.06,
    "com_between_feet": 0.06,
    "clearance_cm": 1.5,
    "bounces": 0.5,
    "switched": 0.5,
    "feet_per_box": 0.5,
}
"""What an error of one is, per metric: about the accuracy target of docs/accuracy.md."""
_WITHHELD = 1.0
"""A number that is withheld costs as much as one that is right with an SD of e tolerances."""
_WORST_Z = 3.0
"""Errors beyond three stated SDs cost no more: the fit follows the many, not one clip."""
_FALSE_FINDING = 0.1
_HEIGHT_CM, _SCALE_PCT, _EVENT_MS = 1.5, 5.0, 6.0


def clip_loss(outcome: Outcome) -> float:
    """Return what an outcome costs: 1 for a wrong drill, up to 1 for reps, and its numbers' mean cost.

    Touchdowns and take-offs are numbers as a metric is; of a clip without a verdict as well.
    """
    loss = 0.0 if named_right(outcome) else 1.0
    loss += min(1.0, abs(outcome.reps_found - outcome.reps_true) / max(outcome.reps_true, 1))
    loss += _FALSE_FINDING * len(outcome.faults_false)
    own = [
        value_loss(values, _TOLERANCES[name])
        for name, values in outcome.values.items()
        if name in _TOLERANCES
    ]
    for end in ("touchdown", "takeoff"):
        off = [
            Value(float(getattr(c, f"{end}_ms")), 0.0, float(getattr(c, f"{end}_sd_ms")))
            for c in outcome.contacts
        ]
        if off:
            own.append(value_loss(off, _EVENT_MS))
    if outcome.height_cm:
        own.append(value_loss(outcome.height_cm, _HEIGHT_CM))
    if outcome.scale_pct is not None:
        own.append(min(abs(outcome.scale_pct) / _SCALE_PCT, _WORST_Z))
    return loss + (float(np.mean(own)) if own else 0.0)


def value_loss(values: Sequence[Value], tolerance: float) -> float:
    """Return the mean cost of numbers: half the squared error in stated SDs, and the log of that SD.

    It is least where the error is small and the SD is as large as the error; without a stated SD the error
    counts in tolerances.
    """
    costs = []
    for value in values:
        if value.true is None:
            continue
        if value.measured is None:
            costs.append(_WITHHELD)
            continue
        off = value.measured - value.true
        if value.sd is None or value.sd <= 0.0:
            costs.append(min(abs(off) / tolerance, _WORST_Z))
        else:
            z = min(abs(off) / value.sd, _WORST_Z)
            costs.append(0.5 * z**2 + math.log(value.sd / tolerance))
    return float(np.mean(costs)) if costs else 0.0
