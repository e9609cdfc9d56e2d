"""The frames that show the findings and the reps, as small JPEG pictures for sessions and reports.

A picture is named ``finding_`` and the finding's code, or ``rep_`` and the rep's number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kickform.report.overlay.video import evidence_frames
from kickform.results.analysis import Analysis
from kickform.results.findings import FindingResult, RepResult

__all__ = [
    "evidence_pictures",
    "finding_names",
    "jpeg",
    "key_time_s",
    "picture_times",
    "pictures_by_finding",
    "rep_name",
]

_SOURCE_SIDE_PX = 960
_LONGEST_SIDE_PX = 720
_REP_SIDE_PX = 480
_MOST_REPS = 40
_QUALITY = 86


def evidence_pictures(video: Path, analysis: Analysis, *, reps: bool = False) -> dict[str, bytes]:
    """Return a JPEG by name for each finding that has a frame; one pass over the clip.

    Args:
        video: the clip that was analyzed.
        analysis: with its `motion`.
        reps: whether to add the key frame of each rep (the first 40 reps).

    Raises:
        UsageError: the analysis was read back from JSON and has no pose to draw.
        VideoError: the clip cannot be read.
    """
    times = picture_times(analysis, reps=reps)
    if not times:
        return {}
    # In order of time, so that a clip that ends early loses only its last pictures.
    times = dict(sorted(times.items(), key=lambda item: item[1]))
    stills = evidence_frames(video, analysis, list(times.values()), max_side_px=_SOURCE_SIDE_PX)
    return {
        name: jpeg(still, _REP_SIDE_PX if name.startswith("rep_") else _LONGEST_SIDE_PX)
        for name, still in zip(times, stills, strict=False)
    }


def picture_times(analysis: Analysis, *, reps: bool = True) -> dict[str, float]:
    """Return the time of each picture by its name."""
    names = finding_names(analysis.findings)
    times = {n: f.time_s for n, f in zip(names, analysis.findings, strict=True) if f.time_s is not None}
    if reps:
        times |= {rep_name(rep.number): key_time_s(rep) for rep in analysis.reps[:_MOST_REPS]}
    return times


def finding_names(findings: Sequence[FindingResult]) -> list[str]:
    """Return the name of each finding's picture; a repeated code gets a number."""
    names: list[str] = []
    for finding in findings:
        name = f"finding_{finding.code}"
        again = sum(one == name or one.startswith(f"{name}#") for one in names)
        names.append(f"{name}#{again + 1}" if again else name)
    return names


def rep_name(number: int) -> str:
    """Return the name of a rep's picture."""
    return f"rep_{number}"


def key_time_s(rep: RepResult) -> float:
    """Return the time of the rep's key frame; its middle if the drill names none."""
    return (rep.start_s + rep.end_s) / 2 if rep.key_s is None else rep.key_s


def pictures_by_finding(pictures: Mapping[str, bytes], findings: Sequence[FindingResult]) -> dict[int, bytes]:
    """Return the findings' pictures by the position of the finding."""
    return {place: pictures[name] for place, name in enumerate(finding_names(findings)) if name in pictures}


def jpeg(rgb: NDArray[np.uint8], longest_side_px: int = _LONGEST_SIDE_PX) -> bytes:
    """Return an (H, W, 3) uint8 RGB picture as JPEG bytes, shrunk to `longest_side_px` if larger."""
    picture = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    shrink = min(1.0, longest_side_px / max(picture.shape[:2]))
    if shrink < 1:
        picture = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1])
