"""A drill from outside the package: stored, listed, judged over time, batched and planned without an edit."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import kickform.drills as drills
from kickform.cli import main as cli
from kickform.drills import Drill, Metric, Verdict
from kickform.errors import DrillError
from kickform.history.programme import plan_for
from kickform.history.store import open_store
from kickform.history.trends import default_metric, trends_of
from kickform.live.coach import LiveCoach
from kickform.motion.motion import Motion
from kickform.pipeline import analyze as analysis
from kickform.report import report_html
from kickform.results.analysis import Analysis, Summary
from kickform.results.findings import MetricResult
from kickform.subject import Athlete
from tests.histories import START
from tests.history.store.made_up import analysis_of, sha
from tests.live_tracks import fed
from tests.outside import documented, former, install, squat_jumps
from tests.synthetic import Camera, Clip, Stand, film, train


class LineJump(Drill):
    id = "line_jump"
    title = "Line jumps"
    how_to = how_to_film = cue = "Over the line and back."
    metrics = (Metric("quickness_per_s", "Quickness", "1/s", "higher", common=0.1),)

    def likeness(self, motion: Motion) -> float:
        return 0.0

    def judge(self, motion: Motion, athlete: Athlete, clip: str) -> Verdict:
        raise AssertionError("not needed here")


@pytest.fixture(autouse=True)
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KICKFORM_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("KICKFORM_DATABASE_URL", raising=False)
    install(monkeypatch, LineJump())
    yield
    drills.all_drills.cache_clear()


def line_jumps(quickness: float) -> Analysis:
    metric = MetricResult(quickness, 0.05, "1/s", 8, "higher", "Quickness")
    summary = Summary(80.0, {"quickness_per_s": metric}, ("quickness_per_s",))
    return replace(analysis_of(), drill="line_jump", variant="plain", reps=(), summary=summary, motion=None)


def test_it_is_stored_and_has_trends_and_a_place_in_the_plan(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_store() as store:
        anna = store.add_athlete("Anna")
        for number in range(8):
            store.save_session(
                line_jumps(3.0 + 0.2 * (number >= 4) * number),
                athlete=anna,
                clip_sha256=sha(str(number)),
                filmed_at=START + timedelta(days=3 * number),
            )
        sessions = store.sessions(anna, "line_jump")
    assert default_metric(sessions) == "quickness_per_s"
    trends = trends_of(sessions, "quickness_per_s")
    assert trends.main is not None
    assert trends.main.verdict == "real_change"
    plan = plan_for(sessions, (START + timedelta(days=30)).date())
    assert "line_jump" in {each.drill for each in plan.drills}
    monkeypatch.setattr(sys, "argv", ["kickform", "trends", "--athlete", "Anna", "--json", "-"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["drill"], document["metric"]) == ("line_jump", "quickness_per_s")
    assert "a real improvement" in document["message"]


def test_when_it_is_gone_its_sessions_are_still_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store() as store:
        anna = store.add_athlete("Anna")
        saved = store.save_session(line_jumps(3.0), athlete=anna, clip_sha256=sha("a"), filmed_at=START)
        monkeypatch.setattr(drills, "entry_points", lambda group: [])
        drills.all_drills.cache_clear()
        assert "line_jump" not in drills.all_drills()
        assert store.session(saved.id).analysis.drill == "line_jump"
        document = "".join(store.export_all())
        store.delete_all()
        store.import_all(document)
        assert [s.drill for s in store.sessions()] == ["line_jump"]
        plan_for(store.sessions(), START.date())


@pytest.fixture
def filmed(monkeypatch: pytest.MonkeyPatch) -> Clip:
    """A clip of the documented drill, which is installed; its poses are known, so that no model is run."""
    install(monkeypatch, documented().DRILL)
    clip = squat_jumps()
    monkeypatch.setattr(analysis, "probe", lambda path: replace(clip.info, path=Path(path)))
    monkeypatch.setattr(analysis, "estimate_pose", lambda *_args, **_more: clip.estimate)
    monkeypatch.setattr(analysis, "with_feet", lambda estimate, *_more: estimate)
    return clip


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["kickform", *arguments])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert isinstance(caught.value.code, int)
    return caught.value.code


def test_the_documented_drill_is_told_from_the_movement(
    filmed: Clip, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "analyze", "jumps.mp4", "--json", "-") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["drill"], document["drill_source"]) == ("squat_jump", "auto")
    assert document["drill_confidence"] > 0.9
    assert len(document["reps"]) == len(filmed.flights) == 4
    assert document["summary"]["metrics"]["flight_time_ms"]["value"] == pytest.approx(450, abs=15)
    assert [finding["code"] for finding in document["findings"]] == ["height_low"]


def test_a_drill_for_the_former_layout_gives_the_same_verdict(
    filmed: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = analysis.judge_estimate(filmed.estimate, filmed.info, drill="squat_jump")
    install(monkeypatch, former().DRILL)
    assert (
        analysis.judge_estimate(filmed.estimate, filmed.info, drill="squat_jump").to_dict() == now.to_dict()
    )


@pytest.mark.parametrize(
    ("module", "name", "home", "present"),
    [
        ("saying", "Words", "findings", "FindingText"),
        ("saying", "say_band", "findings", "band_finding"),
        ("saying", "say_fading", "findings", "fading_finding"),
        ("stepping", "say_rhythm", "steps", "rhythm_finding"),
        ("stepping", "Difference", "steps", "SideDifference"),
        ("base", "summarize", "scoring", "summarize"),
        ("jumps", "make_finding", "jumps", "make_finding"),
    ],
)
def test_a_former_name_is_the_present_one(module: str, name: str, home: str, present: str) -> None:
    was = importlib.import_module(f"kickform.drills.{module}")
    now = importlib.import_module(f"kickform.drills.common.{home}")
    assert getattr(was, name) is getattr(now, present)
    with pytest.raises(AttributeError, match=f"'kickform.drills.{module}' has no attribute 'nothing'"):
        _ = was.nothing


def test_without_it_the_same_clip_is_no_drill_that_is_known(
    filmed: Clip, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(drills, "entry_points", lambda group: [])
    drills.all_drills.cache_clear()
    assert run(monkeypatch, "analyze", "jumps.mp4") == 3
    assert "4 jumps, but no drill that is known" in capsys.readouterr().err


def test_it_is_no_answer_to_another_drill(filmed: Clip) -> None:
    pogo = film([Stand(1.0), train(0.2, 0.45, 5), Stand(1.0)], Camera(seed=6))
    named = analysis.judge_estimate(pogo.estimate, pogo.info)
    assert named.drill == "pogo"
    standing = film([Stand(2.0)], Camera(seed=6))
    with pytest.raises(DrillError, match="no squat jumps in it"):
        analysis.judge_estimate(standing.estimate, standing.info, drill="squat_jump")


def test_it_is_shown_in_the_terminal_and_reported(
    filmed: Clip, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "analyze", "jumps.mp4", "--drill", "squat_jump") == 0
    shown = capsys.readouterr().out
    assert "Squat jumps" in shown
    assert "Push the ground away." in shown
    assert run(monkeypatch, "drills") == 0
    assert "stand still" in " ".join(capsys.readouterr().out.split())
    page = report_html(analysis.judge_estimate(filmed.estimate, filmed.info))
    assert "Squat jumps" in page
    assert "Jump height" in page


def test_it_counts_live(filmed: Clip) -> None:
    coach = LiveCoach("auto")
    events = fed(coach, filmed.track)
    assert coach.reading().drill == "squat_jump"
    assert len(coach.reading().reps) == 4
    assert [event.words for event in events if event.kind == "drill"] == ["squat_jump"]
