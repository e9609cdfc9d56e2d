"""Several processes at one database, and processes that die in mid-save. Real ones."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from kickform.history.records import DayRecord, Preferences
from kickform.history.store import Store, open_store
from tests.history.store.made_up import analysis_of, day, sha

SPAWN = multiprocessing.get_context("spawn")
EACH = 4


def save_some(url: str, number: int, gate: Any) -> None:
    """Save sessions of one's own, and some that all processes save."""
    analysis = analysis_of()
    gate.wait(200)
    with open_store(url) as store:
        anna = store.athlete_named("Anna")
        store.set_preferences(Preferences(units="imperial"))
        store.set_day(DayRecord(anna.id, day(0).date(), "hard"))
        for i in range(EACH):
            store.save_session(analysis, athlete=anna, clip_sha256=sha(f"{number} {i}"), filmed_at=day(i))
            store.save_session(analysis, athlete=anna, clip_sha256=sha(f"all {i % 2}"), filmed_at=day(i))
            assert store.sessions()


def die_in_save(url: str, moment: str, clip: str) -> None:
    """Save a session and be killed on the way."""

    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def copy_half(source: Path, target: Path) -> None:
        Path(target).write_bytes(Path(source).read_bytes()[:1000])
        die()

    with open_store(url) as store:
        anna = store.athlete_named("Anna")
        store.save_session(analysis_of(), athlete=anna, clip_sha256=sha("before"), filmed_at=day(0))
        if moment == "copy":
            shutil.copyfile = copy_half  # type: ignore[assignment]
        else:
            event.listen(Session, moment, die)
        for name in ("before", "new"):  # one to be replaced, and one that is new
            store.save_session(
                analysis_of(), athlete=anna, clip_sha256=sha(name), filmed_at=day(1), video_path=Path(clip)
            )


def run_at_once(url: str, count: int) -> None:
    gate = SPAWN.Barrier(count)
    processes = [SPAWN.Process(target=save_some, args=(url, number, gate)) for number in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(300)
    assert [process.exitcode for process in processes] == [0] * count


def check_all_there(store: Store, count: int) -> None:
    assert [a.name for a in store.athletes()] == ["Anna"]
    assert len(store.sessions()) == count * EACH + 2
    reps = len(analysis_of().reps)
    assert store.counts()["reps"] == reps * (count * EACH + 2)
    for record in store.sessions():
        assert store.session(record.id).track is not None


def test_processes_that_open_and_save_at_once_lose_nothing(data_dir: Path) -> None:
    url = f"sqlite:///{data_dir / 'kickform.db'}"
    run_at_once(url, 3)
    with open_store(url) as store:
        check_all_there(store, 3)


def test_processes_at_one_server_lose_nothing(data_dir: Path, postgres_url: str) -> None:
    run_at_once(postgres_url, 3)
    with open_store(postgres_url) as store:
        check_all_there(store, 3)


@pytest.mark.parametrize("moment", ["after_flush", "before_commit", "copy"])
def test_a_process_killed_in_mid_save_leaves_nothing_half_written(
    data_dir: Path, tmp_path: Path, moment: str
) -> None:
    url = f"sqlite:///{data_dir / 'kickform.db'}"
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(os.urandom(5000))
    process = SPAWN.Process(target=die_in_save, args=(url, moment, str(clip)))
    process.start()
    process.join(300)
    assert process.exitcode == -signal.SIGKILL
    with open_store(url) as store:
        (session,) = store.sessions()
        assert (session.clip_sha256, session.filmed_at, session.video) == (sha("before"), day(0), None)
        whole = store.session(session.id)
        assert len(whole.analysis.reps) == session.reps == store.counts()["reps"]
        again = store.save_session(
            analysis_of(),
            athlete=session.athlete_id,
            clip_sha256=sha("new"),
            filmed_at=day(1),
            video_path=clip,
        )
        assert again.video is not None
        assert again.video.read_bytes() == clip.read_bytes()
    with closing(sqlite3.connect(data_dir / "kickform.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_what_a_crash_left_of_a_video_is_removed_once_it_is_old(data_dir: Path) -> None:
    videos = data_dir / "videos"
    videos.mkdir(parents=True)
    old, young = videos / "old.mp4.1.part", videos / "young.mp4.2.part"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    with open_store():
        assert not old.exists()
        assert young.exists()
