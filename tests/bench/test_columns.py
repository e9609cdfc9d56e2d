"""Columns and the page: the same rows for every data set, the worst first, in words that are computed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from bench import accuracy, consistency, page, reality, second
from bench.cells import agreement_cell
from bench.columns import COLUMNS, Column, as_json, read_column, write_column
from bench.external import report
from bench.outcomes import LabelError, Outcome, TimedContact, Value
from bench.page import page_of, side_by_side
from bench.pictures import agreement_alt, agreement_svg
from bench.rendered import cases_of
from bench.rows import SECTIONS, all_rows
from bench.worst import worst_line


def clip(name: str, bias_ms: float, sd_ms: float = 5.0, drill: str = "pogo", **changes: object) -> Outcome:
    contacts = [
        TimedContact(bias_ms + k, sd_ms, None, 200.0, 0.0, 3.0, bias_ms + k, 4.0, "forefoot")
        for k in (-2.0, -1.0, 0.0, 1.0, 2.0)
    ]
    mean = float(np.mean([contact.error_ms for contact in contacts]))
    known: dict[str, object] = {
        "named": drill,
        "fps": 60.0,
        "contacts": contacts,
        "contacts_found": 5,
        "contacts_true": 5,
        "set_mean_ms": mean,
        "set_mean_sd_ms": 3.0,
        "event_hits": 10,
        "event_found": 10,
        "event_true": 10,
        "height_cm": [Value(20.5, 20.0, 1.0)] * 4,
        "reps_found": 6,
        "reps_true": 6,
        "reps_matched": 6,
    }
    return Outcome(name, drill, "x", **(known | changes))  # type: ignore[arg-type]


GOOD = Column("test", "heavy", "2 of 2 clips", [clip("a", 1.0), clip("b", -1.0)])
BAD = Column("real", "heavy", "2 of 2 clips", [clip("c", -29.0), clip("d", -31.0, reps_found=7)])


def cell(column: Column, section: str, label: str) -> str:
    (row,) = [row for row in all_rows() if (row.section, row.label) == (section, label)]
    found = row.cell(column.outcomes)
    return found.text if found else "-"


def test_the_worst_of_all_columns_comes_first_whatever_their_order() -> None:
    for columns in ([GOOD, BAD], [BAD, GOOD]):
        line = worst_line(columns)
        assert line.startswith("At its worst: real people, contact times (two feet) are 30 ms too short")
        assert "(n 10; target 3)" in line
        assert "real people, 0 % of contact times" in line
        assert "clips with exact reps: 1 of 2" in line
        assert "the worst set's mean contact time (d) is -31 ms off" in line
    written = page_of([GOOD, BAD])
    assert written.splitlines()[2] == worst_line([GOOD, BAD])
    assert "too" in worst_line([GOOD])
    assert "real people" not in worst_line([GOOD])


def test_the_worst_changes_with_the_figures_not_with_the_column() -> None:
    better = replace(BAD, outcomes=[clip("c", 0.5), clip("d", -0.5)])
    worse = replace(GOOD, outcomes=[clip("a", 47.0, drill="ladder"), clip("b", 47.0, drill="ladder")])
    line = worst_line([worse, better])
    assert line.startswith("At its worst: test, contact times (two feet) are 47 ms too long")


def test_a_column_that_was_not_run_says_so_with_its_command() -> None:
    written = page_of([GOOD])
    assert "- **real people**: not run; `python -m bench reality --shared DIR` runs it." in written
    assert "| two feet | not run |" in written
    assert worst_line([]) == "No column was run: nothing is known."
    assert (
        "Not run; `python -m bench consistency --shared DIR` runs it." in written
        or "Self-consistency on" in written
    )


def test_bias_interval_error_and_coverage_stand_in_one_cell() -> None:
    text = cell(GOOD, "Contact time, ms", "two feet")
    assert text == "+0.0 (-12.7 to +12.7), 1.4, 100 %; n 10"
    assert cell(BAD, "Take-off, ms", "lands on the forefoot").startswith("-30.0 (")
    assert cell(BAD, "Touchdown, ms", "two feet").startswith("+0.0")
    assert cell(GOOD, "Mean contact time of a set, ms", "worst clip").startswith("+1.0 (a")
    assert cell(GOOD, "Agreement", "jump height, cm").startswith("+0.5 [+0.5, +0.5]")


def test_labels_that_err_lower_what_is_expected() -> None:
    label = LabelError(33.0, 33.0, 10.0, 12.0)
    labelled = [
        replace(o, contacts=[replace(c, label=label) for c in o.contacts])
        for o in (clip("c", -2.0), clip("d", 2.0))
    ]
    text = cell(replace(BAD, outcomes=labelled), "Contact time, ms", "two feet")
    assert "100 % of 36" in text


def test_times_of_a_clip_without_a_verdict_are_apart() -> None:
    refused = replace(GOOD, outcomes=[clip("a", 1.0), clip("b", 40.0, refusal="b.mp4: no drill found")])
    assert cell(refused, "Contact time, ms", "two feet").startswith("+1.0, ")
    assert cell(refused, "Contact time, ms", "clips without a verdict").startswith("+40.0")


def test_rsi_and_ratio_have_rows_with_their_own_coverage() -> None:
    values = {"rsi_m_per_s": [Value(1.0, 0.9, 0.02), Value(0.9, 0.9, 0.02)] * 2}
    column = replace(GOOD, outcomes=[clip("a", 0.0, values=values)])
    assert cell(column, "Flight, height, RSI, flight : contact", "RSI, m/s") == "+0.050, 0.050, 50 %; n 4"
    assert cell(column, "Agreement", "RSI, m/s").endswith("n 4")


def test_angles_are_told_by_their_depth() -> None:
    values = {"heel_recovery_deg": [Value(78.0, 80.0, 5.0), Value(105.0, 120.0, 5.0)]}
    column = replace(GOOD, outcomes=[clip("a", 0.0, drill="single_leg_hop", values=values)])
    assert cell(column, "Angles, deg", "heel recovery (knee in hops), true below 90").startswith("-2.0")
    assert cell(column, "Angles, deg", "heel recovery (knee in hops), true 110 to 125").startswith("-15.0")


def test_a_column_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    values = {"bounces": [Value(2.0, 2.0), Value(None, 2.0)]}
    label = LabelError(33.0, 33.0, 10.0, 12.0)
    outcome = clip("a", 1.0, values=values, yaw_deg=3.0)
    outcome.contacts.append(TimedContact(1.0, np.inf, label=label))
    column = replace(GOOD, outcomes=[outcome], extra={"t": {"title": "T", "note": "", "rows": [{"x": 1.5}]}})
    path = tmp_path / "columns" / "test.json"
    write_column(column, path)
    back = read_column(path)
    assert back.outcomes[0].contacts[0] == outcome.contacts[0]
    assert back.outcomes[0].contacts[-1].label == label
    assert back.outcomes[0].values == values
    told = json.loads(as_json(column))
    assert {row["section"] for row in told["rows"]} <= set(SECTIONS)
    assert any(row["row"] == "two feet" and row["bias"] == pytest.approx(1.0) for row in told["rows"])


def test_every_section_has_rows_and_only_what_can_be_measured_is_shown() -> None:
    assert {row.section for row in all_rows()} == set(SECTIONS)
    shown = "\n".join(side_by_side([GOOD], list(COLUMNS)))
    assert "A-skips" not in shown
    assert "| two feet | not run | +0.0" in shown


def test_agreement_of_a_known_table() -> None:
    """Shrout and Fleiss (1979): two of their judges have ICC(2,1) worked out by hand."""
    measured, true = np.array([9.0, 6.0, 8.0, 7.0, 10.0, 6.0]), np.array([2.0, 1.0, 4.0, 1.0, 5.0, 2.0])
    values = [Value(*pair) for pair in zip(measured, true, strict=True)]
    found = agreement_cell([values[:4], [*values[4:], Value(None, 3.0), Value(3.0, None)]], 1)
    assert found is not None
    off, numbers = measured - true, found.numbers
    assert numbers["bias"] == pytest.approx(off.mean())
    assert numbers["high"] - numbers["low"] == pytest.approx(2 * 1.96 * off.std(ddof=1))  # type: ignore[operator]
    rows, columns, n = (measured + true) / 2, np.array([measured.mean(), true.mean()]), 6
    grand = rows.mean()
    between, judges = 2 * ((rows - grand) ** 2).sum() / (n - 1), n * ((columns - grand) ** 2).sum()
    every = ((np.concatenate([measured, true]) - grand) ** 2).sum()
    error = (every - between * (n - 1) - judges) / (n - 1)
    assert numbers["icc"] == pytest.approx((between - error) / (between + error + 2 * (judges - error) / n))
    assert agreement_cell([values[:2]], 1) is None


def test_without_any_spread_no_icc_is_made_up() -> None:
    found = agreement_cell([[Value(2.0, 2.0)] * 3], 1)
    assert found is not None
    assert found.text == "+0.0 [+0.0, +0.0], no ICC; n 3"
    assert found.numbers["icc"] is None


PAIRS = replace(
    GOOD,
    outcomes=[
        clip("a", 10.0, flight_ms=[Value(400.0 + k, 400.0, 5.0) for k in range(4)]),
        clip("b", -10.0),
        clip("refused", 500.0, refusal="refused.mp4: no drill found"),
    ],
)


def test_a_picture_is_drawn_to_scale_from_the_pairs_of_clips_with_a_verdict() -> None:
    svg = agreement_svg(PAIRS)
    panels = ElementTree.fromstring(svg).findall("{http://www.w3.org/2000/svg}g")
    titles = [panel.findall("{http://www.w3.org/2000/svg}text")[0].text for panel in panels]
    assert titles[:3] == ["Contact time, ms (n 10)", "Flight time, ms (n 4)", "Jump height, cm (n 8)"]
    path = panels[0].find("{http://www.w3.org/2000/svg}path")
    assert path is not None
    dots = [tuple(map(float, place.split())) for place in re.findall(r"M(\S+ \S+)h0", path.get("d", ""))]
    x, y = np.array(dots).T
    errors = np.sort([c.error_ms for o in PAIRS.outcomes[:2] for c in o.contacts])
    assert np.corrcoef(np.sort(-y), errors)[0, 1] == pytest.approx(1.0, abs=1e-3)
    assert np.corrcoef(x, -y)[0, 1] == pytest.approx(1.0, abs=1e-3), "the truth is one: means go with errors"
    assert (x.min() > 50, x.max() < 280, y.min() > 50, y.max() < 200) == (True,) * 4
    limits = [line for line in panels[0] if line.get("stroke-dasharray")]
    assert len(limits) == 2


def test_the_same_clips_give_the_same_picture_whatever_their_order() -> None:
    assert agreement_svg(PAIRS) == agreement_svg(PAIRS)
    contacts = PAIRS.outcomes[0].contacts[::-1]
    turned = replace(PAIRS, outcomes=[*PAIRS.outcomes[1:], replace(PAIRS.outcomes[0], contacts=contacts)])
    assert agreement_svg(turned) == agreement_svg(PAIRS)


def test_a_picture_says_in_words_what_the_table_says() -> None:
    alt = agreement_alt(PAIRS)
    assert alt.startswith("Differences over means, test. contact time, ms: bias +0.0, limits −")
    assert "jump height, cm: bias +0.5, limits +0.5 to +0.5, 8 pairs" in alt
    assert "RSI" not in alt
    assert agreement_svg(replace(GOOD, outcomes=[])) == ""


def test_thousands_of_dots_make_no_large_file() -> None:
    many = [TimedContact(k % 97 - 48.0, 5.0, None, 150.0 + k % 211) for k in range(5000)]
    assert len(agreement_svg(replace(GOOD, outcomes=[clip("a", 0.0, contacts=many)]))) < 100_000


@pytest.fixture
def page_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that the page is written into, from the column PAIRS alone."""
    monkeypatch.setattr(page, "PAGE", tmp_path / "accuracy.md")
    monkeypatch.setattr(page, "CONSISTENCY", tmp_path / "consistency.json")
    monkeypatch.setattr(page, "kept_columns", lambda: [PAIRS])
    return tmp_path


def test_the_page_is_written_with_its_pictures_and_as_json(page_folder: Path) -> None:
    (page_folder / "pictures").mkdir()
    (page_folder / "pictures" / "agreement-real.svg").write_text("of an earlier run", "utf-8")
    assert page.main(["--json", str(page_folder / "page.json")]) == 0
    written = (page_folder / "accuracy.md").read_text("utf-8")
    assert f"![{agreement_alt(PAIRS)}](pictures/agreement-test.svg)" in written
    assert [path.name for path in (page_folder / "pictures").iterdir()] == ["agreement-test.svg"]
    told = json.loads((page_folder / "page.json").read_text("utf-8"))
    assert told["worst"] == worst_line([PAIRS])
    assert told["columns"]["test"] == json.loads(as_json(PAIRS))
    assert told["targets"]["test"][0].keys() >= {"what", "wanted", "measured", "met"}


def test_a_dry_run_writes_nothing(page_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert page.main(["--dry"]) == 0
    assert capsys.readouterr().out.startswith("# Accuracy")
    assert list(page_folder.iterdir()) == []


def test_the_page_says_how_the_splits_are_kept_apart() -> None:
    written = page_of([GOOD])
    assert "10,000,000 to 10,999,999 are\ntrain's" in written
    assert "30,000,000 to 30,999,999 are test's" in written
    assert "(20,000,000 to 20,999,999), which this page does not show" in written
    assert f'"60 of {len(cases_of("test"))} clips"' in written


@pytest.mark.parametrize("command", [accuracy, second, reality, consistency, page])
def test_every_command_of_the_page_writes_json(command: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        command.main(["--help"])
    assert "write what is printed as JSON to this file" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(("split", "is_kept"), [("train", True), ("validation", False), ("test", True)])
def test_only_columns_of_the_page_are_kept(
    split: str, is_kept: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = []
    monkeypatch.setattr(accuracy, "run_all", lambda _work, cases, *_: [clip(c.name, 1.0) for c in cases[:3]])
    monkeypatch.setattr(accuracy, "write_column", lambda column: kept.append(column.name))
    assert accuracy.main(["--split", split, "--json", str(tmp_path / "column.json")]) == 0
    assert kept == ([split] if is_kept else [])
    assert json.loads((tmp_path / "column.json").read_text("utf-8"))["name"] == split


def test_a_column_that_the_page_does_not_show_is_not_written(tmp_path: Path) -> None:
    validation = replace(GOOD, name="validation")
    assert report(validation).startswith("validation (2 of 2 clips, model heavy)")
    with pytest.raises(ValueError, match="validation is no column of the page"):
        write_column(validation, tmp_path / "validation.json")
    assert list(tmp_path.iterdir()) == []
