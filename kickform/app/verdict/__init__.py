"""How a verdict is shown."""

__all__: list[str] = []
