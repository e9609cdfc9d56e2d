"""The training programme: what is due today, how many sets, what is too much, and why.

The rules are the coach's: plyometrics two or three times a week, on the day of a hard workout and after it;
never on a recovery day or on two days in a row; from one set of each drill up to two or three, only while the
form holds; full rest between sets; one separate speed day. The programme advises; it forbids nothing.

The functions are pure: they take the sessions, the athlete's notes on their days, and the day to plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from itertools import pairwise
from typing import Literal

from kickform.drills import Drill, all_drills
from kickform.history.records import DayRecord, SessionRecord

__all__ = ["RECOVERY_S", "DrillPlan", "Plan", "PlanKind", "PlanNotice", "form_held", "plan_for", "sets_due"]

PlanKind = Literal["due", "if_hard", "done", "rest", "pain"]

RECOVERY_S = 180
"""Rest between two sets, seconds: full rest (coaching convention: two to three minutes)."""

MOST_A_WEEK, FEWEST_A_WEEK = 3, 2
_MOST_SETS = 3
_HELD_FOR_TWO, _HELD_FOR_THREE = 3, 6
_LONG_BREAK_DAYS = 14
_GOOD_FORM_SCORE = 60.0
_PAIN_STOPS, _PAIN_LOOK_BACK_DAYS = 4, 7
_ASK_DOCTOR = (
    "See a doctor or physiotherapist if the pain is sharp, comes with swelling, is still there the next "
    "morning or lasts more than a week."
)


@dataclass(frozen=True, slots=True)
class PlanNotice:
    """One thing to know, with its importance."""

    code: str
    weight: Literal["info", "caution", "stop"]
    message: str


@dataclass(frozen=True, slots=True)
class DrillPlan:
    """How many sets of a drill, and why."""

    drill: str
    title: str
    sets: int
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is due on one day.

    Attributes:
        day: the day.
        kind: "due"; "if_hard" (due if today has a hard workout); "done"; "rest"; "pain".
        headline: the kind in a sentence.
        why: the reasons, most important first.
        drills: the sets of each drill (today's, or next time's if today is done), the drill not trained for
            longest first; empty on a rest day.
        notices: what is too much or needs care.
        next_day: the next day suitable for plyometrics.
        days_this_week: plyometric days among the last seven, today included.
        recovery_s: rest between sets, seconds.
    """

    day: date
    kind: PlanKind
    headline: str
    why: tuple[str, ...]
    drills: tuple[DrillPlan, ...]
    notices: tuple[PlanNotice, ...]
    next_day: date
    days_this_week: int
    recovery_s: int = RECOVERY_S


def plan_for(
    sessions: Iterable[SessionRecord],
    today: date,
    days: Sequence[DayRecord] = (),
    *,
    drills: Mapping[str, Drill] | None = None,
    zone: tzinfo | None = None,
) -> Plan:
    """Return what the programme advises for `today`.

    Args:
        sessions: of one athlete, in any order; later ones are ignored.
        today: the day to plan.
        days: the athlete's notes on their days (hard, easy, race, pain).
        drills: the drills to plan; default: all that are installed.
        zone: time zone that decides a session's day; None uses the computer's.
    """
    by_day = _by_day(sessions, today, zone)
    day_notes = {day.day: day for day in days if day.day <= today}
    trained = sorted(by_day)
    kind, headline, why = _verdict(trained, today, day_notes)
    chosen = all_drills() if drills is None else drills
    wanted = kind in ("due", "if_hard", "done")
    return Plan(
        day=today,
        kind=kind,
        headline=headline,
        why=why,
        drills=_drill_plans(by_day, chosen, today, _recent_pain(today, day_notes) > 0) if wanted else (),
        notices=tuple(_notices(by_day, trained, today, day_notes)),
        next_day=_next_day(trained, today),
        days_this_week=_in_week(trained, today),
    )


def form_held(session: SessionRecord) -> bool:
    """Return whether the form held in a set: it did not fade, and the score, if any, is 60 or more."""
    good = session.score is None or session.score >= _GOOD_FORM_SCORE
    return good and "fading" not in session.findings


def sets_due(days: Sequence[tuple[date, bool]], today: date) -> tuple[int, str]:
    """Return how many sets of one drill are due, and why.

    Start with one set; two after three days in a row on which the form held, three after six more. A day on
    which the form slipped takes one set off; a break of two weeks starts again with one.

    Args:
        days: the earlier days on which the drill was done, in order, and whether the form held.
        today: the day to plan.
    """
    sets, held = 1, 0
    why = "new drill: start with one good set"
    for number, (day, good) in enumerate(days):
        if number and (day - days[number - 1][0]).days > _LONG_BREAK_DAYS:
            sets, held = 1, 0
        held = held + 1 if good else 0
        if not good:
            why = (
                "your form slipped last time: do fewer, better sets"
                if sets > 1
                else "form first: stay at one set"
            )
            sets = max(1, sets - 1)
        elif sets < _MOST_SETS and held >= (_HELD_FOR_TWO if sets == 1 else _HELD_FOR_THREE):
            sets, held = sets + 1, 0
            why = f"your form has held: {sets} sets" + (" if you like; two are enough for most" * (sets == 3))
        else:
            why = "same as last time"
    if days and (today - days[-1][0]).days > _LONG_BREAK_DAYS:
        return 1, "after a break: start again with one set"
    return sets, why


def _by_day(
    sessions: Iterable[SessionRecord], today: date, zone: tzinfo | None
) -> dict[date, list[SessionRecord]]:
    found: dict[date, list[SessionRecord]] = {}
    for session in sorted(sessions, key=lambda each: each.filmed_at):
        day = session.filmed_at.astimezone(zone).date()
        if day <= today:
            found.setdefault(day, []).append(session)
    return found


def _verdict(
    trained: Sequence[date], today: date, day_notes: Mapping[date, DayRecord]
) -> tuple[PlanKind, str, tuple[str, ...]]:
    """Return the kind of day, its headline and the reasons; the first rule that applies decides."""
    now = day_notes.get(today)
    pain = _recent_pain(today, day_notes)
    if pain >= _PAIN_STOPS:
        return "pain", "No jumping today.", (f"You noted pain {pain} out of 10.", _ASK_DOCTOR)
    if today in trained:
        return "done", "Done for today.", ("Good form beats more sets.",)
    later = f"Next time: {_weekday(_next_day(trained, today), today)}."
    if today - timedelta(days=1) in trained:
        return "rest", "No plyometrics today.", ("You jumped yesterday; give your tendons a day off.", later)
    if _in_week(trained, today) >= MOST_A_WEEK:
        return (
            "rest",
            "No plyometrics today.",
            ("Three days in the last seven already; that is plenty.", later),
        )
    kind = now.kind if now else None
    if kind in ("easy", "rest"):
        why = "A recovery day is for recovering. Do your plyometrics after a hard workout."
        return "rest", "No plyometrics today.", (why,)
    if kind == "race":
        return "rest", "No plyometrics today.", ("Your race is enough for today.",)
    if kind == "speed":
        why = "A speed day needs fresh legs: sprint first, and do the drills on another day."
        return "rest", "Speed today, no plyometrics.", (why,)
    if kind == "hard":
        return "due", "Plyometrics today, after the workout.", (_how_many(trained, today),)
    why = "Do them after a hard workout, so that easy days stay easy."
    return "if_hard", "Plyometrics today, if it is a hard day.", (_how_many(trained, today), why)


def _how_many(trained: Sequence[date], today: date) -> str:
    done = _in_week(trained, today)
    if not trained:
        return "Your first day: one set of each drill, with full rest between sets."
    if done == 0:
        return "None in the last seven days; aim for two or three."
    return f"{'One day' if done == 1 else 'Two days'} in the last seven; aim for two or three."


def _drill_plans(
    by_day: Mapping[date, Sequence[SessionRecord]], drills: Mapping[str, Drill], today: date, sore: bool
) -> tuple[DrillPlan, ...]:
    """Return the sets of each drill: today's, or next time's if today is done."""
    plans = []
    for drill in drills.values():
        history = [
            (day, all(form_held(s) for s in sessions if s.drill == drill.id))
            for day, sessions in by_day.items()
            if any(s.drill == drill.id for s in sessions)
        ]
        sets, why = (1, "a little pain: one set") if sore else sets_due(history, today)
        last = history[-1][0] if history else date.min
        plans.append((last, DrillPlan(drill.id, drill.title, sets, why)))
    return tuple(plan for _, plan in sorted(plans, key=lambda pair: pair[0]))


def _notices(
    by_day: Mapping[date, Sequence[SessionRecord]],
    trained: Sequence[date],
    today: date,
    day_notes: Mapping[date, DayRecord],
) -> Iterable[PlanNotice]:
    yield from _pain_notices(today, day_notes)
    if _in_week(trained, today) > MOST_A_WEEK:
        text = f"{_in_week(trained, today)} plyometric days in the last seven; two or three do as much."
        yield PlanNotice("many_days", "caution", text)
    week = [day for day in trained if (today - day).days < 7]
    if any(later - day == timedelta(days=1) for day, later in pairwise(week)):
        text = "Two days in a row this week; a day off between lets tendons recover."
        yield PlanNotice("days_running", "caution", text)
    for day in week:
        kind = day_notes[day].kind if day in day_notes else None
        if kind in ("easy", "rest"):
            text = f"Plyometrics on {day:%A}, a recovery day; next time do them after a hard workout."
            yield PlanNotice("recovery_day", "caution", text)
    for drill, count in _counts(by_day.get(today, ())).items():
        if count > _MOST_SETS:
            title = all_drills()[drill].title if drill in all_drills() else drill
            text = f"{count} sets of {title.lower()} today; two are enough for most, three for anyone."
            yield PlanNotice("many_sets", "caution", text)
    speed = [day for day, record in day_notes.items() if record.kind == "speed" and (today - day).days < 7]
    if trained and not speed:
        text = "No speed day in the last seven. Once a week, fresh: 20-100 m sprints or 25 m hill blasts."
        yield PlanNotice("speed_day", "info", text)


def _recent_pain(today: date, day_notes: Mapping[date, DayRecord]) -> int:
    """Return the last pain noted today or on the two days before; 0 if none."""
    for back in range(3):
        record = day_notes.get(today - timedelta(days=back))
        if record is not None and record.pain is not None:
            return record.pain
    return 0


def _pain_notices(today: date, day_notes: Mapping[date, DayRecord]) -> Iterable[PlanNotice]:
    recent = [r for day, r in day_notes.items() if (today - day).days < _PAIN_LOOK_BACK_DAYS and r.pain]
    if any((record.pain or 0) >= _PAIN_STOPS for record in recent) or len(recent) >= 3:
        yield PlanNotice("pain", "stop", f"You noted pain in the last few days. {_ASK_DOCTOR}")
    elif recent:
        text = (
            "You noted a little pain: do one set, and stop if it gets worse. If it lasts, see a professional."
        )
        yield PlanNotice("pain", "caution", text)


def _counts(sessions: Sequence[SessionRecord]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for session in sessions:
        counts[session.drill] = counts.get(session.drill, 0) + 1
    return counts


def _in_week(trained: Sequence[date], today: date) -> int:
    return sum(0 <= (today - day).days < 7 for day in trained)


def _next_day(trained: Sequence[date], today: date) -> date:
    """Return the next day with no plyometrics the day before and fewer than three in its week."""
    day = today + timedelta(days=1)
    while day - timedelta(days=1) in trained or _in_week(trained, day) >= MOST_A_WEEK:
        day += timedelta(days=1)
    return day


def _weekday(day: date, today: date) -> str:
    return "tomorrow" if day - today == timedelta(days=1) else f"{day:%A}"
