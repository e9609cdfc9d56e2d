"""Settings: defaults, environment variables, and nonsense in them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kickform.errors import UsageError
from kickform.settings import IceServer, Settings, load_settings


def test_defaults_hold_without_any_variable() -> None:
    settings = load_settings({})
    assert settings.max_duration_s == 600
    assert settings.max_side_px == 8192
    assert settings.models_dir.name == "models"
    assert settings.samples_dir.name == "sample_videos"
    assert settings.data_dir.is_absolute()


def test_every_variable_is_obeyed(tmp_path: Path) -> None:
    env = {
        "KICKFORM_DATA_DIR": str(tmp_path / "d"),
        "KICKFORM_MODELS_DIR": str(tmp_path / "m"),
        "KICKFORM_SAMPLES_DIR": str(tmp_path / "s"),
        "KICKFORM_MAX_DURATION_S": "12.5",
        "KICKFORM_MAX_SIDE_PX": "1920",
    }
    assert load_settings(env) == Settings(tmp_path / "d", tmp_path / "m", tmp_path / "s", 12.5, 1920)


def test_an_empty_variable_counts_as_unset() -> None:
    assert load_settings({"KICKFORM_MAX_DURATION_S": "", "KICKFORM_DATA_DIR": ""}) == load_settings({})


@pytest.mark.parametrize("value", ["many", "-3", "0", "nan", "inf", "1e999"])
@pytest.mark.parametrize("name", ["KICKFORM_MAX_DURATION_S", "KICKFORM_MAX_SIDE_PX"])
def test_what_is_no_positive_number_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"{name}: '{value}' is not a positive number; set it to"):
        load_settings({name: value})


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KICKFORM_DATA_DIR", str(tmp_path))
    assert load_settings().data_dir == tmp_path


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the XDG folder is for other systems")
def test_data_lie_in_the_folder_that_the_system_names(tmp_path: Path) -> None:
    assert load_settings({"XDG_DATA_HOME": str(tmp_path)}).data_dir == tmp_path / "kickform"


TURN = {"KICKFORM_TURN_USERNAME": "coach", "KICKFORM_TURN_CREDENTIAL": "secret"}


def test_no_ice_server_is_asked_unless_one_is_named() -> None:
    assert load_settings({}).ice_servers == ()
    assert load_settings({"KICKFORM_ICE_SERVERS": "", **TURN}).ice_servers == ()


def test_ice_servers_come_from_the_environment_turn_with_its_password() -> None:
    servers = load_settings(
        {"KICKFORM_ICE_SERVERS": "stun:stun.example.org:3478, turn:turn.example.org:3478", **TURN}
    ).ice_servers
    assert servers == (
        IceServer("stun:stun.example.org:3478"),
        IceServer("turn:turn.example.org:3478", "coach", "secret"),
    )
    assert "secret" not in repr(servers), "a password must not reach a log"


@pytest.mark.parametrize("value", ["example.org", "http://example.org", "turn:", "stun"])
def test_what_is_no_ice_server_is_refused_by_name(value: str) -> None:
    with pytest.raises(UsageError, match=f"KICKFORM_ICE_SERVERS: '{value}' is not an ICE server; give"):
        load_settings({"KICKFORM_ICE_SERVERS": value, **TURN})


def test_a_turn_server_without_a_password_is_refused() -> None:
    with pytest.raises(UsageError, match="needs a user name and a password; set KICKFORM_TURN_USERNAME"):
        load_settings({"KICKFORM_ICE_SERVERS": "turn:turn.example.org"})


def test_how_many_live_sessions_is_a_whole_number() -> None:
    assert load_settings({}).live_sessions is None
    assert load_settings({"KICKFORM_LIVE_SESSIONS": "3"}).live_sessions == 3
    for value in ("0", "-1", "two", "1.5"):
        with pytest.raises(UsageError, match=r"KICKFORM_LIVE_SESSIONS: .* is not a whole number above 0"):
            load_settings({"KICKFORM_LIVE_SESSIONS": value})
