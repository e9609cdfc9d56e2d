"""Least-squares fits that time single events."""

__all__: list[str] = []
