"""Motions of the rendered athlete without pictures: joints as seen, contacts, flights and steps as they are.

What a drill makes of a movement is so tested apart from how well the contacts were found.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from bench.athlete.spec import CameraSpec, CaptureSpec, ClipSpec
from bench.athlete.tracks import track_clip
from kickform.events.types import Contact, Flight, SlowMotion
from kickform.motion.kinematics import centre_of_mass_px, compute_angles, estimate_view
from kickform.motion.motion import Motion
from kickform.motion.scale import scale_from_gravity
from kickform.pose.geometry import upward
from kickform.pose.track import PoseTrack

SD_S = 0.006


def spec_of(motion: Any, **camera: Any) -> ClipSpec:
    """A 60 fps clip of the motion, from the side at 5.5 m if not said otherwise."""
    return ClipSpec(
        motion=motion,
        camera=CameraSpec(**{"distance_m": 5.5, **camera}),
        capture=CaptureSpec(fps=60.0, width=1280, height=720),
        seed=5,
    )


@cache
def known(spec: ClipSpec) -> tuple[Motion, dict[str, Any]]:
    """The motion of a clip with its true contacts, flights and steps, and the truth."""
    track, truth = track_clip(spec)
    assert spec.capture.slow_motion == 1, "drills see real seconds only"
    flights = tuple(
        Flight(f["takeoff_s"], f["touchdown_s"], SD_S)
        for f in sorted(truth["flights"], key=lambda f: f["takeoff_s"])
    )
    steps = tuple(
        Contact(c["side"], c["touchdown_s"], c["takeoff_s"], SD_S, SD_S, SD_S)
        for c in sorted(truth["contacts"], key=lambda c: c["touchdown_s"])
    )
    view = estimate_view(track)
    motion = Motion(
        track=track,
        angles=compute_angles(track, view),
        contacts=_contacts(track, flights, steps, SD_S),
        flights=flights,
        scale=scale_from_gravity(track.time_s, centre_of_mass_px(upward(track)), flights),
        view=view,
        slow_motion=SlowMotion(1.0, "none"),
        fps=60.0,
        steps=steps,
    )
    return motion, truth


def _contacts(
    track: PoseTrack, flights: tuple[Flight, ...], steps: tuple[Contact, ...], sd_s: float
) -> tuple[Contact, ...]:
    """What lies between the flights; one-sided where all its steps are of one side."""
    edges = [track.time_s[0], *(e for f in flights for e in (f.takeoff_s, f.touchdown_s)), track.time_s[-1]]
    contacts = []
    for number, (start, stop) in enumerate(zip(edges[::2], edges[1::2], strict=True)):
        sides = {s.side for s in steps if start <= (s.touchdown_s + s.takeoff_s) / 2 <= stop}
        side = sides.pop() if len(sides) == 1 else "both"
        first = math.inf if number == 0 else sd_s
        last = math.inf if number == len(flights) else sd_s
        contacts.append(Contact(side, float(start), float(stop), first, last, max(first, last)))
    return tuple(contacts)


def joined(first: Motion, second: Motion) -> Motion:
    """Both motions in one clip, the second after the first; seen alike."""
    shift = float(first.track.time_s[-1] + 0.02 - second.track.time_s[0])

    def later(contact: Contact) -> Contact:
        return replace(contact, touchdown_s=contact.touchdown_s + shift, takeoff_s=contact.takeoff_s + shift)

    one, two = first.track, second.track
    track = PoseTrack(
        np.concatenate([one.time_s, two.time_s + shift]),
        np.concatenate([one.xy_px, two.xy_px]),
        np.concatenate([one.world_m, two.world_m]),
        np.concatenate([one.visibility, two.visibility]),
        one.width_px,
        one.height_px,
    )
    flights = tuple(
        replace(f, takeoff_s=f.takeoff_s + shift, touchdown_s=f.touchdown_s + shift) for f in second.flights
    )
    return replace(
        first,
        track=track,
        angles=compute_angles(track, first.view),
        contacts=(*first.contacts, *map(later, second.contacts)),
        flights=(*first.flights, *flights),
        steps=(*first.steps, *map(later, second.steps)),
    )


def with_swapped_legs(motion: Motion, start_s: float, stop_s: float) -> Motion:
    """The motion as a pose model sees it that mixes up the legs between two times."""
    track = motion.track
    xy = track.xy_px.copy()
    inside = (track.time_s >= start_s) & (track.time_s <= stop_s)
    order = np.arange(33)
    order[23:33] = np.arange(23, 33).reshape(-1, 2)[:, ::-1].ravel()
    xy[inside] = xy[inside][:, order]
    mixed = PoseTrack(track.time_s, xy, track.world_m, track.visibility, track.width_px, track.height_px)
    return replace(motion, track=mixed, angles=compute_angles(mixed, motion.view))


def retimed(motion: Motion, seconds: list[float], becomes: list[float]) -> Motion:
    """The motion with its clock bent: what happened at `seconds` happens when `becomes` says."""

    def at(time_s: Any) -> Any:
        return np.interp(time_s, seconds, becomes)

    def moved(event: Any) -> Any:
        return replace(event, touchdown_s=float(at(event.touchdown_s)), takeoff_s=float(at(event.takeoff_s)))

    return replace(
        motion,
        track=replace(motion.track, time_s=at(motion.track.time_s)),
        contacts=tuple(map(moved, motion.contacts)),
        flights=tuple(map(moved, motion.flights)),
        steps=tuple(map(moved, motion.steps)),
    )
