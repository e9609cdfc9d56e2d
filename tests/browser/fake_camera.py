"""A clip as Chromium's fake camera wants it (.y4m, looped), each frame with its number in the corner."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from kickform.video.reader import read_frames

WIDTH, HEIGHT = 640, 480
_BITS, _CELL = 10, 16


def make_camera_file(clip: Path, out: Path, *, every: int, fps: float, still_s: float) -> int:
    """Write every `every`-th frame of `clip`, cut to 4:3, to play at `fps`; return how many frames.

    The first and the last frame stand still for `still_s` of the clip's own time.
    """
    pictures = []
    with read_frames(clip) as frames:
        still = round(still_s * frames.info.mean_fps / every)
        for frame in frames:
            if frame.index % every == 0:
                pictures.append(_cut(frame.rgb))
    pictures = [pictures[0]] * still + pictures + [pictures[-1]] * still
    with out.open("wb") as file:
        rate = round(1000 * fps)
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{rate}:1000 Ip A1:1 C420jpeg\n".encode())
        for number, picture in enumerate(pictures):
            file.write(b"FRAME\n" + cv2.cvtColor(_stamped(picture, number), cv2.COLOR_RGB2YUV_I420).tobytes())
    return len(pictures)


def _cut(rgb: np.ndarray) -> np.ndarray:
    wide = round(rgb.shape[1] * HEIGHT / rgb.shape[0])
    small = cv2.resize(rgb, (wide, HEIGHT), interpolation=cv2.INTER_AREA)
    left = (wide - WIDTH) // 2
    return small[:, left : left + WIDTH]


def _stamped(rgb: np.ndarray, number: int) -> np.ndarray:
    picture = np.ascontiguousarray(rgb).copy()
    for bit in range(_BITS):
        shade = 235 if number >> bit & 1 else 20
        picture[:_CELL, bit * _CELL : (bit + 1) * _CELL] = shade
    return picture


def read_stamp(rgb: np.ndarray) -> int:
    """Return the number in the picture's corner."""
    scale = rgb.shape[1] / WIDTH
    number = 0
    for bit in range(_BITS):
        y, x = round(_CELL / 2 * scale), round((bit + 0.5) * _CELL * scale)
        number |= int(rgb[y, x].mean() > 128) << bit
    return number
