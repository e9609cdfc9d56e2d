"""What limits a comparison, in words."""

from __future__ import annotations

import numpy as np

from kickform.agreement.result import Agreement
from kickform.results.analysis import Analysis
from kickform.results.findings import Notice

__all__ = ["notes_on"]

_FEW = 30
_RATE = 0.01
_LEAST_SPAN_S = 1.0


def notes_on(found: Agreement, analysis: Analysis, ambiguous: bool) -> tuple[Notice, ...]:
    """Return the notes on a comparison, the gravest first.

    Args:
        found: the comparison.
        analysis: the clip.
        ambiguous: whether another clock offset fits almost as well.
    """
    notes = [
        _ambiguous() if ambiguous else None,
        _rate(found),
        _few_matched(found, analysis),
        _by_order(found),
        _few(found),
    ]
    return tuple(note for note in notes if note is not None)


def _ambiguous() -> Notice:
    message = (
        "The contacts come so evenly that shifting the reference by one contact fits almost as well: check "
        "that the first pair is the same contact, or start both with a pause or a clap."
    )
    return Notice("alignment_ambiguous", message)


def _rate(found: Agreement) -> Notice | None:
    """Return a note where the two clocks run at different rates: most often a wrong slow-motion factor."""
    pairs = [
        (c.reference_touchdown_s, c.touchdown_error_ms / 1000)
        for c in found.contacts
        if c.reference_touchdown_s is not None and c.touchdown_error_ms is not None
    ]
    if len(pairs) < 4 or pairs[-1][0] - pairs[0][0] < _LEAST_SPAN_S:
        return None
    at_s, error_s = np.array(pairs, dtype=float).T
    slope = float(np.polyfit(at_s, error_s, 1)[0])
    if abs(slope) < _RATE:
        return None
    message = (
        f"The clip's clock runs {100 * abs(slope):.1f} % {'slower' if slope < 0 else 'faster'} than the "
        "reference's: check the slow-motion factor (--slow-motion)."
    )
    return Notice("clock_rate", message)


def _few_matched(found: Agreement, analysis: Analysis) -> Notice | None:
    possible = min(len(analysis.contacts), len(found.contacts) + found.missed)
    if 2 * len(found.contacts) >= possible:
        return None
    message = (
        f"Only {len(found.contacts)} of {possible} contacts fit: check that both are of the same set, and "
        "the slow-motion factor."
    )
    return Notice("few_matched", message)


def _by_order(found: Agreement) -> Notice | None:
    if found.reference_kind != "contact_times" or not (found.missed or found.extra):
        return None
    message = (
        "Without touchdown times the contacts are paired by order and likeness; with some missed or extra, "
        "the agreement looks better than it is."
    )
    return Notice("paired_by_order", message)


def _few(found: Agreement) -> Notice | None:
    """Return that these are contacts of one set, and how few they are."""
    n = len(found.contact_time.pairs)
    few = ", which is few: the intervals are wide" if n < _FEW else ""
    message = (
        f"{n} contact{'' if n == 1 else 's'} of one set{few}. They tell of this person, this camera and this "
        "day; pool at least ten people before you speak of the method."
    )
    return Notice("one_set", message)
