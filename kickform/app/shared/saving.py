"""Saves a result to the history: the athlete, the day, and the video if wanted."""

from __future__ import annotations

from datetime import date, datetime, time

import streamlit as st

from kickform.app.routes import link
from kickform.app.services.history import (
    athletes,
    choose_athlete,
    chosen_athlete,
    forget_cached,
    history,
    preferences,
)
from kickform.app.services.jobs import Outcome
from kickform.app.services.state import AppState, read_fields
from kickform.app.shared.wording import plain
from kickform.errors import KickFormError
from kickform.history.records import AthleteRecord, SessionRecord

__all__ = ["NEW_ATHLETE", "show_save_form"]

NEW_ATHLETE = -1


def show_save_form(state: AppState, outcome: Outcome) -> None:
    """Show the form that saves the result to an athlete's history, or where it was saved."""
    with st.container(border=True):
        if state.saved is not None:
            _saved(state.saved)
        else:
            _form(state, outcome)


def _saved(session: SessionRecord) -> None:
    st.markdown(f":green[:material/check_circle:] **Saved for {plain(session.athlete)}.**")
    with st.container(horizontal=True):
        link("session", "Open the session", icon=":material/assignment:", session=session.id)
        link("trends", "See the trend", icon=":material/trending_down:")


def _form(state: AppState, outcome: Outcome) -> None:
    st.markdown("##### Save it to compare next time")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if _athlete_choice(state) == NEW_ATHLETE:
            st.text_input("Athlete's name", max_chars=100, key="save_name", width=220)
        filmed = outcome.filmed_at.time.astimezone()
        st.date_input(
            "Filmed on", filmed.date(), max_value=max(date.today(), filmed.date()), key="save_day", width=150
        )
        st.button(
            "Save", type="primary", icon=":material/save:", key="save", on_click=_save,
            args=(state, outcome),
        )  # fmt: skip
    st.checkbox(
        "Keep the video too", preferences().keep_videos, key="save_video",
        help="If not, only the numbers, the skeleton and a picture of each rep are kept.",
    )  # fmt: skip
    if problem := st.session_state.pop("save_problem", ""):
        st.error(plain(problem), icon=":material/error:")


def _athlete_choice(state: AppState) -> int:
    """Show a choice of the known athletes or a new one; return the id."""
    known = {athlete.id: athlete.name for athlete in athletes()}
    if not known:
        return NEW_ATHLETE
    chosen = chosen_athlete()
    wanted = state.options.athlete_id or (chosen.id if chosen else NEW_ATHLETE)
    ids = [*known, NEW_ATHLETE]
    return st.selectbox(
        "Save for", ids, index=ids.index(wanted) if wanted in ids else 0, key="save_athlete", width=220,
        format_func=lambda one: known.get(one, "New athlete"),
    )  # fmt: skip


def _save(state: AppState, outcome: Outcome) -> None:
    """Save in one piece and remember the athlete for the next clip; an error is shown in the page.

    The fields are read here, not when the button was drawn: they may have changed with the same click.
    """
    kept, stopped = read_fields("save_athlete", "save_name", "save_day", "save_video")
    who: int = kept.get("save_athlete", NEW_ATHLETE)
    name: str = kept.get("save_name", "")
    day: date = kept["save_day"]
    filmed = outcome.filmed_at.time
    source: str = outcome.filmed_at.source
    if day != filmed.astimezone().date():
        # Noon, local time: only the day is known.
        filmed, source = datetime.combine(day, time(12)).astimezone(), "user"
    try:
        athlete = _athlete(state, who, name)
        state.saved = history().save_session(
            outcome.analysis,
            athlete=athlete,
            clip_sha256=outcome.sha256,
            filmed_at=filmed,
            filmed_at_source=source,
            pictures=outcome.pictures,
            video_path=outcome.clip.path if kept.get("save_video") else None,
            kind="file" if outcome.clip.live is None else "live",
            live=outcome.clip.live,
        )
    except KickFormError as error:
        st.session_state["save_problem"] = str(error)
    else:
        if state.showing is not None:
            state.showing.athlete, state.showing.filmed_at = athlete.name, filmed
        forget_cached()
        choose_athlete(athlete.id)
    if stopped is not None:
        raise stopped


def _athlete(state: AppState, who: int, name: str) -> AthleteRecord:
    """Return the chosen athlete, or a new one with the height and mass from the options."""
    if who == NEW_ATHLETE:
        return history().athlete_named(name, state.options.height_m, state.options.mass_kg)
    return history().athlete(who)
