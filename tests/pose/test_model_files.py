"""The pose bundles are checked before use."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from kickform.errors import PoseError, UsageError
from kickform.pose.model_files import MODEL_NAMES, bundle_path
from kickform.settings import load_settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A models folder with one small stand-in bundle and its right hash."""
    (tmp_path / "pose_landmarker_lite.task").write_bytes(b"a bundle")
    digest = hashlib.sha256(b"a bundle").hexdigest()
    (tmp_path / "SHA256SUMS").write_text(f"{digest}  pose_landmarker_lite.task\n")
    return tmp_path


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_the_bundles_of_the_project_are_whole(name: str) -> None:
    assert bundle_path(name).is_file()


def test_a_whole_bundle_is_returned(folder: Path) -> None:
    assert bundle_path("lite", folder) == folder / "pose_landmarker_lite.task"


def test_an_unknown_model_is_a_usage_error(folder: Path) -> None:
    with pytest.raises(UsageError, match="heavy, full, lite"):
        bundle_path("huge", folder)


def test_a_missing_bundle_is_named(folder: Path) -> None:
    (folder / "pose_landmarker_lite.task").unlink()
    with pytest.raises(PoseError, match=r"^pose_landmarker_lite\.task: .*is not in .*; install"):
        bundle_path("lite", folder)


def test_a_bundle_that_is_not_listed_is_refused(folder: Path) -> None:
    (folder / "pose_landmarker_full.task").write_bytes(b"another")
    with pytest.raises(PoseError, match="not listed"):
        bundle_path("full", folder)


def test_a_folder_without_hashes_is_refused(folder: Path) -> None:
    (folder / "SHA256SUMS").unlink()
    with pytest.raises(PoseError, match="SHA256SUMS: cannot be read"):
        bundle_path("lite", folder)


def test_damage_after_a_first_good_check_is_noticed(folder: Path) -> None:
    path = bundle_path("lite", folder)
    path.write_bytes(b"a bundlf")  # the same size
    os.utime(path, ns=(1, 1))
    with pytest.raises(PoseError, match="damaged"):
        bundle_path("lite", folder)


def test_a_bundle_cut_short_is_damaged(tmp_path: Path) -> None:
    source = load_settings().models_dir
    shutil.copy(source / "SHA256SUMS", tmp_path)
    whole = (source / "pose_landmarker_lite.task").read_bytes()
    (tmp_path / "pose_landmarker_lite.task").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PoseError, match="damaged"):
        bundle_path("lite", tmp_path)


def test_the_hash_of_an_unchanged_bundle_is_taken_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle_path("lite", folder)
    monkeypatch.setattr("hashlib.file_digest", lambda *_: pytest.fail("hashed again"))
    bundle_path("lite", folder)
