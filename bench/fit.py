"""``python -m bench fit``: choose the fitted constants on train clips and write ``kickform/fitted.py``.

Each constant of ``bench/fit_rows.py`` is moved up and down by a fifth, as long as the loss falls. A value is
kept only where the mean loss over the clips falls by more than its standard error: what one clip alone asks
for is not done. Validation and test clips cannot be asked for. What was tried is kept in the cache, so that a
long fit is spread over several sittings (``--minutes``); clips whose poses are not there yet are rendered and
seen first, or left out with ``--seen``. From fewer than 40 clips nothing is written.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.cache import CACHE, code_digest, digest, poses_of
from bench.fit_rows import ROWS, Constant, Row
from bench.fitted_file import Tried, digest_of, read_tried, write_fitted
from bench.judging import judge_case
from bench.loss import clip_loss
from bench.measuring import hold_against_truth
from bench.rendered import is_seen, rendered_clip
from bench.splits import TrainCase, fitting_cases, refuse_all_but_train
from kickform.errors import KickFormError

__all__ = ["descend", "main", "overridden"]

Array = NDArray[np.float64]
_STEP = 1.2
_MOST_STEPS = 4
_LEAST_GAIN = 1e-4
_FEWEST_CLIPS = 40
"""Fewer clips are too few to write constants from: eight a drill."""
_JUDGING = ("pose/*.py", "events/**/*.py", "motion/*.py", "drills/**/*.py", "pipeline/*.py", "results/*.py")


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, print what changed, and write the file."""
    parser = argparse.ArgumentParser(prog="python -m bench fit", description=__doc__)
    parser.add_argument("--only", default="", help="constants whose name contains one of these, comma apart")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--minutes", type=float, default=0.0, help="begin no constant later than this; 0 = all"
    )
    parser.add_argument("--seen", action="store_true", help="only clips whose poses are in the cache")
    parser.add_argument("--dry", action="store_true", help="do not write kickform/fitted.py")
    parser.add_argument("--json", default="", help="write what was tried as JSON to this file as well")
    options = parser.parse_args(arguments)
    cases = [case for case in fitting_cases() if not options.seen or is_seen(case, "heavy")]
    seeds = [case.spec.seed for case in cases]
    refuse_all_but_train(seeds)
    if not cases:
        print("fit: no train clip is in the cache; leave out --seen to render them", file=sys.stderr)
        return 1
    wanted = [row for row in ROWS if any(word in row.constant for word in options.only.upper().split(","))]
    tried = read_tried()
    deadline = time.monotonic() + 60 * options.minutes if options.minutes else np.inf
    with clips_at_work(cases, options.workers) as losses:
        first = losses({name: own.value for name, own in tried.items()})
        for row in wanted:
            if time.monotonic() > deadline:
                break
            tried[row.constant] = _fit_row(row, tried, losses, seeds)
        last = losses({name: own.value for name, own in tried.items()})
    if len(cases) < _FEWEST_CLIPS and not options.dry:
        print(f"fit: {len(cases)} clips are too few to write from ({_FEWEST_CLIPS})", file=sys.stderr)
    elif not options.dry:
        write_fitted(tried, seeds, float(first.mean()), float(last.mean()))
    if options.json:
        held = {name: asdict(own) for name, own in tried.items()}
        Path(options.json).write_text(json.dumps(held, indent=1) + "\n", "utf-8")
    left = sum(own.untried for own in tried.values())
    print(f"{len(cases)} train clips, loss {first.mean():.4f} -> {last.mean():.4f}; {left} constants to try")
    return 0


def _fit_row(row: Row, tried: Mapping[str, Tried], losses: Any, seeds: Sequence[int]) -> Tried:
    """Return what becomes of a constant, the others as they are by now; from the cache if known."""
    others = {name: own.value for name, own in tried.items()}
    made_of = (digest_of(others), code_digest(_JUDGING), str(seeds), row.constant)
    kept = CACHE / "fit" / f"{row.constant}-{digest(*(part.encode() for part in made_of))}.json"
    if kept.is_file():
        held = json.loads(kept.read_text("utf-8"))
        value = held["value"]
        return Tried(tuple(value) if isinstance(value, list) else value, held["note"])

    def cost(value: Constant) -> Array:
        return np.asarray(losses({**others, row.constant: value}))

    begin = others[row.constant]
    value, before, after, steps = descend(begin, cost)
    kind = "kept" if value == begin else f"was {begin!r}"
    note = f"{kind}, {steps} values on {len(seeds)} clips, loss {before:.4f} -> {after:.4f}"
    print(f"{row.constant}: {value!r}, {note}", file=sys.stderr, flush=True)
    result = Tried(value, note)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(asdict(result)), "utf-8")
    return result


def descend(begin: Constant, cost: Any) -> tuple[Constant, float, float, int]:
    """Return the best value found, the mean loss before and with it, and how many values were tried.

    Args:
        begin: the value to begin with.
        cost: gives (N,) losses of the clips with a value.
    """
    start = best = cost(begin)
    value, tries = begin, 0
    for factor in (_STEP, 1 / _STEP):
        for _ in range(_MOST_STEPS):
            other = _scaled(value, factor)
            found = cost(other)
            tries += 1
            if not _is_better(found, best):
                break
            value, best = other, found
        if value != begin:
            break
    return value, float(start.mean()), float(best.mean()), tries


def _is_better(found: Array, best: Array) -> bool:
    gain = best - found
    error = float(gain.std(ddof=1) / np.sqrt(gain.size)) if gain.size > 1 else np.inf
    return float(gain.mean()) > max(error, _LEAST_GAIN)


def _scaled(value: Constant, factor: float) -> Constant:
    if isinstance(value, tuple):
        return tuple(float(f"{factor * each:.3g}") for each in value)
    return float(f"{factor * value:.3g}")


@contextmanager
def clips_at_work(cases: Sequence[TrainCase], workers: int) -> Iterator[Any]:
    """Give a function that returns the (N,) losses of all clips with some constants.

    Each worker holds every so-manieth clip, with its motion as it was last estimated.
    """
    context = get_context("spawn")
    pools = [ProcessPoolExecutor(1, context, _hold, (cases[k::workers],)) for k in range(workers)]

    def losses(values: Mapping[str, Constant]) -> Array:
        jobs = [pool.submit(_losses_of, dict(values)) for pool in pools]
        return np.concatenate([np.array(job.result()) for job in jobs])

    try:
        yield losses
    finally:
        for pool in pools:
            pool.shutdown(cancel_futures=True)


_HELD: list[TrainCase] = []


def _hold(cases: Sequence[TrainCase]) -> None:
    _HELD.extend(cases)


def _losses_of(values: dict[str, Constant]) -> list[float]:
    """Return the losses of this worker's clips."""
    with overridden(values), _motions_kept(values):
        return [_loss_of(case) for case in _HELD]


@cache
def _inputs(case: TrainCase) -> tuple[dict[str, Any], Any, Any, str]:
    from kickform.video.reader import probe

    clip, truth = rendered_clip(case)
    try:
        return truth, poses_of(clip, "heavy"), probe(clip), ""
    except KickFormError as error:
        return truth, None, None, str(error)


def _loss_of(case: TrainCase) -> float:
    truth, estimate, info, refusal = _inputs(case)
    if estimate is None:
        return clip_loss(hold_against_truth(case, truth, None, None, refusal))
    return clip_loss(judge_case(case, truth, estimate, info, "heavy"))


_MOTIONS: dict[int, tuple[Any, Any]] = {}
"""The last motion of each pose track, and the values of the constants that it was estimated with."""


@contextmanager
def _motions_kept(values: Mapping[str, Constant]) -> Iterator[None]:
    """Estimate a clip's motion anew only where a constant changed that moves it."""
    analyze: Any = importlib.import_module("kickform.pipeline.analyze")
    build = analyze.build_motion
    key = tuple(values[row.constant] for row in ROWS if row.moves_motion and row.constant in values)

    def kept(track: Any, info: Any, **options: Any) -> Any:
        if _MOTIONS.get(id(track), (None,))[0] != key:
            _MOTIONS[id(track)] = (key, build(track, info, **options))
        return _MOTIONS[id(track)][1]

    analyze.build_motion = kept
    try:
        yield
    finally:
        analyze.build_motion = build


@contextmanager
def overridden(values: Mapping[str, Constant]) -> Iterator[None]:
    """Let the package use other values, wherever a constant was imported by its name."""
    homes = {row.module: importlib.import_module(row.module) for row in ROWS}
    changed: list[tuple[Any, str, Constant]] = []
    for row in ROWS:
        if row.constant not in values:
            continue
        users = [homes[row.module]] if row.name.startswith("_") else list(sys.modules.values())
        for module in users:
            if module.__name__.startswith("kickform.") and row.name in vars(module):
                changed.append((module, row.name, getattr(module, row.name)))
                setattr(module, row.name, values[row.constant])
    try:
        yield
    finally:
        for module, name, was in reversed(changed):
            setattr(module, name, was)
