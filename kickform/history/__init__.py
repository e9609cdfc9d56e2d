"""Sessions over time: store, trends, programme, batch."""

__all__: list[str] = []
