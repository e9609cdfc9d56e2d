"""Checks before a live set whether the athlete is well framed, with an instruction for each fault.

The required body size is what the person detector and the foot landmarks need (docs/accuracy.md). The room
above the head is for the jump: 45 cm is a quarter of a body height.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kickform.live.pose_buffer import Moment, PoseBuffer
from kickform.motion.kinematics import estimate_view
from kickform.numeric import RgbArray
from kickform.pose.people import core_visibility
from kickform.pose.track import Landmark, PoseTrack

__all__ = ["Check", "FramingMonitor", "Picture", "check_framing", "first_wrong", "picture_of"]

GrayArray = NDArray[np.float32]

_SEEN_SHARE = 0.7
_LEAST_VISIBILITY = 0.45
_LEAST_BODY, _MOST_BODY = 0.30, 0.80
_ROOM_ABOVE = 0.10
_FEET = (27, 28, 29, 30, 31, 32)
_DARK = 45.0
_SHAKE_PCT = 0.8
_GRAY_PX = 160
_WINDOW_S = 1.2
_PICTURE_EVERY_S = 0.3
_PICTURES = 3

_WORDS = {
    "light": ("Bright enough", "Too dark: switch on a light, or face the window."),
    "person": ("You are in the picture", "Step into the picture, with your whole body."),
    "feet": ("Feet in the picture", "Your feet are cut off: step back, or tilt the camera down."),
    "head": ("Room above your head", "Leave room above your head: step back, or tilt the camera up."),
    "far": ("Far enough away", "You are too close: step back."),
    "near": ("Near enough", "You are too far away: come closer."),
    "side": ("Side-on", "Turn sideways to the camera."),
    "still": ("Camera is still", "The camera is moving: put it down, or lean it against something."),
}
"""Name of each condition, and what to do if it fails; in the order in which to fix them."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Properties of one picture: median luma (0 to 255), and a small grey copy to compare with the next."""

    luma: float
    gray: GrayArray


@dataclass(frozen=True, slots=True)
class Check:
    """One condition: code, name, whether it holds, and what to do if not."""

    code: str
    title: str
    holds: bool
    words: str


def picture_of(rgb: RgbArray) -> Picture:
    """Return the properties of the (H, W, 3) uint8 picture."""
    small = cv2.resize(rgb, (_GRAY_PX, max(8, round(_GRAY_PX * rgb.shape[0] / rgb.shape[1]))))
    gray = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.float32)
    return Picture(float(np.median(gray)), gray)


def check_framing(
    track: PoseTrack, luma: float, earlier: Picture | None, later: Picture | None
) -> tuple[Check, ...]:
    """Return all conditions, in the order in which to fix them.

    Args:
        track: the poses of the last second or so.
        luma: median luma of the pictures, 0 to 255.
        earlier: a picture a few tenths of a second before `later`, or None.
        later: the newest picture, or None.
    """
    seen = track.xy_px[track.found]
    there = len(seen) >= 3 and track.found.mean() >= _SEEN_SHARE and _visible(track)
    body = _Body(seen[-10:], track.width_px, track.height_px) if there else None
    side_on = there and estimate_view(track).plane == "sagittal"

    def holds(test: Callable[[_Body], bool]) -> bool:
        return body is not None and test(body)

    found = {
        "light": luma >= _DARK,
        "person": there,
        "feet": holds(lambda b: b.feet_inside),
        "head": holds(lambda b: b.room_above),
        "far": holds(lambda b: b.height <= _MOST_BODY),
        "near": holds(lambda b: b.height >= _LEAST_BODY),
        "side": side_on,
        "still": not _shaken(earlier, later),
    }
    return tuple(Check(code, title, found[code], words) for code, (title, words) in _WORDS.items())


def first_wrong(checks: Sequence[Check]) -> Check | None:
    """Return the first condition that does not hold, or None."""
    return next((check for check in checks if not check.holds), None)


class FramingMonitor:
    """Keeps the last second of poses and a few pictures before the start, and checks them.

    Attributes:
        checks: the conditions at the last `check`; empty before the first.
    """

    def __init__(self) -> None:
        self.checks: tuple[Check, ...] = ()
        self._poses = PoseBuffer(_WINDOW_S)
        self._pictures: deque[tuple[float, Picture]] = deque(maxlen=_PICTURES)

    def wants_picture(self, time_s: float) -> bool:
        """Return whether the last picture is old enough for another one."""
        return not self._pictures or time_s - self._pictures[-1][0] >= _PICTURE_EVERY_S

    def add(self, moment: Moment, picture: Picture | None) -> None:
        """Take a pose, and a picture of the same time if there is one."""
        self._poses.add(moment)
        if picture is not None:
            self._pictures.append((moment.time_s, picture))

    def fps(self) -> float:
        """Return the poses per second; 0 while unknown."""
        return self._poses.fps()

    def check(self, width_px: int, height_px: int) -> None:
        """Check the framing again; the pictures have this size."""
        earlier, later = self._pictures[0][1], self._pictures[-1][1]
        pair = (earlier, later) if len(self._pictures) > 1 else (None, None)
        self.checks = check_framing(self._poses.track(width_px, height_px), later.luma, *pair)


class _Body:
    """Position of a standing athlete in the picture, in shares of the picture height."""

    def __init__(self, xy_px: NDArray[np.float64], width_px: int, height_px: int) -> None:
        middle = np.median(xy_px, axis=0)
        feet, nose = middle[list(_FEET)], middle[Landmark.NOSE]
        size = np.array([width_px, height_px])
        self.feet_inside = bool(np.all((feet >= 2) & (feet <= size - 3)))
        tall = float(feet[:, 1].max() - nose[1]) * 1.08  # the nose is 7-8 % of body height below the crown
        self.height = tall / height_px
        self.room_above = float(feet[:, 1].max()) - tall >= _ROOM_ABOVE * tall


def _visible(track: PoseTrack) -> bool:
    last = track.visibility[track.found][-5:]
    return bool(np.mean([core_visibility(v) for v in last]) >= _LEAST_VISIBILITY)


def _shaken(earlier: Picture | None, later: Picture | None) -> bool:
    """Return whether the camera moved, by phase correlation; a moving person does not count."""
    if earlier is None or later is None or earlier.gray.shape != later.gray.shape:
        return False
    window = cv2.createHanningWindow(later.gray.shape[::-1], cv2.CV_32F)
    (across, down), response = cv2.phaseCorrelate(earlier.gray, later.gray, window)
    return bool(response > 0.1 and np.hypot(across, down) > _SHAKE_PCT / 100 * _GRAY_PX)
