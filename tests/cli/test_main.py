"""The command line: exit status, one line of reason, and a stdout that holds what was asked for only."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import kickform.pipeline.analyze
from kickform import Correction, __version__, correct
from kickform.cli import main as cli
from kickform.drills import all_drills
from kickform.errors import (
    Cancelled,
    DrillError,
    KickFormError,
    PoseError,
    StoreError,
    UsageError,
    VideoError,
)
from kickform.history.store import open_store
from kickform.results.analysis import Analysis
from tests.command_line import Fake, Ran, Run, refused

# analyze


def test_corrections_are_read_before_the_work_and_handed_on(run: Run, fake: Fake, clip: Path) -> None:
    hand = clip.with_name("hand.json")
    hand.write_text(
        '{"schema_version": 1, "corrections": [{"side": "both", "at_s": 1.0, "touchdown_s": 0.95}]}'
    )
    assert run("analyze", clip, "--corrections", hand).status == 0
    assert fake.calls[0]["corrections"] == (Correction("both", at_s=1.0, touchdown_s=0.95),)
    hand.write_text('{"schema_version": 1, "corrections": [{"side": "both", "touchdown_s": NaN}]}')
    refused(run("analyze", clip, "--corrections", hand), 2, "hand.json, correction 1: touchdown_s is nan")
    refused(run("analyze", clip, "--corrections", clip), 2, "clip.mp4: holds no corrections")
    assert len(fake.calls) == 1


def test_a_corrected_verdict_says_so(run: Run, fake: Fake, clip: Path, verdict: Analysis) -> None:
    contact = verdict.contacts[0]
    fake.result = correct(
        verdict, [Correction("both", touchdown_s=contact.touchdown_s - 0.01, takeoff_s=contact.takeoff_s)]
    )
    assert "1 correction by you, for 1 contact" in run("analyze", clip).out


def test_a_verdict_is_printed_and_the_status_is_0(run: Run, fake: Fake, clip: Path) -> None:
    ran = run("analyze", clip)
    assert ran.status == 0
    assert "Pogo jumps" in ran.out
    assert "Score" in ran.out
    assert ran.err == ""


def test_defaults(run: Run, fake: Fake, clip: Path) -> None:
    run("analyze", clip)
    (call,) = fake.calls
    assert call.pop("progress") is not None
    assert call == {
        "path": clip,
        "drill": "auto",
        "model": "heavy",
        "height_m": None,
        "mass_kg": None,
        "slow_motion": None,
        "corrections": (),
    }


def test_options_reach_the_analysis(run: Run, fake: Fake, clip: Path) -> None:
    words = ["--drill", "pogo", "--model", "lite", "--height-m", "1.8", "--mass-kg", "70"]
    assert run("analyze", clip, *words, "--slow-motion", "8").status == 0
    (call,) = fake.calls
    del call["progress"]
    assert call == {
        "path": clip,
        "drill": "pogo",
        "model": "lite",
        "height_m": 1.8,
        "mass_kg": 70.0,
        "slow_motion": 8.0,
        "corrections": (),
    }


def test_json_to_stdout_is_json_and_nothing_else(run: Run, fake: Fake, clip: Path, verdict: Analysis) -> None:
    ran = run("analyze", clip, "--json", "-")
    assert ran.status == 0
    assert ran.out == verdict.to_json()
    assert json.loads(ran.out)["schema_version"] == 1
    assert ran.err == ""


def test_json_to_a_file_leaves_the_table_on_stdout(
    run: Run, fake: Fake, clip: Path, tmp_path: Path, verdict: Analysis
) -> None:
    out = tmp_path / "a.json"
    ran = run("analyze", clip, "--json", out)
    assert ran.status == 0
    assert out.read_text(encoding="utf-8") == verdict.to_json()
    assert "Pogo jumps" in ran.out


@pytest.mark.parametrize("kind", [VideoError, PoseError, DrillError, StoreError, KickFormError])
def test_what_cannot_be_judged_is_status_3(
    run: Run, fake: Fake, clip: Path, kind: type[KickFormError]
) -> None:
    fake.result = kind("clip.mp4", "no jumps found in it", "film three in a row")
    refused(run("analyze", clip), 3, "clip.mp4: no jumps found in it; film three in a row")


def test_a_usage_error_is_status_2(run: Run, fake: Fake, clip: Path) -> None:
    fake.result = UsageError("height", "17 m is out of range", "give 0.8 to 2.5 m")
    refused(run("analyze", clip), 2, "height: 17 m is out of range")


def test_a_failure_leaves_no_output_behind(run: Run, fake: Fake, clip: Path, tmp_path: Path) -> None:
    fake.result = DrillError("clip.mp4", "no jumps found in it", "film three in a row")
    run("analyze", clip, "--json", tmp_path / "a.json")
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), Cancelled("clip.mp4")])
def test_ctrl_c_is_one_line(run: Run, fake: Fake, clip: Path, stop: BaseException) -> None:
    fake.result = stop
    ran = run("analyze", clip)
    refused(ran, 130 if isinstance(stop, KeyboardInterrupt) else 3, "stopped")


def test_a_bug_is_not_hidden(
    monkeypatch: pytest.MonkeyPatch, fake: Fake, clip: Path
) -> None:  # a traceback is right where nobody's input is to blame
    fake.result = ZeroDivisionError("a bug")
    monkeypatch.setattr(sys, "argv", ["kickform", "analyze", str(clip)])
    with pytest.raises(ZeroDivisionError):
        cli.main()


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["analyze"], "video"),
        (["analyze", "a.mp4", "--model", "huge"], "choose heavy, full or lite"),
        (["analyze", "a.mp4", "--height-m", "tall"], "--height-m"),
        (["analyze", "a.mp4", "--no-such-option"], "--no-such-option"),
        (["analyze", "a.mp4", "b.mp4"], "b.mp4"),
        (["dance"], "dance"),
        (["report"], "needs a video or --session"),
        (["report", "a.mp4", "--session", "3"], "needs a video or --session"),
        (["report", "--session", "1234"], "there is no such session"),
        (["report", "a.mp4", "--model", "huge"], "choose heavy, full or lite"),
        (["report", "a.mp4", "--html", "r.html", "--pdf", "r.html"], "is given twice"),
        (["drills", "--nonsense"], "--nonsense"),
        (["app", "--port", "0"], "port"),
    ],
)
def test_a_wrong_call_is_status_2_in_one_line(run: Run, fake: Fake, words: list[str], part: str) -> None:
    refused(run(*words), 2, part)
    assert fake.calls == []


def test_an_unknown_drill_is_refused_with_the_known_ones(run: Run, clip: Path) -> None:
    refused(run("analyze", clip, "--drill", "yoga"), 2, "no drill 'yoga'", "pogo")


# report


@pytest.fixture
def no_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clip of these tests is no video: no frames can be taken from it."""
    monkeypatch.setattr("kickform.report.key_frames.evidence_pictures", lambda video, analysis: {})


def test_analyze_can_write_a_report(
    run: Run, fake: Fake, no_evidence: None, clip: Path, tmp_path: Path
) -> None:
    ran = run("analyze", clip, "--report", tmp_path / "r.html")
    assert ran.status == 0
    assert "Pogo jumps" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_report_writes_html_and_pdf(
    run: Run, fake: Fake, no_evidence: None, clip: Path, tmp_path: Path
) -> None:
    ran = run("report", clip, "--html", tmp_path / "r.html", "--pdf", tmp_path / "r.pdf", "--model", "lite")
    assert ran.status == 0, ran.err
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF-")
    assert (tmp_path / "r.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert fake.calls[0]["model"] == "lite"
    assert {path.name for path in tmp_path.iterdir()} == {"clip.mp4", "r.html", "r.pdf"}


def test_a_report_without_a_file_name_is_written_here(
    run: Run, fake: Fake, no_evidence: None, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("report", clip).out == "Report saved: clip_report.html\n"
    assert (tmp_path / "clip_report.html").is_file()


def test_a_report_on_a_session_of_the_history(
    run: Run, fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verdict: Analysis
) -> None:
    monkeypatch.setenv("KICKFORM_DATA_DIR", str(tmp_path / "history"))
    monkeypatch.chdir(tmp_path)
    with open_store() as store:
        session = store.save_session(
            verdict, athlete=store.add_athlete("Zoë"), clip_sha256=None,
            filmed_at=datetime(2026, 11, 2, 12, tzinfo=UTC),
        )  # fmt: skip
    ran = run("report", "--session", str(session.id), "--pdf", "r.pdf")
    assert ran.status == 0, ran.err
    assert Path("r.pdf").read_bytes().startswith(b"%PDF-")
    assert run("report", "--session", str(session.id)).out == "Report saved: session_1_report.html\n"
    text = Path("session_1_report.html").read_text(encoding="utf-8")
    assert "Zoë · 2 November 2026" in text
    assert not fake.calls, "nothing is analyzed again"


def test_no_report_where_there_is_no_verdict(
    run: Run, monkeypatch: pytest.MonkeyPatch, clip: Path, tmp_path: Path
) -> None:
    failing = Fake(PoseError("clip.mp4", "nobody is in the picture", "film the athlete"))
    monkeypatch.setattr(kickform.pipeline.analyze, "analyze", failing)
    refused(run("report", clip, "--pdf", tmp_path / "r.pdf"), 3, "nobody is in the picture")
    assert list(tmp_path.iterdir()) == [clip]


# Outputs that cannot be written are told of before the work


@pytest.mark.parametrize("option", ["--json", "--overlay", "--report"])
def test_a_missing_folder(run: Run, fake: Fake, clip: Path, tmp_path: Path, option: str) -> None:
    refused(run("analyze", clip, option, tmp_path / "no" / "a.mp4"), 2, "its folder does not exist; create")
    assert fake.calls == []


@pytest.mark.parametrize("option", ["--json", "--overlay", "--report"])
def test_a_folder_as_a_file(run: Run, fake: Fake, clip: Path, tmp_path: Path, option: str) -> None:
    refused(run("analyze", clip, option, tmp_path), 2, "is a folder; give a file name in it")
    assert fake.calls == []


@pytest.mark.parametrize("option", ["--json", "--overlay", "--report"])
def test_the_clip_itself(run: Run, fake: Fake, clip: Path, option: str) -> None:
    same = clip.parent / "." / clip.name
    refused(run("analyze", clip, option, same), 2, "is the clip itself")
    assert fake.calls == []
    assert clip.read_bytes() == b"stands for a video"


def test_a_link_to_the_clip(run: Run, fake: Fake, clip: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.mp4"
    link.symlink_to(clip)
    refused(run("analyze", clip, "--overlay", link), 2, "is the clip itself")


def test_a_file_that_may_not_be_written(
    run: Run, fake: Fake, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_, **__: False)  # a superuser may write anywhere
    refused(run("analyze", clip, "--json", tmp_path / "a.json"), 2, "cannot be written")
    assert fake.calls == []


def test_an_unreadable_clip_is_refused_by_the_reader(
    run: Run, fake: Fake, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a clip that cannot be judged, not a wrong call."""
    fake.result = VideoError("clip.mp4", "you may not read it", "change its permissions")
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    refused(run("analyze", clip), 3, "clip.mp4: you may not read it")


# drills, version, help


def test_drills_are_listed(run: Run) -> None:
    ran = run("drills")
    assert ran.status == 0
    assert "pogo" in ran.out


def test_drills_as_json(run: Run, tmp_path: Path) -> None:
    ran = run("drills", "--json", "-")
    assert ran.status == 0
    assert [drill["id"] for drill in json.loads(ran.out)] == list(all_drills())
    path = tmp_path / "drills.json"
    assert run("drills", "--json", path) == Ran(0, "", "")
    assert path.read_text(encoding="utf-8") == ran.out
    refused(run("drills", "--json", tmp_path), 2, "is a folder")


def test_version(run: Run) -> None:
    assert run("--version") == Ran(0, f"kickform {__version__}\n", "")


@pytest.mark.parametrize("words", [["-h"], ["--help"], ["analyze", "-h"]])
def test_help_goes_to_stdout(run: Run, words: list[str]) -> None:
    ran = run(*words)
    assert ran.status == 0
    assert "analyze" in ran.out
    assert ran.err == ""


def test_no_command_shows_the_help_and_is_a_usage_error(run: Run) -> None:
    ran = run()
    assert ran.status == 2
    assert ran.out == ""
    assert "analyze" in ran.err


def test_the_app_is_started_on_this_machine_only(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []

    def call(command: list[str], **_: Any) -> int:
        started.append(command)
        return 0

    monkeypatch.setattr(subprocess, "call", call)
    assert run("app", "--port", "8765", "--no-browser").status == 0
    (command,) = started
    text = " ".join(command)
    assert "--server.port 8765" in text
    assert "--server.address localhost" in text
    assert "--server.headless true" in text
    assert "--browser.gatherUsageStats false" in text


def test_a_port_in_use_is_refused_before_the_start(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "call", lambda *_, **__: pytest.fail("the app was started"))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused(run("app", "--port", port, "--no-browser"), 2, f"--port {port}: is in use; close")


# As a program


def program(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kickform", *map(str, words)],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_as_a_program_a_file_that_is_no_video_is_status_3(tmp_path: Path) -> None:
    (tmp_path / "notes.mp4").write_text("no video", encoding="utf-8")
    done = program("analyze", "notes.mp4", "--json", "-", cwd=tmp_path)
    refused(Ran(done.returncode, done.stdout, done.stderr), 3, "notes.mp4: ")


def test_as_a_program_drills_are_json(tmp_path: Path) -> None:
    done = program("drills", "--json", "-", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == ""
    assert json.loads(done.stdout)[0]["id"] in all_drills()


def test_the_command_line_starts_without_the_libraries_of_its_commands(tmp_path: Path) -> None:
    code = "import sys, kickform.cli.main; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"kickform", "typer"} <= set(done.stdout.split())
    assert not {"numpy", "rich", "json", "socket", "reportlab"} & set(done.stdout.split())
