"""From pictures to the landmarks of one athlete, and optical flow of feet and thighs."""

__all__: list[str] = []
