"""A stick figure with exactly known events: pose tracks for the tests, without a picture or a pose model.

The movement is mechanics, not the estimator's model. The mass centre (Dempster's segments, as tabulated by
Winter) flies on parabolas; in contact it is accelerated by a skewed beta-shaped force and an impact peak,
integrated numerically, whose impulse and skew are solved for so that height and velocity meet the flights on
both sides, take-off posture higher than landing posture. The toe stays where it landed until take-off while
the heel sinks and lifts; after take-off the leg goes on extending for some 20 ms, so that the toe has no kink
in its velocity there; in flight the legs flex. Hips and knees follow by inverse kinematics.

Body axes: forward, up, to the athlete's left; metres; the ground is at 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import cumulative_trapezoid
from scipy.stats import beta

from kickform.events.flights.candidates import FlightCandidate
from kickform.pose.estimate import PoseEstimate
from kickform.pose.track import Landmark, PoseTrack
from kickform.video.reader import VideoInfo

Array = NDArray[np.float64]
G = 9.81

# Segment lengths as shares of stature (Drillis and Contini).
THIGH, SHANK, TRUNK, UPPER_ARM, FOREARM = 0.245, 0.246, 0.288, 0.186, 0.146
HEEL, ANKLE = np.array([-0.13, 0.0]), np.array([-0.10, 0.045])  # from the toe, foot flat
HALF_HIPS, HALF_SHOULDERS, HALF_FEET = 0.055, 0.10, 0.04
LEFT_FIRST = (1, -1)

_MIRROR = list(range(33))
for _a, _b in [(1, 4), (2, 5), (3, 6), (9, 10), *((i, i + 1) for i in (7, *range(11, 33, 2)))]:
    _MIRROR[_a], _MIRROR[_b] = _b, _a


@dataclass(frozen=True)
class State:
    """The figure at N moments: mass centre (N, 2), toes (N, 2 legs, 2), foot pitch (N, 2), arm angle (N,).

    Legs are left, right. Pitch: heel above toe, radians. Arms: 0 hanging, pi overhead. Legs that are
    ``lifted`` are held bent under the hip instead of reaching for a toe.
    """

    com: Array
    toes: Array
    pitch: Array
    arms: Array
    lean: Array
    lifted: tuple[bool, bool] = (False, False)


class Phase(Protocol):
    """A stretch of the clip; starts and ends standing still."""

    @property
    def duration_s(self) -> float: ...

    @property
    def advance_m(self) -> float: ...

    def state(self, t: Array, x0: float, stature: float) -> State: ...


def coarse_flight(start: float, stop: float, rise: float, fall: float, fall_sd: float) -> FlightCandidate:
    """Return a flight whose body and toes agree, and that sinks as deep as one likes."""
    return FlightCandidate(start, stop, rise, fall, fall_sd, drop_share=1.0, push_s=start, catch_s=stop)


def smooth(u: Array) -> Array:
    """Quintic step from 0 to 1 over u in [0, 1], still at both ends."""
    u = np.clip(u, 0, 1)
    return np.asarray(u**3 * (10 - 15 * u + 6 * u * u))


def standing_height(stature: float) -> float:
    """Height of the mass centre in standing, knees a little bent, metres."""
    return 0.578 * stature


def _still(t: Array, x0: float, stature: float, arms: float = 0.0) -> State:
    n = len(t)
    com = np.tile([x0, standing_height(stature)], (n, 1))
    toes = np.tile([x0 + 0.07 * stature, 0.0], (n, 2, 1))
    return State(com, toes, np.zeros((n, 2)), np.full(n, arms), np.full(n, 0.06))


@dataclass(frozen=True)
class Stand:
    """Standing, swaying a little."""

    duration_s: float = 1.0
    advance_m: float = 0.0

    def state(self, t: Array, x0: float, stature: float) -> State:
        still = _still(t, x0, stature)
        sway = 0.004 * stature * np.sin(2 * np.pi * t / 1.7) * smooth(t / 0.3)
        return replace(still, com=still.com + np.stack([sway, 0 * sway], axis=1))


@dataclass(frozen=True)
class ShiftWeight:
    """Rocking to and fro, the heels lifting by turns; the toes stay down."""

    duration_s: float = 3.0
    advance_m: float = 0.0

    def state(self, t: Array, x0: float, stature: float) -> State:
        still = _still(t, x0, stature)
        ease = smooth(t / 0.4) * smooth((self.duration_s - t) / 0.4)
        wave = np.sin(2 * np.pi * t / 1.1) * ease
        com = still.com + stature * np.stack([0.025 * wave, -0.01 * np.abs(wave)], axis=1)
        pitch = 0.5 * np.stack([np.maximum(wave, 0), np.maximum(-wave, 0)], axis=1)
        return replace(still, com=com, pitch=pitch)


@dataclass(frozen=True)
class Squat:
    """Squats to a deep knee bend, heels rising a little at the bottom; nobody leaves the ground."""

    count: int = 4
    period_s: float = 1.4
    advance_m: float = 0.0

    @property
    def duration_s(self) -> float:
        return self.count * self.period_s

    def state(self, t: Array, x0: float, stature: float) -> State:
        still = _still(t, x0, stature)
        deep = (1 - np.cos(2 * np.pi * t / self.period_s)) / 2
        com = still.com - stature * np.stack([0 * deep, 0.22 * deep], axis=1)
        return replace(still, com=com, pitch=np.stack([0.3 * deep] * 2, axis=1), lean=0.06 + 0.5 * deep)


@dataclass(frozen=True)
class Walk:
    """Walking; with no step length, marching on the spot. One foot is always down."""

    steps: int = 4
    step_m: float = 0.6
    step_s: float = 0.5
    lift_m: float = 0.08

    @property
    def duration_s(self) -> float:
        return self.steps * self.step_s

    @property
    def advance_m(self) -> float:
        return (self.steps - 1) * self.step_m

    def state(self, t: Array, x0: float, stature: float) -> State:
        still = _still(t, x0, stature)
        toes, pitch = still.toes.copy(), still.pitch.copy()
        place = [0.0, 0.0]
        for k in range(self.steps):
            leg = k % 2
            target = min(max(place) + self.step_m, self.advance_m)
            u = smooth((t - k * self.step_s) / self.step_s)
            toes[:, leg, 0] += (target - place[leg]) * u
            toes[:, leg, 1] += self.lift_m * 4 * u * (1 - u)
            place[leg] = target
        along = np.clip(t / self.duration_s, 0, 1)
        com = still.com.copy()
        com[:, 0] += self.advance_m * (0.5 * along + 0.5 * smooth(along))
        low = smooth(t / 0.3) * smooth((self.duration_s - t) / 0.3)
        com[:, 1] -= low * stature * (0.035 + 0.008 * np.cos(4 * np.pi * t / self.step_s / 2))
        behind = com[:, :1] + 0.07 * stature - toes[:, :, 0]
        pitch += np.clip(behind / 0.35, 0, 1.2) * 0.7
        return State(com, toes, pitch, still.arms, still.lean)


@dataclass(frozen=True)
class Jumps:
    """Jumps from standing: n flights, n - 1 contacts between them, standing again; real seconds.

    Attributes:
        flights_s: flight times.
        contacts_s: contact times, one fewer.
        impact: share of the impact peak in the impulse.
        release_s: how long the leg goes on extending after take-off.
        rise: mass centre at take-off above that at touchdown, statures.
        landing: mass centre at touchdown above standing, statures.
        flex: by how much the legs flex in flight, statures.
        overhead: whether the arms go overhead in flight.
        foot: the foot that jumps; the other is held up.
    """

    flights_s: Sequence[float]
    contacts_s: Sequence[float]
    impact: float = 0.07
    release_s: float = 0.02
    rise: float = 0.014
    landing: float = 0.030
    flex: float = 0.012
    overhead: bool = True
    foot: str = "both"
    advance_m: float = 0.0
    push_s: float = 0.55
    settle_s: float = 0.5

    def __post_init__(self) -> None:
        assert len(self.contacts_s) == len(self.flights_s) - 1

    @property
    def duration_s(self) -> float:
        return self.push_s + sum(self.flights_s) + sum(self.contacts_s) + self.settle_s

    def spans(self) -> list[tuple[float, float]]:
        """(take-off, touchdown) of every flight, seconds from the start of the phase."""
        t, out = self.push_s, []
        for flight, contact in zip(self.flights_s, [*self.contacts_s, 0.0], strict=True):
            out.append((t, t + flight))
            t += flight + contact
        return out

    def state(self, t: Array, x0: float, stature: float) -> State:
        still = _still(t, x0, stature)
        com, toe, pitch = still.com.copy(), np.zeros(len(t)), np.zeros(len(t))
        air = np.zeros(len(t))
        land = standing_height(stature) + self.landing * stature
        leave = land + self.rise * stature
        spans = self.spans()
        speeds = [G * (b - a) / 2 - self.rise * stature / (b - a) for a, b in spans]
        first, last = spans[0][0], spans[-1][1]
        falls = [v - G * (b - a) for v, (a, b) in zip(speeds, spans, strict=True)]

        pick = t < first
        com[pick, 1] = _quintic(t[pick], first, (com[0, 1], 0, 0), (leave, speeds[0], -G))
        pitch[pick] = 0.95 * smooth((t[pick] - first + 0.25) / 0.25)
        for k, (a, b) in enumerate(spans):
            pick = (t >= a) & (t < b)
            s, u = t[pick] - a, (t[pick] - a) / (b - a)
            com[pick, 1] = leave + speeds[k] * s - G * s * s / 2
            release = min(self.release_s, 0.3 * (b - a))
            held = 1 - np.clip(1 - s / release, 0, 1) ** 3
            reach = -speeds[k] * release / 3 * held * (1 - smooth(u))
            flexed = self.flex * stature * (16 * u * u * (1 - u) ** 2 + 27 / 8 * u * u * (1 - u))
            toe[pick] = com[pick, 1] - leave + (leave - land) * smooth(u) + reach + flexed
            pitch[pick] = 0.95 + (0.45 - 0.95) * smooth(u) + 0.1 * np.sin(np.pi * u)
            air[pick] = np.sin(np.pi * u) ** 2
            if k + 1 < len(spans):
                stop = spans[k + 1][0]
                pick = (t >= b) & (t < stop)
                s, u = t[pick] - b, (t[pick] - b) / (stop - b)
                com[pick, 1] = self._pushed(s, stop - b, land, falls[k], speeds[k + 1], leave)
                pitch[pick] = 0.45 - 0.37 * smooth(u / 0.4) + 0.87 * smooth((u - 0.45) / 0.55)
        pick = t >= last
        s = t[pick] - last
        com[pick, 1] = _quintic(s, self.settle_s, (land, falls[-1], -G), (com[0, 1], 0, 0))
        pitch[pick] = 0.45 * (1 - smooth(s / 0.15))
        assert toe.min() > -1e-9, "the toe goes into the ground"
        arms = np.pi * air if self.overhead else 0.3 * air
        toes = still.toes.copy()
        toes[:, :, 1] += toe[:, None]
        lifted = (self.foot == "right", self.foot == "left")
        return State(com, toes, np.stack([pitch] * 2, axis=1), arms, still.lean, lifted)

    def _pushed(self, s: Array, tc: float, y0: float, v0: float, v1: float, y1: float) -> Array:
        """Height of the mass centre in contact: force integrated twice, from (y0, v0) to (y1, v1)."""
        u = np.linspace(0, 1, 2001)
        impulse = v1 - v0 + G * tc
        # The force's centroid in time decides the rise over the contact; the lobe's skew is solved for it.
        centroid = 1 - (y1 - y0 - v0 * tc + G * tc * tc / 2) / (impulse * tc)
        lobe = (centroid - self.impact * 0.1) / (1 - self.impact)
        assert 0.2 < lobe < 0.8, "no force law does this jump"
        force = (1 - self.impact) * beta.pdf(u, 5.0 * lobe, 5.0 * (1 - lobe))
        force += self.impact * np.exp(-((u - 0.1) ** 2) / (2 * 0.03**2)) / (0.03 * np.sqrt(2 * np.pi))
        force /= np.trapezoid(force, u)
        speed = v0 - G * tc * u + impulse * cumulative_trapezoid(force, u, initial=0)
        height = y0 + tc * cumulative_trapezoid(speed, u, initial=0)
        height += (y1 - height[-1]) * smooth(u)  # what cutting off the lobes' tails costs, under a millimetre
        return np.interp(s / tc, u, height)


def _quintic(s: Array, t: float, start: tuple[float, float, float], end: tuple[float, float, float]) -> Array:
    """Quintic through place, velocity and acceleration at 0 and t."""
    rows = []
    for at in (0.0, t):
        rows.append([at**k for k in range(6)])
        rows.append([k * at ** max(k - 1, 0) for k in range(6)])
        rows.append([k * (k - 1) * at ** max(k - 2, 0) for k in range(6)])
    return np.asarray(np.polynomial.polynomial.polyval(s, np.linalg.solve(np.array(rows), [*start, *end])))


def train(contact_s: float, flight_s: float, jumps: int = 10, spread: float = 0.0, seed: int = 0) -> Jumps:
    """Even jumps, each contact and flight off by up to the share `spread`."""
    rng = np.random.default_rng(seed)
    return Jumps(
        tuple(float(flight_s * (1 + x)) for x in rng.uniform(-spread, spread, jumps)),
        tuple(float(contact_s * (1 + x)) for x in rng.uniform(-spread, spread, jumps - 1)),
    )


def _rotate(offset: Array, pitch: Array, stature: float) -> Array:
    """(N, 2) `offset` from the toe, turned up by the foot's pitch (N,)."""
    c, s = np.cos(pitch), np.sin(pitch)
    return stature * np.stack([offset[0] * c + offset[1] * s, -offset[0] * s + offset[1] * c], axis=1)


def _knee(hip: Array, ankle: Array, stature: float) -> Array:
    """The knee (N, 2) in front of the line from hip to ankle."""
    line = ankle - hip
    length = np.linalg.norm(line, axis=1)
    along = np.minimum(length, 0.9995 * (THIGH + SHANK) * stature)
    a = (along**2 + (THIGH**2 - SHANK**2) * stature**2) / (2 * along)
    out = np.sqrt(np.maximum((THIGH * stature) ** 2 - a**2, 0))
    unit = line / length[:, None]
    front = np.stack([-unit[:, 1], unit[:, 0]], axis=1)
    return np.asarray(hip + unit * (a * length / along)[:, None] + front * out[:, None])


def body(state: State, stature: float) -> Array:
    """Landmarks (N, 33, 3) of the figure: forward, up, left; metres."""
    hip = state.com - [0.0, 0.03 * stature]
    for _ in range(25):
        marks = _posed(state, hip, stature)
        hip = hip + state.com - _mass_centre(marks)
    miss = np.abs(state.com - _mass_centre(marks)).max()
    assert miss < 1e-4, f"the mass centre misses its path by {miss:.4f} m"
    return marks


def _posed(state: State, hip: Array, stature: float) -> Array:
    """Landmarks of the figure with its hips' midpoint at `hip` (N, 2)."""
    n = len(hip)
    at = np.zeros((n, 33, 3))
    lean = np.stack([np.sin(state.lean), np.cos(state.lean)], axis=1)
    ahead = np.stack([lean[:, 1], -lean[:, 0]], axis=1)
    shoulder = hip + TRUNK * stature * lean
    arm = np.stack([np.sin(state.arms + 0.1), -np.cos(state.arms + 0.1)], axis=1)
    fore = np.stack([np.sin(state.arms + 0.5), -np.cos(state.arms + 0.5)], axis=1)
    for leg, sign in enumerate(LEFT_FIRST):
        toe, pitch = state.toes[:, leg], state.pitch[:, leg]
        if state.lifted[leg]:
            pitch = np.full(n, 1.0)
            toe = hip + stature * np.array([-0.15, -0.30])
        ankle, heel = toe + _rotate(ANKLE, pitch, stature), toe + _rotate(HEEL, pitch, stature)
        elbow = shoulder + UPPER_ARM * stature * arm
        wrist = elbow + FOREARM * stature * fore
        placed = {
            Landmark.L_SHOULDER: (shoulder, HALF_SHOULDERS),
            Landmark.L_ELBOW: (elbow, HALF_SHOULDERS),
            Landmark.L_WRIST: (wrist, HALF_SHOULDERS),
            Landmark.L_HIP: (hip, HALF_HIPS),
            Landmark.L_KNEE: (_knee(hip, ankle, stature), HALF_FEET),
            Landmark.L_ANKLE: (ankle, HALF_FEET),
            Landmark.L_HEEL: (heel, HALF_FEET),
            Landmark.L_FOOT_INDEX: (toe, HALF_FEET),
        }
        for mark, (place, half) in placed.items():
            at[:, mark + leg, :2] = place
            at[:, mark + leg, 2] = sign * half * stature
        for hand in (17, 19, 21):
            at[:, hand + leg] = at[:, Landmark.L_WRIST + leg]
        at[:, Landmark.L_EAR + leg, :2] = shoulder + 0.12 * stature * lean
        at[:, Landmark.L_EAR + leg, 2] = sign * 0.04 * stature
    face = shoulder + stature * (0.11 * lean + 0.055 * ahead)
    for i in (0, *range(1, 7), 9, 10):
        at[:, i, :2] = face
    return at


def _mass_centre(at: Array) -> Array:
    """(N, 2) mass centre by Dempster's segments, which are not those of `kickform.motion.kinematics`."""
    L = Landmark  # noqa: N806

    def middle(a: int, b: int, along: float) -> Array:
        return np.asarray(at[:, a, :2] + along * (at[:, b, :2] - at[:, a, :2]))

    total = 0.497 * (middle(L.L_HIP, L.L_SHOULDER, 0.5) + middle(L.R_HIP, L.R_SHOULDER, 0.5)) / 2
    total = total + 0.081 * middle(L.L_EAR, L.R_EAR, 0.5)
    for leg in (0, 1):
        total = total + 0.028 * middle(L.L_SHOULDER + leg, L.L_ELBOW + leg, 0.436)
        total = total + 0.022 * middle(L.L_ELBOW + leg, L.L_WRIST + leg, 0.682)
        total = total + 0.100 * middle(L.L_HIP + leg, L.L_KNEE + leg, 0.433)
        total = total + 0.0465 * middle(L.L_KNEE + leg, L.L_ANKLE + leg, 0.433)
        total = total + 0.0145 * middle(L.L_HEEL + leg, L.L_FOOT_INDEX + leg, 0.5)
    return np.asarray(total)


@dataclass(frozen=True)
class Camera:
    """How the figure is filmed. The near side is the right one where it faces right, else the left one.

    Attributes:
        fps: frames per file second.
        phase: share of a frame interval by which the first frame is late.
        slow: file seconds per real second.
        jitter: SD of a frame's time as a share of the interval (variable frame rate); below 0.3.
        noise: SD of a near landmark as a share of stature.
        far: how many times noisier the far leg is.
        jump_rate: share of frames in which the far foot is taken for something else.
        tall: the figure's stature as a share of the picture's height.
        yaw_deg: camera off the side view.
        facing: +1 to the right edge, -1 to the left.
        pan_px_s: slow camera pan.
        lost: share of frames in which the athlete is not found; ``gaps``: spans of file seconds.
    """

    fps: float = 60.0
    phase: float = 0.0
    slow: float = 1.0
    jitter: float = 0.0
    noise: float = 0.0035
    far: float = 3.0
    jump_rate: float = 0.0
    width_px: int = 1280
    height_px: int = 720
    tall: float = 0.6
    yaw_deg: float = 0.0
    facing: int = 1
    pan_px_s: float = 0.0
    lost: float = 0.0
    gaps: Sequence[tuple[float, float]] = ()
    start_s: float = 0.0
    capture_fps: float | None = None
    seed: int = 0


@dataclass(frozen=True)
class Clip:
    """A filmed figure and its truth, file seconds: `contacts` are those between two flights."""

    track: PoseTrack
    info: VideoInfo
    flights: list[tuple[float, float]]
    contacts: list[tuple[float, float]]
    slow: float
    m_per_px: float
    marks: Array = field(repr=False)

    @property
    def estimate(self) -> PoseEstimate:
        """The clip as a pose estimate without anything to warn of."""
        return PoseEstimate(self.track, 0, (), 1, 120.0, 0.0)


def film(phases: Sequence[Phase], camera: Camera | None = None, stature: float = 1.75) -> Clip:
    """Film the phases, one after the other."""
    camera = camera or Camera()
    rng = np.random.default_rng(camera.seed)
    total = sum(p.duration_s for p in phases)
    count = int(total * camera.slow * camera.fps - camera.phase)
    ticks = np.arange(count) + camera.phase
    ticks = ticks + np.clip(rng.normal(0, camera.jitter, count), -0.4, 0.4) if camera.jitter else ticks
    file_s = np.maximum(ticks, 0) / camera.fps
    parts, flights, contacts = [], [], []
    began, x0 = 0.0, -sum(p.advance_m for p in phases) / 2
    for phase in phases:
        pick = (file_s / camera.slow >= began) & (file_s / camera.slow < began + phase.duration_s)
        if pick.any():
            parts.append(body(phase.state(file_s[pick] / camera.slow - began, x0, stature), stature))
        if isinstance(phase, Jumps):
            spans = [
                (camera.start_s + camera.slow * (began + a), camera.start_s + camera.slow * (began + b))
                for a, b in phase.spans()
            ]
            flights += spans
            contacts += [(a[1], b[0]) for a, b in pairwise(spans)]
        began += phase.duration_s
        x0 += phase.advance_m
    marks = np.concatenate(parts)
    track = _project(marks, file_s[: len(marks)], camera, stature, rng)
    m_per_px = stature / (camera.tall * camera.height_px)
    return Clip(track, _info(track, camera), flights, contacts, camera.slow, m_per_px, marks)


def _project(
    marks: Array, file_s: Array, camera: Camera, stature: float, rng: np.random.Generator
) -> PoseTrack:
    n = len(marks)
    yaw = np.radians(camera.yaw_deg)
    ahead, up, left = marks[..., 0], marks[..., 1], marks[..., 2]
    across = camera.facing * (ahead * np.cos(yaw) + left * np.sin(yaw))
    depth = camera.facing * (left * np.cos(yaw) - ahead * np.sin(yaw))
    scale = camera.tall * camera.height_px / stature
    x = camera.width_px / 2 + scale * across + (camera.pan_px_s * file_s)[:, None]
    # The camera stands at hip height, some metres away: what is further away is seen a little higher.
    y = 0.87 * camera.height_px - scale * (up + 0.08 * depth)
    xy = np.stack([x, y], axis=2)
    hips = [Landmark.L_HIP, Landmark.R_HIP]
    world = np.stack([across, -up, depth], axis=2)
    world = world - world[:, hips].mean(axis=1, keepdims=True) + rng.normal(0, 0.005, world.shape)

    far_legs = [m + (camera.facing < 0) for m in (23, 25, 27, 29, 31)]
    spread = np.full(33, camera.noise)
    spread[far_legs] *= camera.far
    xy = xy + rng.normal(0, 1, xy.shape) * (spread * scale * stature)[None, :, None]
    astray = rng.random(n) < camera.jump_rate
    xy[astray, far_legs[-1], 1] -= rng.uniform(0.05, 0.12, int(astray.sum())) * scale * stature
    visibility = np.full((n, 33), 0.98)
    visibility[:, far_legs] = 0.5

    time_s = file_s + camera.start_s
    lost = rng.random(n) < camera.lost
    for a, b in camera.gaps:
        lost |= (time_s >= a) & (time_s <= b)
    xy[lost], world[lost], visibility[lost] = np.nan, np.nan, 0.0
    return PoseTrack(time_s, xy, world, visibility, camera.width_px, camera.height_px)


def _info(track: PoseTrack, camera: Camera) -> VideoInfo:
    step = float(np.mean(np.diff(track.time_s)))
    return VideoInfo(
        name="clip.mp4",
        path=Path("clip.mp4"),
        width=camera.width_px,
        height=camera.height_px,
        rotation_deg=0,
        duration_s=step * len(track),
        frames=len(track),
        mean_fps=1 / step,
        variable_frame_rate=camera.jitter > 0,
        capture_fps=camera.capture_fps,
        codec="h264",
        has_audio=False,
    )


class Spanned(Protocol):
    """A contact: what has a touchdown and a take-off, file seconds."""

    @property
    def touchdown_s(self) -> float: ...

    @property
    def takeoff_s(self) -> float: ...


Found = TypeVar("Found", bound=Spanned)


def video_info(track: PoseTrack) -> VideoInfo:
    """Return what a file with these frames would say of itself."""
    return _info(track, Camera(width_px=track.width_px, height_px=track.height_px))


def estimate(track: PoseTrack) -> PoseEstimate:
    """Return the track as the pose model's word, with nothing to warn of."""
    return PoseEstimate(track, 0, (), 1, 120.0, 0.0)


def pair_up(
    found: Iterable[Found], truth: Sequence[tuple[float, float]], within_s: float
) -> list[tuple[Found, tuple[float, float]]]:
    """Contacts found with the true (touchdown, take-off) they lie nearest to, both ends `within_s`."""
    free, pairs = list(found), []
    for span in truth:
        near = [c for c in free if max(abs(c.touchdown_s - span[0]), abs(c.takeoff_s - span[1])) <= within_s]
        if near:
            best = min(near, key=lambda c: abs(c.touchdown_s - span[0]))
            free.remove(best)
            pairs.append((best, span))
    return pairs


def mirrored(track: PoseTrack) -> PoseTrack:
    """The track of the mirrored clip: left is right, and the other way round."""
    xy = track.xy_px[:, _MIRROR] * [-1.0, 1.0] + [float(track.width_px), 0.0]
    world = track.world_m[:, _MIRROR] * [-1.0, 1.0, 1.0]
    return replace(track, xy_px=xy, world_m=world, visibility=track.visibility[:, _MIRROR])


def cut(clip: Clip, start_s: float, stop_s: float) -> Clip:
    """The clip from `start_s` to `stop_s`, its clock kept; truth of what lies wholly inside."""
    track = clip.track
    keep = (track.time_s >= start_s) & (track.time_s <= stop_s)
    kept = PoseTrack(
        track.time_s[keep],
        track.xy_px[keep],
        track.world_m[keep],
        track.visibility[keep],
        track.width_px,
        track.height_px,
    )
    low, high = kept.time_s[0], kept.time_s[-1]
    return replace(
        clip,
        track=kept,
        info=replace(clip.info, frames=len(kept), duration_s=float(high - low)),
        flights=[f for f in clip.flights if low <= f[0] and f[1] <= high],
        contacts=[c for c in clip.contacts if low <= c[0] and c[1] <= high],
        marks=clip.marks[keep],
    )
