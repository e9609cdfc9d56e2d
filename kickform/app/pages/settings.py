"""The page *Settings*: athletes, units, what is saved and where, export, import, deletion."""

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
    message = st.session_state.pop("settings_message", "")
    if message:
        st.success(plain(message), icon=":material/check_circle:")
    show_athletes()
    _preferences()
    _data()
    _delete_all()


def _preferences() -> None:
    current = preferences()
    st.header("Preferences", anchor=False)
    units = st.segmented_control(
        "Height and body mass in", list(_UNITS), default=current.units, required=True,
        format_func=_UNITS.__getitem__, key="set_units",
    )  # fmt: skip
    keep = st.toggle("Keep the video with each session", current.keep_videos, key="set_keep_videos")
    st.caption(
        "Sets the default when you save. Light or dark follows your system; change it in the menu at the top "
        "right (⋮, Settings)."
    )
    chosen = cast(Literal["metric", "imperial"], units or current.units)
    wanted: Preferences = replace(current, units=chosen, keep_videos=keep)
    if wanted != current:
        change(history().set_preferences, wanted)
        st.rerun()


def _data() -> None:
    st.header("Your data", anchor=False)
    store = history()
    counts = store.counts()
    words = ", ".join(f"{n} {what if n != 1 else what.removesuffix('s')}" for what, n in counts.items())
    st.markdown(f"Your history has {words}. It is stored here; videos are in this folder:")
    st.code(f"{store.name}\n{load_settings().data_dir / 'videos'}", language=None)
    st.caption(
        "To store them elsewhere, set KICKFORM_DATA_DIR or KICKFORM_DATABASE_URL before you start KickForm."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button(
            "Export everything (JSON)", lambda: "".join(store.export_all()),
            f"kickform_{date.today():%Y-%m-%d}.json", "application/json", icon=":material/download:",
            on_click="ignore", key="export", disabled=not counts["athletes"],
        )  # fmt: skip
    _import()
    st.caption("The export does not include videos. Copy the folder above to keep them.")


def _import() -> None:
    turn = st.session_state.setdefault("import_turn", 0)
    file = st.file_uploader(
        "Import an exported file", type=["json"], key=f"import_{turn}", max_upload_size=2048
    )
    if file is None:
        return
    try:
        got = history().import_all(file.getvalue().decode("utf-8", "replace"), file.name)
    except KickFormError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    forget_cached()
    st.session_state["import_turn"] = turn + 1
    known = f"; {got.known} were already here" if got.known else ""
    st.session_state["settings_message"] = (
        f"Imported {got.sessions} sessions and {got.athletes} athletes{known}."
    )
    st.rerun()


def _delete_all() -> None:
    st.header("Delete everything", anchor=False)
    st.markdown(
        "Deletes every athlete, session, picture and saved video. You cannot undo it, so export first."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input(f"Type “{_SURE}” to confirm", key="delete_all_sure", width=220)
        st.button(
            "Delete everything", icon=":material/delete_forever:", key="delete_all",
            disabled=typed.strip().lower() != _SURE, on_click=_delete,
        )  # fmt: skip


def _delete() -> None:
    change(history().delete_all)
    st.session_state["delete_all_sure"] = ""
    st.session_state["settings_message"] = "Everything deleted."
