"""Findings of ladder footwork: step rate, rhythm, left against right, fading, boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kickform.drills.common.findings import Band, FindingText, band_finding, fading_finding
from kickform.drills.common.jumps import having, make_finding
from kickform.drills.common.scoring import mean_of
from kickform.drills.common.steps import Rhythm, SideDifference, by_severity, other, rhythm_finding
from kickform.results.findings import FindingResult, RepResult, Severity

__all__ = ["CUE", "GOOD_RATE_HZ", "ladder_findings"]

CUE = "Light on the balls of your feet, quick arms: the arms set the beat."

GOOD_RATE_HZ = 6.0  # convention: 85 points
_SLOW_RATE_HZ = 5.0  # convention: 65 points
_VERY_SLOW_RATE_HZ = 4.5  # convention: half way to the 40 points of 4 Hz

_RATE_FADES_HZ = 0.8  # convention: most of a step of the score's scale
_RATE_LOST_HZ = 1.5  # convention: about twice that

_LARGE_DIFFERENCE_PCT = 20.0  # convention: twice the limit of a clear difference
"""Difference between the feet beyond which it is a fault."""


def ladder_findings(
    reps: Sequence[RepResult],
    rate_hz: float | None,
    rhythm: Rhythm | None,
    difference: SideDifference | None,
    *,
    feet: Literal[1, 2],
    lead: Literal["left", "right"],
) -> tuple[FindingResult, ...]:
    """Return the findings of a set: faults first, then advice, then praise.

    Args:
        reps: the boxes.
        rate_hz: step rate of the whole set; None where it is withheld.
        rhythm: of the steps, if known.
        difference: contact times, left against right, if known.
        feet: feet in each box.
        lead: the leg that leads.
    """
    return by_severity(
        [
            _rate_finding(reps, rate_hz),
            rhythm_finding(rhythm, reps, "Step to a beat: slower and even first, then faster."),
            _side_finding(reps, difference),
            _fading_finding(reps),
            _box_finding(reps, feet, lead),
        ]
    )


def _rate_finding(reps: Sequence[RepResult], rate_hz: float | None) -> FindingResult | None:
    if rate_hz is None:
        return None
    return band_finding(
        reps,
        "step_rate_hz",
        Band(GOOD_RATE_HZ, _SLOW_RATE_HZ, _VERY_SLOW_RATE_HZ),
        FindingText("steps_quick", f"Quick feet: {rate_hz:.1f} steps a second.", "Keep that speed."),
        FindingText("steps_slow", f"{rate_hz:.1f} steps a second. Aim for {GOOD_RATE_HZ:.0f} or more.", CUE),
        mean=rate_hz,
    )


def _side_finding(reps: Sequence[RepResult], difference: SideDifference | None) -> FindingResult | None:
    if difference is None or not difference.clear:
        return None
    slow = difference.larger
    text = f"Your {slow} foot stays on the ground {difference.pct:.0f} % longer than the {other(slow)} one."
    severity: Severity = "fault" if difference.pct > _LARGE_DIFFERENCE_PCT else "advice"
    own = [rep for rep in reps if rep.side in (slow, "both")]
    cue = f"Lift your {slow} foot as quickly as the other."
    return make_finding("asymmetry", severity, text, cue, own)


def _fading_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    return fading_finding(
        reps,
        "step_rate_hz",
        "Your feet slow down by about {change:.1f} steps a second on the way",
        worse=-1,
        least=_RATE_FADES_HZ,
        much=_RATE_LOST_HZ,
        sd=mean_of([rep.sds["step_rate_hz"] for rep in having(reps, "step_rate_hz")]),
        cue="End the set when your speed goes. Rest fully, then go again.",
        by_leg=False,
    )


def _box_finding(
    reps: Sequence[RepResult], feet: Literal[1, 2], lead: Literal["left", "right"]
) -> FindingResult:
    text = f"{len(reps)} boxes, {'both feet' if feet == 2 else 'one foot'} in each, {lead} leg leading."
    return make_finding("boxes", "good", text, f"Next set, lead with your {other(lead)} leg.", reps)
