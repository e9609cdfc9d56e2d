"""The ``kickform`` command."""

__all__: list[str] = []
