"""No test touches the history of whoever runs it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KICKFORM_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        patch.delenv("KICKFORM_DATABASE_URL", raising=False)
        yield
