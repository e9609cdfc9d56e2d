"""Prints athletes, sessions, trends and batches as tables on a terminal; returns them as CSV and JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kickform.drills import all_drills
from kickform.history.batch import BatchSummary
from kickform.history.records import AthleteRecord, SessionRecord
from kickform.history.trends import Trends
from kickform.results.formatting import decimals, number_words

__all__ = [
    "athlete_dict",
    "print_athletes",
    "print_batch",
    "print_sessions",
    "print_trends",
    "session_dict",
    "trend_csv",
]

_MOST_ROWS = 12


def athlete_dict(athlete: AthleteRecord, sessions: int) -> dict[str, Any]:
    """Return an athlete as plain Python, for JSON."""
    return {
        "id": athlete.id,
        "name": athlete.name,
        "height_m": athlete.height_m,
        "mass_kg": athlete.mass_kg,
        "notes": athlete.notes,
        "sessions": sessions,
    }


def session_dict(session: SessionRecord) -> dict[str, Any]:
    """Return a session with the metrics of the whole set as plain Python, for JSON."""
    metrics = {m.name: session.metric(m.name) for m in session.metrics}
    return {
        "id": session.id,
        "athlete": session.athlete,
        "drill": session.drill,
        "variant": session.variant,
        "kind": session.kind,
        "filmed_at": session.filmed_at.isoformat(),
        "filmed_at_source": session.filmed_at_source,
        "clip": session.clip_name,
        "clip_sha256": session.clip_sha256,
        "fps": session.fps,
        "view": session.plane,
        "model": session.model,
        "score": session.score,
        "reps": session.reps,
        "findings": list(session.findings),
        "metrics": {
            name: {"value": m.value, "sd": m.sd, "unit": m.unit, "n": m.n, "side": m.side}
            for name, m in metrics.items()
            if m is not None
        },
    }


def print_athletes(athletes: Sequence[AthleteRecord], counts: Mapping[int, int], console: Console) -> None:
    """Print the athletes, each with the number of sessions."""
    if not athletes:
        console.print("No athletes yet. Add one with: kickform analyze CLIP --athlete NAME --save")
        return
    table = _table("Athlete", "Height", "Mass", "Sessions")
    for each in athletes:
        height = "" if each.height_m is None else f"{each.height_m:.2f} m"
        mass = "" if each.mass_kg is None else f"{each.mass_kg:.0f} kg"
        table.add_row(Text(each.name), height, mass, str(counts.get(each.id, 0)))
    console.print(table)


def print_sessions(sessions: Sequence[SessionRecord], console: Console) -> None:
    """Print the sessions, one per line, each with the drill's main metric."""
    if not sessions:
        console.print("No sessions yet. Save one with: kickform analyze CLIP --athlete NAME --save")
        return
    table = _table("Session", "Filmed", "Athlete", "Drill", "Reps", "Score", "Main metric")
    for each in sessions:
        drill = all_drills().get(each.drill)
        name = drill.metrics[0].name if drill else next((m.name for m in each.metrics), "")
        metric = each.metric(name)
        number = "" if metric is None or metric.value is None else number_words(metric.value, metric.unit)
        label = f"{metric.label} {number}" if metric is not None and number else ""
        score = "" if each.score is None else f"{each.score:.0f}"
        filmed = f"{each.filmed_at.astimezone():%Y-%m-%d %H:%M}"
        title = drill.title if drill else each.drill
        table.add_row(str(each.id), filmed, Text(each.athlete), title, str(each.reps), score, label)
    console.print(table)


def print_trends(trends: Trends, console: Console) -> None:
    """Print the verdict and the latest sessions of each series."""
    drill = all_drills().get(trends.drill)
    title = f"{drill.title if drill else trends.drill}: {trends.metric_label.lower()}"
    console.print(Text.assemble((title, "bold"), f"  {trends.athlete}"))
    console.print(Text(trends.message))
    for series in trends.series:
        table = _table("Session", "Filmed", trends.metric_label, "± 95 %", "Reps")
        for point in series.points[-_MOST_ROWS:]:
            half = "" if point.sd is None else f"{1.96 * point.sd:.{decimals(trends.unit)}f}"
            value = number_words(point.value, trends.unit)
            filmed = f"{point.time.astimezone():%Y-%m-%d}"
            table.add_row(str(point.session), filmed, value, half, str(point.n))
        count = len(series.points)
        shown = f", last {_MOST_ROWS} of {count} sessions" if count > _MOST_ROWS else ""
        console.print()
        console.print(Text.assemble((series.label, "bold"), shown))
        console.print(table)
        if series.line is not None and series.typical_error is not None and series.mdc90 is not None:
            slope, error, mdc90 = (
                f"{number:.2g}" for number in (series.line.slope, series.typical_error, series.mdc90)
            )
            unit = trends.unit
            words = f"{slope} {unit} per week; typical error {error} {unit}, MDC90 {mdc90} {unit}"
            console.print(Text(f"  {words}", style="dim"))


def print_batch(summary: BatchSummary, console: Console) -> None:
    """Print the result of each clip and the number of clips analyzed, skipped and failed."""
    if summary.results:
        table = _table("Clip", "Athlete", "Result", "Session", "Drill", "Score")
        for each in summary.results:
            session = each.session
            cells = ["", "", ""]
            if session is not None:
                score = "" if session.score is None else f"{session.score:.0f}"
                cells = [str(session.id), session.drill, score]
            table.add_row(Text(each.file), Text(each.athlete), each.status, *cells)
        console.print(table)
        for each in summary.results:
            if each.status == "failed":
                console.print(Text.assemble((each.file, "bold"), f": {each.reason}"), soft_wrap=True)
    analyzed, skipped, failed = (summary.count(status) for status in ("analyzed", "skipped", "failed"))
    console.print(f"{analyzed} analyzed, {skipped} skipped, {failed} failed", highlight=False)


def trend_csv(trends: Trends) -> str:
    """Return the points of all series as CSV, one per line."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["series", "fps", "view", "side", "session", "time", trends.metric, "sd", "n"])
    for series in trends.series:
        key = series.key
        for p in series.points:
            sd = "" if p.sd is None else round(p.sd, 4)
            row = [series.label, key.fps, key.plane, key.side, p.session, p.time.isoformat()]
            writer.writerow([*row, round(p.value, 4), sd, p.n])
    return buffer.getvalue()


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False)
    numbers: Iterable[str] = ("Session", "Reps", "Score", "Sessions", "Height", "Mass", "± 95 %")
    for heading in headings:
        table.add_column(heading, justify="right" if heading in numbers else "left")
    return table
