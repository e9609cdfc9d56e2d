"""Cells of the accuracy page: one figure of one column of outcomes, as text and as numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bench.figures import Errors, Figures, figures_of
from bench.outcomes import Outcome, TimedContact, Value
from kickform.agreement.statistics import bland_altman, icc_agreement

__all__ = [
    "LEAST_PAIRS",
    "Cell",
    "Keep",
    "agreement_cell",
    "contact_errors",
    "equal_cell",
    "errors_of_values",
    "f1_cell",
    "figures_cell",
    "pairs_of",
    "share_of",
    "where",
]

Keep = Callable[[Outcome, TimedContact], bool]

LEAST_PAIRS = 3
"""Fewer tell nothing of agreement."""
_NEARLY_ALL = 0.945
"""An expected coverage from here on is 95 % in words: nothing is said of it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one column: as text, as numbers, and the errors that it comes from."""

    text: str
    numbers: dict[str, float | int | str | None] = field(default_factory=dict)
    figures: Figures | None = None


def contact_errors(outcomes: Sequence[Outcome], keep: Keep, end: str = "") -> list[Errors]:
    """Return the errors of contacts by clip.

    Args:
        outcomes: the clips.
        keep: which contacts.
        end: "" for the contact time, "touchdown" or "takeoff" for one end of it.
    """
    return [
        Errors.of([_row_of(c, end) for c in o.contacts if keep(o, c) and _known(c, end)]) for o in outcomes
    ]


def _known(contact: TimedContact, end: str) -> bool:
    return not end or getattr(contact, f"{end}_ms") is not None


def _row_of(contact: TimedContact, end: str) -> tuple[float, float | None, float]:
    label = contact.label
    if not end:
        return contact.error_ms, contact.sd_ms, label.contact_sd_ms if label else 0.0
    open_sd = label.event_sd_ms(end) if label else 0.0
    return getattr(contact, f"{end}_ms"), getattr(contact, f"{end}_sd_ms"), open_sd


def errors_of_values(clips: Sequence[Sequence[Value]], percent: bool = False) -> list[Errors]:
    """Return the errors of measured numbers by clip; with `percent` in percent of the truth."""
    return [Errors.of([row for v in clip if (row := _error_of(v, percent))]) for clip in clips]


def _error_of(value: Value, percent: bool) -> tuple[float, float | None, float] | None:
    if value.measured is None or value.true is None:
        return None
    scale = 100 / value.true if percent else 1.0
    sd = None if value.sd is None else scale * value.sd
    return scale * (value.measured - value.true), sd, scale * value.true_sd


def figures_cell(clips: Sequence[Errors], digits: int = 1) -> Cell | None:
    """Return bias, interval, mean absolute error and coverage as a cell; None without an error."""
    own = figures_of(clips)
    if own.bias is None:
        return None
    reach = ""
    if own.low is not None:
        reach = f" ({own.low:+.{digits}f} to {own.high:+.{digits}f})"
    share = ""
    if own.inside is not None and own.expected is not None:
        share = f", {100 * own.inside:.0f} %"
        share += f" of {100 * own.expected:.0f}" if own.expected < _NEARLY_ALL else ""
    text = f"{own.bias:+.{digits}f}{reach}, {own.mae:.{digits}f}{share}; n {own.count}"
    names = ("count", "clips", "bias", "low", "high", "mae", "inside", "expected")
    return Cell(text, {name: getattr(own, name) for name in names}, own)


def pairs_of(clips: Sequence[Sequence[Value]]) -> NDArray[np.float64]:
    """Return what is both measured and true, shape (n, 2)."""
    known = [
        (v.measured, v.true) for clip in clips for v in clip if v.measured is not None and v.true is not None
    ]
    return np.array(known, dtype=float).reshape(-1, 2)


def agreement_cell(clips: Sequence[Sequence[Value]], digits: int) -> Cell | None:
    """Return Bland-Altman bias and limits and ICC(2,1) as a cell; None with fewer than three pairs."""
    pairs = pairs_of(clips)
    if len(pairs) < LEAST_PAIRS:
        return None
    found, icc = bland_altman(pairs[:, 0], pairs[:, 1]), icc_agreement(pairs)
    assert found.lower is not None
    assert found.upper is not None
    bias, low, high = found.bias.value, found.lower.value, found.upper.value
    text = f"{bias:+.{digits}f} [{low:+.{digits}f}, {high:+.{digits}f}]"
    text += f", ICC {icc.value:.2f}" if icc is not None else ", no ICC"
    numbers = {"count": len(pairs), "bias": bias, "low": low, "high": high}
    return Cell(f"{text}; n {len(pairs)}", {**numbers, "icc": None if icc is None else icc.value})


def share_of(hits: int, total: int) -> Cell | None:
    """Return a share as a cell; None of nothing."""
    if not total:
        return None
    return Cell(f"{hits} of {total} ({100 * hits / total:.0f} %)", {"hits": hits, "total": total})


def where(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> Cell | None:
    """Return the share of the clips in which something holds."""
    return share_of(sum(map(holds, outcomes)), len(outcomes))


def f1_cell(outcomes: Sequence[Outcome]) -> Cell | None:
    """Return the F1 of events within one frame; None without an event."""
    hits, found, true = (sum(getattr(o, f"event_{n}") for o in outcomes) for n in ("hits", "found", "true"))
    if not found + true:
        return None
    f1 = 2 * hits / (found + true)
    return Cell(f"{f1:.3f} (n {true})", {"f1": f1, "true": true, "found": found})


def equal_cell(outcomes: Sequence[Outcome], name: str) -> Cell | None:
    """Return the share of the reps in which a count is right."""
    values = [v for o in outcomes for v in o.values.get(name, ())]
    known = [v for v in values if v.measured is not None and v.true is not None]
    return share_of(sum(v.measured == v.true for v in known), len(known))
