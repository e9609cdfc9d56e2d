"""Dynamic A-skip: two quick bounces on one foot while the other thigh drives up to parallel, then change.

One rep is one bounce group: the contacts of one foot in a row, with the thigh drive of the other leg. Two
contacts are right, one is a missed bounce, three are a stutter. Walking in and out does not count: its
contacts are long or overlap with the other foot's, and its thighs stay low.

Sources: level thigh, two quick bounces, a few inches of clearance and one even rhythm define the drill; the
scores in between are coaching conventions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from kickform import fitted
from kickform.drills.base import Drill, Metric, Verdict
from kickform.drills.coaching.a_skip import (
    GOOD_CLEARANCE_CM,
    GOOD_CONTACT_MS,
    GOOD_THIGH_DEG,
    skip_findings,
)
from kickform.drills.common.bounce_groups import (
    LONGEST_BOUNCE_S,
    BounceGroup,
    bounce_groups,
    bounce_intervals,
    follows,
    rise_px,
    thigh_peak,
    without_run_in,
)
from kickform.drills.common.jumps import WORST_CONTACT_SD_MS, with_findings
from kickform.drills.common.scoring import (
    ANGLE_SD_DEG,
    anchored,
    angle_reason,
    mean_of,
    mean_score,
    metric_score,
    summarize,
    weighted_score,
)
from kickform.drills.common.steps import (
    EVEN_PCT,
    RHYTHM_ANCHORS,
    other,
    quick_steps,
    rhythm_of,
    travel_legs_per_s,
    with_rhythm,
)
from kickform.errors import DrillError
from kickform.motion.motion import Motion
from kickform.motion.scale import STATURE_SD
from kickform.pose.geometry import body_height_px, upward
from kickform.results.findings import RepResult
from kickform.subject import Athlete

__all__ = ["DRILL", "ASkip"]

_LIKE_DEG = 45.0  # convention: half way to level
"""Least thigh drive of a skip with two bounces, and of any skip when the drill was named."""

_HIGH_DEG = fitted.A_SKIP_HIGH_DEG
"""Least thigh drive of a skip with another number of bounces."""

_SINGLE_WEIGHT = 0.6  # convention: skips with a wrong number of bounces match less
"""Weight of a contact in such a skip, against 1 in a right one."""

_RUNNING_LEGS_PER_S = 3.5  # convention: 3 m/s; a skip travels at walking speed
"""Travel beyond which steps are running, leg lengths per real second."""

_FEWEST_GROUPS = 3  # convention: fewer show no pattern

_THIGH = ((60, 40), (75, 80), (85, 100))  # convention: level with the ground
_CONTACT = ((180, 100), (220, 80), (280, 50))  # convention: two quick bounces
_CLEARANCE = ((10, 100), (15, 60), (20, 30))  # convention: a few inches off the ground
"""Score anchors: (value, score), linear in between."""

_TYPICAL_STATURE_M = 1.72  # convention: mean of women and men (`kickform.events.observation`)
_BODIES_SD = 0.06  # convention: spread of people about the typical stature
"""Relative SD of the typical stature."""

_FOOT_SD_CM = fitted.A_SKIP_FOOT_SD_CM
_FAR_FOOT_SD_CM = fitted.A_SKIP_FAR_FOOT_SD_CM
"""SD of a clearance from the foot landmarks."""

_FAR_THIGH_SD_DEG = fitted.A_SKIP_FAR_THIGH_SD_DEG
"""SD of a thigh angle of the leg away from the camera."""

_METRICS = (  # convention: good ranges are a coach's
    Metric("thigh_angle_deg", "Thigh at its highest", "°", "higher", (GOOD_THIGH_DEG, None), common=0.8),
    Metric("bounces", "Bounces a side", "", "target", (2.0, 2.0), no_sd="a count"),
    Metric("contact_time_ms", "Contact time", "ms", "lower", (None, GOOD_CONTACT_MS)),
    Metric("clearance_cm", "Clearance between bounces", "cm", "lower", (None, GOOD_CLEARANCE_CM), common=0.8),
    Metric("rhythm_cv_pct", "Unevenness of the rhythm", "%", "lower", (None, EVEN_PCT)),
    Metric("cadence_per_min", "Thigh drives a minute", "1/min", "higher"),
)
_HEADLINE = ("thigh_angle_deg", "bounces", "contact_time_ms", "rhythm_cv_pct")


class ASkip(Drill):
    """Dynamic A-skips."""

    id = "a_skip"
    title = "A-skips"
    how_to = (
        "Drive one thigh up until it is level with the ground while you bounce twice, quickly, on the other "
        "foot. Change legs and keep one even rhythm, for 30 yards."
    )
    how_to_film = (
        "Side on, phone at hip height, 5-6 m away. Turn with the athlete, whole body in the picture, 60 fps."
    )
    cue = "Thigh up to level, toes up, two quick taps underneath you."
    metrics = _METRICS

    def likeness(self, motion: Motion) -> float:
        """Return the share of quick contacts that lie in alternating pairs under a high thigh.

        Skips with a wrong number of bounces count less, and only where the athlete does not run.
        """
        groups = bounce_groups(motion)
        quick = quick_steps(motion, LONGEST_BOUNCE_S)
        if len(groups) < _FEWEST_GROUPS:
            return 0.0
        running = travel_legs_per_s(motion, quick) > _RUNNING_LEGS_PER_S
        worth = 0.0
        for group in groups:
            if len(group.bounces) == 2:
                worth += 2.0 * (group.drive_deg >= _LIKE_DEG)
            elif not running:
                worth += _SINGLE_WEIGHT * len(group.bounces) * (group.drive_deg >= _HIGH_DEG)
        changes = mean_of([float(a.side != b.side) for a, b in pairwise(groups)])
        return min(worth / len(quick), 1.0) * changes

    def judge(self, motion: Motion, athlete: Athlete, clip: str) -> Verdict:
        """Find the bounce groups, measure and judge them; `DrillError` where there are none."""
        groups = without_run_in(bounce_groups(motion))
        _check(groups, clip)
        following: list[BounceGroup | None] = [*groups[1:], None]
        measured = [
            _measure(motion, athlete, number, group, after)
            for number, (group, after) in enumerate(zip(groups, following, strict=True), start=1)
        ]
        reps = tuple(replace(rep, score=_score(rep)) for rep in measured)
        rhythm = rhythm_of(bounce_intervals(groups))
        findings = skip_findings(reps, rhythm)
        reps = tuple(with_findings(rep, findings) for rep in reps)
        even = anchored(rhythm.cv_pct, RHYTHM_ANCHORS) if rhythm else None
        return Verdict(
            variant="dynamic",
            contacts=tuple(bounce for group in groups for bounce in group.bounces),
            flights=(),
            reps=reps,
            score=weighted_score(((mean_score(reps), 0.85), (even, 0.15))),
            metrics=with_rhythm(summarize(reps, _METRICS), rhythm),
            headline=_HEADLINE,
            findings=findings,
        )


DRILL = ASkip()


def _check(groups: Sequence[BounceGroup], clip: str) -> None:
    """Raise `DrillError` where the clip holds another drill than A-skips, or none."""
    if len(groups) < 2:
        raise DrillError(clip, "no A-skips found in it", "film at least four skips, knees and feet in view")
    if len({group.side for group in groups}) < 2:
        raise DrillError(clip, "all contacts are on one foot, A-skips change legs", "choose another drill")
    if all(len(group.bounces) == 1 and group.drive_deg < _LIKE_DEG for group in groups):
        fault = "each foot lands once and the thighs stay low, A-skips bounce twice under a high thigh"
        raise DrillError(clip, fault, "choose another drill")


def _measure(
    motion: Motion, athlete: Athlete, number: int, group: BounceGroup, after: BounceGroup | None
) -> RepResult:
    """Measure one rep: everything but its score and findings."""
    metrics: dict[str, float] = {}
    sds: dict[str, float] = {}
    withheld: dict[str, str] = {}
    peak_deg, peak_s = thigh_peak(motion, group.bounces)
    reason = angle_reason(motion) or ("" if math.isfinite(peak_deg) else "the thigh is not seen in this skip")
    if reason:
        withheld["thigh_angle_deg"] = reason
    else:
        near = other(group.side) == motion.view.near_side
        metrics["thigh_angle_deg"] = peak_deg
        sds["thigh_angle_deg"] = ANGLE_SD_DEG if near else _FAR_THIGH_SD_DEG
    if group.sure:
        metrics["bounces"] = float(len(group.bounces))
    else:
        withheld["bounces"] = "a contact next to it may have been missed"
    _add_times(group, after, metrics, sds, withheld)
    _add_clearance(motion, athlete, group, metrics, sds, withheld)
    key = min(max(peak_s, group.start_s), group.end_s) if math.isfinite(peak_s) else group.start_s
    return RepResult(
        number=number,
        side=group.side,
        start_s=group.start_s,
        end_s=group.end_s,
        score=None,
        metrics=metrics,
        sds=sds,
        withheld=withheld,
        key_s=key,
    )


def _add_times(
    group: BounceGroup,
    after: BounceGroup | None,
    metrics: dict[str, float],
    sds: dict[str, float],
    withheld: dict[str, str],
) -> None:
    """Add contact time and cadence, in place."""
    contact_ms = 1000 * mean_of([bounce.duration_s for bounce in group.bounces])
    variance = mean_of([(1000 * bounce.sd_s) ** 2 for bounce in group.bounces])
    sd_ms = math.sqrt(variance * (0.5 + 0.5 / len(group.bounces)))
    if sd_ms > WORST_CONTACT_SD_MS:
        reason = f"too uncertain in this clip (SD {sd_ms:.0f} ms); film at 60 frames a second or more"
        withheld["contact_time_ms"] = reason
    else:
        metrics["contact_time_ms"], sds["contact_time_ms"] = contact_ms, sd_ms
    if after is None or not follows(group, after):
        withheld["cadence_per_min"] = "no change of legs right after it"
        return
    first, second = group.bounces[0], after.bounces[0]
    period_ms = 1000 * (second.touchdown_s - first.touchdown_s)
    error_ms = 1000 * math.hypot(first.touchdown_sd_s, second.touchdown_sd_s)
    metrics["cadence_per_min"] = 60000 / period_ms
    sds["cadence_per_min"] = 60000 / period_ms * error_ms / period_ms


def _add_clearance(
    motion: Motion,
    athlete: Athlete,
    group: BounceGroup,
    metrics: dict[str, float],
    sds: dict[str, float],
    withheld: dict[str, str],
) -> None:
    """Add the clearance of the foot between its first two contacts, in place.

    The flights are too short for a scale by gravity: the stature, given or typical, gives it.
    """
    height_px = rise_px(motion, group) if len(group.bounces) > 1 else math.nan
    if not math.isfinite(height_px):
        single = len(group.bounces) == 1
        reason = "only one bounce" if single else "the foot is not seen well between the bounces"
        withheld["clearance_cm"] = reason
        return
    stature_m = athlete.height_m or _TYPICAL_STATURE_M
    clearance_cm = 100 * max(height_px, 0.0) * stature_m / body_height_px(upward(motion.track))
    relative = STATURE_SD if athlete.height_m else math.hypot(STATURE_SD, _BODIES_SD)
    foot_cm = _FOOT_SD_CM if group.side == motion.view.near_side else _FAR_FOOT_SD_CM
    metrics["clearance_cm"] = clearance_cm
    sds["clearance_cm"] = math.hypot(clearance_cm * relative, foot_cm)


def _score(rep: RepResult) -> float | None:
    """Return the rep's score, 0 to 100; None where the thigh is not known."""
    thigh = metric_score(rep, "thigh_angle_deg", _THIGH)
    contact = metric_score(rep, "contact_time_ms", _CONTACT)
    pattern = 100.0 * (rep.metrics["bounces"] == 2) if "bounces" in rep.metrics else None
    clearance = metric_score(rep, "clearance_cm", _CLEARANCE)
    return weighted_score(((thigh, 0.45), (contact, 0.2), (pattern, 0.2), (clearance, 0.15)))
