"""Hold an analysis against the truth of its clip: errors, matches, misses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bench.cases import Case
from bench.supported import supported_findings
from kickform.events.types import Contact
from kickform.motion.motion import Motion
from kickform.pose.track import Landmark, PoseTrack
from kickform.results.analysis import Analysis
from kickform.results.findings import RepResult

__all__ = ["Outcome", "TimedContact", "Value", "hold_against_truth", "match_reps"]

_NUMBERS = (
    "heel_recovery_deg",
    "heel_to_hip_ratio",
    "hop_distance_m",
    "hop_distance_body_heights",
    "front_knee_flexion_deg",
    "thigh_from_horizontal_deg",
    "trunk_lean_deg",
    "com_between_feet",
    "switched",
    "lead_leg",
    "thigh_angle_deg",
    "bounces",
    "clearance_cm",
    "feet_per_box",
    "contact_time_ms",
    "flight_time_ms",
)
_LEGS_APART = 0.08
"""Share of the body's height in the picture by which knees and ankles lie apart, on average, in frames in
which left and right can be mixed up at all."""


@dataclass(frozen=True, slots=True)
class TimedContact:
    """One contact that was found: its error and stated SD, ms; `near` is None where both feet bear."""

    error_ms: float
    sd_ms: float
    near: bool | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One metric of one rep beside its truth.

    ``measured`` is None where it is withheld or the rep was missed, ``true`` in a rep that is not there.
    ``near`` says whether the leg that the metric is of is the one nearest the camera.
    """

    measured: float | None
    true: float | None
    sd: float | None = None
    near: bool | None = None


@dataclass(slots=True)
class Outcome:
    """What one clip showed; errors are measured minus true.

    Attributes:
        name: the case.
        drill: the drill in the clip.
        condition: its row.
        refusal: why there was no verdict; "" with one.
        named: the drill that was named from the movement alone; "none" where none was.
        fps: real frames a second.
        yaw_deg: the camera off the side view, without sign.
        hard: whether the clip was made hard on purpose.
        contacts: each contact matched.
        set_mean_ms: error of the clip's mean contact time.
        set_mean_sd_ms: its stated SD.
        event_hits, event_found, event_true: touchdowns and take-offs within one frame; found; true.
        height_cm: error of each jump height.
        knee_deg: error of each rep's deepest knee flexion.
        reps_found, reps_true, reps_matched: counts; matched are the true ones that were found.
        sides_right: of the matched ones, those on the right side.
        values: the metrics of each rep beside the truth.
        step_rate_pct: error of the set's step rate.
        swapped_frames, leg_frames: frames in which left and right are mixed up; in which the legs are apart.
        faults_injected, faults_found: codes.
        faults_false: findings (advice or fault) that were not injected and that the truth does not support.
        scale_pct: error of the scale.
    """

    name: str
    drill: str
    condition: str
    refusal: str = ""
    named: str = "none"
    fps: float = 0.0
    yaw_deg: float = 0.0
    hard: bool = False
    contacts: list[TimedContact] = field(default_factory=list)
    set_mean_ms: float | None = None
    set_mean_sd_ms: float | None = None
    event_hits: int = 0
    event_found: int = 0
    event_true: int = 0
    height_cm: list[float] = field(default_factory=list)
    knee_deg: list[float] = field(default_factory=list)
    reps_found: int = 0
    reps_true: int = 0
    reps_matched: int = 0
    sides_right: int = 0
    values: dict[str, list[Value]] = field(default_factory=dict)
    step_rate_pct: float | None = None
    swapped_frames: int = 0
    leg_frames: int = 0
    faults_injected: list[str] = field(default_factory=list)
    faults_found: list[str] = field(default_factory=list)
    faults_false: list[str] = field(default_factory=list)
    scale_pct: float | None = None


def hold_against_truth(
    case: Case,
    truth: dict[str, Any],
    motion: Motion | None,
    analysis: Analysis | None,
    refusal: str = "",
    named: str = "none",
) -> Outcome:
    """Compare what was measured with what was rendered.

    Args:
        case: the clip.
        truth: its truth, as in the JSON beside it.
        motion: contacts and flights, also where no drill was judged; None where the athlete was not seen.
        analysis: the verdict, if there was one.
        refusal: the error's text, if there was none.
        named: the drill named from the movement alone; "none" where none was.
    """
    outcome = Outcome(case.name, case.drill, case.condition, refusal, named, hard=case.hard)
    outcome.fps, outcome.yaw_deg = truth["capture"]["fps"], abs(truth["view"]["yaw_deg"])
    outcome.reps_true = len(truth["reps"])
    outcome.faults_injected = list(case.faults)
    if motion is not None:
        _contacts(outcome, motion, truth)
        if motion.scale is not None:
            outcome.scale_pct = 100 * (motion.scale.m_per_px / truth["m_per_px"] - 1)
        if case.drill == "single_leg_hop":
            outcome.swapped_frames, outcome.leg_frames = _swapped(motion.track, truth)
    outcome.reps_found = len(analysis.reps) if analysis else 0
    _reps(outcome, truth, analysis.reps if analysis else ())
    if analysis is not None:
        _set(outcome, truth, analysis)
        _findings(outcome, truth, analysis)
    return outcome


def _contacts(outcome: Outcome, motion: Motion, truth: dict[str, Any]) -> None:
    """Match working contacts by overlap, of single feet by side as well; events are hits within one frame."""
    factor = truth["capture"]["slow_motion_factor"]
    frame_s = factor / truth["capture"]["fps"]
    both = bool(truth["both_contacts"])
    true = truth["both_contacts"] or truth["contacts"]
    all_found = motion.contacts if both else motion.steps
    found = [c for c in all_found if np.isfinite(c.sd_s) and c.duration_s < 1.0 * factor]
    if not both and true:  # steps on the way in and out are no part of the drill
        start = true[0]["touchdown_s"]
        stop = max(want["takeoff_s"] for want in true)
        found = [c for c in found if start < (c.touchdown_s + c.takeoff_s) / 2 < stop]
    left = list(found)
    for want in true:
        contact = _best(left, want)
        if contact is None:
            continue
        left.remove(contact)
        outcome.event_hits += abs(contact.touchdown_s - want["touchdown_s"]) <= frame_s
        outcome.event_hits += abs(contact.takeoff_s - want["takeoff_s"]) <= frame_s
        error = 1000 * contact.duration_s / motion.slow_motion.factor - want["contact_time_ms"]
        near = None if both else want["side"] == truth["view"]["side"]
        outcome.contacts.append(TimedContact(error, 1000 * contact.sd_s / motion.slow_motion.factor, near))
    outcome.event_found, outcome.event_true = 2 * len(found), 2 * len(true)
    if outcome.contacts:
        outcome.set_mean_ms = float(np.mean([c.error_ms for c in outcome.contacts]))


def _best(found: list[Contact], want: dict[str, Any]) -> Contact | None:
    """Return the contact that overlaps `want` most; of a single foot it must be the same foot's."""
    own = [c for c in found if want["side"] == "both" or c.side == want["side"]]
    overlaps = [
        (min(want["takeoff_s"], c.takeoff_s) - max(want["touchdown_s"], c.touchdown_s), c) for c in own
    ]
    overlap, contact = max(overlaps, key=lambda pair: pair[0], default=(0.0, None))
    return contact if overlap > 0 else None


def _swapped(track: PoseTrack, truth: dict[str, Any]) -> tuple[int, int]:
    """Return the frames in which knees and ankles fit the other leg better, and those with the legs apart."""
    names = truth["joint_names"]
    true = np.array(truth["joints_px"], dtype=float)
    count = min(len(track), len(true))
    knees_ankles = ("left_knee", "left_ankle", "right_knee", "right_ankle")
    legs = true[:count, [names.index(name) for name in knees_ankles]]
    marks = (Landmark.L_KNEE, Landmark.L_ANKLE, Landmark.R_KNEE, Landmark.R_ANKLE)
    seen = track.xy_px[:count][:, list(marks)]
    other = legs[:, [2, 3, 0, 1]]
    height_px = float(np.median(np.ptp(true[:count, :, 1], axis=1)))
    apart = np.linalg.norm(legs - other, axis=2).sum(axis=1) / 2 > 2 * _LEGS_APART * height_px
    apart &= np.isfinite(seen).all(axis=(1, 2))
    as_named = np.linalg.norm(seen - legs, axis=2).sum(axis=1)
    crossed = np.linalg.norm(seen - other, axis=2).sum(axis=1)
    return int((apart & (crossed < as_named)).sum()), int(apart.sum())


def match_reps(reps: tuple[RepResult, ...], true: list[dict[str, Any]]) -> dict[int, int]:
    """Return {index of the rep: index of the true one}, one to one, by the share of time in common."""
    shares = []
    for i, rep in enumerate(reps):
        for j, want in enumerate(true):
            shared = min(rep.end_s, want["end_s"]) - max(rep.start_s, want["start_s"])
            if shared > 0:
                both = max(rep.end_s, want["end_s"]) - min(rep.start_s, want["start_s"])
                shares.append((shared / both, i, j))
    pairs: dict[int, int] = {}
    for _, i, j in sorted(shares, reverse=True):
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


def _reps(outcome: Outcome, truth: dict[str, Any], reps: tuple[RepResult, ...]) -> None:
    """Put the metrics of the reps beside those of the truth."""
    pairs = match_reps(reps, truth["reps"])
    found = {j: reps[i] for i, j in pairs.items()}
    outcome.reps_matched = len(pairs)
    outcome.sides_right = sum(found[j].side == truth["reps"][j]["side"] for j in found)
    near_side = truth["view"]["side"]
    for name in _NUMBERS:
        values = []
        for j, want in enumerate(truth["reps"]):
            true = _number(want["metrics"].get(name))
            if true is None:
                continue
            near = want["side"] == near_side if want["side"] in ("left", "right") else None
            if name == "thigh_angle_deg" and near is not None:
                near = not near  # it is the thigh of the leg that does not bounce
            rep = found.get(j)
            measured = rep.metrics.get(name) if rep else None
            values.append(Value(measured, true, _stated_sd(rep, name), near))
        extra = [rep for i, rep in enumerate(reps) if i not in pairs and name in rep.metrics]
        values += [Value(rep.metrics[name], None, _stated_sd(rep, name)) for rep in extra]
        if any(value.true is not None for value in values):
            outcome.values[name] = values


def _stated_sd(rep: RepResult | None, name: str) -> float | None:
    """Return the SD that a rep states for a metric; None without a (finite) one."""
    sd = rep.sds.get(name) if rep else None
    return sd if sd is not None and np.isfinite(sd) else None


def _number(value: Any) -> float | None:
    """Return a metric of the truth as the reps have it: legs as 0 (left) and 1 (right)."""
    if isinstance(value, str):
        return float(value == "right")
    return None if value is None else float(value)


def _set(outcome: Outcome, truth: dict[str, Any], analysis: Analysis) -> None:
    """Compare jump heights, knees in contact, the set's contact time and its step rate."""
    for flight in analysis.flights:
        middle = (flight.takeoff_s + flight.touchdown_s) / 2
        for want in truth["flights"]:
            if want["takeoff_s"] < middle < want["touchdown_s"]:
                outcome.height_cm.append(flight.jump_height_cm - want["jump_height_cm"])
    for rep in analysis.reps:
        if "knee_flexion_max_deg" in rep.metrics and analysis.motion is not None:
            true_knee = _true_knee_max(truth, rep.start_s, analysis.motion.view.near_side)
            if true_knee is not None:
                outcome.knee_deg.append(rep.metrics["knee_flexion_max_deg"] - true_knee)
    mean = analysis.summary.metrics.get("contact_time_ms")
    outcome.set_mean_sd_ms = mean.sd if mean is not None else None
    rate = analysis.summary.metrics.get("step_rate_hz")
    touchdowns = sorted(c["touchdown_s"] for c in truth["contacts"])
    if rate is not None and rate.value is not None and len(touchdowns) > 1:
        factor = truth["capture"]["slow_motion_factor"]
        true_hz = (len(touchdowns) - 1) * factor / (touchdowns[-1] - touchdowns[0])
        outcome.step_rate_pct = 100 * (rate.value / true_hz - 1)


def _true_knee_max(truth: dict[str, Any], start_s: float, near: str) -> float | None:
    """Return the near knee's true deepest flexion in the contact that begins at `start_s`."""
    for contact in truth["both_contacts"]:
        if contact["touchdown_s"] - 0.1 <= start_s <= contact["takeoff_s"]:
            times = np.array(truth["frame_times_s"])
            inside = (times >= contact["touchdown_s"]) & (times <= contact["takeoff_s"])
            knee = np.array(truth["angles_deg"][f"knee_flexion_{near}"])[inside]
            return float(knee.max()) if len(knee) else None
    return None


def _findings(outcome: Outcome, truth: dict[str, Any], analysis: Analysis) -> None:
    """Tell faults found from those cried falsely."""
    codes = {f.code for f in analysis.findings if f.severity != "good"}
    injected = set(outcome.faults_injected)
    outcome.faults_found = sorted(codes & injected)
    outcome.faults_false = sorted(codes - injected - supported_findings(truth))
