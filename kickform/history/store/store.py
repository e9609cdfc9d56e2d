"""`Store`: athletes, sessions, days and preferences in a database. It takes and returns records, not rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, fields

from sqlalchemy import delete, func, select

from kickform.history.records import Preferences
from kickform.history.store.athletes import AthleteStore
from kickform.history.store.connection import retry_on_conflict
from kickform.history.store.export_import import Imported, export_chunks, import_document, read_document
from kickform.history.store.open import open_engine
from kickform.history.store.sessions import SessionStore
from kickform.history.store.tables import AthleteRow, Base, PreferenceRow, RepRow, SessionRow
from kickform.history.store.videos import VideoFolder
from kickform.settings import load_settings

__all__ = ["Store", "open_store"]


def open_store(url: str | None = None) -> Store:
    """Open the history; create or migrate it if needed. Use it as a context manager, or `close` it.

    Args:
        url: SQLAlchemy URL of the database; default: ``KICKFORM_DATABASE_URL``, or the file ``kickform.db``
            in the data folder (``KICKFORM_DATA_DIR``).

    Raises:
        StoreError: the database cannot be reached, is damaged, is newer than this KickForm, or is not
            KickForm's. Nothing was written to it.
    """
    settings = load_settings()
    store = Store(open_engine(url, settings), VideoFolder(settings.data_dir / "videos"))
    store.remove_leftovers()
    return store


class Store(AthleteStore, SessionStore):
    """The history. Threads may share one store; processes may open the same database.

    Each call is one transaction, done completely or not at all. Every method raises `StoreError` if the
    database cannot be used, and `UsageError` if an athlete or session does not exist.
    """

    @property
    def preferences(self) -> Preferences:
        """The user's settings, with defaults for those never set."""
        known = {f.name for f in fields(Preferences)}
        with self._reading() as session:
            stored = {row.name: json.loads(row.value) for row in session.scalars(select(PreferenceRow))}
        return Preferences(**{name: value for name, value in stored.items() if name in known})

    @retry_on_conflict
    def set_preferences(self, preferences: Preferences) -> None:
        """Save the settings (see `dataclasses.replace`)."""
        with self._writing() as session:
            for name, value in asdict(preferences).items():
                session.merge(PreferenceRow(name=name, value=json.dumps(value)))

    def usual_athlete(self) -> str:
        """Return the name of the athlete chosen in the preferences; "Me" if none is."""
        chosen = self.preferences.athlete_id
        with self._reading() as session:
            row = None if chosen is None else session.get(AthleteRow, chosen)
            return "Me" if row is None else row.name

    def counts(self) -> dict[str, int]:
        """Return the numbers of athletes, sessions and reps."""
        tables: dict[str, type[Base]] = {"athletes": AthleteRow, "sessions": SessionRow, "reps": RepRow}
        with self._reading() as session:
            return {
                name: session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in tables.items()
            }

    def export_all(self) -> Iterator[str]:
        """Yield the whole history as JSON text in pieces (see `kickform.history.store.export_import`)."""
        with self._reading() as session:
            yield from export_chunks(session)

    @retry_on_conflict
    def import_all(self, text: str, name: str = "history") -> Imported:
        """Add the athletes and sessions of an exported document; existing ones are not changed.

        Raises:
            UsageError: it is not such a document, is damaged or newer; nothing was imported.
        """
        document = read_document(text, name)
        with self._writing() as session:
            return import_document(session, document, name)

    def delete_all(self) -> None:
        """Delete every athlete, session, day, preference and saved video. This cannot be undone."""
        with self._writing() as session:
            session.execute(delete(AthleteRow))
            session.execute(delete(PreferenceRow))
        self._videos.sweep(set(), left_over_s=0.0)
