"""`analyze`: from a video file to an `Analysis`. The only place where the parts are put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

from kickform._grounded import off_the_ground
from kickform.amend import Amended, amend, as_sure_as, flights_between
from kickform.assembly import assemble
from kickform.basis import Basis
from kickform.clock import Clock, on_clock
from kickform.conditions import condition_notices, distinct_share
from kickform.contacts import time_contacts
from kickform.corrections import Correction
from kickform.drills import Athlete, get_drill
from kickform.errors import DrillError, PoseError, UsageError
from kickform.flights import find_coarse_flights
from kickform.footflow import follow_feet
from kickform.kinematics import (
    at_one_distance,
    body_height_px,
    centre_of_mass_px,
    compute_angles,
    distance_ratio,
    estimate_view,
    upward,
    without_leaps,
)
from kickform.models import ModelName
from kickform.motion import Flight, Motion, Scale, SlowMotion, View
from kickform.notices import clip_notices, model_notices, other_drill_notices, scale_notices
from kickform.pose import PoseEstimate, estimate_pose, feet_inside_share
from kickform.ramped import without_vague
from kickform.ramps import clock_by_flights, clock_by_frames
from kickform.recognition import Recognised, recognise, restrict_to
from kickform.result import Analysis, Notice
from kickform.scale import fuse, scale_from_gravity, scale_from_stature
from kickform.sides import repair_sides
from kickform.solepaths import LAYINGS
from kickform.standstill import Treads
from kickform.steps import steps_of
from kickform.thighs import followed_px
from kickform.timebase import decide_slow_motion, look_at_speeds, real_flights
from kickform.track import FloatArray, PoseTrack
from kickform.video import Progress, VideoInfo, probe

__all__ = ["Analysis", "analyze", "correct", "judge_estimate", "motion_of", "with_feet"]

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
        corrections: events put right by hand (`kickform.corrections`); all else is computed from them.
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
        estimate: as `kickform.pose.estimate_pose` gave it.
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
    motion, warnings = motion_of(
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
        *other_drill_notices(found),
        *clip_notices(estimate, motion),
        *condition_notices(estimate, motion),
        *warnings,
        *verdict.warnings,
    )
    basis = Basis(estimate, info, drill, model, athlete, slow_motion)
    return assemble(basis, motion, found, verdict, notices, tuple(corrections))


def motion_of(
    track: PoseTrack,
    info: VideoInfo,
    *,
    height_m: float | None = None,
    slow_motion: float | None = None,
    corrections: Sequence[Correction] = (),
    duplicate_share: float = 0.0,
    quick: bool = False,
) -> tuple[Motion, tuple[Notice, ...]]:
    """Turn a pose track into the motion that drills are judged on, with what there is to warn of.

    Args:
        track: the athlete's landmarks.
        info: the clip they come from (frame rate and capture rate are used).
        height_m: stature in metres, if known.
        slow_motion: the user's word on slow motion, if any.
        corrections: events put right by hand.
        duplicate_share: share of the frames that repeat the one before.
        quick: look at the soles in one way instead of six, for verdicts that must come while frames do.

    Raises:
        UsageError: the slow-motion factor is out of range, or a correction cannot be.
    """
    if slow_motion is None:
        by_frames = clock_by_frames(track.time_s)
        if by_frames is not None:
            clock = _checked(by_frames, track, info)
            return _ramped(clock, track, info, height_m, corrections, duplicate_share)
    track, _ = repair_sides(track)
    raw = upward(track)
    factor = 1.0
    for _ in range(2):  # the athlete's distance changes in real time, which is known only after a first look
        ratio = distance_ratio(track.time_s / factor, raw)
        xy_up = at_one_distance(raw, ratio, track.height_px)
        height_px = body_height_px(xy_up)
        com_px = centre_of_mass_px(without_leaps(track.time_s, xy_up, height_px))
        find = partial(find_coarse_flights, track.time_s, xy_up, com_px, height_px)
        candidates, slow = look_at_speeds(find, info.mean_fps, user=slow_motion, capture_fps=info.capture_fps)
        if slow.factor == factor:
            break
        factor = slow.factor
    flights = real_flights(candidates, slow.factor)
    if slow.source != "user":
        by_flights = clock_by_flights(find, flights, slow.factor)
        if by_flights is not None:
            return _ramped(by_flights, track, info, height_m, corrections, duplicate_share)
    view = estimate_view(track)
    stature = {"stature_m": height_m} if height_m else {}
    if track.feet is not None:
        step = track.feet.step_px[:, :, 0] / (height_px * ratio)[:, None, None]
        flights = off_the_ground(flights, track.time_s, step, slow.factor)
    train = time_contacts(
        track.time_s,
        xy_up,
        track.visibility,
        height_px,
        flights,
        slow.factor,
        **stature,
        feet=track.feet,
        size_ratio=ratio,
        hidden=_hidden_side(view),
        ways=1 if quick else len(LAYINGS),
    )
    treads = None
    if track.feet is not None:
        treads = Treads.of(track.feet, track.time_s / slow.factor, height_px * ratio, view.facing)
    steps = steps_of(
        track.time_s, xy_up, height_px, view.facing, train.contacts, train.flights, slow.factor, treads
    )
    distinct = distinct_share(duplicate_share)
    contacts, steps = (as_sure_as(pieces, track.time_s, distinct) for pieces in (train.contacts, steps))
    held = Amended(contacts, flights_between(contacts), steps)
    if corrections:
        held = amend(contacts, steps, corrections, track.time_s, slow.factor, 1 / distinct)
    by_gravity = _by_gravity(track, ratio, held.flights, height_px, slow.factor)
    by_stature = scale_from_stature(height_px, height_m) if height_m else None
    motion = Motion(
        track=track,
        angles=compute_angles(track, view, slow.factor),
        contacts=held.contacts,
        flights=held.flights,
        scale=fuse(by_gravity, by_stature),
        view=view,
        slow_motion=slow,
        fps=info.mean_fps * distinct,
        size_ratio=ratio,
        steps=held.steps,
    )
    return motion, (*held.notices, *scale_notices(by_gravity, by_stature))


def _by_gravity(
    track: PoseTrack, ratio: FloatArray, flights: Sequence[Flight], height_px: float, factor: float
) -> Scale | None:
    """Return the scale from the body's fall, hips and knees put where the thighs were followed to."""
    xy_px, followed = followed_px(track, flights, height_px)
    xy_up = at_one_distance(upward(replace(track, xy_px=xy_px)), ratio, track.height_px)
    return scale_from_gravity(track.time_s, centre_of_mass_px(xy_up), flights, factor, followed)


def _hidden_side(view: View) -> Literal["left", "right"] | None:
    """Return the leg that a side view half hides behind the other one."""
    if view.plane != "sagittal":
        return None
    return "right" if view.near_side == "left" else "left"


def _ramped(
    clock: Clock,
    track: PoseTrack,
    info: VideoInfo,
    height_m: float | None,
    corrections: Sequence[Correction],
    duplicate_share: float,
) -> tuple[Motion, tuple[Notice, ...]]:
    """Return the motion of a file that ramps its speed, on the even clock of real time."""
    real, even = _evened(clock, track, info)
    motion, notices = motion_of(
        real,
        even,
        height_m=height_m,
        slow_motion=1.0,
        corrections=on_clock(corrections, clock),
        duplicate_share=duplicate_share,
    )
    slow = SlowMotion(1.0, "physics")
    return replace(without_vague(motion, clock), slow_motion=slow, clock=clock), notices


def _evened(clock: Clock, track: PoseTrack, info: VideoInfo) -> tuple[PoseTrack, VideoInfo]:
    """Return track and clip as they would be if the file played evenly, by `clock`."""
    times = clock.real_s(track.time_s)
    return replace(track, time_s=times), replace(
        info, mean_fps=1 / float(np.median(np.diff(times))), capture_fps=None
    )


def _checked(clock: Clock, track: PoseTrack, info: VideoInfo) -> Clock:
    """Return a clock that the frames' times gave as the jumps have it: all may be slower, or parts of it."""
    motion, _ = motion_of(*_evened(clock, track, info))
    if motion.clock is not None:
        return clock.then(motion.clock)
    return clock.slower(motion.slow_motion.factor)


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
