"""The page *Check a drill*: from a clip to a verdict."""

from __future__ import annotations

from kickform.app.busy import show_busy
from kickform.app.intake import show_intake
from kickform.app.state import current_state
from kickform.app.verdict import show_verdict

__all__ = ["check_page"]


def check_page() -> None:
    """Show where this session is: choosing a clip, waiting for the verdict, or reading it."""
    state = current_state()
    state.settle()
    if state.job is not None:
        show_busy(state, state.job)
    elif state.outcome is not None:
        show_verdict(state, state.outcome)
    else:
        show_intake(state)
