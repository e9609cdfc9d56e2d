"""H.264 in MP4 that any browser plays, each frame at its own time."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import cv2
import numpy as np

from kickform.errors import UsageError
from kickform.files import write_error
from kickform.numeric import RgbArray

__all__ = ["Mp4Writer"]

_TICKS = 90_000
_BT709 = 1
_BT601 = 6  # OpenCV's conversion uses this matrix, and is five times as fast as FFmpeg's scaler
_VIDEO_RANGE = 1


class Mp4Writer:
    """Writes RGB frames at given times to an MP4 file; a context manager.

    The file appears under its name only if the block ends without an error. There are no B-frames, because
    they shift the timeline by an edit list that some players ignore. The first frame is shown from 0 s on,
    whatever its time; later frames keep theirs.

    Args:
        path: the file.
        fps: frame rate for the header and the key frame distance; does not set the times.

    Raises:
        UsageError: the file cannot be written there.
    """

    def __init__(self, path: Path, fps: float) -> None:
        self._path = path
        self._partial = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._rate = max(1, round(fps))
        self._container: Any = None
        self._stream: Any = None
        self._last_ticks = -1

    def __enter__(self) -> Mp4Writer:
        try:
            self._partial.touch()
            self._container = av.open(
                os.fspath(self._partial), "w", format="mp4", options={"movflags": "+faststart"}
            )
        except (OSError, av.FFmpegError) as error:
            raise self._write_error(error) from None
        return self

    def write(self, rgb: RgbArray, time_s: float) -> None:
        """Append one (H, W, 3) uint8 RGB frame; H.264 drops an odd last row or column."""
        rgb = rgb[: rgb.shape[0] // 2 * 2, : rgb.shape[1] // 2 * 2]
        if self._stream is None:
            self._stream = self._open_stream(rgb.shape[1], rgb.shape[0])
            time_s = 0.0
        planes = np.asarray(cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2YUV_I420), np.uint8)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        self._last_ticks = max(self._last_ticks + 1, round(time_s * _TICKS))
        frame.pts, frame.time_base = self._last_ticks, Fraction(1, _TICKS)
        try:
            self._container.mux(self._stream.encode(frame))
        except (OSError, av.FFmpegError) as error:
            raise self._write_error(error) from None

    def _open_stream(self, width: int, height: int) -> Any:
        stream = self._container.add_stream("libx264", rate=self._rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, _TICKS)
        context = stream.codec_context
        context.color_primaries = context.color_trc = _BT709
        context.colorspace = _BT601
        context.color_range = _VIDEO_RANGE
        context.gop_size, context.max_b_frames = max(10, self._rate // 2), 0
        stream.options = {"preset": "veryfast", "crf": "22", "profile": "high"}
        return stream

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        failure: Exception | None = None
        try:
            if kind is None and self._stream is not None:
                self._container.mux(self._stream.encode(None))
            self._container.close()
        except (OSError, av.FFmpegError) as problem:
            failure = problem
        if kind is None and failure is None and self._stream is not None:
            self._partial.replace(self._path)
            return
        self._partial.unlink(missing_ok=True)
        if failure is not None and kind is None:
            raise self._write_error(failure) from None

    def _write_error(self, error: Exception) -> UsageError:
        return write_error(self._path, error)
