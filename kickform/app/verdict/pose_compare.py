"""Two skeletons drawn over each other, on one scale and at the same phase of the movement."""

from __future__ import annotations

from html import escape

import numpy as np

from kickform.numeric import FloatArray
from kickform.pose.track import Landmark

__all__ = ["FIRST", "SECOND", "overlay_skeletons"]

FIRST, SECOND = "#F26B21", "#3B9FE8"
_TALL, _WIDE, _UNIT = 1.5, 1.3, 300.0
_BONES = (
    ("L_SHOULDER", "R_SHOULDER"), ("L_HIP", "R_HIP"), ("L_SHOULDER", "L_HIP"), ("R_SHOULDER", "R_HIP"),
    *((f"{s}_{a}", f"{s}_{b}") for s in "LR" for a, b in (
        ("SHOULDER", "ELBOW"), ("ELBOW", "WRIST"), ("HIP", "KNEE"), ("KNEE", "ANKLE"), ("ANKLE", "HEEL"),
        ("HEEL", "FOOT_INDEX"), ("ANKLE", "FOOT_INDEX"))),
)  # fmt: skip


def overlay_skeletons(first: FloatArray | None, second: FloatArray | None, alt: str) -> str:
    """Return an SVG of two postures (see `kickform.history.compare.posture_at`) on one ground line."""
    wide, tall = _WIDE * _UNIT, _TALL * _UNIT
    floor = tall - 14
    figures = "".join(
        _figure(posture, color, wide / 2, floor, dashed)
        for posture, color, dashed in ((first, FIRST, False), (second, SECOND, True))
        if posture is not None
    )
    return (
        f'<svg role="img" aria-label="{escape(alt)}" viewBox="0 0 {wide:.0f} {tall:.0f}" width="100%" '
        'style="max-height:460px" xmlns="http://www.w3.org/2000/svg" stroke-linecap="round">'
        f'<path d="M10 {floor} H{wide - 10}" stroke="currentColor" stroke-width="2" opacity="0.4"/>'
        f"{figures}</svg>"
    )


def _figure(posture: FloatArray, color: str, x: float, floor: float, dashed: bool) -> str:
    """Return one figure as SVG; the second has dashed lines, so that colour is not the only difference."""
    points = np.column_stack([x + _UNIT * posture[:, 0], floor - _UNIT * posture[:, 1]])
    lines = "".join(
        f'<path d="M{points[Landmark[a]][0]:.1f} {points[Landmark[a]][1]:.1f} '
        f'L{points[Landmark[b]][0]:.1f} {points[Landmark[b]][1]:.1f}"/>'
        for a, b in _BONES
        if np.isfinite(points[[Landmark[a], Landmark[b]]]).all()
    )
    head = (points[Landmark.L_EAR] + points[Landmark.R_EAR]) / 2
    circle = f'<circle cx="{head[0]:.1f}" cy="{head[1]:.1f}" r="17"/>' if np.isfinite(head).all() else ""
    dashes = ' stroke-dasharray="9 7"' if dashed else ""
    return f'<g fill="none" stroke="{color}" stroke-width="6" opacity="0.9"{dashes}>{lines}{circle}</g>'
