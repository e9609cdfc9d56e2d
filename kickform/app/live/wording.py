"""The texts of the live page. Pure functions; independent of drills and of Streamlit."""

from __future__ import annotations

from typing import Any

from kickform.drills import all_drills
from kickform.drills.base import Drill, Metric
from kickform.live.coach import LEAST_TIMING_FPS, Reading, main_metric, precision_words
from kickform.live.framing import first_wrong
from kickform.live.session import LiveStanding
from kickform.results.formatting import number_words

__all__ = [
    "CAMERA_WORDS",
    "COARSE_WORDS",
    "TROUBLE_WORDS",
    "board_data",
    "missing_frames_words",
    "rate_words",
    "trouble_words",
]

CAMERA_WORDS = {
    "start": "Start camera",
    "stop": "Stop camera",
    "media_api_not_available": "The browser gives this page no camera. Open it at http://localhost or over "
    "https; see docs/hosting.md.",
    "device_ask_permission": "Allow the camera: the browser asks at the top of the window.",
    "device_not_available": "No camera found. Plug one in, then start it.",
    "device_access_denied": "The camera is blocked. Allow it with the camera icon in the browser's address "
    "bar, then start the camera again.",
    "select_device": "Choose camera",
    "select_camera": "Camera",
}
"""Texts of the camera component, by the names that its library uses."""

TROUBLE_WORDS = {
    "NotAllowedError": "The camera is blocked. Allow it with the camera icon in the browser's address bar, "
    "then start the camera again.",
    "NotFoundError": "No camera found. Plug one in, then start it.",
    "NotReadableError": "Another program is using the camera. Close it, then start the camera again.",
    "undefined": "The browser gives this page no camera. Open it at http://localhost or over https.",
}
"""What to do if the camera does not start, by the browser's name of the error."""

_FEW_FPS, _DROPPED_SHARE = 15.0, 0.34
_LACKING_SHARE = 0.02
_FOLLOWED = 0.5
"""Share of frames with tracked feet below which contact times are less exact."""
COARSE_WORDS = "Less exact than usual: this computer is too busy to track the feet."
_GOOD_SPAN = 2.0


def board_data(standing: LiveStanding, sound: str) -> dict[str, Any]:
    """Return the board's contents as plain values."""
    reading = standing.reading
    drill = all_drills().get(reading.drill)
    cue = reading.cue
    data = {
        "phase": standing.phase,
        "sound": sound,
        "left": -(-int(standing.left_s * 10) // 10),
        "count": len(reading.reps),
        "score": None if reading.score is None else round(reading.score),
        "cue": cue.words if cue else "",
        "message": cue.message if cue else "",
        "title": drill.title if drill else "Any drill",
        "number": None,
        "frames": rate_words(standing),
    }
    if drill is not None:
        data["number"] = _number(drill, standing)
    return data


def _number(drill: Drill, standing: LiveStanding) -> dict[str, Any]:
    """Return the main number: value of the last rep, set average, good range, and how exact one value is."""
    reading, metric = standing.reading, main_metric(drill)
    sds = [rep.sds[metric.name] for rep in reading.reps if metric.name in rep.sds]
    mean = reading.mean
    mean_words = ""
    if mean is not None and mean.value is not None and mean.n > 1:
        half = "" if mean.sd is None else f" ± {number_words(1.96 * mean.sd, metric.unit)}"
        mean_words = f"Set average {number_words(mean.value, metric.unit)}{half}"
    low, high = metric.good or (None, None)
    start, stop = _scale_ends(metric)
    return {
        "label": metric.label,
        "value": None if reading.last is None else number_words(reading.last, metric.unit),
        "place": None if reading.last is None else _share(reading.last, start, stop),
        "good": [_share(start if low is None else low, start, stop), _share(stop if high is None else high,
                 start, stop)],
        "is_good": None if reading.last is None or metric.good is None else _inside(reading.last, low, high),
        "mean": mean_words,
        "precision": _precision(metric, sds, reading),
    }  # fmt: skip


def _precision(metric: Metric, sds: list[float], reading: Reading) -> str:
    """Return how exact a single value is, or why there is none."""
    fps = reading.fps
    if metric.unit == "ms" and 0 < fps < LEAST_TIMING_FPS:
        return f"{fps:.0f} fps is too slow to time contacts; it takes {LEAST_TIMING_FPS:.0f} fps"
    words = precision_words(metric, sds, fps)
    if words and metric.unit == "ms" and reading.followed < _FOLLOWED:
        return f"{words}. {COARSE_WORDS}"
    return words


def _scale_ends(metric: Metric) -> tuple[float, float]:
    """Return the ends of the bar; the good range takes about half of it."""
    low, high = metric.good or (None, None)
    if low is not None and high is not None:
        return low - (high - low) * _GOOD_SPAN / 2, high + (high - low) * _GOOD_SPAN / 2
    if high is not None:
        return 0.25 * high, 2.0 * high
    return (0.25 * low, 1.5 * low) if low is not None else (0.0, 1.0)


def _share(value: float, start: float, stop: float) -> float:
    return round(min(1.0, max(0.0, (value - start) / (stop - start))), 3)


def _inside(value: float, low: float | None, high: float | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def rate_words(standing: LiveStanding) -> str:
    """Return the analysed frame rate, and the camera's if it is higher."""
    judged, camera = standing.reading.fps, standing.camera_fps
    if not judged:
        return "Waiting for the camera"
    if judged > camera - 1.5:
        return f"{judged:.0f} fps"
    return f"{judged:.0f} of the camera's {camera:.0f} fps"


def missing_frames_words(missing_share: float) -> str:
    """Return a warning that the recorded clip lacks frames, with what to do; "" if it lacks only a few."""
    if missing_share < _LACKING_SHARE:
        return ""
    return (
        f"{100 * missing_share:.0f} % of the camera's frames are missing because the computer was busy, so a "
        "rep may be missing too. Close other programs and repeat the set, or film it with a phone."
    )


def trouble_words(standing: LiveStanding, silent_s: float) -> str:
    """Return the most urgent problem and what to do; "" if there is none.

    Args:
        standing: the state of the session.
        silent_s: seconds since the camera last gave a frame.
    """
    if standing.error:
        return standing.error
    if silent_s > 3 and standing.frames:
        return (
            "The camera stopped sending pictures. Plug it in again, or press Stop to check what was recorded."
        )
    if standing.phase == "framing":
        wrong = first_wrong(standing.checks)
        return wrong.words if wrong else ""
    if standing.full:
        return "The set has reached the longest time allowed. Press Stop to see the result."
    if not standing.reading.in_sight:
        other = " Someone else is in view and is not counted." if standing.strangers else ""
        return f"You are out of the picture. Step back into view, head to feet.{other}"
    if 0 < standing.reading.fps < _FEW_FPS:
        return (
            f"Only {standing.reading.fps:.0f} fps: this computer is busy and misses short contacts. "
            "Close other programs, or film with a phone and check the file."
        )
    return ""
