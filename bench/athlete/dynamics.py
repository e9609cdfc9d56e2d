"""How the centre of mass moves: parabolas in flight, a skewed force with an impact peak in contact.

The force of a quick contact is a mixture of two beta densities in time, a skewed main lobe and an
early narrow impact peak. Their double integral is closed-form, so position and velocity meet the
flights on both sides exactly. Slow phases (standing, countermovement, deep squat) are quintics.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

Array = NDArray[np.float64]

G = 9.81
Kind = Literal["flight", "force", "smooth"]


@dataclass(frozen=True, slots=True)
class Lobe:
    """Force law of one contact: impact share of the impulse, its time (share of the contact), the
    sharpness (a + b) of the main lobe's beta density and of the impact's, and by what share of the contact
    the main lobe is parted into two peaks, before and after its middle."""

    impact: float = 0.10
    impact_at: float = 0.14
    sharpness: float = 5.4
    impact_sharpness: float = 22.0
    apart: float = 0.0


def beta_moments(u: Array, a: float, b: float) -> tuple[Array, Array]:
    """First and second integral from 0 to u of the Beta(a, b) density."""
    once = betainc(a, b, u)
    return once, u * once - a / (a + b) * betainc(a + 1, b, u)


@dataclass(frozen=True, slots=True)
class Contact:
    """Vertical motion in a quick contact, from (z0, v0) to (z1, v1) in ``duration_s``."""

    duration_s: float
    z0: float
    v0: float
    z1: float
    v1: float
    lobe: Lobe

    def shape(self) -> tuple[tuple[float, float, float], ...]:
        """(weight, a, b) of the main lobe or its two halves, and of the impact peak."""
        t, impulse = self.duration_s, self.impulse()
        rise = self.z1 - self.z0 - self.v0 * t + G * t * t / 2
        centroid = 1 - rise / (impulse * t)
        w, early = self.lobe.impact, self.lobe.impact_at
        middle = float(np.clip((centroid - w * early) / (1 - w), 0.24, 0.76))
        n, k = self.lobe.sharpness, self.lobe.impact_sharpness
        impact = (w, early * k, (1 - early) * k)
        if self.lobe.apart > 0:
            away = min(self.lobe.apart, 0.8 * middle, 0.8 * (1 - middle))
            first, second = middle - away, middle + away
            return (
                ((1 - w) / 2, first * n, (1 - first) * n),
                ((1 - w) / 2, second * n, (1 - second) * n),
                impact,
            )
        return (1 - w, middle * n, (1 - middle) * n), impact

    def impulse(self) -> float:
        """Impulse per mass, m/s."""
        return self.v1 - self.v0 + G * self.duration_s

    def at(self, s: Array) -> Array:
        """Height (T,) at times s after touchdown."""
        t, u = self.duration_s, np.clip(s / self.duration_s, 0, 1)
        twice = sum((w * beta_moments(u, a, b)[1] for w, a, b in self.shape()), start=np.zeros_like(u))
        z = self.z0 + self.v0 * s - G * s * s / 2 + self.impulse() * t * twice
        gap = self.gap()
        return z - gap * u * u * (3 - 2 * u)

    def gap(self) -> float:
        """What a clipped skew leaves over at the end, metres (zero when nothing was clipped)."""
        t = self.duration_s
        centroid = sum(w * a / (a + b) for w, a, b in self.shape())
        rise = self.v0 * t - G * t * t / 2 + self.impulse() * t * (1 - centroid)
        return self.z0 + rise - self.z1

    def force(self, u: Array) -> Array:
        """Ground force per mass (m/s^2) at shares u of the contact, inside (0, 1)."""
        from scipy.stats import beta

        law = sum((w * beta.pdf(u, a, b) for w, a, b in self.shape()), start=np.zeros_like(u))
        return self.impulse() / self.duration_s * law


def quintic(s: Array, t: float, start: tuple[float, float, float], end: tuple[float, float, float]) -> Array:
    """Quintic through position, velocity and acceleration at both ends, at times s in [0, t]."""
    (p0, v0, a0), (p1, v1, a1) = start, end
    u = s / t
    c0, c1, c2 = p0, v0 * t, a0 * t * t / 2
    d, e, f = p1 - c0 - c1 - c2, v1 * t - c1 - 2 * c2, a1 * t * t - 2 * c2
    c3, c4, c5 = 10 * d - 4 * e + f / 2, -15 * d + 7 * e - f, 6 * d - 3 * e + f / 2
    return c0 + u * (c1 + u * (c2 + u * (c3 + u * (c4 + u * c5))))


def hermite(s: Array, t: float, p0: Array, v0: Array, p1: Array, v1: Array) -> Array:
    """Cubic Hermite in the plane: (T, 2) at times s in [0, t]."""
    u = (s / t)[:, None]
    return (
        (2 * u**3 - 3 * u**2 + 1) * p0
        + (u**3 - 2 * u**2 + u) * t * v0
        + (-2 * u**3 + 3 * u**2) * p1
        + (u**3 - u**2) * t * v1
    )


@dataclass(frozen=True, slots=True)
class Node:
    """A moment on the path of the centre of mass.

    xy_m its place. Its height is that at which the ``side`` leg has ``knee_deg`` (if a side is
    given), else standing height plus ``rise_m``. ``v_m_s`` holds where no flight adjoins;
    ``accel`` is the vertical acceleration that quintics meet there.
    """

    time_s: float
    xy_m: tuple[float, float]
    side: int | None = None
    knee_deg: float = 15.0
    rise_m: float = 0.0
    accel: float = 0.0
    v_m_s: float = 0.0
    vxy_m_s: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """The whole path: nodes, and between them segments of a kind, with a lobe where it matters."""

    nodes: tuple[Node, ...]
    kinds: tuple[Kind, ...]
    lobes: tuple[Lobe, ...]

    def times(self) -> Array:
        """Node times (N,)."""
        return np.array([n.time_s for n in self.nodes])


def node_speeds(path: Path, heights: Array) -> tuple[Array, Array, Array]:
    """Vertical and horizontal velocity at every node, and the vertical acceleration there."""
    t = path.times()
    xy = np.array([n.xy_m for n in path.nodes])
    vz = np.array([n.v_m_s for n in path.nodes])
    accel = np.array([n.accel for n in path.nodes])
    vxy = np.array([n.vxy_m_s or (0.0, 0.0) for n in path.nodes])
    free = np.array([n.vxy_m_s is None for n in path.nodes])
    for i, kind in enumerate(path.kinds):
        if kind != "flight":
            continue
        dt = t[i + 1] - t[i]
        vz[i] = (heights[i + 1] - heights[i]) / dt + G * dt / 2
        vz[i + 1] = vz[i] - G * dt
        vxy[i] = vxy[i + 1] = (xy[i + 1] - xy[i]) / dt
        accel[i] = accel[i + 1] = -G
        free[i] = free[i + 1] = False
    for i in range(1, len(t) - 1):
        if free[i]:
            before = (xy[i] - xy[i - 1]) / (t[i] - t[i - 1])
            after = (xy[i + 1] - xy[i]) / (t[i + 1] - t[i])
            vxy[i] = np.where(
                before * after > 0, 2 * before * after / np.where(before + after == 0, 1, before + after), 0
            )
    return vz, vxy, accel


def contact_gaps(path: Path, heights: Array) -> Array:
    """How much (N,) each node lies above what the contact before it can reach, metres."""
    vz, _, _ = node_speeds(path, heights)
    t, out = path.times(), np.zeros(len(heights))
    for i, kind in enumerate(path.kinds):
        if kind == "force":
            contact = Contact(
                float(t[i + 1] - t[i]), heights[i], vz[i], heights[i + 1], vz[i + 1], path.lobes[i]
            )
            out[i + 1] = -contact.gap()
    return out


def com_at(path: Path, heights: Array, times: Array) -> Array:
    """Centre of mass (T, 3) at any times, given the node heights (N,)."""
    nodes = path.times()
    vz, vxy, accel = node_speeds(path, heights)
    xy = np.array([n.xy_m for n in path.nodes])
    out = np.empty((len(times), 3))
    which = np.clip(np.searchsorted(nodes, times, side="right") - 1, 0, len(path.kinds) - 1)
    for i in np.unique(which):
        pick = which == i
        span = float(nodes[i + 1] - nodes[i])
        s = np.clip(times[pick] - nodes[i], 0, span)
        out[pick, :2] = hermite(s, span, xy[i], vxy[i], xy[i + 1], vxy[i + 1])
        if path.kinds[i] == "flight":
            out[pick, 2] = heights[i] + vz[i] * s - G * s * s / 2
        elif path.kinds[i] == "force":
            contact = Contact(span, heights[i], vz[i], heights[i + 1], vz[i + 1], path.lobes[i])
            out[pick, 2] = contact.at(s)
        else:
            start, end = (heights[i], vz[i], accel[i]), (heights[i + 1], vz[i + 1], accel[i + 1])
            out[pick, 2] = quintic(s, span, start, end)
    return out
