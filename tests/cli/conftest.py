"""The command line in this process, with a made-up analysis for the pose model's."""

from tests.command_line import clip, fake, run, verdict

__all__ = ["clip", "fake", "run", "verdict"]
