"""The rendered athlete obeys physics: only then is its truth worth measuring against."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from bench.athlete import ATHLETES, ClipSpec, act
from bench.athlete.body import load_body
from bench.athlete.clip import Motion, Performance
from bench.athlete.drills import PogoParams, perform
from bench.athlete.dynamics import Contact, G, Lobe, com_at
from bench.athlete.faults import FAULTS, GOOD, NEGATIVES
from bench.athlete.film import athlete_mesh
from bench.athlete.raster import skin_mesh
from bench.athlete.skeleton import Arm, Leg, Skeleton, Upper
from bench.athlete.wardrobe import dress

BODIES = ("jonas", "yuki", "kofi", "amina", "mara")
SHORT = {
    "pogo": {"jumps": 4},
    "pogo_rebound": {"jumps": 4},
    "single_leg_hop": {"hops": 4},
    "split_squat_jump": {"jumps": 3},
    "a_skip": {"groups": 4},
    "ladder": {"boxes": 5},
    "ladder_two_feet": {"boxes": 3},
    **{k: {"duration_s": 2.5} for k in NEGATIVES},
}
CASES = [*GOOD, *NEGATIVES]


@cache
def acted(name: str) -> tuple[str, Performance, Motion]:
    """A motion solved by some body, the same for all tests."""
    body = BODIES[CASES.index(name) % len(BODIES)]
    params = replace({**GOOD, **NEGATIVES}[name], **SHORT[name])
    return body, *act(ClipSpec(body, params, seed=7))


def grid(performance: Performance, step_s: float = 0.004) -> np.ndarray:
    return np.arange(0.0, performance.duration_s, step_s)


@pytest.mark.parametrize("name", GOOD)
def test_centre_of_mass_flies_a_parabola_under_gravity(name: str) -> None:
    _, _, motion = acted(name)
    nodes, kinds = motion.plan.path.nodes, motion.plan.path.kinds
    for i in [i for i, k in enumerate(kinds) if k == "flight"][:4]:
        times = np.linspace(nodes[i].time_s, nodes[i + 1].time_s, 9)
        height = motion.pose(times, rounds=11).com_m[:, 2]
        fit = np.polyfit(times - times[0], height, 2)
        assert -2 * fit[0] == pytest.approx(G, rel=0.01)
        assert np.polyval(fit, times - times[0]) == pytest.approx(height, abs=2e-4)


@pytest.mark.parametrize("name", CASES)
def test_path_and_its_speed_have_no_jumps(name: str) -> None:
    _, performance, motion = acted(name)
    for node in motion.plan.path.nodes:
        if not 0.1 < node.time_s < performance.duration_s:
            continue
        h = 1e-4
        p = com_at(motion.plan.path, motion.heights, node.time_s + h * np.array([-2, -1, 1, 2]))
        assert p[1] == pytest.approx(p[2], abs=2e-3)
        before, after = (p[1] - p[0]) / h, (p[3] - p[2]) / h
        assert before == pytest.approx(after, abs=0.06), f"kink at {node.time_s}"


@pytest.mark.parametrize("name", CASES)
def test_soles_never_sink_and_touch_in_every_contact(name: str) -> None:
    body, performance, motion = acted(name)
    mesh = athlete_mesh(body)
    times = grid(performance, 0.024)
    posed = motion.pose(times)
    sole = [mesh.sole & (mesh.foot == side) for side in (0, 1)]
    for k, t in enumerate(times):
        verts, _ = skin_mesh(mesh, motion.skeleton, posed, k)
        for side in (0, 1):
            low = verts[sole[side], 2].min()
            assert low > -5e-4, f"{low * 1000:.1f} mm at {t:.3f} s"
            on = any(p.touchdown_s <= t <= p.takeoff_s for p in motion.plants[side])
            if on:
                assert low < 5e-4, f"foot {side} hovers {low * 1000:.1f} mm at {t:.3f} s"


@pytest.mark.parametrize("name", CASES)
def test_planted_feet_do_not_slide(name: str) -> None:
    _, performance, motion = acted(name)
    check_planted(performance, motion, 0.004)


@pytest.mark.parametrize(("drill", "code"), [(drill, code) for drill in FAULTS for code in FAULTS[drill]])
def test_planted_feet_do_not_slide_in_a_faulty_set_either(drill: str, code: str) -> None:
    params = replace(FAULTS[drill][code], **SHORT[drill])
    check_planted(*act(ClipSpec("kofi", params, seed=3)), 0.016)


def check_planted(performance: Performance, motion: Motion, step_s: float) -> None:
    """Hold every planted tip against the place where it was put."""
    times = grid(performance, step_s)
    joints = motion.pose(times).joints_m
    for plant in performance.plants:
        side = ("left", "right")[plant.side]
        on = (times >= plant.touchdown_s) & (times <= plant.takeoff_s)
        heel_down = plant.foot[0][1] < 0
        if heel_down:  # the tip comes down only once the foot is flat
            on &= times > plant.foot[1][0]
        if on.any():
            tip = joints[f"tip_{side}"][on] - np.array([*plant.tip_m, 0.0])
            assert np.linalg.norm(tip, axis=1).max() < 2e-3


@pytest.mark.parametrize("name", GOOD)
def test_the_heel_leaves_before_the_toe(name: str) -> None:
    _, performance, motion = acted(name)
    for plant in [p for p in performance.plants if p.working][:4]:
        side = ("left", "right")[plant.side]
        joints = motion.pose(np.array([plant.takeoff_s - 0.004])).joints_m
        assert joints[f"heel_{side}"][0, 2] > 0.05
        assert joints[f"tip_{side}"][0, 2] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("name", ["pogo", "single_leg_hop", "pogo_rebound"])
def test_the_body_is_lower_at_landing_than_at_takeoff(name: str) -> None:
    _, performance, motion = acted(name)
    drops = []
    for rep in performance.reps[1:4]:
        assert rep.flight is not None
        high, low = motion.pose(np.array(rep.flight)).com_m[:, 2]
        drops.append(high - low)
    assert 0.02 < np.mean(drops) < 0.11


def test_pogo_feet_differ_by_a_few_ms_and_reps_vary() -> None:
    _, performance, _ = acted("pogo")
    working = [p for p in performance.plants if p.working]
    left = np.array([p.touchdown_s for p in working if p.side == 0])
    right = np.array([p.touchdown_s for p in working if p.side == 1])
    assert 0.0005 < np.abs(left - right).mean() < 0.015
    lengths = [r.contact[1] - r.contact[0] for r in performance.reps if r.contact]
    assert np.std(lengths) > 0.002


def test_counts_follow_the_definitions() -> None:
    skeleton, rng = Skeleton("mara"), np.random.default_rng(1)
    pogo = perform(skeleton, GOOD["pogo"], rng)
    assert len(pogo.reps) == 10
    assert pogo.reps[0].contact is None
    assert sum(p.working and p.side == 0 for p in pogo.plants) == 9
    assert len(perform(skeleton, GOOD["ladder"], rng).reps) == 11
    skip = perform(skeleton, GOOD["a_skip"], rng)
    assert sum(p.working for p in skip.plants) == 2 * len(skip.reps)


def test_force_law_is_skewed_with_an_impact_peak_and_keeps_its_promises() -> None:
    contact = Contact(0.18, 1.20, -2.0, 1.25, 2.05, Lobe(0.12, 0.13, 5.4))
    u = np.linspace(1e-4, 1 - 1e-4, 4001)
    force = contact.force(u)
    assert force.min() >= 0
    assert np.trapezoid(force, u) * 0.18 == pytest.approx(contact.impulse(), rel=1e-3)
    peaks = np.flatnonzero((force[1:-1] > force[:-2]) & (force[1:-1] > force[2:])) + 1
    assert len(peaks) == 2
    assert u[peaks[0]] < 0.2
    assert contact.at(np.array([0.0, 0.18])) == pytest.approx([1.20, 1.25], abs=1e-6)
    speed = np.gradient(contact.at(u * 0.18), u * 0.18)
    assert speed[[0, -1]] == pytest.approx([-2.0, 2.05], abs=0.02)


def test_every_fault_can_be_planned() -> None:
    for drill in FAULTS.values():
        for code, params in drill.items():
            assert code in params.faults


def test_same_seed_same_motion_other_seed_another() -> None:
    times = np.array([1.0, 2.0])
    a, b, c = (act(ClipSpec("mara", PogoParams(jumps=2), seed=s))[1].pose(times).head_m for s in (3, 3, 4))
    assert np.array_equal(a, b)
    assert not np.allclose(a, c)


@pytest.mark.parametrize("name", sorted(ATHLETES))
def test_a_leg_that_hangs_straight_at_rest_is_straight(name: str) -> None:
    body = load_body(name)
    hip, knee, ankle = (body.head(bone)[[0, 2]] for bone in ("thigh_l", "calf_l", "foot_l"))
    thigh, shank = knee - hip, ankle - knee
    bend = np.degrees(np.arctan2(thigh[0], -thigh[1]) - np.arctan2(shank[0], -shank[1]))
    assert abs(bend) < 5.5, "MakeHuman's own hip joint makes it 6 to 8 degrees"


@pytest.mark.parametrize("bend_deg", [45.0, 90.0, 130.0])
def test_a_folded_knee_keeps_what_lies_in_front_of_its_axis(bend_deg: float) -> None:
    skeleton, mesh = Skeleton("jonas"), dress("jonas", ATHLETES["jonas"].look)
    none, bent = np.zeros(1), np.full(1, np.radians(bend_deg))
    arm = Arm(none, none, none)
    legs = (Leg(none, none, bent, none, none, none), Leg(none, none, none, none, none, none))
    posed = skeleton.pose(np.array([[0, 0, 1.0]]), Upper(none, none, none, none, none, (arm, arm)), legs)
    verts, _ = skin_mesh(mesh, skeleton, posed, 0)
    knee = posed.joints_m["knee_left"][0]
    near = (np.linalg.norm((verts - knee)[:, [0, 2]], axis=1) < 0.11) & (abs(verts[:, 1] - knee[1]) < 0.03)
    ahead = np.array([np.cos(bent[0] / 2), 0, -np.sin(bent[0] / 2)])  # the middle between thigh's and shank's
    along = np.array([-ahead[2], 0, ahead[0]])
    slab = near & (abs((verts - knee) @ along) < 0.02)
    assert ((verts - knee)[slab] @ ahead).max() > 0.045
