"""Contacts of a stick figure whose events are known: found, timed, with an honest SD, and never invented.

The figure moves by another law than the estimator fits (see `tests.synthetic`). In particular its toe has no
kink at take-off: the leg goes on extending for 10 to 30 ms, so that a hinge reads take-off late by a third
of that. Its feet land and leave at one instant, which no two feet do: they are read as 1 to 2 ms apart. The
tolerances below hold both biases.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bench.athlete import CameraSpec, CaptureSpec, ClipSpec
from bench.athlete.drills import HopParams
from bench.athlete.tracks import track_clip
from kickform.drills.common.jumps import working_contacts
from kickform.events.contacts import time_contacts
from kickform.events.observation import Observation
from kickform.events.types import Contact
from kickform.motion.motion import Motion
from kickform.pipeline.build_motion import build_motion
from kickform.pose.geometry import body_height_px, upward
from tests.synthetic import (
    Camera,
    Clip,
    Jumps,
    Stand,
    Walk,
    coarse_flight,
    cut,
    film,
    mirrored,
    pair_up,
    train,
)

RATES = (30, 60, 120, 240)


def moved(clip: Clip) -> Motion:
    return build_motion(clip.track, clip.info)[0]


def check_found(clip: Clip, motion: Motion) -> None:
    """Every true contact and flight is there, and no other."""
    working = working_contacts(motion)
    pairs = pair_up(working, clip.contacts, max(0.06, 1.2 / motion.fps))
    assert len(pairs) == len(clip.contacts), f"{len(clip.contacts) - len(pairs)} contacts missed"
    assert len(working) == len(clip.contacts), f"{len(working) - len(clip.contacts)} contacts invented"
    assert len(motion.flights) == len(clip.flights), f"{len(motion.flights)} of {len(clip.flights)} flights"
    assert motion.slow_motion.factor == 1


@dataclass(frozen=True)
class Sample:
    """What a fixed sample of clips at one frame rate gave; milliseconds."""

    error: np.ndarray
    sd: np.ndarray
    touchdown_error: np.ndarray


def timed(clip: Clip, rng: np.random.Generator) -> tuple[Contact, ...]:
    """The contacts between the flights of the clip, which are given to within 12 ms."""
    coarse = [
        coarse_flight(a + rng.uniform(-0.012, 0.012), b + rng.uniform(-0.012, 0.012), 0.1, 5.7, 0.3)
        for a, b in clip.flights
    ]
    track, xy_up = clip.track, upward(clip.track)
    seen = Observation(track.time_s, xy_up, track.visibility, body_height_px(xy_up))
    found = time_contacts(seen, coarse)
    return found.contacts[1:-1]


@cache
def sample(fps: int) -> Sample:
    """Five clips of eight jumps, drawn once and for all; the coarse flights are given to within 12 ms."""
    rng = np.random.default_rng(fps)
    rows = []
    for seed in range(5):
        jumps = train(rng.uniform(0.13, 0.4), rng.uniform(0.3, 0.58), 8, 0.08, seed)
        jumps = replace(jumps, release_s=rng.uniform(0.01, 0.03))
        camera = Camera(
            fps=fps, phase=rng.random(), noise=rng.uniform(0.003, 0.006), facing=1 - 2 * (seed % 2), seed=seed
        )
        clip = film([Stand(0.5), jumps, Stand(0.4)], camera, rng.uniform(1.5, 1.95))
        for contact, (down, up) in zip(timed(clip, rng), clip.contacts, strict=True):
            rows.append((contact.duration_s - (up - down), contact.sd_s, contact.touchdown_s - down))
    error, sd, touchdown = 1000 * np.array(rows).T
    return Sample(error, sd, touchdown)


@pytest.mark.parametrize(
    ("fps", "mae_ms", "bias_ms", "worst_ms"),
    [(30, 11.0, 9.5, 40.0), (60, 9.5, 9.5, 25.0), (120, 9.5, 9.5, 20.0), (240, 9.5, 9.5, 20.0)],
)
def test_contact_times_of_the_sample_are_right(
    fps: int, mae_ms: float, bias_ms: float, worst_ms: float
) -> None:
    error = sample(fps).error
    assert np.abs(error).mean() <= mae_ms
    assert abs(error.mean()) <= bias_ms
    assert np.abs(error).max() <= worst_ms


@pytest.mark.parametrize("fps", RATES)
def test_touchdown_where_the_toe_has_a_kink_is_unbiased(fps: int) -> None:
    touchdown = sample(fps).touchdown_error
    assert abs(touchdown.mean()) <= 2.0
    assert np.abs(touchdown).mean() <= {30: 7.0, 60: 5.0, 120: 3.5, 240: 3.0}[fps]


@pytest.mark.parametrize("fps", [60, 120])
def test_take_off_of_a_toe_that_leaves_at_once_is_unbiased(fps: int) -> None:
    jumps = replace(train(0.2, 0.42, 8, 0.05), release_s=0.003)
    clip = film([Stand(0.5), jumps, Stand(0.4)], Camera(fps=fps, noise=0.003, phase=0.3, seed=2))
    contacts = timed(clip, np.random.default_rng(1))
    errors = [c.takeoff_s - up for c, (_, up) in zip(contacts, clip.contacts, strict=True)]
    assert abs(np.mean(errors)) < 0.004


def test_stated_sds_are_honest() -> None:
    error = np.concatenate([sample(fps).error for fps in RATES])
    sd = np.concatenate([sample(fps).sd for fps in RATES])
    assert np.isfinite(sd).all()
    assert sd.min() > 1.0
    assert np.median(sd) < 15.0, "an SD that covers everything tells nothing"
    inside = np.abs(error) <= 1.96 * sd
    assert inside.mean() >= 0.85


def test_faster_cameras_are_surer() -> None:
    medians = [np.median(sample(fps).sd) for fps in RATES]
    assert medians == sorted(medians, reverse=True)


@pytest.mark.parametrize(
    ("fps", "contact_s", "flight_s"),
    [(30, 0.2, 0.42), (30, 0.45, 0.55), (60, 0.12, 0.3), (60, 0.45, 0.3), (60, 0.2, 0.6),
     (120, 0.2, 0.42), (240, 0.13, 0.45)],
)  # fmt: skip
def test_contacts_of_a_clearly_seen_figure_are_found(fps: int, contact_s: float, flight_s: float) -> None:
    camera = Camera(fps=fps, noise=0.0015, far=1.5, phase=0.7, facing=-1, seed=fps)
    clip = film([Stand(0.6), train(contact_s, flight_s, 5, 0.05), Stand(0.5)], camera)
    check_found(clip, moved(clip))


@settings(max_examples=12, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
@given(
    fps=st.sampled_from(RATES),
    contact_s=st.floats(0.12, 0.45),
    flight_s=st.floats(0.25, 0.6),
    jumps=st.integers(3, 6),
    noise=st.floats(0.003, 0.006),
    far=st.floats(1.0, 4.0),
    phase=st.floats(0, 0.99),
    facing=st.sampled_from([1, -1]),
    yaw_deg=st.sampled_from([0.0, 20.0, 45.0]),
    pan_px_s=st.floats(-20, 20),
    stature=st.floats(1.45, 2.0),
    tall=st.floats(0.3, 0.75),
    seed=st.integers(0, 99),
)
def test_contacts_are_found_and_none_is_invented(
    fps: int,
    contact_s: float,
    flight_s: float,
    jumps: int,
    noise: float,
    far: float,
    phase: float,
    facing: int,
    yaw_deg: float,
    pan_px_s: float,
    stature: float,
    tall: float,
    seed: int,
) -> None:
    camera = Camera(
        fps=fps,
        phase=phase,
        noise=noise,
        far=far,
        facing=facing,
        yaw_deg=yaw_deg,
        pan_px_s=pan_px_s,
        tall=tall,
        seed=seed,
    )
    clip = film([Stand(0.6), train(contact_s, flight_s, jumps, 0.05, seed), Stand(0.5)], camera, stature)
    motion = moved(clip)
    check_found(clip, motion)
    for contact in working_contacts(motion):
        assert 0 < contact.sd_s < 0.1
        assert contact.side == "both"


def steady(fps: float = 60.0, **camera: float) -> Clip:
    return film([Stand(0.6), train(0.19, 0.42, 6, 0.05), Stand(0.5)], Camera(fps=fps, seed=4, **camera))  # type: ignore[arg-type]


def test_contacts_and_flights_alternate_in_time() -> None:
    motion = moved(steady())
    contacts, flights = motion.contacts, motion.flights
    assert len(contacts) == len(flights) + 1
    for (before, after), flight in zip(pairwise(contacts), flights, strict=True):
        assert before.takeoff_s == flight.takeoff_s
        assert after.touchdown_s == flight.touchdown_s
        assert 0 < flight.sd_s < 0.05
    assert all(c.duration_s > 0 for c in contacts)
    assert all(f.duration_s > 0 for f in flights)


def test_standing_before_and_after_has_no_contact_time() -> None:
    clip = steady()
    first, *inner, last = moved(clip).contacts
    assert math.isinf(first.touchdown_sd_s)
    assert math.isinf(last.takeoff_sd_s)
    assert math.isinf(first.sd_s)
    assert math.isinf(last.sd_s)
    assert first.touchdown_s == pytest.approx(clip.track.time_s[0])
    assert math.isfinite(first.takeoff_sd_s)
    assert math.isfinite(last.touchdown_sd_s)
    for contact in inner:
        assert 0 < contact.touchdown_sd_s < 0.05
        assert 0 < contact.takeoff_sd_s < 0.05


def same_contacts(a: Motion, b: Motion, *, scale: float = 1.0, shift: float = 0.0) -> None:
    assert len(a.contacts) == len(b.contacts)
    for one, two in zip(a.contacts, b.contacts, strict=True):
        assert two.touchdown_s == pytest.approx(scale * one.touchdown_s + shift, abs=0.001 * scale)
        assert two.takeoff_s == pytest.approx(scale * one.takeoff_s + shift, abs=0.001 * scale)


def test_a_later_clock_moves_events_and_nothing_else() -> None:
    clip = steady()
    later = replace(clip.track, time_s=clip.track.time_s + 371.25)
    one, two = moved(clip), build_motion(later, clip.info)[0]
    same_contacts(one, two, shift=371.25)
    for a, b in zip(one.contacts[1:-1], two.contacts[1:-1], strict=True):
        assert b.sd_s == pytest.approx(a.sd_s, rel=0.02)


@pytest.mark.parametrize("times", [0.5, 3.0])
def test_a_larger_picture_changes_nothing(times: float) -> None:
    clip = steady()
    track = clip.track
    larger = replace(
        track,
        xy_px=track.xy_px * times,
        width_px=round(track.width_px * times),
        height_px=round(track.height_px * times),
    )
    same_contacts(moved(clip), build_motion(larger, clip.info)[0])


def test_where_the_athlete_stands_in_the_picture_changes_nothing() -> None:
    clip = steady()
    elsewhere = replace(clip.track, xy_px=clip.track.xy_px + np.array([-137.0, 41.0]))
    same_contacts(moved(clip), build_motion(elsewhere, clip.info)[0])


@pytest.mark.parametrize("foot", ["left", "right", "both"])
def test_a_mirrored_clip_has_the_same_contacts_on_the_other_side(foot: str) -> None:
    jumps = replace(train(0.24, 0.36, 5), foot=foot)
    clip = film([Stand(0.5), jumps, Stand(0.5)], Camera(far=1.5, seed=6))
    one, two = moved(clip), build_motion(mirrored(clip.track), clip.info)[0]
    same_contacts(one, two)
    other = {"left": "right", "right": "left", "both": "both"}
    for a, b in zip(one.contacts, two.contacts, strict=True):
        assert b.side == other[a.side]
    assert {c.side for c in working_contacts(one)} == {foot}


def test_frames_at_uneven_times_are_taken_at_their_times() -> None:
    clip = steady(fps=60, jitter=0.2)
    assert np.ptp(np.diff(clip.track.time_s)) > 0.5 / 60, "the clip is no test of it"
    motion = moved(clip)
    check_found(clip, motion)
    errors = [c.duration_s - (b - a) for c, (a, b) in pair_up(motion.contacts, clip.contacts, 0.05)]
    assert np.abs(errors).mean() < 0.012


def test_dropped_frames_are_survived() -> None:
    clip = steady(fps=120, lost=0.04)
    assert 0.01 < 1 - clip.track.found.mean() < 0.1
    working = working_contacts(moved(clip))
    pairs = pair_up(working, clip.contacts, 0.04)
    assert len(pairs) == len(working), "a lost frame makes no contact"
    # A flight with a hole in it may be refused, and takes the two contacts beside it along.
    assert len(pairs) >= 1


def inside(contact: Contact, gap: tuple[float, float]) -> bool:
    """Whether a measured end of the contact lies in the gap."""
    ends = (contact.touchdown_s, contact.touchdown_sd_s), (contact.takeoff_s, contact.takeoff_sd_s)
    return any(math.isfinite(sd) and gap[0] < at < gap[1] for at, sd in ends)


@pytest.mark.parametrize(
    ("start_s", "length_s"),
    [
        *((2.0, 0.15), (2.0, 0.5), (2.0, 1.1), (2.2, 0.5), (2.45, 0.15), (2.45, 0.5), (2.45, 1.1)),
        *((2.2, 0.15), (2.18, 0.12), (2.25, 0.15), (2.22, 0.2)),
    ],
)
def test_nothing_happens_in_a_gap(start_s: float, length_s: float) -> None:
    gap = (start_s, start_s + length_s)
    clip = film([Stand(0.6), train(0.2, 0.42, 7), Stand(0.5)], Camera(gaps=[gap], seed=9))
    seen = clip.track.time_s[clip.track.found]
    hole = (float(seen[seen < gap[0]].max()), float(seen[seen > gap[1]].min()))
    motion = moved(clip)
    assert not [c for c in motion.contacts if inside(c, hole)]
    for flight in motion.flights:
        assert not (flight.takeoff_s < hole[1] and flight.touchdown_s > hole[0]), "a flight over the gap"
    whole = [c for c in clip.contacts if c[1] < gap[0] - 0.45 or c[0] > gap[1] + 0.45]
    assert len(pair_up(working_contacts(motion), whole, 0.05)) == len(whole), "the rest is still found"


def test_a_clip_that_begins_and_ends_in_the_air_keeps_what_is_whole() -> None:
    clip = steady()
    (up, down), (last_up, last_down) = clip.flights[0], clip.flights[-1]
    part = cut(clip, up + 0.35 * (down - up), last_up + 0.65 * (last_down - last_up))
    working = working_contacts(moved(part))
    pairs = pair_up(working, part.contacts, 0.05)
    assert len(pairs) == len(working), "no contact is invented at the clip's edges"
    assert len(pairs) >= len(part.contacts) - 2


@pytest.mark.parametrize("fps", [30, 60])
def test_the_last_contact_is_timed_though_the_clip_ends_just_after_it(fps: int) -> None:
    clip = film([Stand(0.5), train(0.2, 0.42, 5), Stand(0.5)], Camera(fps=fps, seed=4))
    last_up = clip.flights[-1][0]
    part = cut(clip, 0.0, last_up + 0.11)
    working = working_contacts(moved(part))
    assert len(working) == 4
    assert working[-1].takeoff_s == pytest.approx(last_up, abs=0.04)


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_last_hop_ends_when_its_foot_lands_not_when_the_other_is_put_down(side: str) -> None:
    spec = ClipSpec(
        motion=HopParams(hops=4, side=side),
        camera=CameraSpec(mode="pan", side="right", distance_m=6.0),
        capture=CaptureSpec(fps=60.0, width=1280, height=720),
    )
    track, truth = track_clip(spec, noise=0.5)
    motion, _ = build_motion(track, replace(film([Stand(1.0)]).info, mean_fps=60.0))
    assert len(motion.flights) == 4
    assert motion.flights[-1].touchdown_s == pytest.approx(truth["flights"][-1]["touchdown_s"], abs=0.02)
    assert motion.contacts[-1].side == "both", "it ends in a stand on both feet"


def test_a_contact_that_may_hide_a_jump_is_withheld() -> None:
    spoken = film([Stand(0.5), train(0.2, 0.3, 6), Stand(0.5)], Camera(seed=3))
    up, down = spoken.flights[3]
    clip = film([Stand(0.5), train(0.2, 0.3, 6), Stand(0.5)], Camera(seed=3, gaps=[(up + 0.05, down - 0.05)]))
    motion = moved(clip)
    assert len(motion.flights) == 5
    hiding = [one for one in motion.contacts if one.touchdown_s < up and one.takeoff_s > down]
    assert [math.isinf(one.sd_s) for one in hiding] == [True]
    others = working_contacts(motion)
    assert len(pair_up(others, clip.contacts, 0.04)) == len(others) == 3


def test_walking_in_and_out_adds_no_contacts() -> None:
    clip = film([Walk(4), Stand(0.6), train(0.2, 0.42, 5), Stand(0.5), Walk(4)], Camera(seed=2, tall=0.5))
    check_found(clip, moved(clip))


def test_two_bouts_with_a_pause_are_timed_apart() -> None:
    clip = film(
        [Stand(0.5), train(0.2, 0.4, 4), Stand(1.5), train(0.18, 0.45, 3), Stand(0.5)], Camera(seed=8)
    )
    motion = moved(clip)
    assert len(motion.flights) == 7
    working = working_contacts(motion)
    assert len(working) == len(clip.contacts) == 5
    assert len(pair_up(working, clip.contacts, 0.05)) == 5


def test_no_flight_no_contact() -> None:
    motion = moved(film([Stand(2.0)]))
    assert motion.contacts == ()
    assert motion.flights == ()


def test_uneven_jumps_keep_their_differences() -> None:
    """A set mean alone could hide an estimator that gives every contact the same time."""
    jumps = Jumps([0.4, 0.5, 0.35, 0.45, 0.4, 0.42], [0.16, 0.3, 0.2, 0.25, 0.18])
    clip = film([Stand(0.6), jumps, Stand(0.5)], Camera(fps=120, noise=0.003, far=1.5, seed=3))
    working = working_contacts(moved(clip))
    found = [c.duration_s for c in working]
    assert np.corrcoef(found, jumps.contacts_s)[0, 1] > 0.98
    assert np.std(np.array(found) - np.array(jumps.contacts_s)) < 0.006
