"""Events put right by hand beside a verdict: the editor where it is asked for, and the video drawn anew."""

from __future__ import annotations

import streamlit as st

from kickform.app.editing.event_editor import show_editor
from kickform.app.services.state import AppState

__all__ = ["show_correction_panel", "show_redraw_notice"]


def show_redraw_notice(state: AppState) -> None:
    """Say that the video was drawn before events were put right, and offer to draw it anew."""
    if state.outcome is None or not state.outcome.stale:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Drawn before you put events right; the numbers are up to date.", width="stretch")
        drawn = st.button("Draw it anew", icon=":material/movie_edit:", key="draw_anew")
    if drawn:
        state.redraw()
        st.rerun(scope="app")


def show_correction_panel(state: AppState) -> None:
    """Show the editor of events where it is asked for."""
    outcome = state.outcome
    if outcome is None:
        return
    count = len(outcome.analysis.corrections)
    done = f" ({count} so far)" if count else ""
    if st.toggle(f"Put an event right by hand{done}", key=f"by_hand_{state.round}"):
        with st.container(border=True):
            path = outcome.clip.path
            show_editor(
                outcome.analysis, path, state.corrections, state.apply_corrections, f"editor_{state.round}"
            )
