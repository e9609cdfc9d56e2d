"""What pages share behind the scenes: history, jobs, state, workspace."""

__all__: list[str] = []
