"""What the app remembers of one browser session between reruns and pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException

from kickform.app.services.jobs import CheckJob, ChosenClip, Options, Outcome
from kickform.app.services.workspace import Workspace
from kickform.app.verdict.player import Seek
from kickform.app.verdict.shown_verdict import ShownVerdict
from kickform.events.corrections import Correction
from kickform.history.records import SessionRecord

__all__ = ["AppState", "current_state", "read_fields"]

_KEY = "kickform"
_DIGESTED = 1 << 20


@dataclass(slots=True)
class AppState:
    """One browser session: its clip and options, the running job, the result or the error.

    ``round`` numbers the clips of the session, so that the widgets of the next one start empty.
    ``by_hand`` are the corrections of each clip of the session, by its content: they stay when it is checked
    again.
    """

    workspace: Workspace = field(default_factory=Workspace)
    clip: ChosenClip | None = None
    options: Options = field(default_factory=Options)
    job: CheckJob | None = None
    outcome: Outcome | None = None
    showing: ShownVerdict | None = None
    saved: SessionRecord | None = None
    refusal: str = ""
    note: str = ""
    round: int = 0
    corrections_by_clip: dict[str, tuple[Correction, ...]] = field(default_factory=dict)

    @property
    def seek(self) -> Seek | None:
        """Where the player was last sent."""
        return self.showing.seek if self.showing else None

    def choose(self, clip: ChosenClip) -> None:
        """Choose the clip to check."""
        self.clip, self.refusal, self.note = clip, "", ""

    def start_check(self, options: Options) -> None:
        """Start checking the clip; the last result and its files are dropped."""
        if self.clip is None or self.job is not None:
            return
        self.options, self.refusal, self.note = options, "", ""
        self.outcome = self.showing = self.saved = None
        self._start(CheckJob(self.clip, options, self.workspace.empty_folder("result"), self.corrections))

    def redraw(self) -> None:
        """Start drawing the video and the pictures for the present result."""
        now = self.outcome
        if now is not None and self.job is None:
            folder = now.overlay.parent
            self._start(CheckJob(now.clip, self.options, folder, self.corrections, verdict=now.analysis))

    def _start(self, job: CheckJob) -> None:
        self.job = job.start()
        self.workspace.stop_on_removal(self.job.stop)

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """The corrections made by hand in the current clip."""
        return () if self.clip is None else self.corrections_by_clip.get(_content(self.clip.path), ())

    def apply_corrections(self, corrections: tuple[Correction, ...]) -> None:
        """Judge the clip again with exactly these corrections, and keep them.

        Raises:
            UsageError: a correction does not fit the clip.
            DrillError: with them the clip no longer shows the drill.
        """
        from kickform.pipeline import analyze as core  # the pose library takes a second or two to import

        if self.outcome is None or self.clip is None:
            return
        self._take(self.outcome.with_analysis(core.correct(self.outcome.analysis, corrections)))
        self.corrections_by_clip[_content(self.clip.path)] = corrections

    def collect_result(self) -> bool:
        """Take over the result of a finished job; return whether there was one."""
        job = self.job
        if job is None or job.progress().state == "running":
            return False
        self.job, self.refusal = None, job.error
        if job.outcome is not None:
            self._take(job.outcome)
        if job.progress().state == "stopped":
            self.note = f"Stopped. {job.clip.name} is still here: check it again or choose another clip."
        return True

    def _take(self, outcome: Outcome) -> None:
        """Show this result, which is not saved yet."""
        seek = self.seek
        self.outcome, self.saved = outcome, None
        self.showing = ShownVerdict(
            outcome.analysis, outcome.pictures, outcome.overlay, outcome.clip.path.stem, seek=seek
        )

    def clear(self) -> None:
        """Forget the clip and its result and remove their files; the options stay."""
        self.clip = self.outcome = self.showing = self.saved = None
        self.refusal = self.note = ""
        self.round += 1
        for purpose in ("clip", "result"):
            self.workspace.empty_folder(purpose)

    def refuse(self, sentence: str) -> None:
        """Drop the clip and show why."""
        self.clear()
        self.refusal = sentence


def _content(path: Path) -> str:
    """Return a key for a clip's content: its size and a digest of its beginning and end."""
    with path.open("rb") as file:
        digest = hashlib.sha256(file.read(_DIGESTED))
        size = file.seek(0, 2)
        file.seek(max(0, size - _DIGESTED))
        digest.update(file.read())
    return f"{size}-{digest.hexdigest()}"


def current_state() -> AppState:
    """Return this browser session's state, created on first use."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = AppState()
    state: AppState = st.session_state[_KEY]
    state.workspace.mark_used()
    _presence(str(state.workspace.folder), state.workspace)
    return state


@st.cache_resource(scope="session", max_entries=1, on_release=Workspace.remove_later, show_spinner=False)
def _presence(folder: str, _workspace: Workspace) -> Workspace:  # noqa: ARG001  the folder is the key
    """Mark the session as open; Streamlit releases this resource when the page is closed."""
    _workspace.cancel_removal()
    return _workspace


def read_fields(*keys: str) -> tuple[dict[str, Any], RerunException | None]:
    """Return the values of the page's fields, and the interruption that the caller raises at its end.

    Streamlit interrupts a run when it reads the session state while a newer run is waiting, which happens on
    a busy machine. A callback would be cut off half way and its click lost. So a callback reads its fields
    once, before it does anything, and raises the interruption at its end.
    """
    stopped: RerunException | None = None
    while True:
        try:
            return {key: st.session_state[key] for key in keys if key in st.session_state}, stopped
        except RerunException as request:
            stopped = request
