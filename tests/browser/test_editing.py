"""The event editor in Chromium: step by key, set, undo; the numbers follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import serving
from tests.browser.test_check import assert_fits, check, upload

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def editor_app(clip: Path) -> Iterator[str]:
    entry = Path(__file__).parent / "editor_app.py"
    with serving(entry, KICKFORM_SAMPLES_DIR=str(clip.parent)) as address:
        yield address


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_an_event_is_stepped_to_set_and_undone(open_page, editor_app, clip, width, scheme):
    page = open_page(editor_app, width=width, scheme=scheme)
    upload(page, clip)
    first = check(page)["contacts"][0]
    page.get_by_text("Correct a touchdown or take-off").click()
    frame = page.get_by_text(re.compile(r"^Frame \d+ of \d+, at"))
    frame.wait_for(timeout=30_000)
    start = int(frame.inner_text().split()[1])
    page.get_by_role("button", name="+1 Shortcut").click()
    page.get_by_text(f"Frame {start + 1} of").wait_for(timeout=15_000)
    page.keyboard.press("ArrowRight")
    page.get_by_text(f"Frame {start + 2} of").wait_for(timeout=15_000)
    page.keyboard.press("Shift+ArrowRight")
    page.get_by_text(f"Frame {start + 12} of").wait_for(timeout=15_000)
    page.keyboard.press("Shift+ArrowLeft")
    page.get_by_text(f"Frame {start + 2} of").wait_for(timeout=15_000)
    assert_fits(page)
    page.get_by_role("button", name="This is the first frame on the ground").click()
    page.get_by_text("1 correction applied").wait_for(timeout=30_000)
    page.get_by_text("touchdown set by hand").wait_for(timeout=15_000)
    page.get_by_text("the numbers are up to date").wait_for(timeout=15_000)
    words = page.get_by_text("touchdown set by hand").inner_text()
    now_ms = float(words.split(" ms")[0].split()[-1])
    assert 1000 * 1.4 / 60 < first["contact_time_ms"] - now_ms < 1000 * 2.6 / 60
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("1 correction applied").wait_for(state="detached", timeout=30_000)
