"""The clips of the accuracy benchmark: drills x frame rate x view x body x conditions, from one seed.

Parameters are drawn anew for each clip (contact times, heights, force curves, bodies, phases), so that no
clip can be learnt by heart. A fault is injected by its motion and named by the finding that should say so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from bench.athlete import ATHLETES, CameraSpec, CaptureSpec, ClipSpec, SceneSpec
from bench.athlete.drills import (
    HopParams,
    IdleParams,
    LadderParams,
    MotionParams,
    PogoParams,
    SkipParams,
    SplitParams,
)
from bench.athlete.faults import FAULTS, REBOUND

__all__ = ["Case", "all_cases"]

_SHUTTER_S = {30: 1 / 120, 60: 1 / 500, 120: 1 / 500, 240: 1 / 1000}
_SCENES: tuple[Literal["gym", "track", "street"], ...] = ("gym", "track", "street")
_QUICK_SETS = ("single_leg_hop_good_1", "split_squat_jump_good_1")
"""Good sets in the quick subset; all four drills would not be rendered in five minutes on two cores."""
_REBOUNDS_MS = 280
"""From such a contact of each foot on, both together last the 300 ms that make a rebound (docs/drills.md):
then it is no long one."""
_PLAINLY: dict[tuple[str, str], MotionParams] = {
    ("ladder", "rhythm_uneven"): LadderParams(rhythm=0.26, faults=("rhythm_uneven",))
}
"""Faults that the athlete's catalogue has so faintly that their true figures may be none (7.4 %, where uneven
begins at 7.5)."""
_SMALL: dict[str, Any] = {"width": 854, "height": 480}


@dataclass(frozen=True, slots=True)
class Case:
    """One clip of the benchmark.

    Attributes:
        name: unique.
        drill: the drill in it, or "none".
        condition: the row of the table that it counts for.
        spec: what to render.
        faults: findings that must be there.
        quick: whether the quick subset has it.
        hard: whether it is made hard on purpose (dim, compressed, far away, slow motion ...).
    """

    name: str
    drill: str
    condition: str
    spec: ClipSpec
    faults: tuple[str, ...] = ()
    quick: bool = False
    hard: bool = False


def all_cases(seed: int = 1) -> list[Case]:
    """Return the whole matrix; the same seed gives the same clips."""
    rng = np.random.default_rng(seed)
    cases = [*_pogo_grid(rng), *_pogo_conditions(rng), *_pogo_faults(rng), *_others(rng), *_negatives(rng)]
    cases += [*_good_sets(rng), *_drill_faults(rng), *_more_negatives(rng)]
    names = [case.name for case in cases]
    assert len(set(names)) == len(names)
    return cases


def _draw_pogo(rng: np.random.Generator, **fixed: Any) -> PogoParams:
    """Draw a set of good stiff pogo jumps."""
    drawn = PogoParams(
        jumps=5,
        contact_ms=float(rng.uniform(150, 195)),
        jump_height_m=float(rng.uniform(0.14, 0.28)),
        knee_touchdown_deg=float(rng.uniform(18, 28)),
        heel_deg=float(rng.uniform(4, 12)),
        foot_lag_ms=float(rng.uniform(1, 6)),
        lean_deg=float(rng.uniform(2, 8)),
        stand_before_s=0.5,
        stand_after_s=0.3,
    )
    return replace(drawn, **fixed)


def _spec(rng: np.random.Generator, motion: MotionParams, fps: int, yaw_deg: float = 0.0) -> ClipSpec:
    """Draw body, side, distance, scene and phase around a motion."""
    camera = CameraSpec(
        yaw_deg=yaw_deg + float(rng.uniform(-6, 6)),
        side=("left", "right")[int(rng.integers(2))],
        distance_m=float(rng.uniform(3.4, 4.8)),
        height_m=float(rng.uniform(0.8, 1.3)),
    )
    return ClipSpec(
        athlete=str(rng.choice(sorted(ATHLETES))),
        motion=motion,
        camera=camera,
        capture=CaptureSpec(fps=float(fps), shutter_s=_SHUTTER_S[fps], **_SMALL),
        scene=SceneSpec(name=_SCENES[int(rng.integers(3))]),
        seed=int(rng.integers(1, 2**31)),
    )


def _pogo_grid(rng: np.random.Generator) -> list[Case]:
    """Frame rates x views x bodies."""
    counts = {(30, 0): 3, (30, 45): 2, (60, 0): 4, (60, 45): 3, (60, 90): 1}
    counts |= {(120, 0): 2, (120, 45): 1, (240, 0): 1}
    cases = []
    for (fps, yaw), count in counts.items():
        view = {0: "side", 45: "oblique", 90: "front"}[yaw]
        for number in range(1, count + 1):
            jumps = {120: 4, 240: 3}.get(fps, 5)
            motion = _draw_pogo(rng, jumps=jumps, contact_ms=float(rng.uniform(140, 290)))
            faults = ("contact_long",) if 250 < motion.contact_ms < _REBOUNDS_MS else ()
            name = f"pogo_{fps}_{view}_{number}"
            quick = number == 1 and (fps, yaw) in ((30, 0), (60, 0), (60, 45))
            cases.append(
                Case(name, "pogo", f"{fps} fps, {view}", _spec(rng, motion, fps, yaw), faults, quick)
            )
    return cases


def _pogo_conditions(rng: np.random.Generator) -> list[Case]:
    """What phones and places do to a 60 fps side view."""

    def case(name: str, fps: int = 60, capture: dict[str, Any] | None = None, **changes: Any) -> Case:
        spec = _spec(rng, _draw_pogo(rng, jumps={60: 5, 120: 4, 240: 2}[fps]), fps)
        camera, scene = changes.pop("camera", {}), changes.pop("scene", {})
        spec = replace(
            spec,
            capture=replace(spec.capture, **(capture or {})),
            camera=replace(spec.camera, **camera),
            scene=replace(spec.scene, **scene),
        )
        return Case(
            f"pogo_{name.replace(' ', '_').replace(',', '')}",
            "pogo",
            name,
            spec,
            (),
            changes.get("quick", False),
            hard=True,
        )

    return [
        case("motion blur", capture={"shutter_s": 1 / 90}),
        case("dim and noisy", capture={"exposure": 0.35, "noise": 0.03, "shutter_s": 1 / 120}),
        case("hard compression", capture={"crf": 34}),
        case("360 lines", capture={"width": 640, "height": 360}),
        case("1080 lines, far away", capture={"width": 1920, "height": 1080}, camera={"distance_m": 9.0}),
        case("portrait, rotated", capture={"width": 480, "height": 854, "rotation_deg": 90}),
        case("variable frame rate", capture={"vfr_jitter": 0.12, "vfr_drop": 0.05}),
        case("slow motion 8x, untagged", fps=240, capture={"slow_motion": 8}),
        case("slow motion 4x, untagged", fps=120, capture={"slow_motion": 4}, quick=True),
        case("slow motion 4x, tagged", fps=120, capture={"slow_motion": 4, "capture_tag": True}),
        case("hand-held", camera={"shake_deg": 0.15}),
        case("bystander standing", scene={"bystander": "standing"}),
        case("bystander walking through", scene={"bystander": "walking"}),
        case("VP9", capture={"codec": "vp9"}),
    ]


def _pogo_faults(rng: np.random.Generator) -> list[Case]:
    """The faults that the drill's findings name, in both variants."""
    cases = []
    for variant in ("pogo", "pogo_rebound"):
        for code, motion in FAULTS[variant].items():
            assert isinstance(motion, PogoParams)
            jumps = 8 if code in ("fading", "uneven") else 5
            motion = replace(motion, jumps=jumps, stand_before_s=0.5, stand_after_s=0.3)
            name = f"{variant}_fault_{code}"
            cases.append(Case(name, "pogo", f"fault: {code}", _spec(rng, motion, 60), motion.faults))
    motion = replace(REBOUND, jumps=5, stand_before_s=0.5, stand_after_s=0.3)
    cases.append(Case("pogo_rebound_good", "pogo", "rebound, good", _spec(rng, motion, 60)))
    return cases


def _others(rng: np.random.Generator) -> list[Case]:
    """The other drills: contacts and flights are measured, reps once the drill is judged."""
    motions: list[tuple[str, str, int, MotionParams]] = [
        ("single_leg_hop", "near leg", 60, HopParams(side="right", hops=4)),
        ("single_leg_hop", "far leg", 60, HopParams(side="left", hops=4, contact_ms=260)),
        ("split_squat_jump", "side", 60, SplitParams(jumps=4)),
        ("split_squat_jump", "shallow", 60, SplitParams(jumps=4, front_knee_deg=65)),
        ("a_skip", "side", 60, SkipParams(groups=6)),
        ("a_skip", "single bounce", 60, SkipParams(groups=6, bounces=1)),
        ("ladder", "one foot a box", 120, LadderParams(boxes=8)),
        ("ladder", "two feet a box", 120, LadderParams(boxes=6, feet_per_box=2)),
    ]
    cases = []
    for drill, condition, fps, motion in motions:
        spec = _spec(rng, motion, fps)
        camera = replace(spec.camera, yaw_deg=0.0, side="right", distance_m=6.0, mode="pan")
        spec = replace(spec, camera=camera, capture=replace(spec.capture, width=1280, height=720))
        cases.append(Case(f"{drill}_{condition.replace(' ', '_')}", drill, f"{drill}: {condition}", spec))
    return cases


def _drill_case(
    rng: np.random.Generator,
    name: str,
    drill: str,
    condition: str,
    motion: MotionParams,
    yaw_deg: float = 0.0,
) -> Case:
    """A set of another drill as it is filmed: travellers followed by the camera, ladders at 120 fps."""
    spec = _spec(rng, motion, 120 if drill == "ladder" else 60, yaw_deg)
    travels = drill != "split_squat_jump"
    camera = replace(
        spec.camera,
        distance_m=float(rng.uniform(4.8, 6.2)) if travels else spec.camera.distance_m,
        mode="pan" if travels else "static",
    )
    capture = replace(spec.capture, width=1280, height=720) if travels else spec.capture
    spec = replace(spec, camera=camera, capture=capture)
    return Case(name, drill, f"{drill}: {condition}", spec, motion.faults, quick=name in _QUICK_SETS)


def _draw_hop(rng: np.random.Generator) -> HopParams:
    return HopParams(
        side=("left", "right")[int(rng.integers(2))],
        hops=5,
        distance_m=float(rng.uniform(1.3, 1.7)),
        contact_ms=float(rng.uniform(205, 260)),
        flight_ms=float(rng.uniform(310, 390)),
        heel_recovery_deg=float(rng.uniform(125, 138)),
        lean_deg=float(rng.uniform(4, 12)),
        stand_after_s=0.1,
    )


def _draw_split(rng: np.random.Generator) -> SplitParams:
    return SplitParams(
        jumps=4,
        front_knee_deg=float(rng.uniform(85, 98)),
        lean_deg=float(rng.uniform(4, 12)),
        com_share=float(rng.uniform(0.42, 0.58)),
        flight_ms=float(rng.uniform(330, 440)),
        contact_s=float(rng.uniform(0.62, 0.9)),
        lead=("left", "right")[int(rng.integers(2))],
    )


def _draw_skip(rng: np.random.Generator) -> SkipParams:
    return SkipParams(
        groups=6,
        thigh_deg=float(rng.uniform(84, 95)),
        contact_ms=float(rng.uniform(145, 190)),
        bounce_flight_ms=float(rng.uniform(85, 120)),
        change_flight_ms=float(rng.uniform(105, 140)),
        speed_m_s=float(rng.uniform(0.9, 1.6)),
        lead=("left", "right")[int(rng.integers(2))],
        stand_after_s=0.1,
    )


def _draw_ladder(rng: np.random.Generator, feet_per_box: int) -> LadderParams:
    return LadderParams(
        boxes=8 if feet_per_box == 1 else 6,
        feet_per_box=feet_per_box,
        step_rate_hz=float(rng.uniform(5.2, 7.2)),
        contact_share=float(rng.uniform(0.6, 0.72)),
        lead=("left", "right")[int(rng.integers(2))],
        stand_after_s=0.0,
    )


def _good_sets(rng: np.random.Generator) -> list[Case]:
    """Good sets of the other four drills, from the side and once from 40 degrees."""
    cases = []
    for number, yaw in ((1, 0.0), (2, 0.0), (3, 0.0), (4, 0.0), (5, 40.0)):
        view = "oblique" if yaw else "good"
        for drill, motion in (
            ("single_leg_hop", _draw_hop(rng)),
            ("split_squat_jump", _draw_split(rng)),
            ("a_skip", _draw_skip(rng)),
            ("ladder", _draw_ladder(rng, 2 if number in (3, 4) else 1)),
        ):
            cases.append(_drill_case(rng, f"{drill}_{view}_{number}", drill, view, motion, yaw))
    return cases


def _drill_faults(rng: np.random.Generator) -> list[Case]:
    """Every fault of the other four drills."""
    cases = []
    for drill in ("single_leg_hop", "split_squat_jump", "a_skip", "ladder"):
        for code, plain in FAULTS[drill].items():
            motion = _PLAINLY.get((drill, code), plain)
            cases.append(_drill_case(rng, f"{drill}_fault_{code}", drill, f"fault {code}", motion))
    return cases


def _more_negatives(rng: np.random.Generator) -> list[Case]:
    """The same nothings at 60 fps, from another angle."""
    cases = []
    for kind in ("standing", "weight_shifts", "squats", "walking"):
        spec = _spec(rng, IdleParams(kind, 4.5), 60, yaw_deg=float(rng.uniform(0, 40)))
        camera = replace(spec.camera, distance_m=5.5, mode="pan" if kind == "walking" else "static")
        cases.append(Case(f"none60_{kind}", "none", f"negative: {kind}", replace(spec, camera=camera)))
    return cases


def _negatives(rng: np.random.Generator) -> list[Case]:
    """Clips without a drill: no rep may be found in them."""
    cases = []
    for kind in ("standing", "weight_shifts", "squats", "walking"):
        spec = _spec(rng, IdleParams(kind, 3.5), 30)
        camera = replace(spec.camera, distance_m=5.5, mode="pan" if kind == "walking" else "static")
        quick = kind == "squats"
        cases.append(
            Case(f"none_{kind}", "none", f"negative: {kind}", replace(spec, camera=camera), (), quick)
        )
    return cases
