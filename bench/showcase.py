"""The sample that the app's first page shows, already checked: ``python -m bench showcase``.

Writes the analysis as JSON and its pictures into ``sample_videos/showcase/``. Run it when the verdict on that
sample changes; `tests/app/test_sample_verdict.py` tells when.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.samples import FOLDER
from kickform.pipeline.analyze import analyze
from kickform.report.key_frames import evidence_pictures

SAMPLE = FOLDER / "split_squat_no_switch_30fps.mp4"
SHOWCASE = FOLDER / "showcase"


def write(folder: Path = SHOWCASE) -> None:
    """Check the sample with the model that files get, and write what the page shows of it."""
    analysis = analyze(SAMPLE)
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.jpg"):
        old.unlink()
    for name, still in evidence_pictures(SAMPLE, analysis).items():
        (folder / f"{name}.jpg").write_bytes(still)
    analysis.save_json(folder / "analysis.json")


def main() -> int:
    """Run from the command line."""
    argparse.ArgumentParser(prog="python -m bench showcase", description=__doc__).parse_args()
    write()
    print(f"wrote {SHOWCASE}")
    return 0
