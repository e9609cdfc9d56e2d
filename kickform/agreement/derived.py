"""Flights and what is computed from them, in both: flight time, height, RSI, flight:contact."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kickform.agreement.quantities import Pair, quantity
from kickform.agreement.reference import ReferenceContact
from kickform.agreement.result import Quantity
from kickform.result import Analysis, FlightResult, RepResult
from kickform.scale import G, jump_height_m

__all__ = ["derived_quantities"]

_SAME_S = 1e-3
_HEIGHT = "the reference's height is g t^2 / 8 of its flight time, as between postures that are alike"


@dataclass(frozen=True, slots=True)
class _Jump:
    """One flight in both, with the contact before it where that is in both as well."""

    flight: FlightResult
    rep: RepResult | None
    reference_s: float
    contact_ms: float | None
    reference_contact_s: float | None


def derived_quantities(
    analysis: Analysis, contacts: Sequence[ReferenceContact], pairs: Sequence[tuple[int, int]]
) -> list[Quantity]:
    """Return flight time, height, RSI and flight:contact of the flights between contacts that are in both.

    RSI is height over contact time in m/s, flight:contact the ratio of the times; both share the take-off.

    Args:
        analysis: the clip.
        contacts: the reference's, in order, with events.
        pairs: (place in the clip, place in the reference) of the contacts that are in both.
    """
    jumps = _jumps(analysis, contacts, pairs)
    whole = [jump for jump in jumps if jump.contact_ms and jump.reference_contact_s]
    return [
        quantity("flight_time_ms", "Flight time", "ms", [_flight_pair(jump) for jump in jumps]),
        quantity("jump_height_cm", "Jump height", "cm", [_height_pair(jump) for jump in jumps], _HEIGHT),
        quantity("rsi_m_per_s", "Reactive strength index", "m/s", [_rsi_pair(jump) for jump in whole]),
        quantity("flight_contact_ratio", "Flight : contact", "", [_ratio_pair(jump) for jump in whole]),
    ]


def _jumps(
    analysis: Analysis, contacts: Sequence[ReferenceContact], pairs: Sequence[tuple[int, int]]
) -> list[_Jump]:
    """Return the flights that are in both.

    One is where the contact before or after it is, and the other one is none or its neighbour in the reference.
    """
    there = dict(pairs)
    found = []
    for flight in analysis.flights:
        before = _place(analysis, "takeoff_s", flight.takeoff_s)
        after = _place(analysis, "touchdown_s", flight.touchdown_s)
        one = there.get(before) if before is not None else None
        two = there.get(after) if after is not None else None
        one = two - 1 if one is None and two else one
        two = one + 1 if two is None and one is not None else two
        if one is None or two != one + 1 or two >= len(contacts):
            continue  # the two have different contacts between them: not the same flight
        up, down = contacts[one].takeoff_s, contacts[two].touchdown_s
        if up is None or down is None or down <= up:
            continue
        contact_ms = analysis.contacts[before].contact_time_ms if before in there else None
        rep = next((r for r in analysis.reps if abs(r.end_s - flight.touchdown_s) < _SAME_S), None)
        found.append(_Jump(flight, rep, down - up, contact_ms, contacts[one].contact_s))
    return found


def _place(analysis: Analysis, event: str, at_s: float) -> int | None:
    """Return which contact has the event at that time."""
    near = (i for i, c in enumerate(analysis.contacts) if abs(getattr(c, event) - at_s) < _SAME_S)
    return next(near, None)


def _flight_pair(jump: _Jump) -> Pair:
    sd = None if jump.rep is None else jump.rep.sds.get("flight_time_ms")
    if sd is None and jump.flight.sd_cm is not None:  # the SD of a height g t^2 / 8, turned back
        sd = 1000 * jump.flight.sd_cm / 100 * 4 / (G * jump.flight.flight_time_ms / 1000)
    return jump.flight.flight_time_ms, 1000 * jump.reference_s, sd


def _height_pair(jump: _Jump) -> Pair:
    return jump.flight.jump_height_cm, 100 * jump_height_m(jump.reference_s), jump.flight.sd_cm


def _rsi_pair(jump: _Jump) -> Pair:
    contact_s, reference_s = (jump.contact_ms or math.nan) / 1000, jump.reference_contact_s or math.nan
    here, sd = _of_rep(jump.rep, "rsi_m_per_s")
    here = jump.flight.jump_height_cm / 100 / contact_s if here is None else here
    return here, jump_height_m(jump.reference_s) / reference_s, sd


def _ratio_pair(jump: _Jump) -> Pair:
    contact_s, reference_s = (jump.contact_ms or math.nan) / 1000, jump.reference_contact_s or math.nan
    here, sd = _of_rep(jump.rep, "flight_contact_ratio")
    here = jump.flight.flight_time_ms / 1000 / contact_s if here is None else here
    return here, jump.reference_s / reference_s, sd


def _of_rep(rep: RepResult | None, name: str) -> tuple[float | None, float | None]:
    """Return a rep's value and its SD; None for what it has not."""
    return (None, None) if rep is None else (rep.metrics.get(name), rep.sds.get(name))
