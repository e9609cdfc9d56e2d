"""How fast is KickForm, next to a bare loop that decodes the same frames and runs the same bundle?

``python -m bench speed [--quick] [--long] [--models heavy,full] [--rates 30,60] [--json FILE]``

Every measurement is a process of its own, so that start-up, model loading and peak memory count in full.
The two kinds alternate and the faster of the repeats is taken, because other work on the machine only
ever slows a run down. The ratio is KickForm's time over the bare loop's, both from process start to end;
the CPU ratio is the same of processor time, which other work disturbs less.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import psutil
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av.video.stream import VideoStream

    from kickform.pose.model_files import ModelName

Picture = NDArray[np.uint8]

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "sample_videos"
BASE = SAMPLES / "pogo_side_60fps.mp4"
RATES = (30, 60, 120, 240)
MODELS = ("heavy", "full", "lite")
POLL_S = 0.02


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    clip: str
    model: str
    frames: int
    kickform_fps: float
    bare_fps: float
    ratio: float
    cpu_ratio: float
    kickform_peak_mb: float
    bare_peak_mb: float


def main() -> int:
    options = _options()
    if options.one:
        return _measure_here(*options.one)
    models = options.models.split(",")
    rates = [int(r) for r in options.rates.split(",")]
    with tempfile.TemporaryDirectory(prefix="kickform-speed-") as folder:
        if options.long:
            clips = [_long_clip(Path(folder))]
        else:
            clips = [_clip_at(rate, Path(folder), 150 if options.quick else None) for rate in rates]
        rows = []
        _print_head()
        for clip in clips:
            for model in models:
                rows.append(_compare(clip, model, 1 if options.long else options.repeats))
                _print_row(rows[-1])
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="150 frames a clip, 60 fps, one repeat")
    parser.add_argument("--long", action="store_true", help="one clip of 60 s at 1920x1080, for memory")
    parser.add_argument("--models", default=None)
    parser.add_argument("--rates", default=None)
    parser.add_argument("--repeats", type=int, default=None)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", nargs=3, metavar=("KIND", "MODEL", "CLIP"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.models = options.models or ("full" if options.long else ",".join(MODELS))
    options.rates = options.rates or ("60" if options.quick else ",".join(map(str, RATES)))
    options.repeats = options.repeats or (1 if options.quick else 2)
    return options


# -- clips -----------------------------------------------------------------------------------------


def _clip_at(rate: int, folder: Path, most_frames: int | None) -> Path:
    """Return the sample clip of that rate; without one, the base clip's pictures stored at that rate."""
    sample = SAMPLES / f"pogo_side_{rate}fps.mp4"
    if sample.is_file() and most_frames is None:
        return sample
    source = sample if sample.is_file() else BASE
    path = folder / f"pogo_side_{rate}fps.mp4"
    with av.open(str(source)) as old:
        _write(path, _first((_rgb(p) for p in old.decode(video=0)), most_frames), rate)
    return path


def _rgb(frame: av.VideoFrame) -> Picture:
    return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def _first(pictures: Iterable[Picture], most_frames: int | None) -> Iterator[Picture]:
    for i, picture in enumerate(pictures):
        if most_frames is not None and i >= most_frames:
            return
        yield picture


def _long_clip(folder: Path) -> Path:
    """60 s of 1920x1080 at 60 fps: the base clip over and over."""
    path = folder / "long_1080p_60s.mp4"

    def pictures() -> Iterator[Picture]:
        for i in range(3600):
            if i % count == 0:
                source = av.open(str(BASE)).decode(video=0)
            yield _rgb(next(source).reformat(1920, 1080, "rgb24"))

    with av.open(str(BASE)) as base:
        count = sum(1 for packet in base.demux(video=0) if packet.size)
    _write(path, pictures(), 60)
    return path


def _write(path: Path, pictures: Iterable[Picture], rate: int) -> None:
    with av.open(str(path), "w") as new:
        stream: VideoStream | None = None
        for rgb in pictures:
            if stream is None:
                stream = new.add_stream("libx264", rate=rate, options={"preset": "veryfast"})
                stream.height, stream.width = rgb.shape[:2]
                stream.codec_context.gop_size = rate
                stream.codec_context.time_base = Fraction(1, rate)
            new.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
        assert stream is not None, f"{path.name}: no pictures"
        new.mux(stream.encode())


# -- measuring -------------------------------------------------------------------------------------


def _compare(clip: Path, model: str, repeats: int) -> Row:
    best: dict[str, tuple[float, float, float, int]] = {}
    for _ in range(repeats):
        for kind in ("bare", "kickform"):
            run = _run_apart(kind, model, clip)
            best[kind] = min(best.get(kind, run), run)
    bare_s, bare_cpu_s, bare_mb, frames = best["bare"]
    ours_s, ours_cpu_s, ours_mb, _ = best["kickform"]
    return Row(
        clip=clip.name,
        model=model,
        frames=frames,
        kickform_fps=round(frames / ours_s, 2),
        bare_fps=round(frames / bare_s, 2),
        ratio=round(ours_s / bare_s, 3),
        cpu_ratio=round(ours_cpu_s / bare_cpu_s, 3),
        kickform_peak_mb=round(ours_mb),
        bare_peak_mb=round(bare_mb),
    )


def _run_apart(kind: str, model: str, clip: Path) -> tuple[float, float, float, int]:
    """Run one measurement in a process; return seconds, CPU seconds, peak resident MB, frames."""
    command = [sys.executable, "-m", "bench.speed", "--one", kind, model, str(clip)]
    start = time.perf_counter()
    with tempfile.TemporaryFile() as errors:
        process = psutil.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, env={**os.environ})
        peak, cpu_s = 0, 0.0
        while process.poll() is None:
            try:
                peak = max(peak, process.memory_info().rss)
                cpu_s = sum(process.cpu_times()[:2])
            except psutil.Error:
                break
            time.sleep(POLL_S)
        taken_s = time.perf_counter() - start
        said = process.stdout.read()
        if process.wait() != 0:
            errors.seek(0)
            sys.exit(errors.read().decode(errors="replace"))
    return taken_s, cpu_s, peak / 1e6, int(said)


def _measure_here(kind: str, model: ModelName, clip: str) -> int:
    print((_bare if kind == "bare" else _kickform)(Path(clip), model))
    return 0


def _bare(clip: Path, model: ModelName) -> int:
    """Decode every frame and run the bundle on it, nothing else."""
    import mediapipe as mp
    from mediapipe.tasks.python import BaseOptions, vision

    bundle = ROOT / "models" / f"pose_landmarker_{model}.task"
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(bundle)),
        running_mode=vision.RunningMode.VIDEO,
    )
    frames = 0
    with (
        vision.PoseLandmarker.create_from_options(options) as landmarker,
        av.open(str(clip)) as container,
    ):
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            rgb = np.ascontiguousarray(frame.to_ndarray(format="rgb24"))
            picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)
            landmarker.detect_for_video(picture, frames * 10_000_000)
            frames += 1
    return frames


def _kickform(clip: Path, model: ModelName) -> int:
    """Analyze the clip as `kickform analyze` does; a clip without a verdict was still gone through."""
    from kickform.errors import DrillError
    from kickform.pipeline.analyze import analyze
    from kickform.video.reader import probe

    with contextlib.suppress(DrillError):
        analyze(clip, drill="pogo", model=model)
    return probe(clip).frames


def _print_head() -> None:
    print(
        f"{'clip':26} {'model':6} {'frames':>6} {'KickForm fps':>12} {'bare fps':>9} {'ratio':>6} {'CPU':>5} "
        f"{'peak MB':>8} {'bare MB':>8}"
    )


def _print_row(row: Row) -> None:
    print(
        f"{row.clip:26} {row.model:6} {row.frames:6d} {row.kickform_fps:12.1f} {row.bare_fps:9.1f} "
        f"{row.ratio:6.2f} {row.cpu_ratio:5.2f} {row.kickform_peak_mb:8.0f} {row.bare_peak_mb:8.0f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
