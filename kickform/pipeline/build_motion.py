"""From a pose track to the motion that drills are judged on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

import numpy as np

from kickform.events.clock import Clock
from kickform.events.contacts import time_contacts
from kickform.events.corrections import Correction, on_clock
from kickform.events.fitting.foot_motion import Treads
from kickform.events.flights.candidates import find_coarse_flights
from kickform.events.flights.grounded import off_the_ground
from kickform.events.flights.selection import real_flights
from kickform.events.slow_motion import look_at_speeds
from kickform.events.soles.paths import LAYINGS
from kickform.events.speed_ramps import clock_by_flights, clock_by_frames
from kickform.events.steps.detect import steps_of
from kickform.events.types import Flight, SlowMotion
from kickform.motion.kinematics import centre_of_mass_px, compute_angles, estimate_view
from kickform.motion.motion import Motion, Scale, View
from kickform.motion.scale import fuse, scale_from_gravity, scale_from_stature
from kickform.motion.thigh_correction import followed_px
from kickform.numeric import FloatArray
from kickform.pipeline.apply_corrections import Amended, amend, as_sure_as, flights_between
from kickform.pipeline.conditions import distinct_share
from kickform.pipeline.file_clock import without_vague
from kickform.pipeline.warnings import scale_notices
from kickform.pose.filtering import remove_leaps
from kickform.pose.geometry import body_height_px, distance_ratio, normalize_distance, upward
from kickform.pose.leg_identity import fix_leg_swaps
from kickform.pose.track import PoseTrack
from kickform.results.findings import Notice
from kickform.video.reader import VideoInfo

__all__ = ["motion_of"]


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
    track, _ = fix_leg_swaps(track)
    raw = upward(track)
    factor = 1.0
    for _ in range(2):  # the athlete's distance changes in real time, which is known only after a first look
        ratio = distance_ratio(track.time_s / factor, raw)
        xy_up = normalize_distance(raw, ratio, track.height_px)
        height_px = body_height_px(xy_up)
        com_px = centre_of_mass_px(remove_leaps(track.time_s, xy_up, height_px))
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
    xy_up = normalize_distance(upward(replace(track, xy_px=xy_px)), ratio, track.height_px)
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
