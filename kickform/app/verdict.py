"""The verdict: score, numbers, video, findings, charts, reps, downloads. Nothing in here knows a drill."""

from __future__ import annotations

import streamlit as st

from kickform.app.charts import rep_chart, timeline
from kickform.app.downloads import show_downloads
from kickform.app.drawings import draw, score_dial
from kickform.app.editor import show_editor
from kickform.app.findings import arrange, show_findings
from kickform.app.player import player
from kickform.app.rep_table import show_rep_table
from kickform.app.state import AppState
from kickform.app.wording import plain
from kickform.app.work import Outcome
from kickform.drills import all_drills
from kickform.overlay import drill_title
from kickform.result import Analysis, MetricResult
from kickform.units import reps_with, sentence
from kickform.words import (
    INTERVAL_NOTE,
    first_to_fix,
    good_words,
    interval_words,
    rep_metric_names,
    score_word,
    source_words,
    timeline_words,
    value_words,
    view_words,
)

__all__ = ["show_verdict"]


def show_verdict(state: AppState, outcome: Outcome) -> None:
    """Show everything there is to say about one clip."""
    analysis = outcome.analysis
    _heading(state, analysis)
    _summary(analysis)
    _numbers(analysis)
    _details(state)
    show_downloads(outcome)


def _heading(state: AppState, analysis: Analysis) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title(drill_title(analysis), width="content")
        st.button("Check another clip", icon=":material/add:", key="next", on_click=state.clear)
    video = analysis.video
    speed = "" if video.slow_motion_factor == 1 else f", {video.slow_motion_factor:g}× slow motion"
    how = "found out from the movement" if analysis.drill_source == "auto" else "as you said"
    st.caption(
        f"{plain(video.name)} · {video.duration_s:.1f} s at {video.mean_fps:.0f} frames a second{speed} · "
        f"{view_words(analysis)} · drill {how}"
    )


def _summary(analysis: Analysis) -> None:
    """Show the score, and the one thing to think of next time."""
    score = analysis.summary.score
    with (
        st.container(border=True),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        draw(score_dial(score), "score", width=100)
        with st.container(width="stretch"):
            reps = len(analysis.reps)
            count = f"{reps} rep{'' if reps == 1 else 's'}"
            st.markdown(
                f"### {score_word(score)}, {count}" if score is not None else f"### {count}, no score"
            )
            first = first_to_fix(analysis)
            if first is not None:
                st.markdown(f"**Next time:** {plain(first.cue)}  \n{plain(first.message)}")
            else:
                drill = all_drills().get(analysis.drill)
                st.markdown("Nothing to fix. " + (f"Keep thinking: {plain(drill.cue)}" if drill else ""))
    for notice in analysis.warnings:
        st.warning(plain(sentence(notice.message)), icon=":material/warning:")


def _numbers(analysis: Analysis) -> None:
    """Show the headline metrics with their intervals; the others, and what is missing, on demand."""
    metrics = analysis.summary.metrics
    headline = [name for name in analysis.summary.headline if name in metrics]
    rest = [name for name in metrics if name not in headline]
    _tiles(analysis, headline)
    st.caption(INTERVAL_NOTE)
    if rest:
        with st.expander("All numbers", icon=":material/straighten:"):
            _tiles(analysis, rest)


def _tiles(analysis: Analysis, names: list[str]) -> None:
    metrics = analysis.summary.metrics
    with st.grid(4, min_column_width=160):
        for name in names:
            with st.container(border=True, height="stretch", gap="xsmall"):
                _tile(metrics[name], reps_with(analysis, name))


def _tile(metric: MetricResult, reps: int) -> None:
    """Show one metric: its mean over so many reps, 95 % interval and good range; or why it is missing.

    The label is a text of its own, because a metric's label does not wrap on a phone.
    """
    st.markdown(plain(metric.label))
    interval = interval_words(metric)
    st.metric(
        metric.label, value_words(metric), delta=interval or None, delta_color="off", delta_arrow="off",
        label_visibility="collapsed",
    )  # fmt: skip
    if metric.value is None:
        st.caption(f"Not measured: {plain(metric.reason)}")
        return
    notes = [source_words(metric, reps), good_words(metric)]
    if not interval:
        notes.append(metric.reason)
    st.caption(plain(", ".join(note for note in notes if note)))


@st.fragment
def _details(state: AppState) -> None:
    """Show video, findings, charts and reps; a click on any of them sends the player to its time."""
    outcome = state.outcome
    if outcome is None:
        return
    analysis = outcome.analysis
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("Watch it", anchor=False)
        player(analysis, outcome.overlay, state.seek)
        if outcome.stale:
            _stale(state)
    with right:
        beside, below = arrange(analysis.findings)
        show_findings(state, outcome, beside)
    if below:
        show_findings(state, outcome, below, columns=3)
    _charts(state, analysis)
    show_rep_table(state, analysis)


def _stale(state: AppState) -> None:
    """Say that the video was drawn before events were put right, and offer to draw it anew."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Drawn before you put events right; the numbers are up to date.", width="stretch")
        drawn = st.button("Draw it anew", icon=":material/movie_edit:", key="draw_anew")
    if drawn:
        state.draw_anew()
        st.rerun(scope="app")


def _by_hand(state: AppState, outcome: Outcome) -> None:
    """Show the editor of events where it is asked for."""
    count = len(outcome.analysis.corrections)
    done = f" ({count} so far)" if count else ""
    if st.toggle(f"Put an event right by hand{done}", key=f"by_hand_{state.round}"):
        with st.container(border=True):
            path = outcome.clip.path
            show_editor(outcome.analysis, path, state.corrections, state.put_right, f"editor_{state.round}")


def _charts(state: AppState, analysis: Analysis) -> None:
    names = rep_metric_names(analysis)
    metrics, dark = analysis.summary.metrics, st.context.theme.type == "dark"
    st.subheader("On the ground, in the air", anchor=False)
    st.altair_chart(
        timeline(analysis, dark),
        key="timeline",
        on_select=lambda: _go_to_piece(state),
        selection_mode="piece",
        alt=timeline_words(analysis),
    )
    if state.outcome is not None:
        _by_hand(state, state.outcome)
    if not names:
        return
    st.subheader("Rep by rep", anchor=False)
    chosen = names[0]
    if len(names) > 1:
        chosen = st.pills(
            "Number to show", names, default=names[0], format_func=lambda name: metrics[name].label,
            label_visibility="collapsed", required=True, key="rep_metric",
        )  # fmt: skip
    good = good_words(metrics[chosen])
    key = f"reps_{chosen}"
    st.altair_chart(
        rep_chart(analysis, chosen, dark),
        key=key,
        on_select=lambda: _go_to_rep(state, analysis, key),
        selection_mode="rep",
        alt=f"{metrics[chosen].label} of each rep{', ' + good if good else ''}",
    )
    st.caption("Click a bar to see that rep in the video." + (f" Shaded: {good}." if good else ""))


def _go_to_piece(state: AppState) -> None:
    """Send the player to the contact or flight that was clicked."""
    for piece in st.session_state["timeline"]["selection"].get("piece", []):
        state.look_at(float(piece["start"]))


def _go_to_rep(state: AppState, analysis: Analysis, key: str) -> None:
    """Send the player to the rep whose bar was clicked."""
    starts = {rep.number: rep.start_s for rep in analysis.reps}
    for bar in st.session_state[key]["selection"].get("rep", []):
        if int(bar["rep"]) in starts:
            state.look_at(starts[int(bar["rep"])])
