"""Scale from gravity and stature, their fusion, and jump height."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kickform.events.types import Flight
from kickform.motion.motion import Scale
from kickform.motion.scale import (
    G,
    disagreement_pct,
    fuse,
    jump_height_m,
    scale_from_gravity,
    scale_from_stature,
)
from kickform.numeric import FloatArray

FLIGHTS = (Flight(0.5, 0.95, 0.004), Flight(1.15, 1.6, 0.004))


def falling(m_per_px: float, slow: float = 1.0, fps: float = 60.0) -> tuple[FloatArray, FloatArray]:
    """Frame times and mass centre (T, 2) of a body that falls freely the whole time."""
    t = np.arange(int(2 * fps)) / fps
    y = 500 + (3.0 * t / slow - G * (t / slow) ** 2 / 2) / m_per_px
    return t, np.stack([np.full_like(t, 300.0), y], axis=1)


@pytest.mark.parametrize("m_per_px", [0.0015, 0.004, 0.012])
def test_an_exact_parabola_gives_the_exact_scale(m_per_px: float) -> None:
    scale = scale_from_gravity(*falling(m_per_px), FLIGHTS)
    assert scale is not None
    assert scale.m_per_px == pytest.approx(m_per_px, rel=1e-6)
    assert scale.source == "gravity"


def test_gaps_are_left_out_and_too_few_frames_tell_nothing() -> None:
    t, com = falling(0.004)
    com[40:44] = np.nan
    scale = scale_from_gravity(t, com, FLIGHTS)
    assert scale is not None
    assert scale.m_per_px == pytest.approx(0.004, rel=1e-6)
    assert scale_from_gravity(t, com, [Flight(0.5, 0.56, 0.004)]) is None
    assert scale_from_gravity(t, com, []) is None
    assert scale_from_gravity(t, np.full_like(com, np.nan), FLIGHTS) is None


def test_what_does_not_fall_gives_no_scale() -> None:
    t, com = falling(0.004)
    assert scale_from_gravity(t, com * [1, -1], FLIGHTS) is None
    assert scale_from_gravity(t, np.zeros_like(com), FLIGHTS) is None


def test_more_flights_are_surer_but_never_surer_than_the_body_model() -> None:
    rng = np.random.default_rng(5)
    t, com = falling(0.004)
    com = com + rng.normal(0, 2.0, com.shape)
    flights = [Flight(a, a + 0.4, 0.004) for a in np.arange(0.05, 1.5, 0.45)]
    one = scale_from_gravity(t, com, flights[:1])
    many = scale_from_gravity(t, com, flights)
    assert one is not None
    assert many is not None
    assert 1.0 < many.sd_pct < one.sd_pct < 25
    assert abs(many.m_per_px / 0.004 - 1) < 3 * many.sd_pct / 100


def test_followed_thighs_make_it_surer() -> None:
    t, com = falling(0.004)
    plain, half, whole = (scale_from_gravity(t, com, FLIGHTS, followed=share) for share in (0.0, 0.5, 1.0))
    assert plain is not None
    assert half is not None
    assert whole is not None
    assert plain.m_per_px == whole.m_per_px
    assert plain.sd_pct > half.sd_pct > whole.sd_pct > 2


def test_stature_sets_the_scale() -> None:
    scale = scale_from_stature(440.0, 1.76)
    assert scale.m_per_px == pytest.approx(0.004)
    assert scale.source == "stature"
    assert 3 <= scale.sd_pct <= 10


scales = st.builds(Scale, st.floats(1e-3, 2e-2), st.just("gravity"), st.floats(0.5, 20.0))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(scales, scales)
def test_fusion_lies_between_and_is_surer_than_either(first: Scale, second: Scale) -> None:
    both = fuse(first, second)
    assert both is not None
    low, high = sorted((first.m_per_px, second.m_per_px))
    assert low * (1 - 1e-12) <= both.m_per_px <= high * (1 + 1e-12)
    absolute = both.m_per_px * both.sd_pct
    assert absolute <= min(first.m_per_px * first.sd_pct, second.m_per_px * second.sd_pct) * (1 + 1e-9)
    assert both.source == "gravity+stature"
    mirrored = fuse(second, first)
    assert mirrored is not None
    assert mirrored.m_per_px == pytest.approx(both.m_per_px)


def test_fusion_weighs_by_inverse_variance() -> None:
    both = fuse(Scale(0.004, "gravity", 2.0), Scale(0.005, "stature", 3.2))
    assert both is not None  # SDs of 0.00008 and 0.00016 m/px: weights 4 : 1
    assert both.m_per_px == pytest.approx(0.0042)
    assert both.sd_pct == pytest.approx(100 * 0.00008 / math.sqrt(1.25) / 0.0042, rel=1e-6)


def test_fusion_of_one_is_that_one() -> None:
    only = Scale(0.004, "gravity", 3.0)
    assert fuse(only, None) is only
    assert fuse(None, only) is only
    assert fuse(None, None) is None


def test_disagreement() -> None:
    a, b = Scale(0.004, "gravity", 3.0), Scale(0.0044, "stature", 6.0)
    assert disagreement_pct(a, b) == pytest.approx(9.53, abs=0.01)
    assert disagreement_pct(b, a) == pytest.approx(disagreement_pct(a, b))
    assert disagreement_pct(a, None) == 0
    assert disagreement_pct(None, b) == 0


@pytest.mark.parametrize(("flight_s", "height_m"), [(0.4, 0.1962), (0.5, 0.306563), (0.3, 0.110363)])
def test_jump_height_from_flight_time(flight_s: float, height_m: float) -> None:
    assert jump_height_m(flight_s) == pytest.approx(height_m, abs=1e-6)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.floats(1.0, 4.0), st.floats(-0.06, 0.06))
def test_jump_height_knows_that_landing_differs_from_take_off(v0: float, drop_m: float) -> None:
    """Take-off speed v0, landing `drop_m` higher: the flight lasts as long as the parabola says."""
    root = v0 * v0 - 2 * G * drop_m
    if root < 0:
        return
    flight_s = (v0 + math.sqrt(root)) / G
    assert jump_height_m(flight_s, drop_m) == pytest.approx(v0 * v0 / (2 * G), rel=1e-9)


def test_jump_height_is_never_negative() -> None:
    assert jump_height_m(0.2, -0.5) == 0
