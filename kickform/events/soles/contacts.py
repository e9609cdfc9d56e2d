"""Contacts as the soles time them, event by event, where these were followed in the pictures.

The landmarks tell where to look, and what one foot of two is held against. Helper of
`kickform.events.contacts`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

from kickform.events.fitting.toe_hinge import STANDING_S, USUAL_FLIGHT_S, Fit
from kickform.events.soles.paths import SolePaths
from kickform.events.soles.timing import HIDDEN_SD_S, Coarse, Job, first_of, time_events
from kickform.events.types import Away, Event, Side, Span

__all__ = ["ENDS", "SIDES", "Around", "gently", "refine_by_soles", "with_soles"]

SIDES: tuple[Side, Side] = ("left", "right")
ENDS: tuple[Away, Away] = (-1, 1)
"""Touchdown and take-off, as the way that time goes from the contact into the flight."""

_OTHER_FOOT_S, _OTHER_FOOT_SD_S = 0.002, 0.003
"""By how much the foot that could not be followed lands before and leaves after the other: mean and SD. Feet
land a few milliseconds apart, either of them first."""
_ALONE_SDS, _ALONE_S = 4.0, 0.06
"""SDs of the landmarks' event, and real seconds, beyond which the foot in sight, where the other was not
followed, is not believed: it is right where landmarks are 40 ms off."""
_ONE_IS_WRONG_S = 0.035
"""Feet of a two-footed jump do not land or leave further apart than this: one was followed wrongly."""

_GENTLY_S = 0.016
"""SD of an event beside the lowest of flights, for the tip creeps over the last 3 mm for some 25 ms:
less of it the longer the flight, and nothing beside a usual one, real seconds."""

Around = tuple[Span | None, Span | None]
"""The flights before and after a contact."""


def refine_by_soles(
    paths: SolePaths,
    fits: Sequence[Fit],
    around: Sequence[Around],
    feet_at: Sequence[Mapping[Away, Side]],
    hidden: Side | None,
) -> list[Fit]:
    """Return the contacts timed by the soles' paths, event by event, wherever these could be followed.

    Args:
        paths: of the soles.
        fits: the contacts by their landmarks.
        around: the flights before and after each.
        feet_at: the feet that land at the beginning of each and leave at its end.
        hidden: the foot that is half hidden behind the other leg, if any.
    """
    ends = list(product((0, 1), ENDS))
    known = [_known(fits, around, feet_at, foot, away) for foot, away in ends]
    jobs = [Job(foot, away, list(own.values())) for (foot, away), own in zip(ends, known, strict=True)]
    found: dict[tuple[int, int, int], Event] = {}
    for job, own, events in zip(jobs, known, time_events(paths, jobs), strict=True):
        unseen = HIDDEN_SD_S[job.away] if SIDES[job.foot] == hidden else 0.0
        for number, event in zip(own, events, strict=True):
            if event is not None:
                found[number, job.foot, job.away] = Event(event.time_s, math.hypot(event.sd_s, unseen))
    pairs = enumerate(zip(fits, feet_at, strict=True))
    told = [with_soles(fit, number, feet, found, hidden) for number, (fit, feet) in pairs]
    return [gently(*one) for one in zip(told, fits, around, feet_at, strict=True)]


def gently(told: Fit, coarse: Fit, beside: Around, feet: Mapping[Away, Side]) -> Fit:
    """Return a contact with what more is unknown of two feet's landing and leaving beside a low flight.

    A tip that is hardly thrown up takes its time over the millimetres in which nobody can tell it from a shoe
    that gives way: both feet alike. (A single foot is swung.)

    Args:
        told: the contact as the soles tell it.
        coarse: as the landmarks do.
        beside: the flights before and after it.
        feet: the feet that land at its beginning and leave at its end.
    """
    if told is coarse:
        return told
    down, up = told.touchdown, told.takeoff
    if feet[-1] == "both" and down is not coarse.touchdown:
        down = Event(down.time_s, math.hypot(down.sd_s, _gently_s(_length_s(beside[0]))))
    if feet[1] == "both" and up is not coarse.takeoff:
        up = Event(up.time_s, math.hypot(up.sd_s, _gently_s(_length_s(beside[1]))))
    return replace(told, touchdown=down, takeoff=up, sd_s=math.hypot(down.sd_s, up.sd_s))


def _gently_s(flight_s: float) -> float:
    """Return the SD that an event has for that beside a flight of this length, real seconds."""
    return _GENTLY_S * max(0.0, 1 - flight_s / USUAL_FLIGHT_S)


def _known(
    fits: Sequence[Fit],
    around: Sequence[Around],
    feet_at: Sequence[Mapping[Away, Side]],
    foot: int,
    away: Away,
) -> dict[int, Coarse]:
    """Return what is known of the events of one foot by the contact's number, of those beside a flight."""
    known = {}
    for number, (fit, beside) in enumerate(zip(fits, around, strict=True)):
        flight_s = _length_s(beside[away > 0])
        if feet_at[number][away] in ("both", SIDES[foot]) and flight_s > 0:
            event = fit.touchdown if away < 0 else fit.takeoff
            known[number] = Coarse(event.time_s, _room_s(fit, beside), flight_s)
    return known


def _length_s(flight: Span | None) -> float:
    return 0.0 if flight is None else flight.touchdown_s - flight.takeoff_s


def _room_s(fit: Fit, beside: Around) -> float:
    """Return how much of a contact belongs to one of its ends: half, or what is looked at of standing."""
    if beside[0] is None or beside[1] is None:
        return STANDING_S
    return (fit.takeoff.time_s - fit.touchdown.time_s) / 2


def with_soles(
    fit: Fit,
    number: int,
    feet: Mapping[Away, Side],
    found: Mapping[tuple[int, int, int], Event],
    hidden: Side | None,
) -> Fit:
    """Return a contact with its events as the soles tell them, where they do."""
    ends: dict[Away, Event] = {-1: fit.touchdown, 1: fit.takeoff}
    for away, coarse in list(ends.items()):
        told = {
            side: found[number, foot, away]
            for foot, side in enumerate(SIDES)
            if (number, foot, away) in found
        }
        off = {side: abs(event.time_s - coarse.time_s) for side, event in told.items()}
        if len(told) == 2 and abs(told["left"].time_s - told["right"].time_s) > _ONE_IS_WRONG_S:
            del told[max(off, key=lambda side: off[side])]
        if feet[away] == "both" and len(told) == 1 and _alone_is_wrong(told, off, coarse, hidden):
            told.clear()
        if len(told) == 2:
            ends[away] = first_of(told["left"], told["right"], away)
        for one in told.values() if len(told) == 1 else ():
            apart_s, apart_sd_s = (_OTHER_FOOT_S, _OTHER_FOOT_SD_S) if feet[away] == "both" else (0.0, 0.0)
            ends[away] = Event(one.time_s + away * apart_s, math.hypot(one.sd_s, apart_sd_s))
    if ends[-1].time_s >= ends[1].time_s:
        return fit
    return replace(fit, touchdown=ends[-1], takeoff=ends[1], sd_s=math.hypot(ends[-1].sd_s, ends[1].sd_s))


def _alone_is_wrong(
    told: Mapping[Side, Event], off: Mapping[Side, float], coarse: Event, hidden: Side | None
) -> bool:
    """Return whether the one foot of two that was followed lies too far from what the landmarks tell."""
    side = next(iter(told))
    return off[side] > (_ONE_IS_WRONG_S if side == hidden else max(_ALONE_S, _ALONE_SDS * coarse.sd_s))
