"""Decoded pictures, skipped damage, and what time it is in them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from kickform.errors import VideoError
from kickform.numeric import RgbArray
from kickform.video.container import Orientation

__all__ = ["COPY_AGAIN", "FrameClock", "ReadReport", "decode", "to_rgb"]

COPY_AGAIN = "copy the whole file from the phone again"
_MAX_CORRUPT_RUN = 300


@dataclass(slots=True)
class ReadReport:
    """What happened while reading; filled as the frames go by.

    Attributes:
        decoded: frames handed out.
        corrupt: packets and frames that were damaged and skipped.
        untimed: frames skipped because their time did not come after the last one's.
        guessed_times: frames without a time of their own, placed one mean interval after the last.
        truncated: whether the file ends before its index says.
        packets: packets read, with those that an edit list hides.
    """

    decoded: int = 0
    corrupt: int = 0
    untimed: int = 0
    guessed_times: int = 0
    truncated: bool = False
    packets: int = 0


class FrameClock:
    """Turns a picture's time stamp into seconds on the timeline, strictly increasing.

    Containers with decoding times only (AVI with B-frames, where a picture's own stamp is wrong) hand
    out their packets' times in turn.
    """

    def __init__(self, interval_s: float, stream: Any, slots: NDArray[np.int64] | None) -> None:
        self._time_base = float(stream.time_base or 0)
        self._slots = slots
        start = (stream.start_time or 0) if slots is None else int(slots[0])
        self._shift_s = -min(0, start) * self._time_base
        self._interval_s = interval_s
        self._last_s = -math.inf

    def time_of(self, pts: int | None, report: ReadReport) -> float | None:
        """Seconds of the picture stamped `pts`, or None if it has no place after the last one."""
        if self._slots is not None:
            turn = report.decoded + report.untimed + report.corrupt
            pts = int(self._slots[turn]) if turn < self._slots.size else None
        if pts is None:
            report.guessed_times += 1
            time_s = max(self._last_s, -self._interval_s) + self._interval_s
        else:
            time_s = pts * self._time_base + self._shift_s
        if time_s <= self._last_s:
            report.untimed += 1
            return None
        self._last_s = time_s
        return time_s


def decode(container: Any, stream: Any, report: ReadReport, name: str) -> Iterator[Any]:
    """Yield decoded pictures; skip and count the damaged, and give up after a long run of them."""
    stream.thread_type = "AUTO"
    run = 0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
            report.packets += packet.size > 0
            pictures = packet.decode()
        except StopIteration:
            return
        except av.FFmpegError:
            pictures = None
        good = [p for p in pictures or [] if not p.is_corrupt]
        bad = 1 if pictures is None else len(pictures) - len(good)
        report.corrupt += bad
        run = 0 if good else run + bad
        if run > _MAX_CORRUPT_RUN:
            raise VideoError(name, f"{run} frames in a row are damaged", COPY_AGAIN)
        yield from good


def to_rgb(picture: Any, turned: Orientation, width_px: int, height_px: int) -> RgbArray:
    """Return the decoded `picture` upright, width_px x height_px, as contiguous RGB."""
    across, down = (height_px, width_px) if turned.transpose else (width_px, height_px)
    shrinks = across < picture.width
    scaled = picture.reformat(
        width=across, height=down, format="rgb24", interpolation="AREA" if shrinks else "BICUBIC"
    )
    return turned.apply(scaled.to_ndarray())
