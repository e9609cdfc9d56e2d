"""Good form and the faults of every drill, as motion parameters.

``GOOD[drill]`` and ``FAULTS[drill][code]``: the truth of a clip lists the codes in ``faults``.
"""

from __future__ import annotations

from dataclasses import replace

from bench.athlete.drills import (
    HopParams,
    IdleParams,
    LadderParams,
    MotionParams,
    PogoParams,
    SkipParams,
    SplitParams,
)

REBOUND = PogoParams(
    variant="rebound",
    jumps=8,
    contact_ms=372.0,
    jump_height_m=0.25,
    heel_deg=0.0,
    knee_touchdown_deg=30.0,
    lean_contact_deg=20.0,
)

GOOD: dict[str, MotionParams] = {
    "pogo": PogoParams(),
    "pogo_rebound": REBOUND,
    "single_leg_hop": HopParams(),
    "split_squat_jump": SplitParams(),
    "a_skip": SkipParams(),
    "ladder": LadderParams(),
    "ladder_two_feet": LadderParams(feet_per_box=2),
}

_HOP, _SPLIT, _SKIP, _LADDER = HopParams(), SplitParams(), SkipParams(), LadderParams()

FAULTS: dict[str, dict[str, MotionParams]] = {
    "pogo": {
        "contact_long": PogoParams(contact_ms=262, heel_deg=3.0, faults=("contact_long",)),
        "knees_collapse": PogoParams(
            contact_ms=275,
            heel_deg=0.0,
            knee_touchdown_deg=14.0,
            lean_contact_deg=16.0,
            faults=("knees_collapse", "contact_long"),
        ),
        "flight_low": PogoParams(
            jump_height_m=0.09, foot_takeoff_deg=34.0, knee_takeoff_deg=20.0, faults=("flight_low",)
        ),
        "arms_low": PogoParams(arms_overhead=False, faults=("arms_low",)),
        "fading": PogoParams(fatigue=0.42, faults=("fading",)),
        "uneven": PogoParams(variation=0.14, faults=("uneven",)),
    },
    "pogo_rebound": {
        "depth_shallow": replace(
            REBOUND, contact_ms=330, jump_height_m=0.18, knee_touchdown_deg=20.0, faults=("depth_shallow",)
        ),
        "arms_low": replace(REBOUND, arms_overhead=False, faults=("arms_low",)),
    },
    "single_leg_hop": {
        "heel_low": replace(_HOP, heel_recovery_deg=84.0, faults=("heel_low",)),
        "contact_long": replace(_HOP, contact_ms=365, flight_ms=290, faults=("contact_long",)),
        "distance_short": replace(_HOP, distance_m=0.75, faults=("distance_short",)),
    },
    "split_squat_jump": {
        "depth_shallow": replace(_SPLIT, front_knee_deg=60.0, contact_s=0.52, faults=("depth_shallow",)),
        "trunk_lean": replace(_SPLIT, lean_deg=42.0, faults=("trunk_lean",)),
        "weight_forward": replace(
            _SPLIT, com_share=0.95, lean_deg=24.0, stance_m=0.58, faults=("weight_forward",)
        ),
        "no_switch": replace(_SPLIT, missed_switch=(3, 5), faults=("no_switch",)),
    },
    "a_skip": {
        "thigh_low": replace(_SKIP, thigh_deg=58.0, faults=("thigh_low",)),
        "single_bounce": replace(_SKIP, single_at=(3, 6), faults=("single_bounce",)),
        "contact_long": replace(_SKIP, contact_ms=290, faults=("contact_long",)),
        "clearance_high": replace(
            _SKIP,
            bounce_flight_ms=270,
            change_flight_ms=230,
            lift_deg=22.0,
            groups=8,
            faults=("clearance_high",),
        ),
        "rhythm_uneven": replace(_SKIP, rhythm=0.17, faults=("rhythm_uneven",)),
    },
    "ladder": {
        "steps_slow": replace(_LADDER, step_rate_hz=3.9, faults=("steps_slow",)),
        "asymmetry": replace(_LADDER, asymmetry=0.26, faults=("asymmetry",)),
        "rhythm_uneven": replace(_LADDER, rhythm=0.16, faults=("rhythm_uneven",)),
    },
}

NEGATIVES: dict[str, MotionParams] = {
    kind: IdleParams(kind) for kind in ("standing", "weight_shifts", "squats", "walking")
}
