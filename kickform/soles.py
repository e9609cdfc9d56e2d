"""Touchdown and take-off from the paths of the soles, as they were followed in the pictures.

`kickform.footflow` says how each sole moved from picture to picture. Added up from one picture in both
directions, these steps are its path over the ground; over the dozen pictures about an event their errors come
to a few tenths of a pixel, and a foot on the ground stands still in it. Per event:

1. *Where to follow.* A foot rolls over the tip of its sole, at last: places behind the tip rise by up to two
   centimetres before it leaves, places beyond it are ground. The most forward place is taken that goes along
   with the foot in flight.
2. *Where to look.* The coarse event may be four frames off; where the path passes two centimetres is not.
3. *A hinge* z = z0 + [v b + c b^2 / 2]+, b being the time beyond the event, is fitted by robust least squares
   to 60 ms of contact and some 50 ms of flight beside the event, with priors on v and c that are learnt from
   the clip's other contacts (one athlete's landings resemble one another).
4. *The tip starts gently.* Its speed cannot jump at take-off as it does at touchdown: it builds up over some
   milliseconds, so that the kink is seen half of that late (`_STARTS_S`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import least_squares

from kickform.hinge import Event
from kickform.track import FeetMotion, FloatArray

__all__ = ["HIDDEN_SD_S", "Leg", "SoleEvent", "Soles", "any_leg", "first_of", "learn_leg", "time_event"]

Away = Literal[-1, 1]
"""-1 for a touchdown, which flight precedes; 1 for a take-off, which it follows."""

_REST_S, _BEYOND_S = 0.06, 0.13
"""Stretch of a contact next to an event that tells the ground's level, and how far beyond the event a path
goes, real seconds."""
_GOES_ALONG, _RISES_S = 0.75, (0.015, 0.06)
"""A place belongs to the shoe if, between so many seconds into the flight, it rises by at least this share of
what the place below the toe rises by; else it is, in part, ground."""
_LANDS_AT = 2
"""The most forward place (of `kickform.footflow.PLACES`) by which a landing is told."""
_INNER_S = 0.12
_PASSES = 0.012
"""Height above the ground, statures, at which a tip is surely in the air: 2 cm."""
_LIKELY_SPEED = (0.55, 1.85)
"""Speed of a tip that lands or leaves, as shares of what is expected of it."""
_LEAST_SPEED = 0.1
_WINDOW_S, _WINDOW_FRAMES = 0.05, 3.5
"""Flight that is looked at beside an event: real seconds, and frames at least."""
_SWUNG = {-1: 0.06, 1: 0.03}
"""Height, statures, beyond which a foot is swung rather than landing or leaving."""
_NOISE = 0.002
"""SD of a path's height, statures: 0.3 to 0.5 pixels of a phone clip."""
_COARSE_SD_S, _COARSE_SD_FRAMES = 0.015, 0.6
_STARTS_S = 0.0025
"""By how much a take-off is seen late, real seconds: median over rendered clips."""
_DOUBT_S = {-1: 0.0025, 1: 0.004}
_DOUBT_FRAMES = 0.12
"""SD of an event beyond the fit's covariance: the shape of landing and leaving, the exposure."""
HIDDEN_SD_S = {-1: 0.004, 1: 0.020}
"""What it adds to the SD of an event that the foot is half hidden behind the other leg: in hops on the hidden
leg the take-off is read wrong, not the landing."""
_APART_S = 0.015
"""By how much the two feet of a two-footed contact land or leave apart (SD), real seconds."""
_LEARN_FROM = 3
_G, _STATURE_M = 9.81, 1.72


@dataclass(frozen=True, slots=True)
class Leg:
    """How a tip moves beside an event: mean and SD (2,) of its speed, statures/s, and bend, statures/s^2."""

    mean: FloatArray
    sd: FloatArray


def any_leg(away: Away, flight_s: float) -> Leg:
    """Return what is known of landing (-1) and leaving (1) before the clip is.

    The tip lands faster than the body, for the leg is stretched towards the ground; it leaves more slowly,
    for the ankle is still unrolling (medians of rendered clips; spread over drills and bodies).

    Args:
        away: touchdown or take-off.
        flight_s: length of the flight beside it, real seconds.
    """
    body = _G * min(flight_s, 0.6) / 2 / _STATURE_M
    if away < 0:
        return Leg(np.array([0.35 + 0.5 * body, -5.0]), np.array([0.4, 6.0]))
    return Leg(np.array([0.57 * body, 0.0]), np.array([0.05 + 0.25 * body, 8.0]))


_LEAST_LEG_SD, _MOST_LEG_SD = np.array([0.1, 2.0]), np.array([0.35, 8.0])


@dataclass(frozen=True, slots=True)
class SoleEvent:
    """A timed event, and the speed and bend (2,) that were fitted with it."""

    event: Event
    leg: FloatArray


@dataclass(frozen=True, slots=True)
class Soles:
    """Paths of the tips of both soles.

    Attributes:
        time_s: (T,) real seconds.
        step: (T, 2, K) vertical motion of the left and the right sole from each frame to the next over the
            ground, statures, y up, at each place from the toe forward; NaN where no place was followed.
    """

    time_s: FloatArray
    step: FloatArray

    @classmethod
    def of(cls, feet: FeetMotion, time_s: FloatArray, stature_px: FloatArray) -> Soles:
        """Return the soles of feet that were followed.

        Where a place was lost for a moment, the next one behind it tells.

        Args:
            feet: as followed.
            time_s: (T,) real seconds.
            stature_px: (T,) stature in pixels at the athlete's distance in each frame.
        """
        step = -feet.step_px[..., 1] / stature_px[:, None, None]
        for place in range(1, step.shape[2]):
            own = step[:, :, place]
            step[:, :, place] = np.where(np.isfinite(own), own, step[:, :, place - 1])
        return cls(time_s, step)

    def place(self, foot: int, event_s: float, away: Away, room_s: float, speed: float) -> int:
        """Return the most forward place of a foot that leaves with it; arguments as in `locate`."""
        coarse = self.locate(foot, event_s, away, room_s, 0, speed)
        if coarse is None:
            return 0
        beyond = (self.time_s - coarse) * away
        frame_s = float(np.median(np.diff(self.time_s)))
        start, stop = _RISES_S[0], max(_RISES_S[1], _RISES_S[0] + 1.5 * frame_s)
        inside = np.flatnonzero((beyond > start) & (beyond < stop))[::away]
        rises = []
        for place in range(_LANDS_AT + 1 if away < 0 else self.step.shape[2]):
            height = self.height(foot, coarse, away, room_s, place)
            seen = np.array([]) if height is None else height[inside][np.isfinite(height[inside])]
            rises.append(float(seen.max() - seen[0]) if len(seen) else 0.0)
        along = [place for place, rise in enumerate(rises) if rise >= _GOES_ALONG * rises[0]]
        return max(along)

    def height(self, foot: int, event_s: float, away: Away, room_s: float, place: int) -> FloatArray | None:
        """Return the height (T,) of a tip above the ground about one event, statures; NaN elsewhere.

        Args:
            foot: 0 left, 1 right.
            event_s: the event as far as known, real seconds.
            away: touchdown or take-off.
            room_s: how much of the contact may be looked at.
            place: number of the place, from the toe forward.
        """
        beyond = (self.time_s - event_s) * away
        span = np.flatnonzero((beyond >= -min(room_s, _BEYOND_S)) & (beyond <= _BEYOND_S))
        if len(span) < 4:
            return None
        seed = int(span[np.argmin(np.abs(beyond[span] + _REST_S / 2))])
        first, last = int(span[0]), int(span[-1])
        steps = self.step[first + 1 : last + 1, foot, place]
        after = np.cumsum(steps[seed - first :])
        before = -np.cumsum(steps[: seed - first][::-1])[::-1]
        path = np.concatenate([before, [0.0], after])
        rest = (beyond[span] <= 0) & (beyond[span] > -_REST_S)
        if not np.isfinite(path[rest]).any():
            return None
        height = np.full(len(self.time_s), np.nan)
        height[span] = path - np.nanmedian(path[rest])
        return height

    def locate(
        self, foot: int, event_s: float, away: Away, room_s: float, place: int, speed: float
    ) -> float | None:
        """Return an event to within a frame from one that may be four frames off; arguments as in `height`.

        It is read off where the tip passes a height that it surely reaches, and its speed there, `speed`
        (statures a second) being expected. None where the foot is not followed there, or stays on the ground.
        """
        height = self.height(foot, event_s, away, room_s, place)
        if height is None:
            return None
        seen = np.flatnonzero(np.isfinite(height))[::away]
        beyond, up = (self.time_s[seen] - event_s) * away, height[seen]
        down = np.sort(up[beyond < _INNER_S / 4])
        if len(seen) < 4 or len(down) == 0:
            return None
        up = up - np.median(down[: max(1, len(down) // 3)])
        top = int(np.argmax(up))  # the flight may end within the span: its far side does not count
        low = np.flatnonzero(up[: top + 1] < _PASSES)
        if up[top] < 1.5 * _PASSES or len(low) == 0 or low[-1] == top:
            return None
        k = int(low[-1])
        own = (up[k + 1] - up[k]) / (beyond[k + 1] - beyond[k])
        passes = beyond[k] + (_PASSES - up[k]) / own
        low_speed, high_speed = (share * speed for share in _LIKELY_SPEED)
        return float(event_s + away * (passes - _PASSES / np.clip(own, low_speed, high_speed)))


def time_event(
    soles: Soles,
    foot: int,
    event_s: float,
    away: Away,
    room_s: float,
    flight_s: float,
    leg: Leg | None = None,
) -> SoleEvent | None:
    """Time one event of one foot; None where the foot could not be followed there.

    Args:
        soles: the paths.
        foot: 0 left, 1 right.
        event_s: the event as far as known, real seconds; up to 0.06 s off.
        away: -1 for a touchdown, 1 for a take-off.
        room_s: how much of the contact may be looked at, real seconds.
        flight_s: length of the flight beside it, real seconds.
        leg: how this leg lands or leaves, where it is known (`learn_leg`).
    """
    anybody = any_leg(away, flight_s)
    speed = max(float(anybody.mean[0]), _LEAST_SPEED)
    place = soles.place(foot, event_s, away, room_s, speed)
    coarse = soles.locate(foot, event_s, away, room_s, place, speed)
    if coarse is None:
        return None
    height = soles.height(foot, coarse, away, room_s - (event_s - coarse) * away, place)
    if height is None:
        return None
    frame_s = float(np.median(np.diff(soles.time_s)))
    reach = max(_WINDOW_S, _WINDOW_FRAMES * frame_s)
    beyond = (soles.time_s - coarse) * away
    inside = np.isfinite(height) & (beyond > -max(_REST_S, 2.5 * frame_s)) & (beyond < reach)
    aloft = beyond[inside & (beyond > 0)]
    high = inside & (beyond > 0) & (height > _SWUNG[away])
    if high.any() and len(aloft) > 1:
        inside &= beyond <= max(float(beyond[high].min()) - 0.1 * frame_s, float(np.sort(aloft)[1]))
    b, z = beyond[inside], height[inside]
    if (b < 0).sum() < 1 or (b > 0).sum() < 1 or len(b) < 4:
        return None
    return _hinge(b, z, coarse, away, frame_s, leg or anybody)


def _hinge(
    b: FloatArray, z: FloatArray, coarse: float, away: Away, frame_s: float, leg: Leg
) -> SoleEvent | None:
    """Fit the hinge to heights z (n,) at times b (n,) beyond the coarse event."""
    prior = np.array([0.0, *leg.mean, 0.0])
    prior_sd = np.array([max(_COARSE_SD_S, _COARSE_SD_FRAMES * frame_s), *leg.sd, 0.02])

    def residuals(p: FloatArray) -> FloatArray:
        aloft = np.maximum(b - p[0], 0.0)
        model = p[3] + np.maximum(p[1] * aloft + p[2] * aloft * aloft / 2, 0.0)
        return np.concatenate([(z - model) / _NOISE, (p - prior) / prior_sd])

    best = None
    for shift in (0.0, 0.012, -0.012):
        start = prior.copy()
        start[0] += shift
        result = least_squares(residuals, start, loss="soft_l1", f_scale=1.5, x_scale=[0.01, 0.1, 3.0, 0.01])
        if best is None or result.cost < best.cost:
            best = result
    assert best is not None
    variance = float(np.linalg.inv(best.jac.T @ best.jac)[0, 0])
    sd = math.sqrt(variance + _DOUBT_S[away] ** 2 + (_DOUBT_FRAMES * frame_s) ** 2)
    late = _STARTS_S if away > 0 else 0.0
    return SoleEvent(Event(coarse + away * float(best.x[0]) - late, sd), best.x[1:3])


def learn_leg(events: Sequence[SoleEvent]) -> Leg | None:
    """Return how a leg lands or leaves, from a first fit to all its events; None from too few."""
    if len(events) < _LEARN_FROM:
        return None
    legs = np.stack([event.leg for event in events])
    mean = np.median(legs, axis=0)
    spread = 1.4826 * np.median(np.abs(legs - mean), axis=0)
    return Leg(mean, np.clip(spread, _LEAST_LEG_SD, _MOST_LEG_SD))


def first_of(left: Event, right: Event, away: Away) -> Event:
    """Return when the first foot lands (-1) or the last one leaves (1), from both feet's events.

    Feet do so nearly together: how far apart they seem is drawn to nil as far as their errors call for, so
    that the first of two uncertain events is not taken for an early one.
    """
    total = left.sd_s**2 + right.sd_s**2
    mean = (left.time_s * right.sd_s**2 + right.time_s * left.sd_s**2) / total
    apart = (left.time_s - right.time_s) * _APART_S**2 / (_APART_S**2 + total)
    ends = mean + apart * left.sd_s**2 / total, mean - apart * right.sd_s**2 / total
    sd = left.sd_s * right.sd_s / math.sqrt(total)
    unsure = abs(apart) * (1 - _APART_S**2 / (_APART_S**2 + total))
    own = left.sd_s if (ends[0] > ends[1]) == (away > 0) else right.sd_s
    clear = min(1.0, abs(apart) / _APART_S)
    sd = math.hypot(sd + clear * (own - sd), unsure)
    return Event(max(ends) if away > 0 else min(ends), sd)
