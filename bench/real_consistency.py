"""Does the answer on a real clip stay when the clip is shown otherwise? No label is needed to see it move.

Each clip is shown again at every second (and third) frame at all phases, mirrored, cropped, at half size and
compressed at crf 26 and 30. Contacts are paired by the time that they share. What moves is held against what
was stated: if two answers err apart from one another, the root mean square of (difference / SD of the
difference) is 1; where they share errors, as the same pictures do, less. Above 1 the stated SDs are too
small, whatever the truth is.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.cache import poses_of
from bench.labels import real_clips
from bench.running import run_all
from bench.variants import crop_box, variants_of, written
from kickform.errors import KickFormError
from kickform.events.types import Contact
from kickform.pipeline.analyze import judge_estimate
from kickform.pipeline.build_motion import build_motion
from kickform.pipeline.file_clock import motion_on_file_clock
from kickform.video.reader import probe

__all__ = ["Answer", "Moved", "by_change", "measure_clip", "moved", "plain_moves", "run", "table_of"]

_STEP_DRILLS = ("a_skip", "ladder")
_LONGEST_S = 1.5
_LEAST_FPS, _SPARSE = 20.0, "under 20 fps"
_NOTE = (
    "Mean +- SD of the change. Seen / stated SD: root mean square of the change over the SD stated for it; "
    "above 1, the stated SDs are too small. Flips count clips whose drill, reps or findings change. "
    "The last row leaves out phases against each other and what is left with under 20 frames a second."
)
_OTHER = {"left": "right", "right": "left", "both": "both"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of a clip; contacts, and the steps of each foot, lie on the original's timeline."""

    contacts: tuple[Contact, ...]
    steps: tuple[Contact, ...]
    drill: str
    reps: int
    findings: frozenset[str]


@dataclass(frozen=True, slots=True)
class Moved:
    """How an answer moved with a change.

    Attributes:
        clip: its name.
        change: what was done.
        contacts: in the answer before.
        differences: (N, 3) of touchdown, take-off and contact time, ms.
        sds: (N, 3) SD of each difference from the SDs stated on both sides, ms.
        drills: before and after.
        reps: before and after.
        findings: said only before or only after.
        refusal: why the changed clip could not be read, "" if it was.
    """

    clip: str
    change: str
    contacts: int
    differences: tuple[tuple[float, float, float], ...] = ()
    sds: tuple[tuple[float, float, float], ...] = ()
    drills: tuple[str, str] = ("", "")
    reps: tuple[int, int] = (0, 0)
    findings: tuple[str, ...] = ()
    refusal: str = ""


def answer_of(clip: Path, model: str, offset_s: float = 0.0, mirrored: bool = False) -> Answer:
    """Return what is said of a clip whose first frame lies at `offset_s` of the original.

    Raises:
        KickFormError: nobody is seen in it.
    """
    info, estimate = probe(clip), poses_of(clip, model)
    drill, reps, findings = "none", 0, frozenset[str]()
    try:
        analysis = judge_estimate(estimate, info, model=model)
        drill, reps = analysis.drill, len(analysis.reps)
        findings = frozenset(f.code for f in analysis.findings if f.severity != "good")
    except KickFormError:
        pass
    motion = motion_on_file_clock(build_motion(estimate.track, info)[0])
    contacts, steps = (_on_original(own, offset_s, mirrored) for own in (motion.contacts, motion.steps))
    return Answer(contacts, steps, drill, reps, findings)


def _on_original(contacts: Sequence[Contact], offset_s: float, mirrored: bool) -> tuple[Contact, ...]:
    """Return the timed contacts on the original's timeline, its sides."""
    return tuple(
        Contact(
            _OTHER[c.side] if mirrored else c.side,  # type: ignore[arg-type]
            c.touchdown_s + offset_s,
            c.takeoff_s + offset_s,
            c.touchdown_sd_s,
            c.takeoff_sd_s,
            c.sd_s,
        )
        for c in contacts
        if np.isfinite(c.sd_s) and c.duration_s < _LONGEST_S
    )


def moved(clip: str, change: str, before: Answer, after: Answer) -> Moved:
    """Return how far one answer is from another."""
    by_steps = before.drill in _STEP_DRILLS
    own, other = (answer.steps if by_steps else answer.contacts for answer in (before, after))
    pairs = [(c, match) for c in own if (match := _match(c, other, by_steps)) is not None]
    off = [
        (b.touchdown_s - a.touchdown_s, b.takeoff_s - a.takeoff_s, b.duration_s - a.duration_s)
        for a, b in pairs
    ]
    sds = [
        tuple(
            float(np.hypot(getattr(a, name), getattr(b, name)))
            for name in ("touchdown_sd_s", "takeoff_sd_s", "sd_s")
        )
        for a, b in pairs
    ]
    return Moved(
        clip,
        change,
        len(own),
        tuple((1000 * d, 1000 * u, 1000 * c) for d, u, c in off),
        tuple((1000 * sd[0], 1000 * sd[1], 1000 * sd[2]) for sd in sds),
        (before.drill, after.drill),
        (before.reps, after.reps),
        tuple(sorted(before.findings ^ after.findings)),
    )


def _match(contact: Contact, others: Sequence[Contact], same_side: bool) -> Contact | None:
    shared = [
        (min(contact.takeoff_s, c.takeoff_s) - max(contact.touchdown_s, c.touchdown_s), c)
        for c in others
        if not same_side or c.side == contact.side
    ]
    overlap, best = max(shared, key=lambda pair: pair[0], default=(0.0, None))
    return best if overlap > 0 else None


def measure_clip(clip: Path, model: str) -> list[Moved]:
    """Put a clip through all changes; empty where nothing in it is timed or the clip itself is refused."""
    name = clip.parent.name
    try:
        info, estimate = probe(clip), poses_of(clip, model)
        before = answer_of(clip, model)
    except KickFormError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return []
    if not before.contacts and not before.steps:
        return []
    box = crop_box(estimate.track.xy_px, estimate.track.width_px, estimate.track.height_px)
    rows: list[Moved] = []
    phases: dict[int, list[Answer]] = defaultdict(list)
    for variant in variants_of(info.mean_fps, box):
        change = _change_name(variant.name, info.mean_fps / variant.stride)
        path, offset_s = written(info, variant)
        try:
            after = answer_of(path, model, offset_s, variant.mirrored)
        except KickFormError as error:
            rows.append(Moved(name, change, len(before.contacts), refusal=str(error)))
            continue
        rows.append(moved(name, change, before, after))
        if variant.stride > 1:
            phases[variant.stride].append(after)
    for stride, answers in phases.items():
        change = _change_name(f"every {stride}. frame, phases", info.mean_fps / stride)
        rows += [moved(name, change, answers[0], other) for other in answers[1:]]
    return rows


def _change_name(name: str, fps: float) -> str:
    """Return the name of a change, which says so where hardly any frames are left."""
    return f"{_SPARSE}: {name}" if fps < _LEAST_FPS else name


def by_change(rows: Sequence[Moved]) -> list[dict[str, Any]]:
    """Return one row a change, over all clips, and one over all changes.

    The last one leaves out the phases against each other, and clips that few frames are left of.
    """
    groups: dict[str, list[Moved]] = defaultdict(list)
    for row in rows:
        groups[row.change.split(", from")[0]].append(row)
    every = [row for row in rows if "phases" not in row.change and not row.change.startswith(_SPARSE)]
    return [_change_row(change, own) for change, own in [*sorted(groups.items()), ("all", every)]]


def _change_row(change: str, rows: Sequence[Moved]) -> dict[str, Any]:
    read = [row for row in rows if not row.refusal]
    off = np.array([each for row in read for each in row.differences]).reshape(-1, 3)
    sds = np.array([each for row in read for each in row.sds]).reshape(-1, 3)
    ratios = np.sqrt(np.mean((off / sds) ** 2, axis=0)) if len(off) else np.full(3, np.nan)
    told: dict[str, Any] = {
        "change": change,
        "clips": len(rows),
        "contacts found again": f"{len(off)} of {sum(row.contacts for row in rows)}",
    }
    for number, name in enumerate(("touchdown", "take-off", "contact")):
        told[f"{name}, ms"] = (
            "-" if not len(off) else f"{off[:, number].mean():+.1f} +- {off[:, number].std():.1f}"
        )
        told[f"{name}, seen / stated SD"] = "-" if not len(off) else f"{ratios[number]:.2f}"
    return told | {
        "drill flips": sum(row.drills[0] != row.drills[1] for row in read),
        "reps flip": sum(row.reps[0] != row.reps[1] for row in read),
        "findings flip": sum(bool(row.findings) for row in read),
        "refused": len(rows) - len(read),
    }


def run(shared: Path, model: str, only: Sequence[str], workers: int, minutes: float) -> list[Moved]:
    """Put the real clips through all changes.

    Args:
        shared: the folder of shared data.
        model: pose model.
        only: clips whose name contains one of these.
        workers: processes.
        minutes: begin no clip later than this; 0: all.
    """
    clips = [
        folder / "video.mp4" for folder in real_clips(shared) if any(word in folder.name for word in only)
    ]
    work = partial(measure_clip, model=model)
    return [row for rows in run_all(work, clips, _in_a_line, workers, minutes) for row in rows]


def table_of(rows: Sequence[Moved]) -> dict[str, Any]:
    """Return the table by change, with its title and what it means."""
    clips = ", ".join(sorted({row.clip for row in rows})) or "none"
    return {
        "title": "Self-consistency on real clips",
        "note": f"{_NOTE} Clips: {clips}.",
        "rows": by_change(rows),
    }


def _in_a_line(rows: Sequence[Moved]) -> str:
    return f"{rows[0].clip}: {len(rows)} changes" if rows else "a clip in which nothing is timed"


def plain_moves(rows: Sequence[Moved]) -> list[Mapping[str, Any]]:
    """Return each clip's rows as JSON can hold them."""
    return [
        {
            "clip": row.clip,
            "change": row.change,
            "contacts": row.contacts,
            "found_again": len(row.differences),
            "differences_ms": row.differences,
            "sds_ms": row.sds,
            "drills": row.drills,
            "reps": row.reps,
            "findings_flipped": row.findings,
            "refusal": row.refusal,
        }
        for row in rows
    ]
