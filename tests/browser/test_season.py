"""A season in Chromium: add an athlete, check, save, trends, session, compare, report, programme, delete."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kickform.history.store import open_store
from kickform.report.key_frames import jpeg
from tests.browser.conftest import serving
from tests.browser.steps import SLOW_MS, assert_fits, check, go, press, settle, upload
from tests.history.store.made_up import analysis_of, sha

pytestmark = pytest.mark.browser


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "history"


@pytest.fixture
def walk_app(data_dir: Path) -> Iterator[str]:
    """The app with a made-up analysis and a history of its own."""
    with serving(Path(__file__).parent / "quick_app.py", KICKFORM_DATA_DIR=str(data_dir)) as address:
        yield address


def train(data_dir: Path, contacts_ms: list[float]) -> None:
    """Sessions of the weeks before, as `kickform batch` would bring them in."""
    still = jpeg(np.full((400, 320, 3), 90, np.uint8))
    with open_store(f"sqlite:///{data_dir / 'kickform.db'}") as store:
        for number, contact_ms in enumerate(contacts_ms):
            base = analysis_of(f"week{number}.mp4")
            metrics = dict(base.summary.metrics)
            metrics["contact_time_ms"] = replace(metrics["contact_time_ms"], value=contact_ms)
            store.save_session(
                replace(base, summary=replace(base.summary, metrics=metrics)),
                athlete=store.athlete("Zoë"), clip_sha256=sha(str(number)),
                filmed_at=datetime.now(UTC) - timedelta(days=4 * (len(contacts_ms) - number)),
                pictures={f"rep_{n}": still for n in range(1, 10)},
            )  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_season(walk_app, open_page, data_dir, clip, tmp_path, chromium, width, scheme):
    page = open_page(walk_app, width=width, scheme=scheme, at="home")
    page.get_by_text("Example result").wait_for(timeout=SLOW_MS)
    assert_fits(page)

    new_athlete(page)
    session_words = upload_and_save(page, clip)
    page.get_by_role("link", name="See the trend").click()
    page.get_by_text("Two more sessions and we can spot a trend").wait_for(timeout=SLOW_MS)

    train(data_dir, [240, 239, 241, 238, 236, 234, 230, 228, 224, 223])
    go(page, "Home")
    page.get_by_text("Latest results").wait_for(timeout=SLOW_MS)
    assert_fits(page)
    trend_to_session(page)
    reports(page, tmp_path, chromium)
    compare(page)
    programme(page)
    sessions_and_deletion(page)
    everything_away(page)
    assert session_words == "Saved for Zoë."


def new_athlete(page: Any) -> None:
    go(page, "Settings")
    page.get_by_text("Add an athlete").click()
    page.get_by_role("textbox", name="Name").fill("Zoë")
    page.get_by_role("spinbutton", name="Height (cm)").fill("172")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("Zoë added").wait_for(timeout=SLOW_MS)
    assert_fits(page)


def upload_and_save(page: Any, clip: Path) -> str:
    go(page, "Check a drill")
    upload(page, clip)
    check(page)
    assert_fits(page)
    page.get_by_role("button", name="Save", exact=True).click()
    saved = page.get_by_text("Saved for Zoë.")
    saved.wait_for(timeout=SLOW_MS)
    return str(saved.inner_text())


def trend_to_session(page: Any) -> None:
    go(page, "Trends")
    page.get_by_text("a real improvement").wait_for(timeout=SLOW_MS)
    assert_fits(page)
    chart = page.locator("[data-testid='stVegaLiteChart']")
    assert "Contact time over time" in chart.locator("[aria-label]").first.evaluate(
        "e => e.closest('[data-testid=stVegaLiteChart]').outerHTML"
    )
    points = chart.locator("path[aria-label*='Contact time']")
    points.nth(2).scroll_into_view_if_needed()
    points.nth(2).click()
    page.get_by_role("heading", level=1).filter(has_text="Pogo jumps").wait_for(timeout=SLOW_MS)
    settle(page)
    assert re.search(r"/session\?session=\d+", page.url)
    assert_fits(page)


def reports(page: Any, tmp_path: Path, chromium: Any) -> None:
    """The downloaded report opens without the app and without a network."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Report (HTML)").click()
    file = tmp_path / "report.html"
    download.value.save_as(file)
    context = chromium.new_context(offline=True, java_script_enabled=False, viewport=page.viewport_size)
    read = context.new_page()
    asked: list[str] = []
    read.on("request", lambda request: asked.append(request.url))
    read.goto(file.as_uri())
    assert read.get_by_role("heading", level=1).inner_text().startswith("Pogo jumps")
    assert "Zoë" in read.locator(".facts").inner_text()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    context.close()
    with page.expect_download() as download:
        page.get_by_role("button", name="Report (PDF)").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")


def compare(page: Any) -> None:
    page.get_by_test_id("stMain").get_by_role("link", name="Compare").click()
    page.get_by_text("Skeletons on top of each other").wait_for(timeout=SLOW_MS)
    settle(page)
    assert_fits(page)
    before = page.get_by_role("img", name="Two skeletons").get_attribute("aria-label")
    slider = page.get_by_role("slider")
    slider.focus()
    for _ in range(20):
        slider.press("ArrowRight")
    page.get_by_role("img", name="Two skeletons at 70 %").wait_for(timeout=SLOW_MS)
    assert "50 %" in before
    assert page.get_by_role("img", name="key frame").count() == 2


def programme(page: Any) -> None:
    go(page, "Programme")
    page.get_by_text("Done for today").wait_for(timeout=SLOW_MS)
    assert_fits(page)
    page.get_by_role("button", name="Start the first set").click()
    done = page.get_by_role("button", name="Set done")
    done.click()
    clock = page.locator(".timer .clock")
    page.wait_for_function(
        "() => /^2:5\\d$/.test(document.querySelector('.timer .clock')?.textContent "
        "|| [...document.querySelectorAll('*')].map(e => e.shadowRoot?.querySelector('.timer .clock')"
        "?.textContent).find(Boolean) || '')",
        timeout=10_000,
    )
    assert clock.inner_text().startswith("2:5")
    go(page, "About")
    go(page, "Programme")
    page.get_by_text("Recover fully before set").wait_for(timeout=SLOW_MS)  # the rest has gone on meanwhile
    assert clock.inner_text().startswith("2:")


def sessions_and_deletion(page: Any) -> None:
    go(page, "Sessions")
    page.get_by_text("11 sessions of Zoë").wait_for(timeout=SLOW_MS)
    assert_fits(page)
    page.wait_for_timeout(1200)
    table = page.get_by_test_id("stDataFrame").locator(".dvn-scroller")
    press(page, table, 60, 35 * 2 + 17)
    page.get_by_role("button", name="Delete", exact=True).click(timeout=SLOW_MS)
    page.get_by_role("button", name="Delete it").click()
    page.get_by_text("not in your history").wait_for(timeout=SLOW_MS)
    page.get_by_role("link", name="All sessions").click()
    page.get_by_text("10 sessions of Zoë").wait_for(timeout=SLOW_MS)


def everything_away(page: Any) -> None:
    go(page, "Settings")
    sure = page.get_by_role("textbox", name="to confirm")
    sure.fill("delete")
    sure.press("Enter")
    page.get_by_role("button", name="Delete everything").click()
    page.get_by_text("Everything deleted.").wait_for(timeout=SLOW_MS)
    go(page, "Home")
    page.get_by_text("Example result").wait_for(timeout=SLOW_MS)
