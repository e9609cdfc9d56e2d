"""A result as a page shows it, new from a clip or read from the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kickform.app.verdict.player import Seek
from kickform.pose.track import PoseTrack
from kickform.report.key_frames import pictures_by_finding
from kickform.results.analysis import Analysis

__all__ = ["ShownVerdict"]


@dataclass(slots=True)
class ShownVerdict:
    """What a page needs to show a result, and the time the player is at.

    Attributes:
        analysis: what was found.
        pictures: JPEG stills by name, see `kickform.report.key_frames`.
        overlay: the annotated video; None if no video was saved.
        stem: start of the names of downloads.
        athlete: the athlete's name; "" if unknown.
        filmed_at: when it was filmed; None if unknown.
        track: the poses, used to draw reps without a picture; None if not saved.
        frame_times: seconds of the video's frames.
        seek: the latest request to show a time of the clip.
    """

    analysis: Analysis
    pictures: Mapping[str, bytes]
    overlay: Path | None
    stem: str
    athlete: str = ""
    filmed_at: datetime | None = None
    track: PoseTrack | None = None
    frame_times: Sequence[float] = ()
    seek: Seek | None = None
    stills: Mapping[int, bytes] = field(init=False)

    def __post_init__(self) -> None:
        """Find the picture of each finding, and the times of the frames."""
        motion = self.analysis.motion
        if motion is not None and not self.frame_times:
            self.frame_times = tuple(float(time_s) for time_s in motion.track.time_s)
        self.stills = pictures_by_finding(self.pictures, self.analysis.findings)

    def look_at(self, time_s: float) -> None:
        """Move the player to a time of the clip."""
        self.seek = Seek(time_s, self.seek.count + 1 if self.seek else 1)
