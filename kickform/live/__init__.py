"""From a camera to a coach, while the set is under way."""

__all__: list[str] = []
