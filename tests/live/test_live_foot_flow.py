"""Feet followed live, in drawn pictures: legs named anew in each, a foot that turns unseen by landmarks."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from kickform.live.foot_flow import LiveFeet, Steps
from kickform.live.pose_buffer import Moment, PoseBuffer
from kickform.pose.flow.feet import PLACES, UNTRACKED_SOLE, FootPair, Sole
from kickform.pose.leg_identity import swap_legs
from kickform.pose.people import Pose
from kickform.pose.track import Landmark, PoseTrack

SIZE = (640, 480)
STATURE_PX, FOOT_PX = 340.0, 52
AT = np.array([[330.0, 402.0], [180.0, 402.0]])
DOWN_DEG = 36.0


def speckle(seed: int, height: int, width: int, low: int, high: int, blur: float = 1.2) -> np.ndarray:
    noise = np.random.default_rng(seed).integers(low, high, (height, width, 3), dtype=np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), blur)


GROUND, SHOES = speckle(1, 480, 640, 60, 150), [speckle(seed, 22, FOOT_PX, 130, 255, 0.9) for seed in (2, 3)]


def picture(tips_px: np.ndarray, turned_deg: float = 0.0) -> np.ndarray:
    """Draw both shoes with their tips there (2, 2), toes down by so much."""
    rgb = GROUND.copy()
    for shoe, tip in zip(SHOES, tips_px, strict=True):
        turn = np.radians(turned_deg)
        along = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        place = np.hstack([along, (tip - along @ [FOOT_PX - 1, 21])[:, None]])
        over = cv2.warpAffine(shoe, place, SIZE, flags=cv2.INTER_CUBIC)
        there = cv2.warpAffine(np.full(shoe.shape[:2], 255, np.uint8), place, SIZE) > 127
        rgb[there] = over[there]
    return rgb


def pose(tips_px: np.ndarray, exchanged: bool = False) -> Pose:
    """Return a standing body whose feet have their tips there."""
    xy = np.zeros((33, 2))
    up = {"SHOULDER": 0.82, "HIP": 0.52, "KNEE": 0.28, "ANKLE": 0.05}
    for side, tip in zip("RL" if exchanged else "LR", tips_px, strict=True):
        toe = tip - np.array([0.014, 0.018]) * STATURE_PX
        for name, share in up.items():
            xy[Landmark[f"{side}_{name}"]] = toe + np.array([-30, -share * STATURE_PX])
        xy[Landmark[f"{side}_HEEL"]] = toe - [0.13 * STATURE_PX, 0.0]
        xy[Landmark[f"{side}_FOOT_INDEX"]] = toe
    return Pose(xy, np.zeros((33, 3)), np.ones(33))


def hop(count: int = 20) -> np.ndarray:
    """Return both tips (T, 2, 2): they stand, then the left one rises by 4 pixels a frame."""
    tips = np.tile(AT, (count, 1, 1))
    tips[:, 0, 1] -= 4.0 * np.maximum(np.arange(count) - 8, 0)
    return tips


def followed(tips: np.ndarray, exchanged: set[int]) -> list[Steps | None]:
    feet = LiveFeet()
    return [
        feet.step(i / 30, picture(tip), pose(tip, exchanged=i in exchanged)) for i, tip in enumerate(tips)
    ]


def steps_of(both: tuple[Sole, Sole]) -> np.ndarray:
    return np.stack([sole.steps for sole in both])


def all_over(steps: float) -> tuple[Sole, Sole]:
    """Both soles with the same motion at all places and at two corners."""
    places = np.full((len(PLACES), 2), steps)
    sole = Sole(places, np.array([[100.0, 100.0], [110.0, 100.0]]), np.full((2, 2), steps))
    return sole, sole


def test_both_feet_are_tracked() -> None:
    tips = hop()
    steps = followed(tips, set())
    assert steps[0] is None
    kept = np.stack([steps_of(step[0])[:, 0, 1] for step in steps[1:]])  # type: ignore[index]
    assert kept.shape == (19, 2)
    assert np.nanmax(np.abs(kept - np.diff(tips[..., 1], axis=0))) < 0.5
    assert np.isfinite(kept).mean() > 0.9


def test_sole_motion_follows_the_repaired_leg_names() -> None:
    """The names of three frames are exchanged; after the repair each foot has its own steps, whole."""
    tips, wrong = hop(), {5, 12, 13}
    steps = followed(tips, wrong)
    assert np.isnan(steps_of(steps[5][0])).all(), (
        "by the names as they are, each foot jumps over to the other"
    )
    ring = PoseBuffer(5.0)
    for i, (tip, step) in enumerate(zip(tips, steps, strict=True)):
        ring.add(Moment(i / 30, pose(tip, exchanged=i in wrong), step))
    track = ring.track(*SIZE)
    assert track.feet is not None
    vertical = track.feet.step_px[1:, :, 0, 1]
    assert np.isfinite(vertical).mean() > 0.9
    assert np.nanmax(np.abs(vertical - np.diff(tips[..., 1], axis=0))) < 0.5


def test_a_rotating_foot_with_late_landmarks_is_found() -> None:
    """At take-off the pose model is a picture late; the sole is followed all the same, and from there on."""
    tips = np.tile(AT, (4, 1, 1))
    tips[2, :, 1] -= 4.0
    tips[3, :, 1] -= 9.0
    feet = LiveFeet()
    steps = [
        feet.step(i / 30, picture(tip, DOWN_DEG if i > 1 else 0.0), pose(tip)) for i, tip in enumerate(tips)
    ]
    places = np.array(PLACES) < 0.02
    tipped, next_one = (steps_of(step[0])[:, places, 1] for step in steps[2:])  # type: ignore[index]
    assert np.isfinite(tipped).mean() > 0.5
    assert np.nanmedian(tipped) == np.clip(np.nanmedian(tipped), -12.0, -2.0)  # behind the tip it rises more
    assert abs(np.nanmedian(next_one) + 5.0) < 1.0


def test_feet_are_not_tracked_across_a_gap_or_from_the_first_picture() -> None:
    tips = hop(6)
    feet = LiveFeet()
    times = (0.0, 0.03, 0.06, 0.4, 0.43)
    steps = [feet.step(t, picture(tip), pose(tip)) for t, tip in zip(times, tips, strict=False)]
    assert [step is None for step in steps] == [True, False, False, True, False]
    assert feet.step(0.46, picture(tips[5]), None) is None
    assert feet.step(0.49, picture(tips[5]), pose(tips[5])) is None
    assert feet.step(0.52, picture(tips[5]), pose(tips[5])) is not None
    feet.forget()
    assert feet.step(0.55, picture(tips[5]), pose(tips[5])) is None


def test_a_still_camera_is_checked_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that moves is looked at in every picture: the ground's motion is taken out of the steps."""
    looks: list[int] = []
    look = FootPair.camera
    monkeypatch.setattr(FootPair, "camera", lambda pair: looks.append(1) or look(pair))
    feet = LiveFeet()
    for i in range(16):
        feet.step(i / 30, picture(AT), pose(AT))
    assert 2 <= len(looks) <= 4
    looks.clear()
    for i in range(16, 32):
        moved = np.roll(picture(AT), 3 * (i - 15), axis=1)
        both = feet.step(i / 30, moved, pose(AT + np.array([3.0 * (i - 15), 0.0])))
    assert len(looks) >= 10
    assert both is not None
    assert abs(np.nanmedian(steps_of(both[0])[..., 0])) < 0.5, "the feet stand on ground that moves"


def test_a_dropped_frame_gets_its_share_of_the_sole_motion() -> None:
    ring = PoseBuffer(5.0)
    tips = hop(30)
    for i in range(30):
        if i != 20:
            ring.add(Moment(i / 30, pose(tips[i]), (all_over(3.0), all_over(4.0))))
    track = ring.track(*SIZE)
    assert len(track) == 30
    assert track.feet is not None
    assert np.allclose(track.feet.step_px[[20, 21]], 1.5)
    assert np.allclose(track.feet.step_px[[19, 22]], 3.0)
    corners = track.feet.corners
    assert corners is not None
    (first, last), (second, _) = corners.rows[20, 0], corners.rows[21, 0]
    assert last - first == 2
    assert np.allclose(corners.shift_px[first:last], 1.5)
    assert np.allclose(corners.at_px[second], corners.at_px[first] + 1.5)
    assert np.allclose(corners.ends_px[:, 0, 1], track.xy_px[:, Landmark.L_FOOT_INDEX])
    assert np.allclose(track.xy_px[20], (track.xy_px[19] + track.xy_px[21]) / 2)
    assert np.allclose(np.diff(track.time_s), 1 / 30)


def test_without_tracked_feet_the_track_has_none() -> None:
    ring = PoseBuffer(5.0)
    for i, tip in enumerate(hop(12)):
        ring.add(Moment(i / 30, pose(tip)))
    assert ring.track(*SIZE).feet is None


def test_an_unknown_naming_gives_no_sole_motion() -> None:
    """Where the repaired names call for the naming that was not followed, nothing is known."""
    tips = hop(12)
    unknown, known = (UNTRACKED_SOLE, UNTRACKED_SOLE), all_over(1.0)
    ring = PoseBuffer(5.0)
    for i, tip in enumerate(tips):
        ring.add(Moment(i / 30, pose(tip, exchanged=i == 6), (known, unknown)))
    feet = ring.track(*SIZE).feet
    assert feet is not None
    assert np.isnan(feet.step_px[[6, 7]]).all()
    assert np.isfinite(feet.step_px[[5, 8]]).all()


def test_exchanging_the_legs_twice_changes_nothing() -> None:
    xy = np.random.default_rng(1).random((3, 33, 2))
    track = PoseTrack(np.arange(3) / 30, xy, np.zeros((3, 33, 3)), np.ones((3, 33)), *SIZE)
    frames = np.array([True, False, True])
    once = swap_legs(track, frames)
    assert np.allclose(once.xy_px[0, Landmark.L_ANKLE], track.xy_px[0, Landmark.R_ANKLE])
    assert np.allclose(once.xy_px[1], track.xy_px[1])
    assert np.allclose(swap_legs(once, frames).xy_px, track.xy_px)
