"""Findings of A-skips: thighs, bounces, contact time, clearance, fading, left against right, rhythm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kickform import fitted
from kickform.drills.common.findings import Band, FindingText, band_finding, fading_finding
from kickform.drills.common.jumps import having, make_finding, values
from kickform.drills.common.scoring import ANGLE_SD_DEG, mean_of
from kickform.drills.common.steps import Rhythm, by_severity, other, rhythm_finding, side_difference
from kickform.results.findings import FindingResult, RepResult, Severity

__all__ = ["GOOD_CLEARANCE_CM", "GOOD_CONTACT_MS", "GOOD_THIGH_DEG", "skip_findings"]

GOOD_THIGH_DEG = 82.0  # convention: level (90 deg) less what an eye lets pass
_NEAR_THIGH_DEG = 77.0  # convention: some 85 points
_LOW_THIGH_DEG = 68.0  # convention: some 60 points

GOOD_CONTACT_MS = 180.0  # convention: 100 points
_SLOW_CONTACT_MS = 220.0  # convention: 80 points
_LONG_CONTACT_MS = 250.0  # convention: 65 points

GOOD_CLEARANCE_CM = 10.0  # convention: a few inches, 100 points
_LARGE_CLEARANCE_CM = 12.0  # convention: above good by more than it is off
_HIGH_CLEARANCE_CM = 15.0  # convention: 60 points

_MANY = 0.15  # convention: more than one skip in seven
"""Share of skips with a wrong count from which on it is a fault."""

_THIGH_SCATTER_DEG = fitted.A_SKIP_COACHING_THIGH_SCATTER_DEG
_CONTACT_SCATTER_MS = fitted.A_SKIP_COACHING_CONTACT_SCATTER_MS
"""SDs of one value, without the error that all reps of a side share."""

_COMMON_CONTACT_MS = fitted.A_SKIP_COACHING_COMMON_CONTACT_MS
"""SD of the error that all contacts of one foot share, at the least."""

_OWN_SHARE = 0.5  # convention: half of it, for want of a better figure
"""Share of a contact's stated SD that is its own; its side has the rest in common."""

_THIGH_FADES_DEG = 8.0  # convention: from good to low
_THIGH_LOST_DEG = 15.0  # convention: about twice that
_CONTACT_FADES_MS = 25.0  # convention: half a step of the score's scale
_CONTACT_LOST_MS = 50.0  # convention: twice that


def skip_findings(reps: Sequence[RepResult], rhythm: Rhythm | None) -> tuple[FindingResult, ...]:
    """Return the findings of a set: faults first, then advice, then praise."""
    finders = (
        *(_thigh_finding, _bounce_finding, _stutter_finding, _contact_finding),
        *(_clearance_finding, _fading_finding, _side_finding),
    )
    beat = rhythm_finding(rhythm, reps, "Count it: ta-dam, ta-dam. Slow down until it is even.")
    return by_severity([*(finder(reps) for finder in finders), beat])


def _weighted_mean(reps: Sequence[RepResult], name: str) -> float | None:
    """Return the mean of a metric over its reps by inverse variance; None without any."""
    known = having(reps, name)
    weights = [1 / rep.sds[name] ** 2 for rep in known]
    return float(np.average(values(known, name), weights=weights)) if known else None


def _thigh_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    return band_finding(
        reps,
        "thigh_angle_deg",
        Band(GOOD_THIGH_DEG, _NEAR_THIGH_DEG, _LOW_THIGH_DEG),
        FindingText(
            "thigh_high",
            "Your thighs come up to {mean:.0f}°, level with the ground.",
            "Keep that drive.",
        ),
        FindingText(
            "thigh_low",
            "Your thighs stop at {mean:.0f}°. Aim for 90°, level with the ground.",
            "Knee up to hip height, toes up, before the second tap.",
        ),
        mean=_weighted_mean(reps, "thigh_angle_deg"),
    )


def _bounce_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    counted = having(reps, "bounces")
    single = [rep for rep in counted if rep.metrics["bounces"] == 1]
    if single:
        text = f"Only one bounce in {len(single)} of {len(reps)} skips."
        cue = "Two taps on each foot before you change legs."
        return make_finding("single_bounce", _severity(single, reps), text, cue, single)
    if counted and all(rep.metrics["bounces"] == 2 for rep in counted):
        return make_finding("two_bounces", "good", "Two bounces on each foot.", "Keep the pattern.", counted)
    return None


def _stutter_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    many = [rep for rep in having(reps, "bounces") if rep.metrics["bounces"] > 2]
    if not many:
        return None
    text = f"More than two bounces in {len(many)} of {len(reps)} skips."
    cue = "Two taps, then change: bring the thigh down on the second."
    return make_finding("stutter", _severity(many, reps), text, cue, many)


def _severity(wrong: Sequence[RepResult], reps: Sequence[RepResult]) -> Severity:
    """Return a fault where many reps are wrong, else advice."""
    return "fault" if len(wrong) > _MANY * len(reps) else "advice"


def _contact_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    return band_finding(
        reps,
        "contact_time_ms",
        Band(GOOD_CONTACT_MS, _SLOW_CONTACT_MS, _LONG_CONTACT_MS),
        FindingText(
            "contact_short", "Quick off the ground: {mean:.0f} ms a bounce on average.", "Keep that spring."
        ),
        FindingText(
            "contact_long",
            f"You stay on the ground for {{mean:.0f}} ms a bounce. Aim for {GOOD_CONTACT_MS:.0f} ms or less.",
            "Stiff ankle, land on the ball of your foot, tap and gone.",
        ),
        mean=_weighted_mean(reps, "contact_time_ms"),
    )


def _clearance_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    return band_finding(
        reps,
        "clearance_cm",
        Band(GOOD_CLEARANCE_CM, _LARGE_CLEARANCE_CM, _HIGH_CLEARANCE_CM),
        FindingText(
            "clearance_low",
            "You just clear the ground: about {mean:.0f} cm between the bounces.",
            "Stay low and quick.",
        ),
        FindingText(
            "clearance_high",
            "You jump about {mean:.0f} cm off the ground between the bounces. "
            f"Aim for {GOOD_CLEARANCE_CM:.0f} cm or less.",
            "Skip along the ground, not over it.",
        ),
        mean=_weighted_mean(reps, "clearance_cm"),
    )


def _fading_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    """Return the first finding of thighs that sink or contacts that grow, each leg against its own median."""
    for name, worse, sd, least, much, what in (
        (
            *("thigh_angle_deg", -1, _THIGH_SCATTER_DEG, _THIGH_FADES_DEG, _THIGH_LOST_DEG),
            "Your thighs sink by about {change:.0f}°",
        ),
        (
            *("contact_time_ms", 1, _CONTACT_SCATTER_MS, _CONTACT_FADES_MS, _CONTACT_LOST_MS),
            "Your contacts grow by about {change:.0f} ms",
        ),
    ):
        text = f"{what} towards the end of the set"
        found = fading_finding(reps, name, text, worse=worse, least=least, much=much, sd=sd)
        if found:
            return found
    return None


def _side_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    """Return the first clear difference of the legs; a rep's thigh is that of the driving leg."""
    return _thigh_difference(reps) or _contact_difference(reps)


def _thigh_difference(reps: Sequence[RepResult]) -> FindingResult | None:
    left, right = _by_side(reps, "thigh_angle_deg")
    found = side_difference(left, right, _THIGH_SCATTER_DEG, ANGLE_SD_DEG)
    if not found or not found.clear:
        return None
    high, low = other(found.larger), found.larger  # the driving legs
    text = f"Your {low} thigh comes up {found.pct:.0f} % less than the {high} one."
    own = [rep for rep in having(reps, "thigh_angle_deg") if rep.side == high]
    return make_finding("asymmetry", "advice", text, f"Drive your {low} knee as high as the {high}.", own)


def _contact_difference(reps: Sequence[RepResult]) -> FindingResult | None:
    name = "contact_time_ms"
    timed = having(reps, name)
    stated = mean_of([rep.sds[name] for rep in timed] or [0.0])
    sd = max(_CONTACT_SCATTER_MS, _OWN_SHARE * stated)
    common = max(_COMMON_CONTACT_MS, (1 - _OWN_SHARE) * stated)
    found = side_difference(*_by_side(reps, name), sd, common)
    if not found or not found.clear:
        return None
    slow = found.larger
    text = f"Your {slow} foot stays on the ground {found.pct:.0f} % longer than the {other(slow)} one."
    own = [rep for rep in timed if rep.side == slow]
    return make_finding("asymmetry", "advice", text, f"Same quick tap with your {slow} foot.", own)


def _by_side(reps: Sequence[RepResult], name: str) -> tuple[list[float], list[float]]:
    """Return a metric of the reps on the left and on the right foot."""
    left, right = ([rep for rep in reps if rep.side == side] for side in ("left", "right"))
    return values(left, name), values(right, name)
