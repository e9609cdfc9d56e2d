"""Short clips cut from a sample, for tests that need a real video but no long one."""

from __future__ import annotations

from pathlib import Path

from kickform.video.reader import read_frames
from kickform.video.writer import Mp4Writer


def cut(source: Path, out: Path, from_s: float = 1.0, to_s: float = 4.2, max_side_px: int = 640) -> Path:
    """Write the part of `source` between two times to `out`, shrunk, starting at 0."""
    with (
        read_frames(source, max_side_px=max_side_px) as frames,
        Mp4Writer(out, frames.info.mean_fps) as writer,
    ):
        for frame in frames:
            if from_s <= frame.time_s <= to_s:
                writer.write(frame.rgb, frame.time_s - from_s)
    return out
