"""A year of training in the store: 15 ms shorter in one drill, nothing in another, and the right words."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bench.training import training_days
from kickform.cli import main as cli
from kickform.drills import all_drills
from kickform.history.store import open_store
from kickform.results.analysis import Summary
from kickform.results.findings import MetricResult
from tests.histories import START
from tests.history.store.made_up import analysis_of, sha

NOISE_MS = 4.0
"""SD of a session about the athlete's level: what the set mean errs by (docs/accuracy.md), and the day."""


def test_a_year_of_two_drills(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KICKFORM_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("KICKFORM_DATABASE_URL", raising=False)
    better, same = list(all_drills())[:2]
    bare = replace(analysis_of(), reps=(), contacts=(), flights=(), motion=None)
    with open_store() as store:
        anna = store.add_athlete("Anna")
        for drill, gain_ms, seed in ((better, 15.0, 11), (same, 0.0, 12)):
            for number, (day, value) in enumerate(zip(*training_days(seed, gain_ms, NOISE_MS), strict=True)):
                metric = MetricResult(float(value), 2.5, "ms", 9, "lower", "Contact time")
                store.save_session(
                    replace(bare, drill=drill, summary=Summary(70.0, {"contact_time_ms": metric})),
                    athlete=anna,
                    clip_sha256=sha(f"{drill} {number}"),
                    filmed_at=START + timedelta(days=float(day)),
                )
        assert store.counts()["sessions"] == 312

    def told(drill: str) -> dict[str, object]:
        words = ["kickform", "trends", "--athlete", "Anna", "--drill", drill, "--metric", "contact_time_ms"]
        monkeypatch.setattr(sys, "argv", [*words, "--json", "-"])
        with pytest.raises(SystemExit):
            cli.main()
        document: dict[str, object] = json.loads(capsys.readouterr().out)
        return document

    real, noise = told(better), told(same)
    assert real["verdict"] == "real_change"
    assert "ms shorter than in January" in str(real["message"])
    assert "a real improvement; you normally vary by ±" in str(real["message"])
    assert noise["verdict"] == "within_noise"
    assert "no real change; you normally vary by ±" in str(noise["message"])
    for document in (real, noise):
        assert 3.2 < float(str(document["typical_error"])) < 4.8
    assert -0.36 < float(str(real["slope_per_week"])) < -0.22
    assert abs(float(str(noise["slope_per_week"]))) < 0.07
