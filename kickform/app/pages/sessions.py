"""The page *Sessions*: all sessions of an athlete, newest first; a click opens one."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from kickform.app.routes import go_to, link
from kickform.app.services.history import athlete_picker, sessions_of
from kickform.app.shared.record_wording import drill_words, headline_of, number_of
from kickform.app.shared.wording import plain
from kickform.history.records import AthleteRecord, SessionRecord
from kickform.results.formatting import label_with_unit

__all__ = ["sessions_page"]

_ROWS_SHOWN, _ROW_PX = 18, 35


def sessions_page() -> None:
    """Show the athlete's sessions in a table, with a filter if there are several drills."""
    st.title("Sessions")
    athlete = athlete_picker()
    known = list(reversed(sessions_of(athlete.id))) if athlete else []
    if athlete is None or not known:
        _empty(athlete)
        return
    drills = list(dict.fromkeys(record.drill for record in known))
    if len(drills) > 1:
        wanted = st.pills(
            "Drill", drills, selection_mode="multi", format_func=drill_words, key="sessions_drill",
            label_visibility="collapsed",
        )  # fmt: skip
        known = [record for record in known if not wanted or record.drill in wanted]
    count = f"{len(known)} session{'' if len(known) == 1 else 's'}"
    st.caption(f"{count} of {plain(athlete.name)}, newest first. Click a row to open it.")
    _table(known)


def _empty(athlete: AthleteRecord | None) -> None:
    who = f" of {plain(athlete.name)}" if athlete else ""
    st.info(
        f"No session{who} saved yet. Check a drill and save the result: it then appears here.",
        icon=":material/info:",
    )
    link("check", "Check a drill", icon=":material/directions_run:")


def _table(records: Sequence[SessionRecord]) -> None:
    several = len({record.drill for record in records}) > 1
    frame = pd.DataFrame([_row(record, several) for record in records])
    chosen = st.dataframe(
        frame,
        hide_index=True,
        key="sessions_table",
        on_select="rerun",
        selection_mode="single-cell",
        height="content" if len(frame) <= _ROWS_SHOWN else _ROW_PX * (_ROWS_SHOWN + 1) + 2,
        row_height=_ROW_PX,
        column_config={
            "Filmed": st.column_config.DatetimeColumn(format="D MMM YYYY", pinned=True),
            "Score": st.column_config.ProgressColumn(
                format="%.0f", min_value=0, max_value=100, width="small", color="gray"
            ),
            "fps": st.column_config.NumberColumn(format="%.0f", width="small"),
            "Reps": st.column_config.NumberColumn(width="small"),
        },
        placeholder="–",
        alt="Sessions with day, drill, score and main number",
    )
    # Cells, not rows: rows would need a tick first.
    cells = chosen["selection"].get("cells", [])
    if cells and cells[0][0] < len(records):
        go_to("session", session=records[cells[0][0]].id)


def _row(record: SessionRecord, several: bool) -> dict[str, object]:
    headline = headline_of(record)
    row: dict[str, object] = {"Filmed": record.filmed_at.astimezone().replace(tzinfo=None)}
    row["Drill"] = drill_words(record.drill, record.variant)
    row["Score"] = record.score
    if several:
        row["Main number"] = f"{headline.label}: {number_of(headline)}" if headline else "–"
    elif headline is not None:
        row[label_with_unit(headline.label, headline.unit)] = number_of(headline)
    row["Reps"] = record.reps
    row["fps"] = record.fps
    row["Clip"] = record.clip_name
    row["Note"] = record.note
    return row
