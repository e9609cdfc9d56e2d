"""A contact of two feet lasts from the first foot down to the last foot up, as far as their errors tell."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kickform.events.pairing import fused, learn_apart_s, outer, together
from kickform.events.types import Event

SDS = st.floats(0.001, 0.03)
APARTS = st.floats(0.002, 0.12)


def feet(apart_s: float, error_s: float, count: int, seed: int) -> list[tuple[Event, Event]]:
    """Feet that land apart by a normally distributed time, each told with an error."""
    rng = np.random.default_rng(seed)
    off = rng.normal(0, apart_s, count)
    errors = rng.normal(0, error_s, (2, count))
    return [
        (Event(float(k + e), error_s), Event(float(k + gap + f), error_s))
        for k, (gap, e, f) in enumerate(zip(off, *errors, strict=True))
    ]


@given(apart=st.floats(-0.05, 0.05), left_sd=SDS, right_sd=SDS, habit_s=APARTS)
def test_the_outer_event_is_no_further_out_than_what_is_known_allows(
    apart: float, left_sd: float, right_sd: float, habit_s: float
) -> None:
    left, right = Event(30.0, left_sd), Event(30.0 + apart, right_sd)
    down, up = outer(left, right, -1, habit_s), outer(left, right, 1, habit_s)
    drawn = together(left, right, habit_s)
    assert down.time_s <= min(event.time_s for event in drawn) + 1e-9
    assert up.time_s >= max(event.time_s for event in drawn) - 1e-9
    widest = math.sqrt(left_sd**2 + right_sd**2)
    assert min(left.time_s, right.time_s) - widest <= down.time_s
    assert up.time_s <= max(left.time_s, right.time_s) + widest
    assert min(left_sd, right_sd) / 2 < down.sd_s <= max(event.sd_s for event in drawn) + 1e-9


@given(apart=st.floats(-0.05, 0.05), left_sd=SDS, right_sd=SDS, habit_s=APARTS)
def test_left_and_right_and_the_way_of_time_make_no_difference(
    apart: float, left_sd: float, right_sd: float, habit_s: float
) -> None:
    left, right = Event(0.0, left_sd), Event(apart, right_sd)
    up, other = outer(left, right, 1, habit_s), outer(right, left, 1, habit_s)
    assert up.time_s == pytest.approx(other.time_s, abs=1e-9)
    assert up.sd_s == pytest.approx(other.sd_s, abs=1e-7)
    back = outer(Event(-left.time_s, left_sd), Event(-right.time_s, right_sd), -1, habit_s)
    assert back.time_s == pytest.approx(-up.time_s, abs=1e-9)


def test_the_stated_range_holds_what_it_states() -> None:
    """The expected value and the SD are those of feet so drawn, which share half of the surer one's error."""
    rng = np.random.default_rng(5)
    habit_s, left_sd, right_sd = 0.03, 0.012, 0.02
    gaps = rng.normal(0, habit_s, 4000)
    shared = rng.normal(0, left_sd * math.sqrt(0.5), 4000)
    own = (math.sqrt(left_sd**2 / 2), math.sqrt(right_sd**2 - left_sd**2 / 2))
    lefts, rights = (shared + at + rng.normal(0, sd, 4000) for at, sd in zip((0.0, gaps), own, strict=True))
    found = [
        outer(Event(float(a), left_sd), Event(float(b), right_sd), 1, habit_s)
        for a, b in zip(lefts, rights, strict=True)
    ]
    off = np.array([event.time_s for event in found]) - np.maximum(gaps, 0.0)
    z = off / np.array([event.sd_s for event in found])
    assert abs(off.mean()) < 0.001
    assert 0.94 < (np.abs(z) < 1.96).mean() < 0.96
    assert np.std(z) == pytest.approx(1.0, abs=0.05)


def test_two_sure_feet_that_land_apart_are_told_apart() -> None:
    assert outer(Event(1.0, 0.002), Event(1.08, 0.002), -1, 0.05).time_s == pytest.approx(1.0, abs=0.001)
    unsure = outer(Event(1.0, 0.03), Event(1.02, 0.002), -1, 0.005)
    assert abs(unsure.time_s - 1.02) < 0.006, "a foot that is half guessed is not taken for an early one"


@pytest.mark.parametrize("seed", range(5))
def test_how_far_apart_the_feet_land_is_learnt(seed: int) -> None:
    pairs = feet(0.06, 0.006, 14, seed)
    seen_s = math.sqrt(np.mean([(left.time_s - right.time_s) ** 2 for left, right in pairs]))
    assert 0.6 * seen_s < learn_apart_s(pairs) < 1.2 * seen_s
    assert learn_apart_s(feet(0.003, 0.006, 14, seed)) < 0.010, "errors alone are no distance"


def test_one_foot_that_was_followed_wrongly_once_is_no_habit() -> None:
    pairs = feet(0.003, 0.004, 12, 1)
    pairs[4] = (pairs[4][0], Event(pairs[4][1].time_s + 0.1, 0.004))
    assert learn_apart_s(pairs) < 0.012
    assert learn_apart_s([]) == pytest.approx(0.003, abs=0.001), "nothing is known but what is usual"


def test_two_sightings_are_averaged_and_doubted_where_they_differ() -> None:
    alike = fused(Event(1.0, 0.01), Event(1.004, 0.01))
    assert alike is not None
    assert alike.time_s == pytest.approx(1.002)
    assert alike.sd_s == pytest.approx(0.01 / math.sqrt(2))
    apart = fused(Event(1.0, 0.01), Event(1.1, 0.01))
    assert apart is not None
    assert apart.sd_s == pytest.approx(0.05, rel=0.01)
    only = Event(1.0, 0.01)
    assert fused(only, None) is only
    assert fused(None, only) is only
    assert fused(None, None) is None
    assert fused(Event(2.0, math.inf), only) is only
