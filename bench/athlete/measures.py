"""Joint angles and drill metrics from the true joints, named as in drills.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.athlete.catalogue import Athlete
from bench.athlete.drills.base import SIDE_NAMES, Performance, RepSpan
from bench.athlete.dynamics import G
from bench.athlete.motion import Motion
from bench.athlete.skeleton import Posed

Array = NDArray[np.float64]

STEP_S = 0.002


def bend_deg(a: Array, b: Array, c: Array) -> Array:
    """Flexion (T,) at b, degrees; 0 = straight."""
    u, v = b - a, c - b
    cosine = np.sum(u * v, axis=1) / (np.linalg.norm(u, axis=1) * np.linalg.norm(v, axis=1))
    bend: Array = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    return bend


def angle_tracks(posed: Posed) -> dict[str, Array]:
    """Knee and hip flexion, trunk lean and thigh angle from vertical per frame, degrees.

    All in space, signed forward in the sagittal plane where a sign makes sense.
    """
    j = posed.joints_m
    trunk = j["shoulders"] - j["hips"]
    lean = np.degrees(np.arctan2(trunk[:, 0], trunk[:, 2]))
    out = {"trunk_lean": lean}
    for s in SIDE_NAMES:
        thigh = j[f"knee_{s}"] - j[f"hip_{s}"]
        angle = np.degrees(np.arctan2(thigh[:, 0], -thigh[:, 2]))
        out[f"knee_flexion_{s}"] = bend_deg(j[f"hip_{s}"], j[f"knee_{s}"], j[f"ankle_{s}"])
        out[f"thigh_from_vertical_{s}"] = angle
        out[f"hip_flexion_{s}"] = angle + lean
    return out


def span(motion: Motion, start_s: float, end_s: float) -> tuple[Array, Posed]:
    """Poses on a fine grid of a span."""
    times = np.linspace(start_s, end_s, max(int((end_s - start_s) / STEP_S), 4))
    return times, motion.pose(times)


def flight_metrics(rep: RepSpan, motion: Motion) -> dict[str, Any]:
    """Flight time and true jump height (rise of the centre of mass after take-off)."""
    if rep.flight is None:
        return {}
    t0, t1 = rep.flight
    ends = motion.pose(np.array(rep.flight)).com_m[:, 2]
    tf = t1 - t0
    v0 = (ends[1] - ends[0]) / tf + G * tf / 2
    return {
        "flight_time_ms": round(tf * 1000, 2),
        "jump_height_cm": round(float(v0 * v0 / (2 * G)) * 100, 2),
        "jump_height_from_flight_cm": round(G * tf * tf / 8 * 100, 2),
    }


def contact_metrics(rep: RepSpan) -> dict[str, Any]:
    """Contact time and what follows from it and the flight."""
    if rep.contact is None:
        return {"contact_time_ms": None}
    tc = rep.contact[1] - rep.contact[0]
    out: dict[str, Any] = {"contact_time_ms": round(tc * 1000, 2)}
    if rep.flight is not None:
        out["flight_contact_ratio"] = round((rep.flight[1] - rep.flight[0]) / tc, 4)
    return out


def pogo_metrics(rep: RepSpan, motion: Motion, athlete: Athlete) -> dict[str, Any]:
    """Knee in contact, arms, RSI and leg stiffness (Dalleau 2004)."""
    out: dict[str, Any] = {}
    assert rep.flight is not None
    _, air = span(motion, *rep.flight)
    over = [air.joints_m[f"wrist_{s}"][:, 2] > air.joints_m["crown"][:, 2] for s in SIDE_NAMES]
    out["arms_overhead"] = int(bool((over[0] & over[1]).any()))
    if rep.contact is None:
        return out
    _, ground = span(motion, *rep.contact)
    knee = np.mean([angle_tracks(ground)[f"knee_flexion_{s}"] for s in SIDE_NAMES], axis=0)
    tc, tf = rep.contact[1] - rep.contact[0], rep.flight[1] - rep.flight[0]
    stiff = np.pi * athlete.mass_kg * (tf + tc) / (tc**2 * ((tf + tc) / np.pi - tc / 4)) / 1000
    height = flight_metrics(rep, motion)["jump_height_from_flight_cm"] / 100
    return out | {
        "knee_flexion_touchdown_deg": round(float(knee[0]), 2),
        "knee_flexion_max_deg": round(float(knee.max()), 2),
        "rsi_m_per_s": round(height / tc, 3),
        "leg_stiffness_kn_per_m": round(float(stiff), 2),
    }


def hop_metrics(rep: RepSpan, motion: Motion, athlete: Athlete) -> dict[str, Any]:
    """Heel recovery in flight and distance in body heights."""
    assert rep.flight is not None
    _, air = span(motion, *rep.flight)
    j, s = air.joints_m, rep.side
    knee = angle_tracks(air)[f"knee_flexion_{s}"]
    near = np.linalg.norm(j[f"ankle_{s}"] - j[f"hip_{s}"], axis=1).min()
    leg = motion.skeleton.thigh_m + motion.skeleton.shank_m
    distance = rep.extra.get("hop_distance_m")
    return {
        "heel_recovery_deg": round(float(knee.max()), 2),
        "heel_to_hip_ratio": round(float(near / leg), 4),
        "hop_distance_body_heights": round(float(distance) / athlete.stature_m, 4)
        if isinstance(distance, float)
        else None,
    }


def split_metrics(rep: RepSpan, motion: Motion, _: Athlete) -> dict[str, Any]:
    """Depth, lean and balance at the bottom of the landing."""
    ground = span(motion, rep.start_s, rep.end_s)[1]
    j, angles = ground.joints_m, angle_tracks(ground)
    front, rear = rep.side, SIDE_NAMES[1 - SIDE_NAMES.index(rep.side)]
    low = int(np.argmin(j["hips"][:, 2]))
    middle = {s: (j[f"heel_{s}"][low, 0] + j[f"tip_{s}"][low, 0]) / 2 for s in SIDE_NAMES}
    share = (ground.com_m[low, 0] - middle[rear]) / (middle[front] - middle[rear])
    return {
        "front_knee_flexion_deg": round(float(angles[f"knee_flexion_{front}"][low]), 2),
        "thigh_from_horizontal_deg": round(90 - float(angles[f"thigh_from_vertical_{front}"][low]), 2),
        "trunk_lean_deg": round(float(angles["trunk_lean"][low]), 2),
        "com_between_feet": round(float(share), 4),
    }


def skip_metrics(rep: RepSpan, motion: Motion, _athlete: Athlete) -> dict[str, Any]:
    """Highest thigh of the driving leg, and how high the bouncing foot clears the ground."""
    _, group = span(motion, rep.start_s - 0.03, rep.end_s + 0.06)
    other = SIDE_NAMES[1 - SIDE_NAMES.index(rep.side)]
    thigh = angle_tracks(group)[f"thigh_from_vertical_{other}"]
    _, inner = span(motion, rep.start_s, rep.end_s)
    j = inner.joints_m
    sole = np.minimum(j[f"tip_{rep.side}"][:, 2], j[f"heel_{rep.side}"][:, 2])
    return {
        "thigh_angle_deg": round(float(thigh.max()), 2),
        "clearance_cm": round(float(sole.max()) * 100, 2) if rep.extra["bounces"] == 2 else None,
    }


SPECIAL: dict[str, Callable[[RepSpan, Motion, Athlete], dict[str, Any]]] = {
    "pogo": pogo_metrics,
    "single_leg_hop": hop_metrics,
    "split_squat_jump": split_metrics,
    "a_skip": skip_metrics,
}


def rep_metrics(
    rep: RepSpan,
    performance: Performance,
    motion: Motion,
    athlete: Athlete,
    at: Callable[[float], float],
) -> dict[str, Any]:
    """One rep as it stands in the truth file."""
    metrics: dict[str, Any] = contact_metrics(rep) | flight_metrics(rep, motion)
    special = SPECIAL.get(performance.drill)
    if special is not None:
        metrics |= special(rep, motion, athlete)
    metrics |= rep.extra
    return {
        "number": rep.number,
        "side": rep.side,
        "start_s": at(rep.start_s),
        "end_s": at(rep.end_s),
        "metrics": metrics,
    }
