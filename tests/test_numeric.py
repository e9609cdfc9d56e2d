"""Turning points: tops and bottoms by turns, noise below the threshold ignored."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kickform.numeric import turning_points


def test_turns_of_a_known_wave() -> None:
    wave = np.array([0, 1, 2, 1, 0, -1, 0, 3, 2], dtype=float)
    assert turning_points(wave, 0.9) == [(0, -1), (2, 1), (5, -1), (7, 1), (8, -1)]


def test_what_moves_too_little_has_no_turns() -> None:
    assert turning_points(np.array([0, 0.4, 0, 0.4, 0.1]), 0.5) == []
    assert turning_points(np.array([1.0]), 0.5) == []


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=60), st.floats(0.2, 3))
def test_tops_and_bottoms_take_turns_and_are_far_enough_apart(values: list[float], least: float) -> None:
    series = np.array(values)
    turns = turning_points(series, least)
    assert all(a[1] == -b[1] and a[0] < b[0] for a, b in pairwise(turns))
    for (i, kind), (j, _) in pairwise(turns[:-1]):
        assert kind * (series[i] - series[j]) >= least


@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_every_beat_of_a_noisy_sine_is_counted(noise: float) -> None:
    t = np.linspace(0, 10, 600)
    wave = np.sin(2 * np.pi * t) + noise * np.random.default_rng(1).uniform(-1, 1, len(t))
    tops = [i for i, kind in turning_points(wave, 1.0) if kind > 0]
    assert np.allclose(t[tops], np.arange(10) + 0.25, atol=0.12)
