"""What KickForm tells the athlete about each drill: limits, messages and cues."""

__all__: list[str] = []
