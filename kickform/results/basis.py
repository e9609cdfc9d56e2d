"""What an analysis was judged from, kept so that it can be judged anew without running the pose model."""

from __future__ import annotations

from dataclasses import dataclass

from kickform.pose.estimate import PoseEstimate
from kickform.subject import Athlete
from kickform.video.reader import VideoInfo

__all__ = ["Basis"]


@dataclass(frozen=True, slots=True)
class Basis:
    """The poses of a clip and what the user said of it.

    Attributes:
        estimate: the pose track and what was noticed on the way.
        info: the clip it comes from.
        drill: id of the drill that the user named, or "auto".
        model: pose bundle that was used.
        athlete: height and mass, where known.
        slow_motion: the user's word on slow motion, if any.
    """

    estimate: PoseEstimate
    info: VideoInfo
    drill: str
    model: str
    athlete: Athlete
    slow_motion: float | None
