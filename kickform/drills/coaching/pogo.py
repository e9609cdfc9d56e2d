"""Findings of pogo jumps: contact time, knees, flight, arms, depth, evenness and fading."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from scipy.stats import chi2

from kickform.drills.common.findings import Band, FindingText, band_finding
from kickform.drills.common.jumps import having, knee_range, make_finding, values
from kickform.drills.common.scoring import drop_off_per_rep, mean_of
from kickform.drills.common.steps import by_severity
from kickform.results.findings import FindingResult, RepResult

__all__ = [
    "ARMS_SHARE",
    "CUE",
    "GOOD_CONTACT_MS",
    "GOOD_FLIGHT",
    "REBOUND_CONTACT_RANGE_MS",
    "REBOUND_KNEE_RANGE_DEG",
    "PogoVariant",
    "pogo_findings",
]

PogoVariant = Literal["stiff", "rebound"]

CUE = "Think of the ground as hot: off it before your heels come down."

GOOD_CONTACT_MS = 200.0  # convention: quick off the ground, 75 points
_SLOW_CONTACT_MS = 250.0  # ref: Schmidtbleicher 1992, fast stretch-shortening takes less than 250 ms

_STIFF_KNEES_DEG = 30.0  # convention: a coach's limit of stiff knees
_SOFT_KNEES_DEG = 38.0  # derived: 30 deg + 1.5 SDs of an angle of 5.5 deg
_COLLAPSING_KNEES_DEG = 45.0  # convention: a coach's limit of collapsing knees

GOOD_FLIGHT = 2.0  # convention: a springy ratio, 75 points
_LITTLE_FLIGHT = 1.7  # convention: 60 points; below 2.0 by more than a set's ratio errs, about 0.2
"""Flight : contact below which there is little flight."""

ARMS_SHARE = 0.8  # convention: four jumps of five
"""Share of jumps with the arms overhead that is good."""

REBOUND_CONTACT_RANGE_MS = (300.0, 450.0)  # convention: a slow stretch-shortening jump
REBOUND_KNEE_RANGE_DEG = (80.0, 100.0)  # convention: thighs level, 90 +- 10 deg

_LEAST_GROWTH_MS = 15.0  # convention: a change that an athlete can feel
_LEAST_GROWTH_SDS = 1.5  # convention: beyond the noise of single contacts
_FIRST_STEADY_REP = 3  # ref: Stratford 2020, the first jumps find the rhythm

_EVEN = 0.08  # convention: a coach calls a variation of up to 8 % even
_STEADY = 0.065  # convention: the most that a steady set varies
_CHANCE = 0.9  # convention: advice for 1 steady set in 10 at the most
"""Share of steady sets that vary, by chance, less than the limit for advice."""

_FEWEST_FOR_EVEN = 4  # convention: fewer jumps show no evenness
_FEWEST_FOR_TREND = 6  # convention: fewer jumps do not tell a trend from unevenness


def pogo_findings(reps: Sequence[RepResult], variant: PogoVariant) -> tuple[FindingResult, ...]:
    """Return the findings of a set: faults first, then advice, then praise."""
    if variant == "stiff":
        own = [_contact_finding(reps), _knee_finding(reps), _flight_finding(reps)]
        shared = [_arms_finding(reps, "advice"), _fading_finding(reps), _evenness_finding(reps, variant)]
    else:
        own = [_depth_finding(reps), _rebound_contact_finding(reps)]
        shared = [_arms_finding(reps, "fault"), _evenness_finding(reps, variant)]
    return by_severity([*own, *shared])


def _contact_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    timed = having(reps, "contact_time_ms")
    if not timed:
        return None
    mean = mean_of(values(timed, "contact_time_ms"))
    by_time = sorted(timed, key=lambda rep: rep.metrics["contact_time_ms"])
    if mean <= GOOD_CONTACT_MS:
        best = by_time[0].metrics["contact_time_ms"]
        text = f"Quick off the ground: {mean:.0f} ms on average, your best {best:.0f} ms."
        good = [rep for rep in timed if rep.metrics["contact_time_ms"] <= GOOD_CONTACT_MS]
        return make_finding("contact_short", "good", text, "Keep that spring.", good, by_time[0])
    slow = [rep for rep in timed if rep.metrics["contact_time_ms"] > GOOD_CONTACT_MS]
    if mean > _SLOW_CONTACT_MS:
        text = f"Too long on the ground: {mean:.0f} ms on average. Aim for {_SLOW_CONTACT_MS:.0f} ms or less."
        return make_finding("contact_long", "fault", text, CUE, slow, by_time[-1])
    text = f"Nearly springy: {mean:.0f} ms on the ground. Aim for {GOOD_CONTACT_MS:.0f} ms or less."
    return make_finding("contact_long", "advice", text, CUE, slow, by_time[-1])


def _knee_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    known = [(value, rep) for rep in reps if (value := knee_range(rep)) is not None]
    if not known:
        return None
    typical = float(np.median([value for value, _ in known]))
    if typical <= _STIFF_KNEES_DEG:
        text = f"Stiff knees: they give only {typical:.0f}° on landing. Your ankles do the work."
        stiff = [rep for _, rep in known]
        return make_finding("knees_stiff", "good", text, "Keep your legs like springs.", stiff)
    if typical <= _SOFT_KNEES_DEG:
        return None
    soft = [rep for value, rep in known if value > _STIFF_KNEES_DEG]
    worst = max(known, key=lambda item: item[0])[1]
    collapsing = typical > _COLLAPSING_KNEES_DEG
    text = (
        f"Your knees give {typical:.0f}° on landing{': the spring collapses' if collapsing else ''}. "
        f"Stay within {_STIFF_KNEES_DEG:.0f}°."
    )
    cue = "Land on stiff legs and bounce from your ankles."
    return make_finding("knees_collapse", "fault" if collapsing else "advice", text, cue, soft, worst)


def _flight_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    return band_finding(
        reps,
        "flight_contact_ratio",
        Band(GOOD_FLIGHT, _LITTLE_FLIGHT),
        FindingText(
            "flight_high",
            "Springy: you fly {mean:.1f} times as long as you touch the ground.",
            "Keep that ratio.",
        ),
        FindingText(
            "flight_low",
            f"You fly only {{mean:.1f}} times as long as you touch the ground. Aim for {GOOD_FLIGHT:g}.",
            "Short touch, more punch: push the ground away and drive your arms up.",
        ),
        apex=True,
    )


def _arms_finding(reps: Sequence[RepResult], severity: Literal["advice", "fault"]) -> FindingResult | None:
    seen = having(reps, "arms_overhead")
    low = [rep for rep in seen if rep.metrics["arms_overhead"] < 0.5]
    if not seen:
        return None
    if len(low) <= 0.2 * len(seen):
        text = "Arms overhead as you clear the ground."
        good = [rep for rep in seen if rep not in low]
        return make_finding("arms_overhead", "good", text, "Keep reaching.", good, apex=True)
    text = f"Your arms stay below your head in {len(low)} of {len(seen)} jumps."
    cue = "Throw your arms overhead as you leave the ground."
    return make_finding("arms_low", severity, text, cue, low, apex=True)


def _fading_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    timed = having(reps, "contact_time_ms")
    slope = drop_off_per_rep(values(timed, "contact_time_ms"), first_rep=_FIRST_STEADY_REP)
    if slope is None:
        return None
    noise = mean_of([rep.sds["contact_time_ms"] for rep in timed])
    grown = slope * (len(timed) - _FIRST_STEADY_REP)
    if grown <= max(_LEAST_GROWTH_MS, _LEAST_GROWTH_SDS * noise):
        return None
    text = f"Your contacts grow by about {grown:.0f} ms towards the end of the set: the spring tires."
    cue = "Stop when the bounce goes. Rest fully, then go again."
    return make_finding("fading", "advice", text, cue, timed[-3:], timed[-1])


def _evenness_finding(reps: Sequence[RepResult], variant: PogoVariant) -> FindingResult | None:
    """Judge how contact times (stiff) or jump heights (rebound) vary, measurement noise and trend removed."""
    name = "contact_time_ms" if variant == "stiff" else "jump_height_cm"
    timed = having(reps, name)
    if len(timed) < _FEWEST_FOR_EVEN:
        return None
    measured = np.array(values(timed, name))
    noise = mean_of([rep.sds[name] for rep in timed])
    # A trend is fading, not unevenness; a few jumps cannot show either.
    steps, trend = np.arange(len(measured)), len(timed) >= _FEWEST_FOR_TREND
    if trend:
        line = np.polyval(np.polyfit(steps, measured, 1), steps)
        measured = measured - line + measured.mean()
    freedom = len(timed) - 1 - trend
    variance = float(((measured - measured.mean()) ** 2).sum()) / freedom
    spread = math.sqrt(max(variance - noise**2, 0.0)) / float(measured.mean())
    what = "contact times" if variant == "stiff" else "jump heights"
    if spread <= _EVEN:
        return make_finding("even", "good", f"Even {what} from jump to jump.", "Keep that rhythm.", timed)
    chance = float(chi2.ppf(_CHANCE, freedom)) / freedom
    if not trend or variance <= chance * ((_STEADY * measured.mean()) ** 2 + noise**2):
        return None
    odd = timed[int(np.argmax(np.abs(measured - np.median(measured))))]
    text = f"Your {what} vary by {100 * spread:.0f} % from jump to jump. Aim for {100 * _EVEN:.0f} % or less."
    return make_finding("uneven", "advice", text, "Find one rhythm and count it out loud.", timed, odd)


def _depth_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    bent = having(reps, "knee_flexion_max_deg")
    if not bent:
        return None
    mean = mean_of(values(bent, "knee_flexion_max_deg"))
    least, most = REBOUND_KNEE_RANGE_DEG
    if least <= mean <= most:
        text = f"Landings to {mean:.0f}° of knee bend: right on target (90°)."
        return make_finding("depth_good", "good", text, "Keep that depth.", bent)
    shallow = mean < least
    off = [rep for rep in bent if (rep.metrics["knee_flexion_max_deg"] < least) == shallow]
    text = f"Your knees bend to {mean:.0f}° on landing. Aim for 90°."
    cue = "Sink until your thighs are level." if shallow else "Catch it earlier: thighs level, no lower."
    return make_finding("depth_shallow" if shallow else "depth_too_deep", "advice", text, cue, off)


def _rebound_contact_finding(reps: Sequence[RepResult]) -> FindingResult | None:
    timed = having(reps, "contact_time_ms")
    if not timed:
        return None
    mean, longest = mean_of(values(timed, "contact_time_ms")), REBOUND_CONTACT_RANGE_MS[1]
    if mean <= longest:
        return None
    slow = [rep for rep in timed if rep.metrics["contact_time_ms"] > longest]
    text = f"You stay down for {mean:.0f} ms, and the stretch is lost. Aim for {longest:.0f} ms or less."
    return make_finding("rebound_slow", "fault", text, "Down and up in one: turn round at once.", slow)
