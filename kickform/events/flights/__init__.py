"""Flights: found by the bounce of the body, bounded, and told from what only looks like one."""

__all__: list[str] = []
