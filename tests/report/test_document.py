"""The report: the same words in HTML and PDF, nothing from outside trusted, nothing from outside needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from kickform import drills
from kickform.drills import all_drills
from kickform.errors import UsageError
from kickform.report import fonts as _report_fonts
from kickform.report import pdf as _report_pdf
from kickform.report import report_html, report_pdf, save_report
from kickform.report.charts import Bar, Label, Stroke, rep_chart, svg, timeline, vector_drawing
from kickform.report.document import MetricRow, Point, Report, compose
from kickform.report.key_frames import evidence_pictures, jpeg, pictures_by_finding
from kickform.results.analysis import Analysis, Summary
from kickform.results.findings import MetricResult, RepResult
from tests.app.fake import make_analysis, make_motion
from tests.drills.test_contract import Stepping

NASTY = "<script>alert('x')</script> & \"q\" </style>"
NAMES = [
    "Zoë Müßig-Łąsk", "Ελένη Παπαδοπούλου", "山田 太郎", "김하늘", "さくら カタカナ", "Андрей",
    "🏃\u200d♀️ Ada", "a\x00b\ud800c", "ا محمد", "e\u0301",
]  # fmt: skip


@pytest.fixture
def analysis() -> Analysis:
    return make_analysis("set.mp4", make_motion(np.arange(0, 4, 1 / 60), 320, 180))


@pytest.fixture
def pictures() -> dict[str, bytes]:
    return {
        "finding_quick": jpeg(np.full((90, 72, 3), 120, np.uint8)),
        "finding_long_contact": jpeg(np.full((90, 72, 3), 220, np.uint8)),
    }


class Reading(HTMLParser):
    """What an HTML document says, and what it asks the browser for."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)

    @classmethod
    def of(cls, text: str) -> Reading:
        reading = cls()
        reading.feed(text)
        reading.close()
        return reading


def words_of(report: Report) -> Iterator[str]:
    """Every word that the report must say, whatever it is written as."""
    for field in fields(report):
        value = getattr(report, field.name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, str):
                yield item
            elif isinstance(item, Point):
                yield from (item.message, item.cue, item.where)
            elif isinstance(item, MetricRow):
                yield from (getattr(item, f.name) for f in fields(item))
            elif isinstance(item, tuple):
                yield from item


def squeezed(words: str) -> str:
    return re.sub(r"\s+", " ", words)


def test_html_contains_the_whole_report(analysis: Analysis, pictures: dict[str, bytes]) -> None:
    when = datetime(2026, 11, 2, 18, 30)
    report = compose(analysis, pictures, athlete="Ada", filmed_at=when)
    assert report.facts[:3] == ("Ada", "2 November 2026", "set.mp4")
    read = Reading.of(report_html(analysis, pictures, athlete="Ada", filmed_at=when))
    said = squeezed(" ".join(read.words))
    for words in words_of(report):
        assert squeezed(words) in said
    for chart in report.charts:
        assert chart.title in said


def test_pdf_contains_the_whole_report(
    analysis: Analysis, pictures: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def listen(words: str, bold: bool = False) -> str:
        said.append(words)
        return _report_fonts.paragraph_markup(words, bold)

    monkeypatch.setattr(_report_pdf, "paragraph_markup", listen)
    pdf = report_pdf(analysis, pictures, athlete="Ada")
    everything = squeezed(" ".join(said))
    for words in words_of(compose(analysis, pictures, athlete="Ada")):
        assert squeezed(words) in everything
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert pdf.count(b"/Subtype /Image") == len(pictures)


def test_metrics_have_an_interval_or_a_reason(
    analysis: Analysis,
) -> None:
    report = compose(analysis)
    rows = {row.label: row for row in report.rows}
    value = analysis.summary.metrics["contact_time_ms"].value
    assert value is not None
    assert rows["Contact time"].value == f"{value:.0f} ms"
    assert rows["Contact time"].interval == "± 5 ms"
    assert rows["Contact time"].good == "up to 200 ms"
    assert rows["Knee bend"].value == "–"
    assert "40 deg off the side view" in rows["Knee bend"].source
    assert len(report.rep_rows) == len(analysis.reps)
    assert report.missing == ("Contact time, rep 1: the first rep starts from standing",)
    assert report.to_fix[0].severity == "fault"
    assert report.first[1] == report.to_fix[0].cue
    assert any(report.to_fix[0].cue in step for step in report.next_steps)
    assert any("see a professional" in step for step in report.next_steps)


def test_html_needs_nothing_from_outside_and_no_script(
    analysis: Analysis, pictures: dict[str, bytes]
) -> None:
    read = Reading.of(report_html(analysis, pictures))
    assert {"script", "link", "iframe", "object"}.isdisjoint(tag for tag, _ in read.tags)
    for tag, attributes in read.tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), f"<{tag} {name}>"
            if name in ("src", "href"):
                assert str(value).startswith("data:image/jpeg;base64,")
    images = [attributes for tag, attributes in read.tags if tag == "img"]
    assert len(images) == len(pictures)
    assert all(image["alt"] for image in images)
    assert all(attributes["aria-label"] for tag, attributes in read.tags if tag == "svg")
    style = re.search(r"<style>(.*?)</style>", report_html(analysis), re.DOTALL)
    assert style is not None
    assert "url(" not in style[1]
    assert "size: A4" in style[1]


def nasty(analysis: Analysis) -> Analysis:
    """The analysis with markup wherever words from outside can stand."""
    video = replace(analysis.video, name=NASTY)
    findings = tuple(replace(f, message=NASTY, cue=NASTY) for f in analysis.findings)
    metrics = {
        name: replace(metric, label=NASTY, reason=NASTY if metric.reason else "")
        for name, metric in analysis.summary.metrics.items()
    }
    reps = tuple(replace(rep, withheld=dict.fromkeys(rep.withheld, NASTY)) for rep in analysis.reps)
    warnings = tuple(replace(notice, message=NASTY) for notice in analysis.warnings)
    return replace(
        analysis, drill=NASTY, variant=NASTY, video=video, findings=findings, reps=reps, warnings=warnings,
        summary=replace(analysis.summary, metrics=metrics),
    )  # fmt: skip


def test_markup_in_texts_is_escaped(analysis: Analysis, pictures: dict[str, bytes]) -> None:
    text = report_html(nasty(analysis), pictures, athlete=NASTY)
    read = Reading.of(text)
    assert "script" not in {tag for tag, _ in read.tags}
    assert text.count("</style>") == 1
    assert "".join(read.words).count("<script>") >= 10, "shown as it stands"
    assert report_pdf(nasty(analysis), pictures, athlete=NASTY).startswith(b"%PDF-")


@pytest.mark.parametrize("name", NAMES)
def test_any_name_can_be_written(analysis: Analysis, name: str) -> None:
    assert report_pdf(analysis, athlete=name).startswith(b"%PDF-")
    assert report_html(analysis, athlete=name).encode("utf-8")


@pytest.mark.parametrize("system", [(), _report_fonts._SYSTEM])
def test_each_character_gets_a_font_that_has_it(
    monkeypatch: pytest.MonkeyPatch, system: tuple[str, ...]
) -> None:
    monkeypatch.setattr(_report_fonts, "_SYSTEM", system)
    _report_fonts.font_for.cache_clear()
    try:
        assert _report_fonts.font_runs("Müller ±5°") == [("Vera", "Müller ±5°")]
        runs = _report_fonts.font_runs("A 山 に 김 \x07")
        assert "".join(run for _, run in runs) == "A 山 に 김  "
        assert runs[0][0] == "Vera"
        assert {font for font, run in runs if run.strip() in "山に김"} != {"Vera"}
        if not system:
            assert {"STSong-Light", "HeiseiKakuGo-W5", "HYGothic-Medium"} <= {font for font, _ in runs}
            assert "𐎀" not in "".join(run for _, run in _report_fonts.font_runs("𐎀")), "a box instead"
    finally:
        _report_fonts.font_for.cache_clear()


def test_an_empty_analysis_gives_a_complete_report(analysis: Analysis) -> None:
    withheld = {
        name: MetricResult(None, None, m.unit, 0, m.better, m.label, "it could not be seen")
        for name, m in analysis.summary.metrics.items()
    }
    bare = replace(
        analysis, contacts=(), flights=(), findings=(), warnings=(), scale=None,
        reps=tuple(RepResult(n, "left", 0.1 * n, 0.1 * n + 0.05, None, {}) for n in range(1, 130)),
        summary=Summary(None, withheld),
    )  # fmt: skip
    report = compose(bare)
    assert report.verdict == "129 reps, no score"
    assert report.first[0] == "Keep this cue"
    assert not report.to_fix + report.good
    assert len(report.charts) == 1
    assert report_pdf(bare).count(b"/Type /Page\n") >= 3, "a long table runs over pages"
    assert "no score" in report_html(bare)


def test_a_drill_from_outside_has_its_report(analysis: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = SimpleNamespace(name="stepping", load=Stepping)
    monkeypatch.setattr(drills, "entry_points", lambda *, group: [entry])
    all_drills.cache_clear()
    try:
        own = replace(
            analysis, drill="stepping", variant="", findings=(),
            summary=Summary(80.0, {"cadence_per_min": MetricResult(170, 2, "1/min", 3, "higher", "Cadence")}),
        )  # fmt: skip
        text = " ".join(Reading.of(report_html(own)).words)
        assert "Stepping" in text
        assert "Keep this cue: Light feet." in squeezed(text)
        assert "170 /min" in text
        assert report_pdf(own).startswith(b"%PDF-")
    finally:
        monkeypatch.undo()
        all_drills.cache_clear()


def test_the_timeline_is_to_scale(analysis: Analysis) -> None:
    chart = timeline(analysis)
    bars = [shape for shape in chart.shapes if isinstance(shape, Bar) and shape.y > 20]
    assert len(bars) == len(analysis.contacts) + len(analysis.flights)
    spans = [(f.takeoff_s, f.touchdown_s) for f in analysis.flights]
    spans += [(c.touchdown_s, c.takeoff_s) for c in analysis.contacts]
    per_s = (680 - 16) / analysis.video.duration_s
    for bar, (start, end) in zip(bars, spans, strict=True):
        assert bar.x == pytest.approx(8 + per_s * start)
        assert bar.width == pytest.approx(per_s * (end - start))
    assert f"{len(analysis.contacts)} contacts" in chart.alt


def test_bars_have_the_right_height_and_colour(analysis: Analysis) -> None:
    chart = rep_chart(analysis, "contact_time_ms")
    bars = [shape for shape in chart.shapes if isinstance(shape, Bar) and shape.opacity == 1]
    values = [rep.metrics["contact_time_ms"] for rep in analysis.reps if rep.metrics]
    assert [bar.height / bars[0].height for bar in bars] == pytest.approx([v / values[0] for v in values])
    assert [bar.color == "#2E9E6B" for bar in bars] == [v <= 200 for v in values]
    edges = [shape for shape in chart.shapes if isinstance(shape, Stroke) and shape.dashed]
    assert len(edges) == 1, "the edge of the good range"
    assert chart.title == "Contact time (ms), good: up to 200 ms"


def test_both_writers_draw_every_shape(analysis: Analysis) -> None:
    for chart in compose(analysis).charts:
        assert len(vector_drawing(chart, 500, "Vera").contents) == len(chart.shapes)
        text = svg(chart)
        drawn = sum(text.count(f"<{tag} ") for tag in ("rect", "line", "text"))
        assert drawn == len(chart.shapes)
        numbers = [s for s in chart.shapes if isinstance(s, Label)]
        assert all(0 <= s.x <= 680 and 0 <= s.y <= chart.height for s in numbers)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[float]]:
    """The times that frames are taken from the clip at, one list a pass."""
    passes: list[list[float]] = []

    def frames(video: object, of: Analysis, times: list[float], *, max_side_px: int) -> list[np.ndarray]:
        passes.append(times)
        return [np.full((1500, 1000, 3), 40, np.uint8) for _ in times]

    monkeypatch.setattr("kickform.report.key_frames.evidence_frames", frames)
    return passes


def test_each_picture_belongs_to_its_finding(analysis: Analysis, asked: list[list[float]]) -> None:
    timeless = replace(analysis.findings[0], time_s=None)
    several = replace(analysis, findings=(timeless, *analysis.findings))
    found = evidence_pictures(Path("set.mp4"), several)
    assert set(found) == {"finding_quick#2", "finding_long_contact"}
    assert pictures_by_finding(found, several.findings) == {
        1: found["finding_quick#2"],
        2: found["finding_long_contact"],
    }
    assert asked == [sorted(f.time_s or 0.0 for f in analysis.findings)], "one pass"
    assert all(picture.startswith(b"\xff\xd8") for picture in found.values())
    assert evidence_pictures(Path("set.mp4"), replace(analysis, findings=(timeless,))) == {}


def test_a_clip_that_ends_early_misnames_no_picture(
    analysis: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = analysis.findings[1].time_s or 0.0

    def frames(video: object, of: Analysis, times: list[float], *, max_side_px: int) -> list[np.ndarray]:
        return [np.full((15, 10, 3), 40, np.uint8) for time_s in times if time_s < last]

    monkeypatch.setattr("kickform.report.key_frames.evidence_frames", frames)
    swapped = replace(analysis, findings=analysis.findings[::-1])
    assert list(evidence_pictures(Path("set.mp4"), swapped)) == ["finding_quick"]


def test_each_rep_is_pictured_at_its_key_frame(analysis: Analysis, asked: list[list[float]]) -> None:
    reps = (replace(analysis.reps[0], key_s=None), *analysis.reps[1:])
    found = evidence_pictures(Path("set.mp4"), replace(analysis, reps=reps), reps=True)
    assert [name for name in found if name.startswith("rep_")] == [f"rep_{rep.number}" for rep in reps]
    (times,) = asked
    at = dict(zip(found, times, strict=True))
    assert at["rep_1"] == (reps[0].start_s + reps[0].end_s) / 2
    assert all(at[f"rep_{rep.number}"] == rep.key_s for rep in reps[1:])
    assert len(found["rep_1"]) < len(found["finding_quick"])


def test_a_report_is_written_completely_or_not_at_all(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.html"
    path.write_text("before")

    def fail(self: object, data: bytes) -> int:
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr("pathlib.Path.write_bytes", fail)
        with pytest.raises(UsageError, match=r"a\.html: cannot be written \(disk full\)"):
            save_report(path, "after")
    assert path.read_text() == "before"
    save_report(path, "after é")
    assert path.read_bytes() == "after é".encode()
    assert list(tmp_path.iterdir()) == [path]
