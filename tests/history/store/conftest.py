"""Stores in a temporary place: in an SQLite file, and on a PostgreSQL server where there is one."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy

from kickform.history.store import Store, open_store
from tests.history.store.servers import binary, postgres

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a running server; skips where PostgreSQL is not installed, unless it is required."""
    if binary("postgres") is None:
        lack = "PostgreSQL is not installed (Debian: apt install postgresql)"
        if os.environ.get("KICKFORM_REQUIRE_POSTGRES") == "1":
            pytest.fail(lack)
        pytest.skip(lack)
    with postgres() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """URL of a new, empty database."""
    name = f"history_{next(_NUMBERS)}"
    address = postgres_server.replace("postgresql:", "postgresql+psycopg:")
    admin = sqlalchemy.create_engine(f"{address}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    admin.dispose()
    return f"{postgres_server}/{name}"


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv("KICKFORM_DATA_DIR", str(folder))
    monkeypatch.delenv("KICKFORM_DATABASE_URL", raising=False)
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty store, once of each kind; a plain `open_store()` opens the same again."""
    if request.param == "postgresql":
        monkeypatch.setenv("KICKFORM_DATABASE_URL", request.getfixturevalue("postgres_url"))
    with open_store() as opened:
        yield opened
