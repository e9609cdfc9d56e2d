"""Reading ahead in a thread, so that decoding overlaps with the work on the frames."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable
from typing import TypeVar

__all__ = ["read_ahead"]

_Item = TypeVar("_Item")
_POLL_S = 0.1  # longest wait of the thread before it sees that the reader was closed


def read_ahead(items: Iterable[_Item], depth: int) -> Generator[_Item, None, None]:
    """Yield `items` in order; a thread reads at most `depth` of them ahead.

    The thread ends with the items, or when the returned generator is closed. An error in `items` is raised
    here, after the items before it.
    """
    ready: queue.Queue[tuple[_Item | None, BaseException | None]] = queue.Queue(maxsize=depth)
    stop = threading.Event()

    def put(entry: tuple[_Item | None, BaseException | None]) -> None:
        while not stop.is_set():
            try:
                ready.put(entry, timeout=_POLL_S)
            except queue.Full:
                continue
            return

    def work() -> None:
        error: BaseException | None = None
        try:
            for item in items:
                put((item, None))
                if stop.is_set():
                    return
        except BaseException as raised:
            error = raised
        put((None, error or StopIteration()))

    thread = threading.Thread(target=work, name="kickform-decode", daemon=True)
    thread.start()
    try:
        while True:
            item, error = ready.get()
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            yield item  # type: ignore[misc]
    finally:
        stop.set()
        thread.join()
