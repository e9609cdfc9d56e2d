"""The app's parts that need no page: words, charts, tables, files to take away."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace
from pathlib import Path

import altair as alt
import numpy as np
import pytest

from kickform.app import wording
from kickform.app.charts import rep_chart, rep_metric_names, timeline
from kickform.app.drawings import filming, score_dial
from kickform.app.exports import reps_csv
from kickform.app.findings import arrange
from kickform.app.rep_table import rep_frame
from kickform.result import MetricResult
from tests.app.fake import make_analysis, make_motion


@pytest.fixture
def analysis():
    return make_analysis("set.mp4", make_motion(np.arange(0, 4, 1 / 60), 320, 180))


def metric(**changes) -> MetricResult:
    return replace(MetricResult(181.26, 2.6, "ms", 9, "lower", "Contact time", good=(None, 200.0)), **changes)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [(181.26, "ms", "181 ms"), (21.46, "cm", "21.5 cm"), (1.2249, "m/s", "1.22 m/s"), (2.4, "", "2.40"),
     (41.4, "°", "41°"), (0.9, "of reps", "90 %")],
)  # fmt: skip
def test_numbers_have_the_decimals_they_are_worth(value, unit, words):
    assert wording.number_words(value, unit) == words


def test_the_interval_is_1_96_sd_and_never_rounds_to_nothing():
    assert wording.interval_words(metric()) == "± 5 ms"
    assert wording.interval_words(metric(sd=0.01)) == "± 1 ms"
    assert wording.interval_words(metric(sd=None)) == ""
    assert wording.interval_words(metric(value=None)) == ""


def test_the_good_range_is_said_in_words():
    assert wording.good_words(metric()) == "good: up to 200 ms"
    assert wording.good_words(metric(good=(2.0, None), unit="")) == "good: from 2.00"
    assert wording.good_words(metric(good=(80.0, 100.0), unit="°")) == "good: 80–100°"
    assert wording.good_words(metric(good=None)) == ""


@pytest.mark.parametrize(
    ("reps", "total", "words"),
    [((3,), 10, "rep 3"), ((1, 2, 3, 5), 10, "reps 1–3, 5"), ((1, 2, 3), 3, "every rep"), ((), 3, "")],
)
def test_reps_are_named_in_short(reps, total, words):
    assert wording.rep_words(reps, total) == words


@pytest.mark.parametrize(
    ("given", "kept"),
    [("../../etc/passwd.mp4", "passwd.mp4"), ("C:\\films\\a b.mov", "a b.mov"), ("..", "clip"), ("", "clip"),
     ("x" * 300 + ".mp4", "x" * 120 + ".mp4"), ("a\nb.mp4", "ab.mp4"), ("Üben 1.MP4", "Üben 1.MP4")],
)  # fmt: skip
def test_a_clips_name_is_no_path(given, kept):
    assert wording.clip_name(given) == kept


def test_markdown_in_a_name_stays_text():
    assert wording.plain("a_b*c") == "a\\_b\\*c"


def test_the_csv_has_a_line_for_each_rep_and_units_in_its_names(analysis):
    rows = list(csv.DictReader(io.StringIO(reps_csv(analysis))))
    assert [int(row["rep"]) for row in rows] == [rep.number for rep in analysis.reps]
    assert rows[0]["contact_time_ms"] == "", "nothing is invented where nothing was measured"
    assert float(rows[1]["contact_time_ms"]) == pytest.approx(
        analysis.reps[1].metrics["contact_time_ms"], 1e-4
    )
    assert float(rows[1]["contact_time_ms_sd"]) == 4.0


def test_the_table_leaves_empty_what_was_not_measured(analysis):
    frame = rep_frame(analysis)
    assert list(frame["Rep"]) == [rep.number for rep in analysis.reps]
    assert math.isnan(frame["Contact time (ms)"][0])
    assert "Side" not in frame.columns


def test_charts_are_strict_json_also_with_gaps(analysis):
    """A NaN in a chart's specification ends in an error in the browser."""
    for chart in (timeline(analysis), *(rep_chart(analysis, name) for name in rep_metric_names(analysis))):
        assert isinstance(chart, alt.LayerChart)
        spec = chart.to_dict()
        spec.pop("datasets")
        json.dumps(spec, allow_nan=False)


def test_the_good_zone_is_as_wide_as_said(analysis):
    spec = rep_chart(analysis, "contact_time_ms").to_dict()
    bands = [row for rows in spec["datasets"].values() for row in rows if "from" in row]
    assert bands == [{"from": 0.0, "to": 200.0}]
    zones = {row["rep"]: row["zone"] for rows in spec["datasets"].values() for row in rows if "zone" in row}
    slow = {rep.number for rep in analysis.reps if rep.metrics.get("contact_time_ms", 0) > 200}
    assert {number for number, zone in zones.items() if zone == "outside it"} == slow


def test_charts_bear_an_analysis_without_flights_or_metrics(analysis):
    bare = replace(analysis, contacts=(), flights=(), reps=())
    timeline(bare).to_dict()
    assert rep_metric_names(bare) == []


def test_what_to_fix_stands_beside_the_video(analysis):
    good, fault = analysis.findings
    assert arrange((good, fault)) == ([1], [0])
    assert arrange((good, good, good)) == ([0, 1], [2])
    assert arrange(()) == ([], [])


@pytest.mark.parametrize(
    ("score", "said"), [(83.6, "Score 84 of 100"), (None, "No score"), (0.0, "Score 0 of 100")]
)
def test_the_dial_has_words_for_those_who_do_not_see_it(score, said):
    assert f'aria-label="{said}"' in score_dial(score)
    assert 'role="img"' in filming()


def test_a_samples_name_reads_like_a_title():
    assert wording.title_of_sample(Path("pogo_side_60fps.mp4")) == "Pogo, side, 60 fps"
