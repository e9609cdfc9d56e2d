"""A tiny made-up file in the second renderer's shape, translated; and no way from fitting to such clips."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.cache import ROOT
from bench.second import case_of, truth_of

_JOINTS = [
    f"{side}_{name}" for name in ("shoulder", "wrist", "knee", "ankle", "heel", "foot") for side in "lr"
]
_TIMES_S = np.arange(120) / 60


def tracks(pitch_deg: float = 0.0, wrist_m: float = 1.0) -> dict[str, Any]:
    """A body that stands still, its soles pitched."""
    joints = np.zeros((120, len(_JOINTS), 3))
    heights = {"shoulder": 1.4, "wrist": wrist_m, "knee": 0.5, "ankle": 0.1, "heel": 0.0, "foot": 0.0}
    for number, name in enumerate(_JOINTS):
        joints[:, number, 1] = heights[name[2:]]
        if name.endswith("heel"):
            joints[:, number, 1] = 0.25 * np.tan(np.radians(pitch_deg + 1.3))
        if name.endswith("foot"):
            joints[:, number, 2] = 0.25
    return {
        "time_s": _TIMES_S,
        "file_time_s": 2 * _TIMES_S,
        "joint_names": np.array(_JOINTS),
        "joints_3d_m": joints,
        "joints_2d_px": joints[..., :2],
        "metres_per_px": np.full(120, 0.004),
        "in_contact": np.ones((120, 2), bool),
        "knee_flexion_left": np.full(120, 40.0),
        "knee_flexion_right": np.full(120, 50.0),
        "trunk_lean": np.zeros(120),
    }


def held(**changes: Any) -> dict[str, Any]:
    """A clip at half speed with two flights and the contact between them."""
    contact = {
        "side": "both",
        "touchdown_s": 0.6,
        "takeoff_s": 0.8,
        "contact_time_ms": 200.0,
        "touchdown_file_s": 1.2,
        "takeoff_file_s": 1.6,
    }
    flights = [
        {
            "takeoff_s": a,
            "touchdown_s": b,
            "jump_height_cm": 15.0,
            "takeoff_file_s": 2 * a,
            "touchdown_file_s": 2 * b,
        }
        for a, b in ((0.2, 0.6), (0.8, 1.2))
    ]
    known = {
        "clip": "pogo_x",
        "drill": "pogo",
        "variant": "pogo_x",
        "view_yaw_deg": 2.0,
        "camera_azimuth_deg": 88.0,
        "fps_capture": 60,
        "slow_motion_factor": 2.0,
        "athlete_height_m": 1.7,
        "contacts": [contact],
        "flights": flights,
        "per_rep": [{"flight_index": 0}, {"flight_index": 1}],
    }
    return known | changes


def test_jumps_come_out_in_the_shape_of_the_benchmarks_own_truth() -> None:
    truth = truth_of(held(), tracks(pitch_deg=12.0))
    assert truth["capture"] == {"fps": 60, "slow_motion_factor": 2.0}
    assert truth["view"] == {"side": "left", "yaw_deg": 2.0}
    (contact,) = truth["both_contacts"]
    assert (contact["touchdown_s"], contact["contact_time_ms"]) == (1.2, 200.0), "file time, real length"
    assert contact["landing"] == "forefoot"
    first, second = truth["reps"]
    assert "contact_time_ms" not in first["metrics"]
    assert (second["start_s"], second["end_s"]) == (1.2, 2.4)
    assert second["metrics"]["flight_contact_ratio"] == pytest.approx(2.0)
    assert second["metrics"]["knee_flexion_max_deg"] == pytest.approx(45.0)
    assert second["metrics"]["arms_overhead"] == 0
    assert truth["joint_names"][:2] == ["left_shoulder", "right_shoulder"]
    assert truth_of(held(), tracks(wrist_m=1.9))["reps"][0]["metrics"]["arms_overhead"] == 1


@pytest.mark.parametrize(("pitch", "style"), [(-9.0, "heel"), (0.0, "flat"), (14.0, "forefoot")])
def test_what_lands_first_is_told_from_the_soles_pitch(pitch: float, style: str) -> None:
    contact = held()["contacts"][0] | {"side": "right"}
    hop = {"hop": 1, "peak_knee_flexion_deg": 110.0, "hop_distance_m": 1.3}
    clip = held(drill="single_leg_hop", hopping_side="right", contacts=[contact], per_rep=[hop, hop])
    truth = truth_of(clip, tracks(pitch_deg=pitch))
    assert truth["both_contacts"] == []
    assert truth["contacts"][0]["landing"] == style
    assert truth["reps"][1]["metrics"]["hop_distance_body_heights"] == pytest.approx(1.3 / 1.7)
    assert truth["reps"][1]["side"] == "right"


def test_landings_groups_and_boxes_are_reps() -> None:
    contact = held()["contacts"][0]
    landing = {
        "lead_leg": "left",
        "switched": True,
        "touchdown_s": 0.6,
        "front_knee_flexion_deg": 92.0,
        "front_thigh_from_vertical_deg": 80.0,
        "trunk_lean_deg": 6.0,
    }
    split = held(drill="split_squat_jump", per_rep=[landing, landing | {"touchdown_s": 1.2}])
    reps = truth_of(split, tracks())["reps"]
    assert [rep["start_s"] for rep in reps] == [1.2, 2.4]
    assert reps[0]["end_s"] == 1.6
    assert reps[0]["metrics"]["thigh_from_horizontal_deg"] == pytest.approx(10.0)

    step = contact | {"side": "left"}
    group = {"side": "left", "contacts_in_bounce": 1, "touchdown_s": 0.6, "takeoff_s": 0.8}
    skip = held(
        drill="a_skip", contacts=[step], per_rep=[group | {"peak_thigh_angle_from_vertical_deg": 84.0}]
    )
    (rep,) = truth_of(skip, tracks())["reps"]
    assert rep["metrics"] == {"bounces": 1, "thigh_angle_deg": 84.0, "contact_time_ms": 200.0}

    boxed = [step | {"box": None}, step | {"box": 1}, step | {"side": "right", "box": 1}]
    ladder = held(drill="ladder", contacts=boxed, boxes=1, feet_per_box=2, steps_per_s=6.0, per_rep=[])
    (rep,) = truth_of(ladder, tracks())["reps"]
    assert (rep["side"], rep["metrics"]["lead_leg"], rep["metrics"]["feet_per_box"]) == ("both", "left", 2)


def test_a_clips_fault_is_told_by_its_name() -> None:
    assert case_of(held(clip="hop_poor_recovery_60", drill="single_leg_hop")).faults == ("heel_low",)
    assert case_of(held()).faults == ()


def imported_by(module: str) -> set[str]:
    """Return the modules of ``bench`` that a module imports, directly and by way of others."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = ROOT / Path(*name.split(".")).with_suffix(".py")
        if name in seen or not path.is_file():
            continue
        seen.add(name)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("bench"):
                waiting += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Import):
                waiting += [alias.name for alias in node.names if alias.name.startswith("bench")]
    return seen


def test_fitting_cannot_reach_clips_from_elsewhere() -> None:
    elsewhere = {"bench.second", "bench.reality", "bench.labels", "bench.lab_videos", "bench.external"}
    assert elsewhere <= imported_by("bench.accuracy"), "the test itself must see what is imported"
    for path in [*ROOT.glob("bench/fit*.py"), *ROOT.glob("bench/fit*/**/*.py")]:
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        assert not imported_by(module) & elsewhere
