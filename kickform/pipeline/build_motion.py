"""From a pose track to the motion that drills are judged on: one stage after the other.

1. `estimate_clock`: how slowly the file plays, or its parts. From here on all times are real seconds.
2. `observe`: legs named, landmarks brought to one distance, view and stature in pixels.
3. `detect_flights`: when the body is in the air, to within a frame or two.
4. `time_contacts`, `detect_steps`: touchdowns and take-offs of the body and of each foot, with their SDs.
5. `amend`: events that a person set.
6. scale and angles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from kickform.events.clock import Clock
from kickform.events.contacts import time_contacts
from kickform.events.corrections import Correction
from kickform.events.flights.candidates import FlightCandidate, find_flight_candidates
from kickform.events.flights.grounded import drop_grounded_flights
from kickform.events.flights.selection import real_flights
from kickform.events.observation import USUAL_STATURE_M, Observation
from kickform.events.repeated_frames import widen_sd_for_repeats
from kickform.events.slow_motion import decide_slow_motion, estimate_slow_motion
from kickform.events.soles.paths import SEEDINGS
from kickform.events.speed_ramps import clock_by_flights, clock_by_frames
from kickform.events.steps.detect import detect_steps
from kickform.events.types import Contact, ContactTrain, Flight, SlowMotion
from kickform.motion.kinematics import centre_of_mass_px, compute_angles, estimate_view
from kickform.motion.motion import Motion, Scale, View
from kickform.motion.scale import fuse, scale_from_gravity, scale_from_stature
from kickform.motion.thigh_correction import followed_px
from kickform.numeric import FloatArray
from kickform.pipeline.apply_corrections import Amended, amend, flights_between
from kickform.pipeline.conditions import distinct_share
from kickform.pipeline.file_clock import without_vague
from kickform.pipeline.warnings import scale_notices
from kickform.pose.filtering import remove_leaps
from kickform.pose.geometry import body_height_px, distance_ratio, normalize_distance, upward
from kickform.pose.leg_identity import fix_leg_swaps
from kickform.pose.track import PoseTrack
from kickform.results.findings import Notice
from kickform.video.reader import VideoInfo

__all__ = ["build_motion", "detect_flights", "estimate_clock", "observe"]

ClockSource = Literal["user", "container", "physics", "none"]


def build_motion(
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
        track: the athlete's landmarks, at file seconds.
        info: the clip they come from (frame rate and capture rate are used).
        height_m: stature in metres, if known.
        slow_motion: the user's word on slow motion, if any.
        corrections: events set by hand, at file seconds.
        duplicate_share: share of the frames that repeat the one before.
        quick: lay points on the soles in one way instead of six, for verdicts that must come while frames do.

    Returns:
        The motion, on the clock of real time, and its warnings.

    Raises:
        UsageError: the slow-motion factor is out of range, or a correction cannot be.
    """
    clock, source = estimate_clock(track, info, slow_motion)
    real, _ = fix_leg_swaps(replace(track, time_s=clock.real_s(track.time_s)))
    view = estimate_view(real)
    seen = observe(real, view, height_m)
    train = time_contacts(seen, detect_flights(seen), 1 if quick else len(SEEDINGS))
    distinct = distinct_share(duplicate_share)
    held = _with_corrections(train, detect_steps(seen, train), corrections, seen, clock, distinct)
    by_gravity = _scale_from_fall(real, seen, held.flights)
    by_stature = scale_from_stature(seen.height_px, height_m) if height_m else None
    motion = Motion(
        track=real,
        angles=compute_angles(real, view),
        contacts=held.contacts,
        flights=held.flights,
        scale=fuse(by_gravity, by_stature),
        view=view,
        slow_motion=SlowMotion(1.0, source),
        fps=_real_fps(clock, real.time_s, info) * distinct,
        steps=held.steps,
        size_ratio=seen.size_ratio,
        clock=clock,
    )
    return without_vague(motion), (*held.notices, *scale_notices(by_gravity, by_stature))


def estimate_clock(
    track: PoseTrack, info: VideoInfo, slow_motion: float | None = None
) -> tuple[Clock, ClockSource]:
    """Return how slowly the file plays, and who says so.

    The user's word holds throughout; else the times of the frames show ramps to a frame, and the jumps show
    how fast a body falls.

    Args:
        track: the athlete's landmarks, at file seconds.
        info: the clip they come from.
        slow_motion: the user's word, if any.

    Raises:
        UsageError: `slow_motion` is out of range.
    """
    if slow_motion is None:
        by_frames = clock_by_frames(track.time_s)
        if by_frames is not None:
            real_s = by_frames.real_s(track.time_s)
            even = replace(info, mean_fps=1 / float(np.median(np.diff(real_s))), capture_fps=None)
            by_jumps, _ = _clock_by_jumps(replace(track, time_s=real_s), even, None)
            if by_jumps.ramped:
                return by_frames.then(by_jumps), "physics"
            return by_frames.slower(by_jumps.segments[0].factor), "physics"
    return _clock_by_jumps(track, info, slow_motion)


def _clock_by_jumps(
    track: PoseTrack, info: VideoInfo, slow_motion: float | None
) -> tuple[Clock, ClockSource]:
    """Return the clock that the user, the container or the fall of the body in its jumps gives."""
    if slow_motion is not None:
        user = decide_slow_motion((), info.mean_fps, user=slow_motion)
        return Clock.even(user.factor, float(track.time_s[0]), float(track.time_s[-1])), user.source
    track, _ = fix_leg_swaps(track)
    factor = 1.0
    for _ in range(2):  # the athlete's distance changes in real time, which is known only after a first look
        find = _flight_finder(track, factor)
        slow = estimate_slow_motion(find, info.mean_fps, capture_fps=info.capture_fps)
        if slow.factor == factor:
            break
        factor = slow.factor
    by_flights = clock_by_flights(find, slow.factor)
    if by_flights is not None:
        return by_flights, "physics"
    return Clock.even(slow.factor, float(track.time_s[0]), float(track.time_s[-1])), slow.source


def _flight_finder(track: PoseTrack, factor: float) -> Callable[[float], list[FlightCandidate]]:
    """Return what finds flights if the file played so many times slower than life.

    Args:
        track: landmarks at file seconds.
        factor: how slowly it plays as far as known, for the athlete's distance.
    """
    raw = upward(track)
    xy_up = normalize_distance(raw, distance_ratio(track.time_s / factor, raw), track.height_px)
    height_px = body_height_px(xy_up)
    com_px = centre_of_mass_px(remove_leaps(track.time_s, xy_up, height_px))

    def find(slower: float) -> list[FlightCandidate]:
        return find_flight_candidates(track.time_s / slower, xy_up, com_px, height_px)

    return find


def observe(track: PoseTrack, view: View, height_m: float | None = None) -> Observation:
    """Return what the estimator sees of the athlete, at one distance from the camera.

    Args:
        track: landmarks at real seconds, legs named.
        view: where the camera stands.
        height_m: stature in metres, if known.

    Raises:
        ValueError: no frame has landmarks.
    """
    raw = upward(track)
    ratio = distance_ratio(track.time_s, raw)
    xy_up = normalize_distance(raw, ratio, track.height_px)
    return Observation(
        time_s=track.time_s,
        xy_up=xy_up,
        visibility=track.visibility,
        height_px=body_height_px(xy_up),
        facing=view.facing,
        size_ratio=ratio,
        occluded=_occluded_side(view),
        stature_m=height_m or USUAL_STATURE_M,
        feet=track.feet,
    )


def detect_flights(seen: Observation) -> list[FlightCandidate]:
    """Return the flights in which the body falls as it must and the feet leave the ground; real seconds."""
    com_px = centre_of_mass_px(remove_leaps(seen.time_s, seen.xy_up, seen.height_px))
    flights = real_flights(find_flight_candidates(seen.time_s, seen.xy_up, com_px, seen.height_px))
    step = seen.toe_step
    return flights if step is None else drop_grounded_flights(flights, seen.time_s, step)


def _with_corrections(
    train: ContactTrain,
    steps: Sequence[Contact],
    corrections: Sequence[Correction],
    seen: Observation,
    clock: Clock,
    distinct: float,
) -> Amended:
    """Return contacts, flights and steps with honest SDs and with what a person set."""
    contacts = widen_sd_for_repeats(train.contacts, seen.time_s, distinct)
    steps = widen_sd_for_repeats(steps, seen.time_s, distinct)
    if not corrections:
        return Amended(contacts, flights_between(contacts), steps)
    return amend(contacts, steps, corrections, seen.time_s, 1 / distinct, clock)


def _real_fps(clock: Clock, real_s: FloatArray, info: VideoInfo) -> float:
    """Return the frames in a real second; in a ramped file, by the usual interval."""
    if clock.ramped:
        return 1 / float(np.median(np.diff(real_s)))
    return info.mean_fps * clock.segments[0].factor


def _scale_from_fall(track: PoseTrack, seen: Observation, flights: Sequence[Flight]) -> Scale | None:
    """Return the scale from the body's fall, hips and knees put where the thighs were followed to."""
    xy_px, followed = followed_px(track, flights, seen.height_px)
    xy_up = normalize_distance(upward(replace(track, xy_px=xy_px)), seen.relative_size, track.height_px)
    return scale_from_gravity(track.time_s, centre_of_mass_px(xy_up), flights, followed)


def _occluded_side(view: View) -> Literal["left", "right"] | None:
    """Return the leg that a side view half hides behind the other one."""
    if view.plane != "sagittal":
        return None
    return "right" if view.near_side == "left" else "left"
