"""The database of athletes, sessions, reps and metrics: SQLite by default, or any SQLAlchemy database.

    with open_store() as store:
        anna = store.athlete_named("Anna")
        store.save_session(analysis, athlete=anna, clip_sha256=..., filmed_at=...)

Only this package imports SQLAlchemy and Alembic.
"""

from kickform.history.store.store import Store, open_store

__all__ = ["Store", "open_store"]
