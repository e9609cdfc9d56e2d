"""From a pose estimate to an analysis: what is refused, what is warned of, and that it all fits together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kickform.pipeline.analyze
from kickform.errors import Cancelled, DrillError, PoseError, UsageError, VideoError
from kickform.pipeline.analyze import analyze, judge_estimate
from kickform.pose.estimate import PoseEstimate
from kickform.pose.track import FeetMotion, PoseTrack
from kickform.results.analysis import Analysis
from kickform.video.reader import VideoInfo
from tests.synthetic import Camera, Clip, Phase, Squat, Stand, film, pair_up, train

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_videos" / "pogo_side_60fps.mp4"


def pogo(camera: Camera | None = None, *, jumps: int = 6) -> Clip:
    phases: Sequence[Phase] = [Stand(0.6), train(0.19, 0.45, jumps, 0.04), Stand(0.5)]
    return film(phases, camera or Camera(noise=0.002, far=1.5, seed=1))


@pytest.fixture(scope="module")
def clip() -> Clip:
    return pogo()


def judged(clip: Clip, **how: Any) -> Analysis:
    return judge_estimate(clip.estimate, clip.info, **how)


def warned(analysis: Analysis) -> dict[str, str]:
    codes = [notice.code for notice in analysis.warnings]
    assert len(codes) == len(set(codes)), "each warning once"
    return {notice.code: notice.message for notice in analysis.warnings}


@pytest.fixture
def faked(monkeypatch: pytest.MonkeyPatch, clip: Clip) -> list[str]:
    """Let `analyze` see `clip` without reading a video; what was called is listed."""
    called: list[str] = []

    def probe(path: Path) -> VideoInfo:
        called.append("probe")
        return replace(clip.info, name=Path(path).name, path=Path(path))

    def estimate_pose(video: Path, info: VideoInfo, **more: Any) -> PoseEstimate:
        called.append(f"estimate_pose:{more['model']}")
        if more["progress"] is not None and more["progress"]("pose", 0.5) is False:
            raise Cancelled(info.name)
        return clip.estimate

    def follow_feet(info: VideoInfo, track: PoseTrack, **more: Any) -> FeetMotion:
        called.append("follow_feet")
        return FeetMotion(np.full((len(track), 2, 5, 2), np.nan))  # nothing to be followed

    monkeypatch.setattr(kickform.pipeline.analyze, "probe", probe)
    monkeypatch.setattr(kickform.pipeline.analyze, "follow_feet", follow_feet)
    monkeypatch.setattr(kickform.pipeline.analyze, "estimate_pose", estimate_pose)
    return called


# The road as a whole


def test_a_clip_becomes_an_analysis(faked: list[str], clip: Clip) -> None:
    analysis = analyze("folder/my pogo.mp4", model="lite", mass_kg=70, height_m=1.75)
    assert faked == ["probe", "estimate_pose:lite", "follow_feet"]
    assert (analysis.drill, analysis.drill_source, analysis.model) == ("pogo", "auto", "lite")
    assert analysis.video.name == "my pogo.mp4"
    assert analysis.video.frames == len(clip.track)
    assert len(analysis.reps) == len(analysis.flights) == 6
    assert len(analysis.contacts) == 5
    assert analysis.motion is not None
    assert analysis.scale is not None
    assert analysis.scale.m_per_px == pytest.approx(clip.m_per_px, rel=0.06)
    assert analysis.summary.metrics["leg_stiffness_kn_per_m"].value is not None
    assert Analysis.from_json(analysis.to_json()).to_json() == analysis.to_json()
    assert set(warned(analysis)) == {"coarse_model"}


def test_contacts_and_flights_agree_with_the_reps(clip: Clip) -> None:
    analysis = judged(clip)
    for contact in analysis.contacts:
        assert contact.contact_time_ms == pytest.approx(1000 * (contact.takeoff_s - contact.touchdown_s))
        assert contact.sd_ms > 0
    for rep, flight in zip(analysis.reps, analysis.flights, strict=True):
        assert rep.metrics["flight_time_ms"] == pytest.approx(flight.flight_time_ms)
        assert rep.metrics["jump_height_cm"] == pytest.approx(flight.jump_height_cm)
    for rep, contact in zip(analysis.reps[1:], analysis.contacts, strict=True):
        assert rep.metrics["contact_time_ms"] == pytest.approx(contact.contact_time_ms)


def test_named_and_recognised_drills_are_judged_alike(clip: Clip) -> None:
    auto, named = judged(clip), judged(clip, drill="pogo")
    assert (auto.drill_source, named.drill_source) == ("auto", "user")
    assert auto.reps == named.reps


def test_progress_is_passed_on_and_may_cancel(faked: list[str]) -> None:
    told: list[tuple[str, float]] = []
    analyze("a.mp4", progress=lambda stage, share: told.append((stage, share)))
    assert told == [("pose", 0.5)]
    with pytest.raises(Cancelled, match=r"a\.mp4: stopped"):
        analyze("a.mp4", progress=lambda stage, share: False)


# What is refused before the work


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"height_m": 17.0}, "height: 17 m is out of range; give 0.8 to 2.5 m"),
        ({"height_m": 0.0}, "height: 0 m is out of range"),
        ({"height_m": float("nan")}, "height: nan m is out of range"),
        ({"mass_kg": 7.0}, "mass: 7 kg is out of range; give 15 to 250 kg"),
        ({"mass_kg": float("inf")}, "mass: inf kg is out of range"),
        ({"slow_motion": 100.0}, "--slow-motion: 100 is out of range"),
        ({"slow_motion": 0.0}, "--slow-motion: 0 is out of range"),
        ({"drill": "yoga"}, "there is no drill 'yoga'"),
    ],
)
def test_a_wrong_call_is_refused_before_the_work(faked: list[str], wrong: dict[str, Any], fault: str) -> None:
    with pytest.raises(UsageError) as caught:
        analyze("a.mp4", **wrong)
    assert fault in str(caught.value)
    assert faked == []


@pytest.mark.parametrize("edge", [{"height_m": 0.8}, {"height_m": 2.5}, {"mass_kg": 15}, {"mass_kg": 250}])
def test_values_at_the_edge_are_accepted(faked: list[str], edge: dict[str, Any]) -> None:
    assert analyze("a.mp4", **edge).reps


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match=r"nothing\.mp4"):
        analyze(tmp_path / "nothing.mp4")


# What cannot be judged


def outside(clip: Clip, share: float) -> Clip:
    """The clip with the feet below the picture in the last `share` of its frames."""
    xy = clip.track.xy_px.copy()
    first = round(len(xy) * (1 - share))
    xy[first:, 27:33, 1] += 0.5 * clip.track.height_px
    return replace(clip, track=replace(clip.track, xy_px=xy))


def test_feet_outside_the_picture_are_refused_with_the_share_and_the_cure(clip: Clip) -> None:
    with pytest.raises(
        PoseError, match="the feet are outside the picture in 83 % of frames; film from further"
    ):
        judged(outside(clip, 0.83))


def test_some_frames_without_feet_are_warned_of(clip: Clip) -> None:
    xy = clip.track.xy_px.copy()
    xy[:40, 27:33, 0] -= 5000.0
    blurred = replace(clip, track=replace(clip.track, xy_px=xy))
    share = 100 * 40 / len(xy)
    assert 5 < share < 50
    text = warned(judged(blurred))["feet_cut_off"]
    assert f"{share:.0f} % of frames" in text
    assert "Film from further back" in text


def lost(clip: Clip, keep: int) -> Clip:
    """The clip in which the athlete is found in `keep` frames only."""
    gone = np.ones(len(clip.track), bool)
    gone[np.linspace(0, len(gone) - 1, keep).astype(int)] = False
    xy, world, seen = (a.copy() for a in (clip.track.xy_px, clip.track.world_m, clip.track.visibility))
    xy[gone], world[gone], seen[gone] = np.nan, np.nan, 0
    return replace(clip, track=replace(clip.track, xy_px=xy, world_m=world, visibility=seen))


def test_an_athlete_who_is_hardly_seen_is_refused_with_the_share_and_the_cure(clip: Clip) -> None:
    keep = round(0.2 * len(clip.track))
    with pytest.raises(PoseError, match=r"clip\.mp4: the athlete is seen in only 20 % of frames; film one"):
        judged(lost(clip, keep))


def test_a_handful_of_frames_is_too_few(clip: Clip) -> None:
    with pytest.raises(PoseError, match="the athlete is seen in only"):
        judged(lost(clip, 7))


def test_nobody_at_all_is_refused(clip: Clip) -> None:
    gone = lost(clip, 1)
    gone.track.xy_px[:] = np.nan
    with pytest.raises(PoseError, match="the athlete is seen in only 0 %"):
        judged(gone)


@pytest.mark.parametrize("phases", [[Stand(2.5)], [Squat(3)]], ids=["standing", "squats"])
def test_nothing_found_is_refused_with_what_could_be_filmed(phases: list[Phase]) -> None:
    still = film(phases, Camera(noise=0.002, far=1.5))
    with pytest.raises(DrillError, match=r"clip\.mp4: no drill found; film one of: .*pogo"):
        judged(still)
    with pytest.raises(DrillError, match=r"clip\.mp4: no jumps found in it"):
        judged(still, drill="pogo")


def test_hops_on_one_foot_are_not_taken_for_pogos() -> None:
    jumps = replace(train(0.25, 0.36, 5), foot="left")
    hops = film([Stand(0.5), jumps, Stand(0.5)], Camera(far=1.5, noise=0.003))
    try:
        assert judged(hops).drill != "pogo"
    except DrillError as error:
        assert "5 jumps, but no drill that is known" in str(error)  # noqa: PT017 - either is right


# What is warned of


def test_a_coarse_frame_rate() -> None:
    text = warned(judged(pogo(Camera(fps=30, noise=0.002, far=1.5, seed=2))))["coarse_frame_rate"]
    assert "30 frames a second" in text
    assert "Film at 60 or more" in text


def test_slow_motion_and_its_cure() -> None:
    slow = pogo(Camera(fps=30, slow=4, noise=0.002, far=1.5, seed=3))
    analysis = judged(slow)
    assert (analysis.video.slow_motion_factor, analysis.video.slow_motion_source) == (4, "physics")
    text = warned(analysis)["slow_motion"]
    assert "4 times slower" in text
    assert "slow-motion setting" in text
    assert "coarse_frame_rate" not in warned(analysis), "30 frames/s of 4x slow motion are 120"
    mean = analysis.summary.metrics["contact_time_ms"].value
    assert mean == pytest.approx(1000 / 4 * np.mean([b - a for a, b in slow.contacts]), abs=12)
    first = analysis.contacts[0]
    assert first.contact_time_ms == pytest.approx(1000 * (first.takeoff_s - first.touchdown_s) / 4)


def test_slow_motion_by_the_containers_tag() -> None:
    tagged = pogo(Camera(fps=30, slow=8, noise=0.002, far=1.5, capture_fps=240.0), jumps=3)
    analysis = judged(tagged)
    assert (analysis.video.slow_motion_factor, analysis.video.slow_motion_source) == (8, "container")
    assert "slow_motion" in warned(analysis)


def test_the_users_word_on_slow_motion_needs_no_warning() -> None:
    analysis = judged(pogo(Camera(fps=30, slow=4, noise=0.002, far=1.5), jumps=4), slow_motion=4)
    assert analysis.video.slow_motion_source == "user"
    assert "slow_motion" not in warned(analysis)


def test_an_oblique_view_and_its_cure() -> None:
    analysis = judged(pogo(Camera(yaw_deg=45, noise=0.002, far=1.5)))
    assert analysis.view.plane == "oblique"
    text = warned(analysis)["view"]
    assert "45°" in text
    assert "film from the side" in text
    assert analysis.summary.metrics["knee_flexion_max_deg"].value is None
    assert analysis.summary.metrics["contact_time_ms"].value is not None


def test_damaged_frames_are_warned_of_once(clip: Clip) -> None:
    estimate = replace(clip.estimate, corrupt_frames=7, warnings=(("corrupt_frames", "7 damaged frames"),))
    analysis = judge_estimate(estimate, clip.info)
    text = "7 damaged frames were skipped. If there are many, copy the file"
    assert warned(analysis)["corrupt_frames"].startswith(text)
    assert analysis.video.corrupt_frames == 7


def test_what_the_pose_estimate_noticed_is_passed_on(clip: Clip) -> None:
    estimate = replace(clip.estimate, warnings=(("bystanders", "2 people were seen"),))
    assert warned(judge_estimate(estimate, clip.info))["bystanders"] == "2 people were seen"


def test_a_height_that_gravity_contradicts(clip: Clip) -> None:
    assert "scale" not in warned(analyze_with_height(clip, 1.75))
    text = warned(analyze_with_height(clip, 2.3))["scale"]
    assert "disagree on the scale by" in text
    assert "Check the height" in text


def analyze_with_height(clip: Clip, height_m: float) -> Analysis:
    return judged(clip, athlete=kickform.pipeline.analyze.Athlete(height_m=height_m))


def test_a_file_name_that_is_no_text_breaks_nothing(clip: Clip) -> None:
    analysis = judge_estimate(clip.estimate, replace(clip.info, name="jump\udcff.mp4"))
    assert analysis.to_json().encode("utf-8")
    assert json.loads(analysis.to_json())["video"]["name"] == "jump?.mp4"


# A real clip, once


@pytest.mark.skipif(not SAMPLE.exists(), reason=f"{SAMPLE.name} is not in sample_videos/")
def test_the_sample_clip_from_pixels_to_a_verdict() -> None:
    """With the fastest model: every rep found; contact times as good as its coarse landmarks allow."""
    truth = json.loads(SAMPLE.with_suffix(".json").read_text(encoding="utf-8"))
    analysis = analyze(SAMPLE, model="lite")
    assert analysis.drill == "pogo"
    assert analysis.variant == truth["variant"]
    assert len(analysis.reps) == len(truth["reps"])
    spans = [(c["touchdown_s"], c["takeoff_s"]) for c in truth["both_contacts"]]
    pairs = pair_up(analysis.contacts, spans, 0.06)
    assert len(pairs) == len(spans) == len(analysis.contacts)
    errors = [c.contact_time_ms - 1000 * (up - down) for c, (down, up) in pairs]
    assert abs(np.median(errors)) < 20
    assert json.loads(analysis.to_json())["schema_version"] == 1
