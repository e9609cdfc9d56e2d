"""Warnings about the clip, the model and the scale; each ends with its cure."""

from __future__ import annotations

from kickform.events.clock import Clock
from kickform.motion.motion import Motion, Scale
from kickform.motion.scale import disagreement_pct
from kickform.pipeline.recognize import RecognizedDrill
from kickform.pose.estimate import PoseEstimate
from kickform.results.findings import Notice

__all__ = ["clip_notices", "model_notices", "other_drill_notices", "scale_notices"]

_SCALE_DISAGREEMENT_PCT = 8.0  # convention: more than the SDs of both scales together

_WRONG_SPEED = "If that is wrong, correct it with the slow-motion setting."


def model_notices(model: str) -> list[Notice]:
    """Return the warning for a faster model, whose feet are less exact than the stated ranges."""
    if model == "heavy":
        return []
    text = f"The {model} model may miss jumps, and contact times may be further out than the ± shows."
    return [Notice("coarse_model", f"{text} Re-run on Careful (the heavy model).")]


def other_drill_notices(found: RecognizedDrill, clock: Clock) -> list[Notice]:
    """Return a warning for each other drill in the clip, with its place in file seconds."""
    return [
        Notice(
            "another_drill",
            f"From {clock.file_s(start):.1f} to {clock.file_s(end):.1f} s this clip shows "
            f"{drill.title.lower()} as well; they are not in this verdict. "
            f"To judge them, choose that drill ({drill.id}).",
        )
        for drill, start, end in found.others
    ]


def clip_notices(estimate: PoseEstimate, motion: Motion) -> list[Notice]:
    """Return the warnings about the clip, each with its cure."""
    # Damaged frames have a warning of their own below, with its cure.
    notices = [Notice(code, message) for code, message in estimate.warnings if code != "corrupt_frames"]
    if motion.clock.ramped:
        notices.append(_ramp_notice(motion.clock))
    elif motion.slow_motion.source in ("physics", "container"):
        factor = motion.clock.segments[0].factor
        text = f"The clip plays {factor:g} times slower than real time; all times here are real time."
        notices.append(Notice("slow_motion", f"{text} {_WRONG_SPEED}"))
    if estimate.corrupt_frames:
        text = (
            f"{estimate.corrupt_frames} damaged frames were skipped. If there are many, copy the file again."
        )
        notices.append(Notice("corrupt_frames", text))
    if motion.view.plane != "sagittal":
        text = f"The camera is about {motion.view.yaw_deg:.0f}° off the side view."
        cure = "Contact times hold, joint angles are withheld: film from the side for angles."
        notices.append(Notice("view", f"{text} {cure}"))
    return notices


def _ramp_notice(clock: Clock) -> Notice:
    """Return the warning for a file with speed ramps."""
    parts = ", ".join(
        f"{part.factor:g} times slower from {part.start_s:.1f} to {part.stop_s:.1f} s"
        for part in clock.segments
        if part.factor > 1
    )
    text = f"The clip's speed changes: it plays {parts}; all times here are real time."
    return Notice("speed_ramp", f"{text} {_WRONG_SPEED}")


def scale_notices(by_gravity: Scale | None, by_stature: Scale | None) -> list[Notice]:
    """Return the warning where the athlete's height and gravity disagree on the scale."""
    apart = disagreement_pct(by_gravity, by_stature)
    if apart <= _SCALE_DISAGREEMENT_PCT:
        return []
    text = f"The athlete's height and gravity disagree on the scale by {apart:.0f} %."
    return [Notice("scale", f"{text} Check the height, and whether the clip is in slow motion.")]
