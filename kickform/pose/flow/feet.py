"""Motion of each sole from one picture to the next, tracked in full-size pixels.

A pose model sees the athlete in 256 x 256 pixels and estimates each picture anew: its toe is off by one to
four pixels of a phone clip, most of all while the foot tips over at take-off. The shoe itself, tracked from
picture to picture by optical flow (Lucas and Kanade 1981, pyramidal), is good to a few tenths of a pixel.

Both pictures are cropped around the foot, rotated so that heel and toe are level, and scaled to one size, so
that the foot hardly moves from one crop to the other. Corners are tracked forward and back at several places
along the front of the sole; the median motion of those near a place is the motion of that place. (One rigid
motion of the whole forefoot does not fit: a foot bends at the ball and rolls over its tip, which would then
seem to rise by a centimetre too early.) Corners that move with the ground while the foot does not are
dropped. The background gives the camera motion.

Nothing here knows about contacts: `kickform.events.soles.timing` times them from these steps. The thighs are
tracked in the same pass (`kickform.pose.flow.thighs`).
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
_FOOT_SHARE = 0.15  # ref: Winter 2009, length of a foot as a share of stature (0.152)
_FOOT_PX = 64.0  # convention: length of a foot in the crop; about its length in a phone clip
_WIDTH_PX = 144  # convention: width of the crop, room for the motion of a foot in one frame
_HEIGHT_PX = 104  # convention: height of the crop, likewise
_MOST_ZOOM = 4.0  # convention: enlarging a smaller foot further adds no detail
PLACES = (0.0, 0.008, 0.016, 0.024, 0.032)  # convention: statures ahead of the toe landmark
"""Places along the sole at which a foot is tracked. BlazePose marks the big toe inside the shoe, 0.01 to
0.03 statures behind the tip of the sole, differently in each clip (rendered clips); the places cover that."""
_BELOW = 0.018  # hand: rendered clips, seed 1: depth of the sole below the toe landmark, statures
_RADIUS_PX = 10  # convention: a sixth of a foot; corners this near a place count for it
_CORNERS = 90  # convention: corners searched in a crop; more cost time
_LEAST_CORNERS = 2  # convention: fewest corners that give a place its motion
_CORNER_QUALITY = 0.01  # convention: OpenCV's usual quality, as a share of the best corner's
_CORNER_GAP_PX = 2  # convention: least distance of two corners; a shoe has few
_FORESHORTENED = 0.4  # convention: a foot that looks shorter than this share points at the camera
_MOST_TURN_RAD = 1.0  # convention: a foot turns by less from one picture to the next
_FRONT_FROM = 0.45  # convention: corners are searched from here between heel (0) and toe (1) on
_FRONT_MARGIN_PX = 14  # convention: and this far around that line
_RETURN_PX = 0.7  # hand: rendered clips, seed 1: forward and back error of a wrong match is larger
_GROUND_PX = 0.6  # hand: rendered clips, seed 1: corners nearer to the ground's motion belong to it
_FOOT_MOVES_PX = 2.0  # convention: over 3 times _GROUND_PX; only then foot and ground can be told apart
_WINDOW_PX = 11  # convention: side of the compared square, a sixth of the foot
_BACKDROP_SIDE_PX = 400  # convention: longer side of the picture in which the background is tracked
_BACKDROP_CORNERS = 110  # convention: corners searched in the background; more cost time
_BACKDROP_GAP_PX = 6  # convention: spreads them over the picture
_BACKDROP_WINDOW_PX = 15  # convention: side of the compared square in the background
_BACKDROP_MARGIN = 0.15  # convention: room about the athlete that is no background, shares of the height
_LEAST_BACKDROP = 12  # convention: a homography needs 4 corners; three times as many outvote wrong ones
_LEAST_AGREEING = 0.3  # convention: share of the corners that must agree on one camera motion
_AGREE_PX = 0.7  # convention: residual of a background corner that agrees
_MOST_TRIALS = 400  # convention: RANSAC draws; bounds the time
_STILL_PX = 0.06  # hand: rendered clips, seed 1: error of the flow under a camera that stands still
_STILL_PERCENTILE = 80  # convention: the athlete's limbs may move in the rest
_SAME_TIME_S = 1e-4  # convention: two readings of one frame time agree to within rounding
STILL_CAMERA = np.hstack([np.eye(2), np.zeros((2, 1))])  # derived: the identity map
"""Motion of a camera that stands still, (2, 3)."""


def follow_feet(info: VideoInfo, track: PoseTrack, *, progress: Progress | None = None) -> FeetMotion:
    """Read the clip again and track both feet, the thighs and the background through it.

    Args:
        info: the clip.
        track: its pose track over all frames.
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
                camera_px[index] = pair.ground_shift(camera)
                thigh_maps[index] = [pair.thigh(leg, camera) for leg in (0, 1)]
            before, last = gray, index
            if progress is not None and progress("feet", (index + 1) / count) is False:
                raise Cancelled(info.name)
    return FeetMotion(step_px, gather_corners(soles, camera_px, heel_toe_px(named.xy_px)), thigh_maps)


def heel_toe_px(xy_px: FloatArray) -> FloatArray:
    """Return heel and toe of the left and the right foot (T, 2, 2, 2) from landmarks (T, 33, 2), pixels."""
    return xy_px[:, np.array(FEET)]


def gather_corners(
    soles: Sequence[tuple[Sole, Sole] | None], camera_px: FloatArray, ends_px: FloatArray
) -> Corners:
    """Return the corners of a whole clip from those of each frame.

    Args:
        soles: T motions of the left and the right sole into each frame; None where they were not tracked.
        camera_px: (T, 2) as in `kickform.pose.track.Corners`.
        ends_px: (T, 2, 2, 2) as in `kickform.pose.track.Corners`.
    """
    counts = [0 if both is None else len(both[foot].at) for both in soles for foot in (0, 1)]
    stops = np.cumsum(counts, dtype=np.int64)
    rows = np.stack([stops - counts, stops], axis=1).reshape(-1, 2, 2)
    kept = [sole for both in soles if both is not None for sole in both]
    none = np.zeros((0, 2))
    at, shift = (np.concatenate([none, *parts]) for parts in ([s.at for s in kept], [s.shift for s in kept]))
    return Corners(rows, at, shift, camera_px, ends_px)


def _index_of(times: FloatArray, time_s: float) -> int | None:
    """Return the index of the frame shown at `time_s`, or None."""
    k = int(np.argmin(np.abs(times - time_s)))
    return k if abs(times[k] - time_s) < _SAME_TIME_S else None


@dataclass(frozen=True, slots=True)
class Sole:
    """Motion of one sole over the ground from one picture to the next, pixels.

    Attributes:
        steps: (K, 2) motion at each of its `PLACES`; NaN where it was not tracked.
        at: (N, 2) its corners in the first picture.
        shift: (N, 2) their motion.
    """

    steps: FloatArray
    at: FloatArray
    shift: FloatArray


_NO_CORNERS = np.zeros((0, 2))  # derived: no rows
UNTRACKED_SOLE = Sole(np.full((len(PLACES), 2), np.nan), _NO_CORNERS, _NO_CORNERS)  # derived: all unknown
"""Motion of a sole that was not tracked."""


class FootPair:
    """Two successive pictures (H, W) with the athlete's landmarks (33, 2) in both, pixels.

    Attributes:
        zoom: pixels of the foot crop per pixel of the picture.
    """

    def __init__(self, before: Gray, after: Gray, was: FloatArray, is_: FloatArray, height_px: float) -> None:
        self._pictures = before, after
        self._marks = was, is_
        self._height_px = height_px
        self.zoom = min(_FOOT_PX / (_FOOT_SHARE * height_px), _MOST_ZOOM)

    def camera(self) -> FloatArray:
        """Return the (2, 3) motion of the background at the feet, pixels; `STILL_CAMERA` where unknown.

        A camera that turns moves the middle of its picture less than the edges, so a homography is fitted and
        approximated at the feet.
        """
        height, width = self._pictures[0].shape
        shrink = min(1.0, _BACKDROP_SIDE_PX / max(height, width))
        size = max(1, round(width * shrink)), max(1, round(height * shrink))
        first, second = (as_gray(cv2.resize(p, size, interpolation=cv2.INTER_AREA)) for p in self._pictures)
        mask = self._mask_backdrop(first.shape, shrink)
        found = cv2.goodFeaturesToTrack(
            first, _BACKDROP_CORNERS, _CORNER_QUALITY, _BACKDROP_GAP_PX, mask=mask
        )
        seen = _match_corners(first, second, found, _BACKDROP_WINDOW_PX, _LEAST_BACKDROP)
        if seen is None or np.percentile(np.abs(seen[1] - seen[0]), _STILL_PERCENTILE) < _STILL_PX:
            return STILL_CAMERA
        matrix, agree = cv2.findHomography(*seen, cv2.RANSAC, _AGREE_PX, maxIters=_MOST_TRIALS)
        if matrix is None or agree.sum() < max(_LEAST_BACKDROP, _LEAST_AGREEING * len(seen[0])):
            return STILL_CAMERA
        feet = self._marks[0][[Landmark.L_FOOT_INDEX, Landmark.R_FOOT_INDEX]]
        at = feet.mean(axis=0) * shrink if np.isfinite(feet).all() else np.array(size) / 2
        near = linearize_at(np.asarray(matrix, dtype=np.float64), at)
        near[:, 2] /= shrink
        return near

    def _mask_backdrop(self, shape: tuple[int, ...], shrink: float) -> Gray:
        """Return the mask of the background in a picture shrunk by `shrink`: all but the athlete in both."""
        mask = np.full(shape, 255, dtype=np.uint8)
        for marks in self._marks:
            if np.isfinite(marks).all():
                low, high = marks.min(axis=0) * shrink, marks.max(axis=0) * shrink
                spare = _BACKDROP_MARGIN * (high[1] - low[1])
                a, b = np.maximum(low - spare, 0).astype(int), (high + spare).astype(int)
                mask[a[1] : b[1], a[0] : b[0]] = 0
        return mask

    def ground_shift(self, camera: FloatArray) -> FloatArray:
        """Return the motion (2,) of the ground at the feet, pixels, under the camera motion (2, 3)."""
        feet = self._marks[0][[end for foot in FEET for end in foot]]
        at = feet.mean(axis=0) if np.isfinite(feet).all() else np.zeros(2)
        return np.asarray(apply_map(camera, at[None])[0] - at)

    def foot(self, foot: int, camera: FloatArray) -> Sole:
        """Return the motion over the ground of the left (0) or right (1) sole."""
        was, is_ = (marks[list(FEET[foot])] for marks in self._marks)
        return self.sole(was, is_, camera)

    def sole(self, was: FloatArray, is_: FloatArray, camera: FloatArray) -> Sole:
        """Return the motion over the ground of a sole with heel and toe (2, 2) at `was` and `is_`, pixels."""
        ends = [was, is_]
        if not np.isfinite(np.stack(ends)).all() or not _inside(ends, self._pictures[0].shape):
            return UNTRACKED_SOLE
        crops = foot_crop_maps(was, is_, self.zoom)
        first, second = (self.crop(k, crop_map, (_WIDTH_PX, _HEIGHT_PX)) for k, crop_map in enumerate(crops))
        heel, toe = apply_map(crops[0], was)
        places = _places(heel, toe, crops[0])
        found = cv2.goodFeaturesToTrack(
            first, _CORNERS, _CORNER_QUALITY, _CORNER_GAP_PX, mask=_mask_front(heel, toe, places), blockSize=3
        )
        corners = _match_corners(first, second, found, _WINDOW_PX, _LEAST_CORNERS)
        if corners is None:
            return UNTRACKED_SOLE
        at, to = (apply_map(invert_map(crop), points) for crop, points in zip(crops, corners, strict=True))
        steps = _estimate_steps(*corners, places, crops, camera)
        return Sole(steps, at, to - apply_map(camera, at))

    def thigh(self, leg: int, camera: FloatArray) -> FloatArray:
        """Return the (2, 3) motion of the left (0) or right (1) thigh; see `follow_thigh`."""
        was, is_ = (marks[list(THIGHS[leg])] for marks in self._marks)
        return follow_thigh(self._pictures, (was, is_), camera, self._height_px)

    def crop(self, number: int, crop_map: FloatArray, size: tuple[int, int]) -> Gray:
        """Return the crop (width, height) of the first (0) or second (1) picture by a (2, 3) map."""
        flags, border = cv2.INTER_CUBIC, cv2.BORDER_REPLICATE
        return as_gray(cv2.warpAffine(self._pictures[number], crop_map, size, flags=flags, borderMode=border))


def _inside(ends: list[FloatArray], shape: tuple[int, ...]) -> bool:
    """Return whether heel and toe lie inside the picture in both."""
    points = np.concatenate(ends)
    return bool((points >= 0).all() and (points < [shape[1], shape[0]]).all())


def foot_crop_maps(was: FloatArray, is_: FloatArray, zoom: float) -> tuple[FloatArray, FloatArray]:
    """Return the (2, 3) maps into the crops of both pictures: the foot in the middle, level, enlarged.

    The crops are not rotated where the foot points at the camera in either picture, or turned farther between
    them than a foot can.

    Args:
        was: (2, 2) heel and toe in the first picture, pixels.
        is_: (2, 2) heel and toe in the second.
        zoom: pixels of the crop per pixel of the picture.
    """
    along = np.stack([was[1] - was[0], is_[1] - is_[0]])
    angles = np.arctan2(along[:, 1], along[:, 0])
    turned = abs(float(np.angle(np.exp(1j * (angles[1] - angles[0])))))
    if (np.linalg.norm(along, axis=1) * zoom <= _FORESHORTENED * _FOOT_PX).any() or turned > _MOST_TURN_RAD:
        angles = np.zeros(2)
    return _crop_map(was, float(angles[0]), zoom), _crop_map(is_, float(angles[1]), zoom)


def _crop_map(ends: FloatArray, angle: float, zoom: float) -> FloatArray:
    turn = zoom * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    middle = np.array([_WIDTH_PX / 2, _HEIGHT_PX / 2])
    return np.hstack([turn, (middle - turn @ ends.mean(axis=0))[:, None]])


def _places(heel: FloatArray, toe: FloatArray, cut: FloatArray) -> FloatArray:
    """Return the places (K, 2) at which the sole is tracked, in a crop with the foot level.

    On a foot that points at the camera they all lie below the toe.
    """
    stature = _FOOT_PX / _FOOT_SHARE
    down = 1.0 if (cut[:, :2] @ [0.0, 1.0])[1] >= 0 else -1.0
    level = abs(toe[0] - heel[0]) > abs(toe[1] - heel[1])
    ahead = float(np.sign(toe[0] - heel[0])) if level else 0.0
    return np.array([toe + stature * np.array([ahead * place, down * _BELOW]) for place in PLACES])


def _estimate_steps(
    start: FloatArray, stop: FloatArray, places: FloatArray, crops: Sequence[FloatArray], camera: FloatArray
) -> FloatArray:
    """Return the motion (K, 2) over the ground of `places`, pixels of the picture, from corners (N, 2)."""
    ground = compose_maps(crops[1], compose_maps(camera, invert_map(crops[0])))
    start, stop = _drop_ground_corners(start, stop, ground, places.mean(axis=0))
    near = np.linalg.norm(start - places[:, None], axis=2) <= _RADIUS_PX
    to = places + median(np.where(near[:, None], (stop - start).T, np.nan))
    steps = apply_map(invert_map(crops[1]), to) - apply_map(camera, apply_map(invert_map(crops[0]), places))
    steps[near.sum(axis=1) < _LEAST_CORNERS] = np.nan
    return np.asarray(steps)


def _mask_front(heel: FloatArray, toe: FloatArray, places: FloatArray) -> Gray:
    """Return the mask in which corners are searched: the front half of the foot and what is ahead of it."""
    mask = np.zeros((_HEIGHT_PX, _WIDTH_PX), dtype=np.uint8)
    (x, y), (to_x, to_y) = heel + _FRONT_FROM * (toe - heel), places[-1]
    cv2.line(mask, (round(x), round(y)), (round(to_x), round(to_y)), 255, 2 * _FRONT_MARGIN_PX)
    return mask


def _match_corners(
    first: Gray, second: Gray, found: object, window: int, least: int
) -> tuple[FloatArray, FloatArray] | None:
    """Return the corners found in both pictures (N, 2) and (N, 2); None where they are too few."""
    start, stop = track_corners(first, second, found, window, _RETURN_PX)
    return (start, stop) if len(start) >= max(least, 1) else None


def _drop_ground_corners(
    start: FloatArray, stop: FloatArray, ground: FloatArray, tip: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the corners (N, 2) without those that move with the ground, where the foot as a whole does not.

    The crops are aligned by the foot: the ground moves between them, the foot hardly does.
    """
    if float(np.linalg.norm(apply_map(ground, tip[None])[0] - tip)) <= _FOOT_MOVES_PX:
        return start, stop
    apart = np.linalg.norm(apply_map(ground, start) - stop, axis=1) > _GROUND_PX
    return start[apart], stop[apart]
