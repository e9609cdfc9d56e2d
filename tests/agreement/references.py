"""Made-up sets of jumps with known times, as the clip sees them and as a reference does."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from kickform.agreement import Reference, ReferenceContact
from kickform.results.analysis import (
    Analysis,
    ContactResult,
    FlightResult,
    Summary,
    VideoResult,
    ViewResult,
)
from kickform.results.findings import MetricResult, RepResult

G = 9.81
Times = list[tuple[float, float]]


def jumps(count: int = 10, seed: int = 1, first_s: float = 1.3) -> Times:
    """Return true (touchdown, take-off) of a set, a little uneven as people are, in real seconds."""
    draw = np.random.default_rng(seed)
    times, clock_s = [], first_s
    for _ in range(count):
        contact_s = 0.19 + 0.012 * draw.standard_normal()
        times.append((clock_s, clock_s + contact_s))
        clock_s += contact_s + 0.42 + 0.015 * draw.standard_normal()
    return times


def seen(times: Times, errors_s: Times | None = None, factor: float = 1.0) -> Analysis:
    """Return the analysis of a clip that shows these contacts with these errors, `factor` times slower."""
    errors = errors_s or [(0.0, 0.0)] * len(times)
    real = [(down + a, up + b) for (down, up), (a, b) in zip(times, errors, strict=True)]
    contacts = tuple(
        ContactResult("both", factor * down, factor * up, 1000 * (up - down), 5.0) for down, up in real
    )
    flights = tuple(
        FlightResult(
            one.takeoff_s,
            two.touchdown_s,
            1000 * (two.touchdown_s - one.takeoff_s) / factor,
            100 * G * ((two.touchdown_s - one.takeoff_s) / factor) ** 2 / 8 - 2.0,
            0.8,
        )
        for one, two in pairwise(contacts)
    )
    reps = tuple(
        RepResult(n, "both", c.touchdown_s, f.touchdown_s, 80.0, _metrics(c, f), sds=_sds())
        for n, (c, f) in enumerate(zip(contacts, flights, strict=False), start=1)
    )
    mean = float(np.mean([contact.contact_time_ms for contact in contacts]))
    return Analysis(
        drill="pogo",
        variant="stiff",
        drill_source="user",
        video=VideoResult(
            "Anna Secret 2026-05-01.mp4", 1280, 720, 0, factor * (real[-1][1] + 1.0), 900, 60.0, False,
            factor, "user" if factor != 1 else "none", effective_fps=60.0 * factor,
        ),
        view=ViewResult("sagittal", 3.0),
        scale=None,
        contacts=contacts,
        flights=flights,
        reps=reps,
        summary=Summary(
            80.0, {"contact_time_ms": MetricResult(mean, 3.0, "ms", len(contacts), "lower", "Contact time")}
        ),
        findings=(),
        warnings=(),
        kickform_version="9.9",
    )  # fmt: skip


def _metrics(contact: ContactResult, flight: FlightResult) -> dict[str, float]:
    return {
        "contact_time_ms": contact.contact_time_ms,
        "flight_time_ms": flight.flight_time_ms,
        "jump_height_cm": flight.jump_height_cm,
        "rsi_m_per_s": 10 * flight.jump_height_cm / contact.contact_time_ms,
        "flight_contact_ratio": flight.flight_time_ms / contact.contact_time_ms,
    }


def _sds() -> dict[str, float]:
    return {"flight_time_ms": 5.0, "jump_height_cm": 0.8, "rsi_m_per_s": 0.05, "flight_contact_ratio": 0.07}


def told(times: Times, offset_s: float = 0.0, side: str | None = None) -> Reference:
    """Return a reference that gives these contacts on a clock `offset_s` ahead."""
    contacts = tuple(
        ReferenceContact(row, down + offset_s, up + offset_s, up - down, side)  # type: ignore[arg-type]
        for row, (down, up) in enumerate(times, start=2)
    )
    return Reference("mat.csv", "events", contacts)


def lengths_only(times: Times) -> Reference:
    """Return a reference that gives the contact times alone."""
    contacts = told(times).contacts
    bare = tuple(replace(contact, touchdown_s=None, takeoff_s=None) for contact in contacts)
    return Reference("mat.csv", "contact_times", bare)


def csv_file(folder: Path, times: Times, offset_s: float = 0.0) -> Path:
    """Write these contacts as a CSV file."""
    path = folder / "mat.csv"
    rows = "".join(f"{down + offset_s:.4f},{up + offset_s:.4f}\n" for down, up in times)
    path.write_text(f"touchdown_s,takeoff_s\n{rows}", encoding="utf-8")
    return path
