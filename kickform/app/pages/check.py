"""The page *Check a drill*: from a clip to its result."""

from __future__ import annotations

import streamlit as st

from kickform.app.editing.correction_panel import show_correction_panel, show_redraw_notice
from kickform.app.pages.intake import show_intake
from kickform.app.services.jobs import Outcome
from kickform.app.services.state import AppState, current_state
from kickform.app.shared.progress import show_progress
from kickform.app.shared.saving import show_save_form
from kickform.app.verdict.shown_verdict import ShownVerdict
from kickform.app.verdict.verdict import show_heading, show_verdict

__all__ = ["check_page"]


def check_page() -> None:
    """Show the present step: choose a clip, wait, or read the result."""
    state = current_state()
    state.collect_result()
    if state.job is not None:
        show_progress(state, state.job)
    elif state.outcome is not None and state.showing is not None:
        _show(state, state.outcome, state.showing)
    else:
        show_intake(state)


def _show(state: AppState, outcome: Outcome, showing: ShownVerdict) -> None:
    show_heading(
        showing.analysis,
        lambda: st.button("Check another clip", icon=":material/add:", key="next", on_click=state.clear),
    )
    show_verdict(
        showing,
        under_summary=lambda: show_save_form(state, outcome),
        under_video=lambda: show_redraw_notice(state),
        under_timeline=lambda: show_correction_panel(state),
    )
