"""The event editor: choose a contact, step to the right frame, set it; all numbers follow at once.

It takes the analysis, the clip and the corrections so far, and returns the new list, so any page can show it.
Keys step too: left and right for one frame, with Shift for ten.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import Any, Literal, cast

import altair as alt
import pandas as pd
import streamlit as st

from kickform.app.editing.edit_model import (
    EventKind,
    Row,
    add_missed,
    contact_words,
    correct_event,
    default_row,
    editable_contacts,
    event_frame,
    feet_centre_px,
    feet_view_width_px,
    remove_contact,
    toe_height_cm,
)
from kickform.app.editing.frames import FrameCache, crop_frame
from kickform.app.shared.wording import plain
from kickform.app.verdict.charts import CONTACT, FLIGHT, NUMBERS
from kickform.errors import KickFormError
from kickform.events.corrections import Correction
from kickform.events.types import Contact
from kickform.motion.motion import Motion
from kickform.pose.geometry import body_height_px, upward
from kickform.results.analysis import Analysis

__all__ = ["Apply", "show_editor"]

Apply = Callable[[tuple[Correction, ...]], None]
"""Judges the clip again with these corrections and keeps them; raises a `KickFormError` if it cannot."""

_ROWS: dict[Row, str] = {"body": "Whole body", "left": "Left foot", "right": "Right foot"}
_EVENTS: dict[EventKind, str] = {"touchdown": "Touchdown", "takeoff": "Take-off"}
_SETS: dict[EventKind, str] = {
    "touchdown": "This is the first frame on the ground",
    "takeoff": "This is the last frame on the ground",
}
_TASKS = {
    "move": "Adjust timing",
    "contact": "Add a contact",
    "flight": "Add a jump",
    "remove": "Remove a contact",
}
_STEPS = ((-10, "Shift+Left"), (-1, "Left"), (1, "Right"), (10, "Shift+Right"))
_CHART_FRAMES = 14
_HELP = (
    "Step to the right frame, then set it. The event is placed half a frame away, because the foot landed "
    "or left between two frames."
)


def show_editor(
    analysis: Analysis, clip: Path, corrections: tuple[Correction, ...], apply: Apply, key: str = "editor"
) -> None:
    """Show the editor.

    Args:
        analysis: the present result with its motion.
        clip: the video file.
        corrections: the corrections so far, in order.
        apply: called with the new list.
        key: prefix of the widgets' keys, unique for each editor.
    """
    motion = analysis.motion
    if motion is None or analysis.basis is None or not clip.is_file():
        st.caption("To correct contacts, check the clip again: it is no longer here.")
        return
    _Editor(analysis, motion, clip, corrections, apply, key).show()


class _Editor:
    """The editor during one run of the script."""

    def __init__(
        self,
        analysis: Analysis,
        motion: Motion,
        clip: Path,
        corrections: tuple[Correction, ...],
        apply: Apply,
        key: str,
    ) -> None:
        self.analysis, self.motion, self.clip = analysis, motion, clip
        self.corrections, self.apply, self.key = corrections, apply, key
        self.times_s = motion.track.time_s

    def show(self) -> None:
        """Show the editor; a change is applied and the page reruns."""
        try:
            self.frames = self._open_frames()
        except KickFormError as error:
            st.error(plain(str(error)), icon=":material/error:")
            return
        task = self._choose("What to do", "task", list(_TASKS), _TASKS, default="move")
        chooser, viewer = st.columns([2, 3], gap="medium")
        with chooser:
            row = cast(Row, self._choose("Feet", "row", list(_ROWS), _ROWS, default_row(self.analysis)))
            contact, event = self._choose_event(row, task)
            self._toe_chart(row, contact)
        with viewer:
            self._picture(row)
            self._step_buttons()
            if task in ("contact", "flight"):
                self._add(row, cast(Literal["contact", "flight"], task))
            elif contact is None:
                st.caption("No contact was found for these feet.")
            elif task == "remove":
                st.button(
                    "Remove this contact", icon=":material/delete:", type="primary", width="stretch",
                    key=f"{self.key}_remove", on_click=self._change, args=(remove_contact(contact),),
                )  # fmt: skip
            else:
                self._set(contact, event)
            self._undo_buttons()

    # Choices

    def _choose(self, label: str, name: str, options: list[Any], words: dict[Any, str], default: str) -> str:
        chosen = st.segmented_control(
            label, options, default=default, format_func=lambda o: words[o], required=True,
            key=f"{self.key}_{name}", on_change=self._look_at_event, width="stretch", wrap=True,
        )  # fmt: skip
        return str(chosen or default)

    def _choose_event(self, row: Row, task: str) -> tuple[Contact | None, EventKind]:
        contacts = editable_contacts(self.motion, row)
        name = f"{self.key}_contact"
        if not contacts:
            return None, "touchdown"
        chosen = st.session_state.get(name)
        if chosen is None:  # start at the first contact with two timed ends, after standing
            st.session_state[name] = next((i for i, c in enumerate(contacts) if isfinite(c.sd_s)), 0)
        elif not 0 <= chosen < len(contacts):
            st.session_state[name] = len(contacts) - 1
        index = st.selectbox(
            "Contact", range(len(contacts)), key=name, on_change=self._look_at_event,
            format_func=lambda i: f"{i + 1} of {len(contacts)}",
        )  # fmt: skip
        st.caption(contact_words(contacts[index or 0], self._factor(contacts[index or 0])))
        event: EventKind = "touchdown"
        if task == "move":
            event = cast(EventKind, self._choose("Event", "event", list(_EVENTS), _EVENTS, "touchdown"))
        contact = contacts[index or 0]
        if self._frame() is None:
            st.session_state[f"{self.key}_frame"] = event_frame(self.times_s, contact, event)
        return contact, event

    def _factor(self, contact: Contact) -> float:
        return self.analysis.video.factor_at((contact.touchdown_s + contact.takeoff_s) / 2)

    def _look_at_event(self) -> None:
        """Forget the frame, so that the chosen event's frame is shown."""
        st.session_state.pop(f"{self.key}_frame", None)

    def _frame(self) -> int | None:
        frame = st.session_state.get(f"{self.key}_frame")
        return None if frame is None else max(0, min(len(self.times_s) - 1, int(frame)))

    # Frame

    def _picture(self, row: Row) -> None:
        frame = self._frame() or 0
        zoomed = st.session_state.get(f"{self.key}_zoom", "feet") == "feet"
        try:
            rgb = self.frames.frame(frame)
        except KickFormError as error:
            st.error(plain(str(error)), icon=":material/error:")
            return
        if rgb is None:
            st.warning("This frame cannot be read.", icon=":material/warning:")
            return
        centre = feet_centre_px(self.motion, row, frame)
        if zoomed and centre is not None:
            scale = rgb.shape[1] / self.motion.track.width_px
            body_px = body_height_px(upward(self.motion.track))
            rgb = crop_frame(rgb, centre * scale, feet_view_width_px(body_px) * scale)
        words = f"Frame {frame + 1} of {len(self.times_s)}, at {self.times_s[frame]:.3f} s"
        tall = rgb.shape[0] > rgb.shape[1]
        with st.container(horizontal_alignment="center"):
            st.image(rgb, width=360 if tall else "stretch", output_format="JPEG", alt=words)
        st.caption(words)

    def _open_frames(self) -> FrameCache:
        """Return the frame cache of this clip; drop the one of another clip."""
        name = f"{self.key}_frames"
        frames = st.session_state.get(name)
        if not isinstance(frames, FrameCache) or not frames.is_current(self.clip):
            frames = st.session_state[name] = FrameCache(self.clip, self.times_s)
            self._look_at_event()
        return frames

    def _step_buttons(self) -> None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            for step, keys in _STEPS:
                frames = "one frame" if abs(step) == 1 else f"{abs(step)} frames"
                st.button(
                    f"{step:+d}".replace("-", "−"), key=f"{self.key}_step_{step}", shortcut=keys,
                    help=f"{frames} {'back' if step < 0 else 'forward'}".capitalize(),
                    on_click=self._step, args=(step,),
                )  # fmt: skip
            st.segmented_control(
                "Show", ["feet", "all"], default="feet", required=True, key=f"{self.key}_zoom",
                format_func={"feet": "Feet", "all": "Whole frame"}.__getitem__,
                label_visibility="collapsed",
            )  # fmt: skip

    def _step(self, by: int) -> None:
        frame = self._frame() or 0
        st.session_state[f"{self.key}_frame"] = max(0, min(len(self.times_s) - 1, frame + by))

    def _toe_chart(self, row: Row, contact: Contact | None) -> None:
        """Show the toe height around the frame, with the present events."""
        frame = self._frame() or 0
        frames = range(max(0, frame - _CHART_FRAMES), min(len(self.times_s), frame + _CHART_FRAMES + 1))
        unit = "cm" if self.motion.scale else "px"
        toes = pd.DataFrame({"time": self.times_s[frames], "up": toe_height_cm(self.motion, row, frames)})
        ends = [float(self.times_s[frames[0]]), float(self.times_s[frames[-1]])]
        time = alt.X("time:Q", title="Time in the clip (s)", scale=alt.Scale(domain=ends, nice=False))
        line = alt.Chart(toes).mark_line(point=True, color=FLIGHT).encode(
            x=time, y=alt.Y("up:Q", title=f"Toe ({unit})")
        )  # fmt: skip
        colour = NUMBERS[st.context.theme.type == "dark"]
        here = alt.Chart(pd.DataFrame({"time": [self.times_s[frame]]}))
        layers: list[Any] = [line, here.mark_rule(color=colour, strokeWidth=2).encode(x="time:Q")]
        events = [] if contact is None else [contact.touchdown_s, contact.takeoff_s]
        inside = [time_s for time_s in events if ends[0] <= time_s <= ends[1]]
        if inside:
            rules = alt.Chart(pd.DataFrame({"time": inside}))
            layers.append(rules.mark_rule(color=CONTACT, strokeDash=[5, 4], strokeWidth=2).encode(x="time:Q"))
        words = f"Toe height around frame {frame + 1}; events of the contact dashed"
        st.altair_chart(alt.layer(*layers).properties(height=150), alt=words)
        st.caption("Solid line: this frame. Dashed: touchdown and take-off as set now.")

    # Changes

    def _set(self, contact: Contact, event: EventKind) -> None:
        frame = self._frame() or 0
        st.button(
            _SETS[event], icon=":material/flag:", type="primary", key=f"{self.key}_set", shortcut="S",
            width="stretch", help=_HELP, on_click=self._change,
            args=(correct_event(self.times_s, contact, event, frame),),
        )  # fmt: skip

    def _add(self, row: Row, what: Literal["contact", "flight"]) -> None:
        """Show the buttons that mark the first and last frame of a missed contact or flight and add it."""
        where = "on the ground" if what == "contact" else "in the air"
        for end in ("first", "last"):
            mark = st.session_state.get(f"{self.key}_{end}")
            marked = "" if mark is None else f": frame {mark + 1}"
            st.button(
                f"{end.capitalize()} frame {where}{marked}", icon=":material/flag:", width="stretch",
                key=f"{self.key}_mark_{end}", on_click=self._mark, args=(end,),
            )  # fmt: skip
        first, last = (st.session_state.get(f"{self.key}_{end}") for end in ("first", "last"))
        piece = None
        if first is not None and last is not None and first <= last:
            piece = add_missed(self.times_s, row, what, first, last)
        st.button(
            f"Add this {'contact' if what == 'contact' else 'jump'}", icon=":material/add:", type="primary",
            width="stretch", key=f"{self.key}_add", disabled=piece is None, on_click=self._change,
            args=(piece,),
        )  # fmt: skip

    def _mark(self, end: str) -> None:
        st.session_state[f"{self.key}_{end}"] = self._frame()

    def _undo_buttons(self) -> None:
        count = len(self.corrections)
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Undo", icon=":material/undo:", key=f"{self.key}_undo", disabled=not count,
                on_click=self._use, args=(self.corrections[:-1],),
            )  # fmt: skip
            st.button(
                "Reset all", icon=":material/restart_alt:", key=f"{self.key}_reset", disabled=not count,
                on_click=self._use, args=((),),
            )  # fmt: skip
        if count:
            st.caption(f"{count} correction{'' if count == 1 else 's'} applied to all numbers.")
        refused = st.session_state.pop(f"{self.key}_refused", "")
        if refused:
            st.error(plain(refused), icon=":material/error:")
        if st.session_state.pop(f"{self.key}_changed", False):
            st.rerun(scope="app")  # the numbers are outside the editor

    def _change(self, correction: Correction | None) -> None:
        if correction is not None:
            self._use((*self.corrections, correction))

    def _use(self, corrections: tuple[Correction, ...]) -> None:
        """Apply the new list; if that fails, show why and change nothing."""
        try:
            self.apply(corrections)
        except KickFormError as error:
            st.session_state[f"{self.key}_refused"] = str(error)
            return
        st.session_state[f"{self.key}_changed"] = True
        for end in ("first", "last"):
            st.session_state.pop(f"{self.key}_{end}", None)
