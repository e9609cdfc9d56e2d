"""The page *Live*: live coaching in front of a camera; the recording is then checked like any clip."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from kickform.app.live.board import show_board
from kickform.app.live.camera import camera, camera_notice, hold_session
from kickform.app.live.wording import board_data, missing_frames_words, rate_words, trouble_words
from kickform.app.pages.check import check_page
from kickform.app.services.jobs import ChosenClip, Options
from kickform.app.services.state import AppState, current_state
from kickform.app.shared.svg import draw, filming
from kickform.app.shared.wording import plain
from kickform.drills import all_drills
from kickform.errors import KickFormError
from kickform.history.records import LiveRecord
from kickform.live.framing import first_wrong
from kickform.live.session import LiveSession, LiveStanding

__all__ = ["live_page"]

_KEY = "kickform_live"
_EVERY_S = 0.4
_COUNTDOWN_S = 5.0
_SOUNDS = {"beep": "Beep", "spoken": "Spoken count", "off": "Silent"}


@dataclass(slots=True)
class LiveState:
    """The live page of one browser session: the choices, the running session, the recorded clip."""

    drill: str = "auto"
    sound: str = "beep"
    session: LiveSession | None = None
    recorded: Path | None = None
    refusal: str = ""
    lacking: str = ""
    off: bool = False
    started: int = 0

    def turn_on(self, app: AppState) -> None:
        """Start a live session for the camera that was turned on."""
        self.refusal, self.recorded = "", None
        session = LiveSession(app.workspace.empty_folder("live"), drill=self.drill)
        try:
            session.start()
        except KickFormError as error:
            self.refusal, self.off = str(error), True
            return
        self.session = session
        self.started += 1

    def turn_off(self, words: str = "") -> None:
        """Release the camera and drop the recording."""
        if self.session is not None:
            self.session.close()
        self.session, self.refusal, self.off = None, words, True

    def stop(self, app: AppState) -> None:
        """End the set and check the recorded clip with the careful model."""
        session = self.session
        if session is None:
            return
        self.session, self.off = None, True
        standing = session.standing()
        clip = session.finish()
        if clip is None:
            error = session.standing().error
            self.refusal = (
                error or "Nothing was recorded, because the set had not started. Start the camera again."
            )
            return
        self.recorded, self.lacking = clip, missing_frames_words(session.missing_share)
        app.choose(ChosenClip(clip, clip.name, live=_record(standing)))
        app.start_check(Options(drill=standing.reading.drill or self.drill))


def _record(standing: LiveStanding) -> LiveRecord:
    """Return what the live page measured, to be saved with the set."""
    reading = standing.reading
    mean = reading.mean if reading.mean is not None and reading.mean.unit == "ms" else None
    return LiveRecord(
        frame_rate_hz=reading.fps,
        frames_dropped=standing.dropped,
        reps_counted=len(reading.reps),
        contact_time_ms=mean.value if mean else None,
        contact_time_sd_ms=mean.sd if mean else None,
    )


def live_page() -> None:
    """Show the present step: before the camera, with the camera on, or the result."""
    app, live = current_state(), _state()
    judged = live.recorded is not None and app.clip is not None and app.clip.path == live.recorded
    # The result keeps its place when the camera goes off; otherwise text typed meanwhile would be lost.
    above = st.container()
    if not judged or live.off:
        with above:
            _before_the_camera(app, live, judged=judged)
    if judged:
        if live.lacking:
            st.warning(plain(live.lacking), icon=":material/warning:")
        check_page()


def _before_the_camera(app: AppState, live: LiveState, *, judged: bool) -> None:
    """Show the camera, and next to it the choices or the running set."""
    # The camera keeps its place in the page: if it moved, the browser would turn it off.
    with st.container():
        if live.session is None and not judged:
            _heading(live)
    picture, panel = st.columns(2, gap="large")
    with picture:
        playing = camera(live.session, off=live.off)
        if not playing and not live.off:
            camera_notice()
        if live.session is None and not judged:
            with st.container(border=True):
                draw(filming(), "filming_live")
    if live.off:
        live.off = playing
        if not playing:
            st.rerun()
    elif playing and live.session is None:
        live.turn_on(app)
        st.rerun()
    with panel:
        if live.session is not None:
            hold_session(live.started, live.session)
            _panel(app, live, live.session, playing=playing)
        elif not judged:
            _setup(live)


def _state() -> LiveState:
    if _KEY not in st.session_state:
        st.session_state[_KEY] = LiveState()
    state: LiveState = st.session_state[_KEY]
    return state


def _heading(live: LiveState) -> None:
    st.title("Live")
    st.markdown(
        "Do a set in front of the camera. KickForm counts your reps, times every contact and gives you one "
        "cue at a time. The picture stays on this machine."
    )
    if live.refusal:
        st.error(plain(live.refusal), icon=":material/videocam_off:")


def _setup(live: LiveState) -> None:
    """Choose the drill and the sounds; the camera's own button turns it on."""
    with st.container(border=True):
        drills = all_drills()
        choices = ["auto", *drills]
        live.drill = st.selectbox(
            "Drill", choices, index=choices.index(live.drill) if live.drill in choices else 0,
            format_func=lambda name: "Detect automatically" if name == "auto" else drills[name].title,
            key="live_drill",
        )  # fmt: skip
        if live.drill in drills:
            st.caption(plain(drills[live.drill].how_to))
        live.sound = st.segmented_control(
            "Sound", _SOUNDS, default=live.sound, format_func=_SOUNDS.__getitem__, required=True,
            key="live_sound",
        )  # fmt: skip
        st.markdown(
            "- **Stand side on to the camera**, 3–4 m away. Camera at hip height, not moving.\n"
            "- **Head to feet in the picture**, with room above for the jump.\n"
            "- **Know the limit**: at 24–30 fps a webcam is good for counting and for the average contact "
            "time of a set. For single contacts, film with a phone at 60 fps or more and check the file."
        )


@st.fragment(run_every=_EVERY_S)
def _panel(app: AppState, live: LiveState, session: LiveSession, *, playing: bool) -> None:
    """Show the running session, refreshed several times a second."""
    if live.session is not session:
        st.rerun()
    standing = session.standing()
    if standing.phase == "ended" or not playing:
        _camera_lost(app, live, standing)
        st.rerun()
    trouble = trouble_words(standing, session.silent_s)
    if standing.phase == "framing":
        _framing(session, standing, trouble)
        return
    if trouble:
        st.warning(plain(trouble), icon=":material/warning:")
    with st.container(key="live_board_box"):
        show_board(board_data(standing, live.sound))
    if standing.reading.hint and standing.phase == "running":
        st.caption(f"Nothing counted yet: {plain(standing.reading.hint)}")
    st.button("Stop", type="primary", icon=":material/stop_circle:", key="live_stop", width="stretch",
              on_click=live.stop, args=(app,))  # fmt: skip


def _camera_lost(app: AppState, live: LiveState, standing: LiveStanding) -> None:
    """Handle a lost camera: check the recording if it has reps, otherwise tell the user."""
    if standing.reading.reps:
        live.stop(app)
    else:
        live.turn_off("The camera is off or unplugged. Check the cable and start it again.")


def _framing(session: LiveSession, standing: LiveStanding, trouble: str) -> None:
    """Show the framing checks, and the button that starts the countdown."""
    wrong = first_wrong(standing.checks)
    if not standing.checks:
        st.info(
            plain(trouble) or "Waiting for the camera. Allow it if the browser asks.",
            icon=":material/videocam:",
        )
    elif wrong is not None:
        st.warning(f"### {plain(wrong.words)}", icon=":material/accessibility_new:")
    else:
        st.success("### You are in view. Start when you are ready.", icon=":material/check_circle:")
    with st.container(border=True, gap="xsmall"):
        for check in standing.checks:
            mark = ":green[:material/check_circle:]" if check.holds else ":gray[:material/circle:]"
            st.markdown(f"{mark} {check.title}")
    with st.container(horizontal=True, vertical_alignment="center"):
        ready = bool(standing.checks) and wrong is None
        seen = any(check.code == "person" and check.holds for check in standing.checks)
        # The button's label never changes: a change during a click would lose the click.
        st.button("Start", type="primary",
                  icon=":material/play_arrow:", key="live_start", disabled=not seen,
                  on_click=session.begin, args=(_COUNTDOWN_S,))  # fmt: skip
    model = " · using the quick model, because this computer is slow" if standing.model == "lite" else ""
    if seen and not ready:
        st.caption("You can start anyway, but numbers may be missing or wrong.")
    st.caption(f"{rate_words(standing)}{model}")
