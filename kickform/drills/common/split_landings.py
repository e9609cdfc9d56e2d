"""Split landings: where the hips are lowest with one foot in front, and which foot that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.signal import find_peaks

from kickform import fitted
from kickform.events.types import Contact, Flight, Side
from kickform.motion.motion import Motion
from kickform.numeric import FloatArray
from kickform.pose.filtering import despike, low_pass
from kickform.pose.geometry import body_height_px, upward
from kickform.pose.track import Landmark

__all__ = ["DEPTH_HZ", "Landing", "find_landings", "split_stance_share"]

DEPTH_HZ = 6.0  # convention: low-pass for slow, deep movements
"""Low-pass of depth, lean and balance in a deep landing."""

_SPLIT = 0.15  # convention: a quarter of a metre
"""Statures between the feet, along the picture, from which on they are in a split stance."""

_LEAST_SINK = 0.06  # convention: ten centimetres
"""Statures by which the hips sink into a landing, and rise again, at the least."""

_LEAST_SINK_SHARE = fitted.SPLIT_LANDINGS_LEAST_SINK_SHARE
"""The same as a share of what they do in the other landings."""

_LONGEST_PHASE_S = 2.0  # convention: a longer one ends the set
"""Longest time from touchdown to bottom, or from bottom to take-off, within a set, real seconds."""

_STANDING_S = 0.6  # convention: longer than the feet take to pass each other
"""Time with the feet together between two landings that makes a new start, real seconds."""

_SEEN_LOG_ODDS = 12.0  # convention: a clear view of the feet outweighs the expected switch
"""Log odds that a clear view of the feet gives to the foot it shows in front."""

_SWITCH_LOG_ODDS = 4.0  # convention: 50 to 1 that the legs switch, as the drill asks
"""Prior log odds of a switch."""

_STANCE_S = fitted.SPLIT_LANDINGS_STANCE_S
"""Length of a landing, real seconds, from no match to a full one: a hop is shorter."""

_SAME_LEAD = fitted.SPLIT_LANDINGS_SAME_LEAD
"""Share of a landing with one foot in front, from no match to a full one: a hop's free leg swings through."""


@dataclass(frozen=True, slots=True)
class Landing:
    """One landing into a split; real seconds.

    ``split`` is the share of the landing with the same foot in front; ``switched`` is None after standing.
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
        before = lows[n - 1] if n else int(np.searchsorted(time_s, time_s[low] - _LONGEST_PHASE_S))
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
    """Return (T,) height of the hips and (T,) lead of the left foot over the right, statures."""
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
    # A landing at the edge of the clip may be lowest in its first or last frame: pad with high hips.
    high = float(hips[seen].max()) + _LEAST_SINK
    walled = np.concatenate(([high], np.where(seen, hips, high), [high]))

    def split_lows(least: float) -> list[int]:
        lows = find_peaks(-walled, prominence=least)[0] - 1
        about = [np.abs(ahead[seen & (np.abs(time_s - time_s[low]) <= 0.1)]) for low in lows]
        return [
            int(low) for low, wide in zip(lows, about, strict=True) if len(wide) and np.median(wide) > _SPLIT
        ]

    lows = split_lows(_LEAST_SINK)
    if len(lows) < 3:
        return lows
    rises = [float(np.nanmax(hips[a:b]) - max(hips[a], hips[b])) for a, b in pairwise(lows)]
    return split_lows(max(_LEAST_SINK, _LEAST_SINK_SHARE * float(np.median(rises))))


def _while_busy(motion: Motion, lows: Sequence[int]) -> list[int]:
    """Return the bottoms near the motion's flights and steps, which may be only a part of the clip."""
    timed = [step for step in motion.steps if math.isfinite(step.sd_s)]
    busy_s = [t for step in timed for t in (step.touchdown_s, step.takeoff_s)]
    busy_s += [t for flight in motion.flights for t in (flight.takeoff_s, flight.touchdown_s)]
    if not busy_s:
        return list(lows)
    start_s, stop_s = min(busy_s) - _LONGEST_PHASE_S, max(busy_s) + _LONGEST_PHASE_S
    return [low for low in lows if start_s <= motion.track.time_s[low] <= stop_s]


def _flight_into(motion: Motion, lows: Sequence[int], place: int) -> Flight | None:
    """Return the flight before a bottom; of several (a foot that stirred) the longest."""
    bottom_s = float(motion.track.time_s[lows[place]])
    earliest = float(motion.track.time_s[lows[place - 1]]) if place else -math.inf
    fitting = [
        flight
        for flight in motion.flights
        if earliest < flight.takeoff_s
        and flight.touchdown_s <= bottom_s
        and bottom_s - flight.touchdown_s <= _LONGEST_PHASE_S
    ]
    return max(fitting, key=lambda flight: flight.duration_s, default=None)


def _top_s(motion: Motion, hips: FloatArray, first: int, last: int) -> float:
    """Return the time at which the hips are highest between two frames, real seconds."""
    part = hips[first:last]
    if not np.isfinite(part).any():
        return float(motion.track.time_s[last])
    return float(motion.track.time_s[first + int(np.nanargmax(part))])


def _risen_s(motion: Motion, hips: FloatArray, low: int, after: int | None) -> float:
    """Return the time at which the athlete is up again from a bottom without a flight after it."""
    time_s = motion.track.time_s
    if after is not None:
        return _top_s(motion, hips, low, after)
    rest = np.flatnonzero(
        (np.arange(len(time_s)) > low) & (time_s <= time_s[low] + _LONGEST_PHASE_S) & np.isfinite(hips)
    )
    if not len(rest):
        return float(time_s[-1])
    up = hips[rest] >= hips[low] + 0.7 * (hips[rest].max() - hips[low])
    return float(time_s[rest[np.argmax(up)]])


def _lead_mark(motion: Motion, ahead: FloatArray, start_s: float, low: int, end_s: float | None) -> float:
    """Return which foot is in front: 1 surely left, -1 surely right.

    Judged on the way down and on the way up, because the pose model swaps the legs deep in the squat. After
    the last landing (`end_s` None) the way up does not count: the feet come together.
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
    """Return whether the athlete stood with the feet together between two bottoms."""
    time_s = motion.track.time_s
    inside = (time_s > time_s[before]) & (time_s < time_s[low])
    if into is not None:
        inside &= time_s < into.takeoff_s
    together = inside & (np.abs(ahead) < _SPLIT / 2)
    return float(np.diff(time_s, prepend=time_s[0])[together].sum()) > _STANDING_S


def _leads(marks: Sequence[float], anew: Sequence[bool]) -> list[Side]:
    """Return the leg in front in each landing (Viterbi: the view of the feet, with a prior for a switch)."""
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


def split_stance_share(landings: Sequence[Landing]) -> float:
    """Return how well the landings match long stances with the same foot in front, 0 to 1."""
    if not landings:
        return 0.0
    stances_s = [
        landing.contact.duration_s
        if landing.contact and math.isfinite(landing.contact.sd_s)
        else landing.end_s - landing.start_s
        for landing in landings
    ]
    kept = float(np.median([landing.split for landing in landings]))
    long = np.interp(float(np.median(stances_s)), _STANCE_S, (0, 1))
    return float(long * np.interp(kept, _SAME_LEAD, (0, 1)))
