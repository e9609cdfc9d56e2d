"""Events of a clip and what lies between them: touchdowns, take-offs, contacts, flights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Away", "Contact", "ContactTrain", "Event", "Flight", "OneFoot", "Side", "SlowMotion", "Span"]

Side = Literal["left", "right", "both"]
OneFoot = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Contact:
    """One stretch of a foot (or of both feet) on the ground; times and SDs in real seconds.

    ``touchdown_sd_s`` and ``takeoff_sd_s`` are the SDs of the two events; ``sd_s`` is that of their
    difference, which is not their root sum of squares where one error moves both. An end outside the clip (or
    in a gap) has an infinite SD. ``touchdown_by_hand`` and ``takeoff_by_hand`` mark ends that a person set
    (`kickform.events.corrections`).
    """

    side: Side
    touchdown_s: float
    takeoff_s: float
    touchdown_sd_s: float
    takeoff_sd_s: float
    sd_s: float
    touchdown_by_hand: bool = False
    takeoff_by_hand: bool = False

    @property
    def corrected(self) -> bool:
        """Whether a person set one of its ends."""
        return self.touchdown_by_hand or self.takeoff_by_hand

    @property
    def duration_s(self) -> float:
        """Contact time, real seconds."""
        return self.takeoff_s - self.touchdown_s


@dataclass(frozen=True, slots=True)
class Flight:
    """One stretch with no foot on the ground; times and SD in real seconds."""

    takeoff_s: float
    touchdown_s: float
    sd_s: float

    @property
    def duration_s(self) -> float:
        """Flight time, real seconds."""
        return self.touchdown_s - self.takeoff_s


@dataclass(frozen=True, slots=True)
class SlowMotion:
    """How many times slower than real time the file plays, and who says so."""

    factor: float
    source: Literal["user", "container", "physics", "none"]


Away = Literal[-1, 1]
"""-1 for a touchdown, which flight precedes; 1 for a take-off, which it follows."""


@dataclass(frozen=True, slots=True)
class Event:
    """One fitted event: time and SD, real seconds."""

    time_s: float
    sd_s: float


@dataclass(frozen=True, slots=True)
class Span:
    """A candidate flight, real seconds; ``low_rise`` where the toes hardly rise in it.

    ``systematic_sd_s`` is the SD of its take-off and touchdown beyond what any flight has.
    """

    takeoff_s: float
    touchdown_s: float
    low_rise: bool
    systematic_sd_s: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class ContactTrain:
    """All contacts and flights of a clip, in order, alternating; real seconds."""

    contacts: tuple[Contact, ...]
    flights: tuple[Flight, ...]
