"""The annotated video: skeleton, head-up display, contact marks."""

__all__: list[str] = []
