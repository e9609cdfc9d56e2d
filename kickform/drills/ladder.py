"""Ladder footwork: one foot, or both feet, in each box of a ladder on the ground, as fast as possible.

One rep is one box passed. The ladder itself is not looked for: where the steps go tells the boxes. With one
foot in each box every step lands a box ahead of the one before; with both feet the second lands beside the
first and the next a whole box ahead. Only the run of quick alternating steps counts, not standing, walking or
the braking step after it.

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

from kickform.drills.base import Drill, Metric, Verdict
from kickform.drills.common.findings import Band, Words, say_band, say_fading
from kickform.drills.common.jumps import WORST_CONTACT_SD_MS, having, make_finding, with_findings
from kickform.drills.common.scoring import anchored, mean_of, summarize, weighted_score
from kickform.drills.common.step_runs import Run, quick_runs, step_lengths
from kickform.drills.common.steps import (
    RHYTHM_ANCHORS,
    Difference,
    Interval,
    Rhythm,
    by_severity,
    other,
    quick_steps,
    rhythm_of,
    say_rhythm,
    side_difference,
    with_rhythm,
)
from kickform.errors import DrillError
from kickform.events.types import Contact
from kickform.motion.motion import Motion
from kickform.results.findings import FindingResult, MetricResult, RepResult, Severity
from kickform.subject import Athlete

__all__ = ["DRILL", "Ladder"]

_LEAST_FPS = 55.0
"""Real frames a second below which steps are counted but not timed: 60, and what 60 often is."""

_LONGEST_CONTACT_S, _LONGEST_LIKE_S, _LEAST_RATE_HZ = 0.36, 0.25, 3.0
_FEWEST_STEPS, _FEWEST_LIKE = 4, 6
_ALTERNATING = 0.45
"""Of the way over two steps: by how much more one of the two advances where both feet go into a box. One foot
a box gives about 0, both feet about 0.8."""

_ON_THE_SPOT, _STRIDE = 0.08, 0.85
"""Mean advance of a step in leg lengths: less is no travel, more is running (a box is half a leg)."""

_LONG_STEP = 1.7
"""A first or last step so many times as long as a box runs in or out."""

_CONTACT_SYSTEM_SD_MS, _CONTACT_OWN_SD_MS = 4.0, 10.0
"""SD of the error that all contacts of one foot share: the far foot is seen less well. Of a stated SD, what
is beyond the second is shared as well: the other shoe is in the way at every step
(`kickform.events.steps.refine`)."""

# Anchors: (value, score).
_RATE = ((7, 100), (6, 85), (5, 65), (4, 40))
_QUICK_HZ, _SLOW_HZ, _VERY_SLOW_HZ = 6.0, 5.0, 4.5

_METRICS = (
    Metric("step_rate_hz", "Step rate", "Hz", "higher", (_QUICK_HZ, None), common=0.1),
    Metric("contact_time_ms", "Contact time", "ms", "lower"),
    Metric("feet_per_box", "Feet in each box", "", "target", no_sd="a count"),
    Metric("boxes", "Boxes", "", "target", no_sd="a count"),
    Metric("lead_leg", "Lead leg", "0 left, 1 right", "target", no_sd="one or the other"),
    Metric("rhythm_cv_pct", "Unevenness of the rhythm", "%", "lower", (None, 5.0)),
    Metric("contact_time_asymmetry_pct", "Contact time, left against right", "%", "lower", (None, 10.0)),
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
        """The steps in the boxes; one that was not seen is None."""
        return self.run.steps[self.boxes[0][0] : self.boxes[-1][1]]

    @property
    def seen(self) -> tuple[Contact, ...]:
        """The steps in the boxes that were seen."""
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
    cue = "Light on the balls of your feet, quick arms: the arms set the beat."
    metrics = _METRICS

    def likeness(self, motion: Motion) -> float:
        """Return the share of quick contacts in runs of short steps, strictly left and right, knees low."""
        runs = [run for run in quick_runs(motion, _LONGEST_CONTACT_S) if _is_like(motion, run)]
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
        findings = by_severity(_findings(passes, reps, rate, rhythm, difference))
        even = anchored(rhythm.cv_pct, RHYTHM_ANCHORS) if rhythm else None
        return Verdict(
            variant="both feet a box" if passes[0].feet == 2 else "one foot a box",
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
    fps = motion.fps
    return f"at {fps:.0f} frames a second steps cannot be timed; film at 120, no less than 60"


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
        raise DrillError(clip, "the camera looks along the ladder, no box can be told", "film from the side")
    passes = [found for run in runs for found in [_pass(motion, run)] if found]
    if not passes:
        cure = "run through the ladder, a foot or both in each box"
        raise DrillError(clip, "the feet step on the spot or take long strides, no box is told", cure)
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
    # The first foot in a box is the one that takes the large step; a foot alone at an end is outside.
    start += start % 2 != (0 if share > 0 else 1)
    return _Pass(run, 2, tuple((index, index + 2) for index in range(start, stop - 1, 2)))


def _is_like(motion: Motion, run: Run) -> bool:
    """Return whether a run of steps is quick, travels in small steps, and keeps the knees low."""
    if len(run) < _FEWEST_LIKE or run.period_s > 1 / _LEAST_RATE_HZ:
        return False
    if float(np.median([step.duration_s for step in run.contacts])) > _LONGEST_LIKE_S:
        return False
    inside = (motion.track.time_s >= run.start_s) & (motion.track.time_s <= run.end_s)
    highest = np.fmax(motion.angles.l_thigh_deg, motion.angles.r_thigh_deg)[inside]
    if highest.size and np.nanpercentile(highest, 90) > 65.0:
        return False
    lengths = step_lengths(motion, run)
    return bool(_ON_THE_SPOT < abs(float(np.nanmean(lengths))) < _STRIDE)


def _measure(each: _Pass, box: tuple[int, int], number: int, untimed: str) -> RepResult:
    """Measure and score one box: everything but its findings; `untimed` is why nothing is timed, or ""."""
    run, metrics = each.run, {"feet_per_box": float(each.feet), "lead_leg": float(each.lead == "right")}
    sds: dict[str, float] = {}
    withheld: dict[str, str] = {}
    seen = [step for step in run.steps[slice(*box)] if step]
    sd_ms = 1000 * math.sqrt(mean_of([step.sd_s**2 for step in seen]) / len(seen)) if seen else 0.0
    if untimed or not seen:
        withheld["contact_time_ms"] = untimed or "the step into it was not seen"
    elif not sd_ms <= WORST_CONTACT_SD_MS:
        withheld["contact_time_ms"] = "its end is too uncertain; film at 120 frames a second or more"
    else:
        metrics["contact_time_ms"] = 1000 * mean_of([step.duration_s for step in seen])
        sds["contact_time_ms"] = sd_ms
    own, after = (run.steps[i] if i < len(run) else None for i in box)
    if untimed or own is None or after is None:
        withheld["step_rate_hz"] = untimed or "the step into it or into the next box is not seen"
    else:
        interval = Interval.between(own, after)
        metrics["step_rate_hz"] = each.feet / interval.length_s
        sds["step_rate_hz"] = metrics["step_rate_hz"] * interval.sd_s / interval.length_s
    if seen:
        start_s, end_s = seen[0].touchdown_s, seen[-1].takeoff_s
    else:  # between what was seen before and after; a run begins and ends with steps that were seen
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
    """Return the times from step to step, left to right and right to left kept apart."""
    families: list[list[Interval]] = [[], []]
    for each in passes:
        for before, step in pairwise(each.steps):
            if before and step:
                families[before.side == "right"].append(Interval.between(before, step))
    return families


def _difference(steps: Sequence[Contact]) -> Difference | None:
    """Compare the contact times of the feet."""
    known = [step for step in steps if 1000 * step.sd_s <= WORST_CONTACT_SD_MS]
    left, right = ([1000 * s.duration_s for s in known if s.side == side] for side in ("left", "right"))
    sd_ms = 1000 * mean_of([step.sd_s for step in known])
    shared_ms = math.sqrt(max(sd_ms**2 - _CONTACT_OWN_SD_MS**2, _CONTACT_SYSTEM_SD_MS**2)) if known else 0.0
    return side_difference(left, right, sd_ms, shared_ms)


def _set_metrics(
    passes: Sequence[_Pass],
    metrics: dict[str, MetricResult],
    difference: Difference | None,
    untimed: str,
) -> dict[str, MetricResult]:
    """Return the metrics of the whole set: boxes, steps over the time they took, left against right."""
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


def _findings(
    passes: Sequence[_Pass],
    reps: Sequence[RepResult],
    rate_hz: float | None,
    rhythm: Rhythm | None,
    difference: Difference | None,
) -> list[FindingResult | None]:
    """Return what was good and what to mend; `rate_hz` is the step rate of the whole set."""
    return [
        _say_rate(reps, rate_hz),
        say_rhythm(rhythm, reps, "Step to a beat: slower and even first, then faster."),
        _say_asymmetry(reps, difference),
        _say_fading(reps),
        _say_boxes(passes, reps),
    ]


def _say_rate(reps: Sequence[RepResult], rate_hz: float | None) -> FindingResult | None:
    if rate_hz is None:
        return None
    return say_band(
        reps,
        "step_rate_hz",
        Band(_QUICK_HZ, _SLOW_HZ, _VERY_SLOW_HZ),
        Words("steps_quick", f"Quick feet: {rate_hz:.1f} steps a second.", "Keep that speed."),
        Words(
            "steps_slow",
            f"{rate_hz:.1f} steps a second; quick feet make {_QUICK_HZ:.0f} and more.",
            Ladder.cue,
        ),
        mean=rate_hz,
    )


def _say_asymmetry(reps: Sequence[RepResult], difference: Difference | None) -> FindingResult | None:
    if difference is None or not difference.clear:
        return None
    slow = difference.larger
    text = f"The {slow} foot stays on the ground {difference.pct:.0f} % longer than the {other(slow)} one."
    severity: Severity = "fault" if difference.pct > 20 else "advice"
    own = [rep for rep in reps if rep.side in (slow, "both")]
    return make_finding("asymmetry", severity, text, f"Off the {slow} foot as quickly as off the other.", own)


def _say_fading(reps: Sequence[RepResult]) -> FindingResult | None:
    return say_fading(
        reps,
        "step_rate_hz",
        "The feet slow down by about {change:.1f} steps a second on the way",
        worse=-1,
        least=0.8,
        much=1.5,
        sd=mean_of([rep.sds["step_rate_hz"] for rep in having(reps, "step_rate_hz")]),
        cue="A set whose speed is gone is finished: rest fully, then go again.",
        by_leg=False,
    )


def _say_boxes(passes: Sequence[_Pass], reps: Sequence[RepResult]) -> FindingResult | None:
    first = passes[0]
    feet = "both feet" if first.feet == 2 else "one foot"
    text = f"{len(reps)} boxes, {feet} in each, the {first.lead} leg leading."
    return make_finding("boxes", "good", text, f"Next set, lead with the {other(first.lead)} leg.", reps)
