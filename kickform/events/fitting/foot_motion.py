"""Touchdown and take-off fitted to the motion of the sole from frame to frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kickform.events.fitting.least_squares import Indices, Priors, learn_prior, padded, solve
from kickform.events.types import Away, Event
from kickform.numeric import FloatArray, median, noise_sd
from kickform.pose.track import Corners, FeetMotion

__all__ = ["SoleMotion", "Stay", "timed"]


def timed(sole_motion: SoleMotion, foot: int, stays: Sequence[Stay]) -> list[Stay]:
    """Return stays of one foot with their events as its tread tells them, where it does.

    How a foot lands is learnt from its other landings.

    Args:
        sole_motion: the sole_motion.
        foot: 0 left, 1 right.
        stays: as far as known, with honest SDs; an event with an infinite one is left as it is.
    """
    ends: tuple[Away, Away] = (-1, 1)
    near = {away: [_near(sole_motion, foot, stay, away) for stay in stays] for away in ends}
    downs, ups = (_told(near[away], _GOING[away]) for away in ends)
    learnt = learn_prior([fit[1] for fit in downs if fit], _LEARN_FROM, (_LEAST_SD, _MOST_SD))
    if learnt is not None:
        downs = _told(near[-1], learnt)
    both = zip(stays, downs, ups, strict=True)
    return [_with(stay, down[0] if down else None, up[0] if up else None) for stay, down, up in both]


def _with(stay: Stay, down: Event | None, up: Event | None) -> Stay:
    told = Stay(down or stay.touchdown, up or stay.takeoff)
    return told if told.touchdown.time_s < told.takeoff.time_s else stay


@dataclass(frozen=True, slots=True)
class _Near:
    """The motions beside one event.

    Attributes:
        coarse: the event as far as it is known.
        away: touchdown or take-off.
        start: (n,) when each motion begins and
        stop: when it ends, seconds from the coarse event towards going.
        moved: (n, 2) along the ground and in height.
        noise: (2,) what counts as one SD of that.
        frame_s: real seconds from frame to frame.
    """

    coarse: Event
    away: Away
    start: FloatArray
    stop: FloatArray
    moved: FloatArray
    noise: FloatArray
    frame_s: float


def _near(sole_motion: SoleMotion, foot: int, stay: Stay, away: Away) -> _Near | None:
    """Return what is fitted of one event; None where too little is seen."""
    coarse = stay.touchdown if away < 0 else stay.takeoff
    if not math.isfinite(coarse.sd_s):
        return None
    frame_s = float(np.median(np.diff(sole_motion.time_s)))
    room_s = (stay.takeoff.time_s - stay.touchdown.time_s) / 2
    edges = np.sort(
        np.stack([sole_motion.time_s[:-1], sole_motion.time_s[1:]]) * away - coarse.time_s * away, axis=0
    )
    rest_s = max(min(_REST_S, room_s), _REACH_FRAMES * frame_s) + coarse.sd_s
    reach_s = max(_REACH_S, _REACH_FRAMES * frame_s) + coarse.sd_s
    inside = np.isfinite(sole_motion.step[1:, foot, 0]) & (edges[0] >= -rest_s) & (edges[1] <= reach_s)
    start, stop = edges[:, inside]
    if inside.sum() < 4 or not (start > 0).any() or not (stop < 0).any():
        return None
    noise = _NOISES * sole_motion.noise[foot] * np.array([1.0, _HEIGHT_SOFT if away > 0 else 1.0])
    return _Near(coarse, away, start, stop, sole_motion.step[1:, foot][inside], noise, frame_s)


_Told = tuple[Event, FloatArray]
"""An event, and the leg's speeds and accelerations (4,)."""


def _told(near: Sequence[_Near | None], leg: tuple[FloatArray, FloatArray]) -> list[_Told | None]:
    """Fit the events, with what is known of how the leg lands or leaves.

    Parameters: event, speed and acceleration along the ground and in height, the camera's two speeds.
    """
    rows = [one for one in near if one is not None]
    if not rows:
        return [None for _ in near]
    priors = Priors.of(
        [np.concatenate([[0.0], leg[0], [0.0, 0.0]]) for _ in rows],
        [np.concatenate([[one.coarse.sd_s], leg[1], _CAMERA]) for one in rows],
    )
    shifts = np.stack([shift * priors.sd * np.eye(1, 7) for shift in (0.0, 1.0, -1.0)])
    solved = solve(_Motions.of(rows).told, priors, shifts)
    events = []
    for one, best, covariance in zip(rows, solved.best, solved.covariance, strict=True):
        systematic_var = _SYSTEMATIC_SD_S[one.away] ** 2 + (_SYSTEMATIC_SD_FRAMES * one.frame_s) ** 2
        sd = math.sqrt(float(covariance[0, 0]) + systematic_var)
        events.append((Event(one.coarse.time_s + one.away * float(best[0]), sd), best[1:5]))
    found = iter(events)
    return [None if one is None else next(found) for one in near]


@dataclass(frozen=True, slots=True)
class _Motions:
    """The data of N fits, of M motions at the most: when each begins and ends (N, M), the motions along the
    ground and in height (2, N, M), and one over what counts as their SD, 0 beyond a fit's last."""

    start: FloatArray
    stop: FloatArray
    moved: FloatArray
    weight: FloatArray

    @classmethod
    def of(cls, rows: Sequence[_Near]) -> _Motions:
        """Lay the fits beside one another."""
        moved = [padded([row.moved[:, axis] for row in rows]) for axis in (0, 1)]
        weight = [padded([np.full(len(row.start), 1 / row.noise[axis]) for row in rows]) for axis in (0, 1)]
        start, stop = padded([row.start for row in rows]), padded([row.stop for row in rows])
        return cls(start, stop, np.stack(moved), np.stack(weight))

    def told(self, p: FloatArray, which: Indices) -> tuple[FloatArray, FloatArray]:
        """Return residuals that count less and less as they grow (Cauchy), and their derivatives."""
        event = p[:, :1]
        a, b = np.maximum(self.start[which] - event, 0.0), np.maximum(self.stop[which] - event, 0.0)
        goes, gains = b - a, (b * b - a * a) / 2
        begun = (b > 0).astype(np.float64) - (a > 0)  # the motion in which the foot begins to go
        lasts = self.stop[which] - self.start[which]
        off, steep = [], np.zeros((len(p), 2, goes.shape[1], 7))
        for axis, k in enumerate((1, 3)):
            speed, gain, camera = p[:, k, None], p[:, k + 1, None], p[:, 5 + axis, None]
            weight = self.weight[axis, which] / _LOSS_AT
            told = (self.moved[axis, which] - speed * goes - gain * gains - camera * lasts) * weight
            root = np.sqrt(np.log1p(told * told))
            off.append(np.sign(told) * _LOSS_AT * root)
            safe = np.maximum(root, 1e-12)
            softer = np.where(root > 1e-6, np.abs(told) / (safe * (1 + told * told)), 1.0) * _LOSS_AT * weight
            rows = steep[:, axis]
            rows[:, :, 0] = softer * (speed * begun + gain * goes)
            rows[:, :, k], rows[:, :, k + 1] = -softer * goes, -softer * gains
            rows[:, :, 5 + axis] = -softer * lasts
        return np.concatenate(off, axis=1), steep.reshape(len(p), -1, 7)


_LEAST_NOISE, _MOST_NOISE = np.array([0.0008, 0.0005]), np.array([0.003, 0.0015])
"""SD of one motion along the ground and in height, statures: 0.2 to 0.9 pixels of a phone clip."""


_REST_S, _REACH_S, _REACH_FRAMES = 0.05, 0.04, 2.5
"""Contact and going that are looked at beside an event: real seconds, and frames at least."""


_NOISES, _LOSS_AT = 2.0, 2.0


_HEIGHT_SOFT = 3.0
"""Times the noise: what heights say of a take-off, for the sole rolls over its tip."""


_GOING = {
    -1: (np.array([1.0, 0.0, -0.2, 0.0]), np.array([1.2, 60.0, 0.6, 30.0])),
    1: (np.array([0.0, 25.0, 0.0, 5.0]), np.array([0.1, 20.0, 0.1, 10.0])),
}
"""Speed and acceleration beside an event along the ground and in height, mean and SD: statures, seconds. Wide
for a landing; a foot that leaves has no speed yet, and gets to walking speed within some 30 ms."""


_LEAST_SD, _MOST_SD = np.array([0.15, 8.0, 0.1, 5.0]), np.array([1.0, 40.0, 0.5, 25.0])


_CAMERA = np.array([0.12, 0.05])
"""What is left of the camera's motion, statures a second (SD)."""


_LEARN_FROM = 3


_LEAST_CORNERS = 4


_SYSTEMATIC_SD_S = {-1: 0.004, 1: 0.006}


_SYSTEMATIC_SD_FRAMES = 0.1
"""SD of an event beyond what the fit knows: the shape of landing and leaving, the exposure."""


@dataclass(frozen=True, slots=True)
class Stay:
    """One stretch of a foot on the ground; real seconds."""

    touchdown: Event
    takeoff: Event


@dataclass(frozen=True, slots=True)
class SoleMotion:
    """How both soles moved over the ground.

    Attributes:
        time_s: (T,) real seconds.
        step: (T, 2, 2) motion of the left and of the right sole since the frame before, statures, forward
            and up; NaN where it was not followed.
        noise: (2, 2) SD of one such motion, of each foot, along the ground and in height.
    """

    time_s: FloatArray
    step: FloatArray
    noise: FloatArray

    @classmethod
    def of(cls, feet: FeetMotion, time_s: FloatArray, stature_px: FloatArray, facing: int) -> SoleMotion:
        """Return the sole_motion of feet that were followed.

        The places of a sole agree, but for those at its tip that are ground in truth and stand still: along
        the ground the second fastest counts, in height the median.

        Args:
            feet: as followed.
            time_s: (T,) real seconds.
            stature_px: (T,) stature in pixels at the athlete's distance in each frame.
            facing: +1 where the athlete faces the right edge of the picture, else -1.
        """
        places = feet.step_px * np.array([facing, -1.0]) / stature_px[:, None, None, None]
        along = np.where(np.isfinite(places[..., 0]), places[..., 0], -np.inf)
        along = np.sort(along, axis=2)[..., ::-1]
        ahead = np.where(np.isfinite(along[..., 1]), along[..., 1], along[..., 0])
        step = np.stack([np.where(np.isfinite(ahead), ahead, np.nan), median(places[..., 1])], axis=-1)
        if feet.corners is not None:
            whole = _whole_feet(feet.corners) * np.array([facing, -1.0]) / stature_px[:, None, None]
            step = np.where(np.isfinite(step), step, whole)
        noise = np.stack([_noise(step[:, foot]) for foot in (0, 1)])
        return cls(time_s, step, noise)


def _whole_feet(corners: Corners) -> FloatArray:
    """Return the motion (T, 2, 2) of each foot as a whole, pixels, y down; NaN from too few corners."""
    step = np.full((*corners.rows.shape[:2], 2), np.nan)
    for frame, foot in np.argwhere(np.diff(corners.rows, axis=2)[..., 0] >= _LEAST_CORNERS).tolist():
        first, stop = corners.rows[frame, foot]
        step[frame, foot] = np.median(corners.shift_px[first:stop], axis=0)
    return step


def _noise(step: FloatArray) -> FloatArray:
    """Return the SD (2,) of one foot's motions (T, 2), from their second differences: it goes smoothly."""
    noise = np.array([noise_sd(step[:, axis], percentile=40, normal=0.524) for axis in (0, 1)])
    noise = np.where(np.isfinite(noise), noise, _LEAST_NOISE)
    return np.asarray(np.clip(noise, _LEAST_NOISE, _MOST_NOISE), dtype=np.float64)
