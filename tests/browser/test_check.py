"""The Check page in Chromium, from a clip to its result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kickform.settings import load_settings
from tests.app.clips import cut
from tests.browser.conftest import SAMPLE
from tests.browser.steps import BUSY_MS, assert_fits, check, go, press, upload

pytestmark = pytest.mark.browser

CLOSE_S = 0.05


def player_time(page: Any) -> float:
    return float(page.evaluate("document.querySelector('video').currentTime"))


def wait_for_time(page: Any, time_s: float) -> None:
    """Wait until the player stands at `time_s`, paused."""
    page.wait_for_function(
        "([time, close]) => { const v = document.querySelector('video');"
        " return v.paused && !v.seeking && Math.abs(v.currentTime - time) <= close }",
        arg=[time_s, CLOSE_S],
        timeout=15_000,
    )


def test_upload_to_verdict_and_a_click_on_a_rep_moves_the_player(open_page, real_app, tmp_path):
    """The whole way with the real pose model that files get by default."""
    clip = cut(load_settings().samples_dir / SAMPLE, tmp_path / "jumps.mp4", 0.0, 4.5, max_side_px=1280)
    page = open_page(real_app)
    upload(page, clip)
    page.get_by_text("Options").first.click()
    page.wait_for_timeout(700)  # the options fold out
    page.get_by_role("combobox", name="Drill").click()
    page.get_by_role("option", name="Pogo jumps").click()
    page.wait_for_timeout(2500)  # the choice reaches the server before the work begins
    page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for(timeout=30_000)
    analysis = check(page)
    assert (analysis["drill"], analysis["drill_source"]) == ("pogo", "user")
    for rep in analysis["reps"][-1], analysis["reps"][0]:
        page.locator(f"[data-rep='{rep['number']}']").click()
        wait_for_time(page, rep["start_s"])


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_every_click_moves_the_player(open_page, quick_app, clip, width, scheme):
    page = open_page(quick_app, width=width, scheme=scheme)
    assert_fits(page)
    upload(page, clip)
    assert_fits(page)
    analysis = check(page)
    assert_fits(page)
    reps, findings = analysis["reps"], analysis["findings"]

    page.locator("[data-rep='2']").click()
    wait_for_time(page, reps[1]["start_s"])
    page.get_by_role("button", name="One frame forward").click()
    wait_for_time(page, reps[1]["start_s"] + 1 / 60)
    for finding in findings:
        page.get_by_role("button", name=f"See it at {finding['time_s']:.2f} s").click()
        wait_for_time(page, finding["time_s"])
    page.locator(".st-key-reps_contact_time_ms path[aria-label*='Rep: 3']").first.click()
    wait_for_time(page, reps[2]["start_s"])
    third_contact = analysis["contacts"][3]
    page.locator(".st-key-timeline path[aria-label]").nth(3).click()
    wait_for_time(page, third_contact["touchdown_s"])
    table = page.get_by_test_id("stDataFrame").locator(".dvn-scroller")
    page.wait_for_timeout(1200)  # the player has done scrolling into view
    press(page, table, 120, 35 * 2 + 17)
    wait_for_time(page, reps[1]["start_s"])


def test_an_error_is_one_sentence_with_filming_help_and_the_page_still_works(
    open_page, quick_app, clip, tmp_path
):
    notes = tmp_path / "notes.mp4"
    notes.write_text("milk, eggs, bread\n" * 40)
    page = open_page(quick_app, width=390)
    page.locator("input[type=file]").set_input_files(str(notes))
    alert = page.get_by_test_id("stAlert")
    alert.wait_for(timeout=30_000)
    assert "notes.mp4" in alert.inner_text()
    page.get_by_role("img", name="Two drawings").wait_for(timeout=30_000)  # it is drawn after the alert
    assert_fits(page)
    upload(page, clip)
    assert page.get_by_test_id("stAlert").count() == 0


def test_other_pages_can_be_read_while_a_sample_is_checked(open_page, quick_app):
    page = open_page(quick_app)
    page.get_by_role("combobox", name="Or try a sample").click()
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Check this clip").click()
    go(page, "About")
    page.get_by_text("Your video stays here").wait_for(timeout=30_000)
    go(page, "How to film")
    page.get_by_text("The drills").wait_for(timeout=30_000)
    page.get_by_role("link", name="Check a drill").click()
    page.get_by_text("Watch it").wait_for(timeout=BUSY_MS)
    for name in ("Video with overlay", "Reps (CSV)"):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        assert Path(download.value.path()).stat().st_size > 100
