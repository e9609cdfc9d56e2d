"""Drills written for the earlier layout of KickForm still load, and judge as those of today do."""

from __future__ import annotations

import importlib
import re

import pytest

import kickform
from kickform.drills import Verdict
from kickform.pipeline.build_motion import build_motion
from kickform.subject import Athlete
from tests.outside import documented, documented_code, module_of, squat_jumps

MOVED = """
from kickform.drills.jumps import LONGEST_CONTACT_S, flight_metrics, with_findings
from kickform.drills.saying import Band, Words, say_band
from kickform.kinematics import centre_of_mass_px, upward
from kickform.motion import Flight, Motion
from kickform.result import RepResult
"""
"""What CONTRIBUTING.md told drills to import before the modules moved into packages."""
STILL_THERE = """
from kickform.drills import Athlete, Drill, Metric, Verdict
from kickform.errors import DrillError
"""
SCORING = "from kickform.drills.common.scoring import anchored, mean_of, summarize\n"
PAUSE = "c.duration_s > LONGEST_CONTACT_S"
FORMER_PAUSE = f"{PAUSE} * motion.slow_motion.factor"
"""Times of a motion were file seconds; they are real seconds now, and the factor that drills ask for is 1."""
FORMER_SCORING = "from kickform.drills.base import anchored, mean_of, summarize\n"


def with_imports(imports: str) -> str:
    """Return the documented drill as it was written for the earlier layout, with these imports."""
    code = documented_code()
    lines = re.findall(r"^from kickform.*\n", code, re.MULTILINE)
    assert len(lines) >= 7
    assert PAUSE in code
    for line in lines:
        code = code.replace(line, "")
    head, docstring, rest = code.replace(PAUSE, FORMER_PAUSE).partition('"""\n')
    return head + docstring + imports + rest


def verdict_of(code: str) -> Verdict:
    clip = squat_jumps()
    motion, _ = build_motion(clip.estimate.track, clip.info)
    verdict = module_of(code).DRILL.judge(motion, Athlete(), "jumps.mp4")
    assert isinstance(verdict, Verdict)
    return verdict


def test_a_drill_with_the_former_imports_judges_as_one_with_todays() -> None:
    former = verdict_of(with_imports(MOVED + STILL_THERE + SCORING))
    assert len(former.reps) == 4
    assert former == verdict_of(documented_code())


@pytest.mark.xfail(reason="kickform.drills.base no longer offers the scores", raises=ImportError, strict=True)
def test_so_does_one_that_takes_the_scores_from_base() -> None:
    assert verdict_of(with_imports(MOVED + STILL_THERE + FORMER_SCORING)).reps


@pytest.mark.parametrize("former", kickform._FORMER_PLUGIN_MODULES)
def test_a_former_module_offers_what_lives_elsewhere_now(former: str) -> None:
    homes = kickform._FORMER_PLUGIN_MODULES[former]
    offered = importlib.import_module(former)
    for home in map(importlib.import_module, homes):
        for name in home.__all__:
            assert getattr(offered, name) is getattr(home, name)
    with pytest.raises(AttributeError, match=former):
        offered.nothing_of_that_name  # noqa: B018


def test_the_documented_drill_itself_uses_no_former_path() -> None:
    assert not [name for name in kickform._FORMER_PLUGIN_MODULES if f"from {name} " in documented_code()]
    assert documented().DRILL.id == "squat_jump"
