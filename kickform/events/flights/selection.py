"""How slowly the file plays, and which candidate flights are real ones at that speed.

In flight the centre of mass falls with g. Measured in statures per second squared that is 9.81 /
stature = 5.1 to 6.5 for bodies of 1.5 to 1.9 m in a real-time clip, and k^2 times less in one that plays k
times slower. The neighbours among k = 1, 2, 4, 8 differ by a factor of four, so that even a measurement
that is off by half cannot be taken for another. A flight that fits no better than an imagined one (a body
that does not fall) is not a flight.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from kickform.events.flights.boundaries import leave_the_ground, refine_flight_boundaries
from kickform.events.flights.candidates import CLEAR_RISE, FlightCandidate
from kickform.events.slow_motion import EXPECTED_FALL

__all__ = ["real_flights"]


_LEAST_TOGETHER = 3
_LIKE_THE_OTHERS = (0.3, 2.5)
"""Rise of the toes, and drop of the body, as shares of the clip's typical ones, of a flight whose fall cannot
be told."""
_WHOLLY_LIKE, _FEWEST_CERTAIN = (0.6, 1.6), 2
"""Toes' rise, length and drop of the body, as shares of what is typical of the certain flights, of one that
is like them in all three; certain ones it takes to tell."""
_ROUGH_FALL = (0.3, 3.0)
"""Its fall as shares of the expected one."""
_LEAST_MEAN_FALL = 0.65
_LEAST_SHARE_OF_DROP = 0.5
_LEAST_TYPICAL_RISE = 0.008
"""Least median rise of the toes over all flights, statures: below it nobody has left the ground."""


def _sinks_enough(flight: FlightCandidate, expected: float) -> bool:
    """Return whether the body sinks from its top by what it must in half the flight: a share of g t^2 / 8."""
    return flight.cut or flight.drop_share >= _LEAST_SHARE_OF_DROP * expected * flight.duration_s**2 / 8


def real_flights(flights: Sequence[FlightCandidate]) -> list[FlightCandidate]:
    """Return the flights in which the body falls as it must.

    Dropped are those in which the body sinks by less than `_LEAST_SHARE_OF_DROP` of what it must in that
    time: feet that stir under a body that stands still. Kept of the others are those whose fall lies between
    0.6 and 1.8 times the expected one, allowing each 2 SD of its own measurement. One whose fall is too
    uncertain to be told from standing is kept only if it rises like the clip's certain ones, or if all of
    them together fall without a doubt; one that falls otherwise, only if all else about it is like them. A
    flight that the clip's end cuts after a frame or two has no fall: the toes must be plainly up. What is
    left begins and ends as toes or body tell (`kickform.events.flights.boundaries`).
    """
    expected = EXPECTED_FALL
    deep = [f for f in flights if _sinks_enough(f, expected)]
    may = [f for f in deep if _may_fall(f, expected)]
    falling = [f for f in may if f.rise_share > 0 or _surely_falls(f, expected)]
    certain = [f for f in falling if f.fall > 2 * f.fall_sd and not f.cut]
    if not certain and _fall_together(falling):
        certain = [f for f in falling if not f.cut]
    if not certain:
        return []
    typical = float(np.median([f.rise_share for f in certain]))
    surely = sum(_surely_falls(f, expected) for f in certain)
    if typical < _LEAST_TYPICAL_RISE and surely < _LEAST_TOGETHER:
        return []
    low, high = _LIKE_THE_OTHERS[0] * typical, _LIKE_THE_OTHERS[1] * typical
    sinks = _LIKE_THE_OTHERS[0] * float(np.median([f.drop_share for f in certain]))
    like = [f for f in deep if f.rise_share >= low and (f.cut or f.drop_share >= sinks)]
    kept = [f for f in falling if f.fall > 2.5 * f.fall_sd or f in like]
    kept = _without_doubtful(kept, expected)
    short = [f for f in like if not math.isfinite(f.fall_sd) and f.rise_share <= high]
    short = [f for f in short if not f.cut or f.rise_share >= CLEAR_RISE]
    others = [f for f in deep if f not in kept and f not in short and _trembling(f, expected)]
    alike = [f for f in others if _wholly_like(f, certain)]
    real = sorted(kept + short + alike, key=lambda f: f.takeoff_s)
    real = _without_holes(real, [f for f in may if f not in real], certain)
    return refine_flight_boundaries(real, expected) if leave_the_ground(real, expected) else []


def _trembling(flight: FlightCandidate, expected: float) -> bool:
    """Return whether the body falls at all like one in flight, roughly measured: a pose may tremble."""
    return _ROUGH_FALL[0] * expected <= flight.fall <= _ROUGH_FALL[1] * expected


def _wholly_like(flight: FlightCandidate, certain: Sequence[FlightCandidate]) -> bool:
    """Return whether all but its fall is like the certain flights."""
    if flight.cut or flight.rise_share < CLEAR_RISE or len(certain) < _FEWEST_CERTAIN:
        return False
    own = np.array([flight.rise_share, flight.duration_s, flight.drop_share])
    theirs = [(f.rise_share, f.duration_s, f.drop_share) for f in certain]
    typical = np.median(theirs, axis=0)
    return bool((own >= _WHOLLY_LIKE[0] * typical).all() and (own <= _WHOLLY_LIKE[1] * typical).all())


def _without_holes(
    real: list[FlightCandidate], left_out: Sequence[FlightCandidate], certain: Sequence[FlightCandidate]
) -> list[FlightCandidate]:
    """Return the flights of a set with those between them in which the body bounces as in the certain ones.

    In a flight of four frames one that was dropped hides how the toes rise, and a single fall is known too
    little to tell: but a body that bounces like that in the midst of a set leaves the ground like that.
    """
    if len(certain) < _FEWEST_CERTAIN or len(real) < 2:
        return real
    usual = float(np.median([f.drop_share for f in certain]))
    between = [
        f
        for f in left_out
        if f.together
        and real[0].touchdown_s < f.takeoff_s
        and f.touchdown_s < real[-1].takeoff_s
        and _WHOLLY_LIKE[0] * usual <= f.drop_share <= _WHOLLY_LIKE[1] * usual
        and all(f.touchdown_s <= one.takeoff_s or one.touchdown_s <= f.takeoff_s for one in real)
    ]
    return sorted(real + between, key=lambda f: f.takeoff_s)


def _may_fall(flight: FlightCandidate, expected: float) -> bool:
    """Return whether the body may fall as it must, given how well its fall is measured."""
    margin = 2 * flight.fall_sd
    return math.isfinite(margin) and 0.6 * expected - margin <= flight.fall <= 1.8 * expected + margin


def _surely_falls(flight: FlightCandidate, expected: float) -> bool:
    """Return whether the body falls so fast, without a doubt, that the ground cannot bear much of it."""
    return flight.fall - 2 * flight.fall_sd > 0.6 * expected


def _without_doubtful(flights: Sequence[FlightCandidate], expected: float) -> list[FlightCandidate]:
    """Drop the flights whose toes hardly rise unless they fall like flights when taken together.

    In walking and marching on the spot the body bounces as well, a foot may seem to rise, and single falls
    are too uncertain to tell: their mean is not.
    """
    sure = [f for f in flights if f.rise_share >= CLEAR_RISE]
    low = [f for f in flights if f.rise_share < CLEAR_RISE]
    if not low or (not sure and len(low) < _LEAST_TOGETHER):
        return sure
    weights = np.array([f.fall_sd**-2 for f in low])
    mean = float(np.dot(weights, [f.fall for f in low]) / weights.sum())
    return list(flights) if mean >= _LEAST_MEAN_FALL * expected else sure


def _fall_together(flights: Sequence[FlightCandidate]) -> bool:
    """Return whether several uncertain flights, taken together, fall by more than 3 SD of their mean.

    Those in which the body hardly sinks, compared with the others, are the noise of a body that stands.
    """
    whole = [f for f in flights if not f.cut]
    usual = float(np.median([f.drop_share for f in whole])) if whole else 0.0
    whole = [f for f in whole if f.drop_share >= _LIKE_THE_OTHERS[0] * usual]
    if len(whole) < _LEAST_TOGETHER:
        return False
    weights = np.array([f.fall_sd**-2 for f in whole])
    return float(np.dot(weights, [f.fall for f in whole])) > 3 * math.sqrt(float(weights.sum()))
