"""The hinge: one contact's touchdown and take-off from raw toe heights, each with an SD.

The method is told in `kickform.events.contacts`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from kickform.events.fitting.least_squares import Indices, Priors, learn_prior, padded, solve
from kickform.events.types import Event, OneFoot, Side, Span
from kickform.numeric import FloatArray, mad_sd

__all__ = [
    "ANYBODY",
    "NOISE_FLOOR",
    "STANDING_S",
    "USUAL_FLIGHT_S",
    "Between",
    "Fit",
    "Style",
    "Toes",
    "fit_hinges",
    "learn_style",
    "noise_of",
]


_G = 9.81
_WINDOW_S = 0.11
USUAL_FLIGHT_S = 0.4
"""A flight of two feet as it usually is, real seconds; less is known of the ends of a lower one."""
_COARSE_SD_S = 0.05
_COARSE_SHARE = 0.18
"""SD of a coarse event at the most, and as a share of the flight beside it: a smaller one where two feet fly
for less than usual, as they rise, for toes that rise so little do not tell where the hinge is."""
_WEAK_SD_S = (0.012, 0.006)
"""The same for touchdown and take-off where the toes hardly rise: the body tells more than they do."""
_SWUNG, _LEAST_REACH_S = 0.06, 0.04
"""Statures above the ground, and least time, within which a single foot still moves with the body."""
STANDING_S = 0.15
"""Stretch of standing that is looked at where no flight is on that side of the event."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a toe moves in the flights beside a contact: mean and SD (4,) of v1, v2 in units of g tf / 2 and of
    c1, c2 in units of g (landing, leaving; see `kickform.events.contacts`)."""

    mean: FloatArray
    sd: FloatArray


ANYBODY = Style(np.array([1.0, 0.75, -1.0, -1.0]), np.array([0.35, 0.4, 0.6, 1.0]))
"""What is known before the clip is. On force plates the toe lands with the body, and leaves more slowly, for
the ankle is still unrolling (docs/contact-times.md)."""
_LEAST_STYLE_SD = np.array([0.10, 0.10, 0.25, 0.35])
"""How alike one athlete's contacts are at the most."""
_TELL_NOISE = 20
"""Heights from whose residuals on the noise is learnt."""
_LEARN_FROM = 4
"""Contacts between flights from which on a clip's own style is learnt."""

NOISE_FLOOR = 0.0015
"""Least SD of a toe height, in statures."""
_NEAR_S = 0.07
"""An event without a frame of the athlete within this time on either side is not measured."""
_SYSTEMATIC_SD_S = {"both": (0.0035, 0.0035), "one": (0.005, 0.014), "low_rise": (0.010, 0.030)}
"""SD of touchdown and of take-off beyond the fit's covariance: the pose model's own bias at the kink. A
single foot leaves more gently than two; in a flight of low rise the toes hardly rise (docs/contact-times)."""
_BIAS_FRAMES = 0.2
"""SD of an event, in frame intervals, from exposure and interval."""
_STARTS = np.array([[0.0, 0.0], [0.012, -0.012], [-0.012, 0.012]]) @ np.eye(2, 7)
_SOFT_AT = 1.5
"""Where touchdown and take-off are looked for first, from their priors; beyond how many SDs a height counts
less and less."""


@dataclass(frozen=True, slots=True)
class Toes:
    """Toe heights for fitting: real seconds, statures, y up; NaN in gaps."""

    time_s: FloatArray
    left: FloatArray
    right: FloatArray
    noise_left: float
    noise_right: float
    stature_m: float

    def of(self, side: OneFoot) -> FloatArray:
        """(T,) height of the toe (or heel) of `side`."""
        return self.left if side == "left" else self.right


@dataclass(frozen=True, slots=True)
class Fit:
    """The two ends of one contact (a standing end has an infinite SD) and the SD of their difference.

    ``shape`` (4,) is what was fitted in the units of `Style`; None where an end is standing. ``off`` (n,) is
    what the fit leaves of the heights, statures.
    """

    side: Side
    touchdown: Event
    takeoff: Event
    sd_s: float
    shape: FloatArray | None = None
    off: FloatArray = field(default_factory=lambda: np.zeros(0), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Between:
    """A contact of one foot to be timed.

    Attributes:
        side: the foot.
        before: the flight before it; None where it does not land from one.
        after: the flight after it, likewise.
        alone: whether the other foot bears nothing of it: a single foot is swung once it is in the air.
    """

    side: OneFoot
    before: Span | None
    after: Span | None
    alone: bool


def learn_style(fits: Sequence[Fit]) -> Style | None:
    """Return how this athlete's toes move, from a first fit to all contacts; None from too few.

    One athlete's contacts in one set resemble one another more than anybody's: the second fit, which
    starts from their median, settles between take-off and toe speed where a single contact could not.
    """
    shapes = [fit.shape for fit in fits if fit.shape is not None]
    learnt = learn_prior(shapes, _LEARN_FROM, (_LEAST_STYLE_SD, ANYBODY.sd))
    return None if learnt is None else Style(*learnt)


def fit_hinges(toes: Toes, style: Style, between: Sequence[Between], noise: float | None = None) -> list[Fit]:
    """Fit the hinge to each contact between two flights (one of them may be None).

    Args:
        toes: heights of both toes.
        style: how they move beside a contact.
        between: the contacts.
        noise: SD of a height, statures, where a first fit has told it.
    """
    if not between:
        return []
    hinges = [_Hinge.build(toes, style, one, noise) for one in between]
    priors = Priors.of([hinge.prior for hinge in hinges], [hinge.prior_sd for hinge in hinges])
    data = _Hinges.of(hinges)
    found = solve(data.told, priors, _STARTS, _SOFT_AT)
    off, _ = data.told(found.best, np.arange(len(hinges)))
    ends = zip(hinges, between, found.best, found.covariance, off, strict=True)
    return [
        replace(hinge.read(best, covariance, one.side), off=left[: len(hinge.t)] * hinge.noise)
        for hinge, one, best, covariance, left in ends
    ]


def noise_of(fits: Sequence[Fit]) -> float | None:
    """Return the SD of a toe's height, statures, as a first fit to its contacts leaves it; None from few."""
    off = np.concatenate([np.zeros(0), *(fit.off for fit in fits)])
    return max(NOISE_FLOOR, float(mad_sd(off, about=0.0))) if len(off) >= _TELL_NOISE else None


@dataclass(frozen=True, slots=True)
class _End:
    """What is expected of the toe at one end of a contact: speed (statures/s) and bend (statures/s^2) in
    units of `Style`, how long beyond the event it is looked at, the SD of the coarse event, and what
    remains unknown of it however well the hinge fits."""

    speed: float
    bend: float
    reach_s: float
    sd_s: float
    systematic_sd_s: float

    @classmethod
    def build(cls, toes: Toes, one: Between, level: float, event_s: float, away: int) -> _End:
        """Expect the toes of a falling body, looked at while they are low; `away` is 1 at take-off, else -1.

        A single foot is swung once it is in the air, faster than the body moves: only its first `_SWUNG` of
        height belong to the contact.
        """
        g = _G / toes.stature_m
        flight = one.before if away < 0 else one.after
        if flight is None:
            return cls(g * 0.15, g, 0.0, _COARSE_SD_S, _SYSTEMATIC_SD_S["both"][away > 0])
        length = flight.touchdown_s - flight.takeoff_s
        share = _COARSE_SHARE * (min(1.0, length / USUAL_FLIGHT_S) ** 2 if not one.alone else 1.0)
        reach, sd = min(_WINDOW_S, 0.45 * length), min(max(share * length, 0.012), _COARSE_SD_S)
        if flight.low_rise:
            sd = _WEAK_SD_S[away > 0]
        if one.alone:
            after = (toes.time_s - event_s) * away
            aloft = (after > 0) & (toes.of(one.side) > level + _SWUNG)
            if aloft.any():
                reach = min(reach, max(float(after[aloft].min()) + 0.01, _LEAST_REACH_S))
        own = _SYSTEMATIC_SD_S["low_rise" if flight.low_rise else "one" if one.alone else "both"][away > 0]
        doubt = math.hypot(own, flight.systematic_sd_s[away < 0])
        return cls(g * length / 2, g, reach, sd, doubt)


@dataclass(frozen=True, slots=True)
class _Hinge:
    """One least-squares problem: data, priors. Parameters: touchdown, takeoff, v1, v2, c1, c2, z0."""

    t: FloatArray
    z: FloatArray
    noise: float
    prior: FloatArray
    prior_sd: FloatArray
    units: FloatArray
    ends: tuple[bool, bool]
    systematic_sd_s: tuple[float, float]

    @classmethod
    def build(cls, toes: Toes, style: Style, one: Between, noise: float | None) -> _Hinge:
        """Cut the window and set the priors; a missing flight is a wall of standing far away."""
        before, after = one.before, one.after
        touchdown = before.touchdown_s if before else (after.takeoff_s if after else 0.0) - STANDING_S
        takeoff = after.takeoff_s if after else touchdown + STANDING_S
        z_all = toes.of(one.side)
        seen = np.isfinite(z_all)
        quiet = seen & (toes.time_s > touchdown) & (toes.time_s < takeoff)
        window = seen & (toes.time_s >= touchdown - _WINDOW_S) & (toes.time_s <= takeoff + _WINDOW_S)
        level = float(np.median(z_all[quiet])) if quiet.sum() >= 2 else float(z_all[window].min(initial=1.0))
        ends = [_End.build(toes, one, level, at, away) for at, away in ((touchdown, -1), (takeoff, 1))]
        inside = (
            (toes.time_s >= touchdown - ends[0].reach_s) & (toes.time_s <= takeoff + ends[1].reach_s) & seen
        )
        t, z = toes.time_s[inside], z_all[inside]
        if noise is None:
            noise = NOISE_FLOOR
            if quiet.sum() >= 4:
                noise = max(noise, float(mad_sd(z_all[quiet], about=level)))
        units = np.array([ends[0].speed, ends[1].speed, ends[0].bend, ends[1].bend])
        shape, shape_sd = style.mean * units, style.sd * units
        prior = np.array([touchdown, takeoff, *shape, level])
        prior_sd = np.array([ends[0].sd_s, ends[1].sd_s, *shape_sd, 0.02])
        doubt = (ends[0].systematic_sd_s, ends[1].systematic_sd_s)
        return cls(t, z, noise, prior, prior_sd, units, (before is not None, after is not None), doubt)

    def _bracketed(self, event_s: float) -> bool:
        """Return whether the athlete was seen shortly before and after the event: else it is a guess."""
        before = (self.t <= event_s) & (self.t > event_s - _NEAR_S)
        after = (self.t >= event_s) & (self.t < event_s + _NEAR_S)
        return bool(before.any() and after.any())

    def _seen_next_to(self, event_s: float) -> float:
        """Return the frame nearest to an event that nobody saw: nothing is said to happen in a gap."""
        return float(self.t[np.argmin(np.abs(self.t - event_s))]) if len(self.t) else event_s

    def read(self, p: FloatArray, covariance: FloatArray, side: Side) -> Fit:
        """Read the events and their SDs off a solution."""
        frame_s = float(np.median(np.diff(self.t))) if len(self.t) > 1 else 0.0
        bias = [doubt**2 + (_BIAS_FRAMES * frame_s) ** 2 for doubt in self.systematic_sd_s]
        timed = [end and self._bracketed(float(event)) for end, event in zip(self.ends, p[:2], strict=True)]
        left = math.sqrt(covariance[0, 0] + bias[0]) if timed[0] else math.inf
        right = math.sqrt(covariance[1, 1] + bias[1]) if timed[1] else math.inf
        both = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1] + sum(bias)
        sd = math.sqrt(both) if all(timed) else math.inf
        shape = p[2:6] / self.units if all(timed) else None
        down, up = (
            float(event) if told or not end else self._seen_next_to(float(event))
            for event, end, told in zip(p[:2], self.ends, timed, strict=True)
        )
        return Fit(side, Event(down, left), Event(up, right), sd, shape)


@dataclass(frozen=True, slots=True)
class _Hinges:
    """The data of N problems, of M heights at the most: times, heights and weights, one over their SD (N, M),
    0 beyond a problem's last; (N, 2) is 1 for each end that has a flight beside it."""

    t: FloatArray
    z: FloatArray
    weight: FloatArray
    ends: FloatArray

    @classmethod
    def of(cls, hinges: Sequence[_Hinge]) -> _Hinges:
        """Lay the problems beside one another."""
        weights = padded([np.full(len(hinge.t), 1 / hinge.noise) for hinge in hinges])
        ends = np.array([hinge.ends for hinge in hinges], dtype=np.float64)
        return cls(padded([hinge.t for hinge in hinges]), padded([h.z for h in hinges]), weights, ends)

    def told(self, p: FloatArray, which: Indices) -> tuple[FloatArray, FloatArray]:
        """Return the heights' residuals in units of their SDs, and their derivatives."""
        t, weight, ends = self.t[which], self.weight[which], self.ends[which]
        touchdown, takeoff, v1, v2, c1, c2, z0 = p.T[:, :, None]
        a = np.maximum(touchdown - t, 0.0) * ends[:, :1]
        b = np.maximum(t - takeoff, 0.0) * ends[:, 1:]
        height = z0 + a * (v1 + c1 * a / 2) + b * (v2 + c2 * b / 2)
        down, up = (a > 0) * (v1 + c1 * a), (b > 0) * -(v2 + c2 * b)
        steep = np.stack([down, up, a, b, a * a / 2, b * b / 2, np.ones_like(t)], axis=2)
        return (self.z[which] - height) * weight, -steep * weight[:, :, None]
