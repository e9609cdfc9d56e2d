"""A store in a temporary folder, and made-up analyses to put into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kickform.store import Store, open_store


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv("KICKFORM_DATA_DIR", str(folder))
    monkeypatch.delenv("KICKFORM_DATABASE_URL", raising=False)
    return folder


@pytest.fixture
def store(data_dir: Path) -> Iterator[Store]:
    with open_store() as opened:
        yield opened
