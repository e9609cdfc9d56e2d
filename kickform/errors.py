"""The errors that KickForm raises on purpose.

    KickFormError                 one line that names the subject, the fault and the cure
    |-- UsageError                the call was wrong: an unknown drill, a height of 17 m
    |-- VideoError                the file cannot be read as a video, or is too short
    |-- PoseError                 the athlete or the feet are not seen well enough, or a model is damaged
    |-- DrillError                the clip is fine, but does not show the drill
    |-- StoreError                the database of athletes and sessions cannot be used
    `-- Cancelled                 the progress callback asked to stop

The command line prints the text of an error on stderr, and the app shows it in the page. It is one line of
the form ``subject: what is wrong; what to do``.
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
    """Base of the errors that KickForm raises on purpose; ``str()`` gives one line for the user.

    Args:
        subject: the file, option or value concerned.
        fault: what is wrong with it.
        cure: what to do.
    """

    def __init__(self, subject: str, fault: str, cure: str) -> None:
        self.subject = subject
        self.fault = fault
        self.cure = cure
        super().__init__(f"{subject}: {fault}; {cure}".replace("\n", " "))

    def __reduce__(self) -> tuple[type[KickFormError], tuple[str, str, str]]:
        """Support pickling, so that worker processes can pass errors on."""
        return type(self), (self.subject, self.fault, self.cure)


class UsageError(KickFormError):
    """The call is wrong: an unknown drill or model, or a value outside its range."""


class VideoError(KickFormError):
    """The file cannot be read as a video, or is too short."""


class PoseError(KickFormError):
    """The athlete or the feet are not seen well enough, or a pose model is missing or damaged."""


class DrillError(KickFormError):
    """The clip shows an athlete, but not the drill."""


class StoreError(KickFormError):
    """The database of athletes and sessions cannot be used."""


class Cancelled(KickFormError):
    """The progress callback asked to stop; no output was written."""

    def __init__(self, subject: str, fault: str = "stopped", cure: str = "start it again") -> None:
        super().__init__(subject, fault, cure)
