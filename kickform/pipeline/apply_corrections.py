"""Put what a person corrected into the contacts, flights and steps of a motion.

An event set by hand has the SD of somebody who steps through the frames: it lies anywhere between two of
them, evenly, so that its SD is the frame interval over the root of 12. Flights follow from the contacts on
both sides. What holds for both feet holds for each foot's own steps as well; what is said of one foot also
moves the body's contact where that is this foot's.
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

__all__ = ["Amended", "amend", "flights_between", "hand_sd_s"]

_NEAR_S = 0.15
"""How far from the event given the one that is meant may lie where no `at_s` tells, real seconds."""

_FEET: tuple[Side, Side] = ("left", "right")

_BESIDE_S = 0.05
"""How far outside a contact its `at_s` may lie, real seconds: a second look may time it otherwise."""


@dataclass(frozen=True, slots=True)
class Amended:
    """Contacts of the body, flights between them, steps of each foot, in order; and what was not used."""

    contacts: tuple[Contact, ...]
    flights: tuple[Flight, ...]
    steps: tuple[Contact, ...]
    notices: tuple[Notice, ...] = ()


def amend(
    contacts: Sequence[Contact],
    steps: Sequence[Contact],
    corrections: Sequence[Correction],
    time_s: FloatArray,
    frames_apart: float = 1.0,
    clock: Clock = REAL_TIME,
) -> Amended:
    """Return contacts, flights and steps with the corrections in them.

    Args:
        contacts: of the body, in order (`kickform.events.contacts.time_contacts`).
        steps: of each foot by itself (`kickform.events.steps.detect.detect_steps`).
        corrections: what to change, in this order, with their file seconds.
        time_s: (T,) times of the frames, real seconds.
        frames_apart: stored frames from one filmed picture to the next: 2 where each is stored twice.
        clock: of the file; contacts and steps are on its real time.

    Where nothing was found at all, the corrections begin with an athlete who stands all the time.

    Raises:
        UsageError: a time lies outside the clip, or contacts of one foot would cross.
    """
    file_s = clock.file_s(time_s)
    usual = float(np.median(np.diff(file_s)))
    check_within(corrections, float(file_s[0]) - usual, float(file_s[-1]) + usual)
    hand = _Hand(time_s, frames_apart)
    notices: list[Notice] = []
    body = list(contacts)
    feet = {side: [step for step in steps if step.side == side] for side in _FEET}
    if not contacts and not steps:
        body = [_standing(time_s, "both")]
        feet = {side: [_standing(time_s, side)] for side in _FEET}
    for number, correction in enumerate(on_clock(corrections, clock), start=1):
        sides = _FEET if correction.side == "both" else (correction.side,)
        before = {side: list(feet[side]) for side in sides}
        on_body = correction.side == "both" or _concerns_body(body, feet, correction, hand)
        used = on_body and hand.apply(body, correction)
        for side in sides:
            used |= hand.apply(feet[side], replace(correction, side=side))
        if correction.side != "both" and not on_body:
            _widen(body, before[correction.side], feet, correction, hand)
        if not used:
            notices.append(_unused(number, corrections[number - 1]))
        for name, pieces in ((correction.side, body), *((side, feet[side]) for side in sides)):
            _check_order(pieces, number, name, clock)
    ordered = sorted((*feet["left"], *feet["right"]), key=lambda step: step.touchdown_s)
    return Amended(tuple(body), flights_between(body), tuple(ordered), tuple(notices))


def flights_between(contacts: Sequence[Contact]) -> tuple[Flight, ...]:
    """Return the flights between contacts that follow one another, with their SDs."""
    return tuple(
        Flight(a.takeoff_s, b.touchdown_s, math.hypot(a.takeoff_sd_s, b.touchdown_sd_s))
        for a, b in pairwise(contacts)
    )


def hand_sd_s(time_s: FloatArray, at_s: float, frames_apart: float = 1.0) -> float:
    """Return the SD of an event that somebody placed by stepping through the frames, real seconds.

    It lies evenly between the last frame before and the first one after it: interval / sqrt(12).

    Args:
        time_s: (T,) times of the frames, real seconds.
        at_s: where the event was placed.
        frames_apart: stored frames from one filmed picture to the next.
    """
    after = int(np.clip(np.searchsorted(time_s, at_s, side="right"), 1, len(time_s) - 1))
    return float(time_s[after] - time_s[after - 1]) * frames_apart / math.sqrt(12)


@dataclass(frozen=True, slots=True)
class _Hand:
    """Applies corrections to the contacts of one foot, or of the body."""

    time_s: FloatArray
    frames_apart: float

    def apply(self, pieces: list[Contact], correction: Correction) -> bool:
        """Change `pieces` in place; return whether there was anything that the correction is about."""
        if correction.what == "flight":
            return (self._close if correction.remove else self._open)(pieces, correction)
        index = self.find(pieces, correction)
        if index is None:
            if correction.remove or len(correction.times_s) < 2 or math.isnan(correction.start_s):
                return False
            return self._add(pieces, correction)
        if correction.remove:
            del pieces[index]
        else:
            pieces[index] = self._moved(pieces[index], correction.touchdown_s, correction.takeoff_s)
            if correction.side == "both":
                pieces[index] = replace(pieces[index], side="both")
        return True

    def find(self, pieces: Sequence[Contact], correction: Correction) -> int | None:
        """Return which contact is meant; None where there is none."""
        down, up, at_s = correction.touchdown_s, correction.takeoff_s, correction.at_s
        if at_s is not None:
            away = [max(c.touchdown_s - at_s, at_s - c.takeoff_s) for c in pieces]
            return _nearest(away, _BESIDE_S)
        if down is not None and up is not None:
            shared = [max(c.touchdown_s, down) - min(c.takeoff_s, up) for c in pieces]
            return _nearest(shared, 0.0)
        if down is not None:
            return _nearest([abs(c.touchdown_s - down) for c in pieces], _NEAR_S)
        assert up is not None
        return _nearest([abs(c.takeoff_s - up) for c in pieces], _NEAR_S)

    def _moved(self, contact: Contact, down: float | None, up: float | None) -> Contact:
        """Return the contact with the ends that are given."""
        if down is not None:
            sd = hand_sd_s(self.time_s, down, self.frames_apart)
            contact = replace(contact, touchdown_s=down, touchdown_sd_s=sd, touchdown_by_hand=True)
        if up is not None:
            sd = hand_sd_s(self.time_s, up, self.frames_apart)
            contact = replace(contact, takeoff_s=up, takeoff_sd_s=sd, takeoff_by_hand=True)
        return _length_anew(contact)

    def _add(self, pieces: list[Contact], correction: Correction) -> bool:
        down, up = correction.touchdown_s, correction.takeoff_s
        if down is None or up is None:
            return False
        blank = Contact(correction.side, down, up, 0.0, 0.0, 0.0)
        pieces.append(self._moved(blank, down, up))
        pieces.sort(key=lambda contact: contact.touchdown_s)
        return True

    def _open(self, pieces: list[Contact], correction: Correction) -> bool:
        """Split the contact in which a flight was missed."""
        up, down = correction.start_s, correction.stop_s
        for index, contact in enumerate(pieces):
            if contact.touchdown_s < up and down < contact.takeoff_s:
                pieces[index : index + 1] = [
                    self._moved(contact, None, up),
                    self._moved(contact, down, None),
                ]
                return True
        return False

    def _close(self, pieces: list[Contact], correction: Correction) -> bool:
        """Join the two contacts between which there was no flight."""
        assert correction.at_s is not None
        for index, (a, b) in enumerate(pairwise(pieces)):
            if a.takeoff_s <= correction.at_s <= b.touchdown_s:
                side: Side = a.side if a.side == b.side else "both"
                joined = replace(_leaving_like(a, b), side=side)
                pieces[index : index + 2] = [_length_anew(joined)]
                return True
        return False


def _standing(time_s: FloatArray, side: Side) -> Contact:
    """Return the contact of a clip in which no flight was found: all of it."""
    return Contact(side, float(time_s[0]), float(time_s[-1]), math.inf, math.inf, math.inf)


def _nearest(away: Sequence[float], most: float) -> int | None:
    """Return the index of the least distance, if it is no more than `most`."""
    best = min(range(len(away)), key=lambda i: away[i], default=None)
    return best if best is not None and away[best] <= most else None


def _concerns_body(
    body: Sequence[Contact], feet: dict[Side, list[Contact]], correction: Correction, hand: _Hand
) -> bool:
    """Return whether what is said of one foot is said of the body's contact: it stands on that foot alone."""
    if correction.what == "flight":
        spans = [c for c in body if c.touchdown_s <= _about(correction) <= c.takeoff_s]
        return all(c.side == correction.side for c in spans) and bool(spans or correction.remove)
    index = hand.find(body, correction)
    if index is not None:
        step = hand.find(feet[correction.side], correction)
        same = step is None or _is_same(feet[correction.side][step], body[index])
        return body[index].side == correction.side and same
    down, up = correction.touchdown_s, correction.takeoff_s
    if not body or down is None or up is None:
        return False
    return not any(c.touchdown_s < up and c.takeoff_s > down for c in body)


def _about(correction: Correction) -> float:
    return correction.at_s if correction.at_s is not None else (correction.start_s + correction.stop_s) / 2


def _is_same(step: Contact, contact: Contact) -> bool:
    return step.touchdown_s == contact.touchdown_s or step.takeoff_s == contact.takeoff_s


def _widen(
    body: list[Contact],
    old: Sequence[Contact],
    feet: dict[Side, list[Contact]],
    correction: Correction,
    hand: _Hand,
) -> None:
    """Let a contact of both feet last from the first foot down to the last foot up, where one of them moved.

    Only ends that the foot and the body had in common follow; quick steps are timed apart from the body.
    """
    index, before = hand.find(body, correction), hand.find(old, correction)
    if correction.what == "flight" or index is None or before is None or body[index].side != "both":
        return
    contact, step = body[index], old[before]
    within = [
        s
        for side in _FEET
        for s in feet[side]
        if s.touchdown_s < contact.takeoff_s and s.takeoff_s > contact.touchdown_s
    ]
    if not within or not _is_same(step, contact):
        return
    if step.touchdown_s == contact.touchdown_s:
        contact = _landing_like(contact, min(within, key=lambda s: s.touchdown_s))
    if step.takeoff_s == contact.takeoff_s:
        contact = _leaving_like(contact, max(within, key=lambda s: s.takeoff_s))
    body[index] = _length_anew(contact) if contact.corrected else contact


def _landing_like(contact: Contact, other: Contact) -> Contact:
    down, sd, by_hand = other.touchdown_s, other.touchdown_sd_s, other.touchdown_by_hand
    return replace(contact, touchdown_s=down, touchdown_sd_s=sd, touchdown_by_hand=by_hand)


def _leaving_like(contact: Contact, other: Contact) -> Contact:
    up, sd, by_hand = other.takeoff_s, other.takeoff_sd_s, other.takeoff_by_hand
    return replace(contact, takeoff_s=up, takeoff_sd_s=sd, takeoff_by_hand=by_hand)


def _length_anew(contact: Contact) -> Contact:
    """Return the contact with the SD of its length from those of its ends."""
    return replace(contact, sd_s=math.hypot(contact.touchdown_sd_s, contact.takeoff_sd_s))


def _check_order(pieces: Sequence[Contact], number: int, side: Side, clock: Clock) -> None:
    """Raise `UsageError` where a corrected contact ends before it begins, or crosses its neighbour."""
    name = "the feet land" if side == "both" else f"the {side} foot lands"
    cure = "set it again, or take the correction out"
    for contact in pieces:
        if contact.corrected and contact.duration_s <= 0:
            down_s, up_s = clock.file_s(contact.touchdown_s), clock.file_s(contact.takeoff_s)
            fault = f"{name} at {down_s:.3f} s, not before the take-off at {up_s:.3f} s"
            raise UsageError(f"correction {number}", fault, cure)
    for a, b in pairwise(pieces):
        if (a.corrected or b.corrected) and b.touchdown_s < a.takeoff_s:
            down_s, up_s = clock.file_s(b.touchdown_s), clock.file_s(a.takeoff_s)
            fault = f"{name} at {down_s:.3f} s, before the take-off at {up_s:.3f} s"
            raise UsageError(f"correction {number}", fault, cure)


def _unused(number: int, correction: Correction) -> Notice:
    where = "both feet" if correction.side == "both" else f"the {correction.side} foot"
    text = f"Correction {number} was not used: no {correction.what} of {where} is found at"
    when = min(correction.times_s) if correction.at_s is None else correction.at_s
    return Notice("correction_unused", f"{text} {when:.2f} s. Give both its times, or take it out.")
