"""Decoding: pictures in order, damage skipped and counted, and the time of each picture."""

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

__all__ = ["COPY_AGAIN", "ReadReport", "TimestampClock", "decode", "to_rgb"]

COPY_AGAIN = "copy the whole file from the phone again"
_MAX_CORRUPT_RUN = 300


@dataclass(slots=True)
class ReadReport:
    """Counts of what happened while reading; they grow with each frame.

    Attributes:
        decoded: frames returned.
        corrupt: damaged packets and frames, skipped.
        untimed: frames skipped because their time was not later than the last one's.
        guessed_times: frames without a time stamp, placed one mean interval after the last.
        truncated: whether the file ends earlier than its index says.
        packets: packets read, including those that an edit list hides.
    """

    decoded: int = 0
    corrupt: int = 0
    untimed: int = 0
    guessed_times: int = 0
    truncated: bool = False
    packets: int = 0


class TimestampClock:
    """Converts time stamps into strictly increasing seconds on the file's timeline.

    In containers with decoding times only (AVI, where the stamps of B-frames are wrong) each picture takes
    the next packet time instead.

    Args:
        interval_s: mean frame interval, seconds, for pictures without a time stamp.
        stream: the PyAV video stream.
        packet_times: (N,) packet times in units of the time base, where they replace the stamps, else None.
    """

    def __init__(self, interval_s: float, stream: Any, packet_times: NDArray[np.int64] | None) -> None:
        self._time_base = float(stream.time_base or 0)
        self._packet_times = packet_times
        start = (stream.start_time or 0) if packet_times is None else int(packet_times[0])
        self._shift_s = -min(0, start) * self._time_base
        self._interval_s = interval_s
        self._last_s = -math.inf

    def time_of(self, pts: int | None, report: ReadReport) -> float | None:
        """Return the time of the picture stamped `pts`, seconds, or None if it is not later than the last."""
        if self._packet_times is not None:
            turn = report.decoded + report.untimed + report.corrupt
            pts = int(self._packet_times[turn]) if turn < self._packet_times.size else None
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
    """Yield the decoded pictures in order; skip and count damaged ones.

    Raises:
        VideoError: over 300 pictures in a row are damaged.
    """
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
    """Return the decoded `picture` upright as contiguous RGB, (height_px, width_px, 3) uint8."""
    stored_width, stored_height = (height_px, width_px) if turned.transpose else (width_px, height_px)
    shrinks = stored_width < picture.width
    scaled = picture.reformat(
        width=stored_width,
        height=stored_height,
        format="rgb24",
        interpolation="AREA" if shrinks else "BICUBIC",
    )
    return turned.apply(scaled.to_ndarray())
