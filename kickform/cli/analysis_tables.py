"""Prints an analysis, and the list of drills, on a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kickform.drills import Drill, get_drill
from kickform.results.analysis import Analysis
from kickform.results.findings import FindingResult, MetricResult
from kickform.results.formatting import (
    cell_words,
    counted,
    decimals,
    label_with_unit,
    reps_with,
    sentence,
    unit_words,
)
from kickform.results.wording import value_words, view_words

__all__ = ["format_metric", "print_analysis", "print_drills"]

_MARKS = {"good": ("+", "green"), "advice": ("~", "yellow"), "fault": ("!", "red")}
_REP_COLUMNS = 6


def print_analysis(analysis: Analysis, console: Console) -> None:
    """Print verdict, headline numbers, reps, findings and warnings."""
    drill = get_drill(analysis.drill)
    video = analysis.video
    title = Text.assemble((f"{drill.title} ({analysis.variant})", "bold"), f"  {video.name}")
    console.print(title)
    how = "detected automatically" if analysis.drill_source == "auto" else "chosen by you"
    console.print(
        f"{counted(len(analysis.reps), 'rep')} in {video.duration_s:.1f} s at {video.mean_fps:.0f} fps, "
        f"{view_words(analysis)} ({analysis.view.yaw_deg:.0f}° from side-on), drill {how}",
        style="dim",
    )
    if analysis.summary.score is not None:
        console.print(Text.assemble("Score ", (f"{analysis.summary.score:.0f}", "bold"), " of 100"))
    if analysis.corrections:
        contacts = sum(contact.corrected for contact in analysis.contacts)
        count = len(analysis.corrections)
        words = f"{counted(count, 'correction')} by you, for {counted(contacts, 'contact')}"
        console.print(words, style="dim")
    console.print(_summary_table(analysis))
    console.print(_rep_table(analysis))
    _print_findings(analysis.findings, console)
    for notice in analysis.warnings:
        console.print(Text(f"  Note: {sentence(notice.message)}", style="dim"))


def print_drills(drills: Iterable[Drill], console: Console) -> None:
    """Print each drill with how to do it, how to film it, and its cue."""
    for drill in drills:
        console.print(Text.assemble((drill.id, "bold"), f"  {drill.title}"))
        for line in (drill.how_to, drill.how_to_film, drill.cue):
            console.print(Text(f"  {line}"))


def format_metric(metric: MetricResult) -> str:
    """Return the value with its 95 % interval, or the reason why it was not measured."""
    if metric.value is None:
        return metric.reason
    if metric.sd is None:
        return value_words(metric)
    value, half = (f"{number:.{decimals(metric.unit)}f}" for number in (metric.value, 1.96 * metric.sd))
    space = "" if metric.unit == "°" else " "
    return f"{value} ± {half}{space}{unit_words(metric.unit)}".rstrip()


def _summary_table(analysis: Analysis) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("Whole set")
    table.add_column("Mean ± 95 %", justify="right")
    table.add_column("Reps", justify="right")
    for name, metric in analysis.summary.metrics.items():
        if metric.value is None:
            table.add_row(metric.label, Text(metric.reason, style="dim"), "")
        else:
            table.add_row(metric.label, format_metric(metric), str(reps_with(analysis, name) or "set"))
    return table


def _rep_table(analysis: Analysis) -> Table:
    """Return one row per rep, with the drill's main metrics."""
    metrics = analysis.summary.metrics
    names = [n for n in (*analysis.summary.headline, *metrics) if n in metrics and reps_with(analysis, n)]
    names = list(dict.fromkeys(names))[:_REP_COLUMNS]
    sides = {rep.side for rep in analysis.reps} != {"both"}
    table = Table(box=None, pad_edge=False)
    table.add_column("Rep", justify="right")
    table.add_column("Start", justify="right")
    if sides:
        table.add_column("Side")
    for name in names:
        heading = label_with_unit(metrics[name].label, metrics[name].unit)
        table.add_column(heading, justify="right", max_width=14)
    table.add_column("Score", justify="right")
    for rep in analysis.reps:
        cells: list[str] = [rep.side] if sides else []
        cells += [cell_words(rep, name, metrics[name]) or "-" for name in names]
        score = "" if rep.score is None else f"{rep.score:.0f}"
        table.add_row(str(rep.number), f"{rep.start_s:.2f} s", *cells, score)
    return table


def _print_findings(findings: Iterable[FindingResult], console: Console) -> None:
    for finding in findings:
        mark, colour = _MARKS[finding.severity]
        word = "rep" if len(finding.reps) == 1 else "reps"
        where = f" ({word} {_ranges(finding.reps)})" if finding.reps else ""
        console.print(Text.assemble((f"{mark} ", f"bold {colour}"), finding.message, (where, "dim")))
        console.print(Text(f"  {finding.cue}", style="italic"))


def _ranges(numbers: Iterable[int]) -> str:
    """Return numbers as text with runs shortened.

    >>> _ranges([1, 2, 3, 5])
    '1-3, 5'
    """
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in runs)
