"""Two drills in one clip, with a pause between them or none: each is told, and neither spoils the other."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from bench.athlete import CameraSpec, CaptureSpec, ClipSpec
from bench.athlete.drills import HopParams, LadderParams, PogoParams, SkipParams, SplitParams
from bench.athlete.tracks import track_clip
from kickform.events.stance_side import sets_of
from kickform.pipeline.analyze import judge_estimate
from kickform.pose.estimate import PoseEstimate
from kickform.pose.track import Landmark, PoseTrack
from kickform.results.analysis import Analysis
from tests.synthetic import Stand, film

FPS = 120.0
HIPS = [Landmark.L_HIP, Landmark.R_HIP]
MOTIONS: dict[str, Any] = {
    "pogo": PogoParams(jumps=6, stand_before_s=0.5, stand_after_s=0.3),
    "hop_left": HopParams(hops=5, side="left"),
    "hop_right": HopParams(hops=5, side="right"),
    "split_squat_jump": SplitParams(jumps=4),
    "a_skip": SkipParams(groups=6),
    "ladder": LadderParams(boxes=8),
}


@cache
def filmed(name: str, seed: int) -> tuple[PoseTrack, dict[str, Any]]:
    camera = CameraSpec(mode="pan", side="right", distance_m=5.5)
    capture = CaptureSpec(fps=FPS, width=1280, height=720)
    return track_clip(ClipSpec("mara", MOTIONS[name], camera, capture, seed=seed), noise=0.6)


def one_after_the_other(first: PoseTrack, second: PoseTrack, pause_s: float) -> PoseTrack:
    """Both in one clip; in the pause the athlete stands as at the end of the first."""
    rng = np.random.default_rng(1)
    count = int(pause_s * FPS)
    stood = np.repeat(first.xy_px[-1:], count, axis=0)
    shift = first.xy_px[-1, HIPS].mean(axis=0) - second.xy_px[0, HIPS].mean(axis=0)
    xy = np.concatenate(
        [first.xy_px, stood + rng.normal(0, 0.8, (count, *stood.shape[1:])), second.xy_px + shift]
    )
    world, visibility = (
        np.concatenate([one, np.repeat(one[-1:], count, axis=0), other])
        for one, other in ((first.world_m, second.world_m), (first.visibility, second.visibility))
    )
    return PoseTrack(np.arange(len(xy)) / FPS, xy, world, visibility, 1280, 720)


def judged(track: PoseTrack) -> Analysis:
    info = replace(film([Stand(1.0)]).info, mean_fps=FPS)
    return judge_estimate(PoseEstimate(track, 0, (), 1, 120.0, 0.0), info)


@pytest.mark.parametrize("pause_s", [0.0, 4.0])
@pytest.mark.parametrize(
    ("first", "second", "judged_as", "beside"),
    [
        ("pogo", "a_skip", "a_skip", "pogo jumps"),
        ("a_skip", "hop_right", "a_skip", "single-leg hops"),
        ("split_squat_jump", "hop_left", "split_squat_jump", "single-leg hops"),
        ("a_skip", "ladder", "a_skip", "ladder footwork"),
    ],
)
def test_the_longer_one_is_judged_and_the_other_named(
    first: str, second: str, judged_as: str, beside: str, pause_s: float
) -> None:
    pieces = {name: filmed(name, seed) for name, seed in ((first, 1), (second, 2))}
    analysis = judged(one_after_the_other(pieces[first][0], pieces[second][0], pause_s))
    true = pieces[judged_as][1]["reps"]
    assert analysis.drill == judged_as
    assert [rep.side for rep in analysis.reps] == [rep["side"] for rep in true]
    assert not [finding for finding in analysis.findings if finding.severity != "good"]
    told = [notice.message for notice in analysis.warnings if notice.code == "another_drill"]
    assert len(told) == 1
    assert f"this clip shows {beside} as well; they are not in this verdict" in told[0]


@pytest.mark.parametrize("pause_s", [0.0, 4.0])
def test_a_set_on_each_leg_is_one_drill_with_both_legs(pause_s: float) -> None:
    left, right = filmed("hop_left", 1)[0], filmed("hop_right", 2)[0]
    analysis = judged(one_after_the_other(left, right, pause_s))
    assert analysis.variant == "both legs"
    assert "".join(rep.side[0] for rep in analysis.reps) == "lllllrrrrr"
    assert not [notice for notice in analysis.warnings if notice.code == "another_drill"]


def test_a_stay_parts_sets_only_where_it_is_long_for_both_sides() -> None:
    def spans(*lasted: float) -> list[tuple[float, float]]:
        stops = np.cumsum(np.array(lasted) + 0.4)
        return [(float(stop - own), float(stop)) for stop, own in zip(stops, lasted, strict=True)]

    quick, long = (0.2, 0.2, 0.2), (0.8, 0.8, 0.8)
    assert sets_of(spans(1, *quick, 1)) == [[1, 2, 3]]
    assert sets_of(spans(1, *quick, 2.1, *quick, 1)) == [[1, 2, 3], [5, 6, 7]]
    assert sets_of(spans(1, *quick, 1.5, *long, 1)) == [[*range(1, 8)]], "1.5 s may be a deep landing"
    assert sets_of(spans(1, *[1.1] * 6, 1)) == [[*range(1, 7)]], "hops with a stand after each are one set"
    assert sets_of(spans(1, 1)) == []
