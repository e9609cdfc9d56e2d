"""Corrections on the page *Check a drill*: the editor, and the offer to redraw the video."""

from __future__ import annotations

import streamlit as st

from kickform.app.editing.event_editor import show_editor
from kickform.app.services.state import AppState

__all__ = ["show_correction_panel", "show_redraw_notice"]


def show_redraw_notice(state: AppState) -> None:
    """Say that the video is older than the corrections, and offer to redraw it."""
    if state.outcome is None or not state.outcome.stale:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("This video shows the old timing; the numbers are up to date.", width="stretch")
        drawn = st.button("Redraw the video", icon=":material/movie_edit:", key="redraw")
    if drawn:
        state.redraw()
        st.rerun(scope="app")


def show_correction_panel(state: AppState) -> None:
    """Show the switch for the editor, and the editor if it is on."""
    outcome = state.outcome
    if outcome is None:
        return
    count = len(outcome.analysis.corrections)
    done = f" ({count} so far)" if count else ""
    if st.toggle(f"Correct a touchdown or take-off{done}", key=f"by_hand_{state.round}"):
        with st.container(border=True):
            path = outcome.clip.path
            show_editor(
                outcome.analysis, path, state.corrections, state.apply_corrections, f"editor_{state.round}"
            )
