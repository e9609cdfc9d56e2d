"""Overlay video, key frames, and the report on a clip as HTML or PDF."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from kickform.files import write_atomically
from kickform.report.document import compose
from kickform.results.analysis import Analysis

__all__ = ["report_html", "report_pdf", "save_report"]


def report_html(
    analysis: Analysis,
    pictures: Mapping[str, bytes] | None = None,
    *,
    athlete: str = "",
    filmed_at: datetime | None = None,
) -> str:
    """Return the report as one HTML document; arguments as for `compose`."""
    from kickform.report.html import render_html

    return render_html(compose(analysis, pictures, athlete=athlete, filmed_at=filmed_at))


def report_pdf(
    analysis: Analysis,
    pictures: Mapping[str, bytes] | None = None,
    *,
    athlete: str = "",
    filmed_at: datetime | None = None,
) -> bytes:
    """Return the report as a PDF document on A4; arguments as for `compose`."""
    from kickform.report.pdf import render_pdf

    return render_pdf(compose(analysis, pictures, athlete=athlete, filmed_at=filmed_at))


def save_report(path: Path, content: str | bytes) -> None:
    """Write a report to `path`, completely or not at all.

    Raises:
        UsageError: the file cannot be written.
    """
    write_atomically(path, content)
