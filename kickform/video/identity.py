"""Identity of a clip in the history: the hash of its file, and when it was filmed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from kickform.errors import VideoError
from kickform.video.container import open_container

__all__ = ["FilmedAt", "clip_sha256", "filmed_at", "parse_creation_time"]

_TAGS = ("com.apple.quicktime.creationdate", "creation_time")
_FIRST_YEAR = 1990  # clocks that were never set give 1904 or 1970


@dataclass(frozen=True, slots=True)
class FilmedAt:
    """When a clip was filmed.

    Attributes:
        time: timezone-aware time.
        source: where it comes from: a tag in the container, the time of the file, or the current time.
    """

    time: datetime
    source: Literal["container", "file", "now"]


def clip_sha256(path: Path) -> str:
    """Return the SHA-256 of the file in hex; its name does not matter.

    Raises:
        VideoError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        fault = f"cannot be read ({error.strerror or error})"
        raise VideoError(path.name, fault, "check the path") from error


def filmed_at(path: Path, now: datetime | None = None) -> FilmedAt:
    """Return when the clip was filmed: from a tag in its container, else the file's time, else now.

    Args:
        path: the clip.
        now: current time, timezone-aware; times over a day later are not believed.
    """
    now = now or datetime.now(UTC)
    try:
        with open_container(path) as container:
            tags = [dict(container.metadata), *(dict(s.metadata) for s in container.streams.video)]
    except VideoError:
        tags = []
    tagged = parse_creation_time(tags, now)
    if tagged is not None:
        return FilmedAt(tagged, "container")
    try:
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        return FilmedAt(now, "now")
    return FilmedAt(changed, "file") if _is_credible(changed, now) else FilmedAt(now, "now")


def parse_creation_time(tags: Iterable[Mapping[str, str]], now: datetime) -> datetime | None:
    """Return the creation time in a container's tags (timezone-aware), or None without a credible one.

    A tag without a time zone is in UTC, as the MP4 standard defines it.
    """
    lowered = [{key.lower(): text for key, text in each.items()} for each in tags]
    for key in _TAGS:
        for each in lowered:
            moment = _parse_time(each.get(key, ""))
            if moment is not None and _is_credible(moment, now):
                return moment
    return None


def _parse_time(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_credible(moment: datetime, now: datetime) -> bool:
    return moment.year >= _FIRST_YEAR and moment <= now + timedelta(days=1)
