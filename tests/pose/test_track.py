"""The pose track checks what it is given, and knows its gaps."""

from __future__ import annotations

import numpy as np
import pytest

from kickform.pose.track import Landmark, PoseTrack


def make(frames: int, **changed: np.ndarray) -> PoseTrack:
    arrays = {
        "time_s": np.arange(frames) / 30,
        "xy_px": np.zeros((frames, 33, 2)),
        "world_m": np.zeros((frames, 33, 3)),
        "visibility": np.ones((frames, 33)),
    }
    return PoseTrack(**{**arrays, **changed}, width_px=640, height_px=480)


def test_length_is_the_number_of_frames() -> None:
    assert len(make(7)) == 7
    assert len(make(1)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"xy_px": np.zeros((5, 33, 3))},
        {"xy_px": np.zeros((4, 33, 2))},
        {"world_m": np.zeros((5, 33, 2))},
        {"visibility": np.ones((5, 32))},
    ],
)
def test_arrays_that_do_not_fit_are_refused(wrong: dict[str, np.ndarray]) -> None:
    with pytest.raises(ValueError, match="5 frames has arrays of shapes"):
        make(5, **wrong)


@pytest.mark.parametrize("times", [[0.0, 0.1, 0.1], [0.0, 0.2, 0.1], [0.0, np.nan, 0.2]])
def test_a_clock_that_stands_or_runs_back_is_refused(times: list[float]) -> None:
    with pytest.raises(ValueError, match="strictly increase"):
        make(3, time_s=np.array(times))


def test_found_tells_the_frames_with_the_athlete() -> None:
    xy = np.zeros((4, 33, 2))
    xy[2] = np.nan
    assert make(4, xy_px=xy).found.tolist() == [True, True, False, True]


def test_left_landmarks_are_odd_and_right_ones_follow() -> None:
    """What mirroring and the left-right repair rely on."""
    for mark in Landmark:
        if mark.name.startswith("L_"):
            assert mark % 2 == 1
            assert Landmark[f"R{mark.name[1:]}"] == mark + 1
