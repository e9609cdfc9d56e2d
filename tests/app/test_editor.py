"""The event editor: corrections from frames, single frames of a clip, and the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import kickform.pipeline.analyze as core
from kickform.app.editing.edit_model import (
    add_missed,
    contact_words,
    correct_event,
    default_row,
    editable_contacts,
    event_frame,
    remove_contact,
)
from kickform.app.editing.frames import FrameCache, crop_frame
from kickform.app.shared.wording import plain
from kickform.errors import UsageError
from kickform.events.types import Contact
from kickform.history.store import open_store
from kickform.pipeline.analyze import judge_estimate
from kickform.results.analysis import Analysis
from kickform.video.reader import probe, read_frames
from kickform.video.writer import Mp4Writer
from tests.app.steps import APP, check, open_page, upload
from tests.synthetic import Camera, Clip, Stand, estimate, film, train

FPS = 60


def level(number: int) -> int:
    """Return the grey level that identifies a frame among its neighbours."""
    return 20 + 5 * (number % 40)


@pytest.fixture(scope="module")
def jumps() -> Clip:
    return film([Stand(0.4), train(0.2, 0.4, 4), Stand(0.4)], Camera(fps=FPS, noise=0.002, far=2, seed=2))


@pytest.fixture(scope="module")
def analysis(jumps: Clip) -> Analysis:
    return judge_estimate(estimate(jumps.track), jumps.info)


@pytest.fixture(scope="module")
def numbered(jumps: Clip, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip whose frames show their own number as a grey level, at the track's times."""
    path = tmp_path_factory.mktemp("numbered") / "numbered.mp4"
    with Mp4Writer(path, FPS) as writer:
        for number, time_s in enumerate(jumps.track.time_s):
            writer.write(np.full((96, 128, 3), level(number), np.uint8), float(time_s))
    return path


# What setting a frame means


def test_the_first_frame_on_the_ground_puts_the_touchdown_half_a_frame_before_it() -> None:
    times = np.array([0.0, 0.1, 0.2, 0.4, 0.5])
    contact = Contact("left", 0.12, 0.33, 0.01, 0.01, 0.01)
    assert event_frame(times, contact, "touchdown") == 2
    assert event_frame(times, contact, "takeoff") == 2
    assert correct_event(times, contact, "touchdown", 2).touchdown_s == pytest.approx(0.15)
    assert correct_event(times, contact, "takeoff", 2).takeoff_s == pytest.approx(0.3)
    assert correct_event(times, contact, "touchdown", 0).touchdown_s == pytest.approx(-0.05)
    assert correct_event(times, contact, "takeoff", 4).takeoff_s == pytest.approx(0.55)
    assert remove_contact(contact).at_s == pytest.approx(0.225)
    flight = add_missed(times, "body", "flight", 1, 3)
    assert (flight.side, flight.takeoff_s, flight.touchdown_s) == ("both", 0.05, pytest.approx(0.45))
    with pytest.raises(UsageError):
        add_missed(times, "left", "contact", 3, 1)


def test_setting_the_present_frame_moves_an_event_by_half_a_frame_at_most(analysis: Analysis) -> None:
    assert analysis.motion is not None
    times = analysis.motion.track.time_s
    for contact in analysis.motion.contacts[1:-1]:
        for event in ("touchdown", "takeoff"):
            correction = correct_event(times, contact, event, event_frame(times, contact, event))
            now = getattr(correction, f"{event}_s")
            assert now == pytest.approx(getattr(contact, f"{event}_s"), abs=0.5001 / FPS)


def test_standing_has_one_end_to_correct_and_contacts_without_ends_are_left_out(analysis: Analysis) -> None:
    assert analysis.motion is not None
    assert len(editable_contacts(analysis.motion, "body")) == 5
    assert len(editable_contacts(analysis.motion, "left")) == 5
    open_end = replace(analysis.motion.contacts[0], takeoff_sd_s=np.inf)
    none = replace(analysis.motion, contacts=(open_end,))
    assert editable_contacts(none, "body") == []
    assert default_row(analysis) == "body"
    stepped = replace(analysis, flights=(), contacts=(replace(analysis.contacts[0], side="right"),))
    assert default_row(stepped) == "right"


def test_contact_text() -> None:
    contact = Contact("both", 1.2421, 1.4459, 0.01, 0.01, 0.01)
    assert contact_words(contact, 1.0) == "From 1.242 to 1.446 s, 204 ms."
    by_hand = replace(contact, touchdown_by_hand=True, takeoff_by_hand=True)
    assert contact_words(by_hand, 4.0).endswith("51 ms; touchdown and take-off set by hand.")
    assert "end not seen" in contact_words(replace(contact, sd_s=np.inf), 1.0)


# Single frames


def test_the_requested_frame_is_returned(jumps: Clip, numbered: Path) -> None:
    cache = FrameCache(numbered, jumps.track.time_s)
    count = len(jumps.track)
    for number in (count - 1, 0, count // 2, count // 2 + 1, 31, 95, 3):
        rgb = cache.frame(number)
        assert rgb is not None
        assert float(rgb.mean()) == pytest.approx(level(number), abs=2), number


def test_reading_can_start_at_a_later_time(numbered: Path, jumps: Clip) -> None:
    begin_s = float(jumps.track.time_s[100])
    with read_frames(numbered, from_s=begin_s) as frames:
        first = next(iter(frames))
    assert 0.5 < first.time_s <= begin_s, "a key frame before, not the start of the clip"
    assert float(first.rgb.mean()) == pytest.approx(level(round(first.time_s * FPS)), abs=2)


def test_a_frame_cache_notices_a_changed_file(numbered: Path, jumps: Clip, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(numbered.read_bytes())
    cache = FrameCache(copy, jumps.track.time_s)
    assert cache.is_current(copy)
    assert not cache.is_current(numbered)
    copy.write_bytes(numbered.read_bytes() + b"\0")
    assert not cache.is_current(copy)


@pytest.mark.parametrize("centre", [(0.0, 0.0), (320.0, 200.0), (5000.0, 5000.0)])
def test_a_crop_stays_inside_the_frame(centre: tuple[float, float]) -> None:
    picture = np.zeros((400, 640, 3), np.uint8)
    picture[200, 320] = 255
    part = crop_frame(picture, np.array(centre), 200)
    assert part.shape == (600, 800, 3)
    assert (part.max() > 0) == (centre == (320.0, 200.0))
    assert crop_frame(picture, np.array(centre), 9000).shape == (800, 1066, 3), "all of its height"


def test_the_colours_of_a_frame_are_right(tmp_path: Path) -> None:
    path = tmp_path / "red.mp4"
    red = np.zeros((96, 128, 3), np.uint8)
    red[..., 0] = 200
    with Mp4Writer(path, 30) as writer:
        for number in range(8):
            writer.write(red, number / 30)
    rgb = FrameCache(path, np.arange(8) / 30).frame(3)
    assert rgb is not None
    assert cv2.mean(rgb)[0] > 170
    assert cv2.mean(rgb)[2] < 40


# The page


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, numbered: Path, jumps: Clip) -> Iterator[AppTest]:
    def analyze(path: Path, *, corrections=(), progress=None, **_options) -> Analysis:
        info = replace(probe(path), name="set.mp4")
        return judge_estimate(estimate(jumps.track), info, drill="pogo", corrections=corrections)

    monkeypatch.setattr(core, "analyze", analyze)
    at = open_page(AppTest.from_file(APP, default_timeout=60).run(), "check")
    check(upload(at, "set.mp4", numbered.read_bytes()))
    yield at
    at.session_state["kickform"].workspace.close()


def contact_ms(at: AppTest) -> list[float]:
    return [c.contact_time_ms for c in at.session_state["kickform"].outcome.analysis.contacts]


def open_editor(at: AppTest) -> str:
    toggle = next(t for t in at.toggle if "Correct a touchdown" in t.label)
    toggle.set_value(True).run()
    assert not at.exception
    return f"editor_{at.session_state['kickform'].round}"


def test_an_event_is_moved_undone_and_kept_for_a_second_check(page: AppTest) -> None:
    before = contact_ms(page)
    shown = {m.label: m.value for m in page.metric}["Contact time"]
    key = open_editor(page)
    assert page.selectbox(key=f"{key}_contact").value == 1, "the first contact with two ends"
    for _ in range(3):
        page.button(key=f"{key}_step_1").click().run()
    page.button(key=f"{key}_set").click().run()
    assert not page.exception
    after = contact_ms(page)
    assert after[1:] == before[1:]
    assert 1000 * 2.4 / FPS < before[0] - after[0] < 1000 * 3.6 / FPS
    assert {m.label: m.value for m in page.metric}["Contact time"] != shown
    assert any("numbers are up to date" in c.value for c in page.caption)
    page.button(key="redraw").click().run()
    finish_and_compare(page, after)
    page.button(key="next").click().run()
    clip = page.session_state["kickform"]
    assert clip.outcome is None
    numbered = page.session_state["numbered"]
    check(upload(page, "again.mp4", numbered))
    assert contact_ms(page) == after, "corrections stay with the clip"
    key = open_editor(page)
    page.button(key=f"{key}_undo").click().run()
    assert contact_ms(page) == before
    assert page.button(key=f"{key}_undo").disabled


def finish_and_compare(at: AppTest, expected: list[float]) -> None:
    from tests.app.steps import finish

    finish(at)
    outcome = at.session_state["kickform"].outcome
    assert not outcome.stale
    assert outcome.overlay.stat().st_size > 1000
    assert contact_ms(at) == expected
    at.session_state["numbered"] = outcome.clip.path.read_bytes()


def test_an_impossible_correction_shows_an_error_and_changes_nothing(page: AppTest) -> None:
    before = contact_ms(page)
    key = open_editor(page)
    for _ in range(3):
        page.button(key=f"{key}_step_10").click().run()
    page.button(key=f"{key}_set").click().run()
    assert contact_ms(page) == before
    assert any(plain("not before the take-off") in error.value for error in page.error)


def test_a_contact_is_removed_and_a_jump_added(page: AppTest) -> None:
    before = contact_ms(page)
    key = open_editor(page)
    page.segmented_control(key=f"{key}_task").set_value("remove").run()
    page.button(key=f"{key}_remove").click().run()
    assert contact_ms(page) == before[1:]
    page.button(key=f"{key}_reset").click().run()
    assert contact_ms(page) == before
    page.segmented_control(key=f"{key}_task").set_value("flight").run()
    page.selectbox(key=f"{key}_contact").set_value(0).run()  # standing
    assert page.button(key=f"{key}_add").disabled
    page.button(key=f"{key}_step_10").click().run()
    page.button(key=f"{key}_mark_first").click().run()
    page.button(key=f"{key}_step_1").click().run()
    page.button(key=f"{key}_step_1").click().run()
    page.button(key=f"{key}_mark_last").click().run()
    page.button(key=f"{key}_add").click().run()
    assert not page.exception
    assert len(page.session_state["kickform"].outcome.analysis.motion.flights) == 5


def test_a_saved_session_with_video_can_be_corrected(
    page: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KICKFORM_DATA_DIR", str(tmp_path / "history"))
    page.run()
    page.text_input(key="save_name").input("Ada").run()
    page.checkbox(key="save_video").check().run()
    page.button(key="save").click().run()
    with open_store() as store:
        (record,) = store.sessions()
    open_page(page, "session", session=record.id)
    toggle = next(t for t in page.toggle if "Correct a touchdown" in t.label)
    toggle.set_value(True).run()
    key = f"editor_session_{record.id}"
    page.segmented_control(key=f"{key}_task").set_value("remove").run()
    page.button(key=f"{key}_remove").click().run()
    assert not page.exception
    with open_store() as store:
        (again,) = store.sessions()
        stored = store.session(record.id)
    assert again.id == record.id
    assert len(stored.analysis.corrections) == 1
    assert [c.contact_time_ms for c in stored.analysis.contacts] == pytest.approx(contact_ms(page)[1:], abs=4)
    assert stored.record.video is not None
    assert stored.track is not None
    page.button(key=f"{key}_reset").click().run()
    with open_store() as store:
        back = store.session(record.id).analysis
    assert [c.contact_time_ms for c in back.contacts] == pytest.approx(contact_ms(page), abs=4)
