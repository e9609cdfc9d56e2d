"""The key frame of each rep, for sessions without a saved video."""

from __future__ import annotations

import streamlit as st

from kickform.app.shared.svg import draw
from kickform.app.verdict.pose_compare import overlay_skeletons
from kickform.app.verdict.shown_verdict import ShownVerdict
from kickform.history.compare import posture_at
from kickform.report.key_frames import rep_name
from kickform.results.findings import RepResult

__all__ = ["show_rep_pictures"]

_KEY = "rep_picture"
_WIDTH_PX = 380


def show_rep_pictures(showing: ShownVerdict) -> None:
    """Show the picture of one rep, chosen here or by a click in a chart or the table."""
    st.subheader("See it", anchor=False)
    reps = list(showing.analysis.reps)
    if showing.track is None:
        reps = [rep for rep in reps if rep_name(rep.number) in showing.pictures]
    if not reps:
        st.caption("This session has no saved video and no pictures of its reps.")
        return
    numbers = {rep.number: rep for rep in reps}
    if showing.seek is not None:
        # A click elsewhere is newer than the choice here.
        st.session_state[_KEY] = _at(reps, showing.seek.time_s).number
        showing.seek = None
    chosen = st.pills(
        "Rep", list(numbers), default=reps[0].number, required=True, key=_KEY, format_func=str, wrap=True,
        help="The key frame of each rep. The video was not saved.",
    )  # fmt: skip
    rep = numbers.get(chosen, reps[0])
    still = showing.pictures.get(rep_name(rep.number))
    if still is not None:
        words = f"Rep {rep.number}: key frame with the skeleton"
        st.image(still, width=_WIDTH_PX, alt=words)
    elif showing.track is not None:
        words = f"Rep {rep.number}: skeleton at its key frame"
        draw(overlay_skeletons(posture_at(showing.track, rep, 0.5), None, words), f"figure_{rep.number}")
        st.caption("No picture of this rep was saved, so you see its skeleton.")


def _at(reps: list[RepResult], time_s: float) -> RepResult:
    """Return the rep at that time, or the nearest one."""
    return min(reps, key=lambda rep: max(rep.start_s - time_s, time_s - rep.end_s, 0.0))
