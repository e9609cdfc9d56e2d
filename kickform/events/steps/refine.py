"""Quick steps and skips as the soles tell them:

what landmarks found, timed anew by `kickform.events.steps.foot_state`.

Landmarks say which steps there are, for they see the whole athlete; the soles say when. Where both feet go
into each box of a ladder, a foot stops beside the other one instead of passing it, and its landmarks tell
neither landing nor leaving well: there the stands of the soles are believed instead, and steps that follow
at the ends of a run in the same beat are added.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kickform.events.fitting.foot_motion import SoleMotion, Stay, timed
from kickform.events.steps.foot_state import stance_phases
from kickform.events.steps.shrinkage import (
    LONGEST_OF_USUAL,
    SIDES,
    USUAL_SPREAD_S,
    shrink_contact_times,
    shrink_feet,
)
from kickform.events.types import Contact, Event, Side

__all__ = ["QuickRun", "refine_quick_steps", "refine_skips"]

_STAND_SD_S = (0.015, 0.020)
"""SD of start and end of a stance phase (`kickform.events.steps.foot_state.stance_phases`), real seconds."""
_ENDS_LATE = 0.6
"""Frames by which a stand seems to end late: what stood still has no speed at first, and does not show it."""
_LANDMARKS_SD_S = 0.008
"""How well landmarks place an event of a quick step that passes the other foot, at the best, real seconds."""
_UNSEEN_SD_S, _HIDDEN = 0.02, 0.5
_AGREE_S, _AGREE_PAIRED_S = (0.03, 0.03), (0.05, math.inf)
"""What it adds to the SD of a quick step's touchdown and take-off that no stand of the sole begins, and ends,
within so much of where landmarks have them, real seconds; beside the other foot these know little. So large a
share of the steps of a foot that is hidden are so."""
_LASTS_ALIKE_S = 0.015
"""By how much stands of a run differ where nothing is wrong, real seconds."""
_LONGEST_S = 0.36
"""Real seconds: a longer stand is none of a quick step (as in `kickform.drills.ladder`)."""
_NEXT_BEATS = (0.6, 1.4)
_WIDEST_SD_S = 0.025
_MISSED_S = 0.06
"""An end of a skip is looked for by its stand if the two agree to so many real seconds."""
_LANDS_ALIKE_S = 0.03
"""How far apart landmarks and sole may tell a skip's landing, real seconds."""
_CHOSEN_SD_S = 0.012
"""SD of a landing that was chosen from two, real seconds."""
_LIKE_THE_OTHERS = 0.3
"""Share by which a stand may be longer or shorter than the foot's usual bounce and be one of them."""


@dataclass(frozen=True, slots=True)
class QuickRun:
    """Quick steps in a row by their landmarks, real seconds; ``paired``: both feet go to each place."""

    steps: list[Contact]
    paired: bool

    @property
    def span(self) -> tuple[float, float]:
        """From the first touchdown to the last take-off of a quick step."""
        quick = [step for step in self.steps if math.isfinite(step.sd_s)] or self.steps
        return self.steps[0].touchdown_s, max(step.takeoff_s for step in quick)


def refine_quick_steps(sole_motion: SoleMotion, run: QuickRun) -> QuickRun:
    """Return a run of quick steps with its events as the soles tell them.

    A last step whose foot stays on the ground, a braking one, gets all of its stand and an unknown end.

    Args:
        sole_motion: how the soles moved.
        run: as the landmarks have it.
    """
    steps = (_paired if run.paired else _single)(sole_motion, run.steps)
    return QuickRun(_braked(sole_motion, steps), run.paired)


def _single(sole_motion: SoleMotion, steps: Sequence[Contact]) -> list[Contact]:
    """Return steps that pass one another, timed: where landmarks have them, and with a stand, or in doubt."""
    found: list[Contact] = []
    for foot, side in enumerate(SIDES):
        own, stood = [step for step in steps if step.side == side], stance_phases(sole_motion, foot)
        seen = [_overlapping(step, stood) for step in own]
        stays = [_of_step(step, stand) for step, stand in zip(own, seen, strict=True)]
        told = shrink_contact_times(_timed(sole_motion, foot, own, stays))
        found += _doubted(told, list(zip(own, seen, strict=True)), _AGREE_S)
    return sorted(found, key=lambda step: step.touchdown_s)


def _paired(sole_motion: SoleMotion, steps: Sequence[Contact]) -> list[Contact]:
    """Return steps that go to one place with both feet, timed by their stands."""
    found: list[Contact] = []
    each = [[step for step in steps if step.side == side] for side in SIDES]
    known = [_one_each(own, stance_phases(sole_motion, foot)) for foot, own in enumerate(each)]
    usual_s = _usual_s([stand for chosen in known for _, stand in chosen])
    for foot, (own, chosen) in enumerate(zip(each, known, strict=True)):
        stays = [_of_stand(stand) if stand else _of_step(step) for step, stand in chosen]
        told = _timed(sole_motion, foot, own, stays)
        found += _unlike(_doubted(told, chosen, _AGREE_PAIRED_S), chosen, usual_s)
    found = _with_more(sole_motion, sorted(found, key=lambda step: step.touchdown_s))
    parts = ([step for step in found if step.side == side] for side in SIDES)
    of_both = float(np.median([step.duration_s for step in found])) if found else 0.0
    found = shrink_feet([step for own in parts for step in shrink_contact_times(own, 0.0, of_both)])
    return sorted(found, key=lambda step: step.touchdown_s)


def _timed(
    sole_motion: SoleMotion, foot: int, own: Sequence[Contact], stays: Sequence[Stay]
) -> list[Contact]:
    """Return the contacts of one foot with the events that its tread gives their stays."""
    told = timed(sole_motion, foot, stays)
    return [
        step if new is old else _contact(step.side, new)
        for step, old, new in zip(own, stays, told, strict=True)
    ]


def _contact(side: Side, stay: Stay) -> Contact:
    down, up = stay.touchdown, stay.takeoff
    sds = down.sd_s, up.sd_s
    return Contact(side, down.time_s, up.time_s, *sds, math.hypot(*sds))


def _known_ends(sole_motion: SoleMotion, foot: int) -> list[tuple[float, float]]:
    """Return the stands of a foot, real seconds, without what their ends are late by."""
    late_s = _ENDS_LATE * float(np.median(np.diff(sole_motion.time_s)))
    return [(start, max(stop - late_s, start)) for start, stop in stance_phases(sole_motion, foot)]


def _doubted(
    told: Sequence[Contact],
    known: Sequence[tuple[Contact, tuple[float, float] | None]],
    agree_s: tuple[float, float],
) -> list[Contact]:
    """Return the steps of a foot that is hidden with wider SDs.

    Hidden is a foot of which landmarks and soles do not tell the same in half of its steps: landmarks that
    tell an event alone are all wrong alike, and a stand that begins elsewhere may be another's.

    Args:
        told: the steps as they were timed.
        known: each as landmarks have it, with its stand, real seconds.
        agree_s: how far apart the two may tell touchdown, and take-off, real seconds.
    """
    if not told:
        return []
    never = (math.inf, math.inf)
    apart = np.abs(
        [
            [on - step.touchdown_s, off - step.takeoff_s]
            for step, stand in known
            for on, off in (stand or never,)
        ]
    ) >= np.array(agree_s)
    apart &= apart.mean(axis=0) >= _HIDDEN
    widened = []
    for step, (down, up) in zip(told, apart * _UNSEEN_SD_S, strict=True):
        sds = math.hypot(step.touchdown_sd_s, down), math.hypot(step.takeoff_sd_s, up)
        widened.append(replace(step, touchdown_sd_s=sds[0], takeoff_sd_s=sds[1], sd_s=math.hypot(*sds)))
    return widened


def _unlike(
    told: Sequence[Contact],
    known: Sequence[tuple[Contact, tuple[float, float] | None]],
    usual_s: float,
) -> list[Contact]:
    """Return the steps of a foot, a landing less sure whose stand lasts otherwise than the run's stands do.

    With the other shoe beside it a foot seems to stand before it does, or still to move when it stands. Where
    it seems to stand for a little long, how long it stays otherwise, back from its take-off, tells as much.

    Args:
        told: the steps as they were timed.
        known: each as landmarks have it, with its stand, real seconds.
        usual_s: how long a stand of the run lasts, real seconds.
    """
    off = [stand[1] - stand[0] - usual_s if stand else 0.0 for _, stand in known]
    like = [step.duration_s for step, by in zip(told, off, strict=True) if abs(by) <= _LASTS_ALIKE_S]
    usual = float(np.median(like)) if like else math.nan
    widened = []
    for step, by in zip(told, off, strict=True):
        more_s = abs(by) if abs(by) > _LASTS_ALIKE_S else 0.0
        down = Event(step.touchdown_s, math.hypot(step.touchdown_sd_s, more_s))
        seen = math.isfinite(step.takeoff_sd_s) and step.duration_s <= LONGEST_OF_USUAL * usual
        if seen and by > _LASTS_ALIKE_S:
            back = Event(step.takeoff_s - usual, math.hypot(step.takeoff_sd_s, USUAL_SPREAD_S))
            down = _together(down, back)
        widened.append(_landed(step, down))
    return widened


def _landed(step: Contact, down: Event) -> Contact:
    """Return a step with another landing, real seconds."""
    sd_s = math.hypot(down.sd_s, step.takeoff_sd_s)
    return replace(step, touchdown_s=down.time_s, touchdown_sd_s=down.sd_s, sd_s=sd_s)


def _together(one: Event, two: Event) -> Event:
    """Return what two independent sightings of an event tell."""
    weight = two.sd_s**2 / (one.sd_s**2 + two.sd_s**2)
    return Event(weight * one.time_s + (1 - weight) * two.time_s, math.sqrt(weight) * one.sd_s)


def _usual_s(stood: Sequence[tuple[float, float] | None]) -> float:
    """Return how long the stands of a run last, both feet's together, real seconds; 0 without any."""
    lasted = [stand[1] - stand[0] for stand in stood if stand]
    return float(np.median(lasted)) if lasted else 0.0


def _of_stand(stand: tuple[float, float]) -> Stay:
    down, up = (Event(at, sd) for at, sd in zip(stand, _STAND_SD_S, strict=True))
    if stand[1] - stand[0] > _LONGEST_S:
        up = Event(up.time_s, math.inf)
    return Stay(down, up)


def _of_step(step: Contact, stand: tuple[float, float] | None = None) -> Stay:
    """Return a step as a stay with room to move in; an end that it does not know is that of its stand."""
    down, up = step.touchdown_s, step.takeoff_s
    sds = [max(sd, _LANDMARKS_SD_S) for sd in (step.touchdown_sd_s, step.takeoff_sd_s)]
    if stand and not math.isfinite(sds[1]):
        known = _of_stand(stand).takeoff
        up, sds[1] = known.time_s, known.sd_s
    return Stay(Event(down, sds[0]), Event(up, sds[1]))


def _shared_s(step: Contact, stand: tuple[float, float]) -> float:
    """Return how long a step and a stand last at once, real seconds; below zero where they do not meet."""
    return min(step.takeoff_s, stand[1]) - max(step.touchdown_s, stand[0])


def _overlapping(step: Contact, stood: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    shares = [(_shared_s(step, stand), stand) for stand in stood]
    best = max(shares, default=(0.0, None))
    return best[1] if best[0] > 0 else None


def _one_each(
    own: Sequence[Contact], stood: Sequence[tuple[float, float]]
) -> list[tuple[Contact, tuple[float, float] | None]]:
    """Give each step the stand with which it shares most time, no stand to two of them."""
    pairs = sorted(
        ((_shared_s(step, stand), i, j) for i, step in enumerate(own) for j, stand in enumerate(stood)),
        reverse=True,
    )
    given: dict[int, int] = {}
    for shared, i, j in pairs:
        if shared > 0 and i not in given and j not in given.values():
            given[i] = j
    return [(step, stood[given[i]] if i in given else None) for i, step in enumerate(own)]


def _with_more(sole_motion: SoleMotion, steps: list[Contact]) -> list[Contact]:
    """Return a run with the steps that its ends lack: a stand of the foot whose turn it is, on the beat."""
    beat = float(np.median(np.diff([step.touchdown_s for step in steps])))
    for end, ahead in ((-1, 1), (0, -1)):
        while True:
            last = steps[end]
            foot = 1 - SIDES.index(last.side)
            low, high = (beats * beat for beats in _NEXT_BEATS)
            stood = [
                stand
                for stand in stance_phases(sole_motion, foot)
                if stand[1] - stand[0] <= _LONGEST_S and low <= (stand[0] - last.touchdown_s) * ahead <= high
            ]
            if not stood:
                break
            new = _contact(SIDES[foot], timed(sole_motion, foot, [_of_stand(stood[0])])[0])
            steps = [*steps, new] if ahead > 0 else [new, *steps]
    return steps


def _braked(sole_motion: SoleMotion, steps: Sequence[Contact]) -> list[Contact]:
    """Return the steps, the last one with all of its stand where that is none of a quick step."""
    last = steps[-1]
    stand = _overlapping(last, stance_phases(sole_motion, SIDES.index(last.side)))
    if stand is None or stand[1] - last.touchdown_s <= _LONGEST_S:
        return list(steps)
    stayed = replace(last, takeoff_s=stand[1], takeoff_sd_s=math.inf, sd_s=math.inf)
    return [*steps[:-1], stayed]


def refine_skips(sole_motion: SoleMotion, skips: Sequence[Contact]) -> list[Contact]:
    """Return the contacts of a skip with their events as the soles tell them; none is added or left out.

    Args:
        sole_motion: how the soles moved.
        skips: the contacts of both feet as landmarks and the body have them.
    """
    found: list[Contact] = []
    for foot, side in enumerate(SIDES):
        own, stood = [step for step in skips if step.side == side], _known_ends(sole_motion, foot)
        alone = [s for s in stood if sum(_shared_s(step, s) > 0 for step in own) == 1]
        usual_s = float(np.median([step.duration_s for step in own])) if own else 0.0
        stays = [_of_skip(step, [s for s in alone if _shared_s(step, s) > 0], usual_s) for step in own]
        told = _timed(sole_motion, foot, own, stays)
        found += shrink_contact_times(_agreed(own, told))
    return sorted(found, key=lambda step: step.touchdown_s)


def _agreed(own: Sequence[Contact], told: Sequence[Contact]) -> list[Contact]:
    """Return the bounces of a foot as its sole has them, landings that landmarks tell otherwise in doubt.

    In 156 of 172 landings of rendered A-skips the two are no more than 10 ms apart, and none of these is off
    by 15. Where they are 30 ms apart, that one is taken by which the foot stays as long as it does otherwise.

    Args:
        own: the bounces as landmarks have them.
        told: the same by their sole.
    """
    apart = [abs(new.touchdown_s - step.touchdown_s) for step, new in zip(own, told, strict=True)]
    agreed = [new.duration_s for new, by in zip(told, apart, strict=True) if by <= _LANDS_ALIKE_S]
    if not agreed:
        return list(told)
    usual, kept = float(np.median(agreed)), []
    for step, new, by in zip(own, told, apart, strict=True):
        if by > _LANDS_ALIKE_S:
            landings = new.touchdown_s, step.touchdown_s
            down_s = min(landings, key=lambda at: abs(new.takeoff_s - at - usual))
            new = _landed(new, Event(down_s, max(new.touchdown_sd_s, _CHOSEN_SD_S)))
        kept.append(new)
    return kept


def _of_skip(step: Contact, stood: Sequence[tuple[float, float]], usual_s: float) -> Stay:
    """Return a bounce with the ends of the stands that are its own, where these agree with it.

    One stand that lasts about as long as the foot's bounces do is believed as it is.
    """
    down, up = step.touchdown_s, step.takeoff_s
    events = [
        Event(at, min(sd, _WIDEST_SD_S)) for at, sd in ((down, step.touchdown_sd_s), (up, step.takeoff_sd_s))
    ]
    plain = len(stood) == 1 and abs(stood[0][1] - stood[0][0] - usual_s) < _LIKE_THE_OTHERS * usual_s
    if stood and (plain or abs(stood[0][0] - down) < _MISSED_S):
        events[0] = Event(stood[0][0], _STAND_SD_S[0])
    if stood and (plain or abs(stood[-1][1] - up) < _MISSED_S):
        events[1] = Event(stood[-1][1], _STAND_SD_S[1])
    return Stay(events[0], events[1])
