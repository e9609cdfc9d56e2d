"""A folder of clips: each is analyzed and stored once, whatever becomes of the others."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kickform.errors import UsageError
from kickform.history.batch import BatchSummary, ClipResult, find_clips, run_batch, summary_csv
from kickform.history.records import Preferences
from kickform.history.store import Store
from kickform.history.workers import on_processes
from tests.history.batch.work import put, runs_of, wait_until, work


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "clips"
    made.mkdir()
    return made


def by_file(summary: BatchSummary) -> dict[str, ClipResult]:
    return {result.file: result for result in summary.results}


def test_one_bad_clip_never_stops_the_rest(folder: Path, store: Store) -> None:
    put(folder, a="good", b="bad", c="bug", d="deadly", e="deadly-once", f="ladder", g="good")
    told: list[tuple[int, int, str]] = []
    summary = run_batch(
        folder,
        store,
        athlete="Anna",
        workers=1,  # so that it is known which clip a dying process had
        work=work,
        on_clip=lambda done, total, result: told.append((done, total, result.file)),
    )
    results = by_file(summary)
    assert {file: result.status for file, result in results.items()} == {
        "a.mp4": "analyzed",
        "b.mp4": "failed",
        "c.mp4": "failed",
        "d.mp4": "failed",
        "e.mp4": "analyzed",
        "f.mp4": "analyzed",
        "g.mp4": "analyzed",
    }
    assert results["b.mp4"].reason == "is not a video that can be read; film it again"
    assert "ZeroDivisionError" in results["c.mp4"].reason
    assert "\n" not in results["c.mp4"].reason
    assert "crashed" in results["d.mp4"].reason
    assert len(store.sessions()) == 4
    assert {s.drill for s in store.sessions()} == {"pogo", "ladder"}
    assert [done for done, _, _ in told] == list(range(1, 8))
    whole = store.session(summary.sessions[0])
    assert whole.track is not None
    assert whole.pictures == {"rep_1": b"\xff\xd8\xff\xd9"}
    document = summary.to_dict()
    assert json.loads(json.dumps(document)) == document
    assert (document["analyzed"], document["skipped"], len(document["sessions"])) == (4, 0, 4)
    assert [f["file"] for f in document["failed"]] == ["b.mp4", "c.mp4", "d.mp4"]


def test_where_a_process_dies_its_neighbours_are_analyzed_all_the_same(folder: Path, store: Store) -> None:
    put(folder, a="slow", b="deadly", c="slow", d="good", e="good")
    summary = run_batch(folder, store, athlete="Anna", workers=2, work=work)
    assert [r.file for r in summary.results if r.status == "failed"] == ["b.mp4"]
    assert sorted(s.clip_name for s in store.sessions()) == ["a.mp4", "c.mp4", "d.mp4", "e.mp4"]


def test_a_second_run_takes_up_only_what_is_new(folder: Path, store: Store) -> None:
    put(folder, a="good", b="good")
    first = run_batch(folder, store, athlete="Anna", workers=1, work=work)
    put(folder, c="good")
    (folder / "a.mp4").rename(folder / "renamed.mp4")
    second = run_batch(folder, store, athlete="anna", workers=1, work=work)
    assert {file: r.status for file, r in by_file(second).items()} == {
        "b.mp4": "skipped",
        "c.mp4": "analyzed",
        "renamed.mp4": "skipped",
    }
    assert runs_of(folder / "b.mp4") == 1
    assert set(first.sessions) < set(second.sessions)
    assert len(store.sessions()) == 3


def test_a_batch_that_was_stopped_goes_on(folder: Path, store: Store) -> None:
    put(folder, **{f"clip{i}": "good" for i in range(5)})

    def stop_after_two(done: int, _total: int, _result: ClipResult) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_batch(folder, store, athlete="Anna", workers=1, work=work, on_clip=stop_after_two)
    assert len(store.sessions()) == 2
    summary = run_batch(folder, store, athlete="Anna", workers=1, work=work)
    assert (summary.count("skipped"), summary.count("analyzed")) == (2, 3)
    assert len(store.sessions()) == 5


def test_stopping_ends_the_workers_at_once(folder: Path, store: Store) -> None:
    put(folder, a="good", b="long")

    def stop(_done: int, _total: int, _result: ClipResult) -> None:
        wait_until(lambda: runs_of(folder / "b.mp4") == 1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_batch(folder, store, athlete="Anna", workers=2, work=work, on_clip=stop)
    assert [s.clip_name for s in store.sessions()] == ["a.mp4"]
    (worker,) = (folder / "b.runs").read_text().split()
    with pytest.raises(ProcessLookupError):
        os.kill(int(worker), 0)
    assert not (folder / "b.finished").exists()


def test_the_same_clip_twice_in_a_folder_is_one_session(folder: Path, store: Store) -> None:
    put(folder, a="good")
    shutil.copy(folder / "a.mp4", folder / "copy.mp4")
    summary = run_batch(folder, store, athlete="Anna", workers=1, work=work)
    assert by_file(summary)["copy.mp4"].reason == "the same clip as a.mp4"
    assert len(store.sessions()) == 1


def test_athletes_from_folders(folder: Path, store: Store) -> None:
    put(folder, Anna__a="good", Ben__week1__b="good", loose="good")
    store.add_athlete("Ben", 1.9)
    summary = run_batch(folder, store, athlete_from_folder=True, workers=1, work=work)
    assert {s.athlete for s in store.sessions()} == {"Anna", "Ben"}
    loose = by_file(summary)["loose.mp4"]
    assert (loose.status, loose.reason) == ("failed", "is not in an athlete's folder; move it into one")


def test_without_a_name_the_athlete_is_the_one_in_the_app(folder: Path, store: Store) -> None:
    put(folder, a="good")
    run_batch(folder, store, workers=1, work=work)
    assert store.sessions()[0].athlete == "Me"
    store.set_preferences(Preferences(athlete_id=store.add_athlete("Anna").id))
    run_batch(folder, store, workers=1, work=work)
    assert [s.athlete for s in store.sessions()] == ["Me", "Anna"]


def test_athletes_height_and_mass_reach_the_worker(folder: Path, store: Store) -> None:
    put(folder, a="good")
    store.add_athlete("Anna", 1.7, 60.0)
    seen = []

    class Spy:
        def find(self, jobs: list[object], *_: object) -> Iterator[object]:
            seen.extend(jobs)
            return (job for job in ())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kickform.history.batch.on_processes", Spy().find)
        run_batch(folder, store, athlete="Anna", drill="pogo", model="lite")
    (job,) = seen
    assert (job.height_m, job.mass_kg, job.drill, job.model) == (1.7, 60.0, "pogo", "lite")


def test_a_clip_stored_as_another_drill_is_analyzed_when_a_drill_is_named(folder: Path, store: Store) -> None:
    put(folder, a="ladder")
    run_batch(folder, store, athlete="Anna", workers=1, work=work)
    again = run_batch(folder, store, athlete="Anna", drill="pogo", workers=1, work=work)
    assert again.count("analyzed") == 1
    assert run_batch(folder, store, athlete="Anna", workers=1, work=work).count("skipped") == 1


def test_what_is_no_clip_is_passed_over(folder: Path) -> None:
    put(folder, b="good", a__c="good")
    (folder / "notes.txt").write_text("no clip")
    (folder / "._b.mp4").write_text("what macOS leaves on sticks")
    (folder / ".trash").mkdir()
    (folder / ".trash" / "x.mp4").write_text("deleted")
    (folder / "UP.MOV").write_text("good")
    (folder / "folder.mp4").mkdir()
    assert [p.relative_to(folder).as_posix() for p in find_clips(folder)] == ["UP.MOV", "a/c.mp4", "b.mp4"]


def test_wrong_options_are_refused_before_any_work(folder: Path, store: Store) -> None:
    put(folder, a="good")
    with pytest.raises(UsageError, match="no such folder"):
        run_batch(folder / "no", store)
    with pytest.raises(UsageError, match="exclude each other"):
        run_batch(folder, store, athlete="A", athlete_from_folder=True)
    with pytest.raises(UsageError, match="exclude each other"):
        run_batch(folder, store, workers=2, scheduler="tcp://127.0.0.1:1")
    with pytest.raises(UsageError, match="no drill 'yoga'"):
        run_batch(folder, store, drill="yoga")
    assert runs_of(folder / "a.mp4") == 0


def test_an_empty_folder_gives_an_empty_summary(folder: Path, store: Store) -> None:
    assert run_batch(folder, store).results == ()
    assert list(on_processes([], work, 2)) == []


def test_the_csv_has_a_line_a_clip(folder: Path, store: Store) -> None:
    put(folder, a="good", b="bad")
    (folder / "=1+1.mp4").write_text("good formula")
    summary = run_batch(folder, store, athlete="Anna", workers=1, work=work)
    rows = {row["file"]: row for row in csv.DictReader(io.StringIO(summary_csv(summary)))}
    assert set(rows) == {"a.mp4", "b.mp4", "'=1+1.mp4"}
    good = rows["a.mp4"]
    record = next(r.session for r in summary.results if r.file == "a.mp4")
    assert record is not None
    metric = record.metric("contact_time_ms")
    assert metric is not None
    assert float(good["contact_time_ms"]) == pytest.approx(metric.value, abs=1e-3)
    assert float(good["contact_time_ms_sd"]) == 2.5
    assert (good["status"], good["drill"], good["session"]) == ("analyzed", "pogo", str(record.id))
    assert rows["b.mp4"]["contact_time_ms"] == ""
    assert rows["b.mp4"]["reason"].startswith("is not a video")
