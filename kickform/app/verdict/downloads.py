"""The downloads: report, overlay video, reps as CSV, analysis as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from kickform.app.verdict.csv_exports import reps_csv
from kickform.app.verdict.shown_verdict import ShownVerdict
from kickform.report import report_html, report_pdf

__all__ = ["show_downloads"]

_Text = TypeVar("_Text", str, bytes)


def show_downloads(showing: ShownVerdict) -> None:
    """Show the download buttons; a file is read or made only when its button is clicked."""
    analysis, overlay, stem = showing.analysis, showing.overlay, showing.stem

    def report(write: Callable[..., _Text]) -> _Text:
        return write(analysis, showing.pictures, athlete=showing.athlete, filmed_at=showing.filmed_at)

    st.subheader("Download", anchor=False)
    with st.container(horizontal=True):
        st.download_button(
            "Report (PDF)", lambda: report(report_pdf), f"{stem}_report.pdf", "application/pdf",
            icon=":material/picture_as_pdf:", on_click="ignore", key="download_pdf",
        )  # fmt: skip
        st.download_button(
            "Report (HTML)", lambda: report(report_html), f"{stem}_report.html", "text/html",
            icon=":material/article:", on_click="ignore", key="download_html",
        )  # fmt: skip
        if overlay is not None:
            st.download_button(
                "Video with overlay", overlay.read_bytes, f"{stem}_kickform.mp4", "video/mp4",
                icon=":material/movie:", on_click="ignore", key="download_video",
            )  # fmt: skip
        st.download_button(
            "Reps (CSV)", lambda: reps_csv(analysis), f"{stem}_reps.csv", "text/csv",
            icon=":material/table:", on_click="ignore", key="download_csv",
        )  # fmt: skip
        st.download_button(
            "Analysis (JSON)", analysis.to_json, f"{stem}_kickform.json", "application/json",
            icon=":material/data_object:", on_click="ignore", key="download_json",
        )  # fmt: skip
