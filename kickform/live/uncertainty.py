"""What a live rep is worth where there was no time for feet, or for frames.

Helper of :mod:`kickform.live.coach`.

The fast pose models draw a foot that leaves the ground a picture late, in each jump alike: means of whole
sets were 15 to 31 ms short by landmarks alone, those of hops 20 ms long (`full`, 30 frames a second). Frames
that were left out and put between on straight lines shorten contacts, too: with a fifth of them missing, by
20 to 30 ms with feet. A fit knows nothing of either.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kickform.drills import Metric
from kickform.numeric import FloatArray
from kickform.pose.track import PoseTrack
from kickform.results.findings import RepResult

__all__ = ["widen_untracked"]

_COARSE_SD_MS = 20.0
"""SD that it adds to a time: root mean square of the sets' errors."""
_LEFT_OUT_SD_MS = 100.0
"""The same for all of a rep's frames left out; for a share of them that share."""
_ENOUGH = 0.8
"""Share of a rep's frames to which a foot was followed, from which on its times are the soles'."""


def widen_untracked(rep: RepResult, metric: Metric, track: PoseTrack, seen_s: FloatArray) -> RepResult:
    """Return the rep with a wider SD of `metric`, a time, where feet were not followed or frames left out.

    Args:
        rep: as the drill judged it.
        metric: the one to widen; one that is no time stays.
        track: what it was judged by, frames that were left out put between.
        seen_s: times of the frames that were looked at.
    """
    sd = rep.sds.get(metric.name)
    if sd is None or metric.unit != "ms":
        return rep
    coarse = 0.0 if _followed(rep, track) >= _ENOUGH else _COARSE_SD_MS
    whole = int(_inside(rep, track.time_s).sum())
    left_out = 1 - int(_inside(rep, seen_s).sum()) / whole if whole else 0.0
    wider = math.hypot(sd, coarse, _LEFT_OUT_SD_MS * left_out)
    return replace(rep, sds={**rep.sds, metric.name: wider})


def _inside(rep: RepResult, time_s: FloatArray) -> NDArray[np.bool_]:
    return (time_s >= rep.start_s) & (time_s <= rep.end_s)


def _followed(rep: RepResult, track: PoseTrack) -> float:
    """Return to what share of the frames of a rep one foot at least was followed."""
    inside = _inside(rep, track.time_s)
    if track.feet is None or not inside.any():
        return 0.0
    return float(np.isfinite(track.feet.step_px[inside]).any(axis=(1, 2, 3)).mean())
