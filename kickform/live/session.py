"""A live session: one camera, one athlete, one pose model, three threads.

The camera's owner passes frames to `LiveSession.feed`, which never blocks. The pose thread estimates poses
and drops frames for which there is no time. The judging thread judges the last seconds again and again
(`kickform.live.coach`). The recorder writes every frame to a file, which is analyzed in full afterwards.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from kickform.errors import KickFormError
from kickform.live.camera_clock import CameraClock
from kickform.live.coach import LEAST_TIMING_FPS, LiveCoach, LiveEvent
from kickform.live.foot_flow import LiveFeet, Steps
from kickform.live.framing import FramingMonitor, picture_of
from kickform.live.identity import AthleteIdentity
from kickform.live.pose_buffer import Moment
from kickform.live.pose_source import AdaptivePoseSource, PoseSource
from kickform.live.recorder import Recorder
from kickform.live.slots import most_sessions, release_slot, take_slot
from kickform.live.status import LiveStanding, Phase
from kickform.numeric import RgbArray
from kickform.pose.landmarker import PoseLandmarkerSession
from kickform.pose.model_files import ModelName
from kickform.pose.people import Person, Pose, to_person
from kickform.settings import load_settings
from kickform.subject import Athlete

__all__ = ["LiveSession", "LiveStanding", "Phase", "PoseSource", "most_sessions"]

_log = logging.getLogger(__name__)
_FEET_WITHIN_MS = 1000 / LEAST_TIMING_FPS
"""Feet are followed if that and the pose take at most this long: with fewer fps no times are shown."""
_FEET_TIMES = 15
_LEAD_S = 1.2
"""Seconds before the start that are recorded and coached: standing still belongs to a set."""
_MOST_EVENTS = 64
_BREATHER = 0.4
"""After each judgement the judging thread rests for this share of the time it took."""
_POLL_S = 0.05
_MOST_WAITING = 4
"""Frames that may wait for the pose thread, because they come in bursts: an eighth of a second at 30 fps."""


class LiveSession:
    """One live session: `start` it, `feed` it frames, `begin` the set, `finish` it; always `close` it.

    Args:
        folder: folder for the recording.
        drill: id of a drill, or "auto".
        athlete: height and mass, if known.
        model: pose model; None chooses by measured speed.
        load: loads a pose model by name.

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
        self._folder = folder
        self._pose = AdaptivePoseSource(load, model)
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
        self._clock = CameraClock()
        self._frames = self._dropped = 0
        self._go_s: float | None = None
        self._countdown_s = 0.0
        self._framing = FramingMonitor()
        self._people: deque[Person] = deque(maxlen=20)
        self._reading = self._coach.reading()
        self._identity: AthleteIdentity | None = None
        self._events: deque[LiveEvent] = deque(maxlen=_MOST_EVENTS)
        self._delays: deque[float] = deque(maxlen=1000)
        self._feet = LiveFeet()
        self._feet_ms: deque[float] = deque(maxlen=_FEET_TIMES)
        self._newest: tuple[RgbArray, Pose | None] | None = None

    # called by the page

    def start(self) -> LiveSession:
        """Take one of the computer's session slots and start the threads; returns at once.

        Raises:
            UsageError: all slots are in use.
        """
        take_slot()
        self._has_slot = True
        for name, run in (("pose", self._run_pose), ("judge", self._run_judge)):
            thread = threading.Thread(target=run, name=f"kickform-live-{name}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return self

    def feed(self, time_s: float, rgb: RgbArray) -> None:
        """Take a frame from the camera; never blocks. Frames that come too fast are dropped.

        Args:
            time_s: the frame's own time, seconds.
            rgb: (H, W, 3) uint8; must not be changed afterwards.
        """
        with self._lock:
            if self._stop.is_set() or self._phase == "ended":
                return
            accepted_s = self._clock.accept(time_s)
            if accepted_s is None:
                return
            time_s = accepted_s
            self._frames += 1
            self._dropped += len(self._waiting) == _MOST_WAITING
            self._fed = time.monotonic()
            self._waiting.append((time_s, rgb))  # drops the oldest if full
            self._advance(time_s)
            recorder = self._recorder
            self._lock.notify_all()
        if recorder is not None:
            recorder.add(time_s, rgb)

    def begin(self, countdown_s: float = 5.0) -> None:
        """Start the countdown; the set begins when it is over, by the frames' times."""
        with self._lock:
            if self._phase == "framing":
                self._phase, self._countdown_s, self._go_s = "countdown", countdown_s, None

    def finish(self) -> Path | None:
        """End the set and return the recorded clip; None if nothing was recorded."""
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
        """Share of the camera's frames missing in the clip of `finish`; more than a few percent cost reps."""
        return self._missing_share

    def close(self) -> None:
        """End the session and delete a recording that was not finished. May be called twice."""
        self._end()
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            recorder.discard()

    def lose_camera(self) -> None:
        """End the set because the camera is gone; the recording waits for `finish`."""
        self._end()

    @property
    def waiting(self) -> int:
        """Number of frames waiting for the pose thread."""
        return len(self._waiting)

    @property
    def silent_s(self) -> float:
        """Seconds since the last frame from the camera; 0 before the first."""
        return time.monotonic() - self._fed if self._fed else 0.0

    @property
    def unattended_s(self) -> float:
        """Seconds since `standing` was last called."""
        return time.monotonic() - self._asked

    def standing(self) -> LiveStanding:
        """Return the state of the session."""
        self._asked = time.monotonic()
        with self._lock:
            fps, in_sight, followed = self._coach.tracking_state()
            before = self._phase in ("framing", "countdown")
            now_s = self._clock.newest_s
            return LiveStanding(
                phase=self._phase,
                model=self._pose.name if self._frames else "",
                checks=self._framing.checks,
                left_s=max(0.0, self._go_s - now_s) if self._go_s is not None else self._countdown_s,
                reading=replace(
                    self._reading,
                    fps=self._framing.fps() if before else fps,
                    in_sight=in_sight,
                    followed=followed,
                ),
                camera_fps=self._clock.fps(),
                frames=self._frames,
                dropped=self._dropped,
                strangers=self._identity.strangers if self._identity is not None else 0,
                delay_s=tuple(self._delays),
                full=self._recorder is not None and self._recorder.full,
                error=self._error,
            )

    def events(self) -> tuple[LiveEvent, ...]:
        """Return the events since the last call, in order."""
        with self._lock:
            events = tuple(self._events)
            self._events.clear()
        return events

    @property
    def seen(self) -> tuple[RgbArray, Pose | None] | None:
        """The last picture with an estimated pose and that pose (read-only); None before the first."""
        return self._newest

    # the pose thread

    def _run_pose(self) -> None:
        try:
            self._pose.open()
            while (frame := self._next_frame()) is not None:
                self._look_at(*frame)
        except KickFormError as error:
            self._error = str(error)
        except Exception:
            _log.exception("the live session failed")
            self._error = "live check: an error inside KickForm; start again"
        finally:
            self._pose.close()

    def _look_at(self, time_s: float, rgb: RgbArray) -> None:
        """Estimate the athlete's pose in a frame, follow the feet, and hand both over."""
        began = time.perf_counter()
        pose = self._pose.detect(rgb)
        if pose is not None and self._identity and not self._identity.matches(time_s, pose, rgb):
            pose = None
        self._pose.note_time(1000 * (time.perf_counter() - began))
        feet = self._follow_feet(time_s, rgb, pose)
        self._hand_over(time_s, rgb, pose, feet)
        if self._identity is None:
            self._pose.switch_if_slow()

    def _next_frame(self) -> tuple[float, RgbArray] | None:
        """Wait for the next frame; return None at the end."""
        with self._lock:
            while not self._waiting and not self._stop.is_set():
                self._lock.wait(_POLL_S)
            return None if self._stop.is_set() else self._waiting.popleft()

    def _follow_feet(self, time_s: float, rgb: RgbArray, pose: Pose | None) -> Steps | None:
        """Follow the feet during the set if there is time; otherwise the landmarks must be enough."""
        if self._go_s is None or time_s < self._go_s - _LEAD_S:
            return None
        feet_ms = float(np.median(self._feet_ms)) if self._feet_ms else 0.0
        if self._pose.median_ms() + feet_ms > _FEET_WITHIN_MS:
            self._feet.forget()
            return None
        began = time.perf_counter()
        steps = self._feet.step(time_s, rgb, pose)
        self._feet_ms.append(1000 * (time.perf_counter() - began))
        return steps

    def _hand_over(self, time_s: float, rgb: RgbArray, pose: Pose | None, feet: Steps | None) -> None:
        """Hand the pose to the framing checks, the athlete's identity and the coach, by phase."""
        height, width = rgb.shape[:2]
        person = to_person(time_s, pose, rgb, 1.0) if pose is not None and self._identity is None else None
        check_due = self._phase == "framing" and self._framing.wants_picture(time_s)
        picture = picture_of(rgb) if check_due else None
        with self._lock:
            self._newest = (rgb, pose)
            if person is not None:
                self._people.append(person)
            if self._phase != "running" or picture is not None:
                self._framing.add(Moment(time_s, pose), picture)
            if self._go_s is not None and time_s >= self._go_s - _LEAD_S:
                if self._identity is None and self._people:
                    self._identity = AthleteIdentity(list(self._people))
                self._events.extend(self._coach.add(time_s, pose, width, height, feet))
                self._lock.notify_all()
        if picture is not None:
            self._framing.check(width, height)

    # the judging thread

    def _run_judge(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                if not self._coach.due:
                    self._lock.wait(_POLL_S)
                    continue
                window = self._coach.snapshot()
                latest = self._clock.newest_s
                taken = time.monotonic()
            began = time.perf_counter()
            try:
                events = self._coach.judge(window)
            except Exception:  # one window that fails must not end the set
                _log.exception("a live window could not be judged")
                events = ()
            took_s = time.perf_counter() - began
            reading = self._coach.reading()
            with self._lock:
                self._reading = reading
                self._events.extend(events)
                waited_s = time.monotonic() - taken
                self._delays.extend(latest - e.rep.end_s + waited_s for e in events if e.rep is not None)
            self._stop.wait(_BREATHER * took_s)

    # both threads

    def _advance(self, time_s: float) -> None:
        """Move from countdown to set, by the frames' times; the caller holds the lock."""
        if self._phase != "countdown":
            return
        if self._go_s is None:
            self._go_s = time_s + self._countdown_s
            self._coach.count_from(self._go_s)
        if self._recorder is None and time_s >= self._go_s - _LEAD_S:
            path = self._folder / "live set.mp4"
            self._recorder = Recorder(path, self._clock.fps() or 30.0, load_settings().max_duration_s)
        if time_s >= self._go_s:
            self._phase = "running"

    def _end(self) -> None:
        """Stop the threads and release the slot."""
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
            release_slot()
