"""What is said of the clip, the model and the scale beside the verdict; each warning ends with its cure."""

from __future__ import annotations

from kickform.events.clock import Clock
from kickform.motion.motion import Motion, Scale
from kickform.motion.scale import disagreement_pct
from kickform.pipeline.recognize import Recognised
from kickform.pose.estimate import PoseEstimate
from kickform.results.findings import Notice

__all__ = ["clip_notices", "model_notices", "other_drill_notices", "scale_notices"]

_SCALE_DISAGREEMENT_PCT = 8.0


def model_notices(model: str) -> list[Notice]:
    """Return the warning that a faster model calls for: its feet are too coarse for the stated ranges."""
    if model == "heavy":
        return []
    text = (
        f"The {model} model sees the feet less exactly: jumps may be missed and contact times be off by more"
    )
    return [
        Notice("coarse_model", f"{text} than their range says. Use the heavy model before you rely on them.")
    ]


def other_drill_notices(found: Recognised, clock: Clock) -> list[Notice]:
    """Return where in the clip, by its file's timeline, another drill was done, and how to have it judged."""
    return [
        Notice(
            "another_drill",
            f"From {clock.file_s(start):.1f} to {clock.file_s(end):.1f} s this clip shows "
            f"{drill.title.lower()} as well, which this verdict leaves out. Choose that drill "
            f"({drill.id}) to have it judged.",
        )
        for drill, start, end in found.others
    ]


def clip_notices(estimate: PoseEstimate, motion: Motion) -> list[Notice]:
    """Return the warnings about the clip, each with its cure."""
    # Damaged frames are told of below, with what to do about them; once is enough.
    notices = [Notice(code, message) for code, message in estimate.warnings if code != "corrupt_frames"]
    if motion.clock.ramped:
        notices.append(_ramp_notice(motion.clock))
    elif motion.slow_motion.source in ("physics", "container"):
        factor = motion.clock.segments[0].factor
        text = f"The clip plays {factor:g} times slower than life; times are given in real time."
        notices.append(
            Notice("slow_motion", f"{text} If that is wrong, say so with the slow-motion setting.")
        )
    if estimate.corrupt_frames:
        text = (
            f"{estimate.corrupt_frames} damaged frames were skipped; copy the file again if there are many."
        )
        notices.append(Notice("corrupt_frames", text))
    if motion.view.plane != "sagittal":
        text = f"The camera stands about {motion.view.yaw_deg:.0f}° off the side view."
        cure = "Contact times hold, joint angles are withheld: film from the side for angles."
        notices.append(Notice("view", f"{text} {cure}"))
    return notices


def _ramp_notice(clock: Clock) -> Notice:
    """Return what is said of a file that ramps its speed."""
    parts = ", ".join(
        f"{part.factor:g} times slower from {part.start_s:.1f} to {part.stop_s:.1f} s"
        for part in clock.segments
        if part.factor > 1
    )
    text = f"The clip's speed changes: it plays {parts}; times are given in real time."
    return Notice("speed_ramp", f"{text} If that is wrong, say so with the slow-motion setting.")


def scale_notices(by_gravity: Scale | None, by_stature: Scale | None) -> list[Notice]:
    """Return the warning where the height given and gravity disagree on the scale."""
    apart = disagreement_pct(by_gravity, by_stature)
    if apart <= _SCALE_DISAGREEMENT_PCT:
        return []
    text = f"The height given and gravity disagree on the scale by {apart:.0f} %."
    return [Notice("scale", f"{text} Check the height, and that the clip is not in unnoticed slow motion.")]
