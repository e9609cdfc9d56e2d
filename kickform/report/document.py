"""The content of a report on an analysis, to keep, print or share as HTML or PDF.

`compose` decides what the report says; the two writers decide only how it looks. The HTML file contains its
pictures, needs no script and no network, and prints on A4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kickform.drills import all_drills
from kickform.report.charts import Chart, rep_chart, timeline
from kickform.report.key_frames import pictures_by_finding
from kickform.report.overlay.video import drill_title
from kickform.results.analysis import Analysis
from kickform.results.findings import FindingResult
from kickform.results.formatting import cell_words, counted, label_with_unit, reps_with, sentence
from kickform.results.wording import (
    first_to_fix,
    good_words,
    interval_words,
    missing_words,
    rep_metric_names,
    rep_words,
    score_word,
    source_words,
    value_words,
    view_words,
)

__all__ = ["MetricRow", "Point", "Report", "compose"]

_REP_COLUMNS = 7
_REP_CHARTS = 2
_GOOD_SCORE = 70
_ENOUGH_FPS = 55


@dataclass(frozen=True, slots=True)
class Point:
    """One finding: message, cue, reps concerned, and the frame that shows it (JPEG, or None)."""

    severity: str
    message: str
    cue: str
    where: str
    picture: bytes | None


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One metric over the set, in words: value, 95 % interval, good range, and what it is based on."""

    label: str
    value: str
    interval: str
    good: str
    source: str


@dataclass(frozen=True, slots=True)
class Report:
    """The content of a report, in reading order.

    Attributes:
        title: the drill.
        facts: athlete, day, clip and view, for one line.
        score: 0 to 100, or None.
        verdict: the score in words and the number of reps.
        first: the one thing to focus on next time: label, cue, reason.
        warnings: notes on the clip or the measurement.
        to_fix: what to fix, most important first.
        good: what was good.
        rows: the metrics over the set.
        charts: the timeline, and the headline metrics rep by rep.
        rep_header: column titles of the table of reps.
        rep_rows: cells of that table.
        missing: reasons for empty cells.
        next_steps: what to do next.
        footer: the version used and the disclaimer.
    """

    title: str
    facts: tuple[str, ...]
    score: float | None
    verdict: str
    first: tuple[str, str, str]
    warnings: tuple[str, ...]
    to_fix: tuple[Point, ...]
    good: tuple[Point, ...]
    rows: tuple[MetricRow, ...]
    charts: tuple[Chart, ...]
    rep_header: tuple[str, ...]
    rep_rows: tuple[tuple[str, ...], ...]
    missing: tuple[str, ...]
    next_steps: tuple[str, ...]
    footer: str


def compose(
    analysis: Analysis,
    pictures: Mapping[str, bytes] | None = None,
    *,
    athlete: str = "",
    filmed_at: datetime | None = None,
) -> Report:
    """Return the content of the report on `analysis`.

    Args:
        analysis: the verdict; its `motion` is not needed.
        pictures: JPEG stills by name (`kickform.report.key_frames.evidence_pictures`).
        athlete: the athlete's name; "" leaves it out.
        filmed_at: when the clip was filmed; None leaves the day out.
    """
    points = _points(analysis, pictures or {})
    score = analysis.summary.score
    count = counted(len(analysis.reps), "rep")
    header, rows = _reps(analysis)
    first = first_to_fix(analysis)
    return Report(
        title=drill_title(analysis),
        facts=_facts(analysis, athlete, filmed_at),
        score=score,
        verdict=f"{score_word(score)}, {count}" if score is not None else f"{count}, no score",
        first=("Next time", first.cue, first.message) if first else _keep(analysis),
        warnings=tuple(sentence(notice.message) for notice in analysis.warnings),
        to_fix=tuple(point for point in points if point.severity != "good"),
        good=tuple(point for point in points if point.severity == "good"),
        rows=_rows(analysis),
        charts=_charts(analysis),
        rep_header=header,
        rep_rows=rows,
        missing=tuple(missing_words(analysis)),
        next_steps=_next_steps(analysis, first),
        footer=(
            f"Measured by KickForm {analysis.kickform_version} ({analysis.model} model). "
            "The score is a coaching guide. This is training advice, not medical advice."
        ),
    )  # fmt: skip


def _facts(analysis: Analysis, athlete: str, filmed_at: datetime | None) -> tuple[str, ...]:
    video = analysis.video
    speed = "" if video.slow_motion_factor == 1 else f", {video.slow_motion_factor:g}× slow motion"
    day = f"{filmed_at.day} {filmed_at:%B %Y}" if filmed_at else ""
    clip = f"{video.duration_s:.1f} s at {video.mean_fps:.0f} fps{speed}"
    facts = (athlete, day, video.name, clip, view_words(analysis))
    # A file name may contain bytes that are not text and could not be written to a file.
    return tuple(fact.encode("utf-8", "replace").decode("utf-8") for fact in facts if fact)


def _keep(analysis: Analysis) -> tuple[str, str, str]:
    """Return the drill's own cue, for a set with nothing to fix."""
    drill = all_drills().get(analysis.drill)
    return "Keep this cue", drill.cue if drill else "Same again.", "Nothing to fix."


def _charts(analysis: Analysis) -> tuple[Chart, ...]:
    names = rep_metric_names(analysis)[:_REP_CHARTS]
    return (timeline(analysis), *(rep_chart(analysis, name) for name in names))


def _points(analysis: Analysis, pictures: Mapping[str, bytes]) -> list[Point]:
    """Return the findings: faults first, each group in the drill's order."""
    order = {"fault": 0, "advice": 1, "good": 2}
    places = sorted(range(len(analysis.findings)), key=lambda i: order[analysis.findings[i].severity])
    total, stills = len(analysis.reps), pictures_by_finding(pictures, analysis.findings)
    return [
        Point(f.severity, f.message, f.cue, rep_words(f.reps, total).capitalize(), stills.get(place))
        for place in places
        for f in (analysis.findings[place],)
    ]


def _rows(analysis: Analysis) -> tuple[MetricRow, ...]:
    metrics = analysis.summary.metrics
    names = [n for n in dict.fromkeys((*analysis.summary.headline, *metrics)) if n in metrics]
    rows = []
    for name in names:
        metric = metrics[name]
        if metric.value is None:
            rows.append(MetricRow(metric.label, "–", "", "", f"Not measured: {metric.reason}"))
            continue
        interval = interval_words(metric)
        source = source_words(metric, reps_with(analysis, name))
        notes = source if interval or not metric.reason else f"{source}, {metric.reason}"
        good = good_words(metric).removeprefix("good: ")
        rows.append(MetricRow(metric.label, value_words(metric), interval, good, notes))
    return tuple(rows)


def _reps(analysis: Analysis) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return header and cells of the table of reps, with the main metrics that reps have."""
    metrics = analysis.summary.metrics
    names = [n for n in dict.fromkeys((*analysis.summary.headline, *metrics)) if n in metrics]
    names = [n for n in names if reps_with(analysis, n)][:_REP_COLUMNS]
    sides = {rep.side for rep in analysis.reps} != {"both"}
    header = ["Rep", "Start (s)", *(["Side"] if sides else [])]
    header += [label_with_unit(metrics[n].label, metrics[n].unit) for n in names]
    rows = []
    for rep in analysis.reps:
        cells = [str(rep.number), f"{rep.start_s:.2f}", *([rep.side] if sides else [])]
        cells += [cell_words(rep, n, metrics[n]) or "–" for n in names]
        rows.append((*cells, "–" if rep.score is None else f"{rep.score:.0f}"))
    return (*header, "Score"), tuple(rows)


def _next_steps(analysis: Analysis, first: FindingResult | None) -> tuple[str, ...]:
    """Return what to do next: the cue, how many sets, how often, and how to film."""
    steps = []
    if first is not None:
        steps.append(f"Next set, focus on one thing: {first.cue}")
    score = analysis.summary.score
    if first is not None and first.severity == "fault":
        steps.append("Stay at one or two sets until your form holds. When your form goes, end the set.")
    elif score is not None and score >= _GOOD_SCORE:
        steps.append("Your form holds: build up to two or three sets, with full rest between them.")
    steps.append("Do this two or three times a week, after a hard workout, never two days in a row.")
    fps = analysis.video.mean_fps * analysis.video.slow_motion_factor
    rate = "at 60 fps or more" if fps < _ENOUGH_FPS else "at the same frame rate"
    side = "from the same side" if analysis.view.plane == "sagittal" else "straight from the side"
    steps.append(f"Film the next set {side} and {rate}, so that you can compare the two.")
    steps.append("If something hurts, stop and see a professional.")
    return tuple(steps)
