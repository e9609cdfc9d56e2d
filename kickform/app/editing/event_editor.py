"""The editor of events: choose a contact, step to the right frame, set it; all numbers follow at once.

It is given the analysis, the clip and what was put right so far, and hands back the new list: any page can
show it. Steps also go by key: left and right for one frame, with Shift for ten.
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
"""Judges the clip anew with these corrections and keeps them; raises a `KickFormError` where it cannot."""

_ROWS: dict[Row, str] = {"body": "Whole body", "left": "Left foot", "right": "Right foot"}
_EVENTS: dict[EventKind, str] = {"touchdown": "Touchdown", "takeoff": "Take-off"}
_SETS: dict[EventKind, str] = {
    "touchdown": "This is the first frame on the ground",
    "takeoff": "This is the last frame on the ground",
}
_TASKS = {
    "move": "Move an event",
    "contact": "Add a contact",
    "flight": "Add a jump",
    "remove": "Remove a contact",
}
_STEPS = ((-10, "Shift+Left"), (-1, "Left"), (1, "Right"), (10, "Shift+Right"))
_CHART_FRAMES = 14
_HELP = (
    "Step to the frame and set it. The event is placed half a frame beside it, because the foot came down "
    "or left somewhere between two frames; its range is then that of a person who steps through frames."
)


def show_editor(
    analysis: Analysis, clip: Path, corrections: tuple[Correction, ...], apply: Apply, key: str = "editor"
) -> None:
    """Show the editor.

    Args:
        analysis: the verdict as it is now, with its motion.
        clip: the file it comes from.
        corrections: what was put right so far, in order.
        apply: called with the new list.
        key: prefix of the widgets' keys; one for each editor of a session.
    """
    motion = analysis.motion
    if motion is None or analysis.basis is None or not clip.is_file():
        st.caption("Events can be put right while the clip is here: check it once more.")
        return
    _Editor(analysis, motion, clip, corrections, apply, key).show()


class _Editor:
    """One run of the script over the editor."""

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
        """Show everything; a change is handed on and the page begun anew."""
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
                st.caption("There is no contact in this row.")
            elif task == "remove":
                st.button(
                    "Remove this contact", icon=":material/delete:", type="primary", width="stretch",
                    key=f"{self.key}_remove", on_click=self._change, args=(remove_contact(contact),),
                )  # fmt: skip
            else:
                self._set(contact, event)
            self._undo_buttons()

    # What is chosen

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
        if chosen is None:  # the first one that is timed at both ends: standing comes before it
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
        """Forget the frame: the one of the event now chosen is shown."""
        st.session_state.pop(f"{self.key}_frame", None)

    def _frame(self) -> int | None:
        frame = st.session_state.get(f"{self.key}_frame")
        return None if frame is None else max(0, min(len(self.times_s) - 1, int(frame)))

    # The frame

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
        """Return the frames of this clip; those of another one are let go."""
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
                    help=f"{frames} {'back' if step < 0 else 'on'}".capitalize(),
                    on_click=self._step, args=(step,),
                )  # fmt: skip
            st.segmented_control(
                "Show", ["feet", "all"], default="feet", required=True, key=f"{self.key}_zoom",
                format_func={"feet": "Feet", "all": "Whole picture"}.__getitem__,
                label_visibility="collapsed",
            )  # fmt: skip

    def _step(self, by: int) -> None:
        frame = self._frame() or 0
        st.session_state[f"{self.key}_frame"] = max(0, min(len(self.times_s) - 1, frame + by))

    def _toe_chart(self, row: Row, contact: Contact | None) -> None:
        """Show how high the toe is around the frame, with the events as they stand."""
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
        words = f"Height of the toe around frame {frame + 1}; the events of the contact dashed"
        st.altair_chart(alt.layer(*layers).properties(height=150), alt=words)
        st.caption("Line: this frame. Dashed: touchdown and take-off as they stand.")

    # What is set

    def _set(self, contact: Contact, event: EventKind) -> None:
        frame = self._frame() or 0
        st.button(
            _SETS[event], icon=":material/flag:", type="primary", key=f"{self.key}_set", shortcut="S",
            width="stretch", help=_HELP, on_click=self._change,
            args=(correct_event(self.times_s, contact, event, frame),),
        )  # fmt: skip

    def _add(self, row: Row, what: Literal["contact", "flight"]) -> None:
        """Mark the first and the last frame of what was missed, then add it."""
        where = "on the ground" if what == "contact" else "in the air"
        for end in ("first", "last"):
            mark = st.session_state.get(f"{self.key}_{end}")
            told = "" if mark is None else f": frame {mark + 1}"
            st.button(
                f"{end.capitalize()} frame {where}{told}", icon=":material/flag:", width="stretch",
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
            st.caption(f"{count} correction{'' if count == 1 else 's'}; every number is computed from them.")
        refused = st.session_state.pop(f"{self.key}_refused", "")
        if refused:
            st.error(plain(refused), icon=":material/error:")
        if st.session_state.pop(f"{self.key}_changed", False):
            st.rerun(scope="app")  # the numbers stand outside the editor

    def _change(self, correction: Correction | None) -> None:
        if correction is not None:
            self._use((*self.corrections, correction))

    def _use(self, corrections: tuple[Correction, ...]) -> None:
        """Hand on the new list; where it cannot be, say so and leave everything as it was."""
        try:
            self.apply(corrections)
        except KickFormError as error:
            st.session_state[f"{self.key}_refused"] = str(error)
            return
        st.session_state[f"{self.key}_changed"] = True
        for end in ("first", "last"):
            st.session_state.pop(f"{self.key}_{end}", None)
