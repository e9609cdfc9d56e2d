"""Who in the clip is the athlete: people seen in a few frames are linked over time, and one is chosen.

Private helper of :mod:`kickform.pose.landmarker`; pure functions on arrays. The choice is by size,
persistence and *vertical* motion of hips and ankles: a coach who stands nearer the camera does not move,
somebody who walks past hardly bobs and is there for part of the clip only. The constants are this project's
own, tuned on rendered, composed and public clips.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kickform.numeric import FloatArray
from kickform.pose.shirt_colour import shirt_colour

__all__ = [
    "MOVES",
    "Person",
    "PersonTrack",
    "Pose",
    "choose_athlete",
    "core_visibility",
    "drop_duplicate_people",
    "limb_size",
    "link_people",
    "to_person",
]

_SHOULDERS, _HIPS, _KNEES, _ANKLES = (11, 12), (23, 24), (25, 26), (27, 28)
_HEELS, _TOES = (29, 30), (31, 32)
_CORE = (*_SHOULDERS, *_HIPS, *_KNEES, *_ANKLES)
_MIN_CORE_VISIBILITY = 0.45
_UPRIGHT = 0.4
"""Least height between shoulders and ankles, in body sizes; a deep squat or a leap has 0.6 and more."""
_PAIR_S = (0.02, 0.45)
_SAME_OVERLAP = 0.6
_LINK_LIMIT = 2.5
_DRAWN_ON_S = 0.4
_FULL_MOTION = 0.08
_REST_CREDIT = 0.15
MOVES = 0.025
"""Vertical motion between the frames of a pair, in body sizes, from which a person is not standing."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Landmarks of one person in one picture.

    Attributes:
        xy_px: (33, 2) pixels of the picture it was found in, y downward.
        world_m: (33, 3) metres about the hips' midpoint, y downward.
        visibility: (33,) in [0, 1].
    """

    xy_px: FloatArray
    world_m: FloatArray
    visibility: FloatArray

    def shifted(self, by: FloatArray, scale: float = 1.0) -> Pose:
        """Return the pose shifted by `by` (2,) pixels, then scaled."""
        return Pose((self.xy_px + by) * scale, self.world_m, self.visibility)


@dataclass(frozen=True, slots=True)
class Person:
    """One person in one picture, in pixels of the full-size picture.

    Attributes:
        time_s: when.
        hip: (2,) midpoint of the hips.
        ankles: (2,) midpoint of the ankles, NaN where they lie outside the picture.
        box: (4,) left, top, right, bottom of all landmarks.
        size: limb length (torso + thigh + shank), which crouching does not shorten, pixels.
        colour: (3,) RGB of the shirt.
        visibility: mean visibility of shoulders, hips, knees, ankles.
        toes_ahead: how far the toes are to the right of the heels, in body sizes.
    """

    time_s: float
    hip: FloatArray
    ankles: FloatArray
    box: FloatArray
    size: float
    colour: FloatArray
    visibility: float
    toes_ahead: float = 0.0


@dataclass(slots=True)
class PersonTrack:
    """A person over time: sightings in order of time, and what they add up to.

    Attributes:
        sightings: where the person was.
        presence: share of the sampled frames with the person in it.
        motion: vertical motion of hips and ankles between the frames of a pair, in body sizes.
        score: the larger, the likelier this is the athlete.
    """

    sightings: list[Person] = field(default_factory=list)
    presence: float = 0.0
    motion: float = 0.0
    score: float = 0.0

    @property
    def size(self) -> float:
        """Median limb length, pixels."""
        return float(np.median([s.size for s in self.sightings]))

    def place_at(self, time_s: float) -> FloatArray:
        """(2,) hip midpoint at `time_s`: linear between sightings, drawn on a little beyond them, pixels."""
        times = np.array([s.time_s for s in self.sightings])
        hips = np.array([s.hip for s in self.sightings])
        place = np.array([np.interp(time_s, times, hips[:, k]) for k in (0, 1)])
        beyond = float(np.clip(time_s - np.clip(time_s, times[0], times[-1]), -_DRAWN_ON_S, _DRAWN_ON_S))
        if beyond and len(times) > 2:
            a, b = (0, 2) if beyond < 0 else (-3, -1)
            place[0] += beyond * (hips[b, 0] - hips[a, 0]) / (times[b] - times[a])
        return place

    def size_at(self, time_s: float) -> float:
        """Limb length at `time_s`, linear between sightings, pixels."""
        return float(np.interp(time_s, [s.time_s for s in self.sightings], [s.size for s in self.sightings]))

    def nearest_sighting_s(self, time_s: float) -> float:
        """Time from `time_s` to the nearest sighting, seconds."""
        return min(abs(s.time_s - time_s) for s in self.sightings)

    def scaled(self, factor: float) -> PersonTrack:
        """Return the athlete with all places and sizes in pixels times `factor`."""
        sightings = [
            replace(
                s,
                hip=s.hip * factor,
                ankles=s.ankles * factor,
                box=s.box * factor,
                size=s.size * factor,
            )
            for s in self.sightings
        ]
        return PersonTrack(sightings, self.presence, self.motion, self.score * factor)


def limb_size(xy_px: FloatArray) -> float:
    """Torso + thigh + shank, pixels: longest of both sides, so that a foreshortened side is not used."""

    def length(a: Sequence[int], b: Sequence[int]) -> float:
        return float(max(math.dist(xy_px[i], xy_px[j]) for i, j in zip(a, b, strict=True)))

    return length(_SHOULDERS, _HIPS) + length(_HIPS, _KNEES) + length(_KNEES, _ANKLES)


def core_visibility(visibility: FloatArray) -> float:
    """Mean visibility of shoulders, hips, knees and ankles."""
    return float(np.mean(visibility[list(_CORE)]))


def to_person(time_s: float, pose: Pose, rgb: NDArray[np.uint8], scale: float) -> Person | None:
    """Return the person whose `pose` lies in the picture `rgb`; None if hardly visible or lying.

    Nobody lies down in a drill, but the detector's phantoms (hills, hedges, shadows) mostly do. A bystander
    found upside down, which happens, is a person all the same.

    `scale` is full-size pixels per pixel of `rgb`.
    """
    xy_px = pose.xy_px
    seen = core_visibility(pose.visibility)
    size = limb_size(xy_px)
    ankles = xy_px[list(_ANKLES)].mean(axis=0)
    outside = bool(np.any(ankles < 0) or np.any(ankles >= rgb.shape[1::-1]))
    if seen < _MIN_CORE_VISIBILITY or size < 12:
        return None
    if abs(ankles[1] - xy_px[list(_SHOULDERS), 1].mean()) < _UPRIGHT * size:
        return None
    return Person(
        time_s=time_s,
        hip=xy_px[list(_HIPS)].mean(axis=0) * scale,
        ankles=np.full(2, np.nan) if outside else ankles * scale,
        box=np.concatenate([xy_px.min(axis=0), xy_px.max(axis=0)]) * scale,
        size=size * scale,
        colour=shirt_colour(xy_px, rgb),
        visibility=seen,
        toes_ahead=float(xy_px[list(_TOES), 0].mean() - xy_px[list(_HEELS), 0].mean()) / size,
    )


def drop_duplicate_people(people: Sequence[Person]) -> list[Person]:
    """Drop second findings of the same person in one picture, the less visible ones."""
    kept: list[Person] = []
    for person in sorted(people, key=lambda p: -p.visibility):
        if all(_overlap(person.box, other.box) < _SAME_OVERLAP for other in kept):
            kept.append(person)
    return kept


def _overlap(a: FloatArray, b: FloatArray) -> float:
    """Shared area of two boxes as a share of the smaller one."""
    shared = np.maximum(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0).prod()
    return float(shared / max(1.0, min((a[2:] - a[:2]).prod(), (b[2:] - b[:2]).prod())))


def link_people(frames: Sequence[Sequence[Person]]) -> list[PersonTrack]:
    """Link the people of successive sampled frames into persons over time."""
    tracks: list[PersonTrack] = []
    for people in frames:
        pairs = sorted(
            (_link_cost(track.sightings, person), t, p)
            for t, track in enumerate(tracks)
            for p, person in enumerate(people)
        )
        used_tracks: set[int] = set()
        used_people: set[int] = set()
        for cost, t, p in pairs:
            if cost < _LINK_LIMIT and t not in used_tracks and p not in used_people:
                tracks[t].sightings.append(people[p])
                used_tracks.add(t)
                used_people.add(p)
        tracks += [PersonTrack([q]) for p, q in enumerate(people) if p not in used_people]
    return tracks


def _link_cost(sightings: Sequence[Person], person: Person) -> float:
    """How unlike `person` is to the one last seen: place for the time passed, size, shirt."""
    last = sightings[-1]
    passed_s = person.time_s - last.time_s
    away = math.dist(last.hip, person.hip) / max(last.size, person.size)
    return (
        away / (0.4 + 4.0 * passed_s)
        + 2.0 * abs(math.log(person.size / last.size))
        + math.dist(last.colour, person.colour) / 90.0
    )


def choose_athlete(frames: Sequence[Sequence[Person]]) -> PersonTrack | None:
    """Return the likeliest athlete among the people of the sampled frames, or None if there are none."""
    tracks = link_people(frames)
    for track in tracks:
        track.presence = len(track.sightings) / max(1, len(frames))
        track.motion = _vertical_motion(track.sightings)
        moving = min(1.0, track.motion / _FULL_MOTION)
        track.score = track.size * track.presence**2 * (_REST_CREDIT + moving)
    return max(tracks, key=lambda t: t.score, default=None)


def _vertical_motion(sightings: Sequence[Person]) -> float:
    """Vertical motion of hips and ankles between sightings 0.1 and 0.2 s apart, in body sizes.

    The 70th percentile over the pairs: an athlete may stand for most of the clip, and a bystander's legs
    may be mistaken for a moment while people cross.
    """
    pairs = [(a, b) for a, b in pairwise(sightings) if _PAIR_S[0] < b.time_s - a.time_s < _PAIR_S[1]]
    if not pairs:
        return 0.0
    moves = [
        np.nanmean([abs(b.hip[1] - a.hip[1]), abs(b.ankles[1] - a.ankles[1])]) / a.size for a, b in pairs
    ]
    return float(np.percentile(moves, 70))
