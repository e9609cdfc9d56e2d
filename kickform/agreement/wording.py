"""A comparison with a reference in words: what the terminal and the HTML file say alike."""

from __future__ import annotations

from collections.abc import Sequence

from kickform.agreement.pooling import Pooled
from kickform.agreement.result import Agreement, Quantity
from kickform.agreement.statistics import Estimate, Figures

__all__ = [
    "COLUMNS",
    "explanations",
    "facts_words",
    "figure_cells",
    "headline_words",
    "pooled_words",
    "quantity_notes",
]

COLUMNS = ("", "n", "Bias", "Limits of agreement", "Mean error", "ICC(2,1)", "Inside 95 %")

_KINDS = {
    "events": "touchdown and take-off times",
    "contact_and_flight_times": "contact and flight times",
    "contact_times": "contact times only",
}


def facts_words(found: Agreement) -> list[str]:
    """Return how the clip was filmed and what the reference gave."""
    clip = found.clip
    slow = "" if clip.slow_motion_factor == 1 else f", {clip.slow_motion_factor:g}× slow motion"
    return [
        f"{clip.fps:.0f} frames a second{slow}",
        f"{clip.view} view",
        f"reference: {_KINDS[found.reference_kind]}",
        _clock_words(found),
    ]


def _clock_words(found: Agreement) -> str:
    if found.clock_offset_s is None:
        return "paired by order"
    if found.clock_source == "same":
        return "on the clip's own clock"
    ahead = "ahead of" if found.clock_offset_s >= 0 else "behind"
    return f"its clock runs {abs(found.clock_offset_s):.3f} s {ahead} the clip's (estimated)"


def headline_words(found: Agreement) -> list[str]:
    """Return the verdict on contact times in a few sentences."""
    numbers = found.contact_time.figures
    lines = [_count_words(found)]
    lines += [] if numbers is None else _figures_words(numbers)
    if found.set_mean is not None:
        mean = found.set_mean
        lines.append(f"Set mean: {mean.clip_ms:.1f} ms against {mean.reference_ms:.1f} ms.")
    return lines


def pooled_words(found: Pooled) -> list[str]:
    """Return the verdict on the contact times of several people in a few sentences."""
    numbers = found.quantities[0].figures
    pairs = len(found.quantities[0].pairs)
    people = f"{found.people} {'person' if found.people == 1 else 'people'}"
    lines = [f"{people}, {found.sets} sets, {pairs} contacts; {found.missed} missed, {found.extra} extra."]
    return lines + ([] if numbers is None else _figures_words(numbers))


def _figures_words(numbers: Figures) -> list[str]:
    ba = numbers.bland_altman
    bias = ba.bias.value
    way = "longer" if bias >= 0 else "shorter"
    about = f" (95 % interval {_range(ba.bias, 1)} ms)" if ba.bias.interval else ""
    apart = f"{abs(bias):.1f} ms {way}" if abs(bias) >= 0.05 else "as long as the reference's"
    lines = [f"KickForm's contacts are {apart} on average{about}."]
    if ba.lower is not None and ba.upper is not None:
        limits = f"{_signed(ba.lower.value, 1)} and {_signed(ba.upper.value, 1)} ms"
        lines.append(f"95 % of single contacts are expected to differ by between {limits}.")
    if numbers.inside is not None:
        share = f"{100 * numbers.inside.value:.0f} %"
        lines.append(f"{share} lie inside the range that KickForm states (aim: 95 %).")
    return lines


def _count_words(found: Agreement) -> str:
    pairs = len(found.contacts)
    words = f"{pairs} contact{'' if pairs == 1 else 's'} in both, {found.missed} missed, {found.extra} extra"
    if found.outside:
        words += f", {found.outside} of the reference outside the clip"
    if found.other_side:
        words += f", {found.other_side} on the other foot"
    return f"{words}."


def figure_cells(quantity: Quantity) -> tuple[str, ...]:
    """Return the figures of a quantity, one cell for each of `COLUMNS`."""
    heading = f"{quantity.label} ({quantity.unit})" if quantity.unit else quantity.label
    numbers, places = quantity.figures, 1 if quantity.unit in ("ms", "cm") else 2
    if numbers is None:
        return (heading, "0", *["–"] * 5)
    ba = numbers.bland_altman
    limits = "–"
    if ba.lower is not None and ba.upper is not None:
        limits = f"{_signed(ba.lower.value, places)} to {_signed(ba.upper.value, places)}"
    inside = "–" if numbers.inside is None else f"{100 * numbers.inside.value:.0f} %"
    return (
        heading,
        str(ba.n),
        _signed(ba.bias.value, places),
        limits,
        f"{numbers.mae:.{places}f}",
        "–" if numbers.icc is None else f"{numbers.icc.value:.2f}".replace("-", "−"),
        inside,
    )


def quantity_notes(quantities: Sequence[Quantity]) -> list[str]:
    """Return what limits the figures of single quantities: each sentence once, after its quantities."""
    labels: dict[str, list[str]] = {}
    for quantity in quantities:
        if quantity.note and quantity.figures is not None:
            labels.setdefault(quantity.note, []).append(quantity.label)
    return [f"{', '.join(names)}: {note}." for note, names in labels.items()]


def explanations() -> tuple[str, ...]:
    """Return what the figures mean."""
    return (
        "Bias: mean of clip − reference. Limits of agreement: bias ± 1.96 SD; 95 % of single differences are "
        "expected between them. The bands in the picture are the 95 % intervals of these three lines.",
        "ICC(2,1): the share of the variance that is real. Contacts of one set hardly differ, so it is low "
        "there even if errors are small; it means something over people.",
        "Inside 95 %: how many references lie inside the range that KickForm states. The reference counts as "
        "exact.",
    )


def _range(estimate: Estimate, places: int) -> str:
    low, high = estimate.interval or (estimate.value, estimate.value)
    return f"{_signed(low, places)} to {_signed(high, places)}"


def _signed(value: float, places: int) -> str:
    text = f"{value:+.{places}f}"
    return text.replace("-", "−") if float(text) else f"{0:.{places}f}"
