"""Pogo jumps: spring off both feet, again and again, with the shortest ground contact.

One rep is one flight. Ten jumps are ten reps and nine working contacts; a rep's contact is the one that
launched it, so the first rep of a bout, launched from standing, has none. A contact longer than
`LONGEST_CONTACT_S` is a pause: it ends the bout, and reps go on counting in the next.

Two variants are told apart by the knee flexion measured in contact, each judged on its own scale:

- ``stiff``: the modern pogo. Contact time comes first, then the flight it buys, then stiff knees.
- ``rebound``: landing to a 90 degree knee bend, arms overhead: a slow stretch-shortening jump.

Sources: contacts below 250 ms are a fast stretch-shortening cycle (Schmidtbleicher 1992); professional
field players do pogos in 180 +- 25 ms; leg stiffness by Dalleau et al. 2004. Scores in between, knee
ranges and the rebound scale are coaching conventions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from scipy.stats import chi2

from kickform.drills.base import Drill, Metric, Verdict
from kickform.drills.common.findings import Band, Words, say_band
from kickform.drills.common.jumps import (
    LONGEST_CONTACT_S,
    Jump,
    add_contact_metrics,
    add_knee_metrics,
    bouts,
    flight_metrics,
    having,
    knee_range,
    make_finding,
    no_contact_reason,
    values,
    with_findings,
    working_contacts,
)
from kickform.drills.common.scoring import anchored, drop_off_per_rep, mean_of, summarize, weighted_score
from kickform.drills.common.steps import by_severity
from kickform.errors import DrillError
from kickform.events.types import Contact
from kickform.motion.kinematics import centre_of_mass_px
from kickform.motion.motion import Motion
from kickform.numeric import FloatArray
from kickform.pose.geometry import body_height_px, upward
from kickform.pose.track import Landmark
from kickform.results.findings import FindingResult, RepResult
from kickform.subject import Athlete

__all__ = ["DRILL", "LONGEST_CONTACT_S", "Pogo"]

Variant = Literal["stiff", "rebound"]

_REBOUND_KNEE_DEG, _DEEP_KNEE_DEG = 60.0, 90.0
_REBOUND_CONTACT_MS, _SHORTEST_REBOUND_MS = 300.0, 295.0

# Anchors: (value, score).
_STIFF_CONTACT = ((160, 100), (180, 85), (200, 75), (250, 50), (320, 10))
_STIFF_RATIO = ((1.0, 20), (1.5, 50), (2.0, 75), (2.5, 100))
_STIFF_KNEE_RANGE = ((30, 100), (45, 50), (60, 10))
_REBOUND_KNEE = ((60, 50), (80, 100), (100, 100), (120, 50))
_REBOUND_CONTACT = ((240, 50), (300, 100), (450, 100), (600, 30))
_GOOD_CONTACT_MS, _SLOW_CONTACT_MS = 200.0, 250.0
_STIFF_KNEES_DEG, _SOFT_KNEES_DEG, _COLLAPSING_KNEES_DEG = 30.0, 38.0, 45.0
"""Give of the knees in contact: stiff up to the first, collapsing from the last (both a coach's). In between,
advice begins where a reading is beyond stiff by 1.5 SDs of an angle (5.5 degrees)."""

_EVEN, _STEADY, _BY_CHANCE = 0.08, 0.065, 0.9
"""Variation of contact times, or heights, without that of the measurement: called even up to the first; a
steady set has the second at the most; that share of steady sets varies by chance no more than is allowed."""

_FEWEST_FOR_TREND = 6
"""Jumps from which on unevenness is told, and told from a trend."""

_GOOD_FLIGHT, _LITTLE_FLIGHT = 2.0, 1.7
"""Flight : contact from which on it is springy, and below which there is little flight. The second has no
source of its own: it scores 60, between the anchors 50 (at 1.5) and 75 (at 2.0), and lies further below 2.0
than a set's ratio is off by (about 0.2)."""

_WHOLE = 0.6
"""Share of a contact that each foot must bear."""
_SIDE_BY_SIDE = 0.25
"""Statures between the toes up to which feet stand side by side, in any view."""

_METRICS = (
    Metric("contact_time_ms", "Contact time", "ms", "lower", (None, _GOOD_CONTACT_MS)),
    Metric("flight_time_ms", "Flight time", "ms", "higher"),
    Metric("jump_height_cm", "Jump height", "cm", "higher"),
    Metric("rsi_m_per_s", "Reactive strength index", "m/s", "higher"),
    Metric("flight_contact_ratio", "Flight : contact", "", "higher", (_GOOD_FLIGHT, None)),
    Metric("knee_flexion_touchdown_deg", "Knee bend at touchdown", "°", "target", common=0.8),
    Metric("knee_flexion_max_deg", "Deepest knee bend in contact", "°", "lower", common=0.8),
    Metric(
        "arms_overhead", "Arms overhead", "of reps", "higher", (0.8, None), no_sd="a yes or no for each rep"
    ),
    Metric("leg_stiffness_kn_per_m", "Leg stiffness", "kN/m", "higher"),
)
_HEADLINE = ("contact_time_ms", "jump_height_cm", "rsi_m_per_s", "flight_contact_ratio")


class Pogo(Drill):
    """Pogo jumps, stiff or with a rebound."""

    id = "pogo"
    title = "Pogo jumps"
    how_to = (
        "Legs together, knees slightly bent. Spring straight up off the balls of your feet, arms overhead as "
        "you clear the ground, and spring back up the instant you land. Ten in a row."
    )
    how_to_film = (
        "Side on, phone still at hip height, 3-4 m away, whole body and feet in the picture, 60 fps."
    )
    cue = "Think of the ground as hot: off it before your heels come down."
    metrics = _METRICS

    def likeness(self, motion: Motion) -> float:
        """Return the share of flights that belong to a bout of two-footed rebounds."""
        jumps = [jump for bout in bouts(motion) for jump in bout]
        if len(jumps) < 2:
            return 0.0
        contacts = [jump.contact for jump in jumps if jump.contact]
        together = sum(_feet_together(motion, contact) for contact in contacts) / len(contacts)
        return together * len(jumps) / len(motion.flights)

    def judge(self, motion: Motion, athlete: Athlete, clip: str) -> Verdict:
        """Find the jumps, measure and judge them; `DrillError` where they are no pogo jumps."""
        sets = bouts(motion)
        _check(motion, sets, clip)
        jumps = [jump for bout in sets for jump in bout]
        com_up_px = centre_of_mass_px(upward(motion.track))[:, 1]
        measured = [
            _measure(motion, athlete, com_up_px, number, jump) for number, jump in enumerate(jumps, start=1)
        ]
        variant = _variant(measured)
        reps = tuple(replace(rep, score=_score(rep, variant)) for rep in measured)
        findings = tuple(_findings(reps, variant))
        reps = tuple(with_findings(rep, findings) for rep in reps)
        metrics = [_for_variant(metric, variant) for metric in _METRICS]
        no_mass = {} if athlete.mass_kg else {"leg_stiffness_kn_per_m": "give the body mass to get it"}
        scores = [rep.score for rep in reps if rep.score is not None]
        return Verdict(
            variant=variant,
            contacts=working_contacts(motion),
            flights=tuple(jump.flight for jump in jumps),
            reps=reps,
            score=mean_of(scores) if scores else None,
            metrics=summarize(reps, metrics, no_mass),
            headline=_HEADLINE,
            findings=findings,
        )


DRILL = Pogo()


def _check(motion: Motion, sets: Sequence[Sequence[Jump]], clip: str) -> None:
    """Raise `DrillError` where the clip holds something else than pogo jumps."""
    if not motion.flights:
        raise DrillError(
            clip, "no jumps found in it", "film at least three pogo jumps in a row, feet in view"
        )
    if not sets:
        pauses = (
            "one jump" if len(motion.flights) == 1 else f"{len(motion.flights)} jumps with pauses between"
        )
        raise DrillError(
            clip, f"{pauses}, no pogo jumps", "spring up again the instant you land, at least three in a row"
        )
    contacts = working_contacts(motion)
    if sum(contact.side == "both" for contact in contacts) < 0.6 * len(contacts):
        raise DrillError(clip, "the jumps are on one foot, pogo jumps are on both", "choose another drill")


def _feet_together(motion: Motion, contact: Contact) -> bool:
    """Return whether both feet bear the whole contact, side by side: no split stance, no quick steps."""
    if contact.side != "both":
        return False
    for side in ("left", "right"):
        own = [step for step in motion.steps if step.side == side]
        shared = [min(s.takeoff_s, contact.takeoff_s) - max(s.touchdown_s, contact.touchdown_s) for s in own]
        if max(shared, default=0.0) < _WHOLE * contact.duration_s:
            return False
    time_s = motion.track.time_s
    inside = (time_s >= contact.touchdown_s) & (time_s <= contact.takeoff_s) & motion.track.found
    if not inside.any():
        return True
    toes = motion.track.xy_px[inside][:, [Landmark.L_FOOT_INDEX, Landmark.R_FOOT_INDEX], 0]
    apart = float(np.median(np.abs(toes[:, 0] - toes[:, 1])))
    return apart <= _SIDE_BY_SIDE * body_height_px(upward(motion.track))


def _measure(motion: Motion, athlete: Athlete, com_up_px: FloatArray, number: int, jump: Jump) -> RepResult:
    """Measure one rep: everything but its score and findings."""
    metrics, sds, withheld = flight_metrics(motion, com_up_px, jump.flight)
    start = jump.flight.takeoff_s
    if jump.contact is None:
        for name in ("contact_time_ms", "rsi_m_per_s", "flight_contact_ratio"):
            withheld[name] = no_contact_reason(motion, jump.flight)
        key = (jump.flight.takeoff_s + jump.flight.touchdown_s) / 2
    else:
        start = jump.contact.touchdown_s
        key = (start + jump.contact.takeoff_s) / 2
        add_contact_metrics(athlete, jump.contact, metrics, sds, withheld)
        add_knee_metrics(motion, jump.contact, metrics, sds, withheld)
    return RepResult(
        number=number,
        side="both",
        start_s=start,
        end_s=jump.flight.touchdown_s,
        score=None,
        metrics=metrics,
        sds=sds,
        withheld=withheld,
        key_s=key,
    )


def _variant(reps: Sequence[RepResult]) -> Variant:
    """Tell stiff pogos from rebounds by the knees, and by contact time where the view hides the knees.

    Where the contact is shorter than a rebound takes (0.30 s and more), soft knees alone make no rebound.
    """
    knees, contacts = values(reps, "knee_flexion_max_deg"), values(reps, "contact_time_ms")
    contact_ms = float(np.median(contacts)) if contacts else _REBOUND_CONTACT_MS
    if knees:
        knee_deg = float(np.median(knees))
        slow = contact_ms >= _SHORTEST_REBOUND_MS
        return "rebound" if knee_deg > (_REBOUND_KNEE_DEG if slow else _DEEP_KNEE_DEG) else "stiff"
    return "rebound" if contacts and contact_ms >= _REBOUND_CONTACT_MS else "stiff"


def _for_variant(metric: Metric, variant: Variant) -> Metric:
    """Return the metric with the good range of the variant."""
    if variant == "stiff":
        return metric
    if metric.name == "contact_time_ms":
        return replace(metric, better="target", good=(300.0, 450.0))
    if metric.name == "knee_flexion_max_deg":
        return replace(metric, better="target", good=(80.0, 100.0))
    return replace(metric, good=None) if metric.name == "flight_contact_ratio" else metric


def _score(rep: RepResult, variant: Variant) -> float | None:
    """Return the rep's score, 0 to 100; None where its headline metric is missing."""

    def part(name: str, anchors: Sequence[tuple[float, float]], scale: float = 1.0) -> float | None:
        return anchored(scale * rep.metrics[name], anchors) if name in rep.metrics else None

    contact = part("contact_time_ms", _STIFF_CONTACT if variant == "stiff" else _REBOUND_CONTACT)
    if variant == "stiff":
        ratio, knees = part("flight_contact_ratio", _STIFF_RATIO), knee_range(rep)
        stiff = None if knees is None else anchored(knees, _STIFF_KNEE_RANGE)
        return weighted_score(((contact, 0.6), (ratio, 0.25), (stiff, 0.15)))
    arms = part("arms_overhead", ((0, 0), (1, 100)))
    knee = part("knee_flexion_max_deg", _REBOUND_KNEE)
    return weighted_score(((contact, 0.3), (knee, 0.45), (arms, 0.25)))


def _findings(reps: Sequence[RepResult], variant: Variant) -> list[FindingResult]:
    """Return what was good and what to mend, worst first, then advice, then praise."""
    makers = [_say_arms, _say_fading, _say_evenness]
    if variant == "stiff":
        makers = [_say_stiff_contact, _say_stiff_knees, _say_ratio, *makers]
    else:
        makers = [_say_depth, _say_rebound_contact, *makers]
    return list(by_severity([maker(reps, variant) for maker in makers]))


def _say_stiff_contact(reps: Sequence[RepResult], variant: Variant) -> FindingResult | None:  # noqa: ARG001
    timed = having(reps, "contact_time_ms")
    if not timed:
        return None
    mean = mean_of(values(timed, "contact_time_ms"))
    by_time = sorted(timed, key=lambda rep: rep.metrics["contact_time_ms"])
    if mean <= _GOOD_CONTACT_MS:
        best = by_time[0].metrics["contact_time_ms"]
        text = f"Quick off the ground: {mean:.0f} ms a contact on average, your shortest {best:.0f} ms."
        good = [rep for rep in timed if rep.metrics["contact_time_ms"] <= _GOOD_CONTACT_MS]
        return make_finding("contact_short", "good", text, "Keep this spring.", good, by_time[0])
    slow = [rep for rep in timed if rep.metrics["contact_time_ms"] > _GOOD_CONTACT_MS]
    fault = mean > _SLOW_CONTACT_MS
    text = (
        f"Contacts of {mean:.0f} ms on average: {'too long to be reactive' if fault else 'nearly there'}. "
        f"A springy pogo stays below {_SLOW_CONTACT_MS if fault else _GOOD_CONTACT_MS:.0f} ms."
    )
    return make_finding("contact_long", "fault" if fault else "advice", text, Pogo.cue, slow, by_time[-1])


def _say_stiff_knees(reps: Sequence[RepResult], variant: Variant) -> FindingResult | None:  # noqa: ARG001
    ranges = {rep.number: knee_range(rep) for rep in reps}
    known = [(value, rep) for rep in reps if (value := ranges[rep.number]) is not None]
    if not known:
        return None
    typical = float(np.median([value for value, _ in known]))
    if typical <= _STIFF_KNEES_DEG:
        text = f"Stiff knees: they give only {typical:.0f}° on landing, the ankles do the work."
        return make_finding(
            "knees_stiff", "good", text, "Keep the legs like a spring.", [rep for _, rep in known]
        )
    if typical <= _SOFT_KNEES_DEG:
        return None
    soft = [rep for value, rep in known if value > _STIFF_KNEES_DEG]
    worst = max(known, key=lambda item: item[0])[1]
    collapsing = typical > _COLLAPSING_KNEES_DEG
    text = f"Your knees give {typical:.0f}° on landing{': the spring collapses' if collapsing else ''}."
    cue = "Land on a stiff spring: knees soft but still, bounce from the ankles."
    return make_finding("knees_collapse", "fault" if collapsing else "advice", text, cue, soft, worst)


def _say_ratio(reps: Sequence[RepResult], variant: Variant) -> FindingResult | None:  # noqa: ARG001
    return say_band(
        reps,
        "flight_contact_ratio",
        Band(_GOOD_FLIGHT, _LITTLE_FLIGHT),
        Words(
            "flight_high",
            "You fly {mean:.1f} times as long as you touch the ground.",
            "That is the ratio to keep.",
        ),
        Words(
            "flight_low",
            "You fly only {mean:.1f} times as long as you touch the ground; 2 is springy.",
            "A short touch with more punch: push the ground away hard and drive the arms up.",
        ),
        apex=True,
    )


def _say_arms(reps: Sequence[RepResult], variant: Variant) -> FindingResult | None:
    told = having(reps, "arms_overhead")
    low = [rep for rep in told if rep.metrics["arms_overhead"] < 0.5]
    if not told:
        return None
    if len(low) <= 0.2 * len(told):
        text = "Arms overhead as you clear the ground."
        good = [rep for rep in told if rep not in low]
        return make_finding("arms_overhead", "good", text, "Keep reaching.", good, apex=True)
    text = f"The arms stay below the head in {len(low)} of {len(told)} jumps."
    cue = "Throw the arms overhead as you leave the ground."
    return make_finding("arms_low", "fault" if variant == "rebound" else "advice", text, cue, low, apex=True)


def _say_fading(reps: Sequence[RepResult], variant: Variant) -> FindingResult | None:
    timed = having(reps, "contact_time_ms")
    slope = drop_off_per_rep(values(timed, "contact_time_ms"), first_rep=3)
    if slope is None:
        return None
    noise = mean_of([rep.sds["contact_time_ms"] for rep in timed])
    grown = slope * (len(timed) - 3)
    if grown <= max(15.0, 1.5 * noise) or variant == "rebound":
        return None
    text = f"Contacts grow by about {grown:.0f} ms towards the end of the set: the spring tires."
    cue = "Stop the set when the bounce goes; rest fully, then go again."
    return make_finding("fading", "advice", text, cue, timed[-3:], timed[-1])


def _say_evenness(reps: Sequence[RepResult], variant: Variant) -> FindingResult | None:
    name = "contact_time_ms" if variant == "stiff" else "jump_height_cm"
    timed = having(reps, name)
    if len(timed) < 4:
        return None
    measured = np.array(values(timed, name))
    noise = mean_of([rep.sds[name] for rep in timed])
    # What grows through the set is fading, not uneven; of a few jumps neither can be told.
    steps, trend = np.arange(len(measured)), len(timed) >= _FEWEST_FOR_TREND
    if trend:
        line = np.polyval(np.polyfit(steps, measured, 1), steps)
        measured = measured - line + measured.mean()
    freedom = len(timed) - 1 - trend
    variance = float(((measured - measured.mean()) ** 2).sum()) / freedom
    spread = math.sqrt(max(variance - noise**2, 0.0)) / float(measured.mean())
    what = "contact times" if variant == "stiff" else "jump heights"
    if spread <= _EVEN:
        return make_finding(
            "even", "good", f"Even {what} from jump to jump.", "A steady rhythm, keep it.", timed
        )
    chance = float(chi2.ppf(_BY_CHANCE, freedom)) / freedom
    if not trend or variance <= chance * ((_STEADY * measured.mean()) ** 2 + noise**2):
        return None
    odd = timed[int(np.argmax(np.abs(measured - np.median(measured))))]
    text = f"The {what} vary by {100 * spread:.0f} % from jump to jump."
    return make_finding("uneven", "advice", text, "Find one rhythm and count it out loud.", timed, odd)


def _say_depth(reps: Sequence[RepResult], variant: Variant) -> FindingResult | None:  # noqa: ARG001
    bent = having(reps, "knee_flexion_max_deg")
    if not bent:
        return None
    mean = mean_of(values(bent, "knee_flexion_max_deg"))
    if 80 <= mean <= 100:
        text = f"Landings to {mean:.0f}° of knee bend: right on the 90° asked for."
        return make_finding("depth_good", "good", text, "Keep that depth.", bent)
    shallow = mean < 80
    off = [rep for rep in bent if (rep.metrics["knee_flexion_max_deg"] < 80) == shallow]
    text = f"The knees bend to {mean:.0f}° on landing; this version asks for 90°."
    cue = "Sink until the thighs are level." if shallow else "Catch it earlier: thighs level, no lower."
    return make_finding("depth_shallow" if shallow else "depth_too_deep", "advice", text, cue, off)


def _say_rebound_contact(reps: Sequence[RepResult], variant: Variant) -> FindingResult | None:  # noqa: ARG001
    timed = having(reps, "contact_time_ms")
    if not timed:
        return None
    mean = mean_of(values(timed, "contact_time_ms"))
    if mean <= 450:
        return None
    slow = [rep for rep in timed if rep.metrics["contact_time_ms"] > 450]
    text = f"You stay down {mean:.0f} ms: the stretch is lost before you jump."
    return make_finding("rebound_slow", "fault", text, "Down and up in one: turn round at once.", slow)
