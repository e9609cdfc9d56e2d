"""Touchdown and take-off to a fraction of a frame, with an SD on each. One function: `time_contacts`.

The method, per contact between two flights (times here in real seconds, heights in statures):

1. The signal is the height z(t) of the toe landmark of the foot on the ground (of both, averaged, where
   both are), *unfiltered*: a low-pass moves events by tens of milliseconds. The toe, not heel or ankle,
   because the heel lifts long before the toe leaves.
2. A hinge is fitted by robust least squares (soft L1), in a window of the contact and up to 110 ms of
   flight on either side:

       z(t) = z0 + [v1 a + c1 a^2 / 2]+ + [v2 b + c2 b^2 / 2]+,  a = touchdown - t,  b = t - take-off

   with [x]+ = x for a > 0 (b > 0), else 0. The foot's velocity has a kink at contact; the centre of mass has
   one only in its jerk, so it is the foot that carries the timing.
3. The flights beside it inform the fit: v1 and v2 are drawn to shares of g tf / 2, the curvatures to -g,
   each as a prior with a width (legs bend in flight, so the foot is no free-falling stone).
4. The SD comes from the fit's covariance, with a floor for what the covariance cannot know: the pose
   model's own bias at the kink.

The force in the contact is nowhere assumed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from kickform.flights import CoarseFlight
from kickform.motion import Contact, Flight, Side
from kickform.support import bearing_sides
from kickform.track import FloatArray, Landmark

__all__ = ["ContactTrain", "time_contacts"]

_G = 9.81
_WINDOW_S = 0.11
_COARSE_SD_S = 0.05
"""SD of a coarse event at the most; less where the flight beside it is short."""
_WEAK_SD_S = (0.012, 0.006)
"""The same for touchdown and take-off where the toes hardly rise: the body tells more than they do."""
_SWUNG, _LEAST_REACH_S = 0.06, 0.04
"""Statures above the ground, and least time, within which a single foot still moves with the body."""
_STANDING_S = 0.15


@dataclass(frozen=True, slots=True)
class _Style:
    """How a toe moves in the flights beside a contact: mean and SD (4,) of v1, v2 in units of g tf / 2 and of
    c1, c2 in units of g (landing, leaving; see the module's docstring)."""

    mean: FloatArray
    sd: FloatArray


_ANYBODY = _Style(np.array([1.0, 0.75, -1.0, -1.0]), np.array([0.35, 0.4, 0.6, 1.0]))
"""What is known before the clip is. On force plates the toe lands with the body, and leaves more slowly, for
the ankle is still unrolling (docs/contact-times.md)."""
_LEAST_STYLE_SD = np.array([0.10, 0.10, 0.25, 0.35])
"""How alike one athlete's contacts are at the most."""
_LEARN_FROM = 4
"""Contacts between flights from which on a clip's own style is learnt."""

_NOISE_FLOOR = 0.0015
"""Least SD of a toe height, in statures."""
_NEAR_S = 0.07
"""An event without a frame of the athlete within this time on either side is not measured."""
_DOUBT_S = {"both": (0.0035, 0.0035), "one": (0.005, 0.014), "weak": (0.010, 0.030)}
"""SD of touchdown and of take-off beyond the fit's covariance: the pose model's own bias at the kink. A
single foot leaves more gently than two; in a ``weak`` flight the toes hardly rise (docs/contact-times.md)."""
_BIAS_FRAMES = 0.2
"""SD of an event, in frame intervals, from exposure and interval."""


@dataclass(frozen=True, slots=True)
class ContactTrain:
    """All contacts and flights of a clip, in order, alternating; file seconds."""

    contacts: tuple[Contact, ...]
    flights: tuple[Flight, ...]


@dataclass(frozen=True, slots=True)
class _Event:
    """One fitted event: time and SD, real seconds."""

    time_s: float
    sd_s: float


@dataclass(frozen=True, slots=True)
class _Toes:
    """Toe heights for fitting: real seconds, statures, y up; NaN in gaps."""

    time_s: FloatArray
    left: FloatArray
    right: FloatArray
    noise_left: float
    noise_right: float
    stature_m: float

    def of(self, side: Side) -> FloatArray:
        """(T,) height of the toe of `side`; for both feet their mean, weighted by inverse variance.

        In a side view the far leg is half guessed, and its toe's noise tens of times the near one's.
        """
        if side == "left":
            return self.left
        if side == "right":
            return self.right
        left, right = self.noise_left**-2, self.noise_right**-2
        return (left * self.left + right * self.right) / (left + right)


def time_contacts(
    time_s: FloatArray,
    xy_up: FloatArray,
    visibility: FloatArray,
    height_px: float,
    flights: Sequence[CoarseFlight],
    slow_motion_factor: float = 1.0,
    stature_m: float = 1.72,
) -> ContactTrain:
    """Time every contact before, between and after `flights`.

    Args:
        time_s: (T,) file seconds.
        xy_up: (T, 33, 2) landmarks, pixels, y up, NaN in gaps, unfiltered.
        visibility: (T, 33).
        height_px: stature in pixels.
        flights: real flights, in order (`kickform.timebase.real_flights`), at least one of them whole.
        slow_motion_factor: file seconds per real second.
        stature_m: stature; only weakly informative priors depend on it.

    Returns:
        The contacts, and the whole flights between them. The first contact begins and the last one ends
        where the clip or the sight of the athlete does, with infinite SD, unless a cut flight is there.
    """
    if not flights:
        return ContactTrain((), ())
    toes = _toes(time_s / slow_motion_factor, xy_up, visibility, height_px, stature_m)
    spans = _real_spans(flights, slow_motion_factor)
    seen = np.flatnonzero(np.isfinite(toes.left))
    clip = (float(toes.time_s[seen[0]]), float(toes.time_s[seen[-1]]))
    around = list(pairwise([None, *spans, None]))
    looked_at = [_looked_at(before, after, clip) for before, after in around]
    noise = (toes.noise_left, toes.noise_right)
    sides = bearing_sides(toes.time_s, xy_up, height_px, noise, looked_at)
    jobs = list(zip(sides, around, strict=True))
    fits = [_time_contact(toes, _ANYBODY, side, before, after, clip) for side, (before, after) in jobs]
    style = _learn_style(fits)
    if style is not None:
        fits = [_time_contact(toes, style, side, before, after, clip) for side, (before, after) in jobs]
    # Before a flight that the clip begins in, and after one that it ends in, there is no contact to see.
    fits = fits[flights[0].cut : len(fits) - flights[-1].cut]
    return _assemble(fits, slow_motion_factor)


@dataclass(frozen=True, slots=True)
class _Span:
    """One coarse flight, real seconds; ``weak`` where the toes hardly rise in it."""

    takeoff_s: float
    touchdown_s: float
    weak: bool


def _real_spans(flights: Sequence[CoarseFlight], factor: float) -> list[_Span]:
    """Return the flights in real seconds; a cut one is given its like's length."""
    typical_s = float(np.median([f.duration_s for f in flights if not f.cut]))
    spans = []
    for index, flight in enumerate(flights):
        start, stop = flight.takeoff_s, flight.touchdown_s
        if flight.cut and index == 0:
            start = min(start, stop - typical_s)
        elif flight.cut:
            stop = max(stop, start + typical_s)
        spans.append(_Span(start / factor, stop / factor, flight.weak))
    return spans


def _toes(
    real_s: FloatArray, xy_up: FloatArray, visibility: FloatArray, height_px: float, stature_m: float
) -> _Toes:
    feet = [
        (xy_up[:, foot, 1] / height_px, float(np.median(visibility[visibility[:, 0] > 0, foot])))
        for foot in (Landmark.L_FOOT_INDEX, Landmark.R_FOOT_INDEX)
    ]
    (left, see_left), (right, see_right) = feet
    return _Toes(real_s, left, right, _noise(left) / see_left, _noise(right) / see_right, stature_m)


def _noise(heights: FloatArray) -> float:
    """Return the SD of a toe's frame-to-frame noise, statures, from the second differences' 70th percentile.

    The movement itself adds to it (a stone falls 0.6 % of a stature in a frame of 1/30 s), to both feet
    alike. The percentile, rather than the median, notices a guessed foot that jumps now and then.
    """
    second = np.abs(np.diff(heights, n=2))
    second = second[np.isfinite(second)]
    if len(second) == 0:
        return _NOISE_FLOOR
    return max(float(np.percentile(second, 70)) / math.sqrt(6.0), _NOISE_FLOOR)


@dataclass(frozen=True, slots=True)
class _Fit:
    """The two ends of one contact (a standing end has an infinite SD) and the SD of their difference.

    ``shape`` (4,) is what was fitted in the units of `_Style`; None where an end is standing.
    """

    side: Side
    touchdown: _Event
    takeoff: _Event
    sd_s: float
    shape: FloatArray | None = None


def _learn_style(fits: Sequence[_Fit]) -> _Style | None:
    """Return how this athlete's toes move, from a first fit to all contacts; None from too few.

    One athlete's contacts in one set resemble one another more than anybody's: the second fit, which
    starts from their median, settles between take-off and toe speed where a single contact could not.
    """
    shapes = [fit.shape for fit in fits if fit.shape is not None]
    if len(shapes) < _LEARN_FROM:
        return None
    stacked = np.stack(shapes)
    mean = np.median(stacked, axis=0)
    spread = 1.4826 * np.median(np.abs(stacked - mean), axis=0)
    return _Style(mean, np.clip(spread, _LEAST_STYLE_SD, _ANYBODY.sd))


def _time_contact(
    toes: _Toes,
    style: _Style,
    side: Side,
    before: _Span | None,
    after: _Span | None,
    clip: tuple[float, float],
) -> _Fit:
    """Time the contact between two coarse flights, either of which may be missing (standing)."""
    start = before.touchdown_s if before else clip[0]
    stop = after.takeoff_s if after else clip[1]
    fit_pair = before is not None and after is not None and stop - start < 4 * _STANDING_S
    if fit_pair:
        return _fit_hinge(toes, style, side, before, after)
    touchdown = takeoff = None
    if before:
        touchdown = _fit_hinge(toes, style, side, before, None).touchdown
    if after:
        takeoff = _fit_hinge(toes, style, side, None, after).takeoff
    first = touchdown or _Event(start, math.inf)
    last = takeoff or _Event(stop, math.inf)
    return _Fit(side, first, last, math.hypot(first.sd_s, last.sd_s))


def _looked_at(before: _Span | None, after: _Span | None, clip: tuple[float, float]) -> tuple[float, float]:
    """Return the part of a contact that shows which feet bear it; of standing, what is next to the flight."""
    start = before.touchdown_s if before else clip[0]
    stop = after.takeoff_s if after else clip[1]
    if before is None:
        start = max(start, stop - 2 * _STANDING_S)
    if after is None:
        stop = min(stop, start + 2 * _STANDING_S)
    return start, stop


def _fit_hinge(
    toes: _Toes,
    style: _Style,
    side: Side,
    before: _Span | None,
    after: _Span | None,
) -> _Fit:
    """Fit the hinge to the contact between flights `before` and `after` (one of them may be None)."""
    problem = _Hinge.build(toes, style, side, before, after)
    guess = problem.guess()
    best = None
    for shift in (0.0, 0.012, -0.012):
        start = guess.copy()
        start[[0, 1]] += (shift, -shift)
        result = least_squares(
            problem.residuals, start, loss="soft_l1", f_scale=1.5, method="trf", x_scale=problem.scale()
        )
        if best is None or result.cost < best.cost:
            best = result
    assert best is not None
    return problem.read(best.x, best.jac, side)


@dataclass(frozen=True, slots=True)
class _End:
    """What is expected of the toe at one end of a contact: speed (statures/s) and bend (statures/s^2) in
    units of `_Style`, how long beyond the event it is looked at, the SD of the coarse event, and what
    remains unknown of it however well the hinge fits."""

    speed: float
    bend: float
    reach_s: float
    sd_s: float
    doubt_s: float

    @classmethod
    def build(
        cls, toes: _Toes, side: Side, level: float, flight: _Span | None, event_s: float, away: int
    ) -> _End:
        """Expect the toes of a falling body, looked at while they are low; `away` is 1 at take-off, else -1.

        A single foot is swung once it is in the air, faster than the body moves: only its first `_SWUNG` of
        height belong to the contact.
        """
        g = _G / toes.stature_m
        if flight is None:
            return cls(g * 0.15, g, 0.0, _COARSE_SD_S, _DOUBT_S["both"][away > 0])
        length = flight.touchdown_s - flight.takeoff_s
        reach, sd = min(_WINDOW_S, 0.45 * length), min(max(0.18 * length, 0.012), _COARSE_SD_S)
        if flight.weak:
            sd = _WEAK_SD_S[away > 0]
        if side != "both":
            after = (toes.time_s - event_s) * away
            aloft = (after > 0) & (toes.of(side) > level + _SWUNG)
            if aloft.any():
                reach = min(reach, max(float(after[aloft].min()) + 0.01, _LEAST_REACH_S))
        doubt = _DOUBT_S["weak" if flight.weak else "both" if side == "both" else "one"][away > 0]
        return cls(g * length / 2, g, reach, sd, doubt)


@dataclass(frozen=True, slots=True)
class _Hinge:
    """The least-squares problem: data, priors. Parameters: touchdown, takeoff, v1, v2, c1, c2, z0."""

    t: FloatArray
    z: FloatArray
    noise: float
    prior: FloatArray
    prior_sd: FloatArray
    units: FloatArray
    ends: tuple[bool, bool]
    doubt_s: tuple[float, float]

    @classmethod
    def build(
        cls,
        toes: _Toes,
        style: _Style,
        side: Side,
        before: _Span | None,
        after: _Span | None,
    ) -> _Hinge:
        """Cut the window and set the priors; a missing flight is a wall of standing far away."""
        touchdown = before.touchdown_s if before else (after.takeoff_s if after else 0.0) - _STANDING_S
        takeoff = after.takeoff_s if after else touchdown + _STANDING_S
        z_all = toes.of(side)
        seen = np.isfinite(z_all)
        quiet = seen & (toes.time_s > touchdown) & (toes.time_s < takeoff)
        window = seen & (toes.time_s >= touchdown - _WINDOW_S) & (toes.time_s <= takeoff + _WINDOW_S)
        level = float(np.median(z_all[quiet])) if quiet.sum() >= 2 else float(z_all[window].min(initial=1.0))
        ends = [
            _End.build(toes, side, level, flight, at, away)
            for flight, at, away in ((before, touchdown, -1), (after, takeoff, 1))
        ]
        inside = (
            (toes.time_s >= touchdown - ends[0].reach_s) & (toes.time_s <= takeoff + ends[1].reach_s) & seen
        )
        t, z = toes.time_s[inside], z_all[inside]
        noise = _NOISE_FLOOR
        if quiet.sum() >= 4:
            noise = max(noise, 1.4826 * float(np.median(np.abs(z_all[quiet] - level))))
        units = np.array([ends[0].speed, ends[1].speed, ends[0].bend, ends[1].bend])
        shape, shape_sd = style.mean * units, style.sd * units
        prior = np.array([touchdown, takeoff, *shape, level])
        prior_sd = np.array([ends[0].sd_s, ends[1].sd_s, *shape_sd, 0.02])
        doubt = (ends[0].doubt_s, ends[1].doubt_s)
        return cls(t, z, noise, prior, prior_sd, units, (before is not None, after is not None), doubt)

    def guess(self) -> FloatArray:
        """Return the starting point: the priors' means."""
        return self.prior.copy()

    def scale(self) -> FloatArray:
        """Return the parameters' typical sizes, for the optimizer."""
        return np.array([0.01, 0.01, 0.1, 0.1, 1.0, 1.0, 0.01])

    def residuals(self, p: FloatArray) -> FloatArray:
        """Return the residuals of data and priors in units of their SDs."""
        a = np.maximum(p[0] - self.t, 0.0) if self.ends[0] else np.zeros_like(self.t)
        b = np.maximum(self.t - p[1], 0.0) if self.ends[1] else np.zeros_like(self.t)
        model = p[6] + p[2] * a + p[4] * a * a / 2 + p[3] * b + p[5] * b * b / 2
        return np.concatenate([(self.z - model) / self.noise, (p - self.prior) / self.prior_sd])

    def _bracketed(self, event_s: float) -> bool:
        """Return whether the athlete was seen shortly before and after the event: else it is a guess."""
        before = (self.t <= event_s) & (self.t > event_s - _NEAR_S)
        after = (self.t >= event_s) & (self.t < event_s + _NEAR_S)
        return bool(before.any() and after.any())

    def read(self, p: FloatArray, jacobian: NDArray[np.float64], side: Side) -> _Fit:
        """Read the events and their SDs off a solution."""
        covariance = np.linalg.inv(jacobian.T @ jacobian)
        frame_s = float(np.median(np.diff(self.t))) if len(self.t) > 1 else 0.0
        bias = [doubt**2 + (_BIAS_FRAMES * frame_s) ** 2 for doubt in self.doubt_s]
        timed = [end and self._bracketed(float(event)) for end, event in zip(self.ends, p[:2], strict=True)]
        left = math.sqrt(covariance[0, 0] + bias[0]) if timed[0] else math.inf
        right = math.sqrt(covariance[1, 1] + bias[1]) if timed[1] else math.inf
        both = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1] + sum(bias)
        sd = math.sqrt(both) if all(timed) else math.inf
        shape = p[2:6] / self.units if all(timed) else None
        return _Fit(side, _Event(float(p[0]), left), _Event(float(p[1]), right), sd, shape)


def _assemble(fits: Sequence[_Fit], factor: float) -> ContactTrain:
    """Turn the fits into contacts and the flights between them, in file seconds."""
    contacts = tuple(
        Contact(
            fit.side,
            fit.touchdown.time_s * factor,
            fit.takeoff.time_s * factor,
            fit.touchdown.sd_s * factor,
            fit.takeoff.sd_s * factor,
            fit.sd_s * factor,
        )
        for fit in fits
    )
    flights = tuple(
        Flight(a.takeoff_s, b.touchdown_s, math.hypot(a.takeoff_sd_s, b.touchdown_sd_s))
        for a, b in pairwise(contacts)
    )
    return ContactTrain(contacts, flights)
