"""Runs of quick steps, left and right in turn, and the length of each step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from kickform import fitted
from kickform.drills.common.steps import (
    TOES,
    leg_length_px,
    other,
    overlap_share,
    toe_ahead_px,
    travel_px_per_s,
)
from kickform.events.types import Contact
from kickform.motion.motion import Motion
from kickform.numeric import FloatArray

__all__ = ["Run", "quick_runs", "step_lengths"]

_LEAST_SWING = fitted.STEP_RUNS_LEAST_SWING
"""Least rise of the toes before a step, as a share of the run's usual rise; less is no swing."""

_LONGEST_OF_USUAL = fitted.STEP_RUNS_LONGEST_OF_USUAL
"""A contact longer than this many median contacts has a take-off that was detected too late."""

_LATE_BEATS = fitted.STEP_RUNS_LATE_BEATS
"""A last step that comes later than this many beats and takes long is a braking step."""

_JUMP_OVERLAP = 0.75  # convention: both feet down for three quarters of a contact is a jump
"""A contact that shares more of its time with the other foot belongs to a jump."""

_LONGEST_BEAT_S = 0.80  # derived: two steps at 2.5 Hz, the slowest run, with one missed
"""Longest time from step to step within a run, real seconds."""


@dataclass(frozen=True, slots=True)
class Run:
    """Quick steps, left and right strictly in turn; a step that was not seen is None.

    ``lead`` is the side of the first step, ``period_s`` the median time from step to step, real seconds.
    """

    lead: Literal["left", "right"]
    steps: tuple[Contact | None, ...]
    period_s: float

    def __len__(self) -> int:
        """Return the number of steps, unseen ones included."""
        return len(self.steps)

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """The steps that were seen."""
        return tuple(step for step in self.steps if step)

    @property
    def start_s(self) -> float:
        """First touchdown, real seconds."""
        return self.contacts[0].touchdown_s

    @property
    def end_s(self) -> float:
        """Last take-off, real seconds."""
        return self.contacts[-1].takeoff_s

    @property
    def middle_s(self) -> float:
        """Middle of the run, real seconds."""
        return (self.start_s + self.end_s) / 2

    @property
    def reach_s(self) -> float:
        """From the middle to two beats beyond the ends (push-off and braking), real seconds."""
        return (self.end_s - self.start_s) / 2 + 2 * self.period_s

    def side(self, index: int) -> Literal["left", "right"]:
        """Return the side of step `index`."""
        return self.lead if index % 2 == 0 else other(self.lead)


def quick_runs(motion: Motion, longest_s: float) -> list[Run]:
    """Return the runs of contacts of at most `longest_s` real seconds, left and right in turn.

    A step that was missed, found twice or given to the wrong foot does not end a run: the beat and the other
    steps give its place. A push-off from standing and a braking step do not belong to the run.
    """
    quick = [step for step in motion.steps if _is_quick(step, longest_s)]
    chains: list[list[Contact]] = []
    for step in sorted(quick, key=lambda step: step.touchdown_s):
        if overlap_share(step, quick) > _JUMP_OVERLAP:
            continue
        if chains and step.touchdown_s - chains[-1][-1].touchdown_s <= _LONGEST_BEAT_S:
            chains[-1].append(step)
        else:
            chains.append([step])
    return [
        run
        for chain in chains
        for part in _even_parts(chain)
        for run in [_as_run(_without_ends(motion, part))]
        if run
    ]


def _is_quick(step: Contact, longest_s: float) -> bool:
    """Return whether a contact is short; its touchdown must have been seen, its end need not."""
    return math.isfinite(step.touchdown_sd_s) and 0 < step.duration_s <= longest_s


def _even_parts(chain: Sequence[Contact]) -> list[list[Contact]]:
    """Cut a chain where more than one beat is missing."""
    if len(chain) < 3:
        return []
    beat = float(np.median(np.diff([step.touchdown_s for step in chain])))
    parts = [[chain[0]]]
    for before, step in pairwise(chain):
        if step.touchdown_s - before.touchdown_s > 2.4 * beat:
            parts.append([])
        parts[-1].append(step)
    return [part for part in parts if len(part) > 2]


def _without_ends(motion: Motion, part: Sequence[Contact]) -> list[Contact]:
    """Return the steps without a push-off from standing at the start and a braking step at the end.

    No swing leads to a push-off: its foot has stood before. After a braking step the other foot does not come
    down on the beat.
    """
    beat = float(np.median(np.diff([step.touchdown_s for step in part])))
    rises = [_swung_px(motion, step, beat) for step in part]
    least = _LEAST_SWING * float(np.nanmedian(rises)) if np.isfinite(rises).any() else 0.0
    kept = list(part)
    while kept and rises[len(part) - len(kept)] < least:
        kept.pop(0)
    usual_s = float(np.median([step.duration_s for step in part]))
    ends_s = float(motion.track.time_s[-1]) - 2 * beat
    while kept and kept[-1].touchdown_s < ends_s and not _is_followed(motion, kept[-1], 1.75 * beat):
        kept.pop()
    while len(kept) > 2 and _brakes(kept[-2], kept[-1], beat, usual_s):
        kept.pop()
    return kept


def _brakes(before: Contact, step: Contact, beat: float, usual_s: float) -> bool:
    """Return whether a last step comes late and takes long."""
    late = step.touchdown_s - before.touchdown_s > _LATE_BEATS * beat
    return late and step.duration_s > _LONGEST_OF_USUAL * usual_s


def _swung_px(motion: Motion, step: Contact, beat: float) -> float:
    """Return how much higher the toe was before a touchdown than in the contact, pixels; NaN unseen."""
    time_s, height = motion.track.time_s, -motion.track.xy_px[:, TOES[step.side], 1]
    seen = np.isfinite(height)
    down = seen & (time_s >= step.touchdown_s) & (time_s <= step.takeoff_s)
    swing = seen & (time_s >= step.touchdown_s - 1.2 * beat) & (time_s <= step.touchdown_s - 0.2 * beat)
    if not down.any() or not swing.any():
        return math.nan
    return float(np.percentile(height[swing], 90) - np.median(height[down]))


def _is_followed(motion: Motion, step: Contact, within_s: float) -> bool:
    """Return whether the other foot comes down within `within_s` real seconds after a touchdown."""
    return any(
        rival.side != step.side and 0 < rival.touchdown_s - step.touchdown_s <= within_s
        for rival in motion.steps
        if math.isfinite(rival.touchdown_sd_s)
    )


def _as_run(part: Sequence[Contact]) -> Run | None:
    """Return the steps in their places on the beat; None where the feet do not alternate."""
    if len(part) < 3:
        return None
    beat = float(np.median(np.diff([step.touchdown_s for step in part])))
    placed: dict[int, Contact] = {0: part[0]}
    place, last = 0, part[0]
    for step in part[1:]:
        beats, same = (step.touchdown_s - last.touchdown_s) / beat, step.side == last.side
        if beats < (0.5 if same else 0.3):
            if step.duration_s > last.duration_s:
                placed[place] = last = step
            continue
        place += 2 if same and beats > 1.5 else 1
        placed[place] = last = step
    votes = [(step.side == "left") == (index % 2 == 0) for index, step in placed.items()]
    lead: Literal["left", "right"] = "left" if sum(votes) * 2 >= len(votes) else "right"
    agreeing = max(sum(votes), len(votes) - sum(votes))
    if agreeing < 0.75 * len(votes):
        return None
    longest_s = _LONGEST_OF_USUAL * float(np.median([step.duration_s for step in part]))
    return Run(lead, tuple(_known(placed.get(i), i, lead, longest_s) for i in range(place + 1)), beat)


def _known(
    step: Contact | None, index: int, lead: Literal["left", "right"], longest_s: float
) -> Contact | None:
    """Return the step with the side of its place; the take-off of an unusually long one counts as unseen."""
    if step is None:
        return None
    own = replace(step, side=lead if index % 2 == 0 else other(lead))
    if step.duration_s <= longest_s or step.corrected:
        return own
    return replace(own, takeoff_sd_s=math.inf, sd_s=math.inf)


def step_lengths(motion: Motion, run: Run) -> FloatArray:
    """Return (len(run) - 1,) length of each step, leg lengths; NaN where a foot is not seen.

    Camera motion cancels: each foot is placed against its own hip, and the hips travel at the speed with
    which they pass over the planted feet.
    """
    time_s = motion.track.time_s
    speed, leg_px = travel_px_per_s(motion, run.contacts), leg_length_px(motion)
    places = np.full(len(run), np.nan)
    for index, step in enumerate(run.steps):
        if step is None:
            continue
        margin = 0.15 * step.duration_s
        inside = (time_s >= step.touchdown_s + margin) & (time_s <= step.takeoff_s - margin)
        ahead = (speed * time_s + toe_ahead_px(motion, step.side))[inside]
        if np.isfinite(ahead).any():
            places[index] = float(np.nanmean(ahead)) / leg_px
    return np.diff(places)
