"""What the benchmarks on clips from elsewhere share: their options, their runs, their printed tables."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.bounds import check_bounds
from bench.cache import ROOT, poses_of
from bench.cases import Case
from bench.columns import Column, as_json, write_column
from bench.judging import judge_case
from bench.measuring import hold_against_truth
from bench.outcomes import Outcome, in_a_line
from bench.page import extra_tables, side_by_side
from bench.running import run_all
from bench.worst import worst_of
from kickform.errors import KickFormError

__all__ = ["DEFAULT_SHARED", "Source", "asked", "external_main", "outcome_of", "report"]

WithTruth = Callable[[Path, NDArray[np.float64]], tuple[Case, dict[str, Any]]]
DEFAULT_SHARED = ROOT.parent / "shared"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the clips of a column come from.

    Attributes:
        column: its name.
        clips: the clips in the folder of shared data.
        with_truth: the case and the truth of a clip, whose frames are at the times given; picklable.
        quick: names of the cases in the quick subset.
        name_of: the case's name, from the clip's path.
        extra: tables of its own, from the folder and the outcomes.
    """

    column: str
    clips: Callable[[Path], list[Path]]
    with_truth: WithTruth
    quick: Sequence[str]
    name_of: Callable[[Path], str] = lambda clip: clip.stem
    extra: Callable[[Path, Sequence[Outcome]], Mapping[str, Any]] = lambda _folder, _outcomes: {}


def asked(name: str, about: str | None, arguments: Sequence[str] | None) -> argparse.Namespace | None:
    """Return the options of a benchmark on clips from elsewhere; None, which is said, without the clips."""
    parser = argparse.ArgumentParser(prog=f"python -m bench {name}", description=about)
    parser.add_argument("--shared", type=Path, default=DEFAULT_SHARED, help="where the data lie")
    parser.add_argument("--json", default="", help="write what is printed as JSON to this file as well")
    parser.add_argument("--model", default="heavy", choices=("heavy", "full", "lite"))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=0.0, help="begin no clip later than this; 0 = all")
    parser.add_argument("--only", default="", help="clips whose name contains one of these, comma apart")
    parser.add_argument("--quick", action="store_true", help="a few clips, held against bench/bounds.json")
    options = parser.parse_args(arguments)
    if not options.shared.is_dir():
        print(f"skipped: {name} needs clips from {options.shared}, which is not there", file=sys.stderr)
        return None
    return options


def external_main(source: Source, name: str, about: str | None, arguments: Sequence[str] | None) -> int:
    """Run a column, print its tables and keep it; the exit status is 1 where a recorded bound is broken."""
    options = asked(name, about, arguments)
    if options is None:
        return 0
    every = source.clips(options.shared)
    wanted = options.only.split(",")
    clips = [clip for clip in every if any(word in source.name_of(clip) for word in wanted)]
    if options.quick:
        clips = [clip for clip in clips if source.name_of(clip) in source.quick]
    work = partial(outcome_of, with_truth=source.with_truth, model=options.model)
    outcomes = run_all(work, clips, in_a_line, options.workers, options.minutes)
    counted = f"{len(outcomes)} of {len(every)} clips"
    column = Column(source.column, options.model, counted, outcomes, source.extra(options.shared, outcomes))
    print(report(column))
    if options.json:
        Path(options.json).write_text(as_json(column), "utf-8")
    if len(outcomes) == len(every) and options.model == "heavy":
        write_column(column)
    return check_bounds(source.column, outcomes) if options.quick else 0


def outcome_of(clip: Path, with_truth: WithTruth, model: str) -> Outcome:
    """Estimate (or fetch) the poses of a clip, judge it and hold it against its truth."""
    from kickform.video.reader import probe

    try:
        info = probe(clip)
        estimate = poses_of(clip, model)
    except KickFormError as error:
        return hold_against_truth(*with_truth(clip, _frame_times_s(clip)), None, None, str(error))
    return judge_case(*with_truth(clip, estimate.track.time_s), estimate, info, model)


def _frame_times_s(clip: Path) -> NDArray[np.float64]:
    from kickform.video.reader import read_frames

    with read_frames(clip) as frames:
        return np.array([frame.time_s for frame in frames])


def report(column: Column) -> str:
    """Return what a benchmark prints: the worst first, then its tables."""
    head = [f"{column.title} ({column.clips}, model {column.model}): {worst_of(column)}.", ""]
    return "\n".join([*head, *extra_tables(column.extra), *side_by_side([column], [column.name])])
