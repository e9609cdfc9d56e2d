"""When a foot stands and when it goes, told from how its sole moved over the ground.

A foot on the ground does not move; a foot in a step moves along the ground, however little it is lifted.
`kickform.pose.flow.feet` gives each sole's motion from picture to picture with the camera's own taken out, to
a few tenths of a pixel. In quick steps and skips this tells more than heights do:

1. *Standing or going?* Each foot is in one of two states. Standing, its motions are noise about nil; going,
   they may be anything a leg can do. The likeliest course of the two states over the whole clip (Viterbi)
   gives the stands, to within a frame or two.
2. *Landing.* The ground stops the foot at once: its speed falls to nil at touchdown. A path that ends in a
   kink, v b + c b^2 / 2 with b the time before touchdown, along the ground and in height, is fitted to the
   motions themselves rather than to their sum, so that a wrong one does not shift all that follow.
3. *Leaving.* Nothing pushes a foot at take-off, and what stood still a moment ago has no speed: the path
   begins with an acceleration, c b^2 / 2. Its first millimetres drown in the noise, and its height tells of
   the sole rolling over its tip rather than of leaving, so that a take-off is known less well.

Motions that do not fit (the other leg passing in front, ground taken for shoe) count little (Cauchy loss).
"""

from __future__ import annotations

import math

import numpy as np

from kickform.events.fitting.foot_motion import SoleMotion
from kickform.numeric import FloatArray

__all__ = ["stance_phases"]

_LEARN_FROM = 3

_FASTEST = np.array([4.0, 2.5])
"""Speed of a foot that goes, at the most: statures a second (7 and 4 m/s)."""
_WRONG, _CHANGES, _UNSEEN = 0.05, 5.0, 0.7
"""Share of motions that are wrong altogether; what a change of state costs, and what a motion that was not
seen says for going (a swinging foot is lost more often), in units of log likelihood."""
_ROLLS = np.array([0.0, 0.15])
"""What a standing foot may seem to move, statures a second: behind its tip the sole rises beforehand."""
_TELLS_S = 1 / 120
"""Motions are looked at over so many real seconds, one frame at least."""
_HOLE_S, _SHORTEST_S = 0.045, 0.04
"""No foot goes for less than the first, nor stands for less than the second, real seconds."""
_STAYED = 0.02
"""Statures: what did not get further in a hole between two stands did not go."""


def stance_phases(sole_motion: SoleMotion, foot: int) -> list[tuple[float, float]]:
    """Return when a foot (0 left, 1 right) stands, in order: (from, to), real seconds, to a frame or two."""
    time_s, step = sole_motion.time_s, sole_motion.step[:, foot]
    if np.isfinite(step[:, 0]).sum() < _LEARN_FROM:
        return []
    frame_s = float(np.median(np.diff(time_s)))
    frames = max(1, round(_TELLS_S / frame_s))
    noise = sole_motion.noise[foot] * math.sqrt(frames)
    standing = _likeliest(_evidence(_over(step, frames), noise, frames * frame_s) / frames)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], standing.astype(np.int8), [0]])))
    found: list[tuple[float, float]] = []
    for first, stop in zip(edges[::2], edges[1::2], strict=True):
        start_s, stop_s = float(time_s[max(first - 1, 0)]), float(time_s[stop - 1])
        if found and start_s - found[-1][1] < _HOLE_S:
            hole = (time_s > found[-1][1]) & (time_s <= start_s)
            if abs(float(np.nansum(step[hole, 0]))) < _STAYED:
                found[-1] = (found[-1][0], stop_s)
                continue
        found.append((start_s, stop_s))
    return [stand for stand in found if stand[1] - stand[0] >= _SHORTEST_S]


def _over(step: FloatArray, frames: int) -> FloatArray:
    """Return the motions (T, 2) over so many frames about each: a slow foot moves too little in one."""
    padded = np.pad(step, ((frames // 2, frames - 1 - frames // 2), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, frames, axis=0)
    return np.asarray(windows.sum(axis=-1), dtype=np.float64)


def _evidence(step: FloatArray, noise: FloatArray, frame_s: float) -> FloatArray:
    """Return (T,) how much more likely each motion (T, 2) is of a foot that stands, log likelihood."""
    noise = np.hypot(noise, _ROLLS * frame_s)
    anything = 1 / float(np.prod(2 * np.maximum(_FASTEST * frame_s, 8 * noise)))
    squares = ((step / noise) ** 2).sum(axis=1)
    noise_only = np.exp(-squares / 2) / (2 * math.pi * float(noise.prod()))
    told = np.log(((1 - _WRONG) * noise_only + _WRONG * anything) / anything)
    return np.where(np.isfinite(squares), told, -_UNSEEN)


def _likeliest(evidence: FloatArray) -> FloatArray:
    """Return (T,) 1 where the foot stands in the likeliest course of the two states, else 0 (Viterbi)."""
    count = len(evidence)
    came_from = np.zeros((count, 2), dtype=np.int8)
    going, standing = 0.0, 0.0
    for k, told in enumerate(evidence):
        came_from[k] = (standing - _CHANGES > going, going - _CHANGES <= standing)
        going, standing = max(going, standing - _CHANGES), max(standing, going - _CHANGES) + told
    state = int(standing > going)
    states = np.zeros(count)
    for k in range(count - 1, -1, -1):
        states[k] = state
        state = int(came_from[k, state])
    return states
