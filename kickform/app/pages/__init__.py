"""The pages of the app: one function each, listed in `kickform.app.router`."""

__all__: list[str] = []
