"""Ladder footwork: one foot, or both feet, in each box of a ladder on the ground, as fast as possible.

One rep is one box passed. The ladder itself is not detected: the places of the steps give the boxes. With one
foot in each box every step lands a box ahead of the last; with both feet the second lands next to the first
and the next a whole box ahead. Only the run of quick alternating steps counts, not standing, walking or the
braking step after it.

Sources: step rates and their scores are coaching conventions for one foot a box; both feet a box are judged
on the same scale. Below 60 frames a second a step of 100 ms cannot be timed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from kickform import fitted
from kickform.drills.base import Drill, Metric, Verdict
from kickform.drills.coaching.ladder import CUE, GOOD_RATE_HZ, ladder_findings
from kickform.drills.common.jumps import WORST_CONTACT_SD_MS, with_findings
from kickform.drills.common.scoring import anchored, mean_of, summarize, weighted_score
from kickform.drills.common.step_runs import Run, quick_runs, step_lengths
from kickform.drills.common.steps import (
    CLEAR_DIFFERENCE_PCT,
    EVEN_PCT,
    RHYTHM_ANCHORS,
    Interval,
    SideDifference,
    quick_steps,
    rhythm_of,
    side_difference,
    with_rhythm,
)
from kickform.errors import DrillError
from kickform.events.types import Contact
from kickform.motion.motion import Motion
from kickform.results.findings import MetricResult, RepResult
from kickform.subject import Athlete

__all__ = ["DRILL", "Ladder"]

_LEAST_FPS = 55.0  # convention: what a phone calls 60 is often a little less
"""Real frames a second below which steps are counted but not timed."""

_LONGEST_CONTACT_S = 0.36  # convention: longer contacts are walking or standing
_LONGEST_USUAL_S = 0.25  # convention: at 4 Hz a foot has 0.25 s for a step
"""Longest median contact of a run through the ladder, real seconds."""

_LEAST_RATE_HZ = 3.0  # convention: slower steps are walking (2 Hz)
_FEWEST_STEPS = 4  # convention: fewer are no run
_FEWEST_TO_MATCH = 6  # convention: fewer do not tell the drill

_ALTERNATING = 0.45  # convention: half way; one foot a box gives about 0, both feet about 0.8
"""Difference of two steps in a row, as a share of both, from which on both feet go into a box."""

_ON_THE_SPOT = 0.08  # convention: a few centimetres are no travel
_STRIDE = 0.85  # convention: a box is half a leg long; running strides are longer than a leg
"""Mean step, leg lengths: below the first there is no travel, above the second the athlete runs."""

_LONG_STEP = 1.7  # convention: up to two boxes at once are a stride
"""A first or last step that is this many boxes long runs in or out."""

_HIGH_KNEES_DEG = fitted.LADDER_HIGH_KNEES_DEG
"""Thigh angle beyond which steps are a drill with high knees."""

_COMMON_CONTACT_SD_MS = fitted.LADDER_COMMON_CONTACT_SD_MS
"""SD of the error that all contacts of one foot share, at the least."""

_OWN_CONTACT_SD_MS = fitted.LADDER_OWN_CONTACT_SD_MS
"""Of a stated SD, what is larger than this is shared by all contacts of the foot: the other shoe hides it at
every step (`kickform.events.steps.refine`)."""

_RATE = ((7, 100), (6, 85), (5, 65), (4, 40))  # convention: one foot a box
"""Score anchors: (value, score), linear in between."""

_METRICS = (  # convention: good ranges are a coach's
    Metric("step_rate_hz", "Step rate", "Hz", "higher", (GOOD_RATE_HZ, None), common=0.1),
    Metric("contact_time_ms", "Contact time", "ms", "lower"),
    Metric("feet_per_box", "Feet in each box", "", "target", no_sd="a count"),
    Metric("boxes", "Boxes", "", "target", no_sd="a count"),
    Metric("lead_leg", "Lead leg", "0 left, 1 right", "target", no_sd="one or the other"),
    Metric("rhythm_cv_pct", "Unevenness of the rhythm", "%", "lower", (None, EVEN_PCT)),
    Metric(
        "contact_time_asymmetry_pct",
        "Contact time, left against right",
        "%",
        "lower",
        (None, CLEAR_DIFFERENCE_PCT),
    ),
)
_HEADLINE = ("step_rate_hz", "boxes", "contact_time_ms", "rhythm_cv_pct")
_TIMED = ("step_rate_hz", "contact_time_ms", "rhythm_cv_pct", "contact_time_asymmetry_pct")


@dataclass(frozen=True, slots=True)
class _Pass:
    """One run through the ladder: its steps as boxes, each a slice [first, stop) of the run."""

    run: Run
    feet: Literal[1, 2]
    boxes: tuple[tuple[int, int], ...]

    @property
    def steps(self) -> tuple[Contact | None, ...]:
        """The steps in the boxes; None where one was not seen."""
        return self.run.steps[self.boxes[0][0] : self.boxes[-1][1]]

    @property
    def seen(self) -> tuple[Contact, ...]:
        """The seen steps in the boxes."""
        return tuple(step for step in self.steps if step)

    @property
    def lead(self) -> Literal["left", "right"]:
        """The foot in the first box first."""
        return self.run.side(self.boxes[0][0])


class Ladder(Drill):
    """Ladder footwork, one foot or both feet in each box."""

    id = "ladder"
    title = "Ladder footwork"
    how_to = (
        "Run through the boxes of the ladder as fast as you can, one foot in each; the other leg leads in "
        "the second set. After two sets, both feet in each box."
    )
    how_to_film = (
        "Side on, phone at hip height, 5-6 m away. Turn with the athlete, feet in the picture, 120 fps, "
        "no less than 60."
    )
    cue = CUE
    metrics = _METRICS

    def likeness(self, motion: Motion) -> float:
        """Return the share of quick contacts in runs of short alternating steps with low knees."""
        runs = [run for run in quick_runs(motion, _LONGEST_CONTACT_S) if _is_ladder_run(motion, run)]
        if not runs:
            return 0.0
        outside = [
            step
            for step in quick_steps(motion, _LONGEST_CONTACT_S)
            if not any(abs(step.touchdown_s - run.middle_s) <= run.reach_s for run in runs)
        ]
        inside = sum(len(run.contacts) for run in runs)
        return inside / (inside + len(outside))

    def judge(self, motion: Motion, athlete: Athlete, clip: str) -> Verdict:  # noqa: ARG002
        """Find the boxes, time the steps and judge them; `DrillError` where there is no run of them."""
        passes = _passes(motion, clip)
        timed = "" if motion.fps >= _LEAST_FPS else _coarse(motion)
        boxes = [(each, box) for each in passes for box in each.boxes]
        reps = [_measure(each, box, number, timed) for number, (each, box) in enumerate(boxes, start=1)]
        steps = [step for each in passes for step in each.seen if math.isfinite(step.sd_s)]
        rhythm = None if timed else rhythm_of(_like_intervals(passes))
        difference = None if timed else _difference(steps)
        metrics = with_rhythm(summarize(reps, _METRICS), rhythm, timed)
        metrics |= _set_metrics(passes, metrics, difference, timed)
        rate = metrics["step_rate_hz"].value
        first = passes[0]
        findings = ladder_findings(reps, rate, rhythm, difference, feet=first.feet, lead=first.lead)
        even = anchored(rhythm.cv_pct, RHYTHM_ANCHORS) if rhythm else None
        return Verdict(
            variant="both feet a box" if first.feet == 2 else "one foot a box",
            contacts=tuple(steps),
            flights=(),
            reps=tuple(with_findings(rep, findings) for rep in reps),
            score=weighted_score(((None if rate is None else anchored(rate, _RATE), 0.75), (even, 0.25))),
            metrics=metrics,
            headline=_HEADLINE,
            findings=findings,
        )


DRILL = Ladder()


def _coarse(motion: Motion) -> str:
    """Return why steps are not timed at this frame rate, with the cure."""
    return f"at {motion.fps:.0f} frames a second steps cannot be timed; film at 120, no less than 60"


def _passes(motion: Motion, clip: str) -> list[_Pass]:
    """Return the runs through the ladder.

    Raises:
        DrillError: there is no run of quick steps, or they go nowhere.
    """
    runs = [run for run in quick_runs(motion, _LONGEST_CONTACT_S) if len(run) >= _FEWEST_STEPS]
    if not runs:
        cure = "film a whole run through the ladder from the side, feet in view"
        if motion.fps < _LEAST_FPS:
            cure = f"{cure}; {_coarse(motion)}"
        raise DrillError(clip, "no run of quick steps, left and right in turn, found in it", cure)
    if motion.view.plane == "frontal":
        fault = "the camera looks along the ladder, its boxes cannot be told apart"
        raise DrillError(clip, fault, "film from the side")
    passes = [found for run in runs for found in [_pass(motion, run)] if found]
    if not passes:
        cure = "run through the ladder, one foot or both in each box"
        raise DrillError(clip, "the feet step on the spot or take long strides, without boxes", cure)
    return passes


def _pass(motion: Motion, run: Run) -> _Pass | None:
    """Return the boxes of a run; None where the steps do not travel, or are strides."""
    lengths = step_lengths(motion, run)
    into_even, into_odd = (float(np.nanmedian(lengths[start::2])) for start in (1, 0))
    if not 2 * _ON_THE_SPOT < abs(into_even + into_odd) < 2 * _STRIDE:
        return None
    share = (into_even - into_odd) / (into_even + into_odd)
    box = max(abs(into_even), abs(into_odd))
    start, stop = 0, len(run)
    while stop - start > _FEWEST_STEPS and abs(lengths[start]) > _LONG_STEP * box:
        start += 1
    while stop - start > _FEWEST_STEPS and abs(lengths[stop - 2]) > _LONG_STEP * box:
        stop -= 1
    if abs(share) < _ALTERNATING:
        return _Pass(run, 1, tuple((index, index + 1) for index in range(start, stop)))
    # The first foot in a box takes the large step; a single foot at an end is outside the ladder.
    start += start % 2 != (0 if share > 0 else 1)
    return _Pass(run, 2, tuple((index, index + 2) for index in range(start, stop - 1, 2)))


def _is_ladder_run(motion: Motion, run: Run) -> bool:
    """Return whether a run has quick, short steps that travel, and low knees."""
    if len(run) < _FEWEST_TO_MATCH or run.period_s > 1 / _LEAST_RATE_HZ:
        return False
    if float(np.median([step.duration_s for step in run.contacts])) > _LONGEST_USUAL_S:
        return False
    inside = (motion.track.time_s >= run.start_s) & (motion.track.time_s <= run.end_s)
    highest = np.fmax(motion.angles.l_thigh_deg, motion.angles.r_thigh_deg)[inside]
    if highest.size and np.nanpercentile(highest, 90) > _HIGH_KNEES_DEG:
        return False
    lengths = step_lengths(motion, run)
    return bool(_ON_THE_SPOT < abs(float(np.nanmean(lengths))) < _STRIDE)


def _measure(each: _Pass, box: tuple[int, int], number: int, untimed: str) -> RepResult:
    """Measure and score one box, without its findings; `untimed` is why nothing is timed, else ""."""
    run, metrics = each.run, {"feet_per_box": float(each.feet), "lead_leg": float(each.lead == "right")}
    sds: dict[str, float] = {}
    withheld: dict[str, str] = {}
    seen = [step for step in run.steps[slice(*box)] if step]
    sd_ms = 1000 * math.sqrt(mean_of([step.sd_s**2 for step in seen]) / len(seen)) if seen else 0.0
    if untimed or not seen:
        withheld["contact_time_ms"] = untimed or "the step into this box is not seen"
    elif not sd_ms <= WORST_CONTACT_SD_MS:
        withheld["contact_time_ms"] = "too uncertain; film at 120 frames a second or more"
    else:
        metrics["contact_time_ms"] = 1000 * mean_of([step.duration_s for step in seen])
        sds["contact_time_ms"] = sd_ms
    own, after = (run.steps[i] if i < len(run) else None for i in box)
    if untimed or own is None or after is None:
        withheld["step_rate_hz"] = untimed or "the step into this box or the next box is not seen"
    else:
        interval = Interval.between(own, after)
        metrics["step_rate_hz"] = each.feet / interval.length_s
        sds["step_rate_hz"] = metrics["step_rate_hz"] * interval.sd_s / interval.length_s
    if seen:
        start_s, end_s = seen[0].touchdown_s, seen[-1].takeoff_s
    else:  # between the seen steps before and after; a run begins and ends with seen steps
        start_s = next(step.takeoff_s for step in reversed(run.steps[: box[0]]) if step)
        end_s = next(step.touchdown_s for step in run.steps[box[1] :] if step)
    return RepResult(
        number=number,
        side="both" if each.feet == 2 else run.side(box[0]),
        start_s=start_s,
        end_s=end_s,
        score=anchored(metrics["step_rate_hz"], _RATE) if "step_rate_hz" in metrics else None,
        metrics=metrics,
        sds=sds,
        withheld=withheld,
        key_s=(start_s + (seen[0].takeoff_s if seen else end_s)) / 2,
    )


def _like_intervals(passes: Sequence[_Pass]) -> list[list[Interval]]:
    """Return the times from step to step: left to right, and right to left."""
    families: list[list[Interval]] = [[], []]
    for each in passes:
        for before, step in pairwise(each.steps):
            if before and step:
                families[before.side == "right"].append(Interval.between(before, step))
    return families


def _difference(steps: Sequence[Contact]) -> SideDifference | None:
    """Compare the contact times of the feet; None where a foot has fewer than two."""
    known = [step for step in steps if 1000 * step.sd_s <= WORST_CONTACT_SD_MS]
    left, right = ([1000 * s.duration_s for s in known if s.side == side] for side in ("left", "right"))
    sd_ms = 1000 * mean_of([step.sd_s for step in known])
    shared_ms = math.sqrt(max(sd_ms**2 - _OWN_CONTACT_SD_MS**2, _COMMON_CONTACT_SD_MS**2)) if known else 0.0
    return side_difference(left, right, sd_ms, shared_ms)


def _set_metrics(
    passes: Sequence[_Pass],
    metrics: dict[str, MetricResult],
    difference: SideDifference | None,
    untimed: str,
) -> dict[str, MetricResult]:
    """Return the metrics of the whole set: boxes, step rate, left against right."""
    boxes = sum(len(each.boxes) for each in passes)
    found = {"boxes": replace(metrics["boxes"], value=float(boxes), n=boxes, reason="a count")}
    name, steps = "contact_time_asymmetry_pct", sum(len(each.seen) for each in passes)
    why = untimed or "too few steps of each foot are timed well enough"
    found[name] = replace(metrics[name], reason=why)
    if difference:
        value, sd = difference.pct, difference.sd_pct
        found[name] = replace(metrics[name], value=value, sd=sd, n=steps, reason="")
    if not untimed:
        places = [[index for index, step in enumerate(each.steps) if step] for each in passes]
        beats = sum(own[-1] - own[0] for own in places)
        spans = [Interval.between(each.seen[0], each.seen[-1]) for each in passes]
        length_s = sum(span.length_s for span in spans)
        rate = beats / length_s
        sd_hz = rate * math.hypot(*(span.sd_s for span in spans)) / length_s
        found["step_rate_hz"] = replace(metrics["step_rate_hz"], value=rate, sd=sd_hz, n=beats, reason="")
    return found
