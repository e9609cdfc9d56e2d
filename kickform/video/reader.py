"""Reading a video file: upright RGB frames with their true times.

*Time.* `time_s` is the frame's presentation time stamp times the stream's time base, never index / fps, which
is off by up to a second in clips with a variable frame rate. FFmpeg applies the edit list, as browsers do.
The start time of the stream is kept: if the first frame comes at 0.015 s, because sound starts earlier,
players show it at 0.015 s too. Only a clip that starts before 0 is shifted to start at 0, as in players.

*Order.* Each frame comes once, in the order of display, without seeking, which is inexact.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from kickform.errors import VideoError
from kickform.numeric import RgbArray
from kickform.settings import load_settings
from kickform.video.container import (
    Orientation,
    PacketScan,
    capture_fps,
    open_container,
    orientation,
    scan_packets,
    video_stream,
)
from kickform.video.decode import COPY_AGAIN, ReadReport, TimestampClock, decode, to_rgb

__all__ = ["Frame", "FrameReader", "Progress", "ReadReport", "VideoInfo", "probe", "read_frames"]

Progress = Callable[[str, float], bool | None]
"""Called with a stage and a fraction from 0 to 1; returning False asks to stop. None and True go on."""

_MIN_FRAMES = 5
_MAX_CORRUPT_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """Facts about a video file; times and counts come from its packets, not from its header.

    Attributes:
        name: file name without folder.
        path: the file.
        width: width of the upright picture with square pixels, pixels.
        height: height of the upright picture, pixels.
        rotation_deg: clockwise turn that makes the stored picture upright: 0, 90, 180 or 270.
        duration_s: from the first frame's time to the end of the last.
        frames: number of frames to show.
        mean_fps: frames per second of the file's timeline.
        variable_frame_rate: whether the frame intervals vary.
        capture_fps: frame rate of the recording from a tag, or None.
        codec: e.g. "h264".
        has_audio: whether it has a sound track.
    """

    name: str
    path: Path
    width: int
    height: int
    rotation_deg: int
    duration_s: float
    frames: int
    mean_fps: float
    variable_frame_rate: bool
    capture_fps: float | None
    codec: str
    has_audio: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """One upright picture.

    Attributes:
        index: 0-based position among the frames that could be read.
        time_s: time at which it is shown, seconds on the file's timeline.
        rgb: (H, W, 3) uint8, contiguous.
    """

    index: int
    time_s: float
    rgb: RgbArray


def probe(path: str | Path) -> VideoInfo:
    """Return the facts about the file `path`, from one pass over its packets and the first picture.

    Raises:
        VideoError: it cannot be read, has no video or under 5 frames, or exceeds the limits in the settings.
    """
    path = Path(path)
    with open_container(path) as container:
        stream = video_stream(container, path.name)
        scan = scan_packets(container, stream)
        time_base = float(stream.time_base or 0)
    with open_container(path) as container:
        stream = video_stream(container, path.name)
        turned, width, height = _first_picture(container, stream, path.name)
        interval_s, duration_s = _timing(scan, time_base, stream)
        info = VideoInfo(
            name=path.name,
            path=path,
            width=width,
            height=height,
            rotation_deg=turned.rotation_deg,
            duration_s=duration_s,
            frames=max(scan.pts.size, scan.untimed),
            mean_fps=1 / interval_s if interval_s > 0 else 0.0,
            variable_frame_rate=_is_variable(scan.pts),
            capture_fps=capture_fps([container.metadata, stream.metadata]),
            codec=stream.codec_context.name,
            has_audio=bool(container.streams.audio),
        )
    _check_limits(info)
    return info


def read_frames(
    path: str | Path,
    *,
    max_side_px: int | None = None,
    info: VideoInfo | None = None,
    from_s: float | None = None,
) -> FrameReader:
    """Return a reader of the frames of `path`, in order.

    Args:
        path: the file.
        max_side_px: pictures are shrunk so that their longer side is at most this; None: full size.
        info: the result of `probe`, if known; saves probing again.
        from_s: start at the last key frame before this time. If the index of the file is wrong, the first
            frame may be later: check its `time_s`. `index` counts from the first frame read.

    Raises:
        VideoError: as in `probe`; while reading, if too much of the file is damaged.
    """
    return FrameReader(probe(path) if info is None else info, max_side_px, from_s)


class FrameReader:
    """Iterator over the frames of one file, and a context manager that closes it.

    It holds one frame at a time. Damaged packets and frames are skipped and counted in `report`. Over 300 of
    them in a row, or over half of all at the end, raise a VideoError.

    Attributes:
        info: the file.
        report: counts of the reading so far.
        width_px: width of the pictures returned, pixels.
        height_px: height of the pictures returned, pixels.
    """

    def __init__(self, info: VideoInfo, max_side_px: int | None = None, from_s: float | None = None) -> None:
        self.info = info
        self.report = ReadReport()
        shrink = 1.0 if max_side_px is None else min(1.0, max_side_px / max(info.width, info.height))
        self.width_px = max(1, round(info.width * shrink))
        self.height_px = max(1, round(info.height * shrink))
        self._container = open_container(info.path)
        self._stream = video_stream(self._container, info.name)
        self._packet_times = _packet_times(info)
        if from_s is not None and self._packet_times is None:
            self._seek(from_s)
        self._frames = self._read()

    @property
    def corrupt_frames(self) -> int:
        """Damaged packets and frames skipped so far."""
        return self.report.corrupt

    def __iter__(self) -> Iterator[Frame]:
        return self._frames

    def __enter__(self) -> FrameReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the iterator then ends."""
        self._frames.close()
        self._container.close()

    def _read(self) -> Generator[Frame, None, None]:
        clock = TimestampClock(1 / self.info.mean_fps, self._stream, self._packet_times)
        turned: Orientation | None = None
        for picture in decode(self._container, self._stream, self.report, self.info.name):
            time_s = clock.time_of(picture.pts, self.report)
            if time_s is None:
                continue
            turned = turned or orientation(picture, self._stream)
            rgb = to_rgb(picture, turned, self.width_px, self.height_px)
            self.report.decoded += 1
            yield Frame(self.report.decoded - 1, time_s, rgb)
        self._check_damage()

    def _seek(self, from_s: float) -> None:
        """Seek to the key frame before `from_s`; without an index stay at the start."""
        time_base = float(self._stream.time_base or 0)
        if time_base <= 0:
            return
        ticks = round(from_s / time_base) + min(0, self._stream.start_time or 0)
        with suppress(av.FFmpegError):
            self._container.seek(ticks, stream=self._stream, backward=True)

    def _check_damage(self) -> None:
        """Note whether the file is cut off; refuse one that is mostly damaged."""
        report = self.report
        total = report.decoded + report.corrupt
        if report.decoded == 0 or report.corrupt > _MAX_CORRUPT_SHARE * total:
            fault = f"{report.corrupt} of its {total} frames are damaged"
            raise VideoError(self.info.name, fault, COPY_AGAIN)
        expected = int(self._stream.frames)
        report.truncated = report.packets < expected


def _packet_times(info: VideoInfo) -> NDArray[np.int64] | None:
    """Return the (N,) packet times of a container with decoding times only (AVI), else None."""
    with open_container(info.path) as container:
        if container.format.name != "avi":
            return None  # spare the scan
        scan = scan_packets(container, video_stream(container, info.name))
    return scan.pts if scan.in_order and scan.pts.size else None


def _first_picture(container: Any, stream: Any, name: str) -> tuple[Orientation, int, int]:
    """Return orientation and upright (width, height) in square pixels of the first good picture."""
    for picture in decode(container, stream, ReadReport(), name):
        turned = orientation(picture, stream)
        aspect = float(stream.sample_aspect_ratio or 0) or 1.0
        width, height = round(picture.width * aspect), picture.height
        return (turned, height, width) if turned.transpose else (turned, width, height)
    raise VideoError(name, "no picture in it can be decoded", COPY_AGAIN)


def _timing(scan: PacketScan, time_base: float, stream: Any) -> tuple[float, float]:
    """Return mean frame interval and duration, seconds."""
    if scan.pts.size > 1:
        interval_s = float(scan.pts[-1] - scan.pts[0]) * time_base / (scan.pts.size - 1)
        return interval_s, interval_s * scan.pts.size
    rate = float(stream.average_rate or stream.guessed_rate or 25)
    return 1 / rate, max(scan.pts.size, scan.untimed) / rate


def _is_variable(pts: NDArray[np.int64]) -> bool:
    """Return whether the frame rate varies by more than the rounding of time stamps.

    It does if index / mean_fps misplaces a frame by over half an interval, or if over 5 % of the intervals
    differ from the median by over 10 %.
    """
    if pts.size < 3:
        return False
    even = np.linspace(pts[0], pts[-1], pts.size)
    interval = (even[-1] - even[0]) / (pts.size - 1)
    misplaced = float(np.max(np.abs(pts - even)))
    intervals = np.diff(pts)
    stray = np.abs(intervals - np.median(intervals)) > max(0.1 * interval, 1.01)
    return bool(misplaced > max(0.5 * interval, 2.0) or np.mean(stray) > 0.05)


def _check_limits(info: VideoInfo) -> None:
    """Raise a VideoError for a clip that is too short, too long, too small or too large."""
    limits = load_settings()
    if info.frames < _MIN_FRAMES:
        count = "one frame" if info.frames == 1 else f"{info.frames} frames"
        raise VideoError(info.name, f"holds only {count}", "choose a video of the whole drill")
    if max(info.width, info.height) > limits.max_side_px or min(info.width, info.height) < 64:
        fault = f"its picture of {info.width} x {info.height} pixels is out of range"
        raise VideoError(info.name, fault, f"use 64 to {limits.max_side_px} pixels a side")
    if info.duration_s > limits.max_duration_s:
        fault = f"it lasts {info.duration_s:.0f} s, more than {limits.max_duration_s:.0f} s"
        raise VideoError(info.name, fault, "trim it to the drill")
