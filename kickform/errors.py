"""Everything KickForm raises on purpose.

    KickFormError                 one line that names the thing, the fault and the cure
    |-- UsageError                the call was wrong: an unknown drill, a height of 17 m
    |-- VideoError                the file cannot be read as a video, or holds too little of one
    |-- PoseError                 the athlete (or the feet) cannot be seen well enough; a model is damaged
    |-- DrillError                the clip is fine, but the drill is not in it
    |-- StoreError                the database of athletes and sessions cannot be used
    `-- Cancelled                 the caller's progress callback asked to stop

The text of each error is shown to people as it stands: on stderr by the command line, in the page by
the app. It is one line of the form ``name: what is wrong; what to do``.
"""

from __future__ import annotations

__all__ = [
    "Cancelled",
    "DrillError",
    "KickFormError",
    "PoseError",
    "StoreError",
    "UsageError",
    "VideoError",
]


class KickFormError(Exception):
    """Base of every error that KickForm raises on purpose; ``str()`` of it is one line for people."""

    def __init__(self, subject: str, fault: str, cure: str) -> None:
        self.subject = subject
        self.fault = fault
        self.cure = cure
        super().__init__(f"{subject}: {fault}; {cure}".replace("\n", " "))

    def __reduce__(self) -> tuple[type[KickFormError], tuple[str, str, str]]:
        """Survive pickling, so that an error crosses from a worker process whole."""
        return type(self), (self.subject, self.fault, self.cure)


class UsageError(KickFormError):
    """The call itself was wrong: an unknown drill or model, a value outside its range."""


class VideoError(KickFormError):
    """The file cannot be read as a video, or holds too little of one."""


class PoseError(KickFormError):
    """The athlete or the feet cannot be seen well enough, or a pose model is missing or damaged."""


class DrillError(KickFormError):
    """The clip can be read and the athlete seen, but the drill is not in it."""


class StoreError(KickFormError):
    """The database of athletes and sessions cannot be used."""


class Cancelled(KickFormError):
    """The progress callback asked to stop; nothing was written."""

    def __init__(self, subject: str, fault: str = "stopped", cure: str = "start it again") -> None:
        super().__init__(subject, fault, cure)
