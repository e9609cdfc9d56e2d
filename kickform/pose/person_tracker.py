"""Tracking of the athlete from frame to frame: where to search, and whether the person found is the athlete.

A large athlete is tracked in the full picture. A small one is tracked in a square crop that stays in place
for long stretches, because landmarks jitter with a crop that moves; when the athlete nears its edge, it moves
ahead once and the landmarker searches again. A pose that is not plausibly the athlete's leaves a gap.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from kickform.numeric import FloatArray, RgbArray
from kickform.pose.clip_scan import crop_squares, mask_boxes, mask_outside
from kickform.pose.people import PersonTrack, Pose, core_visibility, limb_size
from kickform.pose.shirt_colour import ShirtMemory, shirt_colour

__all__ = ["BODY_PER_LIMB", "Landmarker", "PersonTracker"]

Window = tuple[int, int, int, int]
"""Left, top, right, bottom of a part of the picture, pixels."""

BODY_PER_LIMB = 1.25  # convention: stature over torso + thigh + shank; Drillis and Contini have 1.28

_HIPS = slice(23, 25)  # ref: BlazePose landmark numbers
_SHOULDERS = slice(11, 13)  # ref: BlazePose landmark numbers
_FULL_FROM = 0.28  # hand: rendered clips, seed 1: stature / longer side that needs no crop
_WINDOW_BODIES = 2.4  # convention: side of a crop in statures; room for a leap and raised arms
_WIDER_STEP = 0.5  # convention: how much wider each further search is
_OUTGROWN = 1.5  # convention: a crop this much too small is replaced
_EDGE_BODIES = 0.12  # convention: distance from its edge at which the crop moves
_LEAD_BODIES = 0.35  # convention: most by which a new crop is centred ahead of the athlete
_LEAD_S = 0.5  # convention: travel of this time is led
_LEAD_POSES = 5  # convention: fewest poses that show a direction of travel
_GRID_STEPS = 24  # convention: crops lie on a grid of 1/24 of the picture; small errors change nothing
_MEMORY_POSES = 15  # convention: a quarter of a second at 60 fps for the usual size and the travel
_MIN_VISIBILITY = 0.3  # hand: rendered clips, seed 1: poses below it are off the body
_PICK_UP_VISIBILITY = 0.5  # hand: rendered clips, seed 1: stricter where tracking starts
_PICK_UP_LIMBS = 1.5  # hand: rendered clips, seed 1: distance from the scanned path
_SUSPECT_S = 0.045  # hand: rendered clips, seed 1: time in which a pose slides to another person
_JUMP_LIMBS = 0.45  # hand: rendered clips, seed 1: error of the hips from one frame to the next
_SPEED_LIMBS_PER_S = 6.0  # convention: about 6 m/s, faster than hips move in a drill
_SIZE_RATIO = 1.7  # hand: rendered clips, seed 1: change of the limb length over a set
_LOOSE_SIZE_RATIO = 2.0  # convention: where the size was last seen long ago
_FRESH_S = 0.5  # convention: poses older than this do not tell where the athlete is
_ASTRAY_LIMBS = 1.0  # hand: rendered clips, seed 1: farther from the path is another person
_ASTRAY_FRAMES = 3  # convention: one frame may be wrong, three are not
_CHECK_S = 0.12  # convention: time about a sighting in which the path is certain
_SEARCH_BODIES = (0.6, 0.9)  # convention: half width and half height searched among people, statures
_SEARCH_GROWTH = 0.1  # convention: growth of that search with each missed frame
_SEARCH_GROWTH_FRAMES = 6  # convention: after so many it stops growing
_RETRY_FRAMES = 8  # convention: missed frames between two sizes of the search
_SWEEP_AFTER = 4  # convention: missed frames before the whole picture is searched crop by crop
_SWEEP_BODIES = 3.2  # convention: side of those crops in statures; the detector finds people of a third well


class Landmarker(Protocol):
    """The part of a pose session that the tracker needs."""

    def detect(self, rgb: RgbArray) -> Pose | None:
        """Return the pose of the tracked person in the (H, W, 3) picture, or None."""

    def forget(self) -> None:
        """Drop the tracked crop; the next picture is searched as a whole."""


class PersonTracker:
    """Finds the athlete in each picture of one clip, in order.

    Args:
        landmarker: a tracking landmarker that nothing else uses.
        athlete: the person to track, in pixels of the pictures to come.
        crowded: whether other people may be in the picture.

    Attributes:
        suspect_from_s: after a step that found another person, the time from which earlier poses are not
            trusted either, because the pose slides over gradually; else infinite.
        swaps: number of times another person was found.
        moves: number of times the crop moved.
    """

    def __init__(self, landmarker: Landmarker, athlete: PersonTrack, *, crowded: bool) -> None:
        self._landmarker = landmarker
        self._athlete = athlete
        self._crowded = crowded
        self._window: Window | None = None
        self._recent: deque[tuple[float, FloatArray, float]] = deque(maxlen=_MEMORY_POSES)
        self._box: FloatArray | None = None
        self._stranger: FloatArray | None = None
        self._shirt = ShirtMemory(s.colour for s in athlete.sightings)
        self._missed = 0
        self._astray = 0
        self.suspect_from_s = math.inf
        self.swaps = 0
        self.moves = 0

    def step(self, time_s: float, rgb: RgbArray) -> Pose | None:
        """Return the athlete's pose in the (H, W, 3) picture at `time_s`, in its pixels, or None."""
        if self._recent and time_s - self._recent[-1][0] > _FRESH_S:
            self._recent.clear()
        self._place_window(time_s, rgb.shape[1], rgb.shape[0])
        first_miss = self._missed == 0
        self.suspect_from_s = math.inf
        pose = self._detect(time_s, rgb)
        if pose is not None and not self._is_athlete(time_s, pose, rgb):
            self._drop(pose)
            if first_miss:
                self.suspect_from_s = time_s - _SUSPECT_S
            pose = self._detect(time_s, rgb) if first_miss else None
            if pose is not None and not self._is_athlete(time_s, pose, rgb):
                self._drop(pose)
                pose = None
        if pose is None:
            self._missed += 1
            return None
        self._missed = 0
        self._stranger = None
        self._recent.append((time_s, _hip(pose), limb_size(pose.xy_px)))
        self._box = _box(pose)
        return pose

    def _drop(self, pose: Pose) -> None:
        """Reject a pose of another person, and search the next picture as a whole."""
        self.swaps += 1
        self._stranger = _box(pose)
        self._landmarker.forget()

    def _detect(self, time_s: float, rgb: RgbArray) -> Pose | None:
        """Detect within the window; after a miss among other people only where the athlete should be."""
        assert self._window is not None
        left, top, right, bottom = self._window
        part = rgb[top:bottom, left:right]
        offset = np.array([left, top], dtype=np.float64)
        if self._crowded and (self._missed or self._stranger is not None or not self._recent):
            body = self._body_px(time_s) * (1 + _SEARCH_GROWTH * min(self._missed, _SEARCH_GROWTH_FRAMES))
            centre = self._expected_hip(time_s) - offset
            reach = body * np.array(_SEARCH_BODIES)
            part = mask_outside(part, np.concatenate([centre - reach, centre + reach]))
            if self._stranger is not None and not _covers(self._stranger, self._expected_hip(time_s)):
                part = mask_boxes(part, [self._stranger - np.tile(offset, 2)])
        pose = self._landmarker.detect(np.ascontiguousarray(part))
        if pose is None or core_visibility(pose.visibility) < _MIN_VISIBILITY:
            return None
        return pose.shifted(offset)

    def _is_athlete(self, time_s: float, pose: Pose, rgb: RgbArray) -> bool:
        """Return whether `pose` is the athlete's: near the expected place, of the same size and shirt."""
        hip, size = _hip(pose), limb_size(pose.xy_px)
        if not (0 <= hip[0] < rgb.shape[1] and 0 <= hip[1] < rgb.shape[0]):
            return False
        usual = self._limb_px(time_s)
        ratio = _SIZE_RATIO if self._recent or self._crowded else _LOOSE_SIZE_RATIO
        if not 1 / ratio < size / usual < ratio or not self._is_in_place(time_s, pose, usual):
            return False
        colour = shirt_colour(pose.xy_px, rgb)
        return self._wears_same_shirt(colour, time_s, hip) and not self._is_astray(time_s, hip)

    def _is_in_place(self, time_s: float, pose: Pose, usual: float) -> bool:
        """Return whether the pose can follow the last one or, without a recent one, start the tracking."""
        if self._recent:
            passed_s = time_s - self._recent[-1][0]
            away = math.dist(_hip(pose), self._recent[-1][1]) / usual
            return away <= _JUMP_LIMBS + _SPEED_LIMBS_PER_S * passed_s
        if not _is_upright(pose) or core_visibility(pose.visibility) < _PICK_UP_VISIBILITY:
            return False
        off_path = math.dist(_hip(pose), self._athlete.place_at(time_s)) / usual
        return not self._crowded or off_path < _PICK_UP_LIMBS

    def _wears_same_shirt(self, colour: FloatArray, time_s: float, hip: FloatArray) -> bool:
        """Return whether the shirt is the athlete's; one that persists on the scanned path is learned."""
        off_path = math.dist(hip, self._athlete.place_at(time_s)) / self._limb_px(time_s)
        sighted = self._athlete.nearest_sighting_s(time_s) < _FRESH_S and off_path < _ASTRAY_LIMBS
        return self._shirt.is_like(colour, may_learn=sighted and not self._crowded)

    def _is_astray(self, time_s: float, hip: FloatArray) -> bool:
        """Return whether, among other people, the pose left the scanned path for some frames."""
        if not self._crowded:
            return False
        if self._athlete.nearest_sighting_s(time_s) < _CHECK_S:
            off = math.dist(hip, self._athlete.place_at(time_s)) / self._limb_px(time_s)
            self._astray = self._astray + 1 if off > _ASTRAY_LIMBS else 0
        if self._astray < _ASTRAY_FRAMES:
            return False
        self._astray = 0
        self._recent.clear()
        return True

    def _limb_px(self, time_s: float) -> float:
        """Return the expected limb length, pixels: the recent median, else that of the scan."""
        if self._recent:
            return float(np.median([size for _, _, size in self._recent]))
        return self._athlete.size_at(time_s)

    def _body_px(self, time_s: float) -> float:
        """Return the expected stature, pixels."""
        return BODY_PER_LIMB * self._limb_px(time_s)

    def _expected_hip(self, time_s: float) -> FloatArray:
        """Return the expected hip midpoint (2,), pixels: the last one if recent, else on the scanned path."""
        if self._recent:
            return self._recent[-1][1]
        return self._athlete.place_at(time_s)

    def _place_window(self, time_s: float, width: int, height: int) -> None:
        """Move the window if the athlete nears its edge, outgrew it or stays lost."""
        body = self._body_px(time_s)
        full = body >= _FULL_FROM * max(width, height)
        current = self._window
        if current is not None and not self._must_move(current, body, full, width, height):
            return
        if full:
            window = (0, 0, width, height)
        elif self._missed >= _SWEEP_AFTER and not self._crowded:
            window = self._sweep(body, self._expected_hip(time_s), width, height)
        else:
            side = _WINDOW_BODIES * body * (1 + _WIDER_STEP * (self._missed // _RETRY_FRAMES % 3))
            centre = self._expected_hip(time_s) + self._lead(body)
            window = _square(centre, side, width, height)
        if current is not None and window != current and not self._missed:
            self._landmarker.forget()
            self.moves += 1
        self._window = window

    def _sweep(self, body: float, centre: FloatArray, width: int, height: int) -> Window:
        """Return the next crop of those that cover the picture, nearest to the expected place first."""
        share = min(1.0, _SWEEP_BODIES * body / min(width, height))
        places = sorted(
            crop_squares(width, height, share),
            key=lambda c: math.dist((c[0] + c[2] / 2, c[1] + c[2] / 2), centre),
        )
        left, top, side = places[(self._missed - _SWEEP_AFTER) % len(places)]
        return left, top, left + side, top + side

    def _must_move(self, window: Window, body: float, full: bool, width: int, height: int) -> bool:
        """Return whether a new window is needed; `full` says that it would be the full picture."""
        if self._missed and (self._missed >= _SWEEP_AFTER or self._missed % _RETRY_FRAMES == 0):
            return True
        is_full = window == (0, 0, width, height)
        if is_full:
            # A small athlete needs a crop only to be found; once tracked, the full picture will do.
            return not full and self._missed >= 2
        if _WINDOW_BODIES * body > _OUTGROWN * (window[3] - window[1]):
            return True
        if self._missed or self._box is None:
            return False
        room = _EDGE_BODIES * body
        left, top, right, bottom = window
        near = (
            (left > 0 and self._box[0] < left + room)
            or (top > 0 and self._box[1] < top + room)
            or (right < width and self._box[2] > right - room)
            or (bottom < height and self._box[3] > bottom - room)
        )
        return bool(near)

    def _lead(self, body: float) -> FloatArray:
        """Return how far ahead (2,) to centre a new window, pixels: along the travel."""
        if len(self._recent) < _LEAD_POSES:
            return np.zeros(2)
        (t0, a, _), (t1, b, _) = self._recent[0], self._recent[-1]
        travel = (b - a) / max(t1 - t0, 1e-6) * _LEAD_S
        limit = _LEAD_BODIES * body
        return np.array([float(np.clip(travel[0], -limit, limit)), 0.0])


def _hip(pose: Pose) -> FloatArray:
    """Return the hip midpoint (2,), pixels."""
    return np.asarray(pose.xy_px[_HIPS].mean(axis=0))


def _is_upright(pose: Pose) -> bool:
    """Return whether the trunk is within 60 degrees of vertical, head up."""
    across, down = _hip(pose) - pose.xy_px[_SHOULDERS].mean(axis=0)
    return bool(down > 0.5 * math.hypot(across, down))


def _box(pose: Pose) -> FloatArray:
    """Return left, top, right, bottom (4,) of the landmarks, pixels."""
    return np.concatenate([pose.xy_px.min(axis=0), pose.xy_px.max(axis=0)])


def _covers(box: FloatArray, point: FloatArray) -> bool:
    """Return whether a point (2,) lies in a box (4,)."""
    return bool(np.all(point >= box[:2]) and np.all(point <= box[2:]))


def _square(centre: Sequence[float] | FloatArray, side: float, width: int, height: int) -> Window:
    """Return the square of about `side` around `centre`, moved and cut to lie inside the picture.

    Size and place are rounded to 1/24 of the picture, so that small errors of a sighting change nothing.
    """
    step = min(width, height) / _GRID_STEPS
    across, down = (min(round(round(side / step) * step), whole) for whole in (width, height))
    left = round(round((float(centre[0]) - across / 2) / step) * step)
    top = round(round((float(centre[1]) - down / 2) / step) * step)
    left, top = int(np.clip(left, 0, width - across)), int(np.clip(top, 0, height - down))
    return left, top, left + across, top + down
