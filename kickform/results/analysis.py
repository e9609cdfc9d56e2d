"""What an analysis says, as plain frozen data; field names are those of the JSON, schema version 1.

The schema is stable: fields may be added, never renamed. Times ending ``_s`` lie on the file's own
timeline, so that a player can seek to them; durations ending ``_ms`` are real time, that is divided by
the slow-motion factor.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from kickform.errors import UsageError
from kickform.events.clock import Clock, SpeedSegment
from kickform.events.corrections import Correction
from kickform.files import write_atomically
from kickform.results.codec import from_plain, to_plain
from kickform.results.findings import FindingResult, MetricResult, Notice, RepResult

if TYPE_CHECKING:
    from kickform.motion.motion import Motion
    from kickform.results.basis import Basis

__all__ = [
    "ESTIMATOR_VERSION",
    "SCHEMA_VERSION",
    "Analysis",
    "ContactResult",
    "FlightResult",
    "ScaleResult",
    "Summary",
    "VideoResult",
    "ViewResult",
]

SCHEMA_VERSION = 1

_NOT_IN_JSON = ("motion", "basis")

ESTIMATOR_VERSION = 3
"""Raise it by one whenever numbers of the same clip change by more than rounding: contact times, angles,
distances. Sessions measured by different versions are never compared (`kickform.history.trends`)."""


@dataclass(frozen=True, slots=True)
class VideoResult:
    """The clip: upright size in pixels, real frame times, and how slow it plays.

    Where the speed is ramped inside the file, ``speed_segments`` has its parts, and ``slow_motion_factor`` is
    that of the part in which most of the drill is done. ``effective_fps`` is the different pictures in a real
    second: slow motion counts, frames that repeat the one before do not; None in older analyses.
    """

    name: str
    width: int
    height: int
    rotation_deg: int
    duration_s: float
    frames: int
    mean_fps: float
    variable_frame_rate: bool
    slow_motion_factor: float
    slow_motion_source: Literal["user", "container", "physics", "none"]
    corrupt_frames: int = 0
    speed_segments: tuple[SpeedSegment, ...] = ()
    effective_fps: float | None = None

    def factor_at(self, time_s: float) -> float:
        """Return how many times slower than life the file plays at a time on its timeline."""
        if not self.speed_segments:
            return self.slow_motion_factor
        return Clock(self.speed_segments).factor_at(time_s)


@dataclass(frozen=True, slots=True)
class ViewResult:
    """Where the camera stands: 0 deg of yaw is a pure side view, 90 deg is from the front or back."""

    plane: Literal["sagittal", "oblique", "frontal"]
    yaw_deg: float


@dataclass(frozen=True, slots=True)
class ScaleResult:
    """Metres per pixel at the athlete, where it comes from and its relative SD in percent."""

    m_per_px: float
    source: str
    sd_pct: float


@dataclass(frozen=True, slots=True)
class ContactResult:
    """One working contact; ``sd_ms`` is the SD of the contact time.

    It is ``corrected`` where a person set an end of it; ``corrected_events`` says which.
    """

    side: Literal["left", "right", "both"]
    touchdown_s: float
    takeoff_s: float
    contact_time_ms: float
    sd_ms: float
    corrected: bool = False
    corrected_events: tuple[Literal["touchdown", "takeoff"], ...] = ()


@dataclass(frozen=True, slots=True)
class FlightResult:
    """One flight, from take-off to the next touchdown; height from its duration, g t^2 / 8."""

    takeoff_s: float
    touchdown_s: float
    flight_time_ms: float
    jump_height_cm: float
    sd_cm: float


@dataclass(frozen=True, slots=True)
class Summary:
    """The set as a whole: score 0-100 (None where it cannot be given) and metrics by name.

    ``headline`` names the metrics to show first, most telling first.
    """

    score: float | None
    metrics: dict[str, MetricResult]
    headline: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything KickForm says about one drill in one clip.

    ``drill_confidence`` (0 to 1) says how sure it is which drill this is; None where the user named it.
    ``estimator_version`` says which measuring made the numbers; only equal ones can be compared.
    ``corrections`` are the events that were put right by hand; all numbers hold with them.
    ``motion`` (pose track, angles, all contacts) serves overlays and comparisons, ``basis`` (what it was
    judged from) serves `kickform.correct`; they are not part of the JSON and are None on an analysis that
    was read back.
    """

    drill: str
    variant: str
    drill_source: Literal["user", "auto"]
    video: VideoResult
    view: ViewResult
    scale: ScaleResult | None
    contacts: tuple[ContactResult, ...]
    flights: tuple[FlightResult, ...]
    reps: tuple[RepResult, ...]
    summary: Summary
    findings: tuple[FindingResult, ...]
    warnings: tuple[Notice, ...]
    kickform_version: str
    schema_version: int = SCHEMA_VERSION
    model: str = "heavy"
    drill_confidence: float | None = None
    corrections: tuple[Correction, ...] = ()
    estimator_version: int = 1
    motion: Motion | None = field(default=None, compare=False, repr=False)
    basis: Basis | None = field(default=None, compare=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON document as plain Python, numbers rounded to what they are worth."""
        plain = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in _NOT_IN_JSON}
        ordered = {"schema_version": plain.pop("schema_version")}
        ordered["kickform_version"] = plain.pop("kickform_version")
        return {name: to_plain(value) for name, value in (ordered | plain).items()}

    def to_json(self) -> str:
        """Return the JSON text (UTF-8 safe, two-space indent, a newline at the end)."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str, name: str = "analysis") -> Analysis:
        """Read an analysis back from its JSON text; unknown (newer) fields are passed over.

        Raises:
            UsageError: the text is not such a JSON document, or of a newer schema.
        """
        try:
            data = json.loads(text)
            version = data["schema_version"]
            if version == SCHEMA_VERSION:
                plain = {k: v for k, v in data.items() if k not in _NOT_IN_JSON}
                return cast(Analysis, from_plain(cls, plain))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(name, "not a KickForm analysis", "use a file that --json wrote") from error
        raise UsageError(name, f"is of schema version {version}", "update KickForm to read it")

    def save_json(self, path: Path) -> None:
        """Write the JSON text to `path`, whole or not at all; `UsageError` where it cannot be written."""
        write_atomically(path, self.to_json())
