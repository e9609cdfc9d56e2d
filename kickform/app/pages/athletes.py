"""The athletes in *Settings*: add, change, delete."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from kickform.app.services.history import athletes, change, choose_athlete, history, sessions_of
from kickform.app.shared.body_inputs import height_input, mass_input, stature_words
from kickform.app.shared.wording import plain
from kickform.history.records import AthleteRecord

__all__ = ["show_athletes"]


def show_athletes() -> None:
    """Show every athlete with height and mass, and a form to add one."""
    st.header("Athletes", anchor=False)
    known = athletes()
    if not known:
        st.caption("No athletes yet. Add one here, or save your first result.")
    for athlete in known:
        about = stature_words(athlete.height_m, athlete.mass_kg)
        with st.expander(f"{plain(athlete.name)}{', ' if about else ''}{about}", icon=":material/person:"):
            _edit(athlete)
    _add()


def _edit(athlete: AthleteRecord) -> None:
    key = f"athlete_{athlete.id}"
    with st.form(key, border=False, enter_to_submit=False):
        name = st.text_input("Name", athlete.name, max_chars=100, key=f"{key}_name")
        with st.container(horizontal=True):
            height_m = height_input(athlete.height_m, f"{key}_height")
            mass_kg = mass_input(athlete.mass_kg, f"{key}_mass")
        notes = st.text_area("Notes", athlete.notes, max_chars=2000, key=f"{key}_notes")
        if st.form_submit_button("Save", icon=":material/save:", key=f"{key}_save"):
            edited = replace(athlete, name=name, height_m=height_m, mass_kg=mass_kg, notes=notes)
            if change(history().update_athlete, edited) is not None:
                st.session_state["settings_message"] = f"{name.strip()} saved."
                st.rerun()
    if st.button("Delete this athlete", icon=":material/delete:", key=f"{key}_delete", type="tertiary"):
        _confirm_deletion(athlete)


@st.dialog("Delete this athlete?")
def _confirm_deletion(athlete: AthleteRecord) -> None:
    count = len(sessions_of(athlete.id))
    st.markdown(
        f"This deletes **{plain(athlete.name)}** and {count} session{'' if count == 1 else 's'}, "
        "with pictures and saved videos. You cannot undo it."
    )
    with st.container(horizontal=True):
        gone = st.button(
            "Delete for good", type="primary", icon=":material/delete:", key="delete_athlete_for_good",
            on_click=_delete, args=(athlete,),
        )  # fmt: skip
        kept = st.button("Keep", key="keep_athlete")
    if gone or kept:
        st.rerun()


def _delete(athlete: AthleteRecord) -> None:
    change(history().delete_athlete, athlete.id)
    st.session_state["settings_message"] = f"{athlete.name} deleted."


def _add() -> None:
    turn = st.session_state.setdefault("new_athlete_turn", 0)
    key = f"new_athlete_{turn}"
    with st.expander("Add an athlete", icon=":material/person_add:"), st.form(key, border=False):
        name = st.text_input("Name", max_chars=100, key=f"{key}_name")
        with st.container(horizontal=True):
            height_m = height_input(None, f"{key}_height")
            mass_kg = mass_input(None, f"{key}_mass")
        if st.form_submit_button("Add", icon=":material/add:", key=f"{key}_add"):
            added = change(history().add_athlete, name, height_m, mass_kg)
            if added is not None:
                choose_athlete(added.id)
                st.session_state["new_athlete_turn"] = turn + 1
                st.session_state["settings_message"] = f"{added.name} added."
                st.rerun()
