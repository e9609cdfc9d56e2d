"""Each foot's own contacts: quick steps by how the feet pass each other, jumps as their contacts say."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from bench.athlete import CameraSpec, CaptureSpec, ClipSpec
from bench.athlete.drills import HopParams, IdleParams, LadderParams, MotionParams, PogoParams
from bench.athlete.tracks import track_clip
from bench.cases import all_cases
from kickform.events.steps.detect import _jumps_in
from kickform.events.types import Contact, Flight
from kickform.motion.motion import Motion
from kickform.pipeline.build_motion import build_motion
from tests.synthetic import video_info


@cache
def seen(motion: MotionParams, fps: int = 120, yaw_deg: float = 0.0) -> tuple[Motion, dict[str, Any]]:
    camera = CameraSpec(yaw_deg=yaw_deg, distance_m=5.5, mode="pan")
    spec = ClipSpec("yuki", motion, camera, CaptureSpec(fps=fps), seed=9)
    track, truth = track_clip(spec)
    return build_motion(track, video_info(track))[0], truth


def matched(steps: list[Contact], truth: dict[str, Any]) -> list[tuple[Contact, dict[str, Any]]]:
    pairs = []
    for want in truth["contacts"]:
        near = [
            s for s in steps if s.side == want["side"] and abs(s.touchdown_s - want["touchdown_s"]) < 0.06
        ]
        if near:
            pairs.append((min(near, key=lambda s: abs(s.touchdown_s - want["touchdown_s"])), want))
    return pairs


@pytest.mark.parametrize(
    ("rate_hz", "share", "yaw_deg"), [(6.2, 0.66, 0.0), (4.5, 0.7, 20.0), (7.2, 0.6, 40.0)]
)
def test_every_step_of_a_ladder_is_found_on_its_side(rate_hz: float, share: float, yaw_deg: float) -> None:
    motion, truth = seen(LadderParams(boxes=8, step_rate_hz=rate_hz, contact_share=share), yaw_deg=yaw_deg)
    landed = [step for step in motion.steps if np.isfinite(step.touchdown_sd_s) and step.duration_s < 0.4]
    pairs = matched(landed, truth)
    assert len(pairs) == len(truth["contacts"])
    late = [step.touchdown_s - want["touchdown_s"] for step, want in pairs]
    assert abs(float(np.mean(late))) < 0.01
    assert float(np.std(late)) < 0.02
    left = [step.takeoff_s - want["takeoff_s"] for step, want in pairs if np.isfinite(step.sd_s)]
    assert len(left) >= len(pairs) - 1  # the last foot stays behind while the body brakes
    assert abs(float(np.mean(left))) < 0.02


def test_steps_are_in_order_and_end_after_they_begin() -> None:
    for params in (LadderParams(boxes=8), HopParams(hops=3), PogoParams(jumps=3)):
        steps = seen(params)[0].steps
        assert list(steps) == sorted(steps, key=lambda step: step.touchdown_s)
        assert all(step.takeoff_s > step.touchdown_s for step in steps)
        assert {step.side for step in steps} <= {"left", "right"}


def test_both_feet_of_a_pogo_have_the_body_s_contact() -> None:
    motion, truth = seen(PogoParams(jumps=4), fps=60)
    timed = [step for step in motion.steps if np.isfinite(step.sd_s)]
    assert len(timed) == len(truth["contacts"]) == 6


def test_a_hop_s_steps_are_on_the_hopping_foot() -> None:
    motion, truth = seen(HopParams(side="left", hops=4), fps=60)
    last_s = truth["contacts"][-1]["takeoff_s"]
    timed = [step for step in motion.steps if np.isfinite(step.sd_s) and step.touchdown_s < last_s]
    assert [step.side for step in timed] == ["left"] * len(truth["contacts"])


@pytest.mark.parametrize("kind", ["standing", "squats", "weight_shifts", "walking"])
def test_who_does_not_run_takes_no_quick_steps(kind: str) -> None:
    motion, _ = seen(IdleParams(kind, 4.0), fps=60)  # type: ignore[arg-type]
    quick = [step for step in motion.steps if np.isfinite(step.sd_s) and step.duration_s < 0.3]
    assert quick == []


@pytest.mark.parametrize("share", [0.6, 0.72])
def test_a_step_lands_when_its_foot_meets_the_ground_however_fast_the_run(share: float) -> None:
    late = []
    for rate_hz in (4.0, 5.5, 7.0):
        motion, truth = seen(LadderParams(boxes=8, step_rate_hz=rate_hz, contact_share=share))
        pairs = matched([step for step in motion.steps if np.isfinite(step.touchdown_sd_s)], truth)
        late.append(float(np.median([step.touchdown_s - want["touchdown_s"] for step, want in pairs])))
    assert max(abs(value) for value in late) < 0.012


def test_bounces_that_the_body_hardly_parts_are_those_of_the_foot() -> None:
    # In this set the body does not show two bounces on the far foot.
    spec = next(case.spec for case in all_cases(2) if case.name == "a_skip_good_1")
    track, truth = track_clip(spec)
    motion, _ = build_motion(track, video_info(track))
    first, last = truth["contacts"][0]["touchdown_s"], truth["contacts"][-1]["touchdown_s"]
    quick = [step for step in motion.steps if np.isfinite(step.sd_s) and step.duration_s < 0.4]
    inside = [step for step in quick if first - 0.05 < step.touchdown_s < last + 0.05]
    assert len(matched(inside, truth)) == len(truth["contacts"]) == len(inside) == 12


def test_a_clip_that_begins_and_ends_in_a_jump_is_in_the_air_there_too() -> None:
    sd = 0.005
    hops = [Contact("left", a, a + 0.2, sd, sd, sd) for a in (0.4, 1.02)]
    between = [Flight(0.6, 1.02, sd)]
    stirring = [Contact("right", a, a + 0.1, sd, sd, sd) for a in (0.0, 0.3, 0.8, 1.2, 1.6)]
    assert _jumps_in(stirring, hops, between, 1.0)
    standing = [replace(hops[0], touchdown_sd_s=math.inf), replace(hops[1], takeoff_sd_s=math.inf)]
    assert not _jumps_in(stirring, standing, between, 1.0)
