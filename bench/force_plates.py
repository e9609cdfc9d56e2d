"""Against force plates: markers of drop jumps made into a pose track, timed by their landmarks.

Noise of a pose model, 60 and 120 frames a second, the gate being told each event to within 20 ms. There are
no pictures, so the soles are not followed. The marker on the toe cap stands for BlazePose's toe.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kickform.events.contacts import time_contacts
from kickform.events.flights.candidates import FlightCandidate
from kickform.events.observation import Observation
from kickform.numeric import FloatArray
from kickform.pose.track import Landmark

__all__ = ["PlateRow", "plate_rows", "toe_track"]

_STATURE_M, _PX_PER_M, _NOISE_PX = 1.75, 200.0, 0.8
_SHIFTS_S = (-0.02, 0.0, 0.02)


@dataclass(frozen=True, slots=True)
class PlateRow:
    """Drop jumps at one frame rate: errors of touchdown, take-off and contact, ms, against the plate."""

    fps: int
    contacts: int
    touchdown_ms: float
    takeoff_ms: float
    contact_ms: float
    contact_mae_ms: float


def plate_rows(folder: Path, rates: Sequence[int] = (60, 120)) -> list[PlateRow]:
    """Return the errors of the landmark hinge on drop jumps, per frame rate."""
    with (folder / "events.csv").open(encoding="utf-8") as file:
        events = [row for row in csv.DictReader(file) if "drop jump" in row["movement"] and row["takeoff_s"]]
    contacts: dict[str, tuple[float, float]] = {}
    for row in events:  # two plates under the two feet: from the first foot down to the last one up
        down, up = float(row["touchdown_s"]), float(row["takeoff_s"])
        first, last = contacts.get(row["trial"], (down, up))
        contacts[row["trial"]] = min(first, down), max(last, up)
    rows = []
    for fps in rates:
        errors = []
        for trial, (down, up) in sorted(contacts.items()):
            for number, shift in enumerate(_SHIFTS_S):
                found = _timed(folder / f"{trial}.csv", fps, down + shift, up - shift, seed=number)
                if found is not None:
                    errors.append((1000 * (found[0] - down), 1000 * (found[1] - up)))
        if errors:
            e = np.array(errors)
            contact = e[:, 1] - e[:, 0]
            rows.append(
                PlateRow(
                    fps,
                    len(e),
                    float(e[:, 0].mean()),
                    float(e[:, 1].mean()),
                    float(contact.mean()),
                    float(np.abs(contact).mean()),
                )
            )
    return rows


def toe_track(path: Path, fps: float, seed: int) -> tuple[FloatArray, FloatArray]:
    """Return times (T,) and landmarks (T, 33, 2), pixels, y up, of one trial seen from the side.

    Args:
        path: markers, metres, y up.
        fps: frame rate to resample to, at a random phase.
        seed: of phase and noise.
    """
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rng = np.random.default_rng(seed)
    real = np.array([float(row["time_s"]) for row in rows])
    times = np.arange(real[0] + rng.uniform(0, 1 / fps), real[-1], 1 / fps)
    xy = np.zeros((len(times), 33, 2))
    marks = {"hip": "HIP", "knee": "KNEE", "ankle": "ANKLE", "heel": "HEEL", "toe": "FOOT_INDEX"}
    for short, side in (("l", "L"), ("r", "R")):
        for marker, landmark in marks.items():
            for axis, name in enumerate("xy"):
                values = np.array([float(row[f"{short}_{marker}_{name}_m"] or "nan") for row in rows])
                seen = np.isfinite(values)  # a marker may be hidden for a moment
                xy[:, Landmark[f"{side}_{landmark}"], axis] = np.interp(times, real[seen], values[seen])
        xy[:, Landmark[f"{side}_SHOULDER"]] = xy[:, Landmark[f"{side}_HIP"]] + np.array(
            [0.0, 0.29 * _STATURE_M]
        )
    xy = xy * _PX_PER_M + rng.normal(0, _NOISE_PX, xy.shape)
    return times, xy


def _timed(path: Path, fps: float, down: float, up: float, seed: int) -> tuple[float, float] | None:
    """Return touchdown and take-off of one drop jump, the flights beside it being told coarsely."""
    times, xy = toe_track(path, fps, seed)
    flights = [
        FlightCandidate(down - 0.3, down, 0.1, 5.7, 0.1, 0.1, down - 0.3, down),
        FlightCandidate(up, up + 0.35, 0.1, 5.7, 0.1, 0.1, up, up + 0.35),
    ]
    seen = Observation(times, xy, np.ones(xy.shape[:2]), _STATURE_M * _PX_PER_M)
    train = time_contacts(seen, flights)
    between = [c for c in train.contacts if np.isfinite(c.sd_s)]
    return (between[0].touchdown_s, between[0].takeoff_s) if between else None
