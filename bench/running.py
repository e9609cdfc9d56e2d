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

__all__ = ["run_all"]

Job = TypeVar("Job")
Done = TypeVar("Done")


def run_all(
    work: Callable[[Job], Done],
    jobs: Sequence[Job],
    tell: Callable[[Done], str],
    workers: int,
    minutes: float,
) -> list[Done]:
    """Return what became of the jobs, in their order; a line for each goes to stderr.

    One that fails does not stop the others: a sitting of hours is not lost to a clip.

    Args:
        work: does a job; picklable, as the jobs are.
        jobs: one a clip.
        tell: says in a line what became of one.
        workers: processes.
        minutes: begin no clip later than this; 0: all. The cache keeps what was seen: a later run goes on.

    Raises:
        RuntimeError: when all is done, some jobs having failed; it names them.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + 60 * minutes if minutes else math.inf
    results: dict[int, Done] = {}
    failed: list[str] = []
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = iter(enumerate(jobs))
        running = {pool.submit(work, job): number for number, job in islice(waiting, workers)}
        while running:
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                number = running.pop(future)
                fault = future.exception()
                if fault is None:
                    told = tell(results.setdefault(number, future.result()))
                else:
                    told = f"{jobs[number]}: {type(fault).__name__}: {fault}"
                    failed.append(told)
                print(f"[{len(results)}/{len(jobs)}] {told}", file=sys.stderr, flush=True)
            if time.monotonic() < deadline:
                running |= {pool.submit(work, job): number for number, job in islice(waiting, len(done))}
    if failed:
        raise RuntimeError("; ".join([f"{len(failed)} of {len(jobs)} failed", *failed]))
    return [results[number] for number in sorted(results)]
