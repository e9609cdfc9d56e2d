"""Who was filmed: what is known of the athlete besides the clip."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Athlete"]


@dataclass(frozen=True, slots=True)
class Athlete:
    """What is known of the athlete besides the clip; None where it was not given."""

    height_m: float | None = None
    mass_kg: float | None = None
