"""Many clips, many workers: a folder of clips analyzed and stored, each exactly once.

Workers only analyze; this process alone writes to the store. So a worker may die, and be replaced, without
a clip being lost or stored twice. A clip that is stored already (by hash) is passed over, which is also how
a batch that was stopped goes on. One clip that cannot be judged never stops the rest.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from kickform.errors import KickFormError, UsageError
from kickform.history.records import AthleteRecord, SessionRecord
from kickform.history.store import Store
from kickform.history.workers import ClipJob, Judged, Refused, Work, analyze_clip, on_cluster, on_processes
from kickform.video.identity import clip_sha256, filmed_at

__all__ = ["BatchSummary", "ClipResult", "find_clips", "run_batch", "summary_csv"]

_SUFFIXES = frozenset(
    [".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".3gp", ".mts", ".m2ts", ".mpg", ".mpeg", ".wmv"]
)

OnClipDone = Callable[[int, int, "ClipResult"], None]
"""Called after each clip with how many are done, how many there are, and what became of it."""


@dataclass(frozen=True, slots=True)
class ClipResult:
    """What became of one clip; ``file`` is relative to the folder."""

    file: str
    athlete: str
    status: Literal["analyzed", "skipped", "failed"]
    reason: str = ""
    session: SessionRecord | None = None


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """What became of all clips, in the order of their names."""

    results: tuple[ClipResult, ...] = field(default=())

    def count(self, status: str) -> int:
        """Return how many clips ended that way."""
        return sum(result.status == status for result in self.results)

    @property
    def sessions(self) -> tuple[int, ...]:
        """The sessions of the clips, those that were stored before included, each once."""
        return tuple(dict.fromkeys(r.session.id for r in self.results if r.session is not None))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON document of ``kickform batch`` as plain Python."""
        failed = [{"file": r.file, "reason": r.reason} for r in self.results if r.status == "failed"]
        return {
            "analyzed": self.count("analyzed"),
            "skipped": self.count("skipped"),
            "failed": failed,
            "sessions": list(self.sessions),
        }


def find_clips(folder: Path) -> list[Path]:
    """Return the video files in the folder and below it, by name; hidden ones are passed over.

    Raises:
        UsageError: there is no such folder.
    """
    if not folder.is_dir():
        raise UsageError(str(folder), "there is no such folder", "name the folder that the clips are in")
    found = [
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in _SUFFIXES
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    return sorted(found)


def run_batch(
    folder: Path,
    store: Store,
    *,
    athlete: str | None = None,
    athlete_from_folder: bool = False,
    drill: str = "auto",
    model: str = "heavy",
    workers: int | None = None,
    scheduler: str | None = None,
    on_clip: OnClipDone | None = None,
    work: Work = analyze_clip,
) -> BatchSummary:
    """Analyze and store the clips of a folder.

    Args:
        folder: with the clips, in folders of their own or not.
        store: where sessions go.
        athlete: whose all clips are; default: the one chosen in the app, else an athlete called "Me".
        athlete_from_folder: the first folder below `folder` bears the athlete's name.
        drill: id of a drill, or "auto".
        model: pose bundle.
        workers: processes on this machine; default: half as many as it has processors.
        scheduler: address of a dask.distributed scheduler (tcp://...), in place of processes here.
        told: see `OnClipDone`.
        work: what is done with a clip (another in tests).

    Raises:
        UsageError: there is no such folder, drill or cluster, or two options exclude each other.
        StoreError: the store cannot be used.
    """
    if athlete is not None and athlete_from_folder:
        raise UsageError("--athlete", "and --athlete-from-folder exclude each other", "give one of them")
    if workers is not None and scheduler is not None:
        raise UsageError("--workers", "and --scheduler exclude each other", "give one of them")
    _check_drill(drill)
    clips = find_clips(folder)
    intake = _Intake(folder, store, len(clips), on_clip)
    jobs = []
    for clip in clips:
        whose = _folder_name(clip, folder) if athlete_from_folder else athlete or store.usual_athlete()
        job = intake.admit(clip, whose, drill, model)
        if job is not None:
            jobs.append(job)
    if jobs:
        count = workers or max(1, (os.cpu_count() or 2) // 2)
        done = on_cluster(jobs, work, scheduler) if scheduler else on_processes(jobs, work, count)
        with closing(done):  # so that workers end at once where this is stopped
            for job, outcome in done:
                intake.settle(job, outcome)
    return intake.summary()


def _check_drill(drill: str) -> None:
    from kickform.drills import get_drill

    if drill != "auto":
        get_drill(drill)


def _folder_name(clip: Path, folder: Path) -> str | None:
    parts = clip.relative_to(folder).parts
    return parts[0] if len(parts) > 1 else None


class _Intake:
    """Where clips are taken in and results are stored: the only one that writes."""

    def __init__(self, folder: Path, store: Store, total: int, on_clip: OnClipDone | None) -> None:
        self._folder = folder
        self._store = store
        self._total = total
        self._on_clip = on_clip
        self._results: dict[str, ClipResult] = {}
        self._athletes: dict[str, AthleteRecord] = {}
        self._under_way: dict[tuple[int, str], str] = {}

    def admit(self, clip: Path, whose: str | None, drill: str, model: str) -> ClipJob | None:
        """Return the job for a clip; None where it is settled already, or cannot be done."""
        file = clip.relative_to(self._folder).as_posix()
        if whose is None:
            self._note(ClipResult(file, "", "failed", "lies in no athlete's folder; move it into one"))
            return None
        try:
            athlete = self._athlete(whose)
            sha256 = clip_sha256(clip)
        except KickFormError as error:
            self._note(ClipResult(file, whose, "failed", f"{error.fault}; {error.cure}"))
            return None
        named = None if drill == "auto" else drill
        known = self._store.find_session(athlete=athlete, clip_sha256=sha256, drill=named)
        if known is not None:
            self._note(ClipResult(file, athlete.name, "skipped", "stored before", known))
            return None
        twin = self._under_way.setdefault((athlete.id, sha256), file)
        if twin != file:
            self._note(ClipResult(file, athlete.name, "skipped", f"the same clip as {twin}"))
            return None
        return ClipJob(
            path=str(clip.resolve()),
            file=file,
            athlete=athlete.name,
            sha256=sha256,
            drill=drill,
            model=model,
            height_m=athlete.height_m,
            mass_kg=athlete.mass_kg,
        )

    def settle(self, job: ClipJob, outcome: Judged | Refused) -> None:
        """Store what a worker found, or note why it found nothing."""
        if isinstance(outcome, Refused):
            self._note(ClipResult(job.file, job.athlete, "failed", outcome.reason))
            return
        when = filmed_at(Path(job.path))
        session = self._store.save_session(
            outcome.analysis,
            athlete=self._athlete(job.athlete),
            clip_sha256=job.sha256,
            filmed_at=when.time,
            filmed_at_source=when.source,
            pictures=outcome.pictures,
        )
        self._note(ClipResult(job.file, job.athlete, "analyzed", "", session))

    def summary(self) -> BatchSummary:
        return BatchSummary(tuple(self._results[file] for file in sorted(self._results)))

    def _athlete(self, name: str) -> AthleteRecord:
        if name not in self._athletes:
            self._athletes[name] = self._store.athlete_named(name)
        return self._athletes[name]

    def _note(self, result: ClipResult) -> None:
        self._results[result.file] = result
        if self._on_clip is not None:
            self._on_clip(len(self._results), self._total, result)


def summary_csv(summary: BatchSummary) -> str:
    """Return one line a clip as CSV: what became of it, and its numbers (units in the names) with SDs."""
    names = _metric_names(summary.results)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    fixed = [
        "file",
        "athlete",
        "status",
        "reason",
        "session",
        "drill",
        "variant",
        "filmed_at",
        "score",
        "reps",
    ]
    writer.writerow([*fixed, *(column for name in names for column in (name, f"{name}_sd"))])
    for result in summary.results:
        row: list[object] = [result.file, result.athlete, result.status, result.reason]
        row += _session_cells(result.session, names)
        writer.writerow([_cell(value) for value in row])
    return buffer.getvalue()


def _metric_names(results: Iterable[ClipResult]) -> list[str]:
    sessions = [r.session for r in results if r.session is not None]
    return list(dict.fromkeys(m.name for s in sessions for m in s.metrics if m.value is not None))


def _session_cells(session: SessionRecord | None, names: Sequence[str]) -> list[object]:
    if session is None:
        return [None] * (6 + 2 * len(names))
    cells: list[object] = [session.id, session.drill, session.variant, session.filmed_at.isoformat()]
    cells += [session.score, session.reps]
    for name in names:
        metric = session.metric(name)
        cells += [metric.value, metric.sd] if metric else [None, None]
    return cells


def _cell(value: object) -> object:
    """Return what to write: rounded numbers, and text that no spreadsheet takes for a formula."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t"):
        return f"'{value}"
    return "" if value is None else value
