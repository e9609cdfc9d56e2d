"""Holds the contacts of an analysis against those of a reference.

All comparing is done in real time: the clip's times are divided by its slow-motion factor (or mapped by
its speed segments), the reference's are real already. On the clip's own clock (`same_clock`) the
reference's times are read off the file's timeline, and are mapped like the clip's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

import numpy as np

from kickform.agreement.alignment import Alignment, align_by_order, align_by_time, match_by_time
from kickform.agreement.derived import derived_quantities
from kickform.agreement.notes import notes_on
from kickform.agreement.quantities import quantity
from kickform.agreement.reference import Reference, ReferenceContact, with_both_feet
from kickform.agreement.result import Agreement, Clip, ClockSource, ComparedContact, Quantity, SetMean
from kickform.errors import DrillError, UsageError
from kickform.events.clock import Clock
from kickform.numeric import FloatArray
from kickform.results.analysis import Analysis, ContactResult

__all__ = ["agree"]

_EDGE_S = 0.1
"""A contact of the reference this far beyond the clip's ends still lies within it."""
_RELATIVE = (
    "the clock offset was estimated from these same events, so only their scatter, and how touchdown and "
    "take-off differ, mean anything"
)


@dataclass(frozen=True, slots=True)
class _Real:
    """The clip's file timeline and real time."""

    factor: float
    clock: Clock | None

    def real_s(self, file_s: float) -> float:
        return file_s / self.factor if self.clock is None else self.clock.real_s(float(file_s))


def agree(analysis: Analysis, reference: Reference, *, same_clock: bool = False) -> Agreement:
    """Return how well the contacts of an analysis agree with a reference.

    Args:
        analysis: the clip; one read back from its JSON will do.
        reference: contacts of the same set.
        same_clock: the reference's times were read off the clip itself (hand labels): no offset is
            estimated, and touchdown and take-off are judged apart.

    Raises:
        DrillError: the analysis has no contacts.
        UsageError: no contact of the reference fits any of the clip, or `same_clock` without events.
    """
    if not analysis.contacts:
        cure = "film at least three jumps in a row"
        raise DrillError(analysis.video.name, "has no contact between two flights to compare", cure)
    if same_clock and reference.kind != "events":
        fault = "gives no touchdowns and take-offs on the clip's clock"
        raise UsageError(reference.name, fault, "leave --clip-clock out")
    segments = analysis.video.speed_segments
    real = _Real(analysis.video.slow_motion_factor, Clock(segments) if segments else None)
    contacts = _usable(reference, analysis, real if same_clock else None)
    clip_s = np.array([[real.real_s(c.touchdown_s), real.real_s(c.takeoff_s)] for c in analysis.contacts])
    alignment = _alignment(analysis, clip_s, contacts, reference, same_clock)
    if not alignment.pairs:
        fault = f"fits no contact of {PurePath(analysis.video.name).name}"
        cure = "check that both are of the same set" + (" and the same clock" if same_clock else "")
        raise UsageError(reference.name, fault, cure)
    return _agreement(analysis, reference, contacts, alignment, clip_s, real, same_clock)


def _usable(reference: Reference, analysis: Analysis, real: _Real | None) -> tuple[ReferenceContact, ...]:
    """Return the reference's contacts in real time, both feet in one where the drill is done on both."""
    contacts = reference.contacts
    if real is not None:
        contacts = tuple(_on_real_clock(contact, real) for contact in contacts)
    both = all(contact.side == "both" for contact in analysis.contacts)
    return with_both_feet(contacts) if both else contacts


def _on_real_clock(contact: ReferenceContact, real: _Real) -> ReferenceContact:
    """Return a contact that was read off the file's timeline in real time."""
    down, up = (None if t is None else real.real_s(t) for t in (contact.touchdown_s, contact.takeoff_s))
    contact_s = None if down is None or up is None else up - down
    return replace(contact, touchdown_s=down, takeoff_s=up, contact_s=contact_s)


def _alignment(
    analysis: Analysis,
    clip_s: FloatArray,
    contacts: Sequence[ReferenceContact],
    reference: Reference,
    same_clock: bool,
) -> Alignment:
    """Return which contact is which; only whole contacts of a reference without events take part."""
    if reference.kind == "contact_times":
        lengths = np.array([contact.contact_time_ms / 1000 for contact in analysis.contacts])
        return align_by_order(lengths, np.array([contact.contact_s or 0.0 for contact in contacts]))
    events = _events_s(contacts)
    sides = [contact.side for contact in analysis.contacts]
    others = [contact.side or "" for contact in contacts]
    if same_clock:
        return Alignment(match_by_time(clip_s, events, sides, others, 0.0), 0.0)
    return align_by_time(clip_s, events, sides, others)


def _events_s(contacts: Sequence[ReferenceContact]) -> FloatArray:
    """Return touchdown and take-off, shape (n, 2), NaN where not known."""
    ends = [[math.nan if t is None else t for t in (c.touchdown_s, c.takeoff_s)] for c in contacts]
    return np.array(ends).reshape(-1, 2)


def _agreement(
    analysis: Analysis,
    reference: Reference,
    contacts: Sequence[ReferenceContact],
    alignment: Alignment,
    clip_s: FloatArray,
    real: _Real,
    same_clock: bool,
) -> Agreement:
    offset_s = alignment.offset_s
    compared = tuple(
        _compared(analysis.contacts[i], clip_s[i], contacts[j], offset_s) for i, j in alignment.pairs
    )
    paired_clip, paired_reference = {i for i, _ in alignment.pairs}, {j for _, j in alignment.pairs}
    alone = [c for j, c in enumerate(contacts) if j not in paired_reference and c.contact_s is not None]
    missed = [c for c in alone if _within(c, offset_s, real.real_s(analysis.video.duration_s))]
    extra = [c.touchdown_s for i, c in enumerate(analysis.contacts) if i not in paired_clip]
    source: ClockSource = "same" if same_clock else "none" if offset_s is None else "estimated"
    quantities = [_contact_quantity(compared)]
    flights_s = np.array([[real.real_s(f.takeoff_s), real.real_s(f.touchdown_s)] for f in analysis.flights])
    if offset_s is not None:
        quantities += _event_quantities(compared, source)
        quantities += derived_quantities(analysis, flights_s, contacts, alignment.pairs, offset_s)
    found = Agreement(
        clip=_clip(analysis),
        reference_kind=reference.kind,
        contacts=compared,
        clock_offset_s=offset_s,
        clock_source=source,
        quantities=tuple(quantities),
        set_mean=_set_mean(analysis, [c for c in contacts if c not in alone or c in missed]),
        missed=len(missed),
        extra=len(extra),
        missed_rows=tuple(contact.row for contact in missed),
        extra_s=tuple(extra),
        outside=len(alone) - len(missed),
        other_side=_other_side(analysis, contacts, alignment),
        notes=(),
    )
    return replace(found, notes=notes_on(found, analysis, alignment.ambiguous))


def _within(contact: ReferenceContact, offset_s: float | None, duration_s: float) -> bool:
    """Return whether a contact of the reference lies within the time of the clip."""
    if offset_s is None or contact.touchdown_s is None or contact.takeoff_s is None:
        return True
    return contact.touchdown_s - offset_s >= -_EDGE_S and contact.takeoff_s - offset_s <= duration_s + _EDGE_S


def _compared(
    contact: ContactResult, clip_s: FloatArray, other: ReferenceContact, offset_s: float | None
) -> ComparedContact:
    reference_ms = None if other.contact_s is None else 1000 * other.contact_s
    shift = offset_s or 0.0
    down, up = (
        None if there is None else 1000 * float(here - (there - shift))
        for here, there in zip(clip_s, (other.touchdown_s, other.takeoff_s), strict=True)
    )
    return ComparedContact(
        side=contact.side,
        touchdown_s=contact.touchdown_s,
        takeoff_s=contact.takeoff_s,
        contact_time_ms=contact.contact_time_ms,
        sd_ms=_stated(contact.sd_ms),
        reference_row=other.row,
        reference_touchdown_s=other.touchdown_s,
        reference_takeoff_s=other.takeoff_s,
        reference_contact_time_ms=reference_ms,
        error_ms=None if reference_ms is None else contact.contact_time_ms - reference_ms,
        touchdown_error_ms=down,
        takeoff_error_ms=up,
    )


def _stated(sd: float | None) -> float | None:
    """Return an SD that is stated; an analysis read back from JSON has None for one that was not finite."""
    return sd if sd is not None and math.isfinite(sd) else None


def _clip(analysis: Analysis) -> Clip:
    video = analysis.video
    fps = video.effective_fps or video.mean_fps * video.slow_motion_factor
    return Clip(
        analysis.drill,
        analysis.variant,
        analysis.model,
        fps,
        video.slow_motion_factor,
        analysis.view.plane,
        analysis.kickform_version,
        analysis.estimator_version,
    )


def _contact_quantity(compared: Sequence[ComparedContact]) -> Quantity:
    pairs = tuple(
        (c.contact_time_ms, c.reference_contact_time_ms, c.sd_ms)
        for c in compared
        if c.reference_contact_time_ms is not None
    )
    return quantity("contact_time_ms", "Contact time", "ms", pairs)


def _event_quantities(compared: Sequence[ComparedContact], source: ClockSource) -> list[Quantity]:
    """Return touchdown and take-off, milliseconds from the reference's first event on.

    They have no ICC: that of times of day is 1 whatever the errors.
    """
    named = (
        ("touchdown_ms", "Touchdown", [(c.touchdown_error_ms, c.reference_touchdown_s) for c in compared]),
        ("takeoff_ms", "Take-off", [(c.takeoff_error_ms, c.reference_takeoff_s) for c in compared]),
    )
    found = []
    for name, label, values in named:
        known = [(error, 1000 * at) for error, at in values if error is not None and at is not None]
        start = known[0][1] if known else 0.0
        pairs = tuple((at - start + error, at - start, None) for error, at in known)
        each = quantity(name, label, "ms", pairs)
        numbers = None if each.figures is None else replace(each.figures, icc=None)
        found.append(replace(each, figures=numbers, note=_RELATIVE if source == "estimated" else ""))
    return found


def _set_mean(analysis: Analysis, contacts: Sequence[ReferenceContact]) -> SetMean | None:
    """Return the set's mean contact time in both, each over all contacts that it has."""
    lengths = [1000 * contact.contact_s for contact in contacts if contact.contact_s is not None]
    if not lengths:
        return None
    metric = analysis.summary.metrics.get("contact_time_ms")
    here = float(np.mean([contact.contact_time_ms for contact in analysis.contacts]))
    there, sd = float(np.mean(lengths)), None
    if metric is not None and metric.value is not None:
        here, sd = metric.value, _stated(metric.sd)
    inside = None if sd is None else abs(here - there) <= 1.96 * sd
    return SetMean(here, sd, there, here - there, inside)


def _other_side(analysis: Analysis, contacts: Sequence[ReferenceContact], alignment: Alignment) -> int:
    sides = [(analysis.contacts[i].side, contacts[j].side) for i, j in alignment.pairs]
    return sum({one, two} == {"left", "right"} for one, two in sides)
