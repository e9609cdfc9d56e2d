"""Two reps or sets side by side: one phase, one scale, and a change only where it is beyond doubt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kickform.history.compare import (
    best_and_worst,
    compare_reps,
    compare_sets,
    comparison_caveats,
    posture_at,
    rep_time_s,
)
from kickform.history.store import open_store
from kickform.pose.track import Landmark, PoseTrack
from kickform.results.analysis import Analysis
from tests.app.fake import make_analysis, make_motion
from tests.history.store.made_up import analysis_of, day, sha


@pytest.fixture
def analysis() -> Analysis:
    return make_analysis("set.mp4", make_motion(np.arange(0, 6, 1 / 60), 640, 480))


def track_of(analysis: Analysis) -> PoseTrack:
    assert analysis.motion is not None
    return analysis.motion.track


def test_half_of_the_phase_is_the_telling_frame_however_early_it_is(analysis: Analysis) -> None:
    rep = replace(analysis.reps[1], start_s=1.0, end_s=2.0, key_s=1.2)
    assert [rep_time_s(rep, phase) for phase in (0, 0.25, 0.5, 0.75, 1)] == pytest.approx(
        [1, 1.1, 1.2, 1.6, 2]
    )
    for key_s in (None, 0.4, 2.0):
        assert rep_time_s(replace(rep, key_s=key_s), 0.5) == pytest.approx(1.5)


def turned(track: PoseTrack, scale: float, shift: float) -> PoseTrack:
    """The same athlete seen from the other side, at another size, elsewhere in the picture."""
    xy = track.xy_px * scale + shift
    width = 4000
    xy[..., 0] = width - xy[..., 0]
    return replace(track, xy_px=xy, width_px=width, height_px=3000)


@pytest.mark.parametrize("phase", [0.0, 0.3, 0.5, 0.8, 1.0])
def test_size_place_and_direction_do_not_matter(analysis: Analysis, phase: float) -> None:
    track, rep = track_of(analysis), analysis.reps[2]
    posture = posture_at(track, rep, phase)
    other = posture_at(turned(track, 2.5, 130.0), rep, phase)
    assert posture is not None
    assert other is not None
    used = [Landmark.L_HIP, Landmark.L_KNEE, Landmark.L_ANKLE, Landmark.L_FOOT_INDEX, Landmark.L_SHOULDER]
    assert other[used] == pytest.approx(posture[used], abs=0.01)
    assert posture[Landmark.L_FOOT_INDEX, 0] > posture[Landmark.L_HEEL, 0], "faces forward"
    assert 0.3 < posture[Landmark.L_SHOULDER, 1] - posture[Landmark.L_ANKLE, 1] < 1.2, "in body heights"


def test_the_ground_is_zero_in_contact_and_the_flight_is_above_it(analysis: Analysis) -> None:
    track, rep = track_of(analysis), analysis.reps[2]
    feet = [Landmark.L_FOOT_INDEX, Landmark.R_FOOT_INDEX, Landmark.L_HEEL]
    heights = []
    for phase in np.linspace(0, 1, 21):
        posture = posture_at(track, rep, float(phase))
        assert posture is not None
        heights.append(posture[feet, 1].min())
    assert min(heights) == pytest.approx(0.0, abs=0.01)
    assert max(heights) > 0.1, "the made-up athlete jumps a tenth of its height and more"


def test_nothing_is_drawn_where_the_athlete_was_not_found(analysis: Analysis) -> None:
    track, rep = track_of(analysis), analysis.reps[1]
    xy = track.xy_px.copy()
    xy[(track.time_s > rep.start_s) & (track.time_s < rep.end_s)] = np.nan
    assert posture_at(replace(track, xy_px=xy), rep, 0.5) is None


def test_best_and_worst(analysis: Analysis) -> None:
    pair = best_and_worst(analysis)
    assert pair is not None
    scores = [rep.score for rep in analysis.reps]
    assert (pair[0].score, pair[1].score) == (max(scores), min(scores))  # type: ignore[type-var]
    assert best_and_worst(replace(analysis, reps=analysis.reps[:1])) is None


def shifted(analysis: Analysis, by_ms: float) -> Analysis:
    metrics = dict(analysis.summary.metrics)
    contact = metrics["contact_time_ms"]
    assert contact.value is not None
    metrics["contact_time_ms"] = replace(contact, value=contact.value + by_ms)
    return replace(analysis, summary=replace(analysis.summary, metrics=metrics, score=70.0))


def test_a_change_is_sure_only_beyond_both_intervals(analysis: Analysis) -> None:
    # Both SDs are 2.5 ms, so the difference's is 3.5 ms and its 95 % interval 6.9 ms.
    for by_ms, sure, words in ((6.0, False, "+6 ms"), (-8.0, True, "−8 ms"), (0.1, False, "0 ms")):
        rows = {row.label: row for row in compare_sets(analysis, shifted(analysis, by_ms))}
        assert rows["Contact time"].change == words
        assert rows["Contact time"].is_sure is sure
    assert rows["Score"].change == "−8"
    assert rows["Knee bend"].first == "–"
    assert rows["Knee bend"].change == ""
    assert rows["Arms overhead"].is_sure is None, "a count has no interval"


def test_reps_are_compared_in_the_metrics_of_either(analysis: Analysis) -> None:
    first, second = analysis.reps[0], analysis.reps[1]
    rows = {row.label: row for row in compare_reps(analysis, first, analysis, second)}
    assert rows["Contact time"].first == "–", "the first rep has no contact time"
    assert rows["Contact time"].second == f"{second.metrics['contact_time_ms']:.0f} ms"
    assert set(rows) == {"Score", "Contact time", "Flight time"}


def test_caveats_name_what_differs_between_sessions(tmp_path: Path) -> None:
    plain = analysis_of()
    slow = replace(
        plain, variant="rebound", video=replace(plain.video, mean_fps=30.0), model="heavy",
        view=replace(plain.view, plane="oblique"),
    )  # fmt: skip
    with open_store(f"sqlite:///{tmp_path / 'k.db'}") as store:
        who = store.add_athlete("Ada")
        one, two, three = (
            store.save_session(each, athlete=who, clip_sha256=sha(name), filmed_at=day(at))
            for at, (name, each) in enumerate((("a", plain), ("b", slow), ("c", plain)))
        )
    assert comparison_caveats(one, three) == []
    reasons = " ".join(comparison_caveats(one, two))
    for words in ("rebound", "the other at 30", "the camera angle differs", "different pose models"):
        assert words in reasons
