"""Flights and what is computed from them, in both: flight time, height, RSI, flight:contact."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kickform.agreement.alignment import match_by_time
from kickform.agreement.quantities import Pair, quantity
from kickform.agreement.reference import ReferenceContact
from kickform.agreement.result import Quantity
from kickform.motion.scale import G, jump_height_m
from kickform.numeric import FloatArray
from kickform.results.analysis import Analysis, FlightResult
from kickform.results.findings import RepResult

__all__ = ["derived_quantities"]

_SAME_S = 1e-3
_BY_TIME = (
    "the height is g t^2 / 8 of the flight time in both, as a mat gives it; what KickForm shows also takes "
    "the postures at take-off and landing into account"
)


@dataclass(frozen=True, slots=True)
class _Jump:
    """One flight in both, with the contact before it where that is in both as well."""

    flight: FlightResult
    rep: RepResult | None
    reference_s: float
    reference_height_cm: float | None
    contact_ms: float | None
    reference_contact_s: float | None


def derived_quantities(
    analysis: Analysis,
    flights_s: FloatArray,
    contacts: Sequence[ReferenceContact],
    pairs: Sequence[tuple[int, int]],
    offset_s: float,
) -> list[Quantity]:
    """Return flight time, height, RSI and flight:contact of what is in both.

    RSI is height over contact time in m/s, flight:contact the ratio of the times. Both take the contact
    before the flight, which shares the take-off with it. Heights are compared as the reference defines them:
    from the flight time in both, or, where the reference tells a height of its own, that with KickForm's.

    Args:
        analysis: the clip.
        flights_s: its take-offs and touchdowns, real seconds on the clip's clock, shape (flights, 2).
        contacts: the reference's, in order, with events.
        pairs: (place in the clip, place in the reference) of the contacts that are in both.
        offset_s: the reference's clock minus the clip's.
    """
    jumps = _jumps(analysis, flights_s, contacts, pairs, offset_s)
    whole = [jump for jump in jumps if jump.contact_ms and jump.reference_contact_s]
    told = bool(jumps) and all(jump.reference_height_cm is not None for jump in jumps)
    height, rsi, note = (
        (_height_pair, _rsi_pair, "") if told else (_timed_height_pair, _timed_rsi_pair, _BY_TIME)
    )
    return [
        quantity("flight_time_ms", "Flight time", "ms", [_flight_pair(jump) for jump in jumps]),
        quantity("jump_height_cm", "Jump height", "cm", [height(jump) for jump in jumps], note),
        quantity("rsi_m_per_s", "Reactive strength index", "m/s", [rsi(jump) for jump in whole], note),
        quantity("flight_contact_ratio", "Flight : contact", "", [_ratio_pair(jump) for jump in whole]),
    ]


def _jumps(
    analysis: Analysis,
    flights_s: FloatArray,
    contacts: Sequence[ReferenceContact],
    pairs: Sequence[tuple[int, int]],
    offset_s: float,
) -> list[_Jump]:
    """Return the flights that are in both; the reference's lie between contacts that follow each other."""
    ends = [(j, one.takeoff_s, two.touchdown_s) for j, (one, two) in enumerate(pairwise(contacts))]
    there = [(j, up, down) for j, up, down in ends if up is not None and down is not None and down > up]
    if not there or not len(flights_s):
        return []
    reference_s = np.array([[up, down] for _, up, down in there])
    matched = match_by_time(flights_s, reference_s, [""] * len(flights_s), [""] * len(there), offset_s)
    paired = set(pairs)
    found = []
    for i, k in matched:
        flight, (j, up, down) = analysis.flights[i], there[k]
        before = _contact_before(analysis, flight.takeoff_s)
        in_both = before is not None and (before, j) in paired
        contact_ms = analysis.contacts[before].contact_time_ms if before is not None and in_both else None
        rep = next((r for r in analysis.reps if abs(r.end_s - flight.touchdown_s) < _SAME_S), None)
        height_cm, contact_s = contacts[j].jump_height_cm, contacts[j].contact_s
        found.append(_Jump(flight, rep, down - up, height_cm, contact_ms, contact_s))
    return found


def _contact_before(analysis: Analysis, takeoff_s: float) -> int | None:
    """Return which contact ends at that time of the file."""
    near = (i for i, contact in enumerate(analysis.contacts) if abs(contact.takeoff_s - takeoff_s) < _SAME_S)
    return next(near, None)


def _flight_pair(jump: _Jump) -> Pair:
    return jump.flight.flight_time_ms, 1000 * jump.reference_s, _flight_sd_ms(jump)


def _flight_sd_ms(jump: _Jump) -> float | None:
    """Return the stated SD of the flight time; from that of a height g t^2 / 8 where it is not stated."""
    if jump.rep is not None and "flight_time_ms" in jump.rep.sds:
        return jump.rep.sds["flight_time_ms"]
    if jump.flight.sd_cm is None:
        return None
    return 1000 * jump.flight.sd_cm / 100 * 4 / (G * jump.flight.flight_time_ms / 1000)


def _height_pair(jump: _Jump) -> Pair:
    return jump.flight.jump_height_cm, jump.reference_height_cm or math.nan, jump.flight.sd_cm


def _timed_height_pair(jump: _Jump) -> Pair:
    flight_s, sd_ms = jump.flight.flight_time_ms / 1000, _flight_sd_ms(jump)
    sd_cm = None if sd_ms is None else 100 * G * flight_s / 4 * sd_ms / 1000
    return 100 * jump_height_m(flight_s), 100 * jump_height_m(jump.reference_s), sd_cm


def _rsi_pair(jump: _Jump) -> Pair:
    contact_ms, reference_s = jump.contact_ms or math.nan, jump.reference_contact_s or math.nan
    here, sd = _of_rep(jump.rep, "rsi_m_per_s")
    here = 10 * jump.flight.jump_height_cm / contact_ms if here is None else here
    return here, (jump.reference_height_cm or math.nan) / 100 / reference_s, sd


def _timed_rsi_pair(jump: _Jump) -> Pair:
    """Return RSI by flight-time heights; its SD is as large a share of it as the one stated."""
    height_cm, reference_cm, _ = _timed_height_pair(jump)
    here = 10 * height_cm / (jump.contact_ms or math.nan)
    stated, sd = _of_rep(jump.rep, "rsi_m_per_s")
    return (
        here,
        reference_cm / 100 / (jump.reference_contact_s or math.nan),
        sd and here * sd / (stated or math.nan),
    )


def _ratio_pair(jump: _Jump) -> Pair:
    contact_ms, reference_s = jump.contact_ms or math.nan, jump.reference_contact_s or math.nan
    here, sd = _of_rep(jump.rep, "flight_contact_ratio")
    here = jump.flight.flight_time_ms / contact_ms if here is None else here
    return here, jump.reference_s / reference_s, sd


def _of_rep(rep: RepResult | None, name: str) -> tuple[float | None, float | None]:
    """Return a rep's value and its SD; None for what it has not."""
    return (None, None) if rep is None else (rep.metrics.get(name), rep.sds.get(name))
