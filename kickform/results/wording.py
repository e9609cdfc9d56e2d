"""How results are said to people: values, intervals, ranges, scores, reps. Nothing here knows a drill."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from kickform.results.analysis import Analysis
from kickform.results.findings import FindingResult, MetricResult
from kickform.results.formatting import decimals, has_words, is_share, number_words, unit_words

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

_SCORES = ((85, "Excellent"), (70, "Good"), (50, "Getting there"), (0, "Work to do"))
_VIEWS = {"sagittal": "side view", "oblique": "view from an angle", "frontal": "view from the front or back"}

INTERVAL_NOTE = (
    "± is the 95 % interval of the mean over the set: the true mean lies inside it 19 times out of 20."
)


def value_words(metric: MetricResult) -> str:
    """Return the metric's value with its unit; a dash where it is withheld."""
    return "–" if metric.value is None else number_words(metric.value, metric.unit, count=metric.sd is None)


def interval_words(metric: MetricResult) -> str:
    """Return the half width of the 95 % interval, ``± 5 ms``; "" where the metric has none."""
    if metric.sd is None or metric.value is None:
        return ""
    half = 1.96 * metric.sd
    smallest = 10 ** -decimals(metric.unit)
    return f"± {number_words(max(half, smallest), metric.unit)}"


def good_words(metric: MetricResult) -> str:
    """Return the range a coach calls good, ``good: up to 200 ms``; "" where there is none."""
    low, high = metric.good or (None, None)
    whole = is_share(metric.unit) and low == 1  # more than all of them there is not
    if low is not None and (whole or low == high):
        return f"good: {number_words(low, metric.unit, count=True)}"
    if low is not None and high is not None:
        dash = " to " if low < 0 else "–"
        return f"good: {low:g}{dash}{_edge_words(high, metric.unit)}"
    if high is not None:
        return f"good: up to {_edge_words(high, metric.unit)}"
    return f"good: from {_edge_words(low, metric.unit)}" if low is not None else ""


def _edge_words(edge: float, unit: str) -> str:
    """Return the end of a range: a round number needs no decimals."""
    if is_share(unit):
        return number_words(edge, unit)
    return f"{edge:g}{unit}" if unit == "°" else f"{edge:g} {unit_words(unit)}".rstrip()


def score_word(score: float) -> str:
    """Return one word or two for a score from 0 to 100 (a coaching convention)."""
    return next(word for least, word in _SCORES if score >= least)


def joined_reps(numbers: Iterable[int]) -> str:
    """Return rep numbers as text, runs shortened.

    >>> joined_reps([1, 2, 3, 5])
    '1–3, 5'
    """
    ordered = sorted(set(numbers))
    breaks = [0, *(i + 1 for i, (a, b) in enumerate(pairwise(ordered)) if b != a + 1), len(ordered)]
    runs = [ordered[a:b] for a, b in pairwise(breaks) if b > a]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def rep_words(numbers: Sequence[int], total: int) -> str:
    """Return in which reps something was seen: ``rep 4``, ``reps 1–3``, ``every rep``."""
    if not numbers:
        return ""
    if len(set(numbers)) == total > 1:
        return "every rep"
    return f"{'rep' if len(set(numbers)) == 1 else 'reps'} {joined_reps(numbers)}"


def view_words(analysis: Analysis) -> str:
    """Return where the clip was filmed from: ``side view``."""
    return _VIEWS[analysis.view.plane]


def source_words(metric: MetricResult, reps: int) -> str:
    """Return what the metric's value was taken from: ``Mean of 9 reps``."""
    if reps > 1:
        return f"{'Of' if has_words(metric.unit) else 'Mean of'} {reps} reps"
    return "From one rep" if reps else "Over the whole set"


def rep_metric_names(analysis: Analysis) -> list[str]:
    """Return the metrics that single reps have and that are worth a bar, most telling first."""
    metrics = analysis.summary.metrics
    ordered = dict.fromkeys((*analysis.summary.headline, *metrics))
    return [
        name
        for name in ordered
        if name in metrics and not has_words(metrics[name].unit) and _differs(analysis, name)
    ]


def _differs(analysis: Analysis, name: str) -> bool:
    """Return whether the reps have the metric; a count that is the same in all of them is no chart."""
    values = [rep.metrics[name] for rep in analysis.reps if name in rep.metrics]
    counted = not any(name in rep.sds for rep in analysis.reps)
    return len(set(values)) > counted


def first_to_fix(analysis: Analysis) -> FindingResult | None:
    """Return the gravest thing to fix, the drill's own order deciding between equals."""
    for severity in ("fault", "advice"):
        for finding in analysis.findings:
            if finding.severity == severity:
                return finding
    return None


def missing_words(analysis: Analysis) -> list[str]:
    """Return why cells are empty, a line for each metric and reason with the reps it holds for."""
    metrics, told = analysis.summary.metrics, dict[tuple[str, str], list[int]]()
    for rep in analysis.reps:
        for name, why in rep.withheld.items():
            if name in metrics:
                told.setdefault((metrics[name].label, why), []).append(rep.number)
    total = len(analysis.reps)
    return [f"{label}, {rep_words(reps, total)}: {why}" for (label, why), reps in told.items()]


def timeline_words(analysis: Analysis) -> str:
    """Return the timeline's message in words, for those who do not see it."""
    sides = [contact.side for contact in analysis.contacts]
    feet = [f"{sides.count(side)} {side}" for side in ("left", "right") if side in sides]
    contacts = f"{len(sides)} contacts" + (f" ({', '.join(feet)})" if feet else "")
    flights = f" and {len(analysis.flights)} flights" if analysis.flights else ""
    return f"{contacts}{flights} over {analysis.video.duration_s:.1f} seconds of the clip."
