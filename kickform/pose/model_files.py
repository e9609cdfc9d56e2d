"""The pose bundles: where they are, and a check that they are undamaged.

A damaged bundle may still load and place landmarks wrongly. So each bundle is hashed before its first use in
a process and compared with the ``SHA256SUMS`` in its folder.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from kickform.errors import PoseError, UsageError
from kickform.settings import load_settings

__all__ = ["MODEL_NAMES", "ModelName", "bundle_path"]

ModelName = Literal["heavy", "full", "lite"]
MODEL_NAMES: tuple[str, ...] = get_args(ModelName)

_SUMS = "SHA256SUMS"
_CURE = "install KickForm again, or copy the file from its models folder"


def bundle_path(model: str, models_dir: Path | None = None) -> Path:
    """Return the path of the bundle `model`, after checking its SHA-256.

    Args:
        model: "heavy", "full" or "lite".
        models_dir: folder of the bundles and their SHA256SUMS; default: the folder in the settings.

    Raises:
        UsageError: there is no such model.
        PoseError: the bundle is missing, cannot be read, is not listed in SHA256SUMS, or is damaged.
    """
    if model not in MODEL_NAMES:
        raise UsageError(f"model '{model}'", "is not known", f"use {', '.join(MODEL_NAMES)}")
    folder = load_settings().models_dir if models_dir is None else models_dir
    path = folder / f"pose_landmarker_{model}.task"
    expected = _listed_hash(folder / _SUMS, path.name)
    try:
        stat = path.stat()
        actual = _file_hash(path, stat.st_mtime_ns, stat.st_size)
    except FileNotFoundError:
        raise PoseError(path.name, f"the pose model is not in {folder}", _CURE) from None
    except OSError as error:
        fault = f"the pose model cannot be read ({error.strerror or error})"
        raise PoseError(path.name, fault, _CURE) from None
    if actual != expected:
        raise PoseError(path.name, "the pose model is damaged (its hash is wrong)", _CURE)
    return path


def _listed_hash(sums: Path, name: str) -> str:
    """Return the hash that the file `sums` lists for `name`."""
    try:
        lines = sums.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise PoseError(_SUMS, f"cannot be read in {sums.parent}", _CURE) from None
    for line in lines:
        digest, _, listed = line.strip().partition(" ")
        if listed.strip().lstrip("*") == name:
            return digest.lower()
    raise PoseError(name, f"the pose model is not listed in {_SUMS}", _CURE)


@lru_cache(maxsize=16)
def _file_hash(path: Path, mtime_ns: int, size: int) -> str:  # noqa: ARG001 - they key the cache
    """Return the SHA-256 of a file; time and size key the cache, so a changed file is hashed again."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
