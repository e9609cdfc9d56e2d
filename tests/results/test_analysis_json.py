"""The JSON of an analysis: complete, without NaN, read back as it was, and stable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kickform.errors import UsageError
from kickform.results.analysis import (
    SCHEMA_VERSION,
    Analysis,
    ContactResult,
    FlightResult,
    ScaleResult,
    Summary,
    VideoResult,
    ViewResult,
)
from kickform.results.findings import FindingResult, MetricResult, Notice, RepResult

# The schema of design.md: these keys may never go or be renamed; others may be added.
SCHEMA: dict[str, set[str]] = {
    "": {
        "schema_version", "kickform_version", "drill", "variant", "drill_source", "video", "view", "scale",
        "contacts", "flights", "reps", "summary", "findings", "warnings",
    },
    "video": {
        "name", "width", "height", "rotation_deg", "duration_s", "frames", "mean_fps",
        "variable_frame_rate", "slow_motion_factor", "slow_motion_source",
    },
    "view": {"plane", "yaw_deg"},
    "scale": {"m_per_px", "source", "sd_pct"},
    "contacts": {"side", "touchdown_s", "takeoff_s", "contact_time_ms", "sd_ms"},
    "flights": {"takeoff_s", "touchdown_s", "flight_time_ms", "jump_height_cm", "sd_cm"},
    "reps": {"number", "side", "start_s", "end_s", "score", "metrics", "findings"},
    "summary": {"score", "metrics"},
    "findings": {"code", "severity", "message", "cue", "reps", "time_s"},
    "warnings": {"code", "message"},
}  # fmt: skip
METRIC_KEYS = {"value", "sd", "unit", "n", "better"}

# Thousandths: what JSON keeps of every number.
numbers = st.integers(-10_000_000, 10_000_000).map(lambda k: k / 1000)
texts = st.text(max_size=12)
names = st.sampled_from(["contact_time_ms", "jump_height_cm", "rsi_m_per_s", "arms_overhead", "µ-metric"])
sides = st.sampled_from(["left", "right", "both"])
maybe = st.none() | numbers
codes = st.lists(texts, max_size=3).map(tuple)
counts = st.integers(0, 10**6)

videos = st.builds(
    VideoResult,
    name=texts,
    width=counts,
    height=counts,
    rotation_deg=st.sampled_from([0, 90, 180, 270]),
    duration_s=numbers,
    frames=counts,
    mean_fps=numbers,
    variable_frame_rate=st.booleans(),
    slow_motion_factor=numbers,
    slow_motion_source=st.sampled_from(["user", "container", "physics", "none"]),
    corrupt_frames=counts,
)
reps = st.builds(
    RepResult,
    number=counts,
    side=sides,
    start_s=numbers,
    end_s=numbers,
    score=maybe,
    metrics=st.dictionaries(names, numbers),
    findings=codes,
    sds=st.dictionaries(names, numbers),
    withheld=st.dictionaries(names, texts),
    key_s=maybe,
)
metrics = st.builds(
    MetricResult,
    value=maybe,
    sd=maybe,
    unit=texts,
    n=counts,
    better=st.sampled_from(["lower", "higher", "target"]),
    label=texts,
    reason=texts,
    good=st.none() | st.tuples(maybe, maybe),
)
analyses = st.builds(
    Analysis,
    drill=texts,
    variant=texts,
    drill_source=st.sampled_from(["user", "auto"]),
    video=videos,
    view=st.builds(ViewResult, st.sampled_from(["sagittal", "oblique", "frontal"]), numbers),
    scale=st.none() | st.builds(ScaleResult, numbers, texts, numbers),
    contacts=st.lists(st.builds(ContactResult, sides, *[numbers] * 4), max_size=3).map(tuple),
    flights=st.lists(st.builds(FlightResult, *[numbers] * 5), max_size=3).map(tuple),
    reps=st.lists(reps, max_size=3).map(tuple),
    summary=st.builds(Summary, maybe, st.dictionaries(names, metrics, max_size=3), codes),
    findings=st.lists(
        st.builds(
            FindingResult,
            texts,
            st.sampled_from(["good", "advice", "fault"]),
            texts,
            texts,
            st.lists(counts, max_size=3).map(tuple),
            maybe,
        ),
        max_size=3,
    ).map(tuple),
    warnings=st.lists(st.builds(Notice, texts, texts), max_size=3).map(tuple),
    kickform_version=texts,
    model=st.sampled_from(["heavy", "full", "lite"]),
    motion=st.none(),
)


def example(**changed: Any) -> Analysis:
    """One analysis with something in every list."""
    parts: dict[str, Any] = {
        "drill": "pogo",
        "variant": "stiff",
        "drill_source": "auto",
        "video": VideoResult("a.mp4", 1280, 720, 90, 8.9, 534, 60.0, False, 1.0, "none"),
        "view": ViewResult("sagittal", 3.25),
        "scale": ScaleResult(0.00398241, "gravity", 2.1),
        "contacts": (ContactResult("both", 1.7958, 1.9843, 188.5, 6.1),),
        "flights": (FlightResult(1.3736, 1.7958, 422.2, 19.0, 0.6),),
        "reps": (RepResult(2, "both", 1.8, 2.4, 81.0, {"contact_time_ms": 188.5}, ("contact_long",)),),
        "summary": Summary(81.0, {"contact_time_ms": MetricResult(188.5, 3.0, "ms", 9, "lower")}),
        "findings": (FindingResult("contact_long", "advice", "Nearly there.", "Hot!", (2,), 1.9),),
        "warnings": (Notice("view", "The camera stands off."),),
        "kickform_version": "0.1.0",
    }
    return Analysis(**{**parts, **changed})


@settings(max_examples=60, deadline=None, derandomize=True)
@given(analyses)
def test_an_analysis_is_read_back_as_it_was(analysis: Analysis) -> None:
    assert Analysis.from_json(analysis.to_json()) == analysis


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.floats(allow_nan=True, allow_infinity=True),
    st.dictionaries(names, st.floats(allow_nan=True, allow_infinity=True)),
)
def test_no_number_breaks_the_json_and_a_second_trip_changes_nothing(
    number: float, values: dict[str, float]
) -> None:
    analysis = example(
        view=ViewResult("oblique", number),
        scale=ScaleResult(number, "gravity", number),
        reps=(RepResult(1, "left", number, 1.0, number, values, sds=values, key_s=number),),
    )
    text = analysis.to_json()

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} in the JSON")

    json.loads(text, parse_constant=refuse)
    assert Analysis.from_json(text).to_json() == text


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.floats(1e-9, 1.0))
def test_small_numbers_keep_six_digits(scale: float) -> None:
    """A scale of 0.004 m/px must not be rounded to four decimals."""
    data = json.loads(example(scale=ScaleResult(scale, "gravity", 2.0)).to_json())
    assert data["scale"]["m_per_px"] == pytest.approx(scale, rel=1e-5)


def test_the_schema_of_the_design_is_there_in_full() -> None:
    data = json.loads(example().to_json())
    assert data["schema_version"] == SCHEMA_VERSION == 1
    for part, keys in SCHEMA.items():
        value = data if not part else data[part]
        value = value[0] if isinstance(value, list) else value
        assert keys <= set(value), f"{part or 'top level'} lacks {sorted(keys - set(value))}"
    assert set(data["summary"]["metrics"]["contact_time_ms"]) >= METRIC_KEYS
    assert data["summary"]["metrics"]["contact_time_ms"]["value"] == 188.5
    assert "motion" not in data
    assert list(data)[:2] == ["schema_version", "kickform_version"], "what a reader needs first comes first"


def test_a_missing_scale_is_null() -> None:
    data = json.loads(example(scale=None).to_json())
    assert data["scale"] is None
    assert Analysis.from_json(json.dumps(data)).scale is None


def test_fields_of_a_newer_version_are_passed_over() -> None:
    data = example().to_dict()
    data["mood"] = "bright"
    data["video"]["bitrate"] = 5
    data["reps"][0]["power_w"] = 900.0
    data["summary"]["metrics"]["contact_time_ms"]["percentile"] = 4
    assert Analysis.from_json(json.dumps(data)) == example()


def test_fields_of_an_older_version_may_be_missing() -> None:
    data = example().to_dict()
    del data["video"]["corrupt_frames"], data["reps"][0]["sds"], data["model"]
    back = Analysis.from_json(json.dumps(data))
    assert back.video.corrupt_frames == 0
    assert back.reps[0].sds == {}


def test_a_newer_schema_is_refused_with_the_cure() -> None:
    data = example().to_dict() | {"schema_version": 2}
    with pytest.raises(UsageError, match=r"old\.json: is of schema version 2; update KickForm"):
        Analysis.from_json(json.dumps(data), name="old.json")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[]",
        "3",
        "null",
        "{}",
        '{"schema_version": 1}',
        '{"schema_version": 1, "drill": "pogo", "video": []}',
        json.dumps(example().to_dict() | {"video": 3}),
        json.dumps(example().to_dict() | {"reps": [1]}),
        json.dumps(example().to_dict() | {"contacts": 7}),
    ],
)
def test_what_is_no_analysis_is_refused_by_name(text: str) -> None:
    with pytest.raises(UsageError, match=r"x\.json: not a KickForm analysis; use a file that --json wrote"):
        Analysis.from_json(text, name="x.json")


def test_saving_replaces_the_file_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("old", encoding="utf-8")
    example().save_json(path)
    assert Analysis.from_json(path.read_text(encoding="utf-8")) == example()
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_a_name_in_any_script_survives(tmp_path: Path) -> None:
    video = VideoResult("跳跃 – Žofie.mp4", 10, 10, 0, 1.0, 5, 30.0, False, 1.0, "none")
    example(video=video).save_json(tmp_path / "a.json")
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert "跳跃 – Žofie.mp4" in text
    assert Analysis.from_json(text).video == video
