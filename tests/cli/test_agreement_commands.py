"""``kickform agree``: exit status, one line of reason, and a stdout that holds what was asked for only."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bench.showcase import SAMPLE, SHOWCASE
from kickform.agreement import TEMPLATE, read_reference
from kickform.errors import DrillError, UsageError, VideoError
from kickform.results.analysis import Analysis
from tests.agreement.references import csv_file
from tests.command_line import Fake, Run, refused

SLOW = Path(__file__).parents[2] / "sample_videos" / "pogo_slow_motion_120fps.mp4"


@pytest.fixture
def mat(tmp_path: Path, verdict: Analysis) -> Path:
    """A reference that says 10 ms more of each contact, on a clock that is 100 s ahead."""
    return csv_file(tmp_path, [(c.touchdown_s, c.takeoff_s + 0.01) for c in verdict.contacts], 100.0)


def test_the_verdict_is_printed_and_the_status_is_0(
    run: Run, fake: Fake, clip: Path, mat: Path, verdict: Analysis
) -> None:
    ran = run("agree", clip, mat, "--drill", "pogo", "--model", "lite", "--slow-motion", "1")
    assert ran.status == 0
    assert ran.err == ""
    said = " ".join(ran.out.split())
    assert f"{len(verdict.contacts)} contacts in both, 0 missed, 0 extra" in said
    assert "10.0 ms shorter" in said
    assert "s ahead of the clip's (estimated)" in said
    (call,) = fake.calls
    assert (call["path"], call["drill"], call["model"], call["slow_motion"]) == (clip, "pogo", "lite", 1.0)


def test_json_to_stdout_is_json_and_nothing_else(run: Run, fake: Fake, clip: Path, mat: Path) -> None:
    ran = run("agree", clip, mat, "--json", "-")
    assert ran.status == 0
    assert ran.err == ""
    document = json.loads(ran.out)
    assert document["bias_ms"] == pytest.approx(-10.0, abs=0.1)
    assert document["clock_offset_s"] == pytest.approx(100.005, abs=0.001)


def test_files_are_written_and_the_table_is_printed(
    run: Run, fake: Fake, clip: Path, mat: Path, tmp_path: Path
) -> None:
    ran = run("agree", clip, mat, "--json", tmp_path / "a.json", "--html", tmp_path / "a.html")
    assert ran.status == 0
    assert "ICC" in ran.out
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["missed"] == 0
    assert "<svg" in (tmp_path / "a.html").read_text("utf-8")
    assert {p.name for p in tmp_path.iterdir()} == {"clip.mp4", "mat.csv", "a.json", "a.html"}


def test_an_analysis_can_replace_the_clip(
    run: Run, fake: Fake, mat: Path, tmp_path: Path, verdict: Analysis
) -> None:
    verdict.save_json(tmp_path / "clip.json")
    document = json.loads(run("agree", tmp_path / "clip.json", mat, "--json", "-").out)
    assert document["bias_ms"] == pytest.approx(-10.0, abs=0.1)
    assert not fake.calls
    refused(
        run("agree", tmp_path / "clip.json", mat, "--drill", "pogo"), 2, "clip.json: is a finished analysis"
    )
    refused(
        run("agree", tmp_path / "clip.json", mat, "--slow-motion", "4"),
        2,
        "clip.json: is a finished analysis",
    )
    refused(run("agree", tmp_path / "none.json", mat), 2, "none.json: cannot be read")
    (tmp_path / "odd.json").write_text("{}")
    refused(run("agree", tmp_path / "odd.json", mat), 2, "odd.json: not a KickForm analysis")


def test_on_the_clip_s_own_clock_no_offset_is_estimated(
    run: Run, fake: Fake, clip: Path, tmp_path: Path, verdict: Analysis
) -> None:
    labels = csv_file(tmp_path, [(c.touchdown_s - 0.01, c.takeoff_s) for c in verdict.contacts])
    document = json.loads(run("agree", clip, labels, "--clip-clock", "--json", "-").out)
    assert document["clock_offset_s"] == 0
    assert document["quantities"]["touchdown_ms"]["bias"] == pytest.approx(10.0, abs=0.1)
    assert document["quantities"]["takeoff_ms"]["bias"] == pytest.approx(0.0, abs=0.1)


def test_the_template_is_a_table_to_fill_in(run: Run, fake: Fake, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    ran = run("agree", "--template", path)
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    assert path.read_text("utf-8") == TEMPLATE
    refused(run("agree", "--template", path), 2, "mine.csv: already exists")
    path.write_text(TEMPLATE + "12.481,12.668,both\n", encoding="utf-8")
    assert read_reference(path).contacts[0].contact_s == pytest.approx(0.187)
    assert run("agree", "--template", "-").out == TEMPLATE
    assert not fake.calls


def test_a_bad_table_is_refused_before_the_clip_is_read(
    run: Run, fake: Fake, clip: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "mat.csv"
    bad.write_text("touchdown_s,takeoff_s\n1.2,1.4\n1.8,soon\n")
    refused(run("agree", clip, bad), 2, "mat.csv, row 3: takeoff_s is 'soon'; write a number")
    refused(run("agree", clip, tmp_path / "none.csv"), 2, "none.csv: cannot be read")
    assert not fake.calls


def test_what_is_wrong_with_the_call_is_status_2(run: Run, fake: Fake, clip: Path, mat: Path) -> None:
    refused(run("agree"), 2, "needs a clip and a reference", "--template")
    refused(run("agree", clip), 2, "needs a clip and a reference")
    refused(run("agree", clip, mat, "--model", "huge"), 2, "choose heavy, full or lite")
    refused(run("agree", clip, mat, "--json", mat), 2, "mat.csv: is one of the inputs")
    refused(run("agree", clip, mat, "--html", clip), 2, "clip.mp4: is one of the inputs")
    fake.result = UsageError("drill 'dance'", "there is none", "choose another")
    refused(run("agree", clip, mat, "--drill", "dance"), 2, "drill 'dance'")


@pytest.mark.parametrize("kind", [VideoError, DrillError])
def test_a_clip_that_cannot_be_judged_is_status_3(
    run: Run, fake: Fake, clip: Path, mat: Path, tmp_path: Path, kind: type[VideoError]
) -> None:
    fake.result = kind("clip.mp4", "no jumps found in it", "film three in a row")
    refused(run("agree", clip, mat, "--json", tmp_path / "a.json"), 3, "clip.mp4: no jumps found in it")
    assert not (tmp_path / "a.json").exists()


def test_another_set_is_refused_as_a_wrong_call(run: Run, fake: Fake, clip: Path, tmp_path: Path) -> None:
    other = csv_file(tmp_path, [(900.0, 900.2), (901.0, 901.2)])
    refused(run("agree", clip, other, "--clip-clock"), 2, "mat.csv: fits no contact of")


def plate_of(sample: Path, folder: Path, offset_s: float) -> tuple[Path, list[float]]:
    """Write a sample's truth as two plates in Europe would; return the file, and the contacts in ms."""
    truth = json.loads(sample.with_suffix(".json").read_text("utf-8"))
    factor = truth["capture"]["slow_motion_factor"]
    feet = sorted((c["touchdown_s"] / factor, c["takeoff_s"] / factor, c["side"]) for c in truth["contacts"])
    lines = [f"{a + offset_s:.4f};{b + offset_s:.4f};{side}".replace(".", ",") for a, b, side in feet]
    path = folder / "plate.csv"
    path.write_text("touchdown_s;takeoff_s;side\n" + "\n".join(lines), encoding="utf-8-sig")
    return path, [contact["contact_time_ms"] for contact in truth["both_contacts"]]


def test_the_shipped_verdict_agrees_with_the_rendered_truth(run: Run, tmp_path: Path) -> None:
    plate, true_ms = plate_of(SAMPLE, tmp_path, 40.0)
    ran = run("agree", SHOWCASE / "analysis.json", plate, "--json", "-", "--html", tmp_path / "a.html")
    assert ran.status == 0
    document = json.loads(ran.out)
    shown = Analysis.from_json((SHOWCASE / "analysis.json").read_text("utf-8"))
    assert document["missed"] == 0
    assert len(document["contacts"]) == len(true_ms) >= 3
    assert document["extra"] == len(shown.contacts) - len(true_ms), "after the last jump truth says nothing"
    assert document["clock_offset_s"] == pytest.approx(40.0, abs=0.03)
    for contact in document["contacts"]:
        assert min(abs(contact["reference_contact_time_ms"] - true) for true in true_ms) < 0.2
        error_ms = contact["contact_time_ms"] - contact["reference_contact_time_ms"]
        assert contact["error_ms"] == pytest.approx(error_ms, abs=0.01)
    mean_ms = np.mean([contact["error_ms"] for contact in document["contacts"]])
    assert document["bias_ms"] == pytest.approx(mean_ms, abs=0.01)
    assert "<svg" in (tmp_path / "a.html").read_text("utf-8")


@pytest.mark.skipif(not SLOW.exists(), reason=f"{SLOW.name} is not in sample_videos/")
def test_a_slow_clip_agrees_with_its_truth_in_real_time(run: Run, tmp_path: Path) -> None:
    """From pixels to figures; the plates know nothing of slow motion.

    With `full`: what `lite` sees of this clip hangs on the processor, down to which feet jump.
    """
    plate, true_ms = plate_of(SLOW, tmp_path, 1000.0)
    ran = run("agree", SLOW, plate, "--drill", "pogo", "--model", "full", "--json", "-")
    assert ran.status == 0
    document = json.loads(ran.out)
    assert document["clip"]["slow_motion_factor"] == 4
    assert document["clock_offset_s"] == pytest.approx(1000.0, abs=0.03)
    assert (document["missed"], document["extra"], len(document["contacts"])) == (0, 0, len(true_ms))
    assert document["mae_ms"] < 40
