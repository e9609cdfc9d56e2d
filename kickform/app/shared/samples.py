"""Titles of the sample clips, and one line on what each shows."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["describe_sample", "sample_title"]

_SAMPLES = {
    "a_skip_low_knees_30fps": ("A-skips, low knees", "Thighs short of level, one bounce missing"),
    "a_skip_side_60fps": ("A-skips", "Knees up to level, even rhythm"),
    "hop_low_heel_oblique_30fps": ("Left-leg hops, heel low", "Short, slow hops, filmed at an angle"),
    "hop_side_60fps": ("Right-leg hops", "Five quick hops, filmed from the side"),
    "ladder_oblique_240fps": ("Ladder", "One foot per box, filmed at 240 fps"),
    "pogo_rebound_portrait_30fps": ("Rebound jumps", "High jumps, phone held upright"),
    "pogo_side_60fps": ("Pogo jumps", "Stiff and springy, filmed from the side"),
    "pogo_slow_motion_120fps": ("Pogo jumps, slow motion", "The file plays four times slower"),
    "pogo_soft_knees_oblique_30fps": ("Pogo jumps, soft knees", "Long contacts, arms low, at an angle"),
    "split_squat_no_switch_30fps": (
        "Split-squat jumps, missed switch",
        "Too shallow; one jump without a switch",
    ),
    "split_squat_side_60fps": ("Split-squat jumps", "Deep, with a switch in every jump"),
}


def sample_title(path: Path) -> str:
    """Return the title of a sample; another clip in the folder is named by its file name.

    >>> sample_title(Path("pogo_slow_motion_120fps.mp4"))
    'Pogo jumps, slow motion'
    >>> sample_title(Path("my_hops_60fps.mp4"))
    'My, hops, 60 fps'
    """
    if path.stem in _SAMPLES:
        return _SAMPLES[path.stem][0]
    words = [re.sub(r"^(\d+)fps$", r"\1 fps", word) for word in path.stem.split("_")]
    return ", ".join(words).capitalize()


def describe_sample(path: Path) -> str:
    """Return one line on what a sample shows; "" for another clip."""
    return _SAMPLES.get(path.stem, ("", ""))[1]
