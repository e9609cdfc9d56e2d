"""Live coaching: poses in as the camera gives them, events out while the athlete is still moving.

The last seconds of poses are judged again and again by what judges files: `build_motion`, then the drill. So
live and file share contacts, reps, scores and cues, and a new drill is live at once. What differs: a rep
counts when its end has settled (`kickform.live.rep_ledger`), slow motion is not asked for, and memory is
bounded by the window.

No thread and no camera in here; `kickform.live.session` has those. Times are the frames' own (`time_s`), so a
file can be fed as fast as the machine goes.
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
from kickform.live.pose_buffer import Moment, PoseRing, Window, info_of
from kickform.live.rep_ledger import RepLedger
from kickform.live.uncertainty import as_sure_as_followed
from kickform.motion.motion import Motion
from kickform.pipeline.build_motion import build_motion
from kickform.pipeline.recognize import recognize_drill, restrict_to
from kickform.pose.people import Pose, limb_size
from kickform.pose.track import PoseTrack
from kickform.results.findings import FindingResult, MetricResult, RepResult
from kickform.subject import Athlete

__all__ = ["LEAST_TIMING_FPS", "Cue", "LiveCoach", "LiveEvent", "Reading", "main_metric", "precision_words"]

WINDOW_S = 5.0
"""Seconds of poses that each judging sees: enough for three reps of the slowest drill."""

EVERY_S = 0.12
"""Seconds of the camera's time from one judging to the next, at least."""

LEAST_TIMING_FPS = 23.0
"""With fewer frames a second reps are counted and no time is given: at 20 the set mean was off by 70 ms."""

_LEAST_FRAMES = 12
_GAP_S = 0.7
"""A longer gap between frames ends what was going on: motion is not drawn across it."""
_STILL_S, _STILL_SHARE = 0.8, (0.02, 0.06)
"""Standing still: hips and feet stay within these shares of the limbs' length for so long."""
_LOST_S = 1.0
_AGREE = 3
_CUE_S = 4.0
_LASTING = 3
"""A finding must be made by so many judgings in a row before it becomes a cue: noise makes short ones."""
_SEVERE = {"fault": 0, "advice": 1}
_CONTACT = "contact_time_ms"
_SINGLE_MS = 10.0
"""Half a 95 % interval up to which a single contact time is worth reading."""


@dataclass(frozen=True, slots=True)
class Cue:
    """The one thing to think of now; ``code`` is the finding behind it, "" for the drill's own cue."""

    code: str
    words: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """Something that happened.

    Attributes:
        kind: "rep" (one more counts), "recount" (reps were taken back), "drill" (it is now known which),
            "cue" (another one holds), "lost" and "found" (the athlete left the picture, came back).
        time_s: time of the newest frame when it was noticed.
        count: reps so far.
        rep: the rep, for "rep".
        delay_s: frames' time from the rep's end to now, for "rep".
        words: drill id, or cue.
    """

    kind: Literal["rep", "recount", "drill", "cue", "lost", "found"]
    time_s: float
    count: int
    rep: RepResult | None = None
    delay_s: float = 0.0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How things stand.

    Attributes:
        drill: id of the drill, "" while it is not known.
        reps: those that count.
        score: mean score of the reps, 0 to 100; None while there is none.
        last: the last rep's main number; None where it is not measured, or there are too few frames.
        last_sd: its SD.
        mean: the main number over the set.
        cue: the one thing to think of.
        fps: frames a second that were judged, over the last two seconds.
        in_sight: whether the athlete is in the picture.
        hint: why nothing counts yet, in words for people; "" when something does.
        followed: share of the frames of the last two seconds to which the feet were followed.
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
    """Return the number to show live: contact time where the drill has it, else its most telling one."""
    return next((metric for metric in drill.metrics if metric.name == _CONTACT), drill.metrics[0])


def precision_words(metric: Metric, sds: Sequence[float], fps: float) -> str:
    """Return what a single number is worth: ``±15 ms at 24 frames a second: good for a set mean``.

    Half the 95 % interval, from the reps' own SDs; "" while there are none.
    """
    if not sds or fps <= 0:
        return ""
    half = 1.96 * float(np.median(sds))
    words = f"±{half:.0f} {metric.unit} at {fps:.0f} frames a second"
    if metric.unit != "ms":
        return words
    return f"{words}: good for {'a single contact' if half <= _SINGLE_MS else 'a set mean'}"


class LiveCoach:
    """Judges one athlete's set while it happens. Not for use by two threads at once.

    Args:
        drill: id of a drill, or "auto" to tell it from the movement.
        athlete: height and mass, where known.
        window_s: seconds that each judging sees.

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
        self._ring, self._ledger = PoseRing(window_s), RepLedger()
        self._size = (0, 0)
        self._began_s = math.inf
        self._from_s = -math.inf
        self._judged_s = -math.inf
        self._moved_s = -math.inf
        self._seen_s = -math.inf
        self._lost = False
        self._cue: Cue | None = None
        self._cue_s = -math.inf
        self._found: dict[str, int] = {}
        self._hint = ""

    @property
    def count(self) -> int:
        """Reps so far."""
        return self._ledger.count

    @property
    def due(self) -> bool:
        """Whether enough has happened since the last judging for another one."""
        now_s = self._ring.newest_s
        return now_s - self._judged_s >= EVERY_S and now_s - self._moved_s <= _STILL_S

    def count_from(self, time_s: float) -> None:
        """Count only what begins at `time_s` or later: before that the athlete walks into place."""
        self._from_s = time_s

    def sight(self) -> tuple[float, bool, float]:
        """Return frames a second of late, whether the athlete is in the picture, and `Reading.followed`."""
        return self._ring.fps(), not self._lost, self._ring.followed()

    def add(
        self, time_s: float, pose: Pose | None, width_px: int, height_px: int, feet: Steps | None = None
    ) -> tuple[LiveEvent, ...]:
        """Take what was seen in a frame; one that is not later than the one before is left out.

        Args:
            time_s: the frame's own time.
            pose: the athlete's pose, None where they are not in sight.
            width_px: width of the picture.
            height_px: its height.
            feet: how the soles moved since the frame before (`kickform.live.foot_flow`), where followed.
        """
        if time_s <= self._ring.newest_s:
            return ()
        if (width_px, height_px) != self._size or time_s - self._ring.newest_s > _GAP_S:
            self._ring.clear()
            self._began_s = time_s
        self._size = (width_px, height_px)
        self._ring.add(Moment(time_s, pose, feet))
        if pose is not None and self._is_moving():
            self._moved_s = time_s
        return self._sight(time_s, pose is not None)

    def step(
        self, time_s: float, pose: Pose | None, width_px: int, height_px: int, feet: Steps | None = None
    ) -> tuple[LiveEvent, ...]:
        """Do `add`, and `judge` where it is due."""
        events = self.add(time_s, pose, width_px, height_px, feet)
        return events + self.judge() if self.due else events

    def snapshot(self) -> Window:
        """Return what there is to judge, at once; for `judge` in another thread."""
        moments = self._ring.all()
        return Window(moments, self._size, bool(moments) and moments[0].time_s > self._began_s)

    def judge(self, window: Window | None = None) -> tuple[LiveEvent, ...]:
        """Judge the window now and return what is new; frames may be added meanwhile by one other thread."""
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
            proposed = [as_sure_as_followed(rep, metric, track, seen_s) for rep in proposed]
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
        """Return how things stand."""
        reps, drill = self._ledger.reps, self._drill
        scores = [rep.score for rep in reps if rep.score is not None]
        metric = main_metric(drill) if drill else None
        last = reps[-1] if reps else None
        if metric is not None and metric.unit == "ms" and self._ring.fps() < LEAST_TIMING_FPS:
            metric = None
        return Reading(
            drill=drill.id if drill else "",
            reps=reps,
            score=mean_of(scores) if scores else None,
            last=last.metrics.get(metric.name) if last and metric else None,
            last_sd=last.sds.get(metric.name) if last and metric else None,
            mean=summarize(reps, [metric])[metric.name] if reps and metric else None,
            cue=self._cue or (Cue("", drill.cue) if drill else None),
            fps=self._ring.fps(),
            in_sight=not self._lost,
            hint=self._hint,
            followed=self._ring.followed(),
        )

    def _verdict(self, track: PoseTrack, now_s: float) -> tuple[Verdict | None, list[LiveEvent]]:
        """Judge the track; None where the drill is not in it (yet)."""
        if track.found.sum() < _LEAST_FRAMES:
            return None, []
        info = info_of(track, "live")
        try:
            motion, _ = build_motion(
                track, info, height_m=self._athlete.height_m, slow_motion=1.0, quick=True
            )
            drill, motion, events = self._tell_drill(motion, now_s)
            return drill.judge(motion, self._athlete, "live"), events
        except KickFormError as error:
            if not self.count:
                self._hint = f"{error.fault}; {error.cure}"
            return None, []

    def _tell_drill(self, motion: Motion, now_s: float) -> tuple[Drill, Motion, list[LiveEvent]]:
        """Return the drill and its part of the motion; one that was told often enough holds from then on."""
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
        """Keep one cue for some seconds; then the gravest finding that lasts gives the next."""
        self._found = {f.code: self._found.get(f.code, 0) + 1 for f in findings if f.severity in _SEVERE}
        if now_s - self._cue_s < _CUE_S:
            return []
        lasting = [finding for finding in findings if self._found.get(finding.code, 0) >= _LASTING]
        gravest = min(lasting, key=lambda finding: _SEVERE[finding.severity], default=None)
        if gravest is None and self._cue is not None and self._found.get(self._cue.code):
            return []
        assert self._drill is not None
        cue = Cue("", self._drill.cue) if gravest is None else Cue(gravest.code, gravest.cue, gravest.message)
        if self._cue is not None and cue.code == self._cue.code:
            return []
        self._cue, self._cue_s = cue, now_s
        return [LiveEvent("cue", now_s, self.count, words=cue.words)]

    def _sight(self, time_s: float, seen: bool) -> tuple[LiveEvent, ...]:
        """Tell when the athlete left for longer than a moment, and when they are back."""
        if seen or self._seen_s == -math.inf:
            self._seen_s = time_s
        lost = time_s - self._seen_s > _LOST_S
        if lost == self._lost:
            return ()
        self._lost = lost
        return (LiveEvent("lost" if lost else "found", time_s, self.count),)

    def _is_moving(self) -> bool:
        """Return whether hips or feet went up and down of late."""
        poses = [m.pose for m in self._ring.recent(_STILL_S) if m.pose is not None]
        if len(poses) < 3:
            return True
        limb = float(np.median([limb_size(pose.xy_px) for pose in poses[::6]]))
        points = np.stack([pose.xy_px[:, 1] for pose in poses])
        spans = (np.ptp(points[:, 23:25].mean(axis=1)), np.ptp(points[:, 27:33].mean(axis=1)))
        return any(span > share * limb for span, share in zip(spans, _STILL_SHARE, strict=True))
