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
        constant: its name there.
        module: the module that uses it.
        name: its name in that module, and wherever that one is imported by name.
        decides: what goes wrong with a bad value.
    """

    constant: str
    module: str
    name: str
    decides: str

    @property
    def moves_motion(self) -> bool:
        """Whether the motion has to be estimated anew; the drills only read it."""
        return not self.module.startswith(("kickform.drills", "kickform.pipeline"))


ROWS = (
    Row("SCALE_FLOOR_PCT", "kickform.motion.scale", "_FLOOR_PCT", "error of the scale"),
    Row(
        "SCALE_FOLLOWED_FLOOR_PCT",
        "kickform.motion.scale",
        "_FOLLOWED_FLOOR_PCT",
        "error with the thighs followed",
    ),
    Row("LEG_ROLES_LIFTED", "kickform.motion.leg_roles", "_LIFTED", "hopping leg named right"),
    Row("LEG_ROLES_MORE_BENT_DEG", "kickform.motion.leg_roles", "_MORE_BENT_DEG", "hopping leg named right"),
    Row(
        "KINEMATICS_ANGLE_CUTOFF_HZ",
        "kickform.motion.kinematics",
        "ANGLE_CUTOFF_HZ",
        "peak of the heel in hops",
    ),
    Row(
        "THIGH_CORRECTION_LARGEST_GAP",
        "kickform.motion.thigh_correction",
        "_LARGEST_GAP",
        "error of the scale",
    ),
    Row(
        "THIGH_CORRECTION_LARGEST_OFFSET",
        "kickform.motion.thigh_correction",
        "_LARGEST_OFFSET",
        "thighs that were mixed up",
    ),
    Row("FOOT_TRAVEL_FOOT_SD", "kickform.motion.foot_travel", "_FOOT_SD", "distance of hops"),
    Row("FOOT_TRAVEL_BODY_SD", "kickform.motion.foot_travel", "_BODY_SD", "distance of hops"),
    Row(
        "FOOT_TRAVEL_TURN_SD", "kickform.motion.foot_travel", "_TURN_SD", "distance of hops, camera following"
    ),
    Row("FOOT_TRAVEL_FALL_SD", "kickform.motion.foot_travel", "_FALL_SD", "gravity in one flight"),
    Row("FOOT_TRAVEL_FACING_SD", "kickform.motion.foot_travel", "_FACING_SD", "yaw from world landmarks"),
    Row("A_SKIP_HIGH_DEG", "kickform.drills.a_skip", "_HIGH_DEG", "runs and ladders taken for skips"),
    Row("A_SKIP_FOOT_SD_CM", "kickform.drills.a_skip", "_FOOT_SD_CM", "clearance"),
    Row("A_SKIP_FAR_FOOT_SD_CM", "kickform.drills.a_skip", "_FAR_FOOT_SD_CM", "clearance of the far foot"),
    Row(
        "A_SKIP_FAR_THIGH_SD_DEG", "kickform.drills.a_skip", "_FAR_THIGH_SD_DEG", "thigh angle of the far leg"
    ),
    Row("POGO_SIDE_BY_SIDE", "kickform.drills.pogo", "_SIDE_BY_SIDE", "split landings taken for pogos"),
    Row(
        "SINGLE_LEG_HOP_SAME_LEG",
        "kickform.drills.single_leg_hop",
        "_SAME_LEG",
        "other drills taken for hops",
    ),
    Row(
        "SINGLE_LEG_HOP_FLIGHT_S",
        "kickform.drills.single_leg_hop",
        "_FLIGHT_S",
        "skips and ladder steps taken for hops",
    ),
    Row(
        "SINGLE_LEG_HOP_LONG_CONTACT_S",
        "kickform.drills.single_leg_hop",
        "_LONG_CONTACT_S",
        "split squats taken for hops",
    ),
    Row("SINGLE_LEG_HOP_OTHER_FOOT", "kickform.drills.single_leg_hop", "_OTHER_FOOT", "skips taken for hops"),
    Row("JUMPS_DROP_SD_M", "kickform.drills.common.jumps", "_DROP_SD_M", "jump height"),
    Row("FINDINGS_OWN_SHARE", "kickform.drills.common.findings", "_OWN_SHARE", "false fading"),
    Row(
        "SPLIT_LANDINGS_LEAST_SINK_SHARE",
        "kickform.drills.common.split_landings",
        "_LEAST_SINK_SHARE",
        "split landings counted",
    ),
    Row(
        "SPLIT_LANDINGS_STANCE_S",
        "kickform.drills.common.split_landings",
        "_STANCE_S",
        "hops taken for split squats",
    ),
    Row(
        "SPLIT_LANDINGS_SAME_LEAD",
        "kickform.drills.common.split_landings",
        "_SAME_LEAD",
        "hops taken for split squats",
    ),
    Row("SCORING_ANGLE_SD_DEG", "kickform.drills.common.scoring", "ANGLE_SD_DEG", "joint angles"),
    Row(
        "SCORING_FAR_ANGLE_SD_DEG",
        "kickform.drills.common.scoring",
        "FAR_ANGLE_SD_DEG",
        "joint angles of the far leg",
    ),
    Row(
        "BOUNCE_GROUPS_LONGEST_BEAT_S",
        "kickform.drills.common.bounce_groups",
        "_LONGEST_BEAT_S",
        "bounces a side",
    ),
    Row(
        "BOUNCE_GROUPS_LONGEST_STANCE_S",
        "kickform.drills.common.bounce_groups",
        "_LONGEST_STANCE_S",
        "bounces a side",
    ),
    Row(
        "BOUNCE_GROUPS_MERGED_BOUNCES",
        "kickform.drills.common.bounce_groups",
        "_MERGED_BOUNCES",
        "bounces a side",
    ),
    Row(
        "BOUNCE_GROUPS_CLEARLY_LOWER",
        "kickform.drills.common.bounce_groups",
        "_CLEARLY_LOWER",
        "side of the bounce",
    ),
    Row(
        "BOUNCE_GROUPS_SHARED_GROUND",
        "kickform.drills.common.bounce_groups",
        "_SHARED_GROUND",
        "walking in and out",
    ),
    Row(
        "STEP_RUNS_LEAST_SWING", "kickform.drills.common.step_runs", "_LEAST_SWING", "steps before the ladder"
    ),
    Row(
        "STEP_RUNS_LONGEST_OF_USUAL",
        "kickform.drills.common.step_runs",
        "_LONGEST_OF_USUAL",
        "late take-offs in ladders",
    ),
    Row(
        "STEP_RUNS_LATE_BEATS",
        "kickform.drills.common.step_runs",
        "_LATE_BEATS",
        "braking steps after the ladder",
    ),
    Row(
        "A_SKIP_COACHING_THIGH_SCATTER_DEG",
        "kickform.drills.coaching.a_skip",
        "_THIGH_SCATTER_DEG",
        "thigh angle from rep to rep",
    ),
    Row(
        "A_SKIP_COACHING_CONTACT_SCATTER_MS",
        "kickform.drills.coaching.a_skip",
        "_CONTACT_SCATTER_MS",
        "contact time from rep to rep",
    ),
    Row(
        "A_SKIP_COACHING_COMMON_CONTACT_MS",
        "kickform.drills.coaching.a_skip",
        "_COMMON_CONTACT_MS",
        "contact time of near and far foot",
    ),
    Row("LADDER_HIGH_KNEES_DEG", "kickform.drills.ladder", "_HIGH_KNEES_DEG", "skips taken for ladders"),
    Row(
        "LADDER_COMMON_CONTACT_SD_MS",
        "kickform.drills.ladder",
        "_COMMON_CONTACT_SD_MS",
        "contact time of near and far foot",
    ),
    Row(
        "LADDER_OWN_CONTACT_SD_MS",
        "kickform.drills.ladder",
        "_OWN_CONTACT_SD_MS",
        "contact time from step to step",
    ),
    Row("SPLIT_SQUAT_JUMP_LEAN_SD_DEG", "kickform.drills.split_squat_jump", "_LEAN_SD_DEG", "trunk lean"),
    Row(
        "SPLIT_SQUAT_JUMP_BALANCE_SD",
        "kickform.drills.split_squat_jump",
        "_BALANCE_SD",
        "centre of mass between the feet",
    ),
    Row("RECOGNIZE_CLOSE", "kickform.pipeline.recognize", "_CLOSE", "drill named right"),
    Row("CONDITIONS_SHAKY_SHARE", "kickform.pipeline.conditions", "_SHAKY_SHARE", "error of the feet"),
    Row("SLOW_MOTION_BOUNCES", "kickform.events.slow_motion", "_BOUNCES", "walkers called slow motion"),
    Row(
        "SLOW_MOTION_LEAST_RISE_SLOW",
        "kickform.events.slow_motion",
        "LEAST_RISE_SLOW",
        "squats called slow motion",
    ),
    Row(
        "SLOW_MOTION_LEAST_RISE_CERTAIN", "kickform.events.slow_motion", "_LEAST_RISE_CERTAIN", "split squats"
    ),
)
