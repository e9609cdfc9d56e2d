"""The page *Programme*: today's plan, warnings of overload, a set timer, and the kick workouts."""

from __future__ import annotations

from datetime import date, datetime

import streamlit as st

from kickform.app.live.timer import set_timer
from kickform.app.routes import link
from kickform.app.services.history import (
    Version,
    athlete_picker,
    change,
    data_version,
    days_of,
    history,
    sessions_of,
)
from kickform.app.shared.record_wording import day_words
from kickform.app.shared.wording import plain
from kickform.drills import all_drills
from kickform.history.programme import RECOVERY_S, Plan, plan_for
from kickform.history.records import AthleteRecord, DayKind, DayRecord
from kickform.history.workouts import RACE_CUES, WORKOUTS, Workout

__all__ = ["PLAN_ICONS", "plan_of", "programme_page"]

PLAN_ICONS = {
    "due": ":material/bolt:", "if_hard": ":material/bolt:", "done": ":material/check_circle:",
    "rest": ":material/self_improvement:", "pain": ":material/healing:",
}  # fmt: skip
_KINDS: dict[DayKind, str] = {
    "hard": "Hard workout", "easy": "Easy", "rest": "Rest", "race": "Race", "speed": "Speed"
}  # fmt: skip
_RESTS = (120, 150, 180, 240)


def today() -> date:
    """Return today's local date."""
    return datetime.now().astimezone().date()


def programme_page() -> None:
    """Show the day's plan, the timer and the workouts."""
    st.title("Programme")
    athlete = athlete_picker()
    plan = plan_of(athlete)
    _plan(plan)
    if athlete is not None:
        _today(athlete)
    else:
        st.caption("Save your sessions and the plan adapts to them.")
    _timer(plan)
    _workouts()


def plan_of(athlete: AthleteRecord | None) -> Plan:
    """Return today's plan for the athlete; without an athlete, the plan of a first day."""
    if athlete is None:
        return plan_for((), today())
    return _plan_for(athlete.id, today().isoformat(), data_version())


@st.cache_data(max_entries=16, ttl=300, show_spinner=False)
def _plan_for(athlete_id: int, day: str, version: Version) -> Plan:  # noqa: ARG001
    return plan_for(sessions_of(athlete_id), date.fromisoformat(day), days_of(athlete_id))


def _plan(plan: Plan) -> None:
    with st.container(border=True):
        st.markdown(f"### {PLAN_ICONS[plan.kind]} {plain(plan.headline)}")
        st.markdown("  \n".join(plain(why) for why in plan.why))
        if plan.drills:
            title = "Next time" if plan.kind == "done" else "The sets"
            st.markdown(f"**{title}**, ten reps each, full recovery between sets:")
            with st.grid(3, min_column_width=220):
                for one in plan.drills:
                    with st.container(border=True, height="stretch", gap="xsmall"):
                        count = f"{one.sets} set{'' if one.sets == 1 else 's'}"
                        st.markdown(f"**{plain(one.title)}**: {count}")
                        st.caption(plain(one.why.capitalize()))
        if plan.kind not in ("due", "if_hard"):
            days = f"{plan.days_this_week} plyometric day{'' if plan.days_this_week == 1 else 's'}"
            following = f"Next possible day: {plan.next_day:%A}, {day_words(plan.next_day)}."
            st.caption(f"{days} in the last week. {following}")
    for notice in plan.notices:
        show = {"info": st.info, "caution": st.warning, "stop": st.error}[notice.weight]
        show(plain(notice.message), icon=":material/info:")


def _today(athlete: AthleteRecord) -> None:
    """Ask for the kind of day and for pain; the plan follows the answers."""
    noted = next((day for day in days_of(athlete.id) if day.day == today()), None)
    with st.container(border=True):
        st.markdown("##### Your day")
        kind = st.segmented_control(
            "What kind of day is it?", list(_KINDS), default=noted.kind if noted else None,
            format_func=lambda one: _KINDS[one], key=f"day_kind_{athlete.id}",
        )  # fmt: skip
        pain = st.slider(
            "Pain in feet, shins, tendons or knees (0 = none, 10 = worst)", 0, 10,
            noted.pain or 0 if noted else 0, key=f"day_pain_{athlete.id}",
        )  # fmt: skip
    before = (noted.kind, noted.pain or 0) if noted else (None, 0)
    if (kind, pain) != before:
        note = noted.note if noted else ""
        change(history().set_day, DayRecord(athlete.id, today(), kind, pain, note))
        st.rerun()


def _timer(plan: Plan) -> None:
    st.subheader("Set timer", anchor=False)
    wanted = max((one.sets for one in plan.drills), default=1)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            sets = st.segmented_control(
                "Sets", [1, 2, 3], default=wanted, required=True, key="timer_sets", persist_state="session"
            )
            rest = st.segmented_control(
                "Rest between sets (minutes)", _RESTS, default=RECOVERY_S, required=True, key="timer_rest",
                format_func=lambda s: f"{s // 60}:{s % 60:02d}", persist_state="session",
            )  # fmt: skip
        set_timer(int(sets or 1), int(rest or RECOVERY_S))
    with st.expander("How to do each drill", icon=":material/directions_run:"):
        for drill in all_drills().values():
            st.markdown(f"**{plain(drill.title)}.** {plain(drill.how_to)} *{plain(drill.cue)}*")
        link("film", "How to film them", icon=":material/videocam:")


def _workouts() -> None:
    st.subheader("Kick workouts", anchor=False)
    st.markdown("They turn springy legs into a fast finish. Do at most one a week, on a hard day.")
    for workout in WORKOUTS:
        with st.expander(f"{plain(workout.title)}"):
            _workout(workout)
    with st.expander("In the race", icon=":material/flag:"):
        st.markdown("\n".join(f"- {plain(cue)}" for cue in RACE_CUES))


def _workout(workout: Workout) -> None:
    st.markdown(plain(workout.purpose))
    st.markdown("\n".join(f"{number}. {plain(part)}" for number, part in enumerate(workout.parts, start=1)))
    st.markdown(f"**Recovery:** {plain(workout.recovery)}")
