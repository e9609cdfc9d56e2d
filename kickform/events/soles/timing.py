"""Touchdown and take-off from the paths of the soles, as they were followed in the pictures.

`kickform.events.soles.paths` says how points of each sole moved over the ground; a foot on the ground stands
still in it, to a few tenths of a pixel. For the events of one foot:

1. *Which point.* A foot rolls over the tip of its sole, at last: points behind the tip rise by up to two
   centimetres before it leaves, points beyond it are ground. The most forward point is taken that goes along
   with the foot in flight, in most of the clip's contacts.
2. *Where to look.* The coarse event may be four frames off; where the path passes two centimetres is not.
3. *A hinge* z = z0 + [v b + c b^2 / 2]+, b being the time beyond the event, is fitted by robust least squares
   to 60 ms of contact and some 50 ms of flight beside the event, with priors on v and c that are learnt from
   the clip's other contacts (one athlete's landings resemble one another;
   `kickform.events.fitting.sole_hinge`).
4. *Six times.* All that is done with points laid on the sole in six ways, and the median event is taken.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kickform.events.fitting.sole_hinge import Fitted, Leg, Near, any_leg, fit_paths, learn_leg
from kickform.events.soles.paths import PLACES, SolePaths
from kickform.events.types import Away, Event
from kickform.numeric import FloatArray, median

__all__ = ["Coarse", "Job", "time_events"]

_REST_S = 0.06
"""Stretch of a contact next to an event that is fitted, real seconds."""
_GOES_ALONG, _ALSO_HERE, _RISES_S = 0.7, 0.5, (0.015, 0.06)
"""A point belongs to the shoe if, between so many seconds into the flight, it rises by at least this share of
what the point below the toe rises by (median of the contacts; the second in this one): else it is ground."""
_LANDS_AT = 2
"""The most forward point (of `kickform.events.soles.paths.PLACES`) by which a landing is told."""
_MOST_OFF_S = 0.1
"""A coarse event is no further off than this, real seconds: what is timed there is another one."""
_ROLLS_S = 0.03
"""By how much one point of a sole may leave or land after another, real seconds."""
_INNER_S = 0.12
_PASSES, _HALFWAY, _RISES = 0.012, 0.5, 0.009
"""Height above the ground, statures, at which a tip is surely in the air: 2 cm, or so much of the greatest
height of a low step; and the least of those."""
_LIKELY_SPEED = (0.55, 1.85)
"""Speed of a tip that lands or leaves, as shares of what is expected of it."""
_LEAST_SPEED = 0.1
_WINDOW_S, _WINDOW_FRAMES = 0.05, 3.5
"""Flight that is looked at beside an event: real seconds, and frames at least."""
_SWUNG = {-1: 0.06, 1: 0.03}
"""Height, statures, beyond which a foot is swung rather than landing or leaving."""


@dataclass(frozen=True, slots=True)
class Coarse:
    """An event as far as it is known.

    Attributes:
        event_s: real seconds; up to 0.1 s off.
        room_s: how much of the contact may be looked at, real seconds.
        flight_s: length of the flight beside it, real seconds.
    """

    event_s: float
    room_s: float
    flight_s: float


@dataclass(frozen=True, slots=True)
class Job:
    """All touchdowns (`away` -1) or all take-offs (1) of one foot (0 left, 1 right), as far as known.

    `laying` is how points of the sole are laid that tell them (`kickform.events.soles.paths.SEEDINGS`).
    """

    foot: int
    away: Away
    events: Sequence[Coarse]
    laying: int = 0


_Located = tuple[float, FloatArray]
"""An event to within a frame, real seconds, and the heights (T, K) about it."""


def time_events(paths: SolePaths, jobs: Sequence[Job]) -> list[list[Event | None]]:
    """Time the events of each job; None where the foot could not be followed.

    Points are laid in every way, and an event is the median of what they tell; its SD holds how far they
    differ.
    """
    ways = range(paths.ways)
    found = _timed(paths, [replace(job, laying=way) for job in jobs for way in ways])
    each = [found[k : k + len(ways)] for k in range(0, len(found), len(ways))]
    return [[_most_of(events) for events in zip(*by_way, strict=True)] for by_way in each]


def _most_of(events: Sequence[Event | None]) -> Event | None:
    """Return the event that several layings tell; None where none of them does."""
    told = [event for event in events if event is not None]
    if not told:
        return None
    times = np.array([event.time_s for event in told])
    sd_s = math.hypot(float(np.median([event.sd_s for event in told])), float(np.std(times)))
    return Event(float(np.median(times)), sd_s)


def _timed(paths: SolePaths, jobs: Sequence[Job]) -> list[list[Event | None]]:
    """Time the events of each job by the points of its laying; None where the foot could not be followed.

    How a foot lands, or leaves, is learnt from all events of a job.
    """
    frame_s = float(np.median(np.diff(paths.time_s)))
    found = [_all_near(paths, job, frame_s) for job in jobs]
    first = [[any_leg(job.away, event.flight_s) for event in job.events] for job in jobs]
    fitted = _fit_all(found, jobs, first, frame_s)
    learnt = [learn_leg([fit for fit in fits if fit is not None]) for fits in fitted]
    if any(learnt):
        legs = [[leg] * len(job.events) for job, leg in zip(jobs, learnt, strict=True) if leg]
        again = [number for number, leg in enumerate(learnt) if leg]
        anew = _fit_all([found[k] for k in again], [jobs[k] for k in again], legs, frame_s)
        for number, fits in zip(again, anew, strict=True):
            fitted[number] = fits
    return [
        [
            None if fit is None or abs(fit.event.time_s - event.event_s) > _MOST_OFF_S else fit.event
            for fit, event in zip(fits, job.events, strict=True)
        ]
        for fits, job in zip(fitted, jobs, strict=True)
    ]


def _all_near(paths: SolePaths, job: Job, frame_s: float) -> list[Near | None]:
    """Return the path of one point of the sole about each event: the same point, where it was followed."""
    foot, away, paths = job.foot, job.away, paths.laid(job.laying)
    firsts = [_locate(paths, foot, away, event, 0) for event in job.events]
    shares = np.array([_shares(paths, away, first, frame_s) for first in firsts]).reshape(-1, len(PLACES))
    forward = np.flatnonzero(median(shares.T) >= _GOES_ALONG)[::-1].tolist()
    found: list[Near | None] = []
    for event, first, own in zip(job.events, firsts, shares, strict=True):
        places = [k for k in forward if own[k] >= _ALSO_HERE] or [0]
        tried = (_near(paths, job, event, first, place, frame_s) for place in places if first is not None)
        found.append(next((near for near in tried if near is not None), None))
    return found


def _shares(paths: SolePaths, away: Away, first: _Located | None, frame_s: float) -> FloatArray:
    """Return by what share (K,) of the point below the toe each point rises early in flight; NaN unknown."""
    shares = np.full(len(PLACES), np.nan)
    if first is None:
        return shares
    at, height = first
    beyond = (paths.time_s - at) * away
    start, stop = _RISES_S[0], max(_RISES_S[1], _RISES_S[0] + 2.5 * frame_s)
    early = height[np.flatnonzero((beyond > start) & (beyond < stop))[::away]]
    for place in range(_LANDS_AT + 1 if away < 0 else len(PLACES)):
        seen = early[np.isfinite(early[:, place]), place]
        shares[place] = float(seen.max() - seen[0]) if len(seen) else 0.0
    return shares / shares[0] if shares[0] > 0 else np.full(len(PLACES), np.nan)


def _locate(paths: SolePaths, foot: int, away: Away, event: Coarse, place: int) -> _Located | None:
    """Return an event to within a frame from one that may be four off, and the heights (T, K) about it.

    It is read off where the point passes a height that it surely reaches, and the speed there that is to be
    expected. None where the foot is not followed there, or stays on the ground.
    """
    heights = paths.height(foot, event.event_s, away, event.room_s)
    if heights is None:
        return None
    height = heights[:, place]
    seen = np.flatnonzero(np.isfinite(height))[::away]
    beyond, up = (paths.time_s[seen] - event.event_s) * away, height[seen]
    down = np.sort(up[beyond < _INNER_S / 4])
    if len(seen) < 4 or len(down) == 0:
        return None
    up = up - np.median(down[: max(1, len(down) // 3)])
    top = int(np.argmax(up))  # the flight may end within the span: its far side does not count
    passing = min(_PASSES, _HALFWAY * float(up[top]))
    low = np.flatnonzero(up[: top + 1] < passing)
    if up[top] < _RISES or len(low) == 0 or low[-1] == top:
        return None
    k = int(low[-1])
    own = (up[k + 1] - up[k]) / (beyond[k + 1] - beyond[k])
    passes = beyond[k] + (passing - up[k]) / own
    speed = max(float(any_leg(away, event.flight_s).mean[0]), _LEAST_SPEED)
    slowest, fastest = (share * speed for share in _LIKELY_SPEED)
    at = event.event_s + away * (passes - passing / min(max(float(own), slowest), fastest))
    heights = paths.height(foot, float(at), away, event.room_s - (event.event_s - float(at)) * away)
    return None if heights is None else (float(at), heights)


def _near(
    paths: SolePaths, job: Job, event: Coarse, first: _Located, place: int, frame_s: float
) -> Near | None:
    """Return the path of one point about an event, as much of it as is fitted; None from too little.

    Args:
        paths: of the soles.
        job: which foot, and whether it lands or leaves.
        event: as far as it is known.
        first: the same as the point below the toe tells it.
        place: the point.
        frame_s: time between frames, real seconds.
    """
    foot, away = job.foot, job.away
    found = _locate(paths, foot, away, event, place) if place else first
    at, heights = first if found is None or abs(found[0] - first[0]) > _ROLLS_S else found
    height = heights[:, place]
    reach = max(_WINDOW_S, _WINDOW_FRAMES * frame_s)
    beyond = (paths.time_s - at) * away
    inside = np.isfinite(height) & (beyond > -max(_REST_S, 2.5 * frame_s)) & (beyond < reach)
    aloft = beyond[inside & (beyond > 0)]
    high = inside & (beyond > 0) & (height > _SWUNG[away])
    if high.any() and len(aloft) > 1:
        inside &= beyond <= max(float(beyond[high].min()) - 0.1 * frame_s, float(np.sort(aloft)[1]))
    b, z = beyond[inside], height[inside]
    if (b < 0).sum() < 1 or (b > 0).sum() < 1 or len(b) < 4:
        return None
    return Near(at, b, z)


def _fit_all(
    found: Sequence[Sequence[Near | None]],
    jobs: Sequence[Job],
    legs: Sequence[Sequence[Leg]],
    frame_s: float,
) -> list[list[Fitted | None]]:
    """Fit the hinge to all paths, with what is known of how each leg lands or leaves."""
    rows = [
        (near, job.away, leg)
        for nears, job, own in zip(found, jobs, legs, strict=True)
        for near, leg in zip(nears, own, strict=True)
        if near is not None
    ]
    fits = iter(fit_paths(rows, frame_s) if rows else ())
    return [[None if near is None else next(fits) for near in nears] for nears in found]
