"""The app with a made-up analysis: tests the pages, not the pose model."""

import kickform.pipeline.analyze as core
from tests.app.fake import fake_analyze

core.analyze = fake_analyze

from kickform.app.router import run  # noqa: E402

run()
