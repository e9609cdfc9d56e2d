"""Video files in and out: true frame times, reading, writing, identity."""

__all__: list[str] = []
