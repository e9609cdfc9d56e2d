"""The Live page in Chromium with a fake camera that loops a rendered clip."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kickform.history.store import open_store
from kickform.settings import load_settings
from tests.browser.conftest import FLAGS, chromium_path, serving
from tests.browser.fake_camera import make_camera_file

pytestmark = pytest.mark.browser

CLIP = "pogo_side_60fps"
SLOW, CLIP_FPS, STILL_S = 7.5, 30.0, 3.0
"""Chromium plays whole frames a second: 4 of the clip's 30."""
CLOSE_MS = 15.0
LONG_MS = 400_000


@pytest.fixture(scope="module")
def camera_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    out = tmp_path_factory.mktemp("camera") / "camera.y4m"
    clip = load_settings().samples_dir / f"{CLIP}.mp4"
    return out, make_camera_file(clip, out, every=2, fps=CLIP_FPS / SLOW, still_s=STILL_S)


@pytest.fixture
def live_page(
    playwright: Any, camera_file: tuple[Path, int], tmp_path: Path
) -> Iterator[tuple[Any, Path, Path]]:
    """The served app, a page on it with the fake camera, the frames' log and the data folder."""
    flags = [
        *FLAGS,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={camera_file[0]}",
    ]
    log, data = tmp_path / "frames.txt", tmp_path / "data"
    log.touch()
    with open_live(playwright, flags, log, data) as page:
        yield page, log, data


@contextmanager
def open_live(playwright: Any, flags: list[str], log: Path, data: Path) -> Iterator[Any]:
    """Serve the app with the slow clock, and open its live page in a browser of its own."""
    environment = {
        "KICKFORM_TEST_SLOW": str(SLOW),
        "KICKFORM_TEST_LOG": str(log),
        "KICKFORM_DATA_DIR": str(data),
        "KICKFORM_LIVE_SESSIONS": "1",
    }
    wrong: list[str] = []
    with serving(Path(__file__).parent / "live_app.py", **environment) as address:
        browser = playwright.chromium.launch(executable_path=chromium_path(), headless=True, args=flags)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("pageerror", lambda error: wrong.append(f"page error: {error}"))
        page.on("request", lambda r: None if "localhost" in r.url else wrong.append(r.url))
        page.goto(address)
        page.get_by_role("link", name="Live", exact=True).click()
        camera_button(page).wait_for(timeout=60_000)
        try:
            yield page
        finally:
            browser.close()
    outside = [one for one in wrong if not one.startswith(("data:", "blob:"))]
    assert not outside, "\n".join(outside)


def frames(log: Path) -> list[tuple[float, int, str]]:
    """Return (time, number in the clip, phase) of every frame that reached the session."""
    lines = [line.split() for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return [(float(time_s), int(number), phase) for time_s, number, phase, *_ in lines]


def said(log: Path) -> str:
    """Return the session's state at the last frame: time, number, phase, reps, frames dropped."""
    return log.read_text().splitlines()[-1]


def until(page: Any, holds: Callable[[], bool], within_s: float) -> None:
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end, f"it did not happen within {within_s} s"
        page.wait_for_timeout(200)


def camera_button(page: Any) -> Any:
    """The camera's own button, in its frame."""
    return page.frame_locator("iframe").first.get_by_role("button", name="Start camera")


def count_on(page: Any) -> int:
    return int(page.locator(".board .count").inner_text())


def test_a_set_before_the_camera_is_counted_timed_judged_and_saved(live_page, camera_file, playwright):
    """Counts exactly, set mean within 15 ms at 30 frames a second, full verdict after Stop, saved."""
    page, log, data = live_page
    truth = json.loads((load_settings().samples_dir / f"{CLIP}.json").read_text())
    total = camera_file[1]
    page.get_by_role("combobox", name="Drill").click()
    page.get_by_role("option", name="Pogo jumps").click()
    page.wait_for_timeout(2500)  # the choice reaches the server before the camera does
    camera_button(page).click()
    page.get_by_text("Camera is still").wait_for(timeout=200_000)

    def standing_at_the_start() -> bool:
        seen = frames(log)
        return bool(seen) and seen[-1][1] < 40

    until(page, standing_at_the_start, 400)
    page.get_by_role("button", name=re.compile("^Start")).click()
    until(page, lambda: frames(log)[-1][2] == "running", 60)
    assert frames(log)[-1][1] < (STILL_S + truth["reps"][0]["start_s"]) * CLIP_FPS, "begun before the jumps"
    until(page, lambda: frames(log)[-1][1] > total - 1.2 * STILL_S * CLIP_FPS, 300)
    until(page, lambda: count_on(page) == len(truth["reps"]), 90)
    page.wait_for_timeout(3000)
    assert count_on(page) == len(truth["reps"]), said(log)
    board = page.locator(".board").inner_text()
    mean_ms = float(re.search(r"Set average (\d+) ms", board).group(1))
    true_ms = np.mean([contact["contact_time_ms"] for contact in truth["both_contacts"]])
    print(f"set mean {mean_ms:.0f} ms, true {true_ms:.1f}; {said(log)}")
    assert abs(mean_ms - true_ms) <= CLOSE_MS, said(log)
    assert re.search(r"±\d+ ms at \d+ fps: (good for|trust)", board)
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("Watch it").wait_for(timeout=LONG_MS)
    assert f"{len(truth['reps'])} reps" in page.get_by_test_id("stMain").inner_text()
    page.get_by_role("textbox", name="Athlete's name").fill("Jonas")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved for Jonas").wait_for(timeout=120_000)
    with open_store(f"sqlite:///{data / 'kickform.db'}") as store:
        session = store.session(store.sessions()[0].id)
    assert session.record.kind == "live"
    assert session.live.reps_counted == len(truth["reps"])


def test_without_a_camera_it_says_what_to_do(playwright, tmp_path):
    log = tmp_path / "frames.txt"
    with open_live(playwright, [*FLAGS, "--use-fake-ui-for-media-stream"], log, tmp_path) as page:
        camera_button(page).click()
        page.get_by_role("alert").get_by_text("No camera found").wait_for(timeout=60_000)


def test_a_blocked_camera_says_what_to_do(playwright, camera_file, tmp_path):
    flags = [*FLAGS, "--use-fake-device-for-media-stream", "--deny-permission-prompts"]
    with open_live(playwright, flags, tmp_path / "frames.txt", tmp_path) as page:
        camera_button(page).click()
        page.get_by_role("alert").get_by_text("The camera is blocked").wait_for(timeout=60_000)


def test_a_second_tab_gets_an_error_and_a_closed_tab_frees_its_session(live_page):
    page, log, _ = live_page
    camera_button(page).click()
    until(page, lambda: len(frames(log)) > 3, 90)
    other = page.context.browser.new_page()
    other.goto(page.url)
    camera_button(other).click()
    other.get_by_text("end another session first").wait_for(timeout=60_000)
    page.close()

    def free() -> bool:
        camera_button(other).click()
        other.wait_for_timeout(3000)
        return other.get_by_text("end another session first").count() == 0

    until(other, free, 120)
    count = len(frames(log))
    until(other, lambda: len(frames(log)) > count + 3, 90)
