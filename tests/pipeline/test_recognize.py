"""Which drill, and where: parts between pauses, doubt that asks, the parts that the user named."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from bench.athlete import CameraSpec, CaptureSpec, ClipSpec
from bench.athlete.drills import MotionParams, PogoParams, SplitParams
from bench.athlete.tracks import track_clip
from kickform.drills import get_drill
from kickform.errors import DrillError
from kickform.motion.motion import Motion
from kickform.pipeline import recognize as recognition
from kickform.pipeline.analyze import judge_estimate
from kickform.pipeline.build_motion import build_motion
from kickform.pipeline.recognize import parts_of, recognize_drill, restrict_to
from kickform.pose.track import PoseTrack
from tests.synthetic import estimate, video_info


def track_of(motion: MotionParams, seed: int) -> PoseTrack:
    spec = ClipSpec("jonas", motion, CameraSpec(), CaptureSpec(fps=60), seed=seed)
    return track_clip(spec, noise=0.6)[0]


def after(first: PoseTrack, second: PoseTrack) -> PoseTrack:
    """One clip after the other, 1/60 s between."""
    shift = first.time_s[-1] + 1 / 60
    arrays = (
        np.concatenate([getattr(first, name), getattr(second, name)])
        for name in ("xy_px", "world_m", "visibility")
    )
    return PoseTrack(np.concatenate([first.time_s, second.time_s + shift]), *arrays, 1280, 720)


@cache
def pogo_then_splits() -> PoseTrack:
    pogo = track_of(PogoParams(jumps=9, stand_after_s=1.5), 3)
    return after(pogo, track_of(SplitParams(jumps=3, stand_before_s=1.5), 4))


def moved(track: PoseTrack) -> Motion:
    return build_motion(track, video_info(track))[0]


def test_a_clip_of_two_drills_is_cut_at_its_pause() -> None:
    motion = moved(pogo_then_splits())
    first, second = parts_of(motion)
    assert (len(first.flights), len(second.flights)) == (9, 3)
    assert first.flights + second.flights == motion.flights


def test_the_drill_that_fills_most_of_the_clip_is_judged_and_the_other_named() -> None:
    found = recognize_drill(moved(pogo_then_splits()), "clip.mp4")
    assert found.drill.id == "pogo"
    ((other, start, end),) = found.others
    assert other.id == "split_squat_jump"
    assert found.motion.flights[-1].touchdown_s < start < end


def test_the_verdict_has_one_drill_s_reps_and_says_where_the_other_is() -> None:
    track = pogo_then_splits()
    analysis = judge_estimate(estimate(track), video_info(track))
    assert (analysis.drill, len(analysis.reps)) == ("pogo", 9)
    assert 0.5 <= (analysis.drill_confidence or 0) <= 1
    (notice,) = [w for w in analysis.warnings if w.code == "another_drill"]
    assert "split_squat_jump" in notice.message
    splits = judge_estimate(estimate(track), video_info(track), drill="split_squat_jump")
    assert (splits.drill, len(splits.reps), splits.drill_confidence) == ("split_squat_jump", 3, None)


def test_a_drill_that_is_nowhere_leaves_the_motion_whole() -> None:
    motion = moved(pogo_then_splits())
    assert restrict_to(get_drill("ladder"), motion) is motion


def test_two_drills_that_look_alike_are_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    motion = moved(track_of(PogoParams(jumps=4), 5))
    assert recognize_drill(motion, "clip.mp4").drill.id == "pogo"
    monkeypatch.setattr(type(get_drill("ladder")), "likeness", lambda *_: 0.9)
    with pytest.raises(DrillError, match=r"clip\.mp4: this may be .*--drill pogo or --drill ladder"):
        recognize_drill(motion, "clip.mp4")


def test_nothing_that_moves_is_no_drill() -> None:
    motion = replace(moved(track_of(PogoParams(jumps=2), 6)), flights=(), contacts=(), steps=())
    with pytest.raises(DrillError, match="no drill found"):
        recognize_drill(motion, "clip.mp4")
    assert recognition.parts_of(motion) == [motion]
