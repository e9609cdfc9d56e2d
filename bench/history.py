"""``python -m bench history``: how often the trends err, and how quick 500 sessions and the pages are."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from bench.athlete.spec import ClipSpec
from bench.athlete.tracks import track_clip
from bench.pages import page_seconds
from bench.training import Shape, training_days
from kickform.history.statistics import change_between, typical_error
from kickform.history.store import Store, open_store
from kickform.history.trends import trends_of
from kickform.pipeline.analyze import judge_estimate
from kickform.pose.estimate import PoseEstimate
from kickform.report.key_frames import jpeg
from kickform.results.analysis import Analysis
from kickform.video.reader import VideoInfo

__all__ = ["main"]

_SESSION_SD_MS = 2.5
_DRILLS = ("one", "two", "three", "four", "five")
_START = datetime(2026, 1, 5, 17, 0, tzinfo=UTC)


def main() -> int:
    """Print the tables; with --json write them as well."""
    parser = argparse.ArgumentParser(prog="python -m bench history")
    parser.add_argument("--quick", action="store_true", help="fewer seeds and sessions")
    parser.add_argument("--json", type=Path, help="write the figures as JSON")
    how = parser.parse_args()
    seeds, sessions = (40, 100) if how.quick else (200, 500)
    verdicts = [_errors(noise, memory, seeds) for noise in (3.0, 5.0, 8.0) for memory in (0.0, 0.3)]
    _print_errors(verdicts, seeds)
    speed = _speed(sessions)
    print(f"\n{sessions} sessions in {len(_DRILLS)} drills, SQLite, processor time, best of three;")
    print("pages of the app: the first answer, nothing of the history cached")
    for name, seconds in speed.items():
        print(f"  {name:<44} {1000 * seconds:8.1f} ms")
    if how.json:
        how.json.write_text(json.dumps({"verdicts": verdicts, "speed_s": speed}, indent=2) + "\n")
    return 0


def _verdict(days: np.ndarray, values: np.ndarray) -> float:
    """Return the change, 0 where it is within noise."""
    error = typical_error(values, np.full(values.size, _SESSION_SD_MS))
    change = change_between(days / 7, values, error)
    return change.value if abs(change.value) > change.noise else 0.0


def _errors(noise: float, memory: float, seeds: int) -> dict[str, float]:
    """Return in which share of the years a change of 0 or of 15 ms is called one."""
    found: dict[str, float] = {"noise_ms": noise, "memory": memory}
    years = [training_days(seed, 0.0, noise, memory) for seed in range(seeds)]
    found["false_at_end"] = float(np.mean([_verdict(*year) != 0 for year in years]))
    looks = [
        [_verdict(days[:count], values[:count]) != 0 for count in range(3, days.size, 3)]
        for days, values in years[: max(20, seeds // 4)]
    ]
    found["false_a_weekly_look"] = float(np.mean(looks))
    found["false_ever_in_the_year"] = float(np.mean(np.any(looks, axis=1)))
    shapes: tuple[Shape, ...] = ("line", "curve", "step")
    for shape in shapes:
        calls = [_verdict(*training_days(seed, 15.0, noise, memory, shape)) < 0 for seed in range(seeds)]
        found[f"found_{shape}"] = float(np.mean(calls))
    return found


def _print_errors(rows: list[dict[str, float]], seeds: int) -> None:
    print(f"A year of three sessions a week, {seeds} seeds; share of years in which a change is called")
    heads = "Noise|Memory|No change: at the end|a look|ever|15 ms: steady|quick at first|in a step"
    print(f"| {heads.replace('|', ' | ')} |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for row in rows:
        shares = [f"{100 * row[name]:.1f} %" for name in list(row)[2:]]
        print(f"| {row['noise_ms']:g} ms | {row['memory']:g} | {' | '.join(shares)} |")


def _speed(sessions: int) -> dict[str, float]:
    analysis = _an_analysis()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/kickform.db"
        with open_store(url) as store:
            began = time.process_time()
            _fill(store, analysis, sessions)
            seconds = {"save a session": (time.process_time() - began) / sessions}
        seconds["open (checked for damage)"] = _best(lambda: open_store(url).close())
        with open_store(url) as store:
            seconds["list all sessions with their numbers"] = _best(store.sessions)
            seconds["trends of one drill, read and judged"] = _best(
                lambda: trends_of(store.sessions(1, _DRILLS[0]), "contact_time_ms")
            )
            last = store.sessions()[-1].id
            seconds["one session with analysis, track, pictures"] = _best(lambda: store.session(last))
            seconds["export everything"] = _best(lambda: sum(len(piece) for piece in store.export_all()))
        seconds |= {f"page {name}": spent for name, spent in page_seconds(Path(folder), last).items()}
        size = Path(folder, "kickform.db").stat().st_size
        print(f"\n{size / sessions / 1000:.0f} kB a session on disk")
    return seconds


def _fill(store: Store, analysis: Analysis, sessions: int) -> None:
    athlete = store.athlete_named("Anna")
    rng = np.random.default_rng(1)
    grains = rng.integers(0, 256, (10, 120, 160, 3), dtype=np.uint8)  # some 20 kB each
    pictures = {f"rep_{i}": jpeg(grain) for i, grain in enumerate(grains, start=1)}
    for number in range(sessions):
        drill = _DRILLS[number % len(_DRILLS)]
        metric = replace(analysis.summary.metrics["contact_time_ms"], value=float(rng.normal(200, 4)))
        summary = replace(analysis.summary, metrics={**analysis.summary.metrics, "contact_time_ms": metric})
        store.save_session(
            replace(analysis, drill=drill, summary=summary),
            athlete=athlete,
            clip_sha256=f"{number:064x}",
            filmed_at=_START + timedelta(days=number),
            pictures=pictures,
        )


# Processor time, because other work on the machine disturbs it less; what is read lies in memory anyhow.
def _best(work: Callable[[], Any]) -> float:
    times = []
    for _ in range(3):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def _an_analysis() -> Analysis:
    """Return a set of ten jumps, analyzed from a pose track that was made, not filmed."""
    track, _ = track_clip(ClipSpec())
    estimate = PoseEstimate(track, 0, (), 1, 128.0, 0.0)
    rate = (len(track) - 1) / float(track.time_s[-1] - track.time_s[0])
    info = VideoInfo(
        "clip.mp4", Path("clip.mp4"), track.width_px, track.height_px, 0, float(track.time_s[-1]),
        len(track), rate, False, None, "h264", False,
    )  # fmt: skip
    return judge_estimate(estimate, info)
