"""Makes a `Quantity` of pairs: the figures are computed over those that are finite."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import numpy as np

from kickform.agreement.result import Quantity
from kickform.agreement.statistics import figures

__all__ = ["Pair", "quantity"]

Pair = tuple[float, float, float | None]


def quantity(
    name: str,
    label: str,
    unit: str,
    pairs: Sequence[Pair],
    note: str = "",
    people: Sequence[Hashable] | None = None,
) -> Quantity:
    """Return the quantity with its figures; None of them where there is no pair.

    Args:
        name: with its unit, as in the JSON of an analysis.
        label: as people read it.
        unit: "" for a ratio.
        pairs: (clip, reference, stated SD or None) of each.
        note: what limits the figures.
        people: who each pair comes from; None where every pair stands for itself.
    """
    sound = [math.isfinite(here) and math.isfinite(there) for here, there, _ in pairs]
    people = None if people is None else [who for who, kept in zip(people, sound, strict=True) if kept]
    known = tuple(
        (float(here), float(there), None if sd is None or not math.isfinite(sd) else float(sd))
        for (here, there, sd), kept in zip(pairs, sound, strict=True)
        if kept
    )
    if not known:
        return Quantity(name, label, unit, (), None, note)
    here, there = np.array([pair[:2] for pair in known]).T
    sds = np.array([math.nan if sd is None else sd for _, _, sd in known])
    return Quantity(name, label, unit, known, figures(here, there, sds, people), note)
