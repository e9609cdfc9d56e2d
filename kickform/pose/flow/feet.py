"""The feet followed in full pixels: how each sole moved from one picture to the next.

A pose model sees the athlete in 256 x 256 pixels and guesses each picture anew: its toe is wrong by one to
four pixels of a phone clip, most of all while the foot tips over at take-off. The shoe itself, followed from
picture to picture by optical flow (Lucas and Kanade 1981, pyramidal), is right to a few tenths of a pixel.

Both pictures are cut out around the foot, turned so that heel and toe lie level, and brought to one size, so
that the foot hardly moves from one to the other. Corners are followed there and back at several places along
the front of the sole; the median of those about a place is its motion. (A rigid motion of the whole forefoot
will not do: a foot bends at the ball and rolls over its tip, which then seems to rise by a centimetre before
it does.) Corners that move with the ground while the foot does not are left out. The background tells how the
camera moved.

Nothing here knows of contacts. `kickform.events.soles.timing` times them from the steps. The thighs are
followed on the way (`kickform.pose.flow.thighs`): they tell how the body falls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from kickform.errors import Cancelled
from kickform.numeric import FloatArray, median
from kickform.pose.flow.lucas_kanade import Gray, as_gray, to_gray, track_corners
from kickform.pose.flow.thighs import THIGHS, follow_thigh
from kickform.pose.flow.transforms import apply_map, compose_maps, invert_map, linearize_at
from kickform.pose.geometry import body_height_px, upward
from kickform.pose.leg_identity import fix_leg_swaps
from kickform.pose.track import Corners, FeetMotion, Landmark, PoseTrack
from kickform.video.reader import Progress, VideoInfo, read_frames

__all__ = [
    "FEET",
    "PLACES",
    "STILL_CAMERA",
    "UNTRACKED_SOLE",
    "FootPair",
    "Sole",
    "follow_feet",
    "foot_crop_maps",
    "gather_corners",
    "heel_toe_px",
]

FEET = (
    (Landmark.L_HEEL, Landmark.L_FOOT_INDEX),
    (Landmark.R_HEEL, Landmark.R_FOOT_INDEX),
)
_FOOT_SHARE = 0.15
"""Length of a foot, as a share of stature (Winter 2009: 0.152)."""
_FOOT, _WIDTH, _HEIGHT = 64.0, 144, 104
"""Length of a foot and size of the cut-out, in its own pixels."""
PLACES = (0.0, 0.008, 0.016, 0.024, 0.032)
"""Places at which a foot is followed, statures ahead of the toe landmark. BlazePose marks the big toe inside
the shoe, 0.01 to 0.03 statures behind the tip of the sole, differently in each clip."""
_BELOW = 0.018
"""How far they lie below it, statures."""
_RADIUS = 10
"""Distance from a place within which corners count for it, cut-out pixels: a sixth of a foot."""
_CORNERS, _LEAST_CORNERS = 90, 2
_POINTS_AT_CAMERA, _MOST_TURN = 0.4, 1.0
"""A foot that looks shorter than the first, as a share of its length, points at the camera; most by which one
turns from a picture to the next, radians."""
_BEHIND, _MARGIN = 0.45, 14
"""Corners are looked for from so far between heel and toe on, and so many cut-out pixels about that line."""
_RETURN = 0.7
"""Most by which a corner may miss its place when it is followed there and back, cut-out pixels."""
_GROUND_MISS, _FOOT_MOVES = 0.6, 2.0
"""A corner that moves with the ground to within the first, while the foot moves by more than the second, is
no part of the foot; cut-out pixels."""
_BACKDROP_SIDE, _BACKDROP_CORNERS, _STANDS_PX = 400, 110, 0.06
_LEAST_BACKDROP = 12
_WINDOW, _BACKDROP_WINDOW = 11, 15
STILL_CAMERA = np.hstack([np.eye(2), np.zeros((2, 1))])
"""The motion of a camera that stands still."""


def follow_feet(info: VideoInfo, track: PoseTrack, *, progress: Progress | None = None) -> FeetMotion:
    """Read the clip once more and follow both feet and the background through it.

    Args:
        info: the clip.
        track: its pose track, from all its frames.
        progress: called with "feet" and a fraction 0 to 1; returning False cancels.

    Raises:
        VideoError: the file can no longer be read.
        Cancelled: `progress` returned False.
    """
    named, _ = fix_leg_swaps(track)
    height_px = body_height_px(upward(named))
    count = len(track)
    step_px = np.full((count, 2, len(PLACES), 2), np.nan)
    camera_px = np.zeros((count, 2))
    thigh_maps = np.full((count, 2, 2, 3), np.nan)
    soles: list[tuple[Sole, Sole] | None] = [None] * count
    before: Gray | None = None
    last = -1
    with read_frames(info.path, info=info) as frames:
        for frame in frames:
            index = _index_of(track.time_s, frame.time_s)
            if index is None:
                continue
            gray = to_gray(frame.rgb)
            if before is not None and last == index - 1:
                pair = FootPair(before, gray, named.xy_px[index - 1], named.xy_px[index], height_px)
                camera = pair.camera()
                both = soles[index] = pair.foot(0, camera), pair.foot(1, camera)
                step_px[index] = [sole.steps for sole in both]
                camera_px[index] = pair.shift_of(camera)
                thigh_maps[index] = [pair.thigh(leg, camera) for leg in (0, 1)]
            before, last = gray, index
            if progress is not None and progress("feet", (index + 1) / count) is False:
                raise Cancelled(info.name)
    return FeetMotion(step_px, gather_corners(soles, camera_px, heel_toe_px(named.xy_px)), thigh_maps)


def heel_toe_px(xy_px: FloatArray) -> FloatArray:
    """Return heel and toe of the left and the right foot (T, 2, 2, 2) from landmarks (T, 33, 2)."""
    return xy_px[:, np.array(FEET)]


def gather_corners(
    soles: Sequence[tuple[Sole, Sole] | None], camera_px: FloatArray, ends_px: FloatArray
) -> Corners:
    """Return the corners of a whole clip from those of each frame.

    Args:
        soles: left and right sole from each frame's predecessor to it; None where they were not followed.
        camera_px: (T, 2) and
        ends_px: (T, 2, 2, 2) as in `kickform.pose.track.Corners`.
    """
    counts = [0 if both is None else len(both[foot].at) for both in soles for foot in (0, 1)]
    stops = np.cumsum(counts, dtype=np.int64)
    rows = np.stack([stops - counts, stops], axis=1).reshape(-1, 2, 2)
    kept = [sole for both in soles if both is not None for sole in both]
    nothing = np.zeros((0, 2))
    at, shift = (
        np.concatenate([nothing, *parts]) for parts in ([s.at for s in kept], [s.shift for s in kept])
    )
    return Corners(rows, at, shift, camera_px, ends_px)


def _index_of(times: FloatArray, time_s: float) -> int | None:
    """Return which frame of the track was shown at a time; None where it has none."""
    k = int(np.argmin(np.abs(times - time_s)))
    return k if abs(times[k] - time_s) < 1e-4 else None


@dataclass(frozen=True, slots=True)
class Sole:
    """How one sole moved over the ground from a picture to the next, pixels.

    Attributes:
        steps: (K, 2) motion at each of its places; NaN where it was not followed.
        at: (N, 2) where its corners were in the first picture.
        shift: (N, 2) their motion.
    """

    steps: FloatArray
    at: FloatArray
    shift: FloatArray


UNTRACKED_SOLE = Sole(np.full((len(PLACES), 2), np.nan), np.zeros((0, 2)), np.zeros((0, 2)))
"""The motion of a sole that was not followed."""


class FootPair:
    """Two pictures that follow one another, and the athlete's landmarks in both."""

    def __init__(self, before: Gray, after: Gray, was: FloatArray, is_: FloatArray, height_px: float) -> None:
        self._pictures = before, after
        self._marks = was, is_
        self._height_px = height_px
        self.zoom = min(_FOOT / (_FOOT_SHARE * height_px), 4.0)

    def camera(self) -> FloatArray:
        """Return the (2, 3) motion of the background about the feet, pixels; a still camera's without one.

        A camera that turns moves the middle of its picture less than the edges: a homography, of which the
        part about the feet is returned.
        """
        height, width = self._pictures[0].shape
        shrink = min(1.0, _BACKDROP_SIDE / max(height, width))
        size = max(1, round(width * shrink)), max(1, round(height * shrink))
        small = [as_gray(cv2.resize(p, size, interpolation=cv2.INTER_AREA)) for p in self._pictures]
        mask = np.full(small[0].shape, 255, dtype=np.uint8)
        for marks in self._marks:
            if np.isfinite(marks).all():
                low, high = marks.min(axis=0) * shrink, marks.max(axis=0) * shrink
                spare = 0.15 * (high[1] - low[1])
                a, b = np.maximum(low - spare, 0).astype(int), (high + spare).astype(int)
                mask[a[1] : b[1], a[0] : b[0]] = 0
        found = cv2.goodFeaturesToTrack(small[0], _BACKDROP_CORNERS, 0.01, 6, mask=mask)
        seen = _found_again(small[0], small[1], found, _BACKDROP_WINDOW, _LEAST_BACKDROP)
        if seen is None or np.percentile(np.abs(seen[1] - seen[0]), 80) < _STANDS_PX:
            return STILL_CAMERA
        matrix, agree = cv2.findHomography(*seen, cv2.RANSAC, 0.7, maxIters=400)
        if matrix is None or agree.sum() < max(_LEAST_BACKDROP, 0.3 * len(seen[0])):
            return STILL_CAMERA
        feet = self._marks[0][[Landmark.L_FOOT_INDEX, Landmark.R_FOOT_INDEX]]
        at = feet.mean(axis=0) * shrink if np.isfinite(feet).all() else np.array(size) / 2
        near = linearize_at(np.asarray(matrix, dtype=np.float64), at)
        near[:, 2] /= shrink
        return near

    def shift_of(self, camera: FloatArray) -> FloatArray:
        """Return how the ground at the feet moves in the picture (2,), pixels, as `camera` says."""
        feet = self._marks[0][[end for foot in FEET for end in foot]]
        at = feet.mean(axis=0) if np.isfinite(feet).all() else np.zeros(2)
        return np.asarray(apply_map(camera, at[None])[0] - at)

    def foot(self, foot: int, camera: FloatArray) -> Sole:
        """Return the motion of a sole over the ground."""
        was, is_ = (marks[list(FEET[foot])] for marks in self._marks)
        return self.sole(was, is_, camera)

    def sole(self, was: FloatArray, is_: FloatArray, camera: FloatArray) -> Sole:
        """Return `foot` for a foot whose heel and toe (2, 2) are at these places in the two pictures."""
        ends = [was, is_]
        if not np.isfinite(np.stack(ends)).all() or not _inside(ends, self._pictures[0].shape):
            return UNTRACKED_SOLE
        cuts = foot_crop_maps(was, is_, self.zoom)
        first, second = (self.cut_out(number, cut, (_WIDTH, _HEIGHT)) for number, cut in enumerate(cuts))
        heel, toe = apply_map(cuts[0], was)
        places = _places(heel, toe, cuts[0])
        found = cv2.goodFeaturesToTrack(first, _CORNERS, 0.01, 2, mask=_front(heel, toe, places), blockSize=3)
        corners = _found_again(first, second, found, _WINDOW, _LEAST_CORNERS)
        if corners is None:
            return UNTRACKED_SOLE
        at, to = (apply_map(invert_map(cut), points) for cut, points in zip(cuts, corners, strict=True))
        steps = _steps(*corners, places, cuts, camera)
        return Sole(steps, at, to - apply_map(camera, at))

    def thigh(self, leg: int, camera: FloatArray) -> FloatArray:
        """Return the (2, 3) map by which a thigh moved (`kickform.pose.flow.thighs.follow_thigh`)."""
        was, is_ = (marks[list(THIGHS[leg])] for marks in self._marks)
        return follow_thigh(self._pictures, (was, is_), camera, self._height_px)

    def cut_out(self, number: int, cut: FloatArray, size: tuple[int, int]) -> Gray:
        """Return the part of the first (0) or second picture that the map `cut` lays into one of a size."""
        flags, border = cv2.INTER_CUBIC, cv2.BORDER_REPLICATE
        return as_gray(cv2.warpAffine(self._pictures[number], cut, size, flags=flags, borderMode=border))


def _inside(ends: list[FloatArray], shape: tuple[int, ...]) -> bool:
    """Return whether heel and toe lie inside the picture, in both."""
    points = np.concatenate(ends)
    return bool((points >= 0).all() and (points < [shape[1], shape[0]]).all())


def foot_crop_maps(was: FloatArray, is_: FloatArray, zoom: float) -> tuple[FloatArray, FloatArray]:
    """Return the (2, 3) maps into the cut-outs of both pictures: the foot in the middle, level, at its size.

    A foot that points at the camera, in either picture, has no direction to be turned by; and one that turned
    further from a picture to the next than feet do is not believed.
    """
    along = np.stack([was[1] - was[0], is_[1] - is_[0]])
    angles = np.arctan2(along[:, 1], along[:, 0])
    turned = abs(float(np.angle(np.exp(1j * (angles[1] - angles[0])))))
    if (np.linalg.norm(along, axis=1) * zoom <= _POINTS_AT_CAMERA * _FOOT).any() or turned > _MOST_TURN:
        angles = np.zeros(2)
    return _cut(was, float(angles[0]), zoom), _cut(is_, float(angles[1]), zoom)


def _cut(ends: FloatArray, angle: float, zoom: float) -> FloatArray:
    turn = zoom * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    middle = np.array([_WIDTH / 2, _HEIGHT / 2])
    return np.hstack([turn, (middle - turn @ ends.mean(axis=0))[:, None]])


def _places(heel: FloatArray, toe: FloatArray, cut: FloatArray) -> FloatArray:
    """Return where the sole is followed (K, 2), in a cut-out in which the foot lies level.

    A foot that points at the camera has its toe and its sole's tip above one another.
    """
    stature = _FOOT / _FOOT_SHARE
    down = 1.0 if (cut[:, :2] @ [0.0, 1.0])[1] >= 0 else -1.0
    level = abs(toe[0] - heel[0]) > abs(toe[1] - heel[1])
    ahead = float(np.sign(toe[0] - heel[0])) if level else 0.0
    return np.array([toe + stature * np.array([ahead * place, down * _BELOW]) for place in PLACES])


def _steps(
    start: FloatArray, stop: FloatArray, places: FloatArray, cuts: Sequence[FloatArray], camera: FloatArray
) -> FloatArray:
    """Return the motion (K, 2) over the ground, pixels, of places of a cut-out by its corners (N, 2)."""
    ground = compose_maps(cuts[1], compose_maps(camera, invert_map(cuts[0])))
    start, stop = _without_ground(start, stop, ground, places.mean(axis=0))
    near = np.linalg.norm(start - places[:, None], axis=2) <= _RADIUS
    to = places + median(np.where(near[:, None], (stop - start).T, np.nan))
    steps = apply_map(invert_map(cuts[1]), to) - apply_map(camera, apply_map(invert_map(cuts[0]), places))
    steps[near.sum(axis=1) < _LEAST_CORNERS] = np.nan
    return np.asarray(steps)


def _front(heel: FloatArray, toe: FloatArray, places: FloatArray) -> Gray:
    """Return the mask of where corners are looked for: the front half of the foot and what is ahead of it."""
    mask = np.zeros((_HEIGHT, _WIDTH), dtype=np.uint8)
    (x, y), (to_x, to_y) = heel + _BEHIND * (toe - heel), places[-1]
    cv2.line(mask, (round(x), round(y)), (round(to_x), round(to_y)), 255, 2 * _MARGIN)
    return mask


def _found_again(
    first: Gray, second: Gray, found: object, window: int, least: int
) -> tuple[FloatArray, FloatArray] | None:
    """Return the corners that are found again (N, 2), and where they are; None where they are too few."""
    start, stop = track_corners(first, second, found, window, _RETURN)
    return (start, stop) if len(start) >= max(least, 1) else None


def _without_ground(
    start: FloatArray, stop: FloatArray, ground: FloatArray, tip: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Leave out the corners that move with the ground, where the foot as a whole does not.

    The cut-outs are laid on one another by the foot: the ground moves in them, the foot hardly does.
    """
    if float(np.linalg.norm(apply_map(ground, tip[None])[0] - tip)) <= _FOOT_MOVES:
        return start, stop
    apart = np.linalg.norm(apply_map(ground, start) - stop, axis=1) > _GROUND_MISS
    return start[apart], stop[apart]
