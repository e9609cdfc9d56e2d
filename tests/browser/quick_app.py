"""The app with a made-up analysis: what the page does is tested, not what the pose model sees."""

import kickform.pipeline.analyze as core
from tests.app.fake import fake_analyze

core.analyze = fake_analyze

from kickform.app.router import run  # noqa: E402

run()
