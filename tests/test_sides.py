"""Swapped legs are put right; legs that are named right are left alone."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from bench.athlete import CameraSpec, CaptureSpec, ClipSpec
from bench.athlete.drills import HopParams, PogoParams, SkipParams
from bench.athlete.tracks import track_clip
from kickform.sides import repair_sides
from kickform.track import Landmark, PoseTrack

LEGS = [*range(Landmark.L_HIP, Landmark.R_FOOT_INDEX + 1)]
OTHER = [i + 1 if i % 2 else i - 1 for i in LEGS]

MOTIONS = {"hop": HopParams(hops=4), "skip": SkipParams(groups=4), "pogo": PogoParams(jumps=4)}


@cache
def filmed(name: str) -> PoseTrack:
    spec = ClipSpec("mara", MOTIONS[name], CameraSpec(mode="pan"), CaptureSpec(fps=60), seed=5)
    return track_clip(spec, noise=0.5)[0]


def swapped(track: PoseTrack, frames: list[int]) -> PoseTrack:
    arrays = {}
    for name in ("xy_px", "world_m", "visibility"):
        values = getattr(track, name).copy()
        values[np.ix_(frames, LEGS)] = values[np.ix_(frames, OTHER)]
        arrays[name] = values
    return replace(track, **arrays)


@pytest.mark.parametrize("name", MOTIONS)
def test_legs_named_right_stay_as_they_are(name: str) -> None:
    track = filmed(name)
    repaired, share = repair_sides(track)
    assert share < 0.01
    assert np.abs(repaired.xy_px - track.xy_px).max(axis=(1, 2)).astype(bool).mean() == share


@pytest.mark.parametrize("name", ["hop", "skip"])
@pytest.mark.parametrize("stretch", [1, 3, 8])
def test_swapped_stretches_are_put_right(name: str, stretch: int) -> None:
    track = filmed(name)
    rng = np.random.default_rng(stretch)
    starts = rng.choice(np.arange(10, len(track) - 20, 24), 6, replace=False)
    frames = sorted({int(s) + k for s in starts for k in range(stretch)})
    apart = np.linalg.norm(track.xy_px[:, Landmark.L_ANKLE] - track.xy_px[:, Landmark.R_ANKLE], axis=1)
    repaired, share = repair_sides(swapped(track, frames))
    wrong = np.linalg.norm(repaired.xy_px - track.xy_px, axis=2).max(axis=1) > 0
    # Where the legs pass each other nobody can tell, and it makes no difference.
    assert np.mean(wrong & (apart > 15)) < 0.005
    assert share > 0


def test_gaps_and_short_tracks_are_survived() -> None:
    track = filmed("hop")
    xy, visibility = track.xy_px.copy(), track.visibility.copy()
    xy[40:60], visibility[40:60] = np.nan, 0
    holed = replace(track, xy_px=xy, visibility=visibility)
    repaired, _ = repair_sides(holed)
    assert np.isnan(repaired.xy_px[40:60]).all()
    assert np.isfinite(repaired.xy_px[:40]).all()
    short = PoseTrack(track.time_s[:2], track.xy_px[:2], track.world_m[:2], track.visibility[:2], 1280, 720)
    assert repair_sides(short) == (short, 0.0)
