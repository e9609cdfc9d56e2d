"""A comparison with a reference as one HTML file in the style of the report: no script, no network."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from kickform.agreement.charts import bland_altman_chart
from kickform.agreement.pooling import Pooled
from kickform.agreement.result import Agreement, ComparedContact, Quantity
from kickform.agreement.wording import (
    COLUMNS,
    explanations,
    facts_words,
    figure_cells,
    headline_words,
    pooled_words,
    quantity_notes,
)
from kickform.drills import all_drills
from kickform.report.charts import svg
from kickform.report.html import page

__all__ = ["agreement_html", "pooled_html"]

_PICTURED = ("contact_time_ms", "flight_time_ms", "jump_height_cm", "rsi_m_per_s", "flight_contact_ratio")
_LEAST_PAIRS = 3


def agreement_html(found: Agreement) -> str:
    """Return the HTML document: verdict in words, the picture, all figures, and each contact.

    Like the JSON it names no file and no person.
    """
    drill = all_drills().get(found.clip.drill)
    title = f"Agreement with a reference: {drill.title if drill else found.clip.drill}"
    body = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="facts">{" · ".join(escape(fact) for fact in facts_words(found))}</p>',
        '<section class="verdict"><div>',
        *(f"<p>{escape(words)}</p>" for words in headline_words(found)),
        "</div></section>",
        *(f'<p class="warning"><b>Note:</b> {escape(note.message)}</p>' for note in found.notes),
        *(_picture(quantity) for quantity in found.quantities if quantity.name in _PICTURED),
        _figures(found.quantities),
        _contacts(found),
        _unpaired(found),
        f'<footer class="note">Measured by KickForm {escape(found.clip.kickform_version)} '
        f"({escape(found.clip.model)} model).</footer>",
    ]
    return page(title, "".join(body))


def pooled_html(found: Pooled) -> str:
    """Return the HTML document of several people's sets together."""
    title = f"Agreement with a reference: {found.people} people"
    body = [
        f"<h1>{escape(title)}</h1>",
        '<section class="verdict"><div>',
        *(f"<p>{escape(words)}</p>" for words in pooled_words(found)),
        "</div></section>",
        *(f'<p class="warning"><b>Note:</b> {escape(note.message)}</p>' for note in found.notes),
        *(_picture(quantity) for quantity in found.quantities if quantity.name in _PICTURED),
        _figures(found.quantities),
    ]
    return page(title, "".join(body))


def _picture(quantity: Quantity) -> str:
    if quantity.figures is None or len(quantity.pairs) < _LEAST_PAIRS:
        return ""
    here, there = np.array([pair[:2] for pair in quantity.pairs], dtype=float).T
    chart = bland_altman_chart(quantity.label, quantity.unit, here, there, quantity.figures.bland_altman)
    return (
        f'<figure class="chart"><h3>{escape(chart.title)}</h3><div class="scroll">{svg(chart)}</div></figure>'
    )


def _figures(quantities: Sequence[Quantity]) -> str:
    """Return the table of all figures and what they mean."""
    told = [quantity for quantity in quantities if quantity.figures is not None]
    rows = [figure_cells(quantity) for quantity in told]
    notes = [f'<p class="note">{escape(line)}</p>' for line in quantity_notes(quantities)]
    words = "".join(f'<p class="note">{escape(line)}</p>' for line in explanations())
    return f"<h2>All figures</h2>{_table(COLUMNS, rows)}{''.join(notes)}{words}"


def _contacts(found: Agreement) -> str:
    header = ("Contact", "At (s)", "Side", "Clip (ms)", "±", "Reference (ms)", "Error (ms)")
    rows = [_contact_cells(number, contact) for number, contact in enumerate(found.contacts, start=1)]
    return f"<h2>Contact by contact</h2>{_table(header, rows)}"


def _contact_cells(number: int, contact: ComparedContact) -> tuple[str, ...]:
    reference, error = contact.reference_contact_time_ms, contact.error_ms
    return (
        str(number),
        f"{contact.touchdown_s:.2f}",
        contact.side,
        f"{contact.contact_time_ms:.0f}",
        "–" if contact.sd_ms is None else f"{1.96 * contact.sd_ms:.0f}",
        "–" if reference is None else f"{reference:.0f}",
        "–" if error is None else f"{error:+.1f}".replace("-", "−"),
    )


def _unpaired(found: Agreement) -> str:
    """Return where the contacts without a partner are."""
    lines = []
    if found.missed_rows:
        rows = ", ".join(str(row) for row in found.missed_rows)
        lines.append(f"Missed in the clip: row {rows} of the reference.")
    if found.extra_s:
        times = ", ".join(f"{at:.2f}" for at in found.extra_s)
        lines.append(f"Not in the reference: the clip's contacts at {times} s.")
    return "".join(f'<p class="note">{escape(line)}</p>' for line in lines)


def _table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    head = "".join(f"<th>{escape(title)}</th>" for title in header)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>" for cells in rows)
    table = f'<table class="reps figures"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="scroll">{table}</div>'
