"""How many times slower than life the file plays."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from kickform.errors import UsageError
from kickform.events.flights.candidates import CoarseFlight
from kickform.events.types import SlowMotion

__all__ = [
    "EXPECTED_FALL",
    "FACTORS",
    "LEAST_RISE_SLOW",
    "decide_slow_motion",
    "look_at_speeds",
    "rises_enough",
]

FACTORS = (1.0, 2.0, 4.0, 8.0)
"""The slow-motion factors that physics may decide for."""


EXPECTED_FALL = 9.81 / 1.72
"""Fall of a body of 1.72 m in statures per second squared."""


_LEAST_FLIGHTS = 2


_BOUNCES = 0.012


LEAST_RISE_SLOW = 0.025
"""Least rise of the toes, in statures, of a flight that may vote for slow motion: below it a heel that
creeps up in a deep squat looks like one that flies eight times slower."""


_LEAST_RISE_PLAIN, _PLAIN_SDS = 0.02, 10.0
"""The same where the body falls as it must beyond any doubt: split squats land deep and rise little."""


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
    factor, _ = _factor_by_physics(flights)
    return SlowMotion(factor, "physics" if factor > 1 else "none")


def look_at_speeds(
    find: Callable[[float], list[CoarseFlight]],
    mean_fps: float,
    *,
    user: float | None = None,
    capture_fps: float | None = None,
) -> tuple[list[CoarseFlight], SlowMotion]:
    """Return the candidate flights as they are seen at the clip's own speed, and that speed.

    What steadies a jump in real time is far too quick for one that plays eight times slower. Unless the user
    or the container tells the factor, the clip is looked at with each of `FACTORS`, and the one holds that
    the flights found with it vote for most.

    Args:
        find: gives the candidates for a factor (`kickform.events.flights.candidates.find_coarse_flights`).
        mean_fps: as in `decide_slow_motion`.
        user: likewise.
        capture_fps: likewise.

    Raises:
        UsageError: `user` is not between 0.1 and 40.
    """
    told = decide_slow_motion((), mean_fps, user=user, capture_fps=capture_fps)
    if told.source != "none":
        return find(told.factor), told
    best, most = (find(1.0), SlowMotion(1.0, "none")), 0.0
    for factor in FACTORS:
        flights = best[0] if factor == 1 else find(factor)
        voted, votes = _factor_by_physics(flights)
        if voted == factor and votes > most:
            best, most = (flights, SlowMotion(factor, "none" if factor == 1 else "physics")), votes
    return best


def _near_integer(ratio: float) -> float:
    """Return a ratio of frame rates without the clocks' own error (239.7 / 29.97 is 8)."""
    whole = round(ratio)
    return float(whole) if abs(ratio - whole) <= _RATE_TOLERANCE * whole else ratio


def _factor_by_physics(flights: Sequence[CoarseFlight]) -> tuple[float, float]:
    """Return the factor that at least two flights vote for, and the weight of their votes (0 without).

    A candidate whose fall is not distinctly downward votes for nothing. Slow motion needs the votes of at
    least half of the candidates in which the body bounces: walkers bounce, and a confused toe may rise.
    """
    votes = dict.fromkeys(FACTORS, 0.0)
    voters = dict.fromkeys(FACTORS, 0)
    for flight in flights:
        if flight.cut or not flight.fall > 2 * flight.fall_sd > 0:
            continue
        factor = min(FACTORS, key=lambda k: abs(math.log(flight.fall * k * k / EXPECTED_FALL)))
        misfit = abs(math.log(flight.fall * factor * factor / EXPECTED_FALL))
        if misfit < math.log(1.6) and (factor == 1 or rises_enough(flight, factor)):
            # Higher flights count for more: noise makes low ones that last long, which would pass for slow.
            votes[factor] += flight.rise_share
            voters[factor] += 1
    best = max(FACTORS, key=lambda k: votes[k])
    bouncing = sum(not f.cut and f.drop_share >= _BOUNCES for f in flights)
    if voters[best] < _LEAST_FLIGHTS or (best > 1 and 2 * voters[best] < bouncing):
        return 1.0, 0.0
    return best, votes[best]


def rises_enough(flight: CoarseFlight, factor: float) -> bool:
    """Return whether the toes rise so far that the flight may speak for a speed other than life's."""
    misfit = abs(math.log(flight.fall * factor * factor / EXPECTED_FALL)) if flight.fall > 0 else math.inf
    plain = flight.fall > _PLAIN_SDS * flight.fall_sd and misfit < math.log(1.25)
    return flight.rise_share >= (_LEAST_RISE_PLAIN if plain else LEAST_RISE_SLOW)
