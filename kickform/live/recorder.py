"""A live set on disk: H.264 with each frame at its own time."""

from __future__ import annotations

import queue
import threading
from pathlib import Path

import numpy as np
from scipy.ndimage import median_filter

from kickform.errors import KickFormError
from kickform.numeric import RgbArray
from kickform.video.writer import Mp4Writer

__all__ = ["Recorder"]

_MOST_WAITING = 20
"""Frames of 640 x 480 that may wait for the encoder: 18 MB. Where it cannot keep up, frames are left out."""

_PATIENCE_S = 10.0
_FEW = 10


class Recorder:
    """Writes frames in a thread of its own, so that nothing waits for the encoder; the caller never blocks.

    Attributes:
        left_out: frames that were not recorded because the encoder was behind.
        frames: frames that were recorded.
        error: why nothing was recorded, "" where all went well.
    """

    def __init__(self, path: Path, fps: float, longest_s: float) -> None:
        self.path = path
        self.left_out = 0
        self.error = ""
        self.frames = 0
        self._times: list[float] = []
        self._longest_s = longest_s
        self._fps = fps
        self._first_s: float | None = None
        self._waiting: queue.Queue[tuple[float, RgbArray] | None] = queue.Queue(_MOST_WAITING)
        self._keep = True
        self._thread = threading.Thread(target=self._run, name="kickform-record", daemon=True)
        self._thread.start()

    @property
    def missing_share(self) -> float:
        """Share of the frames that the clip lacks, by the times of those it has.

        They were left out here, or lost on the way from the camera.
        """
        apart = np.diff(np.array(self._times, dtype=np.float64))
        if len(apart) < _FEW:
            return 0.0
        usual = median_filter(
            apart, size=_FEW - 1, mode="nearest"
        )  # in poor light a camera itself slows down
        return float(1 - len(apart) / np.maximum(np.round(apart / usual), 1).sum())

    @property
    def full(self) -> bool:
        """Whether the longest clip that is judged has been recorded."""
        return self._first_s is not None and self._last_s - self._first_s >= self._longest_s

    def add(self, time_s: float, rgb: RgbArray) -> None:
        """Take a frame; it is left out where too many wait already, or the clip is long enough."""
        if self._first_s is None:
            self._first_s = time_s
        self._last_s = time_s
        if self.full or not self._thread.is_alive():
            return
        try:
            self._waiting.put_nowait((time_s - self._first_s, rgb))
        except queue.Full:
            self.left_out += 1

    def finish(self) -> Path | None:
        """Write what waits, close the file and return it; None where there is none (see `error`)."""
        self._end(keep=True)
        return self.path if self.frames and not self.error else None

    def discard(self) -> None:
        """Stop and leave no file."""
        self._end(keep=False)
        self.path.unlink(missing_ok=True)

    def _end(self, *, keep: bool) -> None:
        self._keep = keep
        while self._thread.is_alive():
            try:
                self._waiting.put(None, timeout=_PATIENCE_S)
                break
            except queue.Full:
                continue
        self._thread.join()

    def _run(self) -> None:
        try:
            with Mp4Writer(self.path, self._fps) as writer:
                while (entry := self._waiting.get()) is not None and self._keep:
                    writer.write(entry[1], entry[0])
                    self.frames += 1
                    self._times.append(entry[0])
                if not self._keep:
                    raise _Discarded
        except _Discarded:
            pass
        except KickFormError as error:
            self.error = str(error)
        except Exception as error:  # a full disk, a picture of another size: the set goes on without a record
            self.error = f"{self.path.name}: cannot be recorded ({error}); free some space and try again"


class _Discarded(Exception):
    """Ends the writing without a file."""
