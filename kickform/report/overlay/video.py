"""Draws skeleton, knee angle, timeline and counters onto the clip, as an H.264 file that browsers play.

The overlay keeps the clip's frame times, so that a player can jump to any time of the analysis. Frames in
which the athlete was not found show no skeleton.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from kickform.drills import all_drills
from kickform.errors import Cancelled, UsageError
from kickform.motion.motion import Motion
from kickform.numeric import FloatArray, RgbArray
from kickform.pose.people import Pose
from kickform.pose.track import Landmark
from kickform.report.overlay.hud import HudState, draw_hud, hud_state_at
from kickform.report.overlay.skeleton import CONTACT, FLIGHT, WHITE, Figure, draw_figure
from kickform.results.analysis import Analysis
from kickform.video.reader import read_frames
from kickform.video.writer import Mp4Writer

__all__ = ["draw_frame", "draw_pose", "drill_title", "evidence_frames", "render_overlay"]

MAX_SIDE_PX = 1280
_STILL_UNITS = 620
_BRIDGED_INTERVALS = 2.5
_LEFT_LEG = (Landmark.L_HIP, Landmark.L_KNEE, Landmark.L_ANKLE)
_RIGHT_LEG = (Landmark.R_HIP, Landmark.R_KNEE, Landmark.R_ANKLE)

Progress = Callable[[str, float], bool | None]


def render_overlay(
    video: Path,
    analysis: Analysis,
    out: Path,
    *,
    progress: Progress | None = None,
    max_side_px: int | None = MAX_SIDE_PX,
) -> Path:
    """Write the annotated clip to `out` (H.264, yuv420p, index at the front) and return `out`.

    Args:
        video: the clip that was analysed.
        analysis: the analysis of the clip, with its `motion`.
        out: the MP4 to write, completely or not at all.
        progress: called with "overlay" and a fraction; returning False stops.
        max_side_px: longest side of the video, pixels; None keeps the clip's size.

    Raises:
        UsageError: the analysis was read back from JSON, or `out` cannot be written.
        VideoError: the clip cannot be read.
        Cancelled: `progress` returned False.
    """
    motion = _motion_of(analysis)
    total = max(1, analysis.video.frames)
    with (
        read_frames(video, max_side_px=max_side_px) as frames,
        Mp4Writer(out, analysis.video.mean_fps or motion.fps) as writer,
    ):
        for frame in frames:
            if progress is not None and progress("overlay", min(1.0, frame.index / total)) is False:
                raise Cancelled(video.name)
            picture = draw_frame(frame.rgb, analysis, frame.time_s)
            writer.write(picture, frame.time_s)
    if progress is not None:
        progress("overlay", 1.0)
    return out


def draw_frame(rgb: RgbArray, analysis: Analysis, time_s: float, *, hud: bool = True) -> RgbArray:
    """Return a copy of the picture at `time_s` with the overlay drawn on it.

    Args:
        rgb: (H, W, 3) uint8, the upright picture in any size.
        analysis: with its `motion`.
        time_s: the picture's time in the file, seconds.
        hud: whether to draw the panels and the timeline as well.

    Raises:
        UsageError: the analysis was read back from JSON and has no motion.
    """
    motion = _motion_of(analysis)
    picture = rgb.copy()
    unit_px = min(picture.shape[:2]) / 1000
    state = hud_state_at(analysis, time_s)
    figure = _figure_at(motion, state, picture.shape[1] / motion.track.width_px)
    if figure is not None:
        draw_figure(picture, figure, unit_px)
    if hud:
        draw_hud(picture, analysis, state, drill_title(analysis), unit_px)
    return picture


def draw_pose(rgb: RgbArray, pose: Pose) -> None:
    """Draw one pose on the (H, W, 3) uint8 picture, in place; for live pictures, without contacts."""
    near = pose.visibility[list(_LEFT_LEG)].mean() >= pose.visibility[list(_RIGHT_LEG)].mean()
    figure = Figure(pose.xy_px, pose.visibility, "left" if near else "right", CONTACT, None, 1)
    draw_figure(rgb, figure, min(rgb.shape[:2]) / 1000)


def drill_title(analysis: Analysis) -> str:
    """Return the title of the drill, with its variant if it has one."""
    drill = all_drills().get(analysis.drill)
    title = drill.title if drill else analysis.drill.replace("_", " ").capitalize()
    variant = analysis.variant.replace("_", " ")
    return f"{title} · {variant}" if variant and variant != analysis.drill else title


def evidence_frames(
    video: Path, analysis: Analysis, times_s: Sequence[float], *, max_side_px: int | None = MAX_SIDE_PX
) -> list[RgbArray]:
    """Return an annotated still for each of `times_s` (seconds), cropped to the athlete; reads the clip once.

    Raises:
        UsageError: the analysis was read back from JSON and has no motion.
        VideoError: the clip cannot be read.
    """
    motion = _motion_of(analysis)
    track_times = motion.track.time_s
    wanted = [float(track_times[_nearest(track_times, time_s)]) for time_s in times_s]
    stills: dict[float, RgbArray] = {}
    with read_frames(video, max_side_px=max_side_px) as frames:
        for time_s, rgb in ((f.time_s, f.rgb) for f in frames):
            for want in set(wanted) - stills.keys():
                if time_s >= want - 1e-4:
                    stills[want] = _still(rgb, analysis, motion, want)
            if len(stills) == len(set(wanted)):
                break
    return [stills[want] for want in wanted if want in stills]


def _motion_of(analysis: Analysis) -> Motion:
    if analysis.motion is None:
        name = analysis.video.name
        raise UsageError(name, "the analysis has no poses to draw", "analyze the clip again")
    return analysis.motion


def _figure_at(motion: Motion, state: HudState, scale: float) -> Figure | None:
    """Return the pose to draw, in a picture `scale` times the track's size; None in a gap."""
    found = _pose_at(motion, state.time_s)
    if found is None:
        return None
    xy_px, visibility = found
    rep_side = state.rep.side if state.rep else "both"
    leg = motion.view.near_side if rep_side == "both" else rep_side
    color = CONTACT if state.contact else FLIGHT if state.airborne else WHITE
    flexion = None
    if motion.view.plane == "sagittal":
        angle = _interpolated(motion.track.time_s, motion.angles.knee(leg), state.time_s)
        flexion = angle if np.isfinite(angle) else None
    return Figure(xy_px * scale, visibility, leg, color, flexion, motion.view.facing)


def _pose_at(motion: Motion, time_s: float) -> tuple[FloatArray, FloatArray] | None:
    """Return landmarks (33, 2) and visibility (33,) at `time_s`, interpolated linearly; None in a gap."""
    track = motion.track
    times = track.time_s
    if len(track) == 0:
        return None
    nearest = _nearest(times, time_s)
    if abs(times[nearest] - time_s) < 1e-3:
        return (track.xy_px[nearest], track.visibility[nearest]) if track.found[nearest] else None
    after = int(np.searchsorted(times, time_s))
    if not 0 < after < len(track) or not (track.found[after - 1] and track.found[after]):
        return None
    interval = times[after] - times[after - 1]
    if interval > _BRIDGED_INTERVALS * float(np.median(np.diff(times))):
        return None
    share = (time_s - times[after - 1]) / interval
    xy = (1 - share) * track.xy_px[after - 1] + share * track.xy_px[after]
    return xy, np.minimum(track.visibility[after - 1], track.visibility[after])


def _nearest(times: FloatArray, time_s: float) -> int:
    """Return the index of the time nearest to `time_s`."""
    return int(np.argmin(np.abs(times - time_s)))


def _interpolated(times: FloatArray, values: FloatArray, time_s: float) -> float:
    """Return the value at `time_s`, interpolated linearly; NaN next to a gap."""
    return float(np.interp(time_s, times, values))


def _still(rgb: RgbArray, analysis: Analysis, motion: Motion, time_s: float) -> RgbArray:
    """Return the picture with the skeleton, cropped 4:5 to the athlete; uncropped if not found."""
    picture = rgb.copy()
    height, width = picture.shape[:2]
    figure = _figure_at(motion, hud_state_at(analysis, time_s), width / motion.track.width_px)
    if figure is None:
        return picture
    low, high = np.nanmin(figure.xy_px, axis=0), np.nanmax(figure.xy_px, axis=0)
    tall = min(float(height), max(1.35 * (high[1] - low[1]), 1.5 * (high[0] - low[0]) / 0.8, 120.0))
    wide = min(float(width), 0.8 * tall)
    draw_figure(picture, figure, tall / _STILL_UNITS)
    centre = (low + high) / 2
    left = round(min(max(0.0, centre[0] - wide / 2), width - wide))
    top = round(min(max(0.0, centre[1] - tall / 2), height - tall))
    return np.ascontiguousarray(picture[top : top + round(tall), left : left + round(wide)])
