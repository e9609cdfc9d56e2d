"""Compare the contacts of a clip with those of a force plate, a contact mat or hand labels.

    python examples/compare_with_reference.py my_clip.mp4 mat.csv
    python examples/compare_with_reference.py sample_videos/showcase/analysis.json examples/reference.csv

The first argument is a clip, or the JSON that `kickform analyze --json` wrote for it. The CSV that comes
with this script holds the true contacts of the rendered athlete in that sample. docs/validation.md explains
columns and figures.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from kickform import Analysis, analyze
from kickform.agreement import Agreement, agree, read_reference


def main(arguments: Sequence[str] | None = None) -> Agreement:
    """Compare the two files that are named on the command line and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", type=Path, help="a clip, or the JSON of its analysis")
    parser.add_argument("reference", type=Path, help="CSV with one row per contact")
    parser.add_argument("--clip-clock", action="store_true", help="times were read off the clip itself")
    options = parser.parse_args(arguments)
    found = agree(_analysis(options.clip), read_reference(options.reference), same_clock=options.clip_clock)
    for contact in found.contacts:
        print(f"{contact.touchdown_s:7.3f} s  {contact.contact_time_ms:6.1f} ms  {_error(contact.error_ms)}")
    print(f"missed {found.missed}, extra {found.extra}")
    figures = found.contact_time.figures
    if figures is not None:
        print(f"mean error {figures.mae:.1f} ms, bias {figures.bland_altman.bias.value:+.1f} ms")
    return found


def _analysis(path: Path) -> Analysis:
    """Return the analysis of a clip, or the one that a JSON file holds."""
    if path.suffix == ".json":
        return Analysis.from_json(path.read_text("utf-8"), path.name)
    return analyze(path)


def _error(error_ms: float | None) -> str:
    return "not in the reference" if error_ms is None else f"error {error_ms:+.1f} ms"


if __name__ == "__main__":
    main()
