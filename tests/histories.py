"""Made-up histories: sessions as the store would hand them out, with a known change and known noise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from kickform.records import MetricRecord, SessionRecord, SetSide
from kickform.result import Better

START = datetime(2026, 1, 5, 17, 0, tzinfo=UTC)  # a Monday


def session_of(
    number: int,
    when: datetime,
    value: float | None = 200.0,
    *,
    drill: str = "pogo",
    metric: str = "contact_time_ms",
    sd: float | None = 2.5,
    better: Better = "lower",
    side: SetSide = "both",
) -> SessionRecord:
    """Return a session with one number."""
    number_of = MetricRecord(metric, side, value, sd, 9, "ms", better, "Contact time")
    return SessionRecord(
        id=number,
        athlete_id=1,
        athlete="Anna",
        drill=drill,
        variant="stiff",
        kind="file",
        filmed_at=when,
        filmed_at_source="container",
        saved_at=when,
        clip_name=f"{number}.mp4",
        clip_sha256=f"{number:064x}",
        fps=60.0,
        plane="sagittal",
        yaw_deg=5.0,
        model="heavy",
        estimator_version=1,
        kickform_version="0.1.0",
        score=80.0,
        reps=10,
        faults=(),
        findings=(),
        video=None,
        note="",
        metrics=(number_of,),
    )


def series_of(values: list[float], days: float = 2.5, **more: object) -> list[SessionRecord]:
    """Return sessions with these values, evenly apart."""
    return [
        session_of(i + 1, START + timedelta(days=i * days), value, **more)  # type: ignore[arg-type]
        for i, value in enumerate(values)
    ]


def training_year(
    seed: int, gain_ms: float, noise_ms: float = 4.0, memory: float = 0.0, shape: str = "line"
) -> list[SessionRecord]:
    """Return a year of three sessions a week: contact time falls by `gain_ms`, with noise about it.

    Args:
        seed: of the noise.
        gain_ms: how much shorter the contact is at the end.
        noise_ms: SD of a session about the athlete's true level.
        memory: correlation of a session's noise with that of the one before.
        shape: "line", "curve" (quick at first) or "step" (in mid-year).
    """
    rng = np.random.default_rng(seed)
    days = np.sort((7 * np.arange(52)[:, None] + (0, 2, 4) + rng.normal(0, 0.2, (52, 3))).ravel())
    share = (days - days[0]) / (days[-1] - days[0])
    gone = {"line": share, "curve": (1 - np.exp(-3 * share)) / (1 - np.exp(-3)), "step": share > 0.5}[shape]
    fresh = rng.normal(0, noise_ms * np.sqrt(1 - memory**2), days.size)
    noise = np.zeros(days.size)
    for i in range(days.size):
        noise[i] = fresh[i] + (memory * noise[i - 1] if i else 0.0)
    values = 215 - gain_ms * gone + noise
    return [
        session_of(i + 1, START + timedelta(days=float(day)), float(value))
        for i, (day, value) in enumerate(zip(days, values, strict=True))
    ]


def moved(session: SessionRecord, **changes: object) -> SessionRecord:
    """Return the session with some fields changed."""
    return replace(session, **changes)  # type: ignore[arg-type]
