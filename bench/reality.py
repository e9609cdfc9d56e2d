"""Against reality: people whose contacts were labelled by eye, feet on force plates, knees in a laboratory.

``python -m bench reality [--shared DIR] [--json FILE] [--quick]``

The data are for checks only and no part of the project: they lie in a folder ``shared`` beside it (or in
``--shared``). Without it, nothing is measured, which is said, and the exit status is 0.

- *Real clips*: contacts are held against labels whose own error is part of the model (`bench.label_model`).
- *Force plates*: drop jumps as markers, without pictures (`bench.force_plates`).
- *Lab videos*: knee angles of vaults (`bench.lab_videos`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.cases import Case
from bench.external import Source, external_main
from bench.figures import expected_inside
from bench.force_plates import plate_rows
from bench.lab_videos import lab_table
from bench.label_model import Differences, labelled_bias
from bench.labels import case_of, labels_in, real_clips, truth_of
from bench.outcomes import LabelError, Outcome, TimedContact

__all__ = ["SOURCE", "clip_table", "label_table", "main"]

_QUICK = ("rope_two_foot_side_25fps", "deep_squats_side_25fps_reps")
_Z95 = 1.96
_MODEL_NOTE = (
    "Maximum likelihood, the label's error being part of the model: an instant lies evenly within the frame "
    "before the labelled one, its reading errs by the SD stated with it. Scatter is what is left to the "
    "estimator. Pooled rows weigh clips, not contacts. Found: share of errors inside the stated 95 % "
    "interval; expected: the share if the stated SDs were right."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the clips and print their tables; the exit status is 1 where a recorded bound is broken."""
    return external_main(SOURCE, "reality", __doc__, arguments)


def _videos(shared: Path) -> list[Path]:
    return [folder / "video.mp4" for folder in real_clips(shared)]


def _with_truth(clip: Path, times_s: NDArray[np.float64]) -> tuple[Case, dict[str, Any]]:
    case = case_of(clip.parent)
    return case, truth_of(case, labels_in(clip.parent, times_s), times_s)


def _extra(shared: Path, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    tables = {"labels": label_table(outcomes), "clips": clip_table(outcomes)}
    if (shared / "mocap").is_dir():
        tables["plates"] = plate_table(shared / "mocap")
    if (shared / "clips" / "lab_vaults").is_dir():
        tables["lab"] = lab_table(shared / "clips" / "lab_vaults")
    return tables


def label_table(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the bias of contact, touchdown and take-off against labels, pooled and by clip."""
    groups: list[tuple[str, Callable[[TimedContact], bool]]] = [
        ("clips with a verdict", lambda _: True),
        ("two feet", lambda c: c.feet == 2),
        ("one foot", lambda c: c.feet == 1),
        ("lands on the heel", lambda c: c.landing == "heel"),
        ("lands on the forefoot", lambda c: c.landing == "forefoot"),
    ]
    rows = _model_rows("all clips", [[c for c in o.contacts if c.label] for o in outcomes])
    for label, keep in groups:
        own = [[c for c in o.contacts if c.label and keep(c)] for o in outcomes if not o.refusal]
        rows += _model_rows(label, own)
    for outcome in outcomes:
        rows += _model_rows(outcome.name, [[c for c in outcome.contacts if c.label]])
    return {"title": "Against labels, ms", "note": _MODEL_NOTE, "rows": rows}


def _model_rows(label: str, clips: Sequence[Sequence[TimedContact]]) -> list[dict[str, Any]]:
    rows = []
    for end in ("contact", "touchdown", "takeoff"):
        fitted = labelled_bias([_differences(clip, end) for clip in clips])
        if fitted is None:
            continue
        every = [contact for clip in clips for contact in clip]
        error = np.array([_error(c, end) for c in every])
        sd = np.array([_stated(c, end) for c in every])
        open_sd = np.array([_open(c.label, end) for c in every if c.label])
        rows.append(
            {
                "clips": label,
                "what": end,
                "n": fitted.count,
                "bias": fitted.bias_ms,
                "low": fitted.low_ms,
                "high": fitted.high_ms,
                "MAE": f"{np.abs(error).mean():.1f}",
                "scatter": f"{fitted.scatter_ms:.1f}",
                "found": f"{100 * np.mean(np.abs(error) <= _Z95 * sd):.0f} %",
                "expected": f"{100 * np.mean(expected_inside(sd, open_sd)):.0f} %",
            }
        )
    return rows


def _differences(contacts: Iterable[TimedContact], end: str) -> Differences:
    own = [(c, c.label) for c in contacts if c.label]
    off = np.array([_error(c, end) for c, _ in own])
    if end == "contact":
        reading = np.array([np.hypot(label.touchdown_sd_ms, label.takeoff_sd_ms) for _, label in own])
        widths = np.array([(label.touchdown_width_ms, label.takeoff_width_ms) for _, label in own])
        return Differences(off, reading, widths.reshape(-1, 2))
    reading = np.array([getattr(label, f"{end}_sd_ms") for _, label in own])
    widths = np.array([getattr(label, f"{end}_width_ms") for _, label in own])
    return Differences(off, reading, widths.reshape(-1, 1))


def _error(contact: TimedContact, end: str) -> float:
    return contact.error_ms if end == "contact" else float(getattr(contact, f"{end}_ms"))


def _stated(contact: TimedContact, end: str) -> float:
    return contact.sd_ms if end == "contact" else float(getattr(contact, f"{end}_sd_ms"))


def _open(label: LabelError, end: str) -> float:
    return label.contact_sd_ms if end == "contact" else label.event_sd_ms(end)


def clip_table(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return what was found in each clip: the drill, reps, contacts, the set's mean, findings."""
    note = (
        "Drill none: the clip shows none of the five, so any verdict is wrong. Drill ?: alternating rope "
        "skipping, tuck jumps, hops in place; only contacts are compared. Set mean: found minus labelled, "
        "stated SD, label's SD. Only findings that times can refute count as false."
    )
    return {"title": "Clip by clip", "note": note, "rows": [_clip_row(outcome) for outcome in outcomes]}


def _clip_row(outcome: Outcome) -> dict[str, Any]:
    missed, none = (
        outcome.contacts_true - len(outcome.contacts),
        outcome.contacts_found - len(outcome.contacts),
    )
    known = outcome.reps_known and outcome.drill != ""
    means: Mapping[str, float | None] = {"mean": outcome.set_mean_ms, "sd": outcome.set_mean_sd_ms}
    mean = "-"
    if means["mean"] is not None:
        stated = f"{means['sd']:.1f}" if means["sd"] is not None else "none"
        mean = f"{means['mean']:+.1f} (stated {stated}, label {outcome.set_mean_label_sd_ms:.1f})"
    return {
        "clip": outcome.name,
        "fps": f"{outcome.fps:.0f}",
        "drill": outcome.drill or "?",
        "named": outcome.named,
        "reps found / there": f"{outcome.reps_found} / {outcome.reps_true if known else '?'}",
        "contacts missed, extra": f"{missed} of {outcome.contacts_true}, {none}"
        if outcome.contacts_true
        else "-",
        "set mean, ms": mean,
        "false findings": ", ".join(outcome.faults_false) or "-",
        "refusal": outcome.refusal.split(": ", 1)[-1] or "-",
    }


def plate_table(folder: Path) -> dict[str, Any]:
    """Return the errors of the landmark hinge on force plates."""
    rows = [
        {
            "frames a second": plate.fps,
            "contacts": plate.contacts,
            "touchdown": plate.touchdown_ms,
            "take-off": plate.takeoff_ms,
            "contact": plate.contact_ms,
            "MAE": f"{plate.contact_mae_ms:.1f}",
        }
        for plate in plate_rows(folder)
    ]
    note = (
        "Drop jumps as markers, no pictures: the marker on the toe cap, which rises before the foot leaves."
    )
    return {"title": "Force plates, ms", "note": note, "rows": rows}


SOURCE = Source("real", _videos, _with_truth, _QUICK, lambda clip: clip.parent.name, _extra)

if __name__ == "__main__":
    raise SystemExit(main())
