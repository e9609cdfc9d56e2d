"""Where flights begin and end: by the toes where these tell, by the body where they mislead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kickform.events.flights.boundaries import leave_the_ground, refine_flight_boundaries
from kickform.events.flights.candidates import FlightCandidate

FALL = 9.81 / 1.72


def hops(
    contact_s: float, flight_s: float, rise: float, push_s: float, catch_s: float = 0.01
) -> list[FlightCandidate]:
    """Three even hops with the feet together, fastest upward `push_s` before take-off by the toes."""
    starts = [k * (contact_s + flight_s) for k in range(3)]
    return [
        FlightCandidate(
            up,
            up + flight_s,
            rise,
            FALL,
            0.2,
            0.05,
            up - push_s,
            up + flight_s + catch_s,
            together=True,
        )
        for up in starts
    ]


def timed(flights: list[FlightCandidate]) -> list[FlightCandidate]:
    return refine_flight_boundaries(flights, FALL)


def test_toes_side_by_side_tell_a_take_off_long_after_the_body_was_fastest() -> None:
    """A long contact before a low flight: the force dies away slowly, over an eighth of a second."""
    low = hops(0.6, 0.1, 0.012, push_s=0.13, catch_s=0.12)
    for flight, found in zip(low, timed(low), strict=True):
        assert (found.takeoff_s, found.touchdown_s) == (flight.takeoff_s, flight.touchdown_s)
        assert not found.low_rise


def test_the_body_tells_a_take_off_that_the_toes_show_too_late() -> None:
    """A quick contact: the body left 0.1 s before the toes seem to."""
    late = hops(0.28, 0.16, 0.013, push_s=0.13)
    for flight, found in zip(late, timed(late), strict=True):
        assert found.low_rise
        assert 0.03 < found.takeoff_s - flight.push_s < 0.09
        assert found.touchdown_s == flight.touchdown_s


def test_feet_that_are_apart_go_by_the_body_where_toes_hardly_rise() -> None:
    apart = [replace(flight, together=False) for flight in hops(0.6, 0.1, 0.012, push_s=0.13)]
    for flight, found in zip(apart, timed(apart), strict=True):
        assert found.low_rise
        assert found.takeoff_s == pytest.approx(min(flight.push_s + 0.04, found.touchdown_s - 0.03))


def test_what_is_unknown_grows_as_the_toes_rise_less() -> None:
    def sd_s(flight_s: float, rise: float) -> float:
        found = timed(hops(0.25, flight_s, rise, push_s=0.05))
        assert not any(flight.low_rise for flight in found)
        return found[1].systematic_sd_s[0]

    assert sd_s(0.12, 0.006) > sd_s(0.12, 0.01) > sd_s(0.12, 0.03), "legs drawn up tell no more"
    assert sd_s(0.08, 0.02) > 1.5 * sd_s(0.16, 0.02), "the gentlier thrown up, the longer it rolls"
    high = timed(hops(0.18, 0.42, 0.11, push_s=0.03))[1]
    assert high.systematic_sd_s[0] < 0.01


def test_toes_that_rise_for_longer_than_they_could_fly_only_roll() -> None:
    rolling = hops(0.45, 0.25, 0.009, push_s=0.1)
    assert not leave_the_ground(rolling, FALL)
    assert leave_the_ground(hops(0.6, 0.1, 0.009, push_s=0.1), FALL), "as high as they must in 0.1 s"
    assert leave_the_ground([replace(flight, together=False) for flight in rolling], FALL)
    assert leave_the_ground(hops(0.18, 0.42, 0.1, push_s=0.03), FALL)
    assert leave_the_ground([], FALL)
    assert timed([]) == []
