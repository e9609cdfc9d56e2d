"""The page *Home*: how to start for newcomers; the plan, latest results and trends for others."""

from __future__ import annotations

import streamlit as st

from kickform.app.pages.filming import filming_card
from kickform.app.pages.programme import PLAN_ICONS, plan_of
from kickform.app.pages.trends import trends_for
from kickform.app.routes import go_to, link
from kickform.app.services.history import athlete_picker, sessions_of
from kickform.app.shared.record_wording import day_words, drill_words, headline_of, number_of
from kickform.app.shared.svg import draw, score_dial
from kickform.app.shared.wording import plain
from kickform.app.verdict.findings import show_findings
from kickform.app.verdict.sample_verdict import sample_verdict
from kickform.app.verdict.verdict import show_summary
from kickform.history.records import AthleteRecord, SessionRecord
from kickform.history.trends import Trends, default_metric
from kickform.results.formatting import number_words

__all__ = ["home_page"]

_LAST = 3
_TRENDS = 3
_SPARK_POINTS = 40


def home_page() -> None:
    """Show the welcome to newcomers, and the overview to athletes with sessions."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title("KickForm", width="content")
        athlete = athlete_picker()
    sessions = sessions_of(athlete.id) if athlete else []
    if athlete is None or not sessions:
        _welcome()
    else:
        _returning(athlete, sessions)


def _welcome() -> None:
    st.markdown(
        "Film a plyometric drill with your phone and see your contacts, jumps and reps, and what to work on. "
        "Your video stays on this machine."
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Check your first drill", type="primary", icon=":material/directions_run:", key="first_drill"
        ):
            go_to("check")
        link("film", "Full filming guide", icon=":material/videocam:")
    guide, example = st.columns([2, 3], gap="large")
    with guide:
        filming_card()
    with example:
        _example()


def _example() -> None:
    """Show an example of a result."""
    shown = sample_verdict()
    if shown is None:
        return
    analysis = shown.analysis
    st.markdown(f"##### Example result: {plain(drill_words(analysis.drill, analysis.variant))}")
    show_summary(analysis)
    places = range(len(analysis.findings))
    good = [place for place in places if analysis.findings[place].severity == "good"]
    to_fix = [place for place in places if place not in good]
    show_findings(shown, to_fix[:2] + good[:1])


def _returning(athlete: AthleteRecord, sessions: list[SessionRecord]) -> None:
    plan = plan_of(athlete)
    today, last = st.columns([2, 3], gap="large")
    with today:
        st.subheader("Today", anchor=False)
        with st.container(border=True):
            st.markdown(f"##### {PLAN_ICONS[plan.kind]} {plain(plan.headline)}")
            st.markdown(plain(" ".join(plan.why[:1])))
            link("programme", "Open the programme", icon=":material/event:")
            link("check", "Check a drill", icon=":material/directions_run:")
    with last:
        st.subheader("Latest results", anchor=False)
        for session in reversed(sessions[-_LAST:]):
            _last(session)
        link("sessions", "All sessions", icon=":material/list:")
    _trends(athlete, sessions)


def _last(session: SessionRecord) -> None:
    headline = headline_of(session)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        draw(score_dial(session.score, small=True), f"score_{session.id}", width=64)
        with st.container(width="stretch", gap=None):
            st.markdown(
                f"**{plain(drill_words(session.drill, session.variant))}**, {day_words(session.filmed_at)}"
            )
            if headline is not None:
                st.caption(f"{plain(headline.label)} {plain(number_of(headline))}, {session.reps} reps")
        link("session", "Open", icon=":material/assignment:", session=session.id)


def _trends(athlete: AthleteRecord, sessions: list[SessionRecord]) -> None:
    """Show the main number of the latest drills, each with a small line chart."""
    st.subheader("Trends", anchor=False)
    drills = list(dict.fromkeys(session.drill for session in reversed(sessions)))[:_TRENDS]
    with st.grid(len(drills), min_column_width=280):
        for drill in drills:
            metric = default_metric([session for session in sessions if session.drill == drill])
            if metric is not None:
                with st.container(border=True, height="stretch"):
                    _trend(trends_for(athlete.id, drill, metric))


def _trend(trends: Trends) -> None:
    main = trends.main
    if main is None:
        return
    latest = main.points[-1]
    line = [point.value for point in main.points[-_SPARK_POINTS:]]
    st.markdown(f"**{plain(drill_words(trends.drill))}**: {plain(trends.metric_label)}")
    st.metric(
        f"{trends.metric_label}, latest", number_words(latest.value, trends.unit, count=latest.sd is None),
        chart_data=line if len(line) > 1 else None, label_visibility="collapsed",
    )  # fmt: skip
    st.caption(plain(main.message))
    link("trends", "See the trend", icon=":material/show_chart:", drill=trends.drill)
