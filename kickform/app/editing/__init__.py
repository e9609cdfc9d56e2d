"""Correcting events by hand."""

__all__: list[str] = []
