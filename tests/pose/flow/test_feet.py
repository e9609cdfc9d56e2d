"""Feet followed in drawn pictures: a textured shoe over a textured ground, by paths that are known."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from kickform.errors import Cancelled
from kickform.pose.flow.feet import PLACES, follow_feet, foot_crop_maps
from kickform.pose.track import Landmark, PoseTrack
from kickform.video.reader import probe

_SIZE = (640, 480)
_STATURE_PX = 340.0
_FOOT_PX = 52
_TIP = np.array([330.0, 402.0])


def _speckle(seed: int, height: int, width: int, low: int, high: int) -> np.ndarray:
    noise = np.random.default_rng(seed).integers(low, high, (height, width, 3), dtype=np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), 1.2)


def _clip(path: Path, tip_px: np.ndarray, camera_px: np.ndarray) -> PoseTrack:
    """Draw a shoe with its tip at `tip_px` (T, 2) on a ground that moves by `camera_px` (T, 2); its track."""
    width, height = _SIZE
    ground = _speckle(1, height + 200, width + 200, 60, 150)
    shoe = _speckle(2, 18, _FOOT_PX, 150, 255)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=60, options={"crf": "12"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for tip, eye in zip(tip_px, camera_px, strict=True):
            shift = np.array([[1.0, 0.0, eye[0] - 100], [0.0, 1.0, eye[1] - 100]])
            picture = cv2.warpAffine(ground, shift, (width, height), flags=cv2.INTER_CUBIC)
            corner = tip + eye - [_FOOT_PX - 1, 17]
            place = np.array([[1.0, 0.0, corner[0]], [0.0, 1.0, corner[1]]])
            over = cv2.warpAffine(shoe, place, (width, height), flags=cv2.INTER_CUBIC)
            there = cv2.warpAffine(np.full((18, _FOOT_PX), 255, np.uint8), place, (width, height)) > 127
            picture[there] = over[there]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "bgr24")))
        container.mux(stream.encode())
    return _track(tip_px + camera_px)


def _track(tip_px: np.ndarray) -> PoseTrack:
    """Return a standing body whose feet have the tip there; the toe lies behind and above the sole's tip."""
    count = len(tip_px)
    xy = np.zeros((count, 33, 2))
    toe = tip_px - np.array([0.014, 0.018]) * _STATURE_PX
    up = {"SHOULDER": 0.82, "HIP": 0.52, "KNEE": 0.28, "ANKLE": 0.05}
    for side, aside in (("L", 0.0), ("R", -150.0)):
        for name, share in up.items():
            xy[:, Landmark[f"{side}_{name}"]] = toe + np.array([aside - 30, -share * _STATURE_PX])
        xy[:, Landmark[f"{side}_HEEL"]] = toe + np.array([aside - 0.13 * _STATURE_PX, 0.0])
        xy[:, Landmark[f"{side}_FOOT_INDEX"]] = toe + np.array([aside, 0.0])
    shape = (count, 33)
    times = np.arange(count) / 60
    return PoseTrack(times, xy, np.zeros((*shape, 3)), np.ones(shape), *_SIZE)


def _hop(count: int = 24) -> np.ndarray:
    """Return a tip that stands, and from frame 8 on rises by 4 px a frame and moves ahead by 2."""
    beyond = np.maximum(np.arange(count) - 8, 0)[:, None]
    return _TIP + beyond * np.array([2.0, -4.0])


def test_a_foot_is_followed_to_a_fraction_of_a_pixel(tmp_path: Path) -> None:
    tip = _hop()
    track = _clip(tmp_path / "hop.mp4", tip, np.zeros_like(tip))
    steps = follow_feet(probe(tmp_path / "hop.mp4"), track).step_px
    assert steps.shape == (24, 2, len(PLACES), 2)
    behind = steps[1:, 0, 0]
    seen = np.isfinite(behind).all(axis=1)
    assert seen.mean() > 0.9
    error = np.abs(behind - np.diff(tip, axis=0))[seen]
    assert np.median(error) < 0.1
    assert error.max() < 1.5
    assert np.abs(behind[:7]).max() < 0.3  # standing is standing


def test_the_thighs_are_looked_for_on_the_way(tmp_path: Path) -> None:
    """There is no leg in the drawing, but ground where it should be: that is no thigh."""
    tip = _hop()
    track = _clip(tmp_path / "hop.mp4", tip, np.zeros_like(tip))
    maps = follow_feet(probe(tmp_path / "hop.mp4"), track).thigh_maps
    assert maps is not None
    assert maps.shape == (24, 2, 2, 3)
    assert np.isnan(maps[0]).all()
    assert np.isnan(maps[10:, 0]).all()  # the landmarks rise by 4 px a frame, the ground does not


def test_the_corners_that_say_so_are_kept(tmp_path: Path) -> None:
    tip = _hop()
    track = _clip(tmp_path / "hop.mp4", tip, np.zeros_like(tip))
    corners = follow_feet(probe(tmp_path / "hop.mp4"), track).corners
    assert corners is not None
    assert corners.rows.shape == (24, 2, 2)
    assert corners.rows[-1, -1, -1] == len(corners.at_px) == len(corners.shift_px)
    assert np.allclose(corners.ends_px[:, 0, 1], track.xy_px[:, Landmark.L_FOOT_INDEX])
    for frame in range(10, 20):
        first, last = corners.rows[frame, 0]
        on_shoe = (np.abs(corners.at_px[first:last] - (tip[frame - 1] - [18, 8])) < [20, 11]).all(axis=1)
        assert on_shoe.sum() >= 5
        step = np.median(corners.shift_px[first:last][on_shoe], axis=0)
        assert np.abs(step - [2.0, -4.0]).max() < 0.2


def ends(length_px: float, angle: float) -> np.ndarray:
    """Heel and toe of a foot that points that way in the picture, radians from level."""
    along = np.array([np.cos(angle), np.sin(angle)])
    return _TIP + np.array([-along, along]) * length_px / 2


def turn_of(cut: np.ndarray) -> float:
    return float(np.arctan2(cut[0, 1], cut[0, 0]))


def test_both_pictures_of_a_foot_are_turned_level_or_neither_is() -> None:
    """Seen from the front, a heel that rises gives the foot a direction from one picture to the next."""
    level = [turn_of(cut) for cut in foot_crop_maps(ends(50, 0.2), ends(50, 0.4), 1.0)]
    assert level == pytest.approx([0.2, 0.4])
    for was, is_ in (
        (ends(15, 1.5), ends(35, 1.5)),
        (ends(35, 1.5), ends(15, 0.1)),
        (ends(50, 0), ends(50, 2)),
    ):
        assert [turn_of(cut) for cut in foot_crop_maps(was, is_, 1.0)] == [0.0, 0.0]
    for was, is_ in ((ends(50, np.pi - 0.1), ends(50, 0.1 - np.pi)),):
        assert [turn_of(cut) for cut in foot_crop_maps(was, is_, 1.0)] == pytest.approx(
            [np.pi - 0.1, 0.1 - np.pi]
        )


def test_the_camera_s_own_motion_is_taken_out(tmp_path: Path) -> None:
    tip = np.tile(_TIP, (20, 1))
    camera = np.stack([np.arange(20) * 3.0, 4 * np.sin(np.arange(20) / 3)], axis=1)
    track = _clip(tmp_path / "pan.mp4", tip, camera)
    behind = follow_feet(probe(tmp_path / "pan.mp4"), track).step_px[1:, 0, 0]
    assert np.abs(np.nanmedian(behind, axis=0)).max() < 0.25
    assert np.nanmax(np.abs(np.nancumsum(behind, axis=0))) < 3.0  # of 57 px that the camera moved


def test_a_foot_outside_the_picture_is_not_followed(tmp_path: Path) -> None:
    tip = np.tile(_TIP, (6, 1))
    track = _clip(tmp_path / "out.mp4", tip, np.zeros_like(tip))
    track.xy_px[:, [Landmark.L_HEEL, Landmark.L_FOOT_INDEX], 1] += 120.0
    assert np.isnan(follow_feet(probe(tmp_path / "out.mp4"), track).step_px[:, 0]).all()


def test_frames_without_the_athlete_have_no_step(tmp_path: Path) -> None:
    tip = np.tile(_TIP, (8, 1))
    track = _clip(tmp_path / "gap.mp4", tip, np.zeros_like(tip))
    track.xy_px[3] = np.nan
    steps = follow_feet(probe(tmp_path / "gap.mp4"), track).step_px
    assert np.isnan(steps[3:5]).all()
    assert np.isfinite(steps[[1, 2, 5, 6, 7], 0, 0]).all()


def test_following_can_be_stopped(tmp_path: Path) -> None:
    tip = np.tile(_TIP, (6, 1))
    track = _clip(tmp_path / "stop.mp4", tip, np.zeros_like(tip))
    with pytest.raises(Cancelled):
        follow_feet(probe(tmp_path / "stop.mp4"), track, progress=lambda *_: False)
