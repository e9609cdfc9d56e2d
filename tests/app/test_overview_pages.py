"""Home, Trends, Programme and Settings with an empty, a short and a long history."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kickform import drills
from kickform.app.shared.trend_charts import asymmetry_chart, series_frame, trend_chart
from kickform.app.shared.wording import plain
from kickform.app.verdict.csv_exports import trends_csv
from kickform.drills import all_drills
from kickform.history.records import DayRecord
from kickform.history.store import open_store
from kickform.history.trends import trends_of
from kickform.results.analysis import Analysis, Summary
from kickform.results.findings import MetricResult
from kickform.settings import load_settings
from tests.app.steps import open_page, texts
from tests.drills.test_contract import Stepping
from tests.history.store.made_up import analysis_of, hops, sha


def lasting(contact_ms: float, **changes: Any) -> Analysis:
    """A set of pogo jumps with that contact time."""
    base = analysis_of(**changes)
    contact = replace(base.summary.metrics["contact_time_ms"], value=contact_ms)
    return replace(
        base, summary=replace(base.summary, metrics=base.summary.metrics | {"contact_time_ms": contact})
    )


def train(contacts_ms: list[float], every_days: float = 3.0, ago_days: float = 0.0, **changes: Any) -> None:
    """Put a session for each contact time into the history, the last one `ago_days` days ago."""
    now = datetime.now(UTC) - timedelta(days=ago_days)
    with open_store() as store:
        who = store.athlete_named("Ada")
        for number, contact_ms in enumerate(contacts_ms):
            store.save_session(
                lasting(contact_ms, **changes), athlete=who, clip_sha256=sha(f"{number} {changes}"),
                filmed_at=now - timedelta(days=every_days * (len(contacts_ms) - 1 - number)),
            )  # fmt: skip


IMPROVED = [212.0, 209.0, 211.0, 208.0, 207.0, 204.0, 200.0, 199.0, 196.0, 195.0, 194.0, 196.0]


# Home


def test_a_newcomer_sees_how_to_film_and_an_example_result(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KICKFORM_SAMPLES_DIR")
    open_page(app, "")
    said = texts(app)
    assert "Side on" in said
    shipped = load_settings().samples_dir / "showcase" / "analysis.json"
    analysis = Analysis.from_json(shipped.read_text("utf-8"))
    to_fix = [finding for finding in analysis.findings if finding.severity != "good"]
    good = [finding for finding in analysis.findings if finding.severity == "good"]
    for finding in to_fix[:2] + good[:1]:
        assert plain(finding.message) in said
    assert len(app.get("image") or app.get("imgs")) == len(to_fix[:2] + good[:1])


def test_without_samples_the_first_page_still_says_how_to_film(app: AppTest) -> None:
    open_page(app, "")
    assert "Side on" in texts(app)


def test_a_returning_athlete_sees_latest_results_trend_and_plan(app: AppTest) -> None:
    train(IMPROVED, ago_days=1)
    open_page(app, "")
    said = texts(app)
    assert "Latest results" in said
    assert "No plyometrics today" in plain_words(said)
    assert "a real improvement" in plain_words(said)
    assert app.metric[0].value == "196 ms"
    assert "Side on" not in said


def test_one_session_is_no_trend_yet(app: AppTest) -> None:
    train([200.0], ago_days=5)
    open_page(app, "")
    assert "Two more sessions and we can spot a trend" in plain_words(texts(app))
    assert "Plyometrics today, if it is a hard day" in plain_words(texts(app))


def plain_words(markdown: str) -> str:
    return markdown.replace("\\", "")


# Trends


def test_no_session_no_trend(app: AppTest) -> None:
    open_page(app, "trends")
    assert "No session saved yet" in app.info[0].value


def test_the_trend_is_stated_with_its_numbers(app: AppTest) -> None:
    train(IMPROVED)
    open_page(app, "trends")
    said = plain_words(texts(app))
    assert "a real improvement" in said
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Latest"] == "196 ms"
    assert shown["Personal best"] == "194 ms"
    assert re.fullmatch(r"\d+ ms", shown["Smallest real change"])
    assert shown["Per week"].startswith("−")
    assert app.get("arrow_vega_lite_chart") or app.get("vega_lite_chart")
    assert list(app.dataframe[0].value["Reps"]) == [s.n for s in reversed(points())]
    app.selectbox(key="trend_metric_pogo").select("flight_time_ms").run()
    assert not app.exception
    assert "The same as" in plain_words(texts(app))


def points() -> list[Any]:
    with open_store() as store:
        return list(trends_of(store.sessions(), "contact_time_ms").series[0].points)


def test_a_drill_named_in_the_address_is_shown(app: AppTest) -> None:
    train(IMPROVED)
    with open_store() as store:
        store.save_session(
            hops(230, 250), athlete=store.athlete("Ada"), clip_sha256=None, filmed_at=datetime.now(UTC)
        )
    open_page(app, "trends", drill="single_leg_hop")
    assert app.selectbox(key="trend_drill").value == "single_leg_hop"
    assert "Two more sessions" in plain_words(texts(app))
    assert "Left against right" in texts(app)
    assert "8 % higher, not a clear difference" in plain_words(texts(app)).replace("  ", " ")


def test_a_period_leaves_out_what_is_older(app: AppTest) -> None:
    train(IMPROVED, every_days=30)
    open_page(app, "trends")
    assert len(app.dataframe[0].value) == len(IMPROVED)
    app.segmented_control(key="trend_period").set_value("quarter").run()
    assert 3 <= len(app.dataframe[0].value) <= 4


def test_the_chart_has_one_series_for_each_way_of_filming(data_dir: Path) -> None:
    train(IMPROVED[:6])
    oblique = analysis_of().view
    train([230.0, 231.0, 229.0, 230.0], view=replace(oblique, plane="oblique"))
    with open_store() as store:
        trends = trends_of(store.sessions(), "contact_time_ms")
    assert len(trends.series) == 2
    frame = series_frame(trends)
    assert len(frame) == 10
    assert set(frame["series"]) == {series.label for series in trends.series}
    row = frame.iloc[0]
    sd = trends.series[0].points[0].sd
    assert sd is not None
    assert row["high"] - row["low"] == pytest.approx(2 * 1.96 * sd)
    spec = trend_chart(trends).to_dict()
    marks = [layer["mark"]["type"] for layer in spec["layer"]]
    assert marks == ["area", "line", "rule", "point"]
    band = spec["datasets"][spec["layer"][0]["data"]["name"]]
    assert {one["series"] for one in band} == {series.label for series in trends.series}


def test_the_csv_has_a_line_for_each_session_and_series(data_dir: Path) -> None:
    train(IMPROVED[:4])
    with open_store() as store:
        sessions = store.sessions()
    lines = list(csv.DictReader(io.StringIO(trends_csv(trends_of(sessions, "contact_time_ms")))))
    assert [float(line["value"]) for line in lines] == IMPROVED[:4]
    assert [int(line["session"]) for line in lines] == [session.id for session in sessions]
    assert {line["unit"] for line in lines} == {"ms"}
    assert {line["view"] for line in lines} == {"sagittal"}


def test_asymmetry_is_drawn_towards_the_higher_side(data_dir: Path) -> None:
    with open_store() as store:
        who = store.athlete_named("Ada")
        for number, (left, right) in enumerate(((230, 290), (290, 230), (250, 252))):
            store.save_session(
                hops(left, right), athlete=who, clip_sha256=None,
                filmed_at=datetime(2026, 3, 1 + number, tzinfo=UTC),
            )  # fmt: skip
        trends = trends_of(store.sessions(), "contact_time_ms")
    spec = asymmetry_chart(trends.asymmetry).to_dict()
    rows = spec["datasets"][spec["layer"][-1]["data"]["name"]]
    assert [row["value"] > 0 for row in rows] == [True, False, True]
    assert [row["what"] for row in rows] == ["clear", "clear", "not clear"]


def test_a_drill_from_outside_has_its_trend(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = SimpleNamespace(name="stepping", load=Stepping)
    monkeypatch.setattr(drills, "entry_points", lambda *, group: [entry])
    all_drills.cache_clear()
    try:
        for number, cadence in enumerate((150.0, 152.0, 149.0)):
            own = replace(
                analysis_of(f"{number}.mp4"), drill="stepping", variant="", findings=(),
                summary=Summary(
                    80.0, {"cadence_per_min": MetricResult(cadence, 2, "1/min", 3, "higher", "Cadence")}
                ),
            )  # fmt: skip
            with open_store() as store:
                store.save_session(
                    own, athlete=store.athlete_named("Ada"), clip_sha256=None,
                    filmed_at=datetime(2026, 3, 1 + number, tzinfo=UTC),
                )  # fmt: skip
        open_page(app, "trends")
        assert "Stepping (3)" in app.selectbox(key="trend_drill").options
        assert "no real change" in plain_words(texts(app))
        open_page(app, "sessions")
        assert set(app.dataframe[0].value["Drill"]) == {"Stepping"}
        open_page(app, "programme")
        assert "Stepping" in texts(app)
        open_page(app, "film")
        assert "Stepping" in texts(app)
        open_page(app, "check")
        assert app.title[0].value == "Check a drill"
    finally:
        monkeypatch.undo()
        all_drills.cache_clear()


# Programme


def test_a_first_day_is_one_set_of_each_drill(app: AppTest) -> None:
    open_page(app, "programme")
    said = plain_words(texts(app))
    assert "Your first day: one set of each drill" in said
    for drill in all_drills().values():
        assert f"**{drill.title}**: 1 set" in said
    assert "400s with hill sprints between" in [box.label for box in app.expander]


def test_the_day_after_is_for_rest_and_overload_gives_a_warning(app: AppTest) -> None:
    train([200.0] * 5, every_days=1, ago_days=1)
    open_page(app, "programme")
    assert "You jumped yesterday" in plain_words(texts(app))
    assert any("Two days in a row" in warning.value for warning in app.warning)


def test_pain_stops_the_plan_and_names_who_to_ask(app: AppTest) -> None:
    train([200.0], ago_days=5)
    open_page(app, "programme")
    with open_store() as store:
        who = store.athlete("Ada").id
    app.slider(key=f"day_pain_{who}").set_value(6).run()
    assert not app.exception
    assert "No jumping today" in plain_words(texts(app))
    assert "physiotherapist" in plain_words(texts(app))
    with open_store() as store:
        (said,) = store.days(who)
    assert (said.day, said.pain) == (date.today(), 6)


def test_the_kind_of_day_decides(app: AppTest) -> None:
    train([200.0], ago_days=5)
    with open_store() as store:
        who = store.athlete("Ada").id
        store.set_day(DayRecord(who, date.today(), "easy", None, "sleepy"))
    open_page(app, "programme")
    assert "A recovery day is for recovering" in plain_words(texts(app))
    app.segmented_control(key=f"day_kind_{who}").set_value("hard").run()
    assert "Plyometrics today, after the workout" in plain_words(texts(app))
    with open_store() as store:
        assert store.days(who)[0].note == "sleepy", "what was noted stays"


# Settings


def test_an_athlete_is_added_changed_and_deleted(app: AppTest) -> None:
    open_page(app, "settings")
    app.text_input(key="new_athlete_0_name").input("Ada")
    app.number_input(key="new_athlete_0_height").set_value(172.0)
    app.button(key="new_athlete_0_add").click().run()
    assert "Ada added" in plain_words(app.success[0].value)
    with open_store() as store:
        (ada,) = store.athletes()
    assert ada.height_m == pytest.approx(1.72)
    app.text_input(key=f"athlete_{ada.id}_name").input("Ada Lovelace")
    app.text_area(key=f"athlete_{ada.id}_notes").input("left knee")
    app.button(key=f"athlete_{ada.id}_save").click().run()
    with open_store() as store:
        (ada,) = store.athletes()
    assert (ada.name, ada.notes, ada.height_m) == ("Ada Lovelace", "left knee", pytest.approx(1.72))
    app.button(key=f"athlete_{ada.id}_delete").click().run()
    with open_store() as store:
        assert store.athletes(), "asked first"
    app.button(key="delete_athlete_for_good").click().run()
    with open_store() as store:
        assert not store.athletes()


def test_a_name_that_is_taken_is_refused(app: AppTest) -> None:
    with open_store() as store:
        store.add_athlete("Ada")
    open_page(app, "settings")
    app.text_input(key="new_athlete_0_name").input("ada")
    app.button(key="new_athlete_0_add").click().run()
    assert "the name is taken" in plain_words(app.error[0].value)


def test_inches_and_pounds(app: AppTest) -> None:
    with open_store() as store:
        ada = store.add_athlete("Ada", 1.778, 63.5)
    open_page(app, "settings")
    app.segmented_control(key="set_units").set_value("imperial").run()
    assert any("5 ft 10 in, 140 lb" in box.label for box in app.expander)
    app.number_input(key=f"athlete_{ada.id}_height_in").set_value(72.0)
    app.button(key=f"athlete_{ada.id}_save").click().run()
    with open_store() as store:
        changed = store.athlete("Ada")
    assert changed.height_m == pytest.approx(1.8288, abs=1e-4)
    assert changed.mass_kg == pytest.approx(63.5, abs=0.3)


def test_what_is_exported_can_be_imported(app: AppTest) -> None:
    train(IMPROVED[:3])
    with open_store() as store:
        text = "".join(store.export_all())
    open_page(app, "settings")
    app.text_input(key="delete_all_sure").input("nearly").run()
    assert app.button(key="delete_all").disabled
    app.text_input(key="delete_all_sure").input("delete").run()
    app.button(key="delete_all").click().run()
    assert not app.exception
    with open_store() as store:
        assert store.counts() == {"athletes": 0, "sessions": 0, "reps": 0}
    app.file_uploader[0].upload("mine.json", text.encode())
    app.run()
    assert "Imported 3 sessions and 1 athletes" in plain_words(app.success[0].value)
    with open_store() as store:
        assert len(store.sessions()) == 3


def test_importing_another_file_changes_nothing(app: AppTest) -> None:
    open_page(app, "settings")
    app.file_uploader[0].upload("shopping.json", json.dumps({"milk": 2}).encode())
    app.run()
    assert "shopping.json: is not a KickForm history" in plain_words(app.error[0].value)


def test_the_data_folder_is_shown(app: AppTest, data_dir: Path) -> None:
    open_page(app, "settings")
    assert str(data_dir) in app.get("code")[0].value
