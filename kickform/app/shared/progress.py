"""The page while a clip is checked: the current step, the share done, and a Stop button."""

from __future__ import annotations

import streamlit as st

from kickform.app.services.jobs import CheckJob, JobProgress
from kickform.app.services.state import AppState
from kickform.app.shared.samples import sample_title
from kickform.app.shared.wording import plain, stage_words

__all__ = ["show_progress"]

_EVERY_S = 0.5


def show_progress(state: AppState, job: CheckJob) -> None:
    """Show the running job; the page reruns when it ends."""
    st.title("Check a drill")
    with st.container(border=True):
        clip = job.clip
        st.markdown(f"##### Checking {plain(sample_title(clip.path) if clip.is_sample else clip.name)}")
        _watch(state)
    st.caption(
        "Look around if you like; this keeps running. It stops a few minutes after you close this page."
    )


@st.fragment(run_every=_EVERY_S)
def _watch(state: AppState) -> None:
    if state.collect_result():
        st.rerun()
    job = state.job
    if job is None:
        return
    progress = job.progress()
    st.progress(progress.share, text="Stopping" if job.stopping else stage_words(progress.stage))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Stop", icon=":material/stop_circle:", key="stop", on_click=job.stop, disabled=job.stopping)
        st.caption(_time_words(progress))


def _time_words(progress: JobProgress) -> str:
    done = f"{100 * progress.share:.0f} %"
    left = progress.left_s
    if left is None:
        return done
    if left < 5:
        return f"{done}, a few seconds left"
    if left < 90:
        return f"{done}, about {5 * round(left / 5):.0f} s left"
    return f"{done}, about {round(left / 60)} min left"
