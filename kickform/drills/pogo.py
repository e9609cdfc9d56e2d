"""Pogo jumps: spring off both feet, again and again, with the shortest ground contact.

One rep is one flight. Ten jumps are ten reps and nine working contacts: a rep's contact is the one that
launched it, so the first rep of a bout, launched from standing, has none. A contact longer than
`LONGEST_CONTACT_S` is a pause and ends the bout; reps keep counting in the next.

Two variants, told apart by the knee flexion in contact, each judged on its own scale:

- ``stiff``: the modern pogo. Contact time comes first, then the flight it buys, then stiff knees.
- ``rebound``: landing to a 90 degree knee bend, arms overhead: a slow stretch-shortening jump.

Sources: contacts below 250 ms are a fast stretch-shortening cycle (Schmidtbleicher 1992); professional
field players take 180 +- 25 ms (Southey 2024); leg stiffness by Dalleau et al. 2004. The scores in between,
knee ranges and the rebound scale are coaching conventions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kickform import fitted
from kickform.drills.base import Drill, Metric, Verdict
from kickform.drills.coaching.pogo import (
    ARMS_SHARE,
    CUE,
    GOOD_CONTACT_MS,
    GOOD_FLIGHT,
    REBOUND_CONTACT_RANGE_MS,
    REBOUND_KNEE_RANGE_DEG,
    PogoVariant,
    pogo_findings,
)
from kickform.drills.common.jumps import (
    LONGEST_CONTACT_S,
    Jump,
    add_contact_metrics,
    add_knee_metrics,
    bouts,
    flight_metrics,
    knee_range,
    no_contact_reason,
    values,
    with_findings,
    working_contacts,
)
from kickform.drills.common.scoring import anchored, mean_score, metric_score, summarize, weighted_score
from kickform.errors import DrillError
from kickform.events.types import Contact
from kickform.motion.kinematics import centre_of_mass_px
from kickform.motion.motion import Motion
from kickform.numeric import FloatArray
from kickform.pose.geometry import body_height_px, upward
from kickform.pose.track import Landmark
from kickform.results.findings import RepResult
from kickform.subject import Athlete

__all__ = ["DRILL", "LONGEST_CONTACT_S", "Pogo"]

_REBOUND_KNEE_DEG = 60.0  # convention: half way between stiff knees (30 deg) and level thighs (90 deg)
"""Knee flexion beyond which slow jumps are rebounds."""

_DEEP_KNEE_DEG = 90.0  # convention: thighs level
"""Knee flexion beyond which all jumps are rebounds."""

_REBOUND_CONTACT_MS = 300.0  # convention: slow stretch-shortening takes 300 ms and more
"""Contact time from which on jumps are rebounds where the knees are not judged."""

_SHORTEST_REBOUND_MS = 295.0  # convention: 300 ms, with room for the error of a median
"""Shortest contact time of a rebound where the knees are judged."""

_STIFF_CONTACT = ((160, 100), (180, 85), (200, 75), (250, 50), (320, 10))  # ref: Southey 2024, 180 +- 25 ms
_STIFF_RATIO = ((1.0, 20), (1.5, 50), (2.0, 75), (2.5, 100))  # convention: 2.5 is the mean of professionals
_STIFF_KNEE_RANGE = ((30, 100), (45, 50), (60, 10))  # convention: stiff up to 30 deg, collapsing from 45
_REBOUND_KNEE = ((60, 50), (80, 100), (100, 100), (120, 50))  # convention: thighs level, 90 +- 10 deg
_REBOUND_CONTACT = ((240, 50), (300, 100), (450, 100), (600, 30))  # convention: 300-450 ms
_YES_OR_NO = ((0, 0), (1, 100))  # convention: all or nothing
"""Score anchors: (value, score), linear in between."""

_WHOLE_CONTACT = 0.6  # convention: more than half
"""Least share of a contact that each foot bears."""

_SIDE_BY_SIDE = fitted.POGO_SIDE_BY_SIDE
"""Statures between the toes up to which feet stand side by side, from any view."""

_MOSTLY_BOTH = 0.6  # convention: more than half
"""Least share of contacts on both feet."""

_METRICS = (  # convention: good ranges are a coach's
    Metric("contact_time_ms", "Contact time", "ms", "lower", (None, GOOD_CONTACT_MS)),
    Metric("flight_time_ms", "Flight time", "ms", "higher"),
    Metric("jump_height_cm", "Jump height", "cm", "higher"),
    Metric("rsi_m_per_s", "Reactive strength index", "m/s", "higher"),
    Metric("flight_contact_ratio", "Flight : contact", "", "higher", (GOOD_FLIGHT, None)),
    Metric("knee_flexion_touchdown_deg", "Knee bend at touchdown", "°", "target", common=0.8),
    Metric("knee_flexion_max_deg", "Deepest knee bend in contact", "°", "lower", common=0.8),
    Metric("arms_overhead", "Arms overhead", "of reps", "higher", (ARMS_SHARE, None), no_sd="yes or no"),
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
    cue = CUE
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
        findings = pogo_findings(reps, variant)
        reps = tuple(with_findings(rep, findings) for rep in reps)
        metrics = [_for_variant(metric, variant) for metric in _METRICS]
        no_mass = {} if athlete.mass_kg else {"leg_stiffness_kn_per_m": "give your body mass to get it"}
        return Verdict(
            variant=variant,
            contacts=working_contacts(motion),
            flights=tuple(jump.flight for jump in jumps),
            reps=reps,
            score=mean_score(reps),
            metrics=summarize(reps, metrics, no_mass),
            headline=_HEADLINE,
            findings=findings,
        )


DRILL = Pogo()


def _check(motion: Motion, sets: Sequence[Sequence[Jump]], clip: str) -> None:
    """Raise `DrillError` where the clip holds another drill than pogo jumps, or none."""
    if not motion.flights:
        cure = "film at least three pogo jumps in a row, feet in view"
        raise DrillError(clip, "no jumps found in it", cure)
    if not sets:
        count = len(motion.flights)
        found = "one jump" if count == 1 else f"{count} jumps with pauses between"
        cure = "spring up again the instant you land, at least three in a row"
        raise DrillError(clip, f"{found}, no pogo jumps", cure)
    contacts = working_contacts(motion)
    if sum(contact.side == "both" for contact in contacts) < _MOSTLY_BOTH * len(contacts):
        raise DrillError(clip, "the jumps are on one foot, pogo jumps are on both", "choose another drill")


def _feet_together(motion: Motion, contact: Contact) -> bool:
    """Return whether both feet bear through the contact, side by side (no split stance, no steps)."""
    if contact.side != "both":
        return False
    for side in ("left", "right"):
        own = [step for step in motion.steps if step.side == side]
        shared = [min(s.takeoff_s, contact.takeoff_s) - max(s.touchdown_s, contact.touchdown_s) for s in own]
        if max(shared, default=0.0) < _WHOLE_CONTACT * contact.duration_s:
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


def _variant(reps: Sequence[RepResult]) -> PogoVariant:
    """Tell stiff pogos from rebounds by the knees, or by contact time where the view hides the knees.

    Soft knees alone make no rebound where the contacts are shorter than a rebound takes.
    """
    knees, contacts = values(reps, "knee_flexion_max_deg"), values(reps, "contact_time_ms")
    contact_ms = float(np.median(contacts)) if contacts else _REBOUND_CONTACT_MS
    if knees:
        knee_deg = float(np.median(knees))
        slow = contact_ms >= _SHORTEST_REBOUND_MS
        return "rebound" if knee_deg > (_REBOUND_KNEE_DEG if slow else _DEEP_KNEE_DEG) else "stiff"
    return "rebound" if contacts and contact_ms >= _REBOUND_CONTACT_MS else "stiff"


def _for_variant(metric: Metric, variant: PogoVariant) -> Metric:
    """Return the metric with the good range of the variant."""
    if variant == "stiff":
        return metric
    if metric.name == "contact_time_ms":
        return replace(metric, better="target", good=REBOUND_CONTACT_RANGE_MS)
    if metric.name == "knee_flexion_max_deg":
        return replace(metric, better="target", good=REBOUND_KNEE_RANGE_DEG)
    return replace(metric, good=None) if metric.name == "flight_contact_ratio" else metric


def _score(rep: RepResult, variant: PogoVariant) -> float | None:
    """Return the rep's score, 0 to 100; None where its headline metric is missing."""
    contact = metric_score(rep, "contact_time_ms", _STIFF_CONTACT if variant == "stiff" else _REBOUND_CONTACT)
    if variant == "stiff":
        ratio, knees = metric_score(rep, "flight_contact_ratio", _STIFF_RATIO), knee_range(rep)
        stiff = None if knees is None else anchored(knees, _STIFF_KNEE_RANGE)
        return weighted_score(((contact, 0.6), (ratio, 0.25), (stiff, 0.15)))
    arms = metric_score(rep, "arms_overhead", _YES_OR_NO)
    knee = metric_score(rep, "knee_flexion_max_deg", _REBOUND_KNEE)
    return weighted_score(((contact, 0.3), (knee, 0.45), (arms, 0.25)))
