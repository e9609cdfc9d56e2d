"""The table against reality: its parts on data made here, and on the real data where they lie beside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.reality import ROOT, held_against_labels, plate_rows, toe_track

_MOCAP = ROOT.parent / "shared" / "mocap"


def test_contacts_are_matched_by_overlap_and_once() -> None:
    labels = [(1.0, 1.2), (2.0, 2.3), (3.0, 3.2)]
    found = [(1.01, 1.19), (2.02, 2.28), (2.29, 2.31), (5.0, 5.2)]
    row = held_against_labels("clip", 30.0, labels, found)
    assert (row.labelled, row.found, row.matched) == (3, 4, 2)
    assert row.labelled_ms == pytest.approx(250)


def test_nothing_found_is_no_mean() -> None:
    row = held_against_labels("clip", 30.0, [(1.0, 1.2)], [])
    assert (row.matched, row.found_ms) == (0, None)


def test_a_hidden_marker_is_bridged(tmp_path: Path) -> None:
    names = [
        f"{side}_{marker}_{axis}_m"
        for side in "lr"
        for marker in ("hip", "knee", "ankle", "heel", "toe")
        for axis in "xy"
    ]
    lines = [",".join(["time_s", *names])]
    for k in range(40):
        values = ["" if k == 20 and name == "l_toe_y_m" else "0.5" for name in names]
        lines.append(",".join([f"{k / 100:.2f}", *values]))
    path = tmp_path / "trial.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    times, xy = toe_track(path, 60, seed=0)
    assert len(times) == len(xy)
    assert np.isfinite(xy).all()


@pytest.mark.skipif(not _MOCAP.is_dir(), reason="no force-plate data beside the project")
def test_landings_on_force_plates_are_timed() -> None:
    for row in plate_rows(_MOCAP):
        assert row.contacts >= 12
        assert abs(row.touchdown_ms) < 6
        assert abs(row.takeoff_ms) < 25  # the marker on the toe cap rises before the foot leaves
