"""Pictures that repeat the one before are counted while the athlete moves."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from kickform.pose.duplicate_frames import DuplicateFrameCounter
from tests.figures import (
    stick_pose,
)


def _repeat_share(pattern: Callable[[int], float]) -> float:
    counter = DuplicateFrameCounter()
    texture = np.random.default_rng(5).integers(0, 255, (720, 1600, 3), dtype=np.uint8)
    texture = cv2.GaussianBlur(texture, (0, 0), 4)
    pose = stick_pose((640, 360), 300)
    for i in range(40):
        offset = round(pattern(i))
        counter.add(texture[:, offset : offset + 1280], pose)
    return counter.share


def test_frames_stored_twice_are_counted_and_standing_still_is_not() -> None:
    assert _repeat_share(lambda i: 6 * i) == 0.0
    assert _repeat_share(lambda i: 6 * (i // 2)) == pytest.approx(0.5, abs=0.05)
    assert _repeat_share(lambda _: 0) == 0.0
