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
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from kickform.drills.base import (
    ANGLE_SD_DEG,
    Athlete,
    Drill,
    Finder,
    Metric,
    Verdict,
    anchored,
    drop_off_per_rep,
    mean_of,
    summarize,
    weighted_score,
)
from kickform.drills.jumps import (
    LONGEST_CONTACT_S,
    Jump,
    add_contact_metrics,
    flight_metrics,
    having,
    make_finding,
    values,
    with_findings,
)
from kickform.errors import DrillError
from kickform.kinematics import (
    MAX_YAW_FOR_ANGLES_DEG,
    centre_of_mass_px,
    despike,
    inner_angle_deg,
    low_pass,
    upward,
)
from kickform.legs import hopping_legs, leg_mark, near_side, on_one_leg, planted_x_px
from kickform.motion import Contact, Motion, Side
from kickform.result import FindingResult, MetricResult, RepResult, Severity
from kickform.track import FloatArray, Landmark
from kickform.travel import Travel, facing_rad, foot_travel

__all__ = ["DRILL", "SingleLegHop"]

_HEEL = ((90, 40), (110, 70), (130, 100))
_RATIO = ((1.0, 50), (1.4, 85), (1.6, 100))
_CONTACT = ((200, 100), (250, 80), (300, 60), (350, 30))
_GOOD_HEEL_DEG, _LOW_HEEL_DEG, _POOR_HEEL_DEG = 115.0, 105.0, 90.0
_GOOD_CONTACT_MS, _LONG_CONTACT_MS, _SLOW_CONTACT_MS = 250.0, 300.0, 350.0
_GOOD_DISTANCE, _SHORT_DISTANCE, _POOR_DISTANCE = 0.7, 0.6, 0.5
_GOOD_SYMMETRY_PCT = 90.0

_FORM_GOES = 20.0
"""Points of score on the heel from the first half of a set to its last three hops: the form is going."""

_FAR_ANGLE_SD_DEG = 14.0
"""SD of a joint angle of the leg away from the camera, which is half guessed."""

_SHORT_FLIGHT_S, _LONG_STAY_S = (0.14, 0.2), (0.45, 0.55)
"""Flights and contacts of surely another drill and of surely hops, real seconds."""

_FRONTAL_RAD = math.radians(60)
"""From further off the side view the way travelled is hidden."""

_LONGEST_BALANCE_S = 3.0
"""Real seconds of standing on the hopping leg between two hops of one set."""

_WORST_DISTANCE_SD = 0.35
"""A hop distance with a larger relative SD is withheld."""

_METRICS = (
    Metric(
        "heel_recovery_deg",
        "Heel pulled up (knee bend in flight)",
        "°",
        "higher",
        (_GOOD_HEEL_DEG, None),
        common=0.8,
    ),
    Metric("heel_to_hip_ratio", "Heel to hip over leg length", "", "lower", common=0.8),
    Metric("hop_distance_m", "Hop distance", "m", "higher", common=0.6),
    Metric(
        "hop_distance_body_heights",
        "Hop distance in body heights",
        "body heights",
        "higher",
        (0.7, None),
        0.6,
    ),
    Metric("contact_time_ms", "Contact time", "ms", "lower", (None, _GOOD_CONTACT_MS)),
    Metric("flight_contact_ratio", "Flight : contact", "", "higher", (1.4, None)),
    Metric("flight_time_ms", "Flight time", "ms", "higher"),
    Metric("jump_height_cm", "Jump height", "cm", "higher"),
    Metric("limb_symmetry_pct", "Weaker leg against the stronger", "%", "higher", (_GOOD_SYMMETRY_PCT, None)),
)
_HEADLINE = ("heel_recovery_deg", "hop_distance_m", "contact_time_ms", "flight_contact_ratio")


@dataclass(frozen=True, slots=True)
class _Hop:
    """One jump with the leg that hops.

    ``yaw_rad`` is the view in this flight and ``bout_yaw_rad`` its mean over the bout; ``place`` is the hop's
    number in ``travel``, the bout's distances.
    """

    jump: Jump
    leg: Side
    near: bool
    yaw_rad: float
    bout_yaw_rad: float
    travel: Travel | None
    place: int


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

    def likeness(self, motion: Motion) -> float:
        """Return the share of flights that lie in a bout on one and the same leg.

        Skips and ladder steps fly for a shorter time than a hop does, split squats stand longer.
        """
        alike, factor = 0.0, motion.slow_motion.factor
        for bout in _sets(motion):
            contacts = [jump.contact for jump in bout if jump.contact]
            marks = [leg_mark(motion, contact) for contact in contacts]
            same = max(sum(mark > 0.5 for mark in marks), sum(mark < -0.5 for mark in marks)) / len(marks)
            flight_s = float(np.median([jump.flight.duration_s for jump in bout])) / factor
            worked = [contact.duration_s for contact in contacts if _is_work(motion, contact)]
            contact_s = float(np.median(worked)) / factor if worked else 0.0
            like = np.interp(same, (0.55, 0.8), (0, 1))
            like *= np.interp(flight_s, _SHORT_FLIGHT_S, (0, 1)) * np.interp(contact_s, _LONG_STAY_S, (1, 0))
            alike += len(bout) * float(like)
        return alike / max(len(motion.flights), 1)

    def judge(self, motion: Motion, athlete: Athlete, clip: str) -> Verdict:
        """Find the hops, measure and judge them; `DrillError` where they are no single-leg hops."""
        hops = _find(motion, clip)
        com_up_px = centre_of_mass_px(upward(motion.track))[:, 1]
        measured = [_measure(motion, athlete, com_up_px, n, hop) for n, hop in enumerate(hops, start=1)]
        reps = tuple(replace(rep, score=_score(rep)) for rep in measured)
        symmetry = _symmetry(reps)
        findings = tuple(_findings(reps, symmetry))
        reps = tuple(with_findings(rep, findings) for rep in reps)
        scores = [rep.score for rep in reps if rep.score is not None]
        legs = {hop.leg for hop in hops}
        return Verdict(
            variant=legs.pop() if len(legs) == 1 else "both legs",
            contacts=tuple(
                hop.jump.contact for hop in hops if hop.jump.contact and _is_work(motion, hop.jump.contact)
            ),
            flights=tuple(hop.jump.flight for hop in hops),
            reps=reps,
            score=mean_of(scores) if scores else None,
            metrics=summarize(reps, _METRICS) | {"limb_symmetry_pct": symmetry.result()},
            headline=_HEADLINE,
            findings=findings,
        )


DRILL = SingleLegHop()


def _find(motion: Motion, clip: str) -> list[_Hop]:
    """Return the hops in order; `DrillError` where there are none."""
    if not motion.flights:
        raise DrillError(clip, "no jumps found in it", "film at least three hops in a row, feet in view")
    sets = _sets(motion)
    if not sets:
        raise DrillError(clip, "no two hops in a row", "hop on, on the same leg, at least three times")
    marks = [leg_mark(motion, jump.contact) for bout in sets for jump in bout if jump.contact]
    if sum(abs(mark) > 0.5 for mark in marks) < 0.6 * len(marks):
        raise DrillError(clip, "the jumps are on both feet, hops are on one", "choose another drill")
    changes = np.diff(np.sign(marks))
    if len(marks) > 3 and np.count_nonzero(changes) > 0.4 * (len(marks) - 1):
        raise DrillError(clip, "the feet take turns, hops stay on one leg", "choose another drill")
    return [hop for bout in sets for hop in _hops(motion, bout)]


def _sets(motion: Motion) -> list[list[Jump]]:
    """Return the runs of at least two flights with contacts, or stands on one leg, between them."""
    launching = {contact.takeoff_s: contact for contact in motion.contacts}
    longest_s = _LONGEST_BALANCE_S * motion.slow_motion.factor
    found: list[list[Jump]] = []
    for flight in motion.flights:
        contact = launching.get(flight.takeoff_s)
        if contact and not _is_work(motion, contact):
            seen = math.isfinite(contact.sd_s) and contact.duration_s <= longest_s
            contact = contact if seen and on_one_leg(motion, contact) else None
        if contact and found and found[-1][-1].flight.touchdown_s == contact.touchdown_s:
            found[-1].append(Jump(flight, contact))
        else:
            found.append([Jump(flight, contact)])
    return [run for run in found if len(run) >= 2]


def _is_work(motion: Motion, contact: Contact) -> bool:
    """Return whether a contact lies between two flights and is no stand."""
    longest_s = LONGEST_CONTACT_S * motion.slow_motion.factor
    return math.isfinite(contact.sd_s) and contact.duration_s <= longest_s


def _hops(motion: Motion, bout: Sequence[Jump]) -> list[_Hop]:
    """Return the hops of one bout with their legs and distances."""
    launched = [jump.contact for jump in bout if jump.contact]
    legs = hopping_legs([leg_mark(motion, contact) for contact in launched])
    if bout[0].contact is None:
        legs = [legs[0], *legs]
    near = near_side(motion, bout[0].flight.takeoff_s, bout[-1].flight.touchdown_s)
    yaws = [facing_rad(motion, jump.flight) for jump in bout]
    hops: list[_Hop] = []
    for leg, run in groupby(range(len(bout)), key=lambda n: legs[n]):
        chosen = list(run)
        travel = _travel(motion, [bout[n] for n in chosen], leg)
        yaw = mean_of([yaws[n] for n in chosen])
        hops += [_Hop(bout[n], leg, leg == near, yaws[n], yaw, travel, i) for i, n in enumerate(chosen)]
    return hops


def _travel(motion: Motion, jumps: Sequence[Jump], leg: Side) -> Travel | None:
    """Return the distances of a bout's hops on one leg; None where they cannot be had."""
    beginning = {contact.touchdown_s: contact for contact in motion.contacts}
    ending = {contact.takeoff_s: contact for contact in motion.contacts}
    first = ending.get(jumps[0].flight.takeoff_s)
    after = [beginning.get(jump.flight.touchdown_s) for jump in jumps]
    contacts = [contact for contact in (first, *after) if contact is not None]
    foot = planted_x_px(motion, leg)
    return foot_travel(motion, contacts, [jump.flight for jump in jumps], foot)


def _measure(motion: Motion, athlete: Athlete, com_up_px: FloatArray, number: int, hop: _Hop) -> RepResult:
    """Measure one rep: everything but its score and findings."""
    flight, contact = hop.jump.flight, hop.jump.contact
    metrics, sds, withheld = flight_metrics(motion, com_up_px, flight)
    if contact is None or not _is_work(motion, contact):
        contact = None
        for name in ("contact_time_ms", "flight_contact_ratio"):
            withheld[name] = "launched from standing: there is no contact before it"
    else:
        add_contact_metrics(motion, athlete, contact, metrics, sds, withheld)
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


def _knee_deg(motion: Motion, leg: Side, yaw_rad: float) -> FloatArray:
    """(T,) knee flexion of a leg, its picture stretched for the view from `yaw_rad` off the side."""
    hip, knee, ankle = _leg_marks(motion, leg, yaw_rad)
    real_s = motion.track.time_s / motion.slow_motion.factor
    return low_pass(real_s, despike(180.0 - inner_angle_deg(hip, knee, ankle)), 12.0)


def _leg_marks(motion: Motion, leg: Side, yaw_rad: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return hip, knee and ankle of a leg, each (T, 2), y up, x stretched by 1 / cos(yaw)."""
    xy = upward(motion.track)
    xy[..., 0] /= math.cos(yaw_rad)
    if leg == "left":
        return xy[:, Landmark.L_HIP], xy[:, Landmark.L_KNEE], xy[:, Landmark.L_ANKLE]
    return xy[:, Landmark.R_HIP], xy[:, Landmark.R_KNEE], xy[:, Landmark.R_ANKLE]


def _add_heel(
    motion: Motion, hop: _Hop, metrics: dict[str, float], sds: dict[str, float], withheld: dict[str, str]
) -> float | None:
    """Add how far the heel of the hopping leg comes up in flight; return when it is highest."""
    names = ("heel_recovery_deg", "heel_to_hip_ratio")
    time_s, yaw_deg = motion.track.time_s, math.degrees(abs(hop.yaw_rad))
    off = max(yaw_deg, abs(math.degrees(hop.bout_yaw_rad)))
    if off > MAX_YAW_FOR_ANGLES_DEG:
        reason = f"the camera stands {off:.0f} deg off the side view here; film from the side for angles"
        withheld.update(dict.fromkeys(names, reason))
        return None
    knee = _knee_deg(motion, hop.leg, hop.yaw_rad)
    flight = hop.jump.flight
    inside = (time_s >= flight.takeoff_s) & (time_s <= flight.touchdown_s) & np.isfinite(knee)
    if not inside.any():
        withheld.update(dict.fromkeys(names, "the knee is not seen in the flight"))
        return None
    frames = np.flatnonzero(inside)
    highest = int(frames[np.argmax(knee[frames])])
    hip, mid, ankle = _leg_marks(motion, hop.leg, hop.yaw_rad)
    about = np.abs(time_s - time_s[highest]) <= 0.5 * motion.slow_motion.factor
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
    athlete: Athlete, hop: _Hop, metrics: dict[str, float], sds: dict[str, float], withheld: dict[str, str]
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


@dataclass(frozen=True, slots=True)
class _Symmetry:
    """The weaker leg in percent of the stronger, with its SD; ``reason`` where it is not known."""

    pct: float | None = None
    sd: float = 0.0
    weaker: str = ""
    what: str = ""
    count: int = 0
    spread_pct: float = 0.0
    reason: str = "hop a set on each leg in one clip to compare them"

    def result(self) -> MetricResult:
        """Return it as the set's metric."""
        metric = next(m for m in _METRICS if m.name == "limb_symmetry_pct")
        known = self.pct is not None
        return MetricResult(
            value=self.pct,
            sd=self.sd if known else None,
            unit=metric.unit,
            n=self.count,
            better=metric.better,
            label=metric.label,
            reason="" if known else self.reason,
            good=metric.good,
        )


def _symmetry(reps: Sequence[RepResult]) -> _Symmetry:
    """Compare the legs by distance, or by flight time where distances are missing on one side."""
    for name, what in (("hop_distance_m", "distance"), ("flight_time_ms", "time in the air")):
        sides: dict[str, list[RepResult]] = {
            side: [rep for rep in having(reps, name) if rep.side == side] for side in ("left", "right")
        }
        if min(len(own) for own in sides.values()) < 3:
            continue
        means = {side: mean_of(values(own, name)) for side, own in sides.items()}
        weaker, stronger = sorted(means, key=lambda side: means[side])
        relative = []
        for side, own in sides.items():
            spread = float(np.std(values(own, name), ddof=1))
            noise = mean_of([rep.sds[name] for rep in own])
            relative.append(math.hypot(spread, 0.6 * noise) / math.sqrt(len(own)) / means[side])
        pct = 100 * means[weaker] / means[stronger]
        within = max(float(np.std(values(own, name), ddof=1)) / means[side] for side, own in sides.items())
        count = sum(len(own) for own in sides.values())
        return _Symmetry(pct, pct * math.hypot(*relative), weaker, what, count, 100 * within)
    return _Symmetry()


def _findings(reps: Sequence[RepResult], symmetry: _Symmetry) -> list[FindingResult]:
    """Return what was good and what to mend, worst first, then advice, then praise."""
    makers: tuple[Finder, ...] = (_say_heel, _say_contact, _say_distance, _say_fading, _say_form)
    found = [finding for maker in makers for finding in [maker(reps)] if finding]
    even = _say_symmetry(reps, symmetry)
    order: dict[Severity, int] = {"fault": 0, "advice": 1, "good": 2}
    return sorted([*found, *([even] if even else [])], key=lambda finding: order[finding.severity])


def _say_heel(reps: Sequence[RepResult]) -> FindingResult | None:
    bent = having(reps, "heel_recovery_deg")
    if not bent:
        return None
    mean = mean_of(values(bent, "heel_recovery_deg"))
    by_heel = sorted(bent, key=lambda rep: rep.metrics["heel_recovery_deg"])
    if mean >= _GOOD_HEEL_DEG:
        text = f"The heel snaps up well: the knee folds to {mean:.0f}° in the air."
        return make_finding("heel_high", "good", text, "Keep that butt-kick.", bent, by_heel[-1])
    low = [rep for rep in bent if rep.metrics["heel_recovery_deg"] < _LOW_HEEL_DEG]
    if mean >= _LOW_HEEL_DEG:
        return None
    fault = mean < _POOR_HEEL_DEG
    text = (
        f"The heel stays {'low' if fault else 'a little low'}: the knee folds to {mean:.0f}°, aim for 130°."
    )
    return make_finding("heel_low", "fault" if fault else "advice", text, SingleLegHop.cue, low, by_heel[0])


def _say_contact(reps: Sequence[RepResult]) -> FindingResult | None:
    timed = having(reps, "contact_time_ms")
    if not timed:
        return None
    mean = mean_of(values(timed, "contact_time_ms"))
    by_time = sorted(timed, key=lambda rep: rep.metrics["contact_time_ms"])
    if mean <= _GOOD_CONTACT_MS:
        text = f"Quick off the ground: {mean:.0f} ms a contact on average."
        return make_finding("contact_short", "good", text, "Keep this spring.", timed, by_time[0])
    if mean <= _LONG_CONTACT_MS:
        return None
    slow = [rep for rep in timed if rep.metrics["contact_time_ms"] > _LONG_CONTACT_MS]
    text = (
        f"You stay on the ground {mean:.0f} ms a hop; a springy hop takes {_GOOD_CONTACT_MS:.0f} ms or less."
    )
    cue = "Land with a stiff leg under you and leave the ground at once."
    fault = mean > _SLOW_CONTACT_MS
    return make_finding("contact_long", "fault" if fault else "advice", text, cue, slow, by_time[-1])


def _say_distance(reps: Sequence[RepResult]) -> FindingResult | None:
    known = having(reps, "hop_distance_body_heights")
    if len(known) < 2:
        return None
    mean = mean_of(values(known, "hop_distance_body_heights"))
    metres = mean_of(values(known, "hop_distance_m"))
    by_length = sorted(known, key=lambda rep: rep.metrics["hop_distance_body_heights"])
    if mean >= _GOOD_DISTANCE:
        text = f"Good length: {metres:.2f} m a hop, {mean:.2f} of your height."
        return make_finding("distance_good", "good", text, "Keep travelling.", known, by_length[-1])
    if mean >= _SHORT_DISTANCE:
        return None
    short = [rep for rep in known if rep.metrics["hop_distance_body_heights"] < _SHORT_DISTANCE]
    text = f"The hops are short: {metres:.2f} m, {mean:.2f} of your height; aim for {_GOOD_DISTANCE:.1f}."
    cue = "Swing both arms and push the ground back: hop forward, not up."
    fault = mean < _POOR_DISTANCE
    return make_finding("distance_short", "fault" if fault else "advice", text, cue, short, by_length[0])


def _say_fading(reps: Sequence[RepResult]) -> FindingResult | None:
    """Tell contacts that grow through the longer of the sets on each leg."""
    for side in ("left", "right"):
        timed = [rep for rep in having(reps, "contact_time_ms") if rep.side == side]
        slope = drop_off_per_rep(values(timed, "contact_time_ms"), first_rep=3)
        if slope is None:
            continue
        grown = slope * (len(timed) - 3)
        noise = mean_of([rep.sds["contact_time_ms"] for rep in timed])
        if grown > max(30.0, 2 * noise):
            text = (
                f"On the {side} leg contacts grow by about {grown:.0f} ms towards the end: the spring tires."
            )
            cue = "Stop the set when the bounce goes; rest fully, then go again."
            return make_finding("fading", "advice", text, cue, timed[-3:], timed[-1])
    return None


def _say_form(reps: Sequence[RepResult]) -> FindingResult | None:
    """Tell that a set is to be stopped: the heel comes up clearly less at its end than before."""
    for side in ("left", "right"):
        bent = [rep for rep in having(reps, "heel_recovery_deg") if rep.side == side]
        if len(bent) < 6:
            continue
        early = float(np.median(values(bent[: len(bent) // 2], "heel_recovery_deg")))
        late = float(np.median(values(bent[-3:], "heel_recovery_deg")))
        if anchored(early, _HEEL) - anchored(late, _HEEL) < _FORM_GOES:
            continue
        text = (
            f"On the {side} leg the heel comes up to {early:.0f}° at first and only {late:.0f}° at the end."
        )
        cue = "Stop here: the form is going. Rest fully, or call it a day."
        return make_finding("form_going", "advice", text, cue, bent[-3:], bent[-1])
    return None


def _say_symmetry(reps: Sequence[RepResult], symmetry: _Symmetry) -> FindingResult | None:
    if symmetry.pct is None:
        return None
    own = [rep for rep in reps if rep.side == symmetry.weaker]
    if symmetry.pct >= _GOOD_SYMMETRY_PCT:
        text = f"Left and right are even in {symmetry.what}: the weaker leg reaches {symmetry.pct:.0f} %."
        return make_finding("symmetric", "good", text, "Keep training both legs alike.", reps)
    if 100 - symmetry.pct <= max(symmetry.spread_pct, 1.5 * symmetry.sd):
        return None
    text = f"The {symmetry.weaker} leg reaches {symmetry.pct:.0f} % of the other in {symmetry.what}."
    cue = f"Start each session with the {symmetry.weaker} leg, and never give it fewer hops than the other."
    return make_finding("asymmetry", "advice", text, cue, own)
