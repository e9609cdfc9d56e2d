"""The head-up display of the overlay: drill, rep, contact time and the timeline of contacts."""

from __future__ import annotations

from dataclasses import dataclass

from kickform.numeric import RgbArray
from kickform.report.overlay.drawing import Anchor, Color, draw_line, draw_text, fill_block, text_size
from kickform.report.overlay.skeleton import CONTACT, FLIGHT, INK, WHITE
from kickform.results.analysis import Analysis, ContactResult
from kickform.results.findings import RepResult

__all__ = ["HudState", "draw_hud", "hud_state_at"]

_WINDOW_S = 8.0
_MUTED: Color = (200, 208, 218)


@dataclass(frozen=True, slots=True)
class HudState:
    """What the head-up display shows at one time of the clip.

    Attributes:
        time_s: time in the file, seconds.
        contact: the contact in progress, or None.
        airborne: whether a flight is in progress.
        last_contact: the last contact that has ended, or None.
        rep: the last rep that has begun, or None.
    """

    time_s: float
    contact: ContactResult | None
    airborne: bool
    last_contact: ContactResult | None
    rep: RepResult | None


def hud_state_at(analysis: Analysis, time_s: float) -> HudState:
    """Return what to show at `time_s`, seconds in the file."""
    contact = next((c for c in analysis.contacts if c.touchdown_s <= time_s < c.takeoff_s), None)
    ended = [c for c in analysis.contacts if c.takeoff_s <= time_s]
    begun = [rep for rep in analysis.reps if rep.start_s <= time_s]
    airborne = any(f.takeoff_s <= time_s < f.touchdown_s for f in analysis.flights)
    return HudState(time_s, contact, airborne, ended[-1] if ended else None, begun[-1] if begun else None)


def draw_hud(rgb: RgbArray, analysis: Analysis, state: HudState, title: str, unit_px: float) -> None:
    """Draw the panels and the timeline on `rgb` in place."""
    number = f"Rep {state.rep.number}/{len(analysis.reps)}" if state.rep else "Ready"
    _panel(rgb, title, number, WHITE, "left", unit_px)
    label, value, color = _contact_words(state, analysis.video.factor_at(state.time_s))
    _panel(rgb, label, value, color, "right", unit_px)
    _timeline(rgb, analysis, state, unit_px)


def _contact_words(state: HudState, slow_motion: float) -> tuple[str, str, Color]:
    """Return the label, the number and the colour of the contact panel."""
    if state.contact is not None:
        running_ms = 1000 * (state.time_s - state.contact.touchdown_s) / slow_motion
        return "On the ground", f"{running_ms:.0f} ms", CONTACT
    label = "In the air" if state.airborne and state.last_contact is None else "Last contact"
    color = FLIGHT if state.airborne else WHITE
    if state.last_contact is None:
        return label, "-", color
    return label, f"{state.last_contact.contact_time_ms:.0f} ms", color


def _panel(rgb: RgbArray, label: str, value: str, color: Color, side: Anchor, unit_px: float) -> None:
    """Draw a dark panel with a small label over a large value in one upper corner."""
    margin, pad = 22 * unit_px, 20 * unit_px
    small, large = 44 * unit_px, 82 * unit_px
    room = rgb.shape[1] / 2 - 1.5 * margin - 2 * pad
    while text_size(label, small)[0] > room and small > 12:
        small *= 0.92
    while text_size(value, large, "bold")[0] > room and large > 14:
        large *= 0.92
    widest = max(text_size(label, small)[0], text_size(value, large, "bold")[0], 170 * unit_px)
    height = 2 * pad + 1.2 * small + 1.15 * large
    left = margin if side == "left" else rgb.shape[1] - margin - widest - 2 * pad
    box = (left, margin, left + widest + 2 * pad, margin + height)
    fill_block(rgb, box, INK, alpha=0.62, radius_px=18 * unit_px)
    x = left + pad if side == "left" else left + pad + widest
    draw_text(rgb, (x, margin + pad), label, small, _MUTED, anchor=side)
    draw_text(rgb, (x, margin + pad + 1.25 * small), value, large, color, anchor=side, weight="bold")


def _timeline(rgb: RgbArray, analysis: Analysis, state: HudState, unit_px: float) -> None:
    """Draw the timeline at the bottom: contacts as blocks, flights as a thin bar, and the playhead.

    For a long clip it shows a window of 8 s that follows the playhead.
    """
    height, width = rgb.shape[:2]
    margin, tall = 22 * unit_px, 66 * unit_px
    top, bottom = height - margin - tall, height - margin
    fill_block(rgb, (margin, top, width - margin, bottom), INK, alpha=0.62, radius_px=16 * unit_px)
    inset = margin + 16 * unit_px
    start_s, span_s = _window(analysis.video.duration_s, state.time_s)

    def place(time_s: float) -> float:
        share = min(1.0, max(0.0, (time_s - start_s) / span_s))
        return float(inset + share * (width - 2 * inset))

    middle = (top + bottom) / 2
    for flight in analysis.flights:
        _span(rgb, place(flight.takeoff_s), place(flight.touchdown_s), middle, 8 * unit_px, FLIGHT)
    for contact in analysis.contacts:
        _span(rgb, place(contact.touchdown_s), place(contact.takeoff_s), middle, 36 * unit_px, CONTACT)
    x = place(state.time_s)
    draw_line(rgb, (x, top + 5 * unit_px), (x, bottom - 5 * unit_px), INK, 7 * unit_px)
    draw_line(rgb, (x, top + 4 * unit_px), (x, bottom - 4 * unit_px), WHITE, 4 * unit_px)


def _window(duration_s: float, time_s: float) -> tuple[float, float]:
    """Return start and length of the time that the timeline shows, seconds."""
    if duration_s <= _WINDOW_S:
        return 0.0, max(duration_s, 1e-3)
    return min(max(0.0, time_s - _WINDOW_S / 2), duration_s - _WINDOW_S), _WINDOW_S


def _span(rgb: RgbArray, left: float, right: float, middle: float, thick: float, color: Color) -> None:
    if right - left >= 0.5:
        fill_block(rgb, (left, middle - thick / 2, right, middle + thick / 2), color, radius_px=thick / 6)
