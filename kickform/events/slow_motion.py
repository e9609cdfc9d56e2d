"""How many times slower than life the file plays."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from kickform import fitted
from kickform.errors import UsageError
from kickform.events.flights.candidates import FlightCandidate
from kickform.events.observation import USUAL_STATURE_M
from kickform.events.types import SlowMotion

__all__ = [
    "EXPECTED_FALL",
    "FACTORS",
    "LEAST_RISE_SLOW",
    "decide_slow_motion",
    "estimate_slow_motion",
    "rises_enough",
]

FACTORS = (1.0, 2.0, 4.0, 8.0)  # convention: capture rates of phones (30 to 240 Hz) over 30 Hz
"""Slow-motion factors that the fall of the body can decide for."""

EXPECTED_FALL = 9.81 / USUAL_STATURE_M  # derived: g / stature
"""Acceleration of a falling body, statures per second squared."""

_LEAST_FLIGHTS = 2  # convention: one flight alone may be a mistake

_BOUNCES = fitted.SLOW_MOTION_BOUNCES
"""Least drop of the body, statures, with which a candidate counts as a bounce."""

LEAST_RISE_SLOW = fitted.SLOW_MOTION_LEAST_RISE_SLOW
"""Least rise of the toes, statures, of a flight that may vote for slow motion: below it a heel that creeps up
in a deep squat looks like one that flies eight times slower."""

_LEAST_RISE_CERTAIN = fitted.SLOW_MOTION_LEAST_RISE_CERTAIN
"""The same where the fall is measured beyond doubt: split squats land deep and rise little."""

_CERTAIN_SDS = 10.0  # convention: a fall ten SDs off zero is beyond doubt

_LOG_NEAR_FACTOR = math.log(1.6)  # convention: below log(2), half way to the next factor
"""Largest misfit of the fall, as a log ratio, with which a flight votes for a factor."""

_LOG_CERTAIN_FALL = math.log(1.25)  # derived: bodies of 1.5 to 2.0 m fall by 5.1 to 6.5 statures/s^2
"""Largest misfit of a fall that is beyond doubt, as a log ratio."""

_RATE_TOLERANCE = 0.06  # convention: true rates of cameras are off their names by some percent


def decide_slow_motion(
    flights: Sequence[FlightCandidate],
    mean_fps: float,
    *,
    user: float | None = None,
    capture_fps: float | None = None,
) -> SlowMotion:
    """Return the slow-motion factor: the user's, else the container's tag, else by physics.

    Args:
        flights: candidates of the whole clip, on the clock of the file.
        mean_fps: frames per file-second.
        user: the user's factor, 1 for real time; None without one.
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


def estimate_slow_motion(
    find: Callable[[float], list[FlightCandidate]],
    mean_fps: float,
    *,
    capture_fps: float | None = None,
) -> SlowMotion:
    """Return how slowly the clip plays, by the container's tag or by its jumps.

    Without a tag the clip is searched for flights at each of `FACTORS`: filters for a jump in real time are
    far too fast for one that plays eight times slower. The factor with most votes of its own flights wins.

    Args:
        find: returns the flight candidates, in real seconds, for a file that plays that many times slower.
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
    """Return the ratio of two frame rates, rounded where it is nearly whole (239.7 / 29.97 is 8)."""
    whole = round(ratio)
    return float(whole) if abs(ratio - whole) <= _RATE_TOLERANCE * whole else ratio


def _factor_by_physics(flights: Sequence[FlightCandidate], tried: float = 1.0) -> tuple[float, float]:
    """Return the factor that at least two flights vote for, and the weight of their votes (1 and 0 without).

    A candidate without a clear fall does not vote. Slow motion needs the votes of at least half of the
    candidates in which the body bounces: walkers bounce, and a toe landmark may rise by mistake.

    Args:
        flights: candidates found for a file that plays `tried` times slower than real time.
        tried: that factor.
    """
    votes = dict.fromkeys(FACTORS, 0.0)
    voters = dict.fromkeys(FACTORS, 0)
    for flight in flights:
        if flight.cut or not flight.fall > 2 * flight.fall_sd > 0:
            continue
        misfits = {k: abs(math.log(flight.fall / tried**2 * k * k / EXPECTED_FALL)) for k in FACTORS}
        factor = min(FACTORS, key=misfits.__getitem__)
        if misfits[factor] < _LOG_NEAR_FACTOR and (factor == 1 or rises_enough(flight, factor / tried)):
            # Higher flights weigh more: noise makes low, long flights, which look like slow motion.
            votes[factor] += flight.rise_share
            voters[factor] += 1
    best = max(FACTORS, key=lambda k: votes[k])
    bouncing = sum(not f.cut and f.drop_share >= _BOUNCES for f in flights)
    if voters[best] < _LEAST_FLIGHTS or (best > 1 and 2 * voters[best] < bouncing):
        return 1.0, 0.0
    return best, votes[best]


def rises_enough(flight: FlightCandidate, slower: float = 1.0) -> bool:
    """Return whether the toes rise enough for the flight to vote for slow motion.

    Args:
        flight: a candidate.
        slower: factor to try, relative to the clock on which the candidate was found.
    """
    misfit = abs(math.log(flight.fall * slower * slower / EXPECTED_FALL)) if flight.fall > 0 else math.inf
    certain = flight.fall > _CERTAIN_SDS * flight.fall_sd and misfit < _LOG_CERTAIN_FALL
    return flight.rise_share >= (_LEAST_RISE_CERTAIN if certain else LEAST_RISE_SLOW)
