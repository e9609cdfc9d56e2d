"""Train, validation and test clips never meet, and there are enough of them."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import combinations

import numpy as np
import pytest

from bench.athlete import ClipSpec
from bench.athlete.camera import look_at
from bench.athlete.catalogue import athlete_of
from bench.athlete.clip import act
from bench.athlete.drills import perform
from bench.athlete.film import camera_path, widest_view
from bench.athlete.skeleton import Skeleton
from bench.athlete.truth import both_contacts
from bench.cases import Case
from bench.filming import SIZES, travel_m
from bench.population import DRILLS, IDLE_KINDS
from bench.running import run_all
from bench.splits import (
    CONTACTS,
    DrawnCase,
    Split,
    TrainCase,
    draw_cases,
    fitting_cases,
    quick_test_cases,
    refuse_all_but_train,
    split_of,
)


@cache
def cases(split: Split) -> tuple[DrawnCase, ...]:
    return tuple(draw_cases(split))


def fingerprints(case: Case) -> set[str]:
    """What of a clip must not be met again: its seed, its athlete, its motion, its camera, all of it."""
    spec = case.spec
    return {f"seed {spec.seed}", repr(spec), repr(spec.athlete), repr(spec.motion), repr(spec.camera)}


@pytest.mark.parametrize(("one", "other"), list(combinations(Split, 2)))
def test_splits_share_nothing(one: Split, other: Split) -> None:
    prints = [set().union(*(fingerprints(c) for c in cases(s) if c.drill != "none")) for s in (one, other)]
    assert not prints[0] & prints[1]
    seeds = [{c.spec.seed for c in cases(s)} for s in (one, other)]
    assert not seeds[0] & seeds[1]


@pytest.mark.parametrize("split", Split)
def test_every_seed_and_name_is_used_once_and_tells_its_split(split: Split) -> None:
    assert (
        len({c.spec.seed for c in cases(split)}) == len({c.name for c in cases(split)}) == len(cases(split))
    )
    assert {split_of(c.spec.seed) for c in cases(split)} == {split}


def test_the_same_split_gives_the_same_cases() -> None:
    assert [repr(c) for c in draw_cases(Split.TEST)] == [repr(c) for c in cases(Split.TEST)]


def test_a_case_cannot_be_moved_to_another_split() -> None:
    case = cases(Split.TEST)[0]
    with pytest.raises(ValueError, match="none of train's"):
        DrawnCase(case.name, case.drill, case.condition, case.spec, split=Split.TRAIN)
    with pytest.raises(ValueError, match="fitted on train clips only"):
        TrainCase(case.name, case.drill, case.condition, case.spec)
    with pytest.raises(ValueError, match="must lie in 0 to 999999"):
        Split.TRAIN.seed(1_000_000)


def test_constants_can_be_fitted_on_train_clips_alone() -> None:
    fitted = fitting_cases()
    assert len(fitted) == len(cases(Split.TRAIN))
    assert all(type(c) is TrainCase for c in fitted)
    refuse_all_but_train(c.spec.seed for c in fitted)
    for split in (Split.VALIDATION, Split.TEST):
        with pytest.raises(ValueError, match="fitted on train clips only"):
            refuse_all_but_train([fitted[0].spec.seed, cases(split)[0].spec.seed])
    with pytest.raises(ValueError, match="fitted on train clips only"):
        refuse_all_but_train([7])


@pytest.mark.parametrize("split", Split)
def test_there_are_enough_contacts(split: Split) -> None:
    have: Counter[tuple[str, float]] = Counter()
    for case in cases(split):
        if case.drill == "none":
            continue
        spec = case.spec
        skeleton = Skeleton(athlete_of(spec.athlete).body)
        planned = perform(skeleton, spec.motion, np.random.default_rng([spec.seed, 1]))
        assert planned.drill == case.drill
        two_feet = case.drill in ("pogo", "split_squat_jump")
        count = len(both_contacts(planned)) if two_feet else sum(p.working for p in planned.plants)
        have[case.drill, spec.capture.fps] += count
    for drill in DRILLS:
        for fps, least in CONTACTS[split].items():
            assert have[drill, fps] >= least, f"{drill} at {fps:g} fps"


def test_the_test_split_has_what_the_page_promises() -> None:
    assert CONTACTS[Split.TEST][60.0] >= 100
    assert CONTACTS[Split.TEST][120.0] >= 100
    assert CONTACTS[Split.TEST][30.0] >= 40
    assert CONTACTS[Split.TEST][240.0] >= 40


@pytest.mark.parametrize("split", Split)
def test_every_drill_is_filmed_with_every_landing_view_and_size(split: Split) -> None:
    own = cases(split)
    for drill in DRILLS:
        for trait, wanted in (
            ("landing", {"heel", "flat", "forefoot"}),
            ("view", {"side", "oblique", "front"}),
            ("size", {"small", "medium", "large"}),
            ("capture", {"clean", "phone", "messenger"}),
        ):
            assert {c.traits[trait] for c in own if c.drill == drill} == wanted, f"{drill}: {trait}"
    kinds = {c.condition.removeprefix("negative: ") for c in own if c.drill == "none"}
    assert kinds == set(IDLE_KINDS)


def test_pictures_show_athletes_as_tall_as_asked_for() -> None:
    for case in cases(Split.TEST):
        camera, capture = case.spec.camera, case.spec.capture
        focal_px = max(capture.width, capture.height) / 2 / np.tan(np.radians(camera.fov_deg) / 2)
        tall_px = athlete_of(case.spec.athlete).stature_m * focal_px / camera.distance_m
        low, high = SIZES[case.traits["size"]]
        assert 0.3 * low < tall_px <= 1.01 * high, case.name
        assert tall_px < 0.75 * capture.height, f"{case.name} does not fit"
        assert camera.distance_m >= 3.0
        assert 0.3 <= camera.height_m <= 1.6


@pytest.mark.parametrize("split", Split)
def test_a_camera_that_turns_with_the_athlete_stands_far_enough_back(split: Split) -> None:
    turning = [case.spec for case in cases(split) if case.spec.camera.mode == "pan"]
    assert len(turning) > 20

    def nearness(spec: ClipSpec) -> float:
        across = travel_m(spec.motion) * np.cos(np.radians(spec.camera.yaw_deg))
        return float(across / spec.camera.distance_m)

    for spec in sorted(turning, key=nearness)[-3:]:
        performance, motion = act(spec)
        times = np.arange(0, performance.duration_s, 0.05)
        hips = motion.pose(times).joints_m["hips"]
        views = camera_path(spec, hips, times, athlete_of(spec.athlete).stature_m, np.random.default_rng(1))
        wide = widest_view(views)
        assert wide.width * wide.height < 30 * spec.capture.width * spec.capture.height


def test_a_backdrop_cannot_show_a_camera_that_turns_right_round() -> None:
    place = np.array([0.0, -2.0, 1.0])
    views = [look_at(place, np.array([x, 0.0, 1.0]), 600.0, (640, 360)) for x in (-20.0, 0.0, 20.0)]
    with pytest.raises(ValueError, match="stand further back"):
        widest_view(views)


def test_a_clip_that_fails_does_not_stop_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="1 of 3 failed; 0: ZeroDivisionError"):
        run_all(_inverse, [1, 0, 2], str, 1, 0.0)
    assert "[2/3] 0.5" in capsys.readouterr().err


def _inverse(number: int) -> float:
    return 1 / number


def test_the_quick_subset_is_small_and_from_the_test_split() -> None:
    quick = quick_test_cases()
    assert len(quick) == 8
    assert {c.drill for c in quick} == {*DRILLS, "none"}
    assert {c.split for c in quick} == {Split.TEST}
    assert len({c.traits.get("landing") for c in quick if c.drill != "none"}) == 3
