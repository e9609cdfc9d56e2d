"""Touchdown and take-off to a fraction of a frame, with an SD on each. One function: `time_contacts`.

The method, per contact between two flights (times here in real seconds, heights in statures):

1. Each foot is timed by itself (`kickform.events.each_foot`). The signal is the height z(t) of its toe's
   landmark, *unfiltered*: a low-pass moves events by tens of milliseconds. The toe, not heel or ankle,
   because the heel lifts long before the toe leaves.
2. A hinge is fitted by robust least squares (soft L1), in a window of the contact and up to 110 ms of
   flight on either side:

       z(t) = z0 + [v1 a + c1 a^2 / 2]+ + [v2 b + c2 b^2 / 2]+,  a = touchdown - t,  b = t - take-off

   with [x]+ = x for a > 0 (b > 0), else 0. The foot's velocity has a kink at contact; the centre of mass has
   one only in its jerk, so it is the foot that carries the timing.
3. The flights beside it inform the fit: v1 and v2 are drawn to shares of g tf / 2, the curvatures to -g,
   each as a prior with a width (legs bend in flight, so the foot is no free-falling stone).
4. Where the feet were followed in the pictures themselves (`kickform.pose.flow.feet`), their soles time the
   events as well (`kickform.events.soles.timing`).
5. All this is the forefoot. A foot that lands on its heel is on the ground earlier: there its contact begins
   with the heel (`kickform.events.fitting.heel_landing`).
6. A contact of both feet lasts from the first foot down to the last foot up (`kickform.events.pairing`).
7. The SD comes from the fits' covariance, with a floor for what the covariance cannot know, and is made
   larger by what clips with truth show to be missing in it (`kickform.events.event_sd`).

The force in the contact is nowhere assumed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from kickform.events.each_foot import ENDS, FEET, Bearing, FootFits, pairs_of, stands, time_each_foot
from kickform.events.event_sd import with_stated_sds
from kickform.events.fitting.toe_hinge import NOISE_FLOOR, STANDING_S, Fit, Toes
from kickform.events.flights.candidates import FlightCandidate
from kickform.events.observation import Observation
from kickform.events.pairing import learn_apart_s, outer
from kickform.events.soles.paths import SEEDINGS, SolePaths
from kickform.events.stance_side import add_planted_feet, detect_stance_sides
from kickform.events.types import Away, Contact, ContactTrain, Event, Flight, Side, Span
from kickform.numeric import FloatArray, noise_sd
from kickform.pose.track import Landmark

__all__ = ["time_contacts"]


_TOES = (Landmark.L_FOOT_INDEX, Landmark.R_FOOT_INDEX)
_HEELS = (Landmark.L_HEEL, Landmark.R_HEEL)

_FEWEST_HOPS = 2
"""Contacts of one and the same foot next to a stand that make it a stand between hops."""

Beside = tuple[Span | None, Span | None]
"""The flights before and after a contact."""

_FEWEST_STAYS, _TWICE, _LIKE_TWO = 3, 1.6, 0.35
"""Contacts that tell how long one usually lasts; how many times as long one is that may be two; and how near
to two and a flight, as a share of the usual one."""
_BLINK_S, _LOW_FLIGHT_S = 0.07, 0.13
"""Loss of sight in which a jump may be, and flights so low that one may be overlooked, real seconds."""


def time_contacts(
    seen: Observation, flights: Sequence[FlightCandidate], seedings: int = len(SEEDINGS)
) -> ContactTrain:
    """Time every contact before, between and after `flights`.

    Args:
        seen: the athlete, on the clock of real time.
        flights: real flights, in order (`kickform.events.flights.selection.real_flights`), at least one
            of them whole.
        seedings: in how many ways points are laid on the soles (`kickform.events.soles.paths`).

    Returns:
        The contacts, and the whole flights between them. The first contact begins and the last one ends
        where the clip or the sight of the athlete does, with infinite SD, unless a cut flight is there.
    """
    if not flights:
        return ContactTrain((), ())
    toes = _heights(seen, _TOES)
    spans = _spans(flights)
    frames = np.flatnonzero(np.isfinite(toes.left))
    clip = (float(toes.time_s[frames[0]]), float(toes.time_s[frames[-1]]))
    around = list(pairwise([None, *spans, None]))
    looked_at = [_looked_at(before, after, clip) for before, after in around]
    sides = _stance_sides(seen, toes, looked_at)
    bearings = [
        Bearing(_feet_at_ends(sides, around, number), *beside) for number, beside in enumerate(around)
    ]
    paths = None
    if seen.feet is not None and seen.feet.corners is not None:
        paths = SolePaths(toes.time_s, seen.feet.corners, seen.stature_px, seedings)
    heels = _heights(seen, _HEELS)
    feet = time_each_foot(toes, heels, bearings, clip, seen.occluded, paths)
    fits = _of_both(sides, bearings, feet, clip)
    for number in _hiding_a_jump(spans, toes.time_s[frames]):
        fits[number] = _withheld(fits[number])
    # Before a flight that the clip begins in, and after one that it ends in, there is no contact to see.
    fits = fits[flights[0].cut : len(fits) - flights[-1].cut]
    return _assemble(fits)


def _stance_sides(seen: Observation, toes: Toes, looked_at: Sequence[tuple[float, float]]) -> list[Side]:
    """Return which feet bear each contact, by landmarks and by soles that stay where they are."""
    noise = (toes.noise_left, toes.noise_right)
    sides = detect_stance_sides(toes.time_s, seen.xy_up, seen.height_px, noise, looked_at)
    step = seen.toe_step
    return sides if step is None else add_planted_feet(sides, toes.time_s, step, looked_at)


def _spans(flights: Sequence[FlightCandidate]) -> list[Span]:
    """Return the flights as spans of time; one that the clip cuts gets the length of the others."""
    typical_s = float(np.median([f.duration_s for f in flights if not f.cut]))
    spans = []
    for index, flight in enumerate(flights):
        start, stop = flight.takeoff_s, flight.touchdown_s
        if flight.cut and index == 0:
            start = min(start, stop - typical_s)
        elif flight.cut:
            stop = max(stop, start + typical_s)
        spans.append(Span(start, stop, flight.low_rise, flight.systematic_sd_s))
    return spans


def _heights(seen: Observation, marks: tuple[Landmark, Landmark]) -> Toes:
    """Return the heights of both toes or heels, with their noise: the more, the less one is seen."""
    visibility = seen.visibility
    feet = [
        (seen.xy_up[:, foot, 1] / seen.height_px, float(np.median(visibility[visibility[:, 0] > 0, foot])))
        for foot in marks
    ]
    (left, see_left), (right, see_right) = feet
    return Toes(seen.time_s, left, right, _noise(left) / see_left, _noise(right) / see_right, seen.stature_m)


def _noise(heights: FloatArray) -> float:
    """Return the SD of a toe's frame-to-frame noise, statures.

    The movement itself adds to it (a stone falls 0.6 % of a stature in a frame of 1/30 s), to both feet
    equally. The 70th percentile, rather than the median, notices a guessed foot that jumps now and then.
    """
    noise = noise_sd(heights, percentile=70, normal=1.0)
    return max(noise, NOISE_FLOOR) if math.isfinite(noise) else NOISE_FLOOR


def _hiding_a_jump(spans: Sequence[Span], seen_s: FloatArray) -> list[int]:
    """Return the numbers of the contacts that are as long as two and may have an unseen jump in them.

    It may lie in frames that are missing, or among jumps so low and quick that the body hardly shows them.

    Args:
        spans: the flights.
        seen_s: (F,) times of the frames that show the athlete, real seconds.
    """
    stays = [after.takeoff_s - before.touchdown_s for before, after in pairwise(spans)]
    if len(stays) < _FEWEST_STAYS:
        return []
    usual_s = float(np.median(stays))
    flight_s = float(np.median([span.touchdown_s - span.takeoff_s for span in spans]))
    blink_s = max(_BLINK_S, 2.5 * float(np.median(np.diff(seen_s))))
    hiding = []
    for number, (before, stay_s) in enumerate(zip(spans, stays, strict=False), start=1):
        inside = (seen_s >= before.touchdown_s) & (seen_s <= before.touchdown_s + stay_s)
        blinked = inside.sum() < 2 or float(np.diff(seen_s[inside]).max()) > blink_s
        like_two = abs(stay_s - 2 * usual_s - flight_s) < _LIKE_TWO * usual_s
        if stay_s > _TWICE * usual_s and (blinked or (flight_s < _LOW_FLIGHT_S and like_two)):
            hiding.append(number)
    return hiding


def _withheld(fit: Fit) -> Fit:
    """Return a contact of which nothing is known but that it is about there."""
    touchdown, takeoff = (Event(event.time_s, math.inf) for event in (fit.touchdown, fit.takeoff))
    return Fit(fit.side, touchdown, takeoff, math.inf)


def _feet_at_ends(sides: Sequence[Side], around: Sequence[Beside], number: int) -> dict[Away, Side]:
    """Return which feet land at the beginning of a contact and leave at its end.

    Who hops on one leg lands on it and then puts the other foot down, or stands on both and leaves from one:
    where a stand bears on both, the foot of the hops beside it tells.
    """
    if sides[number] != "both" or not stands(*around[number]):
        return {-1: sides[number], 1: sides[number]}
    ends: dict[Away, Side] = {}
    for away in ENDS:
        run, at = [], number + away
        while 0 <= at < len(sides) and not stands(*around[at]):
            run.append(sides[at])
            at += away
        hops = len(run) >= _FEWEST_HOPS and len(set(run)) == 1
        ends[away] = run[0] if hops else "both"
    return ends


def _of_both(
    sides: Sequence[Side],
    bearings: Sequence[Bearing],
    feet: tuple[FootFits, FootFits],
    clip: tuple[float, float],
) -> list[Fit]:
    """Return the contacts: each from the first of its feet that lands to the last one that leaves."""
    ends: dict[Away, list[Event]] = {}
    for away in ENDS:
        pairs = pairs_of(feet, bearings, away)
        apart_s = learn_apart_s(list(pairs.values()))
        ends[away] = [
            outer(*pairs[number], away, apart_s)
            if number in pairs
            else _of_one(number, bearing, feet, away, clip)
            for number, bearing in enumerate(bearings)
        ]
    return [
        Fit(side, down, up, math.hypot(down.sd_s, up.sd_s) * _alike(number, feet))
        for number, (side, down, up) in enumerate(zip(sides, ends[-1], ends[1], strict=True))
    ]


def _of_one(
    number: int,
    bearing: Bearing,
    feet: tuple[FootFits, FootFits],
    away: Away,
    clip: tuple[float, float],
) -> Event:
    """Return the event of the one foot that is timed at an end; the clip's own where none is."""
    if bearing.flight(away) is None:
        return Event(clip[away > 0], math.inf)
    fits = (
        fits[number]
        for foot, fits in zip(FEET, feet, strict=True)
        if number in fits and bearing.feet[away] in ("both", foot)
    )
    events = (fit.touchdown if away < 0 else fit.takeoff for fit in fits)
    return min(events, key=lambda event: event.sd_s)


def _alike(number: int, feet: tuple[FootFits, FootFits]) -> float:
    """Return the SD of a contact over that of two independent events: one error may move both."""
    fits = (fits[number] for fits in feet if number in fits and math.isfinite(fits[number].sd_s))
    best = min(fits, key=lambda fit: fit.sd_s, default=None)
    return 1.0 if best is None else best.sd_s / math.hypot(best.touchdown.sd_s, best.takeoff.sd_s)


def _looked_at(before: Span | None, after: Span | None, clip: tuple[float, float]) -> tuple[float, float]:
    """Return the part of a contact that shows which feet bear it; of standing, what is next to the flight."""
    start = before.touchdown_s if before else clip[0]
    stop = after.takeoff_s if after else clip[1]
    if before is None:
        start = max(start, stop - 2 * STANDING_S)
    if after is None:
        stop = min(stop, start + 2 * STANDING_S)
    return start, stop


def _assemble(fits: Sequence[Fit]) -> ContactTrain:
    """Turn the fits into contacts and the flights between them, in real seconds."""
    contacts = tuple(
        with_stated_sds(
            Contact(
                fit.side,
                fit.touchdown.time_s,
                fit.takeoff.time_s,
                fit.touchdown.sd_s,
                fit.takeoff.sd_s,
                fit.sd_s,
            ),
            2 if fit.side == "both" else 1,
        )
        for fit in fits
    )
    flights = tuple(
        Flight(a.takeoff_s, b.touchdown_s, math.hypot(a.takeoff_sd_s, b.touchdown_sd_s))
        for a, b in pairwise(contacts)
    )
    return ContactTrain(contacts, flights)
