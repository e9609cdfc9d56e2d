"""Single frames of a clip, cached around the frame in view. No Streamlit in here."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kickform.numeric import FloatArray
from kickform.video.reader import probe, read_frames

__all__ = ["FrameCache", "crop_frame"]

RgbArray = NDArray[np.uint8]
Box = tuple[int, int, int, int]

_AROUND = 30
_KEPT = 400
_MAX_SIDE_PX = 1600
_QUALITY = 90


class FrameCache:
    """The frames of one clip by their index in the pose track; those around the last one shown are cached.

    They are read in order from the video key frame before, because inexact seeking shows wrong frames. They
    are cached as JPEG, about 10 MB.
    """

    def __init__(self, path: Path, times_s: FloatArray) -> None:
        """Open the clip at `path`; its frames have the times (T,) `times_s` in file seconds."""
        self.path = path
        self._times_s = times_s
        self._info = probe(path)
        self._stamp = _stamp(path)
        self._kept: dict[int, bytes] = {}

    def is_current(self, path: Path) -> bool:
        """Return whether the cache belongs to the file at `path` in its present version."""
        return self.path == path and self._stamp == _stamp(path)

    def frame(self, index: int) -> RgbArray | None:
        """Return frame `index` as (H, W, 3) RGB, longer side at most 1600 px; None if it cannot be read.

        Raises:
            VideoError: the clip can no longer be read.
        """
        if index not in self._kept:
            self._read_around(index)
        coded = self._kept.get(index)
        if coded is None:
            return None
        bgr = cv2.imdecode(np.frombuffer(coded, np.uint8), cv2.IMREAD_COLOR)
        return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8) if bgr is not None else None

    def _read_around(self, index: int) -> None:
        first, last = max(0, index - _AROUND), min(len(self._times_s) - 1, index + _AROUND)
        if len(self._kept) > _KEPT:
            self._kept.clear()
        for from_s in (float(self._times_s[first]), None):
            if self._read(first, last, from_s):
                return

    def _read(self, first: int, last: int, from_s: float | None) -> bool:
        """Cache the frames `first` to `last`; return whether reading started early enough."""
        half_s = float(np.median(np.diff(self._times_s))) / 2
        begin_s, end_s = self._times_s[first], self._times_s[last]
        with read_frames(self.path, max_side_px=_MAX_SIDE_PX, info=self._info, from_s=from_s) as frames:
            for number, frame in enumerate(frames):
                if number == 0 and from_s is not None and frame.time_s > begin_s + half_s:
                    return False
                if frame.time_s > end_s + half_s:
                    break
                place = int(np.argmin(np.abs(self._times_s - frame.time_s)))
                near = abs(self._times_s[place] - frame.time_s) < half_s
                if near and first <= place and place not in self._kept:
                    bgr = cv2.cvtColor(frame.rgb, cv2.COLOR_RGB2BGR)
                    coded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
                    self._kept[place] = bytes(coded)
        return True


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def crop_frame(rgb: RgbArray, centre_px: FloatArray, side_px: float) -> RgbArray:
    """Return the part of the frame around `centre_px` (2,), `side_px` wide and three quarters as high.

    It is shifted to lie inside the frame, and enlarged to at least 640 px width.
    """
    height, width = rgb.shape[:2]
    wide = int(min(max(side_px, 48), width, height * 4 / 3))
    high = round(wide * 3 / 4)
    left = int(np.clip(round(float(centre_px[0]) - wide / 2), 0, width - wide))
    top = int(np.clip(round(float(centre_px[1]) - high / 2), 0, max(0, height - high)))
    part = np.ascontiguousarray(rgb[top : top + high, left : left + wide])
    enlarge = max(1, -(-640 // wide))
    if enlarge == 1:
        return part
    return np.asarray(cv2.resize(part, None, fx=enlarge, fy=enlarge, interpolation=cv2.INTER_CUBIC), np.uint8)
