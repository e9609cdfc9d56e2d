"""Components that need no page: texts, charts, tables, downloads."""

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

from kickform.app.shared import wording
from kickform.app.shared.samples import describe_sample, sample_title
from kickform.app.shared.svg import filming, score_dial
from kickform.app.verdict.charts import rep_chart, timeline
from kickform.app.verdict.csv_exports import reps_csv
from kickform.app.verdict.findings import split_findings
from kickform.app.verdict.rep_table import rep_frame
from kickform.app.verdict.verdict import _notes
from kickform.results import formatting as units
from kickform.results import wording as in_words
from kickform.results.findings import MetricResult
from kickform.results.wording import missing_words, rep_metric_names, timeline_words
from kickform.settings import load_settings
from tests.app.fake import make_analysis, make_motion


@pytest.fixture
def analysis():
    return make_analysis("set.mp4", make_motion(np.arange(0, 4, 1 / 60), 320, 180))


def metric(**changes) -> MetricResult:
    return replace(MetricResult(181.26, 2.6, "ms", 9, "lower", "Contact time", good=(None, 200.0)), **changes)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [(181.26, "ms", "181 ms"), (21.46, "cm", "21.5 cm"), (1.2249, "m/s", "1.22 m/s"), (2.4, "", "2.40"),
     (41.4, "°", "41°"), (0.9, "of reps", "90 %"), (1.0, "of jumps", "100 %"), (1.5923, "m", "1.59 m"),
     (6.24, "Hz", "6.2 Hz"), (4.6, "%", "5 %"), (107.6, "1/min", "108 /min"), (-0.3, "°", "0°"),
     (-1.2, "°", "-1°"), (0.0, "0 left, 1 right", "left"), (1.0, "0 left, 1 right", "right"),
     (0.5, "0 left, 1 right", "left and right")],
)  # fmt: skip
def test_numbers_have_the_decimals_of_their_unit(value, unit, words):
    assert units.number_words(value, unit) == words


def test_a_count_has_no_decimals_but_those_it_needs():
    boxes = metric(value=11.0, sd=None, unit="")
    assert in_words.value_words(boxes) == "11"
    assert in_words.value_words(replace(boxes, value=1.875)) == "1.88"
    assert in_words.value_words(replace(boxes, value=2.0, sd=0.1)) == "2.00", "a measured ratio is no count"


def test_the_interval_is_1_96_sd_and_never_rounds_to_nothing():
    assert in_words.interval_words(metric()) == "± 5 ms"
    assert in_words.interval_words(metric(sd=0.01)) == "± 1 ms"
    assert in_words.interval_words(metric(sd=None)) == ""
    assert in_words.interval_words(metric(value=None)) == ""


def test_good_range_text():
    assert in_words.good_words(metric()) == "good: up to 200 ms"
    assert in_words.good_words(metric(good=(2.0, None), unit="")) == "good: 2 or more"
    assert in_words.good_words(metric(good=(80.0, 100.0), unit="°")) == "good: 80–100°"
    assert in_words.good_words(metric(good=(-15.0, 15.0), unit="°")) == "good: -15 to 15°"
    assert in_words.good_words(metric(good=(0.35, 0.65), unit="")) == "good: 0.35–0.65"
    assert in_words.good_words(metric(good=(2.0, 2.0), unit="")) == "good: 2"
    assert in_words.good_words(metric(good=(1.0, None), unit="of jumps")) == "good: all"
    assert in_words.good_words(metric(good=(0.8, None), unit="of reps")) == "good: 80 % or more"
    assert in_words.good_words(metric(good=None)) == ""


@pytest.mark.parametrize(
    ("reps", "total", "words"),
    [((3,), 10, "rep 3"), ((1, 2, 3, 5), 10, "reps 1–3, 5"), ((1, 2, 3), 3, "every rep"), ((), 3, "")],
)
def test_rep_lists_are_shortened(reps, total, words):
    assert in_words.rep_words(reps, total) == words


@pytest.mark.parametrize(
    ("given", "kept"),
    [("../../etc/passwd.mp4", "passwd.mp4"), ("C:\\films\\a b.mov", "a b.mov"), ("..", "clip"), ("", "clip"),
     ("x" * 300 + ".mp4", "x" * 120 + ".mp4"), ("a\nb.mp4", "ab.mp4"), ("Üben 1.MP4", "Üben 1.MP4")],
)  # fmt: skip
def test_a_clip_name_is_never_a_path(given, kept):
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


def test_unmeasured_cells_of_the_table_are_empty(analysis):
    frame = rep_frame(analysis)
    assert list(frame["Rep"]) == [rep.number for rep in analysis.reps]
    assert math.isnan(frame["Contact time (ms)"][0])
    assert "Side" not in frame.columns


@pytest.fixture
def steps(analysis):
    """An analysis with left and right in turn, a lead leg, a yes or no, a count and signed angles."""
    sides = ["left", "right"]
    reps = tuple(
        replace(
            rep,
            side=sides[place % 2],
            metrics={
                "lead_leg": 1.0,
                "switched": float(place != 1),
                "feet_per_box": 1.0,
                "thigh": -5.0 + place,
            },
            sds={"thigh": 4.0},
            withheld={"rate": "the next step is not seen"} if place > 2 else {},
        )
        for place, rep in enumerate(analysis.reps)
    )
    contacts = tuple(replace(one, side=rep.side) for one, rep in zip(analysis.contacts, reps, strict=False))
    metrics = {
        "lead_leg": metric(value=1.0, sd=None, unit="0 left, 1 right", label="Lead leg"),
        "switched": metric(value=0.8, sd=None, unit="of jumps", label="Switched"),
        "feet_per_box": metric(value=1.0, sd=None, unit="", label="Feet", good=None),
        "thigh": metric(value=-3.0, unit="°", label="Thigh", good=(-15.0, 15.0)),
        "rate": metric(value=None, sd=None, unit="Hz", label="Step rate"),
    }
    summary = replace(analysis.summary, metrics=metrics, headline=tuple(metrics))
    return replace(analysis, reps=reps, contacts=contacts, flights=(), summary=summary)


def test_the_table_shows_yes_and_left_instead_of_codes(steps):
    frame = rep_frame(steps)
    assert list(frame["Side"][:3]) == ["left", "right", "left"]
    assert set(frame["Lead leg"]) == {"right"}
    assert list(frame["Switched"][:3]) == ["yes", "no", "yes"]
    assert frame["Thigh (°)"][0] == -5.0


def test_a_reason_shared_by_many_reps_is_listed_once(steps):
    last = len(steps.reps)
    assert missing_words(steps) == [f"Step rate, reps 4–{last}: the next step is not seen"]


def test_left_and_right_feet_are_told_apart_in_the_timeline(steps):
    spec = timeline(steps).to_dict()
    rows = [row for rows in spec["datasets"].values() for row in rows if "what" in row]
    lanes = {row["what"]: (row["low"], row["high"]) for row in rows}
    assert set(lanes) == {"Left foot", "Right foot"}
    assert lanes["Left foot"][0] > lanes["Right foot"][1], "steps that overlap in time must both be seen"
    colour = spec["layer"][0]["encoding"]["color"]["scale"]
    assert colour["domain"] == ["Left foot", "Right foot"], "no legend for what is not in the picture"
    assert len(set(colour["range"])) == 2
    lefts = sum(one.side == "left" for one in steps.contacts)
    total = len(steps.contacts)
    assert timeline_words(steps).startswith(f"{total} contacts ({lefts} left, {total - lefts} right) over ")


def test_one_foot_alone_has_the_whole_row(analysis):
    hops = replace(analysis, contacts=tuple(replace(one, side="right") for one in analysis.contacts))
    rows = [row for rows in timeline(hops).to_dict()["datasets"].values() for row in rows if "what" in row]
    feet = [row for row in rows if row["what"] == "Right foot"]
    flight = next(row for row in rows if row["what"] == "Flight")
    assert all(row["low"] < flight["low"] < flight["high"] < row["high"] for row in feet)


def test_numbers_on_a_dark_page_are_lighter(analysis):
    def ink(dark: bool) -> int:
        spec = rep_chart(analysis, "contact_time_ms", dark).to_dict()
        text = next(layer for layer in spec["layer"] if layer.get("mark", {}).get("type") == "text")
        return int(text["mark"]["color"][1:3], 16)

    assert ink(dark=False) < 0x80 < ink(dark=True)


def test_only_metrics_that_differ_between_reps_get_a_chart(steps):
    assert rep_metric_names(steps) == ["thigh"]


def test_bars_and_good_range_reach_below_zero(steps):
    spec = rep_chart(steps, "thigh").to_dict()
    bars = next(layer for layer in spec["layer"] if layer.get("mark", {}).get("type") == "bar")
    bottom, top = bars["encoding"]["y"]["scale"]["domain"]
    rows = [row for rows in spec["datasets"].values() for row in rows]
    assert bottom < min(row["low"] for row in rows if "low" in row)
    assert bottom < -15 < 15 < top
    assert {"from": -15.0, "to": 15.0} in rows


def test_charts_are_strict_json_also_with_gaps(analysis):
    """A NaN in a chart's specification ends in an error in the browser."""
    for chart in (timeline(analysis), *(rep_chart(analysis, name) for name in rep_metric_names(analysis))):
        assert isinstance(chart, alt.LayerChart)
        spec = chart.to_dict()
        spec.pop("datasets")
        json.dumps(spec, allow_nan=False)


def test_the_shaded_range_is_the_good_range(analysis):
    spec = rep_chart(analysis, "contact_time_ms").to_dict()
    bands = [row for rows in spec["datasets"].values() for row in rows if "from" in row]
    assert bands == [{"from": 0.0, "to": 200.0}]
    zones = {row["rep"]: row["zone"] for rows in spec["datasets"].values() for row in rows if "zone" in row}
    slow = {rep.number for rep in analysis.reps if rep.metrics.get("contact_time_ms", 0) > 200}
    assert {number for number, zone in zones.items() if zone == "outside the good range"} == slow


def test_charts_work_without_flights_or_metrics(analysis):
    bare = replace(analysis, contacts=(), flights=(), reps=())
    timeline(bare).to_dict()
    assert rep_metric_names(bare) == []


def test_faults_are_next_to_the_video(analysis):
    good, fault = analysis.findings
    assert split_findings((good, fault)) == ([1], [0])
    assert split_findings((good, good, good)) == ([0, 1], [2])
    assert split_findings(()) == ([], [])


@pytest.mark.parametrize(
    ("score", "said"), [(83.6, "Score 84 of 100"), (None, "No score"), (0.0, "Score 0 of 100")]
)
def test_the_dial_has_a_text_alternative(score, said):
    assert f'aria-label="{said}"' in score_dial(score)
    assert 'role="img"' in filming()


def test_every_shipped_sample_has_a_title_and_says_what_it_shows():
    shipped = sorted(load_settings().samples_dir.glob("*.mp4"))
    assert shipped
    assert all(describe_sample(path) for path in shipped)
    titles = [sample_title(path) for path in shipped]
    assert len(set(titles)) == len(titles)


def test_another_clips_title_is_its_file_name():
    assert sample_title(Path("my_hops_60fps.mp4")) == "My, hops, 60 fps"
    assert describe_sample(Path("my_hops_60fps.mp4")) == ""


def test_a_share_is_counted_and_has_an_aim(analysis):
    metrics = {
        "switched": metric(value=0.75, sd=None, n=4, unit="of jumps", good=(1.0, None), reason="a yes or no"),
        "arms": metric(value=0.9, sd=None, n=10, unit="of reps", good=(0.8, None)),
        "open": metric(value=0.5, sd=None, n=8, unit="of landings", good=None),
    }
    counted = replace(analysis, summary=replace(analysis.summary, metrics=metrics))
    assert _notes(counted, "switched") == ["3 of 4 jumps", "aim: all"]
    assert _notes(counted, "arms") == ["9 of 10 reps", "aim: 80 % or more"]
    assert _notes(counted, "open") == ["4 of 8 landings", ""]


def test_a_coarse_number_says_to_trust_the_average(analysis):
    rough = replace(analysis.summary, metrics={"contact_time_ms": metric(coarse=True)})
    slow = replace(analysis, summary=rough, video=replace(analysis.video, mean_fps=29.97))
    assert _notes(slow, "contact_time_ms")[-1] == "at 30 fps, trust the set average, not single reps"
