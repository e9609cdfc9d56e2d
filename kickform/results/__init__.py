"""What an analysis says: the schema, its JSON, findings and their wording."""

__all__: list[str] = []
