"""Events timed by points that are followed on the soles."""

__all__: list[str] = []
