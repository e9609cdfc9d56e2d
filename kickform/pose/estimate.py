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

_PACE_FPS = 60
"""Frames that count as a second while the athlete is looked for and followed."""


_FEET = (27, 28, 29, 30, 31, 32)


_WORK_SIDE_PX = 1280


_ENOUGH_BODY_PX = 350


_MOST_PEOPLE = 5


_DARK = 40


_QUEUE = 6


_REPEATED = 0.12


_COPY = "copy the original file from the phone again"


_FILM_CURE = "film side on from 3-4 m, whole body and feet in the picture, in good light"


@dataclass(frozen=True, slots=True)
class PoseEstimate:
    """What `estimate_pose` found.

    Attributes:
        track: the athlete's landmarks; frames without the athlete are NaN.
        corrupt_frames: damaged frames that were skipped.
        warnings: pairs of a stable code and a sentence for people.
        people: most people seen at once when looking over the clip.
        brightness: median luma of the pictures looked over, 0 to 255.
        duplicate_share: share of frames that repeat the one before while the athlete moves (a 30 fps
            clip stored at 60 has 0.5).
        camera_px: (T, 2) how far the background moved since the frame before, pixels of the full picture,
            NaN where it shows nothing; None where nobody looked.
        athlete_luma: median brightness of the athlete's box, 0 to 255; NaN where nobody looked.
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
        info: what `probe` said about it.
        model: bundle to use.
        progress: told ("scout", fraction), then ("pose", fraction); returning False cancels.
        frame_hook: given each frame, in order, in the calling thread. Pictures are shrunk to the size
            that the pose model works on; `info` has the full size.

    Raises:
        VideoError: the file cannot be read to its end.
        PoseError: no person was found, or the bundle is missing or damaged.
        Cancelled: `progress` returned False.
    """
    scout, facing = _scout(info, progress)
    if scout.athlete is None:
        raise PoseError(info.name, "no person found in it", _FILM_CURE)
    side_px = _work_side_px(info, scout.athlete)
    times: list[float] = []
    poses: list[Pose | None] = []
    repeats, camera = DuplicateFrameCounter(), CameraMotion()
    with (
        PoseLandmarkerSession(model) as session,
        read_frames(video, max_side_px=side_px, info=info) as reader,
        closing(read_ahead(reader, _QUEUE)) as frames,
    ):
        scale = info.width / reader.width_px
        athlete = scout.athlete.scaled(1 / scale)
        follower = PersonTracker(session, athlete, crowded=scout.people > 1)
        for frame in frames:
            if frame_hook is not None:
                frame_hook(frame)
            seen = follower.step(len(times) / _PACE_FPS, facing.picture(frame.rgb))
            pose = None if seen is None else facing.pose(seen, reader.width_px)
            repeats.add(frame.rgb, pose)
            camera.add(frame.rgb, pose)
            doubtful = math.ceil(max(0.0, min(len(times), follower.suspect_from_s * _PACE_FPS)))
            poses[doubtful:] = [None] * (len(times) - doubtful)
            times.append(frame.time_s)
            poses.append(pose)
            _tell(progress, info, "pose", min(1.0, len(times) / info.frames))
        report = reader.report
    track = _to_track(times, poses, scale, info)
    if not track.found.any():
        raise PoseError(info.name, "no person found in it", _FILM_CURE)
    warnings = _warnings(report, scout, track, repeats.share)
    return PoseEstimate(
        track,
        report.corrupt,
        warnings,
        scout.people,
        scout.brightness,
        repeats.share,
        camera.shifts_px() * scale,
        camera.athlete_luma,
    )


def _scout(info: VideoInfo, progress: Progress | None) -> tuple[ClipScan, Mirroring]:
    """Look the clip over with the lite model, which is enough to tell who is where, facing which way."""
    pairs = min(8, max(4, info.frames // 30))
    with PoseLandmarkerSession("lite", most_people=_MOST_PEOPLE) as session:
        looked = 0

        def detect(rgb: RgbArray) -> list[Pose]:
            nonlocal looked
            looked += 1
            _tell(progress, info, "scout", looked / (looked + pairs))
            return session.detect_all(rgb)

        sampled = sample_frames(info, pairs=pairs, max_side_px=_WORK_SIDE_PX)
        frames = [replace(frame, time_s=frame.index / _PACE_FPS) for frame in sampled]
        scout = scan_clip(frames, detect, info.width)
        if scout.athlete is not None and faces_right(scout.athlete):
            turned = scan_clip(Mirroring(mirrored=True).frames(frames), detect, info.width)
            if turned.athlete is not None:
                return turned, Mirroring(mirrored=True)
        return scout, Mirroring(mirrored=False)


def _work_side_px(info: VideoInfo, athlete: PersonTrack) -> int:
    """Longer side to shrink pictures to: 1280, or more where the athlete would become too small."""
    longer = max(info.width, info.height)
    enough = _ENOUGH_BODY_PX * longer / (athlete.size * BODY_PER_LIMB)
    return min(longer, max(_WORK_SIDE_PX, round(enough)))


def _warnings(
    report: ReadReport, scout: ClipScan, track: PoseTrack, duplicate_share: float
) -> tuple[tuple[str, str], ...]:
    """What the user should know of the reading, as pairs of code and sentence."""
    count = len(track)
    missing = count - int(track.found.sum())
    said = [
        (report.corrupt, "corrupt_frames", f"{report.corrupt} damaged frames were skipped"),
        (report.truncated, "truncated", f"the file is cut off; what is there was analyzed; {_COPY}"),
        (report.untimed, "bad_times", f"{report.untimed} frames with unusable times were skipped; {_COPY}"),
        (
            report.guessed_times,
            "guessed_times",
            f"{report.guessed_times} frames carry no time; they were placed at an even rate; {_COPY}",
        ),
        (
            scout.people > 1,
            "bystanders",
            f"{scout.people} people were seen; the one who moves most was taken for the athlete; look at the "
            "skeleton in the video, and film one person alone if it is on somebody else",
        ),
        (
            missing > 0.02 * count,
            "pose_gaps",
            f"the athlete was not found in {missing} of {count} frames; {_FILM_CURE}",
        ),
        (
            duplicate_share > _REPEATED,
            "duplicate_frames",
            f"{duplicate_share:.0%} of the frames repeat the one before: the clip was filmed at a "
            "lower rate than it is stored; ranges are those of the lower rate; share the original file, and "
            "film at 60 frames a second or more",
        ),
        (scout.brightness < _DARK, "dark", "the picture is dark; film in better light"),
    ]
    return tuple((code, message) for holds, code, message in said if holds)


def feet_inside_share(track: PoseTrack) -> float:
    """Return the share of the frames with the athlete in which both feet lie inside the picture.

    Feet outside are guessed by the model with a straight face; 0.0 if the athlete is in no frame.
    """
    feet = track.xy_px[track.found][:, _FEET, :]
    if feet.size == 0:
        return 0.0
    inside = (feet >= 0) & (feet <= (track.width_px - 1, track.height_px - 1))
    return float(np.mean(inside.all(axis=(1, 2))))


def _tell(progress: Progress | None, info: VideoInfo, stage: str, fraction: float) -> None:
    if progress is not None and progress(stage, fraction) is False:
        raise Cancelled(info.name)


def _to_track(times: list[float], poses: list[Pose | None], scale: float, info: VideoInfo) -> PoseTrack:
    count = len(times)
    xy = np.full((count, 33, 2), np.nan)
    world = np.full((count, 33, 3), np.nan)
    visibility = np.zeros((count, 33))
    for i, pose in enumerate(poses):
        if pose is not None:
            xy[i] = pose.xy_px * scale
            world[i] = pose.world_m
            visibility[i] = pose.visibility
    return PoseTrack(np.array(times, dtype=np.float64), xy, world, visibility, info.width, info.height)
