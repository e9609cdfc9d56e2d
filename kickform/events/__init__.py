"""From landmarks and flow to flights, contacts and steps, each with an SD."""

__all__: list[str] = []
