"""Coarse flights: when the lowest foot leaves the ground and the body falls freely.

This is the gate in front of the fine timing of `kickform.events.contacts`. It knows nothing of the clock's
speed (a slow-motion file passes it as well) and nothing of left and right: the lowest toe of the two is
the same whether or not the pose model has swapped the legs.

A candidate is every bounce of the body (the mean of trunk and centre of mass): a rise and a fall between two
lows. How fast the body falls about its top, how far the lowest toe rises above the ground on both sides, and
when, are measured; `kickform.events.flights.selection.real_flights` decides which candidates are flights.
Standing, stepping into place, walking off and squatting are not: one toe stays down, and the body does not
fall like a body.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kickform.events.flights.signals import (
    Mask,
    body_height,
    extreme_s,
    lowest_toe_px,
    steady_frames,
    vertical_speed,
)
from kickform.numeric import FloatArray, noise_sd, turning_points
from kickform.pose.track import Landmark

__all__ = ["CLEAR_RISE", "FlightCandidate", "find_flight_candidates"]

_MIN_RISE_SHARE = 0.004
"""Least rise of the lowest toe, as a share of stature, that tells anything: about 1 SD of `heavy`'s noise.
One flight is not known by so little; many are (`kickform.events.flights.selection.real_flights`)."""

CLEAR_RISE = 0.03
"""Rise of the toes, statures, from which on their height shows when the flight begins and ends."""

_TRUNK = (Landmark.L_HIP, Landmark.R_HIP, Landmark.L_SHOULDER, Landmark.R_SHOULDER)

_MIN_BOUNCE_SHARE = 0.006
"""Least rise and fall of the centre of mass (1 cm at 1.70 m): a flight of 70 ms and the landing after it."""

_NOISES = 6.0
"""The same in SDs of the centre's noise, which makes turns of its own."""

_TOP_SHARE = 0.4
"""Share of its drop within which the body's way about its top is the flight's: the rest is landing."""

_BLINK_S, _BLINK_SHARE = 0.07, 0.3
"""Longest loss of sight in a flight that is bridged: real seconds, and share of it; at least two frames."""


_BRIDGED = 0.15
"""Longest dip inside a flight, as a share of the way from the toes' top to the body's next low."""

_MIN_CUT_RISE_SHARE = 0.025
"""The same for a flight that the clip's edge cuts, of which there is less to go by."""

_SIDE_BY_SIDE = (0.25, 0.06)
"""Statures between the toes, across and in height, below which neither foot is held up or stands ahead of the
other: a split stance is 0.36 long, a foot held up 0.1 high (`kickform.events.stance_side`)."""
_PASSES = 0.15
"""The same for how far the one gets past the other: in steps, however low, it is a step's length."""


_CUT_SHARE = 0.4
"""Share of a peak's height by which the one side must stay up for the peak to be cut by the clip's edge."""

_MOVES = 0.15
"""The same for a side that does not stay at one height from the edge on, and by how much it must not."""


_LEVEL = 0.5
"""Share of the peak's height at which its width is taken: half way, noise shifts a crossing least."""


@dataclass(frozen=True, slots=True)
class FlightCandidate:
    """A flight to within a frame or two; times in real seconds.

    ``fall`` is the downward acceleration of the centre of mass in statures per second squared
    (9.81 / stature in metres) and ``fall_sd`` its SD; ``drop_share`` is how far, in
    statures, it sinks from its top to the shallower of the lows on both sides; ``push_s`` and ``catch_s`` are
    when it rises and sinks fastest. A flight that is ``cut`` goes on beyond the clip: its end inside the clip
    holds, the other is the clip's. One is ``low_rise`` whose toes do not show it, so that its times are the
    body's. With feet ``together``, which leave and land side by side, the lower toe is both feet's.
    ``systematic_sd_s`` is the SD of take-off and touchdown of one so low that its toes hardly show them
    (`kickform.events.flights.boundaries`).
    """

    takeoff_s: float
    touchdown_s: float
    rise_share: float
    fall: float
    fall_sd: float
    drop_share: float
    push_s: float
    catch_s: float
    cut: bool = False
    low_rise: bool = False
    together: bool = False
    systematic_sd_s: tuple[float, float] = (0.0, 0.0)

    @property
    def duration_s(self) -> float:
        """Flight time in real seconds."""
        return self.touchdown_s - self.takeoff_s


def find_flight_candidates(
    time_s: FloatArray, xy_up: FloatArray, com_px: FloatArray, height_px: float
) -> list[FlightCandidate]:
    """Return the flights in the clip, in order.

    Args:
        time_s: (T,) real seconds.
        xy_up: (T, 33, 2) pixels, y up, NaN in gaps.
        com_px: (T, 2) centre of mass, pixels, y up.
        height_px: stature in pixels.
    """
    seen = np.isfinite(xy_up[:, 0, 0])
    if seen.sum() < 8:
        return []
    low = lowest_toe_px(time_s, xy_up) / height_px
    com = com_px[:, 1] / height_px
    body = body_height(time_s, seen, (com + xy_up[:, _TRUNK, 1].mean(axis=1) / height_px) / 2)
    speed = vertical_speed(time_s, body)
    flights = []
    for before, peak, after in _bounces(body, max(_MIN_BOUNCE_SHARE, _NOISES * noise_sd(body))):
        together = _together(xy_up[before : after + 1] / height_px)
        flight = _measure(time_s, low, seen, com, body, speed, (before, peak, after), together)
        if flight is not None:
            flights.append(flight)
    whole = _without_overlap(flights)
    if all(flight.cut for flight in whole):
        return []
    first = _cut_flight(time_s, low, seen, com, whole[0].takeoff_s)
    last = _cut_flight(-time_s[::-1], low[::-1], seen[::-1], com[::-1], -whole[-1].touchdown_s)
    opening = [first] if first and not whole[0].cut else []
    closing = [_reversed(last)] if last and not whole[-1].cut else []
    return opening + whole + closing


def _bounces(body: FloatArray, least: float) -> list[tuple[int, int, int]]:
    """Return (low, top, low) indices of every rise and fall of `body` (T,) by at least `least`.

    A clip that begins or ends aloft has its first or last frame for the low that is not in it.
    """
    turns = turning_points(body, least)
    ends = [0, *(index for index, _ in turns), len(body) - 1]
    return [(ends[i], ends[i + 1], ends[i + 2]) for i, (_, kind) in enumerate(turns) if kind > 0]


def _cut_flight(
    time_s: FloatArray, low: FloatArray, seen: Mask, com: FloatArray, until_s: float
) -> FlightCandidate | None:
    """Return the flight that the clip begins in, if it does: toes high at once, falling with the body.

    Args:
        time_s: (T,) real seconds.
        low: (T,) lowest toe, statures.
        seen: (T,) whether the athlete was found.
        com: (T,) height of the centre of mass, statures.
        until_s: take-off of the first whole flight; the landing lies before it.
    """
    stop = int(np.searchsorted(time_s, until_s))
    if stop < 4:
        return None
    ground = _ground_level(low[:stop], low[0])
    rise = low[0] - ground
    if rise < _MIN_CUT_RISE_SHARE:
        return None
    landed = int(np.argmax(low[:stop] < ground + 0.2 * rise))
    if landed < 4 or not seen[:landed].all() or low[:landed].max() > low[0] + 0.5 * rise:
        return None
    fall, fall_sd = _fall(time_s, com, time_s[0], time_s[landed])
    drop = float(com[0] - np.nanmin(com[:stop]))
    start_s, down_s = float(time_s[0]), float(time_s[landed])
    return FlightCandidate(start_s, down_s, rise, fall, fall_sd, drop, start_s, down_s, cut=True)


def _reversed(flight: FlightCandidate) -> FlightCandidate:
    """Return a flight found in reversed time as it is in time."""
    return replace(
        flight,
        takeoff_s=-flight.touchdown_s,
        touchdown_s=-flight.takeoff_s,
        push_s=-flight.catch_s,
        catch_s=-flight.push_s,
    )


def _measure(
    time_s: FloatArray,
    low: FloatArray,
    seen: Mask,
    com: FloatArray,
    body: FloatArray,
    speed: FloatArray,
    span: tuple[int, int, int],
    together: bool,
) -> FlightCandidate | None:
    """Measure the flight about the body's top span[1], between its lows; None where it has a gap in it."""
    before, peak, after = span
    push_s = extreme_s(time_s, speed, before, peak)
    catch_s = extreme_s(time_s, -speed, peak, after)
    toes = _toes_aloft(time_s, low, before, after) or _Aloft(push_s, catch_s, 0.0, cut=False)
    if _has_gap(time_s, seen, toes.up_s, toes.down_s):
        return None
    drop = float(body[peak] - max(body[before], body[after]))
    first, last = _about_top(body, before, peak, after, _TOP_SHARE * drop)
    about_top = (float(time_s[first]), float(time_s[last]))
    fall, fall_sd = _fall(time_s, com, *((toes.up_s, toes.down_s) if toes.cut else about_top))
    return FlightCandidate(
        toes.up_s,
        toes.down_s,
        toes.rise,
        fall,
        fall_sd,
        drop,
        push_s,
        catch_s,
        cut=toes.cut,
        together=together,
    )


def _together(points: FloatArray) -> bool:
    """Return whether both toes keep side by side in (n, 33, 2) landmarks, statures.

    Neither is held up, nor do the feet stand one before the other, nor pass one another.
    """
    apart = points[:, Landmark.L_FOOT_INDEX] - points[:, Landmark.R_FOOT_INDEX]
    apart = apart[np.isfinite(apart[:, 0])]
    if len(apart) == 0:
        return False
    across, up = np.median(np.abs(apart), axis=0)
    passes = float(np.ptp(np.percentile(apart[:, 0], (10, 90))))
    return bool(across < _SIDE_BY_SIDE[0] and up < _SIDE_BY_SIDE[1] and passes < _PASSES)


def _has_gap(time_s: FloatArray, seen: Mask, start: float, stop: float) -> bool:
    """Return whether the athlete is out of sight, between `start` and `stop`, too long to tell what happened.

    That is longer than `_BLINK_S`, and than `_BLINK_SHARE` of what it would be a gap in.
    """
    inside = time_s[(time_s > start) & (time_s < stop) & seen]
    apart = np.diff(np.concatenate(([start], inside, [stop])))
    usual = float(np.median(np.diff(time_s)))
    longest = max(_BLINK_S, 2.5 * usual, _BLINK_SHARE * (stop - start))
    return len(inside) == 0 or float(apart.max()) > longest


@dataclass(frozen=True, slots=True)
class _Aloft:
    """When the toes are off the ground by their own height, and how far they rise, statures."""

    up_s: float
    down_s: float
    rise: float
    cut: bool


def _toes_aloft(time_s: FloatArray, low: FloatArray, before: int, after: int) -> _Aloft | None:
    """Return when the lowest toe rises and lands between two lows of the body; None where it stays down."""
    top = before + int(np.argmax(low[before : after + 1]))
    left = _ground_level(low[before : top + 1], low[top])
    right = _ground_level(low[top : after + 1], low[top])
    rise = float(low[top] - max(left, right))
    # At a clip's edge, one side that stays high is no ground but the flight itself, begun or ended elsewhere.
    frames = steady_frames(time_s)
    cut_before = before == 0 and _is_cut(low[: top + 1], left - right, low[top] - right, frames)
    cut_after = after == len(low) - 1 and _is_cut(low[top:][::-1], right - left, low[top] - left, frames)
    if cut_before or cut_after:
        left = right = min(left, right)
        rise = float(low[top] - left)
    if rise < (_MIN_CUT_RISE_SHARE if cut_before or cut_after else _MIN_RISE_SHARE):
        return None
    crossed_up = _crossing(time_s, low, left + _LEVEL * (low[top] - left), top, before, -1)
    crossed_down = _crossing(time_s, low, right + _LEVEL * (low[top] - right), top, after, 1)
    up = float(time_s[0]) if cut_before else crossed_up
    down = float(time_s[-1]) if cut_after else crossed_down
    if up is None or down is None:
        return None
    # A parabola is above the share q of its height for sqrt(1 - q) of its base.
    beyond = float(1 / np.sqrt(1 - _LEVEL) - 1)
    if not (cut_before or cut_after):
        spare = (down - up) * beyond / 2
        return _Aloft(up - spare, down + spare, rise, cut=False)
    up -= 0.0 if cut_before else beyond * (float(time_s[top]) - up)
    down += 0.0 if cut_after else beyond * (down - float(time_s[top]))
    return _Aloft(up, down, rise, cut=True)


def _is_cut(way: FloatArray, above: float, rise: float, frames: int) -> bool:
    """Return whether the way of the toes (F,) from a clip's edge to their top begins in flight.

    Args:
        way: heights, from the edge.
        above: how far the lowest of it lies above the ground on the other side.
        rise: how far the top does.
        frames: for so long toes that stand would stay at one height.
    """
    if above > _CUT_SHARE * rise:
        return True
    moves = way[min(frames, len(way) - 1)] - way[0] > _MOVES * rise
    return bool(moves and above > _MOVES * rise)


def _about_top(body: FloatArray, before: int, peak: int, after: int, depth: float) -> tuple[int, int]:
    """Return the first and last index about `peak` at which `body` lies no more than `depth` below it."""
    first = last = peak
    while first > before and body[first - 1] >= body[peak] - depth:
        first -= 1
    while last < after and body[last + 1] >= body[peak] - depth:
        last += 1
    return first, last


def _ground_level(part: FloatArray, top: float) -> float:
    """Return the ground's level: the median of the lowest quarter of the way from bottom to `top`."""
    bottom = float(part.min())
    return float(np.median(part[part <= bottom + 0.15 * (top - bottom)]))


def _crossing(
    time_s: FloatArray, low: FloatArray, level: float, top: int, end: int, step: int
) -> float | None:
    """Return when `low` falls through `level` on the way from `top` to `end`, linearly interpolated.

    A dip that comes back above the level within `_BRIDGED` of the way is part of the flight: toes that pass
    one another, or that the pose model confuses for a moment, make such dips.
    """
    found, longest = None, max(2.0, _BRIDGED * abs(end - top))
    for i in range(top, end, step):
        a, b = low[i], low[i + step]
        if a >= level > b:
            if found is not None and abs(i - found) > longest:
                break
            found = i
        elif found is not None and abs(i - found) > longest:
            break
    if found is None:
        return None
    a, b = low[found], low[found + step]
    return float(time_s[found] + (a - level) / (a - b) * (time_s[found + step] - time_s[found]))


def _fall(time_s: FloatArray, com: FloatArray, start: float, stop: float) -> tuple[float, float]:
    """Fit a parabola to the centre of mass between `start` and `stop`: downward acceleration and SD.

    With fewer than four frames nothing can be said: the SD is infinite.
    """
    inside = (time_s >= start) & (time_s <= stop) & np.isfinite(com)
    count = int(inside.sum())
    if count < 4:
        return 0.0, float("inf")
    t = time_s[inside] - time_s[inside].mean()
    design = np.stack([np.ones_like(t), t, t * t / 2], axis=1)
    solution, *_ = np.linalg.lstsq(design, com[inside], rcond=None)
    residual = com[inside] - design @ solution
    # The landmarks' own noise (0.3 % of stature) bounds the residual from below: few points fit too well.
    spread = max(float(np.sqrt((residual**2).sum() / (count - 3))), 0.003)
    covariance = np.linalg.inv(design.T @ design) * spread**2
    return -float(solution[2]), float(np.sqrt(covariance[2, 2]))


def _without_overlap(flights: list[FlightCandidate]) -> list[FlightCandidate]:
    """Keep the higher of two flights that overlap (two peaks of one flight)."""
    kept: list[FlightCandidate] = []
    for flight in flights:
        if kept and flight.takeoff_s < kept[-1].touchdown_s:
            if flight.rise_share > kept[-1].rise_share:
                kept[-1] = flight
            continue
        kept.append(flight)
    return kept
