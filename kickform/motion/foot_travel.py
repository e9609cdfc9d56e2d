"""Distance that a foot travels over the ground in a flight, also with a camera that turns to follow.

1. A planted foot does not move. Where it slides in the picture the camera turns, at the rate of the slide.
   Between two contacts the body (which flies at an even speed) and the camera's inertia bridge the turn.
2. The athlete moves along a straight line, seen from one place. The size of gravity and of the body in the
   picture give the place along the line: further away a body is smaller and falls more slowly. The way the
   body faces helps.
3. The focal length is unknown: a longer lens shows the same distance at a smaller angle. Distances are the
   mean over the lenses that phones have, weighted by how well each fits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.linalg import splu

from kickform import fitted
from kickform.events.types import Contact, Flight
from kickform.motion.kinematics import centre_of_mass_px
from kickform.motion.motion import Motion
from kickform.motion.scale import STATURE_SD, scale_from_gravity
from kickform.motion.thigh_correction import followed_px
from kickform.numeric import FloatArray
from kickform.pose.geometry import body_height_px, upward
from kickform.pose.track import Landmark

__all__ = ["Travel", "facing_rad", "foot_travel"]

_FOCAL_SHARE = 0.77  # convention: a phone's main camera in video, some 28 mm on full frame (28 / 36)
"""Focal length over the picture's long edge."""

_FOCAL_SD = 0.12  # convention: spread of phones' main cameras and of their crops in video
"""Relative SD of the focal length."""

_LENSES = np.exp(np.arange(-0.3, 0.41, 0.1))  # convention: steps of a tenth, beyond 2 SDs of the focal length
"""Focal lengths that are tried, as shares of the usual one: 0.57 to 1.15 of the long edge."""

_FOOT_SD = fitted.FOOT_TRAVEL_FOOT_SD
"""Noise of a foot landmark, statures."""

_BODY_SD = fitted.FOOT_TRAVEL_BODY_SD
"""Noise of the centre of mass, statures."""

_TURN_SD = fitted.FOOT_TRAVEL_TURN_SD
"""Change of a following camera's rate of turn, rad/s per root second."""

_STILL_SHARE = 0.2  # convention: a camera that follows turns by about the whole angle of the run
"""A camera that turns by a smaller share of the run's angle stands still."""

_STILL_TURN_SD = 0.005  # convention: the tremor of a hand
"""The same as `_TURN_SD` for a camera that stands still."""

_FALL_SD = fitted.FOOT_TRAVEL_FALL_SD
"""Relative SD of gravity in one flight."""

_FACING_SD = fitted.FOOT_TRAVEL_FACING_SD
"""SD of the way the body faces, from the pose model."""

_STANDING_S = 0.65  # convention: rebounds take 0.30-0.45 s; equals LONGEST_CONTACT_S of the drills
"""A longer contact is standing."""

_LARGEST_ANGLE = math.radians(75)  # convention: keeps tan() finite; nobody is filmed that obliquely


@dataclass(frozen=True, slots=True)
class Travel:
    """Distances of the N flights of a bout, each (N,), with SDs.

    ``metres`` and ``sds_m`` (metres; includes the scale's error). ``body_heights`` and
    ``sds_body_heights``: the same over the stature as it appears at that place, independent of the scale.
    """

    metres: FloatArray
    sds_m: FloatArray
    body_heights: FloatArray
    sds_body_heights: FloatArray


@dataclass(frozen=True, slots=True)
class _Line:
    """Angles of the planted feet (K,) and flights (N,), radians along the run from the first frame's axis.

    ``feet_sd`` (N,) is the SD between two feet, ``off_axis`` (N,) where in the picture the flights are.
    """

    feet: FloatArray
    feet_sd: FloatArray
    flights: FloatArray
    off_axis: FloatArray


@dataclass(frozen=True, slots=True)
class _Lens:
    """The run as seen through a lens: the first frame's axis against the run's normal and its SD, radians;
    metres per pixel where nearest; how badly it fits (-2 log likelihood)."""

    focal_px: float
    line: _Line
    start: float
    start_sd: float
    near: float
    misfit: float

    def metres(self, turned: float = 0.0) -> FloatArray:
        """Return the distances (N,) between the feet, signed, the axis `turned` by radians."""
        return np.diff(_along(self.line.feet + self.start + turned, self.focal_px * self.near))


def foot_travel(
    motion: Motion, contacts: Sequence[Contact], flights: Sequence[Flight], foot_x_px: FloatArray
) -> Travel | None:
    """Return how far the foot travels in each flight, positive in the direction of travel.

    Args:
        motion: the clip's, with a scale.
        contacts: the N + 1 contacts before, between and after the flights, in order.
        flights: the N flights of one bout, without a gap between them.
        foot_x_px: (T,) x of the stance foot, pixels.

    Returns:
        The distances; None without a scale, or where foot or body are seen in too few frames.
    """
    if motion.scale is None or len(contacts) != len(flights) + 1:
        return None
    xy_up = upward(motion.track)
    com_px = centre_of_mass_px(xy_up)
    stature_px = body_height_px(xy_up)
    m_per_px = _m_per_px(motion, flights, stature_px)
    if not np.isfinite(m_per_px).any():
        return None
    facing = np.array([facing_rad(motion, flight) for flight in flights])
    lenses = []
    for share in _LENSES:
        focal_px = _FOCAL_SHARE * float(share) * max(motion.track.width_px, motion.track.height_px)
        line = _seen_line(motion, contacts, flights, foot_x_px, com_px[:, 0], focal_px, stature_px)
        if line is None:
            return None
        start, start_sd, near, misfit = _aim(line, m_per_px, facing)
        misfit += (math.log(share) / _FOCAL_SD) ** 2
        lenses.append(_Lens(focal_px, line, start, start_sd, near, misfit))
    best = min(lenses, key=lambda lens: lens.misfit)
    chances = np.exp((best.misfit - np.array([lens.misfit for lens in lenses])) / 2)
    each = np.stack([lens.metres() for lens in lenses])
    metres = np.average(each, axis=0, weights=chances)
    of_lens = np.average((each - metres) ** 2, axis=0, weights=chances)
    of_aim = best.metres(best.start_sd) - best.metres()
    middle = (best.line.feet[1:] + best.line.feet[:-1]) / 2 + best.start
    noise = best.focal_px * best.near * best.line.feet_sd / np.cos(middle) ** 2
    sense = 1.0 if metres.sum() >= 0 else -1.0
    own = np.sqrt(noise**2 + of_lens + of_aim**2)
    closest = int(np.argmin(np.abs(best.line.flights + best.start)))
    off_axis, angle = best.line.off_axis[closest], best.line.flights[closest] + best.start
    here = best.near * math.cos(off_axis) / math.cos(angle)
    stature_m = _stature_px(motion, xy_up, contacts[closest], contacts[closest + 1]) * here
    return Travel(
        sense * metres,
        np.hypot(own, metres * motion.scale.sd_pct / 100),
        sense * metres / stature_m,
        np.hypot(own, STATURE_SD * metres) / stature_m,
    )


def facing_rad(motion: Motion, flight: Flight) -> float:
    """Return the signed angle of the body's sagittal plane off the picture in a flight, radians.

    A camera that follows sees the athlete from the front at first and from behind at the end.
    """
    inside = (motion.track.time_s >= flight.takeoff_s) & (motion.track.time_s <= flight.touchdown_s)
    world = motion.track.world_m[inside]
    axes = world[:, [Landmark.L_HIP, Landmark.L_SHOULDER]] - world[:, [Landmark.R_HIP, Landmark.R_SHOULDER]]
    axes = axes[np.isfinite(axes).all(axis=(1, 2))]
    if not axes.any():
        return math.radians(motion.view.yaw_deg)
    axis = np.median(axes, axis=(0, 1))
    if axis[2] > 0:  # the left side is the far one
        axis = -axis
    return math.atan2(float(axis[0]), -float(axis[2]))


def _along(angles: FloatArray, away_m: float) -> FloatArray:
    """Return places along the line, metres, from the angles under which they are seen."""
    return away_m * np.tan(np.clip(angles, -_LARGEST_ANGLE, _LARGEST_ANGLE))


def _m_per_px(motion: Motion, flights: Sequence[Flight], stature_px: float) -> FloatArray:
    """Return (N,) metres per pixel in each flight, at the level of the clip's scale.

    The geometric mean of the flight's own fall and of the body's size in it, which are each good to some 5 %.
    """
    time_s = motion.track.time_s
    xy_px, _ = followed_px(motion.track, flights, stature_px)
    com_px = centre_of_mass_px(upward(replace(motion.track, xy_px=xy_px)))
    falls = [scale_from_gravity(time_s, com_px, [flight]) for flight in flights]
    own = np.array([fall.m_per_px if fall else math.nan for fall in falls])
    if motion.scale is None or not np.isfinite(own).any():
        return np.full(len(flights), math.nan)
    ratio = np.ones(len(time_s)) if motion.size_ratio is None else motion.size_ratio
    middles = [(flight.takeoff_s + flight.touchdown_s) / 2 for flight in flights]
    level = motion.scale.m_per_px / np.interp(middles, time_s, ratio)
    fallen = own * np.exp(np.nanmean(np.log(level / own)))
    return np.asarray(fallen if motion.size_ratio is None else np.sqrt(fallen * level))


def _stature_px(motion: Motion, xy_up: FloatArray, before: Contact, after: Contact) -> float:
    """Return the stature in pixels over two contacts and the flight between them."""
    longest = 0.3
    start, stop = max(before.touchdown_s, before.takeoff_s - longest), after.touchdown_s + longest
    inside = (motion.track.time_s >= start) & (motion.track.time_s <= min(stop, after.takeoff_s))
    return body_height_px(xy_up[inside])


def _seen_line(
    motion: Motion,
    contacts: Sequence[Contact],
    flights: Sequence[Flight],
    foot_x_px: FloatArray,
    body_x_px: FloatArray,
    focal_px: float,
    stature_px: float,
) -> _Line | None:
    """Return the angles under which feet and flights are seen, the camera's turn taken out.

    None where a contact or a flight has fewer than three usable frames.
    """
    spans = [_planted(contact) for contact in contacts]
    time_s = motion.track.time_s
    use = (time_s >= spans[0][0]) & (time_s <= spans[-1][1])
    time = time_s[use]
    middle = (motion.track.width_px - 1) / 2
    foot = np.arctan((foot_x_px[use] - middle) / focal_px)
    body = np.arctan((body_x_px[use] - middle) / focal_px)
    stances = [(time >= a) & (time <= b) & np.isfinite(foot) for a, b in spans]
    airborne = [(time > f.takeoff_s) & (time < f.touchdown_s) & np.isfinite(body) for f in flights]
    if min(int(stance.sum()) for stance in stances) < 3 or min(int(air.sum()) for air in airborne) < 3:
        return None
    sd = stature_px / focal_px
    sds = (_FOOT_SD * sd, _BODY_SD * sd, _TURN_SD)
    turn, feet, feet_sd = _solve(time, foot, body, stances, airborne, sds)
    if abs(turn[-1] - turn[0]) < _STILL_SHARE * abs(feet[-1] - feet[0]):
        turn, feet, feet_sd = _solve(time, foot, body, stances, airborne, (*sds[:2], _STILL_TURN_SD))
    flights_at = np.array([float(np.mean(turn[air] + body[air])) for air in airborne])
    off_axis = np.array([float(np.mean(body[air])) for air in airborne])
    return _Line(feet, feet_sd, flights_at, off_axis)


def _planted(contact: Contact) -> tuple[float, float]:
    """Return from when to when the foot is flat in a contact: after it came down, before the heel lifts."""
    if math.isfinite(contact.sd_s) and contact.duration_s < _STANDING_S:
        return (
            contact.touchdown_s + 0.1 * contact.duration_s,
            contact.takeoff_s - 0.3 * contact.duration_s,
        )
    if math.isfinite(contact.takeoff_sd_s):  # standing before the first flight
        stop = contact.takeoff_s - 0.1
        return max(contact.touchdown_s, stop - 0.25), stop
    start = contact.touchdown_s + 0.02
    return start, min(contact.takeoff_s, start + 0.2)


def _solve(
    time: FloatArray,
    foot: FloatArray,
    body: FloatArray,
    stances: Sequence[NDArray[np.bool_]],
    airborne: Sequence[NDArray[np.bool_]],
    sds: tuple[float, float, float],
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Solve for the camera's turn (T,), the planted feet's angles (K,) and the SDs between them (K - 1,).

    Robust least squares. Unknowns: the turn in each frame, the angle of each planted foot, place and speed of
    the body in each flight. Equations: turn + foot = the planted foot's angle; turn + body = an even motion
    in flight; the rate of turn changes slowly; the turn begins at 0.
    """
    frames, feet, count = len(time), len(stances), len(time) + len(stances) + 2 * len(airborne)
    rows: list[tuple[list[int], list[float], float, float]] = [([0], [1.0], 0.0, 1e-4)]
    for k, stance in enumerate(stances):
        rows += [([i, frames + k], [1, -1], -foot[i], sds[0]) for i in np.flatnonzero(stance).tolist()]
    for n, air in enumerate(airborne):
        at = frames + feet + 2 * n
        mid = float(np.mean(time[air]))
        rows += [
            ([i, at, at + 1], [1, -1, mid - time[i]], -body[i], sds[1]) for i in np.flatnonzero(air).tolist()
        ]
    for i in range(1, frames - 1):
        a, b = time[i] - time[i - 1], time[i + 1] - time[i]
        rows.append(([i - 1, i, i + 1], [1 / a, -1 / a - 1 / b, 1 / b], 0.0, sds[2] * math.sqrt((a + b) / 2)))
    where = [(r, column) for r, row in enumerate(rows) for column in row[0]]
    cells = np.array([value for row in rows for value in row[1]])
    shape = (len(rows), count)
    design = coo_array((cells, tuple(np.array(where).T)), shape=shape).tocsc()
    right, sd = np.array([row[2] for row in rows]), np.array([row[3] for row in rows])
    weight = 1 / sd**2
    for _ in range(4):
        weighted = design.multiply(weight[:, None]).tocsc()
        factored = splu((design.T @ weighted).tocsc())
        solution = factored.solve(weighted.T @ right)
        off = np.abs(design @ solution - right) / sd
        weight = np.minimum(1.0, 2.0 / np.maximum(off, 1e-9)) / sd**2
    unit = np.zeros((count, feet))
    unit[frames + np.arange(feet), np.arange(feet)] = 1.0
    covariance = factored.solve(unit)[frames : frames + feet]
    apart = np.eye(feet - 1, feet, 1) - np.eye(feet - 1, feet)
    return (
        solution[:frames],
        solution[frames : frames + feet],
        np.sqrt((apart @ covariance @ apart.T).diagonal()),
    )


def _aim(line: _Line, m_per_px: FloatArray, facing: FloatArray) -> tuple[float, float, float, float]:
    """Return the first axis against the run's normal, its SD, metres per pixel where nearest, and the misfit.

    Metres per pixel go with cos(off axis) / cos(angle): the nearer the athlete, the faster the fall in the
    picture. The way the body faces is one more measurement. Angles are radians; the misfit is
    -2 log likelihood, over all axes.
    """
    starts = np.radians(np.arange(-80.0, 80.1, 0.5))
    angles = starts[:, None] + line.flights
    known = np.isfinite(m_per_px)
    inside = np.abs(angles).max(axis=1) < _LARGEST_ANGLE
    shape = np.log(np.cos(line.off_axis)) - np.log(np.maximum(np.cos(angles), 1e-3))
    logs = np.log(m_per_px)[known] - shape[:, known]
    level = logs.mean(axis=1)
    cost = (((logs - level[:, None]) / _FALL_SD) ** 2).sum(axis=1)
    cost += ((angles - facing).mean(axis=1) / _FACING_SD) ** 2
    cost = np.where(inside, cost, np.inf)
    best = int(np.argmin(cost))
    chance = np.exp(-(cost - cost[best]) / 2)
    mean = float((chance * starts).sum() / chance.sum())
    sd = math.sqrt(float((chance * (starts - mean) ** 2).sum() / chance.sum()))
    misfit = float(cost[best] - 2 * np.log(chance.sum()))
    return float(starts[best]), sd, math.exp(float(level[best])), misfit
