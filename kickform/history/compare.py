"""Compares two reps or two sets: postures at the same phase and scale, and differences of their metrics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kickform.history.records import SessionRecord, fps_class
from kickform.motion.kinematics import estimate_view
from kickform.numeric import FloatArray
from kickform.pose.geometry import body_height_px, distance_ratio, normalize_distance, upward
from kickform.pose.track import Landmark, PoseTrack
from kickform.report.key_frames import key_time_s
from kickform.results.analysis import Analysis
from kickform.results.findings import MetricResult, RepResult
from kickform.results.formatting import choices, number_words

__all__ = [
    "ComparedNumber",
    "best_and_worst",
    "compare_reps",
    "compare_sets",
    "comparison_caveats",
    "posture_at",
    "rep_time_s",
]

_Z_95 = 1.96
_FEET = (Landmark.L_HEEL, Landmark.R_HEEL, Landmark.L_FOOT_INDEX, Landmark.R_FOOT_INDEX)


@dataclass(frozen=True, slots=True)
class ComparedNumber:
    """One metric of two reps or sets, in words.

    Attributes:
        label: the metric.
        first: its value in the first one; "–" if missing.
        second: its value in the second one.
        change: second minus first, with its sign; "" if one is missing or they are not numbers.
        is_sure: whether the change is larger than its 95 % interval; None if there is no interval.
    """

    label: str
    first: str
    second: str
    change: str
    is_sure: bool | None


def rep_time_s(rep: RepResult, phase: float) -> float:
    """Return the time of a phase of the rep, seconds: 0 is its start, 0.5 its key frame, 1 its end.

    The same phase of two reps shows the same point of the movement, however long each part takes.
    """
    key_s = key_time_s(rep)
    if not rep.start_s < key_s < rep.end_s:
        key_s = (rep.start_s + rep.end_s) / 2
    return float(np.interp(phase, (0.0, 0.5, 1.0), (rep.start_s, key_s, rep.end_s)))


def posture_at(track: PoseTrack, rep: RepResult, phase: float) -> FloatArray | None:
    """Return the landmarks at a phase of a rep, scaled so that two postures can be overlaid.

    Returns:
        (33, 2) in body heights: x forward from the middle of the hips (the athlete faces +x), y above the
        lowest point of the feet within the rep. None if the athlete was not found at that time.
    """
    time_s = rep_time_s(rep, phase)
    nearest = int(np.argmin(np.abs(track.time_s - time_s))) if len(track) else -1
    if nearest < 0 or not track.found[nearest]:
        return None
    raw = upward(track)
    xy = normalize_distance(raw, distance_ratio(track.time_s, raw), track.height_px) / body_height_px(raw)
    within = (track.time_s >= rep.start_s) & (track.time_s <= rep.end_s) & track.found
    lowest = xy[within][:, _FEET, 1] if within.any() else xy[nearest : nearest + 1, _FEET, 1]
    shown = _between(track.time_s, xy, time_s, nearest)
    hips_x = (shown[Landmark.L_HIP, 0] + shown[Landmark.R_HIP, 0]) / 2
    facing = estimate_view(track).facing
    return np.column_stack([facing * (shown[:, 0] - hips_x), shown[:, 1] - float(np.min(lowest))])


def _between(times: FloatArray, xy: FloatArray, time_s: float, nearest: int) -> FloatArray:
    """Return the landmarks at `time_s`, interpolated linearly; next to a gap those of the nearest frame."""
    after = int(np.clip(np.searchsorted(times, time_s), 1, len(times) - 1)) if len(times) > 1 else 0
    before = max(0, after - 1)
    span = times[after] - times[before]
    share = float(np.clip((time_s - times[before]) / span, 0.0, 1.0)) if span > 0 else 0.0
    mixed = (1 - share) * xy[before] + share * xy[after]
    return np.asarray(xy[nearest] if np.isnan(mixed).any() else mixed, dtype=np.float64)


def best_and_worst(analysis: Analysis) -> tuple[RepResult, RepResult] | None:
    """Return the reps with the highest and the lowest score; None if fewer than two have a score."""
    scored = [rep for rep in analysis.reps if rep.score is not None]
    if len(scored) < 2:
        return None
    by_score = sorted(scored, key=lambda rep: (rep.score or 0.0, -rep.number))
    return by_score[-1], by_score[0]


def compare_sets(first: Analysis, second: Analysis) -> list[ComparedNumber]:
    """Return the metrics of two sets of the same drill, the headline metrics first."""
    rows = [_scores(first.summary.score, second.summary.score)]
    ours, theirs = first.summary.metrics, second.summary.metrics
    for name in dict.fromkeys((*first.summary.headline, *ours, *theirs)):
        one, two = ours.get(name), theirs.get(name)
        known = one or two
        if known is not None:
            rows.append(_difference(known, *(_number(m) for m in (one, two))))
    return rows


def compare_reps(
    first: Analysis, first_rep: RepResult, second: Analysis, second_rep: RepResult
) -> list[ComparedNumber]:
    """Return the metrics of two reps, the headline metrics first."""
    rows = [_scores(first_rep.score, second_rep.score)]
    metrics = second.summary.metrics | first.summary.metrics
    for name in dict.fromkeys((*first.summary.headline, *metrics)):
        if name in metrics and (name in first_rep.metrics or name in second_rep.metrics):
            numbers = [(rep.metrics.get(name), rep.sds.get(name)) for rep in (first_rep, second_rep)]
            rows.append(_difference(metrics[name], *numbers))
    return rows


def comparison_caveats(first: SessionRecord, second: SessionRecord) -> list[str]:
    """Return why two sessions cannot be compared directly; an empty list if they can."""
    reasons = []
    if first.variant != second.variant:
        reasons.append(f"one is {first.variant or 'plain'}, the other {second.variant or 'plain'}")
    if fps_class(first.fps) != fps_class(second.fps):
        reasons.append(f"one was filmed at {first.fps:.0f} fps, the other at {second.fps:.0f} fps")
    if first.plane != second.plane:
        reasons.append("the camera angle differs")
    if (first.model, first.estimator_version) != (second.model, second.estimator_version):
        reasons.append("they were measured with different pose models or KickForm versions")
    return reasons


def _number(metric: MetricResult | None) -> tuple[float | None, float | None]:
    return (None, None) if metric is None else (metric.value, metric.sd)


def _scores(first: float | None, second: float | None) -> ComparedNumber:
    words = ["–" if score is None else f"{score:.0f}" for score in (first, second)]
    if first is None or second is None:
        return ComparedNumber("Score", words[0], words[1], "", None)
    return ComparedNumber("Score", words[0], words[1], _signed(round(second) - round(first), ""), None)


def _difference(
    metric: MetricResult, first: tuple[float | None, float | None], second: tuple[float | None, float | None]
) -> ComparedNumber:
    (one, one_sd), (two, two_sd) = first, second
    counted = one_sd is None and two_sd is None
    words = ["–" if v is None else number_words(v, metric.unit, count=counted) for v in (one, two)]
    if one is None or two is None or choices(metric.unit):
        return ComparedNumber(metric.label, words[0], words[1], "", None)
    change = two - one
    shown = _signed(change, metric.unit, counted)
    sure = None if one_sd is None or two_sd is None else abs(change) > _Z_95 * float(np.hypot(one_sd, two_sd))
    return ComparedNumber(metric.label, words[0], words[1], shown, sure)


def _signed(change: float, unit: str, count: bool = True) -> str:
    """Return a change with its sign; a change that rounds to zero has none."""
    shown = number_words(abs(change), unit, count=count)
    nothing = shown == number_words(0.0, unit, count=count)
    return shown if nothing else f"{'−' if change < 0 else '+'}{shown}"
