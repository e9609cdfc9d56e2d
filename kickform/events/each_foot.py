"""Every landing and leaving of each foot: by its toe's landmark, by its sole in the pictures, by its heel.

What one foot does is measured without the other. `kickform.events.pairing` makes contacts of both of them.

1. A hinge on the toe's raw heights times both ends (`kickform.events.fitting.toe_hinge`). How this athlete's
   toe moves, and how well the pose model sees it, is learnt from a first fit to all its contacts.
2. Where the soles were followed in the pictures, they time the events as well
   (`kickform.events.soles.timing`), and the two are averaged by inverse variance. The landmarks say where to
   look: both feet's, drawn together, for a foot that is half guessed behind the other leg is looked for where
   the other one lands.
3. The contact begins with the heel where the foot lands on it (`kickform.events.fitting.heel_landing`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kickform import fitted
from kickform.events.fitting.heel_landing import begin_at_heel
from kickform.events.fitting.toe_hinge import (
    ANYBODY,
    STANDING_S,
    USUAL_FLIGHT_S,
    Between,
    Fit,
    Toes,
    fit_hinges,
    learn_style,
    noise_of,
)
from kickform.events.pairing import fused, learn_apart_s, together
from kickform.events.soles.paths import SolePaths
from kickform.events.soles.timing import Coarse, Job, time_events
from kickform.events.types import Away, Event, OneFoot, Side, Span

__all__ = ["ENDS", "FEET", "Bearing", "FootFits", "stands", "time_each_foot"]

FEET: tuple[OneFoot, OneFoot] = ("left", "right")
ENDS: tuple[Away, Away] = (-1, 1)  # convention: the sign of time
"""Touchdown and take-off, as the way that time goes from the contact into the flight."""
_HIDDEN_DOWN_S = fitted.EACH_FOOT_HIDDEN_DOWN_S
_HIDDEN_UP_S = fitted.EACH_FOOT_HIDDEN_UP_S
"""What it adds to the SD of a landing and of a leaving that the foot is half hidden behind the other leg,
real seconds."""
_GENTLY_S = fitted.EACH_FOOT_GENTLY_S
"""SD of an event of two feet beside the lowest of flights, for the tip creeps over the last 3 mm for some
25 ms: less of it the longer the flight, and nothing beside a usual one, real seconds."""

FootFits = dict[int, Fit]
"""The contacts of one foot, by the contact's number."""


@dataclass(frozen=True, slots=True)
class Bearing:
    """A contact to be timed: which feet land at its beginning and leave at its end; the flights beside it."""

    feet: Mapping[Away, Side]
    before: Span | None
    after: Span | None

    def flight(self, away: Away) -> Span | None:
        """Return the flight beside one of its ends, None where there is none."""
        return self.before if away < 0 else self.after

    def of(self, foot: OneFoot) -> Between | None:
        """Return what of it is to be timed of one foot; None where that neither lands nor leaves."""
        lands, leaves = (self.feet[away] in ("both", foot) for away in ENDS)
        before, after = self.before if lands else None, self.after if leaves else None
        alone = "both" not in self.feet.values()
        return Between(foot, before, after, alone) if before or after else None


def stands(before: Span | None, after: Span | None) -> bool:
    """Return whether a contact lies at an end of the clip, or lasts so long that its ends are timed apart."""
    return not (before and after and after.takeoff_s - before.touchdown_s < 4 * STANDING_S)


def time_each_foot(
    toes: Toes,
    heels: Toes,
    bearings: Sequence[Bearing],
    clip: tuple[float, float],
    hidden: Side | None,
    paths: SolePaths | None,
) -> tuple[FootFits, FootFits]:
    """Return the contacts of the left and of the right foot.

    Args:
        toes: raw heights of both toes.
        heels: of both heels.
        bearings: the contacts.
        clip: first and last time at which the athlete is seen, real seconds.
        hidden: the foot behind the other leg, if any.
        paths: of the soles, where they were followed.
    """
    left, right = (_unsure(_by_landmarks(toes, foot, bearings, clip), foot == hidden) for foot in FEET)
    if paths is not None:
        left, right = _with_soles(paths, (left, right), bearings, hidden)
    by_heel = [
        dict(zip(fits, begin_at_heel(heels, list(fits.values()), foot), strict=True))
        for foot, fits in zip(FEET, (left, right), strict=True)
    ]
    return by_heel[0], by_heel[1]


def _by_landmarks(
    toes: Toes, foot: OneFoot, bearings: Sequence[Bearing], clip: tuple[float, float]
) -> FootFits:
    """Return the contacts of one foot by its toe."""
    jobs = {number: own for number, bearing in enumerate(bearings) if (own := bearing.of(foot)) is not None}
    parts = {number: _parts(job) for number, job in jobs.items()}
    every = [part for own in parts.values() for part in own]
    fits = fit_hinges(toes, ANYBODY, every)
    fits = fit_hinges(toes, learn_style(fits) or ANYBODY, every, noise_of(fits))
    each = iter(fits)
    return {number: _joined(jobs[number], [next(each) for _ in own], clip) for number, own in parts.items()}


def _parts(job: Between) -> list[Between]:
    """Return what is fitted of a contact: both ends at once, or each by itself where it stands for long."""
    if not stands(job.before, job.after):
        return [job]
    ends = (replace(job, after=None), replace(job, before=None))
    return [end for end in ends if end.before or end.after]


def _joined(job: Between, fits: Sequence[Fit], clip: tuple[float, float]) -> Fit:
    """Return a contact from the fits to its ends; one that is not fitted is where the clip ends."""
    if job.before and job.after and len(fits) == 1:
        return fits[0]
    first = fits[0].touchdown if job.before else Event(clip[0], math.inf)
    last = fits[-1].takeoff if job.after else Event(clip[1], math.inf)
    return Fit(job.side, first, last, math.hypot(first.sd_s, last.sd_s))


def _unsure(fits: FootFits, hidden: bool) -> FootFits:
    """Return the contacts of a foot, wider where it is half hidden."""
    return {number: _widened(fit) for number, fit in fits.items()} if hidden else fits


def _hidden_sd_s(away: Away) -> float:
    return _HIDDEN_DOWN_S if away < 0 else _HIDDEN_UP_S


def _widened(fit: Fit) -> Fit:
    down, up = (
        replace(event, sd_s=math.hypot(event.sd_s, _hidden_sd_s(away)))
        for away, event in zip(ENDS, (fit.touchdown, fit.takeoff), strict=True)
    )
    return replace(fit, touchdown=down, takeoff=up, sd_s=math.hypot(fit.sd_s, *map(_hidden_sd_s, ENDS)))


def _with_soles(
    paths: SolePaths,
    feet: tuple[FootFits, FootFits],
    bearings: Sequence[Bearing],
    hidden: Side | None,
) -> tuple[FootFits, FootFits]:
    """Return the contacts of both feet with what the soles tell of their events, where they do."""
    about = _about(feet, bearings)
    told: list[FootFits] = [dict(fits) for fits in feet]
    for away in ENDS:
        known = [_known(feet[foot], about[foot, away], bearings, away) for foot in (0, 1)]
        jobs = [Job(foot, away, list(known[foot].values())) for foot in (0, 1)]
        for foot, events in enumerate(time_events(paths, jobs)):
            unseen = _hidden_sd_s(away) if FEET[foot] == hidden else 0.0
            for number, event in zip(known[foot], events, strict=True):
                if event is not None:
                    gently = _gently_s(bearings[number], away)
                    sole = Event(event.time_s, math.hypot(event.sd_s, unseen, gently))
                    told[foot][number] = _with_event(told[foot][number], away, sole)
    return told[0], told[1]


def _about(
    feet: tuple[FootFits, FootFits], bearings: Sequence[Bearing]
) -> dict[tuple[int, Away], dict[int, float]]:
    """Return about when the events of each foot and end are, by the contact's number, real seconds."""
    about: dict[tuple[int, Away], dict[int, float]] = {}
    for away in ENDS:
        for foot in (0, 1):
            about[foot, away] = {number: _end(fit, away).time_s for number, fit in feet[foot].items()}
        pairs = pairs_of(feet, bearings, away)
        apart_s = learn_apart_s(list(pairs.values()))
        for number, pair in pairs.items():
            for foot, event in enumerate(together(*pair, apart_s)):
                about[foot, away][number] = event.time_s
    return about


def pairs_of(
    feet: tuple[FootFits, FootFits], bearings: Sequence[Bearing], away: Away
) -> dict[int, tuple[Event, Event]]:
    """Return the events of both feet at one end of each contact in which both are timed there."""
    pairs = {}
    for number, bearing in enumerate(bearings):
        if bearing.feet[away] == "both" and bearing.flight(away) is not None:
            left, right = (_end(fits[number], away) for fits in feet)
            if math.isfinite(left.sd_s) and math.isfinite(right.sd_s):
                pairs[number] = left, right
    return pairs


def _end(fit: Fit, away: Away) -> Event:
    return fit.touchdown if away < 0 else fit.takeoff


def _known(
    fits: FootFits, about: Mapping[int, float], bearings: Sequence[Bearing], away: Away
) -> dict[int, Coarse]:
    """Return what is known of the events of one foot, by the contact's number, of those beside a flight."""
    known = {}
    for number, fit in fits.items():
        flight = bearings[number].flight(away)
        if flight is not None and bearings[number].feet[away] in ("both", fit.side):
            length_s = flight.touchdown_s - flight.takeoff_s
            if length_s > 0:
                known[number] = Coarse(about[number], _room_s(fit, bearings[number]), length_s)
    return known


def _room_s(fit: Fit, bearing: Bearing) -> float:
    """Return how much of a contact belongs to one of its ends: half, or what is looked at of standing."""
    if bearing.before is None or bearing.after is None:
        return STANDING_S
    return (fit.takeoff.time_s - fit.touchdown.time_s) / 2


def _gently_s(bearing: Bearing, away: Away) -> float:
    """Return the SD that an event of a sole has for leaving gently into a low flight, real seconds.

    A tip that is hardly thrown up takes its time over the millimetres in which nobody can tell it from a shoe
    that gives way: both feet alike. (A single foot is swung.)
    """
    flight = bearing.flight(away)
    if bearing.feet[away] != "both" or flight is None:
        return 0.0
    return _GENTLY_S * max(0.0, 1 - (flight.touchdown_s - flight.takeoff_s) / USUAL_FLIGHT_S)


def _with_event(fit: Fit, away: Away, sole: Event) -> Fit:
    """Return a contact with one of its events as landmarks and sole tell it together."""
    event = fused(_end(fit, away), sole) or sole
    down, up = (event, fit.takeoff) if away < 0 else (fit.touchdown, event)
    if down.time_s >= up.time_s:
        return fit
    return replace(fit, touchdown=down, takeoff=up, sd_s=math.hypot(down.sd_s, up.sd_s))
