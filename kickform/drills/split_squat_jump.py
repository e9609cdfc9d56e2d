"""Split-squat jumps: land with one foot in front, sink deep between the feet, jump and switch the legs.

One rep is one landing into a split, from touchdown through the bottom to the next take-off (or to standing
up). The jump from standing into the first split belongs to it. Reps are found by the split stance with the
lowest point of the hips, also where a jump is not seen in the feet; its flight time is then withheld.
Contacts are long (0.5-1 s): they are work, not pauses.

The leg in front is the one whose foot is ahead, at landing and at take-off: deep in the squat pose models
swap the legs. Angles are those of the leg in front, whatever its label.

Sources: all score anchors are coaching conventions: thigh level and 90 degrees of knee bend at the bottom,
an upright trunk, the weight between the feet.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kickform import fitted
from kickform.drills.base import Drill, Metric, Verdict
from kickform.drills.coaching.split_squat_jump import GOOD_KNEE_DEG, UPRIGHT_DEG, split_squat_findings
from kickform.drills.common.jumps import cut_reason, with_findings
from kickform.drills.common.scoring import (
    ANGLE_SD_DEG,
    FAR_ANGLE_SD_DEG,
    anchored,
    angle_reason,
    mean_score,
    metric_score,
    summarize,
    weighted_score,
)
from kickform.drills.common.split_landings import DEPTH_HZ, Landing, find_landings, split_stance_share
from kickform.errors import DrillError
from kickform.motion.kinematics import centre_of_mass_px
from kickform.motion.motion import Motion
from kickform.pose.filtering import despike, low_pass
from kickform.pose.geometry import upward
from kickform.pose.track import Landmark
from kickform.results.findings import RepResult
from kickform.subject import Athlete

__all__ = ["DRILL", "SplitSquatJump"]

_KNEE = ((50, 20), (70, 60), (80, 100), (110, 100), (130, 60))  # convention: 90 deg, and deeper is no fault
_THIGH_OFF = ((15, 100), (30, 60), (45, 20))  # convention: within 15 deg of level
_LEAN = ((15, 100), (30, 50), (40, 20))  # convention: an upright trunk
_BALANCE_OFF = ((0.15, 100), (0.5, 0))  # convention: 0.35-0.65 of the way to the front foot
_YES_OR_NO = ((0, 0), (1, 100))  # convention: all or nothing
"""Score anchors: (value, score), linear in between."""

_LEAN_SD_DEG = fitted.SPLIT_SQUAT_JUMP_LEAN_SD_DEG
"""SD of the trunk lean."""

_BALANCE_SD = fitted.SPLIT_SQUAT_JUMP_BALANCE_SD
"""SD of the balance, as a share of the stance."""

_LEAST_JUMPED = 0.5  # convention: half of the landings
"""Least share of landings that were surely jumped into; with less the athlete only lunges."""

_METRICS = (  # convention: good ranges are a coach's
    Metric(
        "front_knee_flexion_deg",
        "Front knee bend at the bottom",
        "°",
        "target",
        (GOOD_KNEE_DEG, 110.0),
        common=0.8,
    ),
    Metric(
        "thigh_from_horizontal_deg", "Front thigh short of level", "°", "target", (-15.0, 15.0), common=0.8
    ),
    Metric("trunk_lean_deg", "Trunk lean at the bottom", "°", "lower", (None, UPRIGHT_DEG), common=0.8),
    Metric("com_between_feet", "Weight (0 rear foot, 1 front foot)", "", "target", (0.35, 0.65), common=0.8),
    Metric("switched", "Legs switched in the air", "of jumps", "higher", (1.0, None), no_sd="yes or no"),
    Metric("lead_leg", "Right leg in front", "of landings", "target", no_sd="left or right"),
    Metric("flight_time_ms", "Flight time", "ms", "higher"),
)
_HEADLINE = ("front_knee_flexion_deg", "thigh_from_horizontal_deg", "trunk_lean_deg", "switched")


class SplitSquatJump(Drill):
    """Split-squat jumps."""

    id = "split_squat_jump"
    title = "Split-squat jumps"
    how_to = (
        "Jump and land with one foot well in front of the other, sink until the front thigh is level, chest "
        "up, weight between the feet. Explode up and switch the legs in the air. Ten in all."
    )
    how_to_film = (
        "Side on, phone still at hip height, 3-4 m away, whole body and feet in the picture, 60 fps."
    )
    cue = "Down between your feet, chest tall, then explode and switch."
    metrics = _METRICS

    def likeness(self, motion: Motion) -> float:
        """Return the share of flights that land in a split stance, sink and stay in it."""
        landings = find_landings(motion)
        if len(landings) < 2 or _jumped_share(landings) < _LEAST_JUMPED:
            return 0.0
        return split_stance_share(landings) * len(landings) / max(len(landings), len(motion.flights))

    def judge(self, motion: Motion, athlete: Athlete, clip: str) -> Verdict:  # noqa: ARG002
        """Find the landings, measure and judge them; `DrillError` where there are no split landings."""
        landings = find_landings(motion)
        _check(motion, landings, clip)
        measured = [_measure(motion, number, landing) for number, landing in enumerate(landings, start=1)]
        reps = tuple(replace(rep, score=_score(rep)) for rep in measured)
        findings = split_squat_findings(reps)
        reps = tuple(with_findings(rep, findings) for rep in reps)
        contacts = [landing.contact for landing in landings if landing.contact]
        return Verdict(
            variant="alternating",
            contacts=tuple(contact for contact in contacts if math.isfinite(contact.sd_s)),
            flights=tuple(landing.flight for landing in landings if landing.flight),
            reps=reps,
            score=mean_score(reps),
            metrics=summarize(reps, _METRICS),
            headline=_HEADLINE,
            findings=findings,
        )


DRILL = SplitSquatJump()


def _check(motion: Motion, landings: Sequence[Landing], clip: str) -> None:
    """Raise `DrillError` where the clip holds another drill than split-squat jumps, or none."""
    if not motion.flights:
        raise DrillError(clip, "no jumps found in it", "film at least three split-squat jumps, feet in view")
    if not landings:
        cure = "land in a split and sink, or choose another drill"
        raise DrillError(clip, "no landing with one foot in front of the other", cure)
    if _jumped_share(landings) < _LEAST_JUMPED:
        raise DrillError(clip, "split squats without jumps", "jump from one to the next, or film closer")
    if split_stance_share(landings) == 0:
        fault = "quick steps or hops, no landings that sink into a split"
        raise DrillError(clip, fault, "choose another drill")


def _jumped_share(landings: Sequence[Landing]) -> float:
    """Return the share of landings that were jumped into: with a flight, or with the legs switched."""
    if not any(landing.flight for landing in landings):
        return 0.0
    return sum(bool(landing.flight or landing.switched) for landing in landings) / len(landings)


def _measure(motion: Motion, number: int, landing: Landing) -> RepResult:
    """Measure one rep: everything but its score and findings."""
    metrics: dict[str, float] = {"lead_leg": float(landing.lead == "right")}
    sds: dict[str, float] = {}
    withheld: dict[str, str] = {}
    if landing.switched is None:
        withheld["switched"] = "the first landing, from standing, has no switch"
    else:
        metrics["switched"] = float(landing.switched)
    if landing.flight is None:
        withheld["flight_time_ms"] = "the feet are not seen clearly enough to time the jump into this landing"
    elif reason := cut_reason(motion, landing.flight):
        withheld["flight_time_ms"] = reason
    else:
        metrics["flight_time_ms"] = 1000 * landing.flight.duration_s
        sds["flight_time_ms"] = 1000 * landing.flight.sd_s
    _add_angles(motion, landing, metrics, sds, withheld)
    return RepResult(
        number=number,
        side=landing.lead,
        start_s=landing.start_s,
        end_s=landing.end_s,
        score=None,
        metrics=metrics,
        sds=sds,
        withheld=withheld,
        key_s=landing.bottom_s,
    )


def _add_angles(
    motion: Motion,
    landing: Landing,
    metrics: dict[str, float],
    sds: dict[str, float],
    withheld: dict[str, str],
) -> None:
    """Add depth, lean and balance at the bottom, or the reasons why they are missing, in place."""
    names = ("front_knee_flexion_deg", "thigh_from_horizontal_deg", "trunk_lean_deg", "com_between_feet")
    reason = angle_reason(motion)
    if reason:
        withheld.update(dict.fromkeys(names, reason))
        return
    time_s, angles = motion.track.time_s, motion.angles
    inside = (time_s >= landing.start_s) & (time_s <= landing.end_s)
    xy = upward(motion.track)
    xy[..., 0] *= motion.view.facing
    left_leads = xy[:, Landmark.L_ANKLE, 0] > xy[:, Landmark.R_ANKLE, 0]
    feet = xy[:, [Landmark.L_HEEL, Landmark.L_FOOT_INDEX, Landmark.R_HEEL, Landmark.R_FOOT_INDEX], 0]
    left_x, right_x = feet[:, :2].mean(axis=1), feet[:, 2:].mean(axis=1)
    front_x, rear_x = np.where(left_leads, (left_x, right_x), (right_x, left_x))
    series = (
        np.where(left_leads, angles.l_knee_flexion_deg, angles.r_knee_flexion_deg),
        90 - np.where(left_leads, angles.l_thigh_deg, angles.r_thigh_deg),
        angles.trunk_lean_deg,
        (centre_of_mass_px(xy)[:, 0] - rear_x) / np.maximum(front_x - rear_x, 1.0),
    )
    leg_sd = ANGLE_SD_DEG if landing.lead == motion.view.near_side else FAR_ANGLE_SD_DEG
    for name, values_, sd in zip(names, series, (leg_sd, leg_sd, _LEAN_SD_DEG, _BALANCE_SD), strict=True):
        smooth = low_pass(time_s[inside], despike(values_[inside]), DEPTH_HZ)
        value = float(np.interp(landing.bottom_s, time_s[inside], smooth))
        if math.isfinite(value):
            metrics[name], sds[name] = value, sd
        else:
            withheld[name] = "the athlete is not seen at the bottom of this landing"


def _score(rep: RepResult) -> float | None:
    """Return the rep's score, 0 to 100; None where its headline metric is missing."""

    def off(name: str, middle: float, anchors: Sequence[tuple[float, float]]) -> float | None:
        return anchored(abs(rep.metrics[name] - middle), anchors) if name in rep.metrics else None

    return weighted_score(
        (
            (metric_score(rep, "front_knee_flexion_deg", _KNEE), 0.4),
            (off("thigh_from_horizontal_deg", 0.0, _THIGH_OFF), 0.15),
            (metric_score(rep, "trunk_lean_deg", _LEAN), 0.2),
            (off("com_between_feet", 0.5, _BALANCE_OFF), 0.15),
            (metric_score(rep, "switched", _YES_OR_NO), 0.1),
        )
    )
