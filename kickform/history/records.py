"""Saved data as plain frozen records: athletes, sessions, live figures, preferences.

The store reads and writes them; trends and programme work on them without a database. Times are time-zone
aware. Field names carry their units.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from kickform.pose.track import PoseTrack
from kickform.results.analysis import Analysis
from kickform.results.findings import Better

__all__ = [
    "FPS_CLASSES",
    "AthleteRecord",
    "DayKind",
    "DayRecord",
    "LiveRecord",
    "MetricRecord",
    "Preferences",
    "SessionKind",
    "SessionRecord",
    "SetSide",
    "StoredSession",
    "fps_class",
]

SessionKind = Literal["file", "live"]
SetSide = Literal["left", "right", "both"]
DayKind = Literal["hard", "easy", "rest", "race", "speed"]

FPS_CLASSES = (30, 60, 120, 240)
"""Frame rates of phones; similar rates measure equally well (docs/accuracy.md)."""


def fps_class(fps: float) -> int:
    """Return the nearest of `FPS_CLASSES` by ratio.

    >>> fps_class(59.94), fps_class(25.0), fps_class(100.0)
    (60, 30, 120)
    """
    return min(FPS_CLASSES, key=lambda known: abs(math.log(max(fps, 1.0) / known)))


@dataclass(frozen=True, slots=True)
class AthleteRecord:
    """One athlete; `id` is assigned by the store."""

    id: int
    name: str
    height_m: float | None
    mass_kg: float | None
    notes: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MetricRecord:
    """One metric of one session, over the whole set or over the reps of one side.

    ``side`` is "both" if the reps use both feet or if there are reps of either side. ``value`` is None if the
    metric was not measured; ``sd`` is the SD of ``value``, or None.
    """

    name: str
    side: SetSide
    value: float | None
    sd: float | None
    n: int
    unit: str
    better: Better
    label: str


@dataclass(frozen=True, slots=True)
class LiveRecord:
    """The figures of the live page, before the recording was analyzed."""

    frame_rate_hz: float
    frames_dropped: int
    reps_counted: int
    contact_time_ms: float | None = None
    contact_time_sd_ms: float | None = None


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One analyzed clip of one athlete: all that a list or a trend needs, without the analysis itself.

    Attributes:
        id: the session's number, as used by ``kickform report --session``.
        athlete_id: the athlete's id.
        athlete: the athlete's name.
        drill: id of the drill, which may no longer be installed.
        variant: as in the analysis.
        kind: from a file or from the live page.
        filmed_at: when the clip was filmed.
        filmed_at_source: source of `filmed_at`: "container", "file", "user" or "now".
        saved_at: when it was last saved.
        clip_name: file name without folder.
        clip_sha256: hash of the clip, or None.
        fps: different pictures per real second (corrected for slow motion and repeated frames).
        plane: "sagittal", "oblique" or "frontal".
        yaw_deg: angle of the camera from the side view.
        model: pose bundle.
        estimator_version: `kickform.results.analysis.ESTIMATOR_VERSION` of the analysis.
        kickform_version: KickForm version of the analysis.
        score: 0 to 100, or None.
        reps: number of reps.
        faults: codes of the findings of severity "fault".
        findings: codes of all findings.
        video: the kept copy of the clip, or None.
        note: the user's note.
        metrics: of the whole set and of each side.
    """

    id: int
    athlete_id: int
    athlete: str
    drill: str
    variant: str
    kind: SessionKind
    filmed_at: datetime
    filmed_at_source: str
    saved_at: datetime
    clip_name: str
    clip_sha256: str | None
    fps: float
    plane: str
    yaw_deg: float
    model: str
    estimator_version: int
    kickform_version: str
    score: float | None
    reps: int
    faults: tuple[str, ...]
    findings: tuple[str, ...]
    video: Path | None
    note: str
    metrics: tuple[MetricRecord, ...]

    def metric(self, name: str, side: SetSide | None = None) -> MetricRecord | None:
        """Return the metric `name` of `side`, by default of the whole set; None if there is none."""
        found = [m for m in self.metrics if m.name == name and side in (None, m.side)]
        return next((m for m in found if m.side == "both"), found[0] if found else None)


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session with its attachments: the analysis, the pose track, JPEG pictures by name."""

    record: SessionRecord
    analysis: Analysis
    track: PoseTrack | None
    pictures: Mapping[str, bytes]
    live: LiveRecord | None


@dataclass(frozen=True, slots=True)
class DayRecord:
    """An athlete's note on one day: the kind of training, and pain (0 none to 10 worst)."""

    athlete_id: int
    day: date
    kind: DayKind | None = None
    pain: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Preferences:
    """The user's settings. Height and mass belong to the athlete, light or dark to the browser."""

    units: Literal["metric", "imperial"] = "metric"
    keep_videos: bool = False
    athlete_id: int | None = None
