"""Made-up histories: sessions as the store would hand them out, with a known change and known noise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bench.training import Shape, training_days
from kickform.history.records import MetricRecord, SessionRecord, SetSide
from kickform.results.findings import Better

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
    seed: int, gain_ms: float, noise_ms: float = 4.0, memory: float = 0.0, shape: Shape = "line"
) -> list[SessionRecord]:
    """Return a year of three sessions a week: contact time falls by `gain_ms` (see `bench.training`)."""
    days, values = training_days(seed, gain_ms, noise_ms, memory, shape)
    return [
        session_of(i + 1, START + timedelta(days=float(day)), float(value))
        for i, (day, value) in enumerate(zip(days, values, strict=True))
    ]


def moved(session: SessionRecord, **changes: object) -> SessionRecord:
    """Return the session with some fields changed."""
    return replace(session, **changes)  # type: ignore[arg-type]
