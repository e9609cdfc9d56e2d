"""The frame around every page: page settings and the menu."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from kickform.app.pages.about import about_page
from kickform.app.pages.check import check_page
from kickform.app.pages.compare import compare_page
from kickform.app.pages.filming import filming_page
from kickform.app.pages.home import home_page
from kickform.app.pages.live import live_page
from kickform.app.pages.programme import programme_page
from kickform.app.pages.session import session_page
from kickform.app.pages.sessions import sessions_page
from kickform.app.pages.settings import settings_page
from kickform.app.pages.trends import trends_page
from kickform.app.routes import register_pages
from kickform.app.services.workspace import remove_stale_folders

__all__ = ["run"]

_WIDTH_PX = 1120
# Our own file: for a Material icon the browser would ask another site.
_ICON = Path(__file__).parent / "pictures" / "icon.png"


class _MenuEntry(NamedTuple):
    """One page. The first one opens by default; pages with `menu=None` are reached by links only."""

    name: str
    show: Callable[[], None]
    title: str
    icon: str
    menu: str | None = ""


_MORE = "More"
_PAGES = (
    _MenuEntry("home", home_page, "Home", ":material/home:"),
    _MenuEntry("check", check_page, "Check a drill", ":material/directions_run:"),
    _MenuEntry("live", live_page, "Live", ":material/videocam:"),
    _MenuEntry("trends", trends_page, "Trends", ":material/show_chart:"),
    _MenuEntry("sessions", sessions_page, "Sessions", ":material/list:"),
    _MenuEntry("programme", programme_page, "Programme", ":material/event:"),
    _MenuEntry("session", session_page, "Session", ":material/assignment:", None),
    _MenuEntry("compare", compare_page, "Compare", ":material/compare:", None),
    _MenuEntry("film", filming_page, "How to film", ":material/photo_camera:", _MORE),
    _MenuEntry("settings", settings_page, "Settings", ":material/settings:", _MORE),
    _MenuEntry("about", about_page, "About", ":material/info:", _MORE),
)


@st.cache_resource(show_spinner=False)
def _start() -> int:
    """Remove the folders that killed processes left, once per server; return how many."""
    return remove_stale_folders()


def run() -> None:
    """Show the page that the address asks for."""
    st.set_page_config("KickForm", page_icon=str(_ICON), layout="wide")
    _start()
    pages = {
        entry.name: st.Page(
            entry.show,
            title=entry.title,
            icon=entry.icon,
            url_path=entry.name if place else None,
            default=not place,
            visibility="hidden" if entry.menu is None else "visible",
        )
        for place, entry in enumerate(_PAGES)
    }
    register_pages(pages)
    menu = {name: [pages[e.name] for e in _PAGES if (e.menu or "") == name] for name in ("", _MORE)}
    page = st.navigation(menu, position="top")
    with st.container(horizontal_alignment="center"), st.container(width=_WIDTH_PX):
        page.run()
