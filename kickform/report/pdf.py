"""The report as a PDF for A4, made with reportlab: text, vector charts, pictures."""

from __future__ import annotations

import io
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    Image,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from kickform.report.charts import vector_drawing
from kickform.report.document import Point, Report
from kickform.report.fonts import BOLD, REGULAR, paragraph_markup
from kickform.results.wording import INTERVAL_NOTE

__all__ = ["render_pdf"]

_MARGIN = 15 * mm
_FRAME_PAD = 6  # points that reportlab leaves free on each side of a frame
_WIDE = A4[0] - 2 * _MARGIN - 2 * _FRAME_PAD
_GAP = 8
_INK, _GREY, _RULE = HexColor("#1A1D21"), HexColor("#5B616B"), HexColor("#DDD8D0")
_SEVERITY = {"fault": HexColor("#C93A3A"), "advice": HexColor("#D99A1C"), "good": HexColor("#2E9E6B")}
_STILL_WIDE, _STILL_TALL = 25 * mm, 32 * mm
_LEFT, _CENTRE, _RIGHT = 0, 1, 2


def _style(
    size: float, color: Any = _INK, font: str = REGULAR, alignment: int = _LEFT, **more: Any
) -> ParagraphStyle:
    return ParagraphStyle(
        f"{font}{size}", fontName=font, fontSize=size, leading=1.35 * size, textColor=color,
        alignment=alignment, **more,
    )  # fmt: skip


_TITLE = _style(18, font=BOLD)
_HEADING = _style(12.5, font=BOLD, spaceBefore=12, spaceAfter=4, keepWithNext=1)
_SMALL_HEADING = _style(9.5, font=BOLD, spaceBefore=8, spaceAfter=2, keepWithNext=1)
_BODY, _STRONG = _style(9), _style(9, font=BOLD)
_NOTE = _style(7.5, _GREY)
_CELL, _CELL_HEAD = _style(8), _style(8, font=BOLD)
_BIG = _style(12, font=BOLD)


def render_pdf(report: Report) -> bytes:
    """Return the PDF document."""
    out = io.BytesIO()
    # The metadata is Unicode and needs no font.
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN, bottomMargin=_MARGIN,
        title=" · ".join((report.title, *report.facts[:2])), author="KickForm", lang="en",
    )  # fmt: skip
    document.build(_story(report), onFirstPage=_page_number, onLaterPages=_page_number)
    return out.getvalue()


def _story(report: Report) -> list[Any]:
    story = [
        _text(report.title, _TITLE),
        _text(" · ".join(report.facts), _NOTE),
        Spacer(1, 8),
        _verdict(report),
    ]
    story += [_box(_text(f"Note: {words}", _BODY), _SEVERITY["advice"]) for words in report.warnings]
    for title, points in (("To fix", report.to_fix), ("Good", report.good)):
        if points:
            story += [_text(title, _HEADING), *_cards(points)]
    steps = [_text(f"{number}. {step}", _BODY) for number, step in enumerate(report.next_steps, start=1)]
    story.append(KeepTogether([_text("What to do next", _HEADING), *steps]))
    story += [_text("The numbers", _HEADING), _metrics(report), _text(INTERVAL_NOTE, _NOTE)]
    story += _charts(report)
    story += [_text("All reps", _SMALL_HEADING), _reps(report)]
    story += [_text(words, _NOTE) for words in report.missing]
    return [*story, Spacer(1, 10), _text(report.footer, _NOTE)]


def _text(words: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(paragraph_markup(words, bold=style.fontName == BOLD), style)


def _page_number(canvas: Any, _document: Any) -> None:
    canvas.saveState()
    canvas.setFont(REGULAR, 7.5)
    canvas.setFillColor(_GREY)
    canvas.drawRightString(A4[0] - _MARGIN, 8 * mm, f"{canvas.getPageNumber()}")
    canvas.restoreState()


def _verdict(report: Report) -> Table:
    label, cue, message = report.first
    number = "–" if report.score is None else f"{report.score:.0f}"
    under = "no score" if report.score is None else "of 100"
    color = _SEVERITY[
        "fault" if (report.score or 0) < 50 else "advice" if (report.score or 0) < 70 else "good"
    ]
    score = [
        _text(number, _style(26, color, BOLD, _CENTRE)),
        Spacer(1, 3),
        _text(under, _style(7.5, _GREY, alignment=_CENTRE)),
    ]
    words = [_text(report.verdict, _BIG), _text(f"{label}: {cue}", _BODY), _text(message, _BODY)]
    return Table(
        [[score, words]], colWidths=[28 * mm, _WIDE - 28 * mm],
        style=TableStyle([("BOX", (0, 0), (-1, -1), 0.7, _RULE), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                          ("TOPPADDING", (0, 0), (-1, -1), 8), ("BOTTOMPADDING", (0, 0), (-1, -1), 8)]),
    )  # fmt: skip


def _box(content: Any, color: Any, wide: float = _WIDE, picture: Any = None) -> Table:
    """Return the content with a coloured rule on the left and an optional picture on the right."""
    widths = [wide] if picture is None else [wide - _STILL_WIDE - _GAP, _STILL_WIDE + _GAP]
    return Table(
        [[content] if picture is None else [content, picture]], colWidths=widths, spaceBefore=3, spaceAfter=3,
        style=TableStyle([("LINEBEFORE", (0, 0), (0, -1), 3, color), ("VALIGN", (0, 0), (-1, -1), "TOP"),
                          ("LEFTPADDING", (0, 0), (0, -1), 9), ("RIGHTPADDING", (-1, 0), (-1, -1), 2)]),
    )  # fmt: skip


def _cards(points: tuple[Point, ...]) -> list[Table]:
    """Return the points in two columns, one table per row, so that a page can break between rows."""
    wide = (_WIDE - _GAP) / 2
    cards = [_point(point, wide) for point in points]
    pairs = [[*cards[i : i + 2], ""][:2] for i in range(0, len(cards), 2)]
    flush = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
             ("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 2),
             ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]  # fmt: skip
    return [
        Table([[left, "", right]], colWidths=[wide, _GAP, wide], style=TableStyle(flush))
        for left, right in pairs
    ]


def _point(point: Point, wide: float) -> Table:
    words = [_text(point.message, _STRONG)]
    words += [_text(point.cue, _BODY)] if point.cue else []
    words += [_text(point.where, _NOTE)] if point.where else []
    picture = None
    if point.picture is not None:
        still = io.BytesIO(point.picture)
        picture = Image(still, _STILL_WIDE, _STILL_TALL, kind="proportional", hAlign="RIGHT")
    return _box(words, _SEVERITY.get(point.severity, _GREY), wide, picture)


def _metrics(report: Report) -> Table:
    head = [_text(words, _CELL_HEAD) for words in ("Whole set", "Value", "95 %", "Good", "Based on")]
    rows = [
        [
            _text(row.label, _CELL),
            _text(row.value, _CELL_HEAD),
            *(_text(w, _CELL) for w in (row.interval, row.good, row.source)),
        ]
        for row in report.rows
    ]
    shares = (0.26, 0.14, 0.13, 0.19, 0.28)
    return _table([head, *rows], [share * _WIDE for share in shares])


def _reps(report: Report) -> Table:
    size = 8 if len(report.rep_header) <= 8 else 7
    head = [_text(title, _style(size, font=BOLD, alignment=_RIGHT)) for title in report.rep_header]
    rows = [[_text(cell, _style(size, alignment=_RIGHT)) for cell in row] for row in report.rep_rows]
    narrow = [0.62 if title in ("Rep", "Start (s)", "Side", "Score") else 1.0 for title in report.rep_header]
    return _table([head, *rows], [_WIDE * share / sum(narrow) for share in narrow])


def _table(rows: list[list[Any]], widths: list[float]) -> Table:
    everywhere = ((0, 0), (-1, -1))
    style = [
        ("LINEBELOW", (0, 0), (-1, 0), 1, _INK), ("LINEBELOW", (0, 1), (-1, -1), 0.4, _RULE),
        ("VALIGN", *everywhere, "TOP"), ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("TOPPADDING", *everywhere, 2.5), ("BOTTOMPADDING", *everywhere, 2.5),
    ]  # fmt: skip
    return Table(rows, colWidths=widths, repeatRows=1, spaceBefore=3, spaceAfter=4, style=TableStyle(style))


def _charts(report: Report) -> list[KeepTogether]:
    """Return each chart with its title; the common heading stays with the first chart."""
    blocks = [
        [_text(chart.title, _SMALL_HEADING), vector_drawing(chart, _WIDE, REGULAR)] for chart in report.charts
    ]
    blocks[0].insert(0, _text("Rep by rep", _HEADING))
    return [KeepTogether(block) for block in blocks]
