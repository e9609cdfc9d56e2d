"""When a coarse flight begins and ends: as its toes tell, or as the body's own speed does.

Toes that rise by several centimetres tell it themselves. Where they rise by one or two, each can mislead:

- The body is fastest upward when the force falls below its weight. That is shortly before take-off in a quick
  contact, but an eighth of a second in a long one between low hops, where the force dies away slowly.
- A toe in a split stance, or of a foot that steps, rises late. One beside the other foot tells the time, but
  rises by some millimetres before it leaves, as the foot rolls over its tip.

So toes that leave side by side are believed, unless the body has left long before ones that do not rise
clearly. How far they are to be believed is said by an SD that grows as they rise less.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from kickform.events.flights.candidates import CLEAR_RISE, FlightCandidate

__all__ = ["leave_the_ground", "refine_flight_boundaries"]

_LEAVES_AFTER_S = 0.04
"""Real seconds from the body's greatest upward speed to take-off: about 0.03 s in jumps on force plates
(Linthorne 2001), 0.04-0.06 s in the rendered athlete."""
_LETS_GO_S = 0.025
"""Real seconds by which the body seems to be fastest before the force falls below its weight, two feet on the
ground (drawn sets of the rendered athlete and of the tests' figure, contacts of 0.1 to 0.6 s)."""
_SAME_SET_S = 1.5
"""From jump to jump in one set, real seconds at the most."""
_LEAVES_WITHIN_S, _LANDS_WITHIN_S = 0.06, 0.04
"""Most by which the toes' take-off and landing may differ from what the body's speed tells."""
_SHORTEST_S = 0.03
_LEAST_SHARE_OF_RISE, _PLAIN_SHARE_OF_RISE = 0.25, 0.5
"""What toes rise in a flight, as a share of g t^2 / 8, at the least, and as a rule."""
_ROLLS = 0.006
"""Statures (1 cm) by which a toe's landmark rises before its foot leaves, SD."""
_SHORTER = 0.75
"""What a low flight may last of what it seems to, for toes are steadied, and roll."""
_SOFT_SHARE = 0.5
"""What is unknown (SD) of how long the ground bears less than the body's weight, as a share of it."""


def leave_the_ground(flights: Sequence[FlightCandidate], expected: float) -> bool:
    """Return whether toes that rise by two centimetres at most do so in flights, rather than by rolling.

    A body that is thrown up gently falls almost freely on toes that are still down, and their landmarks rise
    as the foot rolls over its tip: for longer than their rise allows.

    Args:
        flights: of the whole clip, in order.
        expected: fall of a body, statures per second squared.
    """
    low = [_share_of_rise(f, expected) for f in flights if f.together and f.rise_share < 2 * _ROLLS]
    return 2 * len(low) <= len(flights) or float(np.median(low)) >= _PLAIN_SHARE_OF_RISE


def refine_flight_boundaries(flights: Sequence[FlightCandidate], expected: float) -> list[FlightCandidate]:
    """Return the flights as the body's own speed tells them where the toes do not, each with its doubt.

    Args:
        flights: real ones of the whole clip, in order.
        expected: fall of a body, statures per second squared.
    """
    unborne = [_unborne_s(*beside) for beside in pairwise(flights)]
    known = [span_s for span_s in unborne if span_s is not None]
    usual = float(np.median(known)) if known else None
    told = [usual if span_s is None else span_s for span_s in (None, *unborne, None)]
    timed = []
    for number, flight in enumerate(flights):
        leaves_s, lands_s = told[number], told[number + 1]
        if flight.cut:
            timed.append(flight)
        elif flight.together and leaves_s is not None and lands_s is not None:
            timed.append(_side_by_side(flight, expected, leaves_s, lands_s))
        else:
            timed.append(_apart(flight, expected))
    return timed


def _unborne_s(first: FlightCandidate, then: FlightCandidate) -> float | None:
    """Return how long, real seconds, the ground bears less than the body's weight at each end of a contact.

    From jump to jump the ground bears the body's weight on average. A force that swells and dies away as
    half a sine is below it, at either end, for asin(2 tc / pi T) / pi of the contact time tc, T being the
    time from jump to jump: 6 % of a quick contact, 20 % of a long one between low hops. None where the feet
    do not leave together, toes do not show the landing, or the flights belong to different sets.
    """
    period_s = then.push_s - first.push_s
    contact_s = then.push_s + _LETS_GO_S - first.touchdown_s
    shown = first.together and then.together and first.rise_share > 0
    if not (shown and 0 < contact_s < period_s < _SAME_SET_S):
        return None
    return contact_s * math.asin(2 * contact_s / (math.pi * period_s)) / math.pi


def _apart(flight: FlightCandidate, expected: float) -> FlightCandidate:
    """Return a flight of feet that are not known to leave together.

    The body is fastest upward shortly before the toes leave, when the force falls below its weight, and
    fastest downward as they land. The toes themselves show the landing better than that, if at the same time.
    """
    up, down = flight.push_s + _LEAVES_AFTER_S, flight.touchdown_s
    if flight.rise_share >= CLEAR_RISE and abs(up - flight.takeoff_s) <= _LEAVES_WITHIN_S:
        systematic_sd_s = _rolling_s(flight, expected)
        return replace(flight, systematic_sd_s=(systematic_sd_s, systematic_sd_s))
    if abs(down - flight.catch_s) > _LANDS_WITHIN_S:
        down = flight.catch_s
    return replace(flight, takeoff_s=min(up, down - _SHORTEST_S), touchdown_s=down, low_rise=True)


def _side_by_side(
    flight: FlightCandidate, expected: float, leaves_s: float, lands_s: float
) -> FlightCandidate:
    """Return a flight of feet that leave and land together.

    The body is fastest upward before the force falls below its weight, which is `leaves_s` before take-off,
    and fastest downward when the force next reaches it, up to `lands_s` after landing (real seconds). Toes
    that rise clearly, and as far as a body does in that time, tell it whatever the body seems to do: who
    springs up from standing is fastest up to an eighth of a second before the first take-off.
    """
    up = flight.push_s + _LETS_GO_S + leaves_s
    share = _share_of_rise(flight, expected)
    clear = flight.rise_share >= CLEAR_RISE
    within_s = _LEAVES_WITHIN_S  # and when a gentle force makes it fastest is not known to a moment
    agree = flight.push_s - within_s <= flight.takeoff_s <= up + within_s + leaves_s
    if (clear and share >= _PLAIN_SHARE_OF_RISE) or ((clear or share >= _LEAST_SHARE_OF_RISE) and agree):
        left_s, landed_s = (_rolling_s(flight, expected, soft_s) for soft_s in (leaves_s, lands_s))
        return replace(flight, systematic_sd_s=(left_s, landed_s))
    down = flight.touchdown_s
    late_s = flight.catch_s - down
    landed = -_LANDS_WITHIN_S <= late_s <= _LANDS_WITHIN_S + lands_s
    if flight.rise_share == 0 or not landed:
        down = flight.catch_s - lands_s
    doubts_s = (_SOFT_SHARE * leaves_s, _SOFT_SHARE * lands_s)
    up = min(up, down - _SHORTEST_S)
    return replace(flight, takeoff_s=up, touchdown_s=down, low_rise=True, systematic_sd_s=doubts_s)


def _rolling_s(flight: FlightCandidate, expected: float, soft_s: float = 0.0) -> float:
    """Return the SD of when the toes leave, or land, real seconds, for what they rise without leaving.

    A toe's landmark rises by some millimetres as the foot rolls over its tip. It passes these in no time in a
    high flight, at 4 h / t for a parabola; feet that leave together do so at the body's speed, g t / 2, at
    the most, and what they rise beyond it they have rolled. A flight that seems to last longer than its rise
    allows has such rolling in it; where toes rise by little more than that, they may seem to leave whenever
    the ground no longer bears the body's weight.

    Args:
        flight: as found.
        expected: fall of a body, statures per second squared.
        soft_s: how long the ground bears less than the body's weight beside it, real seconds.
    """
    passes_s = _ROLLS * flight.duration_s / (4 * flight.rise_share)
    if flight.together:
        passes_s = max(passes_s, _ROLLS * 2 / (expected * _SHORTER * flight.duration_s))
    longest_s = math.sqrt(8 * flight.rise_share / (_PLAIN_SHARE_OF_RISE * expected))
    soft_s *= _SOFT_SHARE * min(1.0, (2 * _ROLLS / flight.rise_share) ** 2)
    return math.hypot(passes_s, max(0.0, flight.duration_s - longest_s) / 2, soft_s)


def _share_of_rise(flight: FlightCandidate, expected: float) -> float:
    """Return how far the toes rise, as a share of what a body does in a flight as long, g t^2 / 8.

    Feet that leave side by side leave with the legs stretched: by as much as the body rises from there the
    toes must rise as well. It rises less than g t^2 / 8 where it lands lower than it left, a quarter of it
    where it therefore leaves at half the speed.
    """
    return flight.rise_share / (expected * flight.duration_s**2 / 8)
