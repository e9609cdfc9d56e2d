"""The part of the store for sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kickform.errors import StoreError, UsageError
from kickform.history.records import (
    AthleteRecord,
    LiveRecord,
    MetricRecord,
    SessionKind,
    SessionRecord,
    StoredSession,
)
from kickform.history.store import mapping
from kickform.history.store.athletes import find_athlete_row
from kickform.history.store.connection import StoreBase, retry_on_conflict
from kickform.history.store.tables import (
    AthleteRow,
    AttachmentRow,
    CorrectionRow,
    LiveRow,
    RepMetricRow,
    RepRow,
    SessionRow,
    SetMetricRow,
)
from kickform.history.store.videos import VideoFolder
from kickform.pose.track import PoseTrack
from kickform.results.analysis import Analysis

__all__ = ["SessionStore"]

_KEPT_COLUMNS = ("video_file", "note")


class SessionStore(StoreBase):
    """Sessions with their metrics and attachments."""

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
        """Save an analysis as a session of the athlete, completely or not at all.

        The same clip (by hash) of the same athlete and drill is the same session: it keeps its id and gets
        the new analysis; pictures, pose track, video and note stay unless they are given. Without a hash it
        is always a new session.

        Args:
            analysis: the analysis to save.
            athlete: the athlete's record or id.
            clip_sha256: hash of the clip (`kickform.video.identity.clip_sha256`).
            filmed_at: when it was filmed, with a time zone (`kickform.video.identity.filmed_at`).
            filmed_at_source: source of `filmed_at`.
            pictures: JPEG bytes by name, such as the finding's code or "rep_3"; {} for none.
            track: pose track in file time; default: that of the analysis, if any.
            video_path: a clip to copy into the data folder, or None.
            kind: from a file or from the live page.
            live: the figures of the live page.
            note: the user's note.

        Raises:
            UsageError: there is no such athlete, or `filmed_at` has no time zone.
            StoreError: the database cannot be written, or the video cannot be copied.
        """
        if filmed_at.tzinfo is None:
            raise UsageError("filmed_at", "has no time zone", "give an aware datetime")
        if track is None and analysis.motion is not None:
            track = analysis.motion.track
        saved = SessionRow(
            athlete_id=athlete if isinstance(athlete, int) else athlete.id,
            kind=kind,
            filmed_at=filmed_at,
            filmed_at_source=filmed_at_source,
            saved_at=datetime.now(UTC),
            clip_sha256=clip_sha256,
            fps=round(mapping.real_fps(analysis), 4),
            video_file=self._videos.keep(video_path, clip_sha256) if video_path else None,
            note=note,
        )
        # Round the numbers as JSON does, so that they are the same when they are read back or imported.
        analysis = Analysis.from_json(analysis.to_json(), analysis.video.name)
        mapping.fill_session(saved, analysis)
        session_id = self._put(saved, analysis, _attachments(pictures, track), pictures is not None, live)
        return self._records([SessionRow.id == session_id])[0]

    @retry_on_conflict
    def _put(
        self,
        saved: SessionRow,
        analysis: Analysis,
        attachments: Mapping[tuple[str, str], bytes],
        replace_pictures: bool,
        live: LiveRecord | None,
    ) -> int:
        with self._writing() as session:
            find_athlete_row(session, saved.athlete_id)
            known = _known_session(session, saved)
            row = known or SessionRow()
            for column in SessionRow.__table__.columns:
                value = getattr(saved, column.key)
                if column.key != "id" and not (known and column.key in _KEPT_COLUMNS and not value):
                    setattr(row, column.key, value)
            session.add(row)
            session.flush()
            if known:
                replaced = {"analysis", *(label for label, _ in attachments)}
                replaced |= {"picture"} if replace_pictures else set()
                _clear_session(session, row.id, replaced)
            session.add_all(mapping.rows_of(row.id, analysis))
            session.add_all(
                AttachmentRow(session_id=row.id, kind=label, name=name, data=data)
                for (label, name), data in attachments.items()
            )
            if live is not None:
                session.add(LiveRow(session_id=row.id, **asdict(live)))
            return row.id

    def sessions(
        self, athlete: AthleteRecord | int | None = None, drill: str | None = None
    ) -> list[SessionRecord]:
        """Return the sessions of one athlete and drill (None: all), oldest first."""
        where: list[Any] = []
        if athlete is not None:
            where.append(SessionRow.athlete_id == (athlete if isinstance(athlete, int) else athlete.id))
        if drill is not None:
            where.append(SessionRow.drill == drill)
        return self._records(where)

    def session_counts(self) -> dict[int, int]:
        """Return the number of sessions by athlete id, for athletes who have any."""
        count = select(SessionRow.athlete_id, func.count()).group_by(SessionRow.athlete_id)
        with self._reading() as session:
            return {row[0]: row[1] for row in session.execute(count)}

    def find_session(
        self, *, athlete: AthleteRecord | int, clip_sha256: str, drill: str | None = None
    ) -> SessionRecord | None:
        """Return the session of this clip and athlete (and drill, if given), or None."""
        athlete_id = athlete if isinstance(athlete, int) else athlete.id
        where = [SessionRow.athlete_id == athlete_id, SessionRow.clip_sha256 == clip_sha256]
        found = self._records([*where, SessionRow.drill == drill] if drill else where)
        return found[0] if found else None

    def session(self, session_id: int) -> StoredSession:
        """Return one session with its analysis, pose track and pictures; damaged pictures are left out.

        Raises:
            UsageError: there is no such session.
            StoreError: the analysis or the pose track is damaged.
        """
        found = self._records([SessionRow.id == session_id])
        if not found:
            raise UsageError(
                f"session {session_id}", "there is no such session", "run kickform sessions for a list"
            )
        with self._reading() as session:
            rows = session.scalars(select(AttachmentRow).where(AttachmentRow.session_id == session_id)).all()
            live = session.get(LiveRow, session_id)
            data = {(row.kind, row.name): row.data for row in rows}
            shown = None if live is None else _live(live)
        name = f"session {session_id}"
        packed = data.get(("track", ""))
        if ("analysis", "") not in data:
            raise StoreError(name, "its analysis is missing", "delete it and analyze the clip again")
        return StoredSession(
            record=found[0],
            analysis=mapping.read_analysis(data["analysis", ""], name),
            track=mapping.unpack_track(packed, name) if packed else None,
            pictures={
                label: jpeg
                for (kind, label), jpeg in sorted(data.items())
                if kind == "picture" and mapping.is_whole_jpeg(jpeg)
            },
            live=shown,
        )

    def set_note(self, session_id: int, note: str) -> None:
        """Replace the user's note on a session."""
        with self._writing() as session:
            _find_session(session, session_id).note = note

    def delete_session(self, session_id: int) -> None:
        """Delete a session with its metrics, attachments and saved video."""
        with self._writing() as session:
            files = {_find_session(session, session_id).video_file}
            session.execute(delete(SessionRow).where(SessionRow.id == session_id))
        self._forget_videos(files)

    def _records(self, where: list[Any]) -> list[SessionRecord]:
        with self._reading() as session:
            rows = session.execute(
                select(*SessionRow.__table__.columns, AthleteRow.name.label("athlete"))
                .join(AthleteRow, AthleteRow.id == SessionRow.athlete_id)
                .where(*where)
                .order_by(SessionRow.filmed_at, SessionRow.id)
            ).all()
            numbers = session.execute(
                select(*SetMetricRow.__table__.columns)
                .join(SessionRow, SessionRow.id == SetMetricRow.session_id)
                .where(*where)
                .order_by(SetMetricRow.session_id, SetMetricRow.side, SetMetricRow.place)
            ).all()
        of_session: dict[int, list[MetricRecord]] = {}
        for session_id, *values in numbers:
            name, side, value, sd, n, unit, better, label, _place = values
            record = MetricRecord(name, side, value, sd, n, unit, better, label)
            of_session.setdefault(session_id, []).append(record)
        return [_session(row, tuple(of_session.get(row.id, ())), self._videos) for row in rows]


def _attachments(
    pictures: Mapping[str, bytes] | None, track: PoseTrack | None
) -> dict[tuple[str, str], bytes]:
    """Return the data of pictures and pose track by (kind, name)."""
    found = {("picture", name): jpeg for name, jpeg in (pictures or {}).items()}
    if track is not None:
        found["track", ""] = mapping.pack_track(track)
    return found


def _find_session(session: Session, session_id: int) -> SessionRow:
    row = session.get(SessionRow, session_id)
    if row is None:
        raise UsageError(
            f"session {session_id}", "there is no such session", "run kickform sessions for a list"
        )
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
    """Delete what a new save of the session replaces: all metrics, and attachments of these kinds."""
    for table in (RepRow, RepMetricRow, SetMetricRow, CorrectionRow, LiveRow):
        session.execute(delete(table).where(table.session_id == session_id))
    session.execute(
        delete(AttachmentRow).where(AttachmentRow.session_id == session_id, AttachmentRow.kind.in_(kinds))
    )


def _live(row: LiveRow) -> LiveRecord:
    return LiveRecord(
        row.frame_rate_hz, row.frames_dropped, row.reps_counted, row.contact_time_ms, row.contact_time_sd_ms
    )


def _session(row: Any, metrics: tuple[MetricRecord, ...], videos: VideoFolder) -> SessionRecord:
    findings, faults = mapping.finding_codes(row.findings)
    return SessionRecord(
        id=row.id,
        athlete_id=row.athlete_id,
        athlete=row.athlete,
        drill=row.drill,
        variant=row.variant,
        kind=cast(SessionKind, row.kind),
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
