"""Opens, checks and migrates the database.

A database is checked before anything is written to it. A database that is damaged, newer than this KickForm,
or of another program is refused and not changed.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from kickform.errors import StoreError
from kickform.settings import Settings

__all__ = ["head_revision", "name_of", "open_engine", "translated"]

_log = logging.getLogger(__name__)

VERSION_TABLE = "kickform_version"
WRITES = "kickform_writes"
"""Execution option of connections that write; SQLite then locks at BEGIN, not in mid-transaction."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_ALEMBIC_HAS_GLOBALS = threading.Lock()
_BUSY_S = 30.0
_MAGIC = b"SQLite format 3\0"
_LOCK_NUMBER = 0x4B69636B
_MANY_PAGES = 50_000  # 200 MB; checking all of it would take too long
_RESTORE = "move it away and restore a copy, or start with a new history"


def open_engine(url: str | None, settings: Settings) -> Engine:
    """Open the database; create or migrate it if needed.

    Args:
        url: SQLAlchemy URL; None uses the one in `settings`, or a file in the data folder.
        settings: database URL and data folder.

    Raises:
        StoreError: it cannot be reached, is damaged, is newer than this KickForm, or is not KickForm's.
    """
    place = _place(url or settings.database_url, settings.data_dir)
    name = name_of(place)
    if place.get_backend_name() == "sqlite" and _is_file(place):
        _prepare_file(Path(str(place.database)), name)
    engine = _create(place, name)
    try:
        with translated(name):
            _bring_up_to_date(engine, name)
    except BaseException:
        engine.dispose()
        raise
    return engine


def name_of(url: URL) -> str:
    """Return the name of the database for messages: the file, or the URL without its password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database) if _is_file(url) else "the database in memory"
    return url.render_as_string(hide_password=True)


def head_revision() -> str:
    """Return the newest revision that this KickForm knows."""
    head = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
    assert head is not None
    return head


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Turn database errors into one-line `StoreError`s."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(name, *_fault_and_cure(error)) from error
    except SQLAlchemyError as error:
        fault = f"the database library failed ({_first_line(error)})"
        raise StoreError(name, fault, "try again") from error


def _fault_and_cure(error: DBAPIError) -> tuple[str, str]:
    words = _first_line(error.orig or error)
    low = words.lower()
    if "locked" in low or "busy" in low:
        return "is locked by another program", "close that program and try again"
    if "malformed" in low or "not a database" in low or "disk image" in low:
        return f"is damaged ({words})", _RESTORE
    if "readonly" in low or "read-only" in low or "unable to open" in low:
        return f"cannot be written ({words})", "check its folder's permissions, or set KICKFORM_DATA_DIR"
    if "full" in low:
        return f"the disk is full ({words})", "free some space and try again"
    if error.connection_invalidated or "connect" in low:
        return f"cannot be reached ({words})", "check KICKFORM_DATABASE_URL and that the server is running"
    return f"the database refused ({words})", "try again; if that does not help, restore a copy"


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def _place(url: str | None, data_dir: Path) -> URL:
    if not url:
        return URL.create("sqlite", database=str(data_dir / "kickform.db"))
    try:
        place = make_url(url)
    except (ArgumentError, ValueError):
        fault = "is not a database URL"
        raise StoreError(
            "KICKFORM_DATABASE_URL", fault, "write e.g. sqlite:////home/me/kickform.db"
        ) from None
    if place.drivername in ("postgres", "postgresql"):
        return place.set(drivername="postgresql+psycopg")
    return place


def _is_file(url: URL) -> bool:
    return bool(url.database) and url.database != ":memory:" and not str(url.database).startswith("file:")


def _prepare_file(path: Path, name: str) -> None:
    """Create the folder and the file, private to the owner, if missing; check an existing file's header.

    Raises:
        StoreError: the folder cannot be created, or the file is not an SQLite database.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        head = path.read_bytes()[:100] if path.stat().st_size < 100 else _head(path)
    except FileNotFoundError:
        _make_private(path)
        return
    except OSError as error:
        fault = f"cannot be read ({error.strerror or error})"
        raise StoreError(name, fault, "check its permissions, or set KICKFORM_DATA_DIR") from error
    if not head:
        return  # another process is creating it right now
    if len(head) < 100 or not head.startswith(_MAGIC):
        raise StoreError(name, "is damaged, or not a KickForm database", _RESTORE)


def _make_private(path: Path) -> None:
    """Create an empty file that only its owner can read; SQLite's other files get the same permissions."""
    with suppress(OSError):  # another process was faster, or SQLite reports the fault better
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(100)


def _create(url: URL, name: str) -> Engine:
    how: dict[str, Any] = {}
    if url.get_backend_name() == "sqlite":
        how["connect_args"] = {"timeout": _BUSY_S, "check_same_thread": False}
        if not _is_file(url):
            how["poolclass"] = StaticPool
    else:
        how["pool_pre_ping"] = True
    try:
        engine = create_engine(url, **how)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        fault = f"no driver for {url.drivername} is installed"
        raise StoreError(name, fault, "for PostgreSQL: pip install 'kickform[postgres]'") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    """Let SQLAlchemy control transactions (the driver would not begin one before DDL)."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _bring_up_to_date(engine: Engine, name: str) -> None:
    script = ScriptDirectory(str(_MIGRATIONS))
    known = {revision.revision for revision in script.walk_revisions()}
    head = head_revision()
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            _check_sound(connection, name)
        current = _revision(connection, name, known)
    if engine.dialect.name == "sqlite":
        _use_wal(engine)
    if current == head:
        return
    if current is not None and engine.dialect.name == "sqlite":
        _keep_copy(engine, current)
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})
        if _revision(connection, name, known) != head:  # another process may have been faster
            _migrate(connection)


def _check_sound(connection: Connection, name: str) -> None:
    """Raise `StoreError` if SQLite finds damage; in a large file the attachments are not checked."""
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar() or 0
    tables = inspect(connection).get_table_names() if pages > _MANY_PAGES else []
    for check in [f"quick_check({table})" for table in tables if table != "attachments"] or [
        "quick_check(1)"
    ]:
        verdict = connection.exec_driver_sql(f"PRAGMA {check}").scalar()
        if verdict != "ok":
            raise StoreError(name, f"is damaged ({verdict})".replace("\n", " "), _RESTORE)


def _revision(connection: Connection, name: str, known: set[str]) -> str | None:
    """Return the revision of the database; None if it is empty.

    Raises:
        StoreError: it is newer than this KickForm, or belongs to another program (SQLite).
    """
    tables = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in tables:
        if tables and connection.dialect.name == "sqlite":
            raise StoreError(name, "is not a KickForm database", "set another file in KICKFORM_DATABASE_URL")
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    if found is not None and found not in known:
        fault = f"was written by a newer KickForm (its tables are of version {found})"
        raise StoreError(name, fault, "update KickForm; nothing was changed")
    return found


def _use_wal(engine: Engine) -> None:
    """Switch SQLite to WAL, so that readers and a writer can work in parallel, if the file system allows."""
    deadline = time.monotonic() + _BUSY_S
    while True:
        try:
            with closing(engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:  # the busy timeout does not cover this pragma
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise StoreError(name_of(engine.url), *_fault_and_cure(_as_dbapi(error))) from error
            time.sleep(0.02)


def _as_dbapi(error: sqlite3.Error) -> DBAPIError:
    return DBAPIError(None, None, error)


def _keep_copy(engine: Engine, revision: str) -> None:
    """Copy the database next to itself before it is migrated, completely or not at all."""
    path = Path(str(engine.url.database))
    copy = path.with_name(f"{path.name}.before-{revision}")
    if not _is_file(engine.url) or copy.exists():
        return
    partial = copy.with_name(f"{copy.name}.{os.getpid()}.part")
    _make_private(partial)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(partial)) as target:
        source.backup(target)
    partial.replace(copy)
    _log.info("kept a copy of %s as %s", path, copy)


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    with _ALEMBIC_HAS_GLOBALS:
        command.upgrade(config, "head")
