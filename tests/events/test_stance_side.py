"""Which feet bear a contact, by feet that were followed in the pictures."""

from __future__ import annotations

import numpy as np

from kickform.events.stance_side import add_planted_feet

_SPANS = [(0.5, 0.7), (1.1, 1.3), (1.7, 1.9)]


def _steps(other_speed: float) -> tuple[np.ndarray, np.ndarray]:
    """Return times, and steps of a left foot that stands in each contact and a right one that moves."""
    time_s = np.arange(0, 2.4, 1 / 60)
    step = np.full((len(time_s), 2, 2), 1.0 / 60)
    for start, stop in _SPANS:
        inside = (time_s >= start) & (time_s <= stop)
        step[inside, 0] = 0.0
        step[inside, 1] = np.array([0.0, other_speed / 60])
    return time_s, step


def test_a_foot_that_stands_still_bears_as_well() -> None:
    time_s, step = _steps(0.05)
    assert add_planted_feet(["left", "left", "left"], time_s, step, _SPANS) == ["both"] * 3


def test_a_free_foot_that_moves_stays_free() -> None:
    time_s, step = _steps(0.8)
    assert add_planted_feet(["left", "left", "left"], time_s, step, _SPANS) == ["left"] * 3


def test_one_contact_in_doubt_follows_its_own_feet() -> None:
    time_s, step = _steps(0.05)
    assert add_planted_feet(["both", "left", "both"], time_s, step, _SPANS) == ["both"] * 3


def test_feet_that_could_not_be_followed_change_nothing() -> None:
    time_s, step = _steps(0.05)
    step[:, 1] = np.nan
    assert add_planted_feet(["left", "left", "both"], time_s, step, _SPANS) == ["left", "left", "both"]


def test_a_free_foot_that_hangs_as_low_as_the_other_is_told_by_its_swing() -> None:
    time_s, step = _steps(1.6)
    assert add_planted_feet(["both"] * 3, time_s, step, _SPANS) == ["left"] * 3
    assert add_planted_feet(["both", "left", "both"], time_s, step, _SPANS) == ["left"] * 3


def test_feet_that_both_stand_or_both_move_stay_as_they_were() -> None:
    for speeds in ((0.05, 0.0), (0.8, 0.0), (1.6, 1.6)):
        time_s, step = _steps(speeds[0])
        for start, stop in _SPANS:
            step[(time_s >= start) & (time_s <= stop), 0] = np.array([speeds[1] / 60, 0.0])
        assert add_planted_feet(["both"] * 3, time_s, step, _SPANS) == ["both"] * 3
