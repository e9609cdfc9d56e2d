"""Analyzes clips in local processes or on a dask.distributed cluster."""

from __future__ import annotations

import logging
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from kickform.errors import KickFormError, UsageError
from kickform.pose.model_files import ModelName
from kickform.results.analysis import Analysis

__all__ = ["ClipJob", "Judged", "Refused", "Work", "analyze_clip", "on_cluster", "on_processes"]

_log = logging.getLogger(__name__)

_DIED = "the process that analyzed it crashed; analyze it alone, or with --model lite"
_MOST_DEATHS = 3
_CONNECT_S = 15


@dataclass(frozen=True, slots=True)
class ClipJob:
    """One clip to analyze: its file, its athlete and the options."""

    path: str
    file: str
    athlete: str
    sha256: str
    drill: str = "auto"
    model: str = "heavy"
    height_m: float | None = None
    mass_kg: float | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """The result of a worker: the analysis with its motion, and JPEG pictures by name."""

    analysis: Analysis
    pictures: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a clip could not be judged."""

    reason: str


Work = Callable[[ClipJob], Judged]
Outcome = Judged | Refused
Outcomes = Generator[tuple[ClipJob, Outcome], None, None]


def analyze_clip(job: ClipJob) -> Judged:
    """Analyze the clip and take the pictures of findings and reps.

    Raises:
        KickFormError: the clip cannot be judged.
    """
    from kickform.pipeline.analyze import analyze
    from kickform.report.key_frames import evidence_pictures

    path = Path(job.path)
    analysis = analyze(
        path,
        drill=job.drill,
        model=cast(ModelName, job.model),
        height_m=job.height_m,
        mass_kg=job.mass_kg,
    )
    return Judged(analysis, evidence_pictures(path, analysis, reps=True))


def _run_guarded(work: Work, job: ClipJob) -> Outcome:
    """Do the work; any error becomes this clip's result and does not stop the others."""
    try:
        return work(job)
    except KickFormError as error:
        return Refused(f"{error.fault}; {error.cure}")
    except Exception as error:
        _log.info("analyzing %s failed", job.file, exc_info=True)
        return Refused(f"an error inside KickForm ({error!r}); analyze this clip alone".replace("\n", " "))


def on_processes(jobs: Sequence[ClipJob], work: Work, workers: int) -> Outcomes:
    """Yield the outcome of each job when it is done, from local processes.

    If a process crashes, the running jobs are tried again one by one; a job that crashes its process
    again is refused.

    Args:
        jobs: the clips.
        work: analyzes one clip; a function that can be pickled.
        workers: number of processes.
    """
    waiting = deque(jobs)
    while waiting:
        suspects: list[ClipJob] = []
        yield from _until_one_dies(waiting, suspects, work, workers)
        for job in suspects:
            yield job, _run_alone(job, work)


def _until_one_dies(
    waiting: deque[ClipJob], suspects: list[ClipJob], work: Work, workers: int
) -> Iterator[tuple[ClipJob, Outcome]]:
    """Work through the jobs; if a process crashes, put the running jobs into `suspects` and stop."""
    running: dict[Future[Outcome], ClipJob] = {}
    with _pool(workers) as pool:
        while waiting or running:
            try:
                while waiting and len(running) < workers:
                    running[pool.submit(_run_guarded, work, waiting[0])] = waiting[0]
                    waiting.popleft()
            except BrokenProcessPool:
                suspects.extend(running.values())
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                job = running.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    suspects.append(job)
                else:
                    yield job, future.result()
            if suspects:
                suspects.extend(running.values())
                return


def _run_alone(job: ClipJob, work: Work) -> Outcome:
    with _pool(1) as pool:
        try:
            return pool.submit(_run_guarded, work, job).result()
        except BrokenProcessPool:
            return Refused(_DIED)


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool of spawned processes (forked ones would share the pose model's open resources).

    They ignore Ctrl-C; if this process is interrupted, it kills them at once.
    """
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=spawn, initializer=_ignore_interrupts)
    try:
        yield pool
    except BaseException:
        for process in list((getattr(pool, "_processes", None) or {}).values()):
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def on_cluster(jobs: Sequence[ClipJob], work: Work, address: str) -> Outcomes:
    """Yield the outcome of each job when it is done, from the workers of a dask.distributed cluster.

    The workers need KickForm and the clips under the same path. If a worker crashes, the scheduler gives its
    jobs to another; a job that has crashed three workers is refused.

    Raises:
        UsageError: dask.distributed is not installed, or no scheduler answers.
    """
    try:
        from distributed import Client, KilledWorker, as_completed
    except ImportError as error:
        cure = "pip install 'kickform[cluster]'"
        raise UsageError("--scheduler", "dask.distributed is not installed", cure) from error
    try:
        client = Client(address, timeout=_CONNECT_S)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        cure = "start one with 'dask scheduler' and give its tcp:// address"
        raise UsageError(address, "no scheduler answers there", cure) from error
    with client:
        futures: dict[Any, ClipJob] = {}
        for job in jobs:
            name = f"kickform-{job.sha256}-{job.athlete}"
            future = client.submit(_run_guarded, work, job, key=name, pure=False, retries=_MOST_DEATHS)
            futures[future] = job
        for future in as_completed(list(futures)):  # type: ignore[no-untyped-call]
            job = futures.pop(future)
            try:
                outcome = cast(Outcome, future.result())
            except KilledWorker:
                outcome = Refused(_DIED)
            except Exception as error:
                outcome = Refused(
                    f"the cluster could not analyze it ({error!r}); try again".replace("\n", " ")
                )
            future.release()
            yield job, outcome
