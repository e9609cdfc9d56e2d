"""Slow motion: told by the user, by the file, by gravity, in this order; never imagined."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kickform.drills.common.jumps import working_contacts
from kickform.errors import UsageError
from kickform.events.flights.candidates import FlightCandidate, find_flight_candidates
from kickform.events.flights.selection import real_flights
from kickform.events.slow_motion import FACTORS, decide_slow_motion
from kickform.motion.kinematics import centre_of_mass_px
from kickform.pipeline.build_motion import build_motion
from kickform.pose.geometry import body_height_px, upward
from tests.synthetic import Camera, Clip, Stand, coarse_flight, film, train

FALL = 9.81 / 1.72


def flights(count: int, fall: float, fall_sd: float = 0.3, rise: float = 0.12) -> list[FlightCandidate]:
    return [coarse_flight(k, k + 0.4, rise, fall, fall_sd) for k in range(count)]


def coarse(clip: Clip) -> Sequence[FlightCandidate]:
    xy_up = upward(clip.track)
    return find_flight_candidates(clip.track.time_s, xy_up, centre_of_mass_px(xy_up), body_height_px(xy_up))


@pytest.mark.parametrize("factor", FACTORS)
def test_gravity_tells_the_factor(factor: float) -> None:
    fall = FALL / factor**2
    slow = decide_slow_motion(flights(3, fall, 0.05 * fall), 30.0)
    assert slow.factor == factor
    assert slow.source == ("none" if factor == 1 else "physics")


@pytest.mark.parametrize("stature", [1.45, 1.72, 2.0])
@pytest.mark.parametrize("factor", FACTORS)
def test_tall_and_small_athletes_are_read_alike(stature: float, factor: float) -> None:
    fall = 9.81 / stature / factor**2
    assert decide_slow_motion(flights(3, fall, 0.05 * fall), 30.0).factor == factor


def test_one_flight_is_not_enough_for_slow_motion() -> None:
    assert decide_slow_motion(flights(1, FALL / 16, 0.01), 30.0).factor == 1
    assert decide_slow_motion(flights(2, FALL / 16, 0.01), 30.0).factor == 4


def test_what_does_not_distinctly_fall_has_no_say() -> None:
    unsure = flights(5, FALL / 16, fall_sd=FALL / 16)
    assert decide_slow_motion(unsure, 30.0).factor == 1
    rising = flights(5, -FALL / 16, fall_sd=0.01)
    assert decide_slow_motion(rising, 30.0).factor == 1
    assert decide_slow_motion([], 30.0).factor == 1


def test_creeping_heels_do_not_vote_for_slow_motion() -> None:
    assert decide_slow_motion(flights(5, FALL / 64, 0.005, rise=0.015), 30.0).factor == 1


def test_the_user_has_the_first_word() -> None:
    slow = decide_slow_motion(flights(5, FALL / 64, 0.005), 30.0, user=2.0, capture_fps=240.0)
    assert (slow.factor, slow.source) == (2.0, "user")
    slow = decide_slow_motion(flights(5, FALL / 64, 0.005), 30.0, user=1.0, capture_fps=240.0)
    assert (slow.factor, slow.source) == (1.0, "user")


def test_the_container_has_the_second_word() -> None:
    slow = decide_slow_motion(flights(5, FALL, 0.1), 30.0, capture_fps=120.0)
    assert (slow.factor, slow.source) == (4.0, "container")


@pytest.mark.parametrize(
    ("capture", "mean", "factor"),
    [(239.7, 29.97, 8.0), (240.0, 30.02, 8.0), (119.88, 59.94, 2.0), (960.0, 30.0, 32.0), (100.0, 40.0, 2.5)],
)
def test_the_clocks_own_error_is_taken_out_of_the_containers_word(
    capture: float, mean: float, factor: float
) -> None:
    assert decide_slow_motion([], mean, capture_fps=capture).factor == pytest.approx(factor)


@pytest.mark.parametrize("capture", [60.0, 62.0, 59.94, 30.0, 0.0, None])
def test_a_tag_that_says_real_time_leaves_it_to_gravity(capture: float | None) -> None:
    slow = decide_slow_motion(flights(3, FALL / 16, 0.02), 60.0, capture_fps=capture)
    assert (slow.factor, slow.source) == (4.0, "physics")
    assert decide_slow_motion(flights(3, FALL, 0.2), 60.0, capture_fps=capture).source == "none"


@pytest.mark.parametrize("user", [0.0, -8.0, 0.05, 41.0, math.nan, math.inf])
def test_a_factor_out_of_range_is_refused(user: float) -> None:
    with pytest.raises(UsageError, match=r"--slow-motion: .* is out of range; give 1 for real time"):
        decide_slow_motion([], 30.0, user=user)


def kept(candidates: list[FlightCandidate]) -> list[FlightCandidate]:
    """The real flights among the candidates, without the doubt about their times
    (`kickform.events.flights.boundaries`)."""
    return [replace(flight, systematic_sd_s=(0.0, 0.0)) for flight in real_flights(candidates)]


def test_real_flights_fall_as_they_must() -> None:
    true, slow = flights(3, FALL, 0.3), flights(2, FALL / 16, 0.02)
    floating = [coarse_flight(9, 9.4, 0.12, -1.0, 0.3)]
    assert kept([*true, *slow, *floating]) == sorted(true, key=lambda f: f.takeoff_s)
    assert kept(floating) == []
    assert kept([]) == []


def test_flights_too_short_to_measure_go_with_their_like() -> None:
    measured = flights(3, FALL, 0.3, rise=0.1)
    short = coarse_flight(7, 7.1, 0.09, 0.0, math.inf)
    tiny = coarse_flight(8, 8.1, 0.013, 0.0, math.inf)
    assert short in kept([*measured, short, tiny])
    assert tiny not in kept([*measured, short, tiny])
    assert kept([short, tiny]) == [], "nothing measured vouches for them"


def test_a_flight_of_a_trembling_pose_goes_with_those_it_is_like_in_all_else() -> None:
    certain = flights(3, FALL, 0.3)
    trembling = coarse_flight(7, 7.45, 0.1, 0.36 * FALL, 0.5)
    assert trembling in kept([*certain, trembling])
    low = coarse_flight(7, 7.45, 0.05, 0.36 * FALL, 0.5)
    long = coarse_flight(7, 7.8, 0.1, 0.36 * FALL, 0.5)
    sinking = replace(trembling, drop_share=0.4)
    for other in (low, long, sinking):
        assert other not in kept([*certain, other])
    assert trembling not in kept([certain[0], trembling]), "one is not enough to be like"


def test_a_flight_that_the_clip_cuts_at_once_counts_where_the_toes_are_plainly_up() -> None:
    certain = flights(3, FALL, 0.3)
    up = replace(coarse_flight(7, 7.06, 0.06, 0.0, math.inf), cut=True)
    stirring = replace(coarse_flight(7, 7.06, 0.02, 0.0, math.inf), cut=True)
    assert up in kept([*certain, up])
    assert stirring not in kept([*flights(3, FALL, 0.3, rise=0.04), stirring])


@settings(max_examples=10, deadline=None, derandomize=True)
@given(
    factor=st.sampled_from(FACTORS[1:]),
    fps=st.sampled_from([30, 60]),
    contact_s=st.floats(0.14, 0.35),
    flight_s=st.floats(0.35, 0.58),
    stature=st.floats(1.5, 1.95),
    seed=st.integers(0, 50),
)
def test_slow_motion_is_read_off_the_fall(
    factor: float, fps: int, contact_s: float, flight_s: float, stature: float, seed: int
) -> None:
    camera = Camera(fps=fps, slow=factor, seed=seed, noise=0.003)
    clip = film([Stand(0.3), train(contact_s, flight_s, 4, 0.05, seed), Stand(0.3)], camera, stature)
    slow = decide_slow_motion(coarse(clip), clip.info.mean_fps)
    assert (slow.factor, slow.source) == (factor, "physics")


def test_real_time_is_never_taken_for_slow_motion() -> None:
    rng = np.random.default_rng(77)
    for seed in range(40):
        camera = Camera(
            fps=float(rng.choice([25, 30, 50, 60, 120])),
            seed=seed,
            noise=rng.uniform(0.002, 0.006),
            far=rng.uniform(1, 4),
            yaw_deg=float(rng.choice([0, 30, 60])),
            jump_rate=float(rng.choice([0, 0.02])),
            pan_px_s=rng.uniform(-15, 15),
        )
        jumps = train(rng.uniform(0.12, 0.45), rng.uniform(0.2, 0.6), int(rng.integers(2, 8)), 0.1, seed)
        clip = film([Stand(rng.uniform(0.3, 2)), jumps, Stand(0.5)], camera, rng.uniform(1.45, 2.0))
        slow = decide_slow_motion(coarse(clip), clip.info.mean_fps)
        assert (slow.factor, slow.source) == (1.0, "none"), f"seed {seed}"


@pytest.mark.parametrize("factor", FACTORS[1:])
def test_durations_in_slow_motion_are_those_of_real_time(factor: float) -> None:
    clip = film(
        [Stand(0.4), train(0.2, 0.45, 5, 0.05), Stand(0.4)], Camera(fps=120, noise=0.002, far=2, seed=5)
    )
    real = build_motion(clip.track, clip.info)[0]
    stretched = replace(clip.track, time_s=clip.track.time_s * factor)
    info = replace(clip.info, mean_fps=clip.info.mean_fps / factor)
    slow = build_motion(stretched, info)[0]
    assert (slow.slow_motion.factor, slow.clock.segments[0].factor) == (1, factor)
    one, two = working_contacts(real), working_contacts(slow)
    assert len(one) == len(two) == 4
    for a, b in zip(one, two, strict=True):
        assert b.duration_s == pytest.approx(a.duration_s, rel=0.01)
        assert b.sd_s == pytest.approx(a.sd_s, rel=0.05)
    for f, g in zip(real.flights, slow.flights, strict=True):
        assert g.duration_s == pytest.approx(f.duration_s, rel=0.01)
    assert real.scale is not None
    assert slow.scale is not None
    assert slow.scale.m_per_px == pytest.approx(real.scale.m_per_px, rel=0.01)
    assert np.nanmax(np.abs(slow.angles.r_knee_flexion_deg - real.angles.r_knee_flexion_deg)) < 0.5


def test_the_users_word_reaches_the_durations() -> None:
    clip = film([Stand(0.4), train(0.2, 0.45, 4), Stand(0.4)], Camera(fps=30, slow=4, noise=0.002, far=2))
    motion = build_motion(clip.track, clip.info, slow_motion=4.0)[0]
    assert motion.slow_motion.source == "user"
    for contact in working_contacts(motion):
        assert contact.duration_s == pytest.approx(0.2, abs=0.025)
