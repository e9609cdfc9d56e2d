"""A rendered athlete whose truth is known to the millisecond. See README.md."""

from __future__ import annotations

from bench.athlete.catalogue import ATHLETES, Athlete
from bench.athlete.clip import act, render_clip
from bench.athlete.spec import CameraSpec, CaptureSpec, ClipSpec, SceneSpec
from bench.athlete.truth import Truth

__all__ = [
    "ATHLETES",
    "Athlete",
    "CameraSpec",
    "CaptureSpec",
    "ClipSpec",
    "SceneSpec",
    "Truth",
    "act",
    "render_clip",
]
