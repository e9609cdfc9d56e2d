"""``python -m bench accuracy``: render, analyze, compare with the truth; one column of docs/accuracy.md.

``--split train`` has the clips that constants are fitted on, ``--split validation`` those that methods are
chosen on, ``--split test`` (the default) those that nothing is chosen on. Train and test are columns of the
page; a run of validation prints its tables and keeps nothing. ``--quick`` runs the small subset of the test
split and holds it against ``bench/bounds.json``; where clips from elsewhere lie beside the project it does
the same with a few of them, and says where it skips them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from bench.bounds import check_bounds
from bench.cases import Case
from bench.columns import COLUMNS, Column, as_json, write_column
from bench.external import DEFAULT_SHARED, report
from bench.outcomes import Outcome, in_a_line
from bench.rendered import SPLITS, cases_of, is_seen, rendered_outcome
from bench.running import run_all

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 where a recorded bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m bench accuracy", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="the small subset, held against bench/bounds.json"
    )
    parser.add_argument("--split", default="test", choices=SPLITS)
    parser.add_argument("--model", default="heavy", choices=("heavy", "full", "lite"))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", help="cases whose name contains one of these, comma apart")
    parser.add_argument("--minutes", type=float, default=0.0, help="begin no clip later than this; 0 = all")
    parser.add_argument("--seen", action="store_true", help="only clips whose poses are in the cache")
    parser.add_argument("--shared", default=str(DEFAULT_SHARED), help="clips from elsewhere, with --quick")
    parser.add_argument("--json", default="", help="write what is printed as JSON to this file as well")
    options = parser.parse_args(arguments)
    options.split = "test" if options.quick else options.split
    wanted, every = options.only.split(","), cases_of(options.split)
    cases = [c for c in every if any(word in c.name for word in wanted)]
    cases = _mixed([c for c in cases if c.quick or not options.quick])
    if options.seen:
        cases = [case for case in cases if is_seen(case, options.model)]
    outcomes = run_all(
        partial(rendered_outcome, model=options.model), cases, in_a_line, options.workers, options.minutes
    )
    position = {case.name: number for number, case in enumerate(every)}
    outcomes.sort(key=lambda outcome: position[outcome.name])
    column = Column(options.split, options.model, f"{len(outcomes)} of {len(every)} clips", outcomes)
    print(report(column))
    if options.json:
        Path(options.json).write_text(as_json(column), "utf-8")
    whole = not options.quick and not options.only and options.model == "heavy"
    if whole and options.split in COLUMNS:
        write_column(column)
    return _check_quick(options, outcomes) if options.quick else 0


def _check_quick(options: argparse.Namespace, outcomes: Sequence[Outcome]) -> int:
    """Hold the quick subsets of this split and of the clips from elsewhere against their bounds."""
    from bench import reality, second

    quick = ["--quick", "--workers", str(options.workers), "--shared", options.shared]
    return max(check_bounds(options.split, outcomes), second.main(quick), reality.main(quick))


def _mixed(cases: Sequence[Case]) -> list[Case]:
    """Return the cases in a random order, the quick ones first: a run cut short has some of everything."""
    order = np.random.default_rng(1).permutation(len(cases))
    return sorted((cases[i] for i in order), key=lambda case: not case.quick)


if __name__ == "__main__":
    raise SystemExit(main())
