"""Follow the athlete from frame to frame:

where to look, and whether who was found is still the athlete. A large athlete is followed in the full
picture. A small one is
followed in a square crop that stays where it is for long stretches, because landmarks jitter with a
crop that moves; when the athlete nears its edge, it moves ahead once and the search starts anew.
Whatever is not plausibly the athlete is a gap.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kickform.numeric import FloatArray
from kickform.pose.clip_scan import crop_squares, mask_boxes, mask_outside
from kickform.pose.people import PersonTrack, Pose, core_visibility, limb_size
from kickform.pose.shirt_colour import ShirtMemory, shirt_colour

__all__ = ["Landmarker", "PersonTracker"]

RgbArray = NDArray[np.uint8]
Window = tuple[int, int, int, int]

BODY_PER_LIMB = 1.25
"""Standing height over torso + thigh + shank, about."""

_FULL_FROM = 0.28
_WINDOW_BODIES = 2.4
_EDGE_BODIES = 0.12
_LEAD_BODIES = 0.35
_MIN_VISIBILITY = 0.3
_PICK_UP_VISIBILITY = 0.5
_PICK_UP_LIMBS = 1.5
_DOUBTFUL_S = 0.045
_JUMP_LIMBS = 0.45
_SPEED_LIMBS_PER_S = 6.0
_SIZE_RATIO = 1.7
_LOOSE_SIZE_RATIO = 2.0
_FRESH_S = 0.5
_ASTRAY_LIMBS = 1.0
_ASTRAY_FRAMES = 3
_CHECK_S = 0.12
_SEARCH_BODIES = (0.6, 0.9)
_SWEEP_AFTER = 4
_SWEEP_BODIES = 3.2
_STEPS = 24


class Landmarker(Protocol):
    """What the follower needs of a pose session."""

    def detect(self, rgb: RgbArray) -> Pose | None:
        """Return the pose followed in the picture."""

    def forget(self) -> None:
        """Search anew in the next picture."""


class PersonTracker:
    """Finds the athlete in one picture after the other; one for one clip.

    Args:
        landmarker: the tracked landmarker; the follower alone uses it.
        athlete: who to follow, in pixels of the pictures that will come.
        crowded: whether others may be in the picture.

    Attributes:
        suspect_from_s: after a step that found somebody else, the time from which earlier poses are in
            doubt too, because the change comes gradually; else infinite.
        swaps: how often somebody else was found.
        moves: how often the crop moved.
    """

    def __init__(self, landmarker: Landmarker, athlete: PersonTrack, *, crowded: bool) -> None:
        self._landmarker = landmarker
        self._athlete = athlete
        self._crowded = crowded
        self._window: Window | None = None
        self._recent: deque[tuple[float, FloatArray, float]] = deque(maxlen=15)
        self._box: FloatArray | None = None
        self._stranger: FloatArray | None = None
        self._shirt = ShirtMemory(s.colour for s in athlete.sightings)
        self._missed = 0
        self._astray = 0
        self.suspect_from_s = math.inf
        self.swaps = 0
        self.moves = 0

    def step(self, time_s: float, rgb: RgbArray) -> Pose | None:
        """Return the athlete's pose in the picture of `time_s`, in its pixels, or None."""
        if self._recent and time_s - self._recent[-1][0] > _FRESH_S:
            self._recent.clear()
        self._place_window(time_s, rgb.shape[1], rgb.shape[0])
        first_miss = self._missed == 0
        self.suspect_from_s = math.inf
        pose = self._look(time_s, rgb)
        if pose is not None and not self._is_athlete(time_s, pose, rgb):
            self._drop(pose)
            if first_miss:
                self.suspect_from_s = time_s - _DOUBTFUL_S
            pose = self._look(time_s, rgb) if first_miss else None
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
        """Let go of somebody who is not the athlete, and search anew."""
        self.swaps += 1
        self._stranger = _box(pose)
        self._landmarker.forget()

    def _look(self, time_s: float, rgb: RgbArray) -> Pose | None:
        """Detect within the window; while searching among others, only where the athlete should be."""
        assert self._window is not None
        left, top, right, bottom = self._window
        part = rgb[top:bottom, left:right]
        offset = np.array([left, top], dtype=np.float64)
        if self._crowded and (self._missed or self._stranger is not None or not self._recent):
            body = self._body_px(time_s) * (1 + 0.1 * min(self._missed, 6))
            centre = self._expected(time_s) - offset
            reach = body * np.array(_SEARCH_BODIES)
            part = mask_outside(part, np.concatenate([centre - reach, centre + reach]))
            if self._stranger is not None and not _covers(self._stranger, self._expected(time_s)):
                part = mask_boxes(part, [self._stranger - np.tile(offset, 2)])
        pose = self._landmarker.detect(np.ascontiguousarray(part))
        if pose is None or core_visibility(pose.visibility) < _MIN_VISIBILITY:
            return None
        return pose.shifted(offset)

    def _is_athlete(self, time_s: float, pose: Pose, rgb: RgbArray) -> bool:
        """Whether `pose` continues the athlete: near where expected, of the same size and shirt."""
        hip, size = _hip(pose), limb_size(pose.xy_px)
        if not (0 <= hip[0] < rgb.shape[1] and 0 <= hip[1] < rgb.shape[0]):
            return False
        usual = self._limb_px(time_s)
        ratio = _SIZE_RATIO if self._recent or self._crowded else _LOOSE_SIZE_RATIO
        if not 1 / ratio < size / usual < ratio or not self._is_in_place(time_s, pose, usual):
            return False
        colour = shirt_colour(pose.xy_px, rgb)
        return self._wears_the_same(colour, time_s, hip) and not self._is_astray(time_s, hip)

    def _is_in_place(self, time_s: float, pose: Pose, usual: float) -> bool:
        """Whether the pose can follow the last one, or, with none of late, be picked up."""
        if self._recent:
            passed_s = time_s - self._recent[-1][0]
            away = math.dist(_hip(pose), self._recent[-1][1]) / usual
            return away <= _JUMP_LIMBS + _SPEED_LIMBS_PER_S * passed_s
        if not _is_upright(pose) or core_visibility(pose.visibility) < _PICK_UP_VISIBILITY:
            return False
        off_path = math.dist(_hip(pose), self._athlete.place_at(time_s)) / usual
        return not self._crowded or off_path < _PICK_UP_LIMBS

    def _wears_the_same(self, colour: FloatArray, time_s: float, hip: FloatArray) -> bool:
        """Whether the shirt is the athlete's; one strange for long on the sighted path is learned."""
        off_path = math.dist(hip, self._athlete.place_at(time_s)) / self._limb_px(time_s)
        sighted = self._athlete.nearest_sighting_s(time_s) < _FRESH_S and off_path < _ASTRAY_LIMBS
        return self._shirt.is_like(colour, may_learn=sighted and not self._crowded)

    def _is_astray(self, time_s: float, hip: FloatArray) -> bool:
        """Whether, among others, the track left the athlete's path for some frames near a sighting."""
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
        """Limb length to expect: the median of late, else that of the sightings about that time."""
        if self._recent:
            return float(np.median([size for _, _, size in self._recent]))
        return self._athlete.size_at(time_s)

    def _body_px(self, time_s: float) -> float:
        return BODY_PER_LIMB * self._limb_px(time_s)

    def _expected(self, time_s: float) -> FloatArray:
        """(2,) where the hips should be: where they last were if that is fresh, else on the path."""
        if self._recent:
            return self._recent[-1][1]
        return self._athlete.place_at(time_s)

    def _place_window(self, time_s: float, width: int, height: int) -> None:
        """Keep the window, unless the athlete nears its edge, outgrew it, or stays lost."""
        body = self._body_px(time_s)
        full = body >= _FULL_FROM * max(width, height)
        current = self._window
        if current is not None and not self._must_move(current, body, full, width, height):
            return
        if full:
            window = (0, 0, width, height)
        elif self._missed >= _SWEEP_AFTER and not self._crowded:
            window = self._sweep(body, self._expected(time_s), width, height)
        else:
            side = _WINDOW_BODIES * body * (1 + 0.5 * (self._missed // 8 % 3))
            centre = self._expected(time_s) + self._lead(body)
            window = _square(centre, side, width, height)
        if current is not None and window != current and not self._missed:
            self._landmarker.forget()
            self.moves += 1
        self._window = window

    def _sweep(self, body: float, centre: FloatArray, width: int, height: int) -> Window:
        """The next of the crops that cover the picture, from the expected place outward: one a frame."""
        share = min(1.0, _SWEEP_BODIES * body / min(width, height))
        places = sorted(
            crop_squares(width, height, share),
            key=lambda c: math.dist((c[0] + c[2] / 2, c[1] + c[2] / 2), centre),
        )
        left, top, side = places[(self._missed - _SWEEP_AFTER) % len(places)]
        return left, top, left + side, top + side

    def _must_move(self, window: Window, body: float, full: bool, width: int, height: int) -> bool:
        if self._missed and (self._missed >= _SWEEP_AFTER or self._missed % 8 == 0):
            return True
        is_full = window == (0, 0, width, height)
        if is_full:
            # A small athlete is found only in a crop, but one that is being followed is not lost by it.
            return not full and self._missed >= 2
        if _WINDOW_BODIES * body > 1.5 * (window[3] - window[1]):
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
        """(2,) how far ahead of the athlete to centre a new window: along the way of travel."""
        if len(self._recent) < 5:
            return np.zeros(2)
        (t0, a, _), (t1, b, _) = self._recent[0], self._recent[-1]
        travel = (b - a) / max(t1 - t0, 1e-6) * 0.5
        limit = _LEAD_BODIES * body
        return np.array([float(np.clip(travel[0], -limit, limit)), 0.0])


def _hip(pose: Pose) -> FloatArray:
    return np.asarray(pose.xy_px[23:25].mean(axis=0))


def _is_upright(pose: Pose) -> bool:
    """Whether the trunk is within 60 degrees of vertical, head up."""
    across, down = _hip(pose) - pose.xy_px[11:13].mean(axis=0)
    return bool(down > 0.5 * math.hypot(across, down))


def _box(pose: Pose) -> FloatArray:
    return np.concatenate([pose.xy_px.min(axis=0), pose.xy_px.max(axis=0)])


def _covers(box: FloatArray, point: FloatArray) -> bool:
    return bool(np.all(point >= box[:2]) and np.all(point <= box[2:]))


def _square(centre: Sequence[float] | FloatArray, side: float, width: int, height: int) -> Window:
    """Return the square of about `side` about `centre`, moved and cut to lie inside the picture.

    Size and place go by steps of 1/24 of the picture: a sighting that is off by some pixels mostly changes
    nothing.
    """
    step = min(width, height) / _STEPS
    across, down = (min(round(round(side / step) * step), whole) for whole in (width, height))
    left = round(round((float(centre[0]) - across / 2) / step) * step)
    top = round(round((float(centre[1]) - down / 2) / step) * step)
    left, top = int(np.clip(left, 0, width - across)), int(np.clip(top, 0, height - down))
    return left, top, left + across, top + down
