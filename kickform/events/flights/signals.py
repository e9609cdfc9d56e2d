"""Heights and speeds of the body and the toes that show flights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter
from scipy.signal import savgol_filter

from kickform.numeric import FloatArray
from kickform.pose.track import Landmark

__all__ = ["Mask", "body_height", "extreme_s", "lowest_toe_px", "steady_frames", "vertical_speed"]

Mask = NDArray[np.bool_]

_SPEED_S = 0.08
"""Window over which the body's speed is taken, real seconds, at least five frames."""


_STEADY_S = 0.045
"""Window of the running median over a toe's height, real seconds, at least three frames."""


def lowest_toe_px(time_s: FloatArray, xy_up: FloatArray) -> FloatArray:
    """Return the height (T,) of the lower of the two toes, pixels, steadied; gaps are bridged.

    Each toe is steadied by a running median over `_STEADY_S` *before* the lower one is taken: the far foot of
    a side view jumps about, and the lower of two jumping toes is low whenever either is.
    """
    seen = np.isfinite(xy_up[:, 0, 0])
    size = steady_frames(time_s)
    toes = [
        median_filter(np.interp(time_s, time_s[seen], xy_up[seen, toe, 1]), size=size, mode="nearest")
        for toe in (Landmark.L_FOOT_INDEX, Landmark.R_FOOT_INDEX)
    ]
    return np.asarray(np.minimum(*toes), dtype=np.float64)


def steady_frames(time_s: FloatArray) -> int:
    """Return the odd number of frames that `_STEADY_S` spans, at least three."""
    return max(3, 2 * round(_STEADY_S / float(np.median(np.diff(time_s))) / 2) + 1)


def body_height(time_s: FloatArray, seen: Mask, heights: FloatArray) -> FloatArray:
    """Return the body's height (T,), steadied, gaps bridged; in it every bounce shows.

    The centre of mass falls as it must in flight, but limbs that are swung carry its landmarks along; the
    trunk bounces more plainly and is noisier. Their mean is taken.
    """
    bridged = np.interp(time_s, time_s[seen], heights[seen])
    steady = median_filter(bridged, size=steady_frames(time_s), mode="nearest")
    frames = _speed_frames(time_s)
    smooth = savgol_filter(steady, frames, 2, mode="nearest") if len(steady) >= frames else steady
    return np.asarray(smooth, dtype=np.float64)


def _speed_frames(time_s: FloatArray) -> int:
    """Return the odd number of frames that `_SPEED_S` spans, at least five."""
    return max(5, 2 * round(_SPEED_S / float(np.median(np.diff(time_s))) / 2) + 1)


def vertical_speed(time_s: FloatArray, body: FloatArray) -> FloatArray:
    """Return the body's vertical speed (T,), from parabolas over `_SPEED_S`."""
    frames = _speed_frames(time_s)
    if len(body) < frames:
        return np.gradient(body, time_s)
    slope = savgol_filter(body, frames, 2, deriv=1, mode="nearest")
    return np.asarray(slope / np.gradient(time_s), dtype=np.float64)


def extreme_s(time_s: FloatArray, speed: FloatArray, first: int, last: int) -> float:
    """Return when `speed` is greatest between two frames, to a fraction of a frame by a parabola."""
    k = first + int(np.argmax(speed[first : last + 1]))
    if not 0 < k < len(speed) - 1:
        return float(time_s[k])
    before, at, after = speed[k - 1 : k + 2]
    bend = before - 2 * at + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return float(np.interp(k + np.clip(shift, -0.5, 0.5), np.arange(len(time_s)), time_s))
