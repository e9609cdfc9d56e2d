"""`Store`: athletes, sessions, days and preferences in a database. Records go in and come out, never rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, cast

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kickform.errors import StoreError, UsageError
from kickform.records import (
    AthleteRecord,
    DayKind,
    DayRecord,
    LiveRecord,
    MetricRecord,
    Preferences,
    SessionKind,
    SessionRecord,
    StoredSession,
)
from kickform.result import Analysis
from kickform.settings import load_settings
from kickform.store import _rows
from kickform.store.opening import WRITES, name_of, open_engine, translated
from kickform.store.tables import (
    Athlete,
    Attachment,
    Base,
    Correction,
    Day,
    Live,
    Preference,
    Rep,
    RepMetric,
    SessionRow,
    SetMetric,
)
from kickform.store.transfer import Imported, export_chunks, import_document, read_document
from kickform.store.videos import VideoFolder
from kickform.track import PoseTrack

__all__ = ["Store", "open_store"]

_STAYS = ("video_file", "note")


def open_store(url: str | None = None) -> Store:
    """Open the history, made or migrated where need be. Use it as a context manager, or `close` it.

    Args:
        url: SQLAlchemy URL of the database; default: ``KICKFORM_DATABASE_URL``, else the file
            ``kickform.db`` in the data folder (``KICKFORM_DATA_DIR``).

    Raises:
        StoreError: the database cannot be reached, is damaged, is newer than this KickForm, or is none of
            KickForm's. Nothing was written to it.
    """
    settings = load_settings()
    store = Store(open_engine(url, settings), VideoFolder(settings.data_dir / "videos"))
    store.remove_leftovers()
    return store


class Store:
    """The history. One may be used by several threads; several processes may have the same database open.

    Each call is one transaction: done, or not at all. Every method raises `StoreError` where the database
    cannot be used, and `UsageError` for an athlete or session that does not exist.
    """

    def __init__(self, engine: Engine, videos: VideoFolder) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**{WRITES: True})
        self._videos = videos
        self.name = name_of(engine.url)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def __enter__(self) -> Store:
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

    # athletes

    def athletes(self) -> list[AthleteRecord]:
        """Return all athletes by name."""
        with self._reading() as session:
            return [_athlete(row) for row in session.scalars(select(Athlete).order_by(Athlete.name_key))]

    def athlete(self, who: int | str) -> AthleteRecord:
        """Return the athlete with this id or name (upper and lower case are the same)."""
        with self._reading() as session:
            return _athlete(_find_athlete(session, who))

    def find_athlete(self, name: str) -> AthleteRecord | None:
        """Return the athlete of that name (upper and lower case are the same), or None."""
        with self._reading() as session:
            row = session.scalar(select(Athlete).where(Athlete.name_key == _key(name)))
            return None if row is None else _athlete(row)

    def usual_athlete(self) -> str:
        """Return the name of the athlete chosen in the preferences; "Me" where none is."""
        chosen = self.preferences.athlete_id
        with self._reading() as session:
            row = None if chosen is None else session.get(Athlete, chosen)
            return "Me" if row is None else row.name

    def add_athlete(
        self, name: str, height_m: float | None = None, mass_kg: float | None = None, notes: str = ""
    ) -> AthleteRecord:
        """Add an athlete.

        Raises:
            UsageError: the name is empty or taken, or height or mass are out of range.
        """
        with self._writing() as session:
            row = _new_athlete(session, name, height_m, mass_kg, notes)
            return _athlete(row)

    def athlete_named(
        self, name: str, height_m: float | None = None, mass_kg: float | None = None
    ) -> AthleteRecord:
        """Return the athlete of that name, added (with height and mass) where there is none yet."""
        with self._writing() as session:
            row = session.scalar(select(Athlete).where(Athlete.name_key == _key(name)))
            return _athlete(row or _new_athlete(session, name, height_m, mass_kg, ""))

    def update_athlete(self, athlete: AthleteRecord) -> AthleteRecord:
        """Store the changed record of an athlete (see `dataclasses.replace`)."""
        with self._writing() as session:
            row = _find_athlete(session, athlete.id)
            _check_athlete(athlete.name, athlete.height_m, athlete.mass_kg)
            if _key(athlete.name) != row.name_key:
                _check_free(session, athlete.name)
            row.name, row.name_key = athlete.name.strip(), _key(athlete.name)
            row.height_m, row.mass_kg, row.notes = athlete.height_m, athlete.mass_kg, athlete.notes
            return _athlete(row)

    def delete_athlete(self, athlete_id: int) -> None:
        """Delete an athlete with all sessions, days and kept videos."""
        with self._writing() as session:
            _find_athlete(session, athlete_id)
            files = set(
                session.scalars(select(SessionRow.video_file).where(SessionRow.athlete_id == athlete_id))
            )
            session.execute(delete(Athlete).where(Athlete.id == athlete_id))
        self._forget_videos(files)

    # sessions

    def save_session(
        self,
        analysis: Analysis,
        *,
        athlete: AthleteRecord | int,
        clip_sha256: str | None,
        filmed_at: datetime,
        filmed_at_source: str = "user",
        pictures: Mapping[str, bytes] | None = None,
        track: PoseTrack | None = None,
        video_path: Path | None = None,
        kind: SessionKind = "file",
        live: LiveRecord | None = None,
        note: str = "",
    ) -> SessionRecord:
        """Save an analysis as a session of the athlete: whole, or (whatever happens) not at all.

        The same clip (by hash) of the same athlete and drill is the same session: it keeps its id, and the
        analysis is replaced; pictures, pose track, video and note that are not given anew stay. Without a
        hash it is always a new session.

        Args:
            analysis: what was found.
            athlete: whose it is.
            clip_sha256: `kickform.clips.clip_sha256` of the file.
            filmed_at: when it was filmed, with a time zone (`kickform.clips.filmed_at`).
            filmed_at_source: what that rests on.
            pictures: JPEG bytes by name, such as the finding's code or "rep_3"; {} for none.
            track: pose track to keep; default: that of ``analysis.motion``, where there is one.
            video_path: a clip to keep a copy of in the data folder; None keeps none.
            kind: from a file or from the live page.
            live: what the live page showed.
            note: the user's own words.

        Raises:
            UsageError: there is no such athlete, or `filmed_at` has no time zone.
            StoreError: the database cannot be written, or the video not be copied.
        """
        if filmed_at.tzinfo is None:
            raise UsageError("filmed_at", "has no time zone", "give an aware datetime")
        athlete_id = athlete if isinstance(athlete, int) else athlete.id
        if track is None and analysis.motion is not None:
            track = analysis.motion.track
        video_file = self._videos.keep(video_path, clip_sha256) if video_path else None
        saved = SessionRow(
            athlete_id=athlete_id,
            kind=kind,
            filmed_at=filmed_at,
            filmed_at_source=filmed_at_source,
            saved_at=datetime.now(UTC),
            clip_sha256=clip_sha256,
            fps=round(_rows.real_fps(analysis), 4),
            video_file=video_file,
            note=note,
        )
        # Numbers as the JSON has them, so that they are the same wherever they are read or imported.
        analysis = Analysis.from_json(analysis.to_json(), analysis.video.name)
        _rows.fill_session(saved, analysis)
        extra: dict[tuple[str, str], bytes] = {("picture", k): v for k, v in (pictures or {}).items()}
        if track is not None:
            extra["track", ""] = _rows.pack_track(track)
        replaced = {"analysis", *(kind for kind, _ in extra), *(() if pictures is None else ("picture",))}
        try:
            session_id = self._put(saved, analysis, extra, replaced, live)
        except StoreError as error:
            if not isinstance(error.__cause__, IntegrityError):
                raise
            # PostgreSQL: another process saved the same clip in between; now it is found and replaced.
            session_id = self._put(saved, analysis, extra, replaced, live)
        return self._records([SessionRow.id == session_id])[0]

    def _put(
        self,
        saved: SessionRow,
        analysis: Analysis,
        extra: Mapping[tuple[str, str], bytes],
        replaced: set[str],
        live: LiveRecord | None,
    ) -> int:
        with self._writing() as session:
            _find_athlete(session, saved.athlete_id)
            known = _known_session(session, saved)
            row = known or SessionRow()
            for column in SessionRow.__table__.columns:
                value = getattr(saved, column.key)
                if column.key != "id" and not (known and column.key in _STAYS and not value):
                    setattr(row, column.key, value)
            session.add(row)
            session.flush()
            if known:
                _clear_session(session, row.id, replaced)
            session.add_all(_rows.rows_of(row.id, analysis))
            session.add_all(
                Attachment(session_id=row.id, kind=label, name=name, data=data)
                for (label, name), data in extra.items()
            )
            if live is not None:
                session.add(Live(session_id=row.id, **asdict(live)))
            return row.id

    def sessions(
        self, athlete: AthleteRecord | int | None = None, drill: str | None = None
    ) -> list[SessionRecord]:
        """Return the sessions of one athlete (None: of all) and drill (None: all), the oldest first."""
        where: list[Any] = []
        if athlete is not None:
            where.append(SessionRow.athlete_id == (athlete if isinstance(athlete, int) else athlete.id))
        if drill is not None:
            where.append(SessionRow.drill == drill)
        return self._records(where)

    def find_session(
        self, *, athlete: AthleteRecord | int, clip_sha256: str, drill: str | None = None
    ) -> SessionRecord | None:
        """Return the session of that clip and athlete (and drill, where named), or None."""
        athlete_id = athlete if isinstance(athlete, int) else athlete.id
        where = [SessionRow.athlete_id == athlete_id, SessionRow.clip_sha256 == clip_sha256]
        found = self._records([*where, SessionRow.drill == drill] if drill else where)
        return found[0] if found else None

    def session(self, session_id: int) -> StoredSession:
        """Return one session with its analysis, pose track and pictures."""
        found = self._records([SessionRow.id == session_id])
        if not found:
            raise UsageError(f"session {session_id}", "there is no such session", "see kickform sessions")
        with self._reading() as session:
            rows = session.scalars(select(Attachment).where(Attachment.session_id == session_id)).all()
            live = session.get(Live, session_id)
            data = {(row.kind, row.name): row.data for row in rows}
            shown = None if live is None else _live(live)
        name = f"session {session_id}"
        packed = data.get(("track", ""))
        return StoredSession(
            record=found[0],
            analysis=_rows.read_analysis(data["analysis", ""], name),
            track=_rows.unpack_track(packed, name) if packed else None,
            pictures={label: jpeg for (kind, label), jpeg in sorted(data.items()) if kind == "picture"},
            live=shown,
        )

    def set_note(self, session_id: int, note: str) -> None:
        """Replace the user's words on a session."""
        with self._writing() as session:
            _find_session(session, session_id).note = note

    def delete_session(self, session_id: int) -> None:
        """Delete a session with all that hangs on it, its kept video too."""
        with self._writing() as session:
            files = {_find_session(session, session_id).video_file}
            session.execute(delete(SessionRow).where(SessionRow.id == session_id))
        self._forget_videos(files)

    def _records(self, where: list[Any]) -> list[SessionRecord]:
        with self._reading() as session:
            rows = session.execute(
                select(*SessionRow.__table__.columns, Athlete.name.label("athlete"))
                .join(Athlete, Athlete.id == SessionRow.athlete_id)
                .where(*where)
                .order_by(SessionRow.filmed_at, SessionRow.id)
            ).all()
            numbers = session.execute(
                select(*SetMetric.__table__.columns)
                .join(SessionRow, SessionRow.id == SetMetric.session_id)
                .where(*where)
                .order_by(SetMetric.session_id, SetMetric.side, SetMetric.place)
            ).all()
        of_session: dict[int, list[MetricRecord]] = {}
        for session_id, *values in numbers:
            name, side, value, sd, n, unit, better, label, _place = values
            record = MetricRecord(name, side, value, sd, n, unit, better, label)
            of_session.setdefault(session_id, []).append(record)
        return [_session(row, tuple(of_session.get(row.id, ())), self._videos) for row in rows]

    def remove_leftovers(self) -> None:
        """Remove what a crash left of videos that no session refers to; done on opening."""
        if self._videos.folder.is_dir():
            self._forget_videos(set())

    def _forget_videos(self, files: set[str | None]) -> None:
        """Remove these kept videos, and those that a crash left over, where no session refers to them."""
        with self._reading() as session:
            used = {name for name in session.scalars(select(SessionRow.video_file)) if name}
        self._videos.remove({name for name in files if name} - used)
        self._videos.sweep(used)

    # days

    def days(self, athlete_id: int) -> list[DayRecord]:
        """Return what the athlete said of their days, the oldest first."""
        with self._reading() as session:
            rows = session.scalars(select(Day).where(Day.athlete_id == athlete_id).order_by(Day.day))
            return [_day(row) for row in rows]

    def set_day(self, day: DayRecord) -> None:
        """Store what the athlete says of a day, in place of what was said before.

        Raises:
            UsageError: pain is not 0 to 10, or there is no such athlete.
        """
        if day.pain is not None and not 0 <= day.pain <= 10:
            raise UsageError("pain", f"{day.pain} is out of range", "give 0 (none) to 10 (worst)")
        with self._writing() as session:
            _find_athlete(session, day.athlete_id)
            session.merge(Day(**asdict(day)))

    def delete_day(self, athlete_id: int, day: date) -> None:
        """Forget what was said of a day."""
        with self._writing() as session:
            session.execute(delete(Day).where(Day.athlete_id == athlete_id, Day.day == day))

    # preferences, and everything

    @property
    def preferences(self) -> Preferences:
        """The user's settings; those never set have their defaults."""
        known = {f.name for f in fields(Preferences)}
        with self._reading() as session:
            stored = {row.name: json.loads(row.value) for row in session.scalars(select(Preference))}
        return Preferences(**{name: value for name, value in stored.items() if name in known})

    def set_preferences(self, preferences: Preferences) -> None:
        """Store the settings (see `dataclasses.replace`)."""
        plain = asdict(replace(preferences, extra=dict(preferences.extra)))
        with self._writing() as session:
            for name, value in plain.items():
                session.merge(Preference(name=name, value=json.dumps(value)))

    def counts(self) -> dict[str, int]:
        """Return how many athletes, sessions and reps there are."""
        tables: dict[str, type[Base]] = {"athletes": Athlete, "sessions": SessionRow, "reps": Rep}
        with self._reading() as session:
            return {
                name: session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in tables.items()
            }

    def export_all(self) -> Iterator[str]:
        """Yield everything as the text of one JSON document, in pieces (see `kickform.store.transfer`)."""
        with self._reading() as session:
            yield from export_chunks(session)

    def import_all(self, text: str, name: str = "history") -> Imported:
        """Add what such a document holds; athletes and sessions that are there already stay as they are.

        Raises:
            UsageError: it is no such document, damaged, or of a newer KickForm; nothing was imported.
        """
        document = read_document(text, name)
        with self._writing() as session:
            return import_document(session, document, name)

    def delete_all(self) -> None:
        """Delete every athlete, session, day, preference and kept video. There is no way back."""
        with self._writing() as session:
            session.execute(delete(Athlete))
            session.execute(delete(Preference))
        self._videos.sweep(set(), left_over_s=0.0)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _check_athlete(name: str, height_m: float | None, mass_kg: float | None) -> None:
    if not _key(name) or len(name) > 100 or not name.isprintable():
        raise UsageError("athlete", "the name must be 1 to 100 plain characters", "give another name")
    for label, value, low, high, unit in (
        ("height", height_m, 0.8, 2.5, "m"),
        ("mass", mass_kg, 15, 250, "kg"),
    ):
        if value is not None and not low <= value <= high:
            raise UsageError(label, f"{value:g} {unit} is out of range", f"give {low:g} to {high:g} {unit}")


def _check_free(session: Session, name: str) -> None:
    if session.scalar(select(Athlete.id).where(Athlete.name_key == _key(name))) is not None:
        raise UsageError(f"athlete '{name.strip()}'", "the name is taken", "give another name")


def _new_athlete(
    session: Session, name: str, height_m: float | None, mass_kg: float | None, notes: str
) -> Athlete:
    _check_athlete(name, height_m, mass_kg)
    _check_free(session, name)
    row = Athlete(
        name=name.strip(),
        name_key=_key(name),
        height_m=height_m,
        mass_kg=mass_kg,
        notes=notes,
        created_at=datetime.now(UTC),
    )
    session.add(row)
    session.flush()
    return row


def _find_athlete(session: Session, who: int | str) -> Athlete:
    if isinstance(who, str):
        row = session.scalar(select(Athlete).where(Athlete.name_key == _key(who)))
    else:
        row = session.get(Athlete, who)
    if row is None:
        subject = f"athlete '{who}'" if isinstance(who, str) else f"athlete {who}"
        raise UsageError(subject, "there is no such athlete", "see kickform athletes for those there are")
    return row


def _find_session(session: Session, session_id: int) -> SessionRow:
    row = session.get(SessionRow, session_id)
    if row is None:
        raise UsageError(f"session {session_id}", "there is no such session", "see kickform sessions")
    return row


def _known_session(session: Session, saved: SessionRow) -> SessionRow | None:
    if saved.clip_sha256 is None:
        return None
    return session.scalar(
        select(SessionRow).where(
            SessionRow.athlete_id == saved.athlete_id,
            SessionRow.clip_sha256 == saved.clip_sha256,
            SessionRow.drill == saved.drill,
        )
    )


def _clear_session(session: Session, session_id: int, kinds: set[str]) -> None:
    """Delete what a new save of the session replaces: all numbers, and attachments of these kinds."""
    for table in (Rep, RepMetric, SetMetric, Correction, Live):
        session.execute(delete(table).where(table.session_id == session_id))
    session.execute(delete(Attachment).where(Attachment.session_id == session_id, Attachment.kind.in_(kinds)))


def _athlete(row: Athlete) -> AthleteRecord:
    return AthleteRecord(row.id, row.name, row.height_m, row.mass_kg, row.notes, row.created_at)


def _day(row: Day) -> DayRecord:
    return DayRecord(row.athlete_id, row.day, cast("DayKind | None", row.kind), row.pain, row.note)


def _live(row: Live) -> LiveRecord:
    return LiveRecord(
        row.frame_rate_hz, row.frames_dropped, row.reps_counted, row.contact_time_ms, row.contact_time_sd_ms
    )


def _session(row: Any, metrics: tuple[MetricRecord, ...], videos: VideoFolder) -> SessionRecord:
    findings, faults = _rows.finding_codes(row.findings)
    return SessionRecord(
        id=row.id,
        athlete_id=row.athlete_id,
        athlete=row.athlete,
        drill=row.drill,
        variant=row.variant,
        kind=cast(Literal["file", "live"], row.kind),
        filmed_at=row.filmed_at,
        filmed_at_source=row.filmed_at_source,
        saved_at=row.saved_at,
        clip_name=row.clip_name,
        clip_sha256=row.clip_sha256,
        fps=row.fps,
        plane=row.plane,
        yaw_deg=row.yaw_deg,
        model=row.model,
        estimator_version=row.estimator_version,
        kickform_version=row.kickform_version,
        score=row.score,
        reps=row.rep_count,
        faults=faults,
        findings=findings,
        video=videos.path_of(row.video_file),
        note=row.note,
        metrics=metrics,
    )
