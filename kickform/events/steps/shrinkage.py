"""Contact times of one foot drawn towards what is usual in its run, by how well each is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kickform.events.types import Contact, Side
from kickform.numeric import mad_sd

__all__ = ["LONGEST_OF_USUAL", "SIDES", "USUAL_SPREAD_S", "shrink_contact_times", "shrink_feet"]

SIDES: tuple[Side, Side] = ("left", "right")


_BESIDE_SD_S = 0.025
"""What it adds to the SD of a take-off, real seconds, that the other shoe stands beside or passes behind: to
all of a foot alike. The nearer foot seems to leave late, the one behind it early."""


_FEET_ALIKE_S = 0.010
"""SD between the usual contact times of both feet, real seconds."""


USUAL_SPREAD_S = 0.010
"""SD of the contact times of one foot within a run of quick steps or skips, real seconds: some 5 to 10 %."""


_UNLIKE_S = 0.03
"""The same at the most, where they are seen to differ by more (an uneven rhythm)."""


LONGEST_OF_USUAL = 1.5
"""Times the median contact of a foot: a longer one has a take-off that was not seen."""


_FEW = 3


def shrink_contact_times(
    steps: Sequence[Contact], most_s: float = _UNLIKE_S, of_both: float = math.inf
) -> list[Contact]:
    """Return the steps of one foot, each contact time drawn to the median of its foot.

    How long a foot stays differs little from step to step: by `USUAL_SPREAD_S`, or by as much more as is
    seen, up to `most_s`. A take-off is known badly: the less it is known, the more it is drawn. One much
    longer than the median, or than the median `of_both` feet, has no known end.
    """
    middle = float(np.median([step.duration_s for step in steps])) if steps else 0.0
    longest = LONGEST_OF_USUAL * min(middle, of_both)
    sds = [step.takeoff_sd_s if step.duration_s <= longest else math.inf for step in steps]
    known = [step.duration_s for step, sd in zip(steps, sds, strict=True) if math.isfinite(sd)]
    if len(known) < _FEW:
        return list(steps)
    usual = float(np.median(known))
    typical = float(np.median([sd for sd in sds if math.isfinite(sd)]))
    of_median = 1.25 * typical / math.sqrt(len(known))
    apart = float(mad_sd(np.array(known)))
    own = min(math.sqrt(max(apart**2 - typical**2, 0.0)), most_s)
    prior_sd = math.hypot(max(USUAL_SPREAD_S, own), of_median)
    told = []
    for step, sd in zip(steps, sds, strict=True):
        weight = prior_sd**2 / (prior_sd**2 + sd**2) if math.isfinite(sd) else 0.0
        length = usual + weight * (step.duration_s - usual)
        up_sd = math.sqrt(weight) * sd if weight else math.inf
        if math.isfinite(up_sd):
            sd_s = math.hypot(step.touchdown_sd_s, up_sd)
            step = replace(step, takeoff_s=step.touchdown_s + length, takeoff_sd_s=up_sd, sd_s=sd_s)
        else:
            step = replace(step, takeoff_sd_s=math.inf, sd_s=math.inf)
        told.append(step)
    return told


def shrink_feet(steps: Sequence[Contact]) -> list[Contact]:
    """Return the steps of two feet side by side, the usual contact times of both drawn together.

    What the other shoe does to a take-off is as much for all steps of a foot, and of opposite sign for both.
    """
    known = {
        side: [s.duration_s for s in steps if s.side == side and math.isfinite(s.sd_s)] for side in SIDES
    }
    usual = {side: float(np.median(own)) for side, own in known.items() if len(own) >= _FEW}
    doubt, spread = _BESIDE_SD_S, _FEET_ALIKE_S / math.sqrt(2)
    if len(usual) == len(SIDES):
        weight = spread**2 / (spread**2 + doubt**2)
        middle = sum(usual.values()) / len(usual)
        shift = {side: (1 - weight) * (middle - own) for side, own in usual.items()}
        doubt *= math.sqrt((1 + weight) / 2)
    else:
        shift = dict.fromkeys(SIDES, 0.0)
    drawn = []
    for step in steps:
        if math.isfinite(step.takeoff_sd_s):
            up_sd, up_s = math.hypot(step.takeoff_sd_s, doubt), step.takeoff_s + shift[step.side]
            sd_s = math.hypot(step.touchdown_sd_s, up_sd)
            step = replace(step, takeoff_s=max(up_s, step.touchdown_s), takeoff_sd_s=up_sd, sd_s=sd_s)
        drawn.append(step)
    return drawn
