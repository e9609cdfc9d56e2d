"""Pieces that several drills share."""

__all__: list[str] = []
