"""The Check page without a browser, with a made-up analysis."""

from __future__ import annotations

import errno
import threading
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import kickform.pipeline.analyze as core
from kickform.app.shared.wording import plain
from kickform.errors import Cancelled, PoseError, VideoError
from kickform.video.reader import probe
from tests.app.fake import fake_analyze
from tests.app.steps import check, finish, texts, upload


def test_the_empty_page_says_how_to_film_before_anything_is_uploaded(app):
    assert not app.exception
    assert app.title[0].value == "Check a drill"
    assert "Side on" in texts(app)
    assert app.file_uploader[0].label == "Video file"
    assert not app.error


def test_a_sample_gives_a_result(app):
    app.selectbox(key="sample_0").select_index(0).run()
    check(app)
    assert not app.exception
    assert "Pogo jumps" in app.title[0].value
    shown = {metric.label: (metric.value, metric.delta) for metric in app.metric}
    value, spread = shown["Contact time"]
    assert value.endswith(" ms")
    assert spread.startswith("± ")
    assert "95 % range" in texts(app)
    assert "Think of the ground as hot" in texts(app)
    assert "film ten for a steady mean" in app.warning[0].value
    assert len(app.get("video")) == 1
    assert len(app.dataframe[0].value) == len(app.session_state["kickform"].outcome.analysis.reps)
    assert {"download_video", "download_csv", "download_json"} <= {b.key for b in app.get("download_button")}


def test_a_withheld_number_shows_its_reason(app, clip):
    check(upload(app, "set.mp4", clip))
    assert {metric.label: metric.value for metric in app.metric}["Knee bend"] == "–"
    assert "Not measured: the camera stands 40 deg off the side view" in texts(app)


def test_the_result_survives_reruns_and_clicks(app, clip):
    check(upload(app, "set.mp4", clip))
    before = [metric.value for metric in app.metric]
    finding = app.session_state["kickform"].outcome.analysis.findings[0]
    app.button(key="finding_0").click().run()
    assert app.session_state["kickform"].seek.time_s == pytest.approx(finding.time_s)
    app.session_state["rep_metric"] = "flight_time_ms"
    app.run()
    assert not app.exception
    assert [metric.value for metric in app.metric] == before


@pytest.mark.parametrize(
    ("name", "content"),
    [("notes.mp4", b"milk, eggs, bread\n" * 40), ("empty.mov", b""), ("cut.mp4", b"\0\0\0\x18ftypmp42")],
)
def test_a_file_that_is_no_video_gives_the_error_of_the_command_line(app, clip, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(VideoError) as told:
        probe(tmp_path / name)
    upload(app, name, content)
    assert not app.exception
    assert [error.value for error in app.error] == [plain(str(told.value))]
    assert "Side on" in texts(app), "how to film stands beside the refusal"
    upload(app, "set.mp4", clip)
    assert not app.error, "the page lives on"
    assert app.button(key="start")


def test_a_full_disk_gives_one_sentence_and_leaves_no_file(app, clip, monkeypatch):
    def full(_source, target, _chunk):
        target.write(b"some of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("kickform.app.services.workspace.shutil.copyfileobj", full)
    upload(app, "set.mp4", clip)
    assert not app.exception
    told = app.error[0].value.replace("\\", "")
    assert "set.mp4: cannot be written (no room is left); free some space" in told
    assert not list(app.session_state["kickform"].workspace.folder.rglob("*.mp4"))


def test_an_error_of_the_pipeline_is_shown_unchanged(app, clip, monkeypatch):
    error = PoseError(
        "set.mp4", "the feet are outside the picture in 83 % of frames", "film from further back"
    )

    def refuse(path, **_options):
        raise error

    monkeypatch.setattr(core, "analyze", refuse)
    check(upload(app, "set.mp4", clip))
    assert [shown.value for shown in app.error] == [plain(str(error))]
    assert "hip height" in texts(app)


def test_an_internal_error_gives_one_sentence_and_the_page_still_works(app, clip, monkeypatch, caplog):
    monkeypatch.setattr(core, "analyze", lambda path, **_options: 1 / 0)
    check(upload(app, "set.mp4", clip))
    assert "something went wrong inside KickForm" in app.error[0].value
    assert "ZeroDivisionError" in caplog.text
    monkeypatch.setattr(core, "analyze", fake_analyze)
    check(app)
    assert app.metric


def test_stop_ends_the_work_and_keeps_the_clip(app, clip, monkeypatch):
    running = threading.Event()

    def endless(path, *, progress, **_options):
        while progress("pose", 0.3) is not False:
            running.set()
            time.sleep(0.01)
        raise Cancelled(Path(path).name)

    monkeypatch.setattr(core, "analyze", endless)
    upload(app, "set.mp4", clip)
    app.button(key="start").click().run()
    assert running.wait(10)
    app.run()
    assert app.get("progress")[0].value > 0
    app.button(key="stop").click().run()
    finish(app, within_s=10)
    assert app.info[0].value.startswith("Stopped")
    assert app.button(key="start"), "the clip is still there to be checked again"


def test_options_reach_the_pipeline_and_stay_for_the_next_clip(app, clip, monkeypatch):
    said = {}

    def listen(path, **options):
        said.update(options)
        return fake_analyze(path, **options)

    monkeypatch.setattr(core, "analyze", listen)
    upload(app, "set.mp4", clip)
    app.number_input(key="option_height").set_value(180.0)
    app.number_input(key="option_mass").set_value(70.0)
    app.selectbox(key="option_model").select("lite")
    app.selectbox(key="option_slow_motion").select(4.0)
    app.selectbox(key="option_drill").select("pogo").run()
    check(app)
    del said["progress"]
    told = {"drill": "pogo", "model": "lite", "height_m": 1.8, "mass_kg": 70.0, "slow_motion": 4.0}
    assert said == told | {"corrections": ()}
    app.button(key="next").click().run()
    upload(app, "again.mp4", clip)
    assert app.number_input(key="option_height").value == 180.0
    assert app.selectbox(key="option_model").value == "lite"


def test_another_clip_removes_the_files_of_the_last(app, clip):
    check(upload(app, "set.mp4", clip))
    folder = app.session_state["kickform"].workspace.folder
    assert [path.name for path in folder.rglob("*.mp4")]
    app.button(key="next").click().run()
    assert not list(folder.rglob("*.mp4"))
    assert app.title[0].value == "Check a drill"
    assert not app.metric


def test_an_upload_named_like_a_path_stays_in_the_folder(app, clip):
    upload(app, "../../etc/passwd.mp4", clip)
    state = app.session_state["kickform"]
    assert state.clip.name == "passwd.mp4"
    assert state.clip.path.is_relative_to(state.workspace.folder)


@pytest.mark.parametrize("page", ["filming:filming_page", "about:about_page"])
def test_the_other_pages_load(page):
    module, function = page.split(":")
    at = AppTest.from_string(
        f"from kickform.app.pages.{module} import {function}\n{function}()", default_timeout=30
    ).run()
    assert not at.exception
    assert at.title
