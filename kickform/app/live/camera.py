"""The camera of the live page: frames go from the browser to the session and come back with the skeleton."""

from __future__ import annotations

import asyncio
import threading
import time
from fractions import Fraction
from typing import Any, cast

import av
import cv2
import numpy as np
import streamlit as st
from aiortc import MediaStreamTrack, rtcrtpreceiver
from aiortc.mediastreams import MediaStreamError
from streamlit_webrtc import (
    WebRtcMode,
    create_video_sink_track,
    webrtc_streamer,
)

from kickform.app.live.wording import CAMERA_WORDS, TROUBLE_WORDS
from kickform.live.session import LiveSession
from kickform.report.overlay.video import draw_pose
from kickform.settings import Settings, load_settings

__all__ = ["UnwrappedClock", "camera", "camera_notice", "hold_session", "rtc_configuration"]

_KEY = "kickform_camera"
_GRACE_S = 20.0
_RATE_BPS, _REPORT_EVERY_MS = 800_000, 500
_WIDTH, _HEIGHT, _FPS = 640, 480, 60
_SHOWN_FPS, _SHOWN_PX = 12, 480
_CLOCK_HZ = 90_000
_CLOCK = Fraction(1, _CLOCK_HZ)
_WRAP_S = 2**32 / _CLOCK_HZ

_NOTICE_CSS = """
.notice { font-family: var(--st-font); color: var(--st-text-color); padding: 0.8rem 1rem; border-radius: 10px;
  border: 1px solid var(--st-orange-color); }
.notice[hidden] { display: none; }
"""
_NOTICE_JS = """
const notices = new WeakMap()

// The camera component, an iframe of the same page, shows the browser's own error text.
export default function (component) {
  const { data, parentElement } = component
  const notice = parentElement.querySelector(".notice")
  const look = () => {
    let words = navigator.mediaDevices ? "" : data.words.undefined
    for (const frame of document.querySelectorAll("iframe")) {
      const text = frame.contentDocument?.body?.innerText || ""
      for (const [name, said] of Object.entries(data.words)) if (text.includes(name + ":")) words = said
    }
    notice.hidden = !words
    if (notice.textContent !== words) notice.textContent = words
  }
  clearInterval(notices.get(parentElement))
  notices.set(parentElement, setInterval(look, 500))
  look()
  return () => clearInterval(notices.get(parentElement))
}
"""
_NOTICE = st.components.v2.component(
    "kickform_camera_notice",
    html='<div class="notice" role="alert" hidden></div>',
    css=_NOTICE_CSS,
    js=_NOTICE_JS,
)


class _FixedRate:
    """Replaces aiortc's bitrate estimator: always the same rate, reported twice a second."""

    def __init__(self) -> None:
        self._reported_ms = 0.0

    def add(self, *, arrival_time_ms: float, ssrc: int, **_: object) -> tuple[int, list[int]] | None:
        """Return the rate in bits per second and the stream, or None between reports."""
        if arrival_time_ms - self._reported_ms < _REPORT_EVERY_MS:
            return None
        self._reported_ms = arrival_time_ms
        return _RATE_BPS, [ssrc]


def _fix_bitrate() -> None:
    """Ask the browser for a fixed bitrate if browser and KickForm run on one machine or network.

    aiortc estimates the bitrate from how evenly packets arrive. On a busy machine this measures the machine's
    own lag: the browser was slowed down until frames came 15 s late. With no report at all it sends so much
    that packets are lost while the machine is busy, and the picture breaks up (both measured).
    """
    if hasattr(rtcrtpreceiver, "RemoteBitrateEstimator") and not load_settings().ice_servers:
        rtcrtpreceiver.RemoteBitrateEstimator = _FixedRate


def camera_notice() -> None:
    """Show why the camera did not start, if the browser reports it."""
    _NOTICE(data={"words": TROUBLE_WORDS}, key="kickform_camera_notice")


def rtc_configuration(settings: Settings) -> dict[str, Any]:
    """Return the ICE servers from the settings in WebRTC's format; none by default.

    The list must be there even if empty: without it, aiortc and the browser use a public server.
    """
    servers = []
    for server in settings.ice_servers:
        entry: dict[str, Any] = {"urls": [server.url]}
        if server.username is not None:
            entry |= {"username": server.username, "credential": server.credential}
        servers.append(entry)
    return {"iceServers": servers}


def camera(session: LiveSession | None, *, off: bool) -> bool:
    """Show the camera picture and feed its frames to `session`; return whether the camera is on or starting.

    The user turns it on and off with the camera's own button; `off` turns it off from here.

    Input and output are separate: frames are taken as fast as they come, and the picture with the skeleton is
    sent at its own rate. If every frame were sent back, a slow encoder would delay the input more and more.
    """
    stream: Any = webrtc_streamer  # its overloads do not cover a sink together with a source
    _fix_bitrate()
    picture = _picture_track(session)
    context = stream(
        key=_KEY,
        mode=WebRtcMode.SENDRECV,
        rtc_configuration=rtc_configuration(load_settings()),
        media_stream_constraints={
            "audio": False,
            "video": {
                "width": {"ideal": _WIDTH},
                "height": {"ideal": _HEIGHT},
                "frameRate": {"ideal": _FPS},
            },
        },
        desired_playing_state=False if off else None,
        sink_video_track=create_video_sink_track(
            lambda frame: _take(session, picture, frame), key=f"{_KEY}_in", on_ended=lambda: _ended(session)
        ),
        source_video_track=picture,
        sendback_audio=False,
        video_html_attrs={"autoPlay": True, "controls": False, "muted": True, "style": {"width": "100%"}},
        translations=CAMERA_WORDS,
        media_toggle_controls=False,
    )
    return bool(context.state.playing or context.state.signalling)


class UnwrappedClock:
    """Frame times without false wraps of the 32-bit clock.

    If a frame arrives late, with an earlier time than the one before, aiortc takes this for a wrap of the
    clock and adds 13 hours to it and to all frames after it.
    """

    def __init__(self) -> None:
        self._last_s = 0.0

    def seconds(self, time_s: float) -> float:
        """Return the frame's time in seconds, close to the time of the frame before."""
        while time_s - self._last_s > _WRAP_S / 2:
            time_s -= _WRAP_S
        self._last_s = max(self._last_s, time_s)
        return time_s


class _PictureTrack(MediaStreamTrack):
    """Sends the newest picture with a pause in between; on a slow machine less often, without catching up.

    The library's own source keeps its rate, and on a slow machine leaves no time for anything else.
    """

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self.session: LiveSession | None = None
        self.clock = UnwrappedClock()
        self._began = time.monotonic()

    async def recv(self) -> av.VideoFrame:
        """Return the next picture, after a pause."""
        await asyncio.sleep(1 / _SHOWN_FPS)
        if self.readyState != "live":
            raise MediaStreamError
        frame = await asyncio.get_running_loop().run_in_executor(None, _shown, self.session)
        frame.pts, frame.time_base = round((time.monotonic() - self._began) * _CLOCK_HZ), _CLOCK
        return frame


def _picture_track(session: LiveSession | None) -> _PictureTrack:
    """Return the page's track, a new one if the last has ended."""
    key = f"{_KEY}_out"
    track = st.session_state.get(key)
    if track is None or track.readyState != "live":
        track = st.session_state[key] = _PictureTrack()
    track.session = session
    return cast(_PictureTrack, track)


def _take(session: LiveSession | None, track: _PictureTrack, frame: av.VideoFrame) -> None:
    """Feed the frame to the session with its own time."""
    if session is not None and frame.time is not None:
        rgb = np.ascontiguousarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
        session.feed(track.clock.seconds(float(frame.time)), rgb)


def _shown(session: LiveSession | None) -> av.VideoFrame:
    """Return the newest analysed picture with its skeleton."""
    seen = session.seen if session is not None else None
    if seen is None:
        return av.VideoFrame.from_ndarray(np.zeros((_HEIGHT, _WIDTH, 3), np.uint8), format="rgb24")
    rgb, pose = seen
    share = min(1.0, _SHOWN_PX / rgb.shape[1])
    rgb = np.array(cv2.resize(rgb, None, fx=share, fy=share) if share < 1 else rgb, dtype=np.uint8)
    if pose is not None:
        draw_pose(rgb, pose.shifted(np.zeros(2), share))
    return av.VideoFrame.from_ndarray(rgb, format="rgb24")


def _ended(session: LiveSession | None) -> None:
    """Tell the session that its camera is gone, in a thread: the event loop carries all pictures."""
    if session is not None:
        threading.Thread(target=session.lose_camera, name="kickform-live-ended", daemon=True).start()


def _leave(session: LiveSession) -> None:
    """Close the session after the grace time, unless the page is back: a busy browser may lose contact."""

    def close() -> None:
        if session.unattended_s > _GRACE_S / 2:
            session.close()

    timer = threading.Timer(_GRACE_S, close)
    timer.daemon = True
    timer.start()


@st.cache_resource(scope="session", max_entries=1, on_release=_leave, show_spinner=False)
def hold_session(number: int, _session: LiveSession) -> LiveSession:  # noqa: ARG001  the number is the key
    """Hold the session until the page closes or another session replaces it; then close it."""
    return _session
