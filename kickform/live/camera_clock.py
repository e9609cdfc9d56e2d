"""The frame times of a camera as one increasing timeline."""

from __future__ import annotations

from collections import deque

__all__ = ["CameraClock"]

_RESTARTED_S = 1.0
"""A frame that is earlier than the last one by this much shows that the camera restarted its clock."""
_RATE_S = 2.0
_MOST_TIMES = 120


class CameraClock:
    """Keeps the newest frame times; continues one second after the last frame if the camera restarts."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=_MOST_TIMES)
        self._shift_s = 0.0

    @property
    def newest_s(self) -> float:
        """Time of the newest frame, seconds; 0 before the first."""
        return self._times[-1] if self._times else 0.0

    def accept(self, time_s: float) -> float | None:
        """Return the frame's time on the timeline, seconds; None if it is not later than the last frame."""
        time_s += self._shift_s
        if self._times and time_s <= self._times[-1]:
            last_s = self._times[-1]
            if last_s - time_s < _RESTARTED_S:
                return None
            self._shift_s += last_s - time_s + 1.0
            time_s = last_s + 1.0
        self._times.append(time_s)
        return time_s

    def fps(self) -> float:
        """Return the frames per second over the last two seconds; 0 while unknown."""
        recent = [t for t in self._times if t > self._times[-1] - _RATE_S]
        return (len(recent) - 1) / (recent[-1] - recent[0]) if len(recent) > 2 else 0.0
