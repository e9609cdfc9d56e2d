"""A sixth drill from outside the package: the one that CONTRIBUTING.md shows, run as it stands there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

import kickform.drills as drills
from kickform.drills import Drill
from tests.synthetic import Camera, Clip, Stand, film, train

ROOT = Path(__file__).parents[1]


FORMER_IMPORTS = """
from kickform.drills import Athlete, Drill, Metric, Verdict
from kickform.drills.base import anchored, mean_of, summarize
from kickform.drills.jumps import LONGEST_CONTACT_S, flight_metrics, with_findings
from kickform.drills.saying import Band, Words, say_band
from kickform.errors import DrillError
from kickform.kinematics import centre_of_mass_px, upward
from kickform.motion import Flight, Motion
from kickform.result import RepResult
"""
"""The imports of the drill that CONTRIBUTING.md showed for the former layout."""


def _documented_code() -> str:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    (code,) = [block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "DRILL =" in block]
    return code


def _module_of(code: str) -> ModuleType:
    module = ModuleType("squat_jump")
    exec(compile(code, "CONTRIBUTING.md", "exec"), module.__dict__)  # our own page
    return module


@cache
def documented() -> ModuleType:
    """Return the module that CONTRIBUTING.md shows."""
    return _module_of(_documented_code())


def former() -> ModuleType:
    """Return the same drill as it was written for the former layout, by its modules and names."""
    code = re.sub(r"(?m)^from kickform.*\n", "", _documented_code())
    code = re.sub(r"\bFindingText\b", "Words", re.sub(r"\bband_finding\b", "say_band", code))
    return _module_of(FORMER_IMPORTS + code)


class Point:
    """Stands for the entry point of an installed package."""

    def __init__(self, drill: Drill) -> None:
        self.drill = drill

    def load(self) -> Drill:
        return self.drill


def install(monkeypatch: pytest.MonkeyPatch, drill: Drill) -> None:
    """Install a package with this drill; call `drills.all_drills.cache_clear()` when it is gone again."""
    monkeypatch.setattr(drills, "entry_points", lambda group: [Point(drill)])
    drills.all_drills.cache_clear()


def squat_jumps(fps: float = 60) -> Clip:
    """Four squat jumps, a stand of a second between them."""
    jump = [train(0.2, 0.45, 1), Stand(1.0)]
    return film([Stand(1.0), *jump, *jump, *jump, *jump], Camera(fps=fps, seed=6))
