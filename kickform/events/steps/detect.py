"""The contacts of each single foot: those of the jumps, and the quick steps of a run or a ladder.

In quick steps the body hardly rises and the feet hardly leave the ground, so that heights tell little. What
tells is how the feet pass each other along the ground. Seen from the hips, a foot is carried backward while
it stands and forward while it swings:

- it lands after it was farthest ahead, for the leg swings back already (swing-leg retraction): when it comes
  into the speed of the ground and into one height (`kickform.events.steps.foot_contacts`);
- it leaves shortly before it is farthest behind, for it follows through.

Both are told from positions along the ground relative to the other foot or the hips: a camera that follows
the athlete makes no difference, and legs confused for a moment are confused where they pass each other,
which is far from both events.

Under high thighs (an A-skip) the foot comes down from above, and none of this holds: there the contacts are
those of the foot that comes down and leaves, timed by the body where the body tells of them as well.

All this is by landmarks. Where the soles were followed, they time what was found
(`kickform.events.steps.refine`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from scipy.ndimage import median_filter

from kickform.events.event_sd import with_stated_sds
from kickform.events.fitting.foot_landing import Foot, landings_s
from kickform.events.fitting.foot_motion import SoleMotion
from kickform.events.observation import Observation
from kickform.events.stance_side import sets_of
from kickform.events.steps.foot_contacts import STAY_SD_S, noise_of, stays
from kickform.events.steps.refine import QuickRun, refine_quick_steps, refine_skips
from kickform.events.types import Contact, ContactTrain, Flight, Side
from kickform.numeric import FloatArray, turning_points
from kickform.pose.track import Landmark

__all__ = ["detect_steps"]

_LEAST_STRIDE, _SHARE_OF_STRIDE = 0.06, 0.4
"""Least change of the feet's distance between two steps: in statures, and as a share of the clip's own."""
_SLOWEST_S, _QUICKEST_S = 0.34, 0.07
"""Longest and shortest time from one quick step to the next, real seconds (3 to 14 steps a second)."""
_LEAST_STEPS = 5
_LONGEST_FLIGHT_S, _MOST_ALOFT = 0.2, 0.4
"""A flight longer than this, real seconds, is a jump's, no quick step's; jumps fill so much of a set."""
_LANDS_AFTER_S, _LEAVES_BEFORE_S, _EVENT_SD_S = 0.010, 0.018, 0.008
"""Where a landing is looked for after the foremost place; leaving before the hindmost one, and its SD. Real
seconds, measured on the rendered athlete's ladders (docs/contact-times.md)."""
_LONGEST_OF_USUAL = 1.5
"""Times the median contact of a run: a longer one has a take-off that was not seen."""
_HIGH_KNEE, _DRIVEN_KNEE = 0.06, 0.15
"""Statures below the hip: a knee that comes up above that swings no quick step (a thigh at 75 degrees); one
that is driven up over the foot on the ground (52 degrees)."""
_FEWEST_BOUNCES, _LONGEST_BOUNCE_S = 3, 0.45
"""Contacts on one foot that make a skip; the longest of them, real seconds."""
_ALIKE_S, _LANDING_DOUBT_S = 0.006, 0.004
"""SD of the time from foremost to landing among the steps of one foot, and what is not known of a landing."""
_PAIRED, _PAIRED_LANDS_AFTER_S, _PAIRED_LANDS_SD_S, _PAIRED_LEAVES_SD_S = 0.45, 0.018, 0.02, 0.06
"""Where one foot always stops beside the other instead of passing it, its place tells less."""
_STEADY_FRAMES = 5

Feet = dict[Side, FloatArray]


def detect_steps(seen: Observation, train: ContactTrain) -> tuple[Contact, ...]:
    """Return every contact of each foot, side left or right, ordered by touchdown; real seconds.

    Args:
        seen: the athlete, on the clock of real time. Soles that were followed time quick steps and skips.
        train: contacts and flights of the body (`kickform.events.contacts.time_contacts`).
    """
    points = seen.xy_up / seen.height_px
    feet = _feet(seen.time_s, points, seen.facing)
    sole_motion = SoleMotion.of(seen.feet, seen.time_s, seen.stature_px, seen.facing) if seen.feet else None
    quick = _quick_steps(seen, points, feet, train, sole_motion)
    every = [single for contact in train.contacts for single in _single_feet(contact)]
    for own in _with_stands(train.contacts):
        skipped = _under_high_thighs(own, seen.time_s, points, feet)
        if not skipped:
            continue
        if sole_motion is not None:
            skipped = [with_stated_sds(step, 1) for step in refine_skips(sole_motion, skipped)]
        span = skipped[0].touchdown_s, max(step.takeoff_s for step in skipped)
        every = [part for step in every for part in _outside(step, span)] + skipped
    for run in quick:
        every = [part for step in every for part in _outside(step, run.span)]
    every += [step for run in quick for step in run.steps]
    return tuple(sorted(every, key=lambda step: step.touchdown_s))


def _quick_steps(
    seen: Observation,
    points: FloatArray,
    feet: dict[Side, Foot],
    train: ContactTrain,
    sole_motion: SoleMotion | None,
) -> list[QuickRun]:
    """Return the runs of quick steps without jumps or high knees, timed by the soles where followed."""
    quick = _quick_runs(seen.time_s, points, feet, seen.facing)
    quick = [run for run in quick if not _jumps_in(run.steps, train.contacts, train.flights)]
    quick = [run for run in quick if not _knees_high(run.steps, seen.time_s, points)]
    if sole_motion is not None:
        quick = [refine_quick_steps(sole_motion, run) for run in quick]
    return [QuickRun([with_stated_sds(step, 1) for step in run.steps], run.paired) for run in quick]


def _feet(real_s: FloatArray, points: FloatArray, facing: int) -> dict[Side, Foot]:
    """Return the two feet, raw."""
    hips = points[:, [Landmark.L_HIP, Landmark.R_HIP], 0].mean(axis=1)
    marks: dict[Side, list[Landmark]] = {
        "left": [Landmark.L_FOOT_INDEX, Landmark.L_ANKLE],
        "right": [Landmark.R_FOOT_INDEX, Landmark.R_ANKLE],
    }
    heels = {"left": Landmark.L_HEEL, "right": Landmark.R_HEEL}
    found = {}
    for side, own in marks.items():
        along, toe = (points[:, own, 0].mean(axis=1) - hips) * facing, points[:, own[0], 1]
        whole = points[:, [*own, heels[side]], 1].mean(axis=1)
        found[side] = Foot(real_s, along, toe, whole, noise_of(along), noise_of(toe))
    return found


def _landed(run: Sequence[Contact], feet: dict[Side, Foot]) -> list[Contact]:
    """Return the steps with the landings that their feet show.

    How long after its foremost place a foot lands is much alike from step to step, and not from athlete to
    athlete: each landing is drawn to the median of its foot.
    """
    usual_s = float(np.median([step.duration_s for step in run]))
    found = landings_s([feet[step.side] for step in run], [step.touchdown_s for step in run], 0.6 * usual_s)
    after = [at[0] - step.touchdown_s if at else math.nan for at, step in zip(found, run, strict=True)]
    steps = []
    for step, at, own in zip(run, found, after, strict=True):
        like = [value for value, rival in zip(after, run, strict=True) if rival.side == step.side]
        if not np.isfinite(like).any():
            steps.append(step)
            continue
        usual, shift, sd = float(np.nanmedian(like)), float(np.nanmedian(like)), _ALIKE_S
        if at is not None and abs(own - usual) < 2 * math.hypot(at[1], _ALIKE_S):
            weights = np.array([at[1] ** -2, _ALIKE_S**-2])
            shift, sd = float(np.average([own, usual], weights=weights)), 1 / math.sqrt(weights.sum())
        sd = math.hypot(sd, _LANDING_DOUBT_S)
        steps.append(replace(step, touchdown_s=step.touchdown_s + shift, touchdown_sd_s=sd))
    longest_s = _LONGEST_OF_USUAL * float(np.median([step.duration_s for step in steps]))
    return [
        _with_sd(replace(step, takeoff_sd_s=math.inf) if step.duration_s > longest_s else step)
        for step in steps
    ]


def _with_sd(step: Contact) -> Contact:
    return replace(step, sd_s=math.hypot(step.touchdown_sd_s, step.takeoff_sd_s))


def _knees_high(
    run: Sequence[Contact], time_s: FloatArray, points: FloatArray, below: float = _HIGH_KNEE
) -> bool:
    """Return whether the knees come up to the hips from step to step, to `below` statures under them."""
    hips = points[:, [Landmark.L_HIP, Landmark.R_HIP], 1].mean(axis=1)
    knees = points[:, [Landmark.L_KNEE, Landmark.R_KNEE], 1].max(axis=1)
    lows = []
    for step in run:
        inside = (time_s >= step.touchdown_s) & (time_s <= step.takeoff_s) & np.isfinite(knees)
        if inside.any():
            lows.append(float((hips - knees)[inside].min()))
    return bool(lows) and float(np.median(lows)) < below


def _with_stands(contacts: Sequence[Contact]) -> list[list[Contact]]:
    """Return the contacts set by set, each with the stand that ends it, the first with that before it."""
    sets = sets_of([(each.touchdown_s, each.takeoff_s) for each in contacts])
    if len(sets) < 2:
        return [list(contacts)]
    return [[contacts[i] for i in (*([0] if own[0] == 1 else []), *own, own[-1] + 1)] for own in sets]


def _under_high_thighs(
    contacts: Sequence[Contact],
    time_s: FloatArray,
    points: FloatArray,
    feet: dict[Side, Foot],
) -> list[Contact]:
    """Return the contacts of each foot from the first to the last bounce of a skip; none where none is."""
    longest_s = _LONGEST_BOUNCE_S
    alone = [each for each in contacts if each.side != "both" and math.isfinite(each.touchdown_sd_s)]
    quick = [each for each in alone if each.duration_s <= longest_s]
    changing = len({each.side for each in quick}) == 2
    if len(quick) < _FEWEST_BOUNCES or not changing or not _knees_high(quick, time_s, points, _DRIVEN_KNEE):
        return []
    start_s, stop_s = alone[0].touchdown_s, max(each.takeoff_s for each in quick)
    stop_s = max(stop_s, *(min(each.takeoff_s, each.touchdown_s + longest_s) for each in alone))
    margin = 0.1
    down_sd, up_sd = (sd for sd in STAY_SD_S)
    own = [
        Contact(side, down, up, down_sd, up_sd, math.hypot(down_sd, up_sd))
        for side, foot in feet.items()
        for down, up in stays(foot, (start_s - 2 * margin), (stop_s + 2 * margin))
    ]
    own = [each for each in own if start_s - margin <= each.touchdown_s <= stop_s]
    # One that the body and the foot tell of is timed by the body, which takes more trouble over it.
    found = []
    for stay in own:
        alike = [each for each in quick if _meet(each, stay)]
        single = len(alike) == 1 and sum(_meet(alike[0], rival) for rival in own) == 1
        found.append(alike[0] if single and math.isfinite(alike[0].sd_s) else stay)
    found += [each for each in quick if not any(_shared_s(each, stay) > 0 for stay in found)]
    return sorted(found, key=lambda step: step.touchdown_s)


def _meet(one: Contact, another: Contact) -> bool:
    """Return whether two contacts are of the same foot and last at once."""
    return one.side == another.side and _shared_s(one, another) > 0


def _shared_s(one: Contact, another: Contact) -> float:
    """Return how long two contacts last at once; below zero where they do not meet."""
    return min(one.takeoff_s, another.takeoff_s) - max(one.touchdown_s, another.touchdown_s)


def _single_feet(contact: Contact) -> list[Contact]:
    """Return a contact as those of its feet."""
    sides: tuple[Side, ...] = ("left", "right") if contact.side == "both" else (contact.side,)
    ends = (contact.touchdown_s, contact.takeoff_s)
    return [
        Contact(side, *ends, contact.touchdown_sd_s, contact.takeoff_sd_s, contact.sd_s) for side in sides
    ]


def _outside(step: Contact, span: tuple[float, float]) -> list[Contact]:
    """Return what of a contact lies outside the span of quick steps; the ends that are cut are not known."""
    parts = []
    if step.touchdown_s < span[0]:
        cut = step.takeoff_s > span[0]
        parts.append(replace(step, takeoff_s=span[0], takeoff_sd_s=math.inf, sd_s=math.inf) if cut else step)
    if step.takeoff_s > span[1]:
        cut = step.touchdown_s < span[1]
        parts.append(
            replace(step, touchdown_s=span[1], touchdown_sd_s=math.inf, sd_s=math.inf) if cut else step
        )
    return parts


def _jumps_in(run: Sequence[Contact], contacts: Sequence[Contact], flights: Sequence[Flight]) -> bool:
    """Return whether the body spends much of the run in jumps: then its feet only stir.

    Before a first contact that lands, and after a last one that leaves, the clip begins and ends in a jump.
    """
    first, last = run[0].touchdown_s, run[-1].touchdown_s
    aloft_s = sum(
        f.duration_s
        for f in flights
        if f.duration_s > _LONGEST_FLIGHT_S and first < (f.takeoff_s + f.touchdown_s) / 2 < last
    )
    if contacts and math.isfinite(contacts[0].touchdown_sd_s):
        aloft_s += max(contacts[0].touchdown_s - first, 0.0)
    if contacts and math.isfinite(contacts[-1].takeoff_sd_s):
        aloft_s += max(last - contacts[-1].takeoff_s, 0.0)
    return aloft_s > _MOST_ALOFT * (last - first)


def _quick_runs(
    time_s: FloatArray, points: FloatArray, feet: dict[Side, Foot], facing: int
) -> list[QuickRun]:
    """Return the runs of quick steps: the feet pass each other again and again.

    Args:
        time_s: (T,) real seconds.
        points: (T, 33, 2) statures.
        feet: the same feet, raw.
        facing: as in `detect_steps`.
    """
    hips = points[:, [Landmark.L_HIP, Landmark.R_HIP], 0].mean(axis=1)
    marks: dict[Side, list[Landmark]] = {
        "left": [Landmark.L_FOOT_INDEX, Landmark.L_ANKLE],
        "right": [Landmark.R_FOOT_INDEX, Landmark.R_ANKLE],
    }
    along = {side: (points[:, m, 0].mean(axis=1) - hips) * facing for side, m in marks.items()}
    ahead = {side: _steady(time_s, values) for side, values in along.items()}
    apart = ahead["left"] - ahead["right"]
    turns = turning_points(apart, _LEAST_STRIDE)
    if len(turns) < _LEAST_STEPS:
        return []
    runs = []
    for run in _regular(turns, time_s):
        strides = [abs(apart[a] - apart[b]) for (a, _), (b, _) in pairwise(run)]
        least = max(_LEAST_STRIDE, _SHARE_OF_STRIDE * float(np.median(strides)))
        first, last = run[0][0], run[-1][0]
        finer = [(i + first, kind) for i, kind in turning_points(apart[first : last + 1], least)]
        runs += [part for part in _regular(finer, time_s) if len(part) >= _LEAST_STEPS]
    return [_timed(run, time_s, ahead, apart, feet) for run in runs]


def _steady(time_s: FloatArray, values: FloatArray) -> FloatArray:
    """Return values with gaps bridged and single wild frames taken out."""
    seen = np.isfinite(values)
    bridged = np.interp(time_s, time_s[seen], values[seen])
    return np.asarray(median_filter(bridged, size=_STEADY_FRAMES, mode="nearest"), dtype=np.float64)


def _regular(turns: Sequence[tuple[int, int]], time_s: FloatArray) -> list[list[tuple[int, int]]]:
    """Cut the turns into runs whose steps follow one another quickly."""
    runs: list[list[tuple[int, int]]] = [[]]
    for turn in turns:
        if runs[-1]:
            step = time_s[turn[0]] - time_s[runs[-1][-1][0]]
            if not _QUICKEST_S <= step <= _SLOWEST_S:
                runs.append([])
        runs[-1].append(turn)
    return [run for run in runs if len(run) >= _LEAST_STEPS]


def _timed(
    run: Sequence[tuple[int, int]],
    time_s: FloatArray,
    ahead: Feet,
    apart: FloatArray,
    feet: dict[Side, Foot],
) -> QuickRun:
    """Return the steps of a run with their events."""
    tops = [apart[i] for i, kind in run if kind > 0]
    bottoms = [-apart[i] for i, kind in run if kind < 0]
    reach = sorted((float(np.median(tops)), float(np.median(bottoms))))
    paired = reach[0] < _PAIRED * reach[1]
    step_s = float(np.median(np.diff([time_s[i] for i, _ in run])))
    frame_s = float(np.median(np.diff(time_s)))
    lands_sd = math.hypot((_PAIRED_LANDS_SD_S if paired else _EVENT_SD_S), 0.3 * frame_s)
    leaves_sd = math.hypot((_PAIRED_LEAVES_SD_S if paired else _EVENT_SD_S), 0.3 * frame_s)
    steps = []
    for number, (index, kind) in enumerate(run):
        side: Side = "left" if kind > 0 else "right"
        down = float(time_s[index]) + (_PAIRED_LANDS_AFTER_S if paired else _LANDS_AFTER_S)
        until = time_s[run[number + 2][0]] if number + 2 < len(run) else time_s[index] + 1.7 * step_s
        inside = np.flatnonzero((time_s > down + 0.2 * step_s) & (time_s <= until))
        known = len(inside) > 2 and number + 1 < len(run)
        up, up_sd = down + 0.7 * step_s, math.inf
        if known:
            behind = int(inside[int(np.argmin(ahead[side][inside]))])
            up = max(float(time_s[behind]) - _LEAVES_BEFORE_S, down + 0.25 * step_s)
            up_sd = leaves_sd
        steps.append(Contact(side, down, up, lands_sd, up_sd, math.hypot(lands_sd, up_sd)))
    return QuickRun(steps if paired else _landed(steps, feet), paired)
