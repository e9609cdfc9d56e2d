"""What the estimator sees of the athlete: landmarks scaled to one distance, at real seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kickform.events.types import Side
from kickform.numeric import FloatArray
from kickform.pose.track import FeetMotion

__all__ = ["USUAL_STATURE_M", "Observation"]

USUAL_STATURE_M = 1.72  # convention: mean of women and men; only weak priors depend on it


@dataclass(frozen=True, slots=True)
class Observation:
    """Landmarks of one athlete over T frames, ready to time events.

    Attributes:
        time_s: (T,) real seconds.
        xy_up: (T, 33, 2) landmarks, pixels at the athlete's median distance, y up, NaN in gaps, unfiltered.
        visibility: (T, 33) in [0, 1].
        height_px: stature in pixels at that distance.
        facing: +1 where the athlete faces the right edge of the picture, else -1.
        size_ratio: (T,) size in the picture, as a share of its median; None for 1 throughout.
        occluded: the foot behind the other leg (the far one in a side view), if any.
        stature_m: stature in metres.
        feet: motion of soles and thighs by optical flow, pixels of the picture as filmed; None without.
    """

    time_s: FloatArray
    xy_up: FloatArray
    visibility: FloatArray
    height_px: float
    facing: Literal[-1, 1] = 1
    size_ratio: FloatArray | None = None
    occluded: Side | None = None
    stature_m: float = USUAL_STATURE_M
    feet: FeetMotion | None = None

    @property
    def stature_px(self) -> FloatArray:
        """(T,) stature in pixels of the picture as filmed; it changes with the distance."""
        return self.height_px * self.relative_size

    @property
    def relative_size(self) -> FloatArray:
        """(T,) size in the picture, as a share of its median."""
        return np.ones(len(self.time_s)) if self.size_ratio is None else self.size_ratio

    @property
    def toe_step(self) -> FloatArray | None:
        """(T, 2, 2) motion of the left and right sole below the toe since the last frame, statures, y down.

        None without optical flow.
        """
        if self.feet is None:
            return None
        return self.feet.step_px[:, :, 0] / self.stature_px[:, None, None]
