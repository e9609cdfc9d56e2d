"""Records a live set as H.264, each frame at its own time."""

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
"""Frames that may wait for the encoder: 18 MB at 640 x 480. If it cannot keep up, frames are dropped."""

_PATIENCE_S = 10.0
_FEW = 10


class Recorder:
    """Writes frames in its own thread, so that the caller never waits for the encoder.

    Attributes:
        left_out: frames not recorded because the encoder was behind.
        frames: frames recorded.
        error: why the recording failed; "" if it did not.
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
        """Share of frames missing in the clip, estimated from the gaps between the recorded frames.

        They were dropped here, or lost on the way from the camera.
        """
        apart = np.diff(np.array(self._times, dtype=np.float64))
        if len(apart) < _FEW:
            return 0.0
        usual = median_filter(
            apart, size=_FEW - 1, mode="nearest"
        )  # the camera itself slows down in poor light
        return float(1 - len(apart) / np.maximum(np.round(apart / usual), 1).sum())

    @property
    def full(self) -> bool:
        """Whether the recording has reached the longest clip that can be judged."""
        return self._first_s is not None and self._last_s - self._first_s >= self._longest_s

    def add(self, time_s: float, rgb: RgbArray) -> None:
        """Take a frame; drop it if too many are waiting or the clip is long enough."""
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
        """Write the waiting frames, close the file and return it; None if there is none (see `error`)."""
        self._end(keep=True)
        return self.path if self.frames and not self.error else None

    def discard(self) -> None:
        """Stop and delete the file."""
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
        except Exception as error:  # full disk or another picture size: the set goes on unrecorded
            self.error = f"{self.path.name}: cannot be recorded ({error}); free some space and try again"


class _Discarded(Exception):
    """Ends the writing without keeping the file."""
