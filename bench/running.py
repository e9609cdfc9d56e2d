"""Run the clips of a benchmark in worker processes, until they are done or the time is up."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from itertools import islice
from multiprocessing import get_context
from typing import TypeVar

from bench.cache import CACHE
from bench.outcomes import Outcome

__all__ = ["run_all"]

Job = TypeVar("Job")


def run_all(
    work: Callable[[Job], Outcome], jobs: Sequence[Job], workers: int, minutes: float
) -> list[Outcome]:
    """Return the outcomes of the jobs in their order; each is told of on stderr as it comes.

    Args:
        work: makes an outcome of a job; picklable, as the jobs are.
        jobs: one a clip.
        workers: processes.
        minutes: begin no clip later than this; 0: all. What was seen stays in the cache, so that a later run goes on.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + 60 * minutes if minutes else math.inf
    outcomes: dict[int, Outcome] = {}
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = iter(enumerate(jobs))
        running = {pool.submit(work, job): number for number, job in islice(waiting, workers)}
        while running:
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                outcome = outcomes[running.pop(future)] = future.result()
                _tell(outcome, len(outcomes), len(jobs))
            if time.monotonic() < deadline:
                running |= {pool.submit(work, job): number for number, job in islice(waiting, len(done))}
    return [outcomes[number] for number in sorted(outcomes)]


def _tell(outcome: Outcome, done: int, jobs: int) -> None:
    what = outcome.refusal or f"{outcome.named}, {outcome.reps_found} reps for {outcome.reps_true}"
    print(f"[{done}/{jobs}] {outcome.name}: {what}", file=sys.stderr, flush=True)
