"""A drill from outside the package in the web app: chosen, judged, shown, saved, counted live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import kickform.drills as drills
import kickform.pipeline.analyze as core
from kickform.app.live.wording import board_data
from kickform.app.pages import live
from kickform.live.coach import LiveCoach
from kickform.live.session import LiveSession
from kickform.results.analysis import Analysis
from kickform.video.reader import probe
from tests.app.steps import check, open_page, texts, upload
from tests.live_tracks import CheapSource, fed
from tests.outside import documented, install, squat_jumps


@pytest.fixture(autouse=True)
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    install(monkeypatch, documented().DRILL)
    yield
    drills.all_drills.cache_clear()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The drills that the pipeline was asked for; it judges squat jumps for any clip."""
    said: list[str] = []

    def judge(path: str | Path, *, drill: str = "auto", **_options: object) -> Analysis:
        said.append(drill)
        jumps = squat_jumps()
        info = probe(path)
        return core.judge_estimate(jumps.estimate, replace(jumps.info, path=info.path), drill=drill)

    monkeypatch.setattr(core, "analyze", judge)
    return said


@pytest.mark.parametrize("chosen", ["auto", "squat_jump"])
def test_it_is_chosen_judged_and_shown(app: AppTest, clip: bytes, asked: list[str], chosen: str) -> None:
    upload(app, "set.mp4", clip)
    box = app.selectbox(key="option_drill")
    assert "Squat jumps" in box.options
    box.select(chosen).run()
    check(app)
    assert not app.exception
    assert not app.error
    assert asked == [chosen]
    assert "Squat jumps" in app.title[0].value
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Jump height"].endswith(" cm")
    assert "there is more in your legs" in texts(app)
    assert "Push the ground away" in texts(app)
    assert len(app.dataframe[0].value) == 4


def test_an_error_comes_with_how_to_film_the_drill(app: AppTest, clip: bytes, monkeypatch) -> None:
    def refuse(path: str | Path, *, drill: str = "auto", **_options: object) -> Analysis:
        jumps = squat_jumps()
        return core.judge_estimate(jumps.estimate, jumps.info, drill="pogo")

    monkeypatch.setattr(core, "analyze", refuse)
    check(upload(app, "set.mp4", clip))
    assert "no pogo jumps" in app.error[0].value
    assert "**Squat jumps.** From the side" in texts(app)


def test_its_sessions_and_trends_have_their_pages(app: AppTest, clip: bytes, asked: list[str]) -> None:
    check(upload(app, "set.mp4", clip))
    app.text_input(key="save_name").input("Ada").run()
    app.button(key="save").click().run()
    assert not app.exception
    for page in ("sessions", "trends", "programme", ""):
        open_page(app, page)
        tables = "".join(table.value.to_string() for table in app.dataframe)
        chosen = str([box.options for box in app.selectbox])
        assert "Squat jumps" in texts(app) + tables + chosen, page


def test_it_is_counted_on_the_live_page(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    monkeypatch.setattr(live, "camera", lambda session, *, off: False)
    monkeypatch.setattr(live, "LiveSession", partial(LiveSession, load=CheapSource))
    page = AppTest.from_string(
        "from kickform.app.pages.live import live_page\nlive_page()", default_timeout=60
    )
    page.run()
    assert "Squat jumps" in page.selectbox(key="live_drill").options
    page.selectbox(key="live_drill").select("squat_jump").run()
    assert not page.exception
    assert "land softly and stand still" in "\n".join(str(each.value) for each in page.caption)
    coach = LiveCoach(page.session_state["kickform_live"].drill)
    fed(coach, squat_jumps(30).track)
    standing = replace(LiveSession(data_dir).standing(), phase="running", reading=coach.reading())
    board = board_data(standing, "beep")
    assert (board["count"], board["title"]) == (4, "Squat jumps")
    page.session_state["kickform"].workspace.close()
