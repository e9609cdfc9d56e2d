"""What is due by the coach's rules: never on days running, more sets only as the form holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise

import pytest

from kickform.drills import all_drills
from kickform.history.programme import Plan, form_held, plan_for, sets_due
from kickform.history.records import DayKind, DayRecord, SessionRecord
from kickform.history.workouts import RACE_CUES, SPEED_DAY, WORKOUTS
from tests.histories import session_of

TODAY = date(2026, 3, 12)  # a Thursday


def at(days_ago: int, hour: int = 17) -> datetime:
    return datetime.combine(TODAY - timedelta(days=days_ago), time(hour), UTC)


def trained(*days_ago: int) -> list[SessionRecord]:
    return [session_of(i + 1, at(ago)) for i, ago in enumerate(sorted(days_ago, reverse=True))]


def said(kind: DayKind | None = None, pain: int | None = None, days_ago: int = 0) -> DayRecord:
    return DayRecord(1, TODAY - timedelta(days=days_ago), kind, pain)


def plan(sessions: list[SessionRecord], *days: DayRecord) -> Plan:
    return plan_for(sessions, TODAY, days, zone=UTC)


def codes(planned: Plan) -> set[str]:
    return {notice.code for notice in planned.notices}


def test_a_beginner_is_offered_one_set_of_every_drill() -> None:
    first = plan([])
    assert first.kind == "if_hard"
    assert {d.drill for d in first.drills} == set(all_drills())
    assert {d.sets for d in first.drills} == {1}
    assert "first day" in first.why[0]
    assert first.recovery_s >= 120
    assert first.notices == ()


def test_a_hard_day_is_the_day() -> None:
    hard = plan(trained(3), said("hard"))
    assert hard.kind == "due"
    assert "after the workout" in hard.headline
    assert hard.days_this_week == 1


@pytest.mark.parametrize("kind", ["easy", "rest", "race", "speed"])
def test_other_days_are_not(kind: DayKind) -> None:
    other = plan(trained(3), said(kind))
    assert other.kind == "rest"
    assert other.drills == ()


def test_never_on_two_days_running() -> None:
    after = plan(trained(1), said("hard"))
    assert after.kind == "rest"
    assert "yesterday" in after.why[0]
    assert after.next_day == TODAY + timedelta(days=1)
    assert "tomorrow" in after.why[1]


def test_three_a_week_are_plenty() -> None:
    full = plan(trained(2, 4, 6), said("hard"))
    assert full.kind == "rest"
    assert full.days_this_week == 3
    assert full.next_day == TODAY + timedelta(days=1)
    fuller = plan(trained(2, 3, 4), said("hard"))
    assert fuller.next_day == TODAY + timedelta(days=3)
    assert plan(trained(2, 4, 7), said("hard")).kind == "due"


def test_done_is_done_and_the_next_day_is_not_tomorrow() -> None:
    done = plan(trained(0))
    assert done.kind == "done"
    assert done.next_day == TODAY + timedelta(days=2)
    assert {d.sets for d in done.drills} == {1}


def test_every_planned_day_keeps_the_rules() -> None:
    """Someone who follows the plan for a year never trains on two days running nor four times a week."""
    sessions: list[SessionRecord] = []
    day, followed = TODAY, []
    for _ in range(365):
        if plan_for(sessions, day, zone=UTC).kind == "if_hard":
            followed.append(day)
            when = datetime.combine(day, time(18), UTC)
            sessions = [*sessions, session_of(len(sessions) + 1, when)][-20:]
        day += timedelta(days=1)
    gaps = [(b - a).days for a, b in pairwise(followed)]
    assert min(gaps) >= 2
    assert max(gaps) <= 3
    for start in followed:
        assert sum(0 <= (d - start).days < 7 for d in followed) <= 3


@pytest.mark.parametrize(
    ("days", "sets"),
    [
        ([], 1),
        ([True], 1),
        ([True] * 3, 2),
        ([True] * 8, 2),
        ([True] * 9, 3),
        ([True] * 30, 3),
        ([True, True, False, True, True], 1),
        ([True] * 3 + [False], 1),
        ([True] * 9 + [False], 2),
        ([False] * 5, 1),
    ],
)
def test_sets_grow_as_form_holds(days: list[bool], sets: int) -> None:
    history = [(TODAY - timedelta(days=3 * (len(days) - i)), good) for i, good in enumerate(days)]
    assert sets_due(history, TODAY)[0] == sets


def test_a_break_restarts_with_one_set() -> None:
    history = [(TODAY - timedelta(days=3 * i), True) for i in range(12, 0, -1)]
    assert sets_due(history, TODAY)[0] == 3
    late = TODAY + timedelta(days=20)
    assert sets_due(history, late) == (1, "after a break: start again with one set")
    assert sets_due([*history, (late, True)], late + timedelta(days=3))[0] == 1


def test_form_holds_with_a_fair_score_that_did_not_fade() -> None:
    session = session_of(1, at(3))
    assert form_held(session)
    assert form_held(replace(session, score=None))
    assert not form_held(replace(session, score=55.0))
    assert not form_held(replace(session, findings=("fading",)))


def test_the_drill_not_done_longest_comes_first() -> None:
    drills = list(all_drills())
    sessions = [session_of(i, at(3 * (i + 1)), drill=drill) for i, drill in enumerate(drills[:-1])]
    order = [d.drill for d in plan(sessions).drills]
    assert order[0] == drills[-1]
    assert order[-1] == drills[0]


def test_pain_stops_and_names_a_professional() -> None:
    hurt = plan(trained(3), said("hard", pain=5))
    assert hurt.kind == "pain"
    assert "physiotherapist" in " ".join(hurt.why)
    assert hurt.drills == ()
    assert plan(trained(3), said("hard"), said(pain=6, days_ago=1)).kind == "pain"
    assert plan(trained(3), said("hard", pain=0), said(pain=6, days_ago=1)).kind == "due"


def test_a_little_pain_means_one_set() -> None:
    sessions = trained(*range(3, 40, 3))
    assert max(d.sets for d in plan(sessions, said("hard")).drills) == 3
    sore = plan(sessions, said("hard", pain=2))
    assert sore.kind == "due"
    assert {d.sets for d in sore.drills} == {1}
    assert "pain" in codes(sore)


def test_pain_that_stays_is_for_a_professional() -> None:
    lasting = plan(trained(3), *(said(pain=1, days_ago=ago) for ago in (0, 2, 4)))
    (notice,) = [n for n in lasting.notices if n.code == "pain"]
    assert notice.weight == "stop"
    assert "physiotherapist" in notice.message


def test_too_much_is_said_without_scolding() -> None:
    much = plan(trained(0, 1, 3, 5))
    assert {"many_days", "days_running"} <= codes(much)
    on_rest = plan(trained(2), said("rest", days_ago=2))
    assert "recovery_day" in codes(on_rest)
    five = [session_of(i, at(0, 10 + i)) for i in range(5)]
    assert "many_sets" in codes(plan(five))
    words = " ".join(n.message for p in (much, on_rest, plan(five)) for n in p.notices).lower()
    assert not any(hard in words for hard in ("must", "wrong", "bad", "never", "should not"))


def test_a_speed_day_is_recalled_until_there_is_one() -> None:
    assert "speed_day" in codes(plan(trained(3)))
    assert "speed_day" not in codes(plan(trained(3), said("speed", days_ago=2)))


def test_a_session_belongs_to_the_day_of_its_place() -> None:
    late = [session_of(1, datetime(2026, 3, 12, 3, 0, tzinfo=UTC))]
    assert plan_for(late, TODAY, zone=UTC).kind == "done"
    assert plan_for(late, TODAY, zone=timezone(timedelta(hours=-8))).kind == "rest"


def test_what_is_planned_later_and_unknown_drills_do_no_harm() -> None:
    sessions = [*trained(3), session_of(9, at(-5)), session_of(10, at(4), drill="gone")]
    assert plan(sessions).days_this_week == 2


def test_the_library_has_parts_and_recovery() -> None:
    assert SPEED_DAY in WORKOUTS
    assert len({w.id for w in WORKOUTS}) == len(WORKOUTS) == 5
    for workout in WORKOUTS:
        assert workout.parts
        assert workout.recovery
        assert workout.purpose
    assert len(RACE_CUES) == 3
