"""Checks one clip in the background: start, watch, stop. No Streamlit in here."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from kickform.errors import Cancelled, KickFormError
from kickform.events.corrections import Correction
from kickform.history.records import LiveRecord
from kickform.report.key_frames import evidence_pictures, picture_times
from kickform.results.analysis import Analysis
from kickform.video.identity import FilmedAt, clip_sha256, filmed_at

__all__ = ["CheckJob", "ChosenClip", "JobProgress", "JobState", "Options", "Outcome"]

JobState = Literal["running", "done", "refused", "stopped"]
ModelChoice = Literal["heavy", "full", "lite"]

_log = logging.getLogger(__name__)
_ONE_AT_A_TIME = threading.Lock()
_SHARES = {"scout": (0.0, 0.08), "pose": (0.08, 0.75), "feet": (0.75, 0.87), "overlay": (0.87, 1.0)}


@dataclass(frozen=True, slots=True)
class ChosenClip:
    """The file to check, the name to show, whether it is a sample, and what the live page measured."""

    path: Path
    name: str
    is_sample: bool = False
    live: LiveRecord | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """What the user said about the clip and the athlete; None means not given."""

    drill: str = "auto"
    model: ModelChoice = "heavy"
    height_m: float | None = None
    mass_kg: float | None = None
    slow_motion: float | None = None
    athlete_id: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a check and the files that show it.

    Attributes:
        analysis: what was found.
        overlay: the annotated video.
        pictures: JPEG stills by name, see `kickform.report.key_frames`.
        sha256: hash of the clip; a second save of the same clip replaces the first.
        filmed_at: when it was filmed, and the source of that time.
        stale: whether contacts were corrected after the video was drawn.
    """

    clip: ChosenClip
    analysis: Analysis
    overlay: Path
    pictures: dict[str, bytes]
    sha256: str
    filmed_at: FilmedAt
    stale: bool = False

    def with_analysis(self, analysis: Analysis) -> Outcome:
        """Return the outcome with a new analysis of the same clip; pictures of unchanged frames are kept."""
        then, now = picture_times(self.analysis), picture_times(analysis)
        kept = {n: still for n, still in self.pictures.items() if n in now and now[n] == then.get(n)}
        return replace(self, analysis=analysis, pictures=kept, stale=True)


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is: its state, the current stage, the share done (0 to 1), and seconds so far."""

    state: JobState
    stage: str
    share: float
    elapsed_s: float

    @property
    def left_s(self) -> float | None:
        """Estimated seconds left at the pace so far; None while it is too early to tell."""
        if self.share < 0.12 or self.elapsed_s < 3:
            return None
        return self.elapsed_s * (1 - self.share) / self.share


@dataclass(slots=True)
class CheckJob:
    """Checks one clip in a thread; the page reads the results once `progress().state` is not "running".

    With a `verdict` nothing is checked: only its video and pictures are drawn.
    """

    clip: ChosenClip
    options: Options
    folder: Path
    corrections: tuple[Correction, ...] = ()
    verdict: Analysis | None = None
    outcome: Outcome | None = None
    error: str = ""
    _stop: threading.Event = field(default_factory=threading.Event)
    _state: JobState = "running"
    _stage: str = "start"
    _share: float = 0.0
    _started: float = field(default_factory=time.monotonic)

    def start(self) -> CheckJob:
        """Start in a thread of its own and return at once."""
        threading.Thread(target=self._run, name="kickform-check", daemon=True).start()
        return self

    def stop(self) -> None:
        """Ask the job to stop at the next frame."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether the job was asked to stop."""
        return self._stop.is_set()

    def progress(self) -> JobProgress:
        """Return how far the job is."""
        return JobProgress(self._state, self._stage, self._share, time.monotonic() - self._started)

    def _run(self) -> None:
        name = self.clip.name
        try:
            self._wait_for_turn()
            try:
                self.outcome = self._check()
            finally:
                _ONE_AT_A_TIME.release()
            self._state = "done"
        except Cancelled:
            self._state = "stopped"
        except KickFormError as error:
            self.error, self._state = str(error), "refused"
        except Exception:
            _log.exception("checking %s failed", name)
            self.error = f"{name}: something went wrong inside KickForm; try again or use another clip"
            self._state = "refused"

    def _wait_for_turn(self) -> None:
        """Take the lock: one clip is checked at a time, because two would slow each other down."""
        self._stage = "start"
        while not _ONE_AT_A_TIME.acquire(timeout=0.2):
            self._stage = "wait"
            if self.stopping:
                raise Cancelled(self.clip.name)
        self._started, self._stage = time.monotonic(), "start"

    def _check(self) -> Outcome:
        from kickform.report.overlay.video import render_overlay

        self._report("start", 0.0)
        verdict = self.verdict or self._judge()
        pictures = evidence_pictures(self.clip.path, verdict, reps=True)
        overlay = self.folder / f"{self.clip.path.stem}_overlay.mp4"
        render_overlay(self.clip.path, verdict, overlay, progress=self._progress)
        when = filmed_at(self.clip.path)
        return Outcome(self.clip, verdict, overlay, pictures, clip_sha256(self.clip.path), when)

    def _judge(self) -> Analysis:
        from kickform.pipeline import analyze as core  # the pose library takes a second or two to import

        options = self.options
        return core.analyze(
            self.clip.path,
            drill=options.drill,
            model=options.model,
            height_m=options.height_m,
            mass_kg=options.mass_kg,
            slow_motion=options.slow_motion,
            corrections=self.corrections,
            progress=self._progress,
        )

    def _report(self, stage: str, fraction: float) -> None:
        if self._progress(stage, fraction) is False:
            raise Cancelled(self.clip.name)

    def _progress(self, stage: str, fraction: float) -> bool:
        """Take a progress report from the pipeline; the overall share never decreases."""
        low, high = _SHARES.get(stage, (self._share, self._share))
        if self.verdict is not None and stage == "overlay":
            low = 0.0  # drawing is the only stage
        self._stage = stage
        self._share = max(self._share, low + (high - low) * min(1.0, max(0.0, fraction)))
        return not self._stop.is_set()
