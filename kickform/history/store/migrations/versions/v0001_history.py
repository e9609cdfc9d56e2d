"""The first history: athletes, sessions with their numbers and attachments, preferences."""

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "athletes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("height_m", sa.Double),
        sa.Column("mass_kg", sa.Double),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_athletes"),
        sa.UniqueConstraint("name_key", name="uq_athletes_name_key"),
        sqlite_autoincrement=True,
    )
    _create_sessions()
    _create_numbers()
    op.create_table(
        "attachments",
        sa.Column("session_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("session_id", "kind", "name", name="pk_attachments"),
        _of_session("attachments"),
    )
    op.create_table(
        "corrections",
        sa.Column("session_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("session_id", "number", name="pk_corrections"),
        _of_session("corrections"),
    )
    op.create_table(
        "preferences",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_preferences"),
    )


def _of_session(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_session_id_sessions"
    return sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=name, ondelete="CASCADE")


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("athlete_id", sa.Integer, nullable=False),
        sa.Column("drill", sa.Text, nullable=False),
        sa.Column("variant", sa.Text, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("filmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filmed_at_source", sa.String(16), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clip_name", sa.Text, nullable=False),
        sa.Column("clip_sha256", sa.String(64)),
        sa.Column("fps", sa.Double, nullable=False),
        sa.Column("plane", sa.String(16), nullable=False),
        sa.Column("yaw_deg", sa.Double, nullable=False),
        sa.Column("model", sa.String(16), nullable=False),
        sa.Column("estimator_version", sa.Integer, nullable=False),
        sa.Column("kickform_version", sa.String(32), nullable=False),
        sa.Column("score", sa.Double),
        sa.Column("rep_count", sa.Integer, nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
        sa.Column("video_file", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint(
            "athlete_id", "clip_sha256", "drill", name="uq_sessions_athlete_id_clip_sha256_drill"
        ),
        sa.ForeignKeyConstraint(
            ["athlete_id"], ["athletes.id"], name="fk_sessions_athlete_id_athletes", ondelete="CASCADE"
        ),
        sa.CheckConstraint("kind IN ('file', 'live')", name="ck_sessions_kind"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_sessions_athlete_id_drill_filmed_at", "sessions", ["athlete_id", "drill", "filmed_at"]
    )


def _create_numbers() -> None:
    op.create_table(
        "reps",
        sa.Column("session_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("side", sa.String(8), nullable=False),
        sa.Column("start_s", sa.Double, nullable=False),
        sa.Column("end_s", sa.Double, nullable=False),
        sa.Column("score", sa.Double),
        sa.PrimaryKeyConstraint("session_id", "number", name="pk_reps"),
        _of_session("reps"),
    )
    op.create_table(
        "rep_metrics",
        sa.Column("session_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.Double, nullable=False),
        sa.Column("sd", sa.Double),
        sa.PrimaryKeyConstraint("session_id", "number", "name", name="pk_rep_metrics"),
        _of_session("rep_metrics"),
    )
    op.create_table(
        "metrics",
        sa.Column("session_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("side", sa.String(8), nullable=False),
        sa.Column("value", sa.Double),
        sa.Column("sd", sa.Double),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("better", sa.String(8), nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("session_id", "name", "side", name="pk_metrics"),
        _of_session("metrics"),
    )
