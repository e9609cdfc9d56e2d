"""Reps and trends as CSV files."""

from __future__ import annotations

import csv
import io

from kickform.history.trends import Trends
from kickform.results.analysis import Analysis

__all__ = ["reps_csv", "trends_csv"]


def reps_csv(analysis: Analysis) -> str:
    """Return one line per rep: times, score, each metric with its SD, and the findings.

    Column names carry the units, as in the JSON. A cell is empty if nothing was measured.
    """
    names = [name for name in analysis.summary.metrics if any(name in r.metrics for r in analysis.reps)]
    spread = [name for name in names if any(name in r.sds for r in analysis.reps)]
    columns = ["rep", "side", "start_s", "end_s", "score"]
    for name in names:
        columns += [name, f"{name}_sd"] if name in spread else [name]
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow([*columns, "findings"])
    for rep in analysis.reps:
        cells: list[object] = [rep.number, rep.side, f"{rep.start_s:.4f}", f"{rep.end_s:.4f}"]
        cells.append("" if rep.score is None else f"{rep.score:.1f}")
        for name in names:
            cells.append(_cell(rep.metrics.get(name)))
            if name in spread:
                cells.append(_cell(rep.sds.get(name)))
        writer.writerow([*cells, " ".join(rep.findings)])
    return lines.getvalue()


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def trends_csv(trends: Trends) -> str:
    """Return one line per session and series: the value with its SD, the reps, and how it was filmed."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(
        ["session", "filmed_at", "drill", "metric", "unit", "value", "sd", "reps", "side", "fps", "view",
         "variant", "model", "estimator_version"]
    )  # fmt: skip
    for series in trends.series:
        key = series.key
        for point in series.points:
            writer.writerow(
                [point.session, point.time.isoformat(), trends.drill, trends.metric, trends.unit,
                 _cell(point.value), _cell(point.sd), point.n, key.side, key.fps, key.plane, key.variant,
                 key.model, key.estimator_version]
            )  # fmt: skip
    return lines.getvalue()
