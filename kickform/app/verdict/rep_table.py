"""All reps in a table; a click on a row moves the player to the rep."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from kickform.app.shared.wording import plain
from kickform.app.verdict.shown_verdict import ShownVerdict
from kickform.results.analysis import Analysis
from kickform.results.findings import MetricResult, RepResult
from kickform.results.formatting import cell_words, decimals, has_words, label_with_unit
from kickform.results.wording import missing_words

__all__ = ["rep_frame", "show_rep_table"]

_KEY = "rep_table"
_ROWS_SHOWN = 15


def rep_frame(analysis: Analysis) -> pd.DataFrame:
    """Return one row per rep: number, side if sides differ, score, each measured metric, start."""
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
            title = label_with_unit(metrics[name].label, metrics[name].unit)
            row[title] = _cell(rep, name, metrics[name])
        row["Start (s)"] = rep.start_s
        rows.append(row)
    return pd.DataFrame(rows)


def _cell(rep: RepResult, name: str, metric: MetricResult) -> float | str | None:
    """Return a number, or words where the metric is no number; None where it was not measured."""
    return (cell_words(rep, name, metric) or None) if has_words(metric.unit) else rep.metrics.get(name)


def show_rep_table(showing: ShownVerdict) -> None:
    """Show the table, and why cells are empty."""
    analysis = showing.analysis
    st.subheader("All reps", anchor=False)
    frame = rep_frame(analysis)
    st.dataframe(
        frame,
        hide_index=True,
        key=_KEY,
        on_select=lambda: _go_to_row(showing),
        selection_mode="single-cell",
        column_config=_columns(analysis, frame),
        placeholder="–",
        height="content" if len(frame) <= _ROWS_SHOWN else "auto",
        alt=f"The {len(analysis.reps)} reps with start, score and metrics",
    )
    st.caption(f"Click a row to see that rep{' in the video' if showing.overlay else ''}.")
    reasons = missing_words(analysis)
    if reasons:
        with st.expander("Why some cells are empty", icon=":material/help:"):
            st.markdown("\n".join(f"- {plain(reason)}" for reason in reasons))


def _columns(analysis: Analysis, frame: pd.DataFrame) -> dict[str, Any]:
    """Return the format of each column; the rep number stays in view when the table scrolls."""
    columns: dict[str, Any] = {
        "Rep": st.column_config.NumberColumn(pinned=True, width="small"),
        "Start (s)": st.column_config.NumberColumn(format="%.2f"),
        "Score": st.column_config.ProgressColumn(
            width="small", format="%.0f", min_value=0, max_value=100, color="gray"
        ),
    }
    for name, metric in analysis.summary.metrics.items():
        title = label_with_unit(metric.label, metric.unit)
        if title in frame.columns and frame[title].dtype.kind == "f":
            counted = not any(name in rep.sds for rep in analysis.reps)
            places = 0 if counted else decimals(metric.unit)
            columns[title] = st.column_config.NumberColumn(format=f"%.{places}f")
    return columns


def _go_to_row(showing: ShownVerdict) -> None:
    """Move the player to the rep in the clicked row."""
    selection = st.session_state[_KEY]["selection"]
    rows = [cell[0] for cell in selection.get("cells", [])]
    if rows and rows[0] < len(showing.analysis.reps):
        showing.look_at(showing.analysis.reps[rows[0]].start_s)
