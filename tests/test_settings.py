"""Settings: defaults, environment variables, and nonsense in them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kickform.errors import UsageError
from kickform.settings import Settings, load_settings


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
