"""What is written to disk: times, rotation, tags, determinism, truth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from bench.athlete import CameraSpec, CaptureSpec, ClipSpec, SceneSpec, render_clip
from bench.athlete.drills import PogoParams
from bench.athlete.encode import write_video

SHORT = PogoParams(jumps=2, stand_before_s=0.1, stand_after_s=-0.8)
SMALL = CaptureSpec(fps=10, width=192, height=144, supersample=1)
SPEC = ClipSpec("mara", SHORT, CameraSpec(fov_deg=70), SMALL, SceneSpec("gym"), seed=5)


def frames_of(path: Path) -> tuple[list[np.ndarray], np.ndarray, list[int]]:
    with av.open(str(path)) as container:
        shown = list(container.decode(video=0))
        times = np.array([float(f.pts * f.time_base) for f in shown])
        return [f.to_ndarray(format="rgb24") for f in shown], times, [f.rotation for f in shown]


def test_the_same_spec_gives_the_same_bytes(tmp_path: Path) -> None:
    first = render_clip(SPEC, tmp_path / "a.mp4")
    second = render_clip(SPEC, tmp_path / "b.mp4")
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    assert first.data["joints_px"] == second.data["joints_px"]


def test_truth_agrees_with_the_file_and_with_itself(tmp_path: Path) -> None:
    data = render_clip(SPEC, tmp_path / "a.mp4").data
    frames, times, _ = frames_of(tmp_path / "a.mp4")
    assert len(frames) == len(data["frame_times_s"]) == len(data["joints_px"])
    assert times == pytest.approx(np.array(data["frame_times_s"]), abs=2e-5)
    assert len(data["reps"]) == 2
    assert len(data["both_contacts"]) == 1
    assert len(data["contacts"]) == 2
    merged = data["both_contacts"][0]
    assert merged["contact_time_ms"] == pytest.approx(
        1000 * (merged["takeoff_s"] - merged["touchdown_s"]), abs=0.05
    )
    assert data["reps"][1]["metrics"]["contact_time_ms"] >= merged["contact_time_ms"] - 15
    picture = np.array(data["joints_px"])
    assert (picture > -20).all()
    assert (picture[..., 0] < 212).all()


def test_variable_frame_rate_is_in_the_stamps(tmp_path: Path) -> None:
    spec = replace(SPEC, capture=replace(SMALL, vfr_jitter=0.15, vfr_drop=0.1))
    data = render_clip(spec, tmp_path / "v.mp4").data
    _, times, _ = frames_of(tmp_path / "v.mp4")
    assert np.diff(times).min() > 0
    assert np.ptp(np.diff(times)) > 0.02
    assert times == pytest.approx(np.array(data["frame_times_s"]), abs=2e-5)


def test_slow_motion_stretches_the_file_and_keeps_real_durations(tmp_path: Path) -> None:
    capture = replace(SMALL, fps=20, slow_motion=4, capture_tag=True)
    data = render_clip(replace(SPEC, capture=capture), tmp_path / "s.mp4").data
    _, times, _ = frames_of(tmp_path / "s.mp4")
    assert np.median(np.diff(times)) == pytest.approx(0.2, abs=1e-3)
    contact = data["both_contacts"][0]
    assert contact["takeoff_s"] - contact["touchdown_s"] == pytest.approx(
        4 * contact["contact_time_ms"] / 1000, abs=1e-3
    )
    with av.open(str(tmp_path / "s.mp4")) as container:
        assert float(container.metadata["com.android.capture.fps"]) == 20.0


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_rotation_tag_turns_the_stored_picture_upright(tmp_path: Path, rotation: int) -> None:
    upright = np.zeros((96, 64, 3), np.uint8)
    upright[:32, :, 0] = 220
    upright[:, :16, 2] = 220
    capture = CaptureSpec(fps=10, width=64, height=96, rotation_deg=rotation)
    write_video(tmp_path / "r.mp4", [upright] * 3, np.arange(3) / 10, capture)
    frames, _, tags = frames_of(tmp_path / "r.mp4")
    assert tags[0] % 360 == -rotation % 360  # PyAV counts anticlockwise
    turned = np.rot90(frames[0], tags[0] // 90)
    assert turned.shape == upright.shape
    assert np.abs(turned.astype(int) - upright).mean() < 12


@pytest.mark.parametrize(("codec", "name"), [("hevc", "hevc"), ("vp9", "vp9")])
def test_other_codecs(tmp_path: Path, codec: str, name: str) -> None:
    picture = np.full((96, 128, 3), 90, np.uint8)
    capture = CaptureSpec(fps=10, width=128, height=96, codec=codec)  # type: ignore[arg-type]
    write_video(tmp_path / "c.mp4", [picture] * 4, np.arange(4) / 10, capture)
    with av.open(str(tmp_path / "c.mp4")) as container:
        assert container.streams.video[0].codec_context.name.startswith(name)
        assert len(list(container.decode(video=0))) == 4
