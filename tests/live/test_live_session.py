"""A live session with a pose source that costs nothing: threads, bounds, ends, and what goes wrong."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import psutil
import pytest

import kickform.live.session as module
from kickform.errors import PoseError, UsageError
from kickform.live.pose_buffer import Moment, PoseBuffer
from kickform.live.session import LiveSession, most_sessions
from kickform.live.slots import slots_in_use
from kickform.pose.track import PoseTrack
from kickform.video.reader import probe
from tests.live_tracks import CheapSource, sample_track

SIZE = (120, 160)


def picture(index: int = 0, size: tuple[int, int] = SIZE, shade: int = 120) -> np.ndarray:
    rgb = np.full((*size, 3), shade, np.uint8)
    rgb[0, 0], rgb[0, 1] = index % 256, index // 256
    return rgb


def until(holds: Callable[[], bool], within_s: float = 60.0) -> None:
    """Wait for something that another thread does."""
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KICKFORM_LIVE_SESSIONS", "2")
    CheapSource.made = CheapSource.open = 0
    yield
    assert CheapSource.open == 0, "a landmarker was left open"
    assert not [t.name for t in threading.enumerate() if t.name.startswith(("kickform-live", "kickform-rec"))]
    assert slots_in_use() == 0


def play(session: LiveSession, track: PoseTrack, standing_s: float = 2.0) -> None:
    """Feed a set frame by frame, each when the one before has been seen: no frame is dropped."""
    first = int(standing_s * 30)
    step = float(np.median(np.diff(track.time_s)))
    for i in range(first + len(track)):
        before = session.standing().frames - session.standing().dropped
        session.feed(i * step, picture(max(0, i - first), (track.height_px // 4, track.width_px // 4)))
        until(lambda: not session._waiting)
        assert session.standing().frames - session.standing().dropped == before + 1
        if i == first // 3:
            session.begin(countdown_s=1.0)


def test_a_set_is_counted_recorded_and_ended(tmp_path: Path) -> None:
    track, truth = sample_track("pogo_rebound_portrait_30fps")
    with_drill = LiveSession(tmp_path, drill="pogo", load=lambda model: CheapSource(model, track))
    session = with_drill.start()
    try:
        play(session, track)
        until(lambda: len(session.standing().reading.reps) == len(truth["reps"]))
        standing = session.standing()
        assert standing.phase == "running"
        assert standing.dropped == 0
        assert standing.camera_fps == pytest.approx(30, abs=0.5)
        assert standing.reading.fps == pytest.approx(30, abs=0.5)
        assert [e.count for e in session.events() if e.kind == "rep"] == [1, 2, 3, 4]
        assert session.events() == ()
        clip = session.finish()
    finally:
        session.close()
    assert clip is not None
    assert clip.parent == tmp_path
    info = probe(clip)
    assert info.mean_fps == pytest.approx(30, abs=0.5)
    assert info.duration_s == pytest.approx(len(track) / 30 + 2.0 - 0.67, abs=0.5)
    assert [path.name for path in tmp_path.iterdir()] == [clip.name]
    assert session.standing().phase == "ended"


def test_closing_leaves_no_clip_and_may_be_done_twice(tmp_path: Path) -> None:
    track, _ = sample_track("pogo_rebound_portrait_30fps")
    session = LiveSession(tmp_path, load=lambda model: CheapSource(model, track)).start()
    session.feed(0.0, picture())
    session.begin(countdown_s=0.1)
    for i in range(1, 20):
        session.feed(i / 30, picture(i))
    session.close()
    session.close()
    assert list(tmp_path.iterdir()) == []
    assert session.finish() is None


def test_a_slow_computer_drops_frames_instead_of_queueing_them(tmp_path: Path) -> None:
    session = LiveSession(tmp_path, load=lambda model: CheapSource(model, slow_s=0.05)).start()
    for i in range(300):
        session.feed(i / 30, picture(i))
    standing = session.standing()
    session.close()
    assert standing.frames == 300
    assert standing.dropped >= 290


def test_lite_takes_over_if_full_is_too_slow(tmp_path: Path) -> None:
    def load(model: str) -> CheapSource:
        return CheapSource(model, slow_s=0.12 if model == "full" else 0.0)

    session = LiveSession(tmp_path, load=load).start()
    index = 0

    def changed() -> bool:
        nonlocal index
        index += 1
        session.feed(index / 30, picture(index))
        time.sleep(0.02)
        assert CheapSource.open <= 1, "never two at once"
        return session.standing().model == "lite"

    until(changed)
    session.close()


@pytest.mark.parametrize(("within_ms", "follows"), [(float("inf"), True), (0.0, False)])
def test_feet_are_tracked_if_there_is_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, within_ms: float, follows: bool
) -> None:
    """A machine that is slow without it counts by landmarks alone; it must not become slower still."""
    track, _ = sample_track("pogo_rebound_portrait_30fps")
    feet: list[bool] = []
    monkeypatch.setattr(module, "_FEET_WITHIN_MS", within_ms)
    session = LiveSession(
        tmp_path, drill="pogo", model="full", load=lambda name: CheapSource(name, track)
    ).start()
    add = session._coach.add
    monkeypatch.setattr(session._coach, "add", lambda *seen: feet.append(seen[-1] is not None) or add(*seen))
    session.begin(countdown_s=0.1)
    for i in range(20):
        session.feed(i / 30, picture(0, (track.height_px // 4, track.width_px // 4)))
        until(lambda: not session.waiting)
    until(lambda: len(feet) >= 18)
    session.close()
    assert feet[5:] == [follows] * len(feet[5:])


def test_a_chosen_model_is_not_replaced(tmp_path: Path) -> None:
    session = LiveSession(tmp_path, model="full", load=lambda model: CheapSource(model, slow_s=0.08)).start()
    for i in range(25):
        session.feed(i / 30, picture(i))
        until(lambda: not session._waiting)
    assert session.standing().model == "full"
    session.close()


@dataclass(frozen=True)
class Left:
    """What fifty live sessions leave behind in a process of their own."""

    sources_open: int
    sources_made: int
    threads: list[str]
    files: int
    memory_bytes: int


def after_fifty_sessions(folder: Path) -> Left:
    track, _ = sample_track("pogo_rebound_portrait_30fps")
    process = psutil.Process()

    def once() -> None:
        session = LiveSession(folder, load=lambda model: CheapSource(model, track)).start()
        session.begin(countdown_s=0.2)
        for i in range(30):
            session.feed(i / 30, picture(i, (240, 320)))
        assert session.finish() is None or (folder / "live set.mp4").unlink() is None
        session.close()

    for _ in range(5):
        once()
    gc.collect()
    before = set(threading.enumerate())
    files, memory = process.num_fds(), process.memory_info().rss
    for _ in range(50):
        once()
    gc.collect()
    return Left(
        CheapSource.open,
        CheapSource.made,
        [thread.name for thread in set(threading.enumerate()) - before],
        process.num_fds() - files,
        process.memory_info().rss - memory,
    )


def test_fifty_sessions_leak_nothing(tmp_path: Path) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:  # others' memory is not counted
        left = alone.submit(after_fifty_sessions, tmp_path).result()
    assert left.sources_open == 0
    assert left.sources_made == 55
    assert not left.threads
    assert left.files <= 0
    assert left.memory_bytes < 40e6


def test_a_slot_is_taken_and_released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KICKFORM_LIVE_SESSIONS", "1")
    assert most_sessions() == 1
    first = LiveSession(tmp_path, load=CheapSource).start()
    with pytest.raises(UsageError, match=r"live check: 1 live session is running, .* can run 1; end another"):
        LiveSession(tmp_path, load=CheapSource).start()
    first.close()
    LiveSession(tmp_path, load=CheapSource).start().close()


def test_threads_switch_faster_during_a_session(tmp_path: Path) -> None:
    usual = sys.getswitchinterval()
    one, two = (
        LiveSession(tmp_path / "one", load=CheapSource),
        LiveSession(tmp_path / "two", load=CheapSource),
    )
    one.start()
    two.start()
    one.close()
    assert sys.getswitchinterval() < usual
    two.close()
    assert sys.getswitchinterval() == pytest.approx(usual)


def test_the_buffer_is_read_while_frames_are_added() -> None:
    """The judging thread reads the rate of the frames that the pose thread adds."""
    ring, wrong = PoseBuffer(4.0), []
    usual = sys.getswitchinterval()

    def read() -> None:
        try:
            while ring.newest_s < 100:
                ring.fps()
                ring.followed()
        except RuntimeError as error:
            wrong.append(error)

    reader = threading.Thread(target=read)
    sys.setswitchinterval(1e-6)
    try:
        reader.start()
        for i in range(3001):
            ring.add(Moment(i / 30, None))
        reader.join()
    finally:
        sys.setswitchinterval(usual)
    assert not wrong


def test_two_sessions_do_not_mix(tmp_path: Path) -> None:
    track, _ = sample_track("pogo_rebound_portrait_30fps")
    one = LiveSession(tmp_path / "one", load=lambda model: CheapSource(model, track)).start()
    two = LiveSession(tmp_path / "two", load=lambda model: CheapSource(model)).start()
    for i in range(30):
        one.feed(i / 30, picture(i))
        two.feed(100 + i / 30, picture(i))
        until(lambda: not one._waiting and not two._waiting)
    assert one.seen is not None
    assert two.seen is not None
    assert (one.seen[1] is None, two.seen[1] is None) == (False, True)
    one.close()
    two.feed(102.0, picture())
    assert two.standing().frames == 31
    two.close()


def test_a_restarted_camera_continues_after_the_last_frame(tmp_path: Path) -> None:
    session = LiveSession(tmp_path, load=CheapSource).start()
    for start in (1000.0, 0.0):
        for i in range(10):
            session.feed(start + i / 30, picture(i))
    session.feed(0.1, picture())  # late, not anew: left out
    standing = session.standing()
    session.close()
    assert standing.frames == 20


def test_losing_the_camera_ends_the_set_and_keeps_the_recording(tmp_path: Path) -> None:
    track, _ = sample_track("pogo_rebound_portrait_30fps")
    session = LiveSession(tmp_path, load=lambda model: CheapSource(model, track)).start()
    session.begin(countdown_s=0.1)
    for i in range(30):
        session.feed(i / 30, picture(i))
        until(lambda: not session._waiting)
    session.lose_camera()
    assert session.standing().phase == "ended"
    clip = session.finish()
    assert clip is not None
    assert clip.is_file()
    session.close()
    assert clip.is_file(), "a clip that was handed over is the caller's"


def test_somebody_else_is_not_counted(tmp_path: Path) -> None:
    """The athlete leaves; somebody in another shirt jumps in the same place."""
    track, _ = sample_track("pogo_rebound_portrait_30fps")
    session = LiveSession(tmp_path, drill="pogo", load=lambda model: CheapSource(model, track)).start()
    size = (track.height_px // 4, track.width_px // 4)
    for i in range(60):
        session.feed(i / 30, picture(0, size))
        until(lambda: not session._waiting)
        if i == 20:
            session.begin(countdown_s=1.0)
    for i in range(60, 90):
        session.feed(i / 30, picture(9999, size))
        until(lambda: not session._waiting)
    for i in range(90, 90 + len(track)):
        session.feed(i / 30, picture(i - 90, size, shade=20))
        until(lambda: not session._waiting)
    until(lambda: not session.standing().reading.in_sight)
    standing = session.standing()
    session.close()
    assert standing.reading.reps == ()
    assert standing.strangers > 0


def test_a_model_that_does_not_load_gives_a_one_line_error(tmp_path: Path) -> None:
    def load(model: str) -> CheapSource:
        raise PoseError("pose_landmarker_full.task", "the pose model is damaged", "install KickForm again")

    session = LiveSession(tmp_path, load=load).start()
    until(lambda: bool(session.standing().error))
    assert session.standing().error.startswith("pose_landmarker_full.task: ")
    session.close()


def test_a_disk_that_cannot_be_written_does_not_end_the_set(tmp_path: Path) -> None:
    track, _ = sample_track("pogo_rebound_portrait_30fps")
    gone = tmp_path / "gone"
    session = LiveSession(gone, load=lambda model: CheapSource(model, track)).start()
    session.begin(countdown_s=0.1)
    for i in range(40):
        session.feed(i / 30, picture(i))
        until(lambda: not session._waiting)
    assert session.standing().phase == "running"
    assert session.finish() is None
    assert "live set.mp4: cannot be written" in session.standing().error
    session.close()


@pytest.mark.parametrize(("lost", "share"), [((), 0.0), ((20, 21, 40, 60, 61, 62), 6 / 119)])
def test_a_clip_knows_its_share_of_missing_frames(
    tmp_path: Path, lost: tuple[int, ...], share: float
) -> None:
    """A camera that gives fewer frames as it gets dark is no busy computer."""
    session = LiveSession(tmp_path, load=CheapSource).start()
    session.begin(countdown_s=0.0)
    times = [i / 30 for i in range(90)] + [3 + i / 15 for i in range(30)]
    for i, time_s in enumerate(times):
        if i not in lost:
            session.feed(time_s, picture(i))
            time.sleep(0.002)
    assert session.finish() is not None
    assert session.missing_share == pytest.approx(share, abs=0.003)
    session.close()


def test_the_longest_set_ends_the_recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KICKFORM_MAX_DURATION_S", "1")
    session = LiveSession(tmp_path, load=CheapSource).start()
    session.begin(countdown_s=0.1)
    for i in range(90):
        session.feed(i / 30, picture(i))
        time.sleep(0.002)
    assert session.standing().full
    clip = session.finish()
    assert clip is not None
    assert probe(clip).duration_s < 1.1
    session.close()
