"""The app with the poses of synthetic jumps, so that the editor can recompute everything."""

from dataclasses import replace

import kickform.pipeline.analyze as core
from kickform.pipeline.analyze import judge_estimate
from kickform.video.reader import probe
from tests.synthetic import Camera, Stand, estimate, film, train

_JUMPS = film([Stand(0.4), train(0.2, 0.4, 4), Stand(0.4)], Camera(fps=60, noise=0.002, far=2, seed=2))


def analyze(path, *, corrections=(), **_options):
    info = replace(probe(path), width=1280, height=720)
    return judge_estimate(estimate(_JUMPS.track), info, drill="pogo", corrections=corrections)


core.analyze = analyze

from kickform.app.router import run  # noqa: E402

run()
