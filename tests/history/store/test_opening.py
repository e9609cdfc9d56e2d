"""Databases that are new, old, newer, damaged or not KickForm's at all; what is refused stays as it was."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from kickform.errors import StoreError
from kickform.history.records import DayRecord, Preferences
from kickform.history.store import Store, open_store
from kickform.history.store.open import VERSION_TABLE, head_revision
from kickform.history.store.tables import Base
from tests.history.store.made_up import analysis_of, day, sha

OLD = Path(__file__).with_name("history_v0001.sql")


@pytest.fixture
def file(data_dir: Path) -> Path:
    data_dir.mkdir()
    return data_dir / "kickform.db"


def make_old(file: Path, *more: str) -> None:
    """Make a database of the first version, with some more statements."""
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(OLD.read_text(encoding="utf-8"))
        for statement in more:
            connection.execute(statement)
        connection.commit()


def asked(file: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(question).fetchall()


def fill(file: Path, sessions: int = 8) -> None:
    with open_store(f"sqlite:///{file}") as store:
        anna = store.athlete_named("Anna")
        for number in range(sessions):
            store.save_session(
                analysis_of(), athlete=anna, clip_sha256=sha(str(number)), filmed_at=day(number)
            )


def test_the_tables_are_what_the_migrations_make(store: Store) -> None:
    with store._engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_a_new_database_is_the_users_own_and_made_for_several(data_dir: Path) -> None:
    with open_store() as store:
        with store._engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() >= 5000
        assert store.athletes() == []
    assert (data_dir / "kickform.db").is_file()
    assert data_dir.stat().st_mode & 0o077 == 0
    assert (data_dir / "kickform.db").stat().st_mode & 0o077 == 0


def test_an_older_database_is_migrated_and_a_copy_kept(file: Path) -> None:
    make_old(file)
    with open_store() as store:
        (session,) = store.sessions()
        assert (session.id, session.athlete, session.note) == (4, "Anna", "")
        whole = store.session(4)
        assert len(whole.analysis.reps) == 2
        assert whole.pictures == {"rep_2": b"\xff\xd8 jpeg \xff\xd9"}
        assert store.preferences == Preferences(units="imperial")
        store.set_day(DayRecord(1, date(2026, 3, 2), "hard"))
        store.set_note(4, "still mine")
        assert store.session(4).record.note == "still mine"
    assert asked(file, f"SELECT version_num FROM {VERSION_TABLE}") == [(head_revision(),)]
    copy = file.with_name("kickform.db.before-0001")
    assert asked(copy, f"SELECT version_num FROM {VERSION_TABLE}") == [("0001",)]
    assert asked(copy, "SELECT count(*) FROM sessions") == [(1,)]


def test_a_migration_that_fails_half_way_leaves_the_old_database(file: Path) -> None:
    make_old(file, "CREATE TABLE days (in_the_way INTEGER)")  # met after `note` was added
    with pytest.raises(StoreError):
        open_store()
    assert asked(file, f"SELECT version_num FROM {VERSION_TABLE}") == [("0001",)]
    columns = [row[1] for row in asked(file, "PRAGMA table_info(sessions)")]
    assert "note" not in columns
    assert asked(file, "SELECT count(*) FROM sessions") == [(1,)]


def refused(file: Path, *words: str) -> None:
    """Opening fails in one line with these words, and the file is the same as before, to the byte."""
    before = file.read_bytes()
    with pytest.raises(StoreError) as caught:
        open_store()
    assert file.read_bytes() == before
    text = str(caught.value)
    assert "\n" not in text
    assert file.name in text
    for word in words:
        assert word in text


def test_a_newer_database_is_refused(file: Path) -> None:
    fill(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '0999'")
        connection.commit()
    refused(file, "newer KickForm", "0999", "update KickForm")


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to be one" * 40, b"SQLite format 3\0 cut"]
)
def test_a_file_that_is_not_a_database_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    refused(file, "damaged, or not a KickForm database")


def test_a_damaged_database_is_refused(file: Path) -> None:
    fill(file)
    content = bytearray(file.read_bytes())
    for page in range(2, len(content) // 4096 - 1):
        content[4096 * page : 4096 * page + 64] = b"\xa5" * 64
    file.write_bytes(content)
    refused(file, "damaged")


def test_of_a_large_database_the_numbers_are_checked(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(file, 2)
    monkeypatch.setattr("kickform.history.store.open._MANY_PAGES", 1)
    with open_store() as store:
        assert len(store.sessions()) == 2
    (root,) = asked(file, "SELECT rootpage FROM sqlite_master WHERE name = 'sessions'")
    content = bytearray(file.read_bytes())
    start = 4096 * (int(str(root[0])) - 1)
    content[start : start + 4096] = b"\xa5" * 4096
    file.write_bytes(content)
    refused(file, "damaged")


def test_a_database_that_lost_its_end_is_refused(file: Path) -> None:
    fill(file)
    file.write_bytes(file.read_bytes()[: -5 * 4096])
    refused(file, "damaged")


def test_another_programs_database_is_refused(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
        connection.commit()
    refused(file, "not a KickForm database")


def test_damage_met_later_is_one_line_too(file: Path) -> None:
    fill(file)
    with open_store() as store:
        with store._engine.connect() as connection:
            connection.exec_driver_sql("DROP TABLE metrics")
            connection.exec_driver_sql("COMMIT")
        with pytest.raises(StoreError, match=r"kickform\.db") as caught:
            store.sessions()
        assert "\n" not in str(caught.value)


def test_a_folder_in_its_place(file: Path) -> None:
    file.mkdir()
    with pytest.raises(StoreError, match="cannot be read"):
        open_store()


def test_an_impossible_data_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "taken").write_text("a file")
    monkeypatch.setenv("KICKFORM_DATA_DIR", str(tmp_path / "taken" / "data"))
    monkeypatch.delenv("KICKFORM_DATABASE_URL", raising=False)
    with pytest.raises(StoreError, match="KICKFORM_DATA_DIR"):
        open_store()


@pytest.mark.parametrize(
    ("url", "word"), [("nonsense", "not a database URL"), ("madeup://host/db", "no driver for madeup")]
)
def test_a_url_that_leads_nowhere(data_dir: Path, url: str, word: str) -> None:
    with pytest.raises(StoreError, match=word):
        open_store(url)


def test_a_server_that_does_not_answer_is_named_without_its_password(data_dir: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError) as caught:
        open_store("postgresql://anna:secret@127.0.0.1:1/history")
    assert "cannot be reached" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_database_in_memory_lives_as_long_as_its_store(data_dir: Path) -> None:
    with open_store("sqlite://") as store:
        store.add_athlete("Anna")
        assert len(store.athletes()) == 1
    assert not data_dir.exists()


def test_a_moved_data_folder_is_the_same_history(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(file, 2)
    elsewhere = file.parent.with_name("elsewhere")
    shutil.move(file.parent, elsewhere)
    monkeypatch.setenv("KICKFORM_DATA_DIR", str(elsewhere))
    with open_store() as store:
        assert len(store.sessions()) == 2
