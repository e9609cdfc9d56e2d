"""What the quick subset of a column must not fall behind: ``bench/bounds.json``."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.outcomes import Outcome, named_right

__all__ = ["BOUNDS", "breaches_of", "check_bounds"]

BOUNDS = Path(__file__).with_name("bounds.json")


def check_bounds(column: str, outcomes: Sequence[Outcome]) -> int:
    """Hold the quick subset of a column against its bounds; print breaches to stderr, return 1 with one."""
    bounds = json.loads(BOUNDS.read_text("utf-8"))[column]
    breaches = [breach for outcome in outcomes for breach in breaches_of(outcome, bounds)]
    missing = sorted(set(bounds) - {outcome.name for outcome in outcomes})
    breaches += [f"{name}: was not run" for name in missing]
    for breach in breaches:
        print(f"bound broken: {column}: {breach}", file=sys.stderr)
    return 1 if breaches else 0


def breaches_of(outcome: Outcome, bounds: dict[str, dict[str, float | None]]) -> list[str]:
    """Return what of one clip is beyond its bounds, in words.

    A bound has the ``reps`` that are there, or None where the clip has no known count; ``mae_ms``, the
    largest mean absolute error of its contact times; and ``named``, false where the drill is not told from
    the movement today.
    """
    bound = bounds.get(outcome.name)
    if bound is None:
        return [f"{outcome.name}: no bound is recorded"]
    found = []
    if bound.get("named", True) and not named_right(outcome):
        found.append(f"{outcome.name}: taken for {outcome.named}, it is {outcome.drill}")
    if bound["reps"] is not None and outcome.reps_found != bound["reps"]:
        found.append(f"{outcome.name}: {outcome.reps_found} reps, {bound['reps']} are right")
    errors = [abs(contact.error_ms) for contact in outcome.contacts]
    mae = float(np.mean(errors)) if errors else None
    if bound["mae_ms"] is not None and (mae is None or mae > bound["mae_ms"]):
        found.append(f"{outcome.name}: contact MAE {mae} ms, bound {bound['mae_ms']} ms")
    return found
