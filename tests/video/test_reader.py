"""Reading videos: true times, upright pictures, damage counted, bad files refused in one line."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from kickform.errors import KickFormError, VideoError
from kickform.video.reader import Frame, VideoInfo, probe, read_frames
from tests.videos import number_of, numbered, write_silence, write_video

QUIET_X265 = {"x265-params": "log-level=none"}

COUNT = 24


def read(path: Path) -> list[Frame]:
    with read_frames(path) as reader:
        return list(reader)


def numbers(frames: list[Frame]) -> list[int]:
    return [number_of(f.rgb) for f in frames]


# -- formats ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt", "b_frames"),
    [
        ("a.mp4", "libx264", "yuv420p", 0),
        ("a.mp4", "libx264", "yuv420p", 2),
        ("a.mov", "libx264", "yuv420p", 2),
        ("a.mkv", "libx264", "yuv420p", 2),
        ("a.mp4", "libx265", "yuv420p", 0),
        ("a.mov", "libx265", "yuv420p10le", 0),
        ("a.webm", "libvpx-vp9", "yuv420p", 0),
        ("a.avi", "mjpeg", "yuvj420p", 0),
        ("a.avi", "libx264", "yuv420p", 2),
    ],
)
def test_every_format_gives_every_picture_at_its_time(
    tmp_path: Path, name: str, codec: str, pix_fmt: str, b_frames: int
) -> None:
    options = QUIET_X265 if codec == "libx265" else {}
    path = write_video(
        tmp_path / name,
        numbered(COUNT),
        codec=codec,
        pix_fmt=pix_fmt,
        b_frames=b_frames,
        options=options,
    )
    info = probe(path)
    frames = read(path)
    assert (info.width, info.height, info.frames) == (160, 96, COUNT)
    assert info.mean_fps == pytest.approx(30, abs=0.05)
    assert info.duration_s == pytest.approx(0.8, abs=0.002)
    assert not info.variable_frame_rate
    assert numbers(frames) == list(range(COUNT))
    assert [f.index for f in frames] == list(range(COUNT))
    assert [f.time_s for f in frames] == pytest.approx([i / 30 for i in range(COUNT)], abs=6e-4)


def test_pictures_are_contiguous_rgb(tmp_path: Path) -> None:
    # A width that is no multiple of 32 makes FFmpeg pad its rows.
    path = write_video(tmp_path / "a.mp4", numbered(6, width=150, height=90))
    rgb = read(path)[0].rgb
    assert rgb.flags.c_contiguous
    assert rgb.shape == (90, 150, 3)
    assert rgb.dtype == np.uint8
    assert rgb[5, 5] == pytest.approx([230, 20, 20], abs=8)


def test_large_pictures_are_shrunk_on_request(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", numbered(6, width=640, height=360))
    with read_frames(path, max_side_px=320) as reader:
        assert next(iter(reader)).rgb.shape == (180, 320, 3)
    with read_frames(path, max_side_px=1280) as reader:
        assert next(iter(reader)).rgb.shape == (360, 640, 3)


def test_pixels_that_are_not_square_are_made_so(tmp_path: Path) -> None:
    path = write_video(
        tmp_path / "a.mp4", numbered(6, width=144, height=96), options={"x264-params": "sar=4/3"}
    )
    info = probe(path)
    assert (info.width, info.height) == (192, 96)
    assert read(path)[0].rgb.shape == (96, 192, 3)


def test_tags_and_sound_are_told(tmp_path: Path) -> None:
    plain = probe(write_video(tmp_path / "plain.mp4", numbered(6)))
    assert (plain.capture_fps, plain.has_audio, plain.codec) == (None, False, "h264")
    tagged = write_video(
        tmp_path / "slow.mp4",
        numbered(6),
        audio=True,
        metadata={"com.android.capture.fps": "240.000000"},
        container_options={"movflags": "use_metadata_tags"},
    )
    assert (probe(tagged).capture_fps, probe(tagged).has_audio) == (240.0, True)


# -- orientation -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counterclockwise", "turn", "size", "red_corner"),
    [
        # Where Chromium shows the stored picture's red top left corner, for each display matrix.
        (0, 0, (160, 96), (5, 5)),
        (90, 270, (96, 160), (5, -6)),
        (180, 180, (160, 96), (-6, -6)),
        (270, 90, (96, 160), (-6, 5)),
    ],
)
def test_a_display_matrix_is_applied_once(
    tmp_path: Path,
    counterclockwise: int,
    turn: int,
    size: tuple[int, int],
    red_corner: tuple[int, int],
) -> None:
    path = write_video(tmp_path / "a.mp4", numbered(6), rotation=counterclockwise)
    info = probe(path)
    rgb = read(path)[0].rgb
    x, y = red_corner
    assert info.rotation_deg == turn
    assert (info.width, info.height) == size
    assert rgb.shape[:2] == size[::-1]
    assert rgb[y, x] == pytest.approx([230, 20, 20], abs=8)


def test_the_legacy_rotate_tag_is_applied(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", numbered(6), stream_metadata={"rotate": "90"})
    assert probe(path).rotation_deg == 90
    assert read(path)[0].rgb[5, -6] == pytest.approx([230, 20, 20], abs=8)


# -- time ------------------------------------------------------------------------------------------


def test_variable_frame_rate_keeps_each_time(tmp_path: Path) -> None:
    times_ms = np.cumsum([0] + [(33, 42, 51, 20, 90)[i % 5] for i in range(COUNT - 1)]).tolist()
    path = write_video(tmp_path / "a.mp4", numbered(COUNT), pts_ms=times_ms)
    assert probe(path).variable_frame_rate is True  # as JSON wants it
    assert [f.time_s * 1000 for f in read(path)] == pytest.approx(times_ms, abs=0.1)


def test_one_long_gap_is_a_variable_rate(tmp_path: Path) -> None:
    times_ms = [33 * i + (400 if i > 11 else 0) for i in range(COUNT)]
    path = write_video(tmp_path / "a.mp4", numbered(COUNT), pts_ms=times_ms)
    assert probe(path).variable_frame_rate is True  # as JSON wants it


def test_times_rounded_to_a_coarse_tick_are_a_constant_rate(tmp_path: Path) -> None:
    times_ms = [round(i * 1000 / 240) for i in range(COUNT)]  # 4 and 5 ms in turn
    path = write_video(tmp_path / "a.webm", numbered(COUNT), pts_ms=times_ms, codec="libvpx-vp9")
    assert not probe(path).variable_frame_rate


def test_a_late_start_is_kept_as_players_keep_it(tmp_path: Path) -> None:
    times_ms = [500 + 40 * i for i in range(8)]
    path = write_video(tmp_path / "a.mp4", numbered(8), pts_ms=times_ms)
    assert read(path)[0].time_s == pytest.approx(0.5, abs=1e-3)
    assert probe(path).duration_s == pytest.approx(0.32, abs=1e-3)


def test_what_an_edit_list_hides_is_not_there(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.mp4", numbered(COUNT), gop=COUNT)
    trimmed = tmp_path / "trimmed.mp4"
    _copy_shifted(source, trimmed, frames=-9)
    with read_frames(trimmed) as reader:
        frames = list(reader)
    assert numbers(frames) == list(range(9, COUNT))
    assert frames[0].time_s == pytest.approx(0.0, abs=1e-3)
    assert probe(trimmed).frames == COUNT - 9
    assert not reader.report.truncated


def _copy_shifted(source: Path, target: Path, *, frames: int) -> None:
    """Copy packets with their times moved; what comes before 0 is hidden by an edit list."""
    with (
        av.open(str(source)) as old,
        av.open(str(target), "w", options={"avoid_negative_ts": "disabled"}) as new,
    ):
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(video=0):
            if packet.dts is not None:
                ticks = round(frames / 30 / packet.time_base)
                packet.pts, packet.dts = packet.pts + ticks, packet.dts + ticks
                packet.stream = stream
                new.mux(packet)


# -- damage ----------------------------------------------------------------------------------------


def _media(data: bytes) -> tuple[int, int]:
    """Where the pictures of an MP4 that ends with its index begin and end."""
    return data.index(b"mdat") + 4, data.index(b"moov") - 4


def _damaged(source: Path, target: Path, start: float, end: float) -> Path:
    """Copy an MP4 with noise in a part of its pictures."""
    data = bytearray(source.read_bytes())
    first, last = _media(bytes(data))
    a, b = (first + round(share * (last - first)) for share in (start, end))
    data[a:b] = np.random.default_rng(7).bytes(b - a)
    target.write_bytes(data)
    return target


@pytest.fixture(scope="module")
def noisy_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip whose packets are all of some size, so that damage hits pictures evenly."""
    random = np.random.default_rng(3)
    pictures = [p // 2 + random.integers(0, 60, p.shape, dtype=np.uint8) for p in numbered(COUNT)]
    return write_video(tmp_path_factory.mktemp("noisy") / "a.mp4", pictures, gop=4)


def test_damaged_frames_are_skipped_and_counted(noisy_clip: Path, tmp_path: Path) -> None:
    path = _damaged(noisy_clip, tmp_path / "b.mp4", 0.4, 0.55)
    with read_frames(path) as reader:
        frames = list(reader)
    whole = {round(f.time_s, 3): f.rgb for f in read(noisy_clip)}
    assert reader.corrupt_frames > 0
    assert len(frames) + reader.corrupt_frames <= COUNT
    assert len(frames) >= COUNT // 2
    for frame in frames[:8]:
        assert np.array_equal(frame.rgb, whole[round(frame.time_s, 3)])


def test_a_clip_of_damage_is_given_up(noisy_clip: Path, tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="no picture in it can be decoded"):
        probe(_damaged(noisy_clip, tmp_path / "c.mp4", 0.0, 1.0))


def test_too_much_damage_is_given_up_while_reading(noisy_clip: Path, tmp_path: Path) -> None:
    path = _damaged(noisy_clip, tmp_path / "d.mp4", 0.22, 1.0)
    with read_frames(path) as reader, pytest.raises(VideoError, match="frames are damaged"):
        list(reader)


def test_a_recording_without_its_index_is_called_cut_off(noisy_clip: Path, tmp_path: Path) -> None:
    path = tmp_path / "e.mp4"
    path.write_bytes(noisy_clip.read_bytes()[:20_000])
    with pytest.raises(VideoError, match=r"^e\.mp4: the file is cut off"):
        probe(path)


def test_a_copy_cut_short_gives_what_is_there_and_says_so(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "a.mp4", numbered(COUNT), container_options={"movflags": "faststart"})
    path = tmp_path / "f.mp4"
    path.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * 0.8)])
    with read_frames(path) as reader:
        frames = list(reader)
    assert reader.report.truncated
    assert 5 < len(frames) < COUNT
    assert numbers(frames) == list(range(len(frames)))
    with read_frames(whole) as reader:
        list(reader)
    assert not reader.report.truncated


# -- refusals --------------------------------------------------------------------------------------


def _bad_files(folder: Path) -> Iterator[tuple[str, str]]:
    """Write one bad file after the other; yield its name and what should be said of it."""
    (folder / "empty.mp4").write_bytes(b"")
    yield "empty.mp4", "empty"
    (folder / "letter.mp4").write_text("Dear coach,\n" * 50)
    yield "letter.mp4", "not a video"
    (folder / "letter.txt").write_text("Dear coach,\n" * 50)
    yield "letter.txt", "not a video"
    (folder / "noise.mov").write_bytes(np.random.default_rng(1).bytes(4000))
    yield "noise.mov", "not a video"
    (folder / "list.m3u8").write_text("#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n")
    yield "list.m3u8", "not a video"
    cv2.imwrite(str(folder / "photo.jpg"), numbered(1)[0])
    yield "photo.jpg", "one frame"
    write_video(folder / "one.mp4", numbered(1))
    yield "one.mp4", "one frame"
    write_video(folder / "tiny.mp4", numbered(6, width=32, height=32))
    yield "tiny.mp4", "32 x 32"
    with av.open(str(folder / "song.m4a"), "w") as container:
        write_silence(container, container.add_stream("aac", rate=48000))
    yield "song.m4a", "sound only"
    (folder / "folder.mp4").mkdir()
    yield "folder.mp4", "folder"
    yield "nowhere.mp4", "no such file"


def test_every_bad_file_is_refused_in_one_line_with_name_fault_and_cure(tmp_path: Path) -> None:
    for name, fault in _bad_files(tmp_path):
        with pytest.raises(VideoError) as caught:
            probe(tmp_path / name)
        text = str(caught.value)
        assert text.startswith(f"{name}: "), text
        assert fault in text
        assert text.count("; ") == 1, text
        assert "\n" not in text


def test_a_file_without_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_video(tmp_path / "a.mp4", numbered(6))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(VideoError, match="permission"):
        probe(path)


@pytest.mark.parametrize(
    ("variable", "value", "fault"),
    [("KICKFORM_MAX_DURATION_S", "0.5", "lasts 1 s"), ("KICKFORM_MAX_SIDE_PX", "128", "160 x 96")],
)
def test_the_limits_in_force_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, fault: str
) -> None:
    path = write_video(tmp_path / "a.mp4", numbered(COUNT))
    monkeypatch.setenv(variable, value)
    with pytest.raises(VideoError, match=fault):
        probe(path)


def test_errors_are_of_the_kind_that_callers_catch() -> None:
    with pytest.raises(KickFormError):
        probe("nowhere.mp4")


# -- streaming -------------------------------------------------------------------------------------


def test_frames_are_decoded_when_asked_for(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", numbered(COUNT))
    with read_frames(path) as reader:
        frames = iter(reader)
        next(frames)
        next(frames)
        assert reader.report.decoded == 2
    assert list(frames) == []


def test_the_description_holds_plain_values(tmp_path: Path) -> None:
    info = probe(str(write_video(tmp_path / "a.mp4", numbered(6))))
    assert isinstance(info, VideoInfo)
    assert info.path == tmp_path / "a.mp4"
    assert math.isfinite(info.mean_fps)
