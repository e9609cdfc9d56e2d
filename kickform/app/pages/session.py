"""One session from the history, shown like the result of *Check a drill*."""

from __future__ import annotations

from typing import Any

import streamlit as st

from kickform.app.editing.session_editor import show_session_editor
from kickform.app.routes import address_number, link
from kickform.app.services.history import change, history, stored_session
from kickform.app.services.state import current_state
from kickform.app.shared.record_wording import day_words
from kickform.app.shared.wording import plain
from kickform.app.verdict.shown_verdict import ShownVerdict
from kickform.app.verdict.verdict import show_heading, show_verdict
from kickform.errors import KickFormError
from kickform.history.records import StoredSession

__all__ = ["session_page"]

_KEY = "session_shown"


def session_page() -> None:
    """Show the session in the address."""
    session = stored_session(address_number("session") or 0)
    if session is None:
        st.title("Session")
        st.session_state.pop(_KEY, None)
        st.info("This session is not in your history. It may have been deleted.", icon=":material/info:")
        link("sessions", "All sessions", icon=":material/list:")
        return
    showing = _showing(session)
    record = session.record
    show_heading(session.analysis)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(record.athlete)}**, {day_words(record.filmed_at)}")
        link("sessions", "All sessions", icon=":material/list:")
        link("trends", "Trend", icon=":material/trending_down:", drill=record.drill)
        link("compare", "Compare", icon=":material/compare:", session=record.id)
        if st.button("Delete", icon=":material/delete:", key="delete_session", type="tertiary"):
            _confirm_deletion(record.id)
    if session.live is not None:
        live = session.live
        st.caption(
            f"Recorded on the Live page at {live.frame_rate_hz:.0f} fps, {live.frames_dropped} frames "
            f"dropped. {live.reps_counted} reps counted live."
        )
    _video(session, showing)
    show_verdict(
        showing,
        under_summary=lambda: _note(session),
        under_timeline=lambda: show_session_editor(session),
    )


def _showing(session: StoredSession) -> ShownVerdict:
    """Return the shown result; the same object as long as the session stays open."""
    record = session.record
    mark = (record.id, record.saved_at)
    if st.session_state.get(_KEY, (None, None))[0] != mark:
        stem = record.clip_name.rpartition(".")[0] or record.clip_name
        made = ShownVerdict(
            session.analysis, session.pictures, None, stem, record.athlete, record.filmed_at.astimezone(),
            session.track,
        )  # fmt: skip
        st.session_state[_KEY] = (mark, made)
    kept: tuple[Any, ShownVerdict] = st.session_state[_KEY]
    return kept[1]


def _note(session: StoredSession) -> None:
    record = session.record
    note = st.text_input(
        "Your note", record.note, max_chars=500, key=f"note_{record.id}",
        placeholder="How it felt, shoes, ground",
    )  # fmt: skip
    if note != record.note:
        change(history().set_note, record.id, note)


def _video(session: StoredSession, showing: ShownVerdict) -> None:
    """Offer the saved video with the skeleton; drawing takes about as long as the clip."""
    if session.record.video is None or session.track is None or showing.overlay is not None:
        return
    if not st.button("Watch the video", icon=":material/play_circle:", key="watch"):
        return
    from kickform.history.reanalyze import with_motion  # the pose library takes a second or two to import
    from kickform.report.overlay.video import render_overlay

    bar = st.progress(0.0, "Drawing the result onto the video")

    def show(_stage: str, share: float) -> None:
        bar.progress(share, "Drawing the result onto the video")

    target = current_state().workspace.empty_folder("watched") / f"{session.record.id}.mp4"
    try:
        drawn = with_motion(session)
        render_overlay(session.record.video, drawn, target, progress=show)
    except KickFormError as error:
        bar.empty()
        st.error(plain(str(error)), icon=":material/videocam_off:")
        return
    showing.overlay, showing.frame_times = target, tuple(float(t) for t in session.track.time_s)
    st.rerun()


@st.dialog("Delete this session?")
def _confirm_deletion(session_id: int) -> None:
    st.markdown("This deletes its numbers, its pictures and its video if saved. You cannot undo it.")
    with st.container(horizontal=True):
        gone = st.button(
            "Delete it", type="primary", icon=":material/delete:", key="delete_for_good",
            on_click=change, args=(history().delete_session, session_id),
        )  # fmt: skip
        kept = st.button("Keep it", key="keep_it")
    if gone or kept:
        st.rerun()
