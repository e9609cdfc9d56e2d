"""Puts the parts together: from a video file to an `Analysis`."""

__all__: list[str] = []
