"""Flights of the body that the feet know nothing of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kickform.events.flights.grounded import drop_grounded_flights
from tests.synthetic import coarse_flight

_FPS = 60


def _steps(rise: float, start: float = 1.0, stop: float = 1.12) -> tuple[np.ndarray, np.ndarray]:
    """Return times, and steps of two feet that stand but for a hop of `rise` statures, with noise."""
    time_s = np.arange(0, 2.0, 1 / _FPS)
    u = np.clip((time_s - start) / (stop - start), 0, 1)
    height = 4 * rise * u * (1 - u)
    step = np.random.default_rng(3).normal(0, 2e-4, (len(time_s), 2, 2))
    step[1:, :, 1] += np.diff(height)[:, None]
    return time_s, step


def _kept(time_s: np.ndarray, step: np.ndarray, *, cut: bool = False) -> bool:
    flight = coarse_flight(1.0, 1.12, 0.004, 4.0, 1.2)
    if cut:
        flight = replace(flight, cut=True)
    return drop_grounded_flights([flight], time_s, step) == [flight]


@pytest.mark.parametrize(("rise", "kept"), [(0.0, False), (0.001, False), (0.01, True), (0.1, True)])
def test_a_flight_counts_if_the_feet_rise_as_they_must(rise: float, kept: bool) -> None:
    assert _kept(*_steps(rise)) is kept


def test_a_flight_that_seems_to_begin_too_early_is_one_all_the_same() -> None:
    time_s, step = _steps(0.05, 1.0, 1.36)
    early = coarse_flight(0.86, 1.36, 0.05, 5.0, 0.2)
    assert drop_grounded_flights([early], time_s, step) == [early]


def test_one_foot_that_rises_is_enough() -> None:
    time_s, step = _steps(0.02)
    step[:, 0] = 0.0
    assert _kept(time_s, step)


def test_feet_that_were_not_followed_say_nothing() -> None:
    time_s, step = _steps(0.0)
    step[(time_s > 1.03) & (time_s < 1.09), 1] = np.nan
    assert _kept(time_s, step)


def test_a_flight_that_the_clip_cuts_off_stays() -> None:
    assert _kept(*_steps(0.0), cut=True)
