"""How slowly the file plays, and which candidate flights are real ones at that speed.

In flight the centre of mass falls with g. Measured in statures per file-second squared that is 9.81 /
stature = 5.1 to 6.5 for bodies of 1.5 to 1.9 m in a real-time clip, and k^2 times less in one that plays k
times slower. The neighbours among k = 1, 2, 4, 8 differ by a factor of four, so that even a measurement
that is off by half cannot be taken for another. A flight that fits no better than an imagined one (a body
that does not fall) is not a flight.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from kickform.errors import UsageError
from kickform.flights import CoarseFlight
from kickform.motion import SlowMotion

__all__ = ["FACTORS", "decide_slow_motion", "real_flights"]

FACTORS = (1.0, 2.0, 4.0, 8.0)
"""The slow-motion factors that physics may decide for."""

_FALL = 9.81 / 1.72
"""Fall of a body of 1.72 m in statures per second squared."""

_LEAST_FLIGHTS = 2
_LEAST_RISE_SLOW = 0.025
"""Least rise of the toes, in statures, of a flight that may vote for slow motion: below it a heel that
creeps up in a deep squat looks like one that flies eight times slower."""
_LEAST_SHARE_OF_RISE = 0.3
_RATE_TOLERANCE = 0.06


def decide_slow_motion(
    flights: Sequence[CoarseFlight],
    mean_fps: float,
    *,
    user: float | None = None,
    capture_fps: float | None = None,
) -> SlowMotion:
    """Return the slow-motion factor: the user's word, else the container's tag, else physics.

    Args:
        flights: candidates of the whole clip.
        mean_fps: frames per file-second.
        user: what the user says, 1 for real time.
        capture_fps: frames per real second by the container's tag, None without one.

    Raises:
        UsageError: `user` is not between 0.1 and 40.
    """
    if user is not None:
        if not 0.1 <= user <= 40:
            raise UsageError(
                "--slow-motion", f"{user:g} is out of range", "give 1 for real time, 8 for 240 in 30"
            )
        return SlowMotion(user, "user")
    if capture_fps and mean_fps > 0 and capture_fps / mean_fps > 1 + _RATE_TOLERANCE:
        return SlowMotion(_near_integer(capture_fps / mean_fps), "container")
    factor = _factor_by_physics(flights)
    return SlowMotion(factor, "physics" if factor > 1 else "none")


def _near_integer(ratio: float) -> float:
    """Return a ratio of frame rates without the clocks' own error (239.7 / 29.97 is 8)."""
    whole = round(ratio)
    return float(whole) if abs(ratio - whole) <= _RATE_TOLERANCE * whole else ratio


def _factor_by_physics(flights: Sequence[CoarseFlight]) -> float:
    """Return the factor that at least two flights vote for, weighted by how well each is measured.

    A candidate whose fall is not distinctly downward votes for nothing.
    """
    votes = dict.fromkeys(FACTORS, 0.0)
    voters = dict.fromkeys(FACTORS, 0)
    for flight in flights:
        if flight.cut or not flight.fall > 2 * flight.fall_sd > 0:
            continue
        factor = min(FACTORS, key=lambda k: abs(math.log(flight.fall * k * k / _FALL)))
        misfit = abs(math.log(flight.fall * factor * factor / _FALL))
        if misfit < math.log(1.6) and (factor == 1 or flight.rise_share >= _LEAST_RISE_SLOW):
            # Higher flights count for more: noise makes low ones that last long, which would pass for slow.
            votes[factor] += flight.rise_share
            voters[factor] += 1
    best = max(FACTORS, key=lambda k: votes[k])
    return best if voters[best] >= _LEAST_FLIGHTS else 1.0


def _least_rise(duration_s: float, fall: float) -> float:
    """Return the least rise of the toes, statures, of a flight of that duration: a share of h = g t^2 / 8."""
    return _LEAST_SHARE_OF_RISE * fall * duration_s**2 / 8


def real_flights(flights: Sequence[CoarseFlight], factor: float) -> list[CoarseFlight]:
    """Return the flights in which the body falls as it must at this slow-motion factor.

    Dropped are those whose toes rise by less than `_LEAST_SHARE_OF_RISE` of what a body rises in that time: a
    foot that stirs while standing takes long over little. Kept of the others are those whose fall lies
    between 0.6 and 1.8 times the expected one, allowing each 2 SD of its own measurement. One whose fall
    is too uncertain to be told from standing is kept only if it rises like the clip's certain ones.
    """
    expected = _FALL / factor**2
    kept: list[CoarseFlight] = []
    heights: list[float] = []
    high = [f for f in flights if f.cut or f.rise_share >= _least_rise(f.duration_s, expected)]
    for flight in high:
        margin = 2 * flight.fall_sd
        if math.isfinite(margin) and 0.6 * expected - margin <= flight.fall <= 1.8 * expected + margin:
            kept.append(flight)
            if flight.fall > margin and not flight.cut:
                heights.append(flight.rise_share)
    if not heights:
        return []
    typical = float(np.median(heights))
    kept = [f for f in kept if f.fall > 2.5 * f.fall_sd or f.rise_share >= 0.4 * typical]
    short = [
        f
        for f in flights
        if not math.isfinite(f.fall_sd) and not f.cut and 0.4 <= f.rise_share / typical <= 2.5
    ]
    return sorted(kept + short, key=lambda f: f.takeoff_s)
