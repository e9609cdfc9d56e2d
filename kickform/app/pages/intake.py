"""The start of *Check a drill*: choose a clip (upload or sample), set the options, start."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import streamlit as st
from streamlit.runtime import exists as runtime_exists
from streamlit.runtime import get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from kickform.app.pages.filming import filming_card
from kickform.app.services.history import athletes, chosen_athlete
from kickform.app.services.jobs import ChosenClip, Options
from kickform.app.services.state import AppState
from kickform.app.shared.body_inputs import height_input, mass_input
from kickform.app.shared.samples import describe_sample, sample_title
from kickform.app.shared.wording import clip_name, plain
from kickform.drills import all_drills
from kickform.errors import VideoError
from kickform.files import write_error
from kickform.history.records import AthleteRecord
from kickform.settings import load_settings
from kickform.video.reader import VideoInfo, probe, read_frames

__all__ = ["show_intake"]

UPLOAD_TYPES = ["mp4", "mov", "m4v", "avi", "webm", "mkv", "3gp"]
LARGEST_MB = 1024
_POSTER_SIDE_PX = 640
_READY_PX = 640
_MODELS = {
    "heavy": "Careful (slowest, most exact)",
    "full": "Balanced",
    "lite": "Quick (least exact)",
}
_SPEEDS = {
    None: "Detect automatically",
    1.0: "Real time",
    2.0: "2× slower",
    4.0: "4× slower",
    8.0: "8× slower",
}


def show_intake(state: AppState) -> None:
    """Show the last error if any, the filming card, and the choice of a clip."""
    st.title("Check a drill")
    st.markdown(
        "Choose a clip of a set. You get contact times, reps, a score and one cue for next time. "
        "The video stays on this machine."
    )
    if state.refusal:
        st.error(plain(state.refusal), icon=":material/videocam_off:")
    if state.note:
        st.info(plain(state.note), icon=":material/info:")
    if state.clip is not None and not state.refusal:
        with st.container(border=True, width=_READY_PX):
            _ready(state, state.clip)
        return
    # The clip comes first: on a phone the columns are stacked, and most people come to check a clip.
    work, guide = st.columns(2, gap="large")
    with work, st.container(border=True):
        if state.clip is None:
            _choose(state)
        else:
            _ready(state, state.clip)
    with guide:
        filming_card()
        if state.refusal and state.clip is not None:  # without a clip, the file itself was bad
            _drill_help(state.options.drill)


def _drill_help(drill_id: str) -> None:
    """Show how to film the chosen drill, or every drill if none was chosen."""
    drills = all_drills()
    for drill in [drills[drill_id]] if drill_id in drills else drills.values():
        st.markdown(f"**{drill.title}.** {drill.how_to_film}")


def _choose(state: AppState) -> None:
    st.markdown("##### Your clip")
    upload = st.file_uploader(
        "Video file",
        type=UPLOAD_TYPES,
        key=f"upload_{state.round}",
        max_upload_size=LARGEST_MB,
        help="MP4, MOV, M4V, AVI, WEBM, MKV or 3GP, up to 1 GB",
    )
    if upload is not None:
        _take_upload(state, upload)
    clips = sorted(load_settings().samples_dir.glob("*.mp4"), key=sample_title)
    samples = [path for path in clips if _is_judged(path)]
    if samples:
        st.selectbox(
            "Or try a sample",
            samples,
            index=None,
            format_func=_sample_label,
            placeholder="Choose a sample clip",
            key=f"sample_{state.round}",
            on_change=_take_sample,
            args=(state,),
        )


def _sample_label(path: Path) -> str:
    """Return a sample's title and what it shows, for the menu."""
    shows = describe_sample(path)
    return f"{sample_title(path)}: {shows[0].lower()}{shows[1:]}" if shows else sample_title(path)


@cache
def _is_judged(sample: Path) -> bool:
    """Return whether an installed drill can judge the sample, by the ground truth file next to it."""
    truth = sample.with_suffix(".json")
    if not truth.is_file():
        return True
    return json.loads(truth.read_text("utf-8")).get("drill") in all_drills()


def _take_upload(state: AppState, upload: Any) -> None:
    """Copy the upload to the session's folder, free its memory, and rerun the page."""
    try:
        path = state.workspace.store_file("clip", clip_name(upload.name), upload)
    except OSError as error:
        state.refuse(str(write_error(Path(upload.name), error)))
    else:
        _accept(state, ChosenClip(path, path.name))
    _release(upload)
    state.round += 1
    st.rerun()


def _release(upload: Any) -> None:
    """Free the upload's memory; Streamlit would keep every upload until the session ends."""
    context = get_script_run_ctx()
    if context is not None and runtime_exists():
        manager: Any = get_instance().uploaded_file_mgr
        manager.remove_file(context.session_id, upload.file_id)


def _take_sample(state: AppState) -> None:
    path: Path | None = st.session_state[f"sample_{state.round}"]
    if path is not None:
        _accept(state, ChosenClip(path, path.name, is_sample=True))


def _accept(state: AppState, clip: ChosenClip) -> None:
    """Choose the clip, or refuse it at once if it is not a video."""
    try:
        probe(clip.path)
    except VideoError as error:
        state.refuse(str(error))
    else:
        state.choose(clip)


def _ready(state: AppState, clip: ChosenClip) -> None:
    """Show the chosen clip, the options and the button that starts."""
    st.markdown("##### Your clip")
    info, poster = _look(str(clip.path), clip.path.stat().st_mtime_ns)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.image(poster, width=120 if info.height > info.width else 190, alt=f"First frame of {clip.name}")
        with st.container(width="stretch", gap=None):
            name = sample_title(clip.path) if clip.is_sample else clip.name
            st.markdown(f"**{plain(name)}**")
            if clip.is_sample and describe_sample(clip.path):
                st.markdown(f"{plain(describe_sample(clip.path))}.")
            st.caption(f"{info.duration_s:.1f} s, {info.mean_fps:.0f} fps, {info.width}×{info.height}")
    options = _options(state)
    with st.container(horizontal=True):
        st.button("Check this clip", type="primary", icon=":material/play_arrow:", key="start",
                  on_click=state.start_check, args=(options,))  # fmt: skip
        st.button("Choose another", type="tertiary", key="another", on_click=state.clear)


@st.cache_data(max_entries=16, ttl="1h", show_spinner=False)
def _look(path: str, changed_ns: int) -> tuple[VideoInfo, Any]:  # noqa: ARG001  the time is part of the key
    """Return the clip's properties and its first frame."""
    info = probe(path)
    with read_frames(path, max_side_px=_POSTER_SIDE_PX, info=info) as frames:
        return info, next(iter(frames)).rgb


def _options(state: AppState) -> Options:
    """Show the options for clip and athlete, and return the choices."""
    athlete = _athlete()
    options = state.options
    if athlete is not None and athlete.id != options.athlete_id:
        options = replace(options, height_m=athlete.height_m, mass_kg=athlete.mass_kg)
    drills = all_drills()
    choices = ["auto", *drills]
    with st.expander("Options", icon=":material/tune:"):
        left, right = st.columns(2)
        with left:
            drill = st.selectbox(
                "Drill", choices, index=choices.index(options.drill) if options.drill in choices else 0,
                format_func=lambda name: "Detect automatically" if name == "auto" else drills[name].title,
                key="option_drill",
            )  # fmt: skip
            height_m = height_input(options.height_m, _key("option_height", athlete))
            model = st.selectbox(
                "Accuracy", list(_MODELS), index=list(_MODELS).index(options.model),
                format_func=_MODELS.__getitem__, key="option_model",
                help="Careful uses the largest pose model. Quick is for a first look.",
            )  # fmt: skip
        with right:
            slow = st.selectbox(
                "Slow motion", list(_SPEEDS), index=list(_SPEEDS).index(options.slow_motion),
                format_func=_SPEEDS.__getitem__, help="How much slower than real time the file plays.",
                key="option_slow_motion",
            )  # fmt: skip
            mass_kg = mass_input(options.mass_kg, _key("option_mass", athlete))
    return Options(
        drill=drill,
        model=cast(Literal["heavy", "full", "lite"], model),
        height_m=height_m,
        mass_kg=mass_kg,
        slow_motion=slow,
        athlete_id=athlete.id if athlete else None,
    )


def _athlete() -> AthleteRecord | None:
    """Show a choice of the known athletes and return one; None for someone else."""
    known = {athlete.id: athlete for athlete in athletes()}
    if not known:
        return None
    chosen = chosen_athlete()
    ids = [*known, None]
    picked = st.selectbox(
        "Athlete", ids, index=ids.index(chosen.id if chosen else None), key="option_athlete",
        format_func=lambda one: known[one].name if one is not None else "Someone else",
        help="Fills in height and body mass. You decide about saving when you see the result.",
    )  # fmt: skip
    return None if picked is None else known[picked]


def _key(name: str, athlete: AthleteRecord | None) -> str:
    """Return a widget key that is different for each athlete."""
    return name if athlete is None else f"{name}_{athlete.id}"
