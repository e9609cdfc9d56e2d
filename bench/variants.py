"""The same clip once more: every n-th frame, mirrored, cropped, at half size, compressed harder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.athlete.encode import write_video
from bench.athlete.spec import CaptureSpec
from bench.cache import CACHE, file_digest
from kickform.numeric import FloatArray
from kickform.video.reader import VideoInfo, read_frames

__all__ = ["Variant", "crop_box", "half", "mirrored", "variants_of", "written"]

Rgb = NDArray[np.uint8]

_GOOD_CRF = 18
_FAST_FPS = 45.0
_MARGIN = 0.12


@dataclass(frozen=True, slots=True)
class Variant:
    """One change to a clip.

    Attributes:
        name: what was done.
        stride: every n-th frame is kept.
        phase: the first frame that is kept.
        crf: of the compression.
        change: what becomes of each picture.
        mirrored: whether left and right are exchanged.
    """

    name: str
    stride: int = 1
    phase: int = 0
    crf: int = _GOOD_CRF
    change: Callable[[Rgb], Rgb] = lambda rgb: rgb
    mirrored: bool = False


def mirrored(rgb: Rgb) -> Rgb:
    """Return the picture with left and right exchanged."""
    return np.asarray(cv2.flip(rgb, 1), np.uint8)


def half(rgb: Rgb) -> Rgb:
    """Return the picture at half its width and height."""
    size = (rgb.shape[1] // 2, rgb.shape[0] // 2)
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def variants_of(fps: float, box: tuple[int, int, int, int]) -> list[Variant]:
    """Return the changes that a clip is put through; every third frame only where that leaves 20 a second.

    Args:
        fps: of the clip.
        box: left, top, right, bottom of the part that has the athlete in it (`crop_box`).
    """
    left, top, right, bottom = box
    strides = (2, 3) if fps > _FAST_FPS else (2,)
    return [
        *(Variant(f"every {n}. frame, from {k}", n, k) for n in strides for k in range(n)),
        Variant("mirrored", change=mirrored, mirrored=True),
        Variant("cropped", change=lambda rgb: rgb[top:bottom, left:right]),
        Variant("half size", change=half),
        Variant("crf 26", crf=26),
        Variant("crf 30", crf=30),
    ]


def crop_box(xy_px: FloatArray, width: int, height: int) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of the part of the picture that the athlete stays in, with a margin.

    Args:
        xy_px: (T, 33, 2) landmarks, NaN where the athlete is not found.
        width: of the picture.
        height: of the picture.
    """
    x, y = xy_px[..., 0], xy_px[..., 1]
    margin = _MARGIN * float(np.nanmax(y) - np.nanmin(y))
    left, right = np.nanmin(x) - margin, np.nanmax(x) + margin
    top, bottom = np.nanmin(y) - margin, np.nanmax(y) + margin
    return (
        int(np.clip(left, 0, width - 64)),
        int(np.clip(top, 0, height - 64)),
        int(np.clip(right, 64, width)),
        int(np.clip(bottom, 64, height)),
    )


def written(info: VideoInfo, variant: Variant) -> tuple[Path, float]:
    """Return the changed clip (from the cache if it is there) and its first frame's time in the original."""
    folder = CACHE / "variants"
    path = folder / f"{file_digest(info.path)}-{variant.name.replace(' ', '_').replace(',', '')}.mp4"
    with read_frames(info.path) as frames:
        times = np.array([frame.time_s for frame in frames])[variant.phase :: variant.stride]
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"part-{os.getpid()}-{path.name}")
        pictures = _pictures(info, variant)
        first = next(pictures)
        height, width = first.shape[:2]
        fps = info.mean_fps / variant.stride
        capture = CaptureSpec(fps=round(fps), width=width, height=height, crf=variant.crf)
        write_video(partial, _chained(first, pictures), times - times[0], capture)
        partial.replace(path)
    return path, float(times[0])


def _chained(first: Rgb, others: Iterator[Rgb]) -> Iterator[Rgb]:
    yield first
    yield from others


def _pictures(info: VideoInfo, variant: Variant) -> Iterator[Rgb]:
    """Yield the pictures that are kept, changed, with even sides."""
    with read_frames(info.path) as frames:
        for number, frame in enumerate(frames):
            if number % variant.stride == variant.phase:
                rgb = variant.change(frame.rgb)
                yield np.ascontiguousarray(rgb[: rgb.shape[0] // 2 * 2, : rgb.shape[1] // 2 * 2])
