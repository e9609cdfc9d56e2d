"""What one clip showed beside its truth: one shape for rendered clips and for real people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

__all__ = [
    "LabelError",
    "Outcome",
    "TimedContact",
    "Value",
    "in_a_line",
    "named_right",
    "outcome_from",
    "plain_outcome",
]


@dataclass(frozen=True, slots=True)
class LabelError:
    """What is not known about a contact that a person labelled, ms.

    Attributes:
        touchdown_width_ms: the instant lies evenly within the frame before the labelled one, so long.
        takeoff_width_ms: likewise.
        touchdown_sd_ms: SD of the reading (which frame it is).
        takeoff_sd_ms: likewise.
    """

    touchdown_width_ms: float
    takeoff_width_ms: float
    touchdown_sd_ms: float
    takeoff_sd_ms: float

    @property
    def contact_sd_ms(self) -> float:
        """SD of the contact time's truth, from both ends."""
        return float(np.hypot(self.event_sd_ms("touchdown"), self.event_sd_ms("takeoff")))

    def event_sd_ms(self, event: str) -> float:
        """Return the SD of the truth of the "touchdown" or the "takeoff"."""
        width, reading = getattr(self, f"{event}_width_ms"), getattr(self, f"{event}_sd_ms")
        return float(np.hypot(width / np.sqrt(12), reading))


@dataclass(frozen=True, slots=True)
class TimedContact:
    """One contact that was found: measured minus true, and stated SDs, ms.

    Attributes:
        error_ms: of the contact time.
        sd_ms: its stated SD.
        near: whether it is the leg nearest the camera; None where both feet bear, or nobody knows.
        true_ms: the true contact time.
        touchdown_ms: error of the touchdown.
        touchdown_sd_ms: its stated SD.
        takeoff_ms: error of the take-off.
        takeoff_sd_ms: its stated SD.
        landing: what touches first, "heel", "flat" or "forefoot"; "" where the truth does not say.
        label: what the truth itself leaves open; None where it is exact.
        feet: 2 where both bear together, 1 for a single foot's.
    """

    error_ms: float
    sd_ms: float
    near: bool | None = None
    true_ms: float | None = None
    touchdown_ms: float | None = None
    touchdown_sd_ms: float | None = None
    takeoff_ms: float | None = None
    takeoff_sd_ms: float | None = None
    landing: str = ""
    label: LabelError | None = None
    feet: int = 2


@dataclass(frozen=True, slots=True)
class Value:
    """One measured number beside its truth.

    ``measured`` is None where it is withheld or the rep was missed, ``true`` in a rep that is not there.
    ``near`` says whether the leg that the number is of is the one nearest the camera. ``true_sd`` is what the
    truth itself leaves open: 0 for a rendered clip.
    """

    measured: float | None
    true: float | None
    sd: float | None = None
    near: bool | None = None
    true_sd: float = 0.0


@dataclass(slots=True)
class Outcome:
    """What one clip showed; errors are measured minus true.

    Attributes:
        name: the case.
        drill: the drill in the clip, "none" where there is none, "" where that is a matter of taste.
        condition: its row.
        refusal: why there was no verdict; "" with one.
        named: the drill that was named from the movement alone; "none" where none was.
        fps: real frames a second.
        yaw_deg: the camera off the side view, without sign; NaN where nobody knows.
        hard: whether the clip was made hard on purpose.
        contacts: each contact matched.
        contacts_found, contacts_true: how many were found, and how many there are.
        set_mean_ms: error of the clip's mean contact time.
        set_mean_sd_ms: its stated SD.
        set_mean_label_sd_ms: what the truth of that mean leaves open.
        event_hits, event_found, event_true: touchdowns and take-offs within one frame; found; true.
        flight_ms: each flight time beside its truth.
        height_cm: each jump height beside its truth.
        knee_deg: error of each rep's deepest knee flexion.
        reps_found, reps_true, reps_matched: counts; matched are the true ones that were found.
        reps_known: whether the truth says how many reps there are.
        sides_known, sides_right: matched reps whose side the truth says, and those on it.
        values: the metrics of each rep beside the truth.
        step_rate_pct: error of the set's step rate.
        swapped_frames, leg_frames: frames in which left and right are mixed up; in which the legs are apart.
        faults_injected, faults_found: codes.
        faults_false: findings (advice or fault) that were not injected and that the truth does not support.
        scale_pct: error of the scale.
    """

    name: str
    drill: str
    condition: str
    refusal: str = ""
    named: str = "none"
    fps: float = 0.0
    yaw_deg: float = 0.0
    hard: bool = False
    contacts: list[TimedContact] = field(default_factory=list)
    contacts_found: int = 0
    contacts_true: int = 0
    set_mean_ms: float | None = None
    set_mean_sd_ms: float | None = None
    set_mean_label_sd_ms: float = 0.0
    event_hits: int = 0
    event_found: int = 0
    event_true: int = 0
    flight_ms: list[Value] = field(default_factory=list)
    height_cm: list[Value] = field(default_factory=list)
    knee_deg: list[float] = field(default_factory=list)
    reps_found: int = 0
    reps_true: int = 0
    reps_matched: int = 0
    reps_known: bool = True
    sides_known: int = 0
    sides_right: int = 0
    values: dict[str, list[Value]] = field(default_factory=dict)
    step_rate_pct: float | None = None
    swapped_frames: int = 0
    leg_frames: int = 0
    faults_injected: list[str] = field(default_factory=list)
    faults_found: list[str] = field(default_factory=list)
    faults_false: list[str] = field(default_factory=list)
    scale_pct: float | None = None


def named_right(outcome: Outcome) -> bool:
    """Return whether the movement alone gave the right drill (or "none")."""
    return outcome.named == outcome.drill


def in_a_line(outcome: Outcome) -> str:
    """Return what became of a clip, in a line."""
    what = outcome.refusal or f"{outcome.named}, {outcome.reps_found} reps for {outcome.reps_true}"
    return f"{outcome.name}: {what}"


def plain_outcome(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as JSON can hold it; an infinite number (nothing is stated) is none."""
    return {name: _finite(value) for name, value in asdict(outcome).items()}


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _finite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value.item() if isinstance(value, np.generic) else value


def outcome_from(held: Mapping[str, Any]) -> Outcome:
    """Return the outcome that `plain_outcome` wrote."""
    made = dict(held)
    made["yaw_deg"] = float("nan") if made["yaw_deg"] is None else made["yaw_deg"]
    made["contacts"] = [_contact_from(each) for each in made["contacts"]]
    made["values"] = {name: [Value(**each) for each in values] for name, values in made["values"].items()}
    for name in ("flight_ms", "height_cm"):
        made[name] = [Value(**each) for each in made[name]]
    return Outcome(**made)


def _contact_from(held: Mapping[str, Any]) -> TimedContact:
    label = held["label"]
    return TimedContact(**{**held, "label": LabelError(**label) if label else None})
