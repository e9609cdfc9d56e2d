"""What changes nothing of the movement changes none of the numbers: a mirrored clip, one that plays slower.

By pose tracks, on which both are exact. What a pose model makes of the changed pictures is another matter
(`python -m bench consistency`).
"""

from __future__ import annotations

from dataclasses import astuple, replace
from functools import cache

import numpy as np
import pytest

from bench.athlete import CameraSpec
from bench.athlete.tracks import track_clip
from bench.cases import all_cases
from kickform.events.types import Contact
from kickform.motion.motion import Motion
from kickform.numeric import FloatArray
from kickform.pipeline.build_motion import build_motion
from kickform.pose.track import FeetMotion, PoseTrack
from tests.synthetic import mirrored, video_info

ONE_OF_EACH = {case.drill: case for case in reversed(all_cases(1)) if case.drill != "none" and not case.hard}
OTHER = {"left": "right", "right": "left", "both": "both"}
TO_MS = 0.2
"""An optimizer stops a little elsewhere where the numbers differ in the last bits."""


@cache
def filmed(drill: str) -> PoseTrack:
    """A set as a still camera sees it, with soles that were followed."""
    spec = ONE_OF_EACH[drill].spec
    camera = CameraSpec(yaw_deg=8.0, side=spec.camera.side, distance_m=5.5, mode="static")
    track, truth = track_clip(replace(spec, camera=camera))
    names = truth["joint_names"]
    tips = np.array(truth["joints_px"])[:, [names.index("left_tip"), names.index("right_tip")]]
    step = np.full((len(track), 2, 5, 2), np.nan)
    step[1:] = np.diff(tips, axis=0)[:, :, None]
    step += np.random.default_rng(5).normal(0, 0.2, step.shape)
    return replace(track, feet=FeetMotion(step, None, _thighs(track)))


def _thighs(track: PoseTrack) -> FloatArray:
    """Thighs that moved as what lies half way between their landmarks, followed one at a time, mostly."""
    maps = np.full((len(track), 2, 2, 3), np.nan)
    maps[1:, :, :, :2] = np.eye(2)
    for leg, ends in enumerate(((23, 25), (24, 26))):
        maps[1:, leg, :, 2] = np.diff(track.xy_px[:, list(ends)].mean(axis=1), axis=0)
    maps[np.random.default_rng(6).random(maps.shape[:2]) < 0.1] = np.nan
    half = len(track) // 2
    maps[:half, 0], maps[half:, 1] = np.nan, np.nan
    return maps


def mirrored_with_feet(track: PoseTrack) -> PoseTrack:
    assert track.feet is not None
    assert track.feet.thigh_maps is not None
    feet = track.feet.step_px[:, ::-1] * [-1.0, 1.0]
    thighs = track.feet.thigh_maps[:, ::-1].copy()  # shifts alone
    thighs[..., 0, 2] *= -1
    return replace(mirrored(track), feet=FeetMotion(feet, None, thighs))


@cache
def seen(drill: str) -> Motion:
    track = filmed(drill)
    return build_motion(track, video_info(track), slow_motion=1.0)[0]


def _order(contact: Contact) -> tuple[str, float]:
    return contact.side, contact.touchdown_s


def same(ours: tuple[Contact, ...], theirs: list[Contact]) -> None:
    """Assert that contacts are the same ones at the same times, as sure."""
    assert len(ours) == len(theirs)
    for one, two in zip(sorted(ours, key=_order), sorted(theirs, key=_order), strict=True):
        assert one.side == two.side
        for mine, other in zip(astuple(one)[1:6], astuple(two)[1:6], strict=True):
            assert mine == other or abs(mine - other) < TO_MS / 1000


@pytest.mark.parametrize("drill", sorted(ONE_OF_EACH))
def test_a_mirrored_clip_swaps_left_and_right_and_nothing_else(drill: str) -> None:
    track = mirrored_with_feet(filmed(drill))
    one, two = seen(drill), build_motion(track, video_info(track), slow_motion=1.0)[0]
    for ours, theirs in ((one.contacts, two.contacts), (one.steps, two.steps)):
        same(ours, [replace(contact, side=OTHER[contact.side]) for contact in theirs])
    assert two.view.near_side == OTHER[one.view.near_side]
    assert two.view.facing == -one.view.facing
    assert two.view.yaw_deg == pytest.approx(one.view.yaw_deg)
    assert (one.scale is None) == (two.scale is None)
    if one.scale is not None and two.scale is not None:
        assert two.scale.m_per_px == pytest.approx(one.scale.m_per_px, rel=1e-4)
        assert two.scale.sd_pct == pytest.approx(one.scale.sd_pct, rel=1e-3)
    assert two.angles.l_knee_flexion_deg == pytest.approx(one.angles.r_knee_flexion_deg, nan_ok=True)
    assert two.angles.r_thigh_deg == pytest.approx(one.angles.l_thigh_deg, nan_ok=True)
    assert two.angles.trunk_lean_deg == pytest.approx(one.angles.trunk_lean_deg, nan_ok=True)


@pytest.mark.parametrize("drill", sorted(ONE_OF_EACH))
@pytest.mark.parametrize("factor", [4.0, 8.0])
def test_a_clip_that_plays_slower_has_the_same_numbers_in_real_time(drill: str, factor: float) -> None:
    track = filmed(drill)
    slow = replace(track, time_s=track.time_s * factor)
    one, two = seen(drill), build_motion(slow, video_info(slow), slow_motion=factor)[0]
    for ours, theirs in ((one.contacts, two.contacts), (one.steps, two.steps)):
        same(ours, [_faster(contact, factor) for contact in theirs])
    assert (one.scale is None) == (two.scale is None)
    if one.scale is not None and two.scale is not None:
        assert two.scale.m_per_px == pytest.approx(one.scale.m_per_px, rel=1e-4)
    assert two.angles.l_knee_flexion_deg == pytest.approx(
        one.angles.l_knee_flexion_deg, abs=0.01, nan_ok=True
    )


def _faster(contact: Contact, factor: float) -> Contact:
    times = [value / factor for value in astuple(contact)[1:6]]
    return Contact(contact.side, *times)
