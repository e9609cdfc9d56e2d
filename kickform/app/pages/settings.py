"""Settings: athletes, units, what is kept and where, everything out and in again, and away with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Literal, cast

import streamlit as st

from kickform.app.pages.athletes import show_athletes
from kickform.app.services.history import change, forget_cached, history, preferences
from kickform.app.shared.wording import plain
from kickform.errors import KickFormError
from kickform.history.records import Preferences
from kickform.settings import load_settings

__all__ = ["settings_page"]

_UNITS = {"metric": "cm and kg", "imperial": "in and lb"}
_SURE = "delete"


def settings_page() -> None:
    """Show all settings."""
    st.title("Settings")
    told = st.session_state.pop("settings_told", "")
    if told:
        st.success(plain(told), icon=":material/check_circle:")
    show_athletes()
    _likes()
    _data()
    _delete_all()


def _likes() -> None:
    liked = preferences()
    st.header("How you like it", anchor=False)
    units = st.segmented_control(
        "Height and body mass in", list(_UNITS), default=liked.units, required=True,
        format_func=_UNITS.__getitem__, key="set_units",
    )  # fmt: skip
    keep = st.toggle("Keep the video with each session", liked.keep_videos, key="set_keep_videos")
    st.caption(
        "The choice when you save follows this. Light or dark: the page follows your system; the menu at the "
        "upper right (⋮, Settings) changes it."
    )
    chosen = cast(Literal["metric", "imperial"], units or liked.units)
    wanted: Preferences = replace(liked, units=chosen, keep_videos=keep)
    if wanted != liked:
        change(history().set_preferences, wanted)
        st.rerun()


def _data() -> None:
    st.header("Your data", anchor=False)
    store = history()
    counts = store.counts()
    words = ", ".join(f"{n} {what if n != 1 else what.removesuffix('s')}" for what, n in counts.items())
    st.markdown(f"The history holds {words}. It lies in this database, kept videos in the folder below it:")
    st.code(f"{store.name}\n{load_settings().data_dir / 'videos'}", language=None)
    st.caption("KICKFORM_DATA_DIR and KICKFORM_DATABASE_URL say where, if it should lie elsewhere.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button(
            "Export everything (JSON)", lambda: "".join(store.export_all()),
            f"kickform_{date.today():%Y-%m-%d}.json", "application/json", icon=":material/download:",
            on_click="ignore", key="export", disabled=not counts["athletes"],
        )  # fmt: skip
    _import()
    st.caption("Kept videos are files of their own, in the folder above, and not part of the export.")


def _import() -> None:
    turn = st.session_state.setdefault("import_turn", 0)
    file = st.file_uploader("Import an export", type=["json"], key=f"import_{turn}", max_upload_size=2048)
    if file is None:
        return
    try:
        got = history().import_all(file.getvalue().decode("utf-8", "replace"), file.name)
    except KickFormError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    forget_cached()
    st.session_state["import_turn"] = turn + 1
    known = f"; {got.known} were there already" if got.known else ""
    st.session_state["settings_told"] = (
        f"Imported {got.sessions} sessions and {got.athletes} athletes{known}."
    )
    st.rerun()


def _delete_all() -> None:
    st.header("Delete everything", anchor=False)
    st.markdown("Every athlete, session, picture and kept video. There is no way back; export first.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input(f"Type “{_SURE}” to be sure", key="delete_all_sure", width=220)
        st.button(
            "Delete everything", icon=":material/delete_forever:", key="delete_all",
            disabled=typed.strip().lower() != _SURE, on_click=_delete,
        )  # fmt: skip


def _delete() -> None:
    change(history().delete_all)
    st.session_state["delete_all_sure"] = ""
    st.session_state["settings_told"] = "Everything is deleted."
