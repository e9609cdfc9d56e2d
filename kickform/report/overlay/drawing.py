"""Draws anti-aliased shapes and text on (H, W, 3) uint8 RGB pictures. Colours are (r, g, b), 0 to 255."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from kickform.numeric import FloatArray, RgbArray

__all__ = [
    "Anchor",
    "Color",
    "Weight",
    "blend",
    "draw_dot",
    "draw_line",
    "draw_text",
    "fill_block",
    "fill_sector",
    "text_size",
]

Color = tuple[int, int, int]
Anchor = Literal["left", "middle", "right"]
Weight = Literal["regular", "bold"]

_SHIFT = 4
_ONE = 1 << _SHIFT
_FINE = 4


def _fixed(point: FloatArray | Sequence[float]) -> tuple[int, int]:
    """Return a point in the fixed-point pixels that OpenCV uses for sub-pixel drawing."""
    return round(float(point[0]) * _ONE), round(float(point[1]) * _ONE)


def draw_line(
    rgb: RgbArray, start: FloatArray | Sequence[float], end: FloatArray | Sequence[float],
    color: Color, width_px: float,
) -> None:  # fmt: skip
    """Draw a line with round ends, in place."""
    cv2.line(rgb, _fixed(start), _fixed(end), color, max(1, round(width_px)), cv2.LINE_AA, _SHIFT)


def draw_dot(rgb: RgbArray, centre: FloatArray | Sequence[float], color: Color, radius_px: float) -> None:
    """Draw a filled circle, in place."""
    cv2.circle(rgb, _fixed(centre), max(1, round(radius_px * _ONE)), color, -1, cv2.LINE_AA, _SHIFT)


def fill_sector(
    rgb: RgbArray, centre: FloatArray, radius_px: float, from_deg: float, to_deg: float, color: Color
) -> None:
    """Fill a circular sector, in place; degrees run clockwise from the right."""
    arc = np.radians(np.linspace(from_deg, to_deg, 25))
    rim = np.column_stack([np.cos(arc), np.sin(arc)]) * radius_px + centre
    points = np.round(np.vstack([centre[None], rim]) * _ONE).astype(np.int32)
    cv2.fillPoly(rgb, [points], color, cv2.LINE_AA, _SHIFT)


def blend(rgb: RgbArray, alpha: float, draw: Callable[[RgbArray], None]) -> None:
    """Let `draw` paint on a copy and blend it in with weight `alpha`, in place."""
    layer = rgb.copy()
    draw(layer)
    cv2.addWeighted(layer, alpha, rgb, 1 - alpha, 0, dst=rgb)


def fill_block(
    rgb: RgbArray, box: tuple[float, float, float, float], color: Color, *, alpha: float = 1.0,
    radius_px: float = 0.0,
) -> None:  # fmt: skip
    """Fill the rectangle (left, top, right, bottom) with round corners, in place, clipped to `rgb`."""
    height, width = rgb.shape[:2]
    left, top = max(0, round(box[0])), max(0, round(box[1]))
    right, bottom = min(width, round(box[2])), min(height, round(box[3]))
    if right <= left or bottom <= top:
        return
    region = rgb[top:bottom, left:right].astype(np.float32)
    radius = min(round(radius_px), (right - left) // 2, (bottom - top) // 2)
    cover = _rounded(right - left, bottom - top, radius)[..., None] * alpha
    rgb[top:bottom, left:right] = (region + (np.array(color, np.float32) - region) * cover).astype(np.uint8)


@lru_cache(maxsize=64)
def _rounded(width: int, height: int, radius: int) -> NDArray[np.float32]:
    """Return the coverage (height, width) of a rounded rectangle, 0 to 1."""
    if radius <= 0:
        return np.ones((height, width), np.float32)
    large = Image.new("L", (width * 4, height * 4))
    corner = (0, 0, width * 4 - 1, height * 4 - 1)
    ImageDraw.Draw(large).rounded_rectangle(corner, radius * 4, fill=255)
    small = large.resize((width, height), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / np.float32(255)


def draw_text(
    rgb: RgbArray, at: tuple[float, float], words: str, size_px: float, color: Color, *,
    anchor: Anchor = "left", weight: Weight = "regular", alpha: float = 1.0,
) -> None:  # fmt: skip
    """Write `words` with the top of the line at `at`, in place, clipped to the picture."""
    mask = _glyphs(words, max(6, round(size_px)), weight)
    rows, columns = mask.shape
    shift = {"left": 0.0, "middle": columns / 2, "right": float(columns)}[anchor]
    left, top = round(at[0] - shift), round(at[1])
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(rgb.shape[1], left + columns), min(rgb.shape[0], top + rows)
    if x1 <= x0 or y1 <= y0:
        return
    cover = mask[y0 - top : y1 - top, x0 - left : x1 - left, None] * alpha
    region = rgb[y0:y1, x0:x1].astype(np.float32)
    rgb[y0:y1, x0:x1] = (region + (np.array(color, np.float32) - region) * cover).astype(np.uint8)


def text_size(words: str, size_px: float, weight: Weight = "regular") -> tuple[int, int]:
    """Return (width, height) in pixels of the words at this size."""
    rows, columns = _glyphs(words, max(6, round(size_px)), weight).shape
    return columns, rows


@lru_cache(maxsize=1024)
def _glyphs(words: str, size_px: int, weight: Weight) -> NDArray[np.float32]:
    """Return the coverage (rows, columns) of a line of text, 0 to 1; rows are the font's line height."""
    fine = size_px * _FINE
    font = ImageFont.load_default(fine)
    stroke = fine // 36 if weight == "bold" else 0
    columns = math.ceil((font.getlength(words) + 2 * stroke) / _FINE) + 2
    rows = math.ceil(1.3 * size_px)
    canvas = Image.new("L", (columns * _FINE, rows * _FINE))
    start = (_FINE + stroke, stroke)
    ImageDraw.Draw(canvas).text(start, words, fill=255, font=font, stroke_width=stroke)
    small = canvas.resize((columns, rows), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / np.float32(255)
