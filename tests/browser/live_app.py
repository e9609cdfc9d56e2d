"""The app with a slow clock, so that a busy machine sees every frame.

The fake camera plays a clip `KICKFORM_TEST_SLOW` times slower than life, and the frames' times are
divided by as much; frames that come in bursts wait. What is tested so does not depend on how busy the
machine is. Each frame carries its number in the picture's corner; number and time go to a file, from which
the test knows where the camera is in the clip.
"""

import os

import numpy as np

import kickform.app.pages.live as page
from kickform.live import pose_source
from kickform.live import session as live_session
from kickform.live.session import LiveSession
from tests.browser.fake_camera import read_stamp

SLOW = float(os.environ["KICKFORM_TEST_SLOW"])
_LOG = os.environ["KICKFORM_TEST_LOG"]


def feed(self: LiveSession, time_s: float, rgb: np.ndarray) -> None:
    now = self.standing()
    with open(_LOG, "a") as log:
        counted = f"{len(now.reading.reps)} {now.dropped}"
        log.write(f"{time_s / SLOW:.5f} {read_stamp(rgb)} {now.phase} {counted}\n")
    self.real_feed(time_s / SLOW, rgb)


if not hasattr(LiveSession, "real_feed"):  # this script runs again and again
    pose_source._SLOWEST_MS *= SLOW
    live_session._FEET_WITHIN_MS *= SLOW
    live_session._MOST_WAITING = 60
    LiveSession.real_feed, LiveSession.feed = LiveSession.feed, feed
page._COUNTDOWN_S = 0.6

from kickform.app.router import run  # noqa: E402

run()
