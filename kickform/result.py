"""What an analysis says, as plain frozen data; field names are those of the JSON, schema version 1.

The schema is stable: fields may be added, never renamed. Times ending ``_s`` lie on the file's own
timeline, so that a player can seek to them; durations ending ``_ms`` are real time, that is divided by
the slow-motion factor.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from kickform.clock import Clock, SpeedSegment
from kickform.corrections import Correction
from kickform.errors import UsageError
from kickform.files import write_whole

if TYPE_CHECKING:
    from kickform.basis import Basis
    from kickform.motion import Motion

__all__ = [
    "ESTIMATOR_VERSION",
    "SCHEMA_VERSION",
    "Analysis",
    "Better",
    "ContactResult",
    "FindingResult",
    "FlightResult",
    "MetricResult",
    "Notice",
    "RepResult",
    "ScaleResult",
    "Severity",
    "Summary",
    "VideoResult",
    "ViewResult",
]

SCHEMA_VERSION = 1

_NOT_IN_JSON = ("motion", "basis")

ESTIMATOR_VERSION = 1
"""Raise it by one whenever numbers of the same clip change by more than rounding: contact times, angles,
distances. Sessions measured by different versions are never compared (`kickform.trends`)."""

Better = Literal["lower", "higher", "target"]
Severity = Literal["good", "advice", "fault"]


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
class RepResult:
    """One repetition: metrics by name (units in the name), their SDs, and why a metric is missing.

    ``key_s`` is the time of the frame that shows the rep best (the drill decides which).
    """

    number: int
    side: Literal["left", "right", "both"]
    start_s: float
    end_s: float
    score: float | None
    metrics: dict[str, float]
    findings: tuple[str, ...] = ()
    sds: dict[str, float] = field(default_factory=dict)
    withheld: dict[str, str] = field(default_factory=dict)
    key_s: float | None = None


@dataclass(frozen=True, slots=True)
class MetricResult:
    """One metric over the set: its mean, the SD of that mean, and the reps behind it.

    ``value`` is None where the metric is withheld; ``reason`` then says why. ``sd`` is None where the
    metric has no uncertainty (a count); ``reason`` then says so. ``good`` is the range a coach calls
    good, in the metric's unit, either end open (None), and ``label`` the name people read. A ``coarse`` one
    comes from too few frames a second for single reps to be told apart: trust the mean.
    """

    value: float | None
    sd: float | None
    unit: str
    n: int
    better: Better
    label: str = ""
    reason: str = ""
    good: tuple[float | None, float | None] | None = None
    coarse: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """The set as a whole: score 0-100 (None where it cannot be given) and metrics by name.

    ``headline`` names the metrics to show first, most telling first.
    """

    score: float | None
    metrics: dict[str, MetricResult]
    headline: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingResult:
    """Something seen: what (message), what to think of (cue), in which reps, and the frame that shows it."""

    code: str
    severity: Severity
    message: str
    cue: str
    reps: tuple[int, ...]
    time_s: float | None


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning about the clip or the measurement; the message ends with what to do about it."""

    code: str
    message: str


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
        return {name: _plain(value) for name, value in (ordered | plain).items()}

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
                return cast(Analysis, _build(cls, plain))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(name, "not a KickForm analysis", "use a file that --json wrote") from error
        raise UsageError(name, f"is of schema version {version}", "update KickForm to read it")

    def save_json(self, path: Path) -> None:
        """Write the JSON text to `path`, whole or not at all; `UsageError` where it cannot be written."""
        write_whole(path, self.to_json())


def _plain(value: Any) -> Any:
    """Return `value` as JSON can hold it: no NaN, no tuples, floats to four decimals (scales to nine)."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(item) for name, item in asdict(value).items()}
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return float(f"{value:.6g}") if abs(value) < 1 else round(value, 4)
    return value


def _build(hint: Any, value: Any) -> Any:
    """Build what the type hint `hint` says from plain JSON data."""
    if value is None:
        return None
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _build(next(arg for arg in get_args(hint) if arg is not type(None)), value)
    if is_dataclass(hint) and isinstance(hint, type):
        hints = _hints(hint)
        known = {f.name for f in fields(hint)}
        return hint(**{k: _build(hints[k], v) for k, v in value.items() if k in known})
    if origin is tuple:
        args = get_args(hint)
        each = [args[0]] * len(value) if args[-1] is Ellipsis else list(args)
        return tuple(_build(arg, item) for arg, item in zip(each, value, strict=True))
    if origin is dict:
        return {name: _build(get_args(hint)[1], item) for name, item in value.items()}
    return float(value) if hint is float else value


def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls, localns={"Motion": Any, "Basis": Any})
