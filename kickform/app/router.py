"""The app's frame: page settings and the way from page to page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from kickform.app.about import about_page
from kickform.app.check import check_page
from kickform.app.filming import filming_page
from kickform.app.workspace import sweep_leftovers

__all__ = ["run"]

_WIDTH_PX = 1120
# A file of our own: the browser would fetch a Material icon for its tab from another site.
_ICON = Path(__file__).parent / "pictures" / "icon.png"


@st.cache_resource(show_spinner=False)
def _start() -> int:
    """Do once per server what has to be done at its start; return how many leftovers were swept."""
    return sweep_leftovers()


def run() -> None:
    """Show the page that the address names."""
    st.set_page_config("KickForm", page_icon=str(_ICON), layout="wide")
    _start()
    page = st.navigation(
        [
            st.Page(check_page, title="Check a drill", icon=":material/directions_run:", default=True),
            st.Page(filming_page, title="How to film", icon=":material/videocam:", url_path="film"),
            st.Page(about_page, title="About", icon=":material/info:", url_path="about"),
        ],
        position="top",
    )  # fmt: skip
    with st.container(horizontal_alignment="center"), st.container(width=_WIDTH_PX):
        page.run()
