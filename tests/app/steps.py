"""User actions in the app, for tests without a browser."""

from __future__ import annotations

import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).parents[2] / "app.py")
SAMPLE = "pogo_side_60fps.mp4"


def open_page(at: AppTest, name: str, **shown: object) -> AppTest:
    """Open a page of the app by its URL path, as a link does; "" is the first page."""
    # AppTest.switch_page knows pages that are files only.
    known = {page.get("url_pathname") or "": key for key, page in at._registered_pages.items()}
    at._page_hash = known[name]
    at.query_params.clear()
    for key, value in shown.items():
        at.query_params[key] = str(value)
    at.run()
    assert not at.exception, at.exception[0].value
    return at


def texts(at: AppTest) -> str:
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error", "success")
    return "\n".join(str(element.value) for kind in kinds for element in at.get(kind))


def finish(at: AppTest, within_s: float = 60) -> AppTest:
    """Wait until the job ends, then rerun, as the page does by itself."""
    job = at.session_state["kickform"].job
    until = time.monotonic() + within_s
    while job is not None and job.progress().state == "running":
        assert time.monotonic() < until, "the work did not end"
        time.sleep(0.05)
    return at.run()


def upload(at: AppTest, name: str, content: bytes) -> AppTest:
    at.file_uploader[0].upload(name, content)
    return at.run()


def check(at: AppTest) -> AppTest:
    at.button(key="start").click().run()
    assert not at.exception
    return finish(at)
