"""The findings: what to fix and what was good, each with its cue and its key frame."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kickform.app.shared.wording import plain
from kickform.app.verdict.shown_verdict import ShownVerdict
from kickform.results.findings import FindingResult
from kickform.results.wording import rep_words

__all__ = ["show_findings", "split_findings"]

_ICONS = {"good": ":green[:material/check_circle:]", "advice": ":orange[:material/lightbulb:]",
          "fault": ":red[:material/error:]"}  # fmt: skip
_ORDER = {"fault": 0, "advice": 1, "good": 2}
_NEXT_TO_VIDEO = {True: 3, False: 2}
_STILL_PX = 132


def split_findings(findings: Sequence[FindingResult]) -> tuple[list[int], list[int]]:
    """Return the indices of the findings to show next to the video, and of those to show below it.

    Faults and advice go next to the video; if there are none, the good findings go there.
    """
    places = sorted(range(len(findings)), key=lambda place: _ORDER[findings[place].severity])
    to_fix = [place for place in places if findings[place].severity != "good"]
    beside = (to_fix or places)[: _NEXT_TO_VIDEO[bool(to_fix)]]
    return beside, [place for place in places if place not in beside]


def show_findings(showing: ShownVerdict, places: Sequence[int], columns: int = 1) -> None:
    """Show the findings with these indices in `columns` columns, what to fix before what was good."""
    findings = showing.analysis.findings
    for title, wanted in (("to fix", False), ("good", True)):
        alike = [place for place, f in enumerate(findings) if (f.severity == "good") == wanted]
        group = [place for place in places if place in alike]
        if not group:
            continue
        more = len(group) < len(alike) and columns > 1
        st.subheader(f"Also {title}" if more else title.capitalize(), anchor=False)
        with st.grid(columns, min_column_width=300) if columns > 1 else st.container():
            for place in group:
                _show(showing, place, findings[place])


def _show(showing: ShownVerdict, place: int, finding: FindingResult) -> None:
    still = showing.stills.get(place)
    with st.container(border=True, horizontal=True, gap="small", height="stretch"):
        with st.container(width="stretch", gap="small"):
            st.markdown(f"{_ICONS[finding.severity]} **{plain(finding.message)}**")
            if finding.cue:
                st.markdown(plain(finding.cue))
            where = rep_words(finding.reps, len(showing.analysis.reps))
            if where:
                st.caption(where.capitalize())
            if finding.time_s is not None and showing.overlay is not None:
                st.button(
                    f"See it at {finding.time_s:.2f} s", icon=":material/play_circle:", type="secondary",
                    key=f"finding_{place}", on_click=showing.look_at, args=(finding.time_s,),
                )  # fmt: skip
        if still is not None:
            st.image(still, width=_STILL_PX, alt=f"Key frame: {finding.message}")
