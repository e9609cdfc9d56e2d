"""Angles, heights and filters whose answers are known by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kickform.motion.kinematics import (
    MAX_YAW_FOR_ANGLES_DEG,
    centre_of_mass_px,
    compute_angles,
    estimate_view,
)
from kickform.motion.motion import Angles, View
from kickform.numeric import FloatArray
from kickform.pose.filtering import despike, low_pass, remove_leaps
from kickform.pose.geometry import body_height_px, inner_angle_deg, upward
from kickform.pose.track import Landmark, PoseTrack
from tests.synthetic import Camera, Squat, Stand, film, mirrored

L = Landmark
Facing = Literal[-1, 1]


def figure(
    facing: int = 1, thigh_deg: float = 0.0, knee_deg: float = 0.0, lean_deg: float = 0.0, frames: int = 20
) -> PoseTrack:
    """Both legs alike; thigh and trunk of 100 px, shank of 100 px; hips at (320, 200), y downward."""
    thigh, shank, lean = np.radians([thigh_deg, thigh_deg - knee_deg, lean_deg])
    hip = np.array([320.0, 200.0])
    knee = hip + 100 * np.array([facing * np.sin(thigh), np.cos(thigh)])
    ankle = knee + 100 * np.array([facing * np.sin(shank), np.cos(shank)])
    shoulder = hip + 100 * np.array([facing * np.sin(lean), -np.cos(lean)])
    xy = np.zeros((33, 2))
    for leg in (0, 1):
        xy[L.L_HIP + leg], xy[L.L_KNEE + leg], xy[L.L_ANKLE + leg] = hip, knee, ankle
        xy[L.L_SHOULDER + leg] = shoulder
        xy[L.L_EAR + leg] = shoulder + np.array([0, -30])
        xy[L.L_HEEL + leg] = ankle + np.array([-10 * facing, 5])
        xy[L.L_FOOT_INDEX + leg] = ankle + np.array([25 * facing, 5])
    xy[L.NOSE] = shoulder + np.array([12 * facing, -30])
    return PoseTrack(
        np.arange(frames) / 60,
        np.repeat(xy[None], frames, axis=0),
        np.zeros((frames, 33, 3)),
        np.ones((frames, 33)),
        640,
        480,
    )


def angles_of(track: PoseTrack, facing: int = 1, yaw_deg: float = 0.0) -> Angles:
    forward: Facing = 1 if facing > 0 else -1
    return compute_angles(track, View("sagittal", yaw_deg, "left", forward))


def test_upward_flips_y_once_and_leaves_x() -> None:
    track = figure()
    up = upward(track)
    assert np.array_equal(up[..., 0], track.xy_px[..., 0])
    assert up[0, L.L_HIP, 1] == 480 - 200
    assert track.xy_px[0, L.L_HIP, 1] == 200, "the track itself is left alone"


@pytest.mark.parametrize(
    ("a", "b", "c", "angle"),
    [
        ((0, 1), (0, 0), (1, 0), 90),
        ((0, 2), (0, 0), (0, -3), 180),
        ((1, 0), (0, 0), (1, 0), 0),
        ((3, 0), (0, 0), (1, np.sqrt(3)), 60),
        ((4, 3), (0, 3), (0, 0), 90),
        ((1, 0), (0, 0), (-1, 1e-8), 180),
    ],
)
def test_known_triangles(
    a: tuple[float, ...], b: tuple[float, ...], c: tuple[float, ...], angle: float
) -> None:
    corners = [np.array(p, dtype=float) for p in (a, b, c)]
    assert inner_angle_deg(*corners) == pytest.approx(angle, abs=1e-6)
    assert inner_angle_deg(*corners[::-1]) == pytest.approx(angle, abs=1e-6)


def test_an_angle_with_a_missing_corner_is_missing() -> None:
    nan = np.full(2, np.nan)
    assert np.isnan(inner_angle_deg(np.array([1.0, 0.0]), np.zeros(2), nan))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.floats(0, 2 * np.pi), st.floats(0.01, 100), st.floats(1, 179))
def test_a_triangle_turned_and_scaled_keeps_its_angle(turn: float, scale: float, angle: float) -> None:
    def at(direction: float, length: float) -> FloatArray:
        return scale * length * np.array([np.cos(direction), np.sin(direction)])

    assert inner_angle_deg(at(turn, 2), np.zeros(2), at(turn + np.radians(angle), 1)) == pytest.approx(angle)


@pytest.mark.parametrize("facing", [1, -1])
@pytest.mark.parametrize(
    ("thigh", "knee", "lean", "hip_flexion"),
    [
        (0, 0, 0, 0),  # standing
        (90, 90, 0, 90),  # sitting
        (45, 90, 0, 45),  # squatting, trunk upright
        (45, 90, 45, 90),  # squatting, trunk forward
        (-20, 10, 0, 20),  # thigh behind: the angle between trunk and thigh has no sign
        (30, 60, 10, 40),
    ],
)
def test_known_postures_both_ways_round(
    facing: int, thigh: float, knee: float, lean: float, hip_flexion: float
) -> None:
    angles = angles_of(figure(facing, thigh, knee, lean), facing)
    for side in ("l", "r"):
        assert getattr(angles, f"{side}_thigh_deg") == pytest.approx(thigh, abs=1e-6)
        assert getattr(angles, f"{side}_knee_flexion_deg") == pytest.approx(knee, abs=1e-6)
        assert getattr(angles, f"{side}_hip_flexion_deg") == pytest.approx(hip_flexion, abs=1e-6)
    assert angles.trunk_lean_deg == pytest.approx(lean, abs=1e-6)


def test_both_means_the_near_knee() -> None:
    track = figure(knee_deg=30)
    xy = track.xy_px.copy()
    xy[:, L.R_ANKLE] = xy[:, L.R_KNEE] + [0, 100]
    angles = angles_of(replace(track, xy_px=xy))
    assert angles.knee("both", near="left") is angles.l_knee_flexion_deg
    assert angles.knee("both", near="right") is angles.r_knee_flexion_deg
    assert angles.knee("left", near="right")[0] == pytest.approx(30)
    assert angles.knee("right", near="left")[0] == pytest.approx(0)


@pytest.mark.parametrize("yaw", [0, 15, 30])
def test_yaw_is_undone_up_to_its_limit(yaw: float) -> None:
    track = figure(thigh_deg=45, knee_deg=90, lean_deg=20)
    xy = track.xy_px.copy()
    xy[..., 0] = 320 + (xy[..., 0] - 320) * np.cos(np.radians(yaw))
    angles = angles_of(replace(track, xy_px=xy), yaw_deg=yaw)
    assert angles.l_knee_flexion_deg == pytest.approx(90, abs=1e-6)
    assert angles.trunk_lean_deg == pytest.approx(20, abs=1e-6)


def test_yaw_beyond_the_limit_is_not_blown_up() -> None:
    track = figure(thigh_deg=45, knee_deg=90)
    at_limit = angles_of(track, yaw_deg=MAX_YAW_FOR_ANGLES_DEG)
    beyond = angles_of(track, yaw_deg=85)
    assert beyond.l_knee_flexion_deg == pytest.approx(at_limit.l_knee_flexion_deg)


def test_gaps_stay_gaps_in_every_angle() -> None:
    track = figure(knee_deg=20, frames=60)
    xy = track.xy_px.copy()
    xy[25:31] = np.nan
    angles = angles_of(replace(track, xy_px=xy))
    for name in Angles.__slots__:
        values = getattr(angles, name)
        assert np.flatnonzero(np.isnan(values)).tolist() == list(range(25, 31)), name


def test_body_height_of_a_known_figure_in_any_posture() -> None:
    """Shank, thigh and trunk of a figure 1000 px tall are 246, 245 and 288 px (Drillis and Contini)."""
    for camera in (Camera(noise=0.0, height_px=1000, tall=1.0), Camera(noise=0.0, tall=1.0, height_px=500)):
        for phases in ([Stand(0.5)], [Squat(2)]):
            track = film(phases, camera).track
            assert body_height_px(upward(track)) == pytest.approx(camera.height_px, rel=0.005)


def test_body_height_counts_the_longest_that_is_seen_and_needs_something_to_see() -> None:
    xy = upward(figure(frames=20))
    assert body_height_px(xy) == pytest.approx(300 / 0.779)
    xy[:2, L.L_KNEE] += 500  # a few frames astray do not count
    assert body_height_px(xy) == pytest.approx(300 / 0.779)
    with pytest.raises(ValueError, match="no frame has landmarks"):
        body_height_px(np.full((5, 33, 2), np.nan))


def test_centre_of_mass_moves_with_the_body_and_lies_inside_it() -> None:
    xy = upward(figure())
    com = centre_of_mass_px(xy)
    by = np.array([10.0, 25.0])
    assert centre_of_mass_px(xy + by) == pytest.approx(com + by)
    assert centre_of_mass_px(2 * xy) == pytest.approx(2 * com)
    standing = upward(film([Stand(0.5)], Camera(noise=0.0, tall=0.5, height_px=1000)).track)
    height = (centre_of_mass_px(standing)[:, 1] - standing[:, L.R_FOOT_INDEX, 1]) / 500
    assert 0.53 < height.mean() < 0.61, "a standing person's mass centre is at 55-58 % of the stature"
    gap = xy.copy()
    gap[3] = np.nan
    assert np.isnan(centre_of_mass_px(gap)[3]).all()
    assert np.isfinite(centre_of_mass_px(gap)[4]).all()


@pytest.mark.parametrize("facing", [1, -1])
@pytest.mark.parametrize(
    ("yaw", "plane"),
    [(0, "sagittal"), (20, "sagittal"), (40, "oblique"), (50, "oblique"), (70, "frontal"), (90, "frontal")],
)
def test_view_of_known_world_landmarks(yaw: float, plane: str, facing: int) -> None:
    view = estimate_view(film([Stand(1.0)], Camera(yaw_deg=yaw, facing=facing)).track)
    assert view.yaw_deg == pytest.approx(yaw, abs=2.0)
    assert view.plane == plane
    if yaw < 90:
        assert view.near_side == ("right" if facing > 0 else "left")
        assert view.facing == facing


def test_view_by_hand_and_mirrored() -> None:
    track = figure()
    world = np.zeros((20, 33, 3))
    for left, right in ((L.L_HIP, L.R_HIP), (L.L_SHOULDER, L.R_SHOULDER)):
        world[:, left], world[:, right] = (0.05, 0, -0.1), (-0.05, 0, 0.1)
    view = estimate_view(replace(track, world_m=world))
    assert view.yaw_deg == pytest.approx(np.degrees(np.arctan2(0.1, 0.2)))
    assert (view.near_side, view.facing) == ("left", 1)
    other = estimate_view(mirrored(replace(track, world_m=world)))
    assert other.yaw_deg == pytest.approx(view.yaw_deg)
    assert (other.near_side, other.facing) == ("right", -1)


def test_view_ignores_gaps() -> None:
    track = film([Stand(1.0)], Camera(yaw_deg=25, lost=0.3)).track
    assert estimate_view(track).yaw_deg == pytest.approx(25, abs=2.0)


def test_low_pass_leaves_constants_and_lines() -> None:
    t = np.arange(120) / 60
    assert low_pass(t, np.full(120, 7.5), 10.0) == pytest.approx(7.5)
    assert low_pass(t, 3 * t - 1, 10.0)[10:-10] == pytest.approx((3 * t - 1)[10:-10], abs=5e-3)


@pytest.mark.parametrize(("hz", "low", "high"), [(1.0, 0.99, 1.01), (4.0, 0.97, 1.01), (25.0, 0.0, 0.05)])
def test_low_pass_passes_and_stops_known_sines_without_a_lag(hz: float, low: float, high: float) -> None:
    t = np.arange(480) / 120
    wave = np.sin(2 * np.pi * hz * t)
    kept = low_pass(t, wave, 12.0)[60:-60]
    quadrature = np.exp(-2j * np.pi * hz * t[60:-60])
    gain = 2 * np.mean(kept * quadrature) * 1j
    assert low <= abs(gain) <= high
    if low > 0.5:
        assert abs(np.degrees(np.angle(gain))) < 0.5, "a zero-lag filter turns no phase"


def test_low_pass_has_half_power_gain_at_its_cutoff() -> None:
    """Forward and backward over the cutoff: 1/2 in amplitude for two passes of a second-order filter."""
    t = np.arange(960) / 240
    kept = low_pass(t, np.sin(2 * np.pi * 12 * t), 12.0)[240:-240]
    assert np.ptp(kept) / 2 == pytest.approx(0.5, abs=0.02)


def test_low_pass_cuts_at_gaps_and_keeps_them() -> None:
    t = np.arange(200) / 60
    values = np.where(t < 1.5, 0.0, 100.0)
    values[85:95] = np.nan
    kept = low_pass(t, values, 10.0)
    assert np.array_equal(np.isnan(kept), np.isnan(values))
    assert kept[:85] == pytest.approx(0.0), "nothing leaks over the gap"
    assert kept[95:] == pytest.approx(100.0)


def test_low_pass_follows_true_times_when_the_rate_varies() -> None:
    rng = np.random.default_rng(1)
    t = np.cumsum(rng.uniform(0.5, 1.5, 400)) / 60
    wave = np.sin(2 * np.pi * 1.5 * t)
    assert np.abs(low_pass(t, wave, 12.0) - wave)[20:-20].max() < 0.05


def test_low_pass_returns_what_it_cannot_filter() -> None:
    short = np.array([1.0, 5.0, 2.0])
    assert np.array_equal(low_pass(np.arange(3) / 60, short, 10.0), short)
    slow = np.random.default_rng(0).normal(size=50)
    assert np.array_equal(low_pass(np.arange(50) / 20, slow, 12.0), slow), "12 Hz at 20 frames/s is no filter"


def test_despike_takes_lone_outliers_only() -> None:
    rng = np.random.default_rng(3)
    calm = np.sin(np.arange(200) / 15) + rng.normal(0, 0.01, 200)
    spiked = calm.copy()
    spiked[[40, 120]] += [5.0, -3.0]
    mended = despike(spiked)
    assert np.abs(mended - calm).max() < 0.2
    assert np.mean(mended == spiked) > 0.85, "what is no outlier is left as it was"


def test_a_leg_that_leaps_away_for_a_moment_does_not_carry_the_mass_centre_along() -> None:
    rng = np.random.default_rng(5)
    times = np.arange(90) / 60
    bouncing = np.tile(rng.normal(0, 100, (33, 2)), (90, 1, 1))
    bouncing[:, :, 1] += 60 * np.abs(np.sin(4 * times))[:, None]
    leaping = bouncing.copy()
    leaping[40:44, [Landmark.L_KNEE, Landmark.L_ANKLE, Landmark.L_HEEL, Landmark.L_FOOT_INDEX], 1] += 120
    leaping[70] = bouncing[70] = np.nan
    steady = remove_leaps(times, leaping, 400.0)
    off = np.abs(centre_of_mass_px(steady) - centre_of_mass_px(bouncing))
    assert np.nanmax(off) < 2
    assert np.nanmax(np.abs(centre_of_mass_px(leaping) - centre_of_mass_px(bouncing))) > 8
    assert np.isnan(steady[70]).all()
    assert np.array_equal(remove_leaps(times, bouncing, 400.0), bouncing, equal_nan=True)


def test_despike_keeps_gaps_short_series_and_steps() -> None:
    with_gap = np.concatenate([np.zeros(20), [np.nan] * 3, np.ones(20)])
    assert np.array_equal(np.isnan(despike(with_gap)), np.isnan(with_gap))
    assert np.array_equal(despike(np.array([0.0, 9.0, 0.0])), [0.0, 9.0, 0.0])
    assert np.isnan(despike(np.full(8, np.nan))).all()
    step = np.concatenate([np.zeros(20), np.ones(20)])
    assert np.array_equal(despike(step), step), "a lasting change is no spike"
