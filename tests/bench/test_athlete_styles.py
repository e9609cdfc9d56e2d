"""Drawn athletes, with other bodies, shoes, landings and force laws, obey physics as the named ones do."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from bench.athlete import ATHLETES, CameraSpec, CaptureSpec, ClipSpec, SceneSpec, act, render_clip
from bench.athlete.body import load_body
from bench.athlete.clip import Motion, Performance
from bench.athlete.drills import HopParams, LadderParams, PogoParams, SkipParams, SplitParams
from bench.athlete.drills.base import Lobe, Roll, Style, some_lobe
from bench.athlete.dynamics import Contact, G, com_at
from bench.athlete.figure import Figure, Footwear
from bench.athlete.film import athlete_mesh
from bench.athlete.raster import skin_mesh
from bench.athlete.scenes import SCENES, lit
from bench.athlete.truth import foot_rolls
from bench.athlete.wardrobe import Mesh
from bench.population import IDLE_KINDS, LAWS
from bench.splits import DrawnCase, Split, draw_cases

SOLE_M = 5e-4
HEEL, FLAT, FORE = Roll(-15.0, 30.0, down_at=0.2), Roll(0.0, 36.0, down_at=0.1), Roll(20.0, 40.0, 4.0)
MOTIONS = {
    "pogo": PogoParams(jumps=3),
    "single_leg_hop": HopParams(hops=3),
    "split_squat_jump": SplitParams(jumps=2),
    "a_skip": SkipParams(groups=2),
    "ladder": LadderParams(boxes=3, run_in=1, run_out=1),
}
FEET = {
    "stiff": Footwear(sole_m=0.038, spring_m=0.02, flex_deg=20.0, longer_m=0.015),
    "thin": Footwear(sole_m=0.012, hinge_m=-0.01),
    "sock": Footwear("sock"),
    "bare": Footwear("bare"),
}
FIGURE = Figure("jonas", "amina", 0.4, 1.7, leg=1.04, shank=1.03, girth=1.1, foot=1.05)


def soles(mesh: Mesh, side: int) -> Mesh:
    """The vertices of one sole alone, to be skinned quickly."""
    own = np.flatnonzero(mesh.sole & (mesh.foot == side))
    return replace(
        mesh,
        verts_m=mesh.verts_m[own],
        normals=mesh.normals[own],
        bone_index=mesh.bone_index[own],
        bone_weight=mesh.bone_weight[own],
    )


def check_soles(spec: ClipSpec, step_s: float = 0.024) -> tuple[Performance, Motion]:
    """Hold soles to 0 in contact and to 0 or more in flight, at the events above all."""
    performance, motion = act(spec)
    events = [t for p in performance.plants for t in (p.touchdown_s + 1e-4, p.takeoff_s - 1e-4)]
    beside = [t for p in performance.plants for t in (p.touchdown_s - 0.004, p.takeoff_s + 0.004)]
    times = np.sort(np.concatenate([np.arange(0, performance.duration_s, step_s), events, beside]))
    times = times[(times > 0) & (times < performance.duration_s)]
    posed, mesh = motion.pose(times), athlete_mesh(spec.athlete)
    for side in (0, 1):
        sole = soles(mesh, side)
        low = np.array([skin_mesh(sole, motion.skeleton, posed, k)[0][:, 2].min() for k in range(len(times))])
        on = np.zeros(len(times), bool)
        for plant in motion.plants[side]:
            on |= (times >= plant.touchdown_s) & (times <= plant.takeoff_s)
        assert low.min() > -SOLE_M, f"sinks {-low.min() * 1000:.1f} mm at {times[low.argmin()]:.3f} s"
        assert low[on].max(initial=0.0) < SOLE_M, f"foot {side} hovers {low[on].max() * 1000:.1f} mm"
        aloft = low[~on]
        assert aloft.size == 0 or aloft.min() > -1e-6
    return performance, motion


def check_flights(motion: Motion) -> None:
    """Hold every flight to gravity and to a take-off that goes up."""
    path, times = motion.plan.path, motion.plan.path.times()
    for i in [i for i, kind in enumerate(path.kinds) if kind == "flight"]:
        span = np.linspace(times[i], times[i + 1], 7)
        height = motion.pose(span, rounds=11).com_m[:, 2]
        fit = np.polyfit(span - span[0], height, 2)
        assert np.polyval(fit, span - span[0]) == pytest.approx(height, abs=3e-4)
        if times[i + 1] - times[i] > 0.12:  # shorter ones are too flat for their curvature to be told
            assert -2 * fit[0] == pytest.approx(G, rel=0.02)
        assert fit[1] > 0.05, "takes off downwards"


def check_speed(motion: Motion) -> None:
    """Hold the body's speed to no jump at any moment of the plan."""
    h = 1e-4
    for t in motion.plan.path.times():
        if 0.1 < t < motion.plan.duration_s:
            place = com_at(motion.plan.path, motion.heights, t + h * np.array([-2, -1, 1, 2]))
            before, after = (place[1] - place[0]) / h, (place[3] - place[2]) / h
            assert before == pytest.approx(after, abs=0.06), f"kink at {t:.3f} s"


@cache
def test_cases() -> tuple[DrawnCase, ...]:
    return tuple(draw_cases(Split.TEST))


test_cases.__test__ = False  # type: ignore[attr-defined]


@pytest.mark.parametrize("roll", [HEEL, FLAT, FORE], ids=["heel", "flat", "forefoot"])
@pytest.mark.parametrize("drill", MOTIONS)
def test_every_drill_can_land_in_every_way(drill: str, roll: Roll) -> None:
    wear = list(FEET.values())[(list(MOTIONS).index(drill) + int(roll.touchdown_deg)) % len(FEET)]
    athlete = replace(ATHLETES["jonas"], body=replace(FIGURE, footwear=wear))
    motion = replace(MOTIONS[drill], style=Style(roll))
    performance, solved = check_soles(ClipSpec(athlete, motion, seed=5))
    check_flights(solved)
    working = [p for p in performance.plants if p.working]
    landings = [r["landing"] for r in foot_rolls(solved, working)]
    if drill == "split_squat_jump":  # the rear foot stays on its ball
        landings = [
            k for p, k in zip(working, landings, strict=True) if p.tip_m[0] > solved.skeleton.shape.tip[0]
        ]
    want = {-15.0: "heel", 0.0: "flat", 20.0: "forefoot"}[roll.touchdown_deg]
    assert set(landings) == {want}


@pytest.mark.parametrize("name", FEET)
def test_every_sole_rolls_without_sliding(name: str) -> None:
    athlete = replace(ATHLETES["mara"], body=Figure("mara", footwear=FEET[name]))
    for roll in (HEEL, FORE):
        spec = ClipSpec(athlete, PogoParams(jumps=3, style=Style(roll)), seed=2)
        performance, motion = check_soles(spec, 0.01)
        mesh = athlete_mesh(athlete)
        for plant in [p for p in performance.plants if p.working]:
            sole = soles(mesh, plant.side)
            times = np.linspace(plant.touchdown_s + 1e-3, plant.takeoff_s - 1e-3, 60)
            posed = motion.pose(times)
            verts = np.stack([skin_mesh(sole, motion.skeleton, posed, k)[0] for k in range(len(times))])
            down = verts[..., 2] < 2e-4
            both = down[1:] & down[:-1]
            moved = np.linalg.norm(np.diff(verts[..., :2], axis=0), axis=2)[both]
            assert moved.max() < 1e-3, "what is on the ground moves over it"


@pytest.mark.parametrize(
    ("drill", "start"), [*((drill, "walk") for drill in MOTIONS), ("split_squat_jump", "split")]
)
def test_a_set_may_begin_with_steps_or_in_a_split(drill: str, start: str) -> None:
    style = Style(FLAT, arms="hips", steps_in=2 if start == "walk" else 0, split_start=start == "split")
    performance, motion = check_soles(ClipSpec("kofi", replace(MOTIONS[drill], style=style), seed=3))
    check_speed(motion)
    plain = act(ClipSpec("kofi", replace(MOTIONS[drill], style=Style(FLAT)), seed=3))[0]
    assert len(performance.reps) == len(plain.reps)
    assert sum(p.working for p in performance.plants) == sum(p.working for p in plain.plants)


@pytest.mark.parametrize("kind", IDLE_KINDS)
def test_what_is_no_drill_obeys_physics_too(kind: str) -> None:
    case = next(c for c in test_cases() if c.name == f"test_none_{kind}_0")
    performance, motion = check_soles(case.spec)
    check_flights(motion)
    assert not performance.reps
    assert not any(p.working for p in performance.plants)


@pytest.mark.parametrize("drill", MOTIONS)
@pytest.mark.parametrize("fps", [60.0, 120.0])
def test_drawn_athletes_obey_physics(drill: str, fps: float) -> None:
    own = [c for c in test_cases() if c.drill == drill and c.spec.capture.fps == fps]
    _, motion = check_soles(own[3].spec, 0.05)
    check_flights(motion)
    check_speed(motion)


@pytest.mark.parametrize("law", LAWS)
def test_force_laws_push_and_keep_their_promises(law: str) -> None:
    rng = np.random.default_rng(4)
    contact = Contact(0.2, 1.20, -1.8, 1.24, 1.9, some_lobe(rng, law))  # type: ignore[arg-type]
    u = np.linspace(1e-4, 1 - 1e-4, 8001)
    force = contact.force(u)
    assert force.min() >= 0
    assert np.trapezoid(force, u) * 0.2 == pytest.approx(contact.impulse(), rel=2e-3)
    assert contact.at(np.array([0.0, 0.2])) == pytest.approx([1.20, 1.24], abs=1e-6)


def test_force_laws_differ_in_their_peaks() -> None:
    u = np.linspace(0.01, 0.99, 2001)
    symmetric = Contact(0.2, 1.20, -1.9, 1.20, 1.9, Lobe(0.0, 0.5, 5.0)).force(u)
    double = Contact(0.2, 1.20, -1.9, 1.20, 1.9, Lobe(0.0, 0.2, 10.0, apart=0.25)).force(u)
    assert symmetric == pytest.approx(symmetric[::-1], rel=1e-6)

    def peaks(force: np.ndarray) -> int:
        return int(((force[1:-1] > force[:-2]) & (force[1:-1] > force[2:])).sum())

    assert peaks(symmetric) == 1
    assert peaks(double) == 2


def test_a_plain_figure_is_the_baked_body_and_a_scaled_one_has_its_stature() -> None:
    assert np.array_equal(load_body("mara").verts_m, load_body(Figure("mara")).verts_m)
    scaled = load_body(Figure("mara", "kofi", 0.3, 1.5, leg=1.05, arm=0.95, girth=1.15, head=1.1))
    skin = scaled.verts_m[scaled.group == 0, 2]
    assert np.ptp(skin) == pytest.approx(1.5, abs=1e-6)
    longer, plain = load_body(Figure("mara", leg=1.1)), load_body("mara")
    share = [b.length("thigh_l", "calf_l") / b.stature_m for b in (longer, plain)]
    assert share[0] > 1.03 * share[1]


def test_an_unknown_body_is_named_with_those_there_are() -> None:
    with pytest.raises(KeyError, match="no body called 'nobody'; there are mara"):
        load_body(Figure("mara", "nobody", 0.5))


def test_the_truth_says_how_feet_land_and_leave_and_what_else_is_on_the_ground(tmp_path) -> None:
    capture = CaptureSpec(fps=10, width=96, height=128, supersample=1)
    stiff = replace(ATHLETES["mara"], body=Figure("mara", footwear=Footwear(spring_m=0.03)))
    roll = Roll(-12.0, 16.0, toe_takeoff_deg=3.0, vary_deg=0.0)
    motion = PogoParams(jumps=2, stand_after_s=-0.5, style=Style(roll))
    data = render_clip(
        ClipSpec(stiff, motion, CameraSpec(), capture, SceneSpec(), seed=3), tmp_path / "a.mp4"
    ).data
    assert [c["landing"] for c in data["contacts"]] == ["heel", "heel"]
    assert {c["leaves_last"] for c in data["contacts"]} == {"ball"}, "toe spring keeps the tip off the ground"
    assert data["contacts"][0]["landing_pitch_deg"] == pytest.approx(-12, abs=0.5)
    assert data["both_contacts"][0]["landing"] == "heel"
    assert "any part of the sole" in data["events"]["touchdown_s"]
    assert len(data["other_contacts"]) == 4
    assert [c["touchdown_s"] for c in data["other_contacts"][:2]] == [None, None]
    plain = PogoParams(jumps=2, stand_after_s=-0.5)
    data = render_clip(ClipSpec("mara", plain, CameraSpec(), capture, seed=3), tmp_path / "b.mp4").data
    assert {(c["landing"], c["leaves_last"]) for c in data["contacts"]} == {("forefoot", "tip")}


def test_zoom_light_and_bit_rate_do_what_they_say(tmp_path) -> None:
    motion = PogoParams(jumps=1, stand_before_s=0.1, stand_after_s=-0.8)
    capture = CaptureSpec(fps=12, width=256, height=192, supersample=1, noise=0.02)
    spec = ClipSpec("mara", motion, CameraSpec(zoom=1.3), capture, SceneSpec(), seed=3)
    data = render_clip(spec, tmp_path / "z.mp4").data
    low, high = data["m_per_px_range"]
    assert high / low == pytest.approx(1.3, rel=0.05)
    tight = replace(spec, capture=replace(capture, bit_rate_kbps=60))
    render_clip(tight, tmp_path / "t.mp4")
    assert (tmp_path / "t.mp4").stat().st_size < 0.5 * (tmp_path / "z.mp4").stat().st_size
    scene = SCENES["gym"]
    assert lit(scene, SceneSpec()) is scene
    dark = lit(scene, SceneSpec(key=0.4, floor=0.6, light_turn_deg=90.0))
    assert dark.light.key[0] == pytest.approx(0.4 * scene.light.key[0])
    assert dark.light.key_dir[1] == pytest.approx(scene.light.key_dir[0])


def test_coarse_bodies_keep_their_feet() -> None:
    whole, coarse = athlete_mesh("yuki"), athlete_mesh("yuki", 0.015)
    assert len(coarse.faces) < 0.7 * len(whole.faces)
    for side in (0, 1):
        at = [m.verts_m[m.sole & (m.foot == side)] for m in (whole, coarse)]
        assert sorted(map(tuple, at[0].round(9))) == sorted(map(tuple, at[1].round(9)))
