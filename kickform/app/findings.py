"""What was good and what to fix, each with its cue and the frame that shows it."""

from __future__ import annotations

import streamlit as st

from kickform.app.state import AppState
from kickform.app.wording import plain, rep_words
from kickform.app.work import Outcome
from kickform.result import FindingResult

__all__ = ["show_findings"]

_ICONS = {"good": ":green[:material/check_circle:]", "advice": ":orange[:material/lightbulb:]",
          "fault": ":red[:material/error:]"}  # fmt: skip
_STILL_PX = 132


def show_findings(state: AppState, outcome: Outcome) -> None:
    """Show the findings, what to fix before what was good."""
    findings = list(enumerate(outcome.analysis.findings))
    to_fix = [(place, f) for place, f in findings if f.severity != "good"]
    to_fix.sort(key=lambda pair: pair[1].severity != "fault")
    good = [(place, f) for place, f in findings if f.severity == "good"]
    for title, group in (("To fix", to_fix), ("Good", good)):
        if group:
            st.subheader(title, anchor=False)
        for place, finding in group:
            _show(state, outcome, place, finding)


def _show(state: AppState, outcome: Outcome, place: int, finding: FindingResult) -> None:
    still = outcome.evidence.get(place)
    with st.container(border=True, horizontal=True, gap="small"):
        with st.container(width="stretch", gap="small"):
            st.markdown(f"{_ICONS[finding.severity]} **{plain(finding.message)}**")
            if finding.cue:
                st.markdown(plain(finding.cue))
            where = rep_words(finding.reps, len(outcome.analysis.reps))
            if where:
                st.caption(where.capitalize())
            if finding.time_s is not None:
                st.button(
                    f"See it at {finding.time_s:.2f} s", icon=":material/play_circle:", type="secondary",
                    key=f"finding_{place}", on_click=state.look_at, args=(finding.time_s,),
                )  # fmt: skip
        if still is not None:
            st.image(still, width=_STILL_PX, alt=f"The frame that shows it: {finding.message}")
