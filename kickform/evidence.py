"""The frames that prove what is said of a clip, as small JPEG pictures, for sessions and reports."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kickform.overlay import evidence_frames
from kickform.result import Analysis

__all__ = ["evidence_pictures", "jpeg"]

_SOURCE_SIDE_PX = 960
_LONGEST_SIDE_PX = 720
_QUALITY = 88


def evidence_pictures(video: Path, analysis: Analysis) -> dict[int, bytes]:
    """Return a JPEG for each finding that has a frame, by the finding's position; one pass over the clip.

    Raises:
        UsageError: the analysis was read back from JSON and has no pose to draw.
        VideoError: the clip cannot be read.
    """
    times = {place: f.time_s for place, f in enumerate(analysis.findings) if f.time_s is not None}
    if not times:
        return {}
    stills = evidence_frames(video, analysis, list(times.values()), max_side_px=_SOURCE_SIDE_PX)
    return {place: jpeg(still) for place, still in zip(times, stills, strict=False)}


def jpeg(rgb: NDArray[np.uint8], longest_side_px: int = _LONGEST_SIDE_PX) -> bytes:
    """Return an (H, W, 3) picture as JPEG bytes, shrunk to the longest side given."""
    picture = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    shrink = min(1.0, longest_side_px / max(picture.shape[:2]))
    if shrink < 1:
        picture = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1])
