"""Links and jumps between pages by name; what the page should show goes into its address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import streamlit as st

__all__ = ["address_number", "go_to", "link", "register_pages"]

_KEY = "kickform_pages"


def register_pages(pages: Mapping[str, Any]) -> None:
    """Remember this run's pages by name, for `link` and `go_to`."""
    st.session_state[_KEY] = dict(pages)


def link(page: str, label: str, icon: str | None = None, **shown: int | str) -> None:
    """Show a link to a page; `shown` becomes the query of its address."""
    pages = st.session_state.get(_KEY, {})
    if page in pages:
        query = {name: str(value) for name, value in shown.items()}
        st.page_link(pages[page], label=label, icon=icon, query_params=query or None)


def go_to(page: str, **shown: int | str) -> NoReturn:
    """Switch to a page at once; `shown` becomes the query of its address."""
    query = {name: str(value) for name, value in shown.items()}
    st.switch_page(st.session_state[_KEY][page], query_params=query or None)


def address_number(name: str) -> int | None:
    """Return the whole number that the address gives for `name`, or None."""
    text = st.query_params.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 15 else None
