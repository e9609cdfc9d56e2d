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

Nothing here knows of contacts. `kickform.soles` times them from the steps.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from kickform._container import RgbArray
from kickform._maps import inverse, join, linear_at, moved
from kickform.errors import Cancelled
from kickform.kinematics import body_height_px, upward
from kickform.sides import repair_sides
from kickform.track import FeetMotion, FloatArray, Landmark, PoseTrack
from kickform.video import Progress, VideoInfo, read_frames

__all__ = ["FEET", "PLACES", "FootPair", "cut_of", "follow_feet", "gray_of", "nowhere"]

Gray = NDArray[np.uint8]
Points = NDArray[np.float32]

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
_CORNERS, _LEAST_CORNERS = 50, 2
_RETURN = 0.7
"""Most by which a corner may miss its place when it is followed there and back, cut-out pixels."""
_GROUND_MISS, _FOOT_MOVES = 0.6, 2.0
"""A corner that moves with the ground to within the first, while the foot moves by more than the second, is
no part of the foot; cut-out pixels."""
_BACKDROP_SIDE, _BACKDROP_CORNERS, _STANDS_PX = 400, 110, 0.06
_LEAST_BACKDROP = 12
_WINDOW, _BACKDROP_WINDOW = 11, 15
_STILL = np.hstack([np.eye(2), np.zeros((2, 1))])


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
    named, _ = repair_sides(track)
    height_px = body_height_px(upward(named))
    count = len(track)
    step_px = np.full((count, 2, len(PLACES), 2), np.nan)
    before: Gray | None = None
    last = -1
    with read_frames(info.path, info=info) as frames:
        for frame in frames:
            index = _index_of(track.time_s, frame.time_s)
            if index is None:
                continue
            gray = gray_of(frame.rgb)
            if before is not None and last == index - 1:
                pair = FootPair(before, gray, named.xy_px[index - 1], named.xy_px[index], height_px)
                camera = pair.camera()
                for foot in (0, 1):
                    step_px[index, foot] = pair.foot(foot, camera)
            before, last = gray, index
            if progress is not None and progress("feet", (index + 1) / count) is False:
                raise Cancelled(info.name)
    return FeetMotion(step_px)


def _index_of(times: FloatArray, time_s: float) -> int | None:
    """Return which frame of the track was shown at a time; None where it has none."""
    k = int(np.argmin(np.abs(times - time_s)))
    return k if abs(times[k] - time_s) < 1e-4 else None


class FootPair:
    """Two pictures that follow one another, and the athlete's landmarks in both."""

    def __init__(self, before: Gray, after: Gray, was: FloatArray, is_: FloatArray, height_px: float) -> None:
        self._pictures = before, after
        self._marks = was, is_
        self.zoom = min(_FOOT / (_FOOT_SHARE * height_px), 4.0)

    def camera(self) -> FloatArray:
        """Return the (2, 3) motion of the background about the feet, pixels; a still camera's without one.

        A camera that turns moves the middle of its picture less than the edges: a homography, of which the
        part about the feet is returned.
        """
        height, width = self._pictures[0].shape
        shrink = min(1.0, _BACKDROP_SIDE / max(height, width))
        size = max(1, round(width * shrink)), max(1, round(height * shrink))
        small = [_gray(cv2.resize(p, size, interpolation=cv2.INTER_AREA)) for p in self._pictures]
        mask = np.full(small[0].shape, 255, dtype=np.uint8)
        for marks in self._marks:
            if np.isfinite(marks).all():
                low, high = marks.min(axis=0) * shrink, marks.max(axis=0) * shrink
                spare = 0.15 * (high[1] - low[1])
                a, b = np.maximum(low - spare, 0).astype(int), (high + spare).astype(int)
                mask[a[1] : b[1], a[0] : b[0]] = 0
        found = cv2.goodFeaturesToTrack(small[0], _BACKDROP_CORNERS, 0.01, 6, mask=mask)
        seen = _follow(small[0], small[1], _points(found), _BACKDROP_WINDOW, _LEAST_BACKDROP)
        if seen is None or np.percentile(np.abs(seen[1] - seen[0]), 80) < _STANDS_PX:
            return _STILL
        matrix, agree = cv2.findHomography(*seen, cv2.RANSAC, 0.7, maxIters=400)
        if matrix is None or agree.sum() < max(_LEAST_BACKDROP, 0.3 * len(seen[0])):
            return _STILL
        feet = self._marks[0][[Landmark.L_FOOT_INDEX, Landmark.R_FOOT_INDEX]]
        at = feet.mean(axis=0) * shrink if np.isfinite(feet).all() else np.array(size) / 2
        near = linear_at(np.asarray(matrix, dtype=np.float64), at)
        near[:, 2] /= shrink
        return near

    def foot(self, foot: int, camera: FloatArray) -> FloatArray:
        """Return the motion of a sole over the ground at each of its places (K, 2), pixels."""
        was, is_ = (marks[list(FEET[foot])] for marks in self._marks)
        return self.sole(was, is_, camera)

    def sole(self, was: FloatArray, is_: FloatArray, camera: FloatArray) -> FloatArray:
        """Return `foot` for a foot whose heel and toe (2, 2) are at these places in the two pictures."""
        steps = nowhere()
        ends = [was, is_]
        if not np.isfinite(np.stack(ends)).all() or not _inside(ends, self._pictures[0].shape):
            return steps
        cuts = [cut_of(end, self.zoom) for end in ends]
        first, second = (self.cut_out(number, cut, (_WIDTH, _HEIGHT)) for number, cut in enumerate(cuts))
        heel, toe = moved(cuts[0], ends[0])
        places = _places(heel, toe, cuts[0])
        found = cv2.goodFeaturesToTrack(first, _CORNERS, 0.01, 2, mask=_about(places), blockSize=3)
        corners = _follow(first, second, _points(found), _WINDOW, _LEAST_CORNERS)
        if corners is None:
            return steps
        ground = join(cuts[1], join(camera, inverse(cuts[0])))
        start, stop = _without_ground(*corners, ground, places.mean(axis=0))
        for number, place in enumerate(places):
            near = np.linalg.norm(start - place, axis=1) <= _RADIUS
            if near.sum() >= _LEAST_CORNERS:
                to = place + np.median(stop[near] - start[near], axis=0)
                here, there = (moved(inverse(c), p[None])[0] for c, p in zip(cuts, (place, to), strict=True))
                steps[number] = there - moved(camera, here[None])[0]
        return steps

    def cut_out(self, number: int, cut: FloatArray, size: tuple[int, int]) -> Gray:
        """Return the part of the first (0) or second picture that the map `cut` lays into one of a size."""
        flags, border = cv2.INTER_CUBIC, cv2.BORDER_REPLICATE
        return _gray(cv2.warpAffine(self._pictures[number], cut, size, flags=flags, borderMode=border))


def _inside(ends: list[FloatArray], shape: tuple[int, ...]) -> bool:
    """Return whether heel and toe lie inside the picture, in both."""
    points = np.concatenate(ends)
    return bool((points >= 0).all() and (points < [shape[1], shape[0]]).all())


def cut_of(ends: FloatArray, zoom: float) -> FloatArray:
    """Return the (2, 3) map into the cut-out: the foot in its middle, level, at its size.

    A foot that points at the camera has no direction to be turned by.
    """
    along = ends[1] - ends[0]
    angle = float(np.arctan2(along[1], along[0])) if np.linalg.norm(along) * zoom > 0.4 * _FOOT else 0.0
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


def _about(places: FloatArray) -> Gray:
    """Return the mask of where corners are looked for."""
    mask = np.zeros((_HEIGHT, _WIDTH), dtype=np.uint8)
    first, last = ((round(float(p[0])), round(float(p[1]))) for p in (places[0], places[-1]))
    for x in range(min(first[0], last[0]), max(first[0], last[0]) + 1, 3):
        cv2.circle(mask, (x, first[1]), _RADIUS, 255, -1)
    cv2.circle(mask, last, _RADIUS, 255, -1)
    return mask


def _follow(
    first: Gray, second: Gray, found: Points, window: int, least: int
) -> tuple[FloatArray, FloatArray] | None:
    """Return the corners (N, 2) that are found again in the second picture and back, and where they are."""
    if len(found) < least:
        return None
    start = found
    there, seen = _flow(first, second, start, start, window)
    back, seen_too = _flow(second, first, there, start, window)
    a, b = (points.reshape(-1, 2).astype(np.float64) for points in (start, there))
    good = (seen.ravel() == 1) & (seen_too.ravel() == 1)
    good &= np.linalg.norm(back.reshape(-1, 2) - a, axis=1) < _RETURN
    return (a[good], b[good]) if good.sum() >= least else None


def _flow(first: Gray, second: Gray, points: Points, guess: Points, window: int) -> tuple[Points, Gray]:
    """Return where points (N, 1, 2) are in the second picture, and whether they were found (N, 1)."""
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        first,
        second,
        points,
        guess.copy(),
        winSize=(window, window),
        maxLevel=2,
        criteria=(cv2.TERM_CRITERIA_COUNT + cv2.TERM_CRITERIA_EPS, 30, 0.01),
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
        minEigThreshold=1e-4,
    )
    return np.asarray(there, dtype=np.float32), _gray(found)


def gray_of(rgb: RgbArray) -> Gray:
    """Return a picture as feet are followed in it."""
    return _gray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY))


def nowhere() -> FloatArray:
    """Return the motion (K, 2) of a sole that was not followed."""
    return np.full((len(PLACES), 2), np.nan)


def _gray(picture: object) -> Gray:
    """Return a picture of OpenCV's as the array it is."""
    return np.asarray(picture, dtype=np.uint8)


def _points(found: object) -> Points:
    """Return OpenCV's corners (N, 1, 2); N is 0 where it found none."""
    return np.zeros((0, 1, 2), np.float32) if found is None else np.asarray(found, dtype=np.float32)


def _without_ground(
    start: FloatArray, stop: FloatArray, ground: FloatArray, tip: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Leave out the corners that move with the ground, where the foot as a whole does not.

    The cut-outs are laid on one another by the foot: the ground moves in them, the foot hardly does.
    """
    if float(np.linalg.norm(moved(ground, tip[None])[0] - tip)) <= _FOOT_MOVES:
        return start, stop
    apart = np.linalg.norm(moved(ground, start) - stop, axis=1) > _GROUND_MISS
    return start[apart], stop[apart]
