"""Real clips and their labels, put into the shape of a rendered clip's truth.

A label is the first frame with (or without) any part of the foot on the ground: the instant lies within the
frame before it. It is taken for the middle of that frame, and what this and the reading leave open is kept
beside it. Where a label states no error of its own, that of one reading holds, as it was found by reading
clips twice.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.athlete import ClipSpec
from bench.cases import Case
from bench.outcomes import LabelError

__all__ = ["Label", "case_of", "labels_in", "real_clips", "truth_of"]

_G = 9.81
_FAST_FPS = 45.0
_READING_SD_MS = {True: {"touchdown": 7.5, "toeoff": 6.9}, False: {"touchdown": 9.7, "toeoff": 12.2}}
"""SD of one reading at 60 frames a second, and at 24 to 30, from clips that were read twice."""
_CLIP_SD_MS = {True: 3.0, False: 15.0}
"""SD of the difference of two readings' mean contact times of a clip, likewise."""
_LANDINGS = {"heel": "heel", "whole foot": "flat", "flat": "flat", "forefoot": "forefoot"}
_LANDINGS |= {"ball": "forefoot", "toe tip": "forefoot"}
_SIDES = {"": "both", "L": "left", "R": "right"}
_DRILLS = (
    *(("rope_two_foot", "pogo"), ("pogo", "pogo"), ("split_squat", "split_squat_jump")),
    *(("a_skip", "a_skip"), ("ladder", "ladder"), ("single_leg_bound", "single_leg_hop")),
    *(("deep_squats", "none"), ("high_knees", "none"), ("squat_jump", "none"), ("triple_jump", "none")),
    *(("treadmill_run", "none"), ("walk", "none"), ("run", "none")),
)
"""What a clip shows, by how its name begins; any other is neither a drill of ours nor surely none."""
_YAWS = {"side": 0.0, "34view": 45.0, "front": 90.0}
_ONE_LEG = "single_leg"
_BY_TIMES = ("contact_long", "flight_low", "uneven", "rebound_slow", "rhythm_uneven", "no_switch")
"""Findings that labelled instants can support or refute."""
_SETTLING_S = 0.75


@dataclass(frozen=True, slots=True)
class Label:
    """One labelled event.

    Attributes:
        event: "touchdown" or "toeoff".
        side: "left", "right" or "both".
        at_s: the middle of the frame in which the instant lies.
        width_s: that frame's length.
        sd_s: SD of the reading.
        part: what touches first or leaves last, in the readers' words.
        readings: 2 for a consensus of two, 1 for a single reading.
    """

    event: str
    side: str
    at_s: float
    width_s: float
    sd_s: float
    part: str = ""
    readings: int = 1


def real_clips(shared: Path) -> list[Path]:
    """Return the folders of the real clips."""
    return sorted(path for path in (shared / "clips" / "real").iterdir() if path.is_dir())


def case_of(folder: Path) -> Case:
    """Return a real clip as a case of the benchmark."""
    drill = next((drill for start, drill in _DRILLS if folder.name.startswith(start)), "")
    return Case(folder.name, drill, "real", ClipSpec())


def labels_in(folder: Path, frame_times_s: NDArray[np.float64]) -> list[Label]:
    """Return the touchdowns and take-offs that were labelled in a clip, in order; none without labels.

    Args:
        folder: of the clip, with ``annotation.csv``.
        frame_times_s: (T,) the clip's frames.
    """
    path = folder / "annotation.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = [
        _label(row, frame_times_s)
        for row in rows
        if row["event"].partition("_")[0] in ("touchdown", "toeoff")
    ]
    return sorted(found, key=lambda label: label.at_s)


def _label(row: Mapping[str, str | None], frame_times_s: NDArray[np.float64]) -> Label:
    event, _, foot = str(row["event"]).partition("_")
    frame = min(max(int(float(row["frame"] or 0)), 1), len(frame_times_s) - 1)
    width_s = float(frame_times_s[frame] - frame_times_s[frame - 1])
    basis = row.get("basis") or ""
    sd_frames = row.get("sd_frames")
    fast = _is_fast(frame_times_s)
    sd_s = float(sd_frames) * width_s if sd_frames else _READING_SD_MS[fast][event] / 1000
    at_s = float(row["time_s"] or 0) - width_s / 2
    readings = 2 if "reader" in basis and "only" not in basis else 1
    return Label(event, _SIDES[foot], at_s, width_s, sd_s, row.get("part") or "", readings)


def _is_fast(frame_times_s: NDArray[np.float64]) -> bool:
    return float(np.median(np.diff(frame_times_s))) < 1 / _FAST_FPS


def truth_of(case: Case, labels: Sequence[Label], frame_times_s: NDArray[np.float64]) -> dict[str, Any]:
    """Return the labels of a clip as the truth of a rendered one.

    Jump heights are g t^2 / 8 of the labelled flight: what the body did is not known.
    """
    sides = {label.side for label in labels}
    spans = {side: _spans([label for label in labels if label.side == side]) for side in sorted(sides)}
    contacts = sorted((c for own, _ in spans.values() for c in own), key=lambda c: c["touchdown_s"])
    both = contacts if sides <= {"both"} else []
    if case.name.startswith(_ONE_LEG):
        contacts[:] = [contact | {"feet": 1} for contact in contacts]
    flights = [flight for side, (_, own) in spans.items() for flight in own if side == "both"]
    reps = _reps(case.drill, both, flights)
    longest = max((c["contact_time_ms"] for c in contacts), default=0.0) / 1000
    return {
        "drill": case.drill,
        "variant": "",
        "capture": {"fps": 1 / float(np.mean(np.diff(frame_times_s))), "slow_motion_factor": 1},
        "view": {"side": None, "yaw_deg": _yaw_of(case.name)},
        "m_per_px": None,
        "contacts": [] if both else contacts,
        "both_contacts": both,
        "flights": flights,
        "reps": reps,
        "reps_known": case.drill != "",
        "joint_names": [],
        "labelled": True,
        "decidable": _BY_TIMES,
        "longest_contact_s": max(1.0, 1.3 * longest),
        "set_mean_label_sd_ms": _set_mean_sd_ms(labels, contacts, frame_times_s),
    }


def _yaw_of(name: str) -> float:
    """Return how far the camera is off the side view by the clip's name; NaN where that does not say."""
    return next((yaw for word, yaw in _YAWS.items() if word in name.split("_")), float("nan"))


def _spans(labels: Sequence[Label]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the contacts and the flights of one foot, or of both together."""
    contacts, flights = [], []
    for first, second in pairwise(labels):
        if (first.event, second.event) == ("touchdown", "toeoff"):
            contacts.append(_contact(first, second))
        elif (first.event, second.event) == ("toeoff", "touchdown"):
            flights.append(_flight(first, second))
    return contacts, flights


def _contact(down: Label, up: Label) -> dict[str, Any]:
    label = LabelError(*(1000 * s for s in (down.width_s, up.width_s, down.sd_s, up.sd_s)))
    return {
        "side": down.side,
        "touchdown_s": down.at_s,
        "takeoff_s": up.at_s,
        "contact_time_ms": 1000 * (up.at_s - down.at_s),
        "landing": _LANDINGS.get(down.part, ""),
        "label": asdict(label),
    }


def _flight(up: Label, down: Label) -> dict[str, Any]:
    flight_s = down.at_s - up.at_s
    sd_s = LabelError(down.width_s, up.width_s, down.sd_s, up.sd_s).contact_sd_ms
    return {
        "takeoff_s": up.at_s,
        "touchdown_s": down.at_s,
        "flight_time_ms": 1000 * flight_s,
        "flight_sd_ms": 1000 * sd_s,
        "jump_height_cm": 100 * _G * flight_s**2 / 8,
        "height_sd_cm": 100 * _G * flight_s / 4 * sd_s,
    }


def _reps(
    drill: str, contacts: Sequence[dict[str, Any]], flights: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the reps of a drill: the flights of jumps, the landings of split squats."""
    launching = {contact["takeoff_s"]: contact for contact in contacts}
    if drill == "split_squat_jump":
        landing = {contact["touchdown_s"]: contact for contact in contacts}
        return [_landing(flight, landing.get(flight["touchdown_s"])) for flight in flights]
    if drill in ("pogo", "single_leg_hop"):
        return [_jump(flight, launching.get(flight["takeoff_s"])) for flight in flights]
    return []


def _landing(flight: dict[str, Any], contact: dict[str, Any] | None) -> dict[str, Any]:
    down = flight["touchdown_s"]
    end_s = contact["takeoff_s"] if contact else down + _SETTLING_S
    metrics, sds = {"flight_time_ms": flight["flight_time_ms"]}, {"flight_time_ms": flight["flight_sd_ms"]}
    return {"side": "", "start_s": down, "end_s": end_s, "metrics": metrics, "metric_sds": sds}


def _jump(flight: dict[str, Any], contact: dict[str, Any] | None) -> dict[str, Any]:
    """Return one jump with what follows from its times; errors of contact and flight share the take-off."""
    names = ("flight_time_ms", "jump_height_cm")
    metrics = {name: flight[name] for name in names}
    sds = {"flight_time_ms": flight["flight_sd_ms"], "jump_height_cm": flight["height_sd_cm"]}
    start_s = contact["touchdown_s"] if contact else flight["takeoff_s"]
    if contact:
        label = LabelError(**contact["label"])
        tc, tf = contact["contact_time_ms"], flight["flight_time_ms"]
        down, up = label.event_sd_ms("touchdown"), label.event_sd_ms("takeoff")
        landed = float(np.sqrt(max(flight["flight_sd_ms"] ** 2 - up**2, 0.0)))
        metrics |= {"contact_time_ms": tc, "flight_contact_ratio": tf / tc}
        rsi = 10 * flight["jump_height_cm"] / tc
        sds |= {
            "contact_time_ms": label.contact_sd_ms,
            "flight_contact_ratio": tf / tc * _relative_sd(down, up, landed, tc, tf, 1),
            "rsi_m_per_s": rsi * _relative_sd(down, up, landed, tc, tf, 2),
        }
    return {
        "side": "both",
        "start_s": start_s,
        "end_s": flight["touchdown_s"],
        "metrics": metrics,
        "metric_sds": sds,
    }


def _relative_sd(down: float, up: float, landed: float, tc: float, tf: float, power: int) -> float:
    """Return the relative SD of tf^power / tc, whose contact and flight share the take-off."""
    parts = (down / tc, up * (power / tf + 1 / tc), power * landed / tf)
    return float(np.sqrt(np.sum(np.square(parts))))


def _set_mean_sd_ms(
    labels: Iterable[Label], contacts: Sequence[dict[str, Any]], frame_times_s: NDArray[np.float64]
) -> float:
    """Return the SD of the labelled mean contact time: what a reader does alike in a clip, and the rest."""
    if not contacts:
        return 0.0
    own = [LabelError(**contact["label"]).contact_sd_ms for contact in contacts]
    single = float(np.sqrt(np.mean(np.square(own)) / len(own)))
    readings = float(np.mean([label.readings for label in labels]))
    alike = _CLIP_SD_MS[_is_fast(frame_times_s)] / np.sqrt(2 * readings)
    return float(np.hypot(single, alike))
