"""`analyze`: from a video file to an `Analysis`. The only place where the parts are put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kickform.drills import get_drill
from kickform.errors import DrillError, PoseError, UsageError
from kickform.events.corrections import Correction
from kickform.events.slow_motion import decide_slow_motion
from kickform.pipeline.assemble import assemble
from kickform.pipeline.build_motion import build_motion
from kickform.pipeline.conditions import condition_notices
from kickform.pipeline.recognize import Recognised, recognise, restrict_to
from kickform.pipeline.warnings import clip_notices, model_notices, other_drill_notices
from kickform.pose.estimate import PoseEstimate, estimate_pose, feet_inside_share
from kickform.pose.flow.feet import follow_feet
from kickform.pose.model_files import ModelName
from kickform.pose.track import PoseTrack
from kickform.results.analysis import Analysis
from kickform.results.basis import Basis
from kickform.subject import Athlete
from kickform.video.reader import Progress, VideoInfo, probe

__all__ = ["Analysis", "analyze", "correct", "judge_estimate", "with_feet"]

_LEAST_FEET_INSIDE = 0.5
_LEAST_FOUND = 0.3
_LEAST_FRAMES = 8
_UNKNOWN = Athlete()
_FILM_FEET = "film from further back, with the feet in the picture all the time"
_FILM_PERSON = "film one athlete side on from 3-4 m, whole body in the picture, in good light"


def analyze(
    path: str | Path,
    *,
    drill: str = "auto",
    model: ModelName = "heavy",
    height_m: float | None = None,
    mass_kg: float | None = None,
    slow_motion: float | None = None,
    corrections: Sequence[Correction] = (),
    progress: Progress | None = None,
) -> Analysis:
    """Analyze one clip.

    Args:
        path: the video file.
        drill: id of a drill (`kickform.drills.all_drills`), or "auto" to tell it from the movement.
        model: pose bundle: "heavy" (the most exact), "full" or "lite".
        height_m: the athlete's stature, metres; sharpens the scale.
        mass_kg: the athlete's mass, kilograms; gives leg stiffness.
        slow_motion: how many times slower than life the file plays; default: tag, then physics.
        corrections: events put right by hand (`kickform.events.corrections`); all else is computed from them.
        progress: called with a stage and a fraction 0 to 1; returning False cancels.

    Raises:
        UsageError: an argument is out of range, there is no such drill, or a correction cannot be.
        VideoError: the file cannot be read as a video, or holds too little of one.
        PoseError: the athlete or the feet cannot be seen well enough.
        DrillError: the drill (with "auto": any drill) is not in the clip.
        Cancelled: `progress` returned False.
    """
    _check_range("height", height_m, 0.8, 2.5, "m")
    _check_range("mass", mass_kg, 15, 250, "kg")
    if drill != "auto":
        get_drill(drill)  # an unknown one is better told of before the work than after it
    if slow_motion is not None:
        decide_slow_motion((), 0.0, user=slow_motion)  # likewise a factor out of range
    info = probe(path)
    estimate = with_feet(estimate_pose(info.path, info, model=model, progress=progress), info, progress)
    athlete = Athlete(height_m, mass_kg)
    return judge_estimate(
        estimate,
        info,
        drill=drill,
        model=model,
        athlete=athlete,
        slow_motion=slow_motion,
        corrections=corrections,
    )


def with_feet(estimate: PoseEstimate, info: VideoInfo, progress: Progress | None = None) -> PoseEstimate:
    """Return the estimate with its feet followed in the pictures, which times the contacts.

    Args:
        estimate: as `kickform.pose.estimate.estimate_pose` gave it.
        info: the clip it comes from.
        progress: told ("feet", fraction); returning False cancels.

    Raises:
        VideoError: the file can no longer be read.
        Cancelled: `progress` returned False.
    """
    if estimate.track.found.sum() < _LEAST_FRAMES:
        return estimate
    feet = follow_feet(info, estimate.track, progress=progress)
    return replace(estimate, track=replace(estimate.track, feet=feet))


def correct(analysis: Analysis, corrections: Sequence[Correction]) -> Analysis:
    """Return the analysis of the same clip with these corrections (and no others) in it.

    The poses are kept with the analysis, so that this takes a moment only.

    Args:
        analysis: one that was made here, not read back from its JSON.
        corrections: all corrections of the clip, in their order; none gives what KickForm found itself.

    Raises:
        UsageError: a correction cannot be, or the analysis was read back and has no poses.
        DrillError: with these corrections the drill is not in the clip any more.
    """
    basis = analysis.basis
    if basis is None:
        cure = "analyze the clip anew, with these corrections"
        raise UsageError(analysis.video.name, "its poses were not kept with the analysis", cure)

    def judged(drill: str) -> Analysis:
        return judge_estimate(
            basis.estimate,
            basis.info,
            drill=drill,
            model=basis.model,
            athlete=basis.athlete,
            slow_motion=basis.slow_motion,
            corrections=corrections,
        )

    try:
        return judged(basis.drill)
    except DrillError:
        if basis.drill == analysis.drill:
            raise
        return judged(analysis.drill)  # corrected, it looks less like it; it is what it was


def judge_estimate(
    estimate: PoseEstimate,
    info: VideoInfo,
    *,
    drill: str = "auto",
    model: str = "heavy",
    athlete: Athlete = _UNKNOWN,
    slow_motion: float | None = None,
    corrections: Sequence[Correction] = (),
) -> Analysis:
    """Do what `analyze` does once the poses are known: motion, drill, verdict.

    Args:
        estimate: the pose track and what was noticed on the way.
        info: the clip it comes from.
        drill: id of a drill, or "auto".
        model: pose bundle that was used.
        athlete: height and mass, where known.
        slow_motion: the user's word on slow motion, if any.
        corrections: events put right by hand.

    Raises:
        UsageError: there is no such drill, the slow-motion factor is out of range, or a correction cannot be.
        PoseError: the athlete or the feet are seen too little.
        DrillError: the drill is not in the clip.
    """
    chosen = None if drill == "auto" else get_drill(drill)
    _check_sight(estimate.track, info)
    motion, warnings = build_motion(
        estimate.track,
        info,
        height_m=athlete.height_m,
        slow_motion=slow_motion,
        corrections=corrections,
        duplicate_share=estimate.duplicate_share,
    )
    if chosen is None:
        found = recognise(motion, info.name)
    else:
        found = Recognised(chosen, 1.0, restrict_to(chosen, motion))
    verdict = found.drill.judge(found.motion, athlete, info.name)
    notices = (
        *model_notices(model),
        *other_drill_notices(found, motion.clock),
        *clip_notices(estimate, motion),
        *condition_notices(estimate, motion),
        *warnings,
        *verdict.warnings,
    )
    basis = Basis(estimate, info, drill, model, athlete, slow_motion)
    return assemble(basis, motion, found, verdict, notices, tuple(corrections))


def _check_range(name: str, value: float | None, low: float, high: float, unit: str) -> None:
    if value is not None and not low <= value <= high:
        raise UsageError(name, f"{value:g} {unit} is out of range", f"give {low:g} to {high:g} {unit}")


def _check_sight(track: PoseTrack, info: VideoInfo) -> None:
    """Raise `PoseError` where too little of the athlete is seen to say anything."""
    found = float(track.found.mean())
    if found < _LEAST_FOUND or track.found.sum() < _LEAST_FRAMES:
        raise PoseError(info.name, f"the athlete is seen in only {100 * found:.0f} % of frames", _FILM_PERSON)
    inside = feet_inside_share(track)
    if inside < _LEAST_FEET_INSIDE:
        share = 100 * (1 - inside)
        raise PoseError(info.name, f"the feet are outside the picture in {share:.0f} % of frames", _FILM_FEET)
