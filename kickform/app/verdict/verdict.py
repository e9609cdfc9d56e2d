"""The result: score, numbers, video, findings, charts, reps, downloads. Independent of the drill."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from kickform.app.shared.svg import draw, score_dial
from kickform.app.shared.wording import plain
from kickform.app.verdict.charts import rep_chart, timeline
from kickform.app.verdict.downloads import show_downloads
from kickform.app.verdict.findings import show_findings, split_findings
from kickform.app.verdict.player import player
from kickform.app.verdict.rep_pictures import show_rep_pictures
from kickform.app.verdict.rep_table import show_rep_table
from kickform.app.verdict.shown_verdict import ShownVerdict
from kickform.drills import all_drills
from kickform.report.overlay.video import drill_title
from kickform.results.analysis import Analysis
from kickform.results.findings import MetricResult
from kickform.results.formatting import is_share, number_words, reps_with, sentence
from kickform.results.wording import (
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

__all__ = ["show_heading", "show_summary", "show_verdict"]


def _nothing() -> None:
    """Show nothing."""


def show_heading(analysis: Analysis, beside: Callable[[], object] = _nothing) -> None:
    """Show the drill, the page's own element next to it, and the facts of the clip."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title(drill_title(analysis), width="content")
        beside()
    video = analysis.video
    speed = "" if video.slow_motion_factor == 1 else f", {video.slow_motion_factor:g}× slow motion"
    how = "detected automatically" if analysis.drill_source == "auto" else "chosen by you"
    st.caption(
        f"{plain(video.name)} · {video.duration_s:.1f} s at {video.mean_fps:.0f} fps{speed} · "
        f"{view_words(analysis)} · drill {how}"
    )


def show_verdict(
    showing: ShownVerdict,
    *,
    under_summary: Callable[[], None] = _nothing,
    under_video: Callable[[], None] = _nothing,
    under_timeline: Callable[[], None] = _nothing,
) -> None:
    """Show the whole result of one clip; a page can insert its own parts."""
    show_summary(showing.analysis)
    under_summary()
    _numbers(showing.analysis)
    _details(showing, under_video, under_timeline)
    show_downloads(showing)


def show_summary(analysis: Analysis) -> None:
    """Show the score and the one cue for next time."""
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
                st.markdown("Nothing to fix." + (f" Keep this cue: {plain(drill.cue)}" if drill else ""))
    for notice in analysis.warnings:
        st.warning(plain(sentence(notice.message)), icon=":material/warning:")


def _numbers(analysis: Analysis) -> None:
    """Show the headline metrics with their intervals; the others in an expander."""
    metrics = analysis.summary.metrics
    headline = [name for name in analysis.summary.headline if name in metrics]
    rest = [name for name in metrics if name not in headline]
    _tiles(analysis, headline)
    st.caption(INTERVAL_NOTE)
    if rest:
        with st.expander("All numbers", icon=":material/straighten:"):
            _tiles(analysis, rest)


def _tiles(analysis: Analysis, names: list[str]) -> None:
    with st.grid(4, min_column_width=160):
        for name in names:
            with st.container(border=True, height="stretch", gap="xsmall"):
                _tile(analysis, name)


def _tile(analysis: Analysis, name: str) -> None:
    """Show one metric: mean, 95 % interval, reps and good range; or why it is missing.

    The label is a separate text, because the label of `st.metric` does not wrap on a phone.
    """
    metric = analysis.summary.metrics[name]
    st.markdown(plain(metric.label))
    interval = interval_words(metric)
    st.metric(
        metric.label, value_words(metric), delta=interval or None, delta_color="off", delta_arrow="off",
        label_visibility="collapsed",
    )  # fmt: skip
    if metric.value is None:
        st.caption(f"Not measured: {plain(metric.reason)}")
        return
    st.caption(plain(" ".join(sentence(note) for note in _notes(analysis, name) if note)))


def _notes(analysis: Analysis, name: str) -> list[str]:
    """Return what stands under a metric's value: the reps behind it, the good range and its limits."""
    metric = analysis.summary.metrics[name]
    if is_share(metric.unit) and metric.value is not None and metric.n:
        count = f"{round(metric.value * metric.n)} of {metric.n} {metric.unit.removeprefix('of ')}"
        return [count, _aim(metric)]
    notes = [source_words(metric, reps_with(analysis, name)), good_words(metric)]
    if metric.coarse:
        fps = analysis.video.mean_fps * analysis.video.slow_motion_factor
        notes.append(f"at {fps:.0f} fps, trust the set average, not single reps")
    if metric.sd is None:
        notes.append(metric.reason)
    return notes


def _aim(metric: MetricResult) -> str:
    """Return the good range of a share as an aim: ``aim: all``, ``aim: 80 % or more``."""
    low = metric.good[0] if metric.good else None
    if low is None:
        return good_words(metric)
    return "aim: all" if low == 1 else f"aim: {number_words(low, metric.unit)} or more"


@st.fragment
def _details(
    showing: ShownVerdict, under_video: Callable[[], None], under_timeline: Callable[[], None]
) -> None:
    """Show video, findings, charts and reps; a click on any of them moves the player there."""
    analysis = showing.analysis
    left, right = st.columns([3, 2] if showing.overlay else 2, gap="large")
    with left:
        if showing.overlay is not None:
            st.subheader("Watch it", anchor=False)
            player(analysis, showing.overlay, showing.seek, showing.frame_times)
        else:
            show_rep_pictures(showing)
        under_video()
    with right:
        beside, below = split_findings(analysis.findings)
        show_findings(showing, beside)
    if below:
        show_findings(showing, below, columns=3)
    _timeline(showing)
    under_timeline()
    _rep_charts(showing)
    show_rep_table(showing)


def _timeline(showing: ShownVerdict) -> None:
    analysis = showing.analysis
    st.subheader("On the ground and in the air", anchor=False)
    st.altair_chart(
        timeline(analysis, st.context.theme.type == "dark"),
        key="timeline",
        on_select=lambda: _go_to_piece(showing),
        selection_mode="piece",
        alt=timeline_words(analysis),
    )


def _rep_charts(showing: ShownVerdict) -> None:
    analysis = showing.analysis
    names = rep_metric_names(analysis)
    metrics, dark = analysis.summary.metrics, st.context.theme.type == "dark"
    where = " in the video" if showing.overlay else ""
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
        on_select=lambda: _go_to_rep(showing, key),
        selection_mode="rep",
        alt=f"{metrics[chosen].label} of each rep{', ' + good if good else ''}",
    )
    st.caption(
        f"Click a bar to see that rep{where}."
        + (f" Shaded: the good range, {good.removeprefix('good: ')}." if good else "")
    )


def _go_to_piece(showing: ShownVerdict) -> None:
    """Move the player to the clicked contact or flight."""
    for piece in st.session_state["timeline"]["selection"].get("piece", []):
        showing.look_at(float(piece["start"]))


def _go_to_rep(showing: ShownVerdict, key: str) -> None:
    """Move the player to the rep of the clicked bar."""
    starts = {rep.number: rep.start_s for rep in showing.analysis.reps}
    for bar in st.session_state[key]["selection"].get("rep", []):
        if int(bar["rep"]) in starts:
            showing.look_at(starts[int(bar["rep"])])
