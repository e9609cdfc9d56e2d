"""The annotated video: plays in a browser, keeps the clip's times, and leaves nothing half-written."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from kickform.errors import Cancelled, UsageError
from kickform.report.overlay.hud import hud_state_at
from kickform.report.overlay.video import draw_frame, evidence_frames, render_overlay
from kickform.video.reader import read_frames
from tests.app.fake import make_analysis, make_motion

SIZE = (322, 241)


def write_clip(path: Path, times_s: list[float], size: tuple[int, int] = SIZE) -> Path:
    """Write a grey clip with frames at the given times (MJPEG takes odd sizes)."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=60)
        stream.width, stream.height, stream.pix_fmt = *size, "yuvj444p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 90_000)
        for index, time_s in enumerate(times_s):
            picture = np.full((size[1], size[0], 3), 90 + index % 50, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuvj444p")
            frame.pts, frame.time_base = round(time_s * 90_000), stream.time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def uneven_s() -> list[float]:
    """Times of a variable-frame-rate clip: 60 fps that drops to 24 and comes back."""
    steps = np.concatenate([np.full(50, 1 / 60), np.full(25, 1 / 24), np.full(50, 1 / 60)])
    return [0.0, *np.cumsum(steps).round(4)]


@pytest.fixture
def clip(tmp_path: Path, uneven_s: list[float]) -> Path:
    return write_clip(tmp_path / "uneven.mov", uneven_s)


@pytest.fixture
def analysis(uneven_s: list[float]):
    return make_analysis("uneven.mov", make_motion(np.array(uneven_s), *SIZE))


def test_plays_in_a_browser_and_keeps_the_clips_times(clip, analysis, tmp_path, uneven_s):
    out = render_overlay(clip, analysis, tmp_path / "overlay.mp4")
    data = out.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "the index must come first"
    assert b"elst" not in data[: data.index(b"mdat")] or _starts_at_zero(out)
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width % 2, stream.height % 2) == (0, 0)
        times = [frame.time for frame in container.decode(stream)]
    np.testing.assert_allclose(times, uneven_s, atol=2e-4)


def _starts_at_zero(path: Path) -> bool:
    with av.open(str(path)) as container:
        return next(container.decode(video=0)).time == 0


def test_a_late_first_frame_does_not_shift_the_others(analysis, tmp_path, uneven_s):
    late = [0.015 + time_s for time_s in uneven_s]
    clip = write_clip(tmp_path / "late.mov", late)
    out = render_overlay(clip, analysis, tmp_path / "late.mp4")
    with av.open(str(out)) as container:
        times = [frame.time for frame in container.decode(video=0)]
    np.testing.assert_allclose(times[1:], [f.time_s for f in read_frames(clip)][1:], atol=2e-4)


def test_a_stop_leaves_nothing_behind(clip, analysis, tmp_path):
    before = set(tmp_path.iterdir())
    with pytest.raises(Cancelled):
        render_overlay(clip, analysis, tmp_path / "x.mp4", progress=lambda _stage, share: share < 0.3)
    assert set(tmp_path.iterdir()) == before


def test_a_failure_keeps_the_file_that_was_there(clip, analysis, tmp_path):
    out = tmp_path / "x.mp4"
    out.write_bytes(b"old")

    def fail(_stage: str, share: float) -> bool:
        if share > 0.5:
            raise RuntimeError("power cut")
        return True

    with pytest.raises(RuntimeError):
        render_overlay(clip, analysis, out, progress=fail)
    assert out.read_bytes() == b"old"


def test_progress_runs_up_to_one(clip, analysis, tmp_path):
    shares: list[float] = []
    render_overlay(clip, analysis, tmp_path / "x.mp4", progress=lambda _stage, share: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_folder_that_is_not_there_is_one_sentence(clip, analysis, tmp_path):
    with pytest.raises(UsageError, match=r"x\.mp4: cannot be written .*; name a file elsewhere"):
        render_overlay(clip, analysis, tmp_path / "missing" / "x.mp4")


def test_an_analysis_without_motion_cannot_be_drawn(clip, analysis, tmp_path):
    with pytest.raises(UsageError, match="no poses to draw"):
        render_overlay(clip, replace(analysis, motion=None), tmp_path / "x.mp4")


def test_the_skeleton_follows_the_athlete_and_disappears_in_a_gap(analysis):
    picture = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
    times = analysis.motion.track.time_s
    drawn = draw_frame(picture, analysis, float(times[20]), hud=False)
    knee = analysis.motion.track.xy_px[20, 25]
    changed = np.argwhere((drawn != picture).any(axis=2))[:, ::-1]
    assert np.linalg.norm(changed - knee, axis=1).min() < 3
    assert (picture == 90).all(), "the caller's picture is left alone"
    gap = draw_frame(picture, analysis, float(times[len(times) // 2]), hud=False)
    assert (gap == picture).all()


def test_the_picture_may_be_smaller_than_the_clip(analysis):
    time_s = float(analysis.motion.track.time_s[20])
    half = draw_frame(np.zeros((SIZE[1] // 2, SIZE[0] // 2, 3), np.uint8), analysis, time_s, hud=False)
    changed = np.argwhere(half.any(axis=2))[:, ::-1] * 2.0
    body = analysis.motion.track.xy_px[20]
    assert (changed.min(axis=0) > np.nanmin(body, axis=0) - 40).all()


@pytest.mark.parametrize("size", [(64, 48), (48, 64), (720, 1280), (1280, 720)])
def test_every_size_can_be_drawn(analysis, size):
    picture = np.zeros((size[1], size[0], 3), np.uint8)
    drawn = draw_frame(picture, analysis, 0.2)
    assert drawn.shape == picture.shape
    assert drawn.any()


def test_what_the_counters_say_follows_the_contacts(analysis):
    first, second = analysis.contacts[:2]
    start = hud_state_at(analysis, first.touchdown_s - 0.01)
    assert (start.contact, start.last_contact, start.rep, start.airborne) == (None, None, None, False)
    on_ground = hud_state_at(analysis, second.touchdown_s + 0.05)
    assert (on_ground.contact, on_ground.last_contact, on_ground.rep.number) == (second, first, 2)
    assert hud_state_at(analysis, second.takeoff_s + 0.01).airborne


def test_evidence_is_one_still_per_time_cut_to_the_athlete(clip, analysis):
    times = [rep.key_s for rep in analysis.reps] + [analysis.reps[0].key_s]
    stills = evidence_frames(clip, analysis, times)
    assert len(stills) == len(times)
    assert all(still.shape[1] < SIZE[0] for still in stills)
    assert (stills[0] == stills[-1]).all()
