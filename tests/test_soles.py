"""Events from soles' paths that are known: any phase, noise, lost frames, places beyond the tip."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kickform.footflow import PLACES
from kickform.hinge import Event
from kickform.soles import Soles, first_of, learn_leg, time_event
from kickform.track import FeetMotion

_STATURE_PX = 400.0


def _height(t: np.ndarray, touchdown: float, takeoff: float, lands: float, leaves: float) -> np.ndarray:
    """Return a tip's height (T,), statures: landing at one speed, leaving at another, speed building up."""
    before, after = np.maximum(touchdown - t, 0), np.maximum(t - takeoff, 0)
    build_s = 0.005  # first-order build-up of the speed at take-off: no hinge
    return lands * before + leaves * (after - build_s * (1 - np.exp(-after / build_s)))


def _soles(
    fps: float,
    phase: float,
    contact_s: float,
    *,
    noise_px: float = 0.0,
    seed: int = 0,
    lost: tuple[int, ...] = (),
    ground_from: int = len(PLACES),
) -> tuple[Soles, float, float]:
    """Return soles about one contact, and its true events; places from `ground_from` on are ground."""
    touchdown, takeoff = 0.4, 0.4 + contact_s
    t = np.arange(0.0, takeoff + 0.4, 1 / fps) + phase / fps
    tip_px = -_STATURE_PX * _height(t, touchdown, takeoff, 0.9, 0.65)
    step = np.zeros((len(t), 2, len(PLACES), 2))
    step[1:, :, :, 1] = np.diff(tip_px)[:, None, None]
    step += np.random.default_rng(seed).normal(0, noise_px, step.shape) if noise_px else 0
    step[:, :, ground_from:] = 0.0
    step[0] = np.nan
    for index in lost:
        step[index] = np.nan
    return Soles.of(FeetMotion(step), t, np.full(len(t), _STATURE_PX)), touchdown, takeoff


@given(
    phase=st.floats(0, 1),
    frames=st.floats(7, 40),
    fps=st.sampled_from([30.0, 60.0, 120.0, 240.0]),
    off_s=st.floats(-0.03, 0.03),
)
@settings(max_examples=40, deadline=None)
def test_both_events_are_timed_from_any_phase(phase: float, frames: float, fps: float, off_s: float) -> None:
    contact_s = max(frames / fps, 0.1)  # shorter ones are left to the landmarks
    soles, touchdown, takeoff = _soles(fps, phase, contact_s)
    room = contact_s / 2
    down = time_event(soles, 0, touchdown + off_s, -1, room, 0.4)
    up = time_event(soles, 0, takeoff + off_s, 1, room, 0.4)
    assert down is not None
    assert up is not None
    within = 0.004 if fps > 30 else 0.012
    assert abs(down.event.time_s - touchdown) < within
    assert abs(up.event.time_s - takeoff) < within


def test_the_stated_sd_covers_the_errors_under_noise() -> None:
    errors, sds = [], []
    for seed in range(40):
        soles, touchdown, takeoff = _soles(60, seed / 40, 0.2, noise_px=0.4, seed=seed)
        for event_s, away in ((touchdown, -1), (takeoff, 1)):
            found = time_event(soles, 0, event_s, away, 0.1, 0.4)
            assert found is not None
            errors.append(found.event.time_s - event_s)
            sds.append(found.event.sd_s)
    inside = np.mean(np.abs(errors) < 1.96 * np.array(sds))
    assert inside >= 0.9
    assert np.mean(np.abs(errors)) < 0.004


def test_places_that_are_ground_are_not_followed() -> None:
    soles, _, takeoff = _soles(60, 0.3, 0.2, ground_from=2)
    found = time_event(soles, 0, takeoff, 1, 0.1, 0.4)
    assert found is not None
    assert abs(found.event.time_s - takeoff) < 0.004
    assert soles.place(0, takeoff, 1, 0.1, 0.65) == 1


def test_a_foot_that_stays_down_or_was_lost_is_not_timed() -> None:
    soles, touchdown, takeoff = _soles(60, 0.3, 0.5)
    assert time_event(soles, 0, (touchdown + takeoff) / 2, 1, 0.05, 0.4) is None
    gone, _, takeoff = _soles(60, 0.3, 0.2, lost=tuple(range(30, 45)))
    assert time_event(gone, 0, takeoff, 1, 0.1, 0.4) is None


def test_a_leg_is_learnt_from_three_events() -> None:
    events = []
    for seed in range(3):
        soles, _, takeoff = _soles(60, seed / 3, 0.2)
        found = time_event(soles, 1, takeoff, 1, 0.1, 0.4)
        assert found is not None
        events.append(found)
    assert learn_leg(events[:2]) is None
    leg = learn_leg(events)
    assert leg is not None
    assert 0.5 < leg.mean[0] < 0.8


@given(apart=st.floats(-0.05, 0.05), left_sd=st.floats(0.001, 0.03), right_sd=st.floats(0.001, 0.03))
def test_the_union_of_two_feet_lies_at_the_outer_one_or_within(
    apart: float, left_sd: float, right_sd: float
) -> None:
    left, right = Event(1.0, left_sd), Event(1.0 + apart, right_sd)
    down, up = first_of(left, right, -1), first_of(left, right, 1)
    assert min(left.time_s, right.time_s) - 1e-9 <= down.time_s <= up.time_s + 1e-9
    assert up.time_s <= max(left.time_s, right.time_s) + 1e-9
    assert 0 < down.sd_s < math.hypot(left_sd, right_sd) + abs(apart)


def test_two_sure_feet_that_land_apart_are_told_apart() -> None:
    down = first_of(Event(1.0, 0.002), Event(1.02, 0.002), -1)
    assert abs(down.time_s - 1.0) < 0.001
    unsure = first_of(Event(1.0, 0.03), Event(1.02, 0.002), -1)
    assert abs(unsure.time_s - 1.02) < 0.006
