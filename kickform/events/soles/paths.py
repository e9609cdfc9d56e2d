"""Paths of points of the soles over the ground, from the corners that were followed in the pictures.

A point is laid on the sole once, while the foot stands, and goes on with the corners about it from picture to
picture, in both directions. So it stays the same point of the shoe: landmarks, which wander by centimetres
over the shoe as the foot tips over, have no say any more.

Where on the shoe it is laid, a centimetre higher or lower, and which corners go for the shoe's and which for
the ground's or a shadow's, is chance: so points are laid in several ways, and `kickform.events.soles.timing`
takes the median of what they tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from kickform.events.types import Away
from kickform.numeric import FloatArray, median
from kickform.pose.track import Corners

__all__ = ["PLACES", "SEEDINGS", "SolePaths"]

PLACES = (0.0, 0.008, 0.016, 0.024, 0.032, 0.040)
"""Points of a sole that are followed, statures ahead of the toe landmark. BlazePose marks the big toe inside
the shoe, 0.01 to 0.03 statures behind the tip of the sole, differently in each clip."""
_MOST_SPIN = 12.0
"""Most by which a shoe turns, rad/s."""
SEEDINGS = tuple((below, spin) for below in (0.012, 0.008, 0.016) for spin in (np.inf, _MOST_SPIN))
"""Ways of laying them: how far they lie below the toe, statures, and by how much corners of one shoe may move
apart, rad/s: as much as they like, or as they do on a shoe that turns."""
_BELOW, _SPINS = np.array(SEEDINGS).T
_NOISE = 0.002
"""By how much corners of one shoe move apart in any case, statures."""
_RADIUS = 0.028
"""Corners within this distance of a point move it, statures."""
_LEAST_CORNERS = 2
_MOVES, _STANDS = 0.003, 0.3
"""Where the foot moves by more than the first from one picture to the next, statures, corners that move by
less than the second, as a share of that, are ground."""
_POINTS_AT_CAMERA = 0.06
"""A foot whose landmarks lie closer than this has no direction in the picture, statures."""
_SETTLE_S = 0.05
"""The landmarks of frames within this time tell where the points are laid, real seconds."""
_REST_S, _SEED_S, _BEYOND_S = 0.06, 0.06, 0.13
"""Stretch of a contact next to an event that tells the ground's level; how far from the event the points are
laid on the sole, at most; how far a path goes beyond the event: real seconds."""


@dataclass(frozen=True, slots=True)
class SolePaths:
    """Where points of both soles were.

    Attributes:
        time_s: (T,) real seconds.
        corners: as they were followed.
        stature_px: (T,) stature in pixels at the athlete's distance in each frame.
        ways: how many of `SEEDINGS` there are.
        laying: which of them is looked at.
    """

    time_s: FloatArray
    corners: Corners
    stature_px: FloatArray
    ways: int = len(SEEDINGS)
    laying: int = 0
    _known: dict[tuple[int, int, int, int], FloatArray] = field(
        default_factory=dict, repr=False, compare=False
    )

    def laid(self, laying: int) -> SolePaths:
        """Return the same paths, of points laid in another way."""
        return replace(self, laying=laying, _known=self._known)

    def height(self, foot: int, event_s: float, away: Away, room_s: float) -> FloatArray | None:
        """Return the heights (T, K) of a sole's points above the ground about one event, statures.

        NaN where they were not followed; None where the contact is not seen at all.

        Args:
            foot: 0 left, 1 right.
            event_s: the event as far as known, real seconds.
            away: touchdown or take-off.
            room_s: how much of the contact may be looked at.
        """
        beyond = (self.time_s - event_s) * away
        span = np.flatnonzero((beyond >= -min(room_s, _BEYOND_S)) & (beyond <= _BEYOND_S))
        if len(span) < 4:
            return None
        seed = int(span[np.argmin(np.abs(beyond[span] + min(_SEED_S, room_s / 2)))])
        path = self._path(foot, seed, int(span[0]), int(span[-1]))[:, self.laying]
        rest = path[(beyond[span] <= 0) & (beyond[span] > -_REST_S)]
        if not np.isfinite(rest).any():
            return None
        height = np.full((len(self.time_s), len(PLACES)), np.nan)
        height[span] = path - median(rest.T)
        return height

    def _path(self, foot: int, seed: int, first: int, last: int) -> FloatArray:
        """Return the heights (n, L, K) of all layings' points, frame first to last, over those in `seed`."""
        key = foot, seed, first, last
        if key not in self._known:
            self._known[key] = self._followed(*key)
        return self._known[key]

    def _followed(self, foot: int, seed: int, first: int, last: int) -> FloatArray:
        path = np.full((last - first + 1, self.ways, len(PLACES)), np.nan)
        laid = self._laid(foot, seed)
        if laid is None:
            return path
        stature = float(self.stature_px[seed])
        path[seed - first] = 0.0
        ways: tuple[tuple[Away, range], ...] = ((1, range(seed + 1, last + 1)), (-1, range(seed, first, -1)))
        for way, frames in ways:
            at, height = laid, np.zeros(path.shape[1:])
            for frame in frames:
                spun = (self.time_s[frame] - self.time_s[frame - 1]) * _SPINS[: self.ways]
                step = way * _step(self.corners, foot, frame, way, at, spun, stature)
                at, height = at + step + way * self.corners.camera_px[frame], height - step[..., 1] / stature
                if not np.isfinite(height).any():
                    break
                path[(frame if way > 0 else frame - 1) - first] = height
        return path

    def _laid(self, foot: int, seed: int) -> FloatArray | None:
        """Return where the points (L, K, 2) lie in the picture in `seed`; None where the foot was not found.

        The landmarks of the frames about it tell, brought to its picture.
        """
        near = np.flatnonzero(np.abs(self.time_s - self.time_s[seed]) <= _SETTLE_S)
        moved = np.cumsum(np.nan_to_num(self.corners.camera_px[near]), axis=0)
        moved -= moved[np.searchsorted(near, seed)]
        ends = self.corners.ends_px[near, foot] - moved[:, None]
        if not np.isfinite(ends).any():
            return None
        heel, toe = median(ends.reshape(len(near), 4).T).reshape(2, 2)
        length, stature = float(np.linalg.norm(toe - heel)), float(self.stature_px[seed])
        ahead, down = np.zeros(2), np.array([0.0, 1.0])
        if length > _POINTS_AT_CAMERA * stature:
            ahead = (toe - heel) / length
            across = np.array([-ahead[1], ahead[0]])
            down = across if across[1] >= 0 else -across
        lower = np.outer(_BELOW[: self.ways], down)
        return np.asarray(toe + stature * (np.outer(PLACES, ahead) + lower[:, None]))


def _step(
    corners: Corners, foot: int, frame: int, way: Away, at: FloatArray, spun: FloatArray, stature: float
) -> FloatArray:
    """Return the motion (L, K, 2) over the ground, from the frame before to `frame`, of points of a sole.

    Args:
        corners: as they were followed.
        foot: 0 left, 1 right.
        frame: the later one.
        way: 1 where `at` tells of the frame before, -1 where it tells of `frame`.
        at: (L, K, 2) where the points are.
        spun: (L,) most by which the shoe has turned, radians.
        stature: in pixels.
    """
    first, last = corners.rows[frame, foot]
    shift, corner = corners.shift_px[first:last], corners.at_px[first:last]
    if way < 0:
        corner = corner + shift + corners.camera_px[frame]
    near = np.linalg.norm(corner - at[:, :, None], axis=3) <= _RADIUS * stature
    shoe = median(np.where(near[:, 0, None], shift.T, np.nan))
    whole = np.linalg.norm(shoe, axis=1)
    goes = (near[:, 0].sum(axis=1) >= _LEAST_CORNERS) & (whole > _MOVES * stature)
    others = np.linalg.norm(shift, axis=1) <= _STANDS * whole[:, None]
    held = np.isfinite(spun)
    if held.any():
        turned = spun[held, None] * np.linalg.norm(corner - at[held, 0, None], axis=2) + _NOISE * stature
        others[held] |= np.linalg.norm(shift - shoe[held, None], axis=2) > turned
    near &= ~(goes[:, None] & others)[:, None]
    steps = median(np.where(near[:, :, None], shift.T, np.nan))
    steps[near.sum(axis=2) < _LEAST_CORNERS] = np.nan
    return steps
