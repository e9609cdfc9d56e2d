"""Contacts as a reference instrument gave them, on its own clock, before they meet a clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

__all__ = ["Kind", "Reference", "ReferenceContact", "with_both_feet"]

Side = Literal["left", "right", "both"]
Kind = Literal["events", "contact_and_flight_times", "contact_times"]


@dataclass(frozen=True, slots=True)
class ReferenceContact:
    """One contact of the reference, times in real seconds on the reference's clock.

    Attributes:
        row: row in the file, the header being row 1.
        touchdown_s: None where it is not known.
        takeoff_s: None where it is not known.
        contact_s: duration; None where an end is not known.
        side: None where the reference does not say.
        jump_height_cm: of the jump after it, where the reference measures it otherwise than by flight time.
    """

    row: int
    touchdown_s: float | None
    takeoff_s: float | None
    contact_s: float | None
    side: Side | None = None
    jump_height_cm: float | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """All contacts of one set, in order, and what kind of times they are.

    Of kind ``contact_times`` no contact has events, and of ``contact_and_flight_times`` the clock begins
    at the first touchdown.
    """

    name: str
    kind: Kind
    contacts: tuple[ReferenceContact, ...]


def with_both_feet(contacts: Sequence[ReferenceContact]) -> tuple[ReferenceContact, ...]:
    """Return the contacts with those of the left and the right foot that overlap made one of both feet.

    It lasts from the first foot down to the last foot up, as contacts of two-foot drills do in KickForm.

    Args:
        contacts: in order; those without both events stay as they are.
    """
    merged: list[ReferenceContact] = []
    for contact in contacts:
        if merged and _overlap(merged[-1], contact):
            merged[-1] = _union(merged[-1], contact)
        else:
            merged.append(contact)
    return tuple(merged)


def _overlap(one: ReferenceContact, two: ReferenceContact) -> bool:
    if one.side == two.side or None in (one.side, two.side, one.takeoff_s, two.touchdown_s, two.takeoff_s):
        return False
    return (two.touchdown_s or 0.0) < (one.takeoff_s or 0.0)


def _union(one: ReferenceContact, two: ReferenceContact) -> ReferenceContact:
    takeoff_s = max(one.takeoff_s or 0.0, two.takeoff_s or 0.0)
    contact_s = None if one.touchdown_s is None else takeoff_s - one.touchdown_s
    height_cm = two.jump_height_cm if one.jump_height_cm is None else one.jump_height_cm
    return replace(one, takeoff_s=takeoff_s, contact_s=contact_s, side="both", jump_height_cm=height_cm)
