"""Split-squat jumps: land with one foot in front, sink deep between the feet, jump and switch the legs.

One rep is one landing into a split, from touchdown over the bottom to the next take-off (or to standing up).
The jump from standing into the first split counts with it. Reps are found by the split stance itself, with
the hips' lowest point in it, and so also where a jump was not seen in the feet; its flight time is then
withheld. Contacts are long here (0.5-1 s): they are work, no pause.

Which leg is in front is told by the places of the feet against the way the athlete faces, at landing and at
take-off: deep in the squat pose models mix up the legs. The angles are those of the leg that is in front,
whatever its label.

Sources: all score anchors are coaching conventions: thigh level and 90 degrees of knee bend at the bottom,
an upright trunk, the weight between the feet.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kickform.drills.base import Drill, Metric, Verdict
from kickform.drills.common.findings import Band, Words, say_band, say_fading
from kickform.drills.common.jumps import cut_reason, having, make_finding, values, with_findings
from kickform.drills.common.scoring import (
    ANGLE_SD_DEG,
    Finder,
    anchored,
    angle_reason,
    mean_of,
    summarize,
    weighted_score,
)
from kickform.drills.common.split_landings import DEPTH_HZ, Landing, find_landings, stays_split
from kickform.drills.common.steps import by_severity
from kickform.errors import DrillError
from kickform.motion.kinematics import centre_of_mass_px
from kickform.motion.motion import Motion
from kickform.pose.filtering import despike, low_pass
from kickform.pose.geometry import upward
from kickform.pose.track import Landmark
from kickform.results.findings import FindingResult, RepResult, Severity
from kickform.subject import Athlete

__all__ = ["DRILL", "SplitSquatJump"]

_KNEE = ((50, 20), (70, 60), (80, 100), (110, 100), (130, 60))
_THIGH_OFF = ((15, 100), (30, 60), (45, 20))
_LEAN = ((15, 100), (30, 50), (40, 20))
_BALANCE_OFF = ((0.15, 100), (0.5, 0))
_GOOD_KNEE_DEG, _SHALLOW_KNEE_DEG, _POOR_KNEE_DEG = 80.0, 75.0, 65.0
_UPRIGHT_DEG, _LEANING_DEG, _FALLING_DEG = 15.0, 28.0, 40.0
_BALANCED, _OFF_BALANCE, _FAR_OFF_BALANCE = 0.15, 0.25, 0.45
"""How far the centre of mass lies from the middle between the feet, as a share of the stance."""

_FAR_ANGLE_SD_DEG, _LEAN_SD_DEG, _BALANCE_SD = 10.0, 4.0, 0.07


_LEAST_SEEN = 0.5
"""Landings that were surely jumped into, as a share: without them the athlete only lunges."""

_METRICS = (
    Metric(
        "front_knee_flexion_deg", "Front knee bend at the bottom", "°", "target", (80.0, 110.0), common=0.8
    ),
    Metric("thigh_from_horizontal_deg", "Front thigh above level", "°", "target", (-15.0, 15.0), common=0.8),
    Metric("trunk_lean_deg", "Trunk lean at the bottom", "°", "lower", (None, _UPRIGHT_DEG), common=0.8),
    Metric("com_between_feet", "Weight (0 rear foot, 1 front foot)", "", "target", (0.35, 0.65), common=0.8),
    Metric("switched", "Legs switched in the air", "of jumps", "higher", (1.0, None), no_sd="a yes or no"),
    Metric("lead_leg", "Right leg in front", "of landings", "target", no_sd="left or right, counted"),
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
        """Return the share of flights that land in a split stance, stay in it and sink."""
        landings = find_landings(motion)
        if len(landings) < 2 or _jumped_share(landings) < _LEAST_SEEN:
            return 0.0
        return stays_split(landings) * len(landings) / max(len(landings), len(motion.flights))

    def judge(self, motion: Motion, athlete: Athlete, clip: str) -> Verdict:  # noqa: ARG002
        """Find the landings, measure and judge them; `DrillError` where there are no split landings."""
        landings = find_landings(motion)
        _check(motion, landings, clip)
        measured = [_measure(motion, number, landing) for number, landing in enumerate(landings, start=1)]
        reps = tuple(replace(rep, score=_score(rep)) for rep in measured)
        makers: tuple[Finder, ...] = (_say_depth, _say_lean, _say_balance, _say_switch, _say_fading)
        findings = by_severity([maker(reps) for maker in makers])
        reps = tuple(with_findings(rep, findings) for rep in reps)
        scores = [rep.score for rep in reps if rep.score is not None]
        contacts = [landing.contact for landing in landings if landing.contact]
        return Verdict(
            variant="alternating",
            contacts=tuple(contact for contact in contacts if math.isfinite(contact.sd_s)),
            flights=tuple(landing.flight for landing in landings if landing.flight),
            reps=reps,
            score=mean_of(scores) if scores else None,
            metrics=summarize(reps, _METRICS),
            headline=_HEADLINE,
            findings=findings,
        )


DRILL = SplitSquatJump()


def _check(motion: Motion, landings: Sequence[Landing], clip: str) -> None:
    """Raise `DrillError` where the clip holds something else than split-squat jumps."""
    if not motion.flights:
        raise DrillError(clip, "no jumps found in it", "film at least three split-squat jumps, feet in view")
    if not landings:
        raise DrillError(
            clip,
            "no landing with one foot in front of the other",
            "land in a split and sink, or choose another drill",
        )
    if _jumped_share(landings) < _LEAST_SEEN:
        raise DrillError(clip, "split squats without jumps", "jump from one to the next, or film closer")
    if stays_split(landings) == 0:
        raise DrillError(
            clip, "quick steps or hops, no landings that sink into a split", "choose another drill"
        )


def _jumped_share(landings: Sequence[Landing]) -> float:
    """Return the share of landings that were jumped into: a flight was seen, or the legs changed at once."""
    if not any(landing.flight for landing in landings):
        return 0.0
    return sum(bool(landing.flight or landing.switched) for landing in landings) / len(landings)


def _measure(motion: Motion, number: int, landing: Landing) -> RepResult:
    """Measure one rep: everything but its score and findings."""
    metrics: dict[str, float] = {"lead_leg": float(landing.lead == "right")}
    sds: dict[str, float] = {}
    withheld: dict[str, str] = {}
    if landing.switched is None:
        withheld["switched"] = "the first landing from standing has nothing to switch from"
    else:
        metrics["switched"] = float(landing.switched)
    if landing.flight is None:
        withheld["flight_time_ms"] = (
            "the feet were not seen clearly enough to time the jump into this landing"
        )
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
    """Add depth, lean and balance at the bottom, or why they are missing."""
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
    leg_sd = ANGLE_SD_DEG if landing.lead == motion.view.near_side else _FAR_ANGLE_SD_DEG
    for name, values_, sd in zip(names, series, (leg_sd, leg_sd, _LEAN_SD_DEG, _BALANCE_SD), strict=True):
        smooth = low_pass(time_s[inside], despike(values_[inside]), DEPTH_HZ)
        value = float(np.interp(landing.bottom_s, time_s[inside], smooth))
        if math.isfinite(value):
            metrics[name], sds[name] = value, sd
        else:
            withheld[name] = "the athlete is not seen at the bottom of this landing"


def _score(rep: RepResult) -> float | None:
    """Return the rep's score, 0 to 100; None where its headline metric is missing."""

    def part(name: str, anchors: Sequence[tuple[float, float]], middle: float | None = None) -> float | None:
        if name not in rep.metrics:
            return None
        value = rep.metrics[name]
        return anchored(value if middle is None else abs(value - middle), anchors)

    return weighted_score(
        (
            (part("front_knee_flexion_deg", _KNEE), 0.4),
            (part("thigh_from_horizontal_deg", _THIGH_OFF, 0.0), 0.15),
            (part("trunk_lean_deg", _LEAN), 0.2),
            (part("com_between_feet", _BALANCE_OFF, 0.5), 0.15),
            (part("switched", ((0, 0), (1, 100))), 0.1),
        )
    )


def _say_depth(reps: Sequence[RepResult]) -> FindingResult | None:
    return say_band(
        reps,
        "front_knee_flexion_deg",
        Band(_GOOD_KNEE_DEG, _SHALLOW_KNEE_DEG, _POOR_KNEE_DEG),
        Words(
            "depth_good",
            "Deep landings: the front knee bends to {mean:.0f}° at the bottom.",
            "Keep that depth.",
        ),
        Words(
            "depth_shallow",
            "The front knee bends to {mean:.0f}° only; 90° with the thigh level is the aim.",
            "Sink until the front thigh is level before you jump again.",
        ),
    )


def _say_lean(reps: Sequence[RepResult]) -> FindingResult | None:
    lean_deg = max(0.0, mean_of(values(reps, "trunk_lean_deg") or [0.0]))
    return say_band(
        reps,
        "trunk_lean_deg",
        Band(_UPRIGHT_DEG, _LEANING_DEG, _FALLING_DEG),
        Words(
            "trunk_upright",
            f"Chest tall at the bottom: the trunk leans {lean_deg:.0f}°.",
            "Keep the chest up.",
        ),
        Words(
            "trunk_lean",
            f"The trunk tips forward by {{mean:.0f}}° at the bottom; stay within {_UPRIGHT_DEG:.0f}°.",
            "Chest up, eyes ahead: sit straight down between your feet.",
        ),
    )


def _say_balance(reps: Sequence[RepResult]) -> FindingResult | None:
    told = having(reps, "com_between_feet")
    if not told:
        return None
    off = mean_of(values(told, "com_between_feet")) - 0.5
    most = max(told, key=lambda rep: (rep.metrics["com_between_feet"] - 0.5) * math.copysign(1, off))
    if abs(off) <= _BALANCED:
        text = f"Weight between the feet: {100 * (off + 0.5):.0f} % of the way to the front foot."
        return make_finding("weight_centred", "good", text, "Keep sinking between the feet.", told)
    if abs(off) <= _OFF_BALANCE:
        return None
    where = "front" if off > 0 else "rear"
    text = f"The weight hangs over the {where} foot ({100 * (off + 0.5):.0f} % of the way to the front one)."
    cue = "Push the hips back a little and use both legs." if off > 0 else "Bring the hips over the middle."
    heavy = [rep for rep in told if (rep.metrics["com_between_feet"] - 0.5) * off > 0]
    code = "weight_forward" if off > 0 else "weight_back"
    severity: Severity = "fault" if abs(off) > _FAR_OFF_BALANCE else "advice"
    return make_finding(code, severity, text, cue, heavy, most)


def _say_switch(reps: Sequence[RepResult]) -> FindingResult | None:
    told = having(reps, "switched")
    missed = [rep for rep in told if not rep.metrics["switched"]]
    if missed:
        text = f"No switch in {len(missed)} of {len(told)} jumps: the same leg lands in front again."
        cue = "Drive the rear knee through as soon as you leave the ground."
        return make_finding("no_switch", "fault", text, cue, missed)
    if len(told) < 2:
        return None
    text = "The legs switch in every jump."
    return make_finding("switch_good", "good", text, "Keep alternating.", told)


def _say_fading(reps: Sequence[RepResult]) -> FindingResult | None:
    """Tell of jumps or landings that get worse through the set, each leg held against itself."""
    for name, least, much, what in (
        ("front_knee_flexion_deg", 10.0, 20.0, "The landings get shallower by about {change:.0f}°"),
        ("flight_time_ms", 60.0, 120.0, "The jumps get shorter by about {change:.0f} ms"),
    ):
        text = f"{what} towards the end of the set"
        found = say_fading(reps, name, text, worse=-1, least=least, much=much)
        if found:
            return found
    return None
