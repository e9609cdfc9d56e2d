"""The annotated video: skeleton, head-up display, timeline of contacts."""

__all__: list[str] = []
