"""The app with a made-up analysis, a short sample and a history of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import kickform.pipeline.analyze as core
from kickform.settings import load_settings
from tests.app.clips import cut
from tests.app.fake import fake_analyze
from tests.app.steps import APP, SAMPLE, open_page


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of samples with one short, small clip."""
    folder = tmp_path_factory.mktemp("samples")
    cut(load_settings().samples_dir / SAMPLE, folder / SAMPLE, to_s=3.2, max_side_px=320)
    return folder


@pytest.fixture
def clip(samples: Path) -> bytes:
    return (samples / SAMPLE).read_bytes()


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A history of the test's own."""
    folder = tmp_path / "history"
    monkeypatch.setenv("KICKFORM_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, samples: Path, data_dir: Path) -> Iterator[AppTest]:
    monkeypatch.setattr(core, "analyze", fake_analyze)
    monkeypatch.setenv("KICKFORM_SAMPLES_DIR", str(samples))
    at = AppTest.from_file(APP, default_timeout=60)
    yield open_page(at.run(), "check")
    if "kickform" in at.session_state:
        at.session_state["kickform"].workspace.close()
