"""Bounce groups: the contacts of one foot in a row, with the thigh drive of the other leg."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from kickform import fitted
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

LONGEST_BOUNCE_S = 0.40  # convention: quick bounces take under 0.28 s; walking steps 0.5 s and more
"""A longer contact is a step of a walk or a pause."""

_LONGEST_AIR_S = 0.34  # convention: the flight of a hop of 14 cm
"""Longest time off the ground between two bounces."""

_LONGEST_BEAT_S = fitted.BOUNCE_GROUPS_LONGEST_BEAT_S
"""Longest time from landing to landing of two bounces; landings are timed better than take-offs."""

_FASTEST_THIGH_DEG_PER_S = 1000.0  # convention: no thigh is driven up faster
"""Where both thighs seem to turn faster, the pose model swapped the legs."""

_LONGEST_STANCE_S = fitted.BOUNCE_GROUPS_LONGEST_STANCE_S
"""A longer contact is a pause; a shorter one may be two bounces that were not told apart."""

_MERGED_BOUNCES = fitted.BOUNCE_GROUPS_MERGED_BOUNCES
"""A contact that takes this many usual bounces may be two that were not told apart."""

_FEWEST_BOUNCES = 3  # convention: the usual bounce is known from three on

_SHORTEST_AIR_S = 0.035  # convention: two frames at 60 Hz; no foot leaves and lands in less
"""A foot that seems to be off the ground for less never left it."""

_CLEARLY_LOWER = fitted.BOUNCE_GROUPS_CLEARLY_LOWER
"""Leg lengths by which the driving leg's foot is higher than the stance foot."""

_FASTEST_LEGS_PER_S = 5.5  # convention: 4.5 m/s; no foot leaves the ground faster
"""Fastest rise of a foot, leg lengths per second; an arc rises by a quarter of speed times duration."""

_MOST_BOUNCES = 4  # convention: more contacts of one foot in a row are hops

_SHARED_GROUND = fitted.BOUNCE_GROUPS_SHARED_GROUND
"""Largest share of a bounce in which the other foot is down as well; more belongs to a walk."""

_DRIVE_DEG = 30.0  # convention: a third of the way to level; walkers stay below
"""Least height of the thigh in a drive."""

_HEELS = {"left": Landmark.L_HEEL, "right": Landmark.R_HEEL}


@dataclass(frozen=True, slots=True)
class BounceGroup:
    """The bounces of one foot, with the thigh drive of the other leg.

    ``drive_deg`` is the highest thigh angle over the bounces, NaN where it is not seen. ``sure`` is set where
    no bounce can have been missed.
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
    pauses = [step for step in motion.steps if step.duration_s > _LONGEST_STANCE_S]
    runs: list[list[Contact]] = []
    for step in quick:
        last = runs[-1][-1] if runs else None
        if last and last.side == step.side and _bounced(last, step, pauses):
            runs[-1].append(step)
        else:
            runs.append([step])
    longest_gap_s = _longest_gap_s(quick)
    found = []
    for run in runs:
        sure = len(run) > 1 or max(_adjacent_airs_s(motion, run)) <= longest_gap_s
        sure = sure and all(math.isfinite(step.sd_s) for step in run)
        sure = sure and (len(run) > 1 or not _continues(motion, run[-1]))
        peak = thigh_peak(motion, run)[0]
        if len(run) <= _MOST_BOUNCES and not peak < _DRIVE_DEG:
            side: Literal["left", "right"] = "left" if run[0].side == "left" else "right"
            found.append(BounceGroup(side, tuple(run), peak, sure))
    return found


def _bounces(motion: Motion) -> list[Contact]:
    """Return the quick contacts of one foot alone, with the stance foot's side; split contacts are joined."""
    found: list[Contact] = []
    quick = quick_steps(motion, LONGEST_BOUNCE_S)
    usual_s = float(np.median([step.duration_s for step in quick])) if quick else 0.0
    for step in quick_steps(motion, _LONGEST_STANCE_S if len(quick) >= _FEWEST_BOUNCES else LONGEST_BOUNCE_S):
        long = step.duration_s > min(LONGEST_BOUNCE_S, _MERGED_BOUNCES * usual_s)
        if long and not step.corrected:
            step = replace(step, takeoff_sd_s=math.inf, sd_s=math.inf)  # two bounces, not timed
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
    """Return the contact with the side of the foot that is clearly lower in it.

    Where the pose model swapped the legs during the bounce, it is the other foot.
    """
    time_s, height = motion.track.time_s, -motion.track.xy_px[..., 1]
    inside = (time_s >= step.touchdown_s) & (time_s <= step.takeoff_s)
    above = (height[:, TOES[step.side]] - height[:, TOES[other(step.side)]])[inside]
    above = above[np.isfinite(above)]
    if step.corrected:
        return step  # a person named the foot
    higher = len(above) > 0 and float(np.median(above)) > _CLEARLY_LOWER * leg_length_px(motion)
    return replace(step, side=other(step.side)) if higher != _legs_swapped(motion, step) else step


def _legs_swapped(motion: Motion, step: Contact) -> bool:
    """Return whether both thighs jump at a touchdown: there the pose model swapped the legs."""
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
    """Return whether a foot came down again after no more than a short flight."""
    between = any(
        rival.side != step.side and last.touchdown_s < rival.touchdown_s < step.touchdown_s
        for rival in pauses
    )
    beat_s = step.touchdown_s - last.touchdown_s
    air_s = step.touchdown_s - last.takeoff_s
    return (air_s <= _LONGEST_AIR_S or beat_s <= _LONGEST_BEAT_S) and not between


def _adjacent_airs_s(motion: Motion, run: Sequence[Contact]) -> tuple[float, float]:
    """Return the time without a foot on the ground before the contacts and after them, real seconds."""
    first, last = run[0].touchdown_s, run[-1].takeoff_s
    before = [step.takeoff_s for step in motion.steps if step.touchdown_s < first and step not in run]
    after = [step.touchdown_s for step in motion.steps if step.takeoff_s > last and step not in run]
    return first - max(before, default=-math.inf), min(after, default=math.inf) - last


def _continues(motion: Motion, last: Contact) -> bool:
    """Return whether a contact of the same foot whose touchdown was not seen follows without a gap."""
    return any(
        step.side == last.side
        and math.isinf(step.touchdown_sd_s)
        and math.isfinite(step.takeoff_sd_s)
        and 0 <= step.touchdown_s - last.takeoff_s < _SHORTEST_AIR_S
        for step in motion.steps
    )


def _longest_gap_s(quick: Sequence[Contact]) -> float:
    """Return the longest time in the air that cannot hide a missed contact, real seconds."""
    airs = [b.touchdown_s - a.takeoff_s for a, b in pairwise(quick)]
    airs = [air for air in airs if air <= _LONGEST_AIR_S]
    if not airs:
        return _LONGEST_AIR_S
    air = float(np.median(airs))
    return air + 0.75 * (air + float(np.median([step.duration_s for step in quick])))


def without_run_in(groups: Sequence[BounceGroup]) -> list[BounceGroup]:
    """Return the groups without the steps in and out: single contacts under a low thigh, or long ones."""
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
    """Return the highest thigh of the other leg over the bounces, degrees, and its time; NaN where unseen.

    The drive may peak a little before the first touchdown or after the last take-off.
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

    NaN where it is not seen, or rises faster than a foot can: then the feet were swapped.
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
    """Return intervals of two kinds: bounce to bounce, and last bounce to the other foot's first."""
    inner = [(a, b) for group in groups for a, b in pairwise(group.bounces)]
    outer = [
        (group.bounces[-1], after.bounces[0])
        for group, after in pairwise(groups)
        if follows(group, after) and math.isfinite(group.bounces[-1].sd_s)
    ]
    return [[Interval.between(a, b) for a, b in pairs] for pairs in (inner, outer)]
