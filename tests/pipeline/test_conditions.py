"""Conditions of the filming: each is noticed where it is, named, with a cure, and not cried elsewhere."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.athlete.drills import HopParams, LadderParams, PogoParams, SkipParams, SplitParams
from bench.athlete.tracks import track_clip
from kickform.events.repeated_frames import widen_sd_for_repeats
from kickform.events.types import Contact
from kickform.pipeline.analyze import judge_estimate
from kickform.pipeline.conditions import LEAST_REPEATED, camera_shake_share, distinct_share, turned_deg
from kickform.pose.camera_motion import CameraMotion
from kickform.pose.duplicate_frames import DuplicateFrameCounter
from kickform.pose.estimate import PoseEstimate
from kickform.pose.people import Pose
from kickform.pose.track import PoseTrack
from kickform.results.analysis import Analysis
from tests.known_motion import spec_of
from tests.synthetic import Camera, Clip, Stand, estimate, film, train, video_info

Array = Any
_WARN = ("warnings", "apply_corrections", "conditions")
CONDITIONS = {
    "coarse_frame_rate", "feet_cut_off", "shaky_camera", "too_far", "dark", "turning", "bystanders",
    "duplicate_frames",
}  # fmt: skip


@cache
def clip(fps: float = 60) -> Clip:
    return film([Stand(0.5), train(0.2, 0.42, 6), Stand(0.5)], Camera(fps=fps, noise=0.002, far=2, seed=4))


def judged(poses: PoseEstimate, **how: Any) -> Analysis:
    return judge_estimate(poses, replace(clip().info, frames=len(poses.track)), drill="pogo", **how)


def told(analysis: Analysis) -> dict[str, str]:
    return {notice.code: notice.message for notice in analysis.warnings if notice.code in CONDITIONS}


def with_camera(tremble_px: float, per_s: float = 5.0, pan_px: float = 0.0) -> PoseEstimate:
    """The clip with a background that swings up and down, and a camera that follows sideways."""
    times = clip().track.time_s
    way = np.stack([pan_px * times, tremble_px * np.sin(2 * np.pi * per_s * times)], axis=1)
    return replace(estimate(clip().track), camera_px=np.diff(way, axis=0, prepend=way[:1]))


# Nothing to warn of


@pytest.mark.parametrize(
    "params", [PogoParams(jumps=6), HopParams(), SplitParams(), SkipParams(), LadderParams()]
)
def test_no_condition_is_cried_on_a_good_set(params: Any) -> None:
    spec = spec_of(params, mode="pan")
    spec = replace(spec, capture=replace(spec.capture, fps=120.0))
    track, truth = track_clip(spec)
    poses = replace(estimate(track), camera_px=np.zeros((len(track), 2)), athlete_luma=110.0)
    assert told(judge_estimate(poses, video_info(track), drill=truth["drill"])) == {}


# One condition each


def test_a_trembling_camera() -> None:
    message = told(judged(with_camera(6.0)))["shaky_camera"]
    assert "tripod" in message
    assert "shaky_camera" not in told(judged(with_camera(0.4)))
    assert "shaky_camera" not in told(judged(with_camera(0.0, pan_px=400)))
    assert "shaky_camera" not in told(judged(with_camera(40.0, per_s=0.1))), "slowly, as one follows"
    assert "shaky_camera" not in told(judged(estimate(clip().track))), "nobody looked"


def test_a_background_that_shows_nothing_gives_no_shake() -> None:
    times = np.arange(100) / 60
    unknown = np.full((100, 2), np.nan)
    assert camera_shake_share(times, unknown, 400) == 0
    assert camera_shake_share(times[:5], np.ones((5, 2)), 400) == 0


def test_an_athlete_far_away() -> None:
    near, far = clip().track, replace(clip().track, xy_px=0.25 * clip().track.xy_px + 300)
    assert "pixels tall" in told(judged(estimate(far)))["too_far"]
    assert "too_far" not in told(judged(estimate(near)))


def test_an_athlete_who_is_dark() -> None:
    dark = replace(estimate(clip().track), athlete_luma=18.0)
    assert "light behind you" in told(judged(dark))["dark"]
    both = replace(dark, warnings=(("dark", "the picture is dark; film in better light"),))
    assert [n.code for n in judged(both).warnings].count("dark") == 1
    assert "dark" not in told(judged(replace(dark, athlete_luma=70.0)))


def turned(by_deg: float) -> PoseTrack:
    """The clip with the athlete turned about the vertical in its last part."""
    track = clip().track
    world, late = track.world_m.copy(), track.time_s > 0.6 * track.time_s[-1]
    angle = math.radians(by_deg)
    x, z = world[late, :, 0].copy(), world[late, :, 2].copy()
    world[late, :, 0] = math.cos(angle) * x - math.sin(angle) * z
    world[late, :, 2] = math.sin(angle) * x + math.cos(angle) * z
    return replace(track, world_m=world)


def test_an_athlete_who_turns() -> None:
    assert turned_deg(turned(180)) > 150
    assert "Film one direction a clip" in told(judged(estimate(turned(120))))["turning"]
    assert "turning" not in told(judged(estimate(turned(35))))
    assert turned_deg(clip().track) < 20


def test_a_coarse_frame_rate_marks_the_means_of_times() -> None:
    coarse = clip(30)
    analysis = judge_estimate(estimate(coarse.track), coarse.info, drill="pogo")
    assert "trust the set average" in told(analysis)["coarse_frame_rate"]
    metrics = analysis.summary.metrics
    assert metrics["contact_time_ms"].coarse
    assert metrics["flight_time_ms"].coarse
    assert not metrics["arms_overhead"].coarse
    assert analysis.video.effective_fps == pytest.approx(30, rel=0.01)
    fine = judged(estimate(clip().track)).summary.metrics
    assert not any(metric.coarse for metric in fine.values())


# Repeated frames


def repeated(times: int = 2) -> PoseEstimate:
    """The 30 fps clip with every picture stored twice, as a phone's editor does."""
    track = clip(30).track
    step = float(np.median(np.diff(track.time_s))) / times
    every = np.repeat(np.arange(len(track)), times)
    shifts = np.tile(np.arange(times), len(track)) * step
    stored = PoseTrack(
        track.time_s[every] + shifts,
        track.xy_px[every],
        track.world_m[every],
        track.visibility[every],
        track.width_px,
        track.height_px,
    )
    return replace(estimate(stored), duplicate_share=1 - 1 / times)


def test_frames_stored_twice_are_not_counted_as_precision() -> None:
    poses = repeated()
    info = replace(clip(30).info, mean_fps=60.0, frames=len(poses.track))
    twice = judge_estimate(poses, info, drill="pogo")
    blind = judge_estimate(replace(poses, duplicate_share=0.0), info, drill="pogo")
    once = judge_estimate(estimate(clip(30).track), clip(30).info, drill="pogo")
    assert twice.video.effective_fps == pytest.approx(30, rel=0.02)
    assert blind.video.effective_fps == pytest.approx(60, rel=0.02)
    assert "coarse_frame_rate" in told(twice)
    assert "coarse_frame_rate" not in told(blind)

    def sd_of(analysis: Analysis) -> float:
        return float(np.median([c.sd_ms for c in analysis.contacts]))

    assert sd_of(twice) > 1.3 * sd_of(blind)
    assert sd_of(twice) > 0.8 * sd_of(once), "no surer than the 30 pictures that there are"


def test_a_ladder_whose_frames_are_repeated_is_not_timed() -> None:
    spec = spec_of(LadderParams())
    track, _ = track_clip(replace(spec, capture=replace(spec.capture, fps=60.0)))
    poses = estimate(track)
    fine = judge_estimate(poses, video_info(track), drill="ladder")
    assert fine.summary.metrics["contact_time_ms"].value is not None
    coarse = judge_estimate(replace(poses, duplicate_share=0.5), video_info(track), drill="ladder")
    assert coarse.summary.metrics["contact_time_ms"].value is None
    assert "at 30 frames a second" in coarse.summary.metrics["contact_time_ms"].reason


@pytest.mark.parametrize(("share", "distinct"), [(0.0, 1.0), (0.05, 1.0), (0.2, 0.8), (0.5, 0.5), (1.0, 0.1)])
def test_how_many_frames_are_different_pictures(share: float, distinct: float) -> None:
    assert distinct_share(share) == pytest.approx(distinct)


def test_sds_grow_with_repeats_and_stay_without() -> None:
    contact = Contact("left", 1.0, 1.2, 0.004, 0.005, 0.006)
    times = np.arange(0, 2, 1 / 60)
    assert widen_sd_for_repeats([contact], times, 1.0) == (contact,)
    (wider,) = widen_sd_for_repeats([contact], times, 0.5)
    held = 1 / 60 / math.sqrt(12)
    assert wider.touchdown_sd_s == pytest.approx(math.hypot(0.004 * math.sqrt(2), held))
    assert wider.sd_s == pytest.approx(math.hypot(0.006 * math.sqrt(2), held * math.sqrt(2)))
    assert (wider.touchdown_s, wider.takeoff_s) == (1.0, 1.2)


def counted(order: Sequence[int]) -> float:
    """The share of repeats where these pictures of a moving block follow one another."""
    counter = DuplicateFrameCounter()
    rng = np.random.default_rng(2)
    for number in order:
        picture = background()[:360, :640].copy()
        picture[60:310, 200 + 6 * number : 280 + 6 * number] = 240
        noisy = np.clip(picture + rng.normal(0, 0.5, picture.shape), 0, 255).astype(np.uint8)
        counter.add(noisy, person(200, 60))
    return counter.share


def test_pictures_that_repeat_are_counted() -> None:
    assert counted(range(24)) < LEAST_REPEATED
    assert counted(np.repeat(np.arange(15), 2)) == pytest.approx(0.5, abs=0.06)
    pulled_down = [n for n in range(24) for _ in range(1 + (n % 4 == 3))]
    assert counted(pulled_down) == pytest.approx(0.2, abs=0.05), "24 pictures a second stored at 30"
    assert counted(pulled_down) > LEAST_REPEATED
    assert counted([3] * 20) == 0, "somebody who stands still repeats nothing"


# The camera, from pictures


def background(seed: int = 1) -> Array:
    """A blotchy wall, larger than the picture."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(30, 220, (30, 50, 3))
    return np.kron(coarse, np.ones((20, 20, 1))).astype(np.uint8)


def person(x: float, y: float) -> Pose:
    xy = np.stack([np.linspace(x, x + 60, 33), np.linspace(y, y + 250, 33)], axis=1)
    return Pose(xy, np.zeros((33, 3)), np.ones(33))


def watched(shifts: Array, *, seen: bool = True, wall: bool = False) -> CameraMotion:
    """A camera that moves by `shifts` (N, 2) in all, past an athlete who jumps up and down."""
    watch, view = CameraMotion(), np.full((600, 1000, 3), 90, np.uint8) if wall else background()
    for number, (dx, dy) in enumerate(shifts):
        picture = view[100 + dy : 460 + dy, 100 + dx : 740 + dx].copy()
        top = round(60 + 40 * math.sin(number))
        picture[top : top + 250, 280:340] = 250 if number % 2 else 200
        watch.add(picture, person(280, top) if seen else None)
    return watch


def test_the_background_tells_how_the_camera_moves_and_the_athlete_does_not() -> None:
    way = np.array([[0, 0], [0, 3], [4, 3], [4, -2], [0, 0], [0, 0]])
    found = watched(way).shifts_px()
    assert np.isnan(found[0]).all(), "before the first picture there is none"
    # The background moves against the camera.
    assert np.allclose(found[1:], -np.diff(way, axis=0), atol=0.8)


def test_a_still_camera_is_still() -> None:
    found = watched(np.zeros((6, 2), int)).shifts_px()
    assert np.allclose(found[1:], 0, atol=0.02)


def test_a_plain_wall_tells_nothing() -> None:
    assert np.isnan(watched(np.zeros((4, 2), int), wall=True).shifts_px()).all()


def test_the_brightness_is_the_athletes() -> None:
    assert watched(np.zeros((6, 2), int)).athlete_luma > 180
    assert math.isnan(watched(np.zeros((3, 2), int), seen=False).athlete_luma)


def test_the_page_of_warnings_knows_every_code() -> None:
    root = Path(__file__).parents[2]
    sources = [(root / "kickform" / "pipeline" / f"{name}.py").read_text("utf-8") for name in _WARN]
    codes = {code for text in sources for code in re.findall(r"Notice\(\s*\"([a-z_]+)\"", text)}
    pose = (root / "kickform" / "pose" / "estimate.py").read_text("utf-8").split("candidates = [")[1]
    codes |= set(re.findall(r"^ +\(?[^\n\"]*\"([a-z]+(?:_[a-z]+)*)\",", pose, re.M))
    page = (root / "docs" / "warnings.md").read_text("utf-8")
    assert {"dark", "bystanders", "pose_gaps", "turning", "speed_ramp", "correction_unused"} <= codes
    assert {code for code in codes if f"`{code}`" not in page} == set()
    told_of = set(re.findall(r"^\| `([a-z_]+)`", page, re.M))
    assert told_of <= codes, "the page tells of no warning that is not there"
