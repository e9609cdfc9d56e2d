"""Any contact of 80 to 600 ms, any flight of 60 to 800 ms, however it is filmed: found, timed, none invented.

What a set must have to be found is stated in `shows`, from physics and from the windows that the estimator
looks through. Of any other set nothing wrong may be said: what is timed holds, within its stated interval.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from bench.athlete import CameraSpec, CaptureSpec, ClipSpec
from bench.athlete.clip import act
from bench.athlete.drills import PogoParams
from bench.athlete.tracks import track_clip
from kickform.events.types import Contact
from kickform.motion.motion import Motion
from kickform.pipeline.build_motion import build_motion
from tests.synthetic import Camera, Clip, G, Stand, film, pair_up, train, video_info

STATURE_M = 1.75
LOW_S = 0.25
"""Flights below this are low ones: nobody throws the arms overhead and back in them."""

LEAST_BOUNCE = 0.012
"""Statures (2 cm) that a body must bounce to be sure to be seen:

twice what `kickform.events.flights.candidates` counts as a
bounce, for it looks at heights smoothed over 80 ms, which levels quick low hops by up to half."""
LEAST_FRAMES = 5.5
"""Frames that a flight must last: toes are steadied over three, and one in ten may be missing."""
LEAST_RISE_NOISES = 5.0
"""How far toes must rise, in SDs of one toe's noise."""


def filmed(contact_s: float, flight_s: float, camera: Camera, jumps: int = 5) -> Clip:
    """The set, or an example that Hypothesis is to pass over: no force law makes every such jump.

    A low flight is jumped as it can be: the body lands lower than it left by no more than halves the speed at
    which it leaves (by more, it would leave the ground sinking), and the arms stay down.
    """
    jumped = train(contact_s, flight_s, jumps, 0.05, camera.seed)
    rise = min(jumped.rise, G * flight_s**2 / 4 / STATURE_M)
    jumped = replace(jumped, rise=rise, overhead=flight_s >= LOW_S)
    try:
        return film([Stand(0.6), jumped, Stand(0.5)], camera, STATURE_M)
    except AssertionError:
        assume(False)
        raise


def shows(clip: Clip, contact_s: float, flight_s: float, camera: Camera) -> bool:
    """Whether every flight of the set leaves something to see.

    A body that is thrown up by g t / 2 and caught bounces by g t (t + tc) / 8, which a mean of two dozen
    landmarks shows through their noise.
    """
    shortest_s = 0.95 * flight_s
    bounce = G * shortest_s * 0.95 * (flight_s + contact_s) / 8 / STATURE_M
    toes_rise = float(clip.marks[:, [31, 32], 1].min(axis=1).max()) / STATURE_M
    return (
        bounce >= LEAST_BOUNCE
        and shortest_s * camera.fps >= LEAST_FRAMES
        and toes_rise >= LEAST_RISE_NOISES * camera.noise
    )


def without_frames(clip: Clip, share: float, seed: int) -> Clip:
    """The clip with a share of its frames missing, as a busy phone drops them."""
    keep = np.random.default_rng(seed).random(len(clip.track)) >= share
    keep[[0, -1]] = True
    track = clip.track
    kept = replace(
        track,
        time_s=track.time_s[keep],
        xy_px=track.xy_px[keep],
        world_m=track.world_m[keep],
        visibility=track.visibility[keep],
    )
    mean_fps = float((len(kept) - 1) / (kept.time_s[-1] - kept.time_s[0]))
    return replace(clip, track=kept, info=replace(clip.info, frames=len(kept), mean_fps=mean_fps))


def timed(motion: Motion) -> list[Contact]:
    return [contact for contact in motion.contacts if np.isfinite(contact.sd_s)]


def holds(contact: Contact, span: tuple[float, float]) -> bool:
    """Whether a contact and both its events are where they are said to be: to 2.6 SD (99 %) and 5 ms."""
    off_s = contact.touchdown_s - span[0], contact.takeoff_s - span[1]
    ends = abs(off_s[0]) <= 2.6 * contact.touchdown_sd_s + 0.005
    ends = ends and abs(off_s[1]) <= 2.6 * contact.takeoff_sd_s + 0.005
    return ends and abs(off_s[1] - off_s[0]) <= 2.6 * contact.sd_s + 0.005


def check(clip: Clip, shown: bool = True) -> None:
    """None is invented, none is off by more than its SD allows, and every contact that shows is there.

    Withheld is what falls into missing frames. An SD beyond 60 ms would tell nothing, or beyond 0.1 s where
    the body rises by less than a centimetre.
    """
    motion, _ = build_motion(clip.track, clip.info)
    assert motion.slow_motion.factor == 1
    assert motion.clock is None
    found = timed(motion)
    pairs = pair_up(found, clip.contacts, 0.12)
    assert len(pairs) == len(found), f"{len(found) - len(pairs)} contacts invented"
    for contact, span in pairs:
        assert holds(contact, span)
    if shown:
        standing = 2
        assert len(motion.contacts) - standing == len(clip.contacts), "contacts are missed"
        widest_s = 0.06 if min(land - leave for leave, land in clip.flights) > 0.09 else 0.1
        assert all(contact.sd_s <= widest_s for contact in found)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.filter_too_much],
)
@given(
    contact_s=st.floats(0.08, 0.6),
    flight_s=st.one_of(st.floats(0.06, 0.25), st.floats(0.25, 0.8)),
    fps=st.sampled_from([30, 60, 120, 240]),
    phase=st.floats(0, 0.99),
    noise=st.floats(0.001, 0.004),
    jitter=st.sampled_from([0.0, 0.1, 0.25]),
    dropped=st.sampled_from([0.0, 0.05, 0.1]),
    seed=st.integers(0, 99),
)
def test_any_set_is_found_and_timed(
    contact_s: float,
    flight_s: float,
    fps: int,
    phase: float,
    noise: float,
    jitter: float,
    dropped: float,
    seed: int,
) -> None:
    camera = Camera(fps=fps, phase=phase, noise=noise, jitter=jitter, far=2, seed=seed)
    clip = filmed(contact_s, flight_s, camera)
    check(without_frames(clip, dropped, seed), shows(clip, contact_s, flight_s, camera))


@pytest.mark.parametrize(
    ("contact_s", "flight_s"),
    [(0.12, 0.1), (0.12, 0.15), *((tc, tf) for tc in (0.2, 0.35, 0.6) for tf in (0.06, 0.1, 0.15, 0.25))],
)
def test_short_flights_and_long_contacts(contact_s: float, flight_s: float) -> None:
    check(filmed(contact_s, flight_s, Camera(fps=120, noise=0.002, far=2, phase=0.1, seed=1)))


@pytest.mark.parametrize("flight_s", [0.06, 0.07])
def test_of_hops_too_low_and_quick_to_be_seen_nothing_wrong_is_said(flight_s: float) -> None:
    """A body that bounces by a centimetre, 60 frames a second: whatever is timed holds."""
    camera = Camera(fps=60, noise=0.004, far=2, phase=0.1, seed=1)
    clip = filmed(0.09, flight_s, camera)
    assert not shows(clip, 0.09, flight_s, camera)
    check(clip, shown=False)


def low_hops(contact_s: float, flight_s: float, fps: float) -> ClipSpec:
    """Low hops of the rendered athlete, which it leaves and lands in much the same posture.

    With the feet stretched as they are in high jumps it could only leave such flights by its feet leaving the
    ground before their time (`test_the_rendered_athlete_stands_until_it_leaves`).
    """
    height_m = G * flight_s**2 / 8
    motion = PogoParams(6, 1000 * contact_s, height_m, foot_takeoff_deg=20, knee_takeoff_deg=20)
    return ClipSpec("jonas", motion, CameraSpec(), CaptureSpec(fps=fps), seed=4)


@pytest.mark.parametrize(
    ("contact_s", "flight_s"), [(0.12, 0.15), (0.25, 0.1), (0.15, 0.2), (0.35, 0.12), (0.6, 0.15)]
)
def test_the_rendered_athlete_stands_until_it_leaves(contact_s: float, flight_s: float) -> None:
    """The truth of low hops is true: in every contact both tips stay down, to a millimetre."""
    performance, motion = act(low_hops(contact_s, flight_s, 60.0))
    for rep in performance.reps:
        if rep.contact is None:
            continue
        times = np.arange(rep.contact[0] + 0.012, rep.contact[1] - 0.012, 0.002)
        joints = motion.pose(times).joints_m
        for tip in ("tip_left", "tip_right"):
            assert np.ptp(joints[tip][:, 2]) < 0.001


@pytest.mark.parametrize("fps", [60, 120, 240])
@pytest.mark.parametrize(
    ("contact_s", "flight_s"), [(0.12, 0.15), (0.15, 0.2), (0.25, 0.12), (0.35, 0.15), (0.6, 0.2)]
)
def test_low_hops_of_the_rendered_athlete(contact_s: float, flight_s: float, fps: int) -> None:
    """Its centre of mass flies a parabola, which that of the figure above does not to the centimetre."""
    track, truth = track_clip(low_hops(contact_s, flight_s, fps), noise=0.6)
    seen, _ = build_motion(track, video_info(track))
    assert seen.slow_motion.factor == 1
    true = [(want["touchdown_s"], want["takeoff_s"]) for want in truth["both_contacts"]]
    pairs = pair_up(timed(seen), true, 0.12)
    assert len(pairs) == len(true) == 5 == len(timed(seen))
    for contact, span in pairs:
        assert holds(contact, span)
        assert contact.sd_s < 0.06
