"""Thighs followed in drawn pictures, and hips and knees put where they carry them."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from kickform.events.types import Flight
from kickform.motion.kinematics import centre_of_mass_px
from kickform.motion.scale import scale_from_gravity
from kickform.motion.thigh_correction import followed_px
from kickform.numeric import FloatArray
from kickform.pose.flow.thighs import THIGHS, follow_thigh
from kickform.pose.geometry import upward
from kickform.pose.track import FeetMotion, Landmark, PoseTrack

STATURE_PX = 330.0
LENGTH_PX = 0.245 * STATURE_PX
STILL = np.hstack([np.eye(2), np.zeros((2, 1))])


def _speckle(seed: int, height: int, width: int, low: int, high: int) -> np.ndarray:
    noise = np.random.default_rng(seed).integers(low, high, (height, width), dtype=np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), 1.3)


GROUND, CLOTH = _speckle(1, 300, 400, 60, 140), _speckle(2, 26, round(LENGTH_PX), 120, 255)


def _picture(ends: FloatArray, cloth: np.ndarray = CLOTH) -> np.ndarray:
    """A thigh from hip to knee (2, 2) before a ground that stands still."""
    along = (ends[1] - ends[0]) / (cloth.shape[1] - 1)
    across = np.array([-along[1], along[0]])
    place = np.stack([along, across, ends[0] - across * (cloth.shape[0] - 1) / 2], axis=1)
    there = cv2.warpAffine(np.full(cloth.shape, 255, np.uint8), place, (400, 300)) > 127
    over = cv2.warpAffine(cloth, place, (400, 300), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.where(there, over, GROUND)


def _thigh(hip_x: float, hip_y: float, degrees: float) -> FloatArray:
    turn = np.radians(degrees)
    hip = np.array([hip_x, hip_y])
    return np.stack([hip, hip + LENGTH_PX * np.array([np.sin(turn), np.cos(turn)])])


@pytest.mark.parametrize("step", [(0.0, -6.4, 0.0), (3.0, 2.5, 9.0), (-4.0, 0.0, -14.0)])
def test_a_thigh_is_followed_to_a_fraction_of_a_pixel_though_its_landmarks_are_not(
    step: tuple[float, float, float],
) -> None:
    was, is_ = _thigh(180, 120, 20), _thigh(180 + step[0], 120 + step[1], 20 + step[2])
    guesses = was + np.array([[1.5, -2.0], [0.5, 1.0]]), is_ + np.array([[-1.0, 1.5], [1.0, -2.0]])
    found = follow_thigh((_picture(was), _picture(is_)), guesses, STILL, STATURE_PX)
    assert np.abs(was @ found[:, :2].T + found[:, 2] - is_).max() < 0.25


def test_a_thigh_without_a_mark_on_it_is_not_followed() -> None:
    was, is_ = _thigh(180, 120, 20), _thigh(180, 113, 25)
    plain = np.full(CLOTH.shape, 200, np.uint8)
    found = follow_thigh((_picture(was, plain), _picture(is_, plain)), (was, is_), STILL, STATURE_PX)
    assert np.isnan(found).all()
    unseen = follow_thigh((_picture(was), _picture(is_)), (was, is_ * np.nan), STILL, STATURE_PX)
    assert np.isnan(unseen).all()


FLIGHT = Flight(0.2, 0.6, 0.004)
M_PER_PX = 1.75 / STATURE_PX


def _jump(fps: float = 60.0) -> PoseTrack:
    """A body that falls freely the whole time, turning its thighs; legs followed as they are."""
    time_s = np.arange(int(0.8 * fps)) / fps
    drop = 9.81 / M_PER_PX * (time_s - 0.4) ** 2 / 2
    shares = {"EAR": 0.93, "SHOULDER": 0.82, "ELBOW": 0.65, "WRIST": 0.5, "HIP": 0.53}
    xy = np.zeros((len(time_s), 33, 2))
    for side in ("L", "R"):
        for name, share in shares.items():
            xy[:, Landmark[f"{side}_{name}"]] = np.stack([0 * drop + 300, 500 - share * STATURE_PX + drop], 1)
        hip = xy[:, Landmark[f"{side}_HIP"]]
        turn = np.radians(20 + 40 * time_s)[:, None]
        knee = hip + LENGTH_PX * np.concatenate([np.sin(turn), np.cos(turn)], axis=1)
        xy[:, Landmark[f"{side}_KNEE"]] = knee
        for name in ("ANKLE", "HEEL", "FOOT_INDEX"):
            # Feet that go along with the trunk: then the body falls as its trunk does but for the knees.
            xy[:, Landmark[f"{side}_{name}"]] = hip + np.array([0.0, 0.5 * STATURE_PX])
    maps = np.full((len(time_s), 2, 2, 3), np.nan)
    for k in range(1, len(time_s)):
        for leg, ends in enumerate(THIGHS):
            maps[k, leg] = _between(xy[k - 1][list(ends)], xy[k][list(ends)])
    shape = xy.shape[:2]
    feet = FeetMotion(np.full((len(time_s), 2, 5, 2), np.nan), None, maps)
    return PoseTrack(time_s, xy, np.zeros((*shape, 3)), np.ones(shape), 640, 600, feet)


def _between(was: FloatArray, is_: FloatArray) -> FloatArray:
    u, v = (complex(*(ends[1] - ends[0])) for ends in (was, is_))
    turn = np.array([[(v / u).real, -(v / u).imag], [(v / u).imag, (v / u).real]])
    return np.hstack([turn, (is_[0] - turn @ was[0])[:, None]])


def _with_posture_error(track: PoseTrack) -> PoseTrack:
    """The same with hips and knees that the pose model lets sag by 2 cm while the body is up."""
    xy = track.xy_px.copy()
    sag = 0.02 / M_PER_PX * np.cos(np.pi * (track.time_s - 0.4) / 0.4)
    xy[:, [mark for ends in THIGHS for mark in ends], 1] += sag[:, None]
    return replace(track, xy_px=xy)


def _scale_error(track: PoseTrack, true: PoseTrack) -> float:
    """By how many percent a body measured so falls otherwise than it does."""
    scales = [scale_from_gravity(t.time_s, centre_of_mass_px(upward(t)), [FLIGHT]) for t in (track, true)]
    assert scales[0] is not None
    assert scales[1] is not None
    return 100 * abs(scales[0].m_per_px / scales[1].m_per_px - 1)


def _followed(track: PoseTrack) -> tuple[PoseTrack, float]:
    xy, share = followed_px(track, [FLIGHT], STATURE_PX)
    return replace(track, xy_px=xy), share


def test_what_the_pose_model_makes_of_the_posture_drops_out() -> None:
    true = _jump()
    seen = _with_posture_error(true)
    put_right, share = _followed(seen)
    assert share == 1.0
    assert _scale_error(seen, true) > 5
    assert _scale_error(put_right, true) < 0.5
    outside = (true.time_s <= FLIGHT.takeoff_s) | (true.time_s >= FLIGHT.touchdown_s)
    assert np.array_equal(put_right.xy_px[outside], seen.xy_px[outside])


def test_a_leg_that_was_not_followed_goes_along_half_way() -> None:
    true = _jump()
    assert true.feet is not None
    assert true.feet.thigh_maps is not None
    maps = true.feet.thigh_maps.copy()
    maps[:, 1] = np.nan
    one = replace(_with_posture_error(true), feet=replace(true.feet, thigh_maps=maps))
    put_right, share = _followed(one)
    assert share == 1.0
    assert _scale_error(put_right, true) < 0.5 * _scale_error(one, true)


def test_a_few_steps_may_be_missing_but_not_many() -> None:
    true = _jump()
    assert true.feet is not None
    assert true.feet.thigh_maps is not None
    seen = _with_posture_error(true)
    frames = np.flatnonzero((true.time_s > FLIGHT.takeoff_s) & (true.time_s < FLIGHT.touchdown_s))
    maps = true.feet.thigh_maps.copy()
    maps[frames[[4, 11, 12]]] = np.nan
    put_right, share = _followed(replace(seen, feet=replace(true.feet, thigh_maps=maps)))
    assert share == 1.0
    assert _scale_error(put_right, true) < 2
    maps[frames[4:14]] = np.nan
    left, share = _followed(replace(seen, feet=replace(true.feet, thigh_maps=maps)))
    assert share == 0.0
    assert np.array_equal(left.xy_px, seen.xy_px)


def test_another_leg_s_thigh_is_not_believed() -> None:
    true = _jump()
    assert true.feet is not None
    assert true.feet.thigh_maps is not None
    maps = true.feet.thigh_maps.copy()
    maps[:, :, 0, 2] += 4.0  # a thigh that runs away from its landmarks by 4 pixels a frame
    left, share = _followed(replace(true, feet=replace(true.feet, thigh_maps=maps)))
    assert share == 0.0
    assert np.array_equal(left.xy_px, true.xy_px)


def test_a_thigh_that_points_at_the_camera_for_a_moment_is_bridged() -> None:
    true = _jump()
    assert true.feet is not None
    assert true.feet.thigh_maps is not None
    frames = np.flatnonzero((true.time_s > FLIGHT.takeoff_s) & (true.time_s < FLIGHT.touchdown_s))
    xy, maps = true.xy_px.copy(), true.feet.thigh_maps.copy()
    for hip, knee in THIGHS:
        xy[frames[8], knee] = xy[frames[8], hip]
    maps[frames[[8, 9]]] = np.nan
    put_right, _ = _followed(replace(true, xy_px=xy, feet=replace(true.feet, thigh_maps=maps)))
    assert np.isfinite(put_right.xy_px).all()


def test_without_followed_thighs_the_landmarks_stay() -> None:
    true = _jump()
    for track in (replace(true, feet=None), replace(true, feet=FeetMotion(np.zeros((len(true), 2, 5, 2))))):
        xy, share = followed_px(track, [FLIGHT], STATURE_PX)
        assert share == 0.0
        assert np.array_equal(xy, true.xy_px)
    assert followed_px(true, [], STATURE_PX)[1] == 0.0
