"""The rendered athlete's clips, by split: rendered and seen once, then taken from the cache."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from bench.cache import CACHE, ROOT, code_digest, digest, kept_at, poses_of
from bench.cases import Case
from bench.judging import judge_case
from bench.measuring import hold_against_truth
from bench.outcomes import Outcome
from bench.splits import Split, draw_cases
from kickform.errors import KickFormError

__all__ = ["SPLITS", "cases_of", "clip_at", "is_seen", "rendered_clip", "rendered_outcome"]

SPLITS = tuple(split.name.lower() for split in Split)


def cases_of(split: str) -> list[Case]:
    """Return the clips of a split, one of SPLITS; the one place that knows where they come from."""
    return list(draw_cases(Split[split.upper()]))


def rendered_outcome(case: Case, model: str) -> Outcome:
    """Render (or fetch) one clip, estimate (or fetch) its poses, analyze and compare."""
    from kickform.video.reader import probe

    clip, truth = rendered_clip(case)
    try:
        info = probe(clip)
        estimate = poses_of(clip, model)
    except KickFormError as error:
        return hold_against_truth(case, truth, None, None, str(error))
    return judge_case(case, truth, estimate, info, model)


def clip_at(case: Case) -> Path:
    """Return where the rendered clip of a case is kept; its truth lies beside it, as JSON."""
    renderer = code_digest(("**/*.py",), ROOT / "bench" / "athlete")
    name = f"{case.name}-{digest(repr(case.spec).encode(), renderer.encode())}"
    return CACHE / f"{name}.{'webm' if case.spec.capture.codec == 'vp9' else 'mp4'}"


def is_seen(case: Case, model: str) -> bool:
    """Return whether a case's clip, its truth, its poses and its followed feet are in the cache."""
    clip = clip_at(case)
    return clip.is_file() and clip.with_suffix(".json").is_file() and kept_at(clip, model)[1].is_file()


def rendered_clip(case: Case) -> tuple[Path, dict[str, Any]]:
    """Return the rendered clip and its truth, from the cache where spec and renderer are the same."""
    from bench.athlete import render_clip

    clip = clip_at(case)
    truth = clip.with_suffix(".json")
    if not (clip.exists() and truth.exists()):
        CACHE.mkdir(parents=True, exist_ok=True)
        partial_clip = clip.with_name(f"part-{os.getpid()}-{clip.name}")
        render_clip(case.spec, partial_clip).write(truth)
        partial_clip.replace(clip)
    return clip, json.loads(truth.read_text("utf-8"))
