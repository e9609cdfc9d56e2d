"""Texts for stages, names of uploaded files, and the escaping of Markdown. Pure functions."""

from __future__ import annotations

import re

__all__ = ["clip_name", "plain", "stage_words"]

_STAGES = {
    "start": "Opening the clip",
    "wait": "Waiting for another clip to finish",
    "scout": "Finding the athlete",
    "pose": "Tracking every joint, frame by frame",
    "feet": "Tracking both feet close up",
    "overlay": "Drawing the result onto the video",
}
_LONGEST_NAME = 120


def stage_words(stage: str) -> str:
    """Return the text for a stage of the work."""
    return _STAGES.get(stage, stage.replace("_", " ").capitalize())


def clip_name(name: str) -> str:
    """Return an uploaded file's name without folders, control characters or excess length."""
    bare = re.split(r"[/\\]", name)[-1]
    bare = "".join(char for char in bare if char.isprintable()).strip(". ")
    stem, dot, ending = bare.rpartition(".")
    if not dot:
        return bare[:_LONGEST_NAME] or "clip"
    return f"{stem[:_LONGEST_NAME] or 'clip'}.{ending[:8]}"


def plain(words: str) -> str:
    """Return the text with all Markdown markup escaped."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]()<>#+-.!|$~:" else char for char in words)
