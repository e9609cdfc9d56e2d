"""Video containers: opening them safely, packet times, orientation, tags."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from kickform.errors import VideoError
from kickform.numeric import RgbArray

__all__ = [
    "Orientation",
    "PacketScan",
    "capture_fps",
    "open_container",
    "orientation",
    "scan_packets",
    "video_stream",
]

# Only containers that hold one film in one local file. Playlists, devices and text "formats" are refused, so
# that a crafted upload cannot make FFmpeg open anything else.
_FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,mjpeg,gif,h264,hevc,"
    "m4v,mxf,dv,ivf,obu,wtv,nut,image2,png_pipe,jpeg_pipe,apng,yuv4mpegpipe,wav,mp3,aac,flac,caf,amr"
)
_OPEN_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": _FORMATS}
_RE_ENCODE = "film it again, or export it as an MP4 (H.264)"


def open_container(path: Path) -> Any:
    """Return the opened PyAV container of the video file `path`.

    Raises:
        VideoError: the file is missing, a folder, empty, not readable, cut off, or not a video.
    """
    name = path.name or str(path)
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise VideoError(name, "is a folder", "name one video file")
        if not path.is_file():
            raise VideoError(name, "is not a regular file", "name one video file")
        if size == 0:
            raise VideoError(name, "the file is empty", "copy it from the phone again")
        with path.open("rb"):
            pass
    except FileNotFoundError:
        raise VideoError(name, "there is no such file", "check the path") from None
    except PermissionError:
        raise VideoError(name, "there is no permission to read it", "change its permissions") from None
    except OSError as error:
        fault = f"cannot be read ({error.strerror or error})"
        raise VideoError(name, fault, "check the path") from None
    try:
        return av.open(f"file:{path.resolve()}", options=_OPEN_OPTIONS, metadata_errors="replace")
    except (av.FFmpegError, ValueError, OSError):
        if _index_is_missing(path):
            fault = "the file is cut off: its index is missing"
            raise VideoError(name, fault, "copy the whole file from the phone again") from None
        raise VideoError(name, "is not a video that can be read", _RE_ENCODE) from None


def _index_is_missing(path: Path) -> bool:
    """Return whether an MP4/MOV file lacks its `moov` box, as a recording or copy that was cut off does."""
    seen: set[bytes] = set()
    size = path.stat().st_size
    with path.open("rb") as file:
        at = 0
        while at + 8 <= size and len(seen) < 64:
            file.seek(at)
            head = file.read(16)
            length, kind = int.from_bytes(head[:4], "big"), head[4:8]
            if length == 1:
                length = int.from_bytes(head[8:16], "big")
            if not kind.isalnum() or length < 8:
                break
            seen.add(kind)
            at += length
    return bool(seen & {b"ftyp", b"mdat", b"wide"}) and b"moov" not in seen


def video_stream(container: Any, name: str) -> Any:
    """Return the first video stream that is not a cover picture.

    Raises:
        VideoError: there is none, or its codec is not supported.
    """
    streams = [s for s in container.streams.video if not _is_cover(s)]
    if not streams:
        what = "holds sound only" if container.streams.audio else "holds no video"
        raise VideoError(name, what, "choose a video file")
    stream = streams[0]
    if stream.codec_context is None:
        raise VideoError(name, "its video codec is not supported", _RE_ENCODE)
    return stream


def _is_cover(stream: Any) -> bool:
    return bool(stream.disposition & stream.disposition.attached_pic)


@dataclass(frozen=True, slots=True)
class PacketScan:
    """Packet times of one video stream, read without decoding.

    Attributes:
        pts: (N,) presentation times in units of the time base, sorted, without repeats.
        keyframes: (K,) those of them at which decoding can start.
        in_order: whether these are decoding times (AVI), which frames take in their order.
        untimed: number of packets without a time.
    """

    pts: NDArray[np.int64]
    keyframes: NDArray[np.int64]
    in_order: bool
    untimed: int


def scan_packets(container: Any, stream: Any) -> PacketScan:
    """Return the packet times of the whole `stream`, without packets that an edit list hides."""
    pts: list[int] = []
    keys: list[int] = []
    in_order = container.format.name == "avi"
    untimed = 0
    try:
        for packet in container.demux(stream):
            if not packet.size or packet.is_discard:
                continue
            # AVI stores no presentation times, and the demuxer guesses them wrongly for B-frames.
            time = packet.dts if in_order or packet.pts is None else packet.pts
            if time is None:
                untimed += 1
                continue
            pts.append(time)
            if packet.is_keyframe:
                keys.append(time)
    except av.FFmpegError:
        pass  # keep what was read up to the damage; the reader reports it
    unique = np.unique(np.array(pts, dtype=np.int64))
    return PacketScan(unique, np.unique(np.array(keys, dtype=np.int64)), in_order, untimed)


@dataclass(frozen=True, slots=True)
class Orientation:
    """Steps that make the stored picture upright: transpose first, then flip.

    Attributes:
        rotation_deg: clockwise turn that the file asks for: 0, 90, 180 or 270.
        transpose: whether to swap rows and columns.
        flip_x: whether to mirror left to right.
        flip_y: whether to mirror top to bottom.
    """

    rotation_deg: int
    transpose: bool
    flip_x: bool
    flip_y: bool

    def apply(self, rgb: RgbArray) -> RgbArray:
        """Return the (H, W, 3) uint8 picture upright and contiguous."""
        if self.transpose:
            rgb = cv2.transpose(rgb)  # type: ignore[assignment]
        if self.flip_x or self.flip_y:
            rgb = cv2.flip(rgb, 1 if not self.flip_y else 0 if not self.flip_x else -1)  # type: ignore[assignment]
        return np.ascontiguousarray(rgb)


def orientation(frame: Any, stream: Any) -> Orientation:
    """Return the orientation of a decoded frame, from its display matrix or else the legacy `rotate` tag.

    The matrix [a b; c d] maps stored (x, y) to shown (a x + c y, b x + d y), y downward
    (libavutil/display.h), mirroring included, as players show it. Where both are present they agree, and only
    the matrix is applied.
    """
    data = frame.side_data.get("DISPLAYMATRIX")
    if data is not None:
        raw = np.frombuffer(bytes(data), dtype=np.int32)
        a, b, c, d = (int(raw[i]) for i in (0, 1, 3, 4))
    else:
        angle = math.radians(_legacy_rotation(stream.metadata))
        a, b = round(math.cos(angle)), round(math.sin(angle))
        c, d = -b, a
    turn = round(math.degrees(math.atan2(b, a)) / 90) * 90 % 360
    if abs(a) >= abs(b):
        return Orientation(turn, False, a < 0, d < 0)
    return Orientation(turn, True, c < 0, b < 0)


def _legacy_rotation(metadata: Mapping[str, str]) -> float:
    """Return the clockwise degrees of the `rotate` tag, 0 without one or if it is no multiple of 90."""
    tags = {key.lower(): value for key, value in metadata.items()}
    try:
        degrees = float(tags.get("rotate", 0))
    except ValueError:
        return 0.0
    return degrees % 360 if degrees % 90 == 0 else 0.0


def capture_fps(tags: Iterable[Mapping[str, str]]) -> float | None:
    """Return the frame rate of the recording in frames per second, or None if no tag gives it.

    Android writes `com.android.capture.fps`; QuickTime writers use similar keys.
    """
    for metadata in tags:
        for key, text in metadata.items():
            if re.search(r"capture.?(fps|frame.?rate)", key, re.IGNORECASE):
                try:
                    value = float(text)
                except ValueError:
                    continue
                if 1 <= value <= 10_000:
                    return value
    return None
