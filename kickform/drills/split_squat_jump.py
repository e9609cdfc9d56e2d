"""Split-squat jumps: land with one foot in front, sink deep between the feet, jump and switch the legs.

One rep is one landing into a split, from touchdown over the bottom to the next take-off (or to standing up).
The jump from standing into the first split counts with it. Reps are found by the split stance itself, with
the hips' lowest point in it, and so also where a jump was not seen in the feet; its flight time is then
withheld. Contacts are long here (0.5-1 s): they are work, no pause.

Which leg is in front is told by the places of the feet against the way the athlete faces, at landing and at
take-off: deep in the squat pose models mix up the legs. The angles are those of the leg that is in front,
whatever its label.

Sources: all score anchors are coaching conventions: thigh level and 90 degrees of knee bend at the bottom,
an upright trunk, the weight between the feet.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.signal import find_peaks

from kickform.drills.base import (
    ANGLE_SD_DEG,
    Athlete,
    Drill,
    Finder,
    Metric,
    Verdict,
    anchored,
    angle_reason,
    drop_off_per_rep,
    mean_of,
    summarize,
    weighted_score,
)
from kickform.drills.jumps import having, make_finding, values, with_findings
from kickform.errors import DrillError
from kickform.kinematics import body_height_px, centre_of_mass_px, despike, low_pass, upward
from kickform.motion import Contact, Flight, Motion, Side
from kickform.result import FindingResult, RepResult, Severity
from kickform.track import FloatArray, Landmark

__all__ = ["DRILL", "SplitSquatJump"]

_KNEE = ((50, 20), (70, 60), (80, 100), (110, 100), (130, 60))
_THIGH_OFF = ((15, 100), (30, 60), (45, 20))
_LEAN = ((15, 100), (30, 50), (40, 20))
_BALANCE_OFF = ((0.15, 100), (0.5, 0))
_GOOD_KNEE_DEG, _SHALLOW_KNEE_DEG, _POOR_KNEE_DEG = 80.0, 75.0, 62.0
_UPRIGHT_DEG, _LEANING_DEG, _FALLING_DEG = 15.0, 28.0, 40.0
_BALANCED, _OFF_BALANCE, _FAR_OFF_BALANCE = 0.15, 0.25, 0.45
"""How far the centre of mass lies from the middle between the feet, as a share of the stance."""

_FAR_ANGLE_SD_DEG, _LEAN_SD_DEG, _BALANCE_SD = 14.0, 5.0, 0.07
_SPLIT = 0.15
"""Feet further apart than this share of stature, along the picture, stand split."""

_SINKS = 0.06
"""The hips sink by at least this share of stature into a landing, and come up again as much."""

_LIKE_OTHERS = 0.4
"""... and by at least this share of what they do in the other landings."""

_LONGEST_STAY_S = 2.0
"""Real seconds from a touchdown to the bottom, or from the bottom to the take-off, in a set that goes on."""

_STOOD_S = 0.6
"""Real seconds with the feet together between two landings that make a new start."""

_LEAST_SEEN = 0.5
"""Landings that were surely jumped into, as a share: without them the athlete only lunges."""

_SHORT_STAY_S, _SPLIT_KEPT = (0.35, 0.45), (0.4, 0.7)
"""Real seconds of a landing, and share of it with the same foot in front, from no match to a full one: a hop
is shorter, and its free leg swings through."""

_FORM_GOES = 15.0
"""Points of score on depth that both legs lose from the first half of the set to its end."""

_DEPTH_HZ = 6.0
_SEEN_LOG_ODDS = 12.0
"""How much clear sight of the feet counts: e to this power."""

_SWITCH_LOG_ODDS = 4.0
"""How much more likely a switch is than none before anything is seen: e to this power."""

_METRICS = (
    Metric(
        "front_knee_flexion_deg", "Front knee bend at the bottom", "°", "target", (80.0, 110.0), common=0.8
    ),
    Metric("thigh_from_horizontal_deg", "Front thigh above level", "°", "target", (-15.0, 15.0), common=0.8),
    Metric("trunk_lean_deg", "Trunk lean at the bottom", "°", "lower", (None, _UPRIGHT_DEG), common=0.8),
    Metric("com_between_feet", "Weight (0 rear foot, 1 front foot)", "", "target", (0.35, 0.65), common=0.8),
    Metric("switched", "Legs switched in the air", "of jumps", "higher", (1.0, None), no_sd="a yes or no"),
    Metric("lead_leg", "Right leg in front", "of landings", "target", no_sd="left or right, counted"),
    Metric("flight_time_ms", "Flight time", "ms", "higher"),
)
_HEADLINE = ("front_knee_flexion_deg", "thigh_from_horizontal_deg", "trunk_lean_deg", "switched")


@dataclass(frozen=True, slots=True)
class _Landing:
    """One landing into a split; file seconds.

    ``split`` is the share of the landing in which one and the same foot was in front; ``switched`` is None
    from standing.
    """

    start_s: float
    bottom_s: float
    end_s: float
    flight: Flight | None
    contact: Contact | None
    lead: Side
    split: float
    switched: bool | None


class SplitSquatJump(Drill):
    """Split-squat jumps."""

    id = "split_squat_jump"
    title = "Split-squat jumps"
    how_to = (
        "Jump and land with one foot well in front of the other, sink until the front thigh is level, chest "
        "up, weight between the feet. Explode up and switch the legs in the air. Ten in all."
    )
    how_to_film = (
        "Side on, phone still at hip height, 3-4 m away, whole body and feet in the picture, 60 fps."
    )
    cue = "Down between your feet, chest tall, then explode and switch."
    metrics = _METRICS

    def likeness(self, motion: Motion) -> float:
        """Return the share of flights that land in a split stance, stay in it and sink."""
        landings = _landings(motion)
        if len(landings) < 2 or _jumped_share(landings) < _LEAST_SEEN:
            return 0.0
        stay_s = float(np.median([landing.end_s - landing.start_s for landing in landings]))
        kept = float(np.median([landing.split for landing in landings]))
        like = np.interp(stay_s / motion.slow_motion.factor, _SHORT_STAY_S, (0, 1))
        like *= np.interp(kept, _SPLIT_KEPT, (0, 1))
        return float(like) * len(landings) / max(len(landings), len(motion.flights))

    def judge(self, motion: Motion, athlete: Athlete, clip: str) -> Verdict:  # noqa: ARG002
        """Find the landings, measure and judge them; `DrillError` where there are no split landings."""
        landings = _landings(motion)
        _check(motion, landings, clip)
        measured = [_measure(motion, number, landing) for number, landing in enumerate(landings, start=1)]
        reps = tuple(replace(rep, score=_score(rep)) for rep in measured)
        findings = tuple(_findings(reps))
        reps = tuple(with_findings(rep, findings) for rep in reps)
        scores = [rep.score for rep in reps if rep.score is not None]
        contacts = [landing.contact for landing in landings if landing.contact]
        return Verdict(
            variant="alternating",
            contacts=tuple(contact for contact in contacts if math.isfinite(contact.sd_s)),
            flights=tuple(landing.flight for landing in landings if landing.flight),
            reps=reps,
            score=mean_of(scores) if scores else None,
            metrics=summarize(reps, _METRICS),
            headline=_HEADLINE,
            findings=findings,
        )


DRILL = SplitSquatJump()


def _check(motion: Motion, landings: Sequence[_Landing], clip: str) -> None:
    """Raise `DrillError` where the clip holds something else than split-squat jumps."""
    if not motion.flights:
        raise DrillError(clip, "no jumps found in it", "film at least three split-squat jumps, feet in view")
    if not landings:
        raise DrillError(
            clip,
            "no landing with one foot in front of the other",
            "land in a split and sink, or choose another drill",
        )
    if _jumped_share(landings) < _LEAST_SEEN:
        raise DrillError(clip, "split squats without jumps", "jump from one to the next, or film closer")


def _jumped_share(landings: Sequence[_Landing]) -> float:
    """Return the share of landings that were jumped into: a flight was seen, or the legs changed at once."""
    if not any(landing.flight for landing in landings):
        return 0.0
    return sum(bool(landing.flight or landing.switched) for landing in landings) / len(landings)


def _landings(motion: Motion) -> list[_Landing]:
    """Return the landings into a split, in order, with the leg in front."""
    time_s = motion.track.time_s
    hips, ahead = _hips_and_feet(motion)
    lows = _bottoms(motion, hips, ahead)
    flights = [_flight_into(motion, lows, n) for n in range(len(lows))]
    marks, anew, spans = [], [], []
    for n, low in enumerate(lows):
        before = lows[n - 1] if n else int(np.searchsorted(time_s, time_s[low] - _stay_s(motion)))
        into, out = flights[n], flights[n + 1] if n + 1 < len(lows) else None
        start = into.touchdown_s if into else _top_s(motion, hips, before, low)
        after = lows[n + 1] if n + 1 < len(lows) else None
        end = out.takeoff_s if out else _risen_s(motion, hips, low, after)
        spans.append((start, end))
        marks.append(_lead_mark(motion, ahead, start, low, end if after else None))
        anew.append(not n or _stood(motion, ahead, before, low, into))
    leads = _leads(marks, anew)
    beginning = {contact.touchdown_s: contact for contact in motion.contacts}
    return [
        _Landing(
            spans[n][0],
            float(time_s[low]),
            spans[n][1],
            into,
            beginning.get(into.touchdown_s) if into else None,
            leads[n],
            abs(marks[n]),
            None if anew[n] else leads[n] != leads[n - 1],
        )
        for n, (low, into) in enumerate(zip(lows, flights, strict=True))
    ]


def _stay_s(motion: Motion) -> float:
    """Return the longest stay in file seconds."""
    return _LONGEST_STAY_S * motion.slow_motion.factor


def _hips_and_feet(motion: Motion) -> tuple[FloatArray, FloatArray]:
    """Return height of the hips (T,) and how far the left foot is ahead of the right one (T,), statures."""
    xy = upward(motion.track)
    stature_px = body_height_px(xy)
    real_s = motion.track.time_s / motion.slow_motion.factor
    hips = xy[:, [Landmark.L_HIP, Landmark.R_HIP], 1].mean(axis=1) / stature_px
    ahead = (xy[:, Landmark.L_ANKLE, 0] - xy[:, Landmark.R_ANKLE, 0]) * motion.view.facing / stature_px
    return low_pass(real_s, despike(hips), _DEPTH_HZ), ahead


def _bottoms(motion: Motion, hips: FloatArray, ahead: FloatArray) -> list[int]:
    """Return the frames in which the hips are lowest in a split stance."""
    time_s, factor = motion.track.time_s, motion.slow_motion.factor
    seen = np.isfinite(hips)
    if not seen.any():
        return []
    # A landing that begins or ends the clip may be lowest at its edge: beyond it the hips count as high.
    high = float(hips[seen].max()) + _SINKS
    walled = np.concatenate(([high], np.where(seen, hips, high), [high]))

    def split_lows(least: float) -> list[int]:
        lows = find_peaks(-walled, prominence=least)[0] - 1
        about = [np.abs(ahead[seen & (np.abs(time_s - time_s[low]) <= 0.1 * factor)]) for low in lows]
        return [
            int(low) for low, wide in zip(lows, about, strict=True) if len(wide) and np.median(wide) > _SPLIT
        ]

    lows = split_lows(_SINKS)
    if len(lows) < 3:
        return lows
    rises = [float(np.nanmax(hips[a:b]) - max(hips[a], hips[b])) for a, b in pairwise(lows)]
    return split_lows(max(_SINKS, _LIKE_OTHERS * float(np.median(rises))))


def _flight_into(motion: Motion, lows: Sequence[int], place: int) -> Flight | None:
    """Return the flight before a bottom: of several (a foot that stirred) the longest."""
    bottom_s = float(motion.track.time_s[lows[place]])
    earliest = float(motion.track.time_s[lows[place - 1]]) if place else -math.inf
    fitting = [
        flight
        for flight in motion.flights
        if earliest < flight.takeoff_s
        and flight.touchdown_s <= bottom_s
        and bottom_s - flight.touchdown_s <= _stay_s(motion)
    ]
    return max(fitting, key=lambda flight: flight.duration_s, default=None)


def _top_s(motion: Motion, hips: FloatArray, first: int, last: int) -> float:
    """Return when the hips are highest between two frames."""
    part = hips[first:last]
    if not np.isfinite(part).any():
        return float(motion.track.time_s[last])
    return float(motion.track.time_s[first + int(np.nanargmax(part))])


def _risen_s(motion: Motion, hips: FloatArray, low: int, after: int | None) -> float:
    """Return when the athlete is up again from a bottom that no flight was seen to follow."""
    time_s = motion.track.time_s
    if after is not None:
        return _top_s(motion, hips, low, after)
    rest = np.flatnonzero(
        (np.arange(len(time_s)) > low) & (time_s <= time_s[low] + _stay_s(motion)) & np.isfinite(hips)
    )
    if not len(rest):
        return float(time_s[-1])
    up = hips[rest] >= hips[low] + 0.7 * (hips[rest].max() - hips[low])
    return float(time_s[rest[np.argmax(up)]])


def _lead_mark(motion: Motion, ahead: FloatArray, start_s: float, low: int, end_s: float | None) -> float:
    """Return which foot is in front: 1 surely left, -1 surely right.

    Told on the way down and on the way up (not after the last landing, where the feet come together): deep in
    the squat the pose model mixes up the legs.
    """
    time_s = motion.track.time_s
    bottom_s = float(time_s[low])
    windows = [(start_s, start_s + 0.5 * (bottom_s - start_s), 2.0)]
    if end_s is not None:
        windows.append((end_s - 0.4 * (end_s - bottom_s), end_s, 1.0))
    votes, weights = 0.0, 0.0
    for first, last, weight in windows:
        inside = (time_s >= first) & (time_s <= last) & (np.abs(ahead) > _SPLIT / 2)
        if inside.any():
            votes += weight * float(np.mean(np.sign(ahead[inside])))
            weights += weight
    return votes / weights if weights else float(np.sign(ahead[low]))


def _stood(motion: Motion, ahead: FloatArray, before: int, low: int, into: Flight | None) -> bool:
    """Return whether the athlete stood with the feet together between two bottoms: a new start."""
    time_s = motion.track.time_s
    inside = (time_s > time_s[before]) & (time_s < time_s[low])
    if into is not None:
        inside &= time_s < into.takeoff_s
    together = inside & (np.abs(ahead) < _SPLIT / 2)
    return float(np.diff(time_s, prepend=time_s[0])[together].sum()) > _STOOD_S * motion.slow_motion.factor


def _leads(marks: Sequence[float], anew: Sequence[bool]) -> list[Side]:
    """Return the leg in front in each landing: what was seen counts, a switch is likelier than none."""
    gain = np.array([[_SEEN_LOG_ODDS * mark, -_SEEN_LOG_ODDS * mark] for mark in marks]).reshape(-1, 2) / 2
    total, came = np.zeros(2), []
    for seen, fresh in zip(gain, anew, strict=True):
        odds = 0.0 if fresh else _SWITCH_LOG_ODDS
        switch = total[::-1] + odds > total
        came.append(switch)
        total = np.where(switch, total[::-1] + odds, total) + seen
    state = int(np.argmax(total))
    states = []
    for switch in reversed(came):
        states.append(state)
        state = 1 - state if switch[state] else state
    names: tuple[Side, Side] = ("left", "right")
    return [names[s] for s in reversed(states)]


def _measure(motion: Motion, number: int, landing: _Landing) -> RepResult:
    """Measure one rep: everything but its score and findings."""
    metrics: dict[str, float] = {"lead_leg": float(landing.lead == "right")}
    sds: dict[str, float] = {}
    withheld: dict[str, str] = {}
    if landing.switched is None:
        withheld["switched"] = "the first landing from standing has nothing to switch from"
    else:
        metrics["switched"] = float(landing.switched)
    factor = motion.slow_motion.factor
    if landing.flight is None:
        withheld["flight_time_ms"] = (
            "the feet were not seen clearly enough to time the jump into this landing"
        )
    else:
        metrics["flight_time_ms"] = 1000 * landing.flight.duration_s / factor
        sds["flight_time_ms"] = 1000 * landing.flight.sd_s / factor
    _add_angles(motion, landing, metrics, sds, withheld)
    return RepResult(
        number=number,
        side=landing.lead,
        start_s=landing.start_s,
        end_s=landing.end_s,
        score=None,
        metrics=metrics,
        sds=sds,
        withheld=withheld,
        key_s=landing.bottom_s,
    )


def _add_angles(
    motion: Motion,
    landing: _Landing,
    metrics: dict[str, float],
    sds: dict[str, float],
    withheld: dict[str, str],
) -> None:
    """Add depth, lean and balance at the bottom, or why they are missing."""
    names = ("front_knee_flexion_deg", "thigh_from_horizontal_deg", "trunk_lean_deg", "com_between_feet")
    reason = angle_reason(motion)
    if reason:
        withheld.update(dict.fromkeys(names, reason))
        return
    time_s, angles = motion.track.time_s, motion.angles
    inside = (time_s >= landing.start_s) & (time_s <= landing.end_s)
    xy = upward(motion.track)
    xy[..., 0] *= motion.view.facing
    left_leads = xy[:, Landmark.L_ANKLE, 0] > xy[:, Landmark.R_ANKLE, 0]
    feet = xy[:, [Landmark.L_HEEL, Landmark.L_FOOT_INDEX, Landmark.R_HEEL, Landmark.R_FOOT_INDEX], 0]
    left_x, right_x = feet[:, :2].mean(axis=1), feet[:, 2:].mean(axis=1)
    front_x, rear_x = np.where(left_leads, (left_x, right_x), (right_x, left_x))
    series = (
        np.where(left_leads, angles.l_knee_flexion_deg, angles.r_knee_flexion_deg),
        90 - np.where(left_leads, angles.l_thigh_deg, angles.r_thigh_deg),
        angles.trunk_lean_deg,
        (centre_of_mass_px(xy)[:, 0] - rear_x) / np.maximum(front_x - rear_x, 1.0),
    )
    leg_sd = ANGLE_SD_DEG if landing.lead == motion.view.near_side else _FAR_ANGLE_SD_DEG
    real_s = time_s[inside] / motion.slow_motion.factor
    for name, values_, sd in zip(names, series, (leg_sd, leg_sd, _LEAN_SD_DEG, _BALANCE_SD), strict=True):
        smooth = low_pass(real_s, despike(values_[inside]), _DEPTH_HZ)
        value = float(np.interp(landing.bottom_s, time_s[inside], smooth))
        if math.isfinite(value):
            metrics[name], sds[name] = value, sd
        else:
            withheld[name] = "the athlete is not seen at the bottom of this landing"


def _score(rep: RepResult) -> float | None:
    """Return the rep's score, 0 to 100; None where its headline metric is missing."""

    def part(name: str, anchors: Sequence[tuple[float, float]], middle: float | None = None) -> float | None:
        if name not in rep.metrics:
            return None
        value = rep.metrics[name]
        return anchored(value if middle is None else abs(value - middle), anchors)

    return weighted_score(
        (
            (part("front_knee_flexion_deg", _KNEE), 0.4),
            (part("thigh_from_horizontal_deg", _THIGH_OFF, 0.0), 0.15),
            (part("trunk_lean_deg", _LEAN), 0.2),
            (part("com_between_feet", _BALANCE_OFF, 0.5), 0.15),
            (part("switched", ((0, 0), (1, 100))), 0.1),
        )
    )


def _findings(reps: Sequence[RepResult]) -> list[FindingResult]:
    """Return what was good and what to mend, worst first, then advice, then praise."""
    makers: tuple[Finder, ...] = (_say_depth, _say_lean, _say_balance, _say_switch, _say_fading, _say_form)
    found = [finding for maker in makers for finding in [maker(reps)] if finding]
    order: dict[Severity, int] = {"fault": 0, "advice": 1, "good": 2}
    return sorted(found, key=lambda finding: order[finding.severity])


def _say_depth(reps: Sequence[RepResult]) -> FindingResult | None:
    bent = having(reps, "front_knee_flexion_deg")
    if not bent:
        return None
    mean = mean_of(values(bent, "front_knee_flexion_deg"))
    by_depth = sorted(bent, key=lambda rep: rep.metrics["front_knee_flexion_deg"])
    if mean >= _GOOD_KNEE_DEG:
        text = f"Deep landings: the front knee bends to {mean:.0f}° at the bottom."
        return make_finding("depth_good", "good", text, "Keep that depth.", bent, by_depth[-1])
    if mean >= _SHALLOW_KNEE_DEG:
        return None
    shallow = [rep for rep in bent if rep.metrics["front_knee_flexion_deg"] < _GOOD_KNEE_DEG]
    text = f"The front knee bends to {mean:.0f}° only; 90° with the thigh level is the aim."
    cue = "Sink until the front thigh is level before you jump again."
    fault = mean < _POOR_KNEE_DEG
    return make_finding("depth_shallow", "fault" if fault else "advice", text, cue, shallow, by_depth[0])


def _say_lean(reps: Sequence[RepResult]) -> FindingResult | None:
    told = having(reps, "trunk_lean_deg")
    if not told:
        return None
    mean = mean_of(values(told, "trunk_lean_deg"))
    most = max(told, key=lambda rep: rep.metrics["trunk_lean_deg"])
    if mean <= _UPRIGHT_DEG:
        text = f"Chest tall at the bottom: the trunk leans {max(mean, 0):.0f}°."
        return make_finding("trunk_upright", "good", text, "Keep the chest up.", told)
    if mean <= _LEANING_DEG:
        return None
    leaning = [rep for rep in told if rep.metrics["trunk_lean_deg"] > _LEANING_DEG]
    text = f"The trunk tips forward by {mean:.0f}° at the bottom; stay within {_UPRIGHT_DEG:.0f}°."
    cue = "Chest up, eyes ahead: sit straight down between your feet."
    fault = mean > _FALLING_DEG
    return make_finding("trunk_lean", "fault" if fault else "advice", text, cue, leaning, most)


def _say_balance(reps: Sequence[RepResult]) -> FindingResult | None:
    told = having(reps, "com_between_feet")
    if not told:
        return None
    off = mean_of(values(told, "com_between_feet")) - 0.5
    most = max(told, key=lambda rep: (rep.metrics["com_between_feet"] - 0.5) * math.copysign(1, off))
    if abs(off) <= _BALANCED:
        text = f"Weight between the feet: {100 * (off + 0.5):.0f} % of the way to the front foot."
        return make_finding("weight_centred", "good", text, "Keep sinking between the feet.", told)
    if abs(off) <= _OFF_BALANCE:
        return None
    where = "front" if off > 0 else "rear"
    text = f"The weight hangs over the {where} foot ({100 * (off + 0.5):.0f} % of the way to the front one)."
    cue = "Push the hips back a little and use both legs." if off > 0 else "Bring the hips over the middle."
    heavy = [rep for rep in told if (rep.metrics["com_between_feet"] - 0.5) * off > 0]
    code = "weight_forward" if off > 0 else "weight_back"
    severity: Severity = "fault" if abs(off) > _FAR_OFF_BALANCE else "advice"
    return make_finding(code, severity, text, cue, heavy, most)


def _say_switch(reps: Sequence[RepResult]) -> FindingResult | None:
    told = having(reps, "switched")
    missed = [rep for rep in told if not rep.metrics["switched"]]
    if missed:
        text = f"No switch in {len(missed)} of {len(told)} jumps: the same leg lands in front again."
        cue = "Drive the rear knee through as soon as you leave the ground."
        return make_finding("no_switch", "fault", text, cue, missed)
    if len(told) < 2:
        return None
    text = "The legs switch in every jump."
    return make_finding("switch_good", "good", text, "Keep alternating.", told)


def _say_fading(reps: Sequence[RepResult]) -> FindingResult | None:
    timed = having(reps, "flight_time_ms")
    slope = drop_off_per_rep(values(timed, "flight_time_ms"), first_rep=3)
    if slope is None:
        return None
    lost = -slope * (len(timed) - 3)
    noise = mean_of([rep.sds["flight_time_ms"] for rep in timed])
    if lost <= max(40.0, 2 * noise):
        return None
    text = f"The jumps get shorter by about {lost:.0f} ms towards the end of the set: the legs tire."
    return make_finding(
        "fading", "advice", text, "End the set while you still explode.", timed[-3:], timed[-1]
    )


def _say_form(reps: Sequence[RepResult]) -> FindingResult | None:
    """Tell that a set is to be stopped: each leg in front lands clearly less deep at its end."""
    bent = having(reps, "front_knee_flexion_deg")
    lost = []
    for side in ("left", "right"):
        own = [anchored(rep.metrics["front_knee_flexion_deg"], _KNEE) for rep in bent if rep.side == side]
        if len(own) < 3:
            return None
        lost.append(float(np.median(own[: max(len(own) // 2, 1)]) - np.median(own[-2:])))
    if min(lost) < _FORM_GOES:
        return None
    text = "The landings of both legs get clearly shallower towards the end of the set."
    cue = "Stop here: the form is going. Rest fully, or call it a day."
    return make_finding("form_going", "advice", text, cue, bent[-3:], bent[-1])
