"""User actions in the browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

BUSY_MS, SLOW_MS = 180_000, 30_000


def upload(page: Any, clip: Path) -> None:
    page.locator("input[type=file]").set_input_files(str(clip))
    page.get_by_role("button", name="Check this clip").wait_for(timeout=30_000)


def check(page: Any) -> dict[str, Any]:
    """Start, wait for the verdict, and return it as the page's JSON download has it."""
    page.get_by_role("button", name="Check this clip").click()
    verdict, refusal = page.get_by_text("Watch it"), page.get_by_test_id("stAlertContentError")
    verdict.or_(refusal).first.wait_for(timeout=BUSY_MS)
    assert not refusal.count(), refusal.first.inner_text()
    page.wait_for_function("document.querySelector('video')?.readyState >= 1", timeout=30_000)
    with page.expect_download() as download:
        page.get_by_role("button", name="Analysis (JSON)").click()
    return json.loads(Path(download.value.path()).read_text(encoding="utf-8"))


def press(page: Any, element: Any, x: float, y: float) -> None:
    """Click with a mouse movement before it: the table, a canvas, misses other clicks."""
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    page.mouse.move(box["x"] + x - 20, box["y"] + y)
    page.wait_for_timeout(300)
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.wait_for_timeout(300)
    page.mouse.down()
    page.wait_for_timeout(100)
    page.mouse.up()


def assert_fits(page: Any) -> None:
    """Check that the settled page has no horizontal overflow and no missing picture."""
    page.wait_for_function(
        "() => { const m = document.querySelector('[data-testid=stMain]');"
        " return Math.max(m.scrollWidth, document.documentElement.scrollWidth) <= m.clientWidth }",
        timeout=SLOW_MS,
    )
    page.wait_for_function(
        "() => [...document.images].every((one) => one.complete && one.naturalWidth > 0)", timeout=SLOW_MS
    )


def go(page: Any, name: str) -> None:
    """Open a page by the menu, which is folded on a phone or under More."""
    fold = page.get_by_test_id("stExpandSidebarButton")
    if fold.count() and fold.is_visible():
        fold.click()
        page.get_by_test_id("stSidebarNavLink").filter(has_text=name).click()
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    else:
        bar = page.get_by_test_id("stHeader")
        wanted = bar.get_by_role("link", name=name)
        if not wanted.count():
            bar.get_by_text("More").click()
            wanted = page.get_by_test_id("stTopNavDropdownLink").filter(has_text=name)
        wanted.first.click()
    page.get_by_role("heading", level=1).filter(has_text="KickForm" if name == "Home" else name).wait_for(
        timeout=SLOW_MS
    )
    settle(page)


def settle(page: Any) -> None:
    page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for(timeout=SLOW_MS)
    page.wait_for_timeout(300)
