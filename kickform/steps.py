"""The contacts of each single foot: those of the jumps, and the quick steps of a run or a ladder.

In quick steps the body hardly rises and the feet hardly leave the ground, so that heights tell little. What
tells is how the feet pass each other along the ground. Seen from the hips, a foot is carried backward while
it stands and forward while it swings:

- it lands shortly after it was farthest ahead, for the leg swings back already (swing-leg retraction);
- it leaves shortly before it is farthest behind, for it follows through.

Both are told from positions along the ground relative to the other foot or the hips: a camera that follows
the athlete makes no difference, and legs confused for a moment are confused where they pass each other,
which is far from both events.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from scipy.ndimage import median_filter

from kickform.motion import Contact, Flight, Side
from kickform.track import FloatArray, Landmark
from kickform.turns import turning_points

__all__ = ["steps_of"]

_LEAST_STRIDE, _SHARE_OF_STRIDE = 0.06, 0.4
"""Least change of the feet's distance between two steps: in statures, and as a share of the clip's own."""
_SLOWEST_S, _QUICKEST_S = 0.34, 0.07
"""Longest and shortest time from one quick step to the next, real seconds (3 to 14 steps a second)."""
_LEAST_STEPS = 5
_LONGEST_FLIGHT_S, _MOST_ALOFT = 0.2, 0.4
"""A flight longer than this, real seconds, is a jump's, no quick step's; jumps fill so much of a set."""
_LANDS_AFTER_S, _LEAVES_BEFORE_S, _EVENT_SD_S = 0.018, 0.018, 0.008
"""Landing after the foremost place, leaving before the hindmost one, and their SD, real seconds: measured on
the rendered athlete's ladders (docs/contact-times.md)."""
_PAIRED, _PAIRED_LANDS_SD_S, _PAIRED_LEAVES_SD_S = 0.45, 0.02, 0.06
"""Where one foot always stops beside the other instead of passing it, its place tells less."""
_STEADY_FRAMES = 5

Feet = dict[Side, FloatArray]


def steps_of(
    time_s: FloatArray,
    xy_up: FloatArray,
    height_px: float,
    facing: int,
    contacts: Sequence[Contact],
    flights: Sequence[Flight],
    factor: float = 1.0,
) -> tuple[Contact, ...]:
    """Return every contact of each foot, side left or right, ordered by touchdown; file seconds.

    Args:
        time_s: (T,) file seconds.
        xy_up: (T, 33, 2) pixels, y up, NaN in gaps.
        height_px: stature in pixels.
        facing: +1 where the athlete faces the right edge of the picture, else -1.
        contacts: contacts of the body (`kickform.contacts.time_contacts`).
        flights: flights of the body between them.
        factor: file seconds per real second.
    """
    quick = _quick_runs(time_s, xy_up / height_px, facing, factor)
    quick = [run for run in quick if not _jumps_in(run, flights, factor)]
    every = [single for contact in contacts for single in _single_feet(contact)]
    for run in quick:
        span = run[0].touchdown_s, max(step.takeoff_s for step in run)
        every = [part for step in every for part in _outside(step, span)]
    every += [step for run in quick for step in run]
    return tuple(sorted(every, key=lambda step: step.touchdown_s))


def _single_feet(contact: Contact) -> list[Contact]:
    """Return a contact as those of its feet."""
    sides: tuple[Side, ...] = ("left", "right") if contact.side == "both" else (contact.side,)
    ends = (contact.touchdown_s, contact.takeoff_s)
    return [
        Contact(side, *ends, contact.touchdown_sd_s, contact.takeoff_sd_s, contact.sd_s) for side in sides
    ]


def _outside(step: Contact, span: tuple[float, float]) -> list[Contact]:
    """Return what of a contact lies outside the span of quick steps; the ends that are cut are not known."""
    parts = []
    if step.touchdown_s < span[0]:
        cut = step.takeoff_s > span[0]
        parts.append(replace(step, takeoff_s=span[0], takeoff_sd_s=math.inf, sd_s=math.inf) if cut else step)
    if step.takeoff_s > span[1]:
        cut = step.touchdown_s < span[1]
        parts.append(
            replace(step, touchdown_s=span[1], touchdown_sd_s=math.inf, sd_s=math.inf) if cut else step
        )
    return parts


def _jumps_in(run: Sequence[Contact], flights: Sequence[Flight], factor: float) -> bool:
    """Return whether the body spends much of the run in jumps: then its feet only stir."""
    first, last = run[0].touchdown_s, run[-1].touchdown_s
    aloft_s = sum(
        f.duration_s
        for f in flights
        if f.duration_s > _LONGEST_FLIGHT_S * factor and first < (f.takeoff_s + f.touchdown_s) / 2 < last
    )
    return aloft_s > _MOST_ALOFT * (last - first)


def _quick_runs(time_s: FloatArray, points: FloatArray, facing: int, factor: float) -> list[list[Contact]]:
    """Return the runs of quick steps: the feet pass each other again and again.

    Args:
        time_s: (T,) file seconds.
        points: (T, 33, 2) statures.
        facing: as in `steps_of`.
        factor: file seconds per real second.
    """
    hips = points[:, [Landmark.L_HIP, Landmark.R_HIP], 0].mean(axis=1)
    marks: dict[Side, list[Landmark]] = {
        "left": [Landmark.L_FOOT_INDEX, Landmark.L_ANKLE],
        "right": [Landmark.R_FOOT_INDEX, Landmark.R_ANKLE],
    }
    along = {side: (points[:, m, 0].mean(axis=1) - hips) * facing for side, m in marks.items()}
    ahead = {side: _steady(time_s, values) for side, values in along.items()}
    apart = ahead["left"] - ahead["right"]
    turns = turning_points(apart, _LEAST_STRIDE)
    if len(turns) < _LEAST_STEPS:
        return []
    runs = []
    for run in _regular(turns, time_s, factor):
        strides = [abs(apart[a] - apart[b]) for (a, _), (b, _) in pairwise(run)]
        least = max(_LEAST_STRIDE, _SHARE_OF_STRIDE * float(np.median(strides)))
        first, last = run[0][0], run[-1][0]
        finer = [(i + first, kind) for i, kind in turning_points(apart[first : last + 1], least)]
        runs += [part for part in _regular(finer, time_s, factor) if len(part) >= _LEAST_STEPS]
    return [_timed(run, time_s, ahead, apart, factor) for run in runs]


def _steady(time_s: FloatArray, values: FloatArray) -> FloatArray:
    """Return values with gaps bridged and single wild frames taken out."""
    seen = np.isfinite(values)
    bridged = np.interp(time_s, time_s[seen], values[seen])
    return np.asarray(median_filter(bridged, size=_STEADY_FRAMES, mode="nearest"), dtype=np.float64)


def _regular(
    turns: Sequence[tuple[int, int]], time_s: FloatArray, factor: float
) -> list[list[tuple[int, int]]]:
    """Cut the turns into runs whose steps follow one another quickly."""
    runs: list[list[tuple[int, int]]] = [[]]
    for turn in turns:
        if runs[-1]:
            step = (time_s[turn[0]] - time_s[runs[-1][-1][0]]) / factor
            if not _QUICKEST_S <= step <= _SLOWEST_S:
                runs.append([])
        runs[-1].append(turn)
    return [run for run in runs if len(run) >= _LEAST_STEPS]


def _timed(
    run: Sequence[tuple[int, int]], time_s: FloatArray, ahead: Feet, apart: FloatArray, factor: float
) -> list[Contact]:
    """Return the steps of a run with their events."""
    tops = [apart[i] for i, kind in run if kind > 0]
    bottoms = [-apart[i] for i, kind in run if kind < 0]
    reach = sorted((float(np.median(tops)), float(np.median(bottoms))))
    paired = reach[0] < _PAIRED * reach[1]
    step_s = float(np.median(np.diff([time_s[i] for i, _ in run])))
    frame_s = float(np.median(np.diff(time_s)))
    lands_sd = math.hypot(factor * (_PAIRED_LANDS_SD_S if paired else _EVENT_SD_S), 0.3 * frame_s)
    leaves_sd = math.hypot(factor * (_PAIRED_LEAVES_SD_S if paired else _EVENT_SD_S), 0.3 * frame_s)
    steps = []
    for number, (index, kind) in enumerate(run):
        side: Side = "left" if kind > 0 else "right"
        down = float(time_s[index]) + _LANDS_AFTER_S * factor
        until = time_s[run[number + 2][0]] if number + 2 < len(run) else time_s[index] + 1.7 * step_s
        inside = np.flatnonzero((time_s > down + 0.2 * step_s) & (time_s <= until))
        known = len(inside) > 2 and number + 1 < len(run)
        up, up_sd = down + 0.7 * step_s, math.inf
        if known:
            behind = int(inside[int(np.argmin(ahead[side][inside]))])
            up = max(float(time_s[behind]) - _LEAVES_BEFORE_S * factor, down + 0.25 * step_s)
            up_sd = leaves_sd
        steps.append(Contact(side, down, up, lands_sd, up_sd, math.hypot(lands_sd, up_sd)))
    return steps
