"""An analysis as text: every number with its interval or the reason for having none."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from kickform.cli.analysis_tables import format_metric, print_analysis, print_drills
from kickform.drills import all_drills
from kickform.pipeline.analyze import judge_estimate
from kickform.results.analysis import Analysis
from kickform.results.findings import MetricResult, Notice
from kickform.subject import Athlete
from tests.synthetic import Camera, Stand, film, train


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    clip = film([Stand(0.5), train(0.17, 0.4, 5), Stand(0.5)], Camera(noise=0.002, far=1.5))
    return judge_estimate(clip.estimate, clip.info, athlete=Athlete(mass_kg=70))


def text_of(analysis: Analysis, width: int = 140) -> str:
    out = StringIO()
    print_analysis(analysis, Console(file=out, width=width))
    return out.getvalue()


def metric(value: float | None, sd: float | None, unit: str, reason: str = "") -> MetricResult:
    return MetricResult(value, sd, unit, 9, "lower", "Something", reason)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (metric(183.4, 4.0, "ms"), "183 ± 8 ms"),
        (metric(19.04, 0.61, "cm"), "19.0 ± 1.2 cm"),
        (metric(1.234, 0.05, "m/s"), "1.23 ± 0.10 m/s"),
        (metric(2.3, 0.05, ""), "2.30 ± 0.10"),
        (metric(88.6, 2.5, "°"), "89 ± 5°"),
        (metric(27.94, 1.0, "kN/m"), "27.9 ± 2.0 kN/m"),
        (metric(8 / 9, None, "of reps", "a yes or no"), "8 of 9 reps"),
        (metric(10.0, None, "ms", "a count"), "10 ms"),
        (metric(11.0, None, "", "a count"), "11"),
        (metric(1.0, None, "of jumps", "a yes or no"), "9 of 9 jumps"),
        (metric(1.0, None, "0 left, 1 right", "one or the other"), "right"),
        (metric(1.592, 0.165, "m"), "1.59 ± 0.32 m"),
        (metric(6.24, 0.05, "Hz"), "6.2 ± 0.1 Hz"),
        (metric(None, None, "ms", "film from the side"), "film from the side"),
    ],
)
def test_a_number_is_shown_with_its_95_percent_interval(given: MetricResult, text: str) -> None:
    assert format_metric(given) == text


def test_the_verdict_is_printed_completely(analysis: Analysis) -> None:
    text = text_of(analysis)
    assert f"Pogo jumps ({analysis.variant})" in text
    assert "clip.mp4" in text
    assert "5 reps in" in text
    assert "detected automatically" in text
    assert f"Score {analysis.summary.score:.0f} of 100" in text
    for result in analysis.summary.metrics.values():
        assert result.label in text
        assert format_metric(result) in text
    for finding in analysis.findings:
        assert finding.message in text
        assert finding.cue in text
    rows = [line.split() for line in text.splitlines()]
    for rep in analysis.reps:
        assert any(
            row[:2] == [str(rep.number), f"{rep.start_s:.2f}"] or row[:1] == [str(rep.number)] for row in rows
        )


def test_a_missing_value_is_a_dash(analysis: Analysis) -> None:
    first = next(line for line in text_of(analysis).splitlines() if line.split()[:1] == ["1"])
    assert "-" in first.split()


def test_sides_are_shown_where_they_differ(analysis: Analysis) -> None:
    assert "Side" not in text_of(analysis)
    hops = replace(analysis, reps=tuple(replace(rep, side="left") for rep in analysis.reps))
    text = text_of(hops)
    assert "Side" in text
    assert text.count(" left ") >= len(hops.reps)


def test_a_metric_without_reps_is_marked_as_of_the_set(analysis: Analysis) -> None:
    boxes = replace(metric(11.0, None, "", "a count"), label="Boxes", n=11)
    text = text_of(replace(analysis, summary=replace(analysis.summary, metrics={"boxes": boxes})))
    row = next(line for line in text.splitlines() if line.startswith("Boxes"))
    assert row.split() == ["Boxes", "11", "set"]


def test_a_warning_reads_as_a_sentence(analysis: Analysis) -> None:
    noted = replace(analysis, warnings=(Notice("x", "the feet are cut off"),))
    assert "Note: The feet are cut off." in text_of(noted)


def test_warnings_are_shown(analysis: Analysis) -> None:
    noted = replace(analysis, warnings=(Notice("x", "Film from the side, please."),))
    assert "Note: Film from the side, please." in text_of(noted)


def test_no_score_is_not_shown_as_none(analysis: Analysis) -> None:
    text = text_of(replace(analysis, summary=replace(analysis.summary, score=None)))
    assert "None" not in text
    assert "Score 0" not in text


@pytest.mark.parametrize("name", ["[red]jump[/red].mp4", "[/].mp4", "a[b].mp4"])
def test_a_file_name_with_brackets_is_shown_as_it_is(analysis: Analysis, name: str) -> None:
    assert name in text_of(replace(analysis, video=replace(analysis.video, name=name)))


def test_a_narrow_terminal_is_enough(analysis: Analysis) -> None:
    assert "Score" in text_of(analysis, width=60)


def test_every_drill_is_printed_with_how_to_do_and_film_it() -> None:
    out = StringIO()
    print_drills(all_drills().values(), Console(file=out, width=400))
    for drill in all_drills().values():
        for part in (drill.id, drill.title, drill.how_to, drill.how_to_film, drill.cue):
            assert part in out.getvalue()
