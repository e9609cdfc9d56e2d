"""Analyses to save: short, made up, and different enough to be told apart."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from kickform.results.analysis import Analysis, Summary
from kickform.results.findings import MetricResult, RepResult
from tests.app.fake import make_analysis, make_motion

DAY = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)


def analysis_of(name: str = "clip.mp4", **changes: Any) -> Analysis:
    """Return a set of pogo jumps with its motion."""
    motion = make_motion(np.arange(0, 6, 1 / 60), 640, 480)
    return replace(make_analysis(name, motion), **changes)


def hops(left_ms: float, right_ms: float) -> Analysis:
    """Return a set of four hops on each leg."""
    reps = tuple(
        RepResult(
            number=number,
            side="left" if number <= 4 else "right",
            start_s=float(number),
            end_s=number + 0.5,
            score=80.0,
            metrics={"contact_time_ms": (left_ms if number <= 4 else right_ms) + number % 2},
            sds={"contact_time_ms": 6.0},
        )
        for number in range(1, 9)
    )
    metrics = {
        "contact_time_ms": MetricResult(
            (left_ms + right_ms) / 2 + 0.5, 4.0, "ms", 8, "lower", "Contact time"
        ),
        "limb_symmetry_pct": MetricResult(97.0, 1.5, "%", 1, "higher", "Symmetry"),
    }
    summary = Summary(81.0, metrics, ("contact_time_ms",))
    return analysis_of("hops.mp4", drill="single_leg_hop", variant="", reps=reps, summary=summary)


def sha(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def day(number: float) -> datetime:
    return DAY + timedelta(days=number)
