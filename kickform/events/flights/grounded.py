"""Flights of the body in which no foot left the ground: a bounce in a squat, a shrug, a trembling pose.

The body may fall nearly like a body there. The soles, followed in the pictures, leave no doubt.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kickform.events.flights.candidates import FlightCandidate
from kickform.events.slow_motion import EXPECTED_FALL
from kickform.numeric import FloatArray

__all__ = ["drop_grounded_flights"]

_FOLLOWED = 0.8
"""Share of a flight's frames in which both feet must have been followed to say anything: a foot that swings
fast is lost more readily than one that only seems to be followed, and is ground."""
_STAYS, _STAYS_WITHIN = 0.4, 0.01
"""A foot that gets less far than this share of the height that the body falls from stayed on the ground, if
that is no more than a centimetre or two (statures): when a flight began may not be known well."""


def drop_grounded_flights(
    flights: Sequence[FlightCandidate], time_s: FloatArray, step: FloatArray
) -> list[FlightCandidate]:
    """Leave out the flights in which both feet, seen all the while, stay where they are.

    Args:
        flights: in order (`kickform.events.flights.selection.real_flights`), real seconds.
        time_s: (T,) real seconds.
        step: (T, 2, 2) motion of both feet over the ground from each frame to the next, statures; NaN where a
            foot was not followed.
    """
    return [flight for flight in flights if flight.cut or not _stay(flight, time_s, step)]


def _stay(flight: FlightCandidate, time_s: FloatArray, step: FloatArray) -> bool:
    own = step[(time_s > flight.takeoff_s) & (time_s <= flight.touchdown_s)]
    followed = np.isfinite(own).all(axis=2)
    if not len(own) or (followed.mean(axis=0) < _FOLLOWED).any():
        return False
    away = np.linalg.norm(np.cumsum(np.nan_to_num(own), axis=0), axis=2).max(axis=0)
    fallen = EXPECTED_FALL * flight.duration_s**2 / 8
    return bool((away < min(_STAYS * fallen, _STAYS_WITHIN)).all())
