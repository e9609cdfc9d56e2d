"""Shared by the jumping drills: bouts of jumps, metrics of flights and contacts, findings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kickform import fitted
from kickform.drills.common.scoring import ANGLE_SD_DEG, angle_reason
from kickform.events.types import Contact, Flight
from kickform.motion.motion import Motion
from kickform.motion.scale import G, jump_height_m
from kickform.numeric import FloatArray
from kickform.pose.track import Landmark
from kickform.results.findings import FindingResult, RepResult, Severity
from kickform.subject import Athlete

__all__ = [
    "LONGEST_CONTACT_S",
    "WORST_CONTACT_SD_MS",
    "Jump",
    "add_contact_metrics",
    "add_knee_metrics",
    "bouts",
    "cut_reason",
    "flight_metrics",
    "having",
    "knee_range",
    "landing_drop_m",
    "leg_stiffness_kn_per_m",
    "make_finding",
    "no_contact_reason",
    "values",
    "with_findings",
    "working_contacts",
]

WORST_CONTACT_SD_MS = 40.0  # convention: +-80 ms is wider than the whole scale from quick to slow
"""A contact time with a larger SD is withheld."""

LONGEST_CONTACT_S = 0.65  # convention: rebounds take 0.30-0.45 s
"""A longer contact is a pause between bouts, real seconds."""

_FIRST_FRAMES = 1.5  # convention: the flight needs one frame of contact before it
"""A take-off within this many frames of the clip's first was not seen."""

_LAST_FRAMES = 0.5  # convention: the landing needs one frame after it
"""A landing within this many frames of the clip's last was not seen."""

_UNKNOWN_DROP_SD_M = 0.04  # ref: Yamashita 2020, the body is some 5 cm lower at landing
"""SD of the difference in height between touchdown and take-off where there is no scale, metres."""

_DROP_SD_M = fitted.JUMPS_DROP_SD_M
"""The same where the centre of mass shows it."""


def leg_stiffness_kn_per_m(mass_kg: float, contact_s: float, flight_s: float) -> float:
    """Return leg stiffness in hopping: pi m (tf + tc) / {tc^2 [(tf + tc) / pi - tc / 4]} (Dalleau 2004).

    Args:
        mass_kg: body mass.
        contact_s: contact time, real seconds, positive.
        flight_s: flight time, real seconds.

    >>> round(leg_stiffness_kn_per_m(70, 0.180, 0.420), 1)
    27.9
    """
    period = flight_s + contact_s
    return math.pi * mass_kg * period / (contact_s**2 * (period / math.pi - contact_s / 4)) / 1000


@dataclass(frozen=True, slots=True)
class Jump:
    """One flight with the contact that launched it (None from standing); real seconds."""

    flight: Flight
    contact: Contact | None


def bouts(motion: Motion) -> list[list[Jump]]:
    """Return the runs of at least two flights with only short contacts between them."""
    launching = {contact.takeoff_s: contact for contact in motion.contacts}
    found: list[list[Jump]] = []
    for flight in motion.flights:
        contact = launching.get(flight.takeoff_s)
        if contact is None or not _is_working(contact):
            found.append([Jump(flight, None)])
        elif found and found[-1][-1].flight.touchdown_s == contact.touchdown_s:
            found[-1].append(Jump(flight, contact))
        else:  # the clip starts in the flight before
            found.append([Jump(flight, contact)])
    return [bout for bout in found if len(bout) >= 2]


def _is_working(contact: Contact) -> bool:
    """Return whether the contact lies between two flights and is no pause."""
    return contact.duration_s <= LONGEST_CONTACT_S and math.isfinite(contact.sd_s)


def working_contacts(motion: Motion) -> tuple[Contact, ...]:
    """Return the contacts between flights, pauses left out, in order."""
    return tuple(contact for contact in motion.contacts if _is_working(contact))


def flight_metrics(
    motion: Motion, com_up_px: FloatArray, flight: Flight
) -> tuple[dict[str, float], dict[str, float], dict[str, str]]:
    """Return flight time, jump height and arms overhead: values, SDs, and the reasons for missing ones.

    Args:
        motion: the clip's.
        com_up_px: (T,) height of the centre of mass, pixels, y up.
        flight: the flight to measure.
    """
    flight_s, sd_s = flight.duration_s, flight.sd_s
    drop_m, drop_sd_m = landing_drop_m(motion, com_up_px, flight)
    height_m = jump_height_m(flight_s, drop_m)
    height_sd_m = math.hypot(G * flight_s / 4 * sd_s, drop_sd_m / 2)
    metrics = {"flight_time_ms": 1000 * flight_s, "jump_height_cm": 100 * height_m}
    sds = {"flight_time_ms": 1000 * sd_s, "jump_height_cm": 100 * height_sd_m}
    xy = motion.track.xy_px
    inside = (motion.track.time_s > flight.takeoff_s) & (motion.track.time_s < flight.touchdown_s)
    wrists = xy[inside][:, [Landmark.L_WRIST, Landmark.R_WRIST], 1].mean(axis=1)
    above = wrists < xy[inside][:, Landmark.NOSE, 1]
    withheld = {}
    if reason := cut_reason(motion, flight):
        withheld.update(dict.fromkeys(metrics, reason))
        metrics, sds = {}, {}
    if len(above):
        metrics["arms_overhead"] = float(above.any())
    else:
        withheld["arms_overhead"] = "no frame lies in the flight"
    return metrics, sds, withheld


def cut_reason(motion: Motion, flight: Flight) -> str:
    """Return why a flight is not seen whole (the clip begins or ends in it); "" where it is."""
    seen_s = motion.track.time_s[motion.track.found]
    frame_s = 1 / motion.fps
    if len(seen_s) and flight.takeoff_s - seen_s[0] < _FIRST_FRAMES * frame_s:
        return "the clip begins in this jump: its take-off is not in it"
    if len(seen_s) and seen_s[-1] - flight.touchdown_s < _LAST_FRAMES * frame_s:
        return "the clip ends in this jump: its landing is not in it"
    return ""


def no_contact_reason(motion: Motion, flight: Flight) -> str:
    """Return why a flight has no contact that launched it."""
    cut = cut_reason(motion, flight)
    if "begins" in cut:
        return "the clip begins in this jump: the contact before it is not in it"
    return "launched from standing: there is no contact before it"


def landing_drop_m(motion: Motion, com_up_px: FloatArray, flight: Flight) -> tuple[float, float]:
    """Return how much higher the centre of mass is at touchdown than at take-off, metres, and its SD.

    It is up to 5 cm lower in athletes who land with bent legs. A parabola over the flight gives both ends;
    without a scale the answer is 0 +- 4 cm.

    Args:
        motion: the clip's.
        com_up_px: (T,) height of the centre of mass, pixels, y up.
        flight: the flight to measure.
    """
    time_s = motion.track.time_s
    inside = (time_s >= flight.takeoff_s) & (time_s <= flight.touchdown_s) & np.isfinite(com_up_px)
    if motion.scale is None or inside.sum() < 4:
        return 0.0, _UNKNOWN_DROP_SD_M
    middle = (flight.takeoff_s + flight.touchdown_s) / 2
    slope = float(np.polyfit(time_s[inside] - middle, com_up_px[inside], 2)[1])
    return slope * flight.duration_s * motion.scale.m_per_px, _DROP_SD_M


def add_contact_metrics(
    athlete: Athlete,
    contact: Contact,
    metrics: dict[str, float],
    sds: dict[str, float],
    withheld: dict[str, str],
) -> None:
    """Add contact time and the metrics that follow from it, in place.

    Args:
        athlete: body mass gives leg stiffness.
        contact: the contact that launched the flight.
        metrics: the rep's values, with those of its flight; changed in place.
        sds: their SDs; changed in place.
        withheld: reasons for missing metrics; changed in place.
    """
    contact_ms, sd_ms = 1000 * contact.duration_s, 1000 * contact.sd_s
    if sd_ms > WORST_CONTACT_SD_MS:
        reason = f"too uncertain in this clip (SD {sd_ms:.0f} ms); film at 60 frames a second or more"
        for name in ("contact_time_ms", "rsi_m_per_s", "flight_contact_ratio"):
            withheld[name] = reason
        return
    metrics["contact_time_ms"], sds["contact_time_ms"] = contact_ms, sd_ms
    if "flight_time_ms" not in metrics:
        withheld.update(dict.fromkeys(("rsi_m_per_s", "flight_contact_ratio"), withheld["flight_time_ms"]))
        return
    relative, flight_ms = sd_ms / contact_ms, metrics["flight_time_ms"]
    rsi, ratio = 10 * metrics["jump_height_cm"] / contact_ms, flight_ms / contact_ms
    metrics["rsi_m_per_s"] = rsi
    sds["rsi_m_per_s"] = rsi * math.hypot(relative, sds["jump_height_cm"] / max(metrics["jump_height_cm"], 1))
    metrics["flight_contact_ratio"] = ratio
    sds["flight_contact_ratio"] = ratio * math.hypot(relative, sds["flight_time_ms"] / flight_ms)
    if athlete.mass_kg:
        stiffness = leg_stiffness_kn_per_m(athlete.mass_kg, contact_ms / 1000, flight_ms / 1000)
        metrics["leg_stiffness_kn_per_m"] = stiffness
        sds["leg_stiffness_kn_per_m"] = 2 * relative * stiffness


def add_knee_metrics(
    motion: Motion,
    contact: Contact,
    metrics: dict[str, float],
    sds: dict[str, float],
    withheld: dict[str, str],
) -> None:
    """Add the near knee's flexion at touchdown and its maximum in the contact, in place."""
    knee = motion.angles.knee("both", near=motion.view.near_side)
    time_s = motion.track.time_s
    inside = (time_s >= contact.touchdown_s) & (time_s <= contact.takeoff_s) & np.isfinite(knee)
    reason = angle_reason(motion) or ("" if inside.any() else "the athlete is not seen in this contact")
    names = ("knee_flexion_touchdown_deg", "knee_flexion_max_deg")
    if reason:
        withheld.update(dict.fromkeys(names, reason))
        return
    seen = np.isfinite(knee)
    at_touchdown = float(np.interp(contact.touchdown_s, time_s[seen], knee[seen]))
    metrics[names[0]], metrics[names[1]] = at_touchdown, max(float(knee[inside].max()), at_touchdown)
    sds.update(dict.fromkeys(names, ANGLE_SD_DEG))


def values(reps: Sequence[RepResult], name: str) -> list[float]:
    """Return the metric `name` of the reps that have it."""
    return [rep.metrics[name] for rep in reps if name in rep.metrics]


def having(reps: Sequence[RepResult], name: str) -> list[RepResult]:
    """Return the reps that have the metric `name`."""
    return [rep for rep in reps if name in rep.metrics]


def knee_range(rep: RepResult) -> float | None:
    """Return how much further the knee bends in contact than at touchdown, degrees; None if not measured."""
    if "knee_flexion_max_deg" not in rep.metrics:
        return None
    return rep.metrics["knee_flexion_max_deg"] - rep.metrics["knee_flexion_touchdown_deg"]


def make_finding(
    code: str,
    severity: Severity,
    message: str,
    cue: str,
    reps: Sequence[RepResult],
    show: RepResult | None = None,
    apex: bool = False,
) -> FindingResult:
    """Return a finding about `reps` that shows rep `show` (default: the first), in contact or at the apex."""
    rep = show or (reps[0] if reps else None)
    time_s = None
    if rep is not None:
        time_s = rep.key_s
        if apex and "contact_time_ms" in rep.metrics and rep.key_s is not None:
            # The key moment is mid-contact, half a contact after the start; the apex is mid-flight.
            takeoff_s = 2 * rep.key_s - rep.start_s
            time_s = (takeoff_s + rep.end_s) / 2
    return FindingResult(code, severity, message, cue, tuple(r.number for r in reps), time_s)


def with_findings(rep: RepResult, findings: Sequence[FindingResult]) -> RepResult:
    """Return the rep with the codes of the advice and faults that name it."""
    codes = tuple(f.code for f in findings if f.severity != "good" and rep.number in f.reps)
    return replace(rep, findings=codes)
