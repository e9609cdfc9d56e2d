"""Single-leg hops for distance: one leg, the heel pulled up to the hamstring in flight, as far as possible.

One rep is one flight on one leg. A rep's contact is the one that launched it, so the first rep of a set,
launched from standing, has none; nor has a hop after a balance on that leg. The hopping leg has the lower
foot, the straighter knee and the contact's side; neighbouring contacts outvote a single misreading.

Sources: flight to contact ratio 1.04 on the first hop to 1.43 on the fifth (Sarabon et al. 2022). Contact
times, heel recovery, distances and the 90 % between the legs are coaching conventions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kickform import fitted
from kickform.drills.base import Drill, Metric, Verdict
from kickform.drills.coaching.single_leg_hop import (
    CUE,
    GOOD_CONTACT_MS,
    GOOD_DISTANCE,
    GOOD_HEEL_DEG,
    GOOD_SYMMETRY_PCT,
    compare_legs,
    hop_findings,
)
from kickform.drills.common.hop_sets import Hop, hop_sets, hops_of, is_work, other_foot_share
from kickform.drills.common.jumps import (
    add_contact_metrics,
    flight_metrics,
    no_contact_reason,
    with_findings,
)
from kickform.drills.common.scoring import (
    ANGLE_SD_DEG,
    FAR_ANGLE_SD_DEG,
    mean_score,
    metric_score,
    summarize,
    weighted_score,
)
from kickform.drills.common.split_landings import find_landings, split_stance_share
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
from kickform.results.findings import MetricResult, RepResult
from kickform.subject import Athlete

__all__ = ["DRILL", "SingleLegHop"]

_HEEL = ((90, 40), (110, 70), (130, 100))  # convention: the heel near the hamstring
_RATIO = ((1.0, 50), (1.4, 85), (1.6, 100))  # ref: Sarabon 2022, 1.04 on hop 1 to 1.43 on hop 5
_CONTACT = ((200, 100), (250, 80), (300, 60), (350, 30))  # convention: a coach's scale
"""Score anchors: (value, score), linear in between."""

_SURE = 0.5  # convention: half way from unknown (0) to sure (1)
"""Least size of a `leg_mark` that names the leg."""

_MOSTLY_ONE_LEG = 0.6  # convention: more than half
"""Least share of contacts on one leg."""

_MOST_CHANGES = 0.3  # convention: steps change legs every time, hops once a set
"""Largest share of contacts that change the leg."""

_SAME_LEG = fitted.SINGLE_LEG_HOP_SAME_LEG
"""Share of a bout's contacts on one leg, from no match to a full one."""

_FLIGHT_S = fitted.SINGLE_LEG_HOP_FLIGHT_S
"""Flight time, real seconds, from no match to a full one."""

_LONG_CONTACT_S = fitted.SINGLE_LEG_HOP_LONG_CONTACT_S
"""Contact time, real seconds, from a full match to none."""

_OTHER_FOOT = fitted.SINGLE_LEG_HOP_OTHER_FOOT
"""Share of the other foot's steps, from a full match (misreadings) to none (feet that take turns)."""

_SPLIT = (0.5, 0.8)  # convention: from half of the flights on they may be split squats
"""Share of flights that land in a split stance, from a full match to none."""

_LARGEST_YAW_RAD = math.radians(60)  # convention: beyond it the distance is hidden behind the view
"""Camera yaw beyond which distances are withheld."""

_WORST_DISTANCE_SD = 0.35  # convention: a distance that may be off by 70 % helps nobody
"""Largest relative SD of a hop distance."""

_METRICS = (  # convention: good ranges are a coach's
    Metric("heel_recovery_deg", "Knee bend in flight", "°", "higher", (GOOD_HEEL_DEG, None), common=0.8),
    Metric("heel_to_hip_ratio", "Heel to hip over leg length", "", "lower", common=0.8),
    Metric("hop_distance_m", "Hop distance", "m", "higher", common=0.6),
    Metric(
        "hop_distance_body_heights",
        "Distance in body heights",
        "",
        "higher",
        (GOOD_DISTANCE, None),
        common=0.6,
    ),
    Metric("contact_time_ms", "Contact time", "ms", "lower", (None, GOOD_CONTACT_MS)),
    Metric("flight_contact_ratio", "Flight : contact", "", "higher", (1.4, None)),
    Metric("flight_time_ms", "Flight time", "ms", "higher"),
    Metric("jump_height_cm", "Jump height", "cm", "higher"),
    Metric("limb_symmetry_pct", "Weaker leg against the stronger", "%", "higher", (GOOD_SYMMETRY_PCT, None)),
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
    cue = CUE
    metrics = _METRICS
    variant_is_side = True

    def likeness(self, motion: Motion) -> float:
        """Return the share of flights that lie in a bout on one leg.

        Skips and ladder steps have shorter flights than hops, split squats longer contacts.
        """
        matching = 0.0
        for bout in hop_sets(motion):
            contacts = [jump.contact for jump in bout if jump.contact]
            marks = [leg_mark(motion, contact) for contact in contacts]
            same = max(sum(mark > _SURE for mark in marks), sum(mark < -_SURE for mark in marks)) / len(marks)
            flight_s = float(np.median([jump.flight.duration_s for jump in bout]))
            worked = [contact.duration_s for contact in contacts if is_work(contact)]
            contact_s = float(np.median(worked)) if worked else 0.0
            like = np.interp(same, _SAME_LEG, (0, 1))
            like *= np.interp(flight_s, _FLIGHT_S, (0, 1)) * np.interp(contact_s, _LONG_CONTACT_S, (1, 0))
            if worked:  # between balances on one leg there are no steps
                like *= np.interp(other_foot_share(motion, bout, marks), _OTHER_FOOT, (1, 0))
            matching += len(bout) * float(like)
        if not matching:
            return 0.0
        landings = find_landings(motion)
        split = split_stance_share(landings) * len(landings) / len(motion.flights)
        return matching / len(motion.flights) * float(np.interp(split, _SPLIT, (1, 0)))

    def judge(self, motion: Motion, athlete: Athlete, clip: str) -> Verdict:
        """Find the hops, measure and judge them; `DrillError` where they are no single-leg hops."""
        hops = _find(motion, clip)
        com_up_px = centre_of_mass_px(upward(motion.track))[:, 1]
        measured = [_measure(motion, athlete, com_up_px, n, hop) for n, hop in enumerate(hops, start=1)]
        reps = tuple(replace(rep, score=_score(rep)) for rep in measured)
        findings = hop_findings(reps)
        reps = tuple(with_findings(rep, findings) for rep in reps)
        legs = {hop.leg for hop in hops}
        return Verdict(
            variant=legs.pop() if len(legs) == 1 else "both legs",
            contacts=tuple(
                hop.jump.contact for hop in hops if hop.jump.contact and is_work(hop.jump.contact)
            ),
            flights=tuple(hop.jump.flight for hop in hops),
            reps=reps,
            score=mean_score(reps),
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
    if sum(abs(mark) > _SURE for mark in marks) < _MOSTLY_ONE_LEG * len(marks):
        raise DrillError(clip, "the jumps are on both feet, hops are on one", "choose another drill")
    signs = np.pad(np.sign(marks), 1, mode="edge")
    kept = np.median([signs[:-2], signs[1:-1], signs[2:]], axis=0)  # without single misreadings
    changes = np.count_nonzero(np.diff(kept))
    if changes >= 2 and changes > _MOST_CHANGES * (len(marks) - 1):
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
    """Add the heel recovery of the hopping leg in place; return when the knee is bent most, real seconds."""
    names = ("heel_recovery_deg", "heel_to_hip_ratio")
    time_s, yaw_deg = motion.track.time_s, math.degrees(abs(hop.yaw_rad))
    off = max(yaw_deg, abs(math.degrees(hop.bout_yaw_rad)))
    if off > MAX_YAW_FOR_ANGLES_DEG:
        reason = f"the camera is {off:.0f}° off the side view here; film from the side for angles"
        withheld.update(dict.fromkeys(names, reason))
        return None
    hip, mid, ankle = leg_points(motion, hop.leg, hop.yaw_rad)
    knee = low_pass(
        time_s, despike(180.0 - inner_angle_deg(hip, mid, ankle), least=ANGLE_SPIKE_DEG), ANGLE_CUTOFF_HZ
    )
    flight = hop.jump.flight
    inside = (time_s >= flight.takeoff_s) & (time_s <= flight.touchdown_s) & np.isfinite(knee)
    if not inside.any():
        withheld.update(dict.fromkeys(names, "the knee is not seen in this flight"))
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
    sds["heel_recovery_deg"] = ANGLE_SD_DEG if hop.near else FAR_ANGLE_SD_DEG
    # With a thigh as long as the shank the distance is cos(bend / 2) of the leg.
    bend = math.radians(metrics["heel_recovery_deg"])
    sds["heel_to_hip_ratio"] = math.sin(bend / 2) / 2 * math.radians(sds["heel_recovery_deg"])
    return float(time_s[highest])


def _add_distance(
    athlete: Athlete, hop: Hop, metrics: dict[str, float], sds: dict[str, float], withheld: dict[str, str]
) -> None:
    """Add the distance of the hop in metres and in body heights, in place."""
    names = ("hop_distance_m", "hop_distance_body_heights")
    if abs(hop.yaw_rad) > _LARGEST_YAW_RAD:
        reason = "filmed from the front or back: film from the side for distances"
        withheld.update(dict.fromkeys(names, reason))
        return
    if hop.travel is None:
        reason = "the foot on the ground is not seen well enough before and after this hop"
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
    heel = metric_score(rep, "heel_recovery_deg", _HEEL)
    ratio = metric_score(rep, "flight_contact_ratio", _RATIO)
    contact = metric_score(rep, "contact_time_ms", _CONTACT)
    return weighted_score(((heel, 0.5), (ratio, 0.25), (contact, 0.25)))


def _symmetry_result(reps: Sequence[RepResult]) -> MetricResult:
    """Return the set's metric of symmetry: the weaker leg in percent of the stronger."""
    difference, _ = compare_legs(reps)
    metric = next(m for m in _METRICS if m.name == "limb_symmetry_pct")
    return MetricResult(
        value=100 - difference.pct if difference else None,
        sd=difference.sd_pct if difference else None,
        unit=metric.unit,
        n=len(reps) if difference else 0,
        better=metric.better,
        label=metric.label,
        reason="" if difference else "hop a set on each leg, in one clip or in two on one day (Trends)",
        good=metric.good,
    )
