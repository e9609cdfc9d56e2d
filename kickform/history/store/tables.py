"""The tables as typed SQLAlchemy models. A change here needs a migration in `migrations/versions`.

Lists and trends read only `sessions` and `metrics`. Large data (the analysis, the pose track, pictures) is in
`attachments` and is read for one session at a time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = [
    "AthleteRow",
    "AttachmentRow",
    "Base",
    "CorrectionRow",
    "DayRow",
    "LiveRow",
    "PreferenceRow",
    "RepMetricRow",
    "RepRow",
    "SessionRow",
    "SetMetricRow",
    "UtcDateTime",
]


class UtcDateTime(TypeDecorator[datetime]):
    """A time: time-zone aware in Python, UTC in the database (SQLite stores no time zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert an aware time to UTC.

        Raises:
            ValueError: the time has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables; constraints are named, so that later migrations can refer to them."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {float: Double()}
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class AthleteRow(Base):
    """An athlete; ``name_key`` is the unique name without case."""

    __tablename__ = "athletes"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  an id is never reused

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text, unique=True)
    height_m: Mapped[float | None]
    mass_kg: Mapped[float | None]
    notes: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SessionRow(Base):
    """One analyzed clip of one athlete; the same clip with the same drill is the same session."""

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("athlete_id", "clip_sha256", "drill"),
        Index(None, "athlete_id", "drill", "filmed_at"),
        CheckConstraint("kind IN ('file', 'live')", name="kind"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    athlete_id: Mapped[int] = mapped_column(ForeignKey("athletes.id", ondelete="CASCADE"))
    drill: Mapped[str] = mapped_column(Text)
    variant: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(8))
    filmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    filmed_at_source: Mapped[str] = mapped_column(String(16))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    clip_name: Mapped[str] = mapped_column(Text)
    clip_sha256: Mapped[str | None] = mapped_column(String(64))
    fps: Mapped[float]
    plane: Mapped[str] = mapped_column(String(16))
    yaw_deg: Mapped[float]
    model: Mapped[str] = mapped_column(String(16))
    estimator_version: Mapped[int]
    kickform_version: Mapped[str] = mapped_column(String(32))
    score: Mapped[float | None]
    rep_count: Mapped[int]
    findings: Mapped[str] = mapped_column(Text)
    video_file: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)


class RepRow(Base):
    """One rep of a session."""

    __tablename__ = "reps"

    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    side: Mapped[str] = mapped_column(String(8))
    start_s: Mapped[float]
    end_s: Mapped[float]
    score: Mapped[float | None]


class RepMetricRow(Base):
    """One metric of one rep, with its SD."""

    __tablename__ = "rep_metrics"

    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[float]
    sd: Mapped[float | None]


class SetMetricRow(Base):
    """One metric of a session, over the set or the reps of one side; ``place`` is its order in the drill."""

    __tablename__ = "metrics"

    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    side: Mapped[str] = mapped_column(String(8), primary_key=True)
    value: Mapped[float | None]
    sd: Mapped[float | None]
    n: Mapped[int]
    unit: Mapped[str] = mapped_column(Text)
    better: Mapped[str] = mapped_column(String(8))
    label: Mapped[str] = mapped_column(Text)
    place: Mapped[int]


class AttachmentRow(Base):
    """Large data of a session; ``kind`` is "analysis" (JSON), "track" or "picture" (JPEG)."""

    __tablename__ = "attachments"

    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class CorrectionRow(Base):
    """A correction by the user, numbered in order; ``body`` is its JSON."""

    __tablename__ = "corrections"

    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)


class LiveRow(Base):
    """The figures of the live page, before the recording was analyzed."""

    __tablename__ = "live"

    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    frame_rate_hz: Mapped[float]
    frames_dropped: Mapped[int]
    reps_counted: Mapped[int]
    contact_time_ms: Mapped[float | None]
    contact_time_sd_ms: Mapped[float | None]


class DayRow(Base):
    """An athlete's note on a day: the kind of training, and pain."""

    __tablename__ = "days"

    athlete_id: Mapped[int] = mapped_column(ForeignKey("athletes.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str | None] = mapped_column(String(8))
    pain: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text)


class PreferenceRow(Base):
    """One user setting, as JSON."""

    __tablename__ = "preferences"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
