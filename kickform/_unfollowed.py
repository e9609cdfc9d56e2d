"""What a live rep is worth whose feet there was no time to follow. Helper of :mod:`kickform.live`.

The fast pose models draw a foot that leaves the ground a picture late, in each jump alike: means of whole
sets were 15 to 31 ms short by landmarks alone, those of hops 20 ms long (`full`, 30 frames a second). A fit
to the landmarks knows nothing of it.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from kickform.drills import Metric
from kickform.result import RepResult
from kickform.track import PoseTrack

__all__ = ["as_sure_as_followed"]

_COARSE_SD_MS = 20.0
"""SD that it adds to a time: root mean square of the sets' errors."""
_ENOUGH = 0.8
"""Share of a rep's frames to which a foot was followed, from which on its times are the soles'."""


def as_sure_as_followed(rep: RepResult, metric: Metric, track: PoseTrack) -> RepResult:
    """Return the rep with a wider SD of `metric`, a time, where the feet were not followed through it."""
    sd = rep.sds.get(metric.name)
    if sd is None or metric.unit != "ms" or _followed(rep, track) >= _ENOUGH:
        return rep
    return replace(rep, sds={**rep.sds, metric.name: math.hypot(sd, _COARSE_SD_MS)})


def _followed(rep: RepResult, track: PoseTrack) -> float:
    """Return to what share of the frames of a rep one foot at least was followed."""
    inside = (track.time_s >= rep.start_s) & (track.time_s <= rep.end_s)
    if track.feet is None or not inside.any():
        return 0.0
    return float(np.isfinite(track.feet.step_px[inside]).any(axis=(1, 2, 3)).mean())
