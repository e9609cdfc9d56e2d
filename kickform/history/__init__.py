"""Sessions over time: store, trends, training programme, batch analysis."""

__all__: list[str] = []
