"""An analysis as text for a terminal. The only part of the core that prints, when the command line asks."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kickform.drills import Drill, get_drill
from kickform.result import Analysis, FindingResult, MetricResult, RepResult

__all__ = ["format_metric", "print_analysis", "print_drills"]

_MARKS = {"good": ("+", "green"), "advice": ("~", "yellow"), "fault": ("!", "red")}
_REP_COLUMNS = 6


def print_analysis(analysis: Analysis, console: Console) -> None:
    """Print verdict, headline numbers, reps, findings and warnings."""
    drill = get_drill(analysis.drill)
    video = analysis.video
    title = Text.assemble((f"{drill.title} ({analysis.variant})", "bold"), f"  {video.name}")
    console.print(title)
    how = "told from the movement" if analysis.drill_source == "auto" else "as you said"
    console.print(
        f"{len(analysis.reps)} reps in {video.duration_s:.1f} s at {video.mean_fps:.0f} frames/s, "
        f"{analysis.view.plane} view ({analysis.view.yaw_deg:.0f}° off the side); drill {how}",
        style="dim",
    )
    if analysis.summary.score is not None:
        console.print(Text.assemble("Score ", (f"{analysis.summary.score:.0f}", "bold"), " of 100"))
    console.print(_summary_table(analysis))
    console.print(_rep_table(analysis))
    _print_findings(analysis.findings, console)
    for notice in analysis.warnings:
        console.print(Text(f"  note: {notice.message}", style="dim"))


def print_drills(drills: Iterable[Drill], console: Console) -> None:
    """Print each drill with how it is done and filmed."""
    for drill in drills:
        console.print(Text.assemble((drill.id, "bold"), f"  {drill.title}"))
        for line in (drill.how_to, drill.how_to_film, drill.cue):
            console.print(Text(f"  {line}"))


def format_metric(metric: MetricResult) -> str:
    """Return the value with its 95 % interval, or the reason for having none."""
    if metric.value is None:
        return metric.reason
    if metric.unit == "of reps":
        return f"{100 * metric.value:.0f} % of reps"
    digits = _digits(metric)
    text = f"{metric.value:.{digits}f}"
    if metric.sd is not None:
        text += f" ± {1.96 * metric.sd:.{digits}f}"
    return f"{text}{metric.unit}" if metric.unit == "°" else f"{text} {metric.unit}".rstrip()


def _digits(metric: MetricResult) -> int:
    return 2 if metric.unit in ("", "m/s") else 1 if metric.unit in ("cm", "kN/m") else 0


def _summary_table(analysis: Analysis) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("Over the set")
    table.add_column("mean ± 95 %", justify="right")
    table.add_column("reps", justify="right")
    for metric in analysis.summary.metrics.values():
        if metric.value is None:
            table.add_row(metric.label, Text(metric.reason, style="dim"), "")
        else:
            table.add_row(metric.label, format_metric(metric), str(metric.n))
    return table


def _rep_table(analysis: Analysis) -> Table:
    """Return one row a rep, with the drill's first metrics."""
    metrics = analysis.summary.metrics
    names = [n for n in (*analysis.summary.headline, *metrics) if n in metrics and metrics[n].n]
    names = list(dict.fromkeys(names))[:_REP_COLUMNS]
    table = Table(box=None, pad_edge=False)
    table.add_column("Rep", justify="right")
    table.add_column("at", justify="right")
    for name in names:
        unit = f" {metrics[name].unit}" if metrics[name].unit else ""
        table.add_column(f"{metrics[name].label}{unit}", justify="right", max_width=14)
    table.add_column("Score", justify="right")
    for rep in analysis.reps:
        cells = [_rep_cell(rep, name, metrics[name]) for name in names]
        score = "" if rep.score is None else f"{rep.score:.0f}"
        table.add_row(str(rep.number), f"{rep.start_s:.2f} s", *cells, score)
    return table


def _rep_cell(rep: RepResult, name: str, metric: MetricResult) -> str:
    value = rep.metrics.get(name)
    return "-" if value is None else f"{value:.{_digits(metric)}f}"


def _print_findings(findings: Iterable[FindingResult], console: Console) -> None:
    for finding in findings:
        mark, colour = _MARKS[finding.severity]
        where = f" (reps {_ranges(finding.reps)})" if finding.reps else ""
        console.print(Text.assemble((f"{mark} ", f"bold {colour}"), finding.message, (where, "dim")))
        console.print(Text(f"  {finding.cue}", style="italic"))


def _ranges(numbers: Iterable[int]) -> str:
    """Return numbers as text, runs shortened: 1-3, 5.

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
