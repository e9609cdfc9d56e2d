"""From a video to the pose track of its athlete."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from kickform.errors import Cancelled, PoseError
from kickform.numeric import FloatArray, RgbArray
from kickform.pose.camera_motion import CameraMotion
from kickform.pose.clip_scan import ClipScan, scan_clip
from kickform.pose.duplicate_frames import DuplicateFrameCounter
from kickform.pose.landmarker import PoseLandmarkerSession
from kickform.pose.mirroring import Mirroring, faces_right
from kickform.pose.model_files import ModelName
from kickform.pose.people import PersonTrack, Pose
from kickform.pose.person_tracker import BODY_PER_LIMB, PersonTracker
from kickform.pose.track import PoseTrack
from kickform.video.prefetch import read_ahead
from kickform.video.reader import Frame, Progress, ReadReport, VideoInfo, read_frames
from kickform.video.sampling import sample_frames

__all__ = ["PoseEstimate", "estimate_pose", "feet_inside_share"]

_PACE_FPS = 60  # convention: the athlete is tracked as if each clip played at 60 fps, whatever its clock says
_FEET = (27, 28, 29, 30, 31, 32)  # ref: BlazePose landmark numbers of ankles, heels and toes
_WORK_SIDE_PX = 1280  # convention: picture size that keeps the pose model fed at a bounded cost
_ENOUGH_BODY_PX = 350  # convention: above the 256 px that the pose model sees of the whole body
_MOST_PEOPLE = 5  # convention: people looked for in one pass of the clip scan; more cost time
_DARK_LUMA = 40  # convention: a sixth of full brightness, counts as dark
_QUEUE_FRAMES = 6  # convention: frames decoded ahead; bounds the memory
_DUPLICATE_SHARE = 0.12  # convention: 24 fps stored at 30 repeats 0.2 of its frames, a good clip 0.05 at most

_COPY = "copy the original file from the phone again"
_FILM_CURE = "film side on from 3-4 m, whole body and feet in the picture, in good light"


@dataclass(frozen=True, slots=True)
class PoseEstimate:
    """What `estimate_pose` found.

    Attributes:
        track: the athlete's landmarks; frames without the athlete are NaN.
        corrupt_frames: damaged frames that were skipped.
        warnings: pairs of a stable code and a sentence for the user.
        people: most people seen in one picture of the clip scan.
        brightness: median luma of the scanned pictures, 0 to 255.
        duplicate_share: share of the frames in motion that repeat the one before (0.5 for a 30 fps clip
            stored at 60).
        camera_px: (T, 2) background motion since the frame before, pixels of the full-size picture, NaN where
            unknown; None where it was not measured.
        athlete_luma: median luma of the athlete's box, 0 to 255; NaN where it was not measured.
    """

    track: PoseTrack
    corrupt_frames: int
    warnings: tuple[tuple[str, str], ...]
    people: int
    brightness: float
    duplicate_share: float
    camera_px: FloatArray | None = None
    athlete_luma: float = float("nan")


def estimate_pose(
    video: Path,
    info: VideoInfo,
    *,
    model: ModelName = "heavy",
    progress: Progress | None = None,
    frame_hook: Callable[[Frame], None] | None = None,
) -> PoseEstimate:
    """Find the athlete in the clip and return the landmarks in every frame.

    Args:
        video: the file.
        info: what `probe` returned for it.
        model: pose bundle to use.
        progress: called with ("scout", fraction), then ("pose", fraction); returning False cancels.
        frame_hook: called with each frame, in order, in the calling thread. Pictures are shrunk to the size
            that the pose model works on; `info` has the full size.

    Raises:
        VideoError: too much of the file is damaged.
        PoseError: no person was found, or the bundle is missing or damaged.
        Cancelled: `progress` returned False.
    """
    scan, mirroring = _scan(info, progress)
    athlete = _require_athlete(scan, info)
    side_px = _work_side_px(info, athlete)
    record = _FrameRecord()
    with (
        PoseLandmarkerSession(model) as session,
        read_frames(video, max_side_px=side_px, info=info) as reader,
        closing(read_ahead(reader, _QUEUE_FRAMES)) as frames,
    ):
        scale = info.width / reader.width_px
        tracker = PersonTracker(session, athlete.scaled(1 / scale), crowded=scan.people > 1)
        for frame in frames:
            if frame_hook is not None:
                frame_hook(frame)
            record.add(frame, tracker, mirroring)
            _report_progress(progress, info, "pose", min(1.0, len(record.times_s) / info.frames))
    return _to_estimate(record, scan, reader.report, info, scale)


class _FrameRecord:
    """What the frames read so far showed: times, poses, camera motion, duplicates."""

    def __init__(self) -> None:
        self.times_s: list[float] = []
        self.poses: list[Pose | None] = []
        self.duplicates = DuplicateFrameCounter()
        self.camera = CameraMotion()

    def add(self, frame: Frame, tracker: PersonTracker, mirroring: Mirroring) -> None:
        """Track the athlete into the next frame and record what it shows."""
        seen = tracker.step(len(self.poses) / _PACE_FPS, mirroring.apply(frame.rgb))
        pose = None if seen is None else mirroring.undo(seen, frame.rgb.shape[1])
        self.duplicates.add(frame.rgb, pose)
        self.camera.add(frame.rgb, pose)
        self._discard_from(tracker.suspect_from_s)
        self.times_s.append(frame.time_s)
        self.poses.append(pose)

    def _discard_from(self, tracked_s: float) -> None:
        """Drop the poses from a moment of the tracker's clock on; infinite drops none."""
        first = math.ceil(max(0.0, min(len(self.poses), tracked_s * _PACE_FPS)))
        self.poses[first:] = [None] * (len(self.poses) - first)


def _scan(info: VideoInfo, progress: Progress | None) -> tuple[ClipScan, Mirroring]:
    """Find the athlete, and which way they face, in sampled pictures; the lite model is enough for that."""
    pairs = min(8, max(4, info.frames // 30))
    with PoseLandmarkerSession("lite", most_people=_MOST_PEOPLE) as session:
        searched = 0

        def detect(rgb: RgbArray) -> list[Pose]:
            nonlocal searched
            searched += 1
            _report_progress(progress, info, "scout", searched / (searched + pairs))
            return session.detect_all(rgb)

        sampled = sample_frames(info, pairs=pairs, max_side_px=_WORK_SIDE_PX)
        frames = [replace(frame, time_s=frame.index / _PACE_FPS) for frame in sampled]
        scan = scan_clip(frames, detect, info.width)
        if scan.athlete is not None and faces_right(scan.athlete):
            mirrored = scan_clip(Mirroring(mirrored=True).apply_to_frames(frames), detect, info.width)
            if mirrored.athlete is not None:
                return mirrored, Mirroring(mirrored=True)
        return scan, Mirroring(mirrored=False)


def _require_athlete(scan: ClipScan, info: VideoInfo) -> PersonTrack:
    if scan.athlete is None:
        raise PoseError(info.name, "no person found in it", _FILM_CURE)
    return scan.athlete


def _work_side_px(info: VideoInfo, athlete: PersonTrack) -> int:
    """Return the longer side to shrink pictures to: 1280 px, or more for a small athlete."""
    longer = max(info.width, info.height)
    enough = _ENOUGH_BODY_PX * longer / (athlete.size * BODY_PER_LIMB)
    return min(longer, max(_WORK_SIDE_PX, round(enough)))


def _to_estimate(
    record: _FrameRecord, scan: ClipScan, report: ReadReport, info: VideoInfo, scale: float
) -> PoseEstimate:
    """Return the estimate in pixels of the full-size picture: those read times `scale`.

    Raises:
        PoseError: the athlete was found in no frame.
    """
    track = _to_track(record.times_s, record.poses, scale, info)
    if not track.found.any():
        raise PoseError(info.name, "no person found in it", _FILM_CURE)
    return PoseEstimate(
        track=track,
        corrupt_frames=report.corrupt,
        warnings=_warnings(report, scan, track, record.duplicates.share),
        people=scan.people,
        brightness=scan.brightness,
        duplicate_share=record.duplicates.share,
        camera_px=record.camera.shifts_px() * scale,
        athlete_luma=record.camera.athlete_luma,
    )


def _to_track(times_s: list[float], poses: list[Pose | None], scale: float, info: VideoInfo) -> PoseTrack:
    """Return the poses as one track; frames without a pose are NaN with visibility 0."""
    count = len(times_s)
    xy = np.full((count, 33, 2), np.nan)
    world = np.full((count, 33, 3), np.nan)
    visibility = np.zeros((count, 33))
    for i, pose in enumerate(poses):
        if pose is not None:
            xy[i] = pose.xy_px * scale
            world[i] = pose.world_m
            visibility[i] = pose.visibility
    return PoseTrack(np.array(times_s, dtype=np.float64), xy, world, visibility, info.width, info.height)


def _warnings(
    report: ReadReport, scan: ClipScan, track: PoseTrack, duplicate_share: float
) -> tuple[tuple[str, str], ...]:
    """Return what the user should know about the reading, as pairs of code and sentence."""
    count = len(track)
    missing = count - int(track.found.sum())
    candidates = [
        (report.corrupt, "corrupt_frames", f"{report.corrupt} damaged frames were skipped"),
        (report.truncated, "truncated", f"the file is cut off; only what is there was analyzed; {_COPY}"),
        (report.untimed, "bad_times", f"{report.untimed} frames with unusable times were skipped; {_COPY}"),
        (
            report.guessed_times,
            "guessed_times",
            f"{report.guessed_times} frames have no time stamp and were spaced evenly; {_COPY}",
        ),
        (
            scan.people > 1,
            "bystanders",
            f"{scan.people} people are in the clip; the one who moves most was measured; check the skeleton "
            "in the video, and film one person alone if it is on somebody else",
        ),
        (
            missing > 0.02 * count,
            "pose_gaps",
            f"the athlete was not found in {missing} of {count} frames; {_FILM_CURE}",
        ),
        (
            duplicate_share > _DUPLICATE_SHARE,
            "duplicate_frames",
            f"{duplicate_share:.0%} of the frames repeat the one before: the clip was filmed at a lower rate "
            "than it is stored at, so ranges are as wide as at the lower rate; share the original file, and "
            "film at 60 frames a second or more",
        ),
        (scan.brightness < _DARK_LUMA, "dark", "the picture is dark; film in better light"),
    ]
    return tuple((code, message) for applies, code, message in candidates if applies)


def feet_inside_share(track: PoseTrack) -> float:
    """Return the share of the frames with the athlete in which both feet lie inside the picture.

    The model also guesses feet outside the picture, and marks them as visible. 0.0 if the athlete is in no
    frame.
    """
    feet = track.xy_px[track.found][:, _FEET, :]
    if feet.size == 0:
        return 0.0
    inside = (feet >= 0) & (feet <= (track.width_px - 1, track.height_px - 1))
    return float(np.mean(inside.all(axis=(1, 2))))


def _report_progress(progress: Progress | None, info: VideoInfo, stage: str, fraction: float) -> None:
    """Call `progress`; raise Cancelled where it returns False."""
    if progress is not None and progress(stage, fraction) is False:
        raise Cancelled(info.name)
