"""How stages and names are written in the app, and how text is kept from being markup. Pure functions."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["clip_name", "plain", "sample_title", "stage_words"]

_STAGES = {
    "start": "Opening the clip",
    "wait": "Waiting for another clip to finish",
    "scout": "Looking for the athlete",
    "pose": "Following every joint, frame by frame",
    "feet": "Following both feet in full detail",
    "overlay": "Drawing the verdict onto the clip",
}
_LONGEST_NAME = 120


def stage_words(stage: str) -> str:
    """Return what a stage of the work does, for people."""
    return _STAGES.get(stage, stage.replace("_", " ").capitalize())


def sample_title(path: Path) -> str:
    """Return a sample's file name as a title.

    >>> sample_title(Path("pogo_side_60fps.mp4"))
    'Pogo, side, 60 fps'
    """
    words = [re.sub(r"^(\d+)fps$", r"\1 fps", word) for word in path.stem.split("_")]
    return ", ".join(words).capitalize()


def clip_name(name: str) -> str:
    """Return an uploaded file's name without folders, control characters or excess length."""
    bare = re.split(r"[/\\]", name)[-1]
    bare = "".join(char for char in bare if char.isprintable()).strip(". ")
    stem, dot, ending = bare.rpartition(".")
    if not dot:
        return bare[:_LONGEST_NAME] or "clip"
    return f"{stem[:_LONGEST_NAME] or 'clip'}.{ending[:8]}"


def plain(words: str) -> str:
    """Return text with everything escaped that Markdown would take for markup."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]()<>#+-.!|$~:" else char for char in words)
