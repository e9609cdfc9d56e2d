"""Corrections of a stored session with a saved video; the session is saved again with them."""

from __future__ import annotations

import streamlit as st

from kickform.app.editing.event_editor import show_editor
from kickform.app.services.history import forget_cached, history
from kickform.events.corrections import Correction
from kickform.history.records import StoredSession
from kickform.report.key_frames import picture_times
from kickform.results.analysis import Analysis

__all__ = ["show_session_editor"]

_KEY = "session_recalled"


def show_session_editor(session: StoredSession) -> None:
    """Show the switch and the editor if the session has its clip, hash and skeleton."""
    record = session.record
    if record.video is None or record.clip_sha256 is None or session.track is None:
        return
    count = len(session.analysis.corrections)
    done = f" ({count} so far)" if count else ""
    if not st.toggle(f"Correct a touchdown or take-off{done}", key=f"by_hand_session_{record.id}"):
        return
    analysis = _analysis_with_motion(session)
    with st.container(border=True):
        show_editor(
            analysis,
            record.video,
            analysis.corrections,
            lambda corrections: _apply_corrections(session, analysis, corrections),
            f"editor_session_{record.id}",
        )


def _analysis_with_motion(session: StoredSession) -> Analysis:
    """Return the analysis with its motion, cached while the session stays open and unchanged."""
    mark = (session.record.id, session.record.saved_at)
    known = st.session_state.get(_KEY)
    if known is None or known[0] != mark:
        from kickform.history.reanalyze import with_motion  # the pose library takes a second or two to import

        athlete = history().athlete(session.record.athlete_id)
        made = with_motion(session, height_m=athlete.height_m, mass_kg=athlete.mass_kg)
        known = st.session_state[_KEY] = (mark, made)
    analysis: Analysis = known[1]
    return analysis


def _apply_corrections(
    session: StoredSession, analysis: Analysis, corrections: tuple[Correction, ...]
) -> None:
    """Judge the session again with these corrections and save it; pictures of unchanged frames are kept."""
    from kickform.pipeline.analyze import correct

    record = session.record
    now = correct(analysis, corrections)
    before, after = picture_times(session.analysis), picture_times(now)
    kept = {n: still for n, still in session.pictures.items() if n in after and after[n] == before.get(n)}
    history().save_session(
        now,
        athlete=record.athlete_id,
        clip_sha256=record.clip_sha256,
        filmed_at=record.filmed_at,
        filmed_at_source=record.filmed_at_source,
        pictures=kept,
        kind=record.kind,
        live=session.live,
    )
    forget_cached()
