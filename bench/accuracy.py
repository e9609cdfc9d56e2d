"""``python -m bench accuracy``: render, analyze, compare with the truth, write docs/accuracy.md."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import math
import os
import pickle
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import asdict
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.cases import Case, all_cases
from bench.measuring import Outcome, hold_against_truth
from bench.tables import page_of
from bench.targets import all_targets, named_right
from kickform.errors import KickFormError

if TYPE_CHECKING:
    from kickform.pose.estimate import PoseEstimate
    from kickform.video.reader import VideoInfo

__all__ = ["judge_case", "main"]

ROOT = Path(__file__).resolve().parents[1]
CACHE = Path(os.environ.get("KICKFORM_BENCH_CACHE", ROOT / ".bench-cache"))
BOUNDS = Path(__file__).with_name("bounds.json")
PAGE = ROOT / "docs" / "accuracy.md"
_POSE_SOURCES = ("video/*.py", "pose/*.py", "pose/flow/*.py", "numeric.py")
_FEET_SOURCES = _POSE_SOURCES


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 where a recorded bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m bench accuracy", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="the small subset, held against bench/bounds.json"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the whole matrix")
    parser.add_argument("--model", default="heavy", choices=("heavy", "full", "lite"))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", help="cases whose name contains one of these, comma apart")
    parser.add_argument("--minutes", type=float, default=0.0, help="begin no clip later than this; 0 = all")
    parser.add_argument("--json", default="", help="write the outcomes as JSON to this file")
    options = parser.parse_args(arguments)
    wanted = options.only.split(",")
    cases = [c for c in all_cases(options.seed) if any(word in c.name for word in wanted)]
    cases = [c for c in cases if c.quick or not options.quick]
    outcomes = _run_all(_mixed(cases, options.seed), options.model, options.workers, options.minutes)
    clips = f"{len(outcomes)} of {len(cases)} clips, seed {options.seed}"
    page = page_of(outcomes, options.model, clips)
    print(page)
    if options.json:
        Path(options.json).write_text(_as_json(outcomes, options.model, clips), "utf-8")
    whole = not options.quick and not options.only and options.model == "heavy"
    if whole:
        PAGE.write_text(page, "utf-8")
    return _check_bounds(outcomes) if options.quick else 0


def _as_json(outcomes: Sequence[Outcome], model: str, clips: str) -> str:
    """Return the target table and every outcome as JSON text."""
    targets = [asdict(target) for target in all_targets(outcomes)]
    told = {"model": model, "clips": clips, "targets": targets, "outcomes": [asdict(o) for o in outcomes]}
    return json.dumps(told, indent=1, allow_nan=False) + "\n"


def _mixed(cases: Sequence[Case], seed: int) -> list[Case]:
    """Return the cases in a random order, the quick ones first: a run cut short has some of everything."""
    order = np.random.default_rng(seed).permutation(len(cases))
    return sorted((cases[i] for i in order), key=lambda case: not case.quick)


def _run_all(cases: Sequence[Case], model: str, workers: int, minutes: float) -> list[Outcome]:
    """Run the cases in worker processes until `minutes` are over (0: all), telling of each on stderr.

    The outcomes come back in the order of the matrix.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    begun, outcomes = time.monotonic(), []
    deadline = begun + 60 * minutes if minutes else math.inf
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = iter(cases)
        running = {pool.submit(_run, case, model) for case in islice(waiting, workers)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                outcomes.append(outcome := future.result())
                what = outcome.refusal or f"{outcome.reps_found} of {outcome.reps_true} reps"
                counted = f"[{len(outcomes)}/{len(cases)}]"
                print(f"{counted} {outcome.name}: {what}", file=sys.stderr, flush=True)
            if time.monotonic() < deadline:
                running |= {pool.submit(_run, case, model) for case in islice(waiting, len(done))}
    position = {case.name: number for number, case in enumerate(all_cases(1))}
    return sorted(outcomes, key=lambda outcome: position[outcome.name])


def _run(case: Case, model: str) -> Outcome:
    """Render (or fetch) one clip, estimate (or fetch) its poses, analyze and compare."""
    from kickform.video.reader import probe

    clip, truth = _clip(case)
    try:
        info = probe(clip)
        estimate = _poses(clip, model)
    except KickFormError as error:
        return hold_against_truth(case, truth, None, None, str(error))
    return judge_case(case, truth, estimate, info, model)


def judge_case(
    case: Case, truth: dict[str, Any], estimate: PoseEstimate, info: VideoInfo, model: str
) -> Outcome:
    """Name the drill from the movement alone; measure it as the drill that it is."""
    from kickform.pipeline.analyze import judge_estimate
    from kickform.pipeline.build_motion import build_motion

    motion = analysis = None
    named, refusal = "none", ""
    try:
        analysis = judge_estimate(estimate, info, model=model)
        named = analysis.drill
    except KickFormError as error:
        refusal = str(error)
    if case.drill not in (named, "none"):
        try:
            analysis = judge_estimate(estimate, info, drill=case.drill, model=model)
            refusal = ""
        except KickFormError as error:
            analysis, refusal = None, str(error)
    if analysis is not None:
        motion = analysis.motion
    else:
        with contextlib.suppress(KickFormError):
            motion, _ = build_motion(estimate.track, info)
    return hold_against_truth(case, truth, motion, analysis, refusal, named)


def _clip(case: Case) -> tuple[Path, dict[str, Any]]:
    """Return the rendered clip and its truth, from the cache where spec and renderer are the same."""
    from bench.athlete import render_clip

    key = _digest(repr(case.spec).encode(), *_sources(ROOT / "bench" / "athlete", ("**/*.py",)))
    clip = CACHE / f"{case.name}-{key}.{'webm' if case.spec.capture.codec == 'vp9' else 'mp4'}"
    truth = clip.with_suffix(".json")
    if not (clip.exists() and truth.exists()):
        partial = clip.with_name(f"part-{os.getpid()}-{clip.name}")
        render_clip(case.spec, partial).write(truth)
        partial.replace(clip)
    return clip, json.loads(truth.read_text("utf-8"))


def _poses(clip: Path, model: str) -> PoseEstimate:
    """Return the pose estimate of a clip, its feet followed; from the cache where its code is the same."""
    from kickform.pipeline.analyze import with_feet
    from kickform.pose.estimate import estimate_pose
    from kickform.video.reader import probe

    read = clip.read_bytes()
    pose_key = _digest(read, model.encode(), *_sources(ROOT / "kickform", _POSE_SOURCES))
    feet_key = _digest(pose_key.encode(), *_sources(ROOT / "kickform", _FEET_SOURCES))

    def estimated() -> PoseEstimate:
        return estimate_pose(clip, probe(clip), model=model)  # type: ignore[arg-type]

    def followed() -> PoseEstimate:
        poses = _kept(CACHE / f"{clip.stem}-{model}-{pose_key}.pose", estimated)
        return with_feet(poses, probe(clip))

    return _kept(CACHE / f"{clip.stem}-{model}-{feet_key}.feet", followed)


def _kept(path: Path, make: Callable[[], PoseEstimate]) -> PoseEstimate:
    """Return what is kept in a file of the cache; made and put there where it is not."""
    if path.exists():
        found: PoseEstimate = pickle.loads(path.read_bytes())  # our own file, written below
        return found
    made = make()
    partial = path.with_name(f"part-{os.getpid()}-{path.name}")
    partial.write_bytes(pickle.dumps(made))
    partial.replace(path)
    return made


def _sources(folder: Path, patterns: Iterable[str]) -> list[bytes]:
    files = sorted({path for pattern in patterns for path in folder.glob(pattern)})
    return [path.read_bytes() for path in files]


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:12]


def _check_bounds(outcomes: Sequence[Outcome]) -> int:
    """Hold the quick subset against the recorded bounds; tell each breach on stderr."""
    bounds = json.loads(BOUNDS.read_text("utf-8"))
    breaches = []
    for outcome in outcomes:
        bound = bounds.get(outcome.name)
        if bound is None:
            breaches.append(f"{outcome.name}: no bound is recorded")
            continue
        if not named_right(outcome):
            breaches.append(f"{outcome.name}: taken for {outcome.named}, it is {outcome.drill}")
        if outcome.reps_found != bound["reps"]:
            breaches.append(f"{outcome.name}: {outcome.reps_found} reps, {bound['reps']} are right")
        errors = [abs(contact.error_ms) for contact in outcome.contacts]
        mae = float(np.mean(errors)) if errors else None
        if bound["mae_ms"] is not None and (mae is None or mae > bound["mae_ms"]):
            breaches.append(f"{outcome.name}: contact MAE {mae} ms, bound {bound['mae_ms']} ms")
    for breach in breaches:
        print(f"bound broken: {breach}", file=sys.stderr)
    return 1 if breaches else 0


if __name__ == "__main__":
    raise SystemExit(main())
