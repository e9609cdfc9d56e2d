"""The Live page without a camera: texts, WebRTC settings and frame times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kickform.app.live.camera import UnwrappedClock, _FixedRate, rtc_configuration
from kickform.app.live.wording import (
    COARSE_WORDS,
    board_data,
    missing_frames_words,
    rate_words,
    trouble_words,
)
from kickform.app.pages import live
from kickform.live.framing import Check
from kickform.live.session import LiveSession, LiveStanding
from kickform.settings import load_settings
from tests.live_tracks import CheapSource, sample_set

WRAP_S = 2**32 / 90_000


@pytest.fixture
def standing(tmp_path: Path) -> LiveStanding:
    """A pogo set under way, all well."""
    coach, _, _ = sample_set("pogo_rebound_portrait_30fps", 30)
    before = LiveSession(tmp_path).standing()
    reading = replace(coach.reading(), fps=29.8)
    return replace(before, phase="running", reading=reading, camera_fps=30.0, frames=300)


class FakeCamera:
    """Replaces the camera component, which needs a browser."""

    def __init__(self) -> None:
        self.on, self.session, self.told_off = False, None, False

    def __call__(self, session: LiveSession | None, *, off: bool) -> bool:
        self.session, self.told_off = session, off
        self.on = self.on and not off
        return self.on


@pytest.fixture
def cam(monkeypatch: pytest.MonkeyPatch) -> FakeCamera:
    fake = FakeCamera()
    monkeypatch.setattr(live, "camera", fake)
    monkeypatch.setattr(live, "LiveSession", partial(LiveSession, load=CheapSource))
    monkeypatch.setenv("KICKFORM_LIVE_SESSIONS", "1")
    return fake


@pytest.fixture
def page(cam: FakeCamera) -> Iterator[AppTest]:
    at = AppTest.from_string("from kickform.app.pages.live import live_page\nlive_page()", default_timeout=60)
    yield at.run()
    if "kickform_live" in at.session_state and at.session_state["kickform_live"].session is not None:
        at.session_state["kickform_live"].session.close()
    if "kickform" in at.session_state:
        at.session_state["kickform"].workspace.close()


def test_before_the_camera_is_on_the_page_says_how_to_stand(page: AppTest) -> None:
    assert not page.exception
    assert page.title[0].value == "Live"
    text = "\n".join(str(element.value) for element in page.markdown)
    assert "Stand side on to the camera" in text
    assert "stays on this machine" in text
    assert not page.error


def test_every_drill_can_be_chosen(page: AppTest) -> None:
    box = page.selectbox(key="live_drill")
    assert box.options[0] == "Detect automatically"
    box.select_index(1).run()
    assert not page.exception
    assert page.session_state["kickform_live"].drill != "auto"


def test_the_camera_starts_a_session_and_unplugging_ends_it(page: AppTest, cam: FakeCamera) -> None:
    cam.on = True
    page.run()
    session = page.session_state["kickform_live"].session
    assert session is not None
    page.run()
    assert cam.session is session
    assert "Waiting for the camera" in page.info[0].value
    cam.on = False
    page.run()
    page.run()
    assert page.session_state["kickform_live"].session is None
    assert session.standing().phase == "ended"
    assert "off or unplugged" in page.error[0].value
    assert not page.exception


def test_with_no_free_live_session_the_camera_goes_off_with_a_reason(
    page: AppTest, cam: FakeCamera, tmp_path: Path
) -> None:
    other = LiveSession(tmp_path, load=CheapSource).start()
    try:
        cam.on = True
        page.run()
        page.run()
        assert "end another session first" in page.error[0].value
        assert not cam.on
        assert page.session_state["kickform_live"].session is None
    finally:
        other.close()


def test_stop_before_the_start_leaves_nothing_to_check(page: AppTest, cam: FakeCamera) -> None:
    cam.on = True
    page.run()
    page.session_state["kickform_live"].stop(page.session_state["kickform"])
    page.run()
    assert "Nothing was recorded" in page.error[0].value


def test_no_ice_server_is_used_by_default() -> None:
    assert rtc_configuration(load_settings({})) == {"iceServers": []}


def test_ice_servers_of_the_settings_reach_webrtc() -> None:
    env = {
        "KICKFORM_ICE_SERVERS": "stun:a.example:3478,turn:b.example:3478",
        "KICKFORM_TURN_USERNAME": "coach",
        "KICKFORM_TURN_CREDENTIAL": "secret",
    }
    assert rtc_configuration(load_settings(env)) == {
        "iceServers": [
            {"urls": ["stun:a.example:3478"]},
            {"urls": ["turn:b.example:3478"], "username": "coach", "credential": "secret"},
        ]
    }


def test_a_late_frame_does_not_advance_the_clock_by_thirteen_hours() -> None:
    clock = UnwrappedClock()
    times = [0.0, 0.5, 0.4 + WRAP_S, 0.6 + WRAP_S, 0.5 + 2 * WRAP_S, 0.7 + 2 * WRAP_S]
    assert [clock.seconds(t) for t in times] == pytest.approx([0.0, 0.5, 0.4, 0.6, 0.5, 0.7])


def test_a_true_clock_wrap_is_kept() -> None:
    """aiortc already adds true wraps, so time goes on evenly."""
    clock = UnwrappedClock()
    times = [WRAP_S - 0.2, WRAP_S - 0.1, WRAP_S + 0.1]
    shown = [clock.seconds(t) for t in times]
    assert shown[2] - shown[1] == pytest.approx(0.2)


def test_the_board_shows_count_number_range_and_precision(standing: LiveStanding) -> None:
    board = board_data(standing, "beep")
    number = board["number"]
    assert board["count"] == len(standing.reading.reps) == 4
    assert number["value"].endswith(" ms")
    assert number["mean"].startswith("Set average ")
    assert "±" in number["mean"]
    assert number["precision"].endswith(f"at 30 fps: trust the set average. {COARSE_WORDS}")
    assert 0 <= number["good"][0] < number["good"][1] <= 1
    assert board["cue"]
    assert board["frames"] == "30 fps"


def test_a_clip_that_lacks_frames_gives_a_warning() -> None:
    assert missing_frames_words(0.01) == ""
    assert missing_frames_words(0.08).startswith("8 % of the camera's frames")


def test_tracked_feet_need_no_warning(standing: LiveStanding) -> None:
    followed = replace(standing, reading=replace(standing.reading, followed=0.9))
    assert board_data(followed, "beep")["number"]["precision"].endswith("trust the set average")


def test_unknown_values_are_none(standing: LiveStanding, tmp_path: Path) -> None:
    board = board_data(LiveSession(tmp_path).standing(), "off")
    assert (board["count"], board["number"], board["score"]) == (0, None, None)
    pogo = LiveSession(tmp_path, drill="pogo").standing()
    assert board_data(pogo, "off")["number"]["value"] is None


def test_a_reduced_frame_rate_is_shown_with_the_cameras(standing: LiveStanding) -> None:
    slow = replace(standing, reading=replace(standing.reading, fps=18.0))
    assert rate_words(slow) == "18 of the camera's 30 fps"


@pytest.mark.parametrize(
    ("change", "silent_s", "words"),
    [
        ({}, 0.0, ""),
        ({"error": "pose_landmarker_full.task: is damaged; install KickForm again"}, 0.0, "is damaged"),
        ({}, 5.0, "stopped sending pictures"),
        ({"full": True}, 0.0, "longest time allowed"),
        ({"in_sight": False}, 0.0, "out of the picture"),
        ({"in_sight": False, "strangers": 2}, 0.0, "Someone else is in view"),
        ({"fps": 9.0}, 0.0, "Only 9 fps"),
    ],
)
def test_each_problem_has_its_sentence(
    standing: LiveStanding, change: dict[str, object], silent_s: float, words: str
) -> None:
    reading = {name: value for name, value in change.items() if name in ("in_sight", "fps")}
    rest = {name: value for name, value in change.items() if name not in reading}
    told = trouble_words(replace(standing, reading=replace(standing.reading, **reading), **rest), silent_s)
    assert words in told
    assert bool(words) == bool(told)


def test_framing_shows_the_first_failed_check(standing: LiveStanding) -> None:
    checks = (
        Check("a", "A", True, "no"),
        Check("b", "B", False, "Step back."),
        Check("c", "C", False, "No."),
    )
    assert trouble_words(replace(standing, phase="framing", checks=checks), 0.0) == "Step back."


def test_a_fixed_bitrate_is_reported_twice_a_second() -> None:
    rate = _FixedRate()
    told = [
        rate.add(arrival_time_ms=1000.0 + t, ssrc=7, abs_send_time=1, payload_size=900)
        for t in range(0, 2000, 100)
    ]
    assert [one for one in told if one is not None] == [(800_000, [7])] * 4
