"""The sample videos that ship with KickForm: ``python -m bench.samples [NAME ...]``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from bench.athlete import CameraSpec, CaptureSpec, ClipSpec, SceneSpec, render_clip
from bench.athlete.drills import PogoParams

FOLDER = Path(__file__).parents[1] / "sample_videos"

SAMPLES: dict[str, ClipSpec] = {
    "pogo_side_60fps.mp4": ClipSpec(
        "jonas", PogoParams(), CameraSpec(distance_m=4.6, fov_deg=58, height_m=1.0,
                                          aim_height_m=1.2),
        CaptureSpec(fps=60), SceneSpec("gym"), seed=11),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these files")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    arguments.folder.mkdir(exist_ok=True)
    for name in arguments.names or SAMPLES:
        if name not in SAMPLES:
            sys.exit(f"no sample called {name}; there are {', '.join(SAMPLES)}")
        start = time.perf_counter()
        path = arguments.folder / name
        render_clip(SAMPLES[name], path).write(path.with_suffix(".json"))
        size = path.stat().st_size / 1e6
        print(f"{name}: {size:.2f} MB in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
