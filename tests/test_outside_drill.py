"""A drill from outside the package: stored, listed, judged over time, batched and planned without an edit."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import kickform.drills as drills
from kickform import cli
from kickform.drills import Athlete, Drill, Metric, Verdict
from kickform.motion import Motion
from kickform.programme import plan_for
from kickform.result import Analysis, MetricResult, Summary
from kickform.store import open_store
from kickform.trends import default_metric, trends_of
from tests.histories import START
from tests.store.made_up import analysis_of, sha


class LineJump(Drill):
    id = "line_jump"
    title = "Line jumps"
    how_to = how_to_film = cue = "Over the line and back."
    metrics = (Metric("quickness_per_s", "Quickness", "1/s", "higher", common=0.1),)

    def likeness(self, motion: Motion) -> float:
        return 0.0

    def judge(self, motion: Motion, athlete: Athlete, clip: str) -> Verdict:
        raise AssertionError("not needed here")


class Point:
    """Stands for the entry point of an installed package."""

    def load(self) -> Drill:
        return LineJump()


@pytest.fixture(autouse=True)
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KICKFORM_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("KICKFORM_DATABASE_URL", raising=False)
    monkeypatch.setattr(drills, "entry_points", lambda group: [Point()])
    drills.all_drills.cache_clear()
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
    assert "a real change for the better" in document["message"]


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
