"""A real change is told from noise, like is compared with like, and the words say what was found."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from bench.training import Shape
from kickform.drills import all_drills
from kickform.history.records import MetricRecord, SessionRecord
from kickform.history.statistics import change_between, line_through, typical_error
from kickform.history.trends import Trends, default_metric, metrics_in, trends_of
from tests.histories import START, moved, series_of, session_of, training_year

CONTACT = "contact_time_ms"


def of(sessions: list[SessionRecord]) -> Trends:
    return trends_of(sessions, CONTACT)


# the year of the issue: 15 ms in one drill, nothing in the other


def verdict_by_number(sessions: list[SessionRecord]) -> tuple[float, float]:
    """Change and its noise, as the trend judges it, without the line (for many seeds)."""
    weeks = np.array([(s.filmed_at - sessions[0].filmed_at).total_seconds() / 604_800 for s in sessions])
    values = np.array([s.metrics[0].value for s in sessions], dtype=float)
    error = typical_error(values, np.full(values.size, 2.5))
    change = change_between(weeks, values, error)
    return change.value, change.noise


@pytest.mark.parametrize(("shape", "least"), [("line", 58), ("curve", 58), ("step", 50)])
@pytest.mark.parametrize("noise_ms", [3.0, 5.0])
def test_fifteen_milliseconds_in_a_year_are_found(shape: Shape, noise_ms: float, least: int) -> None:
    found = 0
    for seed in range(60):
        change, noise = verdict_by_number(training_year(seed, 15.0, noise_ms, shape=shape))
        found += change < -noise
    assert found >= least


@pytest.mark.parametrize(("memory", "most"), [(0.0, 2), (0.3, 6)])
def test_a_year_without_a_change_is_called_one_hardly_ever(memory: float, most: int) -> None:
    cried = 0
    for seed in range(200):
        change, noise = verdict_by_number(training_year(seed, 0.0, 4.0, memory))
        cried += abs(change) > noise
    assert cried <= most


def test_looking_every_week_cries_change_rarely() -> None:
    looks = cried = 0
    for seed in range(40):
        year = training_year(seed, 0.0)
        for count in range(3, len(year), 6):
            change, noise = verdict_by_number(year[:count])
            looks, cried = looks + 1, cried + (abs(change) > noise)
    assert cried / looks <= 0.015


def test_the_year_in_words() -> None:
    better = of(training_year(3, 15.0))
    assert better.main is not None
    assert better.main.verdict == "real_change"
    assert "ms shorter than in January 2026: a real improvement; you normally vary by ±" in better.message
    assert better.main.line is not None
    assert better.main.line.slope_low < -15 / 52 < better.main.line.slope_high
    same = of([replace(s, drill="ladder") for s in training_year(4, 0.0)])
    assert same.main is not None
    assert same.main.verdict == "within_noise"
    assert "no real change; you normally vary by ±" in same.message


# the noise


def test_the_typical_error_is_the_sd_of_differences_over_root_two() -> None:
    values = [200.0, 206.0, 199.0, 203.0, 197.0]
    expected = float(np.std(np.diff(values), ddof=1)) / math.sqrt(2)
    main = of(series_of(values, sd=0.5)).main
    assert main is not None
    assert main.typical_error == pytest.approx(expected)
    assert main.mdc90 == pytest.approx(2.33 * expected)


def test_a_trend_is_not_taken_for_noise() -> None:
    rng = np.random.default_rng(5)
    noise = rng.normal(0, 4, 60)
    flat = typical_error(200 + noise, np.full(60, 2.0))
    steep = typical_error(200 + noise - 2.0 * np.arange(60), np.full(60, 2.0))
    assert steep == pytest.approx(flat, rel=0.05)
    assert 3.2 < flat < 4.8


def test_a_step_is_not_taken_for_noise() -> None:
    rng = np.random.default_rng(6)
    values = 200 + rng.normal(0, 3, 20)
    stepped = values - 40 * (np.arange(20) >= 10)
    assert typical_error(stepped, np.full(20, 2.0)) < 1.5 * typical_error(values, np.full(20, 2.0))


def test_noise_is_never_below_what_each_session_is_uncertain_by() -> None:
    main = of(series_of([200.0, 200.1, 200.0, 200.1], sd=4.0)).main
    assert main is not None
    assert main.typical_error == pytest.approx(4.0)


def test_one_bad_session_makes_no_change() -> None:
    values = [200.0, 203.0, 198.0, 201.0, 199.0, 202.0, 200.0, 197.0, 201.0, 202.0, 199.0, 260.0]
    main = of(series_of(values)).main
    assert main is not None
    assert main.verdict == "within_noise"


@pytest.mark.parametrize("count", [3, 4, 6, 10, 40])
def test_the_band_of_the_slope_holds_the_truth(count: int) -> None:
    weeks = np.arange(count) / 3
    held = 0
    for seed in range(150):
        values = 200 - 0.3 * weeks + np.random.default_rng(seed).normal(0, 4, count)
        line = line_through(weeks, values, typical_error(values, np.full(count, 2.5)))
        assert line is not None
        held += line.slope_low <= -0.3 <= line.slope_high
    assert held >= 0.83 * 150


def test_the_line_is_that_of_theil_and_sen() -> None:
    from scipy.stats import theilslopes

    year = training_year(9, 15.0)
    main = of(year).main
    assert main is not None
    weeks = [(s.filmed_at - year[0].filmed_at).total_seconds() / 604_800 for s in year]
    values = [s.metrics[0].value or 0.0 for s in year]
    assert main.slope_per_week == pytest.approx(theilslopes(values, weeks)[0])
    again = of(year).main
    assert again is not None
    assert main.line is not None
    assert again.line is not None
    assert np.array_equal(main.line.low, again.line.low)


def test_sessions_of_one_moment_have_no_line() -> None:
    main = of(series_of([200.0, 204.0, 198.0], days=0.0)).main
    assert main is not None
    assert main.line is None
    assert main.verdict == "within_noise"


# too few


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "Two more sessions and we can spot a trend."), (2, "One more session and we can spot a trend.")],
)
def test_too_few_sessions_say_how_many_more(count: int, words: str) -> None:
    trends = of(series_of([200.0, 150.0][:count]))
    assert trends.message == words
    assert trends.main is not None
    assert trends.main.verdict == "too_few"
    assert (trends.main.typical_error, trends.main.mdc90, trends.main.slope_per_week) == (None, None, None)
    document = trends.to_dict()
    assert document["verdict"] == "too_few"
    assert document["mdc90"] is None


def test_a_metric_that_no_session_has() -> None:
    trends = trends_of(series_of([200.0]), "hop_distance_m")
    assert trends.series == ()
    assert (trends.metric_label, trends.unit) == ("hop_distance_m", "")
    own = all_drills()["pogo"].metrics[1]
    assert trends_of(series_of([200.0]), own.name).metric_label == own.label
    assert trends.message == "Three more sessions and we can spot a trend."
    assert trends.to_dict()["series"] == []


def test_trends_without_sessions_raise_value_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        of([])
    with pytest.raises(ValueError, match="one athlete and one drill"):
        of([session_of(1, START), session_of(2, START, drill="ladder")])


# like with like


def one_legged(number: int, day: int, side: str, value: float, **changes: object) -> SessionRecord:
    """A session of one leg, `day` days after the first, some minutes after the one before it."""
    session = series_of([value])[0]
    own = replace(session.metrics[0], side=side, sd=3.0)  # type: ignore[arg-type]  # left or right
    at = session.filmed_at + timedelta(days=day, minutes=5 * number)
    return moved(session, id=number, filmed_at=at, variant=side, metrics=(own,), **changes)


def test_a_left_set_and_a_right_set_in_two_clips_of_a_day_are_compared() -> None:
    sessions = [one_legged(1, 0, "left", 230.0), one_legged(2, 0, "right", 200.0)]
    sessions += [one_legged(3, 4, "right", 205.0), one_legged(4, 4, "left", 210.0)]
    points = of(sessions).asymmetry
    assert [point.session for point in points] == [2, 4]
    assert points[0].value_pct == pytest.approx(100 * 30 / 230)
    assert [(point.larger, point.clear) for point in points] == [("left", True), ("left", False)]


@pytest.mark.parametrize("changes", [{"plane": "oblique"}, {"model": "lite"}, {"fps": 30.0}])
def test_sets_of_two_days_or_measured_otherwise_are_not(changes: dict[str, object]) -> None:
    left = one_legged(1, 0, "left", 230.0)
    assert of([left, one_legged(2, 1, "right", 200.0)]).asymmetry == ()
    assert of([left, one_legged(2, 0, "left", 200.0)]).asymmetry == ()
    assert of([left, one_legged(2, 0, "right", 200.0, **changes)]).asymmetry == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"fps": 30.0},
        {"plane": "oblique"},
        {"variant": "rebound"},
        {"model": "lite"},
        {"estimator_version": 2},
    ],
)
def test_sessions_measured_differently_form_another_series(changes: dict[str, object]) -> None:
    first, last = series_of([200.0, 202.0, 199.0, 201.0]), series_of([240.0, 241.0, 239.0])
    last = [moved(s, id=s.id + 10, filmed_at=s.filmed_at + timedelta(days=30), **changes) for s in last]
    trends = of(first + last)
    assert sorted(len(s.points) for s in trends.series) == [3, 4]
    assert {s.verdict for s in trends.series} == {"within_noise"}
    assert len({s.label for s in trends.series}) == 2
    assert "4 sessions were measured differently (" in trends.message


def test_similar_frame_rates_share_a_series() -> None:
    sessions = series_of([200.0, 202.0, 199.0])
    mixed = [moved(s, fps=fps) for s, fps in zip(sessions, (59.94, 60.0, 50.0), strict=True)]
    assert len(of(mixed).series) == 1


def test_each_side_is_a_series_and_both_come_first() -> None:
    def with_sides(session: SessionRecord, left: float, right: float) -> SessionRecord:
        both = session.metrics[0]
        sides = [
            replace(both, side="left", value=left, sd=3.0),
            replace(both, side="right", value=right, sd=3.0),
        ]
        return replace(session, metrics=(both, *sides))

    sessions = [with_sides(s, 205, 180 - i) for i, s in enumerate(series_of([192.0, 191.0, 193.0, 190.0]))]
    trends = of(sessions)
    assert trends.series[0].key.side == "both"
    assert {s.key.side for s in trends.series} == {"both", "left", "right"}
    assert "measured differently" not in trends.message
    assert [p.larger for p in trends.asymmetry] == ["left"] * 4
    assert trends.asymmetry[0].value_pct == pytest.approx(100 * 25 / 205)
    assert trends.asymmetry[0].clear
    assert not of([with_sides(s, 205, 200) for s in series_of([200.0])]).asymmetry[0].clear


def test_where_the_variant_is_the_leg_sessions_are_compared_by_leg() -> None:
    drill = next(name for name, drill in all_drills().items() if drill.variant_is_side)
    sessions = series_of([200.0, 202.0, 199.0, 201.0], drill=drill, side="left")
    mixed = [moved(s, variant=v) for s, v in zip(sessions, ("left", "both legs") * 2, strict=True)]
    (series,) = of(mixed).series
    assert len(series.points) == 4
    assert "left foot" in series.label


def test_other_series_are_counted_once_and_named_briefly() -> None:
    sides = series_of([200.0, 202.0, 199.0, 201.0])
    rates = (30.0, 120.0, 240.0)
    apart = [
        moved(s, id=s.id + 10 * i, fps=fps, filmed_at=s.filmed_at - timedelta(days=90))
        for i, fps in enumerate(rates, start=1)
        for s in series_of([220.0])
    ]
    oblique = moved(apart[0], id=99, plane="oblique")
    both = moved(oblique, metrics=(*oblique.metrics, replace(oblique.metrics[0], side="left")))
    message = of([*sides, *apart, both]).message
    assert "; 4 sessions were measured differently (" in message
    assert "; and others" in message


def test_a_choice_has_no_trend() -> None:
    number = MetricRecord("lead_leg", "both", 1.0, None, 9, "0 left, 1 right", "target", "Leads")
    sessions = [replace(s, metrics=(number, *s.metrics)) for s in series_of([200.0])]
    assert list(metrics_in(sessions)) == [CONTACT]


# words and JSON


def test_a_change_for_the_worse_is_named() -> None:
    words = of(training_year(2, -20.0)).message
    assert "longer than in January 2026: a real change for the worse" in words
    summer = [moved(s, filmed_at=s.filmed_at + timedelta(days=90)) for s in training_year(2, -20.0)[:90]]
    assert "longer than in April: a real change for the worse" in of(summer).message


def test_recent_comparisons_name_the_day() -> None:
    assert "than on 5 January" in of(series_of([200.0, 204.0, 207.0])).message
    six = of(series_of([200.0, 201.0, 200.0, 230.0, 231.0, 230.0]))
    assert "30 ms longer than between 5 and 8 January: a real change for the worse" in six.message


def test_the_best_session_goes_by_what_is_better() -> None:
    lower = of(series_of([200.0, 190.0, 195.0])).main
    higher = of(series_of([200.0, 190.0, 195.0], better="higher")).main
    neither = of(series_of([200.0, 190.0, 195.0], better="target")).main
    assert lower is not None
    assert higher is not None
    assert neither is not None
    assert lower.best is not None
    assert higher.best is not None
    assert (lower.best.session, higher.best.session, neither.best) == (2, 1, None)
    assert "improvement" not in neither.message


def test_the_json_has_what_the_design_says() -> None:
    document = of(series_of([200.0, 204.0, 198.0])).to_dict()
    assert json.loads(json.dumps(document)) == document
    promised = "athlete drill metric series typical_error mdc90 slope_per_week verdict message"
    assert set(promised.split()) <= set(document)
    (series,) = document["series"]
    assert (series["fps"], series["view"], series["side"]) == (60, "sagittal", "both")
    assert series["points"][0] == {
        "session": 1,
        "time": START.isoformat(),
        "value": 200.0,
        "sd": 2.5,
        "n": 9,
    }


def test_since_leaves_out_what_was_before() -> None:
    sessions = series_of([250.0, 250.0, 200.0, 201.0, 199.0], days=7)
    trends = trends_of(sessions, CONTACT, since=START + timedelta(days=10))
    assert trends.main is not None
    assert len(trends.main.points) == 3


def test_a_drill_that_is_not_installed_has_trends() -> None:
    sessions = [
        replace(
            s,
            drill="line_jump",
            metrics=(MetricRecord("quickness", "both", 3.0, 0.1, 5, "1/s", "higher", "Q"),),
        )
        for s in series_of([1.0, 2.0, 3.0])
    ]
    assert default_metric(sessions) == "quickness"
    assert list(metrics_in(sessions)) == ["quickness"]
    assert trends_of(sessions, "quickness").metric_label == "Q"


def test_the_first_metric_is_the_drills_own() -> None:
    session = session_of(1, START)
    other = MetricRecord("arms_overhead", "both", 1.0, None, 9, "of reps", "higher", "Arms")
    assert default_metric([replace(session, metrics=(other, *session.metrics))]) == CONTACT
