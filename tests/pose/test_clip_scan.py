"""The first look at a clip: crops, masks, brightness."""

from __future__ import annotations

import numpy as np
import pytest

from kickform.pose.clip_scan import crop_squares, mask_boxes, mask_outside, scan_clip
from kickform.video.reader import Frame


@pytest.mark.parametrize("share", [1.0, 0.6, 0.4])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (720, 1280), (640, 640)])
def test_crops_cover_the_picture_and_overlap_by_half(width: int, height: int, share: float) -> None:
    cover = np.zeros((height, width), dtype=int)
    for left, top, side in crop_squares(width, height, share):
        assert 0 <= left <= width - side
        assert 0 <= top <= height - side
        cover[top : top + side, left : left + side] += 1
    assert cover.min() >= 1
    inner = cover[:, side // 2 : width - side // 2]
    assert inner.size == 0 or inner.min() >= (1 if share == 1.0 and width <= height else 2)


def test_masks_fill_a_box_or_all_but_a_box() -> None:
    rgb = np.random.default_rng(0).integers(0, 255, (100, 100, 3), dtype=np.uint8)
    box = np.array([20.0, 20.0, 60.0, 60.0])
    hidden, kept = mask_boxes(rgb, [box]), mask_outside(rgb, box)
    assert np.ptp(hidden[20:60, 20:60], axis=(0, 1)).max() == 0
    assert np.array_equal(hidden[:10], rgb[:10])
    assert np.array_equal(kept[20:60, 20:60], rgb[20:60, 20:60])
    assert np.ptp(kept[70:], axis=(0, 1)).max() == 0


def test_a_blank_clip_has_nobody_in_it() -> None:
    assert scan_clip([], lambda _: [], 1280).athlete is None
    blank = [Frame(i, i / 10, np.zeros((96, 160, 3), np.uint8)) for i in range(4)]
    scout = scan_clip(blank, lambda _: [], 160)
    assert (scout.athlete, scout.people, scout.brightness) == (None, 0, 0.0)


def test_brightness_is_the_median_luma() -> None:
    frames = [Frame(i, i / 10, np.full((96, 160, 3), 90, np.uint8)) for i in range(4)]
    assert scan_clip(frames, lambda _: [], 160).brightness == pytest.approx(90, abs=0.5)
