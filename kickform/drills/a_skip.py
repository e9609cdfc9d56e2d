"""Dynamic A-skip: two quick bounces on one foot while the other thigh drives up to parallel, then change.

One rep is one bounce group: the contacts of one foot without the other foot between, with the thigh
drive of the other leg. Two contacts are right, one is a skip left out, three are a stutter. Walking in and
out does not count: its contacts are long or share the ground with the other foot, and its thighs stay low.

Sources: thigh parallel, two quick bounces, a few inches of clearance and one even rhythm are the drill's
definition; the scores in between are coaching conventions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from kickform.drills.base import Drill, Metric, Verdict
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
from kickform.drills.common.findings import Band, Words, say_band, say_fading
from kickform.drills.common.jumps import WORST_CONTACT_SD_MS, having, make_finding, values, with_findings
from kickform.drills.common.scoring import (
    ANGLE_SD_DEG,
    anchored,
    angle_reason,
    mean_of,
    summarize,
    weighted_score,
)
from kickform.drills.common.steps import (
    RHYTHM_ANCHORS,
    Rhythm,
    by_severity,
    other,
    quick_steps,
    rhythm_of,
    say_rhythm,
    side_difference,
    travel_legs_per_s,
    with_rhythm,
)
from kickform.errors import DrillError
from kickform.motion.motion import Motion
from kickform.pose.geometry import body_height_px, upward
from kickform.results.findings import FindingResult, RepResult
from kickform.subject import Athlete

__all__ = ["DRILL", "ASkip"]

_LIKE_DEG, _HIGH_DEG = 45.0, 65.0
_FAR_THIGH_SD_DEG = 8.0
_THIGH_SCATTER_DEG, _CONTACT_SCATTER_MS = 3.0, 6.0
"""SDs of what is measured from rep to rep, without the error that all reps of a side share."""

_OWN_SHARE = 0.5
"""Share of a contact's stated SD that is its own, and not its side's."""

_RUNNING_LEGS_PER_S = 3.5
"""Faster travel, in leg lengths a second, is running: a skip goes at walking speed."""

_TYPICAL_STATURE_M = 1.72
_STATURE_SD, _BODIES_SD = 0.06, 0.06
"""Relative SDs: stature in pixels from limb lengths, and people about the typical stature."""

_FOOT_SD_CM, _FAR_FOOT_SD_CM = 0.8, 1.8

# Anchors: (value, score).
_THIGH = ((60, 40), (75, 80), (85, 100))
_CONTACT = ((180, 100), (220, 80), (280, 50))
_CLEARANCE = ((10, 100), (15, 60), (20, 30))
_THIGH_GOOD, _THIGH_NEAR, _THIGH_LOW = 82.0, 77.0, 68.0
_CONTACT_GOOD, _CONTACT_SLOW, _CONTACT_LONG = 180.0, 220.0, 250.0
_CLEARANCE_GOOD, _CLEARANCE_MUCH, _CLEARANCE_HIGH = 10.0, 12.0, 15.0

_METRICS = (
    Metric("thigh_angle_deg", "Thigh at its highest", "°", "higher", (_THIGH_GOOD, None), common=0.8),
    Metric("bounces", "Bounces a side", "", "target", (2.0, 2.0), no_sd="a count"),
    Metric("contact_time_ms", "Contact time", "ms", "lower", (None, _CONTACT_GOOD)),
    Metric("clearance_cm", "Clearance between bounces", "cm", "lower", (None, _CLEARANCE_GOOD), common=0.8),
    Metric("rhythm_cv_pct", "Unevenness of the rhythm", "%", "lower", (None, 5.0)),
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
        """Return the share of quick contacts in alternating pairs under a high thigh of the other leg.

        A set with every second bounce left out counts a little less, and only where it is no running.
        """
        groups = bounce_groups(motion)
        quick = quick_steps(motion, LONGEST_BOUNCE_S)
        if len(groups) < 3:
            return 0.0
        running = travel_legs_per_s(motion, quick) > _RUNNING_LEGS_PER_S
        worth = 0.0
        for group in groups:
            if len(group.bounces) == 2:
                worth += 2.0 * (group.drive_deg >= _LIKE_DEG)
            elif not running:
                worth += 0.6 * len(group.bounces) * (group.drive_deg >= _HIGH_DEG)
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
        findings = by_severity(_findings(reps, rhythm))
        reps = tuple(with_findings(rep, findings) for rep in reps)
        scores = [rep.score for rep in reps if rep.score is not None]
        even = anchored(rhythm.cv_pct, RHYTHM_ANCHORS) if rhythm else None
        return Verdict(
            variant="dynamic",
            contacts=tuple(bounce for group in groups for bounce in group.bounces),
            flights=(),
            reps=reps,
            score=weighted_score(((mean_of(scores) if scores else None, 0.85), (even, 0.15))),
            metrics=with_rhythm(summarize(reps, _METRICS), rhythm),
            headline=_HEADLINE,
            findings=findings,
        )


DRILL = ASkip()


def _check(groups: Sequence[BounceGroup], clip: str) -> None:
    """Raise `DrillError` where the clip holds something else than A-skips."""
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
    reason = angle_reason(motion) or ("" if math.isfinite(peak_deg) else "the thigh is not seen in it")
    if reason:
        withheld["thigh_angle_deg"] = reason
    else:
        near = other(group.side) == motion.view.near_side
        metrics["thigh_angle_deg"] = peak_deg
        sds["thigh_angle_deg"] = ANGLE_SD_DEG if near else _FAR_THIGH_SD_DEG
    if group.sure:
        metrics["bounces"] = float(len(group.bounces))
    else:
        withheld["bounces"] = "a contact beside it may have been missed"
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
    """Add contact time and cadence."""
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
    """Add how high the foot clears the ground between its first two contacts.

    The flights are too short to give the scale by gravity: it is that of the stature, given or typical.
    """
    height_px = rise_px(motion, group) if len(group.bounces) > 1 else math.nan
    if not math.isfinite(height_px):
        lone = len(group.bounces) == 1
        withheld["clearance_cm"] = (
            "only one bounce" if lone else "the foot is not seen well between the bounces"
        )
        return
    stature_m = athlete.height_m or _TYPICAL_STATURE_M
    clearance_cm = 100 * max(height_px, 0.0) * stature_m / body_height_px(upward(motion.track))
    relative = _STATURE_SD if athlete.height_m else math.hypot(_STATURE_SD, _BODIES_SD)
    foot_cm = _FOOT_SD_CM if group.side == motion.view.near_side else _FAR_FOOT_SD_CM
    metrics["clearance_cm"] = clearance_cm
    sds["clearance_cm"] = math.hypot(clearance_cm * relative, foot_cm)


def _score(rep: RepResult) -> float | None:
    """Return the rep's score, 0 to 100; None where the thigh is not known."""

    def part(name: str, anchors: Sequence[tuple[float, float]]) -> float | None:
        return anchored(rep.metrics[name], anchors) if name in rep.metrics else None

    pattern = 100.0 * (rep.metrics["bounces"] == 2) if "bounces" in rep.metrics else None
    parts = ((part("thigh_angle_deg", _THIGH), 0.45), (part("contact_time_ms", _CONTACT), 0.2))
    return weighted_score((*parts, (pattern, 0.2), (part("clearance_cm", _CLEARANCE), 0.15)))


def _findings(reps: Sequence[RepResult], rhythm: Rhythm | None) -> list[FindingResult | None]:
    """Return what was good and what to mend."""
    makers = (_say_thigh, _say_bounces, _say_stutter, _say_contact, _say_clearance, _say_fading, _say_sides)
    found: list[FindingResult | None] = [maker(reps) for maker in makers]
    return [*found, say_rhythm(rhythm, reps, "Count it: ta-dam, ta-dam. Slow down until it is even.")]


def _weighted(reps: Sequence[RepResult], name: str) -> float | None:
    """Return the mean of a metric over its reps, the surer ones counting more; None without any."""
    told = having(reps, name)
    weights = [1 / rep.sds[name] ** 2 for rep in told]
    return float(np.average(values(told, name), weights=weights)) if told else None


def _say_thigh(reps: Sequence[RepResult]) -> FindingResult | None:
    return say_band(
        reps,
        "thigh_angle_deg",
        Band(_THIGH_GOOD, _THIGH_NEAR, _THIGH_LOW),
        Words(
            "thigh_high", "Thighs up to {mean:.0f}° from hanging: level with the ground.", "Keep that drive."
        ),
        Words(
            "thigh_low",
            "The thighs stop at {mean:.0f}°; 90° is level with the ground.",
            "Knee up to the height of your hip, toes up, before the second tap.",
        ),
        mean=_weighted(reps, "thigh_angle_deg"),
    )


def _say_bounces(reps: Sequence[RepResult]) -> FindingResult | None:
    counted = having(reps, "bounces")
    single = [rep for rep in counted if rep.metrics["bounces"] == 1]
    if single:
        text = f"Only one bounce on the foot in {len(single)} of {len(reps)} skips."
        fault = len(single) > 0.15 * len(reps)
        cue = "Two taps on each foot before you change legs."
        return make_finding("single_bounce", "fault" if fault else "advice", text, cue, single)
    if counted and all(rep.metrics["bounces"] == 2 for rep in counted):
        return make_finding("two_bounces", "good", "Two bounces on each foot.", "Keep the pattern.", counted)
    return None


def _say_stutter(reps: Sequence[RepResult]) -> FindingResult | None:
    many = [rep for rep in having(reps, "bounces") if rep.metrics["bounces"] > 2]
    if not many:
        return None
    text = f"More than two bounces on the foot in {len(many)} of {len(reps)} skips."
    cue = "Two taps, then change: let the thigh come down on the second."
    return make_finding("stutter", "fault" if len(many) > 0.15 * len(reps) else "advice", text, cue, many)


def _say_contact(reps: Sequence[RepResult]) -> FindingResult | None:
    return say_band(
        reps,
        "contact_time_ms",
        Band(_CONTACT_GOOD, _CONTACT_SLOW, _CONTACT_LONG),
        Words(
            "contact_short", "Quick off the ground: {mean:.0f} ms a bounce on average.", "Keep this spring."
        ),
        Words(
            "contact_long",
            f"The foot stays on the ground {{mean:.0f}} ms a bounce; quick is below {_CONTACT_GOOD:.0f} ms.",
            "Stiff ankle, land on the ball of the foot, tap and gone.",
        ),
        mean=_weighted(reps, "contact_time_ms"),
    )


def _say_clearance(reps: Sequence[RepResult]) -> FindingResult | None:
    return say_band(
        reps,
        "clearance_cm",
        Band(_CLEARANCE_GOOD, _CLEARANCE_MUCH, _CLEARANCE_HIGH),
        Words(
            "clearance_low",
            "The foot just clears the ground, about {mean:.0f} cm between the bounces.",
            "Stay low and quick.",
        ),
        Words(
            "clearance_high",
            "You jump about {mean:.0f} cm off the ground between the bounces; a few are enough.",
            "Skip along the ground, not over it.",
        ),
        mean=_weighted(reps, "clearance_cm"),
    )


def _say_fading(reps: Sequence[RepResult]) -> FindingResult | None:
    """Say where thighs sink or contacts grow over the set, each leg against its own median."""
    for name, worse, sd, least, much, what in (
        ("thigh_angle_deg", -1, _THIGH_SCATTER_DEG, 8.0, 15.0, "The thighs sink by about {change:.0f}°"),
        ("contact_time_ms", 1, _CONTACT_SCATTER_MS, 25.0, 50.0, "The contacts grow by about {change:.0f} ms"),
    ):
        text = f"{what} towards the end of the set"
        found = say_fading(reps, name, text, worse=worse, least=least, much=much, sd=sd)
        if found:
            return found
    return None


def _say_sides(reps: Sequence[RepResult]) -> FindingResult | None:
    """Say where the legs differ; a rep's thigh is that of the leg that does not bounce."""
    for name, sd, common in (
        ("thigh_angle_deg", _THIGH_SCATTER_DEG, ANGLE_SD_DEG),
        ("contact_time_ms", _CONTACT_SCATTER_MS, 6.0),
    ):
        sides = {side: [rep for rep in having(reps, name) if rep.side == side] for side in ("left", "right")}
        if name == "contact_time_ms":
            stated = mean_of([rep.sds[name] for rep in having(reps, name)] or [0.0])
            sd, common = max(sd, _OWN_SHARE * stated), max(common, (1 - _OWN_SHARE) * stated)
        found = side_difference(values(sides["left"], name), values(sides["right"], name), sd, common)
        if not found or not found.clear:
            continue
        weak = other(found.larger) if name == "thigh_angle_deg" else found.larger
        if name == "thigh_angle_deg":
            text = f"The {other(weak)} thigh comes up {found.pct:.0f} % less than the {weak} one."
            cue = f"Drive the {other(weak)} knee as high as the {weak} one."
        else:
            text = f"The {weak} foot stays on the ground {found.pct:.0f} % longer than the {other(weak)} one."
            cue = f"Same quick tap with the {weak} foot."
        return make_finding("asymmetry", "advice", text, cue, sides[weak])
    return None
