"""From the poses of a clip to its outcome."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from bench.cases import Case
from bench.measuring import hold_against_truth
from bench.outcomes import Outcome
from kickform.errors import KickFormError

if TYPE_CHECKING:
    from kickform.pose.estimate import PoseEstimate
    from kickform.video.reader import VideoInfo

__all__ = ["judge_case"]


def judge_case(
    case: Case, truth: dict[str, Any], estimate: PoseEstimate, info: VideoInfo, model: str
) -> Outcome:
    """Name the drill from the movement alone; measure it as the drill that it is."""
    from kickform.pipeline.analyze import judge_estimate
    from kickform.pipeline.build_motion import build_motion
    from kickform.pipeline.file_clock import motion_on_file_clock

    motion = analysis = None
    named, refusal = "none", ""
    try:
        analysis = judge_estimate(estimate, info, model=model)
        named = analysis.drill
    except KickFormError as error:
        refusal = str(error)
    if case.drill not in (named, "none", ""):
        try:
            analysis = judge_estimate(estimate, info, drill=case.drill, model=model)
            refusal = ""
        except KickFormError as error:
            analysis, refusal = None, str(error)
    if analysis is not None:
        motion = analysis.motion
    else:
        with contextlib.suppress(KickFormError):
            motion = motion_on_file_clock(build_motion(estimate.track, info)[0])
    return hold_against_truth(case, truth, motion, analysis, refusal, named)
