"""Widens the SD of live contact times if the feet were not tracked or frames were dropped.

The fast pose models see a foot leave the ground a picture late, in every jump: by landmarks alone, set means
were 15 to 31 ms too short, those of hops 20 ms too long (`full`, 30 fps). Interpolating dropped frames also
shortens contacts: with a fifth of the frames missing, by 20 to 30 ms even with tracked feet. The SD of the
fit contains neither.
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

_UNTRACKED_SD_MS = 20.0
"""SD added to a time without tracked feet: root mean square of the sets' errors."""
_DROPPED_SD_MS = 100.0
"""SD added if all frames of a rep were dropped; in proportion for a share of them."""
_TRACKED_SHARE = 0.8
"""Share of a rep's frames with a tracked foot from which its times are taken from the soles."""


def widen_untracked(rep: RepResult, metric: Metric, track: PoseTrack, seen_s: FloatArray) -> RepResult:
    """Return the rep with a wider SD of `metric` if feet were not tracked or frames were dropped.

    Args:
        rep: the rep as the drill judged it.
        metric: the metric to widen; only times (ms) are changed.
        track: the judged track, with dropped frames interpolated.
        seen_s: (N,) times of the frames that were looked at, seconds.
    """
    sd = rep.sds.get(metric.name)
    if sd is None or metric.unit != "ms":
        return rep
    untracked_ms = 0.0 if _tracked_share(rep, track) >= _TRACKED_SHARE else _UNTRACKED_SD_MS
    whole = int(_inside(rep, track.time_s).sum())
    dropped = 1 - int(_inside(rep, seen_s).sum()) / whole if whole else 0.0
    wider = math.hypot(sd, untracked_ms, _DROPPED_SD_MS * dropped)
    return replace(rep, sds={**rep.sds, metric.name: wider})


def _inside(rep: RepResult, time_s: FloatArray) -> NDArray[np.bool_]:
    return (time_s >= rep.start_s) & (time_s <= rep.end_s)


def _tracked_share(rep: RepResult, track: PoseTrack) -> float:
    """Return the share of the rep's frames in which at least one foot was tracked."""
    inside = _inside(rep, track.time_s)
    if track.feet is None or not inside.any():
        return 0.0
    return float(np.isfinite(track.feet.step_px[inside]).any(axis=(1, 2, 3)).mean())
