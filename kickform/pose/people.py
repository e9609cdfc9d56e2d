"""Who in the clip is the athlete: people found in sampled pictures are linked over time, and one is chosen.

The choice goes by size, presence and *vertical* motion of hips and ankles: a coach who stands nearer the
camera does not move, and a person who walks past hardly bobs and is in part of the clip only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from kickform.numeric import FloatArray, RgbArray
from kickform.pose.shirt_colour import shirt_colour

__all__ = [
    "LEAST_MOTION",
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

_SHOULDERS = (11, 12)  # ref: BlazePose landmark numbers, left and right
_HIPS = (23, 24)  # ref: BlazePose landmark numbers, left and right
_KNEES = (25, 26)  # ref: BlazePose landmark numbers, left and right
_ANKLES = (27, 28)  # ref: BlazePose landmark numbers, left and right
_HEELS = (29, 30)  # ref: BlazePose landmark numbers, left and right
_TOES = (31, 32)  # ref: BlazePose landmark numbers, left and right
_CORE = (*_SHOULDERS, *_HIPS, *_KNEES, *_ANKLES)

_MIN_CORE_VISIBILITY = 0.45  # hand: rendered, composed and public clips: phantoms stay below it
_MIN_SIZE_PX = 12  # convention: limbs shorter than this have feet of two pixels
_UPRIGHT = 0.4  # hand: the same clips: shoulders above ankles, limb lengths; a deep squat has 0.6
_SAME_OVERLAP = 0.6  # hand: the same clips: boxes of one person found twice share more
_EXTRAPOLATE_S = 0.4  # convention: the path is extrapolated by at most this beyond the sightings
_PAIR_S = (0.02, 0.45)  # convention: frames of a pair are 0.1 or 0.2 s apart, about
_LINK_LIMIT = 2.5  # hand: the same clips: cost above which two sightings are two people
_LINK_LIMBS = 0.4  # hand: the same clips: distance that costs 1 with no time passed, limb lengths
_LINK_LIMBS_PER_S = 4.0  # hand: the same clips: what an athlete covers in a second, limb lengths
_LINK_SIZE_COST = 2.0  # hand: the same clips: cost of a size that differs by a factor e
_LINK_COLOUR_LEVELS = 90.0  # hand: the same clips: RGB distance of shirts that costs 1
_FULL_MOTION = 0.08  # hand: the same clips: motion of drills, limb lengths; more adds nothing
_REST_CREDIT = 0.15  # hand: the same clips: score of one who stands, so that size still decides
_MOTION_PERCENTILE = 70  # hand: the same clips: an athlete may stand for most of the clip
LEAST_MOTION = 0.025  # hand: the same clips: vertical motion within a pair, limb lengths


@dataclass(frozen=True, slots=True)
class Pose:
    """Landmarks of one person in one picture.

    Attributes:
        xy_px: (33, 2) pixels of the picture it was found in, y downward.
        world_m: (33, 3) metres from the midpoint of the hips, y downward.
        visibility: (33,) in [0, 1].
    """

    xy_px: FloatArray
    world_m: FloatArray
    visibility: FloatArray

    def shifted(self, by: FloatArray, scale: float = 1.0) -> Pose:
        """Return the pose shifted by `by` (2,) pixels, then scaled; world landmarks stay."""
        return Pose((self.xy_px + by) * scale, self.world_m, self.visibility)


@dataclass(frozen=True, slots=True)
class Person:
    """One person in one picture, in pixels of the full-size picture.

    Attributes:
        time_s: time of the picture, seconds.
        hip: (2,) midpoint of the hips.
        ankles: (2,) midpoint of the ankles, NaN where they lie outside the picture.
        box: (4,) left, top, right, bottom of all landmarks.
        size: torso + thigh + shank, which crouching does not shorten, pixels.
        colour: (3,) RGB of the shirt.
        visibility: mean visibility of shoulders, hips, knees, ankles.
        toes_ahead: distance of the toes to the right of the heels, limb lengths.
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
    """One person over time.

    Attributes:
        sightings: the person in each sampled picture that shows them, in order of time.
        presence: share of the sampled pictures with the person in them.
        motion: vertical motion of hips and ankles within a pair of pictures, limb lengths.
        score: the higher, the likelier this is the athlete.
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
        """Return the hip midpoint (2,) at `time_s`, pixels: interpolated, and extrapolated for 0.4 s."""
        times = np.array([s.time_s for s in self.sightings])
        hips = np.array([s.hip for s in self.sightings])
        place = np.array([np.interp(time_s, times, hips[:, k]) for k in (0, 1)])
        beyond = float(
            np.clip(time_s - np.clip(time_s, times[0], times[-1]), -_EXTRAPOLATE_S, _EXTRAPOLATE_S)
        )
        if beyond and len(times) > 2:
            a, b = (0, 2) if beyond < 0 else (-3, -1)
            place[0] += beyond * (hips[b, 0] - hips[a, 0]) / (times[b] - times[a])
        return place

    def size_at(self, time_s: float) -> float:
        """Return the limb length at `time_s`, interpolated between the sightings, pixels."""
        return float(np.interp(time_s, [s.time_s for s in self.sightings], [s.size for s in self.sightings]))

    def nearest_sighting_s(self, time_s: float) -> float:
        """Return the time between `time_s` and the nearest sighting, seconds."""
        return min(abs(s.time_s - time_s) for s in self.sightings)

    def scaled(self, factor: float) -> PersonTrack:
        """Return the track with all positions and sizes in pixels times `factor`."""
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
    """Return torso + thigh + shank of landmarks (33, 2), pixels; the less foreshortened side counts."""

    def length(a: Sequence[int], b: Sequence[int]) -> float:
        return float(max(math.dist(xy_px[i], xy_px[j]) for i, j in zip(a, b, strict=True)))

    return length(_SHOULDERS, _HIPS) + length(_HIPS, _KNEES) + length(_KNEES, _ANKLES)


def core_visibility(visibility: FloatArray) -> float:
    """Return the mean visibility of shoulders, hips, knees and ankles from (33,), in [0, 1]."""
    return float(np.mean(visibility[list(_CORE)]))


def to_person(time_s: float, pose: Pose, rgb: RgbArray, scale: float) -> Person | None:
    """Return the person of `pose`; None if hardly visible, tiny or lying down.

    Nobody lies down in a drill, but false detections (hills, hedges, shadows) mostly do. A bystander found
    upside down, which happens, still counts as a person.

    Args:
        time_s: time of the picture, seconds.
        pose: landmarks in pixels of `rgb`.
        rgb: (H, W, 3) picture.
        scale: full-size pixels per pixel of `rgb`.
    """
    xy_px = pose.xy_px
    seen = core_visibility(pose.visibility)
    size = limb_size(xy_px)
    ankles = xy_px[list(_ANKLES)].mean(axis=0)
    outside = bool(np.any(ankles < 0) or np.any(ankles >= rgb.shape[1::-1]))
    if seen < _MIN_CORE_VISIBILITY or size < _MIN_SIZE_PX:
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
    """Return the people of one picture without second detections of one person; the most visible stay."""
    kept: list[Person] = []
    for person in sorted(people, key=lambda p: -p.visibility):
        if all(_overlap(person.box, other.box) < _SAME_OVERLAP for other in kept):
            kept.append(person)
    return kept


def _overlap(a: FloatArray, b: FloatArray) -> float:
    """Return the shared area of two boxes (left, top, right, bottom) as a share of the smaller one."""
    shared = np.maximum(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0).prod()
    return float(shared / max(1.0, min((a[2:] - a[:2]).prod(), (b[2:] - b[:2]).prod())))


def link_people(frames: Sequence[Sequence[Person]]) -> list[PersonTrack]:
    """Link the people of successive sampled pictures into tracks, the cheapest links first."""
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
    """Return how much `person` differs from the last sighting: place for the time passed, size, shirt."""
    last = sightings[-1]
    passed_s = person.time_s - last.time_s
    away = math.dist(last.hip, person.hip) / max(last.size, person.size)
    return (
        away / (_LINK_LIMBS + _LINK_LIMBS_PER_S * passed_s)
        + _LINK_SIZE_COST * abs(math.log(person.size / last.size))
        + math.dist(last.colour, person.colour) / _LINK_COLOUR_LEVELS
    )


def choose_athlete(frames: Sequence[Sequence[Person]]) -> PersonTrack | None:
    """Return the likeliest athlete among the people of the sampled pictures, or None if there are none."""
    tracks = link_people(frames)
    for track in tracks:
        track.presence = len(track.sightings) / max(1, len(frames))
        track.motion = _vertical_motion(track.sightings)
        moving = min(1.0, track.motion / _FULL_MOTION)
        track.score = track.size * track.presence**2 * (_REST_CREDIT + moving)
    return max(tracks, key=lambda t: t.score, default=None)


def _vertical_motion(sightings: Sequence[Person]) -> float:
    """Return the vertical motion of hips and ankles between adjacent sightings, limb lengths.

    The 70th percentile over the pairs: an athlete may stand for most of the clip, and a bystander's legs may
    be misplaced for a moment while people cross.
    """
    pairs = [(a, b) for a, b in pairwise(sightings) if _PAIR_S[0] < b.time_s - a.time_s < _PAIR_S[1]]
    if not pairs:
        return 0.0
    moves = [
        np.nanmean([abs(b.hip[1] - a.hip[1]), abs(b.ankles[1] - a.ankles[1])]) / a.size for a, b in pairs
    ]
    return float(np.percentile(moves, _MOTION_PERCENTILE))
