"""One contact of two feet from the events of each: it lasts from the first foot down to the last foot up.

Feet land and leave nearly together in a pogo jump, and a tenth of a second apart in a boxer's step or a split
squat. How far apart is a habit of the clip: its spread is learnt from all pairs of events of one kind, and
each pair is drawn together as far as the errors of its feet call for. So the first of two uncertain events is
not taken for an early one, a foot that is half guessed behind the other leg counts for little, and feet that
are both seen to land apart are believed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from kickform.events.types import Away, Event
from kickform.numeric import FloatArray

__all__ = ["fused", "learn_apart_s", "outer", "together"]

_APARTS_S = np.geomspace(0.001, 0.120, 25)  # convention: from alike to a boxer's step, a tenth of a second
_USUAL_APART_S = 0.003  # convention: jumps on both feet, whose feet land a few thousandths of a second apart
_PEOPLE_DIFFER = 1.0  # convention: SD of the logarithm; two sets of three lie within a factor of 2.7
_SHARED = 0.5  # convention: half of it; one pose model sees both feet, and both leave the ground alike
"""Share of the surer foot's error variance that the other foot's event has as well."""
_TAILS = 4.0  # convention: degrees of freedom of Student's t, for one pair in many is followed wrongly


def fused(one: Event | None, two: Event | None) -> Event | None:
    """Return what two sightings of one event tell: their mean by inverse variance.

    Where they differ by more than their SDs allow, the SD grows by as much (Birge 1932).
    """
    if one is None or two is None:
        return one or two
    if not (math.isfinite(one.sd_s) and math.isfinite(two.sd_s)):
        return two if math.isfinite(two.sd_s) else one
    total = one.sd_s**2 + two.sd_s**2
    time_s = (one.time_s * two.sd_s**2 + two.time_s * one.sd_s**2) / total
    birge = max(1.0, abs(one.time_s - two.time_s) / math.sqrt(total))
    return Event(time_s, birge * one.sd_s * two.sd_s / math.sqrt(total))


def learn_apart_s(pairs: Sequence[tuple[Event, Event]]) -> float:
    """Return how far apart (SD) the feet of a clip land, or leave, real seconds: the likeliest.

    Args:
        pairs: the events of left and right foot, of all contacts of both, with finite SDs.
    """
    apart = np.array([left.time_s - right.time_s for left, right in pairs]).reshape(-1, 1)
    error = np.array([sum(_own_vars(left, right)[:2]) for left, right in pairs]).reshape(-1, 1)
    spread = _APARTS_S**2 + error
    tails = np.log1p(apart**2 / spread / _TAILS) * (_TAILS + 1) / 2 + np.log(spread) / 2
    unlikely = tails.sum(axis=0) + np.log(_APARTS_S / _USUAL_APART_S) ** 2 / (2 * _PEOPLE_DIFFER**2)
    return float(_APARTS_S[int(np.argmin(unlikely))])


def together(left: Event, right: Event, apart_s: float) -> tuple[Event, Event]:
    """Return the events of both feet, drawn to one another as far as their errors call for.

    Args:
        left: of the left foot, real seconds, with finite SD.
        right: of the right one.
        apart_s: how far apart they may be (SD), real seconds.
    """
    means, covariance = _drawn(left, right, apart_s)
    sds = np.sqrt(np.diag(covariance))
    return Event(float(means[0]), float(sds[0])), Event(float(means[1]), float(sds[1]))


def outer(left: Event, right: Event, away: Away, apart_s: float) -> Event:
    """Return when the first foot lands (-1) or the last one leaves (1), from both feet's events.

    It is the expected value of the earlier (later) of the two, given what is known of both (Clark 1961).
    """
    means, covariance = _drawn(left, right, apart_s)
    one, two = away * means
    (one_var, shared_var), (_, two_var) = covariance
    spread = math.sqrt(max(one_var + two_var - 2 * shared_var, 1e-12))
    ahead = (one - two) / spread
    density = math.exp(-(ahead**2) / 2) / math.sqrt(2 * math.pi)
    share = (1 + math.erf(ahead / math.sqrt(2))) / 2
    mean = one * share + two * (1 - share) + spread * density
    # the second moment about the mean, so that seconds of the clip do not cancel
    one, two = one - mean, two - mean
    var = (one**2 + one_var) * share + (two**2 + two_var) * (1 - share) + (one + two) * spread * density
    return Event(float(away * mean), math.sqrt(max(var, 0.0)))


def _drawn(left: Event, right: Event, apart_s: float) -> tuple[FloatArray, FloatArray]:
    """Return means (2,) and covariance (2, 2) of both feet's events."""
    left_var, right_var, shared_var = _own_vars(left, right)
    total = left_var + right_var
    shares = np.array([left_var, -right_var]) / total
    middle = left.time_s - shares[0] * (left.time_s - right.time_s)
    kept = apart_s**2 / (apart_s**2 + total)
    means = middle + shares * kept * (left.time_s - right.time_s)
    return means, shared_var + left_var * right_var / total + np.outer(shares, shares) * kept * total


def _own_vars(left: Event, right: Event) -> tuple[float, float, float]:
    """Return the error variances that each foot has alone, and that which both share."""
    shared_var = _SHARED * min(left.sd_s, right.sd_s) ** 2
    return left.sd_s**2 - shared_var, right.sd_s**2 - shared_var, shared_var
