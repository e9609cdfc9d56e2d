"""Is slow motion found where it is, and nowhere else? Sets of jumps and hops as pose tracks, no pictures.

``python -m bench time [--sets N] [--slow-every N] [--quick] [--json FILE]``

Drawn anew for each set: body, contact and flight times, view, distance, frame rate, shaking. Each is filmed
in real time, where any other speed is a false call; a quarter of them also 2, 4 or 8 times slower, and with
the speed ramped inside the file (life's speed, slow, life's speed), as phones export it.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from bench.athlete.catalogue import ATHLETES
from bench.athlete.drills import HopParams, MotionParams, PogoParams, SplitParams
from bench.athlete.spec import CameraSpec, CaptureSpec, ClipSpec
from bench.athlete.tracks import track_clip
from kickform.motion.motion import Motion
from kickform.pipeline.build_motion import build_motion
from kickform.pose.track import PoseTrack
from kickform.video.reader import VideoInfo

__all__ = ["conditions_of", "drawn_sets", "info_of", "main", "measure", "ramped", "rows_of", "slowed"]

_SEED = 4
_NEAREST_M = 3.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One set: whether its speed was told rightly, and how many contacts were not timed."""

    name: str
    condition: str
    jumps: int
    right: bool
    not_timed: int


@dataclass(frozen=True, slots=True)
class Row:
    """One condition of the table."""

    condition: str
    sets: int
    jumps: int
    right: int
    not_timed: int
    wrong: tuple[str, ...]


def drawn_sets(count: int, seed: int = _SEED) -> Iterator[ClipSpec]:
    """Yield sets of pogo jumps, hops and split-squat jumps in real time, drawn from a seed."""
    rng = np.random.default_rng(seed)
    draws = (_pogo, _hop, _pogo, _hop, _split)
    for number in range(count):
        motion = draws[number % len(draws)](rng)
        camera = CameraSpec(
            yaw_deg=float(rng.choice([0, 0, 30, 45, 90])) + float(rng.uniform(-8, 8)),
            side=("left", "right")[int(rng.integers(2))],
            distance_m=float(rng.uniform(4.5, 7) if isinstance(motion, HopParams) else rng.uniform(3.2, 6)),
            height_m=float(rng.uniform(0.6, 1.5)),
            mode="pan" if isinstance(motion, HopParams) else "static",
            shake_deg=float(rng.choice([0, 0, 0.1])),
        )
        camera = _out_of_the_way(camera, motion)
        capture = CaptureSpec(fps=float(rng.choice([30, 60, 60, 120])), width=1280, height=720)
        yield ClipSpec(
            athlete=str(rng.choice(sorted(ATHLETES))),
            motion=motion,
            camera=camera,
            capture=capture,
            seed=int(rng.integers(1, 2**31)),
        )


def _out_of_the_way(camera: CameraSpec, motion: MotionParams) -> CameraSpec:
    """Return the camera as far away that nobody hops through it."""
    if not isinstance(motion, HopParams):
        return camera
    towards = abs(math.sin(math.radians(camera.yaw_deg)))
    least_m = _NEAREST_M + towards * (motion.hops + 1) * motion.distance_m / 2
    return replace(camera, distance_m=max(camera.distance_m, least_m))


def _pogo(rng: np.random.Generator) -> PogoParams:
    return PogoParams(
        jumps=int(rng.integers(3, 7)),
        contact_ms=float(rng.uniform(130, 400)),
        jump_height_m=float(rng.uniform(0.05, 0.35)),
        stand_before_s=float(rng.uniform(0.3, 1.5)),
        stand_after_s=0.3,
    )


def _hop(rng: np.random.Generator) -> HopParams:
    return HopParams(
        side=("left", "right")[int(rng.integers(2))],
        hops=int(rng.integers(3, 6)),
        distance_m=float(rng.uniform(0.8, 1.7)),
        contact_ms=float(rng.uniform(190, 330)),
        flight_ms=float(rng.uniform(220, 390)),
        heel_recovery_deg=float(rng.uniform(70, 138)),
    )


def _split(rng: np.random.Generator) -> SplitParams:
    return SplitParams(
        jumps=int(rng.integers(3, 5)),
        front_knee_deg=float(rng.uniform(60, 100)),
        flight_ms=float(rng.uniform(300, 440)),
        contact_s=float(rng.uniform(0.55, 0.9)),
    )


def info_of(track: PoseTrack, name: str = "drawn.mp4") -> VideoInfo:
    """Return what `probe` would say of a clip with this track."""
    steps = np.diff(track.time_s)
    mean_s = float(np.mean(steps))
    varies = bool(np.any(np.abs(steps - mean_s) > 0.1 * mean_s))
    return VideoInfo(
        name=name,
        path=Path(name),
        width=track.width_px,
        height=track.height_px,
        rotation_deg=0,
        duration_s=float(track.time_s[-1]) + mean_s,
        frames=len(track),
        mean_fps=1 / mean_s,
        variable_frame_rate=varies,
        capture_fps=None,
        codec="h264",
        has_audio=False,
    )


def slowed(spec: ClipSpec, factor: int) -> ClipSpec:
    """Return the set filmed `factor` times faster and stored at the same rate."""
    fps = {2: 120.0, 4: 120.0, 8: 240.0}[factor]
    return replace(spec, capture=replace(spec.capture, fps=fps, slow_motion=factor))


def ramped(spec: ClipSpec, factor: int, *, kept: bool) -> tuple[PoseTrack, dict[str, Any], list[float]]:
    """Return a set whose file plays slowly in the middle third, and the ends of that part, file seconds.

    Args:
        spec: in real time, filmed at a slow-motion rate.
        factor: how many times slower the middle plays.
        kept: whether every frame is kept (uneven times), or some are left out so that the file has one rate.
    """
    track, truth = _acted(spec)
    truth = deepcopy(truth)  # its times are moved below
    flights = sorted(truth["flights"], key=lambda f: f["takeoff_s"])
    third = len(flights) // 3
    # The speed changes at the top of a flight or in the middle of a contact, as it may happen.
    start = (flights[third]["takeoff_s"] + flights[third - 1]["touchdown_s"]) / 2
    stop = (flights[-third]["takeoff_s"] + flights[-third - 1]["touchdown_s"]) / 2
    knots = np.array([0.0, start, stop, stop + 100.0])
    file = np.array([0.0, start, start + factor * (stop - start), start + factor * (stop - start) + 100.0])

    def at(time_s: Any) -> Any:
        return np.interp(time_s, knots, file)

    keep = np.ones(len(track), dtype=bool)
    if not kept:
        slow = (track.time_s >= start) & (track.time_s < stop)
        keep = slow | (np.arange(len(track)) % factor == 0)
    times = np.asarray(at(track.time_s[keep]), dtype=np.float64)
    new = PoseTrack(
        times, track.xy_px[keep], track.world_m[keep], track.visibility[keep], track.width_px, track.height_px
    )
    for piece in (*truth["flights"], *truth["contacts"]):
        piece["real_s"] = (piece["takeoff_s"], piece["touchdown_s"])
        piece["takeoff_s"], piece["touchdown_s"] = (
            float(at(piece["takeoff_s"])),
            float(at(piece["touchdown_s"])),
        )
    return new, truth, [float(file[1]), float(file[2])]


@lru_cache(maxsize=1)
def _acted(spec: ClipSpec) -> tuple[PoseTrack, dict[str, Any]]:
    """Return track and truth of a set; acting it takes far longer than judging it, and both ramps need it."""
    return track_clip(spec)


def measure(spec: ClipSpec, condition: str, number: int) -> Outcome:
    """Return what the speed of one set was taken for, and how far its contact times are off."""
    if condition.startswith("ramped"):
        factor = 8 if spec.capture.fps == 240 else 4
        track, truth, _ = ramped(spec, factor, kept=condition.endswith("kept"))
    else:
        factor = spec.capture.slow_motion
        track, truth = track_clip(spec)
        for piece in truth["flights"]:
            piece["real_s"] = (piece["takeoff_s"] / factor, piece["touchdown_s"] / factor)
    motion = build_motion(track, info_of(track))[0]
    flights = sorted(truth["flights"], key=lambda f: f["takeoff_s"])
    right = all(abs(_told_s(motion, f) / (f["real_s"][1] - f["real_s"][0]) - 1) < 0.02 for f in flights)
    if not condition.startswith("ramped"):
        right = not motion.clock.ramped and motion.clock.segments[0].factor == factor
    timed = sum(_is_timed(motion, a, b) for a, b in pairwise(flights))
    name = f"{type(spec.motion).__name__} {number}, {spec.capture.fps:g} fps, yaw {spec.camera.yaw_deg:.0f}"
    return Outcome(name, condition, len(flights), right, len(flights) - 1 - timed)


def _told_s(motion: Motion, flight: dict[str, Any]) -> float:
    """Return how long a flight of the file lasts in real time, by the speed that was told."""
    start, stop = flight["takeoff_s"], flight["touchdown_s"]
    return motion.clock.real_s(float(stop)) - motion.clock.real_s(float(start))


def _is_timed(motion: Motion, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Return whether the contact between two flights was found, and its duration is stated."""
    down, up = float(before["touchdown_s"]), float(after["takeoff_s"])
    down, up = motion.clock.real_s(down), motion.clock.real_s(up)
    near = [c for c in motion.contacts if c.touchdown_s < up and c.takeoff_s > down]
    return len(near) == 1 and bool(np.isfinite(near[0].sd_s))


def conditions_of(spec: ClipSpec, number: int, share: int = 4) -> Iterator[tuple[str, ClipSpec]]:
    """Yield what one set is measured as: in real time, and in turn in the slow and ramped ways."""
    yield "real time", spec
    if number % share:
        return
    turn = number // share
    factor = (2, 4, 8)[turn % 3]
    yield f"{factor}x slow", slowed(spec, factor)
    more = _longer(spec.motion)
    for fps in (120.0, 240.0) if turn % 2 else (240.0,):
        camera = _out_of_the_way(spec.camera, more)
        filmed = replace(spec, motion=more, camera=camera, capture=replace(spec.capture, fps=fps))
        for kind in ("every frame kept", "one frame rate"):
            yield f"ramped, {kind}", filmed


def _longer(motion: MotionParams) -> MotionParams:
    """Return a set with enough jumps or hops for a ramp to fit in."""
    match motion:
        case PogoParams():
            return replace(motion, jumps=9)
        case HopParams():
            return replace(motion, hops=9)
        case SplitParams():
            return replace(motion, jumps=7)
        case _:
            raise TypeError(f"{type(motion).__name__} is none of the drawn sets")


def rows_of(outcomes: Sequence[Outcome]) -> list[Row]:
    """Return the table: one row a condition, in the order they came."""
    rows = []
    for condition in dict.fromkeys(o.condition for o in outcomes):
        own = [o for o in outcomes if o.condition == condition]
        right = sum(o.right for o in own)
        jumps, not_timed = sum(o.jumps for o in own), sum(o.not_timed for o in own)
        wrong = tuple(o.name for o in own if not o.right)
        rows.append(Row(condition, len(own), jumps, right, not_timed, wrong))
    return rows


def main() -> int:
    """Run the benchmark and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sets", type=int, default=250, help="sets in real time, four to five jumps each")
    parser.add_argument("--slow-every", type=int, default=4, help="every so many are slowed and ramped, too")
    parser.add_argument("--quick", action="store_true", help="24 sets")
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args()
    outcomes = []
    sets = 24 if options.quick else options.sets
    for number, spec in enumerate(drawn_sets(sets)):
        for condition, own in conditions_of(spec, number, options.slow_every):
            outcomes.append(measure(own, condition, number))
            if not outcomes[-1].right:
                print(f"wrong, {condition}: {outcomes[-1].name}", file=sys.stderr, flush=True)
        print(f"{number + 1} of {sets} sets", end="\r", file=sys.stderr, flush=True)
    rows = rows_of(outcomes)
    print(f"{'condition':<26} {'sets':>5} {'jumps':>6} {'speed right':>12} {'contacts not timed':>19}")
    for row in rows:
        right = f"{row.right}/{row.sets}"
        print(f"{row.condition:<26} {row.sets:>5} {row.jumps:>6} {right:>12} {row.not_timed:>19}")
        for name in row.wrong:
            print(f"    wrong: {name}")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
