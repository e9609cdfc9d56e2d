"""Against reality: people whose contacts were labelled by eye, and feet on force plates.

``python -m bench reality [--shared DIR] [--json FILE]``

The data are for checks only and no part of the project: they lie in a folder ``shared`` beside it (or in
``--shared``). Without it, nothing is measured and the exit status is 0.

- *Real clips*: contacts between flights are held against labels of +-1 frame at 24 to 30 frames a second. One
  contact then carries +-35 to 50 ms of label error: counts and means tell, single contacts do not.
- *Force plates*: markers of drop jumps are made into a pose track (noise of a pose model, 60 and 120 frames a
  second) and timed by their landmarks, the gate being told each event to within 20 ms. There are no pictures,
  so the soles are not followed. The marker on the toe cap stands for BlazePose's toe.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from kickform.errors import KickFormError
from kickform.events.contacts import time_contacts
from kickform.events.flights.candidates import CoarseFlight
from kickform.motion.motion import Motion
from kickform.numeric import FloatArray
from kickform.pipeline.analyze import with_feet
from kickform.pipeline.build_motion import build_motion
from kickform.pose.estimate import estimate_pose
from kickform.pose.track import Landmark
from kickform.video.reader import VideoInfo, probe

__all__ = [
    "ClipRow", "PlateRow", "asked", "held_against_labels", "labels_of", "main", "motion_in", "plate_rows",
    "real_clips", "toe_track",
]  # fmt: skip

ROOT = Path(__file__).resolve().parents[1]
_STATURE_M, _PX_PER_M, _NOISE_PX = 1.75, 200.0, 0.8
_SHIFTS_S = (-0.02, 0.0, 0.02)


@dataclass(frozen=True, slots=True)
class ClipRow:
    """One real clip: contacts labelled and found between flights, and their mean times, ms."""

    clip: str
    fps: float
    labelled: int
    found: int
    matched: int
    labelled_ms: float | None
    found_ms: float | None


@dataclass(frozen=True, slots=True)
class PlateRow:
    """Drop jumps at one frame rate: errors of touchdown, take-off and contact, ms, against the plate."""

    fps: int
    contacts: int
    touchdown_ms: float
    takeoff_ms: float
    contact_ms: float
    contact_mae_ms: float


def asked(name: str, about: str | None, arguments: Sequence[str] | None) -> argparse.Namespace | None:
    """Return the options of a benchmark on real data, ``shared`` and ``json``; None where there are none."""
    parser = argparse.ArgumentParser(prog=f"python -m bench {name}", description=about)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="where the data lie")
    parser.add_argument("--json", default="", help="write what is printed as JSON to this file")
    options = parser.parse_args(arguments)
    if not options.shared.is_dir():
        print("no folder of real data here: nothing measured", file=sys.stderr)
        return None
    return options


def real_clips(shared: Path) -> list[Path]:
    """Return the folders of the real clips."""
    return sorted(path for path in (shared / "clips" / "real").iterdir() if path.is_dir())


def labels_of(folder: Path) -> list[tuple[str, float]]:
    """Return the events that were labelled in a real clip, with their times, seconds."""
    with (folder / "annotation.csv").open(encoding="utf-8") as file:
        return [(row["event"], float(row["time_s"])) for row in csv.DictReader(file)]


def motion_in(info: VideoInfo, name: str) -> Motion | None:
    """Return the motion in a real clip as `heavy` sees it; None, and why on stderr, where there is none."""
    try:
        estimate = with_feet(estimate_pose(info.path, info, model="heavy"), info)
        return build_motion(estimate.track, info)[0]
    except KickFormError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both tables."""
    options = asked("reality", __doc__, arguments)
    if options is None:
        return 0
    clips = [_clip_row(folder) for folder in real_clips(options.shared)]
    plates = plate_rows(options.shared / "mocap")
    print("| Real clip | fps | contacts labelled | found | matched | mean labelled, ms | mean found, ms |")
    print("|---|---|---|---|---|---|---|")
    for row in clips:
        means = (f"{value:.0f}" if value is not None else "-" for value in (row.labelled_ms, row.found_ms))
        print(
            f"| {row.clip} | {row.fps:.0f} | {row.labelled} | {row.found} | {row.matched} | "
            + " | ".join(means)
            + " |"
        )
    print("\n| Force plates, drop jumps | contacts | touchdown, ms | take-off, ms | contact, ms | MAE, ms |")
    print("|---|---|---|---|---|---|")
    for plate in plates:
        print(
            f"| {plate.fps} frames a second | {plate.contacts} | {plate.touchdown_ms:+.1f} | "
            f"{plate.takeoff_ms:+.1f} | {plate.contact_ms:+.1f} | {plate.contact_mae_ms:.1f} |"
        )
    if options.json:
        told = {"clips": [asdict(row) for row in clips], "plates": [asdict(row) for row in plates]}
        Path(options.json).write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    return 0


def _clip_row(folder: Path) -> ClipRow:
    labels = [
        (down, up)
        for (first, down), (second, up) in pairwise(labels_of(folder))
        if first == "touchdown" and second == "toeoff"
    ]
    info = probe(folder / "video.mp4")
    motion = motion_in(info, folder.name)
    if motion is None:
        return ClipRow(folder.name, info.mean_fps, len(labels), 0, 0, _mean_ms(labels), None)
    found = [
        (c.touchdown_s, c.takeoff_s) for c in motion.contacts if np.isfinite(c.sd_s) and c.duration_s < 1.5
    ]
    return held_against_labels(folder.name, info.mean_fps, labels, found)


def held_against_labels(
    clip: str, fps: float, labels: Sequence[tuple[float, float]], found: Sequence[tuple[float, float]]
) -> ClipRow:
    """Match contacts (touchdown, take-off), seconds, by overlap; the means are over the matched ones."""
    pairs = []
    for down, up in found:
        shared = [(min(up, b) - max(down, a), (a, b)) for a, b in labels]
        overlap, label = max(shared, default=(0.0, (0.0, 0.0)))
        if overlap > 0:
            pairs.append((label, (down, up)))
    matched = dict(pairs)
    return ClipRow(
        clip,
        fps,
        len(labels),
        len(found),
        len(matched),
        _mean_ms(list(matched)),
        _mean_ms(list(matched.values())),
    )


def _mean_ms(spans: Sequence[tuple[float, float]]) -> float | None:
    return 1000 * float(np.mean([b - a for a, b in spans])) if spans else None


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
        CoarseFlight(down - 0.3, down, 0.1, 5.7, 0.1, 0.1, down - 0.3, down),
        CoarseFlight(up, up + 0.35, 0.1, 5.7, 0.1, 0.1, up, up + 0.35),
    ]
    train = time_contacts(times, xy, np.ones(xy.shape[:2]), _STATURE_M * _PX_PER_M, flights)
    between = [c for c in train.contacts if np.isfinite(c.sd_s)]
    return (between[0].touchdown_s, between[0].takeoff_s) if between else None


if __name__ == "__main__":
    raise SystemExit(main())
