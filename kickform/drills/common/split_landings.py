"""Landings into a split: where the hips are lowest with one foot in front, and which foot that is.

Helper of `kickform.drills.split_squat_jump`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.signal import find_peaks

from kickform.events.types import Contact, Flight, Side
from kickform.motion.motion import Motion
from kickform.numeric import FloatArray
from kickform.pose.filtering import despike, low_pass
from kickform.pose.geometry import body_height_px, upward
from kickform.pose.track import Landmark

__all__ = ["DEPTH_HZ", "Landing", "find_landings", "stays_split"]

DEPTH_HZ = 6.0
"""Low-pass of what is slow in a deep landing."""

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

_SEEN_LOG_ODDS = 12.0
"""How much clear sight of the feet counts: e to this power."""

_SWITCH_LOG_ODDS = 4.0
"""How much more likely a switch is than none before anything is seen: e to this power."""


_SHORT_STAY_S, _SPLIT_KEPT = (0.35, 0.45), (0.4, 0.7)
"""Real seconds of a landing, and share of it with the same foot in front, from no match to a full one: a hop
is shorter, and its free leg swings through."""


@dataclass(frozen=True, slots=True)
class Landing:
    """One landing into a split; real seconds.

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


def find_landings(motion: Motion) -> list[Landing]:
    """Return the landings into a split, in order, with the leg in front."""
    time_s = motion.track.time_s
    hips, ahead = _hips_and_feet(motion)
    lows = _while_busy(motion, _bottoms(motion, hips, ahead))
    flights = [_flight_into(motion, lows, n) for n in range(len(lows))]
    marks, anew, spans = [], [], []
    for n, low in enumerate(lows):
        before = lows[n - 1] if n else int(np.searchsorted(time_s, time_s[low] - _LONGEST_STAY_S))
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
        Landing(
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


def _hips_and_feet(motion: Motion) -> tuple[FloatArray, FloatArray]:
    """Return height of the hips (T,) and how far the left foot is ahead of the right one (T,), statures."""
    xy = upward(motion.track)
    stature_px = body_height_px(xy)
    hips = xy[:, [Landmark.L_HIP, Landmark.R_HIP], 1].mean(axis=1) / stature_px
    ahead = (xy[:, Landmark.L_ANKLE, 0] - xy[:, Landmark.R_ANKLE, 0]) * motion.view.facing / stature_px
    return low_pass(motion.track.time_s, despike(hips), DEPTH_HZ), ahead


def _bottoms(motion: Motion, hips: FloatArray, ahead: FloatArray) -> list[int]:
    """Return the frames in which the hips are lowest in a split stance."""
    time_s = motion.track.time_s
    seen = np.isfinite(hips)
    if not seen.any():
        return []
    # A landing that begins or ends the clip may be lowest at its edge: beyond it the hips count as high.
    high = float(hips[seen].max()) + _SINKS
    walled = np.concatenate(([high], np.where(seen, hips, high), [high]))

    def split_lows(least: float) -> list[int]:
        lows = find_peaks(-walled, prominence=least)[0] - 1
        about = [np.abs(ahead[seen & (np.abs(time_s - time_s[low]) <= 0.1)]) for low in lows]
        return [
            int(low) for low, wide in zip(lows, about, strict=True) if len(wide) and np.median(wide) > _SPLIT
        ]

    lows = split_lows(_SINKS)
    if len(lows) < 3:
        return lows
    rises = [float(np.nanmax(hips[a:b]) - max(hips[a], hips[b])) for a, b in pairwise(lows)]
    return split_lows(max(_SINKS, _LIKE_OTHERS * float(np.median(rises))))


def _while_busy(motion: Motion, lows: Sequence[int]) -> list[int]:
    """Return the bottoms that lie beside the motion's flights and steps: it may be a part of the clip."""
    timed = [step for step in motion.steps if math.isfinite(step.sd_s)]
    busy_s = [t for step in timed for t in (step.touchdown_s, step.takeoff_s)]
    busy_s += [t for flight in motion.flights for t in (flight.takeoff_s, flight.touchdown_s)]
    if not busy_s:
        return list(lows)
    start_s, stop_s = min(busy_s) - _LONGEST_STAY_S, max(busy_s) + _LONGEST_STAY_S
    return [low for low in lows if start_s <= motion.track.time_s[low] <= stop_s]


def _flight_into(motion: Motion, lows: Sequence[int], place: int) -> Flight | None:
    """Return the flight before a bottom: of several (a foot that stirred) the longest."""
    bottom_s = float(motion.track.time_s[lows[place]])
    earliest = float(motion.track.time_s[lows[place - 1]]) if place else -math.inf
    fitting = [
        flight
        for flight in motion.flights
        if earliest < flight.takeoff_s
        and flight.touchdown_s <= bottom_s
        and bottom_s - flight.touchdown_s <= _LONGEST_STAY_S
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
        (np.arange(len(time_s)) > low) & (time_s <= time_s[low] + _LONGEST_STAY_S) & np.isfinite(hips)
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
    return float(np.diff(time_s, prepend=time_s[0])[together].sum()) > _STOOD_S


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


def stays_split(landings: Sequence[Landing]) -> float:
    """Return how much the landings are stays with one and the same foot in front, 0 to 1."""
    if not landings:
        return 0.0
    stays_s = [
        landing.contact.duration_s
        if landing.contact and math.isfinite(landing.contact.sd_s)
        else landing.end_s - landing.start_s
        for landing in landings
    ]
    kept = float(np.median([landing.split for landing in landings]))
    long = np.interp(float(np.median(stays_s)), _SHORT_STAY_S, (0, 1))
    return float(long * np.interp(kept, _SPLIT_KEPT, (0, 1)))
