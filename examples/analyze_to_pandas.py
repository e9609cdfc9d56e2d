"""Analyze a clip and get one row per rep as a pandas DataFrame.

    python examples/analyze_to_pandas.py sample_videos/pogo_side_60fps.mp4
    python examples/analyze_to_pandas.py my_clip.mp4 --model lite --csv reps.csv

A metric that was withheld is NaN. Each metric has a column ``<metric>_sd`` with its standard deviation.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from kickform import Analysis, analyze


def reps_frame(analysis: Analysis) -> pd.DataFrame:
    """Return one row per rep: number, side, times in the file, score, metrics and their SDs."""
    rows = [
        {
            "rep": rep.number,
            "side": rep.side,
            "start_s": rep.start_s,
            "end_s": rep.end_s,
            "score": rep.score,
            **rep.metrics,
            **{f"{name}_sd": sd for name, sd in rep.sds.items()},
        }
        for rep in analysis.reps
    ]
    return pd.DataFrame(rows).set_index("rep")


def main(arguments: Sequence[str] | None = None) -> pd.DataFrame:
    """Analyze the clip that is named on the command line and print its reps."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", type=Path)
    parser.add_argument("--model", default="heavy", choices=("heavy", "full", "lite"))
    parser.add_argument("--csv", type=Path, help="write the table to this file, too")
    options = parser.parse_args(arguments)
    frame = reps_frame(analyze(options.clip, model=options.model))
    print(frame.to_string(float_format="{:.2f}".format))
    if options.csv is not None:
        frame.to_csv(options.csv)
    return frame


if __name__ == "__main__":
    main()
