"""What a comparison with a reference says, as plain frozen data and as JSON.

The JSON can be handed on: it holds numbers, the drill and how it was filmed, and no picture, no name of
a file or a person, no path and no date. ``null`` stands for what the data do not give; there is no NaN
and no infinity.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

from kickform.agreement.reference import Kind
from kickform.agreement.statistics import Estimate, Figures
from kickform.results.findings import Notice

__all__ = [
    "SCHEMA_VERSION",
    "Agreement",
    "Clip",
    "ClockSource",
    "ComparedContact",
    "Quantity",
    "SetMean",
    "headline_dict",
    "rounded",
]

SCHEMA_VERSION = 1

ClockSource = Literal["estimated", "same", "none"]


@dataclass(frozen=True, slots=True)
class Clip:
    """How the clip was filmed and judged, without a word on who is in it."""

    drill: str
    variant: str
    model: str
    fps: float
    slow_motion_factor: float
    view: str
    kickform_version: str
    estimator_version: int


@dataclass(frozen=True, slots=True)
class ComparedContact:
    """One contact in both.

    Attributes:
        side: as the clip tells it.
        touchdown_s: on the clip file's own timeline.
        takeoff_s: on the clip file's own timeline.
        contact_time_ms: real time, from the clip.
        sd_ms: its stated SD; None where none is stated.
        reference_row: row in the CSV file.
        reference_touchdown_s: real time on the reference's clock; None where it gives no events.
        reference_takeoff_s: real time on the reference's clock.
        reference_contact_time_ms: None where the reference has one end only.
        error_ms: clip - reference.
        touchdown_error_ms: clip - reference, the clock offset taken off.
        takeoff_error_ms: clip - reference, the clock offset taken off.
    """

    side: str
    touchdown_s: float
    takeoff_s: float
    contact_time_ms: float
    sd_ms: float | None
    reference_row: int
    reference_touchdown_s: float | None
    reference_takeoff_s: float | None
    reference_contact_time_ms: float | None
    error_ms: float | None
    touchdown_error_ms: float | None
    takeoff_error_ms: float | None


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity in both, and the figures of their agreement.

    Attributes:
        name: with its unit, as in the JSON of an analysis.
        label: as people read it.
        unit: "" for a ratio.
        pairs: (clip, reference, stated SD or None) of each pair.
        figures: None where there is no pair.
        note: what limits these figures; "" where nothing does.
    """

    name: str
    label: str
    unit: str
    pairs: tuple[tuple[float, float, float | None], ...]
    figures: Figures | None
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return label, unit, pairs and figures as plain Python for JSON."""
        plain: dict[str, Any] = {"label": self.label, "unit": self.unit, "n": len(self.pairs)}
        if self.figures is not None:
            plain |= _figures_dict(self.figures)
        plain["note"] = self.note
        plain["pairs"] = [list(pair) for pair in self.pairs]
        return plain


@dataclass(frozen=True, slots=True)
class SetMean:
    """Mean contact time over the set: all contacts of the clip against all of the reference, paired or not.

    ``sd_ms`` is the SD that the analysis states for its mean; ``inside_95`` says whether the reference's
    mean lies inside that interval.
    """

    clip_ms: float
    sd_ms: float | None
    reference_ms: float
    difference_ms: float
    inside_95: bool | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A clip held against a reference.

    Attributes:
        clip: how it was filmed.
        reference_kind: what the reference gives.
        contacts: those in both, in order.
        clock_offset_s: the reference's clock minus the clip's, in real seconds; None without events.
        clock_source: "estimated" from the contacts, "same" where both share the clip's clock, or "none".
        quantities: contact time first.
        set_mean: None where the reference has no whole contact.
        missed: contacts of the reference that the clip has not, within the time of the clip.
        extra: contacts of the clip that the reference has not.
        missed_rows: rows in the CSV file of those missed.
        extra_s: touchdowns of those that are extra, on the clip file's timeline.
        outside: contacts of the reference before the clip begins or after it ends.
        other_side: pairs of which the two say different feet.
        notes: what limits the comparison.
    """

    clip: Clip
    reference_kind: Kind
    contacts: tuple[ComparedContact, ...]
    clock_offset_s: float | None
    clock_source: ClockSource
    quantities: tuple[Quantity, ...]
    set_mean: SetMean | None
    missed: int
    extra: int
    missed_rows: tuple[int, ...]
    extra_s: tuple[float, ...]
    outside: int
    other_side: int
    notes: tuple[Notice, ...]

    @property
    def contact_time(self) -> Quantity:
        """The first quantity."""
        return self.quantities[0]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON document as plain Python."""
        found = self.contact_time.figures
        plain: dict[str, Any] = {"agreement_schema_version": SCHEMA_VERSION, "clip": asdict(self.clip)}
        plain |= {"reference_kind": self.reference_kind}
        plain |= {"clock_offset_s": self.clock_offset_s, "clock_source": self.clock_source}
        headline = headline_dict(found)
        plain |= headline
        plain |= {"missed": self.missed, "extra": self.extra}
        plain |= {"outside_clip": self.outside, "other_side": self.other_side}
        plain |= {"missed_rows": list(self.missed_rows), "extra_touchdown_s": list(self.extra_s)}
        plain["set_mean"] = None if self.set_mean is None else asdict(self.set_mean)
        plain["set_mean_difference_ms"] = None if self.set_mean is None else self.set_mean.difference_ms
        plain["quantities"] = {quantity.name: quantity.to_dict() for quantity in self.quantities}
        plain["contacts"] = [asdict(contact) for contact in self.contacts]
        plain["notes"] = [asdict(note) for note in self.notes]
        return {name: rounded(value) for name, value in plain.items()}

    def to_json(self) -> str:
        """Return the JSON text."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def headline_dict(found: Figures | None) -> dict[str, Any]:
    """Return the figures of contact time under the names of the document's first level."""
    names = ("bias", "limits_of_agreement", "mae")
    plain = {} if found is None else _figures_dict(found)
    headline = {f"{name}_ms": plain.get(name) for name in names}
    return headline | {"icc": plain.get("icc"), "inside_95_pct": plain.get("inside_95_pct")}


def _figures_dict(found: Figures) -> dict[str, Any]:
    ba = found.bland_altman
    inside = found.inside
    limits = None if ba.lower is None or ba.upper is None else [ba.lower.value, ba.upper.value]
    return {
        "people": ba.people,
        "bias": ba.bias.value,
        "bias_interval_95": _interval(ba.bias),
        "sd": ba.sd,
        "limits_of_agreement": limits,
        "lower_limit_interval_95": _interval(ba.lower),
        "upper_limit_interval_95": _interval(ba.upper),
        "icc": None if found.icc is None else found.icc.value,
        "icc_interval_95": _interval(found.icc),
        "mae": found.mae,
        "inside_95_pct": None if inside is None else 100 * inside.value,
        "inside_95_pct_interval_95": [100 * end for end in inside.interval or ()] if inside else None,
    }


def _interval(estimate: Estimate | None) -> list[float] | None:
    return None if estimate is None or estimate.interval is None else list(estimate.interval)


def rounded(value: Any) -> Any:
    """Return `value` for JSON: floats to what they are worth, None for what is not finite."""
    if isinstance(value, dict):
        return {name: rounded(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    if isinstance(value, float):
        return round(value, 4) if math.isfinite(value) else None
    return value
