"""Standing and going of a sole whose contacts are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kickform.events.fitting.foot_motion import SoleMotion, Stay, timed
from kickform.events.steps.foot_state import stance_phases
from kickform.events.types import Event
from kickform.numeric import FloatArray
from kickform.pose.track import Corners, FeetMotion
from tests.treads import STATURE_PX, walked

STANDS = [(0.0, 0.507), *((0.801 + 0.313 * i, 0.903 + 0.313 * i) for i in range(7)), (3.1, 4.0)]
OTHER = [(0.0, 4.0)]


def treads_of(feet: FeetMotion, time_s: FloatArray, facing: int = 1) -> SoleMotion:
    return SoleMotion.of(feet, time_s, np.full(len(time_s), STATURE_PX), facing)


def walking(fps: float = 120, facing: int = 1, seed: int = 3, noise_px: float = 0.3) -> SoleMotion:
    time_s = np.arange(0.003, 4.0, 1 / fps)
    feet = walked(time_s, (STANDS, OTHER), facing=facing, seed=seed, noise_px=noise_px)
    return treads_of(feet, time_s, facing)


def known() -> list[tuple[float, float]]:
    return STANDS[1:-1]


def coarse(shift_s: float = 0.0) -> list[Stay]:
    return [Stay(Event(a + shift_s, 0.012), Event(z + shift_s, 0.012)) for a, z in known()]


@pytest.mark.parametrize("fps", [60, 120, 240])
@pytest.mark.parametrize("facing", [1, -1])
def test_each_stand_is_found_to_within_two_frames_or_20_ms(fps: float, facing: int) -> None:
    found = stance_phases(walking(fps, facing), 0)
    assert len(found) == len(STANDS)
    reach = max(2 / fps, 0.02)
    for (start, stop), (down, up) in zip(found[1:-1], known(), strict=True):
        assert start == pytest.approx(down, abs=reach)
        assert stop == pytest.approx(up, abs=reach + 0.02)  # a foot leaves slowly


def test_a_foot_that_stands_all_the_time_has_one_stand() -> None:
    found = stance_phases(walking(), 1)
    assert len(found) == 1
    assert found[0][1] - found[0][0] > 3.9


@pytest.mark.parametrize(("fps", "landing_ms", "leaving_ms"), [(60, 5, 10), (120, 3, 8), (240, 3, 8)])
def test_events_are_timed_to_a_part_of_a_frame(fps: float, landing_ms: float, leaving_ms: float) -> None:
    downs, ups = [], []
    for seed in range(3):
        told = timed(walking(fps, seed=seed), 0, coarse(0.006))
        downs += [1000 * (stay.touchdown.time_s - a) for stay, (a, _) in zip(told, known(), strict=True)]
        ups += [1000 * (stay.takeoff.time_s - z) for stay, (_, z) in zip(told, known(), strict=True)]
    assert np.abs(downs).mean() < landing_ms
    assert np.abs(ups).mean() < leaving_ms


def test_stated_errors_are_honest() -> None:
    inside = []
    for seed in range(4):
        told = timed(walking(noise_px=0.5, seed=seed), 0, coarse(0.01))
        for stay, (a, z) in zip(told, known(), strict=True):
            for event, true in ((stay.touchdown, a), (stay.takeoff, z)):
                inside.append(abs(event.time_s - true) < 1.96 * event.sd_s)
    assert np.mean(inside) > 0.9


def test_wrong_motions_and_holes_do_not_carry_an_event_away() -> None:
    time_s = np.arange(0.003, 4.0, 1 / 120)
    feet = walked(time_s, (STANDS, OTHER))
    step = feet.step_px.copy()
    for down, up in known():
        middle = int(np.searchsorted(time_s, (down + up) / 2))
        step[middle, 0] = 9.0  # the other leg passes in front
        step[middle + 1, 0] = np.nan
    told = timed(treads_of(FeetMotion(step), time_s), 0, coarse())
    errors = [1000 * (stay.touchdown.time_s - a) for stay, (a, _) in zip(told, known(), strict=True)]
    assert np.abs(errors).max() < 8


def test_places_that_are_ground_in_truth_do_not_hold_a_foot() -> None:
    time_s = np.arange(0.003, 4.0, 1 / 120)
    step = walked(time_s, (STANDS, OTHER)).step_px.copy()
    step[:, 0, 3:] = 0.0
    found = stance_phases(treads_of(FeetMotion(step), time_s), 0)
    assert len(found) == len(STANDS)


def test_what_is_not_followed_is_left_as_it_is() -> None:
    time_s = np.arange(0.003, 4.0, 1 / 120)
    feet = walked(time_s, (STANDS, OTHER))
    blind = treads_of(FeetMotion(np.full_like(feet.step_px, np.nan)), time_s)
    assert stance_phases(blind, 0) == []
    assert timed(blind, 0, coarse()) == coarse()


def test_an_event_that_is_not_known_at_all_stays_unknown() -> None:
    open_ended = [replace(stay, takeoff=Event(stay.takeoff.time_s, np.inf)) for stay in coarse()]
    told = timed(walking(), 0, open_ended)
    assert all(np.isinf(stay.takeoff.sd_s) for stay in told)
    assert all(stay.touchdown.sd_s < 0.01 for stay in told)


def test_where_no_place_was_followed_the_whole_foot_is() -> None:
    """The corners of a shoe lie where the landmarks did not look for them."""
    time_s = np.arange(0.0, 1.0, 1 / 120)
    feet = walked(time_s, ([(0.0, 0.4), (0.7, 1.0)], [(0.0, 1.0)]), noise_px=0.0)
    shift = np.median(feet.step_px[:, 0], axis=1)
    count = np.array([[5 if k else 0, 0] for k in range(len(time_s))])
    stops = np.cumsum(count.ravel()).reshape(count.shape)
    rows = np.stack([stops - count, stops], axis=2)
    shifts = np.repeat(shift[1:], 5, axis=0)
    nothing = np.zeros((len(time_s), 2))
    ends = np.zeros((len(time_s), 2, 2, 2))
    blind = np.full_like(feet.step_px, np.nan)
    corners = Corners(rows, np.zeros_like(shifts), shifts, nothing, ends)
    stature = np.full(len(time_s), STATURE_PX)
    told = SoleMotion.of(FeetMotion(blind, corners), time_s, stature, 1)
    assert np.allclose(told.step[1:, 0, 0], shift[1:, 0] / STATURE_PX)
    assert np.isnan(told.step[:, 1]).all()
    assert len(stance_phases(told, 0)) == 2
    few = Corners(np.minimum(rows, 2), shifts[:2], shifts[:2], nothing, ends)
    assert np.isnan(SoleMotion.of(FeetMotion(blind, few), time_s, stature, 1).step[2:]).all()
