"""Knee angles in laboratory videos of vaults, filmed through a frame, against a motion-capture system."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.cache import poses_of
from bench.cells import figures_cell
from bench.figures import Errors
from kickform.errors import KickFormError
from kickform.motion.kinematics import compute_angles, estimate_view

__all__ = ["knee_errors", "lab_table"]

_TRUE_FPS = 25.0
_LEGS = {"left": "L", "right": "R"}
_DEPTHS_DEG = ((0, 30), (30, 60), (60, 90), (90, 180))

Row = Mapping[str, str]


def lab_table(folder: Path) -> dict[str, Any]:
    """Return the errors of knee flexion by its depth, both legs, over the videos that show anybody."""
    with (folder / "truth.csv").open(encoding="utf-8") as file:
        truth: dict[str, list[Row]] = defaultdict(list)
        for row in csv.DictReader(file):
            truth[row["video"]].append(row)
    pairs, unseen = [], []
    for name, rows in sorted(truth.items()):
        try:
            pairs.append(knee_errors(folder / f"{name}.mp4", rows))
        except KickFormError:
            unseen.append(name)
    table = [_depth_row(pairs, low, high) for low, high in ((0, 180), *_DEPTHS_DEG)]
    note = (
        f"Errors of knee flexion, every frame a row; view side to oblique. Nobody found in {len(unseen)} of "
    )
    note += f"{len(truth)} videos. Compared whatever the view, also where a verdict withholds angles."
    return {"title": "Laboratory videos of vaults, knee flexion, deg", "note": note, "rows": table}


def knee_errors(clip: Path, rows: Sequence[Row]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return (N, 2) measured and true knee flexion of both legs, degrees, where both are known.

    Raises:
        KickFormError: nobody is found in the video.
    """
    track = poses_of(clip, "heavy").track
    track = replace(track, time_s=np.arange(len(track)) / _TRUE_FPS)  # the header's rate is wrong
    angles = compute_angles(track, estimate_view(track))
    found = []
    for row in rows:
        frame = int(row["frame"])
        for side, mark in _LEGS.items():
            usable = row[f"force_missing_{mark}"] == "0" and row[f"limb_lengths_ok_{mark}"] == "1"
            if usable and row[f"knee_flexion_{mark}_deg"] and frame < len(track):
                measured = angles.knee(side)[frame]  # type: ignore[arg-type]
                found.append((float(measured), float(row[f"knee_flexion_{mark}_deg"])))
    table = np.array(found, dtype=float).reshape(-1, 2)
    return np.asarray(table[np.isfinite(table).all(axis=1)])


def _depth_row(
    videos: Sequence[np.ndarray[Any, np.dtype[np.float64]]], low: float, high: float
) -> dict[str, Any]:
    own = [pairs[(pairs[:, 1] >= low) & (pairs[:, 1] < high)] for pairs in videos]
    cell = figures_cell([Errors.of([(m - t, None, 0.0) for m, t in pairs]) for pairs in own])
    depth = "all" if (low, high) == (0, 180) else f"{low:g} to {high:g}"
    return {"true flexion": depth, "bias (95 % interval), MAE; frames": cell.text if cell else "-"}
