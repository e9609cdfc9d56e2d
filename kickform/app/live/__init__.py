"""The parts of the live page."""

__all__: list[str] = []
