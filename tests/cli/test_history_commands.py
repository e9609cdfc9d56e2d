"""The commands around the history: what they print, write, refuse, and the status they end with."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import kickform.history.batch
import kickform.pipeline.analyze
from kickform.cli import main as cli
from kickform.drills import all_drills
from kickform.history.store import open_store
from kickform.results.analysis import Analysis
from kickform.results.findings import MetricResult
from kickform.results.formatting import choices
from tests.app.fake import fake_analyze
from tests.history.batch.work import put, work
from tests.history.store.made_up import analysis_of, day, sha


class Ran(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KICKFORM_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("KICKFORM_DATABASE_URL", raising=False)
    return tmp_path / "data"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process."""

    def call(*words: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["kickform", *map(str, words)])
        monkeypatch.setenv("COLUMNS", "200")
        with pytest.raises(SystemExit) as caught:
            cli.main()
        code = caught.value.code
        return Ran(code if isinstance(code, int) else 0, *capsys.readouterr())

    return call


def contact_of(value_ms: float, **changes: Any) -> Analysis:
    """Return a set with this mean contact time."""
    analysis = analysis_of(**changes)
    metric = MetricResult(value_ms, 2.5, "ms", 9, "lower", "Contact time")
    summary = replace(analysis.summary, metrics={**analysis.summary.metrics, "contact_time_ms": metric})
    return replace(analysis, summary=summary, motion=None)


def save_some(*values_ms: float, athlete: str = "Anna", **changes: Any) -> None:
    with open_store() as store:
        who = store.athlete_named(athlete)
        for number, value in enumerate(values_ms):
            store.save_session(
                contact_of(value, **changes),
                athlete=who,
                clip_sha256=sha(f"{athlete} {number} {changes}"),
                filmed_at=day(3 * number),
            )


def refused(ran: Ran, status: int, *parts: str) -> None:
    """One line on stderr with all `parts`, nothing on stdout."""
    assert ran.status == status
    assert ran.out == ""
    assert ran.err.count("\n") == 1, ran.err
    assert ran.err.startswith("kickform: ")
    for part in parts:
        assert part in ran.err


# analyze --save


@pytest.fixture
def clip(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A short real clip, analyzed by a stand-in."""
    monkeypatch.setattr(kickform.pipeline.analyze, "analyze", fake_analyze)
    return Path(__file__).parents[2] / "sample_videos" / "pogo_side_60fps.mp4"


def test_analyze_saves_a_session_with_pictures(run: Run, clip: Path, tmp_path: Path) -> None:
    ran = run("analyze", clip, "--athlete", "Anna", "--save", "--height-m", "1.7")
    assert ran.status == 0
    assert ran.err == "Saved as session 1 of Anna\n"
    again = run("analyze", clip, "--athlete", "ANNA", "--save", "--json", "-")
    assert json.loads(again.out)["drill"] == "pogo"
    assert again.err == "Saved as session 1 of Anna\n"
    with open_store() as store:
        (record,) = store.sessions()
        assert record.clip_name == clip.name
        assert record.video is None
        assert store.athlete("Anna").height_m == 1.7
        whole = store.session(record.id)
        assert "rep_2" in whole.pictures
        assert whole.pictures["rep_2"].startswith(b"\xff\xd8")
        assert whole.track is not None


def test_the_stored_height_and_mass_count(run: Run, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store() as store:
        store.add_athlete("Anna", 1.72, 61.0)
    seen: list[dict[str, Any]] = []

    def spy(path: Path, **how: Any) -> Analysis:
        seen.append(how)
        return fake_analyze(path)

    monkeypatch.setattr(kickform.pipeline.analyze, "analyze", spy)
    run("analyze", clip, "--athlete", "anna")
    run("analyze", clip, "--athlete", "anna", "--height-m", "1.6")
    assert [(how["height_m"], how["mass_kg"]) for how in seen] == [(1.72, 61.0), (1.6, 61.0)]
    with open_store() as store:
        assert store.sessions() == []


def test_without_an_athlete_the_session_is_saved_for_me(run: Run, clip: Path) -> None:
    assert run("analyze", clip, "--save", "--keep-video").err == "Saved as session 1 of Me\n"
    with open_store() as store:
        video = store.sessions()[0].video
        assert video is not None
        assert video.read_bytes() == clip.read_bytes()


def test_a_broken_history_is_reported_before_the_work(
    run: Run, clip: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_dir.mkdir()
    (data_dir / "kickform.db").write_bytes(b"damaged" * 100)
    monkeypatch.setattr(
        kickform.pipeline.analyze, "analyze", lambda *_a, **_k: pytest.fail("analyzed all the same")
    )
    refused(run("analyze", clip, "--save"), 3, "kickform.db", "damaged")


def test_keep_video_needs_save(run: Run, clip: Path) -> None:
    refused(run("analyze", clip, "--keep-video"), 2, "needs --save")


# trends


def test_trends_in_words_and_as_a_table(run: Run) -> None:
    save_some(230, 231, 229, 200, 201, 199)
    ran = run("trends", "--athlete", "anna")
    assert ran.status == 0
    assert "30 ms shorter than" in ran.out
    assert "a real improvement; you normally vary by ±" in ran.out
    assert "60 fps, from the side" in ran.out
    assert ran.out.count("2026-03-") == 6


def test_trends_as_json(run: Run) -> None:
    save_some(230, 228, 229)
    ran = run("trends", "--athlete", "Anna", "--drill", "pogo", "--metric", "contact_time_ms", "--json", "-")
    document = json.loads(ran.out)
    assert (document["athlete"], document["drill"], document["verdict"]) == ("Anna", "pogo", "within_noise")
    assert [p["value"] for p in document["series"][0]["points"]] == [230, 228, 229]
    assert document["mdc90"] == pytest.approx(2.33 * document["typical_error"], abs=1e-3)


def test_trends_as_csv(run: Run, tmp_path: Path) -> None:
    save_some(230, 228)
    ran = run("trends", "--athlete", "Anna", "--csv", tmp_path / "t.csv")
    assert "One more session and we can spot a trend." in ran.out
    rows = list(csv.DictReader(io.StringIO((tmp_path / "t.csv").read_text())))
    assert [float(row["contact_time_ms"]) for row in rows] == [230, 228]


def test_trends_of_the_drill_done_last_and_of_one_never_done(run: Run) -> None:
    save_some(230)
    other = next(name for name in all_drills() if name != "pogo")
    with open_store() as store:
        store.save_session(
            contact_of(200, drill=other), athlete=1, clip_sha256=sha("later"), filmed_at=day(30)
        )
    assert json.loads(run("trends", "--athlete", "Anna", "--json", "-").out)["drill"] == other
    third = next(name for name in all_drills() if name not in ("pogo", other))
    never = json.loads(run("trends", "--athlete", "Anna", "--drill", third, "--json", "-").out)
    assert (never["series"], never["verdict"]) == ([], "too_few")
    assert never["message"] == "Three more sessions and we can spot a trend."


def test_impossible_trends_are_refused(run: Run) -> None:
    refused(run("trends", "--athlete", "Nobody"), 2, "no such athlete")
    with open_store() as store:
        store.add_athlete("Anna")
    refused(run("trends", "--athlete", "Anna"), 2, "has no sessions yet")
    refused(run("trends", "--athlete", "Anna", "--drill", "yoga"), 2, "no drill 'yoga'")
    save_some(230)
    told = [m.name for m in all_drills()["pogo"].metrics if choices(m.unit)]
    for name in ("grace", *told):
        refused(run("trends", "--athlete", "Anna", "--metric", name), 2, name, "contact_time_ms")
    refused(run("trends", "--athlete", "Anna", "--json", "-", "--csv", "-"), 2, "stdout")


def test_a_drill_that_is_gone_is_still_listed_and_has_trends(run: Run) -> None:
    save_some(230, 229, 231, drill="line_jump")
    assert "line_jump" in run("sessions").out
    assert "line_jump" in run("trends", "--athlete", "Anna").out
    document = json.loads(run("trends", "--athlete", "Anna", "--json", "-").out)
    assert (document["drill"], len(document["series"])) == ("line_jump", 1)


# batch


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for clips that are worked on in this process."""
    from kickform.history import workers

    def here(jobs: Any, _work: object, _workers: int) -> Any:
        return ((job, workers._run_guarded(work, job)) for job in jobs)

    monkeypatch.setattr(kickform.history.batch, "on_processes", here)
    made = tmp_path / "clips"
    made.mkdir()
    return made


def test_batch_prints_writes_and_resumes(run: Run, folder: Path, tmp_path: Path) -> None:
    put(folder, Anna__a="good", Ben__b="bad")
    ran = run(
        "batch", folder, "--athlete-from-folder", "--csv", tmp_path / "b.csv", "--json", tmp_path / "b.json"
    )
    assert ran.status == 0
    assert "1 analyzed, 0 skipped, 1 failed" in ran.out
    assert json.loads((tmp_path / "b.json").read_text()) == {
        "analyzed": 1,
        "skipped": 0,
        "failed": [{"file": "Ben/b.mp4", "reason": "is not a video that can be read; film it again"}],
        "sessions": [1],
    }
    assert (tmp_path / "b.csv").read_text().count("\n") == 3
    again = run("batch", folder, "--athlete-from-folder", "--json", "-")
    assert again.status == 0
    document = json.loads(again.out)
    assert (document["analyzed"], document["skipped"], document["sessions"]) == (0, 1, [1])


def test_batch_without_a_verdict_ends_with_3(run: Run, folder: Path) -> None:
    ran = run("batch", folder)
    assert (ran.status, "no clips found" in ran.err) == (3, True)
    put(folder, a="bad")
    ran = run("batch", folder, "--json", "-")
    assert ran.status == 3
    assert len(json.loads(ran.out)["failed"]) == 1
    assert ran.err.endswith("No clip could be judged\n")


def test_batch_calls_that_are_wrong(run: Run, folder: Path) -> None:
    refused(run("batch", folder / "no"), 2, "no such folder")
    refused(run("batch", folder, "--athlete", "A", "--athlete-from-folder"), 2, "exclude")
    refused(run("batch", folder, "--model", "huge"), 2, "no model 'huge'")


# lists, export, import, delete


def test_lists(run: Run) -> None:
    assert "No athletes yet" in run("athletes").out
    assert "No sessions yet" in run("sessions").out
    save_some(230, 228)
    save_some(210, athlete="Ben")
    athletes = run("athletes").out
    assert "Anna" in athletes
    assert "Ben" in athletes
    assert [a["sessions"] for a in json.loads(run("athletes", "--json", "-").out)] == [2, 1]
    assert run("sessions", "--athlete", "ben").out.count("Ben") == 1
    listed = json.loads(run("sessions", "--json", "-").out)
    assert [s["athlete"] for s in listed] == ["Anna", "Ben", "Anna"]
    assert listed[0]["metrics"]["contact_time_ms"] == {
        "value": 230, "sd": 2.5, "unit": "ms", "n": 9, "side": "both",
    }  # fmt: skip


def test_export_delete_import(run: Run, tmp_path: Path) -> None:
    save_some(230, 228)
    file = tmp_path / "history.json"
    assert run("export", file).status == 0
    assert json.loads(run("export", "-").out)["athletes"][0]["name"] == "Anna"
    assert run("delete", "--all", "--yes").err == "Deleted everything\n"
    with open_store() as store:
        assert store.counts()["sessions"] == 0
    assert run("import", file).err.startswith("Added 1 athlete and 2 sessions; 0 sessions already there")
    with open_store() as store:
        assert store.counts()["sessions"] == 2
    assert list(tmp_path.glob("*.part")) == []


def test_delete_asks_first_and_wants_to_know_what(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    save_some(230, 228)
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    assert run("delete", "--athlete", "anna").status != 0
    with open_store() as store:
        assert store.counts()["sessions"] == 2
        first = store.sessions()[0].id
    assert run("delete", "--session", str(first), "--yes").status == 0
    refused(run("delete", "--session", str(first), "--yes"), 2, "no such session")
    refused(run("delete", "--yes"), 2, "does not know what to delete")
    refused(run("delete", "--all", "--athlete", "Anna", "--yes"), 2, "does not know what to delete")
    assert run("delete", "--athlete", "anna", "--yes").status == 0
    with open_store() as store:
        assert store.counts() == {"athletes": 0, "sessions": 0, "reps": 0}


def test_import_of_something_else(run: Run, tmp_path: Path) -> None:
    refused(run("import", tmp_path / "none.json"), 2, "none.json", "cannot be read")
    (tmp_path / "x.json").write_text("[]")
    refused(run("import", tmp_path / "x.json"), 2, "x.json", "not a KickForm history")
