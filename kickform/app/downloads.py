"""What a person can take away: the overlay video, the reps as CSV, the analysis as JSON."""

from __future__ import annotations

import streamlit as st

from kickform.app.exports import reps_csv
from kickform.app.work import Outcome

__all__ = ["show_downloads"]


def show_downloads(outcome: Outcome) -> None:
    """Show the download buttons; files are read only when asked for."""
    stem = outcome.clip.path.stem
    analysis, overlay = outcome.analysis, outcome.overlay
    st.subheader("Take it with you", anchor=False)
    with st.container(horizontal=True):
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
