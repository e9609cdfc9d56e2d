"""A verdict as a page shows it: fresh from a clip, or from the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kickform.app.verdict.player import Seek
from kickform.pose.track import PoseTrack
from kickform.report.key_frames import pictures_by_finding
from kickform.results.analysis import Analysis

__all__ = ["Showing"]


@dataclass(slots=True)
class Showing:
    """What a page needs to show a verdict, and where the viewer looks.

    Attributes:
        analysis: what was found.
        pictures: JPEG stills by name, see `kickform.report.key_frames`.
        overlay: the annotated video; None where no video is kept.
        stem: what downloads are called after.
        athlete: whose it is; "" where nobody said.
        filmed_at: when it was filmed; None where nobody knows.
        track: the poses, from which a rep without a picture is drawn; None where they were not kept.
        frame_times: seconds of the video's frames.
        seek: the time of the clip that is looked at, by the latest wish.
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
        """Send the viewer to a time of the clip."""
        self.seek = Seek(time_s, self.seek.count + 1 if self.seek else 1)
