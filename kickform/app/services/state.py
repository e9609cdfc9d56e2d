"""What the app remembers of one session, between reruns and pages."""

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
    """One session: its clip and options, the job under way, the verdict or the refusal.

    ``round`` numbers the clips of the session, so that the widgets of the next one start afresh.
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
        """Where the viewer of the verdict was sent last."""
        return self.showing.seek if self.showing else None

    def choose(self, clip: ChosenClip) -> None:
        """Take `clip` as the one to check."""
        self.clip, self.refusal, self.note = clip, "", ""

    def start_check(self, options: Options) -> None:
        """Start checking the clip; the verdict before is dropped with its files."""
        if self.clip is None or self.job is not None:
            return
        self.options, self.refusal, self.note = options, "", ""
        self.outcome = self.showing = self.saved = None
        self._start(CheckJob(self.clip, options, self.workspace.empty_folder("result"), self.corrections))

    def redraw(self) -> None:
        """Start drawing the video and the stills for the verdict as it is now."""
        now = self.outcome
        if now is not None and self.job is None:
            folder = now.overlay.parent
            self._start(CheckJob(now.clip, self.options, folder, self.corrections, verdict=now.analysis))

    def _start(self, job: CheckJob) -> None:
        self.job = job.start()
        self.workspace.stop_on_removal(self.job.stop)

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """What was put right by hand in the clip at hand."""
        return () if self.clip is None else self.corrections_by_clip.get(_content(self.clip.path), ())

    def apply_corrections(self, corrections: tuple[Correction, ...]) -> None:
        """Judge the clip anew with these corrections and no others, and keep them.

        Raises:
            UsageError: a correction cannot be.
            DrillError: with them the drill is not in the clip any more.
        """
        from kickform.pipeline import analyze as core  # the pose library takes a second or two to import

        if self.outcome is None or self.clip is None:
            return
        self._take(self.outcome.with_analysis(core.correct(self.outcome.analysis, corrections)))
        self.corrections_by_clip[_content(self.clip.path)] = corrections

    def collect_result(self) -> bool:
        """Take over what a finished job left; return whether there was one."""
        job = self.job
        if job is None or job.progress().state == "running":
            return False
        self.job, self.refusal = None, job.error
        if job.outcome is not None:
            self._take(job.outcome)
        if job.progress().state == "stopped":
            self.note = f"Stopped. {job.clip.name} is still here: check it again, or take another clip."
        return True

    def _take(self, outcome: Outcome) -> None:
        """Show this verdict; what was saved of the clip before is not what is shown any more."""
        seek = self.seek
        self.outcome, self.saved = outcome, None
        self.showing = ShownVerdict(
            outcome.analysis, outcome.pictures, outcome.overlay, outcome.clip.path.stem, seek=seek
        )

    def clear(self) -> None:
        """Forget clip and verdict, and remove their files; options stay."""
        self.clip = self.outcome = self.showing = self.saved = None
        self.refusal = self.note = ""
        self.round += 1
        for purpose in ("clip", "result"):
            self.workspace.empty_folder(purpose)

    def refuse(self, sentence: str) -> None:
        """Drop the clip and say why."""
        self.clear()
        self.refusal = sentence


def _content(path: Path) -> str:
    """Return what tells one clip from another: its size and a digest of its beginning and end."""
    with path.open("rb") as file:
        digest = hashlib.sha256(file.read(_DIGESTED))
        size = file.seek(0, 2)
        file.seek(max(0, size - _DIGESTED))
        digest.update(file.read())
    return f"{size}-{digest.hexdigest()}"


def current_state() -> AppState:
    """Return this session's state, made on first use."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = AppState()
    state: AppState = st.session_state[_KEY]
    state.workspace.mark_used()
    _presence(str(state.workspace.folder), state.workspace)
    return state


@st.cache_resource(scope="session", max_entries=1, on_release=Workspace.remove_later, show_spinner=False)
def _presence(folder: str, _workspace: Workspace) -> Workspace:  # noqa: ARG001  the folder is the key
    """Note that somebody looks at this session; Streamlit lets go of it when the page is closed."""
    _workspace.cancel_removal()
    return _workspace


def read_fields(*keys: str) -> tuple[dict[str, Any], RerunException | None]:
    """Return what the page's fields hold, for a callback that must be done whole, and what to raise after it.

    Looking into the session's state is where Streamlit stops a run that another one is to replace (on a busy
    machine some part of the page reports late): a callback would be cut off there, its click lost, and what
    it had done so far left half done. So a callback looks once, before it does anything, and raises what it
    was to be stopped with when it is through.
    """
    stopped: RerunException | None = None
    while True:
        try:
            return {key: st.session_state[key] for key in keys if key in st.session_state}, stopped
        except RerunException as request:
            stopped = request
