"""Labels put into the shape of a truth; force plates on the real data where they lie beside the project."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.external import DEFAULT_SHARED, asked
from bench.force_plates import plate_rows, toe_track
from bench.labels import case_of, labels_in, truth_of
from bench.outcomes import LabelError, Outcome, TimedContact
from bench.reality import clip_table, label_table

_MOCAP = DEFAULT_SHARED / "mocap"
_FRAMES_S = np.arange(120) / 30


def labelled(tmp_path: Path, name: str, rows: list[str], columns: str = "") -> Path:
    folder = tmp_path / name
    folder.mkdir()
    head = columns or "event,frame,time_s,uncertainty_frames,sd_frames,part,basis"
    (folder / "annotation.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return folder


def rope(tmp_path: Path) -> Path:
    return labelled(
        tmp_path,
        "rope_two_foot_front",
        [
            "toeoff,10,0.3333,1,0.35,toe tip,both readers",
            "touchdown,16,0.5333,1,0.35,forefoot,both readers",
            'toeoff,22,0.7333,1,0.7,toe tip,"readers 22/23, undecided"',
            "touchdown,30,1.0000,1,0.35,heel,both readers",
            "toeoff,38,1.2667,1,0.35,toe tip,both readers",
            "touchdown,44,1.4667,1,0.35,forefoot,both readers",
            "squat_bottom,50,1.6667,8,,,",
        ],
    )


def test_an_instant_lies_within_the_frame_before_its_label(tmp_path: Path) -> None:
    folder = rope(tmp_path)
    labels = labels_in(folder, _FRAMES_S)
    assert [label.event for label in labels] == ["toeoff", "touchdown"] * 3
    first = labels[1]
    assert first.at_s == pytest.approx(0.5333 - 1 / 60, abs=1e-4)
    assert first.width_s == pytest.approx(1 / 30)
    assert first.sd_s == pytest.approx(0.35 / 30)
    assert first.readings == 2


def test_labels_become_contacts_flights_and_reps(tmp_path: Path) -> None:
    folder = rope(tmp_path)
    case = case_of(folder)
    truth = truth_of(case, labels_in(folder, _FRAMES_S), _FRAMES_S)
    assert case.drill == "pogo"
    assert [c["contact_time_ms"] for c in truth["both_contacts"]] == pytest.approx([200.0, 266.7], abs=0.1)
    assert [c["landing"] for c in truth["both_contacts"]] == ["forefoot", "heel"]
    assert len(truth["flights"]) == len(truth["reps"]) == 3
    assert "contact_time_ms" not in truth["reps"][0]["metrics"], "launched before the first label"
    second = truth["reps"][1]["metrics"]
    assert second["flight_contact_ratio"] == pytest.approx(266.7 / 200, abs=1e-3)
    assert second["jump_height_cm"] == pytest.approx(100 * 9.81 * 0.26667**2 / 8, abs=0.01)
    assert truth["reps"][1]["metric_sds"]["flight_contact_ratio"] > 0
    assert truth["set_mean_label_sd_ms"] > 7.5, "what readers do alike does not average out"


def test_each_foots_labels_are_its_own_and_one_readings_error_is_known(tmp_path: Path) -> None:
    rows = ["touchdown_L,10,0.3333,1", "touchdown_R,14,0.4667,1", "toeoff_L,18,0.6,1", "toeoff_R,24,0.8,1"]
    folder = labelled(tmp_path, "high_knees_side", rows, "event,frame,time_s,uncertainty_frames")
    labels = labels_in(folder, _FRAMES_S)
    assert labels[0].sd_s == pytest.approx(0.0097)
    assert labels[-1].sd_s == pytest.approx(0.0122)
    case = case_of(folder)
    truth = truth_of(case, labels, _FRAMES_S)
    assert case.drill == "none"
    assert truth["both_contacts"] == []
    assert [(c["side"], round(c["contact_time_ms"])) for c in truth["contacts"]] == [
        ("left", 267),
        ("right", 333),
    ]


def test_landings_of_split_squats_are_reps_and_a_clip_may_have_no_labels(tmp_path: Path) -> None:
    rows = ["toeoff,10,0.3333,1", "touchdown,20,0.6667,1", "toeoff,40,1.3333,1", "touchdown,50,1.6667,1"]
    folder = labelled(tmp_path, "split_squat_jumps_side", rows, "event,frame,time_s,uncertainty_frames")
    truth = truth_of(case_of(folder), labels_in(folder, _FRAMES_S), _FRAMES_S)
    assert len(truth["reps"]) == 2
    empty = tmp_path / "some_unknown_thing"
    empty.mkdir()
    truth = truth_of(case_of(empty), labels_in(empty, _FRAMES_S), _FRAMES_S)
    assert case_of(empty).drill == ""
    assert not truth["reps_known"]
    assert truth["reps"] == truth["contacts"] == truth["both_contacts"] == []


def outcomes_off_by(bias_ms: float) -> list[Outcome]:
    rng = np.random.default_rng(5)
    label = LabelError(33.3, 33.3, 8.0, 8.0)
    made = []
    for clip in range(4):
        outcome = Outcome(f"clip_{clip}", "pogo", "real", named="pogo", fps=30.0, reps_found=9, reps_true=9)
        for _ in range(12):
            down, up = (rng.normal(0, 9) + rng.uniform(-16.6, 16.6) for _ in range(2))
            error = up + bias_ms - down
            outcome.contacts.append(
                TimedContact(error, 9.0, None, 250.0, down, 6.0, up + bias_ms, 6.0, "forefoot", label)
            )
        outcome.contacts_true = outcome.contacts_found = 12
        made.append(outcome)
    return made


def test_the_table_finds_a_bias_that_was_put_in_and_what_labels_leave_of_coverage() -> None:
    rows = label_table(outcomes_off_by(-25.0))["rows"]
    pooled = {row["what"]: row for row in rows if row["clips"] == "clips with a verdict"}
    assert pooled["contact"]["low"] < -25 < pooled["contact"]["high"] < 0
    assert pooled["touchdown"]["low"] < 0 < pooled["touchdown"]["high"]
    assert pooled["takeoff"]["low"] < -25 < pooled["takeoff"]["high"] < 0
    assert int(pooled["contact"]["found"].split()[0]) < int(pooled["contact"]["expected"].split()[0]) < 95
    assert {row["clips"] for row in rows} >= {"clip_0", "lands on the forefoot", "two feet"}
    assert clip_table(outcomes_off_by(0.0))["rows"][0]["reps found / there"] == "9 / 9"


def test_without_the_data_it_is_said_that_nothing_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked("reality", None, ["--shared", str(tmp_path / "nowhere")]) is None
    assert "skipped: reality needs clips" in capsys.readouterr().err


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
