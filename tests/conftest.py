"""No test touches the history of whoever runs it, nor what the next test starts its processes with."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KICKFORM_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        patch.delenv("KICKFORM_DATABASE_URL", raising=False)
        yield


@pytest.fixture(autouse=True)
def own_main_module() -> Iterator[None]:
    """Streamlit leaves a page as ``__main__``: a process that is spawned later would run that page first."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main
