"""Base of all parts of the store: the engine, and transactions with one-line errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kickform.errors import StoreError
from kickform.history.store.open import WRITES, name_of, translated
from kickform.history.store.tables import SessionRow
from kickform.history.store.videos import VideoFolder

__all__ = ["StoreBase", "retry_on_conflict"]

Given = ParamSpec("Given")
Done = TypeVar("Done")


def retry_on_conflict(method: Callable[Given, Done]) -> Callable[Given, Done]:
    """Decorate a method to try again if another process has just saved the same: now it finds that.

    SQLite serializes writers; PostgreSQL lets both try and refuses the later one.
    """

    @wraps(method)
    def tried(*given: Given.args, **named: Given.kwargs) -> Done:
        try:
            return method(*given, **named)
        except StoreError as error:
            if not isinstance(error.__cause__, IntegrityError):
                raise
            return method(*given, **named)

    return tried


class StoreBase:
    """An open database and the folder of saved videos next to it."""

    def __init__(self, engine: Engine, videos: VideoFolder) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**{WRITES: True})
        self._videos = videos
        self.name = name_of(engine.url)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with translated(self.name), Session(self._engine) as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with translated(self.name), Session(self._writer) as session, session.begin():
            yield session

    def remove_leftovers(self) -> None:
        """Remove videos without a session, left by a crash; done on opening."""
        if self._videos.folder.is_dir():
            self._forget_videos(set())

    def _forget_videos(self, files: set[str | None]) -> None:
        """Remove these videos, and any left by a crash, unless a session uses them."""
        with self._reading() as session:
            used = {name for name in session.scalars(select(SessionRow.video_file)) if name}
        self._videos.remove({name for name in files if name} - used)
        self._videos.sweep(used)
