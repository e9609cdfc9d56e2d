"""Odd videos for the tests: written with PyAV, small; composed from a rendered clip where people matter."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kickform.video.reader import probe, read_frames

Picture = NDArray[np.uint8]
ROOT = Path(__file__).resolve().parents[1]


def sample_clip(name: str = "pogo_side_60fps") -> Path:
    """Path of a sample clip with a rendered athlete; skips the test, visibly, where there is none."""
    names = [ROOT / "sample_videos" / f"{name}.mp4"]
    if extra := os.environ.get("KICKFORM_TEST_CLIPS"):
        names.append(Path(extra) / f"{name.removesuffix('fps')}.mp4")
    for path in names:
        if path.is_file():
            return path
    pytest.skip(f"{names[0].name} is not in sample_videos/")


def write_video(
    path: Path,
    pictures: Iterable[Picture],
    *,
    fps: int = 30,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    pts_ms: Sequence[int] | None = None,
    rotation: int = 0,
    gop: int = 12,
    audio: bool = False,
    b_frames: int = 0,
    options: dict[str, str] | None = None,
    metadata: dict[str, str] | None = None,
    stream_metadata: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
) -> Path:
    """Write `pictures` (H, W, 3) to `path`; `pts_ms` gives each its own time, `rotation` a display matrix."""
    with av.open(str(path), "w", options=container_options or {}) as container:
        container.metadata.update(metadata or {})
        stream: Any = None
        sound = container.add_stream("aac", rate=48000) if audio else None
        for i, rgb in enumerate(pictures):
            if stream is None:
                stream = container.add_stream(codec, rate=fps, options=options or {})
                stream.height, stream.width = rgb.shape[:2]
                stream.pix_fmt = pix_fmt
                stream.codec_context.gop_size = gop
                stream.codec_context.max_b_frames = b_frames
                stream.codec_context.time_base = Fraction(1, 1000) if pts_ms else Fraction(1, fps)
                stream.metadata.update(stream_metadata or {})
                if rotation:
                    stream.set_display_rotation(rotation)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
            frame.pts = i if pts_ms is None else pts_ms[i]
            frame.time_base = stream.codec_context.time_base
            container.mux(stream.encode(frame))
        if sound is not None:
            write_silence(container, sound)
        container.mux(stream.encode())
    return path


def write_silence(container: Any, stream: Any) -> None:
    for i in range(20):
        frame = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), format="fltp", layout="stereo")
        frame.rate, frame.pts, frame.time_base = 48000, i * 1024, Fraction(1, 48000)
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


def numbered(count: int, width: int = 160, height: int = 96) -> list[Picture]:
    """Pictures that tell their number: grey level 8 i + 4 in the left half, a red top left corner."""
    pictures = []
    for i in range(count):
        rgb = np.full((height, width, 3), 128, np.uint8)
        rgb[:, : width // 2] = (8 * i + 4) % 256
        rgb[: height // 3, : width // 4] = (230, 20, 20)
        pictures.append(rgb)
    return pictures


def number_of(rgb: Picture) -> int:
    """The number that `numbered` wrote into a picture."""
    height, width = rgb.shape[:2]
    return round((float(rgb[height // 2 :, width // 8 : width * 3 // 8].mean()) - 4) / 8)


def clip_pictures(clip: Path, every: int = 1, most: int = 10_000) -> list[Picture]:
    """Every n-th picture of a clip."""
    with read_frames(clip, info=probe(clip)) as reader:
        return [f.rgb for f in reader if f.index % every == 0][:most]


def cut_out(rgb: Picture, box: tuple[int, int, int, int]) -> tuple[Picture, NDArray[np.float32]]:
    """Cut the person in `box` (left, top, right, bottom) out: picture and alpha (H, W, 1)."""
    left, top, right, bottom = box
    part = np.ascontiguousarray(rgb[top:bottom, left:right])
    coarse = cv2.resize(part, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    height, width = coarse.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    inner = (8, 8, width - 16, height - 16)
    cv2.grabCut(coarse, mask, inner, np.zeros((1, 65)), np.zeros((1, 65)), 3, cv2.GC_INIT_WITH_RECT)
    alpha = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)
    alpha = cv2.resize(alpha, (part.shape[1], part.shape[0]))
    return part, cv2.GaussianBlur(alpha, (5, 5), 0)[..., None]


def paste(
    canvas: Picture, part: Picture, at: tuple[int, int], alpha: NDArray[np.float32] | None = None
) -> None:
    """Lay `part` onto `canvas` with its top left at `at` (x, y); what lies outside is cut off."""
    x, y = at
    height, width = canvas.shape[:2]
    x0, y0, x1, y1 = max(0, x), max(0, y), min(width, x + part.shape[1]), min(height, y + part.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    piece = part[y0 - y : y1 - y, x0 - x : x1 - x]
    if alpha is None:
        canvas[y0:y1, x0:x1] = piece
        return
    a = alpha[y0 - y : y1 - y, x0 - x : x1 - x]
    canvas[y0:y1, x0:x1] = np.rint(canvas[y0:y1, x0:x1] * (1 - a) + piece * a).astype(np.uint8)
