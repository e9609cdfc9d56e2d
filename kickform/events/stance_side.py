"""Which feet bear the body in each stay on the ground: left, right or both.

In a side view the far foot stands higher in the picture than the near one, and its landmarks are half
guessed; a single contact is often undecided. A set is not: its contacts are judged together. A stay that is
much longer than the contacts beside it parts one set from the next, which may be another drill.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kickform.events.types import Side
from kickform.numeric import FloatArray, median
from kickform.pose.track import Landmark

__all__ = ["add_planted_feet", "detect_stance_sides", "sets_of"]

_SURELY_UP, _SURELY_UP_ANKLE = 0.09, 0.08
"""Statures by which one toe (ankle) is above the other when its foot is certainly off the ground."""

_PERHAPS_UP, _MOVES = 0.045, 0.025
"""The same for a toe that also moves by `_MOVES` while the other foot stands."""

_PITCHED = 0.02
"""Statures by which the ankle of a foot held up is higher than its toe shows: it hangs, toe down."""

_UP_TOGETHER = 0.035
"""Median height of the upper ankle, over all contacts, from which on they are on one foot."""

_STRIDE = 0.36
"""Statures between the toes from which on a high ankle can be the rear foot of a split stance."""

_TOGETHER, _IMAGINED, _BESIDE_S = 0.045, 2.5, 0.06
"""Ankles this close before and after a contact, and so many times as far apart in it, tell a foot that only
seems to be up; how long before and after to look, real seconds."""

_MOST, _HALF = 0.7, 0.5
"""Shares of the contacts that decide for those in doubt: alike, and surely on one foot."""

_PAUSE_S, _PAUSE_TIMES, _FEWEST = 1.0, 2.5, 3
"""A stay longer than this (real seconds), and than so many times the longer of the contacts beside it, parts
two sets; contacts of a set that can be judged without the rest of the clip."""

_STANDS_STILL, _SWINGS = 0.25, 1.0
"""Statures a second: the median over a set's contacts is below 0.2 for a planted foot, hidden or not, and
above 1.4 for the free one of hops (rendered clips)."""


@dataclass(frozen=True, slots=True)
class _Stand:
    """How the feet stand in one contact, statures: left above right; how much the upper toe moves; stride.

    ``edges`` is how far the ankles are apart just before the contact and just after, the larger of the two.
    """

    toes: float
    ankles: float
    moves: float
    stride: float
    edges: float

    @property
    def imagined(self) -> bool:
        """Whether the upper foot comes down and leaves with the lower one, and is high only in between.

        The far leg of a side view is hidden behind the near one while both stand: the pose model then likes
        to bend it.
        """
        return self.edges < _TOGETHER and abs(self.ankles) > _IMAGINED * self.edges

    @property
    def lower(self) -> Side:
        """The side of the foot that is lower, ankle and toe together."""
        return "right" if self.toes + self.ankles > 0 else "left"


def detect_stance_sides(
    time_s: FloatArray,
    xy_up: FloatArray,
    height_px: float,
    noise: tuple[float, float],
    spans: Sequence[tuple[float, float]],
) -> list[Side]:
    """Return the side of every contact.

    Args:
        time_s: (T,).
        xy_up: (T, 33, 2) pixels, y up, NaN in gaps.
        height_px: stature in pixels.
        noise: SD of the left and the right toe's height, statures.
        spans: begin and end of each contact on the clock of `time_s`.
    """
    stands = [_stand(time_s, xy_up / height_px, *span) for span in spans]
    alone = [_alone(stand, noise) for stand in stands]
    sides = list(alone)
    sets = sets_of(spans)
    inner = [i for own in sets for i in own]
    for own in sets:
        judged = own if len(own) >= _FEWEST else inner
        known = [stand for i in judged if (stand := stands[i]) is not None and not stand.imagined]
        if len(known) < 2 or not (_one_legged(known) or _mostly_alone([alone[i] for i in judged])):
            continue
        # A set on single feet: what is in doubt is on the foot that is lower.
        for i in own:
            stand = stands[i]
            if alone[i] == "both" and stand is not None and not stand.imagined:
                sides[i] = stand.lower
    return sides


def sets_of(spans: Sequence[tuple[float, float]]) -> list[list[int]]:
    """Return the numbers of the contacts of each set, without the stands at the clip's ends and between sets.

    Args:
        spans: begin and end of every contact of the clip, in order, real seconds.
    """
    lasted = [stop - start for start, stop in spans]
    sets: list[list[int]] = [[]]
    for i in range(1, len(spans) - 1):
        beside = [lasted[k] for k in (i - 1, i + 1) if 0 < k < len(spans) - 1]
        if beside and lasted[i] > max(_PAUSE_S, _PAUSE_TIMES * max(beside)):
            sets.append([])
        else:
            sets[-1].append(i)
    return [own for own in sets if own]


def add_planted_feet(
    sides: Sequence[Side], time_s: FloatArray, step: FloatArray, spans: Sequence[tuple[float, float]]
) -> list[Side]:
    """Return the sides of all contacts, those of a set on both feet put right by the feet's own stillness.

    Landmarks may draw a hidden leg bent while both feet stand; and a free foot that hangs low, nearer the
    camera, looks as low as the one that stands. The feet themselves, followed in the pictures, tell: planted,
    a foot stands still in every contact of the set; a free one swings, or moves with the body.

    Args:
        sides: as `detect_stance_sides` has them.
        time_s: (T,) real seconds.
        step: (T, 2, 2) motion of both feet over the ground from each frame to the next, statures; NaN where a
            foot was not followed.
        spans: begin and end of each contact on the clock of `time_s`.
    """
    speed = np.linalg.norm(step, axis=2) / np.gradient(time_s)[:, None]
    put_right = list(sides)
    sets = sets_of(spans)
    if len(sets) < 2 or min(len(own) for own in sets) < _FEWEST:
        sets = [[*range(len(sides))]]
    for own in sets:
        if _still([sides[i] for i in own], [spans[i] for i in own], time_s, speed):
            for i in own:
                put_right[i] = "both"
        else:
            stands = _stands_alone([spans[i] for i in own], time_s, speed)
            for i in own:
                if stands is not None and sides[i] == "both":
                    put_right[i] = stands
    return put_right


def _still(
    sides: Sequence[Side], spans: Sequence[tuple[float, float]], time_s: FloatArray, speed: FloatArray
) -> bool:
    """Return whether the foot that seems to be up stands still in the contacts of a set."""
    both = _speeds(spans, time_s, speed)
    others = [
        own[1 if side == "left" else 0] for side, own in zip(sides, both, strict=True) if side != "both"
    ]
    known = [value for value in others if math.isfinite(value)]
    if not known or len(known) < _HALF * len(others) or np.median(known) >= _STANDS_STILL:
        return False
    return bool(np.mean([value < 2 * _STANDS_STILL for value in known]) >= _MOST)


def _stands_alone(
    spans: Sequence[tuple[float, float]], time_s: FloatArray, speed: FloatArray
) -> Literal["left", "right"] | None:
    """Return the foot that stands in a set's contacts while the other one swings in them; None if neither."""
    both = _speeds(spans, time_s, speed)
    known = both[np.isfinite(both).all(axis=1)]
    if len(known) < max(2, _HALF * len(both)):
        return None
    stands = (np.median(known, axis=0) < _STANDS_STILL) & ((known < 2 * _STANDS_STILL).mean(axis=0) >= _MOST)
    swings = (np.median(known, axis=0) > _SWINGS) & ((known > _SWINGS / 2).mean(axis=0) >= _MOST)
    if stands[0] and swings[1]:
        return "left"
    return "right" if stands[1] and swings[0] else None


def _speeds(spans: Sequence[tuple[float, float]], time_s: FloatArray, speed: FloatArray) -> FloatArray:
    """Return the median speed (n, 2) of both feet in the middle of each contact; NaN where not followed."""
    middles = [
        (time_s > start + 0.2 * (stop - start)) & (time_s < stop - 0.25 * (stop - start))
        for start, stop in spans
    ]
    return np.stack([median(speed[middle].T) for middle in middles])


def _stand(time_s: FloatArray, points: FloatArray, start: float, stop: float) -> _Stand | None:
    """Measure the middle three fifths of a contact; None with fewer than two frames."""
    margin = 0.2 * (stop - start)
    inside = (time_s >= start + margin) & (time_s <= stop - margin) & np.isfinite(points[:, 0, 0])
    if inside.sum() < 2:
        return None
    apart = points[:, Landmark.L_ANKLE, 1] - points[:, Landmark.R_ANKLE, 1]
    beside = ((start - _BESIDE_S, start), (stop, stop + _BESIDE_S))
    edges = max(_median_between(time_s, np.abs(apart), *span) for span in beside)
    left_toe, right_toe = points[inside, Landmark.L_FOOT_INDEX], points[inside, Landmark.R_FOOT_INDEX]
    toes = float(np.median(left_toe[:, 1]) - np.median(right_toe[:, 1]))
    ankles = float(
        np.median(points[inside, Landmark.L_ANKLE, 1]) - np.median(points[inside, Landmark.R_ANKLE, 1])
    )
    upper = left_toe if toes > 0 else right_toe
    stride = abs(float(np.median(left_toe[:, 0] - right_toe[:, 0])))
    return _Stand(toes, ankles, float(np.ptp(upper[:, 1])), stride, edges)


def _median_between(time_s: FloatArray, values: FloatArray, start: float, stop: float) -> float:
    """Return the median of `values` (T,) between two times; infinity where there is none."""
    near = values[(time_s >= start) & (time_s <= stop) & np.isfinite(values)]
    return float(np.median(near)) if len(near) else float("inf")


def _alone(stand: _Stand | None, noise: tuple[float, float]) -> Side:
    """Return the one foot on the ground, or "both" unless the other is clearly up, beyond its noise."""
    if stand is None or stand.imagined:
        return "both"
    upper = noise[0] if stand.toes > 0 else noise[1]
    apart = abs(stand.toes)
    high = apart > max(_SURELY_UP, 2 * upper)
    swung = stand.moves > _MOVES and apart > max(_PERHAPS_UP, 4 * upper)
    hangs = (
        abs(stand.ankles) > _SURELY_UP_ANKLE
        and apart > _UP_TOGETHER
        and stand.toes * stand.ankles > 0
        and abs(stand.ankles) > apart + _PITCHED / 2
        and stand.stride < _STRIDE
    )
    return stand.lower if high or swung or hangs else "both"


def _one_legged(stands: Sequence[_Stand]) -> bool:
    """Return whether all contacts together are hops on one leg: the same foot hangs, toe down, in each."""
    ankles = np.array([stand.ankles for stand in stands])
    same = max(float(np.mean(ankles > 0)), float(np.mean(ankles < 0)))
    pitched = float(np.median([abs(stand.ankles) - abs(stand.toes) for stand in stands]))
    stride = float(np.median([stand.stride for stand in stands]))
    high = float(np.median(np.abs(ankles)))
    return same >= _MOST and high > _UP_TOGETHER and pitched > _PITCHED and stride < _STRIDE


def _mostly_alone(sides: Sequence[Side]) -> bool:
    return bool(sides) and sum(side != "both" for side in sides) >= _HALF * len(sides)
