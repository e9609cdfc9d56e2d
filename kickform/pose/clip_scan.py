"""The first look at a clip, in a few sampled pictures: who is in it, who is the athlete, how bright it is.

MediaPipe's person detector sees the picture shrunk to 224 x 224 and misses people smaller than about a sixth
of the longer side (measured). If the full pictures show nobody who moves, overlapping crops are searched, the
largest first, and only those in which something moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kickform.numeric import FloatArray, RgbArray
from kickform.pose.camera_motion import median_luma
from kickform.pose.people import (
    LEAST_MOTION,
    Person,
    PersonTrack,
    Pose,
    choose_athlete,
    drop_duplicate_people,
    to_person,
)
from kickform.video.reader import Frame

__all__ = ["ClipScan", "crop_squares", "mask_boxes", "mask_outside", "scan_clip"]

Detect = Callable[[RgbArray], list[Pose]]

_MOST_ROUNDS = 3  # convention: searches of one picture; each further one costs a detection
_MOST_CROPS = 32  # convention: crops searched of one size; bounds the time
_CROP_SHARES = (
    1.0,
    0.6,
    0.4,
)  # convention: crop sides, of the shorter side; people from 1/6 of a crop are found
_MOVED_LEVELS = 18  # hand: rendered clips, seed 1: change of a pixel that noise stays below
_MOVED_SHARE = 0.002  # hand: rendered clips, seed 1: pixels that a small athlete changes in a crop
_ENOUGH_PRESENCE = 0.5  # convention: the athlete is in at least half of the sampled pictures
_FULL_PRESENCE = 0.85  # convention: found in nearly all pictures, so that smaller crops add nothing
_MARGIN_SHARE = 0.08  # convention: room for hair and soles about the landmarks, as a share of their height
_MEAN_SKIP = 16  # convention: every sixteenth pixel is enough for a mean colour


@dataclass(frozen=True, slots=True)
class ClipScan:
    """Result of `scan_clip`.

    Attributes:
        athlete: the person to track, in pixels of the full-size picture; None if nobody was found.
        people: most people seen in one picture.
        brightness: median luma of the pictures, 0 to 255.
    """

    athlete: PersonTrack | None
    people: int
    brightness: float


def scan_clip(frames: Sequence[Frame], detect: Detect, full_width_px: int) -> ClipScan:
    """Find the people in the sampled `frames` and choose the athlete.

    Args:
        frames: sampled pictures of one size, in order.
        detect: returns all people in one (H, W, 3) picture, without memory of the last one.
        full_width_px: width of the full-size picture; results are in its pixels.
    """
    if not frames:
        return ClipScan(None, 0, 0.0)
    scale = full_width_px / frames[0].rgb.shape[1]
    seen = _people_in_full(frames, detect, scale)
    athlete = choose_athlete(seen)
    if not _is_athletic(athlete):
        athlete = _search_crops(frames, seen, detect, scale) or athlete
    luma = [median_luma(frame.rgb) for frame in frames]
    return ClipScan(athlete, max(map(len, seen)), float(np.median(luma)))


def _is_athletic(athlete: PersonTrack | None) -> bool:
    """Return whether the person moves as in a drill and is in at least half of the pictures."""
    return athlete is not None and athlete.motion >= LEAST_MOTION and athlete.presence >= _ENOUGH_PRESENCE


def _people_in_full(frames: Sequence[Frame], detect: Detect, scale: float) -> list[list[Person]]:
    """Return everyone in the full pictures; repeats the search where there may be more than one person."""
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
    """Return the likeliest athlete of crops and full pictures, and add the people found to `seen`."""
    moved = [_mask_moved(frames, i, seen[i], scale) for i in range(len(frames))]
    height, width = frames[0].rgb.shape[:2]
    best: PersonTrack | None = None
    for share in _CROP_SHARES:
        places = list(crop_squares(width, height, share))
        busy = [
            [(x, y, side) for x, y, side in places if _is_busy(moved[i][y : y + side, x : x + side])]
            for i in range(len(frames))
        ]
        # When the camera moves every crop changes: skip whole pairs of frames to bound the time.
        thin = max(1, -(-sum(map(len, busy)) // _MOST_CROPS))
        searched = [i for i in range(len(frames)) if i // 2 % thin == 0]
        for i in searched:
            found = _people_in_crops(frames[i], busy[i], detect, scale)
            seen[i] = drop_duplicate_people([*seen[i], *found])
        athlete = choose_athlete([seen[i] for i in searched])
        best = max((a for a in (best, athlete) if a), key=lambda a: a.score, default=None)
        if _is_athletic(best) and best is not None and best.presence >= _FULL_PRESENCE:
            break
    return best


def _people_in(frame: Frame, detect: Detect, scale: float, *, rounds: int) -> list[Person]:
    """Return everyone in the full picture: mask those found, then search again, `rounds` times at most."""
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
    """Return a copy of the (H, W, 3) picture with `boxes` (left, top, right, bottom) in its mean colour."""
    copy = rgb.copy()
    mean = rgb[::_MEAN_SKIP, ::_MEAN_SKIP].reshape(-1, 3).mean(axis=0)
    for box in boxes:
        margin = _MARGIN_SHARE * (box[3] - box[1])
        left, top, right, bottom = np.rint(box + margin * np.array([-1, -1, 1, 1])).astype(int)
        copy[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = mean
    return copy


def mask_outside(rgb: RgbArray, box: FloatArray) -> RgbArray:
    """Return a copy of the (H, W, 3) picture, mean colour outside `box` (left, top, right, bottom)."""
    left, top, right, bottom = np.maximum(np.rint(box).astype(int), 0)
    copy = np.empty_like(rgb)
    copy[:] = rgb[::_MEAN_SKIP, ::_MEAN_SKIP].reshape(-1, 3).mean(axis=0)
    copy[top:bottom, left:right] = rgb[top:bottom, left:right]
    return copy


def _people_in_crops(
    frame: Frame, places: Sequence[tuple[int, int, int]], detect: Detect, scale: float
) -> list[Person]:
    """Return everyone found in the crops (left, top, side) of `frame`."""
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
    """Yield (left, top, side) of squares that cover the picture and overlap by half or more, pixels.

    Args:
        width: of the picture, pixels.
        height: of the picture, pixels.
        share: side of a square as a share of the shorter side.
    """
    side = max(1, round(min(width, height) * share))
    for top in _starts(height, side):
        for left in _starts(width, side):
            yield left, top, side


def _starts(length: int, side: int) -> list[int]:
    """Return evenly spaced starts of windows of `side` in `length` that overlap by half or more."""
    steps = int(np.ceil((length - side) / (side / 2)))
    return [round(i * (length - side) / max(1, steps)) for i in range(steps + 1)]


def _mask_moved(
    frames: Sequence[Frame], index: int, people: Sequence[Person], scale: float
) -> NDArray[np.bool_]:
    """Return (H, W) where picture `index` differs from the nearer adjacent one, outside `people`."""
    adjacent = [i for i in (index - 1, index + 1) if 0 <= i < len(frames)]
    if not adjacent:
        return np.ones(frames[index].rgb.shape[:2], dtype=np.bool_)
    here = frames[index]
    other = min(adjacent, key=lambda i: abs(frames[i].time_s - here.time_s))
    change = np.abs(here.rgb[..., 1].astype(np.int16) - frames[other].rgb[..., 1])
    moved = change > _MOVED_LEVELS
    for person in people:
        left, top, right, bottom = np.maximum(np.rint(person.box / scale).astype(int), 0)
        moved[top:bottom, left:right] = False
    return np.asarray(moved)


def _is_busy(moved: NDArray[np.bool_]) -> bool:
    """Return whether enough of a crop (H, W) moved to search it."""
    return float(np.mean(moved)) > _MOVED_SHARE
