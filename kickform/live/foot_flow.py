"""The feet of a live athlete, followed from picture to picture. Helper of :mod:`kickform.live.session`.

The fast pose models need two things that files do without. They name the legs anew in every picture, and the
names are put right only afterwards, over the whole window (`kickform.pose.leg_identity`): so what is kept of
each picture is how the soles moved if the legs are named as in the picture before, and if the other way round
(`kickform.live.pose_buffer` takes the one that fits). And they see a foot that tips over at take-off a
picture late, 40 degrees off, which is more than flow can follow: then the foot is searched for by its looks,
turned.
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
"""Motion of both soles since the picture before: legs named alike in both, or exchanged."""

_GAP_S = 0.12
"""Across a longer gap feet are not followed: they are somewhere else, and look otherwise."""
_POSES, _EVERY = 60, 15
"""Stature is taken from so many poses, anew every so many."""
_LOOK_EVERY_S = 0.2
"""A camera that stood still is looked at again after so long: it takes a third of the time that feet take."""
_JUMPS = 1.25
"""Legs named one way are out of the question if their feet move this many times as far as named the other."""
_SEARCHED_DEG = (0, 18, -18, 36, -36)
_ALIKE = 0.6
"""Correlation from which on what is found is the foot."""
_DOUBTFUL = 12.0
"""A sole that moved otherwise than heel and toe by so much is in doubt; cut-out pixels: a foot has 64."""
_KEEPS, _MIDDLE = 0.4, 3
"""How far a foot's place is drawn to where it went (landmarks jump); how many places tell that."""
_SIZE, _AROUND = (144, 104), 24
_ROWS, _COLUMNS = slice(36, 68), slice(36, 108)
"""Size of a cut-out of the foot, how far about it is searched, and its part that is looked for; pixels."""

_Ends = tuple[FloatArray | None, FloatArray | None]


class LiveFeet:
    """Follows the feet of one athlete. Not for use by two threads at once."""

    def __init__(self) -> None:
        self._before: tuple[Gray, FloatArray] | None = None
        self._last_s = -np.inf
        self._found: _Ends = (None, None)
        self._still_s = -np.inf
        self._marks: deque[FloatArray] = deque(maxlen=_POSES)
        self._since = 0
        self._height_px = 0.0

    def step(self, time_s: float, rgb: RgbArray, pose: Pose | None) -> Steps | None:
        """Return how the soles moved since the picture before; None where that is not known.

        Args:
            time_s: the picture's time.
            rgb: the picture.
            pose: the athlete's pose in it.
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
        """Do not follow the feet from the last picture to the next."""
        self._before, self._found = None, (None, None)

    def _camera(self, pair: FootPair, time_s: float) -> FloatArray:
        """Return how the camera moved; one that stood still a moment ago does so."""
        if time_s - self._still_s < _LOOK_EVERY_S:
            return STILL_CAMERA
        camera = pair.camera()
        self._still_s = time_s if camera is STILL_CAMERA else -np.inf
        return camera

    def _either(self, pair: FootPair, camera: FloatArray, was: FloatArray, is_: FloatArray) -> Steps:
        """Follow both feet with either naming; one by which they would jump is left out."""
        ends = [np.stack([marks[list(foot)] for foot in FEET]) for marks in (was, is_)]
        far = [float(np.linalg.norm(ends[1] - first, axis=-1).sum()) for first in (ends[0], ends[0][::-1])]
        soles = [(UNTRACKED_SOLE, UNTRACKED_SOLE) for _ in far]
        known, found = self._found, self._found
        for way in np.argsort(far)[::-1]:  # what the likelier naming found is kept
            if far[way] > _JUMPS * far[1 - way]:
                continue
            both = []
            for foot in (0, 1):
                name = foot ^ int(way)
                first = known[name]
                start = ends[0][name] if first is None else first
                both.append(_followed(pair, start, ends[1][foot], camera))
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


def _followed(
    pair: FootPair, was: FloatArray, is_: FloatArray, camera: FloatArray
) -> tuple[Sole, FloatArray | None]:
    """Return the motion of a sole, and heel and toe (2, 2) to follow it from next; None if lost.

    They are where its landmarks are, drawn to where the sole went from its last place, or where it was found.
    """
    sole = pair.sole(was, is_, camera)
    steps = sole.steps
    off = float(np.linalg.norm(steps[0] - (is_ - was).mean(axis=0))) * pair.zoom
    place = None if off <= _DOUBTFUL else _searched(pair, was, is_)
    if place is not None:
        anew = pair.sole(was, place, camera)
        if np.isfinite(anew.steps).sum() >= np.isfinite(steps).sum():
            return anew, place
    known = steps[np.isfinite(steps[:, 0])][:_MIDDLE]
    if not len(known):
        return sole, None
    return sole, is_ + _KEEPS * (was[1] + np.median(known, axis=0) - is_[1])


def _searched(pair: FootPair, was: FloatArray, is_: FloatArray) -> FloatArray | None:
    """Return heel and toe (2, 2) in the second picture, found there by how the foot looked in the first."""
    patch, _ = foot_crop_maps(was, was, pair.zoom)
    foot = pair.crop(0, patch, _SIZE)[_ROWS, _COLUMNS]
    wide = np.array(_SIZE) + 2 * _AROUND
    rows, columns = (slice(part.start, part.stop + 2 * _AROUND) for part in (_ROWS, _COLUMNS))
    best, place = _ALIKE, None
    for degrees in _SEARCHED_DEG:
        turn = np.radians(degrees)
        along = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ patch[:, :2]
        cut = np.hstack([along, (wide / 2 - along @ is_.mean(axis=0))[:, None]])
        seen = pair.crop(1, cut, (int(wide[0]), int(wide[1])))[rows, columns]
        _, score, _, at = cv2.minMaxLoc(cv2.matchTemplate(seen, foot, cv2.TM_CCOEFF_NORMED))
        if score > best:
            best, place = score, apply_map(invert_map(cut), apply_map(patch, was) + np.array(at))
    return place
