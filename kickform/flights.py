"""Coarse flights: when the lowest foot leaves the ground and the body falls freely.

This is the gate in front of the fine timing of `kickform.contacts`. It knows nothing of the clock's
speed (a slow-motion file passes it as well) and nothing of left and right: the lowest toe of the two is
the same whether or not the pose model has swapped the legs.

A flight is (1) a peak of the lowest toe's height above the ground line under it, (2) during which the
centre of mass accelerates downward like a falling body of that size. Standing, stepping into place,
walking off and squatting pass neither: one toe stays down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter
from scipy.signal import find_peaks

from kickform.track import FloatArray, Landmark

__all__ = ["CoarseFlight", "find_coarse_flights", "lowest_toe_px"]

_MIN_RISE_SHARE = 0.012
"""Least rise of the lowest toe, as a share of stature (2 cm at 1.70 m): about 3 SD of `heavy`'s noise."""

_MIN_CUT_RISE_SHARE = 0.025
"""The same for a flight that the clip's edge cuts, of which there is less to go by."""

Mask = NDArray[np.bool_]

_CUT_SHARE = 0.4
"""Share of a peak's height by which the one side must stay up for the peak to be cut by the clip's edge."""

_STEADY_S = 0.045
"""Window of the running median over a toe's height, file seconds, at least three frames."""

_LEVEL = 0.5
"""Share of the peak's height at which its width is taken: half way, noise shifts a crossing least."""


@dataclass(frozen=True, slots=True)
class CoarseFlight:
    """A flight to within a frame or two; times in file seconds.

    ``fall`` is the downward acceleration of the centre of mass in statures per file-second squared
    (9.81 / stature in metres for a real-time clip) and ``fall_sd`` its SD. A flight that is ``cut`` goes
    on beyond the clip: its end inside the clip holds, the other is the clip's.
    """

    takeoff_s: float
    touchdown_s: float
    rise_share: float
    fall: float
    fall_sd: float
    cut: bool = False

    @property
    def duration_s(self) -> float:
        """Flight time in file seconds."""
        return self.touchdown_s - self.takeoff_s


def lowest_toe_px(time_s: FloatArray, xy_up: FloatArray) -> FloatArray:
    """Return the height (T,) of the lower of the two toes, pixels, steadied; gaps are bridged.

    Each toe is steadied by a running median over `_STEADY_S` *before* the lower one is taken: the far foot of
    a side view jumps about, and the lower of two jumping toes is low whenever either is.
    """
    seen = np.isfinite(xy_up[:, 0, 0])
    step_s = float(np.median(np.diff(time_s)))
    size = max(3, 2 * round(_STEADY_S / step_s / 2) + 1)
    toes = [
        median_filter(np.interp(time_s, time_s[seen], xy_up[seen, toe, 1]), size=size, mode="nearest")
        for toe in (Landmark.L_FOOT_INDEX, Landmark.R_FOOT_INDEX)
    ]
    return np.asarray(np.minimum(*toes), dtype=np.float64)


def find_coarse_flights(
    time_s: FloatArray, xy_up: FloatArray, com_px: FloatArray, height_px: float
) -> list[CoarseFlight]:
    """Return the flights in the clip, in order.

    Args:
        time_s: (T,) file seconds.
        xy_up: (T, 33, 2) pixels, y up, NaN in gaps.
        com_px: (T, 2) centre of mass, pixels, y up.
        height_px: stature in pixels.
    """
    seen = np.isfinite(xy_up[:, 0, 0])
    if seen.sum() < 8:
        return []
    steady = lowest_toe_px(time_s, xy_up)
    peaks = _distinct_peaks(steady, _MIN_RISE_SHARE * height_px)
    flights = []
    for index, peak in enumerate(peaks):
        before = peaks[index - 1] if index else 0
        after = peaks[index + 1] if index + 1 < len(peaks) else len(steady) - 1
        flight = _measure(time_s, steady, seen, com_px[:, 1], height_px, (before, peak, after))
        if flight is not None:
            flights.append(flight)
    whole = _without_overlap(flights)
    if all(flight.cut for flight in whole):
        return []
    com = com_px[:, 1] / height_px
    first = _cut_flight(time_s, steady / height_px, seen, com, whole[0].takeoff_s)
    last = _cut_flight(-time_s[::-1], steady[::-1] / height_px, seen[::-1], com[::-1], -whole[-1].touchdown_s)
    opening = [first] if first and not whole[0].cut else []
    closing = [_reversed(last)] if last and not whole[-1].cut else []
    return opening + whole + closing


def _cut_flight(
    time_s: FloatArray, low: FloatArray, seen: Mask, com: FloatArray, until_s: float
) -> CoarseFlight | None:
    """Return the flight that the clip begins in, if it does: toes high at once, falling with the body.

    Args:
        time_s: (T,) file seconds.
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
    return CoarseFlight(float(time_s[0]), float(time_s[landed]), rise, fall, fall_sd, cut=True)


def _reversed(flight: CoarseFlight) -> CoarseFlight:
    """Return a flight found in reversed time as it is in time."""
    return replace(flight, takeoff_s=-flight.touchdown_s, touchdown_s=-flight.takeoff_s)


def _distinct_peaks(low: FloatArray, prominence: float) -> list[int]:
    """Return the indices of the peaks that a valley of at least `prominence` parts from the next.

    Prominence alone lets two equally high tips of one peak pass.
    """
    kept: list[int] = []
    for peak in find_peaks(low, prominence=prominence)[0]:
        if kept and low[kept[-1] : peak + 1].min() > min(low[kept[-1]], low[peak]) - prominence:
            kept[-1] = max(kept[-1], int(peak), key=lambda index: low[index])
        else:
            kept.append(int(peak))
    return kept


def _measure(
    time_s: FloatArray,
    low: FloatArray,
    seen: Mask,
    com: FloatArray,
    height_px: float,
    span: tuple[int, int, int],
) -> CoarseFlight | None:
    """Measure the peak at span[1] between its neighbours; None where it is cut off or beside a gap."""
    before, peak, after = span
    left = _ground_level(low[before : peak + 1], low[peak])
    right = _ground_level(low[peak : after + 1], low[peak])
    rise = low[peak] - max(left, right)
    # At a clip's edge, one side that stays high is no ground but the flight itself, begun or ended elsewhere.
    cut_before = before == 0 and left - right > _CUT_SHARE * (low[peak] - right)
    cut_after = after == len(low) - 1 and right - left > _CUT_SHARE * (low[peak] - left)
    if cut_before or cut_after:
        left = right = min(left, right)
        rise = low[peak] - left
    if rise < _MIN_RISE_SHARE * height_px:
        return None
    up = _crossing(time_s, low, left + _LEVEL * (low[peak] - left), peak, before, -1)
    down = _crossing(time_s, low, right + _LEVEL * (low[peak] - right), peak, after, 1)
    if cut_before:
        up = float(time_s[0])
    if cut_after:
        down = float(time_s[-1])
    if up is None or down is None:
        return None
    # A parabola is above the share q of its height for sqrt(1 - q) of its base.
    cut = bool(cut_before or cut_after)
    spare = 0.0 if cut else (down - up) * (1 / np.sqrt(1 - _LEVEL) - 1) / 2
    inside = (time_s > up) & (time_s < down)
    if not seen[inside].all() or inside.sum() < 2:
        return None
    fall, fall_sd = _fall(time_s, com / height_px, up - spare / 2, down + spare / 2)
    return CoarseFlight(up - spare, down + spare, rise / height_px, fall, fall_sd, cut)


def _ground_level(part: FloatArray, top: float) -> float:
    """Return the ground's level: the median of the lowest quarter of the way from bottom to `top`."""
    bottom = float(part.min())
    return float(np.median(part[part <= bottom + 0.15 * (top - bottom)]))


def _crossing(
    time_s: FloatArray, low: FloatArray, level: float, peak: int, end: int, step: int
) -> float | None:
    """Return when `low` falls through `level` on the way from `peak` to `end`, linearly interpolated."""
    for i in range(peak, end, step):
        a, b = low[i], low[i + step]
        if a >= level > b:
            return float(time_s[i] + (a - level) / (a - b) * (time_s[i + step] - time_s[i]))
    return None


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


def _without_overlap(flights: list[CoarseFlight]) -> list[CoarseFlight]:
    """Keep the higher of two flights that overlap (two peaks of one flight)."""
    kept: list[CoarseFlight] = []
    for flight in flights:
        if kept and flight.takeoff_s < kept[-1].touchdown_s:
            if flight.rise_share > kept[-1].rise_share:
                kept[-1] = flight
            continue
        kept.append(flight)
    return kept
