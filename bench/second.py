"""Against a second renderer: another body, other motions, another shoe than the athlete of this benchmark.

``python -m bench second --shared DIR [--json FILE]``

Its clips are for checks only and no part of the project; no constant is chosen with them, and ``bench fit``
cannot reach them (a test says so). Their truth is put into the shape of ``bench/athlete``'s, and the same
tables are made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.athlete import ClipSpec
from bench.cases import Case
from bench.external import Source, external_main

__all__ = ["SOURCE", "case_of", "main", "second_clips", "truth_of"]

_QUICK = ("pogo_side_60", "hop_right_near_60")
_FAULTS = {
    "askip_low_knees": ("thigh_low",),
    "askip_single_bounce": ("single_bounce",),
    "hop_poor_recovery": ("heel_low",),
    "split_no_switch": ("no_switch",),
    "split_shallow": ("depth_shallow",),
}
"""What a clip is made to show, by how its name begins."""
_FLAT_DEG = 1.3
"""Pitch of the line from the heel's joint to the foot's on a flat sole: the heel's lies 6 mm higher."""
_STEEP_DEG = 3.0
_SETTLING_S = 0.75
_CROWN = 0.18
"""Shoulder to crown over stature."""
_LEGS = {"l": "left", "r": "right"}

Truth = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the clips and print their tables; the exit status is 1 where a recorded bound is broken."""
    return external_main(SOURCE, "second", __doc__, arguments)


def second_clips(shared: Path) -> list[Path]:
    """Return the clips."""
    return sorted((shared / "clips" / "second").glob("*.mp4"))


def _with_truth(clip: Path, _times_s: NDArray[np.float64]) -> tuple[Case, Truth]:
    held = json.loads(clip.with_suffix(".json").read_text("utf-8"))
    with np.load(clip.with_name(held["joints"])) as tracks:
        return case_of(held), truth_of(held, dict(tracks))


def case_of(held: Mapping[str, Any]) -> Case:
    """Return a clip as a case of the benchmark."""
    name = held["clip"]
    faults = next((codes for start, codes in _FAULTS.items() if name.startswith(start)), ())
    return Case(
        name,
        held["drill"],
        f"{held['fps_capture']:g} fps, yaw {abs(held['view_yaw_deg']):g}",
        ClipSpec(),
        faults,
    )


def truth_of(held: Mapping[str, Any], tracks: Mapping[str, NDArray[Any]]) -> Truth:
    """Return the truth of a clip in the shape of the rendered athlete's.

    Args:
        held: the clip's JSON.
        tracks: its arrays per frame.
    """
    contacts = [_contact(contact, tracks) for contact in held["contacts"]]
    flights = [_flight(flight) for flight in held["flights"]]
    both = held["drill"] in ("pogo", "split_squat_jump")
    names = [str(name) for name in tracks["joint_names"]]
    angles = {name: tracks[name].tolist() for name in tracks if name.startswith(("knee_", "trunk_"))}
    return {
        "drill": held["drill"],
        "variant": "rebound" if held["variant"].startswith("rebound") else "",
        "capture": {"fps": held["fps_capture"], "slow_motion_factor": held["slow_motion_factor"]},
        "view": {
            "side": "right" if held["camera_azimuth_deg"] < 0 else "left",
            "yaw_deg": held["view_yaw_deg"],
        },
        "m_per_px": float(np.median(tracks["metres_per_px"])),
        "contacts": [] if both else contacts,
        "both_contacts": contacts if both else [],
        "flights": flights,
        "reps": _reps(held, contacts, flights, tracks),
        "frame_times_s": tracks["file_time_s"].tolist(),
        "angles_deg": angles,
        "joint_names": [f"{_LEGS[name[0]]}{name[1:]}" for name in names],
        "joints_px": tracks["joints_2d_px"],
    }


def _contact(held: Mapping[str, Any], tracks: Mapping[str, NDArray[Any]]) -> Truth:
    return {
        "side": held["side"],
        "touchdown_s": held["touchdown_file_s"],
        "takeoff_s": held["takeoff_file_s"],
        "contact_time_ms": held["contact_time_ms"],
        "box": held.get("box"),
        "landing": _landing_of(held, tracks),
    }


def _landing_of(held: Mapping[str, Any], tracks: Mapping[str, NDArray[Any]]) -> str:
    """Return what of the foot that lands touches first, from the pitch of its sole then."""
    foot = {"left": 0, "right": 1}.get(held["side"])
    times = tracks["time_s"]
    if foot is None:  # the first foot down
        down = tracks["in_contact"][min(np.searchsorted(times, held["touchdown_s"]), len(times) - 1)]
        foot = int(not down[0]) if held.get("lead_leg") is None else int(held["lead_leg"] == "right")
    names = [str(name) for name in tracks["joint_names"]]
    heel, tip = (
        np.array(
            [
                np.interp(held["touchdown_s"], times, tracks["joints_3d_m"][:, names.index(name), k])
                for k in range(3)
            ]
        )
        for name in (f"{'lr'[foot]}_heel", f"{'lr'[foot]}_foot")
    )
    along = float(np.hypot(tip[0] - heel[0], tip[2] - heel[2]))
    pitch = float(np.degrees(np.arctan2(heel[1] - tip[1], along))) - _FLAT_DEG
    if abs(pitch) < _STEEP_DEG:
        return "flat"
    return "heel" if pitch < 0 else "forefoot"


def _flight(held: Mapping[str, Any]) -> Truth:
    return {
        "takeoff_s": held["takeoff_file_s"],
        "touchdown_s": held["touchdown_file_s"],
        "flight_time_ms": 1000 * (held["touchdown_s"] - held["takeoff_s"]),
        "jump_height_cm": held["jump_height_cm"],
    }


def _reps(
    held: Mapping[str, Any],
    contacts: Sequence[Truth],
    flights: Sequence[Truth],
    tracks: Mapping[str, NDArray[Any]],
) -> list[Truth]:
    """Return the reps, counted and measured as the drill does."""
    make = {
        "pogo": _pogo_reps,
        "single_leg_hop": _hop_reps,
        "split_squat_jump": _split_reps,
        "a_skip": _skip_reps,
        "ladder": _ladder_reps,
    }.get(held["drill"])
    return make(held, contacts, flights, tracks) if make else []


def _jump(flight: Truth, contacts: Sequence[Truth], side: str) -> Truth:
    """Return one jump: its flight and the contact that launched it, where there is one."""
    own = next((c for c in contacts if abs(c["takeoff_s"] - flight["takeoff_s"]) < 1e-3), None)
    metrics = {"flight_time_ms": flight["flight_time_ms"], "jump_height_cm": flight["jump_height_cm"]}
    start_s = flight["takeoff_s"]
    if own:
        start_s, contact_ms = own["touchdown_s"], own["contact_time_ms"]
        metrics |= {
            "contact_time_ms": contact_ms,
            "flight_contact_ratio": flight["flight_time_ms"] / contact_ms,
        }
    return {"side": side, "start_s": start_s, "end_s": flight["touchdown_s"], "metrics": metrics}


def _pogo_reps(
    held: Mapping[str, Any],
    contacts: Sequence[Truth],
    flights: Sequence[Truth],
    tracks: Mapping[str, NDArray[Any]],
) -> list[Truth]:
    reps = [_jump(flight, contacts, "both") for flight in flights]
    times, knee = tracks["file_time_s"], (tracks["knee_flexion_left"] + tracks["knee_flexion_right"]) / 2
    overhead = _arms_overhead(held, tracks)
    for rep, flight in zip(reps, flights, strict=True):
        flying = (times > flight["takeoff_s"]) & (times < flight["touchdown_s"])
        rep["metrics"]["arms_overhead"] = int(bool(overhead[flying].any()))
        inside = (times >= rep["start_s"]) & (times <= flight["takeoff_s"])
        if "contact_time_ms" in rep["metrics"] and inside.any():
            rep["metrics"]["knee_flexion_max_deg"] = float(knee[inside].max())
            rep["metrics"]["knee_flexion_touchdown_deg"] = float(np.interp(rep["start_s"], times, knee))
    return reps


def _arms_overhead(held: Mapping[str, Any], tracks: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
    """Return (T,) whether both wrists are above the crown, which has no joint of its own."""
    names = [str(name) for name in tracks["joint_names"]]
    height = {name: tracks["joints_3d_m"][:, names.index(name), 1] for name in names}
    crown = (height["l_shoulder"] + height["r_shoulder"]) / 2 + _CROWN * held["athlete_height_m"]
    return np.asarray((height["l_wrist"] > crown) & (height["r_wrist"] > crown))


def _hop_reps(
    held: Mapping[str, Any],
    contacts: Sequence[Truth],
    flights: Sequence[Truth],
    _tracks: Mapping[str, NDArray[Any]],
) -> list[Truth]:
    reps = [_jump(flight, contacts, held["hopping_side"]) for flight in flights]
    for rep, own in zip(reps, held["per_rep"], strict=True):
        rep["metrics"] |= {
            "heel_recovery_deg": own["peak_knee_flexion_deg"],
            "hop_distance_m": own["hop_distance_m"],
            "hop_distance_body_heights": own["hop_distance_m"] / held["athlete_height_m"],
        }
    return reps


def _split_reps(
    held: Mapping[str, Any],
    contacts: Sequence[Truth],
    flights: Sequence[Truth],
    _tracks: Mapping[str, NDArray[Any]],
) -> list[Truth]:
    factor, reps = held["slow_motion_factor"], []
    for own, flight in zip(held["per_rep"], flights, strict=True):
        down = own["touchdown_s"] * factor
        contact = next((c for c in contacts if abs(c["touchdown_s"] - down) < 1e-3), None)
        metrics = {
            "lead_leg": own["lead_leg"],
            "switched": int(own["switched"]),
            "front_knee_flexion_deg": own["front_knee_flexion_deg"],
            "thigh_from_horizontal_deg": 90 - own["front_thigh_from_vertical_deg"],
            "trunk_lean_deg": own["trunk_lean_deg"],
            "flight_time_ms": flight["flight_time_ms"],
        }
        end_s = contact["takeoff_s"] if contact else down + _SETTLING_S * factor
        reps.append({"side": own["lead_leg"], "start_s": down, "end_s": end_s, "metrics": metrics})
    return reps


def _skip_reps(
    held: Mapping[str, Any],
    contacts: Sequence[Truth],
    _flights: Sequence[Truth],
    _tracks: Mapping[str, NDArray[Any]],
) -> list[Truth]:
    factor, reps = held["slow_motion_factor"], []
    for own in held["per_rep"]:
        start_s, end_s = own["touchdown_s"] * factor, own["takeoff_s"] * factor
        inside = [c["contact_time_ms"] for c in contacts if start_s - 1e-3 <= c["touchdown_s"] < end_s]
        metrics = {
            "bounces": own["contacts_in_bounce"],
            "thigh_angle_deg": own["peak_thigh_angle_from_vertical_deg"],
            "contact_time_ms": float(np.mean(inside)),
        }
        reps.append({"side": own["side"], "start_s": start_s, "end_s": end_s, "metrics": metrics})
    return reps


def _ladder_reps(
    held: Mapping[str, Any],
    contacts: Sequence[Truth],
    _flights: Sequence[Truth],
    _tracks: Mapping[str, NDArray[Any]],
) -> list[Truth]:
    reps: list[Truth] = []
    lead = next(contact["side"] for contact in contacts if contact["box"] == 1)
    for box in range(1, held["boxes"] + 1):
        own = [contact for contact in contacts if contact["box"] == box]
        metrics = {
            "feet_per_box": held["feet_per_box"],
            "lead_leg": lead,
            "step_rate_hz": held["steps_per_s"],
            "contact_time_ms": float(np.mean([contact["contact_time_ms"] for contact in own])),
        }
        side = "both" if held["feet_per_box"] == 2 else own[0]["side"]
        span = {"start_s": own[0]["touchdown_s"], "end_s": max(contact["takeoff_s"] for contact in own)}
        reps.append({"side": side, **span, "metrics": metrics})
    return reps


SOURCE = Source("second", second_clips, _with_truth, _QUICK)

if __name__ == "__main__":
    raise SystemExit(main())
