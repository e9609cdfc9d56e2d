"""Hold an analysis against the truth of its clip: errors, matches, misses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bench.cases import Case
from kickform.motion import Motion
from kickform.result import Analysis

__all__ = ["Outcome", "hold_against_truth"]


@dataclass(slots=True)
class Outcome:
    """What one clip showed; errors are measured minus true.

    Attributes:
        name: the case.
        drill: the drill in the clip.
        condition: its row.
        refusal: why there was no verdict; "" with one.
        contact_ms: pairs of (error, stated SD) of each contact matched, ms.
        set_mean_ms: error of the clip's mean contact time.
        set_mean_sd_ms: its stated SD.
        event_hits, event_found, event_true: touchdowns and take-offs within one frame; found; true.
        height_cm: error of each jump height.
        knee_deg: error of each rep's deepest knee flexion.
        reps_found, reps_true: counts.
        faults_injected, faults_found: codes.
        faults_false: fault-level findings that were not injected.
        scale_pct: error of the scale.
    """

    name: str
    drill: str
    condition: str
    refusal: str = ""
    contact_ms: list[tuple[float, float]] = field(default_factory=list)
    set_mean_ms: float | None = None
    set_mean_sd_ms: float | None = None
    event_hits: int = 0
    event_found: int = 0
    event_true: int = 0
    height_cm: list[float] = field(default_factory=list)
    knee_deg: list[float] = field(default_factory=list)
    reps_found: int | None = None
    reps_true: int = 0
    faults_injected: list[str] = field(default_factory=list)
    faults_found: list[str] = field(default_factory=list)
    faults_false: list[str] = field(default_factory=list)
    scale_pct: float | None = None


def hold_against_truth(
    case: Case, truth: dict[str, Any], motion: Motion | None, analysis: Analysis | None, refusal: str
) -> Outcome:
    """Compare what was measured with what was rendered.

    Args:
        case: the clip.
        truth: its truth, as in the JSON beside it.
        motion: contacts and flights, also where no drill was judged; None where the athlete was not seen.
        analysis: the verdict, if there was one.
        refusal: the error's text, if there was none.
    """
    outcome = Outcome(case.name, case.drill, case.condition, refusal, reps_true=len(truth["reps"]))
    outcome.faults_injected = list(case.faults)
    true_contacts = truth["both_contacts"] or truth["contacts"]
    if motion is not None:
        _contacts(outcome, true_contacts, motion, truth)
        if motion.scale is not None:
            outcome.scale_pct = 100 * (motion.scale.m_per_px / truth["m_per_px"] - 1)
    outcome.reps_found = len(analysis.reps) if analysis else 0
    if analysis is not None:
        _reps(outcome, truth, analysis)
    return outcome


def _contacts(outcome: Outcome, true: list[dict[str, Any]], motion: Motion, truth: dict[str, Any]) -> None:
    """Match working contacts by overlap; events count as hits within one frame."""
    factor = truth["capture"]["slow_motion_factor"]
    frame_s = factor / truth["capture"]["fps"]
    found = [c for c in motion.contacts if np.isfinite(c.sd_s) and c.duration_s < 1.0 * factor]
    errors = []
    for want in true:
        overlaps = [(_overlap(want, c.touchdown_s, c.takeoff_s), c) for c in found]
        best = max(overlaps, key=lambda pair: pair[0], default=(0.0, None))
        if best[1] is None or best[0] <= 0:
            continue
        contact = best[1]
        outcome.event_hits += abs(contact.touchdown_s - want["touchdown_s"]) <= frame_s
        outcome.event_hits += abs(contact.takeoff_s - want["takeoff_s"]) <= frame_s
        error = 1000 * contact.duration_s / motion.slow_motion.factor - want["contact_time_ms"]
        errors.append(error)
        outcome.contact_ms.append((error, 1000 * contact.sd_s / motion.slow_motion.factor))
    outcome.event_found, outcome.event_true = 2 * len(found), 2 * len(true)
    if errors:
        outcome.set_mean_ms = float(np.mean(errors))


def _overlap(want: dict[str, Any], start: float, stop: float) -> float:
    return min(want["takeoff_s"], stop) - max(want["touchdown_s"], start)


def _reps(outcome: Outcome, truth: dict[str, Any], analysis: Analysis) -> None:
    """Compare heights, knees and findings."""
    for flight in analysis.flights:
        middle = (flight.takeoff_s + flight.touchdown_s) / 2
        for want in truth["flights"]:
            if want["takeoff_s"] < middle < want["touchdown_s"]:
                outcome.height_cm.append(flight.jump_height_cm - want["jump_height_cm"])
    for rep in analysis.reps:
        if "knee_flexion_max_deg" in rep.metrics and analysis.motion is not None:
            true_knee = _true_knee_max(truth, rep.start_s, analysis)
            if true_knee is not None:
                outcome.knee_deg.append(rep.metrics["knee_flexion_max_deg"] - true_knee)
    mean = analysis.summary.metrics.get("contact_time_ms")
    outcome.set_mean_sd_ms = mean.sd if mean is not None else None
    faults = {f.code for f in analysis.findings if f.severity != "good"}
    outcome.faults_found = sorted(faults & set(outcome.faults_injected))
    firm = {f.code for f in analysis.findings if f.severity == "fault"}
    outcome.faults_false = sorted(firm - set(outcome.faults_injected))


def _true_knee_max(truth: dict[str, Any], start_s: float, analysis: Analysis) -> float | None:
    """Return the near knee's true deepest flexion in the contact that begins at `start_s`."""
    assert analysis.motion is not None
    near = analysis.motion.view.near_side
    for contact in truth["both_contacts"]:
        if contact["touchdown_s"] - 0.1 <= start_s <= contact["takeoff_s"]:
            times = np.array(truth["frame_times_s"])
            inside = (times >= contact["touchdown_s"]) & (times <= contact["takeoff_s"])
            knee = np.array(truth["angles_deg"][f"knee_flexion_{near}"])[inside]
            return float(knee.max()) if len(knee) else None
    return None
