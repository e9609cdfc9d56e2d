"""The history for the pages: opened once per server, read through bounded caches, with one athlete chosen."""

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
"""Identifies a state of the history; part of every cache key."""

_ATHLETE = "athlete_choice"
_TURNS = {"turn": 0}
_TURN_LOCK = threading.Lock()


@st.cache_resource(max_entries=4, show_spinner=False, on_release=Store.close)
def _open(url: str | None, folder: str) -> Store:  # noqa: ARG001  the folder is part of the key
    return open_store(url)


def history() -> Store:
    """Return the store; if it cannot be opened, show why and end the page."""
    settings = load_settings()
    try:
        return _open(settings.database_url, str(settings.data_dir))
    except StoreError as error:
        _refuse(error)


def _refuse(error: KickFormError) -> NoReturn:
    st.error(plain(str(error)), icon=":material/database_off:", title="Your history cannot be opened")
    st.stop()


def _read(what: Callable[..., _T], *args: Any) -> _T:
    """Call the store and return its answer; if it fails, show why and end the page."""
    try:
        return what(*args)
    except StoreError as error:
        _refuse(error)


def change(what: Callable[..., _T], *args: Any, **named: Any) -> _T | None:
    """Call a store method that writes, and clear the caches; if it fails, show why and return None.

    All pages read through `athletes`, `sessions_of` and `stored_session`, so they see the change at once.
    """
    try:
        return what(*args, **named)
    except KickFormError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None
    finally:
        forget_cached()


def forget_cached() -> None:
    """Make every page read the history again after a write."""
    with _TURN_LOCK:
        _TURNS["turn"] += 1


def data_version() -> Version:
    """Return a key for the present state of the history.

    It changes at once with every write of this server, and when another program adds or deletes something.
    Edits by another program show up when the caches expire.
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
    """Return the athlete's sessions, oldest first. The list is shared: do not change it."""
    return _sessions(athlete_id, data_version())


@st.cache_resource(max_entries=8, ttl=20, show_spinner=False)
def _sessions(athlete_id: int, key: Version) -> list[SessionRecord]:  # noqa: ARG001
    return _read(history().sessions, athlete_id)


def days_of(athlete_id: int) -> list[DayRecord]:
    """Return the athlete's notes on days, oldest first."""
    return _days(athlete_id, data_version())


@st.cache_data(max_entries=16, ttl=20, show_spinner=False)
def _days(athlete_id: int, key: Version) -> list[DayRecord]:  # noqa: ARG001
    return _read(history().days, athlete_id)


def stored_session(session_id: int) -> StoredSession | None:
    """Return the session with everything stored, or None if there is no such session."""
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
    """Return the athlete chosen in this session, or the last time; None if there are no athletes."""
    known = {athlete.id: athlete for athlete in athletes()}
    wanted: int | None = st.session_state.get(_ATHLETE)
    if wanted not in known:
        wanted = preferences().athlete_id
    first = next(iter(known.values()), None)
    return first if wanted is None else known.get(wanted, first)


def choose_athlete(athlete_id: int) -> None:
    """Choose this athlete for all pages, now and next time."""
    st.session_state[_ATHLETE] = athlete_id
    current = preferences()
    if current.athlete_id != athlete_id:
        change(history().set_preferences, replace(current, athlete_id=athlete_id))


def athlete_picker() -> AthleteRecord | None:
    """Show a choice of athlete if there are several; return the chosen one."""
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
