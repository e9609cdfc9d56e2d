"""From a pose track to the motion that drills judge, in stages.

1. `estimate_clock`: how slowly the file, or each part of it, plays. After this all times are real seconds.
2. `observe`: legs named, landmarks scaled to one distance, view and stature in pixels.
3. `detect_flights`: when the body is in the air, to within a frame or two.
4. `time_contacts`, `detect_steps`: touchdowns and take-offs of the body and of each foot, with their SDs.
5. `apply_corrections`: events that a person set.
6. Scale and angles.
"""

from __future__ import annotations

import math
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
from kickform.pipeline.apply_corrections import CorrectedContacts, apply_corrections, flights_between
from kickform.pipeline.conditions import distinct_share
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
    """Return the motion that drills judge, and warnings about it.

    Args:
        track: the athlete's landmarks, file seconds.
        info: the clip they come from (its frame rate and capture rate are used).
        height_m: stature in metres, if known.
        slow_motion: the user's slow-motion factor, if any.
        corrections: events that a person set, file seconds.
        duplicate_share: share of the frames that repeat the one before, 0 to 1.
        quick: seed the points on the soles in one way instead of six, for live verdicts.

    Returns:
        The motion, in real seconds, and its warnings.

    Raises:
        UsageError: the slow-motion factor is out of range, or a correction is impossible.
    """
    clock, source = estimate_clock(track, info, slow_motion)
    real, _ = fix_leg_swaps(replace(track, time_s=clock.real_s(track.time_s)))
    view = estimate_view(real)
    seen = observe(real, view, height_m)
    train = time_contacts(seen, detect_flights(seen), 1 if quick else len(SEEDINGS))
    distinct = distinct_share(duplicate_share)
    corrected = _with_corrections(train, detect_steps(seen, train), corrections, seen, clock, distinct)
    by_gravity = _scale_from_fall(real, seen, corrected.flights)
    by_stature = scale_from_stature(seen.height_px, height_m) if height_m else None
    motion = Motion(
        track=real,
        angles=compute_angles(real, view),
        contacts=corrected.contacts,
        flights=corrected.flights,
        scale=fuse(by_gravity, by_stature),
        view=view,
        slow_motion=SlowMotion(1.0, source),
        fps=_real_fps(clock, real.time_s, info) * distinct,
        steps=corrected.steps,
        size_ratio=seen.size_ratio,
        clock=clock,
    )
    return _without_vague(motion), (*corrected.notices, *scale_notices(by_gravity, by_stature))


def estimate_clock(
    track: PoseTrack, info: VideoInfo, slow_motion: float | None = None
) -> tuple[Clock, ClockSource]:
    """Return how slowly the file plays, and the source of that.

    The user's factor holds for the whole file. Without one, the frame times show ramps to a frame, and the
    jumps show how fast a body falls.

    Args:
        track: the athlete's landmarks, file seconds.
        info: the clip they come from.
        slow_motion: the user's factor, if any.

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
    """Return the clock from the user, the container, or the fall of the body in its jumps."""
    if slow_motion is not None:
        user = decide_slow_motion((), info.mean_fps, user=slow_motion)
        return Clock.even(user.factor, float(track.time_s[0]), float(track.time_s[-1])), user.source
    track, _ = fix_leg_swaps(track)
    factor = 1.0
    for _ in range(2):  # the athlete's distance depends on real time, which only a first pass gives
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
    """Return a function that finds flights for a file that plays a given number of times slower.

    Args:
        track: landmarks, file seconds.
        factor: present estimate of the slow-motion factor, for the athlete's distance.
    """
    raw = upward(track)
    xy_up = normalize_distance(raw, distance_ratio(track.time_s / factor, raw), track.height_px)
    height_px = body_height_px(xy_up)
    com_px = centre_of_mass_px(remove_leaps(track.time_s, xy_up, height_px))

    def find(slower: float) -> list[FlightCandidate]:
        return find_flight_candidates(track.time_s / slower, xy_up, com_px, height_px)

    return find


def observe(track: PoseTrack, view: View, height_m: float | None = None) -> Observation:
    """Return the landmarks of the athlete scaled to one distance from the camera.

    Args:
        track: landmarks, real seconds, legs named.
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
    """Return the flights in which the body falls with g and the feet leave the ground; real seconds."""
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
) -> CorrectedContacts:
    """Return contacts, flights and steps with SDs widened for repeated frames, corrections applied."""
    contacts = widen_sd_for_repeats(train.contacts, seen.time_s, distinct)
    steps = widen_sd_for_repeats(steps, seen.time_s, distinct)
    if not corrections:
        return CorrectedContacts(contacts, flights_between(contacts), steps)
    return apply_corrections(contacts, steps, corrections, seen.time_s, 1 / distinct, clock)


def _without_vague(motion: Motion) -> Motion:
    """Return the motion with infinite SDs for contacts across a vaguely known change of speed."""
    borders = [motion.clock.real_s(vague) for vague in motion.clock.vague_s]
    if not borders:
        return motion

    def known(contact: Contact) -> Contact:
        across = any(contact.touchdown_s < border < contact.takeoff_s for border in borders)
        return replace(contact, sd_s=math.inf) if across and not contact.corrected else contact

    return replace(motion, contacts=tuple(map(known, motion.contacts)), steps=tuple(map(known, motion.steps)))


def _real_fps(clock: Clock, real_s: FloatArray, info: VideoInfo) -> float:
    """Return the frames in a real second; in a ramped file, from the median interval."""
    if clock.ramped:
        return 1 / float(np.median(np.diff(real_s)))
    return info.mean_fps * clock.segments[0].factor


def _scale_from_fall(track: PoseTrack, seen: Observation, flights: Sequence[Flight]) -> Scale | None:
    """Return the scale from the body's fall, with hips and knees corrected by the thighs' optical flow."""
    xy_px, followed = followed_px(track, flights, seen.height_px)
    xy_up = normalize_distance(upward(replace(track, xy_px=xy_px)), seen.relative_size, track.height_px)
    return scale_from_gravity(track.time_s, centre_of_mass_px(xy_up), flights, followed)


def _occluded_side(view: View) -> Literal["left", "right"] | None:
    """Return the far leg of a side view, which the other leg half hides."""
    if view.plane != "sagittal":
        return None
    return "right" if view.near_side == "left" else "left"
