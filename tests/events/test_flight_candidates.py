"""The gate: what flies is a coarse flight, and what only looks like flying is none."""

from __future__ import annotations

import numpy as np
import pytest

from kickform.events.flights.candidates import FlightCandidate, find_flight_candidates
from kickform.events.flights.selection import real_flights
from kickform.events.flights.signals import lowest_toe_px
from kickform.motion.kinematics import centre_of_mass_px
from kickform.pose.geometry import body_height_px, upward
from kickform.pose.track import Landmark
from tests.synthetic import Camera, Clip, G, Phase, ShiftWeight, Squat, Stand, Walk, cut, film, train


def coarse(clip: Clip) -> list[FlightCandidate]:
    xy_up = upward(clip.track)
    return find_flight_candidates(clip.track.time_s, xy_up, centre_of_mass_px(xy_up), body_height_px(xy_up))


def real(clip: Clip) -> list[FlightCandidate]:
    return real_flights(coarse(clip))


def test_the_lowest_toe_is_that_of_either_foot_and_bridges_gaps() -> None:
    xy = np.full((9, 33, 2), 500.0)
    xy[:, Landmark.L_FOOT_INDEX, 1] = [10] * 3 + [30] * 6
    xy[:, Landmark.R_FOOT_INDEX, 1] = [20] * 3 + [25] * 6
    xy[6] = np.nan
    assert lowest_toe_px(np.arange(9) / 60, xy).tolist() == [10] * 3 + [25] * 6


def test_one_jump_of_a_guessed_foot_does_not_lower_the_lowest_toe() -> None:
    xy = np.full((9, 33, 2), 50.0)
    xy[4, Landmark.L_FOOT_INDEX, 1] = 0.0
    assert lowest_toe_px(np.arange(9) / 60, xy).tolist() == [50] * 9


@pytest.mark.parametrize(
    ("fps", "flight_s"),
    [(30, 0.3), (30, 0.55), (60, 0.3), (60, 0.55), (120, 0.55), (120, 0.3), (240, 0.3), (240, 0.55)],
)
def test_flights_are_found_to_a_frame_or_two(fps: int, flight_s: float) -> None:
    clip = film([Stand(0.6), train(0.2, flight_s, 6, 0.05), Stand(0.5)], Camera(fps=fps, seed=fps, phase=0.4))
    flights = real(clip)
    assert len(flights) == 6
    for flight, (up, down) in zip(flights, clip.flights, strict=True):
        assert flight.takeoff_s == pytest.approx(up, abs=max(0.035, 1.5 / fps))
        assert flight.touchdown_s == pytest.approx(down, abs=max(0.035, 1.5 / fps))
        assert not flight.cut


def test_the_fall_is_gravity_in_statures() -> None:
    stature = 1.6
    clip = film([Stand(0.5), train(0.2, 0.5, 6), Stand(0.5)], Camera(noise=0.001, fps=120), stature)
    falls = [f.fall for f in real(clip) if not f.cut]
    assert np.median(falls) == pytest.approx(G / stature, rel=0.1)
    for flight in real(clip):
        assert 0 < flight.fall_sd < 3


NEGATIVES: dict[str, list[Phase]] = {
    "standing": [Stand(4.0)],
    "weight_shift": [Stand(0.5), ShiftWeight(4.0), Stand(0.5)],
    "walking": [Stand(0.5), Walk(7), Stand(0.5)],
    "marching": [Stand(0.5), Walk(8, step_m=0.0, lift_m=0.15), Stand(0.5)],
    "squats": [Stand(0.5), Squat(4), Stand(0.5)],
    "stepping_into_place": [Walk(3, step_m=0.25), ShiftWeight(2.0), Stand(1.0), Walk(3)],
}


@pytest.mark.parametrize(
    ("fps", "name"),
    [(30, name) for name in NEGATIVES]
    + [(60, name) for name in NEGATIVES]
    + [(120, name) for name in NEGATIVES if name != "squats"]
    + [(120, "squats")],
)
def test_what_stays_on_the_ground_does_not_fly(fps: int, name: str) -> None:
    for seed in range(2):
        clip = film(NEGATIVES[name], Camera(fps=fps, seed=seed, tall=0.5, facing=1 - 2 * seed))
        assert real(clip) == []


def test_a_far_foot_that_is_taken_for_something_else_is_no_flight() -> None:
    clip = film([Stand(3.0)], Camera(fps=60, jump_rate=0.05, seed=1))
    assert real(clip) == []


def test_too_few_frames_or_none_at_all_are_no_flights() -> None:
    clip = film([Stand(0.5), train(0.2, 0.4, 3), Stand(0.5)])
    assert coarse(cut(clip, 1.0, 1.1)) == []
    track = clip.track
    blind = np.full_like(track.xy_px, np.nan)
    assert find_flight_candidates(track.time_s, blind, blind[:, 0], 400.0) == []


@pytest.mark.parametrize(
    "early_s",
    [-0.1, 0.0, 0.1, 0.16, 0.2],
    ids=["falling", "apex", "rising", "rising_fast", "just_up"],
)
def test_a_flight_that_the_clip_cuts_is_marked_as_such(early_s: float) -> None:
    clip = film([Stand(0.5), train(0.2, 0.5, 5), Stand(0.5)], Camera(fps=60, noise=0.002, far=1.0))
    (up, down), (last_up, last_down) = clip.flights[0], clip.flights[-1]
    flights = coarse(cut(clip, (up + down) / 2 - early_s, (last_up + last_down) / 2 + early_s))
    assert [f.cut for f in flights] == [True, False, False, False, True]
    assert flights[0].touchdown_s == pytest.approx(down, abs=0.04)
    assert flights[-1].takeoff_s == pytest.approx(last_up, abs=0.04)


def test_a_flight_with_a_gap_in_it_is_not_measured() -> None:
    whole = film([Stand(0.5), train(0.2, 0.5, 4), Stand(0.5)], Camera(seed=3))
    up, down = whole.flights[1]
    gap = (up + 0.2, down - 0.15)
    clip = film([Stand(0.5), train(0.2, 0.5, 4), Stand(0.5)], Camera(seed=3, gaps=[gap]))
    flights = real(clip)
    assert not [f for f in flights if f.takeoff_s < gap[1] and f.touchdown_s > gap[0]]
    assert len(flights) == 3
