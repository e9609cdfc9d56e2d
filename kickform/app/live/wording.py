"""What the live page says. Pure functions; nothing here knows a drill or Streamlit."""

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
    "start": "Turn the camera on",
    "stop": "Turn the camera off",
    "media_api_not_available": "The browser gives this page no camera. Open it at http://localhost, or over "
    "https; see docs/hosting.md.",
    "device_ask_permission": "Allow the camera: the browser asks at the top of its window.",
    "device_not_available": "There is no camera. Plug one in, then turn it on.",
    "device_access_denied": "The camera was refused. Allow it with the camera sign in the browser's address "
    "bar, then turn the camera on again.",
    "select_device": "Choose another camera",
    "select_camera": "Camera",
}
"""What the camera part says, by the names that its library uses."""

TROUBLE_WORDS = {
    "NotAllowedError": "The camera was refused. Allow it with the camera sign in the browser's address bar, "
    "then turn the camera on again.",
    "NotFoundError": "There is no camera. Plug one in, then turn it on.",
    "NotReadableError": "Another program is using the camera. Close it, then turn the camera on again.",
    "undefined": "The browser gives this page no camera. Open it at http://localhost, or over https.",
}
"""What to do about a camera that does not start, by the browser's name for the trouble."""

_FEW_FPS, _DROPPED_SHARE = 15.0, 0.34
_LACKING_SHARE = 0.02
_FOLLOWED = 0.5
"""With a smaller share of frames to which the feet were followed, contact times are coarser."""
COARSE_WORDS = "Coarser than usual: this computer is too busy to follow the feet."
_GOOD_SPAN = 2.0


def board_data(standing: LiveStanding, sound: str) -> dict[str, Any]:
    """Return what the board shows, as plain values."""
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
    """Return the main number: last rep's value, mean of the set, good zone and what a single one is worth."""
    reading, metric = standing.reading, main_metric(drill)
    sds = [rep.sds[metric.name] for rep in reading.reps if metric.name in rep.sds]
    mean = reading.mean
    mean_words = ""
    if mean is not None and mean.value is not None and mean.n > 1:
        half = "" if mean.sd is None else f" ± {number_words(1.96 * mean.sd, metric.unit)}"
        mean_words = f"Set mean {number_words(mean.value, metric.unit)}{half}"
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
    """Return what a single number is worth, or why there is none."""
    fps = reading.fps
    if metric.unit == "ms" and 0 < fps < LEAST_TIMING_FPS:
        return f"Too few frames to time contacts by: {fps:.0f} a second, {LEAST_TIMING_FPS:.0f} are needed"
    words = precision_words(metric, sds, fps)
    if words and metric.unit == "ms" and reading.followed < _FOLLOWED:
        return f"{words}. {COARSE_WORDS}"
    return words


def _scale_ends(metric: Metric) -> tuple[float, float]:
    """Return the ends of the bar: the good zone takes about half of it."""
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
    """Return how many frames a second are judged, and of how many."""
    judged, camera = standing.reading.fps, standing.camera_fps
    if not judged:
        return "Waiting for the camera"
    words = f"{judged:.0f} frames a second"
    return words if judged > camera - 1.5 else f"{words} of the camera's {camera:.0f}"


def missing_frames_words(missing_share: float) -> str:
    """Return that the recorded clip lacks frames, and what to do; "" where it lacks a few only."""
    if missing_share < _LACKING_SHARE:
        return ""
    return (
        f"{100 * missing_share:.0f} % of the camera's frames are not in this clip: the computer was busy. "
        "A rep may be missing. Close other programs and do the set again, or film it with a phone."
    )


def trouble_words(standing: LiveStanding, silent_s: float) -> str:
    """Return the one thing that is wrong now, with what to do; "" where nothing is.

    Args:
        standing: how the session stands.
        silent_s: seconds since the camera last gave a frame.
    """
    if standing.error:
        return standing.error
    if silent_s > 3 and standing.frames:
        return (
            "The camera gives no picture any more. Plug it in again, or press Stop to see what was recorded."
        )
    if standing.phase == "framing":
        wrong = first_wrong(standing.checks)
        return wrong.words if wrong else ""
    if standing.full:
        return "This is the longest set that can be judged. Press Stop."
    if not standing.reading.in_sight:
        other = " Somebody else was seen, and is not counted." if standing.strangers else ""
        return f"You are out of the picture. Step back into it, whole body.{other}"
    if 0 < standing.reading.fps < _FEW_FPS:
        return (
            f"Only {standing.reading.fps:.0f} frames a second: this computer is busy, and short contacts are "
            "missed. Close other programs, or film with a phone and check the file."
        )
    return ""
