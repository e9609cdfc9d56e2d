"""A live session: one camera, one athlete, one landmarker, three threads; all of them end with it.

Frames come from whoever has the camera (`LiveSession.feed`, which never waits). The pose thread looks at
them, a few at most waiting, and leaves out those it has no time for. The judging thread judges the last
seconds again and again (`kickform.live.coach`). The recorder writes every frame to a file, which is analyzed
in full afterwards.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from kickform.errors import KickFormError, UsageError
from kickform.live.coach import LEAST_TIMING_FPS, LiveCoach, LiveEvent, Reading
from kickform.live.foot_flow import LiveFeet, Steps
from kickform.live.framing import Check, Picture, check_framing, picture_of
from kickform.live.identity import AthleteIdentity
from kickform.live.pose_buffer import Moment, PoseBuffer
from kickform.live.recorder import Recorder
from kickform.numeric import RgbArray
from kickform.pose.landmarker import PoseLandmarkerSession
from kickform.pose.model_files import ModelName
from kickform.pose.people import Person, Pose, person_of
from kickform.settings import load_settings
from kickform.subject import Athlete

__all__ = ["LiveSession", "LiveStanding", "Phase", "PoseSource", "most_sessions"]

Phase = Literal["framing", "countdown", "running", "ended"]

_log = logging.getLogger(__name__)
_TRIED = (3, 15)
"""Pictures whose time tells how fast the model is; the first few are slow."""
_SLOWEST_MS = 66.0
"""With `full` slower than this (15 frames a second), `lite` takes over: it sees the feet less exactly, and
loses whole sets of which the far leg is hidden, so it is not the choice while there is another."""
_FEET_WITHIN_MS = 1000 / LEAST_TIMING_FPS
"""Feet are followed while that and the pose together keep within this: with fewer frames no time is given."""
_FRAMING_S = 1.2
_PICTURE_EVERY_S = 0.3
_LEAD_S = 1.2
"""Seconds before the start that are recorded and seen by the coach: standing still belongs to a set."""
_MOST_EVENTS = 64
_CLOCK_BACK_S = 1.0
_BREATHER = 0.4
"""After each judging the judging thread rests for so much of the time that it took."""
_POLL_S = 0.05
_MOST_WAITING = 4
"""Frames that may wait for the pose thread: they come in bursts. An eighth of a second at 30 a second."""

_SWITCH_S = 0.0005
"""While a session is under way, a thread that waits for Python's lock gets it after so long. Judging is many
short calls, and following the feet, too: with Python's usual 5 ms each of them would wait that long for the
other thread, and frames would be left out."""

_slots = threading.Lock()
_running = 0
_usual_switch_s = sys.getswitchinterval()


class PoseSource(Protocol):
    """What a session needs of a pose model; `kickform.pose.landmarker.PoseLandmarkerSession` is one."""

    def detect(self, rgb: RgbArray) -> Pose | None:
        """Return the pose of the person followed in the picture."""

    def forget(self) -> None:
        """Search anew in the next picture."""

    def close(self) -> None:
        """Release the model."""


@dataclass(frozen=True, slots=True)
class LiveStanding:
    """How a session stands; everything a page shows.

    Attributes:
        phase: framing, countdown, running, ended.
        model: pose bundle in use, "" before the first picture.
        checks: the framing, before the start.
        left_s: seconds to the start, in the countdown.
        reading: what the coach says.
        camera_fps: frames a second that come from the camera, by their own times.
        frames: frames that came.
        dropped: frames for which there was no time.
        strangers: how often somebody else was in the athlete's place.
        delay_s: seconds from a rep's end to its verdict, of the reps so far.
        full: whether the longest clip that is judged has been recorded.
        error: why it cannot go on, "" where it can.
    """

    phase: Phase
    model: str
    checks: tuple[Check, ...]
    left_s: float
    reading: Reading
    camera_fps: float
    frames: int
    dropped: int
    strangers: int
    delay_s: tuple[float, ...]
    full: bool
    error: str


def most_sessions() -> int:
    """Return how many live sessions this machine takes: by the setting, else one for each two cores."""
    return load_settings().live_sessions or max(1, (os.cpu_count() or 2) // 2)


class LiveSession:
    """One live session. `start` it, `feed` it frames, `begin` the set, `finish` it; `close` it in any case.

    Args:
        folder: where the set is recorded.
        drill: id of a drill, or "auto".
        athlete: height and mass, where known.
        model: pose bundle; None chooses by measured speed.
        load: makes a pose source from a bundle's name.

    Raises:
        UsageError: there is no such drill.
    """

    def __init__(
        self,
        folder: Path,
        *,
        drill: str = "auto",
        athlete: Athlete | None = None,
        model: ModelName | None = None,
        load: Callable[[ModelName], PoseSource] = PoseLandmarkerSession,
    ) -> None:
        self._coach = LiveCoach(drill, athlete)
        self._folder, self._load, self._model = folder, load, model
        self._name: ModelName = model or "full"
        self._phase: Phase = "framing"
        self._error = ""
        self._has_slot = False
        self._lock = threading.Condition()
        self._waiting: deque[tuple[float, RgbArray]] = deque(maxlen=_MOST_WAITING)
        self._fed = 0.0
        self._asked = time.monotonic()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._recorder: Recorder | None = None
        self._missing_share = 0.0
        self._arrivals: deque[float] = deque(maxlen=120)
        self._shift_s = 0.0
        self._frames = self._dropped = 0
        self._go_s: float | None = None
        self._countdown_s = 0.0
        self._seen = PoseBuffer(_FRAMING_S)
        self._people: deque[Person] = deque(maxlen=20)
        self._pictures: deque[tuple[float, Picture]] = deque(maxlen=3)
        self._size = (0, 0)
        self._checks: tuple[Check, ...] = ()
        self._reading = self._coach.reading()
        self._identity: AthleteIdentity | None = None
        self._events: deque[LiveEvent] = deque(maxlen=_MOST_EVENTS)
        self._delays: deque[float] = deque(maxlen=1000)
        self._feet = LiveFeet()
        self._feet_ms: deque[float] = deque(maxlen=_TRIED[1])
        self._looked: tuple[RgbArray, Pose | None] | None = None

    # what the page calls

    def start(self) -> LiveSession:
        """Take one of the machine's places and begin to look; return at once.

        Raises:
            UsageError: all places are taken.
        """
        _take_slot()
        self._has_slot = True
        for name, run in (("pose", self._look), ("judge", self._judge)):
            thread = threading.Thread(target=run, name=f"kickform-live-{name}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return self

    def feed(self, time_s: float, rgb: RgbArray) -> None:
        """Take a frame of the camera with its own time; never waits. Frames that come too fast are left out.

        The array must not be written to afterwards.
        """
        with self._lock:
            if self._stop.is_set() or self._phase == "ended":
                return
            time_s += self._shift_s
            last_s = self._arrivals[-1] if self._arrivals else -np.inf
            if time_s <= last_s:
                if last_s - time_s < _CLOCK_BACK_S:
                    return
                # The camera began anew, and its clock with it: go on a second after the last frame.
                self._shift_s += last_s - time_s + 1.0
                time_s = last_s + 1.0
            self._arrivals.append(time_s)
            self._frames += 1
            self._dropped += len(self._waiting) == _MOST_WAITING
            self._fed = time.monotonic()
            self._waiting.append((time_s, rgb))  # where it is full, the oldest goes
            self._advance(time_s)
            recorder = self._recorder
            self._lock.notify_all()
        if recorder is not None:
            recorder.add(time_s, rgb)

    def begin(self, countdown_s: float = 5.0) -> None:
        """Start the countdown; the set begins when it is over, by the frames' own times."""
        with self._lock:
            if self._phase == "framing":
                self._phase, self._countdown_s, self._go_s = "countdown", countdown_s, None

    def finish(self) -> Path | None:
        """End the set and return the recorded clip; None where nothing was recorded."""
        self._end()
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return None
        clip = recorder.finish()
        self._missing_share = recorder.missing_share
        if recorder.error:
            self._error = recorder.error
        return clip

    @property
    def missing_share(self) -> float:
        """Share of the camera's frames that the clip of `finish` lacks; more than a few cost reps."""
        return self._missing_share

    def close(self) -> None:
        """End everything; a recorded clip that was not asked for is removed. Closing twice is harmless."""
        self._end()
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            recorder.discard()

    def lose_camera(self) -> None:
        """Say that the camera is gone: the set ends, and what was recorded waits for `finish`."""
        self._end()

    @property
    def waiting(self) -> int:
        """How many frames wait to be looked at."""
        return len(self._waiting)

    @property
    def silent_s(self) -> float:
        """Seconds since the camera last gave a frame; 0 before the first."""
        return time.monotonic() - self._fed if self._fed else 0.0

    @property
    def unattended_s(self) -> float:
        """Seconds since somebody last asked how it stands."""
        return time.monotonic() - self._asked

    def standing(self) -> LiveStanding:
        """Return how the session stands."""
        self._asked = time.monotonic()
        with self._lock:
            fps, in_sight, followed = self._coach.sight()
            before = self._phase in ("framing", "countdown")
            now_s = self._arrivals[-1] if self._arrivals else 0.0
            return LiveStanding(
                phase=self._phase,
                model=self._name if self._frames else "",
                checks=self._checks,
                left_s=max(0.0, self._go_s - now_s) if self._go_s is not None else self._countdown_s,
                reading=replace(
                    self._reading,
                    fps=self._seen.fps() if before else fps,
                    in_sight=in_sight,
                    followed=followed,
                ),
                camera_fps=_rate(self._arrivals),
                frames=self._frames,
                dropped=self._dropped,
                strangers=self._identity.strangers if self._identity is not None else 0,
                delay_s=tuple(self._delays),
                full=self._recorder is not None and self._recorder.full,
                error=self._error,
            )

    def events(self) -> tuple[LiveEvent, ...]:
        """Return what happened since the last call, in order."""
        with self._lock:
            events = tuple(self._events)
            self._events.clear()
        return events

    @property
    def seen(self) -> tuple[RgbArray, Pose | None] | None:
        """The newest picture that was looked at and the pose in it (not to be written to); None before."""
        return self._looked

    # the pose thread

    def _look(self) -> None:
        source: PoseSource | None = None
        took_ms: deque[float] = deque(maxlen=_TRIED[1])
        looked = 0
        try:
            source = self._load(self._name)
            while (frame := self._take()) is not None:
                time_s, rgb = frame
                began = time.perf_counter()
                pose = source.detect(rgb)
                if pose is not None and self._identity and not self._identity.matches(time_s, pose, rgb):
                    pose = None
                took_ms.append(1000 * (time.perf_counter() - began))
                looked += 1
                feet = self._follow(time_s, rgb, pose, float(np.median(took_ms)))
                self._place(time_s, rgb, pose, feet)
                if self._model is None and looked == _TRIED[1] and self._identity is None:
                    source = self._faster(source, float(np.median(list(took_ms)[_TRIED[0] :])))
        except KickFormError as error:
            self._fail(str(error))
        except Exception:
            _log.exception("the live session failed")
            self._fail("live check: something went wrong inside KickForm; start again")
        finally:
            if source is not None:
                source.close()

    def _take(self) -> tuple[float, RgbArray] | None:
        """Wait for a frame; None at the end."""
        with self._lock:
            while not self._waiting and not self._stop.is_set():
                self._lock.wait(_POLL_S)
            return None if self._stop.is_set() else self._waiting.popleft()

    def _faster(self, source: PoseSource, median_ms: float) -> PoseSource:
        """Return the faster model where this one is too slow; there is never more than one."""
        if median_ms <= _SLOWEST_MS:
            return source
        source.close()
        self._name = "lite"
        return self._load("lite")

    def _follow(self, time_s: float, rgb: RgbArray, pose: Pose | None, pose_ms: float) -> Steps | None:
        """Follow the feet during the set, where the machine has time for it; else landmarks alone must do."""
        if self._go_s is None or time_s < self._go_s - _LEAD_S:
            return None
        if pose_ms + (float(np.median(self._feet_ms)) if self._feet_ms else 0.0) > _FEET_WITHIN_MS:
            self._feet.forget()
            return None
        began = time.perf_counter()
        steps = self._feet.step(time_s, rgb, pose)
        self._feet_ms.append(1000 * (time.perf_counter() - began))
        return steps

    def _place(self, time_s: float, rgb: RgbArray, pose: Pose | None, feet: Steps | None) -> None:
        """Hand a pose on to whoever needs it in this phase."""
        height, width = rgb.shape[:2]
        person = person_of(time_s, pose, rgb, 1.0) if pose is not None and self._identity is None else None
        picture = None
        if self._phase == "framing" and (
            not self._pictures or time_s - self._pictures[-1][0] >= _PICTURE_EVERY_S
        ):
            picture = picture_of(rgb)
        with self._lock:
            self._looked = (rgb, pose)
            self._size = (width, height)
            if person is not None:
                self._people.append(person)
            if picture is not None:
                self._pictures.append((time_s, picture))
            if self._phase != "running":
                self._seen.add(Moment(time_s, pose))
            if self._go_s is not None and time_s >= self._go_s - _LEAD_S:
                if self._identity is None and self._people:
                    self._identity = AthleteIdentity(list(self._people))
                self._events.extend(self._coach.add(time_s, pose, width, height, feet))
                self._lock.notify_all()
        if picture is not None:
            self._check()

    def _check(self) -> None:
        """Look at the framing anew."""
        earlier, later = self._pictures[0][1], self._pictures[-1][1]
        pair = (earlier, later) if len(self._pictures) > 1 else (None, None)
        self._checks = check_framing(self._seen.track(*self._size), later.luma, *pair)

    # the judging thread

    def _judge(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                if not self._coach.due:
                    self._lock.wait(_POLL_S)
                    continue
                window = self._coach.snapshot()
                latest = self._arrivals[-1] if self._arrivals else 0.0
                behind = time.monotonic()
            began = time.perf_counter()
            try:
                events = self._coach.judge(window)
            except Exception:  # one window that cannot be judged must not end the set
                _log.exception("a live window could not be judged")
                events = ()
            took_s = time.perf_counter() - began
            reading = self._coach.reading()
            with self._lock:
                self._reading = reading
                self._events.extend(events)
                waited_s = time.monotonic() - behind
                self._delays.extend(latest - e.rep.end_s + waited_s for e in events if e.rep is not None)
            self._stop.wait(_BREATHER * took_s)

    # common

    def _advance(self, time_s: float) -> None:
        """Go from countdown to set, by the frames' times; the lock is held."""
        if self._phase != "countdown":
            return
        if self._go_s is None:
            self._go_s = time_s + self._countdown_s
            self._coach.count_from(self._go_s)
        if self._recorder is None and time_s >= self._go_s - _LEAD_S:
            path = self._folder / "live set.mp4"
            self._recorder = Recorder(path, _rate(self._arrivals) or 30.0, load_settings().max_duration_s)
        if time_s >= self._go_s:
            self._phase = "running"

    def _fail(self, words: str) -> None:
        self._error = words

    def _end(self) -> None:
        """Stop the threads and give the place back."""
        with self._lock:
            self._phase = "ended"
            self._stop.set()
            self._waiting.clear()
            self._lock.notify_all()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()
        self._threads.clear()
        if self._has_slot:
            self._has_slot = False
            _give_slot()


def _rate(times: deque[float]) -> float:
    """Return frames a second over the last two seconds; 0 while unknown."""
    recent = [t for t in times if t > times[-1] - 2.0] if times else []
    return (len(recent) - 1) / (recent[-1] - recent[0]) if len(recent) > 2 else 0.0


def _take_slot() -> None:
    global _running, _usual_switch_s
    most = most_sessions()
    with _slots:
        if _running >= most:
            fault = f"{_running} live session{' is' if _running == 1 else 's are'} under way on this computer"
            raise UsageError(
                "live check", f"{fault}, and it is fast enough for {most}", "end the other first"
            )
        if not _running:
            _usual_switch_s = sys.getswitchinterval()
            sys.setswitchinterval(_SWITCH_S)
        _running += 1


def _give_slot() -> None:
    global _running
    with _slots:
        _running -= 1
        if not _running:
            sys.setswitchinterval(_usual_switch_s)
