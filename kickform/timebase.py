"""How slowly the file plays, and which candidate flights are real ones at that speed.

In flight the centre of mass falls with g. Measured in statures per file-second squared that is 9.81 /
stature = 5.1 to 6.5 for bodies of 1.5 to 1.9 m in a real-time clip, and k^2 times less in one that plays k
times slower. The neighbours among k = 1, 2, 4, 8 differ by a factor of four, so that even a measurement
that is off by half cannot be taken for another. A flight that fits no better than an imagined one (a body
that does not fall) is not a flight.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from kickform.aloft import leave_the_ground, timed_by_toes_or_body
from kickform.errors import UsageError
from kickform.flights import CLEAR_RISE, CoarseFlight
from kickform.motion import SlowMotion

__all__ = [
    "EXPECTED_FALL",
    "FACTORS",
    "LEAST_RISE_SLOW",
    "decide_slow_motion",
    "look_at_speeds",
    "real_flights",
    "rises_enough",
]

FACTORS = (1.0, 2.0, 4.0, 8.0)
"""The slow-motion factors that physics may decide for."""

EXPECTED_FALL = 9.81 / 1.72
"""Fall of a body of 1.72 m in statures per second squared."""

_LEAST_FLIGHTS = 2
_BOUNCES = 0.012
_LEAST_TOGETHER = 3
_LIKE_THE_OTHERS = (0.3, 2.5)
"""Rise of the toes, and drop of the body, as shares of the clip's typical ones, of a flight whose fall cannot
be told."""
_WHOLLY_LIKE, _FEWEST_CERTAIN = (0.6, 1.6), 2
"""Toes' rise, length and drop of the body, as shares of what is typical of the certain flights, of one that
is like them in all three; certain ones it takes to tell."""
_ROUGH_FALL = (0.3, 3.0)
"""Its fall as shares of the expected one."""
_LEAST_MEAN_FALL = 0.65
LEAST_RISE_SLOW = 0.025
"""Least rise of the toes, in statures, of a flight that may vote for slow motion: below it a heel that
creeps up in a deep squat looks like one that flies eight times slower."""
_LEAST_RISE_PLAIN, _PLAIN_SDS = 0.02, 10.0
"""The same where the body falls as it must beyond any doubt: split squats land deep and rise little."""
_LEAST_SHARE_OF_DROP = 0.5
_LEAST_TYPICAL_RISE = 0.008
"""Least median rise of the toes over all flights, statures: below it nobody has left the ground."""
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
        find: gives the candidates for a factor (`kickform.flights.find_coarse_flights`).
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


def _sinks_enough(flight: CoarseFlight, expected: float) -> bool:
    """Return whether the body sinks from its top by what it must in half the flight: a share of g t^2 / 8."""
    return flight.cut or flight.drop_share >= _LEAST_SHARE_OF_DROP * expected * flight.duration_s**2 / 8


def real_flights(flights: Sequence[CoarseFlight], factor: float) -> list[CoarseFlight]:
    """Return the flights in which the body falls as it must at this slow-motion factor.

    Dropped are those in which the body sinks by less than `_LEAST_SHARE_OF_DROP` of what it must in that
    time: feet that stir under a body that stands still. Kept of the others are those whose fall lies between
    0.6 and 1.8 times the expected one, allowing each 2 SD of its own measurement. One whose fall is too
    uncertain to be told from standing is kept only if it rises like the clip's certain ones, or if all of
    them together fall without a doubt; one that falls otherwise, only if all else about it is like them. A
    flight that the clip's end cuts after a frame or two has no fall: the toes must be plainly up. What is
    left begins and ends as toes or body tell (`kickform.aloft`).
    """
    expected = EXPECTED_FALL / factor**2
    deep = [f for f in flights if _sinks_enough(f, expected)]
    may = [f for f in deep if _may_fall(f, expected)]
    falling = [f for f in may if f.rise_share > 0 or _surely_falls(f, expected)]
    certain = [f for f in falling if f.fall > 2 * f.fall_sd and not f.cut]
    if not certain and _fall_together(falling):
        certain = [f for f in falling if not f.cut]
    if not certain:
        return []
    typical = float(np.median([f.rise_share for f in certain]))
    surely = sum(_surely_falls(f, expected) for f in certain)
    if typical < _LEAST_TYPICAL_RISE and surely < _LEAST_TOGETHER:
        return []
    low, high = _LIKE_THE_OTHERS[0] * typical, _LIKE_THE_OTHERS[1] * typical
    sinks = _LIKE_THE_OTHERS[0] * float(np.median([f.drop_share for f in certain]))
    like = [f for f in deep if f.rise_share >= low and (f.cut or f.drop_share >= sinks)]
    kept = [f for f in falling if f.fall > 2.5 * f.fall_sd or f in like]
    kept = _without_doubtful(kept, expected)
    short = [f for f in like if not math.isfinite(f.fall_sd) and f.rise_share <= high]
    short = [f for f in short if not f.cut or f.rise_share >= CLEAR_RISE]
    others = [f for f in deep if f not in kept and f not in short and _trembling(f, expected)]
    alike = [f for f in others if _wholly_like(f, certain)]
    real = sorted(kept + short + alike, key=lambda f: f.takeoff_s)
    real = _without_holes(real, [f for f in may if f not in real], certain)
    return timed_by_toes_or_body(real, factor, expected) if leave_the_ground(real, expected) else []


def _trembling(flight: CoarseFlight, expected: float) -> bool:
    """Return whether the body falls at all like one in flight, roughly measured: a pose may tremble."""
    return _ROUGH_FALL[0] * expected <= flight.fall <= _ROUGH_FALL[1] * expected


def _wholly_like(flight: CoarseFlight, certain: Sequence[CoarseFlight]) -> bool:
    """Return whether all but its fall is like the certain flights."""
    if flight.cut or flight.rise_share < CLEAR_RISE or len(certain) < _FEWEST_CERTAIN:
        return False
    own = np.array([flight.rise_share, flight.duration_s, flight.drop_share])
    theirs = [(f.rise_share, f.duration_s, f.drop_share) for f in certain]
    typical = np.median(theirs, axis=0)
    return bool((own >= _WHOLLY_LIKE[0] * typical).all() and (own <= _WHOLLY_LIKE[1] * typical).all())


def _without_holes(
    real: list[CoarseFlight], left_out: Sequence[CoarseFlight], certain: Sequence[CoarseFlight]
) -> list[CoarseFlight]:
    """Return the flights of a set with those between them in which the body bounces as in the certain ones.

    In a flight of four frames one that was dropped hides how the toes rise, and a single fall is known too
    little to tell: but a body that bounces like that in the midst of a set leaves the ground like that.
    """
    if len(certain) < _FEWEST_CERTAIN or len(real) < 2:
        return real
    usual = float(np.median([f.drop_share for f in certain]))
    between = [
        f
        for f in left_out
        if f.together
        and real[0].touchdown_s < f.takeoff_s
        and f.touchdown_s < real[-1].takeoff_s
        and _WHOLLY_LIKE[0] * usual <= f.drop_share <= _WHOLLY_LIKE[1] * usual
        and all(f.touchdown_s <= one.takeoff_s or one.touchdown_s <= f.takeoff_s for one in real)
    ]
    return sorted(real + between, key=lambda f: f.takeoff_s)


def _may_fall(flight: CoarseFlight, expected: float) -> bool:
    """Return whether the body may fall as it must, given how well its fall is measured."""
    margin = 2 * flight.fall_sd
    return math.isfinite(margin) and 0.6 * expected - margin <= flight.fall <= 1.8 * expected + margin


def _surely_falls(flight: CoarseFlight, expected: float) -> bool:
    """Return whether the body falls so fast, without a doubt, that the ground cannot bear much of it."""
    return flight.fall - 2 * flight.fall_sd > 0.6 * expected


def _without_doubtful(flights: Sequence[CoarseFlight], expected: float) -> list[CoarseFlight]:
    """Drop the flights whose toes hardly rise unless they fall like flights when taken together.

    In walking and marching on the spot the body bounces as well, a foot may seem to rise, and single falls
    are too uncertain to tell: their mean is not.
    """
    sure = [f for f in flights if f.rise_share >= CLEAR_RISE]
    low = [f for f in flights if f.rise_share < CLEAR_RISE]
    if not low or (not sure and len(low) < _LEAST_TOGETHER):
        return sure
    weights = np.array([f.fall_sd**-2 for f in low])
    mean = float(np.dot(weights, [f.fall for f in low]) / weights.sum())
    return list(flights) if mean >= _LEAST_MEAN_FALL * expected else sure


def _fall_together(flights: Sequence[CoarseFlight]) -> bool:
    """Return whether several uncertain flights, taken together, fall by more than 3 SD of their mean.

    Those in which the body hardly sinks, compared with the others, are the noise of a body that stands.
    """
    whole = [f for f in flights if not f.cut]
    usual = float(np.median([f.drop_share for f in whole])) if whole else 0.0
    whole = [f for f in whole if f.drop_share >= _LIKE_THE_OTHERS[0] * usual]
    if len(whole) < _LEAST_TOGETHER:
        return False
    weights = np.array([f.fall_sd**-2 for f in whole])
    return float(np.dot(weights, [f.fall for f in whole])) > 3 * math.sqrt(float(weights.sum()))
