"""Reading ahead keeps order, bounds and errors."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from kickform.errors import VideoError
from kickform.video.prefetch import read_ahead


def test_reading_ahead_keeps_order_and_stays_bounded() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for i in range(100):
            taken.append(i)
            yield i

    ahead = read_ahead(items(), depth=3)
    assert [next(ahead) for _ in range(5)] == [0, 1, 2, 3, 4]
    assert len(taken) <= 5 + 3 + 2
    assert [*ahead] == list(range(5, 100))


def test_reading_ahead_passes_errors_on_after_what_came_before() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise VideoError("a.mp4", "broke", "mend it")

    ahead = read_ahead(items(), depth=3)
    assert next(ahead) == 1
    with pytest.raises(VideoError, match="broke"):
        next(ahead)


def test_reading_ahead_ends_its_thread_when_closed() -> None:
    before = set(threading.enumerate())
    ahead = read_ahead(iter(range(1000)), depth=2)
    next(ahead)
    assert set(threading.enumerate()) - before
    ahead.close()
    assert not set(threading.enumerate()) - before
