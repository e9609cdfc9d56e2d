"""Events from soles' paths that are known: any phase, noise, lost frames, ground, landmarks that wander."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kickform.events.soles.paths import PLACES, SolePaths
from kickform.events.soles.timing import Coarse, Job, time_events
from kickform.events.types import Event
from kickform.pose.track import Corners

_STATURE_PX = 400.0
_TOE = np.array([300.0, 400.0])
_HEEL = _TOE - [52.0, 0.0]


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
    tip: float = 1.0,
    wander_px: float = 0.0,
    camera_px: float = 0.0,
    slides: bool = False,
) -> tuple[SolePaths, float, float]:
    """Return the paths of soles about one contact, and its true events.

    Corners lie all over the shoe up to `tip` statures ahead of the toe, and on the ground beyond it; the
    landmarks wander over the shoe by `wander_px` (SD), and the camera moves by `camera_px` a frame. Where it
    `slides`, what lies under the front of the shoe goes along the ground while the shoe goes up, as the place
    does where an edge meets its shadow.
    """
    touchdown, takeoff = 0.4, 0.4 + contact_s
    t = np.arange(0.0, takeoff + 0.4, 1 / fps) + phase / fps
    rng = np.random.default_rng(seed)
    rise = -_STATURE_PX * _height(t, touchdown, takeoff, 0.9, 0.65)
    across, down = np.meshgrid(np.arange(-30.0, 24.0, 4.0), np.arange(-10.0, 16.0, 4.0))
    grid = _TOE + np.stack([across.ravel(), down.ravel()], axis=1)
    shoe = grid[:, 0] <= _TOE[0] + tip * _STATURE_PX
    at, shift, counts = [], [], np.zeros((len(t), 2), dtype=np.int64)
    for k in range(1, len(t)):
        for foot in (0, 1):
            if k in lost:
                continue
            moved = np.where(shoe, rise[k] - rise[k - 1], 0.0) + rng.normal(0, noise_px, len(grid))
            counts[k, foot] = len(grid)
            at.append(grid + np.stack([np.zeros(len(grid)), np.where(shoe, rise[k - 1], 0.0)], axis=1))
            at[-1] = at[-1] + [camera_px * (k - 1), 0.0]
            aside = rng.normal(0, noise_px, len(grid))
            if slides:
                under = (grid[:, 1] > _TOE[1] + 4) & (grid[:, 0] > _TOE[0]) & shoe
                aside, moved = np.where(under, rise[k] - rise[k - 1], aside), np.where(under, 0.0, moved)
            shift.append(np.stack([aside, moved], axis=1))
    stops = np.cumsum(counts.ravel()).reshape(counts.shape)
    ends = np.stack([_HEEL, _TOE]) + np.stack([camera_px * np.arange(len(t)), rise], axis=1)[:, None]
    ends = np.stack([ends, ends], axis=1)
    ends += rng.normal(0, wander_px, ends.shape) if wander_px else 0.0
    camera = np.tile([camera_px, 0.0], (len(t), 1))
    rows = np.stack([stops - counts, stops], axis=2)
    corners = Corners(rows, np.concatenate(at), np.concatenate(shift), camera, ends)
    return SolePaths(t, corners, np.full(len(t), _STATURE_PX)), touchdown, takeoff


def _event(paths: SolePaths, event_s: float, away: Literal[-1, 1], room_s: float = 0.1) -> Event | None:
    return time_events(paths, [Job(0, away, [Coarse(event_s, room_s, 0.4)])])[0][0]


@given(
    phase=st.floats(0, 1),
    frames=st.floats(7, 40),
    fps=st.sampled_from([30.0, 60.0, 120.0, 240.0]),
    off_s=st.floats(-0.03, 0.03),
)
@settings(max_examples=40, deadline=None)
def test_both_events_are_timed_from_any_phase(phase: float, frames: float, fps: float, off_s: float) -> None:
    contact_s = max(frames / fps, 0.1)  # shorter ones are left to the landmarks
    paths, touchdown, takeoff = _soles(fps, phase, contact_s)
    down = _event(paths, touchdown + off_s, -1, contact_s / 2)
    up = _event(paths, takeoff + off_s, 1, contact_s / 2)
    assert down is not None
    assert up is not None
    within = 0.006 if fps > 30 else 0.012  # of which 0.003 is the speed that builds up
    assert abs(down.time_s - touchdown) < within
    assert abs(up.time_s - takeoff) < within


def test_the_stated_sd_covers_the_errors_under_noise() -> None:
    errors, sds = [], []
    for seed in range(40):
        paths, touchdown, takeoff = _soles(60, seed / 40, 0.2, noise_px=0.7, seed=seed, wander_px=2.0)
        for event_s, away in ((touchdown, -1), (takeoff, 1)):
            found = _event(paths, event_s, away)
            assert found is not None
            errors.append(found.time_s - event_s)
            sds.append(found.sd_s)
    inside = np.mean(np.abs(errors) < 1.96 * np.array(sds))
    assert inside >= 0.9
    assert np.mean(np.abs(errors)) < 0.004


def test_points_beyond_the_tip_are_ground_and_not_followed() -> None:
    paths, _, takeoff = _soles(60, 0.3, 0.2, tip=0.012)
    found = _event(paths, takeoff, 1)
    assert found is not None
    assert abs(found.time_s - takeoff) < 0.008
    height = paths.height(0, takeoff, 1, 0.1)
    assert height is not None
    late = np.flatnonzero((paths.time_s > takeoff + 0.03) & (paths.time_s < takeoff + 0.06))
    assert (height[late, 0] > 0.01).all()
    assert not (np.nan_to_num(height[late, len(PLACES) - 1]) > 0.002).any()


def test_landmarks_that_wander_and_a_camera_that_pans_change_nothing() -> None:
    still, _, takeoff = _soles(60, 0.3, 0.2)
    panned, _, _ = _soles(60, 0.3, 0.2, camera_px=5.0)
    wandering, _, _ = _soles(60, 0.3, 0.2, wander_px=4.0, seed=3)
    base = _event(still, takeoff, 1)
    assert base is not None
    for other in (panned, wandering):
        found = _event(other, takeoff, 1)
        assert found is not None
        assert abs(found.time_s - base.time_s) < 5e-4


@pytest.mark.parametrize("tip", [0.024, 0.03, 0.036])
@pytest.mark.parametrize("phase", [0.0, 0.2, 0.4, 0.6, 0.8])
def test_an_edge_that_slides_along_the_ground_does_not_hold_the_foot_down(phase: float, tip: float) -> None:
    """By points laid in one way alone, events come up to 32 ms late here."""
    paths, _, takeoff = _soles(60, phase, 0.2, tip=tip, slides=True)
    found = _event(paths, takeoff, 1)
    assert found is not None
    assert abs(found.time_s - takeoff) < 0.01


def test_an_event_is_as_unsure_as_the_ways_of_laying_points_differ() -> None:
    paths, _, takeoff = _soles(60, 0.3, 0.2, tip=0.03, slides=True)
    alone = [paths.height(0, takeoff, 1, 0.1), paths.laid(1).height(0, takeoff, 1, 0.1)]
    assert alone[0] is not None
    assert alone[1] is not None
    assert np.nanmax(np.abs(alone[0] - alone[1])) > 0.01
    apart = _event(paths, takeoff, 1)
    alike = _event(_soles(60, 0.3, 0.2, tip=0.03)[0], takeoff, 1)
    assert apart is not None
    assert alike is not None
    assert apart.sd_s > alike.sd_s


def test_a_foot_that_stays_down_or_was_lost_is_not_timed() -> None:
    paths, touchdown, takeoff = _soles(60, 0.3, 0.5)
    assert _event(paths, (touchdown + takeoff) / 2, 1, 0.05) is None
    gone, _, takeoff = _soles(60, 0.3, 0.2, lost=tuple(range(30, 45)))
    assert _event(gone, takeoff, 1) is None


def test_events_of_one_foot_share_the_point_that_most_of_them_leave_by() -> None:
    """The point is the same in all contacts; one in which it was lost falls back on one that was not."""
    paths, _, takeoff = _soles(60, 0.3, 0.2)
    alone = _event(paths, takeoff, 1)
    together = time_events(paths, [Job(0, 1, [Coarse(takeoff, 0.1, 0.4)] * 4)])[0]
    assert alone is not None
    for event in together:
        assert event is not None
        assert abs(event.time_s - alone.time_s) < 0.002
