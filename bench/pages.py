"""How long the app's pages take to answer on a long history: processor time, without a browser."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["page_seconds"]

_ENTRY = Path(__file__).parents[1] / "app.py"
_PLACES = ("", "check", "trends", "sessions", "programme", "settings", "session", "compare")


def page_seconds(folder: Path, session: int) -> dict[str, float]:
    """Return the time of each page's first answer, nothing cached, by its place in the address.

    Args:
        folder: with ``kickform.db``.
        session: the one that the pages on one session show.
    """
    from streamlit.testing.v1 import AppTest

    seconds = {}
    with _history_in(folder):
        app = AppTest.from_file(str(_ENTRY), default_timeout=120).run()  # what it imports is not counted
        # AppTest.switch_page knows pages that are files only.
        known = {page.get("url_pathname") or "": key for key, page in app._registered_pages.items()}
        for place in _PLACES:
            _forget()
            app._page_hash = known[place]
            app.query_params["session"] = str(session)
            began = time.process_time()
            app.run()
            seconds[place or "home"] = time.process_time() - began
            if app.exception:
                raise RuntimeError(f"the page {place or 'home'} failed: {app.exception[0].value}")
    return seconds


def _forget() -> None:
    """Empty the caches of the pages, as another session that was saved does."""
    from kickform.app.services.history import forget_cached

    forget_cached()


@contextmanager
def _history_in(folder: Path) -> Iterator[None]:
    before = {name: os.environ.pop(name, None) for name in ("KICKFORM_DATA_DIR", "KICKFORM_DATABASE_URL")}
    os.environ["KICKFORM_DATA_DIR"] = str(folder)
    try:
        yield
    finally:
        del os.environ["KICKFORM_DATA_DIR"]
        os.environ.update({name: value for name, value in before.items() if value is not None})
