"""The athlete who was filmed."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Athlete"]


@dataclass(frozen=True, slots=True)
class Athlete:
    """Height and mass of the athlete.

    Attributes:
        height_m: metres; None if unknown.
        mass_kg: kilograms; None if unknown.
    """

    height_m: float | None = None
    mass_kg: float | None = None
