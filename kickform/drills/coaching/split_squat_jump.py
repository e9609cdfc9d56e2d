"""Findings of split-squat jumps: depth, trunk lean, balance, switch of the legs, fading."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kickform.drills.common.findings import Band, FindingText, band_finding, fading_finding
from kickform.drills.common.jumps import having, make_finding, values
from kickform.drills.common.scoring import mean_of
from kickform.drills.common.steps import by_severity
from kickform.results.findings import FindingResult, RepResult, Severity

__all__ = ["GOOD_KNEE_DEG", "UPRIGHT_DEG", "split_squat_findings"]

GOOD_KNEE_DEG = 80.0  # convention: 90 - 10 deg, 100 points
_SHALLOW_KNEE_DEG = 75.0  # convention: 80 points
_POOR_KNEE_DEG = 65.0  # convention: 50 points

UPRIGHT_DEG = 15.0  # convention: 100 points
_LEANING_DEG = 28.0  # convention: near the 50 points of 30 deg
_FALLING_DEG = 40.0  # convention: a coach's limit of a fault

_BALANCED = 0.15  # convention: 0.35-0.65 of the way to the front foot
_OFF_BALANCE = 0.25  # convention: half way to either foot
_FAR_OFF_BALANCE = 0.45  # convention: nearly over one foot
"""Distance of the centre of mass from the middle between the feet, as a share of the stance."""

_FEWEST_SWITCHES = 2  # convention: one switch is no habit

_KNEE_FADES_DEG = 10.0  # convention: a step of the score's scale
_KNEE_LOST_DEG = 20.0  # convention: twice that
_FLIGHT_FADES_MS = 60.0  # convention: several times the error of a flight
_FLIGHT_LOST_MS = 120.0  # convention: twice that


def split_squat_findings(reps: Sequence[RepResult]) -> tuple[FindingResult, ...]:
    """Return the findings of a set: faults first, then advice, then praise."""
    finders = (_depth_finding, _lean_finding, _balance_finding, _switch_finding, _fading_finding)
    return by_severity([finder(reps) for finder in finders])


def _depth_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    return band_finding(
        reps,
        "front_knee_flexion_deg",
        Band(GOOD_KNEE_DEG, _SHALLOW_KNEE_DEG, _POOR_KNEE_DEG),
        FindingText(
            "depth_good",
            "Deep landings: your front knee bends to {mean:.0f}° at the bottom.",
            "Keep that depth.",
        ),
        FindingText(
            "depth_shallow",
            "Your front knee only reaches {mean:.0f}°. Aim for 90°, thigh level.",
            "Sink until your front thigh is level before you jump again.",
        ),
    )


def _lean_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    lean_deg = max(0.0, mean_of(values(reps, "trunk_lean_deg") or [0.0]))
    return band_finding(
        reps,
        "trunk_lean_deg",
        Band(UPRIGHT_DEG, _LEANING_DEG, _FALLING_DEG),
        FindingText(
            "trunk_upright",
            f"Chest tall at the bottom: your trunk leans {lean_deg:.0f}°.",
            "Keep your chest up.",
        ),
        FindingText(
            "trunk_lean",
            f"Your trunk tips forward by {{mean:.0f}}° at the bottom. Stay within {UPRIGHT_DEG:.0f}°.",
            "Chest up, eyes ahead: sit straight down between your feet.",
        ),
    )


def _balance_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    known = having(reps, "com_between_feet")
    if not known:
        return None
    off = mean_of(values(known, "com_between_feet")) - 0.5
    most = max(known, key=lambda rep: (rep.metrics["com_between_feet"] - 0.5) * math.copysign(1, off))
    place = f"{100 * (off + 0.5):.0f} % of the way to the front foot"
    if abs(off) <= _BALANCED:
        text = f"Nicely centred over both feet ({place})."
        return make_finding("weight_centred", "good", text, "Keep it there.", known)
    if abs(off) <= _OFF_BALANCE:
        return None
    text = f"Your weight hangs over the {'front' if off > 0 else 'rear'} foot ({place}). Aim for 50 %."
    cue = "Push your hips back a little and use both legs." if off > 0 else "Bring your hips over the middle."
    heavy = [rep for rep in known if (rep.metrics["com_between_feet"] - 0.5) * off > 0]
    code = "weight_forward" if off > 0 else "weight_back"
    severity: Severity = "fault" if abs(off) > _FAR_OFF_BALANCE else "advice"
    return make_finding(code, severity, text, cue, heavy, most)


def _switch_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    known = having(reps, "switched")
    missed = [rep for rep in known if not rep.metrics["switched"]]
    if missed:
        text = f"No switch in {len(missed)} of {len(known)} jumps: the same leg lands in front again."
        cue = "Drive your rear knee through as soon as you leave the ground."
        return make_finding("no_switch", "fault", text, cue, missed)
    if len(known) < _FEWEST_SWITCHES:
        return None
    return make_finding("switch_good", "good", "You switch legs in every jump.", "Keep alternating.", known)


def _fading_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    """Return the first finding of depth or flight that fades, each leg against its own median."""
    for name, least, much, what in (
        ("front_knee_flexion_deg", _KNEE_FADES_DEG, _KNEE_LOST_DEG, "landings get {change:.0f}° shallower"),
        ("flight_time_ms", _FLIGHT_FADES_MS, _FLIGHT_LOST_MS, "jumps get {change:.0f} ms shorter"),
    ):
        text = f"Your {what} towards the end of the set"
        found = fading_finding(reps, name, text, worse=-1, least=least, much=much)
        if found:
            return found
    return None
