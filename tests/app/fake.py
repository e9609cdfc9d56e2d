"""A made-up analysis of a clip with everything the app shows, without a pose model."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np

from kickform._version import __version__
from kickform.errors import Cancelled
from kickform.events.types import Contact, Flight, SlowMotion
from kickform.motion.motion import Angles, Motion, View
from kickform.pose.track import Landmark, PoseTrack
from kickform.results.analysis import (
    Analysis,
    ContactResult,
    FlightResult,
    ScaleResult,
    Summary,
    VideoResult,
    ViewResult,
)
from kickform.results.findings import FindingResult, MetricResult, Notice, RepResult
from kickform.video.reader import probe, read_frames

PERIOD_S, CONTACT_S, FIRST_S = 0.62, 0.2, 0.15
G = 9.81


def contact_times(duration_s: float) -> list[tuple[float, float]]:
    """Return (touchdown, take-off) of made-up contacts, a little uneven."""
    count = max(3, int((duration_s - FIRST_S) / PERIOD_S))
    starts = FIRST_S + PERIOD_S * np.arange(count)
    lengths = CONTACT_S + 0.012 * np.sin(1.7 * np.arange(count)) + 0.004 * np.arange(count)
    return [(float(a), float(a + b)) for a, b in zip(starts, lengths, strict=True)]


def make_track(times: np.ndarray, width: int, height: int, contacts: list[tuple[float, float]]) -> PoseTrack:
    """Return a stick figure seen from its left that bounces on the spot; the middle frame is a gap."""
    bend = np.zeros(len(times))
    lift = np.zeros(len(times))
    for (down, up), after in zip(contacts, [*contacts[1:], None], strict=True):
        inside = (times >= down) & (times < up)
        bend[inside] = np.sin(np.pi * (times[inside] - down) / (up - down))
        if after is not None:
            air = (times >= up) & (times < after[0])
            phase = (times[air] - up) / (after[0] - up)
            lift[air] = 4 * phase * (1 - phase)
    unit, ground, x = 0.7 * height, 0.85 * height, width / 2
    joints = {
        "NOSE": (0.05, 0.96), "L_EAR": (0.0, 0.97), "R_EAR": (0.01, 0.97),
        "L_SHOULDER": (0.0, 0.84), "R_SHOULDER": (0.02, 0.84), "L_ELBOW": (-0.05, 0.7),
        "R_ELBOW": (0.06, 0.7), "L_WRIST": (0.05, 0.58), "R_WRIST": (0.1, 0.6),
        "L_HIP": (0.0, 0.53), "R_HIP": (0.01, 0.53), "L_KNEE": (0.04, 0.28), "R_KNEE": (0.055, 0.28),
        "L_ANKLE": (0.0, 0.05), "R_ANKLE": (0.015, 0.05), "L_HEEL": (-0.03, 0.02),
        "R_HEEL": (-0.015, 0.02), "L_FOOT_INDEX": (0.09, 0.0), "R_FOOT_INDEX": (0.1, 0.0),
    }  # fmt: skip
    xy = np.full((len(times), 33, 2), np.nan)
    xy[:] = (x, ground - 0.5 * unit)
    visibility = np.full((len(times), 33), 0.95)
    for name, (dx, up_share) in joints.items():
        index = Landmark[name]
        above_knee = up_share > 0.3
        sink = bend * (0.06 if above_knee else 0.03 if "KNEE" in name else 0.0)
        forward = bend * (0.06 if "KNEE" in name else 0.0)
        xy[:, index, 0] = x + unit * (dx + forward)
        xy[:, index, 1] = ground - unit * (up_share - sink + 0.18 * lift)
        if name.startswith("R_"):
            visibility[:, index] = 0.4
    gap = len(times) // 2
    xy[gap], visibility[gap] = np.nan, 0.0
    world = np.zeros((len(times), 33, 3))
    world[gap] = np.nan
    return PoseTrack(times, xy, world, visibility, width, height)


def make_motion(times: np.ndarray, width: int, height: int) -> Motion:
    """Return the motion of the bouncing stick figure."""
    spans = contact_times(float(times[-1]))
    track = make_track(times, width, height, spans)
    hip, knee, ankle = (track.xy_px[:, Landmark[n]] for n in ("L_HIP", "L_KNEE", "L_ANKLE"))
    one, two = hip - knee, ankle - knee
    cosine = np.sum(one * two, axis=1) / (np.linalg.norm(one, axis=1) * np.linalg.norm(two, axis=1))
    flexion = 180 - np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    angles = Angles(*(flexion.copy() for _ in range(7)))
    contacts = tuple(Contact("both", a, b, 0.003, 0.003, 0.004) for a, b in spans)
    flights = tuple(Flight(one.takeoff_s, two.touchdown_s, 0.004) for one, two in pairwise(contacts))
    fps = 1 / float(np.median(np.diff(times)))
    view = View("sagittal", 4.0, "left", 1)
    return Motion(track, angles, contacts, flights, None, view, SlowMotion(1.0, "physics"), fps)


def _rep(number: int, contact: Contact, flight: Flight) -> RepResult:
    contact_ms, flight_ms = 1000 * contact.duration_s, 1000 * flight.duration_s
    return RepResult(
        number=number,
        side="both",
        start_s=contact.touchdown_s,
        end_s=flight.touchdown_s,
        score=max(0.0, 100 - abs(contact_ms - 180)),
        metrics={"contact_time_ms": contact_ms, "flight_time_ms": flight_ms} if number > 1 else {},
        findings=("long_contact",) if contact_ms > 208 else (),
        sds={"contact_time_ms": 4.0, "flight_time_ms": 4.0} if number > 1 else {},
        withheld={} if number > 1 else {"contact_time_ms": "the first rep starts from standing"},
        key_s=(contact.touchdown_s + contact.takeoff_s) / 2,
    )


def make_analysis(name: str, motion: Motion) -> Analysis:
    """Return a made-up analysis of the stick figure."""
    reps = tuple(
        _rep(i + 1, c, f) for i, (c, f) in enumerate(zip(motion.contacts, motion.flights, strict=False))
    )
    contacts = tuple(
        ContactResult("both", c.touchdown_s, c.takeoff_s, 1000 * c.duration_s, 4.0) for c in motion.contacts
    )
    flights = tuple(
        FlightResult(f.takeoff_s, f.touchdown_s, 1000 * f.duration_s, 100 * G * f.duration_s**2 / 8, 0.8)
        for f in motion.flights
    )
    mean = float(np.mean([r.metrics["contact_time_ms"] for r in reps if r.metrics]))
    metrics = {
        "contact_time_ms": MetricResult(
            mean, 2.5, "ms", len(reps) - 1, "lower", "Contact time", good=(None, 200.0)
        ),
        "flight_time_ms": MetricResult(410.0, 2.0, "ms", len(reps) - 1, "higher", "Flight time"),
        "knee_flexion_max_deg": MetricResult(
            None, None, "deg", 0, "target", "Knee bend", "the camera stands 40 deg off the side view"
        ),
        "arms_overhead": MetricResult(
            0.9, None, "of reps", len(reps), "higher", "Arms overhead", "a count has no SD"
        ),
    }
    findings = (
        FindingResult(
            "quick", "good", "Even, springy contacts.", "Keep that rhythm.", (2, 3), reps[1].key_s
        ),
        FindingResult(
            "long_contact", "fault", "The ground contact grows over the set.",
            "Think of the ground as hot: off it before your heels come down.", (reps[-1].number,),
            reps[-1].key_s,
        ),
    )  # fmt: skip
    track = motion.track
    frames = len(track)
    video = VideoResult(
        name, track.width_px, track.height_px, 0, float(track.time_s[-1]), frames, motion.fps, False, 1.0,
        "physics",
    )  # fmt: skip
    return Analysis(
        drill="pogo",
        variant="stiff",
        drill_source="auto",
        video=video,
        view=ViewResult("sagittal", 4.0),
        scale=ScaleResult(0.004, "gravity", 2.0),
        contacts=contacts,
        flights=flights,
        reps=reps,
        summary=Summary(
            78.4, metrics, ("contact_time_ms", "flight_time_ms", "knee_flexion_max_deg", "arms_overhead")
        ),
        findings=findings,
        warnings=(Notice("few_reps", "only a few reps were found; film ten for a steady mean"),),
        kickform_version=__version__,
        model="lite",
        motion=motion,
    )


def fake_analyze(
    path: Path, *, progress: Callable[[str, float], bool | None] | None = None, **_options: object
) -> Analysis:
    """Stand in for `kickform.pipeline.analyze.analyze`: probes the clip, and invents the rest."""
    info = probe(path)
    times = []
    with read_frames(path, max_side_px=64) as frames:
        for frame in frames:
            times.append(frame.time_s)
            if progress is not None and progress("pose", (frame.index + 1) / info.frames) is False:
                raise Cancelled(info.name)
    return make_analysis(info.name, make_motion(np.array(times), info.width, info.height))
