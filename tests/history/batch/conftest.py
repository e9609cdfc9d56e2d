"""A store in a temporary data folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kickform.history.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("KICKFORM_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("KICKFORM_DATABASE_URL", raising=False)
    with open_store() as opened:
        yield opened
