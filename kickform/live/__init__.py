"""Coaching from a camera while the athlete is moving."""

__all__: list[str] = []
