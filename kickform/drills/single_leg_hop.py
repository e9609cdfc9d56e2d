"""Single-leg hops for distance: one leg, the heel pulled up to the hamstring in flight, as far as possible.

One rep is one flight on one leg. A rep's contact is the one that launched it, so the first rep of a set,
launched from standing, has none; nor has a hop after standing still on that leg. Which leg hops is told in
each contact by the foot that is lower, the knee that is straighter and the side the contact was given; a
single wrong one is outvoted by its neighbours.

Sources: flight to contact ratio 1.04 on the first hop to 1.43 on the fifth (Sarabon et al. 2022); limb
symmetry of 90 % and more is the usual bar after injuries. Contact times, heel recovery and what counts as
short (shares of stature) are coaching conventions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kickform.drills.base import Drill, Metric, Verdict
from kickform.drills.common.findings import Band, Words, say_band, say_fading
from kickform.drills.common.hop_sets import Hop, hop_sets, hops_of, is_work, other_foot_share
from kickform.drills.common.jumps import (
    add_contact_metrics,
    flight_metrics,
    having,
    make_finding,
    no_contact_reason,
    values,
    with_findings,
)
from kickform.drills.common.scoring import (
    ANGLE_SD_DEG,
    Finder,
    anchored,
    mean_of,
    summarize,
    weighted_score,
)
from kickform.drills.common.split_landings import find_landings, stays_split
from kickform.drills.common.steps import Difference, by_severity, other, side_difference
from kickform.errors import DrillError
from kickform.motion.kinematics import (
    ANGLE_CUTOFF_HZ,
    ANGLE_SPIKE_DEG,
    MAX_YAW_FOR_ANGLES_DEG,
    centre_of_mass_px,
)
from kickform.motion.leg_roles import leg_mark, leg_points
from kickform.motion.motion import Motion
from kickform.numeric import FloatArray
from kickform.pose.filtering import despike, low_pass
from kickform.pose.geometry import inner_angle_deg, upward
from kickform.results.findings import FindingResult, MetricResult, RepResult
from kickform.subject import Athlete

__all__ = ["DRILL", "SingleLegHop"]

_HEEL = ((90, 40), (110, 70), (130, 100))
_RATIO = ((1.0, 50), (1.4, 85), (1.6, 100))
_CONTACT = ((200, 100), (250, 80), (300, 60), (350, 30))
_GOOD_HEEL_DEG, _LOW_HEEL_DEG, _POOR_HEEL_DEG = 120.0, 110.0, 95.0
_GOOD_CONTACT_MS, _LONG_CONTACT_MS, _SLOW_CONTACT_MS = 250.0, 300.0, 350.0
_GOOD_DISTANCE, _SHORT_DISTANCE, _POOR_DISTANCE = 0.7, 0.6, 0.5
_GOOD_SYMMETRY_PCT = 90.0

_FAR_ANGLE_SD_DEG = 10.0
"""SD of a joint angle of the leg away from the camera, which is half guessed."""

_SHORT_FLIGHT_S, _LONG_STAY_S = (0.14, 0.2), (0.45, 0.55)
"""Flights and contacts of surely another drill and of surely hops, real seconds."""

_OTHER_FOOT = (0.25, 0.45)
"""Steps of the other foot among all in a set: what a misreading makes, and what steps in turn make."""

_FRONTAL_RAD = math.radians(60)
"""From further off the side view the way travelled is hidden."""

_WORST_DISTANCE_SD = 0.35
"""A hop distance with a larger relative SD is withheld."""

_METRICS = (
    Metric("heel_recovery_deg", "Knee bend in flight", "°", "higher", (_GOOD_HEEL_DEG, None), common=0.8),
    Metric("heel_to_hip_ratio", "Heel to hip over leg length", "", "lower", common=0.8),
    Metric("hop_distance_m", "Hop distance", "m", "higher", common=0.6),
    Metric("hop_distance_body_heights", "Distance in body heights", "", "higher", (0.7, None), common=0.6),
    Metric("contact_time_ms", "Contact time", "ms", "lower", (None, _GOOD_CONTACT_MS)),
    Metric("flight_contact_ratio", "Flight : contact", "", "higher", (1.4, None)),
    Metric("flight_time_ms", "Flight time", "ms", "higher"),
    Metric("jump_height_cm", "Jump height", "cm", "higher"),
    Metric("limb_symmetry_pct", "Weaker leg against the stronger", "%", "higher", (_GOOD_SYMMETRY_PCT, None)),
)
_HEADLINE = ("heel_recovery_deg", "hop_distance_m", "contact_time_ms", "flight_contact_ratio")


class SingleLegHop(Drill):
    """Single-leg hops for distance."""

    id = "single_leg_hop"
    title = "Single-leg hops"
    how_to = (
        "Balance on one leg, then hop as far as you can, again and again on the same leg. In the air snap "
        "the heel of the hopping leg up to your hamstring. Ten on each leg."
    )
    how_to_film = (
        "Side on from 5-8 m, hopping leg nearest the phone; stand still or turn on the spot to follow, "
        "whole body and feet in the picture, 60 fps."
    )
    cue = "Snap the heel to your backside the moment you leave the ground."
    metrics = _METRICS
    variant_is_side = True

    def likeness(self, motion: Motion) -> float:
        """Return the share of flights that lie in a bout on one and the same leg.

        Skips and ladder steps fly for a shorter time than a hop does, split squats stay down.
        """
        alike = 0.0
        for bout in hop_sets(motion):
            contacts = [jump.contact for jump in bout if jump.contact]
            marks = [leg_mark(motion, contact) for contact in contacts]
            same = max(sum(mark > 0.5 for mark in marks), sum(mark < -0.5 for mark in marks)) / len(marks)
            flight_s = float(np.median([jump.flight.duration_s for jump in bout]))
            worked = [contact.duration_s for contact in contacts if is_work(contact)]
            contact_s = float(np.median(worked)) if worked else 0.0
            like = np.interp(same, (0.55, 0.8), (0, 1))
            like *= np.interp(flight_s, _SHORT_FLIGHT_S, (0, 1)) * np.interp(contact_s, _LONG_STAY_S, (1, 0))
            if worked:  # between stands on one leg nobody steps
                like *= np.interp(other_foot_share(motion, bout, marks), _OTHER_FOOT, (1, 0))
            alike += len(bout) * float(like)
        if not alike:
            return 0.0
        landings = find_landings(motion)
        split = stays_split(landings) * len(landings) / len(motion.flights)
        return alike / len(motion.flights) * float(np.interp(split, (0.5, 0.8), (1, 0)))

    def judge(self, motion: Motion, athlete: Athlete, clip: str) -> Verdict:
        """Find the hops, measure and judge them; `DrillError` where they are no single-leg hops."""
        hops = _find(motion, clip)
        com_up_px = centre_of_mass_px(upward(motion.track))[:, 1]
        measured = [_measure(motion, athlete, com_up_px, n, hop) for n, hop in enumerate(hops, start=1)]
        reps = tuple(replace(rep, score=_score(rep)) for rep in measured)
        makers: tuple[Finder, ...] = (_say_heel, _say_contact, _say_distance, _say_fading, _say_symmetry)
        findings = by_severity([maker(reps) for maker in makers])
        reps = tuple(with_findings(rep, findings) for rep in reps)
        scores = [rep.score for rep in reps if rep.score is not None]
        legs = {hop.leg for hop in hops}
        return Verdict(
            variant=legs.pop() if len(legs) == 1 else "both legs",
            contacts=tuple(
                hop.jump.contact for hop in hops if hop.jump.contact and is_work(hop.jump.contact)
            ),
            flights=tuple(hop.jump.flight for hop in hops),
            reps=reps,
            score=mean_of(scores) if scores else None,
            metrics=summarize(reps, _METRICS) | {"limb_symmetry_pct": _symmetry_result(reps)},
            headline=_HEADLINE,
            findings=findings,
        )


DRILL = SingleLegHop()


def _find(motion: Motion, clip: str) -> list[Hop]:
    """Return the hops in order; `DrillError` where there are none."""
    if not motion.flights:
        raise DrillError(clip, "no jumps found in it", "film at least three hops in a row, feet in view")
    sets = hop_sets(motion)
    if not sets:
        raise DrillError(clip, "no two hops in a row", "hop on, on the same leg, at least three times")
    marks = [leg_mark(motion, jump.contact) for bout in sets for jump in bout if jump.contact]
    if sum(abs(mark) > 0.5 for mark in marks) < 0.6 * len(marks):
        raise DrillError(clip, "the jumps are on both feet, hops are on one", "choose another drill")
    signs = np.pad(np.sign(marks), 1, mode="edge")
    kept = np.median([signs[:-2], signs[1:-1], signs[2:]], axis=0)  # without lone misreadings
    changes = np.count_nonzero(np.diff(kept))
    if changes >= 2 and changes > 0.3 * (len(marks) - 1):
        raise DrillError(clip, "the feet take turns, hops stay on one leg", "choose another drill")
    return [hop for bout in sets for hop in hops_of(motion, bout)]


def _measure(motion: Motion, athlete: Athlete, com_up_px: FloatArray, number: int, hop: Hop) -> RepResult:
    """Measure one rep: everything but its score and findings."""
    flight, contact = hop.jump.flight, hop.jump.contact
    metrics, sds, withheld = flight_metrics(motion, com_up_px, flight)
    if contact is None or not is_work(contact):
        contact = None
        for name in ("contact_time_ms", "flight_contact_ratio"):
            withheld[name] = no_contact_reason(motion, flight)
    else:
        add_contact_metrics(athlete, contact, metrics, sds, withheld)
    highest_s = _add_heel(motion, hop, metrics, sds, withheld)
    _add_distance(athlete, hop, metrics, sds, withheld)
    ours = {metric.name for metric in _METRICS}
    return RepResult(
        number=number,
        side=hop.leg,
        start_s=contact.touchdown_s if contact else flight.takeoff_s,
        end_s=flight.touchdown_s,
        score=None,
        metrics={name: value for name, value in metrics.items() if name in ours},
        sds={name: value for name, value in sds.items() if name in ours},
        withheld={name: value for name, value in withheld.items() if name in ours},
        key_s=(flight.takeoff_s + flight.touchdown_s) / 2 if highest_s is None else highest_s,
    )


def _add_heel(
    motion: Motion, hop: Hop, metrics: dict[str, float], sds: dict[str, float], withheld: dict[str, str]
) -> float | None:
    """Add how far the heel of the hopping leg comes up in flight; return when it is highest."""
    names = ("heel_recovery_deg", "heel_to_hip_ratio")
    time_s, yaw_deg = motion.track.time_s, math.degrees(abs(hop.yaw_rad))
    off = max(yaw_deg, abs(math.degrees(hop.bout_yaw_rad)))
    if off > MAX_YAW_FOR_ANGLES_DEG:
        reason = f"the camera stands {off:.0f} deg off the side view here; film from the side for angles"
        withheld.update(dict.fromkeys(names, reason))
        return None
    hip, mid, ankle = leg_points(motion, hop.leg, hop.yaw_rad)
    knee = low_pass(
        time_s, despike(180.0 - inner_angle_deg(hip, mid, ankle), least=ANGLE_SPIKE_DEG), ANGLE_CUTOFF_HZ
    )
    flight = hop.jump.flight
    inside = (time_s >= flight.takeoff_s) & (time_s <= flight.touchdown_s) & np.isfinite(knee)
    if not inside.any():
        withheld.update(dict.fromkeys(names, "the knee is not seen in the flight"))
        return None
    frames = np.flatnonzero(inside)
    highest = int(frames[np.argmax(knee[frames])])
    about = np.abs(time_s - time_s[highest]) <= 0.5
    leg_px = sum(
        float(np.nanpercentile(np.linalg.norm(a[about] - b[about], axis=1), 80))
        for a, b in ((hip, mid), (mid, ankle))
    )
    metrics["heel_recovery_deg"] = float(knee[highest])
    metrics["heel_to_hip_ratio"] = float(np.linalg.norm(ankle[inside] - hip[inside], axis=1).min()) / leg_px
    sds["heel_recovery_deg"] = ANGLE_SD_DEG if hop.near else _FAR_ANGLE_SD_DEG
    # With a thigh as long as the shank the distance is cos(bend / 2) of the leg.
    bend = math.radians(metrics["heel_recovery_deg"])
    sds["heel_to_hip_ratio"] = math.sin(bend / 2) / 2 * math.radians(sds["heel_recovery_deg"])
    return float(time_s[highest])


def _add_distance(
    athlete: Athlete, hop: Hop, metrics: dict[str, float], sds: dict[str, float], withheld: dict[str, str]
) -> None:
    """Add how far the hop went, in metres and in body heights."""
    names = ("hop_distance_m", "hop_distance_body_heights")
    if abs(hop.yaw_rad) > _FRONTAL_RAD:
        reason = "filmed from in front or behind: film from the side for distances"
        withheld.update(dict.fromkeys(names, reason))
        return
    if hop.travel is None:
        reason = "the standing foot is not seen well enough before and after the hop to measure from it"
        withheld.update(dict.fromkeys(names, reason))
        return
    metres, sd_m = float(hop.travel.metres[hop.place]), float(hop.travel.sds_m[hop.place])
    heights, sd_heights = hop.travel.body_heights[hop.place], hop.travel.sds_body_heights[hop.place]
    if sd_m > _WORST_DISTANCE_SD * abs(metres) or metres <= 0:
        reason = f"too uncertain here (SD {100 * sd_m:.0f} cm); film side on, with the camera still"
        withheld.update(dict.fromkeys(names, reason))
        return
    metrics["hop_distance_m"], sds["hop_distance_m"] = metres, sd_m
    if athlete.height_m:
        heights, sd_heights = metres / athlete.height_m, sd_m / athlete.height_m
    metrics["hop_distance_body_heights"] = float(heights)
    sds["hop_distance_body_heights"] = float(sd_heights)


def _score(rep: RepResult) -> float | None:
    """Return the rep's score, 0 to 100; None where its headline metric is missing."""

    def part(name: str, anchors: Sequence[tuple[float, float]]) -> float | None:
        return anchored(rep.metrics[name], anchors) if name in rep.metrics else None

    heel, contact = part("heel_recovery_deg", _HEEL), part("contact_time_ms", _CONTACT)
    return weighted_score(((heel, 0.5), (part("flight_contact_ratio", _RATIO), 0.25), (contact, 0.25)))


def _symmetry(reps: Sequence[RepResult]) -> tuple[Difference | None, str]:
    """Compare the legs by distance, or by flight time where distances are missing; say by which."""
    for name, what in (("hop_distance_m", "distance"), ("flight_time_ms", "time in the air")):
        sides = {side: values([rep for rep in reps if rep.side == side], name) for side in ("left", "right")}
        sds = [rep.sds[name] for rep in having(reps, name)]
        if min(len(side) for side in sides.values()) >= 3:
            return side_difference(sides["left"], sides["right"], mean_of(sds)), what
    return None, ""


def _symmetry_result(reps: Sequence[RepResult]) -> MetricResult:
    """Return the weaker leg in percent of the stronger as the set's metric."""
    difference, _ = _symmetry(reps)
    metric = next(m for m in _METRICS if m.name == "limb_symmetry_pct")
    return MetricResult(
        value=100 - difference.pct if difference else None,
        sd=difference.sd_pct if difference else None,
        unit=metric.unit,
        n=len(reps) if difference else 0,
        better=metric.better,
        label=metric.label,
        reason="" if difference else "hop a set on each leg, in one clip or in two of a day (Trends)",
        good=metric.good,
    )


def _say_heel(reps: Sequence[RepResult]) -> FindingResult | None:
    return say_band(
        reps,
        "heel_recovery_deg",
        Band(_GOOD_HEEL_DEG, _LOW_HEEL_DEG, _POOR_HEEL_DEG),
        Words(
            "heel_high",
            "The heel snaps up well: the knee folds to {mean:.0f}° in the air.",
            "Keep that butt-kick.",
        ),
        Words(
            "heel_low", "The heel stays low: the knee folds to {mean:.0f}°, aim for 130°.", SingleLegHop.cue
        ),
    )


def _say_contact(reps: Sequence[RepResult]) -> FindingResult | None:
    found = say_band(
        reps,
        "contact_time_ms",
        Band(_GOOD_CONTACT_MS, _LONG_CONTACT_MS, _SLOW_CONTACT_MS),
        Words(
            "contact_short", "Quick off the ground: {mean:.0f} ms a contact on average.", "Keep this spring."
        ),
        Words(
            "contact_long",
            f"You stay on the ground {{mean:.0f}} ms a hop; "
            f"a springy hop takes {_GOOD_CONTACT_MS:.0f} ms or less.",
            "Land with a stiff leg under you and leave the ground at once.",
        ),
    )
    whole = having(reps, "flight_time_ms")  # a flight that the clip's edge cuts has no time
    shown = next((rep for rep in whole if found and rep.key_s == found.time_s), None)
    return replace(found, time_s=_mid_contact_s(shown)) if found and shown else found


def _mid_contact_s(rep: RepResult) -> float:
    """Return the middle of the contact that launched a hop, real seconds: a rep is contact and flight."""
    contact_ms, flight_ms = rep.metrics["contact_time_ms"], rep.metrics["flight_time_ms"]
    return rep.start_s + (rep.end_s - rep.start_s) * contact_ms / (contact_ms + flight_ms) / 2


def _say_distance(reps: Sequence[RepResult]) -> FindingResult | None:
    known = having(reps, "hop_distance_body_heights")
    if len(known) < 2:
        return None
    metres = mean_of(values(known, "hop_distance_m"))
    return say_band(
        known,
        "hop_distance_body_heights",
        Band(_GOOD_DISTANCE, _SHORT_DISTANCE, _POOR_DISTANCE),
        Words(
            "distance_good",
            f"Good length: {metres:.2f} m a hop, {{mean:.2f}} of your height.",
            "Keep travelling.",
        ),
        Words(
            "distance_short",
            f"The hops are short: {metres:.2f} m, {{mean:.2f}} of your height; aim for {_GOOD_DISTANCE:.1f}.",
            "Swing both arms and push the ground back: hop forward, not up.",
        ),
    )


def _say_fading(reps: Sequence[RepResult]) -> FindingResult | None:
    """Tell of heels that sink or contacts that grow through the set of a leg."""
    for side in ("left", "right"):
        for name, worse, least, much, what in (
            ("heel_recovery_deg", -1, 12.0, 25.0, "the heel comes up {change:.0f}° less"),
            ("contact_time_ms", 1, 50.0, 100.0, "contacts grow by {change:.0f} ms"),
        ):
            own = [rep for rep in having(reps, name) if rep.side == side]
            text = f"On the {side} leg {what} towards the end of the set"
            found = say_fading(own, name, text, worse=worse, least=least, much=much)
            if found:
                return found
    return None


def _say_symmetry(reps: Sequence[RepResult]) -> FindingResult | None:
    difference, what = _symmetry(reps)
    if difference is None:
        return None
    if 100 - difference.pct >= _GOOD_SYMMETRY_PCT:
        text = f"Left and right are even in {what}: the weaker leg reaches {100 - difference.pct:.0f} %."
        return make_finding("symmetric", "good", text, "Keep training both legs alike.", reps)
    if not difference.clear:
        return None
    weaker = other(difference.larger)
    text = f"The {weaker} leg reaches {100 - difference.pct:.0f} % of the other in {what}."
    cue = f"Start each session with the {weaker} leg, and never give it fewer hops than the other."
    own = [rep for rep in reps if rep.side == weaker]
    return make_finding("asymmetry", "advice", text, cue, own)
