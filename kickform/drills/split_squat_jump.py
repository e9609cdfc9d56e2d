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

_DEPTH_HZ = 6.0
_SWITCH_LOG_ODDS = 2.0
"""How much more likely a switch is than none before anything is seen: e to this power."""

_METRICS = (
    Metric(
        "front_knee_flexion_deg", "Front knee bend at the bottom", "°", "target", (80.0, 110.0), common=0.8
    ),
    Metric(
        "thigh_from_horizontal_deg", "Front thigh above level", "°", "target", (-15.0, 15.0), common=0.8
    ),
    Metric("trunk_lean_deg", "Trunk lean at the bottom", "°", "lower", (None, _UPRIGHT_DEG), common=0.8),
    Metric("com_between_feet", "Weight (0 rear foot, 1 front foot)", "", "target", (0.35, 0.65), common=0.8),
    Metric("switched", "Legs switched in the air", "of jumps", "higher", (1.0, None), no_sd="a yes or no"),
    Metric("lead_leg", "Right leg in front", "of landings", "target", no_sd="left or right, counted"),
    Metric("flight_time_ms", "Flight time", "ms", "higher"),
)
_HEADLINE = ("front_knee_flexion_deg", "thigh_from_horizontal_deg", "trunk_lean_deg", "switched")


@dataclass(frozen=True, slots=True)
class _Landing:
    """One landing into a split: file seconds; ``lead`` leg, whether it switched (None: from standing)."""

    start_s: float
    bottom_s: float
    end_s: float
    flight: Flight | None
    contact: Contact | None
    lead: Side
    switched: bool | None


class SplitSquatJump(Drill):
    """Split-squat jumps."""

    id = "split_squat_jump"
    title = "Split-squat jumps"
    how_to = (
        "Jump and land with one foot well in front of the other, sink until the front thigh is level, chest "
        "up, weight between the feet. Explode up and switch the legs in the air. Ten in all."
    )
    how_to_film = "Side on, phone still at hip height, 3-4 m away, whole body and feet in the picture, 60 fps."
    cue = "Down between your feet, chest tall, then explode and switch."
    metrics = _METRICS

    def likeness(self, motion: Motion) -> float:
        """Return the share of flights that land in a split stance with a sinking of the hips."""
        if not motion.flights:
            return 0.0
        landings = _landings(motion)
        seen = sum(landing.flight is not None for landing in landings)
        if len(landings) < 2 or seen < _LEAST_SEEN * len(landings):
            return 0.0
        return min(1.0, len(landings) / max(len(landings), len(motion.flights)))

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
    if sum(landing.flight is not None for landing in landings) < _LEAST_SEEN * len(landings):
        raise DrillError(clip, "split squats without jumps", "jump from one to the next, or film closer")


def _landings(motion: Motion) -> list[_Landing]:
    """Return the landings into a split, in order, with the leg in front."""
    hips_px, apart = _hips_and_feet(motion)
    bottoms = _bottoms(motion, hips_px, apart)
    spans = [_span(motion, hips_px, bottoms, place) for place in range(len(bottoms))]
    marks = [_lead_mark(motion, apart, start, end) for start, _, end in spans]
    starts_anew = [
        not n or _stood_between(motion, apart, spans[n - 1], spans[n]) for n in range(len(spans))
    ]
    leads = _leads(marks, starts_anew)
    beginning = {contact.touchdown_s: contact for contact in motion.contacts}
    found = []
    for n, (start, flight, end) in enumerate(spans):
        switched = None if starts_anew[n] else leads[n] != leads[n - 1]
        contact = beginning.get(flight.touchdown_s) if flight else None
        bottom_s = float(motion.track.time_s[bottoms[n]])
        found.append(_Landing(start, bottom_s, end, flight, contact, leads[n], switched))
    return found


def _hips_and_feet(motion: Motion) -> tuple[FloatArray, FloatArray]:
    """Return height of the hips (T,) and how far the left foot is ahead of the right one (T,), statures."""
    xy = upward(motion.track)
    stature_px = body_height_px(xy)
    real_s = motion.track.time_s / motion.slow_motion.factor
    hips = xy[:, [Landmark.L_HIP, Landmark.R_HIP], 1].mean(axis=1) / stature_px
    ahead = (xy[:, Landmark.L_ANKLE, 0] - xy[:, Landmark.R_ANKLE, 0]) * motion.view.facing / stature_px
    return low_pass(real_s, despike(hips), _DEPTH_HZ), ahead


def _bottoms(motion: Motion, hips: FloatArray, apart: FloatArray) -> list[int]:
    """Return the frames in which the hips are lowest in a split stance."""
    time_s, factor = motion.track.time_s, motion.slow_motion.factor
    # A landing that begins or ends the clip is lowest at its edge: beyond it the hips count as high.
    high = float(np.nanmax(hips)) + 1.0
    walled = np.concatenate(([high], np.where(np.isfinite(hips), hips, high), [high]))
    lows, shape = find_peaks(-walled, prominence=_SINKS)
    split = [
        float(np.nanmedian(np.abs(apart[np.abs(time_s - time_s[low - 1]) <= 0.1 * factor]))) > _SPLIT
        for low in lows
    ]
    sunk = {int(low - 1): float(deep) for low, deep, wide in zip(lows, shape["prominences"], split, strict=True) if wide}
    usual = float(np.median(list(sunk.values()))) if sunk else 0.0
    return [low for low, deep in sunk.items() if deep >= _LIKE_OTHERS * min(usual, 0.5)]
