"""Frames to a video file: codec, true presentation times, rotation matrix, capture-rate tag."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from bench.athlete.spec import CaptureSpec

Bytes = NDArray[np.uint8]

TICKS_HZ = 90_000
Encoder = Literal["libx264", "libx265", "libvpx-vp9"]
CODECS: dict[str, Encoder] = {"h264": "libx264", "hevc": "libx265", "vp9": "libvpx-vp9"}
# clockwise turn by the player -> the a, b, c, d of the track header's matrix
MATRICES = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}
IDENTITY = b"".join(
    v.to_bytes(4, "big", signed=True) for v in (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
)


def codec_options(capture: CaptureSpec) -> dict[str, str]:
    """Encoder options: one thread, so that the bytes repeat."""
    if capture.codec == "vp9":
        return {
            "crf": str(capture.crf + 8),
            "b": "0",
            "deadline": "realtime",
            "cpu-used": "6",
            "threads": "1",
            "row-mt": "0",
        }
    rate = rate_options(capture)
    if capture.codec == "hevc":
        return {
            **(rate or {"crf": str(capture.crf + 2)}),
            "preset": "veryfast",
            "tune": "fastdecode",
            "x265-params": "pools=none:frame-threads=1:log-level=none",
        }
    # with mbtree the same frames give other bytes from run to run
    return {**(rate or {"crf": str(capture.crf)}), "preset": "veryfast", "x264-params": "mbtree=0:threads=1"}


def rate_options(capture: CaptureSpec) -> dict[str, str]:
    """Options that hold a bit rate as phones and messengers do, or none."""
    if not capture.bit_rate_kbps:
        return {}
    rate = capture.bit_rate_kbps * 1000
    return {"b": str(rate), "maxrate": str(rate * 3 // 2), "bufsize": str(rate * 2)}


def write_video(
    path: Path, frames: Iterable[Bytes], file_times_s: NDArray[np.float64], capture: CaptureSpec
) -> None:
    """Encode upright RGB frames (H, W, 3) to be shown at ``file_times_s`` (T,).

    Frames are turned before storing so that the rotation tag turns them upright again.
    """
    flags = "faststart+use_metadata_tags" if capture.capture_tag else "faststart"
    mp4 = path.suffix.lower() in (".mp4", ".mov", ".m4v")
    options = {"movflags": flags, "fflags": "+bitexact"} if mp4 else {"fflags": "+bitexact"}
    mean_fps = Fraction(capture.fps / capture.slow_motion).limit_denominator(1001)
    with av.open(str(path), "w", options=options) as container:
        if capture.capture_tag and mp4:
            container.metadata["com.android.capture.fps"] = f"{capture.fps:.6f}"
        stream = container.add_stream(CODECS[capture.codec], rate=mean_fps)
        turned = capture.rotation_deg % 180 == 90
        stream.width = capture.height if turned else capture.width
        stream.height = capture.width if turned else capture.height
        stream.pix_fmt = "yuv420p"
        stream.options = {**codec_options(capture)}
        stream.codec_context.thread_count = 1
        stream.codec_context.time_base = Fraction(1, TICKS_HZ)
        stream.time_base = Fraction(1, TICKS_HZ)
        if capture.codec == "hevc":
            stream.codec_context.codec_tag = "hvc1"
        for time_s, frame in zip(file_times_s, frames, strict=True):
            stored = np.ascontiguousarray(np.rot90(frame, capture.rotation_deg // 90))
            # OpenCV's conversion repeats to the byte; letting the encoder convert does not
            planar = np.asarray(cv2.cvtColor(stored, cv2.COLOR_RGB2YUV_I420), np.uint8)
            picture = av.VideoFrame.from_ndarray(planar, format="yuv420p")
            picture.pts = round(time_s * TICKS_HZ)
            picture.time_base = Fraction(1, TICKS_HZ)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    if capture.rotation_deg and mp4:
        write_rotation(path, capture.rotation_deg)


def write_rotation(path: Path, rotation_deg: int) -> None:
    """Put the display matrix into the track header: PyAV cannot set it on an encoded stream."""
    data = bytearray(path.read_bytes())
    start = data.find(b"tkhd")
    where = data.find(IDENTITY, start, start + 120)
    if start < 0 or where < 0:
        raise ValueError(f"{path.name}: no track header with an identity matrix to turn")
    for value, at in zip(MATRICES[rotation_deg % 360], (0, 4, 12, 16), strict=True):
        data[where + at : where + at + 4] = (value * 0x10000).to_bytes(4, "big", signed=True)
    path.write_bytes(bytes(data))
