"""`analyze`: from a video file to an `Analysis`, stage by stage."""

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
from kickform.pipeline.recognize import RecognizedDrill, recognize_drill, restrict_to
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

_LEAST_FEET_INSIDE = 0.5  # convention: half of the frames
_LEAST_FOUND = 0.3  # convention: a third of a clip may be the set
_LEAST_FRAMES = 8  # convention: fewer hold no contact and flight
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
        drill: id of a drill (`kickform.drills.all_drills`), or "auto" to recognize it from the movement.
        model: pose bundle: "heavy" (the most exact), "full" or "lite".
        height_m: the athlete's stature, metres; sharpens the scale.
        mass_kg: the athlete's mass, kilograms; gives leg stiffness.
        slow_motion: how many times slower than real time the file plays; default: tag, then physics.
        corrections: events that a person set (`kickform.events.corrections`); all numbers follow from them.
        progress: called with a stage and a fraction 0 to 1; returning False cancels.

    Raises:
        UsageError: an argument is out of range, there is no such drill, or a correction is impossible.
        VideoError: the file cannot be read as a video, or is too short.
        PoseError: the athlete or the feet cannot be seen well enough.
        DrillError: the drill (with "auto": any drill) is not in the clip.
        Cancelled: `progress` returned False.
    """
    _check_range("height", height_m, 0.8, 2.5, "m")
    _check_range("mass", mass_kg, 15, 250, "kg")
    if drill != "auto":
        get_drill(drill)  # fail before the work, not after it
    if slow_motion is not None:
        decide_slow_motion((), 0.0, user=slow_motion)  # the same for a factor out of range
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
    """Return the estimate with the optical flow of the feet, which times the contacts.

    Args:
        estimate: as `kickform.pose.estimate.estimate_pose` gave it.
        info: the clip it comes from.
        progress: called with ("feet", fraction); returning False cancels.

    Raises:
        VideoError: the file can no longer be read.
        Cancelled: `progress` returned False.
    """
    if estimate.track.found.sum() < _LEAST_FRAMES:
        return estimate
    feet = follow_feet(info, estimate.track, progress=progress)
    return replace(estimate, track=replace(estimate.track, feet=feet))


def correct(analysis: Analysis, corrections: Sequence[Correction]) -> Analysis:
    """Return the analysis of the same clip with exactly these corrections.

    The analysis keeps the poses, so that this takes only a moment.

    Args:
        analysis: made in this process, not read back from its JSON.
        corrections: all corrections of the clip, in their order; none restores the automatic result.

    Raises:
        UsageError: a correction is impossible, or the analysis was read back and has no poses.
        DrillError: with these corrections the drill is no longer in the clip.
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
        return judged(analysis.drill)  # a correction must not change which drill it is


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
    """Return the analysis of known poses: motion, drill, verdict.

    Args:
        estimate: the pose track and what was noticed on the way.
        info: the clip it comes from.
        drill: id of a drill, or "auto".
        model: pose bundle that was used.
        athlete: height and mass, where known.
        slow_motion: the user's slow-motion factor, if any.
        corrections: events that a person set.

    Raises:
        UsageError: there is no such drill, the slow-motion factor is out of range, or a correction is
            impossible.
        PoseError: the athlete or the feet are seen in too few frames.
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
        found = recognize_drill(motion, info.name)
    else:
        found = RecognizedDrill(chosen, 1.0, restrict_to(chosen, motion))
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
    """Raise `PoseError` where too little of the athlete is seen for any result."""
    found = float(track.found.mean())
    if found < _LEAST_FOUND or track.found.sum() < _LEAST_FRAMES:
        raise PoseError(info.name, f"the athlete is seen in only {100 * found:.0f} % of frames", _FILM_PERSON)
    inside = feet_inside_share(track)
    if inside < _LEAST_FEET_INSIDE:
        share = 100 * (1 - inside)
        raise PoseError(info.name, f"the feet are outside the picture in {share:.0f} % of frames", _FILM_FEET)
