"""docs/drills.md says what the code does: its scores and good ranges, all drills, pictures that are there."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from kickform.drills import all_drills

DOCS = Path(__file__).parents[2] / "docs"
ANCHORS = {
    "pogo": ("_STIFF_CONTACT", "_STIFF_RATIO", "_STIFF_KNEE_RANGE"),
    "single_leg_hop": ("_HEEL", "_RATIO", "_CONTACT"),
    "split_squat_jump": ("_THIGH_OFF", "_LEAN"),
    "a_skip": ("_THIGH", "_CONTACT", "_CLEARANCE"),
    "ladder": ("_RATE",),
}


def section(title: str) -> str:
    text = (DOCS / "drills.md").read_text("utf-8")
    return text.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_every_drill_has_its_section_with_how_to_and_cue() -> None:
    for drill in all_drills().values():
        words = " ".join(section(drill.title).split())
        assert drill.how_to in words
        assert drill.cue in words


@pytest.mark.parametrize(("drill_id", "names"), ANCHORS.items())
def test_the_scores_are_those_of_the_code(drill_id: str, names: tuple[str, ...]) -> None:
    module = importlib.import_module(f"kickform.drills.{drill_id}")
    rows = section(module.DRILL.title).splitlines()
    scores = [
        {(float(value), float(score)) for value, score in re.findall(r"([\d.]+)[^\d,|=]*= (\d+)", row)}
        for row in rows
    ]
    for name in names:
        assert {(float(a), float(b)) for a, b in getattr(module, name)} in scores, name


def test_the_good_ranges_are_those_of_the_code() -> None:
    for drill in all_drills().values():
        rows = [line for line in section(drill.title).splitlines() if line.startswith("| ")]
        for metric in drill.metrics:
            edges = [edge for edge in metric.good or () if edge is not None]
            if metric.unit.startswith("of ") or not edges:
                continue
            row = next((row for row in rows if metric.label in row), "")
            assert all(f"{edge:g}" in row for edge in edges), metric.label


def test_its_pictures_are_there_and_small() -> None:
    names = re.findall(r"\]\((pictures/[^)]+)\)", (DOCS / "drills.md").read_text("utf-8"))
    assert len(names) == len(all_drills())
    for name in names:
        assert (DOCS / name).stat().st_size < 120_000
