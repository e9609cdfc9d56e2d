"""Converts an analysis and a pose track to database rows and back."""

from __future__ import annotations

import io
import json
import math
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from kickform.drills import all_drills
from kickform.drills.base import Metric
from kickform.drills.common.scoring import summarize
from kickform.errors import StoreError
from kickform.history.records import SetSide
from kickform.history.store.tables import (
    AttachmentRow,
    CorrectionRow,
    RepMetricRow,
    RepRow,
    SessionRow,
    SetMetricRow,
)
from kickform.pose.track import Corners, FeetMotion, PoseTrack
from kickform.results.analysis import Analysis
from kickform.results.findings import MetricResult, RepResult

__all__ = [
    "analysis_text",
    "fill_session",
    "finding_codes",
    "is_whole_jpeg",
    "pack_track",
    "read_analysis",
    "real_fps",
    "rows_of",
    "unpack_track",
]

_XY_STEP_PX = 0.05
_WORLD_STEP_M = 0.0002
_SEEN_STEPS = 250.0
_AT_STEP_PX = 0.25


def fill_session(row: SessionRow, analysis: Analysis) -> None:
    """Copy the fields that lists and trends need from the analysis into its row."""
    video = analysis.video
    row.drill, row.variant = analysis.drill, analysis.variant
    row.clip_name = video.name
    row.plane, row.yaw_deg = analysis.view.plane, analysis.view.yaw_deg
    row.model, row.estimator_version = analysis.model, analysis.estimator_version
    row.kickform_version = analysis.kickform_version
    row.score, row.rep_count = analysis.summary.score, len(analysis.reps)
    row.findings = json.dumps([[f.code, f.severity] for f in analysis.findings])


def real_fps(analysis: Analysis) -> float:
    """Return the number of different pictures per real second."""
    video = analysis.video
    return video.effective_fps or video.mean_fps * video.slow_motion_factor


def rows_of(session_id: int, analysis: Analysis) -> list[Any]:
    """Return the rows of reps, metrics, corrections and the analysis itself."""
    rows: list[Any] = [
        RepRow(
            session_id=session_id,
            number=rep.number,
            side=rep.side,
            start_s=rep.start_s,
            end_s=rep.end_s,
            score=rep.score,
        )
        for rep in analysis.reps
    ]
    for rep in analysis.reps:
        rows += [
            RepMetricRow(session_id=session_id, number=rep.number, name=name, value=value, sd=_sd(rep, name))
            for name, value in rep.metrics.items()
            if math.isfinite(value)
        ]
    for side, metrics in _by_side(analysis).items():
        rows += [
            _set_metric(session_id, side, name, metric, place)
            for place, (name, metric) in enumerate(metrics.items())
        ]
    corrections = analysis.to_dict().get("corrections") or []
    rows += [
        CorrectionRow(session_id=session_id, number=number, body=json.dumps(body, ensure_ascii=False))
        for number, body in enumerate(corrections, start=1)
    ]
    text = zlib.compress(analysis.to_json().encode())
    rows.append(AttachmentRow(session_id=session_id, kind="analysis", name="", data=text))
    return rows


def read_analysis(data: bytes, name: str) -> Analysis:
    """Return the analysis from its attachment."""
    return Analysis.from_json(analysis_text(data, name), name)


def analysis_text(data: bytes, name: str) -> str:
    """Return the JSON text of the analysis from its attachment.

    Raises:
        StoreError: the attachment is damaged.
    """
    try:
        return zlib.decompress(data).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        cure = "delete it and analyze the clip again"
        raise StoreError(name, "its analysis is damaged", cure) from error


def is_whole_jpeg(data: bytes) -> bool:
    """Return whether the bytes are a complete JPEG file, from its SOI marker to its EOI marker."""
    return data.startswith(b"\xff\xd8") and data.endswith(b"\xff\xd9")


def _sd(rep: RepResult, name: str) -> float | None:
    sd = rep.sds.get(name)
    return sd if sd is not None and math.isfinite(sd) else None


def _set_metric(session_id: int, side: str, name: str, metric: MetricResult, place: int) -> SetMetricRow:
    value = metric.value if metric.value is not None and math.isfinite(metric.value) else None
    sd = metric.sd if metric.sd is not None and math.isfinite(metric.sd) else None
    return SetMetricRow(
        session_id=session_id,
        name=name,
        side=side,
        value=value,
        sd=sd,
        n=metric.n,
        unit=metric.unit,
        better=metric.better,
        label=metric.label,
        place=place,
    )


def _by_side(analysis: Analysis) -> dict[SetSide, dict[str, MetricResult]]:
    """Return the set's metrics by the side of its reps, and each side's own if there are both sides."""
    sides = {rep.side for rep in analysis.reps}
    if len(sides) <= 1:
        return {next(iter(sides), "both"): analysis.summary.metrics}
    found: dict[SetSide, dict[str, MetricResult]] = {"both": analysis.summary.metrics}
    known = _metrics_of(analysis)
    for side in sides - {"both"}:
        own = summarize([rep for rep in analysis.reps if rep.side == side], known)
        found[side] = {name: metric for name, metric in own.items() if metric.value is not None}
    return found


def _metrics_of(analysis: Analysis) -> list[Metric]:
    """Return the metric definitions of the analysis, from the drill if it is installed."""
    drill = all_drills().get(analysis.drill)
    own = {metric.name: metric for metric in drill.metrics} if drill else {}
    return [
        own.get(name) or Metric(name, metric.label, metric.unit, metric.better, metric.good)
        for name, metric in analysis.summary.metrics.items()
    ]


def pack_track(track: PoseTrack) -> bytes:
    """Return the pose track compressed: exact times, positions to 0.025 px and 0.1 mm, visibility to 0.2 %.

    Only differences from frame to frame are stored: small numbers compress well.
    """
    found = track.found
    arrays = {
        "time_s": track.time_s,
        "found": found,
        "size_px": np.array([track.width_px, track.height_px]),
        "xy": _steps(track.xy_px[found], _XY_STEP_PX),
        "world": _steps(track.world_m[found], _WORLD_STEP_M),
        "seen": np.round(track.visibility * _SEEN_STEPS).astype(np.uint8),
    }
    if track.feet is not None:
        arrays |= _pack_feet(track.feet)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def unpack_track(data: bytes, name: str) -> PoseTrack:
    """Return the pose track from `pack_track`'s bytes.

    Raises:
        StoreError: the bytes are damaged.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            found = stored["found"]
            width, height = (int(size) for size in stored["size_px"])
            xy = np.full((found.size, 33, 2), np.nan)
            world = np.full((found.size, 33, 3), np.nan)
            xy[found] = _places(stored["xy"], _XY_STEP_PX)
            world[found] = _places(stored["world"], _WORLD_STEP_M)
            feet = _unpack_feet(stored) if "feet" in stored else None
            return PoseTrack(stored["time_s"], xy, world, stored["seen"] / _SEEN_STEPS, width, height, feet)
    except (ValueError, KeyError, OSError, zlib.error) as error:
        fault = "its pose track cannot be read"
        raise StoreError(name, fault, "analyze the clip again") from error


def _pack_feet(feet: FeetMotion) -> dict[str, np.ndarray]:
    """Return the arrays of the feet: motion to 0.1 %, corner positions to a quarter pixel."""
    arrays = {"feet": feet.step_px.astype(np.float16)}
    if feet.corners is not None:
        corners = feet.corners
        arrays["corners"] = np.diff(corners.rows, axis=2)[..., 0].astype(np.uint8)
        arrays["corners_at"] = np.round(corners.at_px / _AT_STEP_PX).astype(np.int16)
        arrays["corners_shift"] = corners.shift_px.astype(np.float16)
        arrays["feet_camera"] = corners.camera_px.astype(np.float32)
        arrays["feet_ends"] = _steps(corners.ends_px, _XY_STEP_PX)
    if feet.thigh_maps is not None:
        arrays["thighs"] = feet.thigh_maps.astype(np.float32)
    return arrays


def _unpack_feet(stored: Mapping[str, np.ndarray]) -> FeetMotion:
    """Undo `_pack_feet`."""
    corners = None
    if "corners" in stored:
        counts = stored["corners"].astype(np.int64)
        stops = np.cumsum(counts.ravel()).reshape(counts.shape)
        corners = Corners(
            rows=np.stack([stops - counts, stops], axis=2),
            at_px=stored["corners_at"] * _AT_STEP_PX,
            shift_px=stored["corners_shift"].astype(np.float64),
            camera_px=stored["feet_camera"].astype(np.float64),
            ends_px=_places(stored["feet_ends"], _XY_STEP_PX),
        )
    thighs = stored["thighs"].astype(np.float64) if "thighs" in stored else None
    return FeetMotion(stored["feet"].astype(np.float64), corners, thighs)


def _steps(values: np.ndarray, step: float) -> np.ndarray:
    """Return integer steps, differenced over frames, in the smallest type; floats if a value is missing."""
    if not np.all(np.isfinite(values)):
        return values.astype(np.float32)
    whole = np.round(values / step).astype(np.int64)
    moved = np.diff(whole, axis=0, prepend=np.zeros_like(whole[:1])) if len(whole) else whole
    small = len(moved) == 0 or np.abs(moved).max() < 32_000
    return moved.astype(np.int16 if small else np.int32)


def _places(moved: np.ndarray, step: float) -> np.ndarray:
    """Undo `_steps`."""
    if moved.dtype.kind == "f":
        return moved.astype(np.float64)
    return np.cumsum(moved.astype(np.int64), axis=0) * step


def finding_codes(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the codes of all findings, and of the faults among them, from the row's JSON."""
    pairs: list[tuple[str, str]] = json.loads(text)
    return tuple(code for code, _ in pairs), tuple(code for code, severity in pairs if severity == "fault")
