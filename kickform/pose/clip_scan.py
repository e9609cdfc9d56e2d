"""Look a clip over in a few frames:

who is in it, which of them is the athlete, how bright it is. The person detector sees the picture shrunk to
224 x 224, so that
somebody under about a sixth of the longer side is not found at all (measured). Where nobody who moves is
found in the full picture, overlapping crops are searched, the larger ones first, and only those in which
something moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kickform.numeric import FloatArray
from kickform.pose.people import (
    MOVES,
    Person,
    PersonTrack,
    Pose,
    choose_athlete,
    drop_duplicate_people,
    to_person,
)
from kickform.video.reader import Frame

__all__ = ["ClipScan", "crop_squares", "mask_boxes", "mask_outside", "scan_clip"]

RgbArray = NDArray[np.uint8]
Detect = Callable[[RgbArray], list[Pose]]

_MOST_ROUNDS = 3
_MOST_CROPS = 32
_CROP_SHARES = (1.0, 0.6, 0.4)
_MOVED_LEVELS = 18
_MOVED_SHARE = 0.002
_ENOUGH_PRESENCE = 0.5
_FULL_PRESENCE = 0.85


@dataclass(frozen=True, slots=True)
class ClipScan:
    """What looking the clip over found.

    Attributes:
        athlete: who to follow, in pixels of the full-size picture; None if nobody was found.
        people: most people seen at once.
        brightness: median luma of the pictures, 0 to 255.
    """

    athlete: PersonTrack | None
    people: int
    brightness: float


def scan_clip(frames: Sequence[Frame], detect: Detect, full_width_px: int) -> ClipScan:
    """Find the people in the sampled `frames` and choose the athlete.

    Args:
        frames: sampled pictures of one size, in order.
        detect: finds several people in one picture, each time anew.
        full_width_px: width of the full-size picture, to which places are scaled.
    """
    if not frames:
        return ClipScan(None, 0, 0.0)
    scale = full_width_px / frames[0].rgb.shape[1]
    seen = _people_in_full(frames, detect, scale)
    athlete = choose_athlete(seen)
    if not _is_athletic(athlete):
        athlete = _search_crops(frames, seen, detect, scale) or athlete
    luma = [np.median(f.rgb[::8, ::8] @ np.array([0.299, 0.587, 0.114])) for f in frames]
    return ClipScan(athlete, max(map(len, seen)), float(np.median(luma)))


def _is_athletic(athlete: PersonTrack | None) -> bool:
    """Whether the person moves as in a drill, and is there for at least half of the time."""
    return athlete is not None and athlete.motion >= MOVES and athlete.presence >= _ENOUGH_PRESENCE


def _people_in_full(frames: Sequence[Frame], detect: Detect, scale: float) -> list[list[Person]]:
    """Everybody found in the full pictures; second looks only where there may be more than one."""
    seen: list[list[Person]] = []
    crowded = False
    for i, frame in enumerate(frames):
        people = _people_in(frame, detect, scale, rounds=_MOST_ROUNDS if crowded or i % 3 == 0 else 1)
        crowded |= len(people) > 1
        seen.append(people)
    if crowded:
        first = next(i for i, people in enumerate(seen) if len(people) > 1)
        for i in range(first):
            if i % 3:
                seen[i] = _people_in(frames[i], detect, scale, rounds=_MOST_ROUNDS)
    return seen


def _search_crops(
    frames: Sequence[Frame], seen: list[list[Person]], detect: Detect, scale: float
) -> PersonTrack | None:
    """Return the best of those found in crops and in the full picture; adds them to `seen`."""
    moved = [_moved(frames, i, seen[i], scale) for i in range(len(frames))]
    height, width = frames[0].rgb.shape[:2]
    best: PersonTrack | None = None
    for share in _CROP_SHARES:
        places = list(crop_squares(width, height, share))
        busy = [
            [(x, y, side) for x, y, side in places if _is_busy(moved[i][y : y + side, x : x + side])]
            for i in range(len(frames))
        ]
        # Whole pairs of frames are left out where the camera moves and every crop seems busy.
        thin = max(1, -(-sum(map(len, busy)) // _MOST_CROPS))
        looked = [i for i in range(len(frames)) if i // 2 % thin == 0]
        for i in looked:
            found = _people_in_crops(frames[i], busy[i], detect, scale)
            seen[i] = drop_duplicate_people([*seen[i], *found])
        athlete = choose_athlete([seen[i] for i in looked])
        best = max((a for a in (best, athlete) if a), key=lambda a: a.score, default=None)
        if _is_athletic(best) and best is not None and best.presence >= _FULL_PRESENCE:
            break
    return best


def _people_in(frame: Frame, detect: Detect, scale: float, *, rounds: int) -> list[Person]:
    """Everybody in the full picture: those found are painted over and the rest is searched again."""
    people: list[Person] = []
    rgb = frame.rgb
    for _ in range(rounds):
        found = [to_person(frame.time_s, pose, rgb, scale) for pose in detect(rgb)]
        new = [p for p in found if p is not None]
        if not new:
            break
        people = drop_duplicate_people([*people, *new])
        rgb = mask_boxes(rgb, [p.box / scale for p in new])
    return people


def mask_boxes(rgb: RgbArray, boxes: Sequence[FloatArray]) -> RgbArray:
    """Return a copy of the picture with `boxes` (left, top, right, bottom) filled with its mean colour."""
    copy = rgb.copy()
    mean = rgb[::16, ::16].reshape(-1, 3).mean(axis=0)
    for box in boxes:
        margin = 0.08 * (box[3] - box[1])
        left, top, right, bottom = np.rint(box + margin * np.array([-1, -1, 1, 1])).astype(int)
        copy[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = mean
    return copy


def mask_outside(rgb: RgbArray, box: FloatArray) -> RgbArray:
    """Return a picture of the same size of which only `box` is left, the rest in its mean colour."""
    left, top, right, bottom = np.maximum(np.rint(box).astype(int), 0)
    copy = np.empty_like(rgb)
    copy[:] = rgb[::16, ::16].reshape(-1, 3).mean(axis=0)
    copy[top:bottom, left:right] = rgb[top:bottom, left:right]
    return copy


def _people_in_crops(
    frame: Frame, places: Sequence[tuple[int, int, int]], detect: Detect, scale: float
) -> list[Person]:
    """Everybody found in the crops (left, top, side) of `frame`."""
    people: list[Person] = []
    for left, top, side in places:
        crop = np.ascontiguousarray(frame.rgb[top : top + side, left : left + side])
        for pose in detect(crop):
            whole = pose.shifted(np.array([left, top], dtype=np.float64))
            person = to_person(frame.time_s, whole, frame.rgb, scale)
            if person is not None:
                people.append(person)
    return drop_duplicate_people(people)


def crop_squares(width: int, height: int, share: float) -> Iterator[tuple[int, int, int]]:
    """Yield (left, top, side) of squares of `share` x the shorter side that overlap by half or more."""
    side = max(1, round(min(width, height) * share))
    for top in _starts(height, side):
        for left in _starts(width, side):
            yield left, top, side


def _starts(length: int, side: int) -> list[int]:
    steps = int(np.ceil((length - side) / (side / 2)))
    return [round(i * (length - side) / max(1, steps)) for i in range(steps + 1)]


def _moved(frames: Sequence[Frame], index: int, people: Sequence[Person], scale: float) -> NDArray[np.bool_]:
    """(H, W) where picture `index` differs from its neighbour in time, those already found apart."""
    neighbours = [i for i in (index - 1, index + 1) if 0 <= i < len(frames)]
    if not neighbours:
        return np.ones(frames[index].rgb.shape[:2], dtype=np.bool_)
    here = frames[index]
    other = min(neighbours, key=lambda i: abs(frames[i].time_s - here.time_s))
    change = np.abs(here.rgb[..., 1].astype(np.int16) - frames[other].rgb[..., 1])
    moved = change > _MOVED_LEVELS
    for person in people:
        left, top, right, bottom = np.maximum(np.rint(person.box / scale).astype(int), 0)
        moved[top:bottom, left:right] = False
    return np.asarray(moved)


def _is_busy(moved: NDArray[np.bool_]) -> bool:
    return float(np.mean(moved)) > _MOVED_SHARE
