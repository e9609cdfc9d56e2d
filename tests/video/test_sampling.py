"""Sampled frames are spread over the clip and have their exact times."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kickform.video.reader import probe
from kickform.video.sampling import sample_frames, sample_targets
from tests.videos import number_of, numbered, write_video

COUNT = 24


@pytest.mark.parametrize(("gop", "b_frames"), [(12, 0), (12, 2), (250, 2)])
def test_sampled_frames_are_the_ones_of_their_times(tmp_path: Path, gop: int, b_frames: int) -> None:
    path = write_video(tmp_path / "a.mp4", numbered(COUNT), gop=gop, b_frames=b_frames)
    frames = list(sample_frames(probe(path), pairs=3))
    assert len(frames) == 6
    for frame in frames:
        assert number_of(frame.rgb) == frame.index
        assert frame.time_s == pytest.approx(frame.index / 30, abs=1e-3)


def test_samples_spread_over_a_long_clip_at_a_bounded_cost() -> None:
    pts = np.arange(6000)
    keyframes = np.arange(0, 6000, 250)
    wanted = sample_targets(pts, keyframes, 8)
    assert wanted.size == 16
    assert wanted[0] < 500
    assert wanted[-1] > 5500
    assert np.max(wanted % 250) < 6000 // 4 // 8 + 1
    assert np.diff(wanted)[::2].tolist() == [12, 6] * 4


def test_one_keyframe_limits_how_far_samples_go() -> None:
    wanted = sample_targets(np.arange(6000), np.array([0]), 8)
    assert wanted.max() <= 1500


def test_samples_come_from_a_file_that_cannot_be_sought(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.h264", numbered(COUNT))
    frames = list(sample_frames(probe(path), pairs=3))
    assert len(frames) >= 3
    assert all(number_of(f.rgb) == f.index for f in frames)
