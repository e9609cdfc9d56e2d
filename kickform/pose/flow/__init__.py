"""Motion of feet and thighs from picture to picture, by sparse optical flow."""

__all__: list[str] = []
