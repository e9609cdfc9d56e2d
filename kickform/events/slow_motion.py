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
        flights: candidates of the whole clip, on the clock of the file.
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
    capture_fps: float | None = None,
) -> SlowMotion:
    """Return how slowly the clip plays, by the container's tag or by its jumps.

    Without a tag the clip is searched for flights at each of `FACTORS`, because filters that steady a jump in
    real time are far too quick for one that plays eight times slower. The factor holds that the flights found
    with it vote for most.

    Args:
        find: gives the candidates, in real seconds, if the file played so many times slower than life.
        mean_fps: frames per file-second.
        capture_fps: frames per real second by the container's tag, None without one.
    """
    known = decide_slow_motion((), mean_fps, capture_fps=capture_fps)
    if known.source != "none":
        return known
    best, most = SlowMotion(1.0, "none"), 0.0
    for factor in FACTORS:
        voted, votes = _factor_by_physics(find(factor), factor)
        if voted == factor and votes > most:
            best, most = SlowMotion(factor, "none" if factor == 1 else "physics"), votes
    return best


def _near_integer(ratio: float) -> float:
    """Return a ratio of frame rates without the clocks' own error (239.7 / 29.97 is 8)."""
    whole = round(ratio)
    return float(whole) if abs(ratio - whole) <= _RATE_TOLERANCE * whole else ratio


def _factor_by_physics(flights: Sequence[CoarseFlight], tried: float = 1.0) -> tuple[float, float]:
    """Return the factor that at least two flights vote for, and the weight of their votes (0 without).

    A candidate whose fall is not distinctly downward does not vote. Slow motion needs the votes of at least
    half of the candidates in which the body bounces: walkers bounce, and a confused toe may rise.

    Args:
        flights: candidates, on the clock of a file that plays `tried` times slower than life.
        tried: that factor.
    """
    votes = dict.fromkeys(FACTORS, 0.0)
    voters = dict.fromkeys(FACTORS, 0)
    for flight in flights:
        if flight.cut or not flight.fall > 2 * flight.fall_sd > 0:
            continue
        misfits = {k: abs(math.log(flight.fall / tried**2 * k * k / EXPECTED_FALL)) for k in FACTORS}
        factor = min(FACTORS, key=misfits.__getitem__)
        if misfits[factor] < math.log(1.6) and (factor == 1 or rises_enough(flight, factor / tried)):
            # Higher flights count for more: noise makes low ones that last long, which would pass for slow.
            votes[factor] += flight.rise_share
            voters[factor] += 1
    best = max(FACTORS, key=lambda k: votes[k])
    bouncing = sum(not f.cut and f.drop_share >= _BOUNCES for f in flights)
    if voters[best] < _LEAST_FLIGHTS or (best > 1 and 2 * voters[best] < bouncing):
        return 1.0, 0.0
    return best, votes[best]


def rises_enough(flight: CoarseFlight, slower: float = 1.0) -> bool:
    """Return whether the toes rise so far that the flight may vote for a speed other than life's.

    Args:
        flight: a candidate.
        slower: how many times slower than on the clock it was found on the file is thought to play.
    """
    misfit = abs(math.log(flight.fall * slower * slower / EXPECTED_FALL)) if flight.fall > 0 else math.inf
    plain = flight.fall > _PLAIN_SDS * flight.fall_sd and misfit < math.log(1.25)
    return flight.rise_share >= (_LEAST_RISE_PLAIN if plain else LEAST_RISE_SLOW)
