"""Wider SDs for a clip with repeated frames: fewer pictures than frames, each shown late."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kickform.events.types import Contact
from kickform.numeric import FloatArray

__all__ = ["widen_sd_for_repeats"]


def widen_sd_for_repeats(
    contacts: Sequence[Contact], time_s: FloatArray, distinct: float
) -> tuple[Contact, ...]:
    """Return the contacts with the SDs that fit a clip in which only some frames are different pictures.

    Repeated frames are no measurements: with a share q of distinct frames the fit's SD grows to SD / sqrt(q).
    A repeated picture is also shown late, which adds the SD of a uniform delay, delay / sqrt(12).

    Args:
        contacts: as timed from all frames.
        time_s: (T,) times of the frames, real seconds.
        distinct: share of the frames that are different pictures, above 0 and up to 1.
    """
    if distinct >= 1:
        return tuple(contacts)
    held_s = float(np.median(np.diff(time_s))) * (1 / distinct - 1) / math.sqrt(12)

    def wider(sd_s: float, events: int = 1) -> float:
        return math.hypot(sd_s / math.sqrt(distinct), held_s * math.sqrt(events))

    return tuple(
        replace(
            c,
            touchdown_sd_s=wider(c.touchdown_sd_s),
            takeoff_sd_s=wider(c.takeoff_sd_s),
            sd_s=wider(c.sd_s, 2),
        )
        for c in contacts
    )
