"""Swapped legs are put right; legs that are named right are left alone."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from bench.athlete import CameraSpec, CaptureSpec, ClipSpec
from bench.athlete.drills import HopParams, PogoParams, SkipParams, SplitParams
from bench.athlete.tracks import track_clip
from kickform.pose.leg_identity import fix_leg_swaps
from kickform.pose.track import Landmark, PoseTrack

LEGS = [*range(Landmark.L_HIP, Landmark.R_FOOT_INDEX + 1)]
OTHER = [i + 1 if i % 2 else i - 1 for i in LEGS]

MOTIONS = {
    "hop": HopParams(hops=4),
    "skip": SkipParams(groups=4),
    "pogo": PogoParams(jumps=4),
    "split": SplitParams(jumps=4, missed_switch=(3,)),
}


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
    repaired, share = fix_leg_swaps(track)
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
    repaired, share = fix_leg_swaps(swapped(track, frames))
    wrong = np.linalg.norm(repaired.xy_px - track.xy_px, axis=2).max(axis=1) > 0
    # Where the legs pass each other nobody can tell, and it makes no difference.
    assert np.mean(wrong & (apart > 15)) < 0.005
    assert share > 0


@pytest.mark.parametrize("stretch", [4, 20])
@pytest.mark.parametrize("landing", [1, 2, 3])
def test_standing_legs_do_not_slide_into_each_others_place(landing: int, stretch: int) -> None:
    """The model changes its mind in mid stance and back, each time through a frame half way between."""
    track = filmed("split")
    apart = np.abs(track.xy_px[:, Landmark.L_ANKLE, 0] - track.xy_px[:, Landmark.R_ANKLE, 0])
    stances = np.flatnonzero(np.diff(np.r_[0, (apart > 60).astype(int), 0]))
    first, last = stances[2 * landing], stances[2 * landing + 1]
    start = (first + last - stretch) // 2
    confused = swapped(track, [*range(start, start + stretch)])
    xy = confused.xy_px.copy()
    for half_way in (start - 1, start + stretch):
        xy[half_way, LEGS] = (track.xy_px[half_way, LEGS] + track.xy_px[half_way, OTHER]) / 2
    repaired, _ = fix_leg_swaps(replace(confused, xy_px=xy))
    wrong = np.linalg.norm(repaired.xy_px - track.xy_px, axis=2).max(axis=1) > 0
    assert {*np.flatnonzero(wrong & (apart > 15))} <= {start - 1, start + stretch}


def test_gaps_and_short_tracks_are_survived() -> None:
    track = filmed("hop")
    xy, visibility = track.xy_px.copy(), track.visibility.copy()
    xy[40:60], visibility[40:60] = np.nan, 0
    holed = replace(track, xy_px=xy, visibility=visibility)
    repaired, _ = fix_leg_swaps(holed)
    assert np.isnan(repaired.xy_px[40:60]).all()
    assert np.isfinite(repaired.xy_px[:40]).all()
    short = PoseTrack(track.time_s[:2], track.xy_px[:2], track.world_m[:2], track.visibility[:2], 1280, 720)
    assert fix_leg_swaps(short) == (short, 0.0)
