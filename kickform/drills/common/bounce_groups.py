"""Bounce groups: the contacts of one foot in a row, with the thigh drive of the other leg."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from kickform.drills.common.scoring import mean_of
from kickform.drills.common.steps import TOES, Interval, leg_length_px, other, overlap_share, quick_steps
from kickform.events.types import Contact
from kickform.motion.motion import Motion
from kickform.numeric import FloatArray
from kickform.pose.track import Landmark

__all__ = [
    "LONGEST_BOUNCE_S",
    "BounceGroup",
    "bounce_groups",
    "bounce_intervals",
    "follows",
    "rise_px",
    "thigh_peak",
    "without_run_in",
]

LONGEST_BOUNCE_S = 0.40
"""Real seconds: a longer contact is a step of a walk or a pause."""

_LONGEST_AIR_S, _LONGEST_BEAT_S = 0.34, 0.50
"""Real seconds: between two bounces the foot is off the ground for no longer than a small hop takes; from one
landing to the next, which are the surer ends."""

_FASTEST_THIGH_DEG_PER_S = 1000.0
"""No thigh is driven up faster: where both seem to be swung so, the pose model has changed the legs."""

_LONGEST_STAY_S, _TWO, _FEWEST = 0.75, 2.2, 3
"""A foot that seems to stay for up to so many real seconds, or times the usual bounce, bounces without being
seen to, where so many others were: how often is not known."""

_SHORTEST_AIR_S = 0.035
"""Real seconds: a foot that seems off the ground for less never left it."""

_CLEARLY_LOWER = 0.10
"""In leg lengths: the driving leg's foot is higher than the standing one by this and more."""

_FASTEST_LEGS_PER_S = 5.5
"""No foot leaves the ground faster (4.5 m/s); an arc of that speed is a quarter of it times its time high."""

_MOST_BOUNCES = 4
"""More contacts of one foot in a row are hops."""

_SHARED_GROUND = 0.35
"""A contact that shares more of its time with the other foot belongs to a walk."""

_DRIVE_DEG = 30.0
"""A thigh that comes up less drives nowhere: walking."""

_HEELS = {"left": Landmark.L_HEEL, "right": Landmark.R_HEEL}


@dataclass(frozen=True, slots=True)
class BounceGroup:
    """The bounces of one foot, and the highest thigh of the other leg over them (NaN where it is not seen).

    ``sure`` is set where no bounce can have been missed.
    """

    side: Literal["left", "right"]
    bounces: tuple[Contact, ...]
    drive_deg: float
    sure: bool = True

    @property
    def start_s(self) -> float:
        """First touchdown, real seconds."""
        return self.bounces[0].touchdown_s

    @property
    def end_s(self) -> float:
        """Last take-off, real seconds."""
        return self.bounces[-1].takeoff_s


def bounce_groups(motion: Motion) -> list[BounceGroup]:
    """Return the bounce groups with a thigh drive of the other leg, in order."""
    quick = _bounces(motion)
    pauses = [step for step in motion.steps if step.duration_s > _LONGEST_STAY_S]
    runs: list[list[Contact]] = []
    for step in quick:
        last = runs[-1][-1] if runs else None
        if last and last.side == step.side and _bounced(last, step, pauses):
            runs[-1].append(step)
        else:
            runs.append([step])
    longest_gap_s = _longest_gap_s(quick, _LONGEST_AIR_S)
    found = []
    for run in runs:
        sure = len(run) > 1 or max(_airs_beside(motion, run)) <= longest_gap_s
        sure = sure and all(math.isfinite(step.sd_s) for step in run)
        sure = sure and (len(run) > 1 or not _goes_on(motion, run[-1]))
        peak = thigh_peak(motion, run)[0]
        if len(run) <= _MOST_BOUNCES and not peak < _DRIVE_DEG:
            side: Literal["left", "right"] = "left" if run[0].side == "left" else "right"
            found.append(BounceGroup(side, tuple(run), peak, sure))
    return found


def _bounces(motion: Motion) -> list[Contact]:
    """Return the quick contacts of one foot alone, on the foot that stands, halves of one put together."""
    found: list[Contact] = []
    quick = quick_steps(motion, LONGEST_BOUNCE_S)
    usual_s = float(np.median([step.duration_s for step in quick])) if quick else 0.0
    for step in quick_steps(motion, _LONGEST_STAY_S if len(quick) >= _FEWEST else LONGEST_BOUNCE_S):
        long = step.duration_s > min(LONGEST_BOUNCE_S, _TWO * usual_s)
        if long and not step.corrected:
            step = replace(step, takeoff_sd_s=math.inf, sd_s=math.inf)  # two in one, untimed
        rivals = [each for each in motion.steps if each.duration_s > 0.6 * step.duration_s]
        if overlap_share(step, rivals) >= _SHARED_GROUND:
            continue
        bounce = _on_lower_foot(motion, step)
        last = found[-1] if found else None
        if last and last.side == bounce.side and bounce.touchdown_s - last.takeoff_s < _SHORTEST_AIR_S:
            found[-1] = replace(
                last,
                takeoff_s=max(last.takeoff_s, bounce.takeoff_s),
                takeoff_sd_s=bounce.takeoff_sd_s,
                sd_s=math.hypot(last.sd_s, bounce.sd_s),
            )
        else:
            found.append(bounce)
    return found


def _on_lower_foot(motion: Motion, step: Contact) -> Contact:
    """Return the contact with the side of the foot that is lower in it, where one is by far.

    Where the legs were changed for the time of a bounce, it is the other one.
    """
    time_s, height = motion.track.time_s, -motion.track.xy_px[..., 1]
    inside = (time_s >= step.touchdown_s) & (time_s <= step.takeoff_s)
    above = (height[:, TOES[step.side]] - height[:, TOES[other(step.side)]])[inside]
    above = above[np.isfinite(above)]
    if step.corrected:
        return step  # somebody who looked named the foot
    higher = len(above) > 0 and float(np.median(above)) > _CLEARLY_LOWER * leg_length_px(motion)
    return replace(step, side=other(step.side)) if higher != _legs_changed(motion, step) else step


def _legs_changed(motion: Motion, step: Contact) -> bool:
    """Return whether both thighs jump at a touchdown: there the pose model took one leg for the other."""
    time_s = motion.track.time_s
    inside = (time_s >= step.touchdown_s - 0.05) & (time_s <= step.touchdown_s + 0.03)
    if inside.sum() < 2:
        return False
    rates = [
        np.gradient(thigh, time_s)[inside] for thigh in (motion.angles.l_thigh_deg, motion.angles.r_thigh_deg)
    ]
    fastest = [float(np.abs(rate).max()) for rate in rates]
    return bool(min(fastest) > _FASTEST_THIGH_DEG_PER_S)


def _bounced(last: Contact, step: Contact, pauses: Sequence[Contact]) -> bool:
    """Return whether a foot came down again with nothing but a short flight in between."""
    between = any(
        rival.side != step.side and last.touchdown_s < rival.touchdown_s < step.touchdown_s
        for rival in pauses
    )
    beat_s = step.touchdown_s - last.touchdown_s
    air_s = step.touchdown_s - last.takeoff_s
    return (air_s <= _LONGEST_AIR_S or beat_s <= _LONGEST_BEAT_S) and not between


def _airs_beside(motion: Motion, run: Sequence[Contact]) -> tuple[float, float]:
    """Return how long no foot was on the ground before the first of the contacts and after the last."""
    first, last = run[0].touchdown_s, run[-1].takeoff_s
    before = [step.takeoff_s for step in motion.steps if step.touchdown_s < first and step not in run]
    after = [step.touchdown_s for step in motion.steps if step.takeoff_s > last and step not in run]
    return first - max(before, default=-math.inf), min(after, default=math.inf) - last


def _goes_on(motion: Motion, last: Contact) -> bool:
    """Return whether a contact of the same foot, of which only the end was seen, follows without a gap."""
    return any(
        step.side == last.side
        and math.isinf(step.touchdown_sd_s)
        and math.isfinite(step.takeoff_sd_s)
        and 0 <= step.touchdown_s - last.takeoff_s < _SHORTEST_AIR_S
        for step in motion.steps
    )


def _longest_gap_s(quick: Sequence[Contact], longest_air_s: float) -> float:
    """Return the longest time in the air that cannot hide a contact nobody saw, real seconds."""
    airs = [b.touchdown_s - a.takeoff_s for a, b in pairwise(quick)]
    airs = [air for air in airs if air <= longest_air_s]
    if not airs:
        return longest_air_s
    air = float(np.median(airs))
    return air + 0.75 * (air + float(np.median([step.duration_s for step in quick])))


def without_run_in(groups: Sequence[BounceGroup]) -> list[BounceGroup]:
    """Return the groups without the steps of running in and out: lone contacts under a low thigh."""
    kept = list(groups)
    paired = [group for group in groups if len(group.bounces) == 2] or kept
    if not paired:
        return []
    thigh = 0.7 * float(np.median([group.drive_deg for group in paired]))
    longest_s = 1.5 * float(np.median([bounce.duration_s for group in paired for bounce in group.bounces]))

    def stray(group: BounceGroup) -> bool:
        lone = len(group.bounces) == 1
        return lone and (group.drive_deg < thigh or group.bounces[0].duration_s > longest_s)

    while kept and stray(kept[0]):
        kept.pop(0)
    while kept and stray(kept[-1]):
        kept.pop()
    return kept


def thigh_peak(motion: Motion, bounces: Sequence[Contact]) -> tuple[float, float]:
    """Return the highest thigh of the other leg over the bounces, degrees, and when; NaN where unseen.

    The drive may top a little before the first touchdown or after the last take-off.
    """
    time_s = motion.track.time_s
    left = bounces[0].side == "right"
    thigh = motion.angles.l_thigh_deg if left else motion.angles.r_thigh_deg
    inside = (time_s >= bounces[0].touchdown_s - 0.03) & np.isfinite(thigh)
    inside &= time_s <= bounces[-1].takeoff_s + 0.06
    if not inside.any():
        return math.nan, math.nan
    index = int(np.flatnonzero(inside)[np.argmax(thigh[inside])])
    return float(thigh[index]), float(time_s[index])


def follows(group: BounceGroup, after: BounceGroup) -> bool:
    """Return whether `after` is the change of legs right after `group`."""
    air_s = after.start_s - group.end_s
    return group.side != after.side and air_s <= _LONGEST_AIR_S


def rise_px(motion: Motion, group: BounceGroup) -> float:
    """Return how far the lower end of the foot rises between the first two bounces, pixels.

    NaN where it is not seen, or rises faster than a foot can: then the two feet were taken for each other.
    """
    time_s, (first, second) = motion.track.time_s, group.bounces[:2]
    inside = (time_s >= first.takeoff_s) & (time_s <= second.touchdown_s)
    rises: list[FloatArray] = []
    for marks in (TOES, _HEELS):
        height = -motion.track.xy_px[:, marks[group.side], 1]
        grounds = []
        for contact in (first, second):
            margin = 0.2 * contact.duration_s
            down = (time_s >= contact.touchdown_s + margin) & (time_s <= contact.takeoff_s - margin)
            grounds.append(float(np.nanmedian(height[down])) if np.isfinite(height[down]).any() else math.nan)
        rises.append(height[inside] - mean_of(grounds))
    lowest = np.minimum(*rises)
    seen = np.isfinite(lowest)
    if seen.sum() < 2:
        return math.nan
    rise = float(lowest[seen].max())
    if seen.sum() >= 4:
        when = time_s[inside][seen] - (first.takeoff_s + second.touchdown_s) / 2
        rise = float(np.polyval(np.polyfit(when, lowest[seen], 2), when).max())
    air_s = second.touchdown_s - first.takeoff_s
    return rise if rise <= _FASTEST_LEGS_PER_S * air_s / 4 * leg_length_px(motion) else math.nan


def bounce_intervals(groups: Sequence[BounceGroup]) -> list[list[Interval]]:
    """Return the like intervals: bounce to bounce, and last bounce to the other foot's first."""
    inner = [(a, b) for group in groups for a, b in pairwise(group.bounces)]
    outer = [
        (group.bounces[-1], after.bounces[0])
        for group, after in pairwise(groups)
        if follows(group, after) and math.isfinite(group.bounces[-1].sd_s)
    ]
    return [[Interval.between(a, b) for a, b in pairs] for pairs in (inner, outer)]
