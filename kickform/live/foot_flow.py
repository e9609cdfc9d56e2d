"""Tracks the feet of a live athlete from picture to picture with optical flow.

The fast pose models need two things that files do not need. First, they may swap left and right in any
picture, and `kickform.pose.leg_identity` fixes that only later, over the whole window. So the sole motion is
kept for both cases, legs named as in the previous picture or exchanged, and `kickform.live.pose_buffer` takes
the right one. Second, at take-off they see the rotating foot a picture late, 40 degrees off, which is too
much for optical flow. Then the foot is found by template matching at several angles.
"""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np

from kickform.numeric import FloatArray, RgbArray
from kickform.pose.flow.feet import FEET, STILL_CAMERA, UNTRACKED_SOLE, FootPair, Sole, foot_crop_maps
from kickform.pose.flow.lucas_kanade import Gray, to_gray
from kickform.pose.flow.transforms import apply_map, invert_map
from kickform.pose.geometry import body_height_px
from kickform.pose.people import Pose

__all__ = ["LiveFeet", "Steps"]

Steps = tuple[tuple[Sole, Sole], tuple[Sole, Sole]]
"""Motion of both soles since the previous picture: with equal leg names, and with exchanged ones."""

_GAP_S = 0.12
"""Feet are not tracked across a longer gap: they are elsewhere and look different."""
_POSES, _EVERY = 60, 15
"""Body height is measured over this many poses, and again every so many."""
_LOOK_EVERY_S = 0.2
"""A camera that was still is checked again after this long: a check costs a third of the feet's time."""
_JUMPS = 1.25
"""A leg naming is ruled out if the feet would move this many times as far as with the other naming."""
_SEARCHED_DEG = (0, 18, -18, 36, -36)
_LEAST_CORRELATION = 0.6
"""Correlation from which a match is the foot."""
_LARGE_OFFSET_PX = 12.0
"""A sole whose motion differs by this much from heel and toe is searched; patch pixels, a foot has 64."""
_KEEPS, _MIDDLE = 0.4, 3
"""Weight of the sole motion against the landmarks in a foot's position; sole points it is taken from."""
_SIZE, _MARGIN = (144, 104), 24
_ROWS, _COLUMNS = slice(36, 68), slice(36, 108)
"""Size of the foot patch, search margin around it, and the part of it used as template; pixels."""

_Ends = tuple[FloatArray | None, FloatArray | None]


class LiveFeet:
    """Tracks the feet of one athlete. Not thread-safe."""

    def __init__(self) -> None:
        self._before: tuple[Gray, FloatArray] | None = None
        self._last_s = -np.inf
        self._found: _Ends = (None, None)
        self._still_s = -np.inf
        self._marks: deque[FloatArray] = deque(maxlen=_POSES)
        self._since = 0
        self._height_px = 0.0

    def step(self, time_s: float, rgb: RgbArray, pose: Pose | None) -> Steps | None:
        """Return the motion of the soles since the previous picture; None if unknown.

        Args:
            time_s: the picture's time, seconds.
            rgb: (H, W, 3) uint8 picture.
            pose: the athlete's pose in it, or None.
        """
        if pose is None or time_s - self._last_s > _GAP_S:
            self.forget()
        if pose is None:
            return None
        self._last_s = time_s
        marks, gray = pose.xy_px, to_gray(rgb)
        height_px = self._stature_px(marks)
        before, self._before = self._before, (gray, marks)
        if before is None:
            return None
        pair = FootPair(before[0], gray, before[1], marks, height_px)
        return self._either(pair, self._camera(pair, time_s), before[1], marks)

    def forget(self) -> None:
        """Do not track the feet from the last picture to the next."""
        self._before, self._found = None, (None, None)

    def _camera(self, pair: FootPair, time_s: float) -> FloatArray:
        """Return the camera motion (2, 3); a camera that was still a moment ago is taken as still."""
        if time_s - self._still_s < _LOOK_EVERY_S:
            return STILL_CAMERA
        camera = pair.camera()
        self._still_s = time_s if camera is STILL_CAMERA else -np.inf
        return camera

    def _either(self, pair: FootPair, camera: FloatArray, was: FloatArray, is_: FloatArray) -> Steps:
        """Track both feet with both leg namings; leave out a naming in which they would jump."""
        ends = [np.stack([marks[list(foot)] for foot in FEET]) for marks in (was, is_)]
        far = [float(np.linalg.norm(ends[1] - first, axis=-1).sum()) for first in (ends[0], ends[0][::-1])]
        soles = [(UNTRACKED_SOLE, UNTRACKED_SOLE) for _ in far]
        known, found = self._found, self._found
        for way in np.argsort(far)[::-1]:  # the likelier naming comes last and is kept
            if far[way] > _JUMPS * far[1 - way]:
                continue
            both = []
            for foot in (0, 1):
                name = foot ^ int(way)
                first = known[name]
                start = ends[0][name] if first is None else first
                both.append(_track_sole(pair, start, ends[1][foot], camera))
            (left, left_place), (right, right_place) = both
            soles[way], found = (left, right), (left_place, right_place)
        self._found = found
        return soles[0], soles[1]

    def _stature_px(self, marks: FloatArray) -> float:
        self._marks.append(marks)
        if self._since % _EVERY == 0:
            self._height_px = body_height_px(np.stack(self._marks))
        self._since += 1
        return self._height_px


def _track_sole(
    pair: FootPair, was: FloatArray, is_: FloatArray, camera: FloatArray
) -> tuple[Sole, FloatArray | None]:
    """Return the motion of a sole, and heel and toe (2, 2) to start from next time; None if lost.

    Heel and toe are the landmarks, pulled towards the last position plus the sole motion, or the match found.
    """
    sole = pair.sole(was, is_, camera)
    steps = sole.steps
    off = float(np.linalg.norm(steps[0] - (is_ - was).mean(axis=0))) * pair.zoom
    place = None if off <= _LARGE_OFFSET_PX else _search_foot(pair, was, is_)
    if place is not None:
        redone = pair.sole(was, place, camera)
        if np.isfinite(redone.steps).sum() >= np.isfinite(steps).sum():
            return redone, place
    known = steps[np.isfinite(steps[:, 0])][:_MIDDLE]
    if not len(known):
        return sole, None
    return sole, is_ + _KEEPS * (was[1] + np.median(known, axis=0) - is_[1])


def _search_foot(pair: FootPair, was: FloatArray, is_: FloatArray) -> FloatArray | None:
    """Return heel and toe (2, 2) in the second picture, found by template matching; None if not found."""
    patch, _ = foot_crop_maps(was, was, pair.zoom)
    foot = pair.crop(0, patch, _SIZE)[_ROWS, _COLUMNS]
    wide = np.array(_SIZE) + 2 * _MARGIN
    rows, columns = (slice(part.start, part.stop + 2 * _MARGIN) for part in (_ROWS, _COLUMNS))
    best, place = _LEAST_CORRELATION, None
    for degrees in _SEARCHED_DEG:
        turn = np.radians(degrees)
        along = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ patch[:, :2]
        cut = np.hstack([along, (wide / 2 - along @ is_.mean(axis=0))[:, None]])
        seen = pair.crop(1, cut, (int(wide[0]), int(wide[1])))[rows, columns]
        _, score, _, at = cv2.minMaxLoc(cv2.matchTemplate(seen, foot, cv2.TM_CCOEFF_NORMED))
        if score > best:
            best, place = score, apply_map(invert_map(cut), apply_map(patch, was) + np.array(at))
    return place
