"""A clip is known by its bytes, and dated by what can be believed."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from kickform.errors import VideoError
from kickform.video.identity import clip_sha256, filmed_at, parse_creation_time
from tests.videos import write_video

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FILE_TIME = datetime(2026, 2, 1, 8, 0, tzinfo=UTC)


def clip(path: Path, **metadata: str) -> Path:
    """Write a short clip with these tags, last changed at FILE_TIME."""
    write_video(path, [np.full((64, 64, 3), 90, np.uint8)] * 6, metadata=metadata)
    os.utime(path, (FILE_TIME.timestamp(), FILE_TIME.timestamp()))
    return path


def test_the_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"film" * 1000)
    expected = hashlib.sha256(b"film" * 1000).hexdigest()
    assert clip_sha256(tmp_path / "a.mp4") == expected
    with pytest.raises(VideoError, match=r"none\.mp4"):
        clip_sha256(tmp_path / "none.mp4")


def test_the_container_knows_best(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", creation_time="2026-01-05T16:30:00.000000Z")
    when = filmed_at(path, NOW)
    assert (when.time, when.source) == (datetime(2026, 1, 5, 16, 30, tzinfo=UTC), "container")


def test_without_a_tag_it_is_the_files_time(tmp_path: Path) -> None:
    when = filmed_at(clip(tmp_path / "a.mkv"), NOW)
    assert (when.time, when.source) == (FILE_TIME, "file")


def test_a_file_that_is_no_video_has_its_time_as_well(tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_text("no film")
    os.utime(path, (FILE_TIME.timestamp(), FILE_TIME.timestamp()))
    assert filmed_at(path, NOW).source == "file"


def test_what_cannot_be_is_now(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mkv")
    later = NOW + timedelta(days=40)
    os.utime(path, (later.timestamp(), later.timestamp()))
    assert filmed_at(path, NOW) == filmed_at(tmp_path / "gone.mp4", NOW)
    assert (filmed_at(path, NOW).time, filmed_at(path, NOW).source) == (NOW, "now")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"creation_time": "2026-01-05T16:30:00Z"}, datetime(2026, 1, 5, 16, 30, tzinfo=UTC)),
        ({"Creation_Time": "2026-01-05 16:30:00"}, datetime(2026, 1, 5, 16, 30, tzinfo=UTC)),
        (
            {
                "creation_time": "2026-01-06T00:00:00Z",
                "com.apple.quicktime.creationdate": "2026-01-05T17:30:00+0100",
            },
            datetime(2026, 1, 5, 17, 30, tzinfo=timezone(timedelta(hours=1))),
        ),
        ({"creation_time": "1904-01-01T00:00:00Z"}, None),
        ({"creation_time": "1970-01-01T00:00:00Z"}, None),
        ({"creation_time": "2031-01-01T00:00:00Z"}, None),
        ({"creation_time": "yesterday"}, None),
        ({}, None),
    ],
)
def test_tags(tags: dict[str, str], expected: datetime | None) -> None:
    assert parse_creation_time([tags], NOW) == expected
