"""Results in words: values, intervals, good ranges, scores, reps. The same for every drill."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from kickform.results.analysis import Analysis
from kickform.results.findings import FindingResult, MetricResult
from kickform.results.formatting import counted, decimals, has_words, is_share, number_words, unit_words

__all__ = [
    "INTERVAL_NOTE",
    "first_to_fix",
    "good_words",
    "interval_words",
    "joined_reps",
    "missing_words",
    "rep_metric_names",
    "rep_words",
    "score_word",
    "source_words",
    "timeline_words",
    "value_words",
    "view_words",
]

_SCORES = ((85, "Excellent"), (70, "Good"), (50, "Getting there"), (0, "Needs work"))
_VIEWS = {"sagittal": "side view", "oblique": "angled view", "frontal": "front or back view"}

INTERVAL_NOTE = "± is the 95 % range of the set average: 19 times out of 20 the true average is inside it."


def value_words(metric: MetricResult) -> str:
    """Return the metric's value with its unit: ``204 ms``, ``3 of 4 jumps``; a dash if not measured."""
    if metric.value is None:
        return "–"
    if is_share(metric.unit) and metric.n:
        noun = metric.unit.removeprefix("of ")
        return f"{round(metric.value * metric.n)} of {counted(metric.n, noun.removesuffix('s'))}"
    return number_words(metric.value, metric.unit, count=metric.sd is None)


def interval_words(metric: MetricResult) -> str:
    """Return the half width of the 95 % interval: ``± 5 ms``; "" if the metric has none."""
    if metric.sd is None or metric.value is None:
        return ""
    half = 1.96 * metric.sd
    smallest = 10 ** -decimals(metric.unit)
    return f"± {number_words(max(half, smallest), metric.unit)}"


def good_words(metric: MetricResult) -> str:
    """Return the range that a coach calls good: ``good: up to 200 ms``; "" if there is none."""
    low, high = metric.good or (None, None)
    if is_share(metric.unit) and low == 1:
        return "good: all"
    if low is not None and low == high:
        return f"good: {number_words(low, metric.unit, count=True)}"
    if low is not None and high is not None:
        dash = " to " if low < 0 else "–"
        return f"good: {low:g}{dash}{_edge_words(high, metric.unit)}"
    if high is not None:
        return f"good: up to {_edge_words(high, metric.unit)}"
    return f"good: {_edge_words(low, metric.unit)} or more" if low is not None else ""


def _edge_words(edge: float, unit: str) -> str:
    """Return the end of a range with its unit, without needless decimals."""
    if is_share(unit):
        return number_words(edge, unit)
    return f"{edge:g}{unit}" if unit == "°" else f"{edge:g} {unit_words(unit)}".rstrip()


def score_word(score: float) -> str:
    """Return a score from 0 to 100 in one or two words (coaching convention)."""
    return next(word for least, word in _SCORES if score >= least)


def joined_reps(numbers: Iterable[int]) -> str:
    """Return rep numbers as text with runs shortened.

    >>> joined_reps([1, 2, 3, 5])
    '1–3, 5'
    """
    ordered = sorted(set(numbers))
    breaks = [0, *(i + 1 for i, (a, b) in enumerate(pairwise(ordered)) if b != a + 1), len(ordered)]
    runs = [ordered[a:b] for a, b in pairwise(breaks) if b > a]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def rep_words(numbers: Sequence[int], total: int) -> str:
    """Return the reps in which something was seen: ``rep 4``, ``reps 1–3``, ``every rep``."""
    if not numbers:
        return ""
    if len(set(numbers)) == total > 1:
        return "every rep"
    return f"{'rep' if len(set(numbers)) == 1 else 'reps'} {joined_reps(numbers)}"


def view_words(analysis: Analysis) -> str:
    """Return the camera view in words: ``side view``."""
    return _VIEWS[analysis.view.plane]


def source_words(metric: MetricResult, reps: int) -> str:
    """Return what the metric's value is based on: ``Average of 9 reps``."""
    if reps > 1:
        return f"{'Counted over' if has_words(metric.unit) else 'Average of'} {reps} reps"
    return "One rep" if reps else "Whole set"


def rep_metric_names(analysis: Analysis) -> list[str]:
    """Return the metrics to chart rep by rep, the headline metrics first."""
    metrics = analysis.summary.metrics
    ordered = dict.fromkeys((*analysis.summary.headline, *metrics))
    return [
        name
        for name in ordered
        if name in metrics and not has_words(metrics[name].unit) and _differs(analysis, name)
    ]


def _differs(analysis: Analysis, name: str) -> bool:
    """Return whether the metric is worth a chart: reps have it, and a count is not the same in all."""
    values = [rep.metrics[name] for rep in analysis.reps if name in rep.metrics]
    is_count = not any(name in rep.sds for rep in analysis.reps)
    return len(set(values)) > is_count


def first_to_fix(analysis: Analysis) -> FindingResult | None:
    """Return the most important thing to fix, or None; the drill lists equals by importance."""
    for severity in ("fault", "advice"):
        for finding in analysis.findings:
            if finding.severity == severity:
                return finding
    return None


def missing_words(analysis: Analysis) -> list[str]:
    """Return why cells are empty: one line for each metric and reason, with the reps concerned."""
    metrics = analysis.summary.metrics
    reasons: dict[tuple[str, str], list[int]] = {}
    for rep in analysis.reps:
        for name, why in rep.withheld.items():
            if name in metrics:
                reasons.setdefault((metrics[name].label, why), []).append(rep.number)
    total = len(analysis.reps)
    return [f"{label}, {rep_words(reps, total)}: {why}" for (label, why), reps in reasons.items()]


def timeline_words(analysis: Analysis) -> str:
    """Return what the timeline shows in words, for screen readers."""
    sides = [contact.side for contact in analysis.contacts]
    feet = [f"{sides.count(side)} {side}" for side in ("left", "right") if side in sides]
    contacts = counted(len(sides), "contact") + (f" ({', '.join(feet)})" if feet else "")
    flights = f" and {counted(len(analysis.flights), 'flight')}" if analysis.flights else ""
    return f"{contacts}{flights} over {analysis.video.duration_s:.1f} seconds of the clip."
