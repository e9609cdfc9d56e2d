"""Exports the whole history as one JSON document and imports it again.

The document: ``{"kickform_history": 1, "kickform_version", "exported_at", "preferences", "athletes": [..]}``;
an athlete: ``{"name", "height_m", "mass_kg", "notes", "created_at", "days": [..], "sessions": [..]}``; a
session: its own fields, ``"analysis"`` as in the JSON of an analysis, pictures and pose track as base64 text.
Saved videos are not part of the document.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kickform._version import __version__
from kickform.errors import KickFormError, UsageError
from kickform.history.records import LiveRecord
from kickform.history.store import mapping
from kickform.history.store.athletes import check_athlete, name_key
from kickform.history.store.tables import (
    AthleteRow,
    AttachmentRow,
    DayRow,
    LiveRow,
    PreferenceRow,
    SessionRow,
)
from kickform.results.analysis import Analysis

__all__ = ["FORMAT", "Imported", "export_chunks", "import_document", "read_document"]

FORMAT = 1
_SESSION_FIELDS = ("kind", "filmed_at_source", "clip_sha256", "fps", "note")


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of an import; ``known`` sessions already existed and were not changed."""

    athletes: int
    sessions: int
    known: int


def export_chunks(session: Session) -> Iterator[str]:
    """Yield the JSON document one session at a time, so that a long history needs little memory."""
    preferences = {row.name: json.loads(row.value) for row in session.scalars(select(PreferenceRow))}
    head = {
        "kickform_history": FORMAT,
        "kickform_version": __version__,
        "exported_at": datetime.now(UTC).isoformat(),
        "preferences": preferences,
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "athletes": ['
    for place, athlete in enumerate(session.scalars(select(AthleteRow).order_by(AthleteRow.id)).all()):
        yield (",\n" if place else "\n") + json.dumps(_athlete(session, athlete), ensure_ascii=False)[:-1]
        yield ', "sessions": ['
        ids = session.scalars(
            select(SessionRow.id).where(SessionRow.athlete_id == athlete.id).order_by(SessionRow.id)
        ).all()
        for number, session_id in enumerate(ids):
            row = session.get_one(SessionRow, session_id)
            yield (",\n  " if number else "\n  ") + json.dumps(_session(session, row), ensure_ascii=False)
            session.expunge_all()
        yield "]}"
    yield "]}\n"


def _athlete(session: Session, row: AthleteRow) -> dict[str, Any]:
    days = session.scalars(select(DayRow).where(DayRow.athlete_id == row.id).order_by(DayRow.day))
    return {
        "name": row.name,
        "height_m": row.height_m,
        "mass_kg": row.mass_kg,
        "notes": row.notes,
        "created_at": row.created_at.isoformat(),
        "days": [{"day": d.day.isoformat(), "kind": d.kind, "pain": d.pain, "note": d.note} for d in days],
    }


def _session(session: Session, row: SessionRow) -> dict[str, Any]:
    plain: dict[str, Any] = {name: getattr(row, name) for name in _SESSION_FIELDS}
    plain |= {"filmed_at": row.filmed_at.isoformat(), "saved_at": row.saved_at.isoformat()}
    attachments = session.scalars(select(AttachmentRow).where(AttachmentRow.session_id == row.id)).all()
    pictures = {}
    for attachment in attachments:
        if attachment.kind == "analysis":
            plain["analysis"] = json.loads(mapping.analysis_text(attachment.data, f"session {row.id}"))
        elif attachment.kind == "picture":
            pictures[attachment.name] = base64.b64encode(attachment.data).decode()
        else:
            plain["track"] = base64.b64encode(attachment.data).decode()
    plain["pictures"] = pictures
    live = session.get(LiveRow, row.id)
    if live is not None:
        plain["live"] = {
            c.key: getattr(live, c.key) for c in LiveRow.__table__.columns if c.key != "session_id"
        }
    return plain


def read_document(text: str, name: str) -> dict[str, Any]:
    """Return the document from its JSON text.

    Raises:
        UsageError: it is not such a document, or was written by a newer KickForm.
    """
    try:
        data = json.loads(text)
        version = data["kickform_history"]
        if version == FORMAT and isinstance(data["athletes"], list):
            return dict(data)
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(name, "is not a KickForm history", "use a file written by export") from error
    raise UsageError(name, f"has the newer format {version}", "update KickForm to read it")


def import_document(session: Session, data: dict[str, Any], name: str) -> Imported:
    """Add what the database lacks; existing athletes and sessions are not changed.

    Raises:
        UsageError: the document is damaged.
    """
    new_athletes = new_sessions = known = 0
    try:
        for plain in data["athletes"]:
            athlete, is_new = _import_athlete(session, plain)
            new_athletes += is_new
            for each in plain["sessions"]:
                is_new = _import_session(session, athlete.id, each, name)
                new_sessions, known = new_sessions + is_new, known + (not is_new)
        for key, value in data.get("preferences", {}).items():
            if key != "athlete_id" and session.get(PreferenceRow, key) is None:
                session.add(PreferenceRow(name=str(key), value=json.dumps(value)))
    except KickFormError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
        raise UsageError(name, f"is damaged ({error!r})", "export it again; nothing was imported") from error
    return Imported(new_athletes, new_sessions, known)


def _import_athlete(session: Session, plain: dict[str, Any]) -> tuple[AthleteRow, bool]:
    key = name_key(plain["name"])
    row = session.scalar(select(AthleteRow).where(AthleteRow.name_key == key))
    is_new = row is None
    if row is None:
        check_athlete(plain["name"], plain["height_m"], plain["mass_kg"])
        row = AthleteRow(
            name=plain["name"],
            name_key=key,
            height_m=plain["height_m"],
            mass_kg=plain["mass_kg"],
            notes=plain["notes"],
            created_at=datetime.fromisoformat(plain["created_at"]),
        )
        session.add(row)
        session.flush()
    for each in plain["days"]:
        day = date.fromisoformat(each["day"])
        if session.get(DayRow, (row.id, day)) is None:
            session.add(
                DayRow(athlete_id=row.id, day=day, kind=each["kind"], pain=each["pain"], note=each["note"])
            )
    return row, is_new


def _import_session(session: Session, athlete_id: int, plain: dict[str, Any], name: str) -> bool:
    analysis = Analysis.from_json(json.dumps(plain["analysis"]), name)
    row = SessionRow(
        athlete_id=athlete_id,
        filmed_at=datetime.fromisoformat(plain["filmed_at"]),
        saved_at=datetime.fromisoformat(plain["saved_at"]),
        video_file=None,
        **{field: plain[field] for field in _SESSION_FIELDS},
    )
    mapping.fill_session(row, analysis)
    same = select(SessionRow.id).where(SessionRow.athlete_id == athlete_id, SessionRow.drill == row.drill)
    if row.clip_sha256 is not None:
        same = same.where(SessionRow.clip_sha256 == row.clip_sha256)
    else:
        same = same.where(SessionRow.clip_sha256.is_(None), SessionRow.filmed_at == row.filmed_at)
    if session.scalar(same) is not None:
        return False
    session.add(row)
    session.flush()
    session.add_all(mapping.rows_of(row.id, analysis))
    for label, text in plain["pictures"].items():
        jpeg = base64.b64decode(text, validate=True)
        session.add(AttachmentRow(session_id=row.id, kind="picture", name=label, data=jpeg))
    if "track" in plain:
        packed = base64.b64decode(plain["track"], validate=True)
        mapping.unpack_track(packed, name)
        session.add(AttachmentRow(session_id=row.id, kind="track", name="", data=packed))
    if "live" in plain:
        session.add(LiveRow(session_id=row.id, **asdict(LiveRecord(**plain["live"]))))
    return True
