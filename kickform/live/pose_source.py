"""The pose model of a live session, replaced by a faster one on a slow computer."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

import numpy as np

from kickform.numeric import RgbArray
from kickform.pose.model_files import ModelName
from kickform.pose.people import Pose

__all__ = ["AdaptivePoseSource", "PoseSource"]

_TRIED = (3, 15)
"""The pictures (from, to) that show how fast the model is; the first few are slow."""
_SLOWEST_MS = 66.0
"""If `full` is slower than this (15 fps), `lite` takes over. It sees the feet less exactly and loses whole
sets in which the far leg is occluded, so it is the second choice."""


class PoseSource(Protocol):
    """A pose model for live pictures, such as `kickform.pose.landmarker.PoseLandmarkerSession`."""

    def detect(self, rgb: RgbArray) -> Pose | None:
        """Return the pose of the followed person in the (H, W, 3) uint8 picture, or None."""

    def forget(self) -> None:
        """Search the whole next picture."""

    def close(self) -> None:
        """Release the model."""


class AdaptivePoseSource:
    """One pose model at a time: `full`, then `lite` if that is too slow; or the model that was asked for.

    Args:
        load: loads a pose model by name.
        model: the model to use; None chooses by measured speed.

    Attributes:
        name: the model in use.
    """

    def __init__(self, load: Callable[[ModelName], PoseSource], model: ModelName | None) -> None:
        self.name: ModelName = model or "full"
        self._load, self._may_switch = load, model is None
        self._source: PoseSource | None = None
        self._took_ms: deque[float] = deque(maxlen=_TRIED[1])
        self._looked = 0

    def detect(self, rgb: RgbArray) -> Pose | None:
        """Return the pose of the followed person in the (H, W, 3) uint8 picture, or None.

        Raises:
            KickFormError: the model cannot be loaded.
        """
        return self.open().detect(rgb)

    def open(self) -> PoseSource:
        """Return the model, loaded on the first call.

        Raises:
            KickFormError: the model cannot be loaded.
        """
        if self._source is None:
            self._source = self._load(self.name)
        return self._source

    def note_time(self, took_ms: float) -> None:
        """Take the time that a picture took, milliseconds."""
        self._took_ms.append(took_ms)
        self._looked += 1

    def median_ms(self) -> float:
        """Return the median time of the last pictures, milliseconds."""
        return float(np.median(self._took_ms))

    def switch_if_slow(self) -> None:
        """Change to `lite` if the first pictures took too long; decided once."""
        if not self._may_switch or self._looked != _TRIED[1]:
            return
        if float(np.median(list(self._took_ms)[_TRIED[0] :])) > _SLOWEST_MS:
            self.close()
            self.name = "lite"
            self.open()

    def close(self) -> None:
        """Release the model."""
        source, self._source = self._source, None
        if source is not None:
            source.close()
