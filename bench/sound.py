"""Would sound time landings better than the pictures do? Real clips with sound, labelled by eye.

``python -m bench sound [--shared DIR] [--json FILE]``

A landing is heard as a sudden rise of the sound's level. How late sound is in a file is unknown but constant:
it is the lag at which the mean rise about all landings is greatest; the greatest rise near that lag is each
landing's. What is compared are spreads about the median, so that constant shifts (of sound, of labels) count
for nothing. A label is a frame number: its own error has an SD of a frame's length over the root of 12.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import av
import numpy as np
from scipy.signal import butter, sosfiltfilt

from bench.cache import poses_of
from bench.external import asked
from bench.labels import labels_in, real_clips
from kickform.errors import KickFormError
from kickform.numeric import FloatArray
from kickform.pipeline.build_motion import build_motion
from kickform.pipeline.file_clock import motion_on_file_clock
from kickform.video.reader import probe

__all__ = ["SoundRow", "heard", "main", "rises", "sound_of"]

_BAND_HZ = (300.0, 1500.0)
_RISE_S, _LEVEL_S = 0.008, 0.002
_LAGS_S = (-0.25, 0.25)
_NEAR_S = 0.04
_MIN_LANDINGS = 4


@dataclass(frozen=True, slots=True)
class SoundRow:
    """One clip: spreads (1.48 times the median absolute deviation), ms, of landings by each witness."""

    clip: str
    fps: float
    landings: int
    seen_to_label_ms: float
    heard_to_label_ms: float
    heard_to_seen_ms: float
    label_error_ms: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    options = asked("sound", __doc__, arguments)
    if options is None:
        return 0
    rows = [row for folder in real_clips(options.shared) if (row := _row(folder)) is not None]
    print("| Real clip | fps | landings | seen to label, ms | heard to label | heard to seen | label's own |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        numbers = (row.seen_to_label_ms, row.heard_to_label_ms, row.heard_to_seen_ms, row.label_error_ms)
        told = " | ".join(f"{number:.1f}" for number in numbers)
        print(f"| {row.clip} | {row.fps:.0f} | {row.landings} | {told} |")
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", "utf-8")
    return 0


def _row(folder: Path) -> SoundRow | None:
    info = probe(folder / "video.mp4")
    sound = sound_of(info.path)
    if sound is None:
        return None
    try:
        estimate = poses_of(info.path, "heavy")
        motion = motion_on_file_clock(build_motion(estimate.track, info)[0])
    except KickFormError as error:
        print(f"{folder.name}: {error}", file=sys.stderr)
        return None
    events = labels_in(folder, estimate.track.time_s)
    labels = np.array([label.at_s for label in events if label.event == "touchdown"])
    if not len(labels):
        return None
    seen = np.array([c.touchdown_s for c in motion.contacts if math.isfinite(c.touchdown_sd_s)])
    near = [int(np.abs(labels - t).argmin()) for t in seen]
    true = labels[near] if len(seen) else labels[:0]
    kept = np.abs(true - seen) < 0.1
    seen, true = seen[kept], true[kept]
    if len(seen) < _MIN_LANDINGS:
        print(f"{folder.name}: too few landings to compare", file=sys.stderr)
        return None
    by_ear = heard(*rises(*sound), seen)
    return SoundRow(
        folder.name,
        info.mean_fps,
        len(seen),
        _spread_ms(seen - true),
        _spread_ms(by_ear - true),
        _spread_ms(by_ear - seen),
        1000 / info.mean_fps / math.sqrt(12),
    )


def sound_of(path: Path) -> tuple[FloatArray, FloatArray] | None:
    """Return the sound's times, seconds on the file's timeline, and its mono samples; or None."""
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=stream.rate)
        frames = [f for frame in container.decode(stream) for f in resampler.resample(frame)]
    samples = np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(float)
    pts, tick_s = frames[0].pts, frames[0].time_base
    first_s = float(pts * tick_s) if pts is not None and tick_s is not None else 0.0
    return first_s + np.arange(len(samples)) / frames[0].sample_rate, samples


def rises(times_s: FloatArray, samples: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return times, and by how much footfalls are louder after them than before (natural logarithm)."""
    rate_hz = 1 / (times_s[1] - times_s[0])
    band = sosfiltfilt(butter(2, _BAND_HZ, "band", fs=rate_hz, output="sos"), samples)
    width = max(1, round(_LEVEL_S * rate_hz))
    level = np.sqrt(np.convolve(band**2, np.full(width, 1 / width), "same"))
    logarithm = np.log(level + 2e-3 * level.max() + 1e-12)
    span = max(1, round(_RISE_S * rate_hz))
    mean = np.convolve(logarithm, np.full(span, 1 / span), "valid")
    return times_s[span : len(mean)], np.maximum(mean[span:] - mean[:-span], 0.0)


def heard(times_s: FloatArray, rise: FloatArray, seen_s: FloatArray) -> FloatArray:
    """Return when each landing is heard, seconds, the common lag of the sound still in it."""
    lags = np.arange(*_LAGS_S, 0.005)
    mean = [np.interp(seen_s + lag, times_s, rise).mean() for lag in lags]
    lag = float(lags[int(np.argmax(mean))])
    found = []
    for t in seen_s + lag:
        window = np.flatnonzero(np.abs(times_s - t) <= _NEAR_S)
        found.append(times_s[window[rise[window].argmax()]] if len(window) else math.nan)
    return np.array(found)


def _spread_ms(differences_s: FloatArray) -> float:
    off = np.abs(differences_s - np.nanmedian(differences_s))
    return 1000 * 1.48 * float(np.nanmedian(off))


if __name__ == "__main__":
    sys.exit(main())
