"""The history as the pages see it: opened once a server, read through bounded caches, one athlete chosen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn, TypeVar

import streamlit as st

from kickform.app.shared.wording import plain
from kickform.errors import KickFormError, StoreError
from kickform.history.records import AthleteRecord, DayRecord, Preferences, SessionRecord, StoredSession
from kickform.history.store import Store, open_store
from kickform.settings import load_settings

__all__ = [
    "Version",
    "athlete_picker",
    "athletes",
    "change",
    "choose_athlete",
    "chosen_athlete",
    "data_version",
    "days_of",
    "forget_cached",
    "history",
    "preferences",
    "sessions_of",
    "stored_session",
]

_T = TypeVar("_T")
Version = tuple[str | int, ...]
"""A state of the history; part of every cache's key."""

_ATHLETE = "athlete_choice"
_TURNS = {"turn": 0}
_TURN_LOCK = threading.Lock()


@st.cache_resource(max_entries=4, show_spinner=False, on_release=Store.close)
def _open(url: str | None, folder: str) -> Store:  # noqa: ARG001  the folder is part of the key
    return open_store(url)


def history() -> Store:
    """Return the store; where it cannot be used, the page says why and ends."""
    settings = load_settings()
    try:
        return _open(settings.database_url, str(settings.data_dir))
    except StoreError as error:
        _refuse(error)


def _refuse(error: KickFormError) -> NoReturn:
    st.error(plain(str(error)), icon=":material/database_off:", title="The history cannot be used")
    st.stop()


def _read(what: Callable[..., _T], *args: Any) -> _T:
    """Return what the store answers; where it cannot, the page says why and ends."""
    try:
        return what(*args)
    except StoreError as error:
        _refuse(error)


def change(what: Callable[..., _T], *args: Any, **named: Any) -> _T | None:
    """Let the store change something, and forget what was read before; None where it was refused, told.

    Every page reads through `athletes`, `sessions_of` and `stored_session`, so it sees the change at once.
    """
    try:
        return what(*args, **named)
    except KickFormError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None
    finally:
        forget_cached()


def forget_cached() -> None:
    """Let every page read anew: something else has written to the history."""
    with _TURN_LOCK:
        _TURNS["turn"] += 1


def data_version() -> Version:
    """Return what tells one state of the history from another.

    What this server changes counts at once, and so does what another program adds or deletes; what another
    program edits is seen within the caches' short lives.
    """
    store = history()
    return store.name, _TURNS["turn"], *_read(store.counts).values()


def athletes() -> list[AthleteRecord]:
    """Return all athletes by name."""
    return _athletes(data_version())


@st.cache_data(max_entries=4, ttl=20, show_spinner=False)
def _athletes(key: Version) -> list[AthleteRecord]:  # noqa: ARG001
    return _read(history().athletes)


def sessions_of(athlete_id: int) -> list[SessionRecord]:
    """Return the athlete's sessions, the oldest first. They are shared: do not change them."""
    return _sessions(athlete_id, data_version())


@st.cache_resource(max_entries=8, ttl=20, show_spinner=False)
def _sessions(athlete_id: int, key: Version) -> list[SessionRecord]:  # noqa: ARG001
    return _read(history().sessions, athlete_id)


def days_of(athlete_id: int) -> list[DayRecord]:
    """Return what the athlete said of their days, the oldest first."""
    return _days(athlete_id, data_version())


@st.cache_data(max_entries=16, ttl=20, show_spinner=False)
def _days(athlete_id: int, key: Version) -> list[DayRecord]:  # noqa: ARG001
    return _read(history().days, athlete_id)


def stored_session(session_id: int) -> StoredSession | None:
    """Return the session with all that was kept, or None where there is no such session."""
    return _stored(session_id, data_version())


@st.cache_resource(max_entries=6, ttl=60, show_spinner=False)
def _stored(session_id: int, key: Version) -> StoredSession | None:  # noqa: ARG001
    try:
        return history().session(session_id)
    except StoreError as error:
        _refuse(error)
    except KickFormError:
        return None


def preferences() -> Preferences:
    """Return the user's settings."""
    store = history()
    return _read(lambda: store.preferences)


def chosen_athlete() -> AthleteRecord | None:
    """Return the athlete that the pages are about: chosen here, else last time; None where there is none."""
    known = {athlete.id: athlete for athlete in athletes()}
    wanted: int | None = st.session_state.get(_ATHLETE)
    if wanted not in known:
        wanted = preferences().athlete_id
    first = next(iter(known.values()), None)
    return first if wanted is None else known.get(wanted, first)


def choose_athlete(athlete_id: int) -> None:
    """Make the pages be about this athlete, here and the next time."""
    st.session_state[_ATHLETE] = athlete_id
    liked = preferences()
    if liked.athlete_id != athlete_id:
        change(history().set_preferences, replace(liked, athlete_id=athlete_id))


def athlete_picker() -> AthleteRecord | None:
    """Show a choice of the athlete where there are several; return the one the page is about."""
    chosen, known = chosen_athlete(), athletes()
    if chosen is None or len(known) == 1:
        return chosen
    names = {athlete.id: athlete.name for athlete in known}
    picked = st.selectbox(
        "Athlete", list(names), index=list(names).index(chosen.id), format_func=names.__getitem__,
        key=f"athlete_picker_{chosen.id}", width=260,
    )  # fmt: skip
    if picked != chosen.id:
        choose_athlete(picked)
        st.rerun()
    return chosen
