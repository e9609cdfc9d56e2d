"""A pose track in few bytes: what comes back is what was kept, gaps and followed feet with it."""

from __future__ import annotations

import numpy as np
import pytest

from kickform.errors import StoreError
from kickform.history.store.mapping import pack_track, unpack_track
from kickform.pose.track import Corners, FeetMotion, PoseTrack


def _track(*, corners: bool) -> PoseTrack:
    rng = np.random.default_rng(4)
    count = 12
    xy = rng.uniform(0, 1900, (count, 33, 2))
    xy[5] = np.nan
    world = rng.normal(0, 0.5, (count, 33, 3))
    world[5] = np.nan
    visibility = rng.uniform(0, 1, (count, 33))
    visibility[5] = 0
    steps = rng.normal(0, 5, (count, 2, 5, 2))
    steps[0] = np.nan
    maps = rng.normal(0, 1, (count, 2, 2, 3))
    maps[3, 1] = np.nan
    feet = FeetMotion(steps, _corners(rng, count) if corners else None, maps if corners else None)
    return PoseTrack(np.cumsum(rng.uniform(0.01, 0.03, count)), xy, world, visibility, 1920, 1080, feet)


def _corners(rng: np.random.Generator, count: int) -> Corners:
    counts = rng.integers(0, 90, (count, 2))
    counts[0] = 0
    stops = np.cumsum(counts.ravel()).reshape(counts.shape)
    total = int(stops[-1, -1])
    ends = rng.uniform(0, 1900, (count, 2, 2, 2))
    ends[5] = np.nan
    rows = np.stack([stops - counts, stops], axis=2)
    at, shift = rng.uniform(-20, 1900, (total, 2)), rng.normal(0, 4, (total, 2))
    return Corners(rows, at, shift, rng.normal(0, 2, (count, 2)), ends)


@pytest.mark.parametrize("corners", [False, True])
def test_a_track_comes_back_as_it_was_kept(corners: bool) -> None:
    track = _track(corners=corners)
    back = unpack_track(pack_track(track), "a session")
    assert np.array_equal(back.time_s, track.time_s)
    assert np.array_equal(back.found, track.found)
    assert np.nanmax(np.abs(back.xy_px - track.xy_px)) < 0.03
    assert (back.width_px, back.height_px) == (1920, 1080)
    assert back.feet is not None
    assert track.feet is not None
    assert np.allclose(back.feet.step_px, track.feet.step_px, rtol=1e-3, equal_nan=True)
    kept, told = track.feet.corners, back.feet.corners
    assert (told is not None) == corners
    if track.feet.thigh_maps is None:
        assert back.feet.thigh_maps is None
    else:
        assert back.feet.thigh_maps is not None
        assert np.allclose(back.feet.thigh_maps, track.feet.thigh_maps, rtol=1e-6, equal_nan=True)
    if kept is None or told is None:
        return
    assert np.array_equal(told.rows, kept.rows)
    assert np.abs(told.at_px - kept.at_px).max() <= 0.125
    assert np.allclose(told.shift_px, kept.shift_px, rtol=1e-3, atol=1e-6)
    assert np.allclose(told.camera_px, kept.camera_px, rtol=1e-6)
    assert np.nanmax(np.abs(told.ends_px - kept.ends_px)) < 0.03
    assert np.array_equal(np.isnan(told.ends_px), np.isnan(kept.ends_px))


def test_a_track_without_feet_has_none() -> None:
    track = _track(corners=False)
    bare = PoseTrack(track.time_s, track.xy_px, track.world_m, track.visibility, 1920, 1080)
    assert unpack_track(pack_track(bare), "a session").feet is None


def test_bytes_that_are_no_track_are_told() -> None:
    with pytest.raises(StoreError, match="a session: its pose track cannot be read"):
        unpack_track(b"nothing of the kind", "a session")
