"""Live coaching on pose tracks whose truth is known, fed faster than life."""

from __future__ import annotations

import gc
import tracemalloc

import numpy as np
import pytest

from kickform.drills import all_drills
from kickform.errors import UsageError
from kickform.live.coach import EVERY_S, LEAST_TIMING_FPS, WINDOW_S, LiveCoach, main_metric, precision_words
from kickform.live.pose_buffer import MOST_FPS
from kickform.pose.track import PoseTrack
from tests.live_tracks import fed, poses, sample_set, sample_track

COUNTED = [
    ("pogo_side_60fps", 30),
    ("pogo_rebound_portrait_30fps", 30),
    ("hop_side_60fps", 30),
    ("split_squat_side_60fps", 30),
    ("a_skip_side_60fps", 30),
    ("ladder_oblique_240fps", 60),
]
LATEST_S = 0.5
"""A rep's verdict comes within this time of its end, by the frames' own clock."""


@pytest.mark.parametrize(("name", "fps"), COUNTED)
def test_every_drill_is_counted_exactly_while_it_happens(name: str, fps: float) -> None:
    coach, events, truth = sample_set(name, fps)
    counts = [event.count for event in events if event.kind == "rep"]
    assert coach.count == len(truth["reps"])
    assert counts == list(range(1, len(truth["reps"]) + 1)), "one by one, none taken back"
    assert not [event for event in events if event.kind == "recount"]


@pytest.mark.parametrize(("name", "fps"), COUNTED)
def test_a_rep_is_judged_within_half_a_second(name: str, fps: float) -> None:
    """The first rep's may wait for the second: one jump alone is no set."""
    _, events, _ = sample_set(name, fps)
    delays = [event.delay_s for event in events if event.kind == "rep"]
    assert max(delays[1:]) <= LATEST_S
    assert delays[0] <= 1.0


def test_auto_detects_the_drill() -> None:
    track, truth = sample_track("split_squat_side_60fps")
    coach = LiveCoach()
    events = fed(coach, track)
    assert [event.words for event in events if event.kind == "drill"] == [truth["drill"]]
    assert (coach.reading().drill, coach.count) == (truth["drill"], len(truth["reps"]))


def test_walking_into_place_is_not_counted() -> None:
    """What begins before the start does not count, whatever it is."""
    track, truth = sample_track("pogo_rebound_portrait_30fps")
    start_s = (truth["reps"][1]["start_s"] + truth["reps"][1]["end_s"]) / 2
    coach = LiveCoach("pogo")
    coach.count_from(start_s)
    fed(coach, track)
    assert coach.count == len(truth["reps"]) - 2


def test_standing_still_is_not_judged() -> None:
    track, _ = sample_track("pogo_side_60fps")
    coach = LiveCoach("pogo")
    still = [pose for time_s, pose in poses(track) if time_s < 0.3]
    asked = 0
    for i in range(600):
        coach.add(i / 30, still[0], track.width_px, track.height_px)
        asked += coach.due
        if coach.due:
            coach.judge()
    assert asked <= 3 / EVERY_S


def test_live_numbers_equal_those_of_the_file() -> None:
    """The same poses as one clip: the mean contact time over the set differs by a few ms at most."""
    from kickform.drills import get_drill
    from kickform.live.pose_buffer import info_of
    from kickform.pipeline.build_motion import build_motion
    from kickform.subject import Athlete

    track, truth = sample_track("pogo_side_60fps")
    coach, _, _ = sample_set("pogo_side_60fps", 30)
    motion, _ = build_motion(track, info_of(track, "clip"), slow_motion=1.0)
    whole = get_drill("pogo").judge(motion, Athlete(), "clip").metrics["contact_time_ms"]
    mean = coach.reading().mean
    assert mean is not None
    assert mean.value is not None
    assert whole.value is not None
    assert mean.n == whole.n == len(truth["both_contacts"])
    assert mean.value == pytest.approx(whole.value, abs=5)


def test_the_last_contact_and_the_set_mean_carry_their_uncertainty() -> None:
    coach, _, truth = sample_set("pogo_side_60fps", 30)
    reading = coach.reading()
    true_ms = np.array([rep["contact_time_ms"] for rep in truth["both_contacts"]])
    assert reading.last is not None
    assert reading.last_sd is not None
    assert reading.mean is not None
    assert reading.mean.value is not None
    assert reading.mean.sd is not None
    assert abs(reading.last - true_ms[-1]) < 3 * reading.last_sd
    assert abs(reading.mean.value - true_ms.mean()) < 1.96 * reading.mean.sd
    assert reading.mean.sd > 0


def test_motion_is_not_interpolated_across_a_gap() -> None:
    """The camera stops in the middle of a jump, and goes on half a minute later in the middle of that one."""
    track, truth = sample_track("pogo_rebound_portrait_30fps")
    cut_s = (truth["reps"][1]["start_s"] + truth["reps"][1]["end_s"]) / 2
    coach = LiveCoach("pogo")
    for time_s, pose in poses(track):
        coach.step(time_s + 30.0 * (time_s > cut_s), pose, track.width_px, track.height_px)
    assert coach.count == len(truth["reps"]) - 2, "of the two before it one was cut, and one jump is no set"
    assert all(rep.end_s - rep.start_s < 3.0 for rep in coach.reading().reps)


def test_repeated_or_late_frames_are_ignored() -> None:
    track, truth = sample_track("pogo_rebound_portrait_30fps")
    coach = LiveCoach("pogo")
    last = -1.0
    for time_s, pose in poses(track):
        coach.step(time_s, pose, track.width_px, track.height_px)
        coach.step(last, None, track.width_px, track.height_px)
        coach.step(time_s, None, track.width_px, track.height_px)
        last = time_s
    assert coach.count == len(truth["reps"])


def test_leaving_and_coming_back_give_one_event_each() -> None:
    track, _ = sample_track("pogo_rebound_portrait_30fps")
    coach = LiveCoach("pogo")
    pose = next(iter(poses(track)))[1]
    kinds = []
    for i in range(240):
        shown = None if 60 <= i < 150 else pose
        kinds += [e.kind for e in coach.step(i / 30, shown, track.width_px, track.height_px)]
        if i == 120:
            assert not coach.reading().in_sight
    assert kinds == ["lost", "found"]
    assert coach.reading().in_sight


def test_an_empty_picture_or_set_is_no_error() -> None:
    coach = LiveCoach()
    assert coach.judge() == ()
    assert coach.reading().reps == ()
    for i in range(90):
        coach.step(i / 30, None, 640, 480)
    assert coach.count == 0
    assert coach.judge() == ()


def test_an_unknown_drill_is_refused() -> None:
    with pytest.raises(UsageError, match="moonwalk"):
        LiveCoach("moonwalk")


def test_memory_is_bounded_over_many_minutes_of_frames() -> None:
    """Sets of jumps with standing between; only reps add to memory. `bench live` does it over an hour."""
    track, truth = sample_track("pogo_rebound_portrait_30fps")
    coach = LiveCoach("pogo")
    frames = list(poses(track))
    still = frames[0][1]
    size = (track.width_px, track.height_px)

    def stand(from_s: float, minutes: float) -> None:
        for i in range(200, round(minutes * 1800)):
            coach.add(from_s + i / 30, still, *size)

    for start_s in (0.0, 60.0):
        for time_s, pose in frames:
            coach.step(start_s + time_s, pose, *size)
        stand(start_s, 1.0)
    gc.collect()
    tracemalloc.start()
    stand(120.0, 2.0)
    gc.collect()
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert coach.count == 2 * len(truth["reps"])
    kept = coach.snapshot().track()
    assert len(kept) <= WINDOW_S * MOST_FPS
    assert grown < 500_000  # a second of poses has 40,000 bytes


def test_the_drill_names_the_main_metric() -> None:
    for drill in all_drills().values():
        names = [metric.name for metric in drill.metrics]
        assert main_metric(drill).name == ("contact_time_ms" if "contact_time_ms" in names else names[0])


def test_precision_words_say_what_to_trust() -> None:
    metric = main_metric(all_drills()["pogo"])
    assert precision_words(metric, [7.6, 7.7, 9.0], 24.2) == ("±15 ms at 24 fps: trust the set average")
    assert precision_words(metric, [2.0], 120).endswith("good for single contacts")
    assert precision_words(metric, [], 30) == ""


def test_a_window_is_an_independent_track() -> None:
    track, _ = sample_track("pogo_rebound_portrait_30fps")
    coach = LiveCoach("pogo")
    for time_s, pose in poses(track):
        coach.add(time_s, pose, track.width_px, track.height_px)
    snapshot = coach.snapshot()
    window = snapshot.track()
    assert isinstance(window, PoseTrack)
    assert snapshot.cut == (track.time_s[-1] - track.time_s[0] > WINDOW_S)
    assert window.time_s[-1] == track.time_s[-1]
    assert window.time_s[-1] - window.time_s[0] <= WINDOW_S


def test_dropped_frames_cost_no_rep_and_add_no_contact_time() -> None:
    """A third of the frames missing at random: all counted, and contact times withheld."""
    track, truth = sample_track("pogo_rebound_portrait_30fps")
    keep = np.random.default_rng(1).uniform(size=len(track)) < 0.67
    coach = LiveCoach("pogo")
    for (time_s, pose), kept in zip(poses(track), keep, strict=True):
        if kept:
            coach.step(time_s, pose, track.width_px, track.height_px)
    reading = coach.reading()
    assert reading.fps < LEAST_TIMING_FPS
    assert coach.count == len(truth["reps"])
    assert (reading.last, reading.mean) == (None, None)
