"""The athlete is tracked with a scripted landmarker; whoever else is found leaves a gap."""

from __future__ import annotations

import math

import numpy as np

from kickform.pose.person_tracker import PersonTracker
from tests.figures import (
    BLUE,
    GREEN,
    Figure,
    ScriptedLandmarker,
    athlete_at,
    draw_figures,
)


def test_a_large_athlete_is_tracked_in_the_full_picture() -> None:
    landmarker = ScriptedLandmarker()
    tracker = PersonTracker(landmarker, athlete_at((640, 360), 400), crowded=False)
    landmarker.figures = [Figure((640, 360), 400)]
    for i in range(10):
        assert tracker.step(i / 30, draw_figures(landmarker.figures)) is not None
    assert set(landmarker.shapes) == {(720, 1280, 3)}


def test_a_small_athlete_is_tracked_in_a_crop_that_seldom_moves() -> None:
    landmarker = ScriptedLandmarker()
    tracker = PersonTracker(landmarker, athlete_at((100, 360)), crowded=False)
    found = []
    for i in range(200):
        hip = (100 + 5.4 * i, 360 - 20 * abs(math.sin(i / 3)))
        landmarker.figures = [Figure(hip)]
        pose = tracker.step(i / 60, draw_figures(landmarker.figures))
        assert pose is not None
        found.append(pose.xy_px[23:25].mean(axis=0) - hip)
    assert np.abs(found).max() < 4
    assert max(max(s[:2]) for s in landmarker.shapes) < 400
    assert 3 <= tracker.moves <= 12


def test_a_small_athlete_who_is_not_at_the_expected_place_is_searched_for() -> None:
    landmarker = ScriptedLandmarker()
    tracker = PersonTracker(landmarker, athlete_at((1100, 360)), crowded=False)
    landmarker.figures = [Figure((150, 400))]
    found = [tracker.step(i / 60, draw_figures(landmarker.figures)) is not None for i in range(40)]
    assert not found[0]
    assert all(found[25:])


def test_a_jump_to_another_person_leaves_a_gap() -> None:
    landmarker = ScriptedLandmarker()
    tracker = PersonTracker(landmarker, athlete_at((640, 360), 300), crowded=True)
    poses = []
    for i in range(30):
        other = Figure((400, 360), 300, GREEN)
        landmarker.prefer = GREEN if 10 <= i < 13 else BLUE
        hidden = i in range(10, 13)
        landmarker.figures = [other] if hidden else [Figure((640, 360), 300), other]
        poses.append(tracker.step(i / 60, draw_figures(landmarker.figures)))
    missing = [i for i, pose in enumerate(poses) if pose is None]
    assert missing == [10, 11, 12]
    assert all(abs(p.xy_px[23, 0] - 640) < 40 for p in poses if p is not None)
    assert tracker.swaps >= 1


def test_somebody_in_another_shirt_who_covers_the_athlete_is_a_gap() -> None:
    landmarker = ScriptedLandmarker()
    tracker = PersonTracker(landmarker, athlete_at((640, 360), 300), crowded=True)
    poses = []
    for i in range(20):
        cover = [Figure((640, 360), 300, GREEN)] if 8 <= i < 12 else []
        landmarker.figures = [Figure((640, 360), 300), *cover]
        poses.append(tracker.step(i / 60, draw_figures(landmarker.figures)))
    assert [i for i, pose in enumerate(poses) if pose is None] == [8, 9, 10, 11]


def test_a_slow_change_of_light_is_not_another_shirt() -> None:
    landmarker = ScriptedLandmarker()
    tracker = PersonTracker(landmarker, athlete_at((640, 360), 300), crowded=True)
    for i in range(60):
        shade = (30 + 2 * i, 60 + 2 * i, 180)
        landmarker.prefer = shade
        landmarker.figures = [Figure((640, 360), 300, shade)]
        assert tracker.step(i / 60, draw_figures(landmarker.figures)) is not None


def test_a_pose_that_is_hardly_visible_is_a_gap() -> None:
    landmarker = ScriptedLandmarker()
    tracker = PersonTracker(landmarker, athlete_at((640, 360), 300), crowded=False)
    landmarker.figures = [Figure((640, 360), 300, visibility=0.1)]
    assert tracker.step(0.0, draw_figures(landmarker.figures)) is None


def test_a_pose_of_an_impossible_size_is_a_gap() -> None:
    landmarker = ScriptedLandmarker()
    tracker = PersonTracker(landmarker, athlete_at((640, 360), 300), crowded=False)
    landmarker.figures = [Figure((640, 360), 300)]
    assert tracker.step(0.0, draw_figures(landmarker.figures)) is not None
    landmarker.figures = [Figure((640, 360), 60)]
    assert tracker.step(1 / 60, draw_figures(landmarker.figures)) is None
