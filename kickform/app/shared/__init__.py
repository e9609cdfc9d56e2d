"""Widgets and texts that several pages use."""

__all__: list[str] = []
