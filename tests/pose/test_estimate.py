"""The athlete of rendered clips is found and tracked, and what cannot be tracked is refused or warned of."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kickform.errors import Cancelled, PoseError
from kickform.pose.estimate import PoseEstimate, estimate_pose, feet_inside_share
from kickform.pose.landmarker import PoseLandmarkerSession
from kickform.pose.track import PoseTrack
from kickform.video.reader import probe, read_frames
from tests.videos import Picture, cut_out, paste, sample_clip, write_video

ROOT = Path(__file__).resolve().parents[2]
TRUTH_TO_BLAZEPOSE = {
    "left_shoulder": 11, "right_shoulder": 12, "left_hip": 23, "right_hip": 24, "left_knee": 25,
    "right_knee": 26, "left_ankle": 27, "right_ankle": 28,
}  # fmt: skip


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


def test_a_clip_without_a_person_is_refused_with_a_cure(jumps: Jumps, tmp_path: Path) -> None:
    floor = plain_floor(jumps.pictures[0], 640, 360)
    path = write_video(tmp_path / "empty_hall.mp4", [floor] * 10)
    with pytest.raises(PoseError, match=r"^empty_hall\.mp4: no person found in it; film "):
        estimate(path)


def test_progress_that_returns_false_cancels_and_ends_the_decoding(jumps: Jumps, tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", jumps.pictures[:30])
    for stage in ("scout", "pose"):
        with pytest.raises(Cancelled, match=r"^a\.mp4"):
            estimate(path, progress=lambda now, fraction: not (now == stage and fraction > 0.2))  # noqa: B023
        assert "kickform-decode" not in [t.name for t in threading.enumerate()]


def test_a_clip_stored_at_twice_its_rate_is_warned_about(jumps: Jumps, tmp_path: Path) -> None:
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
