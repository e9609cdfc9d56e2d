"""What the app remembers of one session, between reruns and pages."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from kickform.app.player import Seek
from kickform.app.work import Clip, Job, Options, Outcome
from kickform.app.workspace import Workspace

__all__ = ["AppState", "current_state"]

_KEY = "kickform"


@dataclass(slots=True)
class AppState:
    """One session: its clip and options, the job under way, the verdict or the refusal.

    ``round`` numbers the clips of the session, so that the widgets of the next one start afresh.
    """

    workspace: Workspace = field(default_factory=Workspace)
    clip: Clip | None = None
    options: Options = field(default_factory=Options)
    job: Job | None = None
    outcome: Outcome | None = None
    refusal: str = ""
    note: str = ""
    seek: Seek | None = None
    round: int = 0

    def choose(self, clip: Clip) -> None:
        """Take `clip` as the one to check."""
        self.clip, self.refusal, self.note = clip, "", ""

    def begin(self, options: Options) -> None:
        """Start checking the clip; the verdict before is dropped with its files."""
        if self.clip is None or self.job is not None:
            return
        self.options, self.outcome, self.refusal, self.note, self.seek = options, None, "", "", None
        self.job = Job(self.clip, options, self.workspace.fresh("result")).start()
        self.workspace.stop_with_it(self.job.stop)

    def settle(self) -> bool:
        """Take over what a finished job left; return whether there was one."""
        job = self.job
        if job is None or job.standing().state == "running":
            return False
        self.job, self.outcome, self.refusal = None, job.outcome, job.error
        if job.standing().state == "stopped":
            self.note = f"Stopped. {job.clip.name} is still here: check it again, or take another clip."
        return True

    def clear(self) -> None:
        """Forget clip and verdict, and remove their files; options stay."""
        self.clip = self.outcome = self.seek = None
        self.refusal = self.note = ""
        self.round += 1
        for purpose in ("clip", "result"):
            self.workspace.fresh(purpose)

    def refuse(self, sentence: str) -> None:
        """Drop the clip and say why."""
        self.clear()
        self.refusal = sentence

    def look_at(self, time_s: float) -> None:
        """Send the player to a time of the clip."""
        self.seek = Seek(time_s, self.seek.count + 1 if self.seek else 1)


def current_state() -> AppState:
    """Return this session's state, made on first use."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = AppState()
    state: AppState = st.session_state[_KEY]
    state.workspace.touch()
    _presence(str(state.workspace.folder), state.workspace)
    return state


@st.cache_resource(scope="session", max_entries=1, on_release=Workspace.leave, show_spinner=False)
def _presence(folder: str, _workspace: Workspace) -> Workspace:  # noqa: ARG001  the folder is the key
    """Note that somebody looks at this session; Streamlit lets go of it when the page is closed."""
    _workspace.stay()
    return _workspace
