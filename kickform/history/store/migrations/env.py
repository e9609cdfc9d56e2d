"""Alembic's entry: runs the migrations on the connection that `kickform.history.store.open` hands over."""

from alembic import context

__all__ = ()

context.configure(
    connection=context.config.attributes["connection"],
    version_table="kickform_version",
    target_metadata=None,
    render_as_batch=True,
)
context.run_migrations()
