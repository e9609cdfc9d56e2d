"""The athlete's skeleton and knee angle, drawn on a picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kickform.numeric import FloatArray, RgbArray
from kickform.pose.track import Landmark
from kickform.report.overlay.drawing import (
    Color,
    blend,
    draw_dot,
    draw_line,
    draw_text,
    fill_block,
    fill_sector,
    text_size,
)

__all__ = ["CONTACT", "FLIGHT", "INK", "WHITE", "Figure", "draw_figure"]

CONTACT: Color = (255, 122, 47)
FLIGHT: Color = (77, 182, 255)
WHITE: Color = (255, 255, 255)
INK: Color = (13, 17, 23)
_FAR: Color = (190, 199, 209)

_UNSEEN = 0.25
_FAINT = 0.5

_TRUNK = (("L_SHOULDER", "R_SHOULDER"), ("L_HIP", "R_HIP"), ("L_SHOULDER", "L_HIP"), ("R_SHOULDER", "R_HIP"))
_ARM = (("SHOULDER", "ELBOW"), ("ELBOW", "WRIST"))
_LEG = (
    ("HIP", "KNEE"),
    ("KNEE", "ANKLE"),
    ("ANKLE", "HEEL"),
    ("HEEL", "FOOT_INDEX"),
    ("ANKLE", "FOOT_INDEX"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One pose to draw, in the pixels of the picture it is drawn on.

    Attributes:
        xy_px: (33, 2) landmarks.
        visibility: (33,) in [0, 1].
        leg: the leg to emphasise.
        leg_color: its colour.
        knee_flexion_deg: the angle to write at that leg's knee; None to write none.
        facing: +1 if the athlete faces right in the picture, -1 if left.
    """

    xy_px: FloatArray
    visibility: FloatArray
    leg: Literal["left", "right"]
    leg_color: Color
    knee_flexion_deg: float | None
    facing: int


@dataclass(frozen=True, slots=True)
class _Limb:
    start: Landmark
    end: Landmark
    color: Color
    width: float


def draw_figure(rgb: RgbArray, figure: Figure, unit_px: float) -> None:
    """Draw the skeleton on `rgb` in place; `unit_px` is a thousandth of the picture's shorter side.

    The emphasised leg is thick and coloured, the rest white, the far side thin and grey. Limbs with low
    visibility are faint; limbs that are not seen are left out.
    """
    near = _limbs(figure, far=False)
    far = _limbs(figure, far=True)

    def halo(layer: RgbArray) -> None:
        for limb in [*far, *near]:
            if _seen(figure, limb) >= _FAINT:
                draw_line(layer, *_ends(figure, limb), INK, (limb.width + 3.5) * unit_px)

    blend(rgb, 0.45, halo)
    for group, alpha in ((far, 0.75), (near, 1.0)):
        _draw_group(rgb, figure, group, unit_px, alpha)
    if figure.knee_flexion_deg is not None:
        _draw_knee(rgb, figure, figure.knee_flexion_deg, unit_px)


def _draw_group(rgb: RgbArray, figure: Figure, limbs: list[_Limb], unit_px: float, alpha: float) -> None:
    """Draw the limbs of one side: well visible ones at `alpha`, others fainter."""
    sure = [limb for limb in limbs if _seen(figure, limb) >= _FAINT]
    unsure = [limb for limb in limbs if _UNSEEN <= _seen(figure, limb) < _FAINT]

    def paint(layer: RgbArray, chosen: list[_Limb]) -> None:
        for limb in chosen:
            draw_line(layer, *_ends(figure, limb), limb.color, limb.width * unit_px)
        for limb in chosen:
            draw_dot(layer, figure.xy_px[limb.end], WHITE, 0.55 * limb.width * unit_px)

    if unsure:
        blend(rgb, 0.4 * alpha, lambda layer: paint(layer, unsure))
    if sure and alpha < 1:
        blend(rgb, alpha, lambda layer: paint(layer, sure))
    elif sure:
        paint(rgb, sure)


def _limbs(figure: Figure, *, far: bool) -> list[_Limb]:
    """Return the limbs of the near side and the trunk, or those of the far side."""
    near_letter, far_letter = ("L", "R") if figure.leg == "left" else ("R", "L")
    letter = far_letter if far else near_letter
    arm_color, arm_width = (_FAR, 3.5) if far else (WHITE, 5.0)
    leg_color, leg_width = (_FAR, 4.5) if far else (figure.leg_color, 8.0)
    limbs = [_limb(f"{letter}_{a}", f"{letter}_{b}", arm_color, arm_width) for a, b in _ARM]
    limbs += [_limb(f"{letter}_{a}", f"{letter}_{b}", leg_color, leg_width) for a, b in _LEG]
    if not far:
        limbs = [_limb(a, b, WHITE, 5.0) for a, b in _TRUNK] + limbs
    return limbs


def _limb(start: str, end: str, color: Color, width: float) -> _Limb:
    return _Limb(Landmark[start], Landmark[end], color, width)


def _ends(figure: Figure, limb: _Limb) -> tuple[FloatArray, FloatArray]:
    return figure.xy_px[limb.start], figure.xy_px[limb.end]


def _seen(figure: Figure, limb: _Limb) -> float:
    return float(min(figure.visibility[limb.start], figure.visibility[limb.end]))


def _draw_knee(rgb: RgbArray, figure: Figure, flexion_deg: float, unit_px: float) -> None:
    """Draw the knee angle as a wedge between the extended thigh and the shank, with its number."""
    letter = "L" if figure.leg == "left" else "R"
    hip, knee, ankle = (figure.xy_px[Landmark[f"{letter}_{name}"]] for name in ("HIP", "KNEE", "ANKLE"))
    thigh, shank = knee - hip, ankle - knee
    reach = float(np.linalg.norm(shank))
    if reach < 1 or not np.isfinite(thigh).all():
        return
    onward = math.degrees(math.atan2(thigh[1], thigh[0]))
    turn = (math.degrees(math.atan2(shank[1], shank[0])) - onward + 180) % 360 - 180
    radius = 0.42 * reach
    blend(rgb, 0.55, lambda layer: fill_sector(layer, knee, radius, onward, onward + turn, WHITE))
    tip = knee + thigh / max(1.0, float(np.linalg.norm(thigh))) * radius
    draw_line(rgb, knee, tip, WHITE, 1.5 * unit_px)
    _draw_label(rgb, knee, f"{flexion_deg:.0f}°", figure.facing, unit_px)


def _draw_label(rgb: RgbArray, knee: FloatArray, words: str, facing: int, unit_px: float) -> None:
    """Write the knee angle on a dark label in front of the knee."""
    size = 42 * unit_px
    width, height = text_size(words, size, "bold")
    pad = 9 * unit_px
    gap = 26 * unit_px
    left = knee[0] + gap if facing > 0 else knee[0] - gap - width - 2 * pad
    left = min(max(left, 0.0), rgb.shape[1] - width - 2 * pad)
    top = knee[1] - height / 2 - pad / 2
    box = (left, top, left + width + 2 * pad, top + height + pad)
    fill_block(rgb, box, INK, alpha=0.72, radius_px=0.3 * height)
    draw_text(rgb, (left + pad, top + pad * 0.6), words, size, WHITE, weight="bold")
