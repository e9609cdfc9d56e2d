"""The part of the store for athletes and their notes on days."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kickform.errors import UsageError
from kickform.history.records import AthleteRecord, DayKind, DayRecord
from kickform.history.store.connection import StoreBase, retry_on_conflict
from kickform.history.store.tables import AthleteRow, DayRow, SessionRow

__all__ = ["AthleteStore", "check_athlete", "find_athlete_row", "name_key"]


class AthleteStore(StoreBase):
    """Athletes and their days."""

    def athletes(self) -> list[AthleteRecord]:
        """Return all athletes, sorted by name."""
        with self._reading() as session:
            return [
                _athlete(row) for row in session.scalars(select(AthleteRow).order_by(AthleteRow.name_key))
            ]

    def athlete(self, who: int | str) -> AthleteRecord:
        """Return the athlete with this id or name (case does not matter).

        Raises:
            UsageError: there is no such athlete.
        """
        with self._reading() as session:
            return _athlete(find_athlete_row(session, who))

    def find_athlete(self, name: str) -> AthleteRecord | None:
        """Return the athlete with this name (case does not matter), or None."""
        with self._reading() as session:
            row = session.scalar(select(AthleteRow).where(AthleteRow.name_key == name_key(name)))
            return None if row is None else _athlete(row)

    @retry_on_conflict
    def add_athlete(
        self, name: str, height_m: float | None = None, mass_kg: float | None = None, notes: str = ""
    ) -> AthleteRecord:
        """Add an athlete.

        Raises:
            UsageError: the name is empty or taken, or height or mass are out of range.
        """
        with self._writing() as session:
            _check_free(session, name)
            row = _new_athlete(session, name, height_m, mass_kg, notes)
            return _athlete(row)

    @retry_on_conflict
    def athlete_named(
        self, name: str, height_m: float | None = None, mass_kg: float | None = None
    ) -> AthleteRecord:
        """Return the athlete with this name; add them, with height and mass, if there is none."""
        with self._writing() as session:
            row = session.scalar(select(AthleteRow).where(AthleteRow.name_key == name_key(name)))
            return _athlete(row or _new_athlete(session, name, height_m, mass_kg, ""))

    def update_athlete(self, athlete: AthleteRecord) -> AthleteRecord:
        """Save a changed athlete record (see `dataclasses.replace`).

        Raises:
            UsageError: there is no such athlete, or a value is not allowed.
        """
        with self._writing() as session:
            row = find_athlete_row(session, athlete.id)
            check_athlete(athlete.name, athlete.height_m, athlete.mass_kg)
            if name_key(athlete.name) != row.name_key:
                _check_free(session, athlete.name)
            row.name, row.name_key = athlete.name.strip(), name_key(athlete.name)
            row.height_m, row.mass_kg, row.notes = athlete.height_m, athlete.mass_kg, athlete.notes
            return _athlete(row)

    def delete_athlete(self, athlete_id: int) -> None:
        """Delete an athlete with all sessions, days and kept videos."""
        with self._writing() as session:
            find_athlete_row(session, athlete_id)
            files = set(
                session.scalars(select(SessionRow.video_file).where(SessionRow.athlete_id == athlete_id))
            )
            session.execute(delete(AthleteRow).where(AthleteRow.id == athlete_id))
        self._forget_videos(files)

    def days(self, athlete_id: int) -> list[DayRecord]:
        """Return the athlete's notes on days, oldest first."""
        with self._reading() as session:
            rows = session.scalars(select(DayRow).where(DayRow.athlete_id == athlete_id).order_by(DayRow.day))
            return [_day(row) for row in rows]

    @retry_on_conflict
    def set_day(self, day: DayRecord) -> None:
        """Save the athlete's note on a day; it replaces an earlier one.

        Raises:
            UsageError: pain is not 0 to 10, or there is no such athlete.
        """
        if day.pain is not None and not 0 <= day.pain <= 10:
            raise UsageError("pain", f"{day.pain} is out of range", "give 0 (none) to 10 (worst)")
        with self._writing() as session:
            find_athlete_row(session, day.athlete_id)
            session.merge(DayRow(**asdict(day)))


def name_key(name: str) -> str:
    """Return the name for comparison: without case and extra spaces."""
    return " ".join(name.split()).casefold()


def check_athlete(name: str, height_m: float | None, mass_kg: float | None) -> None:
    """Check the properties of an athlete.

    Raises:
        UsageError: the name is empty or too long, or height or mass are out of range.
    """
    if not name_key(name) or len(name) > 100 or not name.isprintable():
        raise UsageError("athlete", "the name must have 1 to 100 printable characters", "choose another name")
    for label, value, low, high, unit in (
        ("height", height_m, 0.8, 2.5, "m"),
        ("mass", mass_kg, 15, 250, "kg"),
    ):
        if value is not None and not low <= value <= high:
            raise UsageError(label, f"{value:g} {unit} is out of range", f"give {low:g} to {high:g} {unit}")


def _check_free(session: Session, name: str) -> None:
    if session.scalar(select(AthleteRow.id).where(AthleteRow.name_key == name_key(name))) is not None:
        raise UsageError(f"athlete '{name.strip()}'", "the name is taken", "choose another name")


def _new_athlete(
    session: Session, name: str, height_m: float | None, mass_kg: float | None, notes: str
) -> AthleteRow:
    check_athlete(name, height_m, mass_kg)
    row = AthleteRow(
        name=name.strip(),
        name_key=name_key(name),
        height_m=height_m,
        mass_kg=mass_kg,
        notes=notes,
        created_at=datetime.now(UTC),
    )
    session.add(row)
    session.flush()
    return row


def find_athlete_row(session: Session, who: int | str) -> AthleteRow:
    """Return the row of the athlete with this id or name.

    Raises:
        UsageError: there is none.
    """
    if isinstance(who, str):
        row = session.scalar(select(AthleteRow).where(AthleteRow.name_key == name_key(who)))
    else:
        row = session.get(AthleteRow, who)
    if row is None:
        subject = f"athlete '{who}'" if isinstance(who, str) else f"athlete {who}"
        raise UsageError(subject, "there is no such athlete", "run kickform athletes for a list")
    return row


def _athlete(row: AthleteRow) -> AthleteRecord:
    return AthleteRecord(row.id, row.name, row.height_m, row.mass_kg, row.notes, row.created_at)


def _day(row: DayRow) -> DayRecord:
    return DayRecord(row.athlete_id, row.day, cast("DayKind | None", row.kind), row.pain, row.note)
