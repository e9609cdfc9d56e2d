"""Rebuilds the motion of a saved session from its pose track, without the clip or the pose model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kickform.history.records import StoredSession
from kickform.pipeline.build_motion import build_motion
from kickform.pipeline.file_clock import motion_on_file_clock
from kickform.pose.estimate import PoseEstimate
from kickform.results.analysis import Analysis
from kickform.results.basis import Basis
from kickform.subject import Athlete
from kickform.video.reader import VideoInfo

__all__ = ["with_motion"]

_ORDINARY_LIGHT = 128.0
_READER_WARNINGS = (
    "truncated",
    "bad_times",
    "guessed_times",
    "bystanders",
    "pose_gaps",
    "duplicate_frames",
    "dark",
)
"""Warnings from reading the clip, which cannot be derived from the pose track again."""


def with_motion(
    stored: StoredSession, *, height_m: float | None = None, mass_kg: float | None = None
) -> Analysis:
    """Return the analysis with its motion and basis, so that it can be drawn, compared and corrected.

    The stored numbers do not change. The pose track is stored to a twentieth of a pixel, so that numbers
    computed from it again (`kickform.pipeline.analyze.correct`) differ at most in the last digit. Without a
    stored track the analysis is returned unchanged.

    Args:
        stored: the saved session.
        height_m: the athlete's height in metres, if known.
        mass_kg: the athlete's mass in kilograms, if known.
    """
    analysis, track = stored.analysis, stored.track
    if track is None:
        return analysis
    info = _info(stored)
    video = analysis.video
    # Ramped speed is detected again from the frames; otherwise the stored factor is given.
    factor = None if video.speed_segments else video.slow_motion_factor
    repeated = 0.0 if factor is None else max(0.0, 1 - stored.record.fps / (video.mean_fps * factor))
    motion, _ = build_motion(
        track,
        info,
        height_m=height_m,
        slow_motion=factor,
        corrections=analysis.corrections,
        duplicate_share=repeated,
    )
    motion = motion_on_file_clock(motion)
    estimate = PoseEstimate(
        track=track,
        corrupt_frames=analysis.video.corrupt_frames,
        warnings=tuple((n.code, n.message) for n in analysis.warnings if n.code in _READER_WARNINGS),
        people=1,
        brightness=_ORDINARY_LIGHT,
        duplicate_share=repeated,
    )
    drill = analysis.drill  # fixed, so that a correction cannot change the drill
    basis = Basis(estimate, info, drill, analysis.model, Athlete(height_m, mass_kg), factor)
    return replace(analysis, motion=motion, basis=basis)


def _info(stored: StoredSession) -> VideoInfo:
    """Return the clip's properties, as far as they were stored."""
    video = stored.analysis.video
    return VideoInfo(
        name=video.name,
        path=stored.record.video or Path(video.name),
        width=video.width,
        height=video.height,
        rotation_deg=video.rotation_deg,
        duration_s=video.duration_s,
        frames=video.frames,
        mean_fps=video.mean_fps,
        variable_frame_rate=video.variable_frame_rate,
        capture_fps=None,
        codec="",
        has_audio=False,
    )
