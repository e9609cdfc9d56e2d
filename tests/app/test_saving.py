"""Saving while Streamlit interrupts the run: nothing is lost or left half done."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.runtime.scriptrunner import RerunException
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from kickform.app.services import state
from kickform.app.services.state import AppState, read_fields
from kickform.app.shared import saving


class Interrupted(dict[str, Any]):
    """A session state that interrupts the first read, as Streamlit does when a newer run waits."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(fields)
        self.looks = 0

    def __contains__(self, key: object) -> bool:
        self.looks += 1
        if self.looks == 1:
            raise RerunException(RerunData())
        return super().__contains__(key)


def test_fields_are_read_during_an_interruption_which_is_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state.st, "session_state", Interrupted(save_name="Jonas"))
    fields, stopped = read_fields("save_name", "save_video")
    assert fields == {"save_name": "Jonas"}
    assert isinstance(stopped, RerunException)
    monkeypatch.setattr(state.st, "session_state", {"save_name": "Jonas"})
    assert read_fields("save_name") == ({"save_name": "Jonas"}, None)


def test_an_interrupted_save_is_completed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fields = Interrupted(save_name="Jonas", save_day=date(2026, 11, 26), save_video=True)
    kept: dict[str, Any] = {}
    history = SimpleNamespace(
        athlete_named=lambda *_: SimpleNamespace(id=1, name="Jonas"),
        save_session=lambda analysis, **what: kept.update(what) or "the session",
    )
    monkeypatch.setattr(state.st, "session_state", fields)
    monkeypatch.setattr(saving, "history", lambda: history)
    monkeypatch.setattr(saving, "forget_cached", lambda: None)
    monkeypatch.setattr(saving, "choose_athlete", lambda _: None)
    outcome = SimpleNamespace(
        analysis=None, sha256="0", pictures={}, clip=SimpleNamespace(path=tmp_path / "clip.mp4", live=None),
        filmed_at=SimpleNamespace(time=datetime(2026, 11, 26, 12, tzinfo=UTC), source="file"),
    )  # fmt: skip
    app = AppState()
    with pytest.raises(RerunException):
        saving._save(app, outcome)
    assert app.saved == "the session"
    assert kept["video_path"] == tmp_path / "clip.mp4"
