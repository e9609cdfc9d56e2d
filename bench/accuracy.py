"""``python -m bench accuracy``: render, analyze, compare with the truth, write docs/accuracy.md."""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import pickle
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import asdict
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from bench.cases import Case, all_cases
from bench.measuring import Outcome, hold_against_truth

__all__ = ["main"]

ROOT = Path(__file__).resolve().parents[1]
CACHE = Path(os.environ.get("KICKFORM_BENCH_CACHE", ROOT / ".bench-cache"))
BOUNDS = Path(__file__).with_name("bounds.json")
PAGE = ROOT / "docs" / "accuracy.md"
_POSE_SOURCES = ("pose.py", "video.py", "_*.py", "models.py", "track.py")


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
    page = _page(outcomes, options.model, f"{len(outcomes)} of {len(cases)} clips, seed {options.seed}")
    print(page)
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(o) for o in outcomes], indent=1) + "\n", "utf-8")
    whole = not options.quick and not options.only and options.model == "heavy"
    if whole:
        PAGE.write_text(page, "utf-8")
    return _check_bounds(outcomes) if options.quick else 0


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
    from kickform.analysis import judge_estimate, motion_of
    from kickform.errors import KickFormError
    from kickform.video import probe

    clip, truth = _clip(case)
    motion = analysis = None
    refusal = ""
    try:
        info = probe(clip)
        estimate = _poses(clip, model)
        motion, _ = motion_of(estimate.track, info)
        analysis = judge_estimate(estimate, info, model=model)
    except KickFormError as error:
        refusal = str(error)
    return hold_against_truth(case, truth, motion, analysis, refusal)


def _clip(case: Case) -> tuple[Path, dict]:
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


def _poses(clip: Path, model: str):
    """Return the pose estimate of a clip, from the cache where clip and pose code are the same."""
    from kickform.pose import estimate_pose
    from kickform.video import probe

    sources = _sources(ROOT / "kickform", _POSE_SOURCES)
    key = _digest(clip.read_bytes(), model.encode(), *sources)
    kept = CACHE / f"{clip.stem}-{model}-{key}.pose"
    if kept.exists():
        return pickle.loads(kept.read_bytes())  # our own file, written below
    estimate = estimate_pose(clip, probe(clip), model=model)  # type: ignore[arg-type]
    partial = kept.with_name(f"part-{os.getpid()}-{kept.name}")
    partial.write_bytes(pickle.dumps(estimate))
    partial.replace(kept)
    return estimate


def _sources(folder: Path, patterns: Iterable[str]) -> list[bytes]:
    files = sorted({path for pattern in patterns for path in folder.glob(pattern)})
    return [path.read_bytes() for path in files]


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:12]


_HEAD = """Rendered accuracy: these clips show a rendered athlete, not people.

That leaves open what only real people and force plates can show: real shoes, skin and cloth, soft ground,
other backgrounds, and how often a pose model is wrong on them. Where real clips were tried, see
docs/contact-times.md. Truth is exact: events are known to the microsecond, the ground force is a skewed lobe
with an impact peak (not what the estimator assumes), phases are random, bodies and parameters are drawn anew
from the seed. Errors are measured minus true. "In 95 %" is the share of contacts whose error lies inside the
stated 95 % interval.

Printed by `python -m bench accuracy` (model {model}, {clips}).
"""


def _page(outcomes: Sequence[Outcome], model: str, clips: str) -> str:
    """Return the whole page as Markdown; `clips` says how many of which matrix."""
    parts = ["# Accuracy", "", _HEAD.format(model=model, clips=clips)]
    pogo = [o for o in outcomes if o.drill == "pogo"]
    if pogo:
        parts += ["## Pogo jumps", "", *_contact_table(pogo), "", *_height_table(pogo), ""]
    others = [o for o in outcomes if o.drill not in ("pogo", "none")]
    if others:
        parts += ["## Contacts in the other drills", "", *_contact_table(others), ""]
    negative = [o for o in outcomes if o.drill == "none"]
    if negative:
        parts += ["## Clips without a drill", "", *_negative_table(negative), ""]
    parts += ["## Faults", "", *_fault_lines(pogo), ""]
    return "\n".join(parts)


def _by_condition(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    rows: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        rows[outcome.condition].append(outcome)
    return rows


def _contact_table(outcomes: Sequence[Outcome]) -> list[str]:
    lines = [
        "| Condition | clips | contacts | MAE ms | bias ms | 95th pct ms | in 95 % | worst set mean ms "
        "| F1 | reps found / true |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    rows = _by_condition(outcomes)
    if len(rows) > 1:
        rows = {**rows, "**all**": list(outcomes)}
    for condition, group in rows.items():
        lines.append(_contact_row(condition, group))
    return lines


def _contact_row(condition: str, group: Sequence[Outcome]) -> str:
    pairs = np.array([pair for o in group for pair in o.contact_ms]).reshape(-1, 2)
    hits, found, true = (sum(getattr(o, f"event_{n}") for o in group) for n in ("hits", "found", "true"))
    f1 = 2 * hits / (found + true) if found + true else 0.0
    reps = f"{sum(o.reps_found or 0 for o in group)} / {sum(o.reps_true for o in group)}"
    means = [abs(o.set_mean_ms) for o in group if o.set_mean_ms is not None]
    if not len(pairs):
        return f"| {condition} | {len(group)} | 0 | - | - | - | - | - | {f1:.2f} | {reps} |"
    error, sd = pairs[:, 0], pairs[:, 1]
    inside = np.mean(np.abs(error) <= 1.96 * sd)
    return (
        f"| {condition} | {len(group)} | {len(error)} | {np.abs(error).mean():.1f} | {error.mean():+.1f} "
        f"| {np.percentile(np.abs(error), 95):.1f} | {100 * inside:.0f} % | {max(means):.1f} "
        f"| {f1:.2f} | {reps} |"
    )


def _height_table(outcomes: Sequence[Outcome]) -> list[str]:
    lines = [
        "| Condition | jump height MAE cm | bias cm | deepest knee bend MAE deg | bias deg | scale error % |",
        "|---|---|---|---|---|---|",
    ]
    rows = _by_condition(outcomes)
    for condition, group in {**rows, "**all**": list(outcomes)}.items():
        heights = np.array([e for o in group for e in o.height_cm])
        knees = np.array([e for o in group for e in o.knee_deg])
        scales = np.array([o.scale_pct for o in group if o.scale_pct is not None])
        height = f"{np.abs(heights).mean():.1f} | {heights.mean():+.1f}" if len(heights) else "- | -"
        knee = f"{np.abs(knees).mean():.1f} | {knees.mean():+.1f}" if len(knees) else "withheld | "
        scale = f"{scales.mean():+.1f}" if len(scales) else "-"
        lines.append(f"| {condition} | {height} | {knee} | {scale} |")
    return lines


def _negative_table(outcomes: Sequence[Outcome]) -> list[str]:
    lines = ["| Clip | reps found | what was said |", "|---|---|---|"]
    for outcome in outcomes:
        said = outcome.refusal.split(": ", 1)[-1] if outcome.refusal else "a verdict (wrong)"
        lines.append(f"| {outcome.condition} | {outcome.reps_found} | {said} |")
    return lines


def _fault_lines(outcomes: Sequence[Outcome]) -> list[str]:
    injected = [(o, code) for o in outcomes for code in o.faults_injected]
    found = sum(code in o.faults_found for o, code in injected)
    missed = [f"{code} ({o.name})" for o, code in injected if code not in o.faults_found]
    judged = [o for o in outcomes if not o.refusal]
    false = [f"{code} ({o.name})" for o in judged for code in o.faults_false]
    return [
        f"- Injected {len(injected)}, found {found}. Missed: {', '.join(missed) or 'none'}.",
        f"- Findings of severity *fault* that were not injected, over {len(judged)} clips: {len(false)}"
        f"{': ' + ', '.join(false) if false else ''}.",
    ]


def _check_bounds(outcomes: Sequence[Outcome]) -> int:
    """Hold the quick subset against the recorded bounds; tell each breach on stderr."""
    bounds = json.loads(BOUNDS.read_text("utf-8"))
    breaches = []
    for outcome in outcomes:
        bound = bounds.get(outcome.name)
        if bound is None:
            breaches.append(f"{outcome.name}: no bound is recorded")
            continue
        if outcome.reps_found != bound["reps"]:
            breaches.append(f"{outcome.name}: {outcome.reps_found} reps, {bound['reps']} are right")
        errors = [abs(error) for error, _ in outcome.contact_ms]
        mae = float(np.mean(errors)) if errors else None
        if bound["mae_ms"] is not None and (mae is None or mae > bound["mae_ms"]):
            breaches.append(f"{outcome.name}: contact MAE {mae} ms, bound {bound['mae_ms']} ms")
    for breach in breaches:
        print(f"bound broken: {breach}", file=sys.stderr)
    return 1 if breaches else 0


if __name__ == "__main__":
    raise SystemExit(main())
