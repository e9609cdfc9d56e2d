"""The scripts in examples/ run as they are shown, and what they print comes from the clip."""

from __future__ import annotations

import importlib.util
import json
import math
import re
import sys
import tomllib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from kickform import Analysis, analyze, drills
from kickform.errors import DrillError
from kickform.pipeline.analyze import judge_estimate
from kickform.video.reader import read_frames
from tests.synthetic import Camera, Stand, film
from tests.videos import ROOT, sample_clip, write_video

EXAMPLES = ROOT / "examples"
SHOWCASE = ROOT / "sample_videos/showcase/analysis.json"
JUMPS = 3
FRAMES = 204
"""The first three jumps of the clip and the landing after them; the next jump lies beyond."""


def example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """The start of a sample clip, analyzed with the default model."""
    with read_frames(sample_clip(), max_side_px=960) as reader:
        pictures = [frame.rgb for frame in islice(reader, FRAMES)]
    path = write_video(tmp_path_factory.mktemp("clip") / "pogo.mp4", pictures, fps=60)
    return analyze(path, model="heavy")


def test_each_example_is_tested() -> None:
    names = {path.stem for path in EXAMPLES.glob("*.py")}
    assert names == {"analyze_to_pandas", "compare_with_reference", "outside_drill"}


def test_a_clip_becomes_a_data_frame(
    analysis: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = example("analyze_to_pandas")
    assert module.analyze is analyze
    csv = tmp_path / "reps.csv"
    known = {("pogo.mp4", "heavy"): analysis}
    monkeypatch.setattr(module, "analyze", lambda path, model: known[str(path), model])
    frame = module.main(["pogo.mp4", "--model", "heavy", "--csv", str(csv)])
    assert list(frame.index) == list(range(1, JUMPS + 1))
    assert math.isnan(frame.loc[1, "contact_time_ms"])  # launched from standing
    assert frame["flight_time_ms"].between(380, 480).all()  # 418 to 428 ms in truth
    assert (frame.loc[2:, "contact_time_ms_sd"] > 0).all()
    assert "flight_time_ms" in capsys.readouterr().out
    again = pd.read_csv(csv, index_col="rep")
    pd.testing.assert_series_equal(again["flight_time_ms"], frame["flight_time_ms"])


def test_a_drill_is_tried_without_installing_it(
    analysis: Analysis, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = example("outside_drill")
    assert module.analyze is analyze
    monkeypatch.setattr(module, "analyze", lambda path, model: analysis)
    verdict = module.main(["pogo.mp4"])
    heights = [rep.metrics["jump_height_cm"] for rep in verdict.reps]
    assert len(heights) == len(analysis.flights) == JUMPS
    (finding,) = verdict.findings
    assert finding.reps == (1 + heights.index(max(heights)),)
    assert finding.message in capsys.readouterr().out


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package on the path with the example in it, and the entry point that its docstring shows."""
    text = (EXAMPLES / "outside_drill.py").read_text("utf-8")
    (shown,) = re.findall(r"^    (\[project\.entry-points.*\]\n    .*)$", text, re.MULTILINE)
    ((group, names),) = tomllib.loads(shown)["project"]["entry-points"].items()
    lines = [f"{name} = {target}" for name, target in names.items()]
    (tmp_path / "my_drills").mkdir()
    (tmp_path / "my_drills/__init__.py").touch()
    (tmp_path / "my_drills/outside_drill.py").write_text(text, encoding="utf-8")
    (tmp_path / "my_drills-1.dist-info").mkdir()
    (tmp_path / "my_drills-1.dist-info/METADATA").write_text("Name: my-drills\nVersion: 1\n")
    (tmp_path / "my_drills-1.dist-info/entry_points.txt").write_text("\n".join([f"[{group}]", *lines]))
    monkeypatch.syspath_prepend(tmp_path)
    drills.all_drills.cache_clear()
    yield
    drills.all_drills.cache_clear()
    for name in [name for name in sys.modules if name.split(".")[0] == "my_drills"]:
        del sys.modules[name]


@pytest.mark.usefixtures("package")
def test_the_entry_point_that_it_shows_installs_it() -> None:
    assert drills.get_drill("best_jump").title == "Best jump"
    standing = film([Stand(2.0)], Camera(seed=6))
    with pytest.raises(DrillError, match="no jump in it"):
        judge_estimate(standing.estimate, standing.info, drill="best_jump")


def test_contacts_are_compared_with_the_truth(capsys: pytest.CaptureFixture[str]) -> None:
    found = example("compare_with_reference").main([str(SHOWCASE), str(EXAMPLES / "reference.csv")])
    assert found.missed == 0
    assert len(found.contacts) == 4
    figures = found.contact_time.figures
    assert figures is not None
    assert 0 < figures.mae < 40
    assert f"mean error {figures.mae:.1f} ms" in capsys.readouterr().out


def test_the_shipped_reference_is_the_truth_of_that_sample() -> None:
    name = Path(json.loads(SHOWCASE.read_text("utf-8"))["video"]["name"])
    truth = json.loads((ROOT / "sample_videos" / name).with_suffix(".json").read_text("utf-8"))
    rows = [
        [pytest.approx(c["touchdown_s"], abs=1e-4), pytest.approx(c["takeoff_s"], abs=1e-4)]
        for c in truth["both_contacts"]
    ]
    table = pd.read_csv(EXAMPLES / "reference.csv", comment="#")
    assert table[["touchdown_s", "takeoff_s"]].to_numpy().tolist() == rows
