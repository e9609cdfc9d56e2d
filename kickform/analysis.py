"""`analyze`: from a video file to an `Analysis`. The only place where the parts are put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

from kickform import __version__
from kickform.amend import Amended, amend, as_sure_as, flights_between
from kickform.basis import Basis
from kickform.clock import Clock, on_clock
from kickform.conditions import condition_notices, distinct_share, marked_coarse
from kickform.contacts import time_contacts
from kickform.corrections import Correction
from kickform.drills import Athlete, Verdict, get_drill
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
)
from kickform.models import ModelName
from kickform.motion import Contact, Flight, Motion, Scale, SlowMotion, View
from kickform.pose import PoseEstimate, estimate_pose, feet_inside_share
from kickform.ramped import motion_on_file_clock, verdict_on_file_clock, without_vague
from kickform.ramps import clock_by_flights, clock_by_frames
from kickform.recognition import Recognised, recognise, restrict_to
from kickform.result import (
    ESTIMATOR_VERSION,
    Analysis,
    ContactResult,
    FlightResult,
    Notice,
    RepResult,
    ScaleResult,
    Summary,
    VideoResult,
    ViewResult,
)
from kickform.scale import (
    G,
    disagreement_pct,
    fuse,
    jump_height_m,
    scale_from_gravity,
    scale_from_stature,
)
from kickform.sides import repair_sides
from kickform.steps import steps_of
from kickform.timebase import decide_slow_motion, look_at_speeds, real_flights
from kickform.track import PoseTrack
from kickform.video import Progress, VideoInfo, probe

__all__ = ["Analysis", "analyze", "correct", "judge_estimate", "motion_of", "with_feet"]

_LEAST_FEET_INSIDE = 0.5
_LEAST_FOUND = 0.3
_LEAST_FRAMES = 8
_SCALE_DISAGREEMENT_PCT = 8.0
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
        *_model_notices(model),
        *_other_drills(found),
        *_clip_notices(estimate, motion),
        *condition_notices(estimate, motion),
        *warnings,
        *verdict.warnings,
    )
    basis = Basis(estimate, info, drill, model, athlete, slow_motion)
    return _assemble(basis, motion, found, verdict, notices, tuple(corrections))


def motion_of(
    track: PoseTrack,
    info: VideoInfo,
    *,
    height_m: float | None = None,
    slow_motion: float | None = None,
    corrections: Sequence[Correction] = (),
    duplicate_share: float = 0.0,
) -> tuple[Motion, tuple[Notice, ...]]:
    """Turn a pose track into the motion that drills are judged on, with what there is to warn of.

    Args:
        track: the athlete's landmarks.
        info: the clip they come from (frame rate and capture rate are used).
        height_m: stature in metres, if known.
        slow_motion: the user's word on slow motion, if any.
        corrections: events put right by hand.
        duplicate_share: share of the frames that repeat the one before.

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
        com_px = centre_of_mass_px(xy_up)
        height_px = body_height_px(xy_up)
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
    )
    steps = steps_of(track.time_s, xy_up, height_px, view.facing, train.contacts, train.flights, slow.factor)
    distinct = distinct_share(duplicate_share)
    contacts, steps = (as_sure_as(pieces, track.time_s, distinct) for pieces in (train.contacts, steps))
    held = Amended(contacts, flights_between(contacts), steps)
    if corrections:
        held = amend(contacts, steps, corrections, track.time_s, slow.factor, 1 / distinct)
    by_gravity = scale_from_gravity(track.time_s, com_px, held.flights, slow.factor)
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
    return motion, (*held.notices, *_scale_notices(by_gravity, by_stature))


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


def _model_notices(model: str) -> list[Notice]:
    """Return the warning that a faster model calls for: its feet are too coarse for the stated ranges."""
    if model == "heavy":
        return []
    text = (
        f"The {model} model sees the feet less exactly: jumps may be missed and contact times be off by more"
    )
    return [
        Notice("coarse_model", f"{text} than their range says. Use the heavy model before you rely on them.")
    ]


def _other_drills(found: Recognised) -> list[Notice]:
    """Return where in the clip another drill was done, and how to have it judged."""
    return [
        Notice(
            "another_drill",
            f"From {start:.1f} to {end:.1f} s there are {drill.title.lower()} as well; they are not in this "
            f"verdict. Choose that drill ({drill.id}) to have them judged.",
        )
        for drill, start, end in found.others
    ]


def _clip_notices(estimate: PoseEstimate, motion: Motion) -> list[Notice]:
    """Return the warnings about the clip, each with its cure."""
    # Damaged frames are told of below, with what to do about them; once is enough.
    notices = [Notice(code, message) for code, message in estimate.warnings if code != "corrupt_frames"]
    slow = motion.slow_motion
    if motion.clock is not None:
        notices.append(_ramp_notice(motion.clock))
    elif slow.source in ("physics", "container"):
        text = f"The clip plays {slow.factor:g} times slower than life; times are given in real time."
        notices.append(
            Notice("slow_motion", f"{text} If that is wrong, say so with the slow-motion setting.")
        )
    if estimate.corrupt_frames:
        text = (
            f"{estimate.corrupt_frames} damaged frames were skipped; copy the file again if there are many."
        )
        notices.append(Notice("corrupt_frames", text))
    if motion.view.plane != "sagittal":
        text = f"The camera stands about {motion.view.yaw_deg:.0f}° off the side view."
        cure = "Contact times hold, joint angles are withheld: film from the side for angles."
        notices.append(Notice("view", f"{text} {cure}"))
    return notices


def _ramp_notice(clock: Clock) -> Notice:
    """Return what is said of a file that ramps its speed."""
    parts = ", ".join(
        f"{part.factor:g} times slower from {part.start_s:.1f} to {part.stop_s:.1f} s"
        for part in clock.segments
        if part.factor > 1
    )
    text = f"The clip's speed changes: it plays {parts}; times are given in real time."
    return Notice("speed_ramp", f"{text} If that is wrong, say so with the slow-motion setting.")


def _scale_notices(by_gravity: Scale | None, by_stature: Scale | None) -> list[Notice]:
    apart = disagreement_pct(by_gravity, by_stature)
    if apart <= _SCALE_DISAGREEMENT_PCT:
        return []
    text = f"The height given and gravity disagree on the scale by {apart:.0f} %."
    return [Notice("scale", f"{text} Check the height, and that the clip is not in unnoticed slow motion.")]


def _assemble(
    basis: Basis,
    motion: Motion,
    found: Recognised,
    verdict: Verdict,
    notices: Sequence[Notice],
    corrections: tuple[Correction, ...],
) -> Analysis:
    """Put the parts together, durations in real time."""
    factor, clock = motion.slow_motion.factor, motion.clock
    real_fps = motion.fps * factor
    contacts = tuple(_contact_result(contact, factor, clock) for contact in verdict.contacts)
    flights = _flight_results(verdict, factor, clock)
    if clock is not None:
        motion, verdict = motion_on_file_clock(motion, clock), verdict_on_file_clock(verdict, clock)
    source: Literal["user", "auto"] = "auto" if basis.drill == "auto" else "user"
    return Analysis(
        drill=found.drill.id,
        variant=verdict.variant,
        drill_source=source,
        video=_video_result(basis.info, basis.estimate, motion),
        view=ViewResult(motion.view.plane, motion.view.yaw_deg),
        scale=_scale_result(motion.scale),
        contacts=contacts,
        flights=flights,
        reps=verdict.reps,
        summary=Summary(verdict.score, marked_coarse(verdict.metrics, real_fps), verdict.headline),
        findings=verdict.findings,
        warnings=tuple(notices),
        kickform_version=__version__,
        model=basis.model,
        drill_confidence=found.confidence if source == "auto" else None,
        corrections=corrections,
        estimator_version=ESTIMATOR_VERSION,
        motion=motion,
        basis=basis,
    )


def _video_result(info: VideoInfo, estimate: PoseEstimate, motion: Motion) -> VideoResult:
    return VideoResult(
        # A file name need not be text; one that is not would break the JSON and the terminal.
        name=info.name.encode("utf-8", "replace").decode("utf-8"),
        width=info.width,
        height=info.height,
        rotation_deg=info.rotation_deg,
        duration_s=info.duration_s,
        frames=len(estimate.track),
        mean_fps=info.mean_fps,
        variable_frame_rate=info.variable_frame_rate,
        slow_motion_factor=motion.slow_motion.factor,
        slow_motion_source=motion.slow_motion.source,
        corrupt_frames=estimate.corrupt_frames,
        speed_segments=() if motion.clock is None else motion.clock.segments,
        effective_fps=motion.fps * motion.slow_motion.factor,
    )


def _scale_result(scale: Scale | None) -> ScaleResult | None:
    return None if scale is None else ScaleResult(scale.m_per_px, scale.source, scale.sd_pct)


def _contact_result(contact: Contact, factor: float, clock: Clock | None) -> ContactResult:
    by_hand: tuple[tuple[Literal["touchdown", "takeoff"], bool], ...] = (
        ("touchdown", contact.touchdown_by_hand),
        ("takeoff", contact.takeoff_by_hand),
    )
    return ContactResult(
        side=contact.side,
        touchdown_s=_shown_s(contact.touchdown_s, clock),
        takeoff_s=_shown_s(contact.takeoff_s, clock),
        contact_time_ms=1000 * contact.duration_s / factor,
        sd_ms=1000 * contact.sd_s / factor,
        corrected=contact.corrected,
        corrected_events=tuple(event for event, set_by_hand in by_hand if set_by_hand),
    )


def _shown_s(time_s: float, clock: Clock | None) -> float:
    """Return a time of the motion on the file's own timeline."""
    return time_s if clock is None else clock.file_s(float(time_s))


def _flight_results(verdict: Verdict, factor: float, clock: Clock | None) -> tuple[FlightResult, ...]:
    reps = {rep.end_s: rep for rep in verdict.reps}
    return tuple(_flight_result(f, factor, clock, reps.get(f.touchdown_s)) for f in verdict.flights)


def _flight_result(flight: Flight, factor: float, clock: Clock | None, rep: RepResult | None) -> FlightResult:
    """Return the flight with the height of the rep that it is; without a rep, g t^2 / 8."""
    flight_s, sd_s = flight.duration_s / factor, flight.sd_s / factor
    height_cm = 100 * jump_height_m(flight_s)
    sd_cm = 100 * G * flight_s / 4 * sd_s
    if rep is not None and "jump_height_cm" in rep.metrics:
        height_cm, sd_cm = rep.metrics["jump_height_cm"], rep.sds["jump_height_cm"]
    takeoff_s, touchdown_s = _shown_s(flight.takeoff_s, clock), _shown_s(flight.touchdown_s, clock)
    return FlightResult(takeoff_s, touchdown_s, 1000 * flight_s, height_cm, sd_cm)
