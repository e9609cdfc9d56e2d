"""The example result on the first page; it ships with KickForm, so no clip has to be checked."""

from __future__ import annotations

import streamlit as st

from kickform.app.verdict.shown_verdict import ShownVerdict
from kickform.errors import UsageError
from kickform.results.analysis import Analysis
from kickform.settings import load_settings

__all__ = ["sample_verdict"]

_FOLDER = "showcase"


def sample_verdict() -> ShownVerdict | None:
    """Return the example result with its pictures; None if the samples are not installed."""
    return _read(str(load_settings().samples_dir / _FOLDER))


@st.cache_resource(max_entries=2, show_spinner=False)
def _read(folder: str) -> ShownVerdict | None:
    from pathlib import Path

    place = Path(folder)
    try:
        analysis = Analysis.from_json((place / "analysis.json").read_text("utf-8"))
        pictures = {path.stem: path.read_bytes() for path in sorted(place.glob("*.jpg"))}
    except (OSError, UsageError):
        return None
    return ShownVerdict(analysis, pictures, None, analysis.video.name)
