"""A stored session can be drawn, compared and corrected as if its clip had just been analyzed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from kickform.events.corrections import Correction
from kickform.history.reanalyze import with_motion
from kickform.history.store import open_store
from kickform.pipeline.analyze import correct, judge_estimate
from kickform.results.analysis import Analysis
from kickform.subject import Athlete
from tests.events.test_speed_ramps import judged as judged_ramp
from tests.synthetic import Camera, Stand, film, train

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def fresh() -> Analysis:
    clip = film([Stand(0.5), train(0.2, 0.45, 5), Stand(0.5)], Camera(noise=0.002, far=1.5))
    return judge_estimate(clip.estimate, clip.info, athlete=Athlete(1.75, 70.0))


def stored_and_recalled(analysis: Analysis, folder: Path) -> Analysis:
    with open_store(f"sqlite:///{folder / 'k.db'}") as store:
        anna = store.athlete_named("Anna", 1.75, 70.0)
        saved = store.save_session(analysis, athlete=anna, clip_sha256="a" * 64, filmed_at=NOW)
        with store._engine.connect() as connection:
            kept = connection.exec_driver_sql("SELECT count(*) FROM corrections").scalar()
        assert kept == len(analysis.corrections)
        return with_motion(store.session(saved.id), height_m=anna.height_m, mass_kg=anna.mass_kg)


def test_the_motion_is_there_again_the_numbers_are_the_stored(fresh: Analysis, tmp_path: Path) -> None:
    back = stored_and_recalled(fresh, tmp_path)
    assert back.to_dict() == fresh.to_dict()
    assert back.motion is not None
    assert fresh.motion is not None
    assert len(back.motion.contacts) == len(fresh.motion.contacts)
    for one, two in zip(back.motion.contacts, fresh.motion.contacts, strict=True):
        assert one.touchdown_s == pytest.approx(two.touchdown_s, abs=0.0005)
        assert one.takeoff_s == pytest.approx(two.takeoff_s, abs=0.0005)
    assert (
        np.nanmax(np.abs(back.motion.angles.l_knee_flexion_deg - fresh.motion.angles.l_knee_flexion_deg)) < 1
    )


def test_a_stored_session_can_be_corrected(fresh: Analysis, tmp_path: Path) -> None:
    back = stored_and_recalled(fresh, tmp_path)
    second = fresh.contacts[1]
    moved = Correction("both", touchdown_s=second.touchdown_s - 0.03, at_s=second.touchdown_s + 0.05)
    here, there = correct(fresh, [moved]), correct(back, [moved])
    assert there.drill == here.drill
    assert there.contacts[1].contact_time_ms == pytest.approx(here.contacts[1].contact_time_ms, abs=0.5)
    assert there.contacts[1].contact_time_ms > second.contact_time_ms + 20
    again = stored_and_recalled(there, tmp_path)
    assert len(again.corrections) == 1
    assert again == Analysis.from_json(there.to_json())


def test_repeated_frames_lower_the_frame_rate_that_counts(fresh: Analysis, tmp_path: Path) -> None:
    assert fresh.basis is not None
    basis = fresh.basis
    halved = replace(basis.estimate, duplicate_share=0.5)
    judged = judge_estimate(halved, basis.info, drill=fresh.drill, athlete=basis.athlete)
    with open_store(f"sqlite:///{tmp_path / 'k.db'}") as store:
        anna = store.athlete_named("Anna")
        saved = store.save_session(judged, athlete=anna, clip_sha256=None, filmed_at=NOW)
        assert saved.fps == pytest.approx(fresh.video.mean_fps / 2, rel=1e-3)
        again = with_motion(store.session(saved.id))
        assert again.motion is not None
        assert again.motion.fps == pytest.approx(fresh.video.mean_fps / 2, rel=1e-3)


def test_a_ramped_clip_is_on_the_files_timeline_again(tmp_path: Path) -> None:
    ramped = judged_ramp(4, True)
    back = stored_and_recalled(ramped, tmp_path)
    assert back.to_dict() == ramped.to_dict()
    assert back.motion is not None
    assert ramped.motion is not None
    assert back.motion.clock is not None
    assert np.allclose(back.motion.track.time_s, ramped.motion.track.time_s)
    here, there = ([c.touchdown_s for c in a.motion.contacts if a.motion] for a in (ramped, back))
    assert there == pytest.approx(here, abs=0.01)


def test_without_a_track_the_analysis_comes_back_as_it_is(fresh: Analysis, tmp_path: Path) -> None:
    back = stored_and_recalled(replace(fresh, motion=None), tmp_path)
    assert back.motion is None
    assert back.to_dict() == fresh.to_dict()
