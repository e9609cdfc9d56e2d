"""What the truth of a clip gives cause to say: findings that are no false alarm though no fault was injected.

The rule is one for all: a finding is supported where the true mean of its metric scores below 80 on the
anchors of the drill (docs/drills.md), or, for what has no anchor, where the true figures are beyond what a
coach calls good. It does not ask the code under test where its thresholds lie.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np

__all__ = ["supported_findings", "true_rhythm_cv_pct"]

# (code, metric, the figure, and on which side of it the finding is supported)
_LIMITS: dict[str, tuple[tuple[str, str, float, int], ...]] = {
    "pogo": (
        ("contact_long", "contact_time_ms", 190.0, 1),
        ("flight_low", "flight_contact_ratio", 2.1, -1),
    ),
    "pogo rebound": (
        ("depth_shallow", "knee_flexion_max_deg", 80.0, -1),
        ("depth_too_deep", "knee_flexion_max_deg", 100.0, 1),
        ("rebound_slow", "contact_time_ms", 450.0, 1),
    ),
    "single_leg_hop": (
        ("heel_low", "heel_recovery_deg", 117.0, -1),
        ("contact_long", "contact_time_ms", 250.0, 1),
        ("distance_short", "hop_distance_body_heights", 0.65, -1),
    ),
    "split_squat_jump": (
        ("depth_shallow", "front_knee_flexion_deg", 75.0, -1),
        ("trunk_lean", "trunk_lean_deg", 21.0, 1),
        ("weight_forward", "com_between_feet", 0.65, 1),
        ("weight_back", "com_between_feet", 0.35, -1),
    ),
    "a_skip": (
        ("thigh_low", "thigh_angle_deg", 75.0, -1),
        ("contact_long", "contact_time_ms", 220.0, 1),
        ("clearance_high", "clearance_cm", 12.5, 1),
    ),
    "ladder": (("steps_slow", "step_rate_hz", 5.75, -1),),
}
_ANY: dict[str, tuple[str, float]] = {
    "arms_low": ("arms_overhead", 0),
    "no_switch": ("switched", 0),
    "single_bounce": ("bounces", 1),
    "stutter": ("bounces", 3),
}
_COLLAPSING_DEG, _RHYTHM_PCT, _UNEVEN_PCT, _UNEQUAL_PCT, _FADING = 37.5, 8.0, 10.0, 10.0, 0.1
_SINKING = (
    "heel_recovery_deg",
    "front_knee_flexion_deg",
    "thigh_angle_deg",
    "flight_time_ms",
    "step_rate_hz",
)


def supported_findings(truth: dict[str, Any]) -> set[str]:
    """Return the codes of the findings that the truth of a clip supports."""
    reps = truth["reps"]
    drill = "pogo rebound" if truth["variant"] == "rebound" else truth["drill"]
    codes = set()
    for code, name, limit, sign in _LIMITS.get(drill, ()):
        values = _of(reps, name)
        if values and sign * (np.mean(values) - limit) > 0:
            codes.add(code)
    codes |= {code for code, (name, value) in _ANY.items() if value in _of(reps, name)}
    bends = np.array(_of(reps, "knee_flexion_max_deg"))
    if len(bends) and (bends - _of(reps, "knee_flexion_touchdown_deg")).mean() > _COLLAPSING_DEG:
        codes.add("knees_collapse")
    spreads = [_cv_pct([_of(reps, name)]) for name in ("contact_time_ms", "flight_time_ms")]
    if truth["drill"] == "pogo" and max(spreads) > _UNEVEN_PCT:
        codes.add("uneven")
    if truth["drill"] in ("a_skip", "ladder") and true_rhythm_cv_pct(truth) > _RHYTHM_PCT:
        codes.add("rhythm_uneven")
    if _unequal(truth):
        codes.add("asymmetry")
    if any(_worsens(reps, name, -1) for name in _SINKING) or _worsens(reps, "contact_time_ms", 1):
        codes.add("fading")
    return codes


def true_rhythm_cv_pct(truth: dict[str, Any]) -> float:
    """Return the coefficient of variation of like intervals, touchdown to touchdown, pooled, in percent."""
    families = defaultdict(list)
    for before, after in pairwise(sorted(truth["contacts"], key=lambda c: c["touchdown_s"])):
        families[before["side"], after["side"]].append(after["touchdown_s"] - before["touchdown_s"])
    return _cv_pct(families.values())


def _of(reps: list[dict[str, Any]], name: str, side: str = "") -> list[float]:
    """Return a metric of the reps that have it."""
    own = [rep["metrics"] for rep in reps if side in ("", rep["side"])]
    return [float(metrics[name]) for metrics in own if metrics.get(name) is not None]


def _cv_pct(families: Iterable[list[float]]) -> float:
    known = [np.array(values) for values in families if len(values) > 1]
    if not known:
        return 0.0
    squares = np.concatenate([(values / values.mean() - 1) ** 2 for values in known])
    return 100 * float(np.sqrt(squares.sum() / sum(len(values) - 1 for values in known)))


def _unequal(truth: dict[str, Any]) -> bool:
    """Return whether left and right truly differ by more than 10 % in contact time, thigh or distance."""
    times = {
        s: [c["contact_time_ms"] for c in truth["contacts"] if c["side"] == s] for s in ("left", "right")
    }
    pairs = [(times["left"], times["right"])]
    for name in ("thigh_angle_deg", "hop_distance_m"):
        pairs.append((_of(truth["reps"], name, "left"), _of(truth["reps"], name, "right")))
    for left, right in pairs:
        if left and right:
            low, high = sorted((float(np.mean(left)), float(np.mean(right))))
            if 100 * (high - low) > _UNEQUAL_PCT * high:
                return True
    return False


def _worsens(reps: list[dict[str, Any]], name: str, sign: int) -> bool:
    """Return whether the last third is worse than the first, each side against its own median."""
    middle = {rep["side"]: np.median(_of(reps, name, rep["side"]) or [1.0]) for rep in reps}
    known = [rep for rep in reps if rep["metrics"].get(name) is not None]
    shares = [rep["metrics"][name] / middle[rep["side"]] for rep in known]
    third = max(len(shares) // 3, 1)
    return len(shares) > 2 and sign * (np.mean(shares[-third:]) - np.mean(shares[:third])) > _FADING
