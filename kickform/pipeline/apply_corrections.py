"""Applies a person's corrections to the contacts, flights and steps of a motion.

An event set by hand lies anywhere between two frames, with equal chance: its SD is the frame interval over
sqrt(12). Flights follow from the contacts. A correction of both feet also changes each foot's own steps; a
correction of one foot also changes the body's contact where that is this foot's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from kickform.errors import UsageError
from kickform.events.clock import REAL_TIME, Clock
from kickform.events.corrections import Correction, check_within, on_clock
from kickform.events.types import Contact, Flight, Side
from kickform.numeric import FloatArray
from kickform.results.findings import Notice

__all__ = ["CorrectedContacts", "apply_corrections", "flights_between", "hand_sd_s"]

_NEAR_S = 0.15  # convention: less than a contact and a flight
"""Largest distance of the event that is meant from the time given, without `at_s`, real seconds."""

_FEET: tuple[Side, Side] = ("left", "right")

_ADJACENT_S = 0.05  # convention: a new analysis may time the contact otherwise by as much
"""Largest distance of `at_s` from the contact that is meant, real seconds."""


@dataclass(frozen=True, slots=True)
class CorrectedContacts:
    """Contacts of the body, flights between them and steps of each foot, in order, with warnings."""

    contacts: tuple[Contact, ...]
    flights: tuple[Flight, ...]
    steps: tuple[Contact, ...]
    notices: tuple[Notice, ...] = ()


def apply_corrections(
    contacts: Sequence[Contact],
    steps: Sequence[Contact],
    corrections: Sequence[Correction],
    time_s: FloatArray,
    frames_apart: float = 1.0,
    clock: Clock = REAL_TIME,
) -> CorrectedContacts:
    """Return contacts, flights and steps with the corrections applied.

    Without any contact or step, the corrections start from an athlete who stands throughout the clip.

    Args:
        contacts: contacts of the body, in order, real seconds (`kickform.events.contacts.time_contacts`).
        steps: contacts of each foot by itself (`kickform.events.steps.detect.detect_steps`).
        corrections: changes in their order, file seconds.
        time_s: (T,) times of the frames, real seconds.
        frames_apart: stored frames from one filmed picture to the next: 2 where each is stored twice.
        clock: the file's; leads from file seconds to real seconds.

    Raises:
        UsageError: a time lies outside the clip, or contacts of one foot would overlap.
    """
    file_s = clock.file_s(time_s)
    usual = float(np.median(np.diff(file_s)))
    check_within(corrections, float(file_s[0]) - usual, float(file_s[-1]) + usual)
    editor = _ContactEditor(time_s, frames_apart)
    notices: list[Notice] = []
    body = list(contacts)
    feet = {side: [step for step in steps if step.side == side] for side in _FEET}
    if not contacts and not steps:
        body = [_standing(time_s, "both")]
        feet = {side: [_standing(time_s, side)] for side in _FEET}
    for number, correction in enumerate(on_clock(corrections, clock), start=1):
        sides = _FEET if correction.side == "both" else (correction.side,)
        before = {side: list(feet[side]) for side in sides}
        on_body = correction.side == "both" or _is_body_correction(body, feet, correction, editor)
        used = on_body and editor.apply(body, correction)
        for side in sides:
            used |= editor.apply(feet[side], replace(correction, side=side))
        if correction.side != "both" and not on_body:
            _extend_body_contact(body, before[correction.side], feet, correction, editor)
        if not used:
            notices.append(_unused(number, corrections[number - 1]))
        for name, train in ((correction.side, body), *((side, feet[side]) for side in sides)):
            _check_order(train, number, name, clock)
    ordered = sorted((*feet["left"], *feet["right"]), key=lambda step: step.touchdown_s)
    return CorrectedContacts(tuple(body), flights_between(body), tuple(ordered), tuple(notices))


def flights_between(contacts: Sequence[Contact]) -> tuple[Flight, ...]:
    """Return the flights between contacts that follow one another, with their SDs."""
    return tuple(
        Flight(a.takeoff_s, b.touchdown_s, math.hypot(a.takeoff_sd_s, b.touchdown_sd_s))
        for a, b in pairwise(contacts)
    )


def hand_sd_s(time_s: FloatArray, at_s: float, frames_apart: float = 1.0) -> float:
    """Return the SD of an event that a person placed by stepping through the frames, real seconds.

    Uniform between the last frame before it and the first one after it: interval / sqrt(12).

    Args:
        time_s: (T,) times of the frames, real seconds.
        at_s: time of the event, real seconds.
        frames_apart: stored frames from one filmed picture to the next.
    """
    after = int(np.clip(np.searchsorted(time_s, at_s, side="right"), 1, len(time_s) - 1))
    return float(time_s[after] - time_s[after - 1]) * frames_apart / math.sqrt(12)


@dataclass(frozen=True, slots=True)
class _ContactEditor:
    """Applies corrections to the contacts of one foot or of the body, in place."""

    time_s: FloatArray
    frames_apart: float

    def apply(self, train: list[Contact], correction: Correction) -> bool:
        """Apply a correction to the contacts `train`; return whether it matched any."""
        if correction.what == "flight":
            return (self._join if correction.remove else self._split)(train, correction)
        index = self.find(train, correction)
        if index is None:
            if correction.remove or len(correction.times_s) < 2 or math.isnan(correction.start_s):
                return False
            return self._add(train, correction)
        if correction.remove:
            del train[index]
        else:
            train[index] = self._with_events(train[index], correction.touchdown_s, correction.takeoff_s)
            if correction.side == "both":
                train[index] = replace(train[index], side="both")
        return True

    def find(self, train: Sequence[Contact], correction: Correction) -> int | None:
        """Return the index of the contact that is meant; None without a match."""
        down, up, at_s = correction.touchdown_s, correction.takeoff_s, correction.at_s
        if at_s is not None:
            away = [max(c.touchdown_s - at_s, at_s - c.takeoff_s) for c in train]
            return _nearest(away, _ADJACENT_S)
        if down is not None and up is not None:
            shared = [max(c.touchdown_s, down) - min(c.takeoff_s, up) for c in train]
            return _nearest(shared, 0.0)
        if down is not None:
            return _nearest([abs(c.touchdown_s - down) for c in train], _NEAR_S)
        assert up is not None
        return _nearest([abs(c.takeoff_s - up) for c in train], _NEAR_S)

    def _with_events(self, contact: Contact, down: float | None, up: float | None) -> Contact:
        """Return the contact with the given events, marked as set by hand."""
        if down is not None:
            sd = hand_sd_s(self.time_s, down, self.frames_apart)
            contact = replace(contact, touchdown_s=down, touchdown_sd_s=sd, touchdown_by_hand=True)
        if up is not None:
            sd = hand_sd_s(self.time_s, up, self.frames_apart)
            contact = replace(contact, takeoff_s=up, takeoff_sd_s=sd, takeoff_by_hand=True)
        return _with_length_sd(contact)

    def _add(self, train: list[Contact], correction: Correction) -> bool:
        down, up = correction.touchdown_s, correction.takeoff_s
        if down is None or up is None:
            return False
        blank = Contact(correction.side, down, up, 0.0, 0.0, 0.0)
        train.append(self._with_events(blank, down, up))
        train.sort(key=lambda contact: contact.touchdown_s)
        return True

    def _split(self, train: list[Contact], correction: Correction) -> bool:
        """Split a contact by a missed flight."""
        up, down = correction.start_s, correction.stop_s
        for index, contact in enumerate(train):
            if contact.touchdown_s < up and down < contact.takeoff_s:
                train[index : index + 1] = [
                    self._with_events(contact, None, up),
                    self._with_events(contact, down, None),
                ]
                return True
        return False

    def _join(self, train: list[Contact], correction: Correction) -> bool:
        """Join two contacts that had no flight between them."""
        assert correction.at_s is not None
        for index, (a, b) in enumerate(pairwise(train)):
            if a.takeoff_s <= correction.at_s <= b.touchdown_s:
                side: Side = a.side if a.side == b.side else "both"
                joined = replace(_with_takeoff_of(a, b), side=side)
                train[index : index + 2] = [_with_length_sd(joined)]
                return True
        return False


def _standing(time_s: FloatArray, side: Side) -> Contact:
    """Return one contact over the whole clip."""
    return Contact(side, float(time_s[0]), float(time_s[-1]), math.inf, math.inf, math.inf)


def _nearest(away: Sequence[float], most: float) -> int | None:
    """Return the index of the least distance, if it is no more than `most`."""
    best = min(range(len(away)), key=lambda i: away[i], default=None)
    return best if best is not None and away[best] <= most else None


def _is_body_correction(
    body: Sequence[Contact], feet: dict[Side, list[Contact]], correction: Correction, editor: _ContactEditor
) -> bool:
    """Return whether a correction of one foot is also one of the body, which stands on that foot alone."""
    if correction.what == "flight":
        spans = [c for c in body if c.touchdown_s <= _time_of(correction) <= c.takeoff_s]
        return all(c.side == correction.side for c in spans) and bool(spans or correction.remove)
    index = editor.find(body, correction)
    if index is not None:
        step = editor.find(feet[correction.side], correction)
        same = step is None or _shares_event(feet[correction.side][step], body[index])
        return body[index].side == correction.side and same
    down, up = correction.touchdown_s, correction.takeoff_s
    if not body or down is None or up is None:
        return False
    return not any(c.touchdown_s < up and c.takeoff_s > down for c in body)


def _time_of(correction: Correction) -> float:
    return correction.at_s if correction.at_s is not None else (correction.start_s + correction.stop_s) / 2


def _shares_event(step: Contact, contact: Contact) -> bool:
    return step.touchdown_s == contact.touchdown_s or step.takeoff_s == contact.takeoff_s


def _extend_body_contact(
    body: list[Contact],
    old: Sequence[Contact],
    feet: dict[Side, list[Contact]],
    correction: Correction,
    editor: _ContactEditor,
) -> None:
    """Extend a contact of both feet from the first foot down to the last foot up, after one foot moved.

    Only events that the foot and the body had in common follow: quick steps are timed apart from the body.
    """
    index, before = editor.find(body, correction), editor.find(old, correction)
    if correction.what == "flight" or index is None or before is None or body[index].side != "both":
        return
    contact, step = body[index], old[before]
    within = [
        s
        for side in _FEET
        for s in feet[side]
        if s.touchdown_s < contact.takeoff_s and s.takeoff_s > contact.touchdown_s
    ]
    if not within or not _shares_event(step, contact):
        return
    if step.touchdown_s == contact.touchdown_s:
        contact = _with_touchdown_of(contact, min(within, key=lambda s: s.touchdown_s))
    if step.takeoff_s == contact.takeoff_s:
        contact = _with_takeoff_of(contact, max(within, key=lambda s: s.takeoff_s))
    body[index] = _with_length_sd(contact) if contact.corrected else contact


def _with_touchdown_of(contact: Contact, other: Contact) -> Contact:
    down, sd, by_hand = other.touchdown_s, other.touchdown_sd_s, other.touchdown_by_hand
    return replace(contact, touchdown_s=down, touchdown_sd_s=sd, touchdown_by_hand=by_hand)


def _with_takeoff_of(contact: Contact, other: Contact) -> Contact:
    up, sd, by_hand = other.takeoff_s, other.takeoff_sd_s, other.takeoff_by_hand
    return replace(contact, takeoff_s=up, takeoff_sd_s=sd, takeoff_by_hand=by_hand)


def _with_length_sd(contact: Contact) -> Contact:
    """Return the contact with the SD of its duration from those of its events."""
    return replace(contact, sd_s=math.hypot(contact.touchdown_sd_s, contact.takeoff_sd_s))


def _check_order(train: Sequence[Contact], number: int, side: Side, clock: Clock) -> None:
    """Raise `UsageError` where a corrected contact ends before it begins, or overlaps its neighbour."""
    name = "the feet land" if side == "both" else f"the {side} foot lands"
    cure = "set it again, or remove the correction"
    for contact in train:
        if contact.corrected and contact.duration_s <= 0:
            down_s, up_s = clock.file_s(contact.touchdown_s), clock.file_s(contact.takeoff_s)
            fault = f"{name} at {down_s:.3f} s, not before the take-off at {up_s:.3f} s"
            raise UsageError(f"correction {number}", fault, cure)
    for a, b in pairwise(train):
        if (a.corrected or b.corrected) and b.touchdown_s < a.takeoff_s:
            down_s, up_s = clock.file_s(b.touchdown_s), clock.file_s(a.takeoff_s)
            fault = f"{name} at {down_s:.3f} s, before the take-off at {up_s:.3f} s"
            raise UsageError(f"correction {number}", fault, cure)


def _unused(number: int, correction: Correction) -> Notice:
    where = "both feet" if correction.side == "both" else f"the {correction.side} foot"
    text = f"Correction {number} was not used: no {correction.what} of {where} is found at"
    when = min(correction.times_s) if correction.at_s is None else correction.at_s
    return Notice("correction_unused", f"{text} {when:.2f} s. Give both its times, or remove it.")
