"""Live sessions, a note with each session, and what athletes say of their days."""

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the tables `live` and `days`, and the column `note`."""
    op.add_column("sessions", sa.Column("note", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "live",
        sa.Column("session_id", sa.Integer, nullable=False),
        sa.Column("frame_rate_hz", sa.Double, nullable=False),
        sa.Column("frames_dropped", sa.Integer, nullable=False),
        sa.Column("reps_counted", sa.Integer, nullable=False),
        sa.Column("contact_time_ms", sa.Double),
        sa.Column("contact_time_sd_ms", sa.Double),
        sa.PrimaryKeyConstraint("session_id", name="pk_live"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_live_session_id_sessions", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "days",
        sa.Column("athlete_id", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("kind", sa.String(8)),
        sa.Column("pain", sa.Integer),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("athlete_id", "day", name="pk_days"),
        sa.ForeignKeyConstraint(
            ["athlete_id"], ["athletes.id"], name="fk_days_athlete_id_athletes", ondelete="CASCADE"
        ),
    )
