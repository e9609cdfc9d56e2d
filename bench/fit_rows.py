"""The constants that ``python -m bench fit`` chooses: where each stands and what it decides."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ROWS", "Constant", "Row"]

Constant = float | tuple[float, ...]
"""A number, or the two ends of a ramp, which are scaled together."""


@dataclass(frozen=True, slots=True)
class Row:
    """One constant of ``kickform/fitted.py``.

    Attributes:
        module: the module that uses it.
        name: its name in that module, and wherever that one is imported by name.
        decides: what goes wrong with a bad value.
    """

    module: str
    name: str
    decides: str

    @property
    def constant(self) -> str:
        """Its name in ``kickform/fitted.py``: after the module, coaching's apart."""
        *_, package, module = self.module.split(".")
        owner = f"{module}_coaching" if package == "coaching" else module
        return f"{owner}_{self.name.lstrip('_')}".upper()

    @property
    def moves_motion(self) -> bool:
        """Whether the motion has to be estimated anew; the drills only read it."""
        return not self.module.startswith(("kickform.drills", "kickform.pipeline"))


_DECIDES = {
    "kickform.motion.scale": {
        "_FLOOR_PCT": "error of the scale",
        "_FOLLOWED_FLOOR_PCT": "error with the thighs followed",
    },
    "kickform.motion.leg_roles": {
        "_LIFTED": "hopping leg named right",
        "_MORE_BENT_DEG": "hopping leg named right",
    },
    "kickform.motion.kinematics": {
        "ANGLE_CUTOFF_HZ": "peak of the heel in hops",
    },
    "kickform.motion.thigh_correction": {
        "_LARGEST_GAP": "error of the scale",
        "_LARGEST_OFFSET": "thighs that were mixed up",
    },
    "kickform.motion.foot_travel": {
        "_FOOT_SD": "distance of hops",
        "_BODY_SD": "distance of hops",
        "_TURN_SD": "distance of hops, camera following",
        "_FALL_SD": "gravity in one flight",
        "_FACING_SD": "yaw from world landmarks",
    },
    "kickform.drills.a_skip": {
        "_HIGH_DEG": "runs and ladders taken for skips",
        "_FOOT_SD_CM": "clearance",
        "_FAR_FOOT_SD_CM": "clearance of the far foot",
        "_FAR_THIGH_SD_DEG": "thigh angle of the far leg",
    },
    "kickform.drills.pogo": {
        "_SIDE_BY_SIDE": "split landings taken for pogos",
    },
    "kickform.drills.single_leg_hop": {
        "_SAME_LEG": "other drills taken for hops",
        "_FLIGHT_S": "skips and ladder steps taken for hops",
        "_LONG_CONTACT_S": "split squats taken for hops",
        "_OTHER_FOOT": "skips taken for hops",
    },
    "kickform.drills.common.jumps": {
        "_DROP_SD_M": "jump height",
    },
    "kickform.drills.common.findings": {
        "_OWN_SHARE": "false fading",
    },
    "kickform.drills.common.split_landings": {
        "_LEAST_SINK_SHARE": "split landings counted",
        "_STANCE_S": "hops taken for split squats",
        "_SAME_LEAD": "hops taken for split squats",
    },
    "kickform.drills.common.scoring": {
        "ANGLE_SD_DEG": "joint angles",
        "FAR_ANGLE_SD_DEG": "joint angles of the far leg",
    },
    "kickform.drills.common.bounce_groups": {
        "_LONGEST_BEAT_S": "bounces a side",
        "_LONGEST_STANCE_S": "bounces a side",
        "_MERGED_BOUNCES": "bounces a side",
        "_CLEARLY_LOWER": "side of the bounce",
        "_SHARED_GROUND": "walking in and out",
    },
    "kickform.drills.common.step_runs": {
        "_LEAST_SWING": "steps before the ladder",
        "_LONGEST_OF_USUAL": "late take-offs in ladders",
        "_LATE_BEATS": "braking steps after the ladder",
    },
    "kickform.drills.coaching.a_skip": {
        "_THIGH_SCATTER_DEG": "thigh angle from rep to rep",
        "_CONTACT_SCATTER_MS": "contact time from rep to rep",
        "_COMMON_CONTACT_MS": "contact time of near and far foot",
    },
    "kickform.drills.ladder": {
        "_HIGH_KNEES_DEG": "skips taken for ladders",
        "_COMMON_CONTACT_SD_MS": "contact time of near and far foot",
        "_OWN_CONTACT_SD_MS": "contact time from step to step",
    },
    "kickform.drills.split_squat_jump": {
        "_LEAN_SD_DEG": "trunk lean",
        "_BALANCE_SD": "centre of mass between the feet",
    },
    "kickform.pipeline.recognize": {
        "_CLOSE": "drill named right",
    },
    "kickform.pipeline.conditions": {
        "_SHAKY_SHARE": "error of the feet",
    },
    "kickform.events.each_foot": {
        "_HIDDEN_DOWN_S": "stated range of the far foot's landing",
        "_HIDDEN_UP_S": "stated range of the far foot's leaving",
        "_GENTLY_S": "stated range of low jumps",
    },
    "kickform.events.event_sd": {
        "_TOUCHDOWN_ONE": "stated range of a foot's landing",
        "_TOUCHDOWN_BOTH": "stated range of two feet's landing",
        "_TAKEOFF_ONE": "stated range of a foot's leaving",
        "_TAKEOFF_BOTH": "stated range of two feet's leaving",
    },
    "kickform.events.slow_motion": {
        "_BOUNCES": "walkers called slow motion",
        "LEAST_RISE_SLOW": "squats called slow motion",
        "_LEAST_RISE_CERTAIN": "split squats",
    },
}
"""What goes wrong with a bad value, by module and name."""

ROWS = tuple(
    Row(module, name, decides) for module, names in _DECIDES.items() for name, decides in names.items()
)
