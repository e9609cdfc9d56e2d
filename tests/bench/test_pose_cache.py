"""What makes kept poses stale: other code, another clip; not other words, nor another file."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from bench import adopt, cache
from bench.cache import FEET_CODE, POSE_CODE, code_digest, digest, file_digest, plain, rebuilt
from kickform.pose.track import FeetMotion, PoseTrack

_CODE = '''"""A module."""

import math
from pose.camera import Camera

__all__ = ["see"]

LIMIT = 3
"""What it is."""


def see(x: float) -> float:
    """Return more."""
    return math.sin(x) + LIMIT  # a word on it


class Seer:
    """Sees."""

    def look(self) -> int:
        return 1
'''


def digest_of(folder: Path, **files: str) -> str:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, "utf-8")
    return code_digest(("*.py",), folder)


def test_words_imports_order_and_files_do_not_count(tmp_path: Path) -> None:
    first = digest_of(tmp_path / "a", one=_CODE)
    reworded = _CODE.replace("Return more", "Return a little more").replace("  # a word on it", "")
    reworded = reworded.replace("from pose.camera", "from video.motion").replace('"""What it is."""\n', "")
    assert digest_of(tmp_path / "b", one=reworded) == first
    cut = _CODE.index("class Seer")
    assert digest_of(tmp_path / "c", one=_CODE[cut:], two=_CODE[:cut]) == first
    for_types = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from elsewhere import Thing\n"
    assert digest_of(tmp_path / "d", one=for_types + _CODE) == first


@pytest.mark.parametrize(
    ("old", "new"), [("LIMIT = 3", "LIMIT = 4"), ("math.sin", "math.cos"), ("return 1", "return '1'")]
)
def test_what_the_code_does_counts(tmp_path: Path, old: str, new: str) -> None:
    changed = _CODE.replace(old, new)
    assert digest_of(tmp_path / "a", one=_CODE) != digest_of(tmp_path / "b", one=changed)


def test_the_lists_find_the_code_that_sees() -> None:
    assert code_digest(POSE_CODE) != code_digest(FEET_CODE) != digest()


def test_a_clips_bytes_name_it(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"abc")
    other.write_bytes(b"abd")
    assert file_digest(one) != file_digest(other)


def test_a_track_comes_back_without_its_classes_paths() -> None:
    frames = 3
    feet = FeetMotion(np.zeros((frames, 2, 4, 2)))
    track = PoseTrack(
        np.arange(frames) / 30,
        np.ones((frames, 33, 2)),
        np.zeros((frames, 33, 3)),
        np.ones((frames, 33)),
        64,
        48,
        feet,
    )
    held = plain(track)
    assert held["class"] == "PoseTrack"
    assert held["feet"]["class"] == "FeetMotion"
    back = rebuilt(held)
    assert isinstance(back, PoseTrack)
    assert np.array_equal(back.xy_px, track.xy_px)
    assert back.feet is not None
    assert np.array_equal(back.feet.step_px, feet.step_px)


def test_what_is_kept_is_made_once(tmp_path: Path) -> None:
    made = []

    def make() -> PoseTrack:
        made.append(1)
        return PoseTrack(np.zeros(1), np.zeros((1, 33, 2)), np.zeros((1, 33, 3)), np.zeros((1, 33)), 64, 48)

    path = tmp_path / "deep" / "x.pose"
    first, second = (cache._kept(path, make) for _ in range(2))  # type: ignore[arg-type]
    assert made == [1]
    assert type(first) is type(second)


def test_poses_of_other_code_are_taken_over_only_where_they_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (cache, adopt):
        monkeypatch.setattr(module, "CACHE", tmp_path)
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"abc")
    monkeypatch.setattr(adopt, "poses_of", lambda *_: None)
    now = cache.kept_at(clip, "heavy")
    start = now[0].name.rsplit("-", 1)[0]
    old = (tmp_path / f"{start}-0old.pose", tmp_path / f"{start}-0old-0feet.feet")
    other = tmp_path / "other-123-heavy-0old-0feet.feet"
    held = {"class": "PoseTrack", "xy_px": np.array([1.0, np.nan]), "luma": float("nan"), "people": 1}
    for path in (*now, *old, other):
        path.write_bytes(pickle.dumps(held))

    assert adopt.main([str(clip)]) == 0
    assert not other.exists()
    assert len(list(tmp_path.glob("other-123-heavy-*.feet"))) == 1

    now[1].write_bytes(pickle.dumps(held | {"xy_px": np.array([1.0, 2.0])}))
    other.write_bytes(pickle.dumps(held))
    assert adopt.main([str(clip)]) == 1, "today's code sees it otherwise"
    assert other.exists()
    assert adopt.earlier_of(tmp_path / "clip.mp4", "lite") is None
