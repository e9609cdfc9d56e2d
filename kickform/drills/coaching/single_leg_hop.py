"""Findings of single-leg hops: heel, contact time, distance, fading and left against right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kickform.drills.common.findings import Band, FindingText, band_finding, fading_finding
from kickform.drills.common.jumps import having, make_finding, values
from kickform.drills.common.scoring import mean_of
from kickform.drills.common.steps import SideDifference, by_severity, other, side_difference
from kickform.results.findings import FindingResult, RepResult

__all__ = [
    "CUE",
    "GOOD_CONTACT_MS",
    "GOOD_DISTANCE",
    "GOOD_HEEL_DEG",
    "GOOD_SYMMETRY_PCT",
    "compare_legs",
    "hop_findings",
]

CUE = "Snap the heel to your backside the moment you leave the ground."

GOOD_HEEL_DEG = 120.0  # convention: 85 points
_LOW_HEEL_DEG = 110.0  # convention: 70 points
_POOR_HEEL_DEG = 95.0  # convention: near the 40 points of 90 deg
_AIM_HEEL_DEG = 130.0  # convention: 100 points

GOOD_CONTACT_MS = 250.0  # convention: 80 points
_LONG_CONTACT_MS = 300.0  # convention: 60 points
_SLOW_CONTACT_MS = 350.0  # convention: 30 points

GOOD_DISTANCE = 0.7  # convention: a coach's limits of the distance, body heights
_SHORT_DISTANCE = 0.6  # convention: as above
_POOR_DISTANCE = 0.5  # convention: as above

GOOD_SYMMETRY_PCT = 90.0  # convention: the usual bar between legs
_FEWEST_A_LEG = 3  # convention: fewer hops do not tell a leg
_FEWEST_DISTANCES = 2  # convention: one distance is no mean

_HEEL_FADES_DEG = 12.0  # convention: twice the SD of an angle
_HEEL_LOST_DEG = 25.0  # convention: twice that
_CONTACT_FADES_MS = 50.0  # convention: a step of the score's scale
_CONTACT_LOST_MS = 100.0  # convention: twice that


def hop_findings(reps: Sequence[RepResult]) -> tuple[FindingResult, ...]:
    """Return the findings of a set: faults first, then advice, then praise."""
    finders = (_heel_finding, _contact_finding, _distance_finding, _fading_finding, _symmetry_finding)
    return by_severity([finder(reps) for finder in finders])


def compare_legs(reps: Sequence[RepResult]) -> tuple[SideDifference | None, str]:
    """Compare the legs by distance, or by flight time where distances are missing.

    Returns:
        The difference (None with fewer than three hops on a leg) and the name of what was compared.
    """
    for name, what in (("hop_distance_m", "distance"), ("flight_time_ms", "time in the air")):
        sides = {side: values([rep for rep in reps if rep.side == side], name) for side in ("left", "right")}
        sds = [rep.sds[name] for rep in having(reps, name)]
        if min(len(side) for side in sides.values()) >= _FEWEST_A_LEG:
            return side_difference(sides["left"], sides["right"], mean_of(sds)), what
    return None, ""


def _heel_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    return band_finding(
        reps,
        "heel_recovery_deg",
        Band(GOOD_HEEL_DEG, _LOW_HEEL_DEG, _POOR_HEEL_DEG),
        FindingText(
            "heel_high",
            "Your heel snaps up well: the knee bends to {mean:.0f}° in the air.",
            "Keep that butt-kick.",
        ),
        FindingText(
            "heel_low",
            f"Your heel stays low: the knee bends to {{mean:.0f}}° in the air. Aim for {_AIM_HEEL_DEG:.0f}°.",
            CUE,
        ),
    )


def _contact_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    found = band_finding(
        reps,
        "contact_time_ms",
        Band(GOOD_CONTACT_MS, _LONG_CONTACT_MS, _SLOW_CONTACT_MS),
        FindingText(
            "contact_short", "Quick off the ground: {mean:.0f} ms a hop on average.", "Keep that spring."
        ),
        FindingText(
            "contact_long",
            f"You stay on the ground for {{mean:.0f}} ms a hop. Aim for {GOOD_CONTACT_MS:.0f} ms or less.",
            "Land with a stiff leg under you and go at once.",
        ),
    )
    whole = having(reps, "flight_time_ms")  # a flight cut by the clip's edge has no time
    shown = next((rep for rep in whole if found and rep.key_s == found.time_s), None)
    return replace(found, time_s=_mid_contact_s(shown)) if found and shown else found


def _mid_contact_s(rep: RepResult) -> float:
    """Return the middle of a hop's contact, real seconds: a rep is contact and flight."""
    contact_ms, flight_ms = rep.metrics["contact_time_ms"], rep.metrics["flight_time_ms"]
    return rep.start_s + (rep.end_s - rep.start_s) * contact_ms / (contact_ms + flight_ms) / 2


def _distance_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    known = having(reps, "hop_distance_body_heights")
    if len(known) < _FEWEST_DISTANCES:
        return None
    metres = mean_of(values(known, "hop_distance_m"))
    return band_finding(
        known,
        "hop_distance_body_heights",
        Band(GOOD_DISTANCE, _SHORT_DISTANCE, _POOR_DISTANCE),
        FindingText(
            "distance_good",
            f"Good length: {metres:.2f} m a hop, {{mean:.2f}} of your height.",
            "Keep travelling.",
        ),
        FindingText(
            "distance_short",
            f"Your hops are short: {metres:.2f} m, {{mean:.2f}} of your height. Aim for {GOOD_DISTANCE:.1f}.",
            "Swing both arms and push the ground back: hop forward, not up.",
        ),
    )


def _fading_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    """Return the first finding of heels that sink or contacts that grow through the set of a leg."""
    for side in ("left", "right"):
        for name, worse, least, much, what in (
            ("heel_recovery_deg", -1, _HEEL_FADES_DEG, _HEEL_LOST_DEG, "the heel rises {change:.0f}° less"),
            ("contact_time_ms", 1, _CONTACT_FADES_MS, _CONTACT_LOST_MS, "contacts grow by {change:.0f} ms"),
        ):
            own = [rep for rep in having(reps, name) if rep.side == side]
            text = f"On the {side} leg {what} towards the end of the set"
            found = fading_finding(own, name, text, worse=worse, least=least, much=much)
            if found:
                return found
    return None


def _symmetry_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    difference, what = compare_legs(reps)
    if difference is None:
        return None
    reached_pct = 100 - difference.pct
    if reached_pct >= GOOD_SYMMETRY_PCT:
        text = f"Both legs are even in {what}: the weaker one reaches {reached_pct:.0f} % of the other."
        return make_finding("symmetric", "good", text, "Keep training both legs alike.", reps)
    if not difference.clear:
        return None
    weaker = other(difference.larger)
    text = (
        f"Your {weaker} leg reaches {reached_pct:.0f} % of the other in {what}. "
        f"Aim for {GOOD_SYMMETRY_PCT:.0f} %."
    )
    cue = f"Start each session with your {weaker} leg, and never give it fewer hops than the other."
    own = [rep for rep in reps if rep.side == weaker]
    return make_finding("asymmetry", "advice", text, cue, own)
