"""Line drawings as inline SVG; they take the text's colour, so they fit light and dark pages."""

from __future__ import annotations

from html import escape
from typing import Literal

import streamlit as st

__all__ = ["FILMING_ALT", "draw", "filming", "score_dial"]

FILMING_ALT = (
    "Two drawings. What the phone should see: one athlete from the side, from head to feet, with room above "
    "for the jump. Seen from above: the phone stands 3 to 4 metres away, at a right angle to the "
    "direction the athlete faces."
)

_ATHLETE = """
<g transform="translate({x} {y}) scale({scale})" fill="none" stroke="currentColor" stroke-linecap="round"
   stroke-linejoin="round" stroke-width="7">
  <circle cx="4" cy="-95" r="8.5" fill="currentColor" stroke="none"/>
  <path d="M0 -78 L-3 -47" stroke-width="10"/>
  <path d="M0 -77 L11 -91 L8 -111"/>
  <path d="M-3 -47 L6 -25 L-2 -5" stroke="#F26B21" stroke-width="8"/>
  <path d="M-2 -5 L11 -1" stroke="#F26B21" stroke-width="6"/>
</g>
"""

_FILMING = """
<svg role="img" aria-label="{alt}" viewBox="0 0 360 222" width="100%" xmlns="http://www.w3.org/2000/svg"
     font-family="inherit" font-size="12.5" fill="currentColor" text-anchor="middle">
  <rect x="8" y="6" width="186" height="182" rx="18" fill="none" stroke="currentColor" stroke-width="4"/>
  <rect x="17" y="15" width="168" height="164" rx="10" fill="currentColor" opacity="0.06"/>
  <path d="M17 157 H185" stroke="currentColor" stroke-width="2" opacity="0.45"/>
  <path d="M34 22 V150" stroke="#3B9FE8" stroke-width="2" stroke-dasharray="4 4"/>
  <path d="M29 28 L34 20 L39 28 M29 144 L34 152 L39 144" stroke="#3B9FE8" stroke-width="2" fill="none"/>
  {athlete}
  <circle cx="166" cy="34" r="12" fill="#2E9E6B"/>
  <path d="M160 34 L164.500 38.500 L172 30" fill="none" stroke="#fff" stroke-width="2.600"
        stroke-linecap="round" stroke-linejoin="round"/>
  <text x="101" y="210">Head to feet, from the side</text>
  <g transform="translate(286 0)">
    <path d="M-36 40 H36" stroke="currentColor" stroke-width="2" stroke-dasharray="2 5" opacity="0.5"/>
    <ellipse cx="0" cy="40" rx="8" ry="17" fill="currentColor"/>
    <circle cx="2" cy="40" r="7.500" fill="#F26B21"/>
    <path d="M28 40 H46 M40 34 L47 40 L40 46" fill="none" stroke="currentColor" stroke-width="2.500"
          stroke-linecap="round" stroke-linejoin="round"/>
    <path d="M0 158 L-40 58 M0 158 L40 58" stroke="#3B9FE8" stroke-width="1.500" opacity="0.8"/>
    <path d="M0 158 L-40 58 H40 Z" fill="#3B9FE8" opacity="0.1"/>
    <path d="M0 62 V146" stroke="currentColor" stroke-width="1.500" opacity="0.7"/>
    <path d="M-4 68 L0 61 L4 68 M-4 140 L0 147 L4 140" fill="none" stroke="currentColor"
          stroke-width="1.500" opacity="0.7"/>
    <text x="23" y="116" text-anchor="start" font-weight="600">3–4 m</text>
    <rect x="-19" y="158" width="38" height="11" rx="3.500" fill="currentColor"/>
    <circle cx="0" cy="159" r="3" fill="#3B9FE8"/>
    <path d="M0 169 L-13 186 M0 169 L13 186" stroke="currentColor" stroke-width="2.500"
          stroke-linecap="round"/>
    <text x="0" y="210">Seen from above</text>
  </g>
</svg>
"""

_DIAL = """
<svg role="img" aria-label="{alt}" viewBox="0 0 120 120" width="100" height="100"
     xmlns="http://www.w3.org/2000/svg" font-family="inherit" fill="currentColor" text-anchor="middle">
  <circle cx="60" cy="60" r="50" fill="none" stroke="currentColor" stroke-width="10" opacity="0.12"/>
  <circle cx="60" cy="60" r="50" fill="none" stroke="{color}" stroke-width="10" stroke-linecap="round"
          stroke-dasharray="{done:.1f} 315" transform="rotate(-90 60 60)"/>
  <text x="60" y="{number_y}" font-size="{number_size}" font-weight="700">{number}</text>
  <text x="60" y="84" font-size="13" opacity="0.75">{under}</text>
</svg>
"""

# st.html removes SVG, and an image file would not follow the theme.
_DRAWING = st.components.v2.component(
    "kickform_drawing",
    html="<div class='drawing'></div>",
    css=""".drawing { color: var(--st-text-color); font-family: var(--st-font); line-height: 0; }
.drawing svg { max-width: 100%; height: auto; }""",
    js="""export default function (component) {
  const { data, parentElement } = component
  parentElement.querySelector(".drawing").innerHTML = data.svg
}""",
)

_ROUND = 314.16
_COLORS = ((70, "#2E9E6B"), (50, "#D99A1C"), (0, "#D9534F"))


def draw(svg: str, key: str, width: int | Literal["stretch"] = "stretch") -> None:
    """Show one of the drawings of this module."""
    _DRAWING(data={"svg": svg}, key=key, width=width)


def filming() -> str:
    """Return the drawing that shows how to film."""
    athlete = _ATHLETE.format(x=104, y=150, scale=1.06)
    return _FILMING.format(alt=escape(FILMING_ALT), athlete=athlete)


def score_dial(score: float | None, small: bool = False) -> str:
    """Return a ring filled up to the score, with the number inside; a dash if there is no score.

    A small dial has no words under the number: they would be too small to read.
    """
    if score is None:
        alt, number, under, color, done = "No score", "–", "no score", "none", 0.0
    else:
        alt, number, under = f"Score {score:.0f} of 100", f"{score:.0f}", "of 100"
        color = next(color for least, color in _COLORS if score >= least)
        done = _ROUND * min(100.0, max(0.0, score)) / 100
    if small:
        under = ""
    return _DIAL.format(
        alt=alt, number=number, under=under, color=color, done=done, number_y=74 if small else 67,
        number_size=44 if small else 36,
    )  # fmt: skip
