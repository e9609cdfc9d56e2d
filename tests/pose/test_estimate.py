"""Finding and following the athlete: on arrays, on a scripted landmarker, and on rendered clips."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kickform.errors import Cancelled, PoseError
from kickform.pose._mediapipe_runtime import quiet_stderr
from kickform.pose.clip_scan import crop_squares, mask_boxes, mask_outside, scan_clip
from kickform.pose.duplicate_frames import DuplicateFrameCounter
from kickform.pose.estimate import PoseEstimate, estimate_pose, feet_inside_share
from kickform.pose.landmarker import PoseLandmarkerSession
from kickform.pose.mirroring import faces_right
from kickform.pose.people import Person, PersonTrack, Pose, choose_athlete, drop_duplicate_people
from kickform.pose.person_tracker import PersonTracker
from kickform.pose.shirt_colour import shirt_colour
from kickform.pose.track import PoseTrack
from kickform.video.reader import Frame, probe, read_frames
from tests.videos import Picture, cut_out, paste, sample_clip, write_video

ROOT = Path(__file__).resolve().parents[2]
BLUE, GREEN = (30, 60, 180), (40, 170, 60)
TRUTH_TO_BLAZEPOSE = {
    "left_shoulder": 11, "right_shoulder": 12, "left_hip": 23, "right_hip": 24, "left_knee": 25,
    "right_knee": 26, "left_ankle": 27, "right_ankle": 28,
}  # fmt: skip


# -- people made by hand ---------------------------------------------------------------------------


def stick_pose(hip: tuple[float, float], size: float = 100.0, visibility: float = 0.9) -> Pose:
    """A standing figure whose torso, thigh and shank add up to `size` pixels."""
    x, y = hip
    xy = np.tile([x, y - 0.5 * size], (33, 1)).astype(float)
    xy[15, 0], xy[16, 0] = x - 0.25 * size, x + 0.25 * size
    for left, height in ((11, -0.4), (23, 0.0), (25, 0.3), (27, 0.6), (29, 0.62), (31, 0.64)):
        xy[left] = (x - 0.05 * size, y + height * size)
        xy[left + 1] = (x + 0.05 * size, y + height * size)
    return Pose(xy, np.zeros((33, 3)), np.full(33, visibility))


def person(
    time_s: float,
    hip: tuple[float, float],
    size: float = 100.0,
    colour: tuple[int, int, int] = BLUE,
) -> Person:
    pose = stick_pose(hip, size)
    return Person(
        time_s=time_s,
        hip=np.array(hip),
        ankles=np.array([hip[0], hip[1] + 0.6 * size]),
        box=np.concatenate([pose.xy_px.min(axis=0), pose.xy_px.max(axis=0)]),
        size=size,
        colour=np.array(colour, dtype=float),
        visibility=0.9,
    )


TIMES = [0.2, 0.4, 1.2, 1.4, 2.2, 2.4, 3.2, 3.4]


def hop(i: int) -> float:
    return 20.0 * (i % 2)


def test_the_one_who_jumps_beats_a_larger_one_who_stands() -> None:
    seen = [[person(t, (200, 300 - hop(i))), person(t, (500, 330), 180, GREEN)] for i, t in enumerate(TIMES)]
    chosen = choose_athlete(seen)
    assert chosen is not None
    assert chosen.size == 100


def test_the_one_who_stays_beats_a_larger_one_who_walks_past() -> None:
    seen = [
        [person(t, (400, 300 - hop(i)))]
        + ([person(t, (100 * i, 320 + 3 * (i % 2)), 160, GREEN)] if i in (2, 3, 4) else [])
        for i, t in enumerate(TIMES)
    ]
    chosen = choose_athlete(seen)
    assert chosen is not None
    assert (chosen.size, chosen.presence) == (100, 1.0)


def test_of_two_who_jump_the_larger_is_the_athlete() -> None:
    seen = [
        [person(t, (200, 300 - hop(i)), 90), person(t, (500, 300 - hop(i)), 130)] for i, t in enumerate(TIMES)
    ]
    chosen = choose_athlete(seen)
    assert chosen is not None
    assert chosen.size == 130


def test_people_who_cross_keep_their_shirts() -> None:
    seen = [
        [
            person(t, (300, 300 - hop(i))),
            person(t, (60 + 80 * i, 300), 100, GREEN),
        ]
        for i, t in enumerate(TIMES)
    ]
    chosen = choose_athlete(seen)
    assert chosen is not None
    assert all(tuple(s.colour) == BLUE for s in chosen.sightings)


def test_nobody_is_nobody() -> None:
    assert choose_athlete([[], [], []]) is None


def test_the_same_person_found_twice_counts_once() -> None:
    twice = [person(0, (300, 300)), person(0, (306, 310), 95), person(0, (700, 300))]
    assert len(drop_duplicate_people(twice)) == 2


@pytest.mark.parametrize("share", [1.0, 0.6, 0.4])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (720, 1280), (640, 640)])
def test_crops_cover_the_picture_and_overlap_by_half(width: int, height: int, share: float) -> None:
    cover = np.zeros((height, width), dtype=int)
    for left, top, side in crop_squares(width, height, share):
        assert 0 <= left <= width - side
        assert 0 <= top <= height - side
        cover[top : top + side, left : left + side] += 1
    assert cover.min() >= 1
    inner = cover[:, side // 2 : width - side // 2]
    assert inner.size == 0 or inner.min() >= (1 if share == 1.0 and width <= height else 2)


def test_painting_over_hides_and_painting_outside_keeps() -> None:
    rgb = np.random.default_rng(0).integers(0, 255, (100, 100, 3), dtype=np.uint8)
    box = np.array([20.0, 20.0, 60.0, 60.0])
    hidden, kept = mask_boxes(rgb, [box]), mask_outside(rgb, box)
    assert np.ptp(hidden[20:60, 20:60], axis=(0, 1)).max() == 0
    assert np.array_equal(hidden[:10], rgb[:10])
    assert np.array_equal(kept[20:60, 20:60], rgb[20:60, 20:60])
    assert np.ptp(kept[70:], axis=(0, 1)).max() == 0


# -- a scripted landmarker -------------------------------------------------------------------------


@dataclass
class Figure:
    """Somebody in the scripted pictures."""

    hip: tuple[float, float]
    size: float = 100.0
    colour: tuple[int, int, int] = BLUE
    visibility: float = 0.9


def picture_of(figures: list[Figure], width: int = 1280, height: int = 720) -> Picture:
    """A grey picture with a filled trunk for each figure, the last in front."""
    rgb = np.full((height, width, 3), 128, np.uint8)
    for figure in figures:
        (x, y), s = figure.hip, figure.size
        left, right = round(x - 0.2 * s), round(x + 0.2 * s)
        rgb[round(y - 0.5 * s) : round(y + 0.1 * s), max(0, left) : right] = figure.colour
    return rgb


class Scripted:
    """Finds the trunks that are painted in the picture it gets: stays with one until told to forget."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []
        self.prefer: tuple[int, int, int] = BLUE
        self.shapes: list[tuple[int, ...]] = []
        self.forgotten = 0

    def detect(self, rgb: Picture) -> Pose | None:
        self.shapes.append(rgb.shape)
        for figure in sorted(self.figures, key=lambda f: f.colour != self.prefer):
            match = np.all(rgb == np.array(figure.colour, np.uint8), axis=2)
            if match.sum() > 30:
                rows, columns = np.nonzero(match)
                hip = (float(columns.mean()), float(rows.max() - 0.1 * figure.size))
                return stick_pose(hip, figure.size, figure.visibility)
        return None

    def forget(self) -> None:
        self.forgotten += 1


def athlete_at(hip: tuple[float, float], size: float = 100.0) -> PersonTrack:
    return PersonTrack([person(t, hip, size) for t in (0.0, 1.0, 2.0)])


def test_a_large_athlete_is_followed_in_the_full_picture() -> None:
    landmarker = Scripted()
    follower = PersonTracker(landmarker, athlete_at((640, 360), 400), crowded=False)
    landmarker.figures = [Figure((640, 360), 400)]
    for i in range(10):
        assert follower.step(i / 30, picture_of(landmarker.figures)) is not None
    assert set(landmarker.shapes) == {(720, 1280, 3)}


def test_a_small_athlete_is_followed_in_a_crop_that_seldom_moves() -> None:
    landmarker = Scripted()
    follower = PersonTracker(landmarker, athlete_at((100, 360)), crowded=False)
    found = []
    for i in range(200):
        hip = (100 + 5.4 * i, 360 - 20 * abs(math.sin(i / 3)))
        landmarker.figures = [Figure(hip)]
        pose = follower.step(i / 60, picture_of(landmarker.figures))
        assert pose is not None
        found.append(pose.xy_px[23:25].mean(axis=0) - hip)
    assert np.abs(found).max() < 4
    assert max(max(s[:2]) for s in landmarker.shapes) < 400
    assert 3 <= follower.moves <= 12


def test_a_small_athlete_who_was_not_where_expected_is_searched_for() -> None:
    landmarker = Scripted()
    follower = PersonTracker(landmarker, athlete_at((1100, 360)), crowded=False)
    landmarker.figures = [Figure((150, 400))]
    found = [follower.step(i / 60, picture_of(landmarker.figures)) is not None for i in range(40)]
    assert not found[0]
    assert all(found[25:])


def test_the_path_of_the_athlete_is_drawn_on_a_little_beyond_the_sightings() -> None:
    path = PersonTrack([person(t, (100 * t, 300)) for t in (1.0, 1.2, 2.0, 2.2)])
    assert path.place_at(1.6).tolist() == pytest.approx([160, 300])
    assert path.place_at(0.8)[0] == pytest.approx(80)
    assert path.place_at(-5.0)[0] == pytest.approx(60)


def test_a_jump_to_somebody_else_is_a_gap_and_not_their_pose() -> None:
    landmarker = Scripted()
    follower = PersonTracker(landmarker, athlete_at((640, 360), 300), crowded=True)
    poses = []
    for i in range(30):
        other = Figure((400, 360), 300, GREEN)
        landmarker.prefer = GREEN if 10 <= i < 13 else BLUE
        hidden = i in range(10, 13)
        landmarker.figures = [other] if hidden else [Figure((640, 360), 300), other]
        poses.append(follower.step(i / 60, picture_of(landmarker.figures)))
    missing = [i for i, pose in enumerate(poses) if pose is None]
    assert missing == [10, 11, 12]
    assert all(abs(p.xy_px[23, 0] - 640) < 40 for p in poses if p is not None)
    assert follower.swaps >= 1


def test_somebody_in_another_shirt_who_covers_the_athlete_is_a_gap() -> None:
    landmarker = Scripted()
    follower = PersonTracker(landmarker, athlete_at((640, 360), 300), crowded=True)
    poses = []
    for i in range(20):
        cover = [Figure((640, 360), 300, GREEN)] if 8 <= i < 12 else []
        landmarker.figures = [Figure((640, 360), 300), *cover]
        poses.append(follower.step(i / 60, picture_of(landmarker.figures)))
    assert [i for i, pose in enumerate(poses) if pose is None] == [8, 9, 10, 11]


def test_light_that_changes_slowly_is_no_other_shirt() -> None:
    landmarker = Scripted()
    follower = PersonTracker(landmarker, athlete_at((640, 360), 300), crowded=True)
    for i in range(60):
        shade = (30 + 2 * i, 60 + 2 * i, 180)
        landmarker.prefer = shade
        landmarker.figures = [Figure((640, 360), 300, shade)]
        assert follower.step(i / 60, picture_of(landmarker.figures)) is not None


def test_a_pose_that_is_hardly_visible_is_a_gap() -> None:
    landmarker = Scripted()
    follower = PersonTracker(landmarker, athlete_at((640, 360), 300), crowded=False)
    landmarker.figures = [Figure((640, 360), 300, visibility=0.1)]
    assert follower.step(0.0, picture_of(landmarker.figures)) is None


def test_a_pose_of_an_impossible_size_is_a_gap() -> None:
    landmarker = Scripted()
    follower = PersonTracker(landmarker, athlete_at((640, 360), 300), crowded=False)
    landmarker.figures = [Figure((640, 360), 300)]
    assert follower.step(0.0, picture_of(landmarker.figures)) is not None
    landmarker.figures = [Figure((640, 360), 60)]
    assert follower.step(1 / 60, picture_of(landmarker.figures)) is None


def test_the_shirt_is_read_between_shoulders_and_hips() -> None:
    assert (
        tuple(shirt_colour(stick_pose((640, 360), 200).xy_px, picture_of([Figure((640, 360), 200)]))) == BLUE
    )


# -- small parts -----------------------------------------------------------------------------------


def track_of(xy: NDArray[np.float64], width: int = 640, height: int = 480) -> PoseTrack:
    count = len(xy)
    return PoseTrack(
        np.arange(count) / 30.0, xy, np.zeros((count, 33, 3)), np.ones((count, 33)), width, height
    )


def test_feet_inside_share_counts_frames_with_both_feet_in_the_picture() -> None:
    xy = np.full((4, 33, 2), 100.0)
    xy[1, 31, 1] = 485.0  # one toe below the picture
    xy[2, 28, 0] = -3.0  # one ankle left of it
    assert feet_inside_share(track_of(xy)) == pytest.approx(0.5)
    xy[3] = np.nan  # a gap does not count
    assert feet_inside_share(track_of(xy)) == pytest.approx(1 / 3)
    assert feet_inside_share(track_of(np.full((2, 33, 2), np.nan))) == 0.0


def _repeat_share(pattern: Callable[[int], float]) -> float:
    counter = DuplicateFrameCounter()
    texture = np.random.default_rng(5).integers(0, 255, (720, 1600, 3), dtype=np.uint8)
    texture = cv2.GaussianBlur(texture, (0, 0), 4)
    pose = stick_pose((640, 360), 300)
    for i in range(40):
        offset = round(pattern(i))
        counter.add(texture[:, offset : offset + 1280], pose)
    return counter.share


def test_frames_stored_twice_are_counted_and_standing_still_is_not() -> None:
    assert _repeat_share(lambda i: 6 * i) == 0.0
    assert _repeat_share(lambda i: 6 * (i // 2)) == pytest.approx(0.5, abs=0.05)
    assert _repeat_share(lambda _: 0) == 0.0


def test_what_c_code_writes_to_stderr_while_quiet_is_dropped(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with quiet_stderr():
        os.write(2, b"chatter\n")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_looking_over_nothing_finds_nobody() -> None:
    assert scan_clip([], lambda _: [], 1280).athlete is None
    blank = [Frame(i, i / 10, np.zeros((96, 160, 3), np.uint8)) for i in range(4)]
    scout = scan_clip(blank, lambda _: [], 160)
    assert (scout.athlete, scout.people, scout.brightness) == (None, 0, 0.0)


def test_brightness_is_the_median_luma() -> None:
    frames = [Frame(i, i / 10, np.full((96, 160, 3), 90, np.uint8)) for i in range(4)]
    assert scan_clip(frames, lambda _: [], 160).brightness == pytest.approx(90, abs=0.5)


def test_only_pose_imports_mediapipe() -> None:
    importing = [
        path.name
        for path in (ROOT / "kickform").rglob("*.py")
        if re.search(r"^\s*(import|from) mediapipe", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert importing == ["landmarker.py"]


def test_importing_kickform_does_not_load_mediapipe() -> None:
    code = "import sys, kickform.pose.landmarker; sys.exit('mediapipe' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


# -- rendered clips --------------------------------------------------------------------------------


@dataclass
class Jumps:
    """Pictures of a rendered athlete who jumps, every other one of 60 a second, and the truth."""

    pictures: list[Picture]
    joints: NDArray[np.float64]
    landmarks: list[int]

    @property
    def body_px(self) -> float:
        """Shoulder to ankle in the first picture, over the share of stature that is, about."""
        joints = self.joints[0]
        return float(np.ptp(joints[:, 1])) / 0.78


@pytest.fixture(scope="module")
def jumps() -> Jumps:
    clip = sample_clip()
    truth = json.loads(clip.with_suffix(".json").read_text("utf-8"))
    names = [n for n in TRUTH_TO_BLAZEPOSE if n in truth["joint_names"]]
    columns = [truth["joint_names"].index(n) for n in names]
    joints = np.array(truth["joints_px"], dtype=float)[:, columns]
    with read_frames(clip) as reader:
        kept = {f.index: f.rgb for f in reader if f.index in range(90, 206, 2)}
    return Jumps(list(kept.values()), joints[list(kept)], [TRUTH_TO_BLAZEPOSE[n] for n in names])


def estimate(path: Path, **options: object) -> PoseEstimate:
    return estimate_pose(path, probe(path), model="lite", **options)  # type: ignore[arg-type]


def errors_of(found: PoseEstimate, truth: NDArray[np.float64], jumps: Jumps) -> NDArray[np.float64]:
    """(T,) mean distance of landmarks from the truth in body heights, NaN in gaps."""
    away = np.linalg.norm(found.track.xy_px[:, jumps.landmarks] - truth, axis=2)
    scale = np.ptp(truth[0, :, 1]) / 0.78
    return np.asarray(away.mean(axis=1) / scale)


def plain_floor(picture: Picture, width: int = 1280, height: int = 720) -> Picture:
    """A background without a person: one column of the clip's right edge, drawn out."""
    column = picture[:, -8:].mean(axis=1, keepdims=True).astype(np.uint8)
    return cv2.resize(column, (width, height), interpolation=cv2.INTER_LINEAR)


def test_the_athlete_is_found_where_the_truth_says_in_every_frame(jumps: Jumps, tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", jumps.pictures, gop=15)
    hooked: list[tuple[int, float]] = []
    stages: list[tuple[str, float]] = []
    found = estimate(
        path,
        frame_hook=lambda f: hooked.append((f.index, f.time_s)),
        progress=lambda stage, fraction: stages.append((stage, fraction)),
    )
    assert found.track.found.all()
    assert np.max(errors_of(found, jumps.joints, jumps)) < 0.06
    assert feet_inside_share(found.track) == 1.0
    assert (found.people, found.corrupt_frames, found.warnings) == (1, 0, ())
    assert found.duplicate_share < 0.1
    assert 60 < found.brightness < 240
    count = len(jumps.pictures)
    assert found.track.time_s == pytest.approx(np.arange(count) / 30, abs=1e-4)
    assert [index for index, _ in hooked] == list(range(count))
    assert [time for _, time in hooked] == pytest.approx(found.track.time_s.tolist())
    assert {stage for stage, _ in stages} == {"scout", "pose"}
    assert stages[-1] == ("pose", 1.0)
    assert all(0 <= fraction <= 1 for _, fraction in stages)


def test_a_portrait_clip_gives_upright_landmarks(jumps: Jumps, tmp_path: Path) -> None:
    upright = [p[:, 360:920] for p in jumps.pictures[:24]]
    stored = [np.rot90(p) for p in upright]
    path = write_video(tmp_path / "a.mp4", stored, rotation=270)
    found = estimate(path)
    assert (found.track.width_px, found.track.height_px) == (560, 720)
    truth = jumps.joints[:24] - (360, 0)
    assert np.nanmax(errors_of(found, truth, jumps)) < 0.06


def test_a_picture_larger_than_the_model_needs_gives_full_size_landmarks(
    jumps: Jumps, tmp_path: Path
) -> None:
    pictures = [cv2.resize(p, (1920, 1080)) for p in jumps.pictures[:12]]
    sizes: set[tuple[int, ...]] = set()
    path = write_video(tmp_path / "a.mp4", pictures, options={"preset": "ultrafast"})
    found = estimate(path, frame_hook=lambda f: sizes.add(f.rgb.shape))
    assert sizes == {(720, 1280, 3)}
    assert found.track.width_px == 1920
    assert np.nanmax(errors_of(found, jumps.joints[:12] * 1.5, jumps)) < 0.06


def test_an_athlete_150_px_tall_is_followed_across_the_picture(jumps: Jumps, tmp_path: Path) -> None:
    factor = 150 / jumps.body_px
    floor = plain_floor(jumps.pictures[0])
    pictures, truth = [], []
    for i, picture in enumerate(jumps.pictures):
        small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        left = round(-160 + (1280 - 100) * i / (len(jumps.pictures) - 1))
        canvas = floor.copy()
        paste(canvas, small, (left, 300))
        pictures.append(canvas)
        truth.append(jumps.joints[i] * factor + (left, 300))
    found = estimate(write_video(tmp_path / "a.mp4", pictures))
    away = errors_of(found, np.array(truth), jumps)
    assert np.mean(found.track.found) >= 0.95
    assert np.nanmax(away) < 0.12
    assert np.nanmedian(away) < 0.05


def _with_bystander(
    jumps: Jumps, place: Callable[[int], tuple[int, int]], factor: float, count: int
) -> list[Picture]:
    """The clip with a cut-out of somebody who does not move, in a green shirt, pasted at `place`."""
    still = jumps.pictures[0]
    (x0, y0), (x1, y1) = jumps.joints[0].min(axis=0), jumps.joints[0].max(axis=0)
    box = np.rint([x0 - 60, y0 - 110, x1 + 90, y1 + 50]).astype(int)
    box = np.clip(box, 0, (*still.shape[1::-1], *still.shape[1::-1]))
    part, alpha = cut_out(still, tuple(box.tolist()))
    blue = part[..., 2].astype(int) > part[..., 0].astype(int) + 40
    recoloured = part.copy()
    recoloured[blue] = part[blue][:, [1, 2, 0]]
    recoloured = cv2.resize(recoloured, None, fx=factor, fy=factor)
    alpha = cv2.resize(alpha, None, fx=factor, fy=factor)[..., None]
    pictures = []
    for i, picture in enumerate(jumps.pictures[:count]):
        canvas = picture.copy()
        paste(canvas, recoloured, place(i), alpha)
        pictures.append(canvas)
    return pictures


def test_a_larger_bystander_who_stands_is_not_the_athlete(jumps: Jumps, tmp_path: Path) -> None:
    pictures = _with_bystander(jumps, lambda _: (80, 60), 1.2, 40)
    found = estimate(write_video(tmp_path / "a.mp4", pictures))
    assert found.people == 2
    assert "bystanders" in dict(found.warnings)
    assert found.track.found.mean() >= 0.95
    assert np.nanmax(errors_of(found, jumps.joints[:40], jumps)) < 0.08


def test_somebody_who_walks_through_leaves_a_gap_and_no_wrong_pose(jumps: Jumps, tmp_path: Path) -> None:
    count = len(jumps.pictures)
    pictures = _with_bystander(jumps, lambda i: (-200 + 1400 * i // count, 130), 1.0, count)
    found = estimate(write_video(tmp_path / "a.mp4", pictures))
    away = errors_of(found, jumps.joints, jumps)
    assert found.track.found.mean() >= 0.6
    assert found.track.found[:8].all()
    assert found.track.found[-8:].all()
    assert np.nanmax(away) < 0.15


def test_landmarks_are_not_smoothed_over_time(jumps: Jumps) -> None:
    rgb = jumps.pictures[0]
    moved = np.roll(rgb, 24, axis=1)
    with PoseLandmarkerSession("lite") as session:
        for _ in range(4):
            before = session.detect(rgb)
        after = session.detect(moved)
    assert before is not None
    assert after is not None
    shift = np.median(after.xy_px[11:33, 0] - before.xy_px[11:33, 0])
    assert shift == pytest.approx(24, abs=2.5)  # the default smoothing gives about half of it


def test_a_session_may_be_fed_strided_pictures(jumps: Jumps) -> None:
    with PoseLandmarkerSession("lite") as session:
        straight = session.detect(jumps.pictures[0])
    with PoseLandmarkerSession("lite") as session:
        strided = session.detect(np.repeat(jumps.pictures[0], 2, axis=1)[:, ::2])
    assert straight is not None
    assert strided is not None
    assert np.allclose(straight.xy_px, strided.xy_px)
    session.close()  # once more is harmless


def exactly(path: Path, pictures: list[Picture], fps: int = 30) -> Path:
    """Write the pictures without loss."""
    return write_video(path, pictures, fps=fps, codec="ffv1", pix_fmt="bgr0")


def across(jumps: Jumps) -> list[Picture]:
    """The athlete small in the picture and on the way from left to right, followed in crops."""
    floor = plain_floor(jumps.pictures[0], 854, 480)
    pictures = []
    for i, picture in enumerate(jumps.pictures[:40]):
        canvas = floor.copy()
        paste(canvas, cv2.resize(picture, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA), (4 * i, 120))
        pictures.append(canvas)
    return pictures


def test_the_same_pictures_played_8_times_slower_give_the_same_landmarks(
    jumps: Jumps, tmp_path: Path
) -> None:
    pictures = across(jumps)
    life = estimate(exactly(tmp_path / "life.mkv", pictures, 40))
    slow = estimate(exactly(tmp_path / "slow.mkv", pictures, 5))
    assert life.track.found.mean() > 0.9
    assert np.array_equal(slow.track.xy_px, life.track.xy_px, equal_nan=True)
    assert slow.track.time_s[-1] == pytest.approx(8 * life.track.time_s[-1])


def test_mirrored_pictures_give_mirrored_landmarks(jumps: Jumps, tmp_path: Path) -> None:
    pictures = across(jumps)
    seen = estimate(exactly(tmp_path / "seen.mkv", pictures)).track
    turned = estimate(exactly(tmp_path / "turned.mkv", [p[:, ::-1] for p in pictures])).track
    assert seen.found.mean() > 0.9
    other = np.arange(33)
    other[11:33] = other[11:33].reshape(-1, 2)[:, ::-1].ravel()
    body = other[11:]
    assert np.allclose(turned.xy_px[:, body] * (-1, 1) + (854, 0), seen.xy_px[:, 11:], equal_nan=True)
    assert np.allclose(turned.world_m[:, body] * (-1, 1, 1), seen.world_m[:, 11:], equal_nan=True)
    assert np.allclose(turned.visibility[:, body], seen.visibility[:, 11:])


@pytest.mark.parametrize(("toes", "right"), [([0.2, -0.1, 0.15], True), ([-0.2, 0.1, -0.15], False)])
def test_who_faces_right_is_told_by_most_of_what_was_seen(toes: list[float], right: bool) -> None:
    seen = [replace(person(i, (100, 100)), toes_ahead=ahead) for i, ahead in enumerate(toes)]
    assert faces_right(PersonTrack(seen)) is right


def test_a_clip_without_a_person_is_refused_with_a_cure(jumps: Jumps, tmp_path: Path) -> None:
    floor = plain_floor(jumps.pictures[0], 640, 360)
    path = write_video(tmp_path / "empty_hall.mp4", [floor] * 10)
    with pytest.raises(PoseError, match=r"^empty_hall\.mp4: no person found in it; film "):
        estimate(path)


def test_saying_no_to_progress_cancels_and_ends_the_decoding(jumps: Jumps, tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", jumps.pictures[:30])
    for stage in ("scout", "pose"):
        with pytest.raises(Cancelled, match=r"^a\.mp4"):
            estimate(path, progress=lambda now, fraction: not (now == stage and fraction > 0.2))  # noqa: B023
        assert "kickform-decode" not in [t.name for t in threading.enumerate()]


def test_a_clip_stored_at_twice_its_rate_is_told(jumps: Jumps, tmp_path: Path) -> None:
    twice = [p for p in jumps.pictures[10:30] for _ in range(2)]
    found = estimate(write_video(tmp_path / "a.mp4", twice, fps=60, options={"crf": "14"}))
    assert found.duplicate_share == pytest.approx(0.5, abs=0.1)
    assert "duplicate_frames" in dict(found.warnings)


def test_analyzing_writes_nothing_to_stdout_or_stderr(tmp_path: Path, jumps: Jumps) -> None:
    path = write_video(tmp_path / "a.mp4", jumps.pictures[:10])
    code = (
        "import sys; from pathlib import Path; from kickform.video.reader import probe; "
        "from kickform.pose.estimate import estimate_pose; p = Path(sys.argv[1]); "
        "estimate_pose(p, probe(p), model='lite')"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert (run.stdout, run.stderr) == ("", "")


def test_a_damaged_model_is_refused_before_anything_is_read(
    jumps: Jumps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_video(tmp_path / "a.mp4", jumps.pictures[:6])
    monkeypatch.setenv("KICKFORM_MODELS_DIR", str(tmp_path))
    with pytest.raises(PoseError, match="SHA256SUMS"):
        estimate(path)
