"""Feet and thighs followed from picture to picture by sparse optical flow."""

__all__: list[str] = []
