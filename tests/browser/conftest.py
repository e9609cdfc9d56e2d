"""A served app and a real Chromium; a test fails on console errors and on any outside address."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from kickform.settings import load_settings
from tests.app.clips import cut

ROOT = Path(__file__).parents[2]
SAMPLE = "pogo_side_60fps.mp4"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCAL = {"localhost", "127.0.0.1", ""}


def chromium_path() -> str | None:
    """Return where a Chromium or Chrome is installed; `KICKFORM_CHROMIUM` may name it."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("KICKFORM_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    path = chromium_path()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        path, sync_playwright = None, None
    if path is None or sync_playwright is None:
        message = "no Chromium (or no playwright) is installed: the web page was NOT tested in a browser"
        if os.environ.get("KICKFORM_REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Any) -> Iterator[Any]:
    browser = playwright.chromium.launch(executable_path=chromium_path(), headless=True, args=FLAGS)
    yield browser
    browser.close()


@contextmanager
def serving(entry: Path, **environment: str) -> Iterator[str]:
    """Serve `entry` on a free port and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(entry), "--server.port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    server = subprocess.Popen(
        [*command, "--server.headless", "true"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://localhost:{port}/_stcore/health", server)
        yield f"http://localhost:{port}/"
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended at its start"
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the server did not come up in a minute")


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first jumps of the sample, small."""
    out = tmp_path_factory.mktemp("clip") / SAMPLE
    return cut(load_settings().samples_dir / SAMPLE, out, from_s=0.5, to_s=4.5)


@pytest.fixture(scope="session")
def quick_app(clip: Path) -> Iterator[str]:
    """The app with a made-up analysis."""
    with serving(Path(__file__).parent / "quick_app.py", KICKFORM_SAMPLES_DIR=str(clip.parent)) as address:
        yield address


@pytest.fixture(scope="session")
def real_app() -> Iterator[str]:
    """The app as it is."""
    with serving(ROOT / "app.py") as address:
        yield address


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Return a function that opens an address; at the end, nothing may have gone wrong in the browser."""
    contexts, wrong = [], []

    def on_request(request: Any) -> None:
        if request.url.startswith(("http", "ws")) and urlsplit(request.url).hostname not in LOCAL:
            wrong.append(f"request to {request.url}")

    def on_console(message: Any) -> None:
        url = message.location.get("url", "")
        # A page that is left before its pictures came asks for some that are gone; `assert_fits` looks at
        # those that are shown.
        if message.type == "error" and not ("404" in message.text and "/media/" in url):
            wrong.append(f"console: {message.text} ({url})")

    def open_(
        address: str, width: int = 1280, height: int = 900, scheme: str = "light", at: str = "check"
    ) -> Any:
        size = {"width": width, "height": height}
        context = chromium.new_context(viewport=size, color_scheme=scheme, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.on("console", on_console)
        page.on("pageerror", lambda error: wrong.append(f"page error: {error}"))
        page.on("request", on_request)
        page.on("websocket", on_request)
        page.goto(address)
        first = page.get_by_role("button", name="Check your first drill")
        again = page.get_by_test_id("stMain").get_by_role("link", name="Check a drill")
        first.or_(again).first.wait_for(timeout=60_000)
        if at == "check":
            first.or_(again).first.click()
            page.get_by_text("Your clip").wait_for(timeout=60_000)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not wrong, "\n".join(wrong)
