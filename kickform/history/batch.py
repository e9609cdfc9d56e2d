"""Analyzes a folder of clips with several workers and saves each clip exactly once.

Workers only analyze; only this process writes to the store. A worker may crash and be replaced without a clip
being lost or saved twice. A clip that is already saved (same hash) is skipped, so a stopped batch can be
continued. A clip that cannot be judged does not stop the others.
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
"""Called after each clip with the number done, the total, and the clip's result."""


@dataclass(frozen=True, slots=True)
class ClipResult:
    """The result of one clip; ``file`` is relative to the folder."""

    file: str
    athlete: str
    status: Literal["analyzed", "skipped", "failed"]
    reason: str = ""
    session: SessionRecord | None = None


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """The results of all clips, sorted by file name."""

    results: tuple[ClipResult, ...] = field(default=())

    def count(self, status: str) -> int:
        """Return the number of clips with this status."""
        return sum(result.status == status for result in self.results)

    @property
    def sessions(self) -> tuple[int, ...]:
        """The ids of the clips' sessions, each once, including those saved before."""
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
    """Return the video files in the folder and its subfolders, sorted; hidden files are skipped.

    Raises:
        UsageError: there is no such folder.
    """
    if not folder.is_dir():
        raise UsageError(str(folder), "there is no such folder", "give the folder with the clips")
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
    """Analyze and save the clips of a folder.

    Args:
        folder: contains the clips, directly or in subfolders.
        store: where to save the sessions.
        athlete: name of the athlete of all clips; default: the one chosen in the app, or "Me".
        athlete_from_folder: take the athlete's name from the clip's subfolder.
        drill: id of a drill, or "auto".
        model: pose bundle.
        workers: number of local processes; default: half the processor cores.
        scheduler: address of a dask.distributed scheduler (tcp://...), instead of local processes.
        on_clip: called after each clip.
        work: analyzes one clip; tests use another function.

    Raises:
        UsageError: the folder, drill or cluster does not exist, or two options exclude each other.
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
        name = _folder_name(clip, folder) if athlete_from_folder else athlete or store.usual_athlete()
        job = intake.admit(clip, name, drill, model)
        if job is not None:
            jobs.append(job)
    if jobs:
        count = workers or max(1, (os.cpu_count() or 2) // 2)
        done = on_cluster(jobs, work, scheduler) if scheduler else on_processes(jobs, work, count)
        with closing(done):  # so that the workers end at once if this is stopped
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
    """Accepts clips and saves results; the only writer to the store."""

    def __init__(self, folder: Path, store: Store, total: int, on_clip: OnClipDone | None) -> None:
        self._folder = folder
        self._store = store
        self._total = total
        self._on_clip = on_clip
        self._results: dict[str, ClipResult] = {}
        self._athletes: dict[str, AthleteRecord] = {}
        self._under_way: dict[tuple[int, str], str] = {}

    def admit(self, clip: Path, name: str | None, drill: str, model: str) -> ClipJob | None:
        """Return the job for a clip; None if it is already done or cannot be done."""
        file = clip.relative_to(self._folder).as_posix()
        if name is None:
            self._note(ClipResult(file, "", "failed", "is not in an athlete's folder; move it into one"))
            return None
        try:
            athlete = self._athlete(name)
            sha256 = clip_sha256(clip)
        except KickFormError as error:
            self._note(ClipResult(file, name, "failed", f"{error.fault}; {error.cure}"))
            return None
        named = None if drill == "auto" else drill
        known = self._store.find_session(athlete=athlete, clip_sha256=sha256, drill=named)
        if known is not None:
            self._note(ClipResult(file, athlete.name, "skipped", "already saved", known))
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
        """Save the analysis from a worker, or note why there is none."""
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
    """Return one CSV line per clip: its result and its metrics (units in the names) with SDs."""
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
    """Return the cell to write: rounded numbers, and text that no spreadsheet reads as a formula."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t"):
        return f"'{value}"
    return "" if value is None else value
