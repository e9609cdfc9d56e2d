"""How numbers, reps and names are written in the app. Pure functions; nothing here knows a drill."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from kickform.result import MetricResult
from kickform.units import decimals, is_share, number_words, unit_words

__all__ = [
    "clip_name",
    "good_words",
    "interval_words",
    "joined_reps",
    "plain",
    "rep_words",
    "score_word",
    "stage_words",
    "title_of_sample",
    "value_words",
]

_STAGES = {
    "start": "Opening the clip",
    "wait": "Waiting for another clip to finish",
    "scout": "Looking for the athlete",
    "pose": "Following every joint, frame by frame",
    "overlay": "Drawing the verdict onto the clip",
}
_SCORES = ((85, "Excellent"), (70, "Good"), (50, "Getting there"), (0, "Work to do"))
_LONGEST_NAME = 120


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


def stage_words(stage: str) -> str:
    """Return what a stage of the work does, for people."""
    return _STAGES.get(stage, stage.replace("_", " ").capitalize())


def title_of_sample(path: Path) -> str:
    """Return a sample's file name as a title.

    >>> title_of_sample(Path("pogo_side_60fps.mp4"))
    'Pogo, side, 60 fps'
    """
    words = [re.sub(r"^(\d+)fps$", r"\1 fps", word) for word in path.stem.split("_")]
    return ", ".join(words).capitalize()


def clip_name(name: str) -> str:
    """Return an uploaded file's name without folders, control characters or excess length."""
    bare = re.split(r"[/\\]", name)[-1]
    bare = "".join(char for char in bare if char.isprintable()).strip(". ")
    stem, dot, ending = bare.rpartition(".")
    if not dot:
        return bare[:_LONGEST_NAME] or "clip"
    return f"{stem[:_LONGEST_NAME] or 'clip'}.{ending[:8]}"


def plain(words: str) -> str:
    """Return text with everything escaped that Markdown would take for markup."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]()<>#+-.!|$~:" else char for char in words)
