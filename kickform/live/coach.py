"""Live coaching: takes poses from the camera and returns events while the athlete is still moving.

The last seconds of poses are judged again and again as files are: `build_motion`, then the drill.
So live and file share contacts, reps, scores and cues, and a new drill works live at once. Live differs in
three ways: a rep counts once its end is stable (`kickform.live.rep_ledger`), slow motion is not expected, and
the window limits memory.

This module has no thread and no camera; `kickform.live.session` has those. Times are the frames' own
(`time_s`), so a file can be fed as fast as the computer allows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kickform.drills import Drill, Metric, get_drill
from kickform.drills.base import Verdict
from kickform.drills.common.scoring import mean_of, summarize
from kickform.errors import KickFormError
from kickform.live.foot_flow import Steps
from kickform.live.pose_buffer import Moment, PoseBuffer, Window, info_of
from kickform.live.rep_ledger import RepLedger
from kickform.live.uncertainty import widen_untracked
from kickform.motion.motion import Motion
from kickform.pipeline.build_motion import build_motion
from kickform.pipeline.recognize import recognize_drill, restrict_to
from kickform.pose.people import Pose, limb_size
from kickform.pose.track import PoseTrack
from kickform.results.findings import FindingResult, MetricResult, RepResult
from kickform.subject import Athlete

__all__ = ["LEAST_TIMING_FPS", "Cue", "LiveCoach", "LiveEvent", "Reading", "main_metric", "precision_words"]

WINDOW_S = 5.0
"""Seconds of poses that each judgement sees: enough for three reps of the slowest drill."""

EVERY_S = 0.12
"""Least camera time between two judgements, seconds."""

LEAST_TIMING_FPS = 23.0
"""Below this frame rate reps are counted but no times are shown: at 20 fps the set mean was off by 70 ms."""

_LEAST_FRAMES = 12
_GAP_S = 0.7
"""A longer gap between frames starts a new window: motion is not interpolated across it."""
_STILL_S, _STILL_SHARE = 0.8, (0.02, 0.06)
"""Standing still: for this long hips and feet move less than these shares of the limb length."""
_LOST_S = 1.0
_AGREE = 3
_CUE_S = 4.0
_LASTING = 3
"""Judgements in a row that must agree on a finding before it becomes a cue: noise makes short ones."""
_SEVERE = {"fault": 0, "advice": 1}
_CONTACT = "contact_time_ms"
_SINGLE_MS = 10.0
"""Largest half width of the 95 % interval at which a single contact time is useful."""


@dataclass(frozen=True, slots=True)
class Cue:
    """The one thing to focus on now; ``code`` is the finding behind it, "" for the drill's own cue."""

    code: str
    words: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One event of a live set.

    Attributes:
        kind: "rep" (a new rep counts), "recount" (reps were withdrawn), "drill" (the drill is detected),
            "cue" (the cue changed), "lost" and "found" (the athlete left the picture, came back).
        time_s: time of the newest frame at the event.
        count: reps so far.
        rep: the rep, for "rep".
        delay_s: camera time from the end of the rep to the event, for "rep".
        words: the drill id or the cue.
    """

    kind: Literal["rep", "recount", "drill", "cue", "lost", "found"]
    time_s: float
    count: int
    rep: RepResult | None = None
    delay_s: float = 0.0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The coach's current verdict on the set.

    Attributes:
        drill: id of the drill; "" while unknown.
        reps: the reps that count.
        score: mean score of the reps, 0 to 100, or None.
        last: main metric of the last rep; None if not measured or the frame rate is too low.
        last_sd: SD of `last`.
        mean: main metric over the set.
        cue: the one thing to focus on.
        fps: poses per second over the last two seconds.
        in_sight: whether the athlete is in the picture.
        hint: why no rep counts yet, in words; "" once one does.
        followed: share of the frames of the last two seconds in which the feet were tracked.
    """

    drill: str
    reps: tuple[RepResult, ...]
    score: float | None
    last: float | None
    last_sd: float | None
    mean: MetricResult | None
    cue: Cue | None
    fps: float
    in_sight: bool
    hint: str
    followed: float


def main_metric(drill: Drill) -> Metric:
    """Return the metric to show live: contact time if the drill has it, otherwise its first metric."""
    return next((metric for metric in drill.metrics if metric.name == _CONTACT), drill.metrics[0])


def precision_words(metric: Metric, sds: Sequence[float], fps: float) -> str:
    """Return how precise a single value is: ``±15 ms at 24 fps: trust the set average``.

    The half width of the 95 % interval, from the reps' SDs; "" while there are none.
    """
    if not sds or fps <= 0:
        return ""
    half = 1.96 * float(np.median(sds))
    words = f"±{half:.0f} {metric.unit} at {fps:.0f} fps"
    if metric.unit != "ms":
        return words
    return f"{words}: {'good for single contacts' if half <= _SINGLE_MS else 'trust the set average'}"


class LiveCoach:
    """Judges one athlete's set while it happens. Not thread-safe, except as `judge` says.

    Args:
        drill: id of a drill, or "auto" to detect it.
        athlete: height and mass, if known.
        window_s: seconds of poses that each judgement sees.

    Raises:
        UsageError: there is no such drill.
    """

    def __init__(
        self, drill: str = "auto", athlete: Athlete | None = None, window_s: float = WINDOW_S
    ) -> None:
        self._named = None if drill == "auto" else get_drill(drill)
        self._drill = self._named
        self._candidate, self._agreed = "", 0
        self._athlete = athlete or Athlete()
        self._buffer, self._ledger = PoseBuffer(window_s), RepLedger()
        self._size = (0, 0)
        self._began_s = math.inf
        self._from_s = -math.inf
        self._judged_s = -math.inf
        self._moved_s = -math.inf
        self._seen_s = -math.inf
        self._lost = False
        self._cue: Cue | None = None
        self._cue_s = -math.inf
        self._repeats: dict[str, int] = {}
        self._hint = ""

    @property
    def count(self) -> int:
        """Number of reps so far."""
        return self._ledger.count

    @property
    def due(self) -> bool:
        """Whether it is time for the next judgement."""
        now_s = self._buffer.newest_s
        return now_s - self._judged_s >= EVERY_S and now_s - self._moved_s <= _STILL_S

    def count_from(self, time_s: float) -> None:
        """Count only reps that begin at `time_s` or later; before that the athlete walks into place."""
        self._from_s = time_s

    def tracking_state(self) -> tuple[float, bool, float]:
        """Return `Reading.fps`, `Reading.in_sight` and `Reading.followed`."""
        return self._buffer.fps(), not self._lost, self._buffer.followed()

    def add(
        self, time_s: float, pose: Pose | None, width_px: int, height_px: int, feet: Steps | None = None
    ) -> tuple[LiveEvent, ...]:
        """Take the pose of a frame; a frame that is not later than the last one is ignored.

        Args:
            time_s: the frame's time, seconds.
            pose: the athlete's pose; None if not in the picture.
            width_px: width of the picture.
            height_px: height of the picture.
            feet: sole motion since the previous frame (`kickform.live.foot_flow`), if tracked.
        """
        if time_s <= self._buffer.newest_s:
            return ()
        if (width_px, height_px) != self._size or time_s - self._buffer.newest_s > _GAP_S:
            self._buffer.clear()
            self._began_s = time_s
        self._size = (width_px, height_px)
        self._buffer.add(Moment(time_s, pose, feet))
        if pose is not None and self._is_moving():
            self._moved_s = time_s
        return self._update_sight(time_s, pose is not None)

    def step(
        self, time_s: float, pose: Pose | None, width_px: int, height_px: int, feet: Steps | None = None
    ) -> tuple[LiveEvent, ...]:
        """Call `add`, and `judge` if it is due; arguments as for `add`."""
        events = self.add(time_s, pose, width_px, height_px, feet)
        return events + self.judge() if self.due else events

    def snapshot(self) -> Window:
        """Return the current window, for `judge` in another thread."""
        moments = self._buffer.all()
        return Window(moments, self._size, bool(moments) and moments[0].time_s > self._began_s)

    def judge(self, window: Window | None = None) -> tuple[LiveEvent, ...]:
        """Judge the window and return new events; meanwhile one other thread may add frames."""
        window = window or self.snapshot()
        if not window.moments:
            return ()
        track = window.track()
        now_s = float(track.time_s[-1])
        self._judged_s = now_s
        verdict, events = self._verdict(track, now_s)
        proposed = [rep for rep in verdict.reps if rep.start_s >= self._from_s] if verdict is not None else []
        if self._drill is not None:
            metric, seen_s = main_metric(self._drill), np.array([m.time_s for m in window.moments])
            proposed = [widen_untracked(rep, metric, track, seen_s) for rep in proposed]
        changes = self._ledger.settle(proposed, (float(track.time_s[0]), now_s), cut=window.cut)
        if changes.withdrawn:
            events.append(LiveEvent("recount", now_s, self.count))
        first = self.count - len(changes.counted) + 1
        for number, rep in enumerate(changes.counted, start=first):
            events.append(LiveEvent("rep", now_s, number, rep, now_s - rep.end_s))
        if verdict is not None and self.count:
            self._hint = ""
            events += self._new_cue(verdict.findings, now_s)
        return tuple(events)

    def reading(self) -> Reading:
        """Return the current verdict."""
        reps, drill = self._ledger.reps, self._drill
        scores = [rep.score for rep in reps if rep.score is not None]
        metric = main_metric(drill) if drill else None
        last = reps[-1] if reps else None
        if metric is not None and metric.unit == "ms" and self._buffer.fps() < LEAST_TIMING_FPS:
            metric = None
        return Reading(
            drill=drill.id if drill else "",
            reps=reps,
            score=mean_of(scores) if scores else None,
            last=last.metrics.get(metric.name) if last and metric else None,
            last_sd=last.sds.get(metric.name) if last and metric else None,
            mean=summarize(reps, [metric])[metric.name] if reps and metric else None,
            cue=self._cue or (Cue("", drill.cue) if drill else None),
            fps=self._buffer.fps(),
            in_sight=not self._lost,
            hint=self._hint,
            followed=self._buffer.followed(),
        )

    def _verdict(self, track: PoseTrack, now_s: float) -> tuple[Verdict | None, list[LiveEvent]]:
        """Judge the track; None if the drill is not in it (yet)."""
        if track.found.sum() < _LEAST_FRAMES:
            return None, []
        info = info_of(track, "live")
        try:
            motion, _ = build_motion(
                track, info, height_m=self._athlete.height_m, slow_motion=1.0, quick=True
            )
            drill, motion, events = self._detect_drill(motion, now_s)
            return drill.judge(motion, self._athlete, "live"), events
        except KickFormError as error:
            if not self.count:
                self._hint = f"{error.fault}; {error.cure}"
            return None, []

    def _detect_drill(self, motion: Motion, now_s: float) -> tuple[Drill, Motion, list[LiveEvent]]:
        """Return the drill and its part of the motion; enough equal detections in a row fix the drill."""
        if self._named is not None or self._agreed >= _AGREE:
            assert self._drill is not None
            return self._drill, restrict_to(self._drill, motion), []
        found = recognize_drill(motion, "live")
        self._agreed = self._agreed + 1 if found.drill.id == self._candidate else 1
        if found.drill.id == self._candidate:
            return found.drill, found.motion, []
        self._candidate, self._drill, self._cue = found.drill.id, found.drill, None
        self._ledger.clear()
        return found.drill, found.motion, [LiveEvent("drill", now_s, 0, words=found.drill.id)]

    def _new_cue(self, findings: Sequence[FindingResult], now_s: float) -> list[LiveEvent]:
        """Keep a cue for some seconds; then the most severe lasting finding gives the next one."""
        self._repeats = {f.code: self._repeats.get(f.code, 0) + 1 for f in findings if f.severity in _SEVERE}
        if now_s - self._cue_s < _CUE_S:
            return []
        lasting = [finding for finding in findings if self._repeats.get(finding.code, 0) >= _LASTING]
        worst = min(lasting, key=lambda finding: _SEVERE[finding.severity], default=None)
        if worst is None and self._cue is not None and self._repeats.get(self._cue.code):
            return []
        assert self._drill is not None
        cue = Cue("", self._drill.cue) if worst is None else Cue(worst.code, worst.cue, worst.message)
        if self._cue is not None and cue.code == self._cue.code:
            return []
        self._cue, self._cue_s = cue, now_s
        return [LiveEvent("cue", now_s, self.count, words=cue.words)]

    def _update_sight(self, time_s: float, seen: bool) -> tuple[LiveEvent, ...]:
        """Return an event when the athlete has left the picture, and when they are back."""
        if seen or self._seen_s == -math.inf:
            self._seen_s = time_s
        lost = time_s - self._seen_s > _LOST_S
        if lost == self._lost:
            return ()
        self._lost = lost
        return (LiveEvent("lost" if lost else "found", time_s, self.count),)

    def _is_moving(self) -> bool:
        """Return whether hips or feet have recently moved up or down."""
        poses = [m.pose for m in self._buffer.recent(_STILL_S) if m.pose is not None]
        if len(poses) < 3:
            return True
        limb = float(np.median([limb_size(pose.xy_px) for pose in poses[::6]]))
        points = np.stack([pose.xy_px[:, 1] for pose in poses])
        spans = (np.ptp(points[:, 23:25].mean(axis=1)), np.ptp(points[:, 27:33].mean(axis=1)))
        return any(span > share * limb for span, share in zip(spans, _STILL_SHARE, strict=True))
