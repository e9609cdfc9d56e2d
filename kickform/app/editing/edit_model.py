"""The model of the event editor: which contacts can be edited, and which correction a chosen frame means.

The user picks the first or the last frame on the ground. The event itself is half a frame away, because the
foot landed between that frame and the one before. Pure functions; no Streamlit in here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from kickform.events.corrections import Correction
from kickform.events.types import Contact, Side
from kickform.motion.motion import Motion
from kickform.numeric import FloatArray
from kickform.pose.track import Landmark
from kickform.results.analysis import Analysis

__all__ = [
    "EventKind",
    "Row",
    "add_missed",
    "contact_words",
    "correct_event",
    "default_row",
    "editable_contacts",
    "event_frame",
    "feet_centre_px",
    "feet_view_width_px",
    "remove_contact",
    "toe_height_cm",
]

Row = Literal["body", "left", "right"]
EventKind = Literal["touchdown", "takeoff"]

_LEFT, _RIGHT = [Landmark.L_HEEL, Landmark.L_FOOT_INDEX], [Landmark.R_HEEL, Landmark.R_FOOT_INDEX]
_FEET: dict[Row, list[Landmark]] = {"body": _LEFT + _RIGHT, "left": _LEFT, "right": _RIGHT}
_FEET_SHARE = 0.62
"""Width of the view of the feet in body heights: both feet and some ground."""


def editable_contacts(motion: Motion, row: Row) -> list[Contact]:
    """Return the contacts of a row with at least one end to correct, in order."""
    pieces = motion.contacts if row == "body" else [s for s in motion.steps if s.side == row]
    return [c for c in pieces if math.isfinite(min(c.touchdown_sd_s, c.takeoff_sd_s))]


def default_row(analysis: Analysis) -> Row:
    """Return the first row to show: the whole body for jumps, one foot for steps."""
    if analysis.flights or not analysis.contacts:
        return "body"
    return "right" if analysis.contacts[0].side == "right" else "left"


def contact_words(contact: Contact, factor: float) -> str:
    """Return a contact as text: ``From 1.242 to 1.446 s, 204 ms; touchdown set by hand.``"""
    length = f"{1000 * contact.duration_s / factor:.0f} ms" if math.isfinite(contact.sd_s) else "end not seen"
    words = f"From {contact.touchdown_s:.3f} to {contact.takeoff_s:.3f} s, {length}"
    ends = (("touchdown", contact.touchdown_by_hand), ("take-off", contact.takeoff_by_hand))
    by_hand = " and ".join(name for name, is_set in ends if is_set)
    return f"{words}; {by_hand} set by hand." if by_hand else f"{words}."


def event_frame(times_s: FloatArray, contact: Contact, event: EventKind) -> int:
    """Return the index of the contact's first frame on the ground (touchdown) or the last one (take-off)."""
    if event == "touchdown":
        index = int(np.searchsorted(times_s, contact.touchdown_s))
    else:
        index = int(np.searchsorted(times_s, contact.takeoff_s, side="right")) - 1
    return int(np.clip(index, 0, len(times_s) - 1))


def correct_event(times_s: FloatArray, contact: Contact, event: EventKind, frame: int) -> Correction:
    """Return the correction that makes `frame` the contact's first or last frame on the ground."""
    at_s = (contact.touchdown_s + contact.takeoff_s) / 2
    if event == "touchdown":
        return Correction(contact.side, at_s=at_s, touchdown_s=_before(times_s, frame))
    return Correction(contact.side, at_s=at_s, takeoff_s=_after(times_s, frame))


def remove_contact(contact: Contact) -> Correction:
    """Return the correction that removes a contact."""
    return Correction(contact.side, at_s=(contact.touchdown_s + contact.takeoff_s) / 2, remove=True)


def add_missed(
    times_s: FloatArray, row: Row, what: Literal["contact", "flight"], first: int, last: int
) -> Correction:
    """Return the correction that adds a missed contact or flight from its first to its last frame.

    Raises:
        UsageError: the last frame is before the first one.
    """
    side: Side = "both" if row == "body" else row
    start_s, stop_s = _before(times_s, first), _after(times_s, last)
    if what == "contact":
        return Correction(side, touchdown_s=start_s, takeoff_s=stop_s)
    return Correction(side, "flight", takeoff_s=start_s, touchdown_s=stop_s)


def _before(times_s: FloatArray, frame: int) -> float:
    """Return the middle between a frame and the one before; half an interval before the first one."""
    before = times_s[frame - 1] if frame > 0 else 2 * times_s[0] - times_s[1]
    return round(float(before + times_s[frame]) / 2, 6)


def _after(times_s: FloatArray, frame: int) -> float:
    """Return the middle between a frame and the next; half an interval after the last one."""
    after = times_s[frame + 1] if frame + 1 < len(times_s) else 2 * times_s[-1] - times_s[-2]
    return round(float(after + times_s[frame]) / 2, 6)


def feet_centre_px(motion: Motion, row: Row, frame: int, around: int = 8) -> FloatArray | None:
    """Return (2,) the position of the row's feet near a frame, pixels of the full frame; None if not seen.

    It is the median over some frames, so the view stays still while the user steps through them.
    """
    near = motion.track.xy_px[max(0, frame - around) : frame + around + 1][:, _FEET[row]]
    if not np.isfinite(near).any():
        return None
    return np.asarray(np.nanmedian(near.reshape(-1, 2), axis=0), dtype=np.float64)


def feet_view_width_px(body_px: float) -> float:
    """Return the width of the view of the feet, pixels, for a body height in pixels."""
    return _FEET_SHARE * body_px


def toe_height_cm(motion: Motion, row: Row, frames: Sequence[int]) -> FloatArray:
    """Return (N,) the height of the row's lower toe above its lowest point in these frames.

    In centimetres if the scale is known, else in pixels. NaN if the athlete is not seen.
    """
    toes = [Landmark.L_FOOT_INDEX, Landmark.R_FOOT_INDEX]
    chosen = toes if row == "body" else [toes[0] if row == "left" else toes[1]]
    low = -motion.track.xy_px[list(frames)][:, chosen, 1].max(axis=1)
    if not np.isfinite(low).any():
        return np.asarray(low, dtype=np.float64)
    scale = 100 * motion.scale.m_per_px if motion.scale else 1.0
    return np.asarray((low - np.nanmin(low)) * scale, dtype=np.float64)
