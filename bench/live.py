"""How fast, how late and how exact is the live check, and does it grow?

``python -m bench live [--quick] [--model full|lite] [--json FILE]``

1. *Real poses*: a 30 frames-a-second clip is fed to a live session at true speed, like a camera's, and what
   it recorded is then judged as a file: frames a second judged, delay from a rep's end to its verdict, reps
   and mean contact time of both, next to the truth.
2. *An hour*: pose tracks, a set every two minutes, fed faster than life: memory after 10 minutes and after an
   hour of frames, and the reps counted.
3. *Fifty starts*: live sessions with the real pose model and an athlete in the picture, begun and ended:
   threads, open files and memory before and after.

About eight minutes on two cores.

Other work on the machine makes frames drop; how many is printed, so that a figure can be read for what it is.
"""

from __future__ import annotations

import argparse
import gc
import json
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from bench.athlete.tracks import track_clip
from bench.samples import SAMPLES
from kickform import analyze
from kickform.live.coach import LiveCoach, LiveEvent
from kickform.live.framing import first_wrong
from kickform.live.session import LiveSession
from kickform.pose.people import Pose
from kickform.settings import load_settings
from kickform.video.reader import read_frames

CLIPS = (("pogo_side_60fps", 2), ("pogo_rebound_portrait_30fps", 1), ("split_squat_side_60fps", 2))
WIDTH_PX = 640
_SET_EVERY_MIN = 2
MB = 1e6


@dataclass(frozen=True)
class Set:
    """One clip, live and as a file."""

    clip: str
    model: str
    camera_fps: float
    judged_fps: float
    dropped_pct: float
    delay_median_s: float
    delay_p95_s: float
    reps_true: int
    reps_live: int
    reps_file: int
    contact_true_ms: float
    contact_live_ms: float
    contact_live_sd_ms: float
    contact_file_ms: float


@dataclass(frozen=True)
class Growth:
    """Memory over an hour of frames, and over fifty starts."""

    hour_reps: int
    hour_reps_true: int
    mb_begin: float
    mb_10_min: float
    mb_hour: float
    starts: int
    mb_before_starts: float
    mb_after_starts: float
    threads_before: int
    threads_after: int
    handles_before: int
    handles_after: int


def main() -> int:
    options = _options()
    sets = [_live_set(name, every, options.model) for name, every in CLIPS[: 1 if options.quick else None]]
    _print_sets(sets)
    growth = _growth(10 if options.quick else 60, 5 if options.quick else 50)
    _print_growth(growth)
    if options.json:
        plain = {"sets": [asdict(one) for one in sets], "growth": asdict(growth)}
        options.json.write_text(json.dumps(plain, indent=1) + "\n")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one clip, ten minutes of frames, five starts")
    parser.add_argument("--model", choices=("full", "lite"), help="default: chosen by measured speed")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _live_set(name: str, every: int, model: Any) -> Set:
    """Feed one clip at its own speed: standing, countdown, set; then judge the same clip as a file."""
    path = load_settings().samples_dir / f"{name}.mp4"
    truth = json.loads(path.with_suffix(".json").read_text())
    with read_frames(path, max_side_px=WIDTH_PX) as reader:
        frames = [(f.time_s, f.rgb.copy()) for f in reader if f.index % every == 0]
    events: list[LiveEvent] = []
    with tempfile.TemporaryDirectory(prefix="kickform-live-") as folder:
        session = LiveSession(Path(folder), drill=truth["drill"], model=model).start()
        clock = _Clock()
        for i in range(240):  # the athlete stands until the framing is right, then for the countdown
            clock.feed(session, i / 30, frames[0][1])
            standing = session.standing()
            if (
                standing.phase == "framing"
                and i > 60
                and standing.checks
                and not first_wrong(standing.checks)
            ):
                session.begin(countdown_s=1.5)
            if standing.phase == "running":
                break
        before = session.standing()
        start_s = (i + 1) / 30
        for time_s, rgb in frames:
            clock.feed(session, start_s + time_s, rgb)
        time.sleep(1.5)
        standing = session.standing()
        events += session.events()
        clip = session.finish()
        session.close()
        if clip is None:
            raise SystemExit(f"{name}: nothing was recorded ({standing.error})")
        judged = analyze(clip, drill=truth["drill"])
    reading, came = standing.reading, standing.frames - before.frames
    dropped = standing.dropped - before.dropped
    delays = standing.delay_s or (float("nan"),)
    mean = reading.mean if reading.mean is not None and reading.mean.unit == "ms" else None
    filed = judged.summary.metrics.get("contact_time_ms")
    times = [c["contact_time_ms"] for c in truth["both_contacts"]]
    return Set(
        clip=name,
        model=standing.model,
        camera_fps=standing.camera_fps,
        judged_fps=standing.camera_fps * (1 - dropped / came),
        dropped_pct=100 * dropped / came,
        delay_median_s=float(np.median(delays)),
        delay_p95_s=float(np.percentile(delays, 95)),
        reps_true=len(truth["reps"]),
        reps_live=len(reading.reps),
        reps_file=len(judged.reps),
        contact_true_ms=float(np.mean(times)) if times else float("nan"),
        contact_live_ms=_known(mean.value if mean else None),
        contact_live_sd_ms=_known(mean.sd if mean else None),
        contact_file_ms=_known(filed.value if filed else None),
    )


class _Clock:
    """Hands frames over when their time has come, like a camera."""

    def __init__(self) -> None:
        self._zero = time.monotonic()

    def feed(self, session: LiveSession, time_s: float, rgb: Any) -> None:
        wait_s = self._zero + time_s - time.monotonic()
        if wait_s > 0:
            time.sleep(wait_s)
        session.feed(time_s, rgb)


def _known(value: float | None) -> float:
    return float("nan") if value is None else value


def _growth(minutes: int, starts: int) -> Growth:
    process = psutil.Process()
    name = "pogo_rebound_portrait_30fps"
    track, truth = track_clip(SAMPLES[f"{name}.mp4"])
    poses = [
        (float(t), Pose(track.xy_px[i], track.world_m[i], track.visibility[i]))
        for i, t in enumerate(track.time_s)
    ]
    coach = LiveCoach(truth["drill"])
    size = (track.width_px, track.height_px)

    def set_and_rest(number: int) -> None:
        zero = 60.0 * _SET_EVERY_MIN * number
        for time_s, pose in poses:
            coach.step(zero + time_s, pose, *size)
        for i in range(len(poses), 1800 * _SET_EVERY_MIN):
            coach.step(zero + i / 30, poses[0][1], *size)

    set_and_rest(0)
    begin = _memory(process)
    after_10 = begin
    for number in range(1, minutes // _SET_EVERY_MIN):
        set_and_rest(number)
        if _SET_EVERY_MIN * (number + 1) == 10:
            after_10 = _memory(process)
    hour = _memory(process)
    _start_and_stop(3)
    before, threads, handles = _memory(process), threading.active_count(), process.num_fds()
    _start_and_stop(starts)
    return Growth(
        hour_reps=coach.count,
        hour_reps_true=minutes // _SET_EVERY_MIN * len(truth["reps"]),
        mb_begin=begin,
        mb_10_min=after_10,
        mb_hour=hour,
        starts=starts,
        mb_before_starts=before,
        mb_after_starts=_memory(process),
        threads_before=threads,
        threads_after=threading.active_count(),
        handles_before=handles,
        handles_after=process.num_fds(),
    )


def _start_and_stop(times: int) -> None:
    """Begin and end sessions with the real model, a few pictures and a recording in each."""
    with read_frames(load_settings().samples_dir / f"{CLIPS[0][0]}.mp4", max_side_px=WIDTH_PX) as reader:
        picture = next(iter(reader)).rgb.copy()
    with tempfile.TemporaryDirectory(prefix="kickform-live-") as folder:
        for _ in range(times):
            session = LiveSession(Path(folder), model="full").start()
            session.begin(countdown_s=0.1)
            for i in range(15):
                session.feed(i / 30, picture)
                while session.waiting:
                    time.sleep(0.01)
            session.close()


def _memory(process: psutil.Process) -> float:
    gc.collect()
    return float(process.memory_info().rss / MB)


def _print_sets(sets: list[Set]) -> None:
    print("Live at the camera's own speed (30 frames a second), and its recording judged as a file")
    print(
        f"{'clip':30s} {'model':5s} {'fps':>5s} {'judged':>6s} {'dropped':>7s} {'delay s':>12s} "
        f"{'reps':>11s} {'contact ms: true':>16s} {'live':>13s} {'file':>6s} {'live-file':>9s}"
    )
    for one in sets:
        print(
            f"{one.clip:30s} {one.model:5s} {one.camera_fps:5.1f} {one.judged_fps:6.1f} "
            f"{one.dropped_pct:6.1f}% {one.delay_median_s:5.2f} /{one.delay_p95_s:5.2f} "
            f"{one.reps_true:3d}/{one.reps_live:3d}/{one.reps_file:3d} {one.contact_true_ms:16.1f} "
            f"{one.contact_live_ms:6.1f} ±{1.96 * one.contact_live_sd_ms:5.1f} {one.contact_file_ms:6.1f} "
            f"{one.contact_live_ms - one.contact_file_ms:+9.1f}"
        )
    print("delay: median / 95th percentile; reps: true/live/file; ±: stated 95 % interval of the set mean\n")


def _print_growth(growth: Growth) -> None:
    print(
        f"Memory: {growth.mb_begin:.0f} MB at first, {growth.mb_10_min:.0f} after 10 minutes of frames, "
        f"{growth.mb_hour:.0f} at the end; {growth.hour_reps} reps of {growth.hour_reps_true} counted"
    )
    print(
        f"{growth.starts} starts and stops: {growth.mb_before_starts:.0f} -> "
        f"{growth.mb_after_starts:.0f} MB, threads {growth.threads_before} -> {growth.threads_after}, "
        f"open files {growth.handles_before} -> {growth.handles_after}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
