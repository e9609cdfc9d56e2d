"""Contacts begin with the heel where an athlete lands on it, and only there."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kickform.events.fitting.heel_landing import begin_at_heel
from kickform.events.fitting.toe_hinge import Fit, Toes
from kickform.events.types import Event

CONTACT_S, FLIGHT_S, TOE_SD_S = 0.25, 0.30, 0.005


def heel_heights(
    time_s: NDArray[np.float64], lands_s: NDArray[np.float64], leaves_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """A heel that falls onto the ground, stays, and is pulled up."""
    height = np.zeros_like(time_s)
    for lands, leaves in zip(lands_s, leaves_s, strict=True):
        before = lands - time_s
        falls = (before > 0) & (before < FLIGHT_S / 2)
        height[falls] = 1.4 * before[falls] - 1.5 * before[falls] ** 2
        after = time_s - leaves
        rises = (after > 0) & (after < FLIGHT_S / 2)
        height[rises] = np.maximum(height[rises], 1.0 * after[rises])
    return height


def begun(
    lead_s: float,
    fps: float = 60.0,
    noise: float = 0.004,
    contacts: int = 5,
    seed: int = 1,
    toe_off_s: float = 0.0,
) -> tuple[list[Fit], list[Fit], NDArray[np.float64]]:
    """The contacts before and after, and the true landings of the forefoot."""
    rng = np.random.default_rng(seed)
    toes_s = 0.5 + (CONTACT_S + FLIGHT_S) * np.arange(contacts) + rng.uniform(0, 1 / fps, contacts)
    time_s = np.arange(0.0, float(toes_s[-1]) + 0.8, 1 / fps)
    heels = heel_heights(time_s, toes_s - lead_s, toes_s + CONTACT_S / 2)
    heels += rng.normal(0, noise, len(time_s))
    fits = [
        Fit("right", Event(float(at) + toe_off_s, TOE_SD_S), Event(float(at) + CONTACT_S, 0.005), 0.0071)
        for at in toes_s
    ]
    heights = Toes(time_s, np.full_like(time_s, np.nan), heels, 1.0, noise, 1.75)
    return fits, begin_at_heel(heights, fits, "right"), toes_s


@settings(deadline=None, max_examples=25)
@given(st.floats(0.030, 0.060), st.sampled_from([60.0, 120.0, 240.0]), st.integers(0, 50))
def test_a_heel_that_leads_begins_the_contact(lead_s: float, fps: float, seed: int) -> None:
    _, after, toes_s = begun(lead_s, fps, seed=seed)
    errors = [fit.touchdown.time_s - (at - lead_s) for fit, at in zip(after, toes_s, strict=True)]
    assert abs(float(np.mean(errors))) < 0.005 + 0.5 / fps
    assert all(fit.touchdown.sd_s > TOE_SD_S for fit in after)
    assert all(
        fit.takeoff == before.takeoff
        for fit, before in zip(after, begun(lead_s, fps, seed=seed)[0], strict=True)
    )


@pytest.mark.parametrize("fps", [30.0, 60.0, 120.0])
def test_a_forefoot_that_clearly_leads_changes_nothing(fps: float) -> None:
    before, after, _ = begun(-0.05, fps)
    assert after == before


@pytest.mark.parametrize(("lead_s", "most_s"), [(0.0, 0.007), (-0.02, 0.004)])
@pytest.mark.parametrize("fps", [60.0, 120.0])
def test_a_heel_that_hardly_leads_moves_little_and_says_how_much(
    lead_s: float, most_s: float, fps: float
) -> None:
    before, after, _ = begun(lead_s, fps)
    for old, new in zip(before, after, strict=True):
        assert old.touchdown.time_s - most_s < new.touchdown.time_s <= old.touchdown.time_s
        moved = old.touchdown.time_s - new.touchdown.time_s
        assert new.touchdown.sd_s >= math.hypot(old.touchdown.sd_s, moved / 2)


def test_one_early_heel_among_many_is_drawn_to_the_others() -> None:
    _, after, toes_s = begun(0.0, noise=0.008, contacts=9, seed=4)
    assert max(abs(fit.touchdown.time_s - at) for fit, at in zip(after, toes_s, strict=True)) < 0.018


def test_the_range_of_the_contact_grows_with_that_of_its_beginning() -> None:
    before, after, _ = begun(0.045)
    for old, new in zip(before, after, strict=True):
        assert new.sd_s == pytest.approx(math.hypot(old.takeoff.sd_s, new.touchdown.sd_s), rel=0.02)


def test_a_contact_whose_landing_is_not_known_stays_so() -> None:
    fits, _, _ = begun(0.045)
    unknown = Fit("right", Event(fits[0].touchdown.time_s, math.inf), fits[0].takeoff, math.inf)
    time_s = np.arange(0.0, 4.0, 1 / 60)
    heels = Toes(time_s, np.full_like(time_s, np.nan), np.zeros_like(time_s), 1.0, 0.004, 1.75)
    assert begin_at_heel(heels, [unknown], "right") == [unknown]
