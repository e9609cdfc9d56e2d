"""The page *Trends*: one metric of one drill over time, with a statement on whether it really changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import streamlit as st

from kickform.app.routes import go_to, link
from kickform.app.services.history import Version, athlete_picker, data_version, sessions_of
from kickform.app.shared.record_wording import day_words, drill_words
from kickform.app.shared.trend_charts import asymmetry_chart, series_frame, trend_chart
from kickform.app.shared.wording import plain
from kickform.app.verdict.csv_exports import trends_csv
from kickform.history.records import AthleteRecord, SessionRecord
from kickform.history.trends import Series, Trends, default_metric, metrics_in, trends_of
from kickform.results.formatting import number_words

__all__ = ["trends_for", "trends_page"]

_PERIODS = {"all": (None, "All"), "year": (365, "A year"), "quarter": (91, "Three months")}
_ICONS = {"within_noise": ":material/trending_flat:", "too_few": ":material/hourglass_empty:"}


def trends_page() -> None:
    """Show how a number changed over the sessions."""
    st.title("Trends")
    athlete = athlete_picker()
    sessions = sessions_of(athlete.id) if athlete else []
    if athlete is None or not sessions:
        _empty(athlete)
        return
    drill, metric, days = _choices(sessions)
    if metric is None:
        st.info("These sessions have no number to plot.", icon=":material/info:")
        return
    trends = trends_for(athlete.id, drill, metric, days)
    _verdict(trends)
    _chart(trends)
    if trends.asymmetry:
        _asymmetry(trends)
    _table(trends, athlete)


def _empty(athlete: AthleteRecord | None) -> None:
    who = f" of {plain(athlete.name)}" if athlete else ""
    st.info(
        f"No session{who} saved yet. Save three sessions of one drill, filmed the same way, to see a trend.",
        icon=":material/info:",
    )
    link("check", "Check a drill", icon=":material/directions_run:")


def _choices(sessions: list[SessionRecord]) -> tuple[str, str | None, int | None]:
    """Show the choice of drill, number and period; return the choices."""
    by_drill: dict[str, list[SessionRecord]] = {}
    for session in sessions:
        by_drill.setdefault(session.drill, []).append(session)
    drills = sorted(by_drill, key=lambda one: -len(by_drill[one]))
    asked = st.query_params.get("drill", "")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        drill = st.selectbox(
            "Drill", drills, index=drills.index(asked) if asked in drills else 0, width=240,
            format_func=lambda one: f"{drill_words(one)} ({len(by_drill[one])})", key="trend_drill",
        )  # fmt: skip
        known = metrics_in(by_drill[drill])
        names = list(known)
        first = default_metric(by_drill[drill])
        metric = st.selectbox(
            "Number", names, index=names.index(first) if first in names else 0, width=240,
            format_func=lambda name: known[name].label or name, key=f"trend_metric_{drill}",
        )  # fmt: skip
        period = st.segmented_control(
            "Period", list(_PERIODS), default="all", required=True, key="trend_period",
            format_func=lambda one: _PERIODS[one][1],
        )  # fmt: skip
    return drill, metric, _PERIODS[period or "all"][0]


def trends_for(athlete_id: int, drill: str, metric: str, days: int | None = None) -> Trends:
    """Return the trend of one number of an athlete's drill; cached until the history changes."""
    since = None if days is None else datetime.now(UTC).date() - timedelta(days=days)
    return _trends(athlete_id, drill, metric, since.isoformat() if since else None, data_version())


@st.cache_resource(max_entries=48, ttl=300, show_spinner=False)
def _trends(
    athlete_id: int,
    drill: str,
    metric: str,
    since: str | None,
    version: Version,  # noqa: ARG001
) -> Trends:
    chosen = [session for session in sessions_of(athlete_id) if session.drill == drill]
    start = None if since is None else datetime.fromisoformat(since).replace(tzinfo=UTC)
    return trends_of(chosen, metric, start)


def _verdict(trends: Trends) -> None:
    """Show the statement on the trend, and the numbers behind it."""
    main = trends.main
    with st.container(border=True):
        way = "down" if main and (main.change or 0) < 0 else "up"
        icon = _ICONS.get(main.verdict if main else "too_few", f":material/trending_{way}:")
        st.markdown(f"### {icon} {plain(trends.message)}")
        if main is not None:
            _numbers(trends, main)


def _numbers(trends: Trends, main: Series) -> None:
    latest = main.points[-1]
    count = latest.sd is None

    def words(value: float) -> str:
        return number_words(value, trends.unit, count=count)

    with st.grid(4, min_column_width=150):
        st.metric("Latest", words(latest.value), help=f"Filmed on {day_words(latest.time)}.")
        if main.best is not None:
            st.metric("Personal best", words(main.best.value), help=f"Filmed on {day_words(main.best.time)}.")
        if main.mdc90 is not None:
            st.metric(
                "Smallest real change", words(main.mdc90),
                help="Two sessions must differ by more than this to be a real change (90 % sure). It comes "
                "from how much your own sessions vary.",
            )  # fmt: skip
        if main.line is not None:
            slope = main.line.slope
            sign = "−" if slope < 0 else "+"
            st.metric(
                "Per week", f"{sign}{number_words(abs(slope), trends.unit, count=True)}",
                help="Slope of the trend line (Theil-Sen). 90 % interval: "
                f"{main.line.slope_low:+.2g} to {main.line.slope_high:+.2g}.",
            )  # fmt: skip


def _chart(trends: Trends) -> None:
    dark = st.context.theme.type == "dark"
    if not trends.series:
        st.info("No session in this period has this number. Choose a longer period.", icon=":material/info:")
        return
    key = f"trend_{trends.drill}_{trends.metric}"
    chosen = st.altair_chart(
        trend_chart(trends, dark), key=key, on_select="rerun", selection_mode="point",
        alt=f"{trends.metric_label} over time. {trends.message}",
    )  # fmt: skip
    line = any(series.line is not None for series in trends.series)
    what = " Line and band: the trend and its 90 % interval." if line else ""
    st.caption(f"Each point is a session with its 95 % interval.{what} Click a point to open the session.")
    points = chosen["selection"].get("point", [])
    if points:
        go_to("session", session=int(points[0]["session"]))


def _asymmetry(trends: Trends) -> None:
    st.subheader("Left against right", anchor=False)
    last = trends.asymmetry[-1]
    how = "a clear difference" if last.clear else "not a clear difference"
    st.markdown(
        f"Latest session: the {last.larger} side is {last.value_pct:.0f} % higher, {how}. It is clear above "
        "10 % and above twice its own uncertainty."
    )
    st.altair_chart(
        asymmetry_chart(trends.asymmetry, st.context.theme.type == "dark"),
        alt=f"Left-right difference over {len(trends.asymmetry)} sessions",
        key="asymmetry",
    )


def _table(trends: Trends, athlete: AthleteRecord) -> None:
    """Show the same data as a table, and a button to download it."""
    with st.expander("All sessions as a table", icon=":material/table:"):
        frame = series_frame(trends).sort_values("time", ascending=False)
        names = {
            "time": "Filmed",
            "words": trends.metric_label,
            "reps": "Reps",
            "series": "Filmed the same way",
        }
        shown = frame[list(names)].rename(columns=names)
        st.dataframe(
            shown, hide_index=True, alt="The sessions of the chart",
            column_config={"Filmed": st.column_config.DatetimeColumn(format="D MMM YYYY")},
        )  # fmt: skip
    st.download_button(
        "Trend (CSV)", lambda: trends_csv(trends), f"{athlete.name}_{trends.drill}_{trends.metric}.csv",
        "text/csv", icon=":material/table:", on_click="ignore", key="download_trend",
    )  # fmt: skip
