"""Every rep in a table; a click on a row sends the player to the rep."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from kickform.app.state import AppState
from kickform.app.wording import SHARE_UNIT, decimals
from kickform.result import Analysis, RepResult

__all__ = ["rep_frame", "show_rep_table"]

_KEY = "rep_table"
_ROWS_SHOWN = 15


def rep_frame(analysis: Analysis) -> pd.DataFrame:
    """Return one row a rep: number, side where sides differ, score, each metric measured, start."""
    metrics = analysis.summary.metrics
    names = dict.fromkeys((*analysis.summary.headline, *metrics))
    shown = [n for n in names if n in metrics and any(n in rep.metrics for rep in analysis.reps)]
    sides = {rep.side for rep in analysis.reps} != {"both"}
    rows = []
    for rep in analysis.reps:
        row: dict[str, Any] = {"Rep": rep.number}
        if sides:
            row["Side"] = rep.side
        row["Score"] = rep.score
        for name in shown:
            unit = metrics[name].unit
            title = metrics[name].label + (f" ({unit})" if unit and unit != SHARE_UNIT else "")
            row[title] = _cell(rep, name, unit)
        row["Start (s)"] = rep.start_s
        rows.append(row)
    return pd.DataFrame(rows)


def _cell(rep: RepResult, name: str, unit: str) -> Any:
    value = rep.metrics.get(name)
    if unit == SHARE_UNIT:
        return None if value is None else "yes" if value >= 0.5 else "no"
    return value


def show_rep_table(state: AppState, analysis: Analysis) -> None:
    """Show the table, and the reasons for what is missing in it."""
    st.subheader("All reps", anchor=False)
    frame = rep_frame(analysis)
    st.dataframe(
        frame,
        hide_index=True,
        key=_KEY,
        on_select=lambda: _go_to_row(state, analysis),
        selection_mode="single-cell",
        column_config=_columns(analysis, frame),
        placeholder="–",
        height="content" if len(frame) <= _ROWS_SHOWN else "auto",
        alt=f"The {len(analysis.reps)} reps with start, score and metrics",
    )
    st.caption("Click a row to see that rep in the video.")
    reasons = dict.fromkeys(
        f"{analysis.summary.metrics[name].label}, rep {rep.number}: {why}"
        for rep in analysis.reps
        for name, why in rep.withheld.items()
        if name in analysis.summary.metrics
    )
    if reasons:
        with st.expander("Why some cells are empty", icon=":material/help:"):
            st.markdown("\n".join(f"- {reason}" for reason in reasons))


def _columns(analysis: Analysis, frame: pd.DataFrame) -> dict[str, Any]:
    """Return how each column is written; the rep number stays in view when the table scrolls."""
    columns: dict[str, Any] = {
        "Rep": st.column_config.NumberColumn(pinned=True, width="small"),
        "Start (s)": st.column_config.NumberColumn(format="%.2f"),
        "Score": st.column_config.ProgressColumn(width="small", format="%.0f", min_value=0, max_value=100),
    }
    for metric in analysis.summary.metrics.values():
        title = metric.label + (f" ({metric.unit})" if metric.unit else "")
        if title in frame.columns and frame[title].dtype.kind == "f":
            columns[title] = st.column_config.NumberColumn(format=f"%.{decimals(metric.unit)}f")
    return columns


def _go_to_row(state: AppState, analysis: Analysis) -> None:
    """Send the player to the rep in whose row a cell was clicked."""
    selection = st.session_state[_KEY]["selection"]
    rows = [cell[0] for cell in selection.get("cells", [])]
    if rows and rows[0] < len(analysis.reps):
        state.look_at(analysis.reps[rows[0]].start_s)
