"""Soles that walk: two feet with known contacts, as they would be followed in pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.interpolate import BPoly

from kickform.numeric import FloatArray
from kickform.pose.track import FeetMotion

__all__ = ["STATURE_PX", "walked"]

STATURE_PX = 300.0
_LANDS, _LEAVES = (1.2, -10.0), (0.0, 30.0)
"""Speed and acceleration at touchdown and at take-off along the ground, statures and seconds."""
_RISES = 0.06

Stands = Sequence[tuple[float, float]]


def walked(
    time_s: FloatArray,
    feet: tuple[Stands, Stands],
    advance: float | tuple[float, float] = 0.3,
    noise_px: float = 0.3,
    facing: int = 1,
    seed: int = 3,
) -> FeetMotion:
    """Return how soles moved that stand from .. to .. and go by `advance` between; real seconds, statures."""
    rng = np.random.default_rng(seed)
    each = advance if isinstance(advance, tuple) else (advance, advance)
    paths = np.stack([_path(time_s, stands, own) for stands, own in zip(feet, each, strict=True)], axis=1)
    step = np.full((len(time_s), 2, 5, 2), np.nan)
    moved = np.diff(paths, axis=0) * STATURE_PX * np.array([facing, -1.0])
    step[1:] = moved[:, :, None] + rng.normal(0, noise_px, (len(time_s) - 1, 2, 1, 2))
    step[1:] += rng.normal(0, 0.1, step[1:].shape)
    return FeetMotion(step)


def _path(time_s: FloatArray, stands: Stands, advance: float) -> FloatArray:
    """Return (T, 2) the place of a sole, statures: forward and up."""
    path = np.zeros((len(time_s), 2))
    for number, (start, stop) in enumerate(stands):
        path[(time_s >= start) & (time_s <= stop), 0] = number * advance
        if number + 1 == len(stands):
            path[time_s > stop, 0] = number * advance
            continue
        lands = stands[number + 1][0]
        swing = (time_s > stop) & (time_s < lands)
        ends = [[0.0, *_LEAVES], [advance, *_LANDS]]
        path[swing, 0] = number * advance + BPoly.from_derivatives([stop, lands], ends)(time_s[swing])
        share = (time_s[swing] - stop) / (lands - stop)
        path[swing, 1] = _RISES * 16 / 27 * 4 * share**2 * (1 - share) * 27 / 16
    return path
