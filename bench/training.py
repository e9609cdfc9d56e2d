"""Made-up years of training: a number that changes by a known amount, with noise about it."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Shape", "training_days"]

Array = NDArray[np.float64]
Shape = Literal["line", "curve", "step"]

_SHAPES = {
    "line": lambda share: share,
    "curve": lambda share: (1 - np.exp(-3 * share)) / (1 - np.exp(-3)),
    "step": lambda share: (share > 0.5).astype(float),
}


def training_days(
    seed: int, gain: float, noise: float, memory: float = 0.0, shape: Shape = "line", start: float = 215.0
) -> tuple[Array, Array]:
    """Return the days and values of a year of three sessions a week.

    Args:
        seed: of the noise.
        gain: by how much the value is less at the end.
        noise: SD of a session about the athlete's true level.
        memory: correlation of a session's noise with that of the one before.
        shape: steady, quick at first, or in one step in mid-year.
        start: the true level at first.
    """
    rng = np.random.default_rng(seed)
    days = np.sort((7 * np.arange(52)[:, None] + (0, 2, 4) + rng.normal(0, 0.2, (52, 3))).ravel())
    gone = _SHAPES[shape]((days - days[0]) / (days[-1] - days[0]))
    fresh = rng.normal(0, noise * np.sqrt(1 - memory**2), days.size)
    drift = np.zeros(days.size)
    for i in range(days.size):
        drift[i] = fresh[i] + (memory * drift[i - 1] if i else 0.0)
    return days, start - gain * gone + drift
