"""A stored session as if its clip had just been analyzed: its motion again, without clip or pose model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kickform.history.records import StoredSession
from kickform.pipeline.build_motion import motion_of
from kickform.pipeline.file_clock import motion_on_file_clock
from kickform.pose.estimate import PoseEstimate
from kickform.results.analysis import Analysis
from kickform.results.basis import Basis
from kickform.subject import Athlete
from kickform.video.reader import VideoInfo

__all__ = ["with_motion"]

_ORDINARY_LIGHT = 128.0
_OF_THE_READING = (
    "truncated",
    "bad_times",
    "guessed_times",
    "bystanders",
    "pose_gaps",
    "duplicate_frames",
    "dark",
)
"""Warnings that `kickform.pose.landmarker` gives, which cannot be had again from the pose track."""


def with_motion(
    stored: StoredSession, *, height_m: float | None = None, mass_kg: float | None = None
) -> Analysis:
    """Return the analysis with its motion and basis, so that it can be drawn, compared and corrected.

    The numbers stay those that were stored. The pose track was stored to a twentieth of a pixel, so that what
    is computed from it anew (`kickform.pipeline.analyze.correct`) differs in the last digit at most. Without
    a stored track the analysis comes back as it is.

    Args:
        stored: the session.
        height_m: the athlete's stature, metres, where known.
        mass_kg: the athlete's mass, kilograms, where known.
    """
    analysis, track = stored.analysis, stored.track
    if track is None:
        return analysis
    info = _info(stored)
    video = analysis.video
    # Where the speed is ramped, the frames tell it again; elsewhere the factor found is taken as said.
    factor = None if video.speed_segments else video.slow_motion_factor
    repeated = 0.0 if factor is None else max(0.0, 1 - stored.record.fps / (video.mean_fps * factor))
    motion, _ = motion_of(
        track,
        info,
        height_m=height_m,
        slow_motion=factor,
        corrections=analysis.corrections,
        duplicate_share=repeated,
    )
    if motion.clock is not None:
        motion = motion_on_file_clock(motion, motion.clock)
    estimate = PoseEstimate(
        track=track,
        corrupt_frames=analysis.video.corrupt_frames,
        warnings=tuple((n.code, n.message) for n in analysis.warnings if n.code in _OF_THE_READING),
        people=1,
        brightness=_ORDINARY_LIGHT,
        duplicate_share=repeated,
    )
    drill = analysis.drill  # named, so that a correction cannot make it another
    basis = Basis(estimate, info, drill, analysis.model, Athlete(height_m, mass_kg), factor)
    return replace(analysis, motion=motion, basis=basis)


def _info(stored: StoredSession) -> VideoInfo:
    """Return what `probe` said of the clip, as far as it was stored."""
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
