"""The example result on the Home page agrees with today's analysis; `bench showcase` renews it."""

from __future__ import annotations

import pytest

from bench.showcase import SAMPLE, SHOWCASE
from kickform.drills import get_drill
from kickform.pipeline.analyze import analyze
from kickform.report.key_frames import picture_times
from kickform.results.analysis import ESTIMATOR_VERSION, Analysis


@pytest.fixture(scope="module")
def shipped() -> Analysis:
    return Analysis.from_json((SHOWCASE / "analysis.json").read_text("utf-8"))


def test_it_is_of_this_estimator_and_drill(shipped: Analysis) -> None:
    assert shipped.estimator_version == ESTIMATOR_VERSION
    assert shipped.model == "heavy"
    known = {metric.name: metric.label for metric in get_drill(shipped.drill).metrics}
    assert {name: metric.label for name, metric in shipped.summary.metrics.items()}.items() <= known.items()


def test_it_shows_something_to_fix_and_something_good_with_their_frames(shipped: Analysis) -> None:
    assert {"fault", "good"} <= {finding.severity for finding in shipped.findings}
    pictures = {path.stem for path in SHOWCASE.glob("*.jpg")}
    assert pictures == set(picture_times(shipped, reps=False))
    assert sum(path.stat().st_size for path in SHOWCASE.iterdir()) < 200_000


def test_the_sample_checked_today_says_the_same(shipped: Analysis) -> None:
    today = analyze(SAMPLE)
    assert [f.code for f in today.findings] == [f.code for f in shipped.findings]
    assert [f.severity for f in today.findings] == [f.severity for f in shipped.findings]
    assert len(today.reps) == len(shipped.reps)
    assert today.summary.score == pytest.approx(shipped.summary.score, abs=5)
    for name, metric in shipped.summary.metrics.items():
        now = today.summary.metrics[name]
        if metric.value is not None and metric.sd is not None:
            assert now.value == pytest.approx(metric.value, abs=1.96 * metric.sd), name
