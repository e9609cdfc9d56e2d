"""The consistency benchmark: its changes change what they say, and its comparison can fail."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.cases import all_cases
from bench.consistency import CLIPS, compare, played_slower, rewritten
from bench.time import info_of
from bench.variants import half, mirrored
from kickform.pipeline.analyze import judge_estimate
from kickform.results.analysis import Analysis
from kickform.video.reader import read_frames
from kickform.video.writer import Mp4Writer
from tests.synthetic import Camera, Stand, estimate, film, train
from tests.synthetic import mirrored as mirrored_track


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty uneven frames with a bright left upper corner."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    with Mp4Writer(path, 60) as writer:
        for number in range(20):
            picture = np.full((144, 160, 3), 60, np.uint8)
            picture[:40, :60] = 120 + 5 * number
            writer.write(picture, number / 60 + (0.004 if number % 3 == 1 else 0))
    return path


def frames_of(path: Path) -> tuple[list[float], list[np.ndarray]]:
    with read_frames(path) as frames:
        read = list(frames)
    return [f.time_s for f in read], [f.rgb for f in read]


def test_a_slower_clip_has_the_same_pictures_at_longer_times(clip: Path, tmp_path: Path) -> None:
    times, pictures = frames_of(clip)
    slow_times, slow_pictures = frames_of(played_slower(clip, tmp_path / "slow.mp4", 8))
    assert np.allclose(slow_times, 8 * np.array(times), atol=1e-4)
    assert all(np.array_equal(a, b) for a, b in zip(pictures, slow_pictures, strict=True))


def test_a_mirrored_clip_and_a_half_one(clip: Path, tmp_path: Path) -> None:
    times, pictures = frames_of(clip)
    mirror_times, mirror = frames_of(rewritten(clip, tmp_path / "m.mp4", mirrored))
    assert np.allclose(mirror_times, times, atol=1e-4)
    assert np.abs(mirror[5][:, ::-1].astype(int) - pictures[5]).mean() < 4
    _, small = frames_of(rewritten(clip, tmp_path / "h.mp4", half))
    assert small[5].shape == (72, 80, 3)


@pytest.fixture(scope="module")
def verdicts() -> dict[str, Analysis]:
    camera = Camera(fps=60, noise=0.002, far=2, seed=5)
    track = film([Stand(0.4), train(0.2, 0.42, 6, 0.05, 3), Stand(0.4)], camera).track
    slow = replace(track, time_s=8 * track.time_s)
    return {
        name: judge_estimate(estimate(one), info_of(one), drill="pogo")
        for name, one in {"as it is": track, "mirrored": mirrored_track(track), "slow": slow}.items()
    }


def test_what_changes_nothing_is_met(verdicts: dict[str, Analysis]) -> None:
    before = verdicts["as it is"]
    mirror = compare("x", "mirrored", before, verdicts["mirrored"])
    assert mirror.met
    assert mirror.paired == mirror.contacts == 5
    slower = compare("x", "8x slower", before, verdicts["slow"], 8.0)
    assert slower.met
    assert slower.largest_pct < 1


def test_what_changes_something_is_missed(verdicts: dict[str, Analysis]) -> None:
    before = verdicts["as it is"]
    one, *others = before.contacts
    longer = replace(before, contacts=(replace(one, contact_time_ms=one.contact_time_ms + 4), *others))
    row = compare("x", "mirrored", before, longer)
    assert (row.met, row.largest_ms) == (False, pytest.approx(4))
    assert compare("x", "half size", before, longer).met, "the set's mean changes by less than 1 ms"
    fewer = replace(before, contacts=tuple(others))
    assert not compare("x", "half size", before, fewer).met
    wrong = replace(before, contacts=tuple(replace(c, side="left") for c in before.contacts))
    assert compare("x", "mirrored", before, wrong).sides_right == 0
    metrics = dict(before.summary.metrics)
    metrics["contact_time_ms"] = replace(metrics["contact_time_ms"], value=None)
    blind = replace(before, summary=replace(before.summary, metrics=metrics))
    assert math.isinf(compare("x", "8x slower", before, blind).largest_pct)


def test_its_clips_are_cases_of_the_benchmark() -> None:
    assert set(CLIPS) <= {case.name for case in all_cases()}
