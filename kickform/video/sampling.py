"""A few frames spread over a clip, for a first look before it is read in order.

Seeking goes to keyframes, and only a bounded number of frames is decoded from each, so the frames are spread
*about* evenly. Their times are exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from kickform.video.container import open_container, orientation, scan_packets, video_stream
from kickform.video.decode import to_rgb
from kickform.video.reader import Frame, VideoInfo, read_frames

__all__ = ["sample_frames", "sample_targets"]

_PAIR_FRAMES = (12, 6)
"""Distance of the two frames of a pair, alternating: 0.2 and 0.1 s at 60 fps.

In frames, not seconds: a copy of the clip that plays slower must give the same pairs.
"""
_BUDGET_FRAMES = 240
_BUDGET_SHARE = 0.25


def sample_targets(pts: NDArray[np.int64], keyframes: NDArray[np.int64], pairs: int) -> NDArray[np.int64]:
    """Return indices into `pts` of about `pairs` pairs of frames, 12 or 6 frames apart, sorted, unique.

    Decoding all of them from their keyframes takes at most max(240, a quarter of the clip) frames.

    Args:
        pts: (N,) presentation times of all frames, in any unit, sorted.
        keyframes: (K,) those of the keyframes.
        pairs: number of pairs.
    """
    count = pts.size
    starts = np.unique(np.append(np.searchsorted(pts, keyframes), 0))
    starts = starts[starts < count]
    budget = max(_BUDGET_FRAMES, int(_BUDGET_SHARE * count))
    reach = max(1, budget // min(starts.size, pairs))
    places = (np.arange(pairs) + 0.5) / pairs * (pts[-1] - pts[0]) + pts[0]
    first = np.searchsorted(pts, places)
    second = first + np.resize(_PAIR_FRAMES, pairs)
    wanted = np.minimum(np.concatenate([first, second]), count - 1)
    start = starts[np.searchsorted(starts, wanted, side="right") - 1]
    # A pair too far after its keyframe moves towards it as a whole and keeps its distance.
    excess = np.maximum(wanted - start - reach + 1, 0).reshape(2, -1).max(axis=0)
    return np.unique(np.maximum(wanted.reshape(2, -1) - excess, 0))


def sample_frames(info: VideoInfo, *, pairs: int = 8, max_side_px: int = 1280) -> list[Frame]:
    """Return about `pairs` pairs of frames, 12 or 6 frames apart, spread over the clip.

    A damaged file gives fewer; damage is not reported here. If the file has no index to seek in, the frames
    up to the last sample are read in order.

    Args:
        info: the clip.
        pairs: number of pairs.
        max_side_px: pictures are shrunk so that their longer side is at most this.

    Raises:
        VideoError: the file can no longer be opened.
    """
    found = _sample_by_seeking(info, pairs, max_side_px)
    return found if len(found) >= pairs else _sample_in_order(info, pairs, max_side_px)


def _sample_by_seeking(info: VideoInfo, pairs: int, max_side_px: int) -> list[Frame]:
    """Return the samples by seeking; empty if the packets have no presentation times."""
    with open_container(info.path) as container:
        stream = video_stream(container, info.name)
        scan = scan_packets(container, stream)
    if scan.pts.size == 0 or scan.in_order:
        return []
    time_base = float(stream.time_base or 1)
    targets = sample_targets(scan.pts, scan.keyframes, pairs)
    shrink = min(1.0, max_side_px / max(info.width, info.height))
    width, height = max(1, round(info.width * shrink)), max(1, round(info.height * shrink))
    frames: list[Frame] = []
    with open_container(info.path) as container:
        stream = video_stream(container, info.name)
        stream.thread_type = "AUTO"
        shift = -min(0, stream.start_time or 0)
        for picture in _decode_at(container, stream, scan.pts, scan.keyframes, targets):
            rgb = to_rgb(picture, orientation(picture, stream), width, height)
            index = int(np.searchsorted(scan.pts, picture.pts))
            frames.append(Frame(index, (picture.pts + shift) * time_base, rgb))
    return frames


def _sample_in_order(info: VideoInfo, pairs: int, max_side_px: int) -> list[Frame]:
    """Return the samples by reading the clip from its start."""
    counted = np.arange(info.frames)
    targets = sample_targets(counted, counted[:1], pairs)
    with read_frames(info.path, max_side_px=max_side_px, info=info) as reader:
        first = islice(reader, int(targets[-1]) + 1)
        return [frame for frame in first if frame.index in targets]


def _decode_at(
    container: Any,
    stream: Any,
    pts: NDArray[np.int64],
    keyframes: NDArray[np.int64],
    targets: NDArray[np.int64],
) -> Iterator[Any]:
    """Yield the decoded pictures at `targets` (indices into `pts`); seek where that saves decoding."""
    decoder: Iterator[Any] | None = None
    at = int(pts[0]) - 1
    for target in (int(pts[i]) for i in targets):
        before = keyframes[keyframes <= target]
        key = int(before[-1]) if before.size else int(pts[0])
        if decoder is None or key > at:
            container.seek(key, stream=stream, backward=True)
            decoder = container.decode(stream)
            at = int(pts[0]) - 1
        while at < target:
            try:
                picture = next(decoder)
            except (StopIteration, av.FFmpegError):
                decoder = None
                break
            at = at if picture.pts is None else picture.pts
            if at >= target and not picture.is_corrupt:
                yield picture
