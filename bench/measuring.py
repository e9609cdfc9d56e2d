"""Hold an analysis against the truth of its clip: errors, matches, misses.

The truth has the shape that ``bench/athlete`` writes (its README.md). Truth from elsewhere is put into that
shape (`bench.second`, `bench.labels`) and may add to a contact ``landing`` ("heel", "flat" or "forefoot") and
``label`` (what a person who labelled it left open), and to the whole ``set_mean_label_sd_ms``, ``decidable``
(findings that it can support or refute; default all), ``reps_known`` and ``longest_contact_s``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bench.cases import Case
from bench.outcomes import LabelError, Outcome, TimedContact, Value
from bench.supported import supported_findings
from kickform.events.types import Contact
from kickform.motion.motion import Motion
from kickform.pose.track import Landmark, PoseTrack
from kickform.results.analysis import Analysis
from kickform.results.findings import RepResult

__all__ = ["hold_against_truth", "match_reps"]

_NUMBERS = (
    *("heel_recovery_deg", "heel_to_hip_ratio", "hop_distance_m", "hop_distance_body_heights"),
    *("front_knee_flexion_deg", "thigh_from_horizontal_deg", "trunk_lean_deg", "com_between_feet"),
    *("switched", "lead_leg", "thigh_angle_deg", "bounces", "clearance_cm", "feet_per_box"),
    *("contact_time_ms", "flight_time_ms", "rsi_m_per_s", "flight_contact_ratio"),
)
_FLIGHTS_TIMED = ("pogo", "single_leg_hop", "split_squat_jump", "")
"""Drills whose flights between contacts are stated; the others' are given by steps."""
_LONGEST_S = 1.0
_LEGS_APART = 0.08
"""Share of the body's height in the picture by which knees and ankles lie apart, on average, in frames in
which left and right can be mixed up at all."""


def hold_against_truth(
    case: Case,
    truth: dict[str, Any],
    motion: Motion | None,
    analysis: Analysis | None,
    refusal: str = "",
    named: str = "none",
) -> Outcome:
    """Compare what was measured with what is true.

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
    outcome.reps_true, outcome.reps_known = len(truth["reps"]), truth.get("reps_known", True)
    outcome.set_mean_label_sd_ms = truth.get("set_mean_label_sd_ms", 0.0)
    outcome.faults_injected = list(case.faults)
    outcome.contacts_true = len(_true_contacts(truth))
    outcome.event_true = 2 * outcome.contacts_true
    if motion is not None:
        _contacts(outcome, motion, truth)
        _flights(outcome, motion, truth)
        if motion.scale is not None and truth["m_per_px"]:
            outcome.scale_pct = 100 * (motion.scale.m_per_px / truth["m_per_px"] - 1)
        if case.drill == "single_leg_hop" and truth["joint_names"]:
            outcome.swapped_frames, outcome.leg_frames = _swapped(motion.track, truth)
    outcome.reps_found = len(analysis.reps) if analysis else 0
    _reps(outcome, truth, analysis.reps if analysis else ())
    if analysis is not None:
        _set(outcome, truth, analysis)
        _findings(outcome, truth, analysis)
    return outcome


def _true_contacts(truth: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the contacts of both feet together where the drill has such, else those of each foot."""
    found: list[dict[str, Any]] = truth["both_contacts"] or truth["contacts"]
    return found


def _contacts(outcome: Outcome, motion: Motion, truth: dict[str, Any]) -> None:
    """Match working contacts by overlap, of single feet by side as well; events are hits within one frame."""
    factor = truth["capture"]["slow_motion_factor"]
    frame_s = factor / truth["capture"]["fps"]
    true = _true_contacts(truth)
    left = _found_contacts(motion, truth)
    outcome.contacts_found, outcome.event_found = len(left), 2 * len(left)
    for want in true:
        contact = _best(left, want)
        if contact is None:
            continue
        left.remove(contact)
        outcome.event_hits += abs(contact.touchdown_s - want["touchdown_s"]) <= frame_s
        outcome.event_hits += abs(contact.takeoff_s - want["takeoff_s"]) <= frame_s
        near = want["side"] == truth["view"]["side"] if want["side"] in ("left", "right") else None
        if truth["both_contacts"] or truth["view"]["side"] is None:
            near = None
        outcome.contacts.append(_timed(contact, want, motion.slow_motion.factor, factor, near))
    if outcome.contacts:
        outcome.set_mean_ms = float(np.mean([c.error_ms for c in outcome.contacts]))


def _found_contacts(motion: Motion, truth: dict[str, Any]) -> list[Contact]:
    """Return the contacts that count: timed at both ends, and within the drill."""
    longest_s = truth.get("longest_contact_s", _LONGEST_S) * truth["capture"]["slow_motion_factor"]
    both, true = bool(truth["both_contacts"]), _true_contacts(truth)
    all_found = motion.contacts if both else motion.steps
    found = [c for c in all_found if np.isfinite(c.sd_s) and c.duration_s < longest_s]
    if true and (not both or truth.get("labelled")):  # steps on the way in and out are no part of the drill
        start = true[0]["touchdown_s"]
        stop = max(want["takeoff_s"] for want in true)
        found = [c for c in found if start < (c.touchdown_s + c.takeoff_s) / 2 < stop]
    return found


def _timed(
    contact: Contact, want: dict[str, Any], found: float, true: float, near: bool | None
) -> TimedContact:
    """Return a contact beside its truth; `found` and `true` are the factors of slow motion."""
    label = want.get("label")
    return TimedContact(
        error_ms=1000 * contact.duration_s / found - want["contact_time_ms"],
        sd_ms=1000 * contact.sd_s / found,
        near=near,
        true_ms=want["contact_time_ms"],
        touchdown_ms=1000 * (contact.touchdown_s - want["touchdown_s"]) / true,
        touchdown_sd_ms=1000 * contact.touchdown_sd_s / found,
        takeoff_ms=1000 * (contact.takeoff_s - want["takeoff_s"]) / true,
        takeoff_sd_ms=1000 * contact.takeoff_sd_s / found,
        landing=want.get("landing", ""),
        label=LabelError(**label) if label else None,
        feet=want.get("feet", 2 if want["side"] == "both" else 1),
    )


def _best(found: list[Contact], want: dict[str, Any]) -> Contact | None:
    """Return the contact that overlaps `want` most; of a single foot it must be the same foot's."""
    own = [c for c in found if want["side"] == "both" or c.side == want["side"]]
    overlaps = [
        (min(want["takeoff_s"], c.takeoff_s) - max(want["touchdown_s"], c.touchdown_s), c) for c in own
    ]
    overlap, contact = max(overlaps, key=lambda pair: pair[0], default=(0.0, None))
    return contact if overlap > 0 else None


def _flights(outcome: Outcome, motion: Motion, truth: dict[str, Any]) -> None:
    """Put the flights between contacts beside those of the truth."""
    if outcome.drill not in _FLIGHTS_TIMED:
        return
    factor = motion.slow_motion.factor
    for want in truth["flights"]:
        middle = (want["takeoff_s"] + want["touchdown_s"]) / 2
        own = [f for f in motion.flights if f.takeoff_s < middle < f.touchdown_s]
        measured = sd = None
        if own:
            measured, sd = 1000 * own[0].duration_s / factor, _finite(1000 * own[0].sd_s / factor)
        outcome.flight_ms.append(
            Value(measured, want["flight_time_ms"], sd, true_sd=want.get("flight_sd_ms", 0.0))
        )


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


def match_reps(reps: Sequence[RepResult], true: Sequence[dict[str, Any]]) -> dict[int, int]:
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


def _reps(outcome: Outcome, truth: dict[str, Any], reps: Sequence[RepResult]) -> None:
    """Put the metrics of the reps beside those of the truth."""
    pairs = match_reps(reps, truth["reps"])
    found = {j: reps[i] for i, j in pairs.items()}
    outcome.reps_matched = len(pairs)
    sides = [(rep.side, truth["reps"][j]["side"]) for j, rep in found.items() if truth["reps"][j]["side"]]
    outcome.sides_known, outcome.sides_right = len(sides), sum(own == want for own, want in sides)
    for name in _NUMBERS:
        values = [
            _beside(name, want, found.get(j), truth["view"]["side"])
            for j, want in enumerate(truth["reps"])
            if _true_number(want, name) is not None
        ]
        extra = [rep for i, rep in enumerate(reps) if i not in pairs and name in rep.metrics]
        if values:
            outcome.values[name] = values + [Value(r.metrics[name], None, _stated_sd(r, name)) for r in extra]


def _beside(name: str, want: dict[str, Any], rep: RepResult | None, near_side: str | None) -> Value:
    """Return one metric of a true rep beside what was measured."""
    near = want["side"] == near_side if want["side"] in ("left", "right") else None
    if name == "thigh_angle_deg" and near is not None:
        near = not near  # it is the thigh of the leg that does not bounce
    measured = rep.metrics.get(name) if rep else None
    open_sd = want.get("metric_sds", {}).get(name, 0.0)
    return Value(measured, _true_number(want, name), _stated_sd(rep, name), near, open_sd)


def _true_number(want: dict[str, Any], name: str) -> float | None:
    """Return a metric of a true rep; legs as 0 (left) and 1 (right), RSI from the true height."""
    metrics = want["metrics"]
    if name == "rsi_m_per_s":
        height_cm, contact_ms = metrics.get("jump_height_cm"), metrics.get("contact_time_ms")
        return 10 * height_cm / contact_ms if height_cm is not None and contact_ms else None
    value = metrics.get(name)
    if isinstance(value, str):
        return float(value == "right")
    return None if value is None else float(value)


def _stated_sd(rep: RepResult | None, name: str) -> float | None:
    """Return the SD that a rep states for a metric; None without a (finite) one."""
    return _finite(rep.sds.get(name) if rep else None)


def _finite(sd: float | None) -> float | None:
    return float(sd) if sd is not None and np.isfinite(sd) else None


def _set(outcome: Outcome, truth: dict[str, Any], analysis: Analysis) -> None:
    """Compare jump heights, knees in contact, the set's contact time and its step rate."""
    for flight in analysis.flights:
        middle = (flight.takeoff_s + flight.touchdown_s) / 2
        for want in truth["flights"]:
            if want["takeoff_s"] < middle < want["touchdown_s"]:
                sd, open_sd = _finite(flight.sd_cm), want.get("height_sd_cm", 0.0)
                outcome.height_cm.append(
                    Value(flight.jump_height_cm, want["jump_height_cm"], sd, None, open_sd)
                )
    for rep in analysis.reps:
        if "knee_flexion_max_deg" in rep.metrics and analysis.motion is not None:
            true_knee = _true_knee_max(truth, rep.start_s, analysis.motion.view.near_side)
            if true_knee is not None:
                outcome.knee_deg.append(rep.metrics["knee_flexion_max_deg"] - true_knee)
    mean = analysis.summary.metrics.get("contact_time_ms")
    outcome.set_mean_sd_ms = _finite(mean.sd) if mean is not None else None
    rate = analysis.summary.metrics.get("step_rate_hz")
    touchdowns = sorted(c["touchdown_s"] for c in truth["contacts"])
    if rate is not None and rate.value is not None and len(touchdowns) > 1:
        factor = truth["capture"]["slow_motion_factor"]
        true_hz = (len(touchdowns) - 1) * factor / (touchdowns[-1] - touchdowns[0])
        outcome.step_rate_pct = 100 * (rate.value / true_hz - 1)


def _true_knee_max(truth: dict[str, Any], start_s: float, near: str) -> float | None:
    """Return the near knee's true deepest flexion in the contact that begins at `start_s`."""
    if not truth.get("angles_deg"):
        return None
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
    decidable = codes & set(truth.get("decidable", codes))
    outcome.faults_found = sorted(codes & injected)
    if outcome.drill == "":
        return  # what would be false of it is a matter of taste as well
    outcome.faults_false = sorted(decidable - injected - supported_findings(truth))
